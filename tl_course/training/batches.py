"""From a dataset to batches, and what both can be asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, SequentialSampler, Subset, TensorDataset, default_collate

from tl_course.errors import CourseError


class TensorBatches:
    """Batches cut straight from a `TensorDataset`.

    A DataLoader asks for each sample alone and stacks them again, which costs far more than training a
    head on a batch of cached features does.
    """

    def __init__(self, dataset: TensorDataset, batch_size: int, *, shuffle: bool = False) -> None:
        self.dataset, self.batch_size, self.shuffle = dataset, batch_size, shuffle

    def __len__(self) -> int:
        """The number of batches, the last and smaller one included."""
        return -(-len(self.dataset) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, ...]]:
        """Batches of (x, y), in the dataset's order or, shuffled, in one drawn from torch's generator."""
        order = torch.randperm(len(self.dataset)) if self.shuffle else None
        for start in range(0, len(self.dataset), self.batch_size):
            stop = start + self.batch_size
            rows = slice(start, stop) if order is None else order[start:stop]
            yield tuple(tensor[rows] for tensor in self.dataset.tensors)


Loader: TypeAlias = DataLoader | TensorBatches
Data: TypeAlias = Dataset | Loader


def as_loader(data: Data, batch_size: int, *, shuffle: bool = False, name: str = "data") -> Loader:
    """`data` itself if it is a loader, else one over the dataset; an empty dataset is a CourseError."""
    if isinstance(data, (DataLoader, TensorBatches)):
        return data
    if batch_size < 1:
        raise CourseError(f"batch_size is {batch_size}: it must be at least 1")
    if len(data) == 0:  # type: ignore[arg-type]
        raise empty(name)
    if isinstance(data, TensorDataset):
        return TensorBatches(data, batch_size, shuffle=shuffle)
    return DataLoader(data, batch_size, shuffle=shuffle, collate_fn=_stack)


def empty(name: str) -> CourseError:
    """The error for data without a single batch."""
    return CourseError(
        f"the {name} is empty: no sample came from it. Look at len() of the dataset, and at drop_last and "
        f"batch_size of the loader, which together can drop everything"
    )


def _stack(samples: list[tuple[Any, Any]]) -> Any:
    """The collate of torch, with errors that name the cure."""
    image = samples[0][0]
    if not isinstance(image, Tensor):
        raise CourseError(
            f"a sample holds a {type(image).__name__}, not a tensor: the dataset has no transform that makes "
            f"tensors. Set its .transform to the preprocessing of your backbone"
        )
    shapes = {tuple(sample[0].shape) for sample in samples if isinstance(sample[0], Tensor)}
    if len(shapes) > 1:
        raise CourseError(
            f"pictures of different sizes cannot share a batch: {sorted(shapes)[:3]}. "
            f"Resize and crop them in the dataset's transform"
        )
    return default_collate(samples)


def dataset_of(data: Data) -> Any:
    """The dataset below loaders and subsets."""
    while isinstance(data, (DataLoader, TensorBatches, Subset)):
        data = data.dataset
    return data


def classes_of(data: Data) -> list[str] | None:
    """The class names, where the dataset has them."""
    classes = getattr(dataset_of(data), "classes", None)
    return None if classes is None else list(classes)


def keeps_order(loader: Loader) -> bool:
    """True where the n-th sample that comes is the n-th of the dataset."""
    if isinstance(loader, TensorBatches):
        return not loader.shuffle
    return isinstance(getattr(loader.batch_sampler, "sampler", loader.sampler), SequentialSampler)


def generators_of(loader: Loader) -> list[torch.Generator]:
    """The random generators that a loader keeps for itself, beside torch's global one."""
    owners = [loader, getattr(loader, "sampler", None)]
    found = [getattr(owner, "generator", None) for owner in owners]
    return [generator for generator in found if generator is not None]
