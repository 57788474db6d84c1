"""Find the bug: a loss scale that never falls, because the scaler does not hear of the overflow."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

import torch
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts
from tl_course.exercises.lesson_04 import exact, probes
from tl_course.exercises.lesson_04.hints import CAST, PLACE, STEP, complained, first, truth, unwrapped
from tl_course.exercises.plain import close, describe

LARGEST = 65504.0  # of fp16


@dataclass(frozen=True)
class Step:
    """What was seen of one step; `overflow` and `good`, the good steps in a row, are as they should be."""

    number: int
    overflow: bool
    good: int
    scale: float
    next_scale: float
    moved: Tensor
    wanted: Tensor
    returned: Any


def draw(random: Random) -> Inputs:
    """A start that is much too high, and two batches of large features a few good steps apart."""
    interval, spike = random.randint(3, 5), random.randint(14, 17)
    return {
        "seed": random.randrange(10**6),
        "sizes": [8] * 26,
        "lr": 0.1,
        "scale": 2.0 ** random.randint(22, 26),
        "interval": interval,
        "spikes": [spike, spike + random.randint(2, 3)],
    }


def on(inputs: Inputs) -> str:
    """The scaler in words."""
    return f"{len(inputs['sizes'])} steps that begin at a scale of {inputs['scale']:.0f}"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The scale falls after each overflow, the weights take the good steps alone, the scale grows again."""
    stopped = complained(values) or _format(values["formats"])
    if stopped:
        return {"form": stopped}
    steps = _steps(inputs, values["steps"])
    return {
        "falls": first(map(_fall, steps)) or _lost(steps),
        "weights": first(map(_movement, steps)),
        "grows": first(_growth(step, inputs["interval"]) for step in steps),
        "returned": _answers(steps, inputs["interval"]),
    }


def _format(formats: Any) -> Hint | None:
    if formats == ["torch.float16"]:
        return None
    return Hint(
        "The forward pass did not compute in fp16: is it inside `torch.autocast`, with its `dtype`?",
        "logits in torch.float16", " and ".join(formats) or "none", CAST,
    )  # fmt: skip


def _lost(steps: list[Step]) -> Hint | None:
    """Steps that were skipped though the right gradients fit."""
    lost = [
        step for step in steps
        if not step.overflow and close(step.next_scale, step.scale / 2) and not step.moved.any()
    ]  # fmt: skip
    if not lost:
        return None
    facts = f"finite gradients in step {lost[0].number}", "an overflow"
    if any(step.moved.any() for step in steps):
        return Hint(
            "Your gradients overflow where those of the right step do not: is the loss inside `autocast` "
            "too?",
            *facts, CAST,
        )  # fmt: skip
    return Hint(
        "No step is taken, even at a small scale: are the gradients of the step before cleared? Infinite "
        "ones stay infinite.",
        *facts, PLACE,
    )  # fmt: skip


def _steps(inputs: Inputs, values: Any) -> list[Step]:
    steps: list[Step] = []
    good = 0
    for number, (features, labels) in enumerate(exact.small_batches(inputs["seed"], inputs["sizes"])):
        batch = (features * (1000.0 if number in inputs["spikes"] else 1.0), labels)
        before, after = values[number]["before"], values[number]["after"]
        moved = after["state"].double() - before["state"].double()
        overflow = _overflow(batch, before["state"], before["scale"], bool((moved == 0).all()))
        good = 0 if overflow else good % inputs["interval"] + 1
        wanted = -inputs["lr"] * exact.gradient_of(before["state"], batch)
        returned = values[number]["returned"]
        steps.append(
            Step(number + 1, overflow, good, before["scale"], after["scale"], moved, wanted, returned)
        )
    return steps


def _overflow(batch: exact.Batch, state: Tensor, scale: float, still: bool) -> bool:
    """Whether a scaled gradient passes fp16's largest number; near it, as torch's rounding had it."""
    if not state.isfinite().all():
        return True
    certain = max(
        exact.errors_of(state, batch).abs().max().item(), exact.gradient_of(state, batch).abs().max().item()
    )
    if certain * scale > 1.1 * LARGEST:
        return True
    return still and exact.largest_product(state, batch) * scale > 0.9 * LARGEST


def _fall(step: Step) -> Hint | None:
    if not step.overflow or close(step.next_scale, step.scale / 2):
        return None
    expected = f"a scale of {step.scale / 2:.0f} after the overflow in step {step.number}"
    seen = f"{step.next_scale:.0f}"
    if step.next_scale == step.scale:
        return Hint(
            "After an overflow the scale stays where it is, and so the next step overflows too. Which call "
            "looks at the gradients, which one moves the scale, and when do they run?",
            expected, seen, PLACE,
        )  # fmt: skip
    return Hint("An overflow halves the scale, once.", expected, seen, PLACE)


def _movement(step: Step) -> Hint | None:
    if step.overflow:
        return None if (step.moved == 0).all() else _spoilt(step)
    if exact.distance(step.moved, step.wanted) <= 0.03:
        return None
    wanted, length = step.wanted.norm().item(), step.moved.norm().item()
    expected, seen = f"a step of length {wanted:.3g} in step {step.number}", f"one of length {length:.3g}"
    if length == 0:
        return Hint("A step was left out although the right gradients are finite.", expected, "none", PLACE)
    if close(length, wanted * step.scale, 0.1):
        return Hint("The gradients were still multiplied by the scale in this step.", expected, seen, STEP)
    return Hint("The step is not the rate times the gradient.", expected, seen, STEP)


def _spoilt(step: Step) -> Hint:
    return Hint(
        "A step was taken with gradients that are not finite.",
        f"weights as they were after the overflow in step {step.number}",
        "a change" if torch.isfinite(step.moved).all() else "weights that are not finite", STEP,
    )  # fmt: skip


def _growth(step: Step, interval: int) -> Hint | None:
    due = step.good == interval
    expected = step.scale * (2 if due else 1)
    if step.overflow or close(step.next_scale, expected):
        return None
    mistake = (
        "The scale doubles after `growth_interval` good steps in a row: the scaler has to hear of these too."
        if due
        else "The scale moved at the wrong step. An overflow breaks the row of good steps, and the count of "
        "them begins anew."
    )
    return Hint(
        mistake,
        f"a scale of {expected:.0f} after step {step.number}, good step {step.good} of {interval}",
        f"{step.next_scale:.0f}", PLACE,
    )  # fmt: skip


def _answers(steps: list[Step], interval: int) -> Hint | None:
    flags = [unwrapped(step.returned) for step in steps]
    wrong = [
        (step, flag)
        for step, flag in zip(steps, flags, strict=True)
        if truth(flag) is not (not step.overflow)
    ]
    if not wrong:
        return None
    step, flag = wrong[0]
    if truth(flag) is None:
        mistake = "Return True or False, and nothing else."
    elif len(wrong) == len(steps):
        mistake = "You have it the wrong way round: True stands for a step that was taken."
    elif step.good == interval:
        mistake = (
            "A step that doubles the scale was taken as well: only a scale that falls tells of an overflow."
        )
    else:
        mistake = "What is returned is not whether the step was taken."
    return Hint(mistake, f"{not step.overflow} for step {step.number}", describe(flag), PLACE)


CHECK = Check(draw, probes.scale_never_falls, compare, on)
