"""The explorers of two studies in JupyterLab: by mouse, and by keyboard alone, in the dark theme."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from .pages import drag

SOURCE = """import tl_course as tl
from tl_course import widgets

widgets.{}(tl.load_profile("pocket"))"""


@pytest.fixture
def explorer(cells: Callable[..., Any], request: pytest.FixtureRequest) -> Any:
    panel = cells([SOURCE.format(request.param)]).locator(".tl-study")
    panel.wait_for()
    return panel


@pytest.mark.parametrize("explorer", ["data_size_explorer"], indirect=True)
def test_by_mouse_strategies_are_chosen_and_a_row_runs(explorer: Any, check_accessibility) -> None:
    from playwright.sync_api import expect

    reading = explorer.get_by_role("status").first
    expect(reading).to_contain_text("at 20 pictures a class")
    explorer.get_by_role("checkbox", name="everything from scratch, plain").uncheck()
    expect(reading).not_to_contain_text("plain")

    explorer.get_by_role("combobox", name="strategy").select_option("head on a random frozen backbone")
    explorer.get_by_role("button", name="Run this row").click()
    run = re.compile(r"Your run, head on a random frozen backbone, 20 pictures a class, seed 5: 0\.\d\d\.")
    expect(reading).to_contain_text(run, timeout=60_000)
    expect(explorer.get_by_role("img", name=run)).to_be_visible()
    check_accessibility(explorer.page)


@pytest.mark.parametrize("explorer", ["learning_rate_explorer"], indirect=True)
def test_by_keyboard_the_rate_changes_and_a_run_is_cancelled(explorer: Any, check_accessibility) -> None:
    from playwright.sync_api import expect

    page, reading = explorer.page, explorer.get_by_role("status").first
    page.emulate_media(color_scheme="dark")
    explorer.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(reading).to_contain_text("Validation loss at a learning rate of 0.01")
    page.keyboard.press("Tab")  # the slider's number, which ipywidgets gives a stop of its own
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(reading).to_contain_text("Validation accuracy at a learning rate of 0.01")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(reading).not_to_contain_text("random, frozen")
    check_accessibility(page)

    for _ in range(8):  # five more checkboxes, strategy, seed
        page.keyboard.press("Tab")
    expect(explorer.get_by_role("button", name="Run this row")).to_be_focused()
    page.keyboard.press("Enter")
    cancel = explorer.get_by_role("button", name="Cancel")
    expect(cancel).to_be_enabled()
    page.keyboard.press("Tab")
    expect(cancel).to_be_focused()
    page.keyboard.press("Space")
    expect(explorer).to_contain_text("Cancelled.", timeout=30_000)


@pytest.mark.parametrize("explorer", ["learning_rate_explorer"], indirect=True)
def test_by_mouse_the_rate_is_dragged_and_a_run_is_cancelled(explorer: Any) -> None:
    from playwright.sync_api import expect

    reading = explorer.get_by_role("status").first
    drag(explorer, 1.0)
    expect(reading).to_contain_text("Validation loss at a learning rate of 0.03:")
    explorer.get_by_role("combobox", name="measure").select_option("validation accuracy")
    expect(reading).to_contain_text("Validation accuracy at a learning rate of 0.03:")

    explorer.get_by_role("button", name="Run this row").click()
    explorer.get_by_role("button", name="Cancel").click()
    expect(explorer).to_contain_text("Cancelled.")


@pytest.mark.parametrize("explorer", ["data_size_explorer"], indirect=True)
def test_by_keyboard_the_size_changes_and_a_row_runs(explorer: Any) -> None:
    from playwright.sync_api import expect

    page, reading = explorer.page, explorer.get_by_role("status").first
    explorer.get_by_role("slider").focus()
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    expect(reading).to_contain_text("Test accuracy at 5 pictures a class")

    strategy = explorer.get_by_role("combobox", name="strategy")
    tab_to(strategy)
    page.keyboard.type("head on a random")
    expect(strategy).to_have_value("head on a random frozen backbone")
    tab_to(explorer.get_by_role("button", name="Run this row"))
    page.keyboard.press("Enter")
    run = re.compile(r"Your run, head on a random frozen backbone, 5 pictures a class, seed 5: 0\.\d\d\.")
    expect(reading).to_contain_text(run, timeout=60_000)


def tab_to(target: Any) -> None:
    """Press Tab until this has the focus."""
    for _ in range(20):
        if target.evaluate("element => element === document.activeElement"):
            return
        target.page.keyboard.press("Tab")
    pytest.fail("twenty Tabs do not lead there")
