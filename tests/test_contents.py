"""A notebook that was saved with widgets is opened with them as long as their kernel lives."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest
from traitlets.config import Configurable

from tl_course.contents import Contents
from tl_course.runner import WIDGET_VIEW

STILL = {"text/html": "<p>a still</p>"}


class Server(Configurable):
    """A Jupyter server that has kernels for these notebooks."""

    def __init__(self, *paths: str) -> None:
        super().__init__()
        self.paths = paths
        self.session_manager = self

    async def list_sessions(self) -> list[dict[str, Any]]:
        return [{"path": path} for path in self.paths]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with notebooks/mine.ipynb, whose only output is a widget with its still."""
    output = nbformat.v4.new_output("display_data", data={**STILL, WIDGET_VIEW: {"model_id": "gone"}})
    cell = nbformat.v4.new_code_cell("panel", outputs=[output])
    (tmp_path / "notebooks").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "notebooks" / "mine.ipynb")
    return tmp_path


def result_of(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """What it returns, run in another thread: a test in the browser may have left a loop running here."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def shown(folder: Path, *with_kernels: str) -> dict[str, Any]:
    """What the notebook's output holds when it is opened beside the kernels of these."""
    contents = Contents(root_dir=str(folder), parent=Server(*with_kernels))
    model = result_of(contents.get("notebooks/mine.ipynb", content=True, type="notebook"))
    return dict(model["content"].cells[0].outputs[0].data)


def test_without_a_kernel_the_still_is_shown(folder: Path) -> None:
    assert shown(folder) == STILL


def test_the_kernel_of_another_notebook_keeps_nothing_alive(folder: Path) -> None:
    assert shown(folder, "notebooks/other.ipynb") == STILL


def test_with_its_kernel_the_widget_is_shown(folder: Path) -> None:
    assert WIDGET_VIEW in shown(folder, "notebooks/mine.ipynb")


def test_opening_leaves_the_file_as_it_is(folder: Path) -> None:
    file = folder / "notebooks" / "mine.ipynb"
    before = file.read_bytes()
    shown(folder)
    assert file.read_bytes() == before


@pytest.mark.parametrize("options", [{"content": False}, {"type": "file"}])
def test_what_is_no_opened_notebook_is_read_as_ever(folder: Path, options: dict[str, Any]) -> None:
    contents = Contents(root_dir=str(folder), parent=Server())
    model = result_of(contents.get("notebooks/mine.ipynb", **options))
    assert model["content"] is None or WIDGET_VIEW in model["content"]


def test_a_folder_is_listed(folder: Path) -> None:
    contents = Contents(root_dir=str(folder), parent=Server())
    model = result_of(contents.get("notebooks"))
    assert [file["name"] for file in model["content"]] == ["mine.ipynb"]
