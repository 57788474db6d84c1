"""What `fit` refuses, and what it says then."""

from __future__ import annotations

import copy

import pytest
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset

from tl_course.errors import CourseError

from .small_training import linear, points, train


def test_loss_that_is_not_a_number_names_epoch_and_batch() -> None:
    data = points()
    data.tensors[0][:] = 1.0
    model = linear()
    huge = torch.optim.SGD(model.parameters(), lr=1e38)
    with pytest.raises(CourseError, match=r"epoch 1, batch 2: the loss is (nan|inf).*learning rate"):
        train(model, data, optimizer=huge)


def test_loss_that_is_not_a_number_leaves_the_last_good_weights() -> None:
    model, data = linear(), points(64)
    data.tensors[0][3] = float("nan")
    with pytest.raises(CourseError, match=r"inputs reach nan.*look at the pictures"):
        train(model, data)
    assert torch.equal(model.weight, linear().weight)


def test_inputs_far_from_normal_are_named_as_the_cause() -> None:
    data = points(64)
    data.tensors[0][:] = 255.0

    def overflow(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return logits.sum() / 0.0

    with pytest.raises(CourseError, match=r"inputs reach 255.*normalised"):
        train(linear(), data, loss_function=overflow)


def test_empty_dataset_is_an_error() -> None:
    with pytest.raises(CourseError, match="training data is empty"):
        train(linear(), points(0))


def test_loader_that_drops_everything_is_an_error() -> None:
    with pytest.raises(CourseError, match="drop_last"):
        train(linear(), DataLoader(points(), batch_size=128, drop_last=True))


def test_empty_validation_data_is_an_error() -> None:
    with pytest.raises(CourseError, match="validation data is empty"):
        train(linear(), points(), points(0))


def test_nothing_to_train_is_an_error() -> None:
    with pytest.raises(CourseError, match="every parameter is frozen"):
        train(linear().requires_grad_(False))


@pytest.mark.parametrize("label", [-1, 3])
def test_label_without_an_output_is_an_error(label: int) -> None:
    data = points()
    data.tensors[1][0] = label
    with pytest.raises(CourseError, match=rf"label {label} with a model of 3 outputs.*replace_head"):
        train(linear(), data)


def test_optimizer_made_before_the_head_was_replaced_is_an_error() -> None:
    model = nn.Sequential(linear())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model[0] = copy.deepcopy(model[0])
    with pytest.raises(CourseError, match="after replace_head"):
        train(model, optimizer=optimizer)


def test_scheduler_of_another_optimizer_is_an_error() -> None:
    model = linear()
    first, second = (torch.optim.SGD(model.parameters(), lr=0.1) for _ in range(2))
    scheduler = torch.optim.lr_scheduler.ConstantLR(second)
    with pytest.raises(CourseError, match="another optimizer"):
        train(model, optimizer=first, scheduler=scheduler)


def test_splits_with_different_classes_are_an_error() -> None:
    first, second = points(), points()
    first.classes, second.classes = ["ant", "bee"], ["ant", "cat"]  # type: ignore[attr-defined]
    with pytest.raises(CourseError, match=r"different classes.*'bee'.*'cat'"):
        train(linear(), first, second)


def test_patience_without_validation_is_an_error() -> None:
    with pytest.raises(CourseError, match="needs validation data"):
        train(linear(), patience=3)


def test_no_epochs_is_an_error() -> None:
    with pytest.raises(CourseError, match="at least 1"):
        train(linear(), epochs=0)


class Photos(Dataset):
    """Samples as they are before a transform."""

    def __init__(self, *images: object) -> None:
        self.images = images

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[object, int]:
        return self.images[index], 0


def test_pictures_without_a_transform_are_an_error() -> None:
    with pytest.raises(CourseError, match=r"holds a Image, not a tensor.*\.transform"):
        train(linear(), Photos(Image.new("RGB", (4, 4))))


def test_pictures_of_different_sizes_are_an_error() -> None:
    with pytest.raises(CourseError, match="different sizes"):
        train(linear(), Photos(torch.zeros(4), torch.zeros(5)))
