"""One pass of all pictures through the frozen backbone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

from tl_course.errors import CourseError
from tl_course.models.heads import all_heads
from tl_course.training import feature_files
from tl_course.training.batches import as_loader, classes_of, empty
from tl_course.training.features import Features, backbone_digest, tail
from tl_course.training.passes import device_of, laid_out, modes_restored, seeded
from tl_course.training.progress import Progress

# Keeps one batch: features (n, ...) float32 and labels (n,), both on the CPU.
Keep = Callable[[Tensor, Tensor], None]


def cache_features(
    model: nn.Module,
    dataset: Dataset,
    *,
    batch_size: int = 128,
    directory: str | Path | None = None,
    seed: int = 0,
    device: torch.device | str | None = None,
    progress: bool = True,
) -> Features:
    """Run all of `dataset` once through the backbone of `model`, and keep what its head would receive.

    The pass is made in eval mode: what comes out is what a frozen backbone gives in every epoch. A random
    transform makes one draw a picture, fixed by `seed`.

    With `directory` the features are kept in a folder there, and a later call reads them from it. The
    folder's name is a sha256 over the backbone's weights, the transform and the data (each file's name, size
    and time of change for an image folder, every sample for another dataset), so a stale one is never read.
    Memory then holds one batch at a time. Folders are never deleted: that is yours to do.

    Raises CourseError for an empty dataset, and for a model that does more with its features than its head
    and what follows it (see `features.tail`) would.
    """
    start = time.perf_counter()
    if device is not None:
        model.to(device)
    n = len(dataset)  # type: ignore[arg-type]
    if n == 0:
        raise empty("dataset to cache")
    backbone = backbone_digest(model)

    def sweep(keep: Keep) -> None:
        with Progress(n, "cached", "pictures", show=progress) as bar:
            _sweep(model, dataset, batch_size, seed, keep, bar)

    if directory is None:
        x, y = _in_memory(n, sweep)
    else:
        folder = Path(directory) / feature_files.key_of(backbone, dataset, seed)
        x, y = feature_files.read(folder) or feature_files.write(folder, n, sweep)
    return Features(model, x, y, classes_of(dataset), time.perf_counter() - start, backbone)


def _in_memory(n: int, sweep: Callable[[Keep], None]) -> tuple[Tensor, Tensor]:
    """Fill tensors of the final size, so that no second copy is ever made."""
    kept: list[Tensor] = []
    done = 0

    def keep(x: Tensor, y: Tensor) -> None:
        nonlocal done
        if not kept:
            kept.extend(torch.empty((n, *part.shape[1:]), dtype=part.dtype) for part in (x, y))
        for whole, part in zip(kept, (x, y), strict=True):
            whole[done : done + len(part)] = part
        done += len(x)

    sweep(keep)
    return kept[0], kept[1]


def _sweep(
    model: nn.Module, dataset: Dataset, batch_size: int, seed: int, keep: Keep, progress: Progress
) -> None:
    """Hand the features of all batches, in order, to `keep`."""
    device = device_of(model)
    loader = as_loader(dataset, batch_size, name="dataset to cache")
    with modes_restored(model), seeded(device, seed), _stopping_at_features(model) as features_of:
        model.eval()
        for images, labels in loader:
            features = features_of(laid_out(images, device))
            keep(features.float().cpu(), labels)
            progress.advance(len(labels))
    _check_same_logits(model, images[:2].to(device), features[:2])


class _FeaturesReached(Exception):  # noqa: N818
    """Not an error: it carries the features out of the forward pass."""

    def __init__(self, features: Tensor) -> None:
        self.features = features


@contextmanager
def _stopping_at_features(model: nn.Module) -> Iterator[Callable[[Tensor], Tensor]]:
    """The model as a function from images to features; the last of the heads is never run."""
    heads = [head.module for head in all_heads(model)]
    reached: dict[nn.Module, Tensor] = {}

    def note(module: nn.Module, inputs: tuple[Any, ...]) -> None:
        reached[module] = inputs[0]
        if len(reached) == len(heads):
            features = [reached[head] for head in heads]
            if len({part.ndim for part in features}) > 1:
                raise _not_cacheable(model)
            raise _FeaturesReached(torch.cat(features, dim=1))

    @torch.inference_mode()
    def features_of(images: Tensor) -> Tensor:
        reached.clear()
        try:
            model(images)
        except _FeaturesReached as stop:
            return stop.features
        raise CourseError(
            f"{type(model).__name__} never calls its head as a module, so its features are unknown"
        )

    hooks = [head.register_forward_pre_hook(note) for head in heads]
    try:
        yield features_of
    finally:
        for hook in hooks:
            hook.remove()


def _check_same_logits(model: nn.Module, images: Tensor, features: Tensor) -> None:
    """A CourseError unless features and tail give what the whole model gives, on a few images."""
    with modes_restored(model), torch.inference_mode():
        model.eval()
        live, cached = model(images), tail(model)(features)
    # Rounding differs with the batch size and the memory layout.
    tolerance = 1e-3 * live.abs().max().item()
    if live.shape != cached.shape or not torch.allclose(live, cached, rtol=0, atol=tolerance, equal_nan=True):
        raise _not_cacheable(model)


def _not_cacheable(model: nn.Module) -> CourseError:
    return CourseError(
        f"the features of {type(model).__name__} cannot be cached: it does more after its head than the "
        f"modules of the head do. Train it whole, with fit"
    )
