"""A training run that is interrupted in the middle of an epoch, as by the stop button."""

from __future__ import annotations

import torch
from torch.utils.data import DataLoader, TensorDataset

BATCH_SIZE = 8


class InterruptedOnce(TensorDataset):
    """Raises KeyboardInterrupt in the second batch of `epoch`, the first time that it comes there."""

    def __init__(self, *tensors: torch.Tensor, epoch: int) -> None:
        super().__init__(*tensors)
        self.left = len(tensors[0]) * (epoch - 1) + BATCH_SIZE + 3

    def __getitem__(self, index: int) -> tuple[torch.Tensor, ...]:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt
        return super().__getitem__(index)


def interrupted_loader(data: TensorDataset, epoch: int) -> DataLoader:
    return DataLoader(InterruptedOnce(*data.tensors, epoch=epoch), BATCH_SIZE, shuffle=True)


def whole_loader(data: TensorDataset) -> DataLoader:
    return DataLoader(data, BATCH_SIZE, shuffle=True)
