"""Makes the student edition: `exercises/` from `solutions/`, the same bytes from the same source."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tl_course.errors import CourseError
from tl_course.files import write_atomically

CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"  # the words of nbgrader's own release
TEXT_STUB = "YOUR ANSWER HERE"
REGION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?^[ \t]*### END SOLUTION\n", re.MULTILINE | re.DOTALL)


def build(solutions: Path, exercises: Path) -> list[Path]:
    """Write the student edition of each notebook in `solutions` to `exercises`; the files that changed.

    Raises CourseError, before anything is written, where a solution can't be read, or where somebody has
    worked in a file that would be replaced.
    """
    editions = {exercises / path.name: student_edition(path) for path in _notebooks(solutions)}
    stale = [path for path, text in editions.items() if not path.is_file() or _text(path) != text]
    for path in stale:
        if path.is_file() and _has_outputs(path):
            raise CourseError(
                f"{path} has outputs, so somebody has worked in it: move it elsewhere, then build again."
            )
    exercises.mkdir(exist_ok=True)
    for path in stale:
        write_atomically(path, editions[path])
    return stale


def drift(solutions: Path, exercises: Path) -> list[str]:
    """A line for each file in `exercises` that a build would change, or that no solution stands for."""
    sources = _notebooks(solutions)
    lines = []
    for path in sources:
        edition = exercises / path.name
        if not edition.is_file():
            lines.append(f"{edition} is missing")
        elif _text(edition) != student_edition(path):
            lines.append(f"{edition} differs from what {path.name} in {solutions.name} gives")
    known = {path.name for path in sources}
    strays = [path for path in sorted(exercises.glob("*.ipynb")) if path.name not in known]
    return [*lines, *(f"{path} has no solution" for path in strays)]


def student_edition(path: Path) -> str:
    """The notebook at `path` as a student gets it: stubs for solutions, no outputs, the rest locked."""
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        for cell in notebook.cells:
            _prepare(cell)
    except (CourseError, ValueError, KeyError, AttributeError, nbformat.ValidationError) as error:
        raise CourseError(f"{path} can't be made into an exercise: {error}") from error
    notebook.metadata.pop("widgets", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    return f"{nbformat.writes(notebook).rstrip()}\n"


def _prepare(cell: NotebookNode) -> None:
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
        cell.metadata.pop("execution", None)
    if cell.metadata.nbgrader.solution:
        cell.source = _stubbed(cell)
    else:
        cell.metadata.update(editable=False, deletable=False)


def _stubbed(cell: NotebookNode) -> str:
    if cell.cell_type != "code":
        return TEXT_STUB
    source, regions = REGION.subn(_stub, cell.source)
    if not regions or "SOLUTION" in source:
        raise CourseError(
            f"cell {cell.metadata.nbgrader.grade_id} needs ### BEGIN SOLUTION and ### END SOLUTION, "
            "each on a line of its own"
        )
    return source


def _stub(region: re.Match[str]) -> str:
    """The stub, as far in as the region; none where the answer is data: that cell has to run as it is."""
    indent = region[1]
    return "".join(f"{indent}{line}\n" for line in CODE_STUB.splitlines()) if indent else ""


def _notebooks(folder: Path) -> list[Path]:
    found = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    if not found:
        raise CourseError(f"No notebooks in {folder}: run this in the course's folder, beside solutions/.")
    return found


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


def _has_outputs(path: Path) -> bool:
    try:
        cells = nbformat.read(path, as_version=4).cells
    except Exception:  # a broken file may hold somebody's work as well
        return True
    return any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
