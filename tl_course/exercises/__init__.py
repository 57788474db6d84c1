"""The checks behind the exercises: one for each task, in the folder of its lesson."""

from tl_course.exercises.checks import Check, Hint, Result
from tl_course.exercises.notebook import check, passed, points
from tl_course.exercises.progress import progress

__all__ = ["Check", "Hint", "Result", "check", "passed", "points", "progress"]
