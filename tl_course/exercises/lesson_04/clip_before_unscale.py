"""Find the bug: gradients that were clipped while they were still multiplied by the loss scale."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_04 import exact, probes
from tl_course.exercises.lesson_04.hints import first, unwrapped
from tl_course.exercises.plain import close, describe

STEP = see(4, "How is the step written?")
PLACE = see(4, "How does the loss scale find its place?")


def draw(random: Random) -> Inputs:
    """Four steps: one to be clipped, one that is short enough, one that overflows, one to be clipped."""
    return {
        "seed": random.randrange(10**6),
        "sizes": [random.randint(6, 12) for _ in range(4)],
        "lr": 0.1,
        "scale": 2.0 ** random.randint(10, 18),
        "limits": [random.choice([0.05, 0.1, 0.2]), 50.0, 1.0, random.choice([0.05, 0.1, 0.2])],
        "factors": [1.0, 1.0, 1e36, 1.0],  # times a scale, 1e36 passes the largest float32
    }


def on(inputs: Inputs) -> str:
    """The first step in words."""
    return f"a loss scale of {inputs['scale']:.0f} and a limit of {inputs['limits'][0]}"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The steps that were taken, the lengths returned, the step that had to be left out, the scale."""
    batches = exact.small_batches(inputs["seed"], inputs["sizes"])
    gradients = [
        exact.gradient_of(step["before"]["state"], batch) for step, batch in zip(values, batches, strict=True)
    ]
    usual = [number for number, factor in enumerate(inputs["factors"]) if factor == 1]
    return {
        "weights": first(_movement(inputs, n, values[n], gradients[n]) for n in usual) or _unused(values),
        "length": first(_length(inputs, n, values[n], gradients[n]) for n in usual),
        "overflow": first(_overflow(step) for n, step in enumerate(values) if n not in usual),
        "scale": first(_scale(n in usual, step) for n, step in enumerate(values)),
    }


def _movement(inputs: Inputs, number: int, step: Any, gradient: Tensor) -> Hint | None:
    if not step["before"]["state"].isfinite().all():
        return None  # a step with infinite gradients came before; `overflow` says so
    lr, limit, scale = inputs["lr"], inputs["limits"][number], step["before"]["scale"]
    length = gradient.norm().item()
    clipped = gradient * min(1.0, limit / length)
    moved = (step["before"]["state"].double() - step["after"]["state"].double()) / lr
    if exact.distance(moved, clipped) <= 0.01:
        return None
    seen, wanted = moved.norm().item(), clipped.norm().item()
    facts = f"a gradient of length {wanted:.3g} in the step", f"one of length {seen:.3g}"
    if seen < 2 * wanted / scale:
        return Hint(
            "Hardly anything is left to step with. How long were the gradients when they were clipped?",
            *facts, STEP,
        )  # fmt: skip
    if exact.distance(moved, gradient) <= 0.01:
        return Hint("The step was taken with gradients that were not clipped.", *facts, STEP)
    if length < limit:
        return Hint("A gradient that is shorter than the limit stays as it is.", *facts, STEP)
    if seen > 10 * wanted:
        return Hint(
            "The step was taken with gradients that were still multiplied by the scale.", *facts, STEP
        )
    return Hint(
        "The clipped gradient points elsewhere: shorten all parameters by one common factor.", *facts, STEP
    )


def _unused(steps: Any) -> Hint | None:
    if any(step["after"]["scale"] != step["before"]["scale"] for step in steps):
        return None
    return Hint(
        "The scaler takes no part any more: small gradients in fp16 would be lost. Keep it, and clip at its "
        "right place.",
        "another scale after an overflow", "the same", STEP,
    )  # fmt: skip


def _length(inputs: Inputs, number: int, step: Any, gradient: Tensor) -> Hint | None:
    if not step["before"]["state"].isfinite().all():
        return None
    seen = unwrapped(step["returned"])
    expected, scale = gradient.norm().item(), step["before"]["scale"]
    if close(seen, expected, 1e-2):
        return None
    facts = f"a length of {expected:.3g}", describe(seen)
    if close(seen, min(expected, inputs["limits"][number]), 1e-2):
        return Hint("Return the length before the clipping.", *facts, STEP)
    if close(seen, expected * scale, 1e-2):
        return Hint("The length you return is that of the gradient times the scale.", *facts, STEP)
    return Hint("Return the length of the true gradient, a float.", *facts, STEP)


def _overflow(step: Any) -> Hint | None:
    if torch.equal(step["before"]["state"], step["after"]["state"]):
        return None
    return Hint(
        "A step was taken with gradients that are not finite. Who leaves it out?",
        "weights as they were after an overflow",
        "a change" if step["after"]["state"].isfinite().all() else "weights that are not finite", STEP,
    )  # fmt: skip


def _scale(good: bool, step: Any) -> Hint | None:
    if not step["before"]["state"].isfinite().all():
        return None
    before, after = step["before"]["scale"], step["after"]["scale"]
    expected = before if good else before / 2
    if close(after, expected):
        return None
    words = "a good step" if good else "an overflow"
    return Hint(
        "The scaler did not move its scale as it should: is `update` called once a step?",
        f"a scale of {expected:.0f} after {words}", f"{after:.0f}", PLACE,
    )  # fmt: skip


CHECK = Check(draw, probes.clip_before_unscale, compare, on)
