"""Evaluate exactly: loss, accuracy and confusion over all pictures, in eval mode and without a graph."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_01 import probes
from tl_course.exercises.plain import close, describe, is_tensor
from tl_course.exercises.small_worlds import small_network, small_pictures

EVAL = see(1, "What happens if you forget `eval()`?")
LOOP = see(1, "What does the training loop do, line by line?")
RESULT = see(1, "What is the result, and what is wrong with it?")


def draw(random: Random) -> Inputs:
    """A network that knows one class more than the pictures have, and batches with a smaller last one."""
    batch_size, classes = random.choice([16, 20]), random.randint(4, 6)
    count = batch_size * random.randint(3, 5) + random.randint(2, 6)
    return {"seed": random.randrange(10**6), "classes": classes, "count": count, "batch_size": batch_size}


def on(inputs: Inputs) -> str:
    """The pictures in words."""
    return f"{inputs['count']} pictures in batches of {inputs['batch_size']} and {inputs['classes']} logits"


def compare(inputs: Inputs, values: Any) -> Parts:
    """Three measurements, the modes as they were, and no graph."""
    found = values["answer"]
    if not isinstance(found, dict) or not {"loss", "accuracy", "confusion"} <= found.keys():
        keys = "a dictionary with the keys loss, accuracy and confusion"
        return {"accuracy": Hint("Return all three measurements in one dictionary.", keys, describe(found))}
    logits, labels = _logits(inputs)
    rights = logits.argmax(1) == labels
    return {
        "accuracy": _accuracy(found["accuracy"], rights, values["in_train_mode"]),
        "loss": _loss(found["loss"], logits, labels, inputs["batch_size"]),
        "confusion": _confusion(found["confusion"], labels, logits.argmax(1), inputs["classes"]),
        "mode": _mode(values["modes_after"]),
        "graph": _graph() if values["graph"] else None,
    }


def _logits(inputs: Inputs) -> tuple[Tensor, Tensor]:
    """What the model answers in eval mode, (N, C) float64, and the labels."""
    images, labels = small_pictures(inputs["seed"], inputs["count"], inputs["classes"] - 1).tensors
    with torch.inference_mode():
        logits = small_network(inputs["seed"], inputs["classes"]).eval()(images)
    return logits.double(), labels


def _accuracy(value: Any, rights: Tensor, in_train_mode: bool) -> Hint | None:
    expected = rights.double().mean().item()
    if close(value, expected, 1e-5):
        return None
    mistake, place = "The accuracy is the number of right answers over the number of pictures.", LOOP
    if close(value, 100 * expected, 1e-5):
        mistake = "Return the accuracy as a share between 0 and 1, not a percentage."
    elif in_train_mode:
        mistake, place = (
            "The forward pass ran in train mode, so a picture's answer depends on its batch.",
            EVAL,
        )
    return Hint(mistake, f"an accuracy of {expected:.4f}", describe(value), place)


def _loss(value: Any, logits: Tensor, labels: Tensor, batch_size: int) -> Hint | None:
    each = F.cross_entropy(logits, labels, reduction="none")
    if close(value, each.mean().item(), 1e-4):
        return None
    batches = torch.stack([batch.mean() for batch in each.split(batch_size)])
    slips = {
        "The loss is a mean of batch means: pictures of the last batch count too much.": batches.mean(),
        "cross_entropy wants raw logits; it was given probabilities.": F.cross_entropy(
            logits.softmax(1), labels
        ),
        "The loss is a sum over pictures, not their mean.": each.sum(),
    }
    known = (slip for slip, wrong in slips.items() if close(value, wrong.item(), 1e-4))
    mistake = next(known, "The loss is the mean cross-entropy over all pictures.")
    return Hint(mistake, f"a loss of {each.mean():.4f}", describe(value), LOOP)


def _confusion(value: Any, labels: Tensor, predicted: Tensor, classes: int) -> Hint | None:
    expected = torch.zeros(classes, classes)
    for true, answer in zip(labels.tolist(), predicted.tolist(), strict=True):
        expected[true, answer] += 1
    value = torch.tensor(value) if isinstance(value, list) else value
    if close(value, expected):
        return None
    shape = f"a tensor of shape {tuple(expected.shape)}"
    if not is_tensor(value, classes, classes):
        mistake = "The confusion has a row and a column for each logit, also for a class that never occurs."
        return Hint(mistake, shape, describe(value), RESULT)
    mistake = "A cell counts the pictures of its row's true class that got its column's class as answer."
    if close(value, expected.T):
        mistake = "The confusion is transposed: rows are the true classes, columns the answers."
    elif close(value.sum(), torch.tensor(1.0)) or close(value.sum(1).max(), torch.tensor(1.0)):
        mistake = "The confusion holds counts, not shares."
    row, column = (value != expected).nonzero()[0].tolist()
    seen = f"{value[row, column]:g}"
    return Hint(mistake, f"{expected[row, column]:g} in row {row}, column {column}", seen, RESULT)


def _mode(after: list[bool]) -> Hint | None:
    """`after` holds the modes of a model that came in train mode, and of one that came in eval mode."""
    if after == [True, False]:
        return None
    came, left = ("train", "eval") if after[0] is not True else ("eval", "train")
    return Hint(
        "Put the model back into the mode that it came in.",
        f"a model that came in {came} mode to leave in it", f"{left} mode", EVAL,
    )  # fmt: skip


def _graph() -> Hint:
    return Hint(
        "eval() does not switch autograd off: the forward pass built a graph, which costs memory.",
        "logits without a graph", "logits that require gradients", EVAL,
    )  # fmt: skip


CHECK = Check(draw, probes.exact_evaluation, compare, on)
