"""Random changes to a batch of pictures that leave their class as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, TensorDataset


def augmented_loader(pictures: TensorDataset, batch_size: int) -> DataLoader:
    """Shuffled `Augmented` batches; a smaller last batch is left out, unless it is the only one."""
    drop_last = len(pictures) >= batch_size
    return DataLoader(
        Augmented(pictures), batch_size, shuffle=True, drop_last=drop_last, collate_fn=_as_it_is
    )


def plain_loader(pictures: TensorDataset, batch_size: int) -> DataLoader:
    """Shuffled batches of the pictures as they are, cut as `augmented_loader` cuts them."""
    return DataLoader(pictures, batch_size, shuffle=True, drop_last=len(pictures) >= batch_size)


def _as_it_is(batch: Any) -> Any:
    return batch


class Augmented(Dataset[Any]):
    """Batches of pictures, each turned, scaled, shifted, mirrored and recoloured at random.

    A batch at a time (`__getitems__`, which a DataLoader calls where it is): one resampling for all
    costs a tenth of one for each.
    """

    def __init__(self, pictures: TensorDataset) -> None:
        self.images, self.labels = pictures.tensors

    def __len__(self) -> int:
        return len(self.labels)

    def __getitems__(self, indices: Sequence[int]) -> tuple[Tensor, Tensor]:
        rows = torch.as_tensor(indices)
        return recoloured(moved(self.images[rows])), self.labels[rows]


def _uniform(n: int, low: float, high: float) -> Tensor:
    return torch.rand(n) * (high - low) + low


def moved(images: Tensor) -> Tensor:
    """Each picture of (N, 3, H, W) turned up to 15 degrees, scaled, shifted, and mirrored half the time."""
    n = len(images)
    angle, scale = _uniform(n, -0.26, 0.26), _uniform(n, 0.8, 1.15)
    mirror = torch.randint(0, 2, (n,)) * 2 - 1
    cosine, sine = angle.cos() * scale, angle.sin() * scale
    shift_x, shift_y = _uniform(n, -0.15, 0.15), _uniform(n, -0.15, 0.15)
    rows = torch.stack([cosine * mirror, -sine, shift_x, sine * mirror, cosine, shift_y], 1)
    grid = F.affine_grid(rows.view(n, 2, 3), list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, padding_mode="reflection", align_corners=False)


def recoloured(images: Tensor) -> Tensor:
    """Contrast, brightness and colour channels of each normalised picture (N, 3, H, W) changed."""
    n = len(images)
    gain = _uniform(n, 0.7, 1.3).view(n, 1, 1, 1) * (1 + 0.15 * torch.randn(n, 3, 1, 1))
    return images * gain + 0.2 * torch.randn(n, 1, 1, 1) + 0.1 * torch.randn(n, 3, 1, 1)
