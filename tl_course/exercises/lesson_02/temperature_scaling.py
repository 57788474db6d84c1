"""Write temperature scaling: the one number that makes a network's confidence fit its answers."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_02 import probes
from tl_course.exercises.plain import describe, is_number

CALIBRATION = see(2, "Can you believe its confidence?")
LOSS_TOLERANCE, TOLERANCE = 0.02, 0.02
WORDS = {"sure": "logits that are too sure", "modest": "logits that are too modest"}


def draw(random: Random) -> Inputs:
    """Two sets of logits for the same labels, one about `factor` times too sure, one as much too modest."""
    count, classes = random.randint(300, 500), random.randint(3, 6)
    factor = random.uniform(2.5, 5.0)
    generator = torch.Generator().manual_seed(random.randrange(10**6))
    honest = 2 * torch.randn(count, classes, generator=generator)
    labels = torch.multinomial(honest.softmax(1), 1, generator=generator).squeeze(1)
    return {"sure": honest * factor, "modest": honest / factor, "labels": labels}


def on(inputs: Inputs) -> str:
    """The logits in words."""
    count, classes = inputs["sure"].shape
    return f"two sets of logits for {count} pictures in {classes} classes"


def compare(inputs: Inputs, values: Any) -> Parts:
    """A loss near the lowest, a temperature near the best, logits as they were."""
    found = {name: values[name]["temperature"] for name in WORDS}
    kept = all(values[name]["logits_kept"] is True for name in WORDS)
    return {
        "loss": _first(_loss(inputs, name, value, found) for name, value in found.items()),
        "temperature": _first(_near(inputs, name, value) for name, value in found.items()),
        "logits": None if kept else Hint("Your function has changed the logits that it was given."),
    }


def _first(hints: Any) -> Hint | None:
    return next(filter(None, hints), None)


def _loss_at(inputs: Inputs, name: str, temperature: float) -> float:
    return F.cross_entropy(inputs[name].double() / temperature, inputs["labels"]).item()


def _best(logits: Tensor, labels: Tensor) -> float:
    """By bisection: the derivative of the mean loss by 1/T only ever rises."""
    scores = logits.double()
    true = scores.gather(1, labels[:, None]).squeeze(1)
    low, high = 1e-4, 1e4
    for _ in range(100):
        middle = (low * high) ** 0.5
        slope = (((scores * middle).softmax(1) * scores).sum(1) - true).mean()
        low, high = (low, middle) if slope > 0 else (middle, high)
    return 1 / middle


def _loss(inputs: Inputs, name: str, value: Any, found: dict[str, Any]) -> Hint | None:
    best = _best(inputs[name], inputs["labels"])
    if not is_number(value):
        return Hint("Return the temperature, one number.", f"about {best:.3g}", describe(value), CALIBRATION)
    if value <= 0:
        return Hint(
            "A temperature is above 0: a negative one would reverse every answer.",
            f"about {best:.3g} for {WORDS[name]}", describe(value), CALIBRATION,
        )  # fmt: skip
    lowest, seen = _loss_at(inputs, name, best), _loss_at(inputs, name, value)
    if seen <= lowest + LOSS_TOLERANCE:
        return None
    facts = f"{WORDS[name]} to have a loss of {lowest:.3f}", f"{seen:.3f} at T = {value:.3g}", CALIBRATION
    bests = {name: _best(inputs[name], inputs["labels"]) for name in found}
    if _all_near(found, {name: 1 / best for name, best in bests.items()}):
        mistake = "This is 1/T: the logits are divided by the temperature, not multiplied."
    elif _all_near(found, {name: math.log(best) for name, best in bests.items()}):
        mistake = "This is log T; T is its exponential."
    elif _all_near(found, dict.fromkeys(found, 1.0), 1e-6):
        mistake = (
            "T = 1 changes nothing. Did the search move? Accuracy can't choose: it is the same at every T."
        )
    elif best < 1 and abs(value - 1) < 1e-6:
        mistake = "T stopped at 1, and too modest a network needs a T below 1: were any tried?"
    elif 0.99 * min(1, best) < value < max(1, best):
        mistake = (
            "Not there yet: more steps, a larger rate, a wider or a finer range? Or is `cross_entropy` given "
            "probabilities?"
        )
    elif best > 1 and value < 1:
        mistake = (
            "A T below 1 makes answers surer still, and these are too sure. Is `cross_entropy` given "
            "probabilities?"
        )
    else:
        mistake = "Choose T by the cross-entropy of `logits / T`, over a wide range."
    return Hint(mistake, *facts)


def _all_near(found: dict[str, Any], others: dict[str, float], tolerance: float = 0.05) -> bool:
    return all(
        is_number(value) and math.isclose(value, others[name], rel_tol=tolerance)
        for name, value in found.items()
    )


def _near(inputs: Inputs, name: str, value: Any) -> Hint | None:
    best = _best(inputs[name], inputs["labels"])
    if is_number(value) and abs(value / best - 1) <= TOLERANCE:
        return None
    return Hint(
        "Near, but not the lowest loss: the steps are too coarse or too few, or something else than the "
        "loss was minimised.",
        f"T within 2 % of {best:.4g} for {WORDS[name]}", describe(value), CALIBRATION,
    )  # fmt: skip


CHECK = Check(draw, probes.temperature_scaling, compare, on)
