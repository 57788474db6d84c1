"""`fit(unfreeze_at=...)` lets a stage train from its epoch on, and an interruption changes nothing of it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from tl_course.errors import CourseError
from tl_course.models import freeze, parameter_groups, pocket_resnet, stage_parameters
from tl_course.training import History

from .interrupted import interrupted_loader, whole_loader
from .small_training import linear, train


def pictures(n: int = 16, seed: int = 0) -> TensorDataset:
    generator = torch.Generator().manual_seed(seed)
    return TensorDataset(torch.randn(n, 3, 16, 16, generator=generator), torch.arange(n) % 3)


def network(seed: int = 0) -> nn.Module:
    """A small ResNet, all but its head frozen."""
    torch.manual_seed(seed)
    return freeze(pocket_resnet(num_classes=3))


def trains(model: nn.Module) -> list[str]:
    return [
        stage
        for stage, parameters in stage_parameters(model).items()
        if all(p.requires_grad for p in parameters)
    ]


def watched(model: nn.Module, name: str, epochs: int, **options: object) -> list[torch.Tensor]:
    """The state `name` of the model at the start and after each epoch of a run."""
    seen: dict[int, torch.Tensor] = {}

    def watch(epoch: int) -> float:
        seen[epoch] = model.state_dict()[name].clone()
        return 1.0

    optimizer = torch.optim.AdamW(parameter_groups(model, lr=1e-3))
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, watch)
    train(model, pictures(), epochs=epochs, scheduler=scheduler, **options)
    return list(seen.values())


# --- what it does ---


def test_unfrozen_weights_move_from_the_start_of_their_epoch() -> None:
    seen = watched(network(), "layer4.0.conv1.weight", 3, unfreeze_at={3: "layer4"})
    assert [torch.equal(a, b) for a, b in pairwise(seen)] == [True, True, False]


def test_unfrozen_batchnorm_statistics_move_from_the_start_of_their_epoch() -> None:
    seen = watched(network(), "layer4.0.bn1.running_mean", 3, unfreeze_at={3: "layer4"})
    assert [torch.equal(a, b) for a, b in pairwise(seen)] == [True, True, False]


def test_stage_that_is_not_named_stays_frozen() -> None:
    seen = watched(network(), "layer3.0.bn1.running_mean", 3, unfreeze_at={2: "layer4"})
    assert all(torch.equal(seen[0], later) for later in seen)


def test_several_stages_may_begin_together() -> None:
    model = network()
    train(model, pictures(), epochs=2, unfreeze_at={2: ("layer4", "layer3")})
    assert trains(model) == ["layer3", "layer4", "head"]


def test_default_optimizer_holds_what_is_unfrozen_later() -> None:
    model = network()
    train(model, pictures(), epochs=2, unfreeze_at={2: "layer4"})
    before = network().state_dict()["layer4.0.conv1.weight"]
    assert not torch.equal(model.state_dict()["layer4.0.conv1.weight"], before)


def test_pairs_say_the_same_as_a_mapping() -> None:
    first, second = network(), network()
    train(first, pictures(), unfreeze_at={2: "layer4", 3: "layer3"})
    train(second, pictures(), unfreeze_at=[(3, ["layer3"]), (2, "layer4")])
    torch.testing.assert_close(first.state_dict(), second.state_dict(), rtol=0, atol=0)


def test_wholly_frozen_model_may_begin_with_an_unfreezing() -> None:
    model = freeze(network(), keep=())
    train(model, pictures(), epochs=1, unfreeze_at={1: "head"})
    assert trains(model) == ["head"]


def test_empty_schedule_asks_nothing_of_the_model() -> None:
    assert len(train(linear(), unfreeze_at={})) == 3


# --- what it refuses ---


@pytest.mark.parametrize(
    ("unfreeze_at", "message"),
    [
        ([(2, "layer4"), (2, "layer3")], r"names epoch 2 2 times\. Name it once, with all its stages"),
        ({0: "layer4"}, r"names epoch 0, but the run has epochs 1 to 3"),
        ({4: "layer4"}, r"names epoch 4, but the run has epochs 1 to 3"),
        ({"2": "layer4"}, r"names epoch '2', but .*whole number"),
        (
            {2: "layer5"},
            r"'layer5', which PocketResNet does not have\. Did you mean 'layer\d'\?.*stem, layer1",
        ),
        ({2: "layer4", 3: ("layer3", "layer4")}, r"'layer4' twice, at epochs 2 and 3"),
        ({2: ("layer4", "layer4")}, r"'layer4' twice, at epochs 2 and 2"),
        ({2: ()}, r"names no stage for epoch 2"),
        ({2: "head"}, r"'head' at epoch 2, but it trains already\. Freeze it first"),
    ],
)
def test_impossible_schedule_is_an_error(unfreeze_at: Any, message: str) -> None:
    with pytest.raises(CourseError, match=message):
        train(network(), pictures(), unfreeze_at=unfreeze_at)


def test_optimizer_without_the_stage_is_an_error() -> None:
    model = network()
    optimizer = torch.optim.AdamW(model.fc.parameters())
    with pytest.raises(
        CourseError, match=r"unfreezes 'layer4' at epoch 2.*lacks.*parameter_groups\(model, lr\)"
    ):
        train(model, pictures(), optimizer=optimizer, unfreeze_at={2: "layer4"})


def test_nothing_to_train_before_the_first_unfreezing_is_an_error() -> None:
    with pytest.raises(CourseError, match="every parameter is frozen"):
        train(freeze(network(), keep=()), pictures(), unfreeze_at={2: "head"})


def test_model_of_an_unknown_family_is_an_error() -> None:
    with pytest.raises(CourseError, match="Linear"):
        train(linear(), unfreeze_at={2: "layer4"})


# --- interruptions ---

EPOCHS, SCHEDULE = 5, {2: "layer4", 4: ("layer3", "layer2")}


def gradual(model: nn.Module, optimizer: torch.optim.Optimizer, loader: DataLoader, path: Path) -> History:
    options = {"optimizer": optimizer, "unfreeze_at": SCHEDULE, "checkpoint": path}
    return train(model, loader, pictures(8, seed=1), epochs=EPOCHS, **options)


def adamw(model: nn.Module) -> torch.optim.Optimizer:
    return torch.optim.AdamW(parameter_groups(model, lr=1e-2, decay=0.5))


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> tuple[nn.Module, History]:
    model = network()
    path = tmp_path_factory.mktemp("whole") / "run.pt"
    return model, gradual(model, adamw(model), whole_loader(pictures()), path)


def without_seconds(history: History) -> dict[str, list[float]]:
    return {name: values for name, values in history.to_dict().items() if name != "seconds"}


@pytest.mark.parametrize("fresh", [True, False], ids=["fresh objects", "the same objects"])
@pytest.mark.parametrize("epoch", [3, 4, 5], ids=["before", "at", "after"])
def test_interrupted_run_ends_as_an_uninterrupted_one_to_the_bit(
    tmp_path: Path, uninterrupted: tuple[nn.Module, History], epoch: int, fresh: bool
) -> None:
    model, loader = network(), interrupted_loader(pictures(), epoch)
    optimizer = adamw(model)
    with pytest.raises(KeyboardInterrupt):
        gradual(model, optimizer, loader, tmp_path / "run.pt")
    if fresh:
        model, loader = network(seed=0), whole_loader(pictures())
        optimizer = adamw(model)
    history = gradual(model, optimizer, loader, tmp_path / "run.pt")
    whole, whole_history = uninterrupted
    torch.testing.assert_close(model.state_dict(), whole.state_dict(), rtol=0, atol=0)
    assert trains(model) == trains(whole) == ["layer2", "layer3", "layer4", "head"]
    assert without_seconds(history) == without_seconds(whole_history)


def test_finished_run_leaves_a_fresh_model_unfrozen_too(tmp_path: Path) -> None:
    for _ in range(2):
        model = network()
        train(model, pictures(), epochs=2, unfreeze_at={2: "layer4"}, checkpoint=tmp_path / "run.pt")
    assert trains(model) == ["layer4", "head"]


def test_finished_run_may_be_called_again_with_the_same_model(tmp_path: Path) -> None:
    model = network()
    first, second = (
        train(model, pictures(), epochs=2, unfreeze_at={2: "layer4"}, checkpoint=tmp_path / "run.pt")
        for _ in range(2)
    )
    assert second == first


def test_resumed_run_takes_the_weights_to_be_unfrozen_from_the_checkpoint(tmp_path: Path) -> None:
    model, other = network(), network()
    loader = interrupted_loader(pictures(), epoch=2)
    options = {"epochs": 2, "unfreeze_at": {2: "layer4"}, "checkpoint": tmp_path / "run.pt"}
    with pytest.raises(KeyboardInterrupt):
        train(model, loader, **options)
    with torch.no_grad():
        other.layer4[0].conv1.weight.zero_()
    train(model, loader, **options)
    train(other, whole_loader(pictures()), **options)
    torch.testing.assert_close(other.state_dict(), model.state_dict(), rtol=0, atol=0)


def test_checkpoint_with_other_weights_in_a_stage_that_stays_frozen_is_refused(tmp_path: Path) -> None:
    model, other = network(), network()
    options = {"epochs": 2, "unfreeze_at": {2: "layer4"}, "checkpoint": tmp_path / "run.pt"}
    train(model, pictures(), **options)
    with torch.no_grad():
        other.layer3[0].conv1.weight.zero_()
    with pytest.raises(CourseError, match="frozen weights differs"):
        train(other, pictures(), **options)


@pytest.mark.parametrize("schedule", [None, {1: "layer4"}, {2: ("layer4", "layer3")}])
def test_checkpoint_of_another_schedule_is_refused(tmp_path: Path, schedule: Any) -> None:
    path = tmp_path / "run.pt"
    model = network()
    optimizer = adamw(model)
    train(model, pictures(), epochs=2, optimizer=optimizer, unfreeze_at={2: "layer4"}, checkpoint=path)
    other = network()
    with pytest.raises(CourseError, match="unfreeze_at differs"):
        train(other, pictures(), epochs=2, optimizer=adamw(other), unfreeze_at=schedule, checkpoint=path)
