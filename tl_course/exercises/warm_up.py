"""The warm-up of notebook 00: count the parameters that will train."""

from __future__ import annotations

from random import Random
from typing import Any

from torch import nn

from tl_course.exercises.checks import Answer, Check

Inputs = dict[str, Any]


def _draw(random: Random) -> Inputs:
    """Sizes of a two-layer network, and which of its layers are frozen: never all, never none."""
    sizes = [random.randint(2, 9) for _ in range(3)]
    return {"sizes": sizes, "frozen": random.choice(([True, False], [False, True]))}


def _probe(answer: Answer, inputs: Inputs) -> Any:
    a, b, c = inputs["sizes"]
    model = nn.Sequential(nn.Linear(a, b), nn.Linear(b, c))
    for layer, frozen in zip(model, inputs["frozen"], strict=True):
        layer.requires_grad_(not frozen)
    return answer(model)


def _compare(inputs: Inputs, value: Any) -> str | None:
    a, b, c = inputs["sizes"]
    layers = [a * b + b, b * c + c]
    expected = sum(n for n, frozen in zip(layers, inputs["frozen"], strict=True) if not frozen)
    setting = f"layers {a} x {b} and {b} x {c}, frozen {inputs['frozen']}"
    about = f"For {setting}, you gave {value!r}; right is {expected}."
    if isinstance(value, bool) or not isinstance(value, int):
        return f"{about} Return one whole number (an int)."
    if value == expected:
        return None
    if value == sum(layers):
        return f"{about} You counted the frozen parameters too: look at `requires_grad`."
    if value in (1, 2, 4):
        return f"{about} You seem to count tensors, not numbers: `parameter.numel()` says how many one holds."
    return f"{about} Sum `numel()` over the parameters that require a gradient."


CHECKS = {"count_trainable": Check(_draw, _probe, _compare)}
