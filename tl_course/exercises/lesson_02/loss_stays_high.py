"""Find the bug: a training step whose loss does not come near 0."""

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
    """The loss before the first step, what two steps did to the weights, a float, the mode."""
    losses, weights = _two_steps(inputs)
    graph, mode = None, None
    if values["has_graph"]:
        mistake = "This tensor carries its graph, and keeps it in memory; `.item()` gives the number."
        graph = Hint(mistake, "a float", "a tensor that requires grad", LOOP)
    if not values["training"]:
        mistake = "The step leaves the model in eval mode; it is to leave the mode alone."
        mode = Hint(mistake, "a model in train mode, as before", "one in eval mode", LOOP)
    return {
        "loss": _loss(inputs, values["loss"], losses),
        "step": _step(inputs, values["weights"], weights),
        "float": graph,
        "mode": mode,
    }


def _two_steps(
    inputs: Inputs, keep_gradients: bool = False, reduction: str = "mean"
) -> tuple[list[float], list[Tensor]]:
    model = probes.linear_model(inputs["seed"])
    optimizer = torch.optim.SGD(model.parameters(), lr=inputs["lr"])
    images, labels = small_pictures(inputs["seed"], inputs["count"]).tensors
    losses, weights = [], []
    for _ in range(2):
        if not keep_gradients:
            optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels, reduction=reduction)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        weights.append(next(model.parameters()).detach().clone())
    return losses, weights


def _loss(inputs: Inputs, value: Any, losses: list[float]) -> Hint | None:
    before, after = losses
    if close(value, before):
        return None
    facts = f"a loss of {before:.4f}", describe(value), LOOP
    if close(value, after):
        return Hint("This is the loss after the step; the one before it is asked for.", *facts)
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
    if _same(seen, weights):
        return None
    start = next(probes.linear_model(inputs["seed"]).parameters()).detach()
    moved, wanted = ((step[1] - start).abs().max().item() for step in (seen, weights))
    facts = f"a change of the weights of {wanted:.3g} in two steps", f"{moved:.3g}"
    if moved == 0:
        return Hint("The weights did not move: `backward()` and `step()` are both needed.", *facts, LOOP)
    if _same(seen, _two_steps(inputs, keep_gradients=True)[1]):
        return Hint("The second step still had the gradients of the first one in it.", *facts, LOOP)
    if _same(seen, _two_steps(inputs, reduction="sum")[1]):
        return Hint("The gradient is that of the sum over the batch, not of the mean.", *facts, LOOP)
    return Hint("The loss is right, but its gradient is not what moved the weights.", *facts, LOOP)


def _same(seen: Any, weights: list[Tensor]) -> bool:
    return all(close(value, expected) for value, expected in zip(seen, weights, strict=True))


CHECK = Check(draw, probes.loss_stays_high, compare, on)
