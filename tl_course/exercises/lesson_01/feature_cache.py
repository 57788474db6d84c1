"""Cache features: one pass through the backbone, in order, without a graph."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_01 import probes
from tl_course.exercises.plain import close, describe, is_tensor
from tl_course.exercises.small_worlds import small_pictures

CACHE = see(1, "Why compute the same features again in every epoch?")
EVAL = see(1, "What happens if you forget `eval()`?")


def draw(random: Random) -> Inputs:
    """A seed, and a size of batches that leaves a smaller last one."""
    batch_size = random.choice([8, 10, 12])
    count = batch_size * random.randint(3, 5) + random.randint(2, 6)
    return {"seed": random.randrange(10**6), "count": count, "batch_size": batch_size}


def on(inputs: Inputs) -> str:
    """The pictures in words."""
    return f"{inputs['count']} pictures in batches of {inputs['batch_size']}"


def compare(inputs: Inputs, values: Any) -> Parts:
    """Features and labels in order, fit to train a head on, from one pass, the mode as it was."""
    pair = values["answer"]
    if not isinstance(pair, list) or len(pair) != 2:
        return {"features": Hint("Return two tensors, features and labels.", "a pair", describe(pair))}
    labels = small_pictures(inputs["seed"], inputs["count"]).tensors[1]
    return {
        "features": _features(inputs, pair[0]),
        "labels": None if close(pair[1], labels) else _labels(pair[1], labels),
        "graph": _graph(values["graph"], values["inference"]),
        "passes": _passes(values["read"], values["through"], inputs["count"]),
        "mode": _mode(values["modes_after"]),
    }


def _backbone_features(inputs: Inputs, training: bool) -> Tensor:
    """Features (N, d) of all pictures, batch by batch, in one mode or the other."""
    backbone = probes.small_backbone(inputs["seed"]).train(training)
    loader = DataLoader(small_pictures(inputs["seed"], inputs["count"]), inputs["batch_size"])
    with torch.no_grad():
        return torch.cat([backbone(images) for images, _ in loader])


def _features(inputs: Inputs, value: Any) -> Hint | None:
    expected = _backbone_features(inputs, training=False)
    if close(value, expected):
        return None
    shape = f"a tensor of shape {tuple(expected.shape)}"
    if isinstance(value, list):
        return Hint(
            "The batches were not joined: torch.cat makes one tensor of them.", shape, describe(value)
        )
    if not is_tensor(value, *expected.shape):
        return Hint(_lost(inputs, value), shape, describe(value), CACHE)
    row = int((value - expected).abs().amax(1).argmax())
    mistake, place = "These are not the features that the backbone gives in eval mode.", CACHE
    if close(value, _backbone_features(inputs, training=True)):
        mistake, place = "The pass was made in train mode, so a picture's features depend on its batch.", EVAL
    elif _same_rows(value, expected):
        mistake = "The features are right but in another order than the data."
    return Hint(
        mistake, f"{describe(expected[row, :3])} at the start of row {row}", describe(value[row, :3]), place
    )


def _lost(inputs: Inputs, value: Any) -> str:
    rows = len(value) if isinstance(value, torch.Tensor) and value.ndim else 0
    if rows == inputs["count"] % inputs["batch_size"]:
        return "Only the last batch is left: each one replaced the one before."
    if rows == inputs["count"] - inputs["count"] % inputs["batch_size"]:
        return "The last and smaller batch is missing."
    return "There is one row a picture, and one column a feature."


def _labels(value: Any, labels: Tensor) -> Hint:
    mistake = "Row i of the labels does not belong to row i of the features."
    if isinstance(value, list):
        mistake = "The batches of labels were not joined: torch.cat makes one tensor of them."
    elif not is_tensor(value, *labels.shape):
        mistake = "There is one label a picture, in a tensor of shape (N,)."
    return Hint(mistake, f"labels that begin with {labels[:6].tolist()}", _start(value))


def _start(value: Any) -> str:
    return str(value[:6].tolist()) if isinstance(value, torch.Tensor) and value.ndim == 1 else describe(value)


def _graph(graph: bool, inference: bool) -> Hint | None:
    if graph:
        return Hint(
            "The features still hang on the backbone's graph: it fills the memory, "
            "and the head's second step through it fails.",
            "features without gradient", "requires_grad=True", CACHE,
        )  # fmt: skip
    if inference:
        return Hint(
            "The features were made and joined in inference mode: no head can train on such a tensor. "
            "Join them after the block, or use no_grad().",
            "an ordinary tensor", "an inference tensor", CACHE,
        )  # fmt: skip
    return None


def _passes(read: int, through: int, count: int) -> Hint | None:
    if max(read, through) <= count:
        return None
    return Hint(
        "The pictures were gone through more than once: a loader that shuffles "
        "would give another order the second time.",
        f"{count} pictures read and {count} through the backbone", f"{read} and {through}", CACHE,
    )  # fmt: skip


def _mode(after: list[bool]) -> Hint | None:
    """`after` holds the modes of a backbone that came in train mode, and of one that came in eval mode."""
    if after == [True, False]:
        return None
    came, left = ("train", "eval") if after[0] is not True else ("eval", "train")
    return Hint(
        "Put the backbone back into the mode that it came in.",
        f"a backbone that came in {came} mode to leave in it", f"{left} mode", EVAL,
    )  # fmt: skip


def _same_rows(rows: Tensor, expected: Tensor) -> bool:
    """Whether each row is one of the expected ones."""
    distances = (rows[:, None] - expected[None]).abs().amax(2)
    return bool(distances.amin(1).max() < 1e-3)


CHECK = Check(draw, probes.feature_cache, compare, on)
