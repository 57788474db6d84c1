"""A scheduler steps by epoch or by batch, and one that is too short is found before training."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn
from torch.optim.lr_scheduler import CosineAnnealingLR, LRScheduler, OneCycleLR, ReduceLROnPlateau, StepLR
from torch.utils.data import DataLoader, IterableDataset

from tl_course.errors import CourseError
from tl_course.training import History

from .interrupted import interrupted_loader, whole_loader
from .small_training import linear, points, train

BATCHES = 3  # 70 points in batches of 30


def sgd(model: nn.Module, lr: float = 0.8) -> torch.optim.Optimizer:
    return torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)


def one_cycle(model: nn.Module, total_steps: int) -> OneCycleLR:
    return OneCycleLR(torch.optim.AdamW(model.parameters()), max_lr=0.1, total_steps=total_steps)


def run(model: nn.Module, scheduler: LRScheduler, **options: object) -> History:
    return train(model, points(), scheduler=scheduler, batch_size=30, **options)


def test_scheduler_by_batch_steps_after_every_batch() -> None:
    model = linear()
    halve = StepLR(sgd(model), step_size=1, gamma=0.5)
    run(model, halve, step_scheduler="batch")
    assert halve.get_last_lr() == [0.8 * 0.5 ** (3 * BATCHES)]


@pytest.mark.parametrize(("factor", "largest"), [(2, [4, 32, 256]), (0.5, [1, 1 / 8, 1 / 64])])
def test_history_has_the_largest_rate_of_each_epochs_batches(factor: float, largest: list[float]) -> None:
    model = linear()
    schedule = StepLR(sgd(model, 2**-10), step_size=1, gamma=factor)
    assert run(model, schedule, step_scheduler="batch").lr == [2**-10 * times for times in largest]


def test_cosine_by_batch_trains_as_by_hand() -> None:
    by_hand, model = linear(), linear()
    x, y = points(90).tensors
    optimizer = torch.optim.SGD(by_hand.parameters(), lr=0.5)
    cosine = CosineAnnealingLR(optimizer, T_max=6)
    for _ in range(2):
        for start in range(0, 90, 30):
            optimizer.zero_grad()
            nn.functional.cross_entropy(by_hand(x[start : start + 30]), y[start : start + 30]).backward()
            optimizer.step()
            cosine.step()
    loader = DataLoader(points(90), batch_size=30)
    schedule = CosineAnnealingLR(torch.optim.SGD(model.parameters(), lr=0.5), T_max=6)
    train(model, loader, epochs=2, scheduler=schedule, step_scheduler="batch")
    assert torch.equal(model.weight, by_hand.weight)


def test_plateau_by_batch_is_an_error() -> None:
    model = linear()
    with pytest.raises(CourseError, match=r"ReduceLROnPlateau.*Leave step_scheduler at 'epoch'"):
        run(model, ReduceLROnPlateau(sgd(model)), step_scheduler="batch")


def test_batch_without_a_scheduler_is_an_error() -> None:
    with pytest.raises(CourseError, match="without a scheduler"):
        train(linear(), step_scheduler="batch")


def test_another_word_is_an_error() -> None:
    with pytest.raises(CourseError, match=r"step_scheduler='batches': it must be 'epoch' or 'batch'"):
        train(linear(), step_scheduler="batches")


@pytest.mark.parametrize(("step", "needed"), [("epoch", 4), ("batch", 4 * BATCHES)])
def test_one_cycle_of_exactly_the_runs_length_is_enough(step: str, needed: int) -> None:
    model = linear()
    assert len(run(model, one_cycle(model, needed), epochs=4, step_scheduler=step)) == 4


@pytest.mark.parametrize(("step", "needed"), [("epoch", 4), ("batch", 4 * BATCHES)])
def test_one_cycle_that_is_too_short_is_an_error_before_training(step: str, needed: int) -> None:
    model = linear()
    with pytest.raises(CourseError, match=rf"built for {needed - 1} steps.*total_steps={needed}"):
        run(model, one_cycle(model, needed - 1), epochs=4, step_scheduler=step)
    assert torch.equal(model.weight, linear().weight)


def test_one_cycle_that_is_used_up_is_an_error() -> None:
    model = linear()
    schedule = one_cycle(model, 4)
    run(model, schedule, epochs=3)
    with pytest.raises(CourseError, match="after the 3 that it has made"):
        run(model, schedule, epochs=2)


class Stream(IterableDataset):
    """Samples without a number of samples."""

    def __iter__(self) -> object:
        return iter(zip(*points(8).tensors, strict=True))


def test_one_cycle_over_a_stream_of_unknown_length_trains() -> None:
    model = linear()
    loader = DataLoader(Stream(), batch_size=4)
    history = train(model, loader, epochs=2, scheduler=one_cycle(model, 4), step_scheduler="batch")
    assert len(history) == 2


@pytest.mark.parametrize("fresh", [True, False], ids=["fresh objects", "the same objects"])
def test_one_cycle_by_batch_resumes_to_the_bit(tmp_path: Path, fresh: bool) -> None:
    def run_or_resume(model: nn.Module, schedule: OneCycleLR, loader: DataLoader, name: str) -> History:
        options = {"scheduler": schedule, "step_scheduler": "batch", "checkpoint": tmp_path / name}
        return train(model, loader, epochs=4, **options)

    data = points(24)  # 3 batches
    model, whole, restarted = linear(), linear(), linear()
    schedule, loader = one_cycle(model, 12), interrupted_loader(data, epoch=2)
    with pytest.raises(KeyboardInterrupt):
        run_or_resume(model, schedule, loader, "interrupted.pt")
    if fresh:
        model, schedule, loader = restarted, one_cycle(restarted, 12), whole_loader(data)
    history = run_or_resume(model, schedule, loader, "interrupted.pt")
    expected = run_or_resume(whole, one_cycle(whole, 12), whole_loader(data), "whole.pt")
    assert history.lr == expected.lr
    assert torch.equal(model.weight, whole.weight)


def test_checkpoint_of_a_run_by_epoch_is_refused_by_batch(tmp_path: Path) -> None:
    first, second = linear(), linear()
    run(first, one_cycle(first, 20), checkpoint=tmp_path / "run.pt")
    with pytest.raises(CourseError, match="step_scheduler differs, epoch there, batch here"):
        run(second, one_cycle(second, 20), step_scheduler="batch", checkpoint=tmp_path / "run.pt")
