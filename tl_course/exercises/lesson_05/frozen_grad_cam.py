"""Find the bug: Grad-CAM that works on a free model and ends in an error on a frozen one."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_05 import probes
from tl_course.exercises.lesson_05.closed_form import class_maps, scaled
from tl_course.exercises.plain import close, describe, is_tensor
from tl_course.exercises.small_worlds import small_network, small_pictures

SECTION = see(5, "Where does the answer come from?")


def draw(random: Random) -> Inputs:
    """A model, and a class for which something speaks in some places and not in others."""
    while True:
        inputs = {"seed": random.randrange(10**6), "target": random.randrange(4)}
        found = class_maps(*_world(inputs))[0, inputs["target"]]
        if found.max() > 0.01 and 0.1 < (found > 0).float().mean() < 0.9:
            return inputs


def _world(inputs: Inputs) -> Any:
    return small_network(inputs["seed"]), small_pictures(inputs["seed"], 3).tensors[0][1:2]


def on(inputs: Inputs) -> str:
    """The model in words."""
    return f"a small network, asked for class {inputs['target']}"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The same map in each state, and model and picture as they were."""
    expected = scaled(class_maps(*_world(inputs))[0, inputs["target"]])
    frozen = (_map(values[state], expected, state) for state in ("frozen", "frozen backbone"))
    return {
        "frozen": next((hint for hint in frozen if hint), None),
        "free": _map(values["free"], expected, "free"),
        "flags": next((hint for hint in (_flags(values[state], state) for state in values) if hint), None),
        "gradients": _gradients([name for state in values for name in values[state]["gradients_changed"]]),
        "picture": _picture() if any(found["image_asks"] for found in values.values()) else None,
    }


def _map(found: Any, expected: Tensor, state: str) -> Hint | None:
    value, what = found["map"], f"a map of shape {tuple(expected.shape)} of the {state} model"
    if close(value, expected, 1e-3):
        return None
    if "error" in found:
        return Hint(
            "On a frozen model it still stops. What does torch leave out when nothing below the maps wants "
            "a gradient?",
            what, f"the error '{found['error']}'", SECTION,
        )  # fmt: skip
    if not is_tensor(value, *expected.shape):
        return Hint("Return one map of the picture's height and width.", what, describe(value), SECTION)
    if not torch.any(value):
        return Hint(
            "The map is zero everywhere: no gradient has reached the maps.",
            "a highest pixel of 1", "0", SECTION,
        )  # fmt: skip
    return Hint(
        "The map is not the one that the free model gives. Only the way to the gradient may differ.",
        what, f"one that is off by up to {(value - expected).abs().max():.2g}", SECTION,
    )  # fmt: skip


def _flags(found: Any, state: str) -> Hint | None:
    changed = found["flags_changed"]
    if not changed:
        return None
    return Hint(
        "The model comes back with other parameters frozen than before, and the next training trains others.",
        f"{changed[0]} of the {state} model as before", f"it {'frozen' if state == 'free' else 'free'}",
        SECTION,
    )  # fmt: skip


def _gradients(changed: list[str]) -> Hint | None:
    if not changed:
        return None
    return Hint(
        "The parameters' own gradients were touched: backward() adds to what the next optimizer step uses, "
        "zero_grad() clears it. Ask for the gradient at the maps alone.",
        f"the .grad of {changed[0]} as before", "another one",
    )  # fmt: skip


def _picture() -> Hint:
    return Hint(
        "The picture that was handed over asks for a gradient from now on: mark a copy of it.",
        "image.requires_grad to be False afterwards", "True", SECTION,
    )  # fmt: skip


CHECK = Check(draw, probes.frozen_grad_cam, compare, on)
