"""A small made-up course and class, in which every number can be worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tl_course.grading.assignment import Assignment, Task
from tl_course.grading.intake.people import Person
from tl_course.grading.records import Graded, Outcome

RUBRIC = "- 1 point: SECRET RUBRIC"
TASKS = (
    Task("freeze", "Freeze a backbone", "check", 4, "freeze", (), "def freeze(model): ..."),
    Task("cache", "One pass, and the features are yours", "check", 6, "cache", (), "def cache(model): ..."),
    Task("plan", "A plan for one weekend", "text", 5, "", (), "YOUR ANSWER HERE", RUBRIC),
)
LESSON = Assignment(
    lesson="01",
    title="Exercises 01: Feature extraction",
    name="01.ipynb",
    tasks=TASKS,
    setup=(),
    locked={},
    digest="d1",
)
COURSE = {"01": LESSON}
ANNA = Person("anna", "Anna Alt", "anna@uni.example", {"moodle_id": "901", "canvas_id": "77", "section": "A"})
BEN = Person("ben", "Ben Berg", "ben@uni.example", {"moodle_id": "902", "sis_id": "S2", "login": "bb"})
PEOPLE = (ANNA, BEN)


def outcome(task: str, points: float | None = 0.0, state: str = "passed", **more: Any) -> Outcome:
    kind, of = next((one.kind, one.points) for one in TASKS if one.name == task)
    return Outcome(task, kind, state, points, of, **more)


def graded(student: str, *outcomes: Outcome, state: str = "graded", **more: Any) -> Graded:
    lesson = "" if state == "invalid file" else "01"
    return Graded(student, lesson, f"class.zip/{student}.ipynb", "digest", 424242, state, outcomes, **more)


def full(student: str, points: Sequence[float | None] = (4, 6, 5), **more: Any) -> Graded:
    """A notebook with these points in the three tasks; None in the last one waits for its mark."""
    freeze, cache, plan = points
    last = outcome("plan", plan, "to mark" if plan is None else "marked", answer="First I would look.")
    return graded(student, outcome("freeze", freeze), outcome("cache", cache), last, **more)
