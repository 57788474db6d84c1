"""The Grad-CAM studio in JupyterLab: by mouse with a file of one's own, and by keyboard in the dark theme."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

# No head is trained for the first backbone: what is shown is what matters here.
SOURCE = """import tl_course as tl
from tl_course import widgets

profile = tl.load_profile("pocket")
widgets.grad_cam_studio(profile, {"pocket_resnet": tl.load_backbone("pocket_resnet", 6)})"""
WIDE_ENOUGH = """() => document.querySelector(".tl-studio img[alt^='Map on']").clientWidth >= 160"""


@pytest.fixture
def studio(cells: Callable[..., Any]) -> Any:
    panel = cells([SOURCE]).locator(".tl-studio")
    panel.wait_for()
    return panel


def test_by_mouse_a_backbone_is_trained_and_a_file_is_explained(
    studio: Any, check_accessibility: Callable[[Any], None], tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    page, reading = studio.page, studio.get_by_role("status").first
    studio.get_by_role("combobox", name="picture of").select_option("fish")
    expect(reading).to_contain_text("it is fish. The map of gradcam at layer4")
    studio.get_by_role("combobox", name="backbone").select_option("pocket_mobilenet")
    expect(reading).to_contain_text("pocket_mobilenet says", timeout=60_000)
    studio.get_by_role("combobox", name="layer").select_option("stage1")
    studio.get_by_role("combobox", name="map asks for").select_option("cat")
    expect(reading).to_contain_text("The map of gradcam at stage1 asks for cat. Pointing game:")
    studio.get_by_role("img", name="Map on its picture, fish number 1: gradcam at stage1").wait_for()
    page.wait_for_function(WIDE_ENOUGH)
    check_accessibility(page)

    Image.new("RGB", (300, 200), (40, 160, 40)).save(tmp_path / "meadow.png")
    with page.expect_file_chooser() as chooser:
        studio.get_by_role("button", name="Upload a picture").click()
    chooser.value.set_files(tmp_path / "meadow.png")
    expect(reading).to_contain_text("no mask says where the thing is")
    expect(studio.get_by_role("img", name="The picture: your picture.")).to_be_visible()
    check_accessibility(page)


def test_by_keyboard_picture_layer_and_method_change(
    studio: Any, check_accessibility: Callable[[Any], None]
) -> None:
    from playwright.sync_api import expect

    page, reading = studio.page, studio.get_by_role("status").first
    studio.get_by_role("combobox", name="picture of").focus()
    page.keyboard.press("ArrowDown")
    expect(reading).to_contain_text("it is bee.")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    expect(studio.get_by_role("img", name="The picture: bee number 2.")).to_be_visible()
    for _ in range(3):  # the upload, the backbone, the layer
        page.keyboard.press("Tab")
    expect(studio.get_by_role("combobox", name="layer")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(reading).to_contain_text("at layer3")
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    expect(reading).to_contain_text("The map of scorecam at layer3", timeout=60_000)
    page.emulate_media(color_scheme="dark")  # not before: JupyterLab takes the focus when its theme changes
    expect(page.locator("body[data-jp-theme-light=false]")).to_have_count(1)
    check_accessibility(page)
