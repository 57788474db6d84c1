"""What is asked of an answer to the warm-up."""

from __future__ import annotations

from typing import Any

from torch import nn

from tl_course.exercises.checks import Answer, Inputs


def count_trainable(answer: Answer, inputs: Inputs) -> Any:
    """The number that the answer gives for a two-layer network."""
    a, b, c = inputs["sizes"]
    model = nn.Sequential(nn.Linear(a, b), nn.Linear(b, c))
    for layer, frozen in zip(model, inputs["frozen"], strict=True):
        layer.requires_grad_(not frozen)
    return answer(model)
