"""The freeze explorer in JupyterLab: by mouse, and by keyboard alone, in the dark theme."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

SOURCE = """import tl_course as tl
from tl_course import widgets

widgets.freeze_explorer(tl.load_profile("pocket"))"""


@pytest.fixture
def explorer(cells: Callable[..., Any]) -> Any:
    panel = cells([SOURCE]).locator(".tl-freeze")
    panel.wait_for()
    return panel


def button(explorer: Any, name: str) -> Any:
    return explorer.get_by_role("button", name=name)


def test_by_mouse_a_stage_trains_and_its_run_draws_a_curve(explorer: Any, check_accessibility) -> None:
    from playwright.sync_api import expect

    expect(explorer).to_contain_text("1,446 of 927,870 parameters train")
    button(explorer, "layer4: frozen").click()
    expect(explorer).to_contain_text("751,686 of 927,870 parameters train")
    expect(button(explorer, "layer4: trains")).to_have_class(re.compile("mod-active"))

    button(explorer, "Train 5 epochs").click()
    curve = explorer.get_by_role("img", name=re.compile(r"layer4 \+ head: 0\.\d\d"))
    expect(curve).to_be_visible(timeout=60_000)
    check_accessibility(explorer.page)

    button(explorer, "Cancel").click()
    expect(button(explorer, "Train 5 epochs")).to_be_enabled(timeout=30_000)
    button(explorer, "Clear curves").click()
    expect(curve).to_be_hidden()


def test_by_keyboard_a_stage_trains_and_a_run_is_cancelled(explorer: Any, check_accessibility) -> None:
    from playwright.sync_api import expect

    page = explorer.page
    page.emulate_media(color_scheme="dark")
    button(explorer, "layer3: frozen").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(button(explorer, "layer4: trains")).to_be_focused()
    expect(explorer).to_contain_text("751,686 of 927,870 parameters train")
    check_accessibility(page)

    page.keyboard.press("Tab")  # the head
    page.keyboard.press("Tab")
    expect(button(explorer, "Train 5 epochs")).to_be_focused()
    page.keyboard.press("Enter")
    expect(button(explorer, "Cancel")).to_be_enabled()
    page.keyboard.press("Tab")
    expect(button(explorer, "Cancel")).to_be_focused()
    page.keyboard.press("Space")
    expect(explorer).to_contain_text("Cancelled.", timeout=30_000)
