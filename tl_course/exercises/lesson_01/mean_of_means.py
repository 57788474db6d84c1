"""Find the bug: an epoch's loss and accuracy as the mean of batch means, with a smaller last batch."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
import torch.nn.functional as F

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_01 import probes
from tl_course.exercises.plain import close, describe, is_number
from tl_course.exercises.small_worlds import small_network, small_pictures

LOOP = see(1, "What does the training loop do, line by line?")


def draw(random: Random) -> Inputs:
    """A seed, and a size of batches that leaves a small last one."""
    batch_size = random.choice([16, 20, 24])
    count = batch_size * random.randint(2, 4) + random.randint(2, 5)
    return {"seed": random.randrange(10**6), "count": count, "batch_size": batch_size}


def on(inputs: Inputs) -> str:
    """The pictures in words."""
    return f"{inputs['count']} pictures in batches of {inputs['batch_size']}"


def compare(inputs: Inputs, values: Any) -> Parts:
    """Loss and accuracy over the pictures, whatever the batches."""
    if not isinstance(values, list) or len(values) != 2:
        pair = Hint("Return two numbers, the loss and the accuracy.", "a pair", describe(values))
        return {"loss": pair, "accuracy": pair}
    losses, rights = _each_picture(inputs)
    return {
        "loss": _loss(values[0], losses.tolist(), rights.tolist(), inputs["batch_size"]),
        "accuracy": _accuracy(values[1], rights.tolist(), inputs["batch_size"]),
    }


def _each_picture(inputs: Inputs) -> tuple[torch.Tensor, torch.Tensor]:
    """The loss of each picture, and 1 where it is answered rightly, each (N,) float64."""
    images, labels = small_pictures(inputs["seed"], inputs["count"]).tensors
    with torch.inference_mode():
        logits = small_network(inputs["seed"]).eval()(images).double()
    return F.cross_entropy(logits, labels, reduction="none"), (logits.argmax(1) == labels).double()


def _loss(value: Any, losses: list[float], rights: list[float], batch_size: int) -> Hint | None:
    expected = _mean(losses)
    if _near(value, expected):
        return None
    if _near(value, _mean(rights)):
        mistake = "the two are in the other order; it comes first."
    else:
        mistake = _slip(value, losses, batch_size) or "it is not the mean loss over the pictures."
    return Hint(f"Loss: {mistake}", f"{expected:.4f}", describe(value), LOOP)


def _accuracy(value: Any, rights: list[float], batch_size: int) -> Hint | None:
    expected = _mean(rights)
    if _near(value, expected):
        return None
    if _near(value, 100 * expected):
        mistake = "return a share between 0 and 1, not a percentage."
    elif _near(value, sum(rights)):
        mistake = "this is the number of right answers, not their share."
    else:
        mistake = _slip(value, rights, batch_size) or "it is not the share of right answers."
    return Hint(f"Accuracy: {mistake}", f"{expected:.4f}", describe(value), LOOP)


def _slip(value: Any, numbers: list[float], batch_size: int) -> str:
    """Which known mistake makes `value` of the pictures' numbers."""
    batches = [numbers[start : start + batch_size] for start in range(0, len(numbers), batch_size)]
    means = [_mean(batch) for batch in batches]
    slips = {
        _mean(means): "the value depends on how the pictures were cut into batches. "
        "What does one picture of the last batch count for, what one of the first?",
        sum(means) / len(numbers): "batch means were added up and divided by the number of pictures.",
        sum(means) * batch_size / len(numbers): "the last batch counts as if it were full.",
        _mean(means[:-1]): "the last batch is left out.",
        sum(numbers): "this is the sum over the pictures, not their mean.",
        means[-1]: "only the last batch counts.",
    }
    return next((slip for wrong, slip in slips.items() if _near(value, wrong)), "")


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)


def _near(value: Any, expected: float) -> bool:
    return is_number(value) and close(value, expected, 1e-5)


CHECK = Check(draw, probes.mean_of_means, compare, on)
