"""Small models and data for the tests of this folder."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from torch.utils.data import TensorDataset

from tl_course.training import Features, History, cache_features, fit


def points(n: int = 70, seed: int = 0) -> TensorDataset:
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(n, 4, generator=generator)
    return TensorDataset(x, (x[:, 0] > 0).long() + (x[:, 1] > 0).long())


def linear() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(4, 3)


def train(model: nn.Module, *data: object, epochs: int = 3, **options: object) -> History:
    train_data, val_data = (*data, None, None)[:2] if data else (points(), None)
    return fit(model, train_data, val_data, epochs, progress=False, **options)  # type: ignore[arg-type]


def pictures(n: int = 6) -> TensorDataset:
    generator = torch.Generator().manual_seed(0)
    return TensorDataset(torch.randn(n, 3, 64, 64, generator=generator), torch.arange(n) % 3)


def tiny() -> nn.Sequential:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 4, 3, stride=4), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(16, 3))
    return model.eval()


def small_pictures(n: int = 6) -> TensorDataset:
    return TensorDataset(pictures(n).tensors[0][..., :8, :8], pictures(n).tensors[1])


def cache(model: nn.Module, data: object, directory: Path | None = None) -> Features:
    return cache_features(model, data, batch_size=4, directory=directory, progress=False)  # type: ignore[arg-type]
