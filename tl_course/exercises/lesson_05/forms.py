"""Hints on what a function returns, before its values are looked at."""

from __future__ import annotations

from typing import Any

from tl_course.exercises.checks import Hint
from tl_course.exercises.plain import describe


def returned(value: Any, wanted: str) -> Hint | None:
    """A hint where nothing came."""
    if value is not None:
        return None
    return Hint(
        "Your function returns nothing: is a `return` missing? Printing is not returning.", wanted, "None"
    )


def not_a_pair(came: Any, wanted: str) -> Hint:
    """A hint for what came in place of two things."""
    return returned(came, wanted) or Hint("Return a pair, two things in this order.", wanted, describe(came))
