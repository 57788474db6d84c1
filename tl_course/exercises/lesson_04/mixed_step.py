"""Write it: a training step with autocast, loss scaling, accumulation and clipping."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_04 import exact, probes
from tl_course.exercises.lesson_04.hints import first, off_by, unwrapped
from tl_course.exercises.plain import close, describe

STEP = see(4, "How is the step written?")
CAST = see(4, "What does autocast change?")
PLACE = see(4, "How does the loss scale find its place?")
UNEQUAL = "Each batch counts the same, whatever its size: a picture of a small batch counts for more."
NOT_DIVIDED = "The losses were added up and not divided, so the step is too long."
TOLERANCE = 0.05  # bf16 comes within 0.01, and the mistakes are 0.2 away at least


def draw(random: Random) -> Inputs:
    """Unequal batches; bf16 without and fp16 with a scale, a limit that clips, a scale that overflows."""
    scale = 2.0 ** random.randint(6, 10)
    return {
        "seed": random.randrange(10**6),
        "sizes": [random.randint(9, 12), random.randint(9, 12), random.randint(1, 3)],
        "lr": 0.1,
        "settings": {
            "bf16": {"dtype": "bfloat16", "scale": None, "limit": 1e6},
            "fp16": {"dtype": "float16", "scale": scale, "limit": 1e6},
            "clipped": {"dtype": "float16", "scale": scale, "limit": random.choice([0.02, 0.03, 0.05])},
            "overflow": {"dtype": "float16", "scale": 2.0**40, "limit": 1.0},
        },
    }  # fmt: skip


def on(inputs: Inputs) -> str:
    """The batches in words."""
    return f"batches of {', '.join(map(str, inputs['sizes']))} pictures"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The step without and with clipping, the formats, the step left out, and the two numbers returned."""
    usual = [name for name in inputs["settings"] if name != "overflow"]
    return {
        "step": first(_movement(inputs, name, values[name]) for name in usual[:2]),
        "formats": first(_format(inputs, name, values[name]) for name in usual),
        "clipping": _clipping(inputs, values["clipped"]),
        "overflow": _overflow(values["overflow"]),
        "scale": _scale(values["overflow"]),
        "loss": first(_loss(inputs, name, values[name]) for name in values),
        "length": first(_length(inputs, name, values[name]) for name in usual),
    }


def _gradient(inputs: Inputs, values: Any) -> Tensor:
    return exact.gradient_of(values["before"], exact.whole(_batches(inputs)))


def _batches(inputs: Inputs) -> list[exact.Batch]:
    return exact.small_batches(inputs["seed"], inputs["sizes"])


def _moved(inputs: Inputs, values: Any) -> Tensor:
    moved: Tensor = (values["before"].double() - values["after"].double()) / inputs["lr"]
    return moved


def _movement(inputs: Inputs, name: str, values: Any) -> Hint | None:
    moved, wanted = _moved(inputs, values), _gradient(inputs, values)
    if exact.distance(moved, wanted) <= TOLERANCE:
        return None
    return Hint(
        _mistake(inputs, name, moved, values["before"]),
        f"the gradient of the mean loss in a step in {name}", off_by(moved, wanted), STEP,
    )  # fmt: skip


def _mistake(inputs: Inputs, name: str, moved: Tensor, state: Tensor) -> str:
    batches, old = _batches(inputs), torch.full_like(moved, 0.5)
    means = torch.stack([exact.gradient_of(state, batch) for batch in batches])
    wanted, pictures = exact.gradient_of(state, exact.whole(batches)), sum(inputs["sizes"])
    scale = inputs["settings"][name]["scale"] or 1.0
    if not moved.any():
        return "The weights did not move."
    known = [
        (means.mean(0), UNEQUAL),
        (means.sum(0), NOT_DIVIDED),
        (wanted * pictures, NOT_DIVIDED),
        (wanted / len(batches), "The loss is divided twice: by the pictures, and again by the batches."),
        (means[-1], "Only the last batch counts: its gradient took the place of the others."),
        (wanted + old / scale, "Gradients that were there before the call went into the step."),
        (wanted * scale, "The step was taken with gradients that were still multiplied by the scale."),
    ]
    found = [mistake for slip, mistake in known if exact.distance(moved, slip) <= TOLERANCE]
    return found[0] if found else "The step is not that of the mean loss over all pictures of all batches."


