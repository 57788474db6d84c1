"""What the hints of lesson 04 have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from torch import Tensor

from tl_course.exercises.checks import Hint, see
from tl_course.exercises.lesson_04.exact import distance
from tl_course.exercises.plain import describe

STEP = see(4, "How is the step written?")
CAST = see(4, "What does autocast change?")
PLACE = see(4, "How does the loss scale find its place?")
OLD = "Gradients that were there before the call went into the step."
COMPLAINTS = {
    "No inf checks were recorded prior to update": (
        "`update` found nothing to go by: only `scaler.step` and `scaler.unscale_` look at the gradients. "
        "What does `scaler.step` do by itself after an overflow?",
        PLACE,
    ),
    "No inf checks were recorded for this optimizer": (
        "The scaler found no gradients: were they cleared before its step, or was there no backward pass?",
        STEP,
    ),
    "unscale_() is being called after step()": (
        "`unscale_` came after a step, with no `update` between: does it come first, and is each step "
        "followed by an `update`?",
        STEP,
    ),
    "unscale_() has already been called": (
        "`unscale_` was called again, with no `update` between: once a step is enough, and each step is "
        "followed by an `update`.",
        STEP,
    ),
    "step() has already been called": (
        "`scaler.step` was called again, with no `update` between: is each step followed by an `update`?",
        STEP,
    ),
    "_scale is None": (
        "The scaler has not seen the loss yet: the backward pass begins at a scaled one.",
        STEP,
    ),
    "Attempting to unscale FP16 gradients": (
        "The weights themselves are in fp16: leave the model as it is, `autocast` casts on the way.",
        CAST,
    ),
    "NoneType": (
        "Something was None that is used as a tensor. Perhaps a gradient: a frozen parameter has none, its "
        "`.grad` is None.",
        "",
    ),
}


def complained(values: Any) -> Hint | None:
    """For a step that was stopped by an error that a probe has put into words."""
    if not isinstance(values, dict) or "complaint" not in values:
        return None
    for words, (mistake, place) in COMPLAINTS.items():
        if words in values["complaint"]:
            return Hint(mistake, see=place)
    return Hint(f"The scaler stopped with an error: {values['complaint'].strip().splitlines()[0]}", see=STEP)


def first(hints: Iterable[Hint | None]) -> Hint | None:
    """The first one that there is."""
    return next(filter(None, hints), None)


def unwrapped(value: Any) -> Any:
    """The number in a tensor of one number; anything else as it is."""
    return value.item() if isinstance(value, Tensor) and value.numel() == 1 else value


def truth(value: Any) -> bool | None:
    """True or False, 1 and 0 as well; None for anything else."""
    seen = unwrapped(value)
    return bool(seen) if isinstance(seen, bool | int | float) and seen in (0, 1) else None


def counted(values: Any) -> str:
    """How many values came, or what came instead."""
    if not isinstance(values, list):
        return describe(values)
    return f"{len(values)} value{'' if len(values) == 1 else 's'}"


def off_by(found: Tensor, wanted: Tensor) -> str:
    """How the gradient `found` differs from `wanted`."""
    away, lengths = distance(found, wanted), f"of length {found.norm():.3g} in place of {wanted.norm():.3g}"
    return f"one that is {away:.0%} off, {lengths}" if away < 10 else f"one {lengths}"
