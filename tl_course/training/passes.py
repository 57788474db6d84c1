"""One pass over the data, with or without learning."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from tl_course.errors import CourseError
from tl_course.training.batches import Loader, empty
from tl_course.training.mixed_precision import OFF, Precision

LossFunction = Callable[[Tensor, Tensor], Tensor]
# How much an auxiliary classifier counts beside the main one: Szegedy et al., arXiv:1409.4842, section 5.
AUXILIARY_WEIGHT = 0.3


@dataclass
class Means:
    """Exact means over samples: each batch counts by its size, so a smaller last one weighs less.

    `skipped_steps` counts the batches whose gradients overflowed in float16.
    """

    n: int = 0
    loss_sum: float = 0.0
    correct: int = 0
    skipped_steps: int = 0

    def add(self, loss: float, logits: Tensor, targets: Tensor) -> None:
        """Count one batch: its mean loss, logits (N, K) and targets, labels (N,) or soft ones (N, K).

        An answer to a soft label is right where it is the label's most probable class.
        """
        self.n += len(targets)
        self.loss_sum += loss * len(targets)
        classes = targets.argmax(1) if targets.ndim == 2 else targets
        self.correct += int((logits.argmax(1) == classes).sum())

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
    where: str,
    after_batch: Callable[[], None],
    precision: Precision = OFF,
) -> Means:
    """One epoch of learning, in train mode; `after_batch` is called after each step of the optimizer.

    Raises CourseError where every step was skipped, so that nothing was learnt.
    """
    model.train()
    device, means, number = device_of(model), Means(), 0
    for number, (images, labels) in enumerate(loader, start=1):
        images = laid_out(images, device)
        optimizer.zero_grad()
        with precision.autocast():
            logits, auxiliary = _outputs(model(images), where, precision)
            check_labels(labels, logits, where, soft=True)
            targets = _targets(labels, logits)
            main = loss_function(logits, targets)
            loss = main + _auxiliary_loss(auxiliary, logits, targets, loss_function, where)
        # Before the step: the weights are still those of the last good batch.
        check_finite(loss.item(), images, f"{where}, batch {number}", precision)
        _check_learnable(loss, where)
        if precision.step(loss, optimizer):
            after_batch()
        else:
            means.skipped_steps += 1
        means.add(main.item(), logits.detach(), targets)
    if means.n == 0:
        raise empty("training data")
    _check_steps(means.skipped_steps, number, where)
    return means


def laid_out(images: Tensor, device: torch.device) -> Tensor:
    """Images (N, ...) on `device`, the channels of a pixel side by side.

    On a CPU convolutions then run up to twice as fast; the values are the same.
    """
    return images.to(device, memory_format=torch.channels_last if images.ndim == 4 else torch.preserve_format)


def _outputs(outputs: Any, where: str, precision: Precision) -> tuple[Tensor, Sequence[Tensor]]:
    """The main logits, and those of auxiliary classifiers; under autocast all in float32.

    In train mode torchvision's GoogLeNet and Inception v3 give both, as a namedtuple (logits, aux...).
    """
    if isinstance(outputs, tuple) and hasattr(outputs, "_fields"):
        auxiliary = [precision.widened(scores) for scores in outputs[1:] if scores is not None]
        return precision.widened(outputs[0]), auxiliary
    if not isinstance(outputs, Tensor):
        raise CourseError(
            f"{where}: the model gives a {type(outputs).__name__}, not a tensor of class scores. "
            f"Wrap it in a module whose forward returns the scores alone, of shape (pictures, classes)"
        )
    return precision.widened(outputs), ()


def _targets(labels: Tensor, logits: Tensor) -> Tensor:
    """Labels where the logits are, in the one type that a loss function takes: int64, or the logits' own."""
    return labels.to(logits.device, logits.dtype if labels.is_floating_point() else torch.int64)


