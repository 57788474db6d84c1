"""Freeze a backbone so that nothing of it moves: neither parameters nor BatchNorm statistics."""

from __future__ import annotations

from random import Random
from typing import Any

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_01 import probes

TRAP = see(1, "Does freezing a layer keep it still?")


def draw(random: Random) -> Inputs:
    """A seed, and names of two stages and a head."""
    stages = random.sample(["stem", "layer1", "features", "blocks", "body"], 2)
    return {"seed": random.randrange(10**6), "names": [*stages, random.choice(["fc", "classifier", "head"])]}


def on(inputs: Inputs) -> str:
    """The network in words."""
    first, second, head = inputs["names"]
    return f"a network with the stages `{first}` and `{second}` and the head `{head}`"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The right parameters train, the backbone is in eval mode and its statistics stay, the head drops out.

    `values` are those of a network that came with every parameter free, and of one with every one frozen.
    """
    head, (free, frozen) = inputs["names"][-1] + ".", values
    return {
        "parameters": _parameters(head, free["requires_grad"]) or _thawed(head, frozen["requires_grad"]),
        "backbone": _statistics(head, free["moved"])
        or _batches(free["batch_effect"])
        or _dropout(free["dropout_awake"]),
        "head": None if all(one["head_in_train_mode"] is True for one in values) else _head(),
    }


def _parameters(head: str, flags: dict[str, bool]) -> Hint | None:
    wrong = [name for name, flag in flags.items() if flag != name.startswith(head)]
    if not wrong:
        return None
    if all(name.startswith(head) for name in wrong):
        return Hint("The head is frozen too, so nothing can learn.", f"`{wrong[0]}` to train", "it frozen")
    if len(wrong) == sum(not name.startswith(head) for name in flags):
        return Hint(
            "The backbone still trains: set `requires_grad` of its parameters.",
            f"`{wrong[0]}` frozen",
            "it free",
        )
    return Hint(
        "A part of the backbone still trains. Freeze every parameter, then free those of the head.",
        f"`{wrong[0]}` frozen", "it free",
    )  # fmt: skip


def _thawed(head: str, flags: dict[str, bool]) -> Hint | None:
    still = [name for name, flag in flags.items() if name.startswith(head) and not flag]
    if not still:
        return None
    return Hint(
        "A model may come with its head frozen: the head's parameters have to be set free.",
        f"`{still[0]}` to train when everything comes frozen", "it still frozen",
    )  # fmt: skip


def _statistics(head: str, moved: dict[str, float]) -> Hint | None:
    drifted = [name for name, distance in moved.items() if distance != 0 and not name.startswith(head)]
    if not drifted:
        return None
    return Hint(
        "BatchNorm layers of the backbone were in train mode.", f"`{drifted[0]}` to stay",
        f"a change of {moved[drifted[0]]:.2g} after two forward passes", TRAP,
    )  # fmt: skip


def _batches(effect: float) -> Hint | None:
    if effect < 1e-4:
        return None
    return Hint(
        "BatchNorm layers of the backbone normalise by the batch: they belong in eval mode.",
        "features of a picture that do not depend on its batch", f"a difference of {effect:.2g}", TRAP,
    )  # fmt: skip


def _dropout(awake: bool) -> Hint | None:
    if not awake:
        return None
    return Hint(
        "The backbone's dropout is awake. Eval mode is for the whole backbone, not for BatchNorm alone.",
        "a dropout layer in the backbone to be in eval mode", "it in train mode", TRAP,
    )  # fmt: skip


def _head() -> Hint:
    return Hint(
        "The head is in eval mode, so its dropout does nothing: only the backbone is to be still.",
        "the head in train mode", "it in eval mode",
    )  # fmt: skip


CHECK = Check(draw, probes.freeze_backbone, compare, on)
