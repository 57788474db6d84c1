"""Find the bug: accumulated batches that do not count as the one large batch that they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import torch
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_04 import exact, probes
from tl_course.exercises.lesson_04.hints import off_by

STEP = see(4, "How is the step written?")
BY_EVERY = (
    "The last step is not that of one large batch. By what is the loss divided there, and how many batches "
    "have been added up?"
)
UNEQUAL = "Each batch counts the same, whatever its size: a picture of a small batch counts for more."
NOT_DIVIDED = "The losses were added up and not divided, so the step is several times too long."
FULL_GROUP = "The sum is divided by the size of a full group, though the last group has fewer pictures."


def draw(random: Random) -> Inputs:
    """Some full groups of batches, then a smaller group that ends in a smaller batch."""
    batch_size, every = random.randint(5, 8), random.randint(3, 5)
    batches = every * random.randint(1, 2) + random.randint(1, every - 2)
    count = batch_size * batches + random.randint(1, batch_size // 2)
    return {
        "seed": random.randrange(10**6),
        "count": count,
        "batch_size": batch_size,
        "every": every,
        "lr": 0.5,
    }


def on(inputs: Inputs) -> str:
    """The loader in words."""
    size, every = inputs["batch_size"], inputs["every"]
    return f"{inputs['count']} pictures in batches of {size}, every={every}"


def compare(inputs: Inputs, values: Any) -> Parts:
    """Each step is that of one large batch, and no gradient is left for the next epoch."""
    return {
        "steps": _number_of_steps(inputs, values["states"]) or _directions(inputs, values["states"]),
        "left": None if values["left"] == 0 else _left(values["left"]),
    }


def _groups(inputs: Inputs) -> list[list[exact.Batch]]:
    count, size, every = inputs["count"], inputs["batch_size"], inputs["every"]
    sizes = [min(size, count - start) for start in range(0, count, size)]
    batches = exact.small_batches(inputs["seed"], sizes)
    return [batches[start : start + every] for start in range(0, len(batches), every)]


def _number_of_steps(inputs: Inputs, states: Sequence[Tensor]) -> Hint | None:
    groups, taken = _groups(inputs), len(states) - 1
    if taken == len(groups):
        return None
    if taken == len(groups) - 1:
        mistake = "The last batches never get their step: there are fewer of them than `every`."
    elif taken == sum(map(len, groups)):
        mistake = "A step was taken after every batch, so nothing was accumulated."
    else:
        mistake = "Take a step after every `every` batches, and one after the last batch."
    return Hint(mistake, f"{len(groups)} steps", str(taken), STEP)


def _directions(inputs: Inputs, states: Sequence[Tensor]) -> Hint | None:
    groups = _groups(inputs)
    for number, group in enumerate(groups):
        gradient = (states[number].double() - states[number + 1].double()) / inputs["lr"]
        wanted = exact.gradient_of(states[number], exact.whole(group))
        if exact.distance(gradient, wanted) > 1e-3 or not gradient.isfinite().all():
            pictures = sum(len(labels) for _, labels in group)
            place = f"{pictures} pictures in step {number + 1} of {len(groups)}"
            return Hint(
                _mistake(inputs, number, gradient, states[number], groups),
                f"the gradient of the mean loss of {place}", off_by(gradient, wanted), STEP,
            )  # fmt: skip
    return None


def _mistake(
    inputs: Inputs, number: int, gradient: Tensor, state: Tensor, groups: list[list[exact.Batch]]
) -> str:
    group = groups[number]
    means = torch.stack([exact.gradient_of(state, batch) for batch in group])
    largest = inputs["every"] * inputs["batch_size"]
    wanted = exact.gradient_of(state, exact.whole(group))
    pictures = sum(len(labels) for _, labels in group)
    known = [
        (means.sum(0) / inputs["every"], BY_EVERY),
        (means.mean(0), UNEQUAL),
        (means.sum(0), NOT_DIVIDED),
        (wanted * pictures, NOT_DIVIDED),
        (wanted * pictures / largest, FULL_GROUP),
    ]
    found = [mistake for slip, mistake in known if exact.distance(gradient, slip) <= 1e-3]
    if found:
        return found[0]
    if number:
        return "The step holds more than its own batches: are the gradients of the step before still there?"
    return "The step is not that of one large batch: its loss is the mean over all of its pictures."


def _left(size: float) -> Hint:
    return Hint(
        "The gradients of the last step are left over, and the next epoch would add to them.",
        "none afterwards", f"numbers of up to {size:.2g}", STEP,
    )  # fmt: skip


CHECK = Check(draw, probes.equal_accumulation, compare, on)
