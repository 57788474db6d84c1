"""A killed run goes on where it was, and only the run that it was."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from tl_course.errors import CourseError
from tl_course.training import History, fit

EPOCHS = 5
KILLED_IN_EPOCH = 3


class Deadly(TensorDataset):
    """Ends the process, at once and without any clean-up, in the middle of an epoch."""

    def __init__(self, *tensors: torch.Tensor, deadly_epoch: int | None) -> None:
        super().__init__(*tensors)
        self.left = None if deadly_epoch is None else len(tensors[0]) * (deadly_epoch - 1) + 20

    def __getitem__(self, index: int) -> tuple[torch.Tensor, ...]:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                os._exit(9)
        return super().__getitem__(index)


def run(checkpoint: Path | None, deadly_epoch: int | None = None) -> tuple[nn.Module, History]:
    """All that has a state: momentum, a schedule, dropout, BatchNorm, a loader with its own generator."""
    torch.manual_seed(0)
    x, y = torch.randn(48, 6), torch.arange(48) % 3
    model = nn.Sequential(nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 3))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.05)
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[2, 4])
    data = Deadly(x[:32], y[:32], deadly_epoch=deadly_epoch)
    loader = DataLoader(data, batch_size=8, shuffle=True, generator=torch.Generator().manual_seed(7))
    val = TensorDataset(x[32:], y[32:])
    history = fit(
        model, loader, val, EPOCHS, scheduler=scheduler, checkpoint=checkpoint, seed=1, progress=False
    )
    return model, history


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The checkpoint that a killed process has left."""
    path = tmp_path_factory.mktemp("killed") / "run.pt"
    code = f"from test_checkpoints import *; run(Path({str(path)!r}), deadly_epoch={KILLED_IN_EPOCH})"
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parent, check=False)
    assert done.returncode == 9
    assert [file.name for file in path.parent.iterdir()] == ["run.pt"]
    return path.read_bytes()


@pytest.fixture
def checkpoint(tmp_path: Path, killed: bytes) -> Path:
    path = tmp_path / "run.pt"
    path.write_bytes(killed)
    return path


def without_seconds(history: History) -> dict[str, list[float]]:
    return {name: values for name, values in history.to_dict().items() if name != "seconds"}


def test_resumed_weights_equal_uninterrupted_ones_to_the_bit(checkpoint: Path) -> None:
    (resumed, _), (whole, _) = run(checkpoint), run(None)
    for name, value in whole.state_dict().items():
        assert torch.equal(resumed.state_dict()[name], value), name


def test_resumed_history_equals_the_uninterrupted_one(checkpoint: Path) -> None:
    assert without_seconds(run(checkpoint)[1]) == without_seconds(run(None)[1])


def test_killed_run_leaves_the_last_complete_epoch(checkpoint: Path) -> None:
    history = torch.load(checkpoint, weights_only=True)["history"]
    assert len(history["train_loss"]) == KILLED_IN_EPOCH - 1


def test_finished_run_is_not_trained_again(tmp_path: Path) -> None:
    _, first = run(tmp_path / "run.pt")
    _, second = run(tmp_path / "run.pt", deadly_epoch=1)
    assert second == first


def points(n: int = 24) -> TensorDataset:
    x = torch.randn(n, 4, generator=torch.Generator().manual_seed(0))
    return TensorDataset(x, (x[:, 0] > 0).long())


def fit_linear(path: Path, outputs: int = 3, epochs: int = 2, **options: object) -> nn.Linear:
    torch.manual_seed(0)
    model = nn.Linear(4, outputs)
    fit(model, points(), None, epochs, checkpoint=path, progress=False, **options)  # type: ignore[arg-type]
    return model


def test_more_epochs_continue_the_run(tmp_path: Path) -> None:
    fit_linear(tmp_path / "a.pt", epochs=2)
    continued = fit_linear(tmp_path / "a.pt", epochs=4)
    assert torch.equal(continued.weight, fit_linear(tmp_path / "b.pt", epochs=4).weight)


def test_fewer_epochs_than_stored_are_an_error(tmp_path: Path) -> None:
    fit_linear(tmp_path / "a.pt", epochs=3)
    with pytest.raises(CourseError, match="holds 3 epochs, more than the 2"):
        fit_linear(tmp_path / "a.pt", epochs=2)


def test_interrupted_cell_can_be_run_again_with_the_same_objects(tmp_path: Path) -> None:
    class InterruptedOnce(TensorDataset):
        asked = 0

        def __getitem__(self, index: int) -> tuple[torch.Tensor, ...]:
            self.asked += 1
            if self.asked == 24 + 10:
                raise KeyboardInterrupt
            return super().__getitem__(index)

    torch.manual_seed(0)
    model = nn.Linear(4, 3)
    loader = DataLoader(InterruptedOnce(*points().tensors), batch_size=8, shuffle=True)

    def cell() -> None:
        fit(model, loader, None, 3, checkpoint=tmp_path / "a.pt", progress=False)

    with pytest.raises(KeyboardInterrupt):
        cell()
    cell()
    torch.manual_seed(0)
    whole = nn.Linear(4, 3)
    fit(whole, DataLoader(points(), batch_size=8, shuffle=True), None, 3, progress=False)
    assert torch.equal(model.weight, whole.weight)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"outputs": 4}, r"weights differs, weight: 3 there, 4 here"),
        ({"lr": 0.5}, r"optimizer groups differs, lr: 0.001 there, 0.5 here"),
        ({"seed": 9}, r"seed differs, 0 there, 9 here"),
        ({"batch_size": 5}, r"training data differs, batch_size: 64 there, 5 here"),
        ({"loss_function": nn.CrossEntropyLoss(weight=torch.ones(3))}, r"loss function differs, tensors"),
        (
            {"loss_function": nn.CrossEntropyLoss(label_smoothing=0.1)},
            r"loss function differs, label_smoothing: 0.0 there, 0.1 here",
        ),
    ],
)
def test_checkpoint_of_another_run_is_refused(tmp_path: Path, changes: dict[str, object], named: str) -> None:
    fit_linear(tmp_path / "a.pt")
    with pytest.raises(CourseError, match=named):
        fit_linear(tmp_path / "a.pt", **changes)  # type: ignore[arg-type]


def test_checkpoint_of_another_frozen_backbone_is_refused(tmp_path: Path) -> None:
    def fit_frozen(seed: int) -> None:
        torch.manual_seed(seed)
        model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 3))
        model[0].requires_grad_(False)
        fit(model, points(), None, 1, checkpoint=tmp_path / "a.pt", progress=False)

    fit_frozen(0)
    with pytest.raises(CourseError, match="frozen weights differs"):
        fit_frozen(1)


def test_refused_checkpoint_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.pt"
    fit_linear(path)
    before = path.read_bytes()
    with pytest.raises(CourseError):
        fit_linear(path, seed=9)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "damage", [lambda whole: whole[: len(whole) // 2], lambda whole: b"", lambda whole: b"no"]
)
def test_damaged_checkpoint_is_an_error(tmp_path: Path, damage: object) -> None:
    path = tmp_path / "a.pt"
    fit_linear(path)
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(CourseError, match=r"a\.pt is damaged.*delete this one"):
        fit_linear(path)


def test_folder_of_the_checkpoint_is_made(tmp_path: Path) -> None:
    fit_linear(tmp_path / "runs" / "first" / "a.pt")
    assert [file.name for file in (tmp_path / "runs" / "first").iterdir()] == ["a.pt"]
