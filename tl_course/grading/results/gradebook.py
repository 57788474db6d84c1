"""Scores into a gradebook of nbgrader: https://nbgrader.readthedocs.io/en/stable/api/gradebook.html."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from tl_course.errors import CourseError
from tl_course.grading.assignment import Assignment, Task
from tl_course.grading.records import Graded, Outcome


def export_gradebook(
    graded: Iterable[Graded], course: Mapping[str, Assignment], path: Path, assignment: str = ""
) -> int:
    """Write the scores into the gradebook at `path`; the number of submissions written.

    `course` maps a lesson to its exercises. A notebook that the gradebook knows, from `nbgrader
    generate_assignment` or an earlier export, keeps its place; another gets an assignment of its own name.
    `assignment` says which one is meant where several hold the notebook. A check's score becomes
    the `auto_score` of its cell, a person's mark the `manual_score`; what waits for a person is noted as
    that, and no mark that was given in nbgrader is lost. Invalid files are left out. The file is replaced
    as a whole at the end, so nbgrader must not be open on it.

    Raises CourseError where nbgrader is missing, or `path` is no gradebook.
    """
    api = _nbgrader()
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.part")
    scratch.unlink(missing_ok=True)
    if path.exists():
        shutil.copyfile(path, scratch)
    try:
        with _opened(api, scratch, path) as gradebook:
            written = _write(_Place(api, gradebook, course, assignment), graded)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
    return written


def _nbgrader() -> Any:
    try:
        with _quiet():
            return import_module("nbgrader.api")
    except ImportError as error:
        raise CourseError(
            "Writing a gradebook needs nbgrader: install it with pip install nbgrader, then run this again."
        ) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the warnings of nbgrader's own calls, which nobody here can act on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _opened(api: Any, scratch: Path, path: Path) -> Iterator[Any]:
    with _quiet(), _own_programs():
        try:
            gradebook = api.Gradebook(f"sqlite:///{scratch}")
        except Exception as error:  # SQLAlchemy's, for a file of any other kind
            raise CourseError(f"{path} can't be opened as a gradebook of nbgrader: {error}") from error
        with closing(gradebook):
            with gradebook.engine.connect() as connection:  # a scratch file: a crash loses nothing
                connection.exec_driver_sql("PRAGMA synchronous = OFF")
            yield gradebook


@contextmanager
def _own_programs() -> Iterator[None]:
    """nbgrader calls `alembic` through PATH; it lies beside this Python, active environment or not."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _write(place: _Place, graded: Iterable[Graded]) -> int:
    written = 0
    for one in graded:
        if one.lesson:
            place.write(one)
            written += 1
    return written


@dataclass(frozen=True)
class _Home:
    """A lesson's notebook in the gradebook; `cells` has the name of each graded cell by its id."""

    assignment: str
    notebook: str
    cells: Mapping[str, str]


class _Place:
    """Where the scores of each lesson go in one gradebook."""

    def __init__(self, api: Any, gradebook: Any, course: Mapping[str, Assignment], assignment: str) -> None:
        self.api, self.gradebook, self.course, self.wanted = api, gradebook, course, assignment
        self.homes: dict[str, _Home] = {}  # of each lesson

    def write(self, graded: Graded) -> None:
        """Set the grades of one submission."""
        if graded.lesson not in self.homes:
            self.homes[graded.lesson] = self._prepared(self.course[graded.lesson])
        home = self.homes[graded.lesson]
        outcomes = {_cell_name(one.task, one.kind): one for one in graded.outcomes}
        for grade in self._submitted(home, graded.student).grades:
            outcome = outcomes.get(home.cells.get(grade.cell_id, ""))
            if outcome:
                _score(grade, outcome, graded.state)
        self.gradebook.db.commit()
        self.gradebook.db.expunge_all()  # a class of any size in the same memory

    def _submitted(self, home: _Home, student: str) -> Any:
        """The student's notebook, with a grade for each cell."""
        try:
            self.gradebook.find_student(student)
        except self.api.MissingEntry:
            self.gradebook.add_student(student)
        try:
            return self.gradebook.find_submission_notebook(home.notebook, home.assignment, student)
        except self.api.MissingEntry:
            submission = self.gradebook.update_or_create_submission(home.assignment, student)
        for one in submission.notebooks:
            if one.name == home.notebook:
                return one
        raise CourseError(
            f"The gradebook has a submission of {student!r} to {home.assignment!r} from before "
            f"{home.notebook} was part of it: remove that submission in nbgrader, then run this again."
        )

    def _prepared(self, course: Assignment) -> _Home:
        """The lesson's notebook and its cells, made where they are missing."""
        notebook = course.name.removesuffix(".ipynb")
        assignment = self._known(notebook)
        if not assignment:
            assignment = notebook
            self.gradebook.update_or_create_assignment(assignment)
            self.gradebook.update_or_create_notebook(notebook, assignment)
            for task in course.tasks:
                self._add_cells(task, notebook, assignment)
        known = self.gradebook.find_notebook(notebook, assignment).grade_cells
        cells = {cell.id: cell.name for cell in known}
        lacking = {_cell_name(task.name, task.kind) for task in course.tasks} - set(cells.values())
        if lacking:
            raise CourseError(
                f"The notebook {notebook} of the assignment {assignment!r} in the gradebook lacks the cells "
                f"{', '.join(sorted(lacking))}: run nbgrader generate_assignment with this version of it."
            )
        return _Home(assignment, notebook, cells)

    def _known(self, notebook: str) -> str:
        """The assignment that holds the notebook; empty where none does."""
        homes = [
            one.name
            for one in self.gradebook.assignments
            if any(held.name == notebook for held in one.notebooks)
        ]
        if self.wanted and self.wanted not in homes:
            known = ", ".join(sorted(homes)) or "none"
            raise CourseError(
                f"The assignment {self.wanted!r} of the gradebook has no notebook {notebook} "
                f"(assignments that have: {known}). Name another, or run nbgrader generate_assignment first."
            )
        if len(homes) > 1 and not self.wanted:
            raise CourseError(
                f"The gradebook has the notebook {notebook} in the assignments {', '.join(sorted(homes))}: "
                "name the one that is meant."
            )
        return self.wanted or (homes[0] if homes else "")

    def _add_cells(self, task: Task, notebook: str, assignment: str) -> None:
        kind = "markdown" if task.kind == "text" else "code"
        self.gradebook.update_or_create_grade_cell(
            _cell_name(task.name, task.kind), notebook, assignment, max_score=task.points, cell_type=kind
        )
        self.gradebook.update_or_create_solution_cell(task.name, notebook, assignment)


def _cell_name(task: str, kind: str) -> str:
    """The grade_id of the cell that carries a task's points."""
    return task if kind == "text" else f"{task}-points"


def _score(grade: Any, outcome: Outcome, state: str) -> None:
    """Set a grade; without a score nbgrader lists it among what a person has to look at."""
    points = None if state == "flagged" else outcome.points
    if outcome.state == "marked" and points is not None:
        grade.manual_score = points
    else:
        grade.auto_score = points
    grade.needs_manual_grade = points is None and grade.manual_score is None
