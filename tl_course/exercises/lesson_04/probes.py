"""What is asked of the answers of lesson 04. Nothing here knows what is expected.

A head's state is its weights (classes, features) with its bias as one more column.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.amp import GradScaler
from torch.utils.data import DataLoader

from tl_course.exercises.checks import Answer, Inputs
from tl_course.exercises.small_worlds import small_features, small_head

Probe = Callable[[Answer, Inputs], Any]
Batches = list[tuple[Tensor, Tensor]]


def _told(about: str) -> Callable[[Probe], Probe]:
    """The probe gives {"complaint": its words} for an error of the scaler's, or one with `about` in it."""

    def with_complaints(probe: Probe) -> Probe:
        @wraps(probe)
        def telling(answer: Answer, inputs: Inputs) -> Any:
            try:
                return probe(answer, inputs)
            except Exception as problem:
                place = traceback.extract_tb(problem.__traceback__)[-1].filename
                if place.endswith("grad_scaler.py") or about in str(problem):
                    return {"complaint": str(problem)}
                raise

        return telling

    return with_complaints


@_told("inf checks")
def training_stands_still(answer: Answer, inputs: Inputs) -> Any:
    """The head's state and the loss scale around each step, and what the step returned."""
    head = _with_old_gradients(small_head(inputs["seed"]), inputs["old"])
    optimizer = torch.optim.SGD(head.parameters(), lr=inputs["lr"])
    scaler = GradScaler("cpu", init_scale=inputs["scale"], growth_interval=inputs["interval"])
    steps = []
    for (features, labels), limit, factor in zip(
        _batches(inputs["seed"], inputs["sizes"]), inputs["limits"], inputs["factors"], strict=True
    ):
        before = {"state": _state(head), "scale": scaler.get_scale()}
        loss = F.cross_entropy(head(features), labels) * factor
        returned = answer(loss, head, optimizer, scaler, limit)
        after = {"state": _state(head), "scale": scaler.get_scale()}
        steps.append({"before": before, "after": after, "returned": returned})
    return steps


@_told("inf checks")
def scale_never_falls(answer: Answer, inputs: Inputs) -> Any:
    """State, loss scale, the logits' formats and what was returned, for each step."""
    head = small_head(inputs["seed"])
    optimizer = torch.optim.SGD(head.parameters(), lr=inputs["lr"])
    scaler = GradScaler("cpu", init_scale=inputs["scale"], growth_interval=inputs["interval"])
    formats = _noted_formats(head)
    steps = []
    for number, (features, labels) in enumerate(_batches(inputs["seed"], inputs["sizes"])):
        size = 1000.0 if number in inputs["spikes"] else 1.0
        before = {"state": _state(head), "scale": scaler.get_scale()}
        returned = answer(features * size, labels, head, optimizer, scaler)
        after = {"state": _state(head), "scale": scaler.get_scale()}
        steps.append({"before": before, "after": after, "returned": returned})
    return {"steps": steps, "formats": sorted(formats)}


def loss_scale_bookkeeping(answer: Answer, inputs: Inputs) -> Any:
    """What comes of each state."""
    rule = {name: inputs[name] for name in ("interval", "growth", "backoff")}
    return [answer(scale, good, finite, **rule) for scale, good, finite in inputs["states"]]


def batches_do_not_add_up(answer: Answer, inputs: Inputs) -> Any:
    """What is seen of an epoch, and the steps of a second one whose batches come out even."""
    even = inputs["batch_size"] * inputs["every"]
    seen = _epoch(answer, inputs, inputs["count"])
    return seen | {"even_steps": len(_epoch(answer, inputs, even)["states"]) - 1}


def _epoch(answer: Answer, inputs: Inputs, count: int) -> dict[str, Any]:
    """The state at the start and after each step, the gradients left over, and how much is held at once."""
    head = small_head(inputs["seed"])
    optimizer = torch.optim.SGD(head.parameters(), lr=inputs["lr"])
    states, events = [_state(head)], list[int]()
    optimizer.register_step_post_hook(lambda *_: states.append(_state(head)))

    def note(module: nn.Module, given: Any, logits: Tensor) -> None:
        if logits.requires_grad:
            events.append(len(logits))
            logits.register_hook(lambda gradient: events.append(-len(gradient)))

    head.register_forward_hook(note)
    loader = DataLoader(small_features(inputs["seed"], count), batch_size=inputs["batch_size"])
    answer(head, loader, optimizer, inputs["every"])
    left = [
        parameter.grad.abs().max().item() for parameter in head.parameters() if parameter.grad is not None
    ]
    held = torch.tensor([0, *events]).cumsum(0).max().item()  # pictures that wait for their backward pass
    return {"states": states, "left": max(left, default=0.0), "held": held}


@_told("NoneType")
def mixed_step(answer: Answer, inputs: Inputs) -> Any:
    """For each setting: state and scale around one step, the format of the logits, what was returned."""
    return {
        name: _mixed_step(answer, inputs["seed"], inputs["lr"], **setting)
        for name, setting in inputs["settings"].items()
    }


def _mixed_step(
    answer: Answer,
    seed: int,
    lr: float,
    dtype: str,
    scale: float | None,
    limit: float,
    sizes: Sequence[int],
    factor: float,
) -> Any:
    head = _with_old_gradients(small_head(seed), 0.5)
    model = nn.Sequential(_frozen_layer(head.in_features), head)
    formats = _noted_formats(model)
    optimizer = torch.optim.SGD(head.parameters(), lr=lr)
    taken: list[int] = []
    optimizer.register_step_post_hook(lambda *_: taken.append(1))
    scaler = GradScaler("cpu", init_scale=scale or 1.0, growth_interval=1, enabled=scale is not None)
    before = _state(head)
    returned = answer(_batches(seed, sizes, factor), model, optimizer, scaler, getattr(torch, dtype), limit)
    return {
        "before": before,
        "after": _state(head),
        "scale": scaler.get_scale(),
        "formats": sorted(formats),
        "steps": len(taken),
        "returned": returned,
    }


def _frozen_layer(width: int) -> nn.Linear:
    """Lets features through as they are."""
    layer = nn.Linear(width, width).requires_grad_(False)
    nn.init.eye_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def _with_old_gradients(head: nn.Linear, size: float) -> nn.Linear:
    for parameter in head.parameters():
        parameter.grad = torch.full_like(parameter, size)  # left over from something earlier
    return head


def _noted_formats(model: nn.Module) -> set[str]:
    """Will hold the formats of the model's outputs."""
    formats: set[str] = set()
    model.register_forward_hook(lambda module, given, logits: formats.add(str(logits.dtype)))
    return formats


def _batches(seed: int, sizes: Sequence[int], factor: float = 1.0) -> Batches:
    features, labels = small_features(seed, sum(sizes)).tensors
    return list(zip((features * factor).split(list(sizes)), labels.split(list(sizes)), strict=True))


def _state(head: nn.Linear) -> Tensor:
    return torch.cat([head.weight, head.bias[:, None]], 1).detach().clone()
