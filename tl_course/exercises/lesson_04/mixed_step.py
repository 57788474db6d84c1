"""Write it: a training step with autocast, loss scaling, accumulation and clipping."""

from __future__ import annotations

from itertools import combinations
from random import Random
from typing import Any

import torch
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts
from tl_course.exercises.lesson_04 import exact, probes
from tl_course.exercises.lesson_04.hints import (
    CAST,
    OLD,
    PLACE,
    STEP,
    complained,
    counted,
    first,
    off_by,
    unwrapped,
)
from tl_course.exercises.plain import close, describe

UNEQUAL = "Each batch counts the same, whatever its size: a picture of a small batch counts for more."
NOT_DIVIDED = "The losses were added up and not divided, so the step is too long."
RUNNING = "Each batch is divided by the count so far: the pictures of later batches are missing."
STILL_SCALED = "The gradients were still multiplied by the scale in this step."
TOLERANCE = 0.05  # bf16 comes within 0.01, and the mistakes are 0.2 away at least


def draw(random: Random) -> Inputs:
    """Unequal batches; bf16 without and fp16 with a scale, a limit that clips, a scale that overflows.

    `large` is one picture at a scale of 65 536, which fits its gradients but not a loss in fp16.
    """
    inputs = _drawn(random)
    while not _telling(inputs):
        inputs = _drawn(random)
    return inputs


def _drawn(random: Random) -> Inputs:
    scale, limit = 2.0 ** random.randint(6, 10), random.choice([0.02, 0.03, 0.05])
    sizes = [random.randint(9, 12), random.randint(9, 12), random.randint(1, 3)]
    usual = {"dtype": "float16", "scale": scale, "limit": 1e6, "sizes": sizes, "factor": 1.0}
    return {
        "seed": random.randrange(10**6),
        "lr": 0.1,
        "settings": {
            "bf16": usual | {"dtype": "bfloat16", "scale": None},
            "fp16": usual,
            "clipped": usual | {"limit": limit},
            "large": usual | {"scale": 2.0**16, "sizes": [1], "factor": 0.1},
            "overflow": usual | {"scale": 2.0**40, "limit": 1.0},
        },
    }


def _telling(inputs: Inputs) -> bool:
    """Whether known slips differ from each other and the right step, and `large` fits into fp16."""
    state, setting = exact.first_state(inputs["seed"]), inputs["settings"]["bf16"]
    batches = _batches(inputs, setting)
    wanted = exact.gradient_of(state, exact.whole(batches))
    known = [(wanted, ""), *_slips(batches, state, setting["scale"])]
    error = exact.errors_of(state, _batches(inputs, inputs["settings"]["large"])[0]).abs().max()
    apart = all(
        exact.distance(one, other) > 3 * TOLERANCE
        for (one, mistake), (other, another) in combinations(known, 2) if mistake != another
    )  # fmt: skip
    return apart and bool(error < 0.8) and bool(wanted.norm() > 0.1)


