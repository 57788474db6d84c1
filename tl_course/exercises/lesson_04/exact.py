"""Loss and gradient of a linear head, by formula and in float64: what the checks of lesson 04 expect.

A head's state is its weights (classes, features) with its bias as one more column.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from tl_course.exercises.small_worlds import small_features, small_head

Batch = tuple[Tensor, Tensor]


def small_batches(seed: int, sizes: Sequence[int], factor: float = 1.0) -> list[Batch]:
    """The batches (features, labels) that a probe cuts from `small_features`, times `factor`."""
    features, labels = small_features(seed, sum(sizes)).tensors
    return list(zip((features * factor).split(list(sizes)), labels.split(list(sizes)), strict=True))


def first_state(seed: int) -> Tensor:
    """The state of `small_head`, from which the probes begin."""
    head = small_head(seed)
    return torch.cat([head.weight, head.bias[:, None]], 1).detach()


def whole(batches: Sequence[Batch]) -> Batch:
    """All of the batches as one."""
    return torch.cat([features for features, _ in batches]), torch.cat([labels for _, labels in batches])


def loss_of(state: Tensor, batch: Batch) -> float:
    """The mean cross-entropy."""
    return F.cross_entropy(_inputs(batch) @ state.double().T, batch[1]).item()


def gradient_of(state: Tensor, batch: Batch) -> Tensor:
    """The gradient of the mean cross-entropy, of the state's shape."""
    return errors_of(state, batch).T @ _inputs(batch)


def errors_of(state: Tensor, batch: Batch) -> Tensor:
    """The gradient of the mean cross-entropy for the logits, (N, classes)."""
    chances = (_inputs(batch) @ state.double().T).softmax(1)
    return (chances - F.one_hot(batch[1], len(state))) / len(batch[1])


def largest_product(state: Tensor, batch: Batch) -> float:
    """No sum in the backward pass can come out larger than this."""
    errors = errors_of(state, batch).abs()
    return max(errors.max().item(), (errors.T @ _inputs(batch).abs()).max().item())


def distance(found: Tensor, wanted: Tensor) -> float:
    """The length of the difference, in units of `wanted`'s length."""
    return ((found.double() - wanted).norm() / wanted.norm()).item()


def parallel(found: Tensor, wanted: Tensor, tolerance: float) -> bool:
    """Whether the two point in one direction, whatever their lengths."""
    if not found.isfinite().all() or not found.any():
        return False
    return distance(found / found.norm(), wanted.double() / wanted.double().norm()) <= tolerance


def _inputs(batch: Batch) -> Tensor:
    features = batch[0].double()
    return torch.cat([features, torch.ones(len(features), 1, dtype=torch.float64)], 1)
