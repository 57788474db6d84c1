"""A quiz in the real JupyterLab: by mouse, by keyboard alone, on a narrow page, in the dark."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tl_course.widgets.quizzes import QUIZZES

CELL = "from tl_course import widgets\n\nwidgets.quiz('{lesson}')"


@pytest.fixture
def opened(cells: Any) -> Any:
    from playwright.sync_api import expect

    page: Any = cells([CELL.format(lesson="01")])
    expect(page.locator(".tl-quiz .tl-card")).to_have_count(len(QUIZZES["01"]))
    return page


def card(page: Any, number: int) -> Any:
    return page.locator(".tl-quiz .tl-card").nth(number - 1)


def focused_card(page: Any) -> int:
    """The number of the card that has the focus, 0 where none has it."""
    return page.evaluate(
        "() => [...document.querySelectorAll('.tl-quiz .tl-card')]"
        ".findIndex(card => card.contains(document.activeElement)) + 1"
    )


def test_a_choice_is_answered_by_mouse(opened: Any) -> None:
    from playwright.sync_api import expect

    question = QUIZZES["01"][1]
    wrong, right = next(iter(question.wrong)), next(iter(question.right))
    second = card(opened, 2)

    second.get_by_role("option", name=wrong).click()
    expect(second.get_by_role("status")).to_have_text("")
    second.get_by_role("button", name="Check").click()
    expect(second.get_by_role("status")).to_contain_text("Not yet.")
    second.get_by_role("option", name=right).click()
    second.get_by_role("button", name="Check").click()
    expect(second.get_by_role("status")).to_contain_text("Right.")
    expect(opened.locator(".tl-quiz")).to_contain_text("Right at first try: 0 of 1 answered.")


def test_a_quiz_is_answered_by_keyboard_alone(opened: Any) -> None:
    from playwright.sync_api import expect

    question = QUIZZES["01"][1]
    steps = question.options.index(next(iter(question.right)))
    second, keys = card(opened, 2), opened.keyboard

    second.get_by_role("listbox").focus()
    keys.press("ArrowDown")
    keys.press("Home")
    for _ in range(steps):
        keys.press("ArrowDown")
    expect(second.get_by_role("status")).to_have_text("")
    keys.press("Tab")
    keys.press("Enter")
    expect(second.get_by_role("status")).to_contain_text("Right.")
    assert focused_card(opened) == 2

    keys.press("Tab")
    for _ in range(9):  # the arrows end at the last option
        keys.press("ArrowDown")
    assert focused_card(opened) == 3
    keys.press("Tab")
    keys.press("Space")
    expect(card(opened, 3).get_by_role("status")).to_contain_text(re.compile(r"Right\.|Not yet\."))
    assert focused_card(opened) == 3
    expect(opened.locator(".jp-Notebook .jp-Cell")).to_have_count(1)  # no key went to the notebook


def test_options_are_ticked_by_keyboard_alone(opened: Any) -> None:
    from playwright.sync_api import expect

    question, first, keys = QUIZZES["01"][0], card(opened, 1), opened.keyboard

    first.get_by_role("checkbox").first.focus()
    for option in question.options:
        if option in question.right:
            keys.press("Space")
        keys.press("Tab")
    keys.press("Space")
    expect(first.get_by_role("status")).to_contain_text("Right.")
    expect(opened.locator(".tl-quiz")).to_contain_text("Right at first try: 1 of 1 answered.")


def cut_off(page: Any) -> list[str]:
    """The texts of options and lists that do not fit into their boxes."""
    found: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('.tl-quiz select, .tl-quiz option, .tl-quiz label')]"
        ".filter(part => part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight)"
        ".map(part => part.textContent)"
    )
    return found


def test_long_options_wrap_and_everything_can_be_read(opened: Any, check_accessibility: Any) -> None:
    from playwright.sync_api import expect

    longest = card(opened, 5).get_by_role("option").filter(has_text="architecture")
    on_one_line = longest.bounding_box()["height"]
    card(opened, 2).get_by_role("option").first.click()
    card(opened, 2).get_by_role("button", name="Check").click()
    expect(card(opened, 2).get_by_role("status")).to_contain_text(re.compile(r"Right\.|Not yet\."))
    assert cut_off(opened) == []
    check_accessibility(opened)

    opened.set_viewport_size({"width": 900, "height": 800})
    opened.emulate_media(color_scheme="dark")
    opened.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
    assert longest.bounding_box()["height"] > 1.4 * on_one_line
    assert cut_off(opened) == []
    check_accessibility(opened)
