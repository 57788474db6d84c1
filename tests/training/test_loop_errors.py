"""What `fit` refuses, and what it says then."""

from __future__ import annotations

import copy
from collections import namedtuple
from collections.abc import Callable

import pytest
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset

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


@pytest.mark.parametrize("classes", [2, 4])
def test_soft_labels_of_another_number_of_classes_are_an_error(classes: int) -> None:
    data = TensorDataset(torch.randn(6, 4), torch.full((6, classes), 1 / classes))
    with pytest.raises(
        CourseError, match=rf"soft labels of {classes} classes with a model of 3.*replace_head"
    ):
        train(linear(), data)


def test_soft_validation_labels_are_an_error() -> None:
    soft = TensorDataset(torch.randn(6, 4), torch.full((6, 3), 1 / 3))
    with pytest.raises(CourseError, match=r"the labels are soft.*collate function of the training loader"):
        train(linear(), points(), soft)


@pytest.mark.parametrize("labels", [torch.rand(6), torch.zeros(6, 3, dtype=torch.int64)])
def test_labels_that_are_no_labels_are_an_error(labels: torch.Tensor) -> None:
    with pytest.raises(CourseError, match=r"the labels have shape .* and type .*whole number a picture"):
        train(linear(), TensorDataset(torch.randn(6, 4), labels))


class Giving(nn.Linear):
    """A linear layer from 4 to 3 that wraps its scores."""

    def __init__(self, wrap: Callable[[torch.Tensor], object]) -> None:
        super().__init__(4, 3)
        self.wrap = wrap

    def forward(self, x: torch.Tensor) -> object:  # type: ignore[override]
        return self.wrap(super().forward(x))


def test_model_that_gives_no_tensor_is_an_error() -> None:
    with pytest.raises(CourseError, match="gives a dict, not a tensor of class scores"):
        train(Giving(lambda scores: {"logits": scores}))


def test_auxiliary_classifier_of_other_classes_is_an_error() -> None:
    pair = namedtuple("pair", ["logits", "aux"])
    with pytest.raises(CourseError, match=r"auxiliary classifier has 2 outputs, the head has 3.*aux_logits"):
        train(Giving(lambda scores: pair(scores, scores[:, :2])))


def test_loss_that_no_trainable_parameter_moves_is_an_error() -> None:
    with pytest.raises(CourseError, match="depends on no parameter that trains"):
        train(Giving(lambda scores: scores.detach()))


@pytest.mark.parametrize("lr", [0.0, -0.1, float("inf"), float("nan")])
def test_impossible_learning_rate_is_an_error(lr: float) -> None:
    with pytest.raises(CourseError, match=r"lr=.*must be above 0 and finite"):
        train(linear(), lr=lr)


def test_optimizer_that_never_moves_is_an_error() -> None:
    model = linear()
    with pytest.raises(CourseError, match="every learning rate of the optimizer is 0"):
        train(model, optimizer=torch.optim.SGD(model.parameters(), lr=0.0))


def test_optimizer_may_start_at_a_rate_of_zero_under_a_scheduler() -> None:
    model = linear()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    warm_up = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: epoch / 2)
    assert train(model, scheduler=warm_up).lr == [0.0, 0.05, 0.1]


def test_optimizer_of_frozen_parameters_alone_is_an_error() -> None:
    model = linear()
    model.weight.requires_grad_(False)
    with pytest.raises(CourseError, match=r"its 1 parameters are all frozen.*parameter_groups\(model, lr\)"):
        train(model, optimizer=torch.optim.SGD([model.weight], lr=0.1))


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
