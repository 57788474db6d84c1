"""The number-format microscope and the loss-scale explorer in JupyterLab, by mouse and by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .pages import drag

SOURCE = """import torch
from IPython.display import display
from tl_course import widgets

display(widgets.number_microscope())
torch.manual_seed(0)
widgets.loss_scale_explorer(torch.randn(10_000) * 2.0 ** (4 * torch.randn(10_000) - 24))"""


@pytest.fixture
def page(cells: Callable[..., Any]) -> Any:
    return cells([SOURCE])


def test_a_number_is_typed_and_then_dragged(page, check_accessibility) -> None:
    from playwright.sync_api import expect

    microscope = page.locator(".tl-microscope")
    field = microscope.get_by_label("Number")
    field.fill("70000")
    fp16 = microscope.get_by_role("row", name="fp16")
    expect(fp16).to_contain_text("overflow: became infinite")

    field.fill("2049")
    expect(fp16).to_contain_text("2048")
    expect(microscope.locator(".widget-readout")).to_have_text("3.30")  # the slider has answered
    page.wait_for_function("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
                           ".status === 'idle'")  # fmt: skip
    expect(field).to_have_value("2049")

    field.fill("70000")
    field.fill("seventy")
    expect(microscope).to_contain_text("'seventy' is no number")
    expect(fp16).to_contain_text("overflow: became infinite")
    check_accessibility(page)

    drag(microscope, 0.1)
    expect(fp16).to_contain_text("underflow: became zero")


def test_by_mouse_a_factor_grows_until_gradients_are_infinite(page, check_accessibility) -> None:
    from playwright.sync_api import expect

    scale = page.locator(".tl-loss-scale")
    scale.scroll_into_view_if_needed()
    drag(scale, 1.0)
    expect(scale).to_contain_text("Times 2^36 = 68,719,476,736")
    expect(scale).to_contain_text("are infinite: the whole step would be left out")
    check_accessibility(page)


def test_by_keyboard_a_number_shrinks_and_a_factor_grows(page) -> None:
    from playwright.sync_api import expect

    microscope, scale = page.locator(".tl-microscope"), page.locator(".tl-loss-scale")
    field = microscope.get_by_label("Number")
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("1")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # negative
    expect(field).to_have_value("-1")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(field).not_to_have_value("-1")

    scale.locator(".noUi-handle").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(scale).to_contain_text("Times 2^3 = 8")
    expect(scale.get_by_role("img")).to_be_visible()
