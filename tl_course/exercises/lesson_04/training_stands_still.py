"""Find the bug: gradients that were clipped while they were still multiplied by the loss scale."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts
from tl_course.exercises.lesson_04 import exact, probes
from tl_course.exercises.lesson_04.hints import OLD, PLACE, STEP, complained, first, off_by, unwrapped
from tl_course.exercises.plain import close, describe

TOLERANCE = 0.01
INTERVAL = 2
FACTORS = (1.0, 2.0, 0.5, 1.0)  # the scale stays, doubles, halves after an overflow, stays


def draw(random: Random) -> Inputs:
    """Four steps: one to be clipped, one that is short enough, one that overflows, one to be clipped."""
    scale = 2.0 ** random.randint(10, 18)
    return {
        "seed": random.randrange(10**6),
        "sizes": [random.randint(6, 12) for _ in range(4)],
        "lr": 0.1,
        "scale": scale,
        "interval": INTERVAL,
        "old": scale,  # a gradient from before the call, which `unscale_` would divide too
        "limits": [random.choice([0.05, 0.1, 0.15]), 50.0, 1.0, random.choice([0.05, 0.1, 0.15])],
        "factors": [1.0, 1.0, 1e36, 1.0],  # times a scale, 1e36 passes the largest float32
    }


def on(inputs: Inputs) -> str:
    """The first step in words."""
    return f"a loss scale of {inputs['scale']:.0f} and a limit of {inputs['limits'][0]}"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The steps that were taken, the lengths returned, the step that had to be left out, the scale."""
    stopped = complained(values)
    if stopped:
        return {"form": stopped}
    batches = exact.small_batches(inputs["seed"], inputs["sizes"])
    gradients = [
        exact.gradient_of(step["before"]["state"], batch) for step, batch in zip(values, batches, strict=True)
    ]
    usual = [number for number, factor in enumerate(inputs["factors"]) if factor == 1]
    return {
        "weights": first(_movement(inputs, n, values[n], gradients[n]) for n in usual) or _unused(values),
        "length": first(_length(inputs, n, values[n], gradients[n]) for n in usual),
        "overflow": first(_overflow(step) for n, step in enumerate(values) if n not in usual),
        "scale": first(_scale(n, n in usual, step) for n, step in enumerate(values)),
    }


def _clipped(gradient: Tensor, limit: float) -> Tensor:
    return gradient * min(1.0, limit / gradient.norm().item())


def _movement(inputs: Inputs, number: int, step: Any, gradient: Tensor) -> Hint | None:
    if not step["before"]["state"].isfinite().all():
        return None  # a step with infinite gradients came before; `overflow` says so
    limit, scale = inputs["limits"][number], step["before"]["scale"]
    wanted = _clipped(gradient, limit)
    moved = (step["before"]["state"].double() - step["after"]["state"].double()) / inputs["lr"]
    if exact.distance(moved, wanted) <= TOLERANCE:
        return None
    seen, length = moved.norm().item(), wanted.norm().item()
    facts = f"a gradient of length {length:.3g} in the step", f"one of length {seen:.3g}", STEP
    if seen == 0:
        return Hint("A step was left out although its gradients are finite.", *facts)
    if number == 0 and exact.distance(moved, _clipped(gradient + inputs["old"] / scale, limit)) <= TOLERANCE:
        return Hint(OLD, facts[0], off_by(moved, wanted), STEP)
    if seen < 2 * length / scale:
        return Hint(
            "Hardly anything is left to step with. Were the gradients the true ones when they were clipped, "
            "and were they divided by the scale only once?",
            *facts,
        )
    if exact.distance(moved, gradient) <= TOLERANCE:
        return Hint("The step was taken with gradients that were not clipped.", *facts)
    if gradient.norm() < limit and exact.parallel(moved, gradient, TOLERANCE):
        return Hint("A gradient that is shorter than the limit stays as it is.", *facts)
    if seen > 10 * length:
        return Hint("Perhaps the gradients were still multiplied by the scale in this step.", *facts)
    if exact.parallel(moved, gradient, TOLERANCE):
        return Hint("The direction is right, the length is not: shorten to `limit`, once.", *facts)
    return Hint(
        "The clipped gradient points elsewhere: shorten all parameters by one common factor, and start from "
        "clear gradients.",
        facts[0],
        off_by(moved, wanted),
        STEP,
    )


def _unused(steps: Any) -> Hint | None:
    if any(step["after"]["scale"] != step["before"]["scale"] for step in steps):
        return None
    return Hint(
        "The scaler takes no part any more: small gradients in fp16 would be lost. Keep it, and clip at the "
        "right place.",
        "another scale after an overflow", "the same", STEP,
    )  # fmt: skip


def _length(inputs: Inputs, number: int, step: Any, gradient: Tensor) -> Hint | None:
    if not step["before"]["state"].isfinite().all():
        return None
    seen = unwrapped(step["returned"])
    expected, scale, next_scale = gradient.norm().item(), step["before"]["scale"], step["after"]["scale"]
    if close(seen, expected, TOLERANCE):
        return None
    facts = f"a length of {expected:.3g} in step {number + 1}", describe(seen), STEP
    if close(seen, min(expected, inputs["limits"][number]), TOLERANCE):
        return Hint("Return the length before the clipping.", *facts)
    if close(seen, expected * scale, TOLERANCE):
        return Hint("The length you return is that of the gradient times the scale.", *facts)
    if next_scale != scale and close(seen, expected * scale / next_scale, TOLERANCE):
        return Hint("The length was divided by a scale that `update` had already moved.", *facts)
    return Hint("Return the length of the true gradient, a float.", *facts)


def _overflow(step: Any) -> Hint | None:
    if torch.equal(step["before"]["state"], step["after"]["state"]):
        return None
    return Hint(
        "A step was taken with gradients that are not finite. Who leaves it out?",
        "weights as they were after an overflow",
        "a change" if step["after"]["state"].isfinite().all() else "weights that are not finite", STEP,
    )  # fmt: skip


def _scale(number: int, good: bool, step: Any) -> Hint | None:
    if not step["before"]["state"].isfinite().all():
        return None
    before, after = step["before"]["scale"], step["after"]["scale"]
    expected = before * FACTORS[number]
    if close(after, expected):
        return None
    words = f"step {number + 1}, {f'a good one (growth_interval={INTERVAL})' if good else 'an overflow'}"
    return Hint(
        "The scaler did not move its scale as it should: let `update` do it, once a step.",
        f"a scale of {expected:.0f} after {words}", f"{after:.0f}", PLACE,
    )  # fmt: skip


CHECK = Check(draw, probes.training_stands_still, compare, on)
