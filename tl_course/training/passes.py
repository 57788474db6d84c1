"""One pass over the data, with or without learning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from tl_course.errors import CourseError
from tl_course.training.batches import Loader, empty

LossFunction = Callable[[Tensor, Tensor], Tensor]


@dataclass
class Means:
    """Exact means over samples: each batch counts by its size, so a smaller last one weighs less."""

    n: int = 0
    loss_sum: float = 0.0
    correct: int = 0

    def add(self, loss: float, logits: Tensor, targets: Tensor) -> None:
        """Count one batch: its mean loss, logits (N, K) and targets (N,)."""
        self.n += len(targets)
        self.loss_sum += loss * len(targets)
        self.correct += int((logits.argmax(1) == targets).sum())

    @property
    def loss(self) -> float:
        """The mean loss of all samples so far."""
        return self.loss_sum / self.n

    @property
    def accuracy(self) -> float:
        """The share of right answers so far, in [0, 1]."""
        return self.correct / self.n


def train_pass(
    model: nn.Module,
    loader: Loader,
    optimizer: torch.optim.Optimizer,
    loss_function: LossFunction,
    device: torch.device,
    where: str,
) -> Means:
    """One epoch of learning, in train mode."""
    model.train()
    means = Means()
    for number, (images, labels) in enumerate(loader, start=1):
        images, targets = images.to(device), labels.to(device)
        optimizer.zero_grad()
        logits = model(images)
        check_labels(labels, logits, where)
        loss = loss_function(logits, targets)
        value = loss.item()
        # Before the step: the weights are still those of the last good batch.
        check_finite(value, images, f"{where}, batch {number}")
        loss.backward()
        optimizer.step()
        means.add(value, logits.detach(), targets)
    if means.n == 0:
        raise empty("training data")
    return means


def validation_pass(
    model: nn.Module, loader: Loader, loss_function: LossFunction, device: torch.device, where: str
) -> Means:
    """Exact means in eval mode, nothing learnt."""
    model.eval()
    means = Means()
    for number, (images, logits, targets) in enumerate(predictions(model, loader, device, where), start=1):
        with torch.inference_mode():
            value = loss_function(logits, targets).item()
        check_finite(value, images, f"{where}, validation batch {number}")
        means.add(value, logits, targets)
    if means.n == 0:
        raise empty("validation data")
    return means


def predictions(
    model: nn.Module, loader: Loader, device: torch.device, where: str
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """(images, logits, targets) of each batch, on `device`, in the mode that the model is in."""
    for images, labels in loader:
        images = images.to(device)
        with torch.inference_mode():
            logits = model(images)
        check_labels(labels, logits, where)
        yield images, logits, labels.to(device)


def check_labels(labels: Tensor, logits: Tensor, where: str) -> None:
    """A CourseError where a label (N,) has no output among logits (N, K)."""
    if logits.ndim != 2 or len(logits) != len(labels):
        raise CourseError(
            f"{where}: for {len(labels)} pictures the model gives outputs of shape {tuple(logits.shape)}, "
            f"not one row of class scores a picture"
        )
    lowest, highest = int(labels.min()), int(labels.max())
    outputs = logits.shape[1]
    if lowest < 0 or highest >= outputs:
        wrong = lowest if lowest < 0 else highest
        raise CourseError(
            f"{where}: label {wrong} with a model of {outputs} outputs, whose labels are 0 to {outputs - 1}. "
            f"Give the model a head with one output a class: replace_head(model, num_classes)"
        )


def check_finite(loss: float, images: Tensor, where: str) -> None:
    """A CourseError where the loss is NaN or infinite, with the likeliest cause for these images."""
    if np.isfinite(loss):
        return
    largest = images.abs().max().item()
    if not np.isfinite(largest):
        cause = "look at the pictures and the transform"
    elif largest > 20:
        cause = "they should be scaled to [0, 1] and normalised, as the weights expect"
    else:
        cause = "the learning rate is probably too high: try a tenth of it"
    raise CourseError(f"{where}: the loss is {loss}. The inputs reach {largest:.3g}; {cause}")


def device_of(model: nn.Module) -> torch.device:
    """Where the model's parameters are; the CPU for a model without any."""
    parameter = next(model.parameters(), None)
    return torch.device("cpu") if parameter is None else parameter.device


@contextmanager
def modes_restored(model: nn.Module) -> Iterator[None]:
    """Afterwards every module is in train or eval mode as it was."""
    modes = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


@contextmanager
def seeded(device: torch.device, *key: int) -> Iterator[None]:
    """Within it torch's random numbers depend on `key` alone; afterwards they go on as before.

    `numpy.random.SeedSequence` mixes the key, so that (seed 0, epoch 1) and (seed 1, epoch 0) differ.
    """
    seed = int(np.random.SeedSequence(key).generate_state(1, np.uint64)[0])
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield
