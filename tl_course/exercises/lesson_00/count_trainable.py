"""Count the parameters that will train."""

from __future__ import annotations

from random import Random
from typing import Any

from tl_course.exercises.checks import Check, Hint, Inputs, Parts
from tl_course.exercises.lesson_00 import probes
from tl_course.exercises.plain import describe


def draw(random: Random) -> Inputs:
    """Sizes of a two-layer network, and which of its layers is frozen."""
    sizes = [random.randint(2, 9) for _ in range(3)]
    return {"sizes": sizes, "frozen": random.choice(([True, False], [False, True]))}


def on(inputs: Inputs) -> str:
    """The network in words."""
    a, b, c = inputs["sizes"]
    frozen = "first" if inputs["frozen"][0] else "second"
    return f"layers {a} to {b} and {b} to {c}, the {frozen} frozen"


def compare(inputs: Inputs, value: Any) -> Parts:
    """The number, or what was probably counted instead."""
    a, b, c = inputs["sizes"]
    layers = [a * b + b, b * c + c]
    expected = sum(n for n, frozen in zip(layers, inputs["frozen"], strict=True) if not frozen)
    if type(value) is int and value == expected:
        return {"number": None}
    if type(value) is not int:
        mistake = "Return one whole number (an int)."
    elif value == sum(layers):
        mistake = "You counted the frozen parameters too: look at `requires_grad`."
    elif value in (1, 2, 4):
        mistake = "You seem to count tensors, not numbers: `parameter.numel()` says how many one holds."
    else:
        mistake = "Sum `numel()` over the parameters that require a gradient."
    return {"number": Hint(mistake, str(expected), describe(value))}


CHECK = Check(draw, probes.count_trainable, compare, on, tries=5)
