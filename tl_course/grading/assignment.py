"""The instructor's side of a lesson's exercises, read from `solutions/`: tasks, points, cells, rubrics."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tl_course.errors import CourseError
from tl_course.exercises.edition import student_edition

RUBRIC = "**Rubric.**"


@dataclass(frozen=True)
class Task:
    """One graded task.

    `kind` is "check" or "text". `asked` is the name that the check is given; `given` are the sources of cells
    that this task's answer may rely on. `stub` is the answer cell as handed out. `rubric` is a text task's.
    """

    name: str
    title: str
    kind: str
    points: float
    asked: str
    given: tuple[str, ...]
    stub: str
    rubric: str = ""


@dataclass(frozen=True)
class Assignment:
    """A lesson's exercises.

    `setup` are the sources of cells that every answer may rely on; `locked` has the source of each cell that
    students were not to change.
    """

    lesson: str
    title: str
    name: str
    tasks: tuple[Task, ...]
    setup: tuple[str, ...]
    locked: Mapping[str, str]
    digest: str

    @property
    def of(self) -> float:
        """All points of the notebook."""
        return sum(task.points for task in self.tasks)


def read_course(solutions: Path) -> dict[str, Assignment]:
    """The assignment of each lesson that has exercises; raises CourseError where there are none."""
    found = {path.name[:2]: read_assignment(path) for path in sorted(solutions.glob("[0-9][0-9]_*.ipynb"))}
    if not found:
        raise CourseError(f"No notebooks in {solutions}: name the course's folder with --course.")
    return found


def set_ups(course: Mapping[str, Assignment]) -> list[str]:
    """For each lesson the code that every answer may rely on."""
    return ["\n".join(one.setup) for one in course.values()]


def read_assignment(path: Path) -> Assignment:
    """The assignment of one notebook of `solutions/`."""
    solution = nbformat.read(path, as_version=4).cells
    edition_text = student_edition(path)
    edition = nbformat.reads(edition_text, as_version=4).cells
    cells = {_id(cell): cell for cell in edition}
    tasks = [
        _task(cell, cells, solved)
        for cell, solved in zip(edition, solution, strict=True)
        if cell.metadata.nbgrader.solution
    ]
    return Assignment(
        lesson=path.name[:2],
        title=_heading(edition[0].source),
        name=path.name,
        tasks=tuple(tasks),
        setup=tuple(
            cell.source for name, cell in cells.items() if _is_given(cell) and not name.endswith("-given")
        ),
        locked={name: cell.source for name, cell in cells.items() if not cell.metadata.nbgrader.solution},
        digest=hashlib.sha256(edition_text.encode()).hexdigest()[:16],
    )


def _task(cell: NotebookNode, cells: Mapping[str, NotebookNode], solved: NotebookNode) -> Task:
    name = _id(cell)
    given = cells.get(f"{name}-given")
    title = re.sub(r"^\d+\. ", "", _heading(cells[f"{name}-task"].source))
    if cell.cell_type == "markdown":
        rubric = solved.source.partition(RUBRIC)[2].strip()
        return Task(name, title, "text", cell.metadata.nbgrader.points, "", (), cell.source, rubric)
    return Task(
        name, title, "check",
        points=cells[f"{name}-points"].metadata.nbgrader.points,
        asked=asked_name(name, cell.source),
        given=(given.source,) if given and _is_given(given) else (),
        stub=cell.source,
    )  # fmt: skip


def asked_name(task: str, source: str) -> str:
    """The name that the check in the last line of an answer cell is given."""
    found = re.search(rf'^check\("{task}", (\w+)\)$', source, re.MULTILINE)
    if not found:
        raise CourseError(f'The answer cell of {task} has to end in check("{task}", NAME).')
    return found[1]


def _is_given(cell: NotebookNode) -> bool:
    return "given" in cell.metadata.get("tags", ())


def _heading(source: str) -> str:
    return source.splitlines()[0].lstrip("# ").strip()


def _id(cell: NotebookNode) -> str:
    name: str = cell.metadata.nbgrader.grade_id
    return name
