"""Random changes: shapes and ranges stay, pictures change, classes do not."""

from __future__ import annotations

import pytest
import torch
from torch.utils.data import TensorDataset

from tl_course.training.augmentation import augmented_loader, moved, recoloured


@pytest.fixture
def images() -> torch.Tensor:
    return torch.rand(8, 3, 16, 16, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("change", [moved, recoloured])
def test_every_picture_is_changed_and_keeps_its_shape(change, images: torch.Tensor) -> None:
    torch.manual_seed(0)

    changed = change(images)

    assert changed.shape == images.shape
    assert ((changed - images).abs().amax((1, 2, 3)) > 0.01).all()


@pytest.mark.parametrize("change", [moved, recoloured])
def test_the_same_seed_gives_the_same_change(change, images: torch.Tensor) -> None:
    torch.manual_seed(4)
    first = change(images)
    torch.manual_seed(4)

    assert torch.equal(change(images), first)


def test_moving_invents_no_values(images: torch.Tensor) -> None:
    torch.manual_seed(0)

    changed = moved(images)

    assert changed.min() >= images.min() - 1e-6
    assert changed.max() <= images.max() + 1e-6


def test_recolouring_keeps_what_is_lighter_lighter(images: torch.Tensor) -> None:
    torch.manual_seed(0)
    order = images[0, 0].flatten().argsort()

    changed = recoloured(images)[0, 0].flatten()

    assert (changed[order].diff() >= -1e-6).all()


def test_labels_stay_with_their_pictures() -> None:
    labels = torch.tensor([0, 1, 1, 0, 1, 0])
    dark_or_light = (labels * 100.0 - 50).view(6, 1, 1, 1).expand(6, 3, 8, 8).clone()
    torch.manual_seed(0)

    for batch, batch_labels in augmented_loader(TensorDataset(dark_or_light, labels), batch_size=3):
        assert torch.equal(batch.mean((1, 2, 3)) > 0, batch_labels == 1)


def test_fewer_pictures_than_a_batch_still_make_one() -> None:
    pictures = TensorDataset(torch.rand(2, 3, 8, 8), torch.tensor([0, 1]))

    assert [len(labels) for _, labels in augmented_loader(pictures, batch_size=32)] == [2]
