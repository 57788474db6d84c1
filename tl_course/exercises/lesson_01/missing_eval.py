"""Find the bug: an accuracy that depends on the batches, because the model was left in train mode."""

from __future__ import annotations

from random import Random
from typing import Any

import torch

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_01 import probes
from tl_course.exercises.plain import close, describe
from tl_course.exercises.small_worlds import small_network, small_pictures

SECTION = see(1, "What happens if you forget `eval()`?")


def draw(random: Random) -> Inputs:
    """A seed, a mode that the model comes in, and a size of batches that leaves a smaller last one."""
    batch_size = random.choice([8, 16])
    count = batch_size * random.randint(4, 6) + random.randint(1, 5)
    return {"seed": random.randrange(10**6), "training": True, "count": count, "batch_size": batch_size}


def on(inputs: Inputs) -> str:
    """The pictures in words."""
    return f"{inputs['count']} pictures in batches of {inputs['batch_size']} and a model in train mode"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The accuracy of the model in eval mode, the statistics as they were, the mode put back."""
    images, labels = small_pictures(inputs["seed"], inputs["count"]).tensors
    model = small_network(inputs["seed"]).eval()
    with torch.inference_mode():
        expected = (model(images).argmax(1) == labels).double().mean().item()
    return {
        "accuracy": _accuracy(values["accuracy"], expected),
        "statistics": _statistics(values["moved"]),
        "mode": None if all(flag is True for flag in values["training_after"]) else _mode(),
    }


def _accuracy(value: Any, expected: float) -> Hint | None:
    if close(value, expected, 1e-6):
        return None
    if close(value, 100 * expected, 1e-6):
        return Hint("Return a share between 0 and 1, not a percentage.", f"{expected:.4f}", describe(value))
    return Hint(
        "The same weights answer otherwise in other batches. Which layers behave differently in training?",
        f"{expected:.4f}", describe(value), SECTION,
    )  # fmt: skip


def _statistics(moved: float) -> Hint | None:
    if moved == 0:
        return None
    return Hint(
        "Measuring has changed the model: a forward pass was run in train mode.",
        "running statistics as before", f"a change of {moved:.2g}", SECTION,
    )  # fmt: skip


def _mode() -> Hint:
    return Hint(
        "Put the model back into the mode that it came in, or the training that goes on runs in eval mode.",
        "a model in train mode afterwards", "it in eval mode",
    )  # fmt: skip


CHECK = Check(draw, probes.missing_eval, compare, on)