def _auxiliary_loss(
    auxiliary: Sequence[Tensor], logits: Tensor, targets: Tensor, loss_function: LossFunction, where: str
) -> Tensor | float:
    for scores in auxiliary:
        if scores.shape != logits.shape:
            raise CourseError(
                f"{where}: an auxiliary classifier has {scores.shape[-1]} outputs, the head has "
                f"{logits.shape[-1]}. Give both the same, or train without it: model.aux_logits = False"
            )
    return AUXILIARY_WEIGHT * sum(loss_function(scores, targets) for scores in auxiliary)


def _check_learnable(loss: Tensor, where: str) -> None:
    if not loss.requires_grad:
        raise CourseError(
            f"{where}: the loss depends on no parameter that trains: all that the model computes with is "
            f"frozen. Unfreeze a stage that it uses, such as the head"
        )


def _check_steps(skipped: int, batches: int, where: str) -> None:
    if skipped == batches:
        raise CourseError(
            f"{where}: every step was skipped, {skipped} of {batches}. Each time a gradient passed 65504, "
            f"the largest number of float16, and the loss scale was halved. Use amp='bf16' or amp='off', or "
            f"smaller batches: the scale then has more steps to come down in"
        )


def validation_pass(
    model: nn.Module, loader: Loader, loss_function: LossFunction, where: str, precision: Precision = OFF
) -> Means:
    """Exact means in eval mode, nothing learnt."""
    model.eval()
    means = Means()
    batches = enumerate(predictions(model, loader, where, precision), start=1)
    for number, (images, logits, targets) in batches:
        with torch.inference_mode(), precision.autocast():
            value = loss_function(logits, targets).item()
        check_finite(value, images, f"{where}, validation batch {number}", precision)
        means.add(value, logits, targets)
    if means.n == 0:
        raise empty("validation data")
    return means


def predictions(
    model: nn.Module, loader: Loader, where: str, precision: Precision = OFF
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """(images, logits, targets) of each batch, where the model is and in the mode that it is in."""
    device = device_of(model)
    for images, labels in loader:
        images = laid_out(images, device)
        with torch.inference_mode(), precision.autocast():
            logits, _ = _outputs(model(images), where, precision)
        check_labels(labels, logits, where)
        yield images, logits, _targets(labels, logits)


def check_labels(labels: Tensor, logits: Tensor, where: str, *, soft: bool = False) -> None:
    """A CourseError where a label (N,) has no output among logits (N, K).

    Where `soft` ones are allowed they may be (N, K) probabilities of the classes instead.
    """
    if logits.ndim != 2 or len(logits) != len(labels):
        raise CourseError(
            f"{where}: for {len(labels)} pictures the model gives outputs of shape {tuple(logits.shape)}, "
            f"not one row of class scores a picture"
        )
    outputs = logits.shape[1]
    cure = "Give the model a head with one output a class: replace_head(model, num_classes)"
    if labels.is_floating_point() and labels.ndim == 2:
        if not soft:
            raise CourseError(
                f"{where}: the labels are soft, rows of {labels.shape[1]} probabilities; measuring needs the "
                f"class itself. Keep mixup and cutmix in the collate function of the training loader"
            )
        if labels.shape[1] != outputs:
            raise CourseError(
                f"{where}: soft labels of {labels.shape[1]} classes with a model of {outputs} outputs. {cure}"
            )
        return
    if labels.is_floating_point() or labels.ndim != 1:
        raise CourseError(
            f"{where}: the labels have shape {tuple(labels.shape)} and type {labels.dtype}. A label is a "
            f"whole number a picture, of shape (N,); in training also probabilities, of shape (N, classes)"
        )
    lowest, highest = int(labels.min()), int(labels.max())
    if lowest < 0 or highest >= outputs:
        wrong = lowest if lowest < 0 else highest
        raise CourseError(
            f"{where}: label {wrong} with a model of {outputs} outputs, whose labels are 0 to {outputs - 1}. "
            f"{cure}"
        )


def check_finite(loss: float, images: Tensor, where: str, precision: Precision = OFF) -> None:
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
    if precision.mode == "fp16" and np.isfinite(largest):
        cause += (
            ". Or a value within the model passed 65504, the largest number of float16: try amp='bf16' or "
            "amp='off'"
        )
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
