"""Makes docs/widget_*.png: the main widgets as they stand in JupyterLab. python docs/widgets.py [freeze ...]

Needs Chromium and the test extra.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER.parent))
from tests.browser.conftest import chromium  # noqa: E402
from tests.browser.pages import LabPage  # noqa: E402
from tests.browser.servers import lab_server  # noqa: E402

START = "import tl_course as tl\nfrom tl_course import widgets\n\nprofile = tl.load_profile('pocket')\n"


def train_two(panel: Any) -> None:
    """Train the head alone, then the deepest stage as well."""
    train = panel.get_by_role("button", name="Train 5 epochs")
    train.click()
    five = r"head: (0\.\d\d(, )?){5}"
    panel.get_by_role("img", name=re.compile(five)).wait_for(timeout=120_000)
    panel.get_by_role("button", name="layer4: frozen").click()
    train.click()
    panel.get_by_role("img", name=re.compile(rf"layer4 \+ {five}")).wait_for(timeout=120_000)
    panel.get_by_text("for the backward pass").wait_for()


def answer(card: Any) -> None:
    """Choose the second option, and check it."""
    card.get_by_role("listbox").select_option(index=1)
    card.get_by_role("button", name="Check").click()
    card.locator(".tl-right, .tl-not-yet").wait_for()


def commit(panel: Any) -> None:
    """Commit a guess."""
    panel.get_by_label("Your prediction").select_option(index=11)
    panel.get_by_role("button", name="Commit").click()


def take_a_cat(panel: Any) -> None:
    """A cat, one stage below the deepest."""
    panel.get_by_role("img").first.wait_for(timeout=120_000)
    panel.get_by_label("picture of").select_option("cat")
    panel.get_by_label("layer").select_option("layer3")
    panel.get_by_text("map: gradcam at layer3").wait_for()


def leave(panel: Any) -> None:
    """As it comes."""


# name -> what a cell holds, and what a person does before the picture is taken
WIDGETS: dict[str, tuple[str, str, Callable[[Any], None]]] = {
    "freeze": (START + "widgets.freeze_explorer(profile)", ".tl-freeze", train_two),
    "studio": (START + "widgets.grad_cam_studio(profile)", ".tl-studio", take_a_cat),
    "microscope": (START + "widgets.number_microscope()", ".tl-microscope", leave),
    "prediction": (
        START + "widgets.predict('Which share will it name right?', 0, 1)", ".tl-predict", commit,
    ),
    "quiz": (START + "widgets.quiz('01')", ".tl-card:has(select)", answer),
}  # fmt: skip


def main() -> None:
    """Photograph the widgets that are named, all where none is."""
    names = sys.argv[1:] or list(WIDGETS)
    unknown = [name for name in names if name not in WIDGETS]
    if unknown:
        sys.exit(f"No widget {', '.join(unknown)}; there are {', '.join(WIDGETS)}.")
    if chromium() is None:
        sys.exit("This needs Chromium; on Debian and Ubuntu: apt install chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        course, home = Path(folder, "course"), Path(folder, "home")
        home.mkdir()
        with lab_server(course, home) as server, launched(driver) as browser:
            for name in names:
                page = browser.new_page(viewport={"width": 1280, "height": 1400}, device_scale_factor=1.5)
                photograph(LabPage(server, page), name)
                page.close()


def launched(driver: Any) -> Any:
    """The Chromium of this machine."""
    return driver.chromium.launch(executable_path=chromium())


def photograph(lab: LabPage, name: str) -> None:
    """Run the widget's cell in a notebook of its own, use it, and keep a picture of the panel."""
    source, place, use = WIDGETS[name]
    panel = lab.run_cells([source], f"notebooks/{name}.ipynb").locator(place).first
    panel.wait_for()
    use(panel)
    panel.screenshot(path=FOLDER / f"widget_{name}.png")
    lab.close()


if __name__ == "__main__":
    main()
