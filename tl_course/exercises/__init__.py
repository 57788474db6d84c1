"""The checks behind the exercises."""

from tl_course.exercises.checks import Check, check

__all__ = ["Check", "check"]
