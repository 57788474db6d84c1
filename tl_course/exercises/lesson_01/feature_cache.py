"""Cache features: one pass through the backbone, in order, without a graph."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
from torch import Tensor

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
    expected = _backbone_features(inputs)
    if _swapped(pair, expected):
        return {"features": Hint("The two are swapped: the features come first.", "features", "labels")}
    return {
        "features": _features(inputs, pair[0], expected, values["in_train_mode"]),
        "labels": _labels(pair[1], labels),
        "graph": _graph(values["graph"], values["inference"]),
        "passes": _passes(values["read"], values["through"], inputs["count"]),
        "mode": _mode(values["modes_after"]),
    }


def _backbone_features(inputs: Inputs) -> Tensor:
    """Features (N, d) of all pictures in eval mode."""
    backbone = probes.small_backbone(inputs["seed"]).eval()
    with torch.no_grad():
        features: Tensor = backbone(small_pictures(inputs["seed"], inputs["count"]).tensors[0])
    return features


def _swapped(pair: list[Any], features: Tensor) -> bool:
    first, second = pair
    return isinstance(first, Tensor) and first.ndim == 1 and is_tensor(second, *features.shape)


def _features(inputs: Inputs, value: Any, expected: Tensor, in_train_mode: bool) -> Hint | None:
    shape = f"a tensor of shape {tuple(expected.shape)}"
    if not isinstance(value, Tensor):
        return Hint(_no_tensor(value, inputs["count"]), shape, describe(value))
    if value.shape != expected.shape:
        return Hint(_lost(inputs, value), shape, describe(value), CACHE)
    if value.dtype != torch.float32:
        mistake = "Keep the features in the type that the backbone gives."
        return Hint(mistake, str(expected.dtype), str(value.dtype))
    if in_train_mode:  # whatever the numbers are
        return Hint(
            "The pass was made in train mode, so a picture's features depend on its batch.",
            "a pass in eval mode", "one in train mode", EVAL,
        )  # fmt: skip
    if close(value, expected):
        return None
    row = int((value - expected).abs().amax(1).argmax())
    mistake = "These are not the features that the backbone gives in eval mode."
    if _same_rows(value, expected) and _same_rows(expected, value):
        mistake = "The features are right but in another order than the data."
    seen = describe(value[row, :3])
    return Hint(mistake, f"{describe(expected[row, :3])} at the start of row {row}", seen, CACHE)


def _no_tensor(value: Any, count: int) -> str:
    """What to do with what came in place of a tensor."""
    if not isinstance(value, list):
        return "This is not a tensor."
    if len(value) == count:
        return "This is a list with an entry a picture, not a tensor. Make one tensor of it."
    return "The batches were not joined: torch.cat makes one tensor of them."


def _lost(inputs: Inputs, value: Tensor) -> str:
    rows = len(value) if value.ndim else 0
    if rows == inputs["count"] % inputs["batch_size"]:
        return "Only the last batch is left: each one replaced the one before."
    if rows == inputs["count"] - inputs["count"] % inputs["batch_size"]:
        return "The last and smaller batch is missing."
    if rows == inputs["batch_size"]:
        return "Only the first batch is there: is the return inside the loop?"
    return "There is one row a picture, and one column a feature."


def _labels(value: Any, labels: Tensor) -> Hint | None:
    mistake, seen = "Row i of the labels does not belong to row i of the features.", _start(value)
    if not isinstance(value, Tensor):
        mistake = _no_tensor(value, len(labels))
    elif value.shape != labels.shape:
        mistake = "There is one label a picture, in a tensor of shape (N,)."
    elif value.dtype != torch.int64:
        mistake, seen = (
            "Keep the labels whole numbers (int64): cross_entropy wants them so.",
            str(value.dtype),
        )
    elif torch.equal(value, labels):
        return None
    return Hint(f"Labels: {mistake}", f"{labels.dtype} labels that begin with {labels[:6].tolist()}", seen)


def _start(value: Any) -> str:
    return str(value[:6].tolist()) if isinstance(value, Tensor) and value.ndim == 1 else describe(value)


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
