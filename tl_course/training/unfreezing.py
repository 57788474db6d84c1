"""Gradual unfreezing: stages that begin to train at later epochs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from numbers import Integral
from typing import TypeAlias

from torch import nn
from torch.optim import Optimizer

from tl_course.errors import CourseError
from tl_course.models import stage_parameters, unfreeze

# What a user writes: {4: "layer4", 7: ("layer3", "layer2")}, or the same as a sequence of pairs.
UnfreezeAt: TypeAlias = Mapping[int, str | Sequence[str]] | Sequence[tuple[int, str | Sequence[str]]]
# The same, read: epoch, counted from 1, to the stages that train from its start.
Schedule: TypeAlias = dict[int, tuple[str, ...]]


def read_schedule(model: nn.Module, unfreeze_at: UnfreezeAt | None, epochs: int) -> Schedule:
    """The schedule in the order of its epochs; empty for None.

    Raises CourseError for an epoch that is named twice or is not one of the run's, and for a stage that is
    named twice or is not one of the model's.
    """
    if not unfreeze_at:
        return {}
    pairs = list(unfreeze_at.items() if isinstance(unfreeze_at, Mapping) else unfreeze_at)
    read = [(epoch, (names,) if isinstance(names, str) else tuple(names)) for epoch, names in pairs]
    _check_epochs([epoch for epoch, _ in read], epochs)
    _check_stages(model, read)
    return dict(sorted(read))


def parameters_of(model: nn.Module, schedule: Schedule, until: int | None = None) -> Iterator[nn.Parameter]:
    """The parameters that the schedule unfreezes, up to and with epoch `until`; all of them by default."""
    for _, _, parameters in _due(model, schedule, until):
        yield from parameters


def unfreeze_due(model: nn.Module, schedule: Schedule, epoch: int) -> None:
    """Unfreeze all that is to train in `epoch`; what already does stays as it is."""
    for _, stage, _ in _due(model, schedule, epoch):
        unfreeze(model, stage)


def check_held(model: nn.Module, schedule: Schedule, optimizer: Optimizer) -> None:
    """A CourseError where the optimizer lacks a parameter that the schedule unfreezes."""
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    for epoch, stage, parameters in _due(model, schedule):
        missing = sum(id(p) not in held for p in parameters)
        if missing:
            raise CourseError(
                f"unfreeze_at unfreezes {stage!r} at epoch {epoch}, but the optimizer lacks {missing} of its "
                f"{len(parameters)} parameters and would never move them. Make it with "
                f"parameter_groups(model, lr), which holds frozen ones too"
            )


def check_frozen(model: nn.Module, schedule: Schedule, first_epoch: int = 1) -> None:
    """A CourseError where a stage to be unfrozen at `first_epoch` or later trains already."""
    for epoch, stage, parameters in _due(model, schedule):
        if epoch >= first_epoch and all(p.requires_grad for p in parameters):
            raise CourseError(
                f"unfreeze_at unfreezes {stage!r} at epoch {epoch}, but it trains already. "
                f"Freeze it first, with freeze(model), or leave it out"
            )


def _due(
    model: nn.Module, schedule: Schedule, until: int | None = None
) -> Iterator[tuple[int, str, list[nn.Parameter]]]:
    """(epoch, stage, its parameters) of the schedule; the model's family need be known only if it is used."""
    by_stage = stage_parameters(model) if schedule else {}
    for epoch, names in schedule.items():
        if until is None or epoch <= until:
            yield from ((epoch, name, by_stage[name]) for name in names)


def _check_epochs(named: list[int], epochs: int) -> None:
    for epoch, times in Counter(named).items():
        if times > 1:
            raise CourseError(
                f"unfreeze_at names epoch {epoch} {times} times. Name it once, with all its stages: "
                f"({epoch}, ('layer4', 'layer3'))"
            )
        if not isinstance(epoch, Integral) or isinstance(epoch, bool) or not 1 <= epoch <= epochs:
            raise CourseError(
                f"unfreeze_at names epoch {epoch!r}, but the run has epochs 1 to {epochs}. "
                f"Name a whole number among these, or train for more epochs"
            )


def _check_stages(model: nn.Module, read: list[tuple[int, tuple[str, ...]]]) -> None:
    known = list(stage_parameters(model))
    seen: dict[str, int] = {}
    for epoch, names in read:
        if not names:
            raise CourseError(
                f"unfreeze_at names no stage for epoch {epoch}. Name one, or leave the epoch out"
            )
        for name in names:
            if name not in known:
                nearest = get_close_matches(str(name), known, n=1, cutoff=0)[0]
                raise CourseError(
                    f"unfreeze_at names the stage {name!r}, which {type(model).__name__} does not have. "
                    f"Did you mean {nearest!r}? Its stages are {', '.join(known)}"
                )
            if name in seen:
                raise CourseError(
                    f"unfreeze_at names the stage {name!r} twice, at epochs {seen[name]} and {epoch}. "
                    f"A stage is unfrozen once: keep one of the two"
                )
            seen[name] = epoch
