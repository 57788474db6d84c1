"""A submitted notebook, read as data: whose lesson it is, and the student's own cells."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tl_course.grading.assignment import Assignment, Task

MOST_CELLS = 2000
MOST_BRACKETS = 1_000_000  # opening ones: three bytes of JSON can be a hundred in memory
LONGEST_SOURCE = 100_000  # characters
NAMED = 3  # so many are listed in a note
CHECKED = re.compile(r"""^[ \t]*check\(\s*["'](\w+)["']""", re.MULTILINE)


class InvalidFileError(ValueError):
    """Bytes that are no notebook of the course, with the reason."""


@dataclass(frozen=True)
class Written:
    """A cell: its place in the notebook, and `name`, which is empty for a cell that the student added."""

    place: int
    name: str
    kind: str
    source: str


@dataclass(frozen=True)
class Reading:
    """A notebook's answers. `notes` are about the notebook, `about` about single tasks."""

    assignment: Assignment
    cells: tuple[Written, ...]
    answers: Mapping[str, Written]
    notes: tuple[str, ...]
    about: Mapping[str, tuple[str, ...]]

    def before(self, answer: Written) -> list[str]:
        """The code above an answer: the student's own, and the instructor's version of what was given."""
        locked = self.assignment.locked
        return [
            locked.get(cell.name, cell.source)
            for cell in self.cells[: answer.place]
            if cell.kind == "code" and not cell.name.endswith(("-points", "-use"))
        ]


def read_notebook(data: bytes, course: Mapping[str, Assignment]) -> Reading:
    """Read a notebook's bytes; raises InvalidFileError where there is nothing to grade in them."""
    cells = _cells(data)
    assignment = _assignment(cells, course)
    answers: dict[str, Written] = {}
    about: dict[str, tuple[str, ...]] = {}
    for task in assignment.tasks:
        found, notes = _answer(task, cells, assignment)
        if found:
            answers[task.name] = found
        if notes:
            about[task.name] = notes
    return Reading(assignment, tuple(cells), answers, tuple(_changes(assignment, cells)), about)


def _cells(data: bytes) -> list[Written]:
    brackets = data.count(b"[") + data.count(b"{")
    if brackets > MOST_BRACKETS:
        raise InvalidFileError(
            f"has {brackets:,} lists and dictionaries; {MOST_BRACKETS:,} are allowed: clear its outputs"
        )
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InvalidFileError("is not text in UTF-8, so it is no notebook") from None
    except (ValueError, RecursionError) as problem:
        raise InvalidFileError(f"is not valid JSON, so it is no notebook ({_short(problem)})") from None
    if not isinstance(notebook, dict) or type(notebook.get("nbformat")) is not int:
        raise InvalidFileError("is JSON, but no notebook")
    if notebook["nbformat"] == 4 and not isinstance(notebook.get("cells"), list):
        raise InvalidFileError("is a notebook without cells")
    if notebook["nbformat"] != 4:
        raise InvalidFileError(
            f"is in notebook format {str(notebook['nbformat'])[:9]}, and only 4 can be read: open it in "
            "JupyterLab and save it"
        )
    if len(notebook["cells"]) > MOST_CELLS:
        raise InvalidFileError(f"has {len(notebook['cells']):,} cells; {MOST_CELLS:,} are allowed")
    return [_written(place, cell) for place, cell in enumerate(notebook["cells"])]


def _short(problem: BaseException) -> str:
    return str(problem)[:80]


def _written(place: int, cell: Any) -> Written:
    """A cell of any form, as far as it can be read."""
    fields = cell if isinstance(cell, dict) else {}
    source = fields.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    metadata = fields.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    kind = fields.get("cell_type")
    return Written(
        place,
        name if isinstance(name, str) else "",
        kind if isinstance(kind, str) else "",
        source if isinstance(source, str) else "",
    )


def _assignment(cells: Iterable[Written], course: Mapping[str, Assignment]) -> Assignment:
    """The lesson that most of the notebook's tasks belong to."""
    named = {cell.name for cell in cells} | {one for cell in cells for one in CHECKED.findall(cell.source)}
    counts = {lesson: sum(task.name in named for task in one.tasks) for lesson, one in course.items()}
    best = max(counts, key=lambda lesson: counts[lesson])
    if not counts[best]:
        raise InvalidFileError("holds no task of the course's exercises")
    return course[best]


def _answer(
    task: Task, cells: list[Written], assignment: Assignment
) -> tuple[Written | None, tuple[str, ...]]:
    """The cell that answers `task`, and what an instructor should know of how it was found."""
    kind = "code" if task.kind == "check" else "markdown"
    ours = [cell for cell in cells if cell.name == task.name and cell.kind == kind]
    worked_in = [cell for cell in ours if not untouched(task, cell.source)]
    notes = []
    if not worked_in:
        worked_in = _of_ones_own(task, kind, cells, assignment)
        if worked_in:
            notes.append("The answer cell is gone or as it was; a cell of the student's own was graded.")
    if not worked_in and not ours:
        return None, ("The answer cell is missing.",)
    if len(ours) > 1:
        notes.append(f"{len(ours)} cells answer this task; the last one that was worked in was graded.")
    answer = (worked_in or ours)[-1]
    if len(answer.source) > LONGEST_SOURCE:
        return None, (f"The answer has {len(answer.source):,} characters; {LONGEST_SOURCE:,} are allowed.",)
    return answer, tuple(notes)


def _of_ones_own(task: Task, kind: str, cells: list[Written], assignment: Assignment) -> list[Written]:
    """Cells without a name that have the task's check; else those that stand where its answer belongs.

    Some editors drop the names of all cells, and some students type their answer into a new one.
    """
    own = [cell for cell in cells if not cell.name and cell.kind == kind and not untouched(task, cell.source)]
    checked = [cell for cell in own if task.name in CHECKED.findall(cell.source)]
    if checked:
        return checked
    locked = {_plain(source): name for name, source in assignment.locked.items()}
    last, found = "", []
    for cell in cells:
        last = locked.get(_plain(cell.source), last)
        beside = last.startswith(f"{task.name}-") and not last.endswith(("-points", "-after", "-use"))
        if cell in own and beside and _plain(cell.source) not in locked:
            found.append(cell)
    return found


def untouched(task: Task, source: str) -> bool:
    """Whether a cell is empty or as it was handed out."""
    return _plain(source) in ("", _plain(task.stub))


def _plain(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def _changes(assignment: Assignment, cells: list[Written]) -> list[str]:
    """How the locked cells differ from those handed out. None of it counts, so all of it is only told."""
    tasks = {task.name for task in assignment.tasks}
    known = [cell for cell in cells if cell.name in assignment.locked]
    first = {cell.name: cell for cell in reversed(known)}
    edited = [name for name, cell in first.items() if _plain(cell.source) != _plain(assignment.locked[name])]
    deleted = [name for name in assignment.locked if name not in first]
    twice = sorted({cell.name for cell in known if first[cell.name] is not cell})
    strange = sorted({cell.name for cell in cells if cell.name} - set(assignment.locked) - tasks)
    order = [name for name in assignment.locked if name in first]
    moved = order != sorted(order, key=lambda name: first[name].place)
    found = [
        (edited, "Locked cells edited (the instructor's version counts)"),
        (deleted, "Locked cells deleted (the instructor's version counts)"),
        (twice, "Locked cells that are there more than once"),
        (strange, "Cells of another version of the notebook, or of another lesson"),
    ]
    notes = [f"{what}: {_listed(names)}." for names, what in found if names]
    return [*notes, "Locked cells are in another order."] if moved else notes


def _listed(names: list[str]) -> str:
    shown = ", ".join(name[:60] for name in sorted(names)[:NAMED])
    return f"{shown} and {len(names) - NAMED} more" if len(names) > NAMED else shown
