"""Find the bug: Grad-CAM that works on a free model and ends in an error on a frozen one."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_05 import probes
from tl_course.exercises.lesson_05.closed_form import class_maps, scaled
from tl_course.exercises.lesson_05.forms import returned
from tl_course.exercises.plain import close, describe, is_tensor

SECTION = see(5, "Where does the answer come from?")


def draw(random: Random) -> Inputs:
    """A picture, not square, and a class for which something speaks in some places and not in others."""
    while True:
        height, width = random.choice([(8, 12), (12, 8), (8, 16), (16, 12)])
        inputs = {"seed": random.randrange(10**6), "height": height, "width": width}
        inputs["target"] = random.randrange(4)
        coarse = _coarse(inputs)
        # A lowest pixel of 0 leaves it open whether one subtracts it before scaling.
        if coarse.max() > 0.01 and (coarse > 0).float().mean() > 0.1 and _expected(inputs).min() == 0:
            return inputs


def _coarse(inputs: Inputs) -> Tensor:
    image = probes.pictures(inputs["seed"], 1, inputs["height"], inputs["width"])
    return class_maps(probes.strided_network(inputs["seed"]), image)[0, inputs["target"]]


def _expected(inputs: Inputs) -> Tensor:
    size = inputs["height"], inputs["width"]
    coarse = _coarse(inputs)[None, None]
    return scaled(F.interpolate(coarse, size, mode="bilinear", align_corners=False)[0, 0])


def on(inputs: Inputs) -> str:
    """Model and picture in words."""
    size = f"{inputs['height']} x {inputs['width']}"
    return f"a small network and a picture of {size} pixels, asked for class {inputs['target']}"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The same map in each state, and model and picture as they were."""
    expected = _expected(inputs)
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
        return returned(value, what) or Hint(
            "Return one map of the picture's height and width, stretched as in the function above.",
            what, describe(value), SECTION,
        )  # fmt: skip
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
    name, was_free = changed[0]
    return Hint(
        "The model comes back with other parameters frozen than before, and the next training trains others.",
        f"{name} of the {state} model to be {'free' if was_free else 'frozen'} as before",
        f"it {'frozen' if was_free else 'free'}", SECTION,
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


CHECK = Check(draw, probes.no_map_any_more, compare, on)
