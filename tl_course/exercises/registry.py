"""Every task by its name: a lesson's folder lists its tasks, and a check is imported when it is asked for."""

from __future__ import annotations

import difflib
from importlib import import_module

from tl_course.errors import CourseError
from tl_course.exercises.checks import Check

LESSONS = ("00", "01", "02", "03", "04", "05")


def tasks(lesson: str) -> tuple[str, ...]:
    """The names of a lesson's tasks, in the notebook's order; `lesson` such as "01"."""
    names: tuple[str, ...] = import_module(f"tl_course.exercises.lesson_{lesson}").TASKS
    return names


def find_check(name: str) -> Check:
    """The check of task `name`; raises CourseError for an unknown one, with the nearest name."""
    homes = {task: lesson for lesson in LESSONS for task in tasks(lesson)}
    if name not in homes:
        near = difflib.get_close_matches(name, homes, n=1, cutoff=0.0)[0]
        raise CourseError(f"There is no exercise {name!r}. Did you mean {near!r}?")
    found: Check = import_module(f"tl_course.exercises.lesson_{homes[name]}.{name}").CHECK
    return found
