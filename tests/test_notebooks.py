"""What every stored notebook of the course keeps to; that they run and give these outputs is nbval's part."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from tl_course.folding import fold_results

ROOT = Path(__file__).parents[1]
FOLDERS = ("notebooks", "exercises", "solutions")
MAX_LINES = 15
# what JupyterLab, VS Code, Colab, GitHub and nbviewer all show
MIME_TYPES = {"text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/jpeg"}

PATHS = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.ipynb")
               if ".ipynb_checkpoints" not in path.parts)  # fmt: skip
# an exercise is handed out with its cells not yet run
EXECUTED = [path for path in PATHS if path.relative_to(ROOT).parts[0] != "exercises"]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def code_cells(path: Path) -> list[NotebookNode]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def outputs(path: Path) -> list[tuple[int, NotebookNode]]:
    """Every stored output with the number of its code cell, from 1."""
    cells = enumerate(code_cells(path), start=1)
    return [(number, output) for number, cell in cells for output in cell.outputs]


every_notebook = pytest.mark.parametrize("path", PATHS, ids=name)
every_executed_notebook = pytest.mark.parametrize("path", EXECUTED, ids=name)


LESSONS = (
    "00_start_here",
    "01_feature_extraction",
    "02_fine_tuning",
    "03_backbone_swaps",
    "04_mixed_precision",
    "05_grad_cam",
)


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_course_has_the_lesson(lesson):
    assert (ROOT / "notebooks" / f"{lesson}.ipynb").is_file()


@every_notebook
def test_a_notebook_is_valid(path):
    nbformat.validate(read(path))


@every_notebook
def test_a_notebook_asks_for_the_kernel_that_the_course_installs(path):
    assert read(path).metadata.kernelspec.name == "python3"


@every_notebook
def test_a_notebook_has_the_format_that_jupyter_vs_code_and_colab_share(path):
    notebook = read(path)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert {cell.cell_type for cell in notebook.cells} <= {"code", "markdown"}


@every_notebook
def test_a_notebook_stores_outputs_that_every_front_end_shows(path):
    kinds = {kind for _, output in outputs(path) for kind in output.get("data", {})}
    assert kinds <= MIME_TYPES


@every_notebook
def test_a_notebook_brings_no_script(path):
    script = re.compile(r"%%(javascript|js|html)\b|\bJavascript\(|<script\b", re.IGNORECASE)
    shown = [text for _, output in outputs(path) for text in output.get("data", {}).values()]
    texts = [cell.source for cell in read(path).cells] + shown
    assert [found for text in texts if (found := script.search(text))] == []


@every_notebook
def test_a_notebook_stores_no_widget_state(path):
    assert "widgets" not in read(path).metadata


@every_notebook
def test_a_notebook_starts_with_its_title_and_its_minutes(path):
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    assert re.match(r"# \S", first.source)
    assert re.search(r"\d+ min", first.source)


@every_notebook
def test_a_code_cell_fits_a_screen(path):
    # but for answers, which come with their reasons: tests/exercises counts their lines of code
    lengths = {
        number: len(cell.source.splitlines()) for number, cell in enumerate(code_cells(path), start=1)
        if not cell.metadata.get("nbgrader", {}).get("solution") or path.parent.name == "exercises"
    }  # fmt: skip
    assert {number: length for number, length in lengths.items() if length > MAX_LINES} == {}


@every_notebook
def test_a_link_to_a_file_leads_to_one(path):
    texts = [cell.source for cell in read(path).cells if cell.cell_type == "markdown"]
    links = [link for text in texts for link in re.findall(r"\]\((?!https?:)([^)#]+)", text)]
    assert [link for link in links if not (path.parent / link).exists()] == []


@every_notebook
def test_no_cell_relies_on_a_semicolon_to_hide_its_value(path):
    # nbval runs a cell without history, where IPython does not see the semicolon: assign to _ instead
    cells = enumerate(code_cells(path), start=1)
    assert [number for number, cell in cells if cell.source.rstrip().endswith(";")] == []


@every_executed_notebook
def test_a_notebook_was_run_once_from_top_to_bottom(path):
    counts = [cell.execution_count for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1))


@every_executed_notebook
def test_a_notebook_printed_no_warning(path):
    assert [(number, output.text) for number, output in outputs(path) if output.get("name") == "stderr"] == []


@every_executed_notebook
def test_a_notebook_raised_no_error_but_where_it_means_to(path):
    may_raise = {
        number for number, cell in enumerate(code_cells(path), start=1)
        if "raises-exception" in cell.metadata.get("tags", [])
    }  # fmt: skip
    errors = [(number, output.evalue) for number, output in outputs(path) if output.output_type == "error"]
    assert [error for error in errors if error[0] not in may_raise] == []


@every_notebook
def test_a_notebook_names_no_folder_of_the_machine_that_ran_it(path):
    assert str(ROOT) not in path.read_text(encoding="utf-8")
    assert str(Path.home()) + "/" not in path.read_text(encoding="utf-8")


@every_executed_notebook
def test_what_a_prediction_asks_for_is_folded(path):
    stored, folded = read(path), read(path)
    fold_results(folded)
    assert stored == folded
