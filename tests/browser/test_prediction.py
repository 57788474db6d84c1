"""Prediction cards in the real JupyterLab: committed by mouse and by keyboard, shown by the next cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SHARE = "Which share of the validation pictures will the first one name right?"
LONG = "It goes on and on, " * 10  # more than a line
CARDS = [
    f"from tl_course import view, widgets\nshare = widgets.predict({SHARE!r}, 0, 1)\nshare",
    f"head = widgets.choose('Which head is better?', {LONG!r}, 'no clear difference', 'MLP')\nhead",
    "widgets.choose('And with all pictures?', 'linear', 'MLP')",
    "share.recall(0.689)\nhead.recall()\n"
    'share.on(view.plot_lines({"a": [0.2, 0.9]}, "epoch", "accuracy"), "y")',
]


def rerun_result(page: Any) -> None:
    """Run the last cell again, as a student does after committing."""
    page.locator(".jp-CodeCell").last.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")


def test_predictions_are_committed_by_mouse_and_shown(
    cells: Callable[..., Any], check_accessibility: Callable[[Any], None]
) -> None:
    page = cells(CARDS)
    share, head = page.locator(".tl-predict").nth(0), page.locator(".tl-predict").nth(1)
    check_accessibility(page)
    assert page.get_by_text("You predicted").count() == 0

    head.get_by_role("button", name="Commit").click()
    head.get_by_text("Choose an answer first.").wait_for()
    head.get_by_role("option").nth(1).click()
    head.get_by_role("button", name="Commit").click()
    share.get_by_label("Your prediction").select_option("0.50")
    share.get_by_role("button", name="Commit").click()
    share.get_by_text("Committed: 0.50.").wait_for()
    rerun_result(page)

    share.get_by_text("You predicted: 0.50. The result shows it.").wait_for()
    page.get_by_text("You predicted 0.50; measured: 0.689, 0.189 more.").wait_for()
    page.get_by_text("You predicted: no clear difference.", exact=True).wait_for()
    assert share.get_by_role("button", name="Committed").is_disabled()
    check_accessibility(page)


def test_predictions_are_committed_and_changed_by_keyboard(cells: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = cells(CARDS)
    share, head = page.locator(".tl-predict").nth(0), page.locator(".tl-predict").nth(1)

    share.get_by_label("Your prediction").focus()
    page.keyboard.press("1")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    share.get_by_text("Committed: 1.00.").wait_for()
    page.keyboard.press("Enter")  # once more changes nothing
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    share.get_by_text("Choose again, and commit.").wait_for()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    share.get_by_text("Committed: 0.95.").wait_for()

    other = page.locator(".tl-predict").last.get_by_label("Your prediction")
    options = head.get_by_label("Your prediction")
    options.focus()
    for key, index in (("Down", 0), ("Down", 1), ("Down", 2), ("Down", 2), ("Up", 1)):  # not past the end
        page.keyboard.press(f"Arrow{key}")
        expect(options).to_have_js_property("selectedIndex", index)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    head.get_by_text("Committed: no clear difference.").wait_for()
    assert other.input_value() == ""
