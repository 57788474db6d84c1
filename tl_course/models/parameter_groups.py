"""Parameter groups for an optimizer: a learning rate for each stage, no weight decay on norms and biases."""

from __future__ import annotations

import math
from typing import Any

from torch import nn

from tl_course.errors import CourseError
from tl_course.models.stages import stage_parameters


def parameter_groups(
    model: nn.Module, lr: float, decay: float = 1.0, weight_decay: float = 0.01
) -> list[dict[str, Any]]:
    """Return the groups that an optimizer takes in place of parameters, shallow to deep: `AdamW(groups)`.

    The head learns at `lr`, each stage one step shallower at `decay` times the rate of the one above it
    (discriminative learning rates: Howard & Ruder, ULMFiT, arXiv:1801.06146, whose factor is 1 / 2.6).

    A stage has up to two groups: its weights, and what should not be pulled towards zero, with a
    `weight_decay` of 0. These are norms and biases (He et al., Bag of tricks, arXiv:1812.01187), and by the
    vision transformers' convention class tokens, position embeddings and layer scales.

    Each group holds "stage" (its name), "params", "lr" and "weight_decay". Every parameter is in exactly one.
    Frozen ones are too: an optimizer skips what has no gradient, so a stage may be unfrozen later.

    Raises:
        CourseError: `lr` is not above 0 or not finite, `decay` is not in (0, 1], `weight_decay` is negative
            or not finite, or the model is of no known family.
    """
    check_lr(lr)
    if not 0 < decay <= 1:
        raise CourseError(
            f"decay={decay!r}: each stage learns at decay times the rate of the one above it, so it must be "
            f"above 0 and at most 1. Try 0.5; 1 is one rate for all"
        )
    if not 0 <= weight_decay < math.inf:
        raise CourseError(
            f"weight_decay={weight_decay!r}: it must be 0 or a small number above, such as 0.01"
        )
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    by_stage = stage_parameters(model)
    groups: list[dict[str, Any]] = []
    for steps_below_head, (stage, parameters) in zip(
        range(len(by_stage) - 1, -1, -1), by_stage.items(), strict=True
    ):
        for decays in (True, False):
            params = [p for p in parameters if _is_decayed(names[id(p)], p) == decays]
            if params:
                groups.append(
                    {
                        "stage": stage,
                        "params": params,
                        "lr": lr * decay**steps_below_head,
                        "weight_decay": weight_decay if decays else 0.0,
                    }
                )
    return groups


def check_lr(lr: float) -> None:
    """Raise CourseError unless `lr` is a learning rate: finite and above 0."""
    if not 0 < lr < math.inf:
        raise CourseError(
            f"lr={lr!r}: a learning rate must be above 0 and finite. "
            f"For AdamW try 1e-3 on a new head and 1e-4 on a pretrained backbone"
        )


def _is_decayed(name: str, parameter: nn.Parameter) -> bool:
    # Matrices and kernels are called "weight" ("in_proj_weight") throughout torch, torchvision and timm; what
    # else has two dimensions or more is a token, an embedding of positions or a scale, under many names.
    return parameter.ndim >= 2 and "weight" in name.rpartition(".")[2]
