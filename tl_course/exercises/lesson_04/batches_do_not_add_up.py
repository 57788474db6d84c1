"""Find the bug: accumulated batches that do not count as the one large batch that they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from random import Random
from typing import Any

import torch
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts
from tl_course.exercises.lesson_04 import exact, probes
from tl_course.exercises.lesson_04.hints import STEP, off_by

TOLERANCE = 1e-3
BY_EVERY = (
    "The last step is not that of one large batch. By what is the loss divided there, and how many batches "
    "have been added up?"
)
UNEQUAL = "Each batch counts the same, whatever its size: a picture of a small batch counts for more."
NOT_DIVIDED = "The losses were added up and not divided, so the step is several times too long."
FULL_GROUP = "The sum is divided by the size of a full group, though the last group has fewer pictures."
WHOLE = "The sum is divided by the number of all pictures of the epoch, not by those of this step."
RUNNING = "Each batch is divided by the count so far: the pictures of the step's later batches are missing."
LAST_ONE = "Only the last batch of the step counts: when are the gradients cleared?"
STEP_BEFORE = "The step holds more than its own batches: are the gradients of the step before still there?"
ANEW = "Does your count of pictures begin anew after a step?"

Groups = list[list[exact.Batch]]


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
    """Each step is that of one large batch, nothing is left over, and one batch is held at a time."""
    return {
        "steps": _number_of_steps(inputs, values["states"]) or _directions(inputs, values["states"]),
        "even": None if values["even_steps"] == 1 else _even(inputs, values["even_steps"]),
        "left": None if values["left"] == 0 else _left(values["left"]),
        "one_at_a_time": None if values["held"] <= inputs["batch_size"] else _held(inputs, values["held"]),
    }


def _groups(inputs: Inputs) -> Groups:
    count, size, every = inputs["count"], inputs["batch_size"], inputs["every"]
    sizes = [min(size, count - start) for start in range(0, count, size)]
    batches = exact.small_batches(inputs["seed"], sizes)
    return [batches[start : start + every] for start in range(0, len(batches), every)]


def _pictures(group: Sequence[exact.Batch]) -> int:
    return sum(len(labels) for _, labels in group)


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
    taken = [(before.double() - after.double()) / inputs["lr"] for before, after in pairwise(states)]
    for number, gradient in enumerate(taken):
        wanted = exact.gradient_of(states[number], exact.whole(groups[number]))
        if exact.distance(gradient, wanted) > TOLERANCE or not gradient.isfinite().all():
            return _slip(inputs, groups, number, states[number], taken)
    return None


def _slip(inputs: Inputs, groups: Groups, number: int, state: Tensor, taken: list[Tensor]) -> Hint:
    gradient, wanted = taken[number], exact.gradient_of(state, exact.whole(groups[number]))
    pictures, so_far = _pictures(groups[number]), sum(map(_pictures, groups[: number + 1]))
    place = f"{pictures} pictures in step {number + 1} of {len(groups)}"
    if number and exact.distance(gradient, wanted * pictures / so_far) <= TOLERANCE:
        return Hint(ANEW, f"a sum divided by the {place}", f"one divided by {so_far}", STEP)
    known = _known(inputs, groups[number], state, whole_epoch=number == 0)
    found = [mistake for slip, mistake in known if exact.distance(gradient, slip) <= TOLERANCE]
    last = exact.gradient_of(state, groups[number][-1])
    if exact.parallel(gradient, last, TOLERANCE):
        found.append(LAST_ONE)
    if number and exact.parallel(gradient - wanted, taken[number - 1], TOLERANCE):
        found.append(STEP_BEFORE)
    found.append("The step is not that of one large batch: its loss is the mean over all of its pictures.")
    facts = f"the gradient of the mean loss of {place}", off_by(gradient, wanted)
    return Hint(found[0], *facts, STEP)


def _known(
    inputs: Inputs, group: Sequence[exact.Batch], state: Tensor, whole_epoch: bool
) -> list[tuple[Tensor, str]]:
    """Gradients that known slips give."""
    means = torch.stack([exact.gradient_of(state, batch) for batch in group])
    sizes = torch.tensor([float(len(labels)) for _, labels in group])
    sums = means * sizes[:, None, None]
    known = [
        (means.sum(0) / inputs["every"], BY_EVERY),
        (means.mean(0), UNEQUAL),
        (means.sum(0), NOT_DIVIDED),
        (sums.sum(0), NOT_DIVIDED),
        (sums.sum(0) / (inputs["every"] * inputs["batch_size"]), FULL_GROUP),
        ((sums / sizes.cumsum(0)[:, None, None]).sum(0), RUNNING),
    ]
    return [*known, (sums.sum(0) / inputs["count"], WHOLE)] if whole_epoch else known


def _even(inputs: Inputs, steps: int) -> Hint:
    return Hint(
        "Where no batches are left over at the end, there is no further step.",
        f"one step on {inputs['every']} full batches", str(steps), STEP,
    )  # fmt: skip


def _left(size: float) -> Hint:
    return Hint(
        "The gradients of the last step are left over, and the next epoch would add to them.",
        "none afterwards", f"numbers of up to {size:.2g}", STEP,
    )  # fmt: skip


def _held(inputs: Inputs, held: int) -> Hint:
    return Hint(
        "Accumulation saves the memory of a large batch: run each batch's backward pass before the next "
        "batch goes through the model.",
        f"at most {inputs['batch_size']} pictures at once", str(held), STEP,
    )  # fmt: skip


CHECK = Check(draw, probes.batches_do_not_add_up, compare, on)
