"""What is asked of the answers of lesson 04. Nothing here knows what is expected.

A head's state is its weights (classes, features) with its bias as one more column.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.amp import GradScaler
from torch.utils.data import DataLoader

from tl_course.exercises.checks import Answer, Inputs
from tl_course.exercises.small_worlds import small_features, small_head


def no_update(answer: Answer, inputs: Inputs) -> Any:
    """The head's state and the loss scale around each step, and what the step returned."""
    head = small_head(inputs["seed"])
    optimizer = torch.optim.SGD(head.parameters(), lr=inputs["lr"])
    scaler = GradScaler("cpu", init_scale=inputs["scale"], growth_interval=inputs["interval"])
    steps = []
    for number, (features, labels) in enumerate(_batches(inputs)):
        size = 1000.0 if number in inputs["spikes"] else 1.0
        before = {"state": _state(head), "scale": scaler.get_scale()}
        returned = answer(features * size, labels, head, optimizer, scaler)
        after = {"state": _state(head), "scale": scaler.get_scale()}
        steps.append({"before": before, "after": after, "returned": returned})
    return steps


def loss_scale_bookkeeping(answer: Answer, inputs: Inputs) -> Any:
    """What comes of each state."""
    rule = {name: inputs[name] for name in ("interval", "growth", "backoff")}
    return [answer(scale, good, finite, **rule) for scale, good, finite in inputs["states"]]


def clip_before_unscale(answer: Answer, inputs: Inputs) -> Any:
    """The head's state and the loss scale around each step, and what the step returned."""
    head = small_head(inputs["seed"])
    optimizer = torch.optim.SGD(head.parameters(), lr=inputs["lr"])
    scaler = GradScaler("cpu", init_scale=inputs["scale"])
    steps = []
    for (features, labels), limit, factor in zip(
        _batches(inputs), inputs["limits"], inputs["factors"], strict=True
    ):
        before = {"state": _state(head), "scale": scaler.get_scale()}
        loss = F.cross_entropy(head(features), labels) * factor
        returned = answer(loss, head, optimizer, scaler, limit)
        after = {"state": _state(head), "scale": scaler.get_scale()}
        steps.append({"before": before, "after": after, "returned": returned})
    return steps


def equal_accumulation(answer: Answer, inputs: Inputs) -> Any:
    """The head's state at the start and after each step of the optimizer, and the gradients left over."""
    head = small_head(inputs["seed"])
    optimizer = torch.optim.SGD(head.parameters(), lr=inputs["lr"])
    states = [_state(head)]
    optimizer.register_step_post_hook(lambda *_: states.append(_state(head)))
    loader = DataLoader(small_features(inputs["seed"], inputs["count"]), batch_size=inputs["batch_size"])
    answer(head, loader, optimizer, inputs["every"])
    left = [
        parameter.grad.abs().max().item() for parameter in head.parameters() if parameter.grad is not None
    ]
    return {"states": states, "left": max(left, default=0.0)}


def mixed_step(answer: Answer, inputs: Inputs) -> Any:
    """For each setting: state and scale around one step, the format of the logits, what was returned."""
    return {name: _mixed_step(answer, inputs, **setting) for name, setting in inputs["settings"].items()}


def _mixed_step(answer: Answer, inputs: Inputs, dtype: str, scale: float | None, limit: float) -> Any:
    head = small_head(inputs["seed"])
    for parameter in head.parameters():
        parameter.grad = torch.full_like(parameter, 0.5)  # left over from something earlier
    formats: set[str] = set()
    head.register_forward_hook(lambda module, given, logits: formats.add(str(logits.dtype)))
    optimizer = torch.optim.SGD(head.parameters(), lr=inputs["lr"])
    scaler = GradScaler("cpu", init_scale=scale or 1.0, enabled=scale is not None)
    before = _state(head)
    returned = answer(_batches(inputs), head, optimizer, scaler, getattr(torch, dtype), limit)
    return {
        "before": before,
        "after": _state(head),
        "scale": scaler.get_scale(),
        "formats": sorted(formats),
        "returned": returned,
    }


def _batches(inputs: Inputs) -> list[tuple[Tensor, Tensor]]:
    features, labels = small_features(inputs["seed"], sum(inputs["sizes"])).tensors
    return list(zip(features.split(inputs["sizes"]), labels.split(inputs["sizes"]), strict=True))


def _state(head: nn.Linear) -> Tensor:
    return torch.cat([head.weight, head.bias[:, None]], 1).detach().clone()
