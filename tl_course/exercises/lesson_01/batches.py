"""What a mean over pictures becomes when batches are counted wrongly, for the checks of measurements."""

from __future__ import annotations

from itertools import combinations
from random import Random
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from tl_course.exercises.checks import Inputs
from tl_course.exercises.plain import close, is_number
from tl_course.exercises.small_worlds import small_network, small_pictures


def pictures(
    random: Random, batch_size: int, full: int, last: int, labels: int = 4, extra: int = 0
) -> Inputs:
    """A seed and sizes whose known slips give values apart; the network has `extra` classes more."""
    classes = labels + extra
    count = full * batch_size + last
    count += count == 100  # where a percentage is a count
    inputs = {"count": count, "batch_size": batch_size, "classes": classes}
    while True:
        inputs["seed"] = random.randrange(10**6)
        logits, targets = answered(inputs["seed"], count, classes, labels)
        rights = (logits.argmax(1) == targets).double()
        every_class = logits.argmax(1).max() == classes - 1  # the last one is answered, if never right
        if every_class and _apart(each_loss(logits, targets), batch_size) and _apart(rights, batch_size):
            return inputs


def answered(seed: int, count: int, classes: int, labels: int) -> tuple[Tensor, Tensor]:
    """What the small network answers in eval mode, (N, classes) float64, and the labels below `labels`."""
    images, targets = small_pictures(seed, count, labels).tensors
    with torch.inference_mode():
        return small_network(seed, classes).eval()(images).double(), targets


def each_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """The cross-entropy of each picture, (N,)."""
    return F.cross_entropy(logits, labels, reduction="none")


def slip(value: Any, numbers: Tensor, batch_size: int) -> str:
    """Which known slip makes `value` of the pictures' numbers; empty where none does."""
    known = slips(numbers, batch_size)
    return next((mistake for mistake, wrong in known.items() if near(value, wrong)), "")


def slips(numbers: Tensor, batch_size: int) -> dict[str, float]:
    """The values that known slips make of the pictures' numbers, (N,)."""
    batches = numbers.split(batch_size)
    means = torch.stack([batch.mean() for batch in batches])
    count = len(numbers)
    found = {
        "it depends on how the pictures were cut into batches. "
        "What does one picture of the last batch count for, what one of the first?": means.mean(),
        "batch means were added up and divided by the number of pictures.": means.sum() / count,
        "the last batch counts as if it were full.": means.sum() * batch_size / count,
        "the last batch is left out.": means[:-1].mean(),
        "this is the sum over the pictures, not their mean.": numbers.sum(),
        "it was divided by the number of batches, not of pictures.": numbers.sum() / len(batches),
        "only the last batch counts.": means[-1],
        "only the first batch counts: is the return inside the loop?": means[0],
        "only the first batch was added up: is the return inside the loop?": batches[0].sum() / count,
    }
    return {mistake: wrong.item() for mistake, wrong in found.items()}


def near(value: Any, expected: float) -> bool:
    """Equal but for the order of float operations."""
    return is_number(value) and close(value, expected, 1e-5)


def _apart(numbers: Tensor, batch_size: int) -> bool:
    """Whether the mean, the percentage and the values of the slips all differ."""
    mean = numbers.mean().item()
    values = [mean, 100 * mean, *slips(numbers, batch_size).values()]
    return not any(close(one, other, 1e-3) for one, other in combinations(values, 2))