def _format(inputs: Inputs, name: str, values: Any) -> Hint | None:
    wanted = f"torch.{inputs['settings'][name]['dtype']}"
    if values["formats"] == [wanted]:
        return None
    return Hint(
        "The forward pass did not compute in the format asked for: is it inside `torch.autocast`?",
        f"logits in {wanted}", " and ".join(values["formats"]) or "none", CAST,
    )  # fmt: skip


def _clipping(inputs: Inputs, values: Any) -> Hint | None:
    moved, gradient = _moved(inputs, values), _gradient(inputs, values)
    limit, scale = inputs["settings"]["clipped"]["limit"], inputs["settings"]["clipped"]["scale"]
    wanted = gradient * limit / gradient.norm()
    if exact.distance(moved, wanted) <= TOLERANCE:
        return None
    if moved.norm() < 2 * limit / scale:
        mistake = "Next to nothing is left to step with: clip the true gradients, not the scaled ones."
    elif exact.distance(moved, gradient) <= TOLERANCE:
        mistake = "The step was taken with gradients that were not clipped."
    else:
        mistake = "The clipping is not that of the whole accumulated gradient to the limit, once."
    return Hint(mistake, f"a gradient clipped to {limit}", off_by(moved, wanted), STEP)


def _overflow(values: Any) -> Hint | None:
    if torch.equal(values["before"], values["after"]):
        return None
    finite = bool(values["after"].isfinite().all())
    mistake = (
        "There was a step where gradients overflow: was the loss in fp16, and multiplied by the scale?"
        if finite
        else "A step was taken with gradients that are not finite: the step has to go through the scaler."
    )
    seen = "a change" if finite else "weights that are not finite"
    return Hint(mistake, "weights as they were after an overflow", seen, STEP)


def _scale(values: Any) -> Hint | None:
    if close(values["scale"], 2.0**39):
        return None
    return Hint(
        "The scaler has to move its scale after each step: `update`, once.",
        "half the scale after an overflow", f"{values['scale'] / 2.0**40:g} of it", PLACE,
    )  # fmt: skip


def _loss(inputs: Inputs, name: str, values: Any) -> Hint | None:
    batches = _batches(inputs)
    losses = [exact.loss_of(values["before"], batch) for batch in batches]
    expected, seen = exact.loss_of(values["before"], exact.whole(batches)), _returned(values, 0)
    scale = inputs["settings"][name]["scale"] or 1.0
    if close(seen, expected, 0.01):
        return None
    facts = f"a loss of {expected:.3f} in {name}", describe(seen)
    if close(seen, losses[-1] * inputs["sizes"][-1] / sum(inputs["sizes"]), 0.02) or close(
        seen, losses[-1], 0.02
    ):
        return Hint("The loss you return is that of the last batch alone.", *facts, STEP)
    if scale > 1 and close(seen, expected * scale, 0.02):
        return Hint("The loss you return is multiplied by the scale.", *facts, STEP)
    return Hint("Return the mean loss over all pictures of all batches, a float, first.", *facts, STEP)


def _length(inputs: Inputs, name: str, values: Any) -> Hint | None:
    setting, seen = inputs["settings"][name], _returned(values, 1)
    expected = _gradient(inputs, values).norm().item()
    if close(seen, expected, TOLERANCE):
        return None
    facts = f"a length of {expected:.3g} in a step in {setting['dtype']}", describe(seen)
    if close(seen, min(expected, setting["limit"]), TOLERANCE):
        return Hint("Return the gradient's length before the clipping.", *facts, STEP)
    if setting["scale"] and close(seen, expected * setting["scale"], TOLERANCE):
        return Hint("The length you return is that of the gradient times the scale.", *facts, STEP)
    return Hint("Return the length of the gradient, a float, second.", *facts, STEP)


def _returned(values: Any, place: int) -> Any:
    pair = values["returned"]
    if not isinstance(pair, list) or len(pair) != 2:
        return pair
    return unwrapped(pair[place])


CHECK = Check(draw, probes.mixed_step, compare, on)