def on(inputs: Inputs) -> str:
    """The batches in words."""
    return f"batches of {', '.join(map(str, inputs['settings']['fp16']['sizes']))} pictures"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The step without and with clipping, the step left out, the scale, and the two numbers returned."""
    usual = ["bf16", "fp16", "clipped"]
    stopped = complained(values) or first(_form(inputs, name, values[name]) for name in values)
    if stopped:
        return {"form": stopped}
    return {
        "step": first(_movement(inputs, name, values[name]) for name in usual[:2]),
        "clipping": _clipping(inputs, values["clipped"]),
        "loss_in_fp32": _large(inputs, values["large"]),
        "overflow": _overflow(values["overflow"]),
        "scale": first(_scale(inputs, name, values[name]) for name in ("overflow", "fp16", "clipped")),
        "loss": first(_loss(inputs, name, values[name]) for name in [*usual, "overflow"]),
        "length": first(_length(inputs, name, values[name]) for name in usual),
    }


def _form(inputs: Inputs, name: str, values: Any) -> Hint | None:
    wanted, returned = f"torch.{inputs['settings'][name]['dtype']}", values["returned"]
    if values["formats"] != [wanted]:
        return Hint(
            "The forward pass did not compute in the format asked for: is it inside `torch.autocast`?",
            f"logits in {wanted}", " and ".join(values["formats"]) or "none", CAST,
        )  # fmt: skip
    if len(_pair(returned)) != 2:
        return Hint(
            "Return two values: the loss, and the length of the gradient.",
            "two values", counted(returned), STEP,
        )  # fmt: skip
    return None


def _batches(inputs: Inputs, setting: Any) -> list[exact.Batch]:
    return exact.small_batches(inputs["seed"], setting["sizes"], setting["factor"])


def _gradient(inputs: Inputs, name: str, values: Any) -> Tensor:
    return exact.gradient_of(values["before"], exact.whole(_batches(inputs, inputs["settings"][name])))


def _moved(inputs: Inputs, values: Any) -> Tensor:
    moved: Tensor = (values["before"].double() - values["after"].double()) / inputs["lr"]
    return moved


def _movement(inputs: Inputs, name: str, values: Any) -> Hint | None:
    if values["steps"] > 1:
        return Hint(
            "The optimizer took several steps: accumulate over all batches, and take one.",
            "one step", str(values["steps"]), STEP,
        )  # fmt: skip
    moved, wanted = _moved(inputs, values), _gradient(inputs, name, values)
    if exact.distance(moved, wanted) <= TOLERANCE:
        return None
    return Hint(
        _mistake(inputs, name, moved, values["before"]),
        f"the gradient of the mean loss in a step in {name}", off_by(moved, wanted), STEP,
    )  # fmt: skip


def _mistake(inputs: Inputs, name: str, moved: Tensor, state: Tensor) -> str:
    setting = inputs["settings"][name]
    batches = _batches(inputs, setting)
    if not moved.any():
        return "The weights did not move."
    known = _slips(batches, state, setting["scale"])
    found = [mistake for slip, mistake in known if exact.distance(moved, slip) <= TOLERANCE]
    if exact.parallel(moved, exact.gradient_of(state, batches[-1]), TOLERANCE):
        found.append("Only the last batch counts: its gradient took the place of the others.")
    return found[0] if found else "The step is not that of the mean loss over all pictures of all batches."


def _slips(batches: list[exact.Batch], state: Tensor, scale: float | None) -> list[tuple[Tensor, str]]:
    """Gradients that known slips give."""
    means = torch.stack([exact.gradient_of(state, batch) for batch in batches])
    sizes = torch.tensor([float(len(labels)) for _, labels in batches])
    sums = means * sizes[:, None, None]
    wanted = sums.sum(0) / sizes.sum()
    return [
        (means.mean(0), UNEQUAL),
        (means.sum(0), NOT_DIVIDED),
        (sums.sum(0), NOT_DIVIDED),
        (wanted / len(batches), "The loss is divided twice: by the pictures, and again by the batches."),
        (wanted + 0.5 / (scale or 1.0), OLD),
        ((sums / sizes.cumsum(0)[:, None, None]).sum(0), RUNNING),
        *([(wanted * scale, STILL_SCALED)] if scale else []),
    ]


def _clipping(inputs: Inputs, values: Any) -> Hint | None:
    moved, gradient = _moved(inputs, values), _gradient(inputs, "clipped", values)
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


def _large(inputs: Inputs, values: Any) -> Hint | None:
    moved, wanted = _moved(inputs, values), _gradient(inputs, "large", values)
    if exact.distance(moved, wanted) <= TOLERANCE:
        return None
    expected = f"a gradient of length {wanted.norm():.3g} in the step"
    if moved.any():
        mistake = "The step on a single batch of one picture is not that of its loss."
        return Hint(mistake, expected, off_by(moved, wanted), STEP)
    return Hint(
        "At a scale of 65 536 the step was not taken, though the true gradients fit. Perhaps the loss was "
        "computed in fp16, which ends at 65 504: keep it inside `autocast`.",
        expected, "none", CAST,
    )  # fmt: skip


def _overflow(values: Any) -> Hint | None:
    if torch.equal(values["before"], values["after"]):
        return None
    finite = bool(values["after"].isfinite().all())
    mistake = (
        "There was a step where gradients overflow: was the loss multiplied by the scale?"
        if finite
        else "A step was taken with gradients that are not finite: the step has to go through the scaler."
    )
    seen = "a change" if finite else "weights that are not finite"
    return Hint(mistake, "weights as they were after an overflow", seen, STEP)


def _scale(inputs: Inputs, name: str, values: Any) -> Hint | None:
    before = inputs["settings"][name]["scale"]
    expected = before * (0.5 if name == "overflow" else 2.0)
    if close(values["scale"], expected):
        return None
    after = "an overflow" if name == "overflow" else "a good step (growth_interval=1)"
    return Hint(
        "The scaler has to move its scale after each step: `update`, once, with nothing in its brackets.",
        f"{expected / before:g} times the scale after {after}", f"{values['scale'] / before:g} times", PLACE,
    )  # fmt: skip


def _loss(inputs: Inputs, name: str, values: Any) -> Hint | None:
    setting = inputs["settings"][name]
    batches, sizes = _batches(inputs, setting), setting["sizes"]
    losses = [exact.loss_of(values["before"], batch) for batch in batches]
    expected, seen = exact.loss_of(values["before"], exact.whole(batches)), _pair(values["returned"])[0]
    scale = setting["scale"] or 1.0
    if close(seen, expected, 0.01):
        return None
    facts = f"a loss of {expected:.3f} in {name}", describe(seen)
    if close(seen, losses[-1] * sizes[-1] / sum(sizes), 0.02) or close(seen, losses[-1], 0.02):
        return Hint("The loss you return is that of the last batch alone.", *facts, STEP)
    if scale > 1 and close(seen, expected * scale, 0.02):
        return Hint("The loss you return is multiplied by the scale.", *facts, STEP)
    return Hint("Return the mean loss over all pictures of all batches, a float, first.", *facts, STEP)


def _length(inputs: Inputs, name: str, values: Any) -> Hint | None:
    setting, seen = inputs["settings"][name], _pair(values["returned"])[1]
    expected, scale = _gradient(inputs, name, values).norm().item(), setting["scale"]
    if close(seen, expected, TOLERANCE):
        return None
    facts = f"a length of {expected:.3g} in a step in {setting['dtype']}", describe(seen), STEP
    if close(seen, min(expected, setting["limit"]), TOLERANCE):
        return Hint("Return the gradient's length before the clipping.", *facts)
    if scale and close(seen, expected * scale, TOLERANCE):
        return Hint("The length you return is that of the gradient times the scale.", *facts)
    if scale and close(seen, expected / 2, TOLERANCE):
        return Hint("The length was divided by a scale that `update` had already moved.", *facts)
    return Hint("Return the length of the gradient, a float, second.", *facts)


def _pair(returned: Any) -> list[Any]:
    values = returned.tolist() if isinstance(returned, Tensor) and returned.ndim else returned
    return [unwrapped(value) for value in values] if isinstance(values, list) else [values]


CHECK = Check(draw, probes.mixed_step, compare, on)
