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

import nbformat
import pytest

from .pages import SHORT_PATIENCE, LabPage, Watch, violations
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
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """The screen of a small laptop."""
    return {**browser_context_args, "viewport": {"width": 1280, "height": 800}}


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The course's JupyterLab as `tl-course lab` starts it, on a copy of the notebooks, in an empty home."""
    with lab_server(tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture
def lab_page(lab: Server, page: Any) -> Iterator[LabPage]:
    """A page on the course's JupyterLab; fails at its end on whatever was amiss."""
    watch, opened = Watch(lab, page), LabPage(lab, page)
    yield opened
    complaints = opened.complaints()
    opened.close()
    assert complaints == []
    assert watch.faults == []


@pytest.fixture
def cells(lab_page: LabPage) -> Callable[..., Any]:
    """`cells(sources)` opens a new notebook of these code cells, runs them all, and returns the page."""

    def open_and_run(sources: Sequence[str], path: str = "notebooks/scratch.ipynb") -> Any:
        code = [nbformat.v4.new_code_cell(source) for source in sources]
        kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
        notebook = nbformat.v4.new_notebook(cells=code, metadata={"kernelspec": kernel})
        nbformat.write(notebook, lab_page.server.course / path)
        return lab_page.run(path)

    return open_and_run


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
