"""Find the bug: a softmax before a loss that has its own."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_02 import probes
from tl_course.exercises.plain import close, describe
from tl_course.exercises.small_worlds import small_pictures

LOOP = see(1, "What does the training loop do, line by line?")


def draw(random: Random) -> Inputs:
    """A seed, a number of pictures and a rate."""
    return {
        "seed": random.randrange(10**6),
        "count": random.randint(8, 24),
        "lr": random.choice([0.2, 0.3, 0.5]),
    }


def on(inputs: Inputs) -> str:
    """The batch in words."""
    return f"a batch of {inputs['count']} pictures in 4 classes and SGD at a rate of {inputs['lr']}"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The loss before the first step, and what two steps did to the weights."""
    loss, weights = _two_steps(inputs)
    return {
        "loss": _loss(inputs, values["loss"], loss),
        "step": _step(inputs, values["weights"], weights),
    }


def _two_steps(inputs: Inputs, keep_gradients: bool = False) -> tuple[float, list[Tensor]]:
    model = probes.linear_model(inputs["seed"])
    optimizer = torch.optim.SGD(model.parameters(), lr=inputs["lr"])
    images, labels = small_pictures(inputs["seed"], inputs["count"]).tensors
    losses, weights = [], []
    for _ in range(2):
        if not keep_gradients:
            optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        weights.append(next(model.parameters()).detach().clone())
    return losses[0], weights


def _loss(inputs: Inputs, value: Any, expected: float) -> Hint | None:
    if close(value, expected):
        return None
    facts = f"a loss of {expected:.4f}", describe(value), LOOP
    for wrong, slip in _slips(inputs):
        if close(value, wrong):
            return Hint(slip, *facts)
    return Hint("Return the mean cross-entropy of the batch before the step, one number.", *facts)


def _slips(inputs: Inputs) -> list[tuple[float, str]]:
    """The loss after each known slip, and what the slip is."""
    images, labels = small_pictures(inputs["seed"], inputs["count"]).tensors
    with torch.no_grad():
        logits = probes.linear_model(inputs["seed"])(images)
    twice = "Look at what goes into the loss: it can't fall to 0, however sure and right the model is."
    minus = "`nll_loss` expects logarithms of probabilities, and computes none itself."
    total = "This is the sum over the batch: the size of a step would depend on the batch size."
    across = "The softmax runs over the pictures of the batch, not over the classes."
    found = [
        (F.cross_entropy(logits.softmax(1), labels), twice),
        (F.nll_loss(logits.softmax(1), labels), minus),
        (F.nll_loss(logits, labels), minus),
        (F.cross_entropy(logits, labels, reduction="sum"), total),
        (F.nll_loss(logits.log_softmax(0), labels), across),
    ]
    return [(loss.item(), slip) for loss, slip in found]


def _step(inputs: Inputs, seen: Any, weights: list[Tensor]) -> Hint | None:
    if all(close(value, expected) for value, expected in zip(seen, weights, strict=True)):
        return None
    start = next(probes.linear_model(inputs["seed"]).parameters()).detach()
    moved, wanted = ((step[1] - start).abs().max().item() for step in (seen, weights))
    facts = f"a change of the weights of {wanted:.3g} in two steps", f"{moved:.3g}"
    if moved == 0:
        return Hint("The weights did not move: `backward()` and `step()` are both needed.", *facts, LOOP)
    if all(close(v, e) for v, e in zip(seen, _two_steps(inputs, True)[1], strict=True)):
        return Hint("The second step still had the gradients of the first one in it.", *facts, LOOP)
    return Hint("The loss is right, but its gradient is not what moved the weights.", *facts, LOOP)


CHECK = Check(draw, probes.softmax_before_loss, compare, on)
