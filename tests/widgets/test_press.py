"""A button's press waits for the page's echo; a program's does not."""

from __future__ import annotations

from typing import Any

import pytest

from tl_course.widgets.press import PressButton


@pytest.fixture
def button() -> PressButton:
    return PressButton("Go")


@pytest.fixture
def presses(button: PressButton) -> list[Any]:
    heard: list[Any] = []
    button.on_click(heard.append)
    return heard


def press_on_the_page(button: PressButton) -> None:
    """What a front end sends when somebody presses."""
    button._handle_custom_msg({"event": "click"}, [])


def test_a_press_on_the_page_asks_for_an_echo_first(button: PressButton, presses: list[Any]) -> None:
    press_on_the_page(button)
    assert (button.asked, presses) == (1, [])


def test_the_echo_calls_the_handlers(button: PressButton, presses: list[Any]) -> None:
    press_on_the_page(button)
    button.set_state({"echoed": 1})
    assert presses == [button]


def test_a_program_is_heard_at_once(button: PressButton, presses: list[Any]) -> None:
    button.click()
    assert presses == [button]


def test_another_message_is_no_press(button: PressButton) -> None:
    button._handle_custom_msg({"event": "hover"}, [])
    assert button.asked == 0
