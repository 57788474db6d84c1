"""What the instructor decides, in small CSVs: late work, points set by hand, marks of free texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tl_course.grading.assignment import Assignment, Task
from tl_course.grading.intake.people import Person
from tl_course.grading.results.sheets import Line, cell, read_sheet


@dataclass(frozen=True)
class Late:
    """What a lesson loses for being late, in percent of the points earned."""

    percent: float
    reason: str = ""


@dataclass(frozen=True)
class Override:
    """Points that replace a task's, whatever became of it."""

    points: float
    reason: str = ""


@dataclass(frozen=True)
class Mark:
    """A person's points for a free text; None as long as there are none."""

    points: float | None
    comment: str = ""


Course = Mapping[str, Assignment]
Lates = Mapping[tuple[str, str], Late]  # by student and lesson; the lesson "" stands for all
Overrides = Mapping[tuple[str, str], Override]  # by student and task
Marks = Mapping[tuple[str, str], Mark]  # by student and task


def read_late(path: Path | None, people: Iterable[Person], course: Course) -> Lates:
    """`student, percent`, and where they are there `lesson` and `reason`; raises CourseError by line."""
    late: dict[tuple[str, str], Late] = {}
    lessons = {"": "", **{name: lesson for lesson in course for name in (lesson, lesson.lstrip("0"))}}
    for line, student in _lines(path, ("student", "percent"), people):
        key = student, line.one_of("lesson", lessons, "lesson")
        _once(line, key, late)
        late[key] = Late(line.between("percent", 0, 100), line.text("reason"))
    return late


def read_override(path: Path | None, people: Iterable[Person], course: Course) -> Overrides:
    """`student, task, points`, and where it is there `reason`; raises CourseError by line."""
    override: dict[tuple[str, str], Override] = {}
    for line, student in _lines(path, ("student", "task", "points"), people):
        task = _task(line, course)
        _once(line, (student, task.name), override)
        points = line.between("points", 0, task.points)
        override[student, task.name] = Override(points, line.text("reason"))
    return override


def read_marks(path: Path | None, people: Iterable[Person], course: Course) -> Marks:
    """`student, task, points, comment` of the free texts; empty points are not marked yet.

    A row that nobody filled in may name a student who has left. Raises CourseError by line.
    """
    marks: dict[tuple[str, str], Mark] = {}
    for line, student in _lines(path, ("student", "task", "points"), people, filled=("points", "comment")):
        task = _task(line, course)
        if task.kind != "text":
            raise line.error(f"{task.name} is marked by its check: put its points into the override file.")
        _once(line, (student, task.name), marks)
        points = line.between("points", 0, task.points) if line.text("points") else None
        marks[student, task.name] = Mark(points, line.text("comment"))
    return marks


def _lines(
    path: Path | None, columns: Sequence[str], people: Iterable[Person], filled: Sequence[str] = ()
) -> Iterator[tuple[Line, str]]:
    """Each line with its student, whose key may stand there as a table of ours spells it.

    With `filled`, lines that are empty in all of these columns are passed over.
    """
    if path is None:
        return
    keys = [one.key for one in people]
    students = {cell(key).strip(): key for key in keys} | {key: key for key in keys}
    for line in read_sheet(path, columns).lines:
        if not filled or any(line.text(column) for column in filled):
            yield line, line.one_of("student", students, "student")


def _task(line: Line, course: Course) -> Task:
    tasks = {task.name: task for assignment in course.values() for task in assignment.tasks}
    return tasks[line.one_of("task", {name: name for name in tasks}, "task")]


def _once(line: Line, key: tuple[str, str], seen: Mapping[tuple[str, str], object]) -> None:
    if key in seen:
        raise line.error(f"{', '.join(filter(None, key))} stands in the file twice: keep one row.")
