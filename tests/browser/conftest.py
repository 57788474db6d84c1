"""The course's own JupyterLab in a real browser: fixtures that open notebooks in it and run them.

A test gets a page by `cells` (a scratch notebook) or `lesson` (a notebook of the course) and uses it as a
person would. Whatever the page or its kernel complains about on the way fails the test at its end.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from .pages import KNOWN_OF_LAB, SHORT_PATIENCE, LabPage, Watch, violations
from .servers import Server, lab_server


def chromium() -> str | None:
    """The path of a Chromium, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def missing() -> str:
    """What a test in the browser lacks here; "" where it lacks nothing."""
    modules = ("pytest_playwright", "axe_playwright_python", "voila")
    lacking = [module for module in modules if importlib.util.find_spec(module) is None]
    return ", ".join(lacking + ["Chromium (or CHROMIUM=path)"] * (chromium() is None))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip this folder's tests where the browser or its drivers are missing."""
    lacking = missing()
    for item in items:
        if lacking and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=f"not installed: {lacking}"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Playwright drives the Chromium of this machine, not a download of its own."""
    return {**browser_type_launch_args, "executable_path": chromium()}


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    """Give a slow machine longer than the five seconds that Playwright expects a fast one to take."""
    if not missing():
        from playwright.sync_api import expect

        expect.set_options(timeout=SHORT_PATIENCE * 1000)


@pytest.fixture(scope="session")
def base_url() -> None:
    """Every address is given whole. (The plugin's own fixture is one that pytest 9 warns of.)"""


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The course's JupyterLab as `tl-course lab` starts it, on a copy of the notebooks, in an empty home."""
    with lab_server(tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture(scope="module")
def watched(lab: Server, browser: Any) -> Iterator[tuple[LabPage, Watch]]:
    """A page on the course's JupyterLab, one for a module since it takes seconds to load, and its watch."""
    with browser.new_context() as context:
        page = context.new_page()
        opened = LabPage(lab, page)
        yield opened, Watch(lab, page, KNOWN_OF_LAB)
        opened.close()


@pytest.fixture
def lab_page(watched: tuple[LabPage, Watch]) -> Iterator[LabPage]:
    """The module's page with the screen as at first; fails at its end on whatever was amiss."""
    opened, watch = watched
    opened.as_at_first()
    watch.faults.clear()
    yield opened
    assert opened.complaints() == []
    assert watch.faults == []


@pytest.fixture
def cells(lab_page: LabPage) -> Callable[[Sequence[str]], Any]:
    """`cells(sources)` runs a notebook of these code cells, and returns the page: each call new outputs."""
    return lab_page.run_cells


@pytest.fixture
def lesson(lab_page: LabPage) -> Callable[[str], Any]:
    """`lesson(path)` opens a notebook of the course, such as "notebooks/00_start_here.ipynb", and runs it."""
    return lab_page.run


@pytest.fixture
def check_accessibility() -> Callable[[Any], None]:
    """`check_accessibility(page)` fails on what axe-core finds serious or critical in the outputs."""

    def check(page: Any) -> None:
        found = violations(page)
        assert found == [], json.dumps(found, indent=1)

    return check
