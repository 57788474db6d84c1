"""Find the bug: an epoch's loss and accuracy as the mean of batch means, with a smaller last batch."""

from __future__ import annotations

from random import Random
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_01 import probes
from tl_course.exercises.lesson_01.batches import answered, each_loss, near, pictures, slip
from tl_course.exercises.plain import describe

LOOP = see(1, "What does the training loop do, line by line?")
EVAL = see(1, "What happens if you forget `eval()`?")


def draw(random: Random) -> Inputs:
    """A seed, and a size of batches that leaves a small last one."""
    return pictures(random, random.choice([16, 20, 24]), random.randint(2, 4), random.randint(2, 5))


def on(inputs: Inputs) -> str:
    """The pictures in words."""
    return f"{inputs['count']} pictures in batches of {inputs['batch_size']}"


def compare(inputs: Inputs, values: Any) -> Parts:
    """Loss and accuracy over the pictures, whatever the batches, and a model in eval mode throughout."""
    found, modes = values["answer"], values["modes"]
    if not isinstance(found, list) or len(found) != 2:
        return {"loss": Hint("Return two numbers, the loss and the accuracy.", "a pair", describe(found))}
    if any(modes[:-1]):  # the numbers of a forward pass in train mode say nothing
        return {"loss": _mode("in the forward pass")}
    logits, labels = answered(inputs["seed"], inputs["count"], inputs["classes"], inputs["classes"])
    rights = (logits.argmax(1) == labels).double()
    return {
        "loss": _loss(found[0], logits, labels, inputs["batch_size"]),
        "accuracy": _accuracy(found[1], rights, inputs["batch_size"]),
        "mode": _mode("afterwards") if modes[-1] else None,
    }


def _loss(value: Any, logits: Tensor, labels: Tensor, batch_size: int) -> Hint | None:
    losses = each_loss(logits, labels)
    expected = losses.mean().item()
    if near(value, expected):
        return None
    if near(value, (logits.argmax(1) == labels).double().mean().item()):
        mistake = "this is the accuracy; the loss comes first."
    elif near(value, F.cross_entropy(logits.softmax(1), labels).item()):
        mistake = "cross_entropy wants raw logits; it was given probabilities."
    else:
        mistake = slip(value, losses, batch_size) or "it is not the mean loss over the pictures."
    return Hint(f"Loss: {mistake}", f"{expected:.4f}", describe(value), LOOP)


def _accuracy(value: Any, rights: Tensor, batch_size: int) -> Hint | None:
    expected = rights.mean().item()
    if near(value, expected):
        return None
    if near(value, 100 * expected):
        mistake = "return a share between 0 and 1, not a percentage."
    elif near(value, rights.sum().item()):
        mistake = "this is the number of right answers, not their share."
    else:
        mistake = slip(value, rights, batch_size) or "it is not the share of right answers."
    return Hint(f"Accuracy: {mistake}", f"{expected:.4f}", describe(value), LOOP)


def _mode(when: str) -> Hint:
    return Hint(
        "The model comes in eval mode and stays in it: measuring is no training.",
        f"eval mode {when}", "train mode", EVAL,
    )  # fmt: skip


CHECK = Check(draw, probes.loss_by_batch_size, compare, on)
