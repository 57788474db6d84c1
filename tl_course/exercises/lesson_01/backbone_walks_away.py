"""Find the bug: a loop that wakes the frozen backbone's BatchNorm layers in every epoch."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import DataLoader

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_01 import probes
from tl_course.exercises.plain import close, describe, is_tensor
from tl_course.exercises.small_worlds import small_pictures

TRAP = see(1, "Does freezing a layer keep it still?")


def draw(random: Random) -> Inputs:
    """A seed, the name of the head, the sizes of data and batches, and how long to train."""
    batch_size = random.choice([8, 12])
    return {
        "seed": random.randrange(10**6),
        "head": random.choice(["fc", "classifier", "head"]),
        "count": 3 * batch_size + random.randint(2, 5),
        "batch_size": batch_size,
        "epochs": random.randint(2, 4),
    }


def on(inputs: Inputs) -> str:
    """The run in words."""
    return f"{inputs['epochs']} epochs over {inputs['count']} pictures with the head {inputs['head']}"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The head of the still backbone, statistics as they were, and a head that trained in train mode."""
    return {
        "head": _head(inputs, values["weight"], values["moved"]),
        "statistics": _statistics(values["moved"]),
        "dropout": None if all(flag is True for flag in values["head_modes"]) else _dropout(),
    }


def _trained(inputs: Inputs, epochs: int, training: bool = False) -> Tensor:
    """The head's weights after training it on a backbone in one mode or the other."""
    data = small_pictures(inputs["seed"], inputs["count"])
    model, head = probes.network_with_a_head(inputs["seed"], inputs["head"])
    optimizer = torch.optim.SGD(head.parameters(), lr=probes.LR)
    model.train(training)
    for _ in range(epochs):
        for images, labels in DataLoader(data, inputs["batch_size"]):
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
    return head.get_parameter("1.weight").detach()


def _head(inputs: Inputs, value: Any, moved: float) -> Hint | None:
    expected = _trained(inputs, inputs["epochs"])
    if close(value, expected, 1e-3):
        return None
    if not is_tensor(value, *expected.shape):
        return Hint("The head's weights are no numbers any more.", "finite weights", describe(value))
    away = f"weights up to {(value - expected).abs().max():.2g} away from that"
    return Hint(_slip(inputs, value, moved), "the head that the still backbone gives", away, TRAP)


def _slip(inputs: Inputs, value: Tensor, moved: float) -> str:
    if close(value, _trained(inputs, 0)):
        return "Nothing was learned: the head is as it came."
    if close(value, _trained(inputs, inputs["epochs"], training=True), 1e-3):
        if moved == 0:
            return (
                "The running statistics are still, and yet the head met other features: "
                "pictures were normalised by their batch."
            )
        return (
            "The head met features that are not those of the backbone as it came. "
            "Which mode is each layer in at the moment when a batch comes?"
        )
    if moved > 0:
        return "A part of the backbone was awake: its statistics moved, and so did the features."
    if any(close(value, _trained(inputs, epochs), 1e-3) for epochs in range(1, inputs["epochs"])):
        return "The head was trained for fewer epochs than asked."
    return "The backbone stood still, yet these are not the steps of the given loop. Keep all but the bug."


def _statistics(moved: float) -> Hint | None:
    if moved == 0:
        return None
    return Hint(
        "The head is right, and yet the backbone's statistics are not those that it came with.",
        "running statistics as before", f"a change of {moved:.2g}", TRAP,
    )  # fmt: skip


def _dropout() -> Hint:
    return Hint(
        "The head trained in eval mode, so its dropout did nothing: only the backbone is to be still.",
        "the head in train mode", "it in eval mode", TRAP,
    )  # fmt: skip


CHECK = Check(draw, probes.backbone_walks_away, compare, on)
