"""Evaluate exactly: loss, accuracy and confusion over all pictures, in eval mode and without a graph."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_01 import probes
from tl_course.exercises.lesson_01.batches import answered, each_loss, near, pictures, slip
from tl_course.exercises.plain import close, describe

EVAL = see(1, "What happens if you forget `eval()`?")
LOOP = see(1, "What does the training loop do, line by line?")
RESULT = see(1, "What is the result, and what is wrong with it?")


def draw(random: Random) -> Inputs:
    """A network that knows one class more than the pictures have, and batches with a smaller last one."""
    batch_size, full, last = random.choice([16, 20]), random.randint(3, 5), random.randint(2, 6)
    return pictures(random, batch_size, full, last, labels=random.randint(3, 5), extra=1)


def on(inputs: Inputs) -> str:
    """The pictures in words."""
    return f"{inputs['count']} pictures in batches of {inputs['batch_size']} and {inputs['classes']} logits"


def compare(inputs: Inputs, values: Any) -> Parts:
    """Three measurements, the modes as they were, and no graph."""
    if "problem" in values:
        return {"accuracy": _stopped(values["problem"])}
    found = values["answer"]
    if not isinstance(found, dict) or not {"loss", "accuracy", "confusion"} <= found.keys():
        keys = "a dictionary with the keys loss, accuracy and confusion"
        return {"accuracy": Hint("Return all three measurements in one dictionary.", keys, describe(found))}
    classes = inputs["classes"]
    logits, labels = answered(inputs["seed"], inputs["count"], classes, classes - 1)
    rights = (logits.argmax(1) == labels).double()
    return {
        "accuracy": _accuracy(found["accuracy"], rights, values["in_train_mode"], inputs["batch_size"]),
        "loss": _loss(found["loss"], logits, labels, inputs["batch_size"]),
        "confusion": _confusion(found["confusion"], labels, logits.argmax(1), classes),
        "mode": _mode(values["modes_after"]),
        "graph": _graph() if values["graph"] else None,
    }


def _stopped(problem: str) -> Hint:
    return Hint(
        "Your function works where every class occurs among the labels, and stops where one is missing. "
        "Does your table have a row and a column for every logit?",
        "an answer", problem, RESULT,
    )  # fmt: skip


def _accuracy(value: Any, rights: Tensor, in_train_mode: bool, batch_size: int) -> Hint | None:
    expected = rights.mean().item()
    if in_train_mode:  # whatever the numbers are
        return Hint(
            "In train mode a picture's answer depends on its batch.",
            "a forward pass in eval mode", "one in train mode", EVAL,
        )  # fmt: skip
    if near(value, expected):
        return None
    if near(value, 100 * expected):
        mistake = "Return the accuracy as a share between 0 and 1, not a percentage."
    elif known := slip(value, rights, batch_size):
        mistake = f"The accuracy is not that of all pictures: {known}"
    else:
        mistake = "The accuracy is the number of right answers over the number of pictures."
    return Hint(mistake, f"an accuracy of {expected:.4f}", describe(value), LOOP)


def _loss(value: Any, logits: Tensor, labels: Tensor, batch_size: int) -> Hint | None:
    losses = each_loss(logits, labels)
    if close(value, losses.mean().item(), 1e-4):
        return None
    if near(value, F.cross_entropy(logits.softmax(1), labels).item()):
        mistake = "cross_entropy wants raw logits; it was given probabilities."
    elif known := slip(value, losses, batch_size):
        mistake = f"The loss is not the mean over all pictures: {known}"
    else:
        mistake = "The loss is the mean cross-entropy over all pictures."
    return Hint(mistake, f"a loss of {losses.mean():.4f}", describe(value), LOOP)


def _confusion(value: Any, labels: Tensor, predicted: Tensor, classes: int) -> Hint | None:
    expected = torch.zeros(classes, classes)
    for true, answer in zip(labels.tolist(), predicted.tolist(), strict=True):
        expected[true, answer] += 1
    if close(value, expected):
        return None
    if not isinstance(value, Tensor):
        return Hint("Return the confusion as a tensor.", "a tensor", describe(value))
    if value.shape != expected.shape:
        mistake = "The confusion has a row and a column for each logit, also for a class that never occurs."
        return Hint(mistake, f"the shape {tuple(expected.shape)}", f"{tuple(value.shape)}", RESULT)
    value = value.double()
    mistake = "A cell counts the pictures of its row's true class that got its column's class as answer."
    if not torch.equal(value, value.round()):  # NaN, the shares of a class that never occurs, is unequal too
        mistake = "These are no counts: if they are shares, leave the division out."
    elif close(value, expected.T):
        mistake = "The confusion is transposed: rows are the true classes, columns the answers."
    row, column = (value != expected).nonzero()[0].tolist()
    seen = f"{value[row, column]:.4g}"
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
