"""The backbone chooser in JupyterLab, by mouse and by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

SOURCE = """from tl_course import widgets

rows = {"small": {"ms an image": 1.0, "million parameters": 9.0, "accuracy": 0.60},
        "old": {"ms an image": 4.0, "million parameters": 3.0, "accuracy": 0.55},
        "middle": {"ms an image": 2.0, "million parameters": 5.0, "accuracy": 0.70},
        "large": {"ms an image": 8.0, "million parameters": 7.0, "accuracy": 0.80}}
widgets.backbone_chooser(rows, gain="accuracy")"""


@pytest.fixture
def chooser(cells: Callable[..., Any]) -> Any:
    panel = cells([SOURCE]).locator(".tl-chooser")
    panel.wait_for()
    return panel


def test_by_mouse_a_network_is_chosen_and_marked(chooser, check_accessibility) -> None:
    from playwright.sync_api import expect

    chooser.get_by_label("Network").select_option("old")

    expect(chooser).to_contain_text("No dearer and at least as good, 2 of the others: middle, small.")
    expect(chooser.get_by_role("img", name=re.compile("Ringed: old"))).to_be_visible()
    check_accessibility(chooser.page)

    chooser.get_by_label("Cost").select_option("million parameters")
    expect(chooser).to_contain_text("it is on the front")


def test_under_the_pointer_a_point_says_its_network(chooser) -> None:
    from playwright.sync_api import expect

    tip = chooser.get_by_text("middle: accuracy 0.7, ms an image 2")
    expect(tip).to_be_hidden()
    chooser.locator(".tl-spot").filter(has_text="middle: accuracy").hover()
    expect(tip).to_be_visible()


def test_by_keyboard_the_budget_shrinks_until_one_is_left(chooser) -> None:
    from playwright.sync_api import expect

    page, network = chooser.page, chooser.get_by_label("Network")
    expect(network).to_have_value("large")

    chooser.get_by_label("Cost").focus()
    page.keyboard.press("Tab")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")

    expect(chooser.get_by_role("img", name=re.compile("1 of 4 networks are within"))).to_be_visible()
    expect(network).to_have_value("small")
    page.keyboard.press("Tab")  # ipywidgets' own readout of the slider
    page.keyboard.press("Tab")
    expect(network).to_be_focused()
