"""What the hints of lesson 04 have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from torch import Tensor

from tl_course.exercises.checks import Hint
from tl_course.exercises.lesson_04.exact import distance


def first(hints: Iterable[Hint | None]) -> Hint | None:
    """The first one that there is."""
    return next(filter(None, hints), None)


def unwrapped(value: Any) -> Any:
    """The number in a tensor of one number; anything else as it is."""
    return value.item() if isinstance(value, Tensor) and value.numel() == 1 else value


def off_by(found: Tensor, wanted: Tensor) -> str:
    """How the gradient `found` differs from `wanted`."""
    away, lengths = distance(found, wanted), f"of length {found.norm():.3g} in place of {wanted.norm():.3g}"
    return f"one that is {away:.0%} off, {lengths}" if away < 10 else f"one {lengths}"
