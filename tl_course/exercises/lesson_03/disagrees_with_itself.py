"""Find the bug: two models compared picture by picture, each in an order of its own."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_03 import probes
from tl_course.exercises.plain import describe
from tl_course.exercises.small_worlds import small_network, small_pictures

HOW = see(3, "How do you choose?")
MODE = see(1, "What happens if you forget `eval()`?")


def draw(random: Random) -> Inputs:
    """A seed of both networks, and how many pictures; so that known slips give other numbers."""
    while True:
        inputs = {"seed": random.randrange(10**6), "count": random.randint(60, 100)}
        first, second = _counts(_right(inputs, 0) - _right(inputs, 1))
        classes_apart = (_said(inputs, 0) - _said(inputs, 1)).abs().max() > 1
        if first and second and first != second and classes_apart and inputs["count"] % 32:
            return inputs


def on(inputs: Inputs) -> str:
    """The pictures in words."""
    return f"{inputs['count']} pictures"


def compare(inputs: Inputs, values: Any) -> Parts:
    """Pairs belong together, and stand in the dataset's order."""
    if values["in_train_mode"]:
        return {
            "pairs": Hint("A model answers in train mode.", "both models in eval mode", "train mode", MODE)
        }
    one, other = _right(inputs, 0), _right(inputs, 1)
    itself, two = _row(values["itself"], inputs["count"]), _row(values["two"], inputs["count"])
    if itself is None or two is None:
        return {"pairs": _form(inputs["count"], values["two"])}
    return {
        "pairs": _pairs(itself, two, one, other),
        "order": None if torch.equal(two, one - other) else _order(two, one - other),
    }


def _right(inputs: Inputs, which: int) -> Tensor:
    """1 where the first (0) or the second (1) network is right."""
    labels = small_pictures(inputs["seed"], inputs["count"]).tensors[1]
    return (_said(inputs, which) == labels).double()


def _said(inputs: Inputs, which: int) -> Tensor:
    """The classes that a network names."""
    images = small_pictures(inputs["seed"], inputs["count"]).tensors[0]
    with torch.inference_mode():
        return small_network(inputs["seed"] + which).eval()(images).argmax(1)


def _row(value: Any, count: int) -> Tensor | None:
    """`value` as `count` numbers; None where it is not."""
    value = _as_tensor(value)
    return value.double() if isinstance(value, Tensor) and value.shape == (count,) else None


def _as_tensor(value: Any) -> Any:
    """A list of numbers as a tensor; all else as it is."""
    numbers = isinstance(value, list) and all(type(item) in (int, float) for item in value)
    return torch.tensor(value) if numbers else value


def _form(count: int, value: Any) -> Hint:
    row = _as_tensor(value)
    mistake, seen = "Return one number for each picture, not their mean or anything else.", describe(value)
    if isinstance(row, Tensor) and row.ndim == 1 and len(row) < count:
        mistake, seen = "Pictures are missing. Is the last batch dropped, or only one kept?", f"{len(row)}"
    elif isinstance(row, Tensor) and row.ndim == 2 and 1 in row.shape:
        mistake = "There is one dimension too many."
    return Hint(mistake, f"{count} numbers", seen)


def _pairs(itself: Tensor, two: Tensor, one: Tensor, other: Tensor) -> Hint | None:
    if bool((itself == 1).all()):
        return Hint(
            "Does this tell where the two give the same class? The task asks who is right, as a difference.",
            "0 for each picture, for a model and itself", "1",
        )  # fmt: skip
    if bool(itself.any()):
        return Hint(
            "A model differs from itself. Look at which picture stands at place 0, each time.",
            "0 for each picture, for a model and itself", f"{int(itself.count_nonzero())} other numbers", HOW,
        )  # fmt: skip
    strange = two[(two.abs() != 1) & (two != 0)]
    if len(strange):
        return Hint(
            "(first right) - (second right) is never anything else. What do you subtract?",
            "1, 0 and -1 alone", f"numbers such as {strange[0]:g}",
        )  # fmt: skip
    if _counts(two) == _counts(one - other):
        return None
    slips = {
        "The sign is turned round: 1 is for a picture that only the first model has right.": other - one,
        "The sign is lost: -1 is for a picture that only the second model has right.": (one - other).abs(),
    }
    named = [slip for slip, numbers in slips.items() if _counts(two) == _counts(numbers)]
    otherwise = "The numbers are not one model's right answers less the other's."
    facts = ["{} times 1 and {} times -1".format(*_counts(numbers)) for numbers in (one - other, two)]
    return Hint(named[0] if named else otherwise, *facts)


def _counts(differences: Tensor) -> tuple[int, int]:
    return int((differences == 1).sum()), int((differences == -1).sum())


def _order(two: Tensor, expected: Tensor) -> Hint:
    place = int((two != expected).nonzero()[0])
    return Hint(
        "The numbers are right, but number i does not belong to picture i of the dataset.",
        f"{expected[place]:.0f} for picture {place}", f"{two[place]:g}",
    )  # fmt: skip


CHECK = Check(draw, probes.disagrees_with_itself, compare, on)
