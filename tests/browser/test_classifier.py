"""Classify my picture in JupyterLab: by mouse with files of one's own, and by keyboard in the dark theme."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

SOURCE = """from dataclasses import replace

import tl_course as tl
from tl_course import widgets
from tl_course.widgets.backbone_heads import frozen_with_head

whole = tl.load_profile("pocket")
profile = replace(whole, train=whole.train.few(25), val=whole.val.few(10))
widgets.classify_my_picture(frozen_with_head(profile.backbone, 6, profile.train), profile)"""
STRANGE = "This looks like nothing the network was trained on"


@pytest.fixture
def panel(cells: Callable[..., Any]) -> Any:
    panel = cells([SOURCE]).locator(".tl-classifier")
    panel.wait_for()
    return panel


def upload(panel: Any, file: Path) -> None:
    with panel.page.expect_file_chooser() as chooser:
        panel.get_by_role("button", name="Upload a picture").click()
    chooser.value.set_files(file)


def test_by_mouse_files_of_ones_own_are_answered_or_refused(
    panel: Any, check_accessibility: Callable[[Any], None], tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    verdict = panel.get_by_role("status").nth(1)
    expect(verdict).to_contain_text("It resembles what the network was trained on")
    Image.new("RGB", (640, 480), (250, 10, 250)).save(tmp_path / "wall.jpg")
    upload(panel, tmp_path / "wall.jpg")
    expect(verdict).to_contain_text(STRANGE)
    expect(verdict).to_contain_text("It would have said")
    expect(panel.get_by_role("img", name="What the network sees of your picture wall.jpg.")).to_be_visible()

    (tmp_path / "broken.jpg").write_bytes((tmp_path / "wall.jpg").read_bytes()[:300])
    upload(panel, tmp_path / "broken.jpg")
    expect(panel).to_contain_text("broken.jpg cannot be read")
    (tmp_path / "large.jpg").write_bytes(bytes(12_000_000))
    upload(panel, tmp_path / "large.jpg")
    expect(panel).to_contain_text("large.jpg has 12 MB; up to 8 MB can be read.")
    expect(verdict).to_contain_text(STRANGE)
    check_accessibility(panel.page)


def test_by_keyboard_an_example_is_taken_and_the_file_chooser_opens(
    panel: Any, check_accessibility: Callable[[Any], None]
) -> None:
    from playwright.sync_api import expect

    page = panel.page
    # Somebody must listen before the key is pressed: else the browser may open a chooser of its own.
    page.on("filechooser", lambda chooser: None)
    button = panel.get_by_role("button", name="Upload a picture")
    button.focus()
    expect(button).to_be_focused()
    with page.expect_file_chooser():
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(panel.get_by_role("combobox", name="or take")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    expect(panel.get_by_role("img", name="What the network sees of noise.")).to_be_visible()
    expect(panel.get_by_role("status").nth(1)).to_contain_text(STRANGE)
    page.emulate_media(color_scheme="dark")  # not before: JupyterLab takes the focus when its theme changes
    expect(page.locator("body[data-jp-theme-light=false]")).to_have_count(1)
    check_accessibility(page)
