"""What each stage of a backbone holds, and what it costs to let it train: counted and measured, not shown."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tl_course.errors import CourseError
from tl_course.models import (
    count_parameters,
    freeze,
    stage_modules,
    stage_parameters,
    stages,
    trainable_parameters,
)
from tl_course.training.passes import device_of, laid_out, modes_restored, seeded

BUDGET = 0.3  # seconds after which no further step of a large model is timed
Batch = tuple[Tensor, Tensor]  # images (N, 3, H, W) and labels (N,)


@dataclass(frozen=True)
class StageSize:
    """A stage's feature map, `side` x `side` (1 for a vector) with `channels`, and its parameters."""

    name: str
    channels: int
    side: int
    parameters: int


@dataclass(frozen=True)
class Cost:
    """What one choice of stages costs.

    - `trainable`, `parameters`: how many numbers train, of how many
    - `kept`: bytes that the forward pass keeps for the backward pass of one batch
    - `seconds`: of one training step on that batch, the median of a few; None where none was timed
    """

    trainable: int
    parameters: int
    kept: int
    seconds: float | None = None


def stage_sizes(model: nn.Module, image: Tensor) -> list[StageSize]:
    """The stages of `model`, shallow to deep, as one `image` (3, H, W) passes through them.

    A stage's map is what its last layers with parameters give: of the stem before a pooling, of the deepest
    stage before the mean over all places. Tokens, as in a ViT, count as the square that they form.
    """
    shapes: dict[str, tuple[int, int]] = {}

    def note(stage: str, module: nn.Module, inputs: Any, output: Any) -> None:
        if isinstance(output, Tensor):
            size = _map_size(output)
            if stage not in shapes or size[1] > 1:  # a vector after the map is made of the map
                shapes[stage] = size

    hooks = [
        module.register_forward_hook(partial(note, stage))
        for stage, modules in stage_modules(model).items()
        for module in modules
        if next(module.parameters(), None) is not None
    ]
    try:
        with modes_restored(model), torch.inference_mode():
            model.eval()(image[None].to(device_of(model)))
    finally:
        for hook in hooks:
            hook.remove()
    return [
        StageSize(name, *shapes.get(name, (1, 1)), sum(parameter.numel() for parameter in parameters))
        for name, parameters in stage_parameters(model).items()
    ]


def _map_size(output: Tensor) -> tuple[int, int]:
    """(channels, side) of one picture's features."""
    shape = output.shape
    if output.ndim == 4:
        channels_last = shape[1] == shape[2] != shape[3]  # as in a Swin
        return (shape[3], shape[1]) if channels_last else (shape[1], shape[2])
    if output.ndim == 3:
        return shape[2], round(shape[1] ** 0.5)
    return shape[-1], 1


def cost_of(model: nn.Module, batch: Batch, trains: Iterable[str], steps: int = 3) -> Cost:
    """Freeze all but the stages in `trains`, and measure one training step on `batch`.

    Each tensor that is kept for the backward pass counts once, whichever operations keep it, and parameters
    do not: they are there anyway. Time is the median of `steps` whole steps (forward, backward, AdamW), after
    one to warm up, and of fewer where they are slow; `steps=0` times nothing. The learning rate is 0, so the
    weights stay as they are.

    Raises CourseError for an unknown stage, and where the loss depends on nothing that trains.
    """
    freeze(model, keep=tuple(trains))
    trainable, parameters = trainable_parameters(model), count_parameters(model)
    if not trainable:
        return Cost(0, parameters, 0)
    device = device_of(model)
    images, labels = laid_out(batch[0], device), batch[1].to(device)
    with modes_restored(model), seeded(device, 0):
        model.train()
        kept, loss = _kept_for_backward(model, images, labels)
        seconds = _step_seconds(model, images, labels, loss, steps) if steps else None
    return Cost(trainable, parameters, kept, seconds)


def kept_by_stage(model: nn.Module, batch: Batch) -> dict[str, int]:
    """The bytes that each stage adds to what a forward pass keeps, when all stages from it on train."""
    names = stages(model)
    totals = [cost_of(model, batch, names[index:], steps=0).kept for index in range(len(names))]
    return {name: total - deeper for name, total, deeper in zip(names, totals, [*totals[1:], 0], strict=True)}


def _kept_for_backward(model: nn.Module, images: Tensor, labels: Tensor) -> tuple[int, Tensor]:
    """Bytes kept for the backward pass, and the loss that keeps them."""
    kept: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        if not isinstance(tensor, nn.Parameter):
            storage = tensor.untyped_storage()
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        loss = _loss(model, images, labels)
    return sum(kept.values()), loss


def _loss(model: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    outputs = model(images)
    parts: Sequence[Tensor] = (outputs,) if isinstance(outputs, Tensor) else outputs  # auxiliary heads
    return torch.stack([F.cross_entropy(part, labels) for part in parts if part is not None]).sum()


def _step_seconds(model: nn.Module, images: Tensor, labels: Tensor, loss: Tensor, steps: int) -> float:
    if not loss.requires_grad:
        raise CourseError("The loss depends on nothing that trains: let a stage train that it uses.")
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=0.0)
    loss.backward()  # the first step warms up
    optimizer.step()
    times: list[float] = []
    while not times or (len(times) < steps and sum(times) < BUDGET):
        start = time.perf_counter()
        optimizer.zero_grad()
        _loss(model, images, labels).backward()
        optimizer.step()
        times.append(time.perf_counter() - start)
    optimizer.zero_grad()
    return statistics.median(times)
