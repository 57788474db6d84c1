"""The optimizer of a run, and whether it can train the model."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from tl_course.errors import CourseError
from tl_course.models.parameter_groups import check_lr
from tl_course.training.passes import LossFunction
from tl_course.training.unfreezing import Schedule, check_held, parameters_of


def choose_optimizer(
    model: nn.Module,
    optimizer: Optimizer | None,
    scheduler: LRScheduler | None,
    loss_function: LossFunction,
    lr: float,
    schedule: Schedule,
) -> Optimizer:
    """The optimizer given, that of the scheduler, or else AdamW on all that trains now or is scheduled to.

    Raises CourseError where it could not train: nothing that requires a gradient in the first epoch, a rate
    of 0, parameters of another model, a scheduled stage missing.
    """
    at_first = _ids(p for p in model.parameters() if p.requires_grad) | _ids(
        parameters_of(model, schedule, 1)
    )
    if not at_first:
        raise CourseError(
            "the model has nothing to train: every parameter is frozen. "
            "Unfreeze some of it, or keep the head trainable: freeze(model, keep=('head',))"
        )
    if scheduler is not None:
        if optimizer is not None and scheduler.optimizer is not optimizer:
            raise CourseError("the scheduler drives another optimizer than the one given: pass the same one")
        optimizer = scheduler.optimizer
    if optimizer is None:
        check_lr(lr)
        wanted = at_first | _ids(parameters_of(model, schedule))
        return torch.optim.AdamW([p for p in model.parameters() if id(p) in wanted], lr=lr)
    _check_parameters(model, optimizer, loss_function, at_first)
    check_held(model, schedule, optimizer)
    if scheduler is None and not any(group["lr"] > 0 for group in optimizer.param_groups):
        raise CourseError(
            "every learning rate of the optimizer is 0, so nothing would be learnt. Give it one above 0, or "
            "pass the scheduler that raises it"
        )
    return optimizer


def _ids(parameters: Iterable[nn.Parameter]) -> set[int]:
    return {id(parameter) for parameter in parameters}


def _check_parameters(
    model: nn.Module, optimizer: Optimizer, loss_function: LossFunction, at_first: set[int]
) -> None:
    held = _ids(p for group in optimizer.param_groups for p in group["params"])
    of_loss = loss_function.parameters() if isinstance(loss_function, nn.Module) else ()
    strange = held - _ids(model.parameters()) - _ids(of_loss)
    if strange:
        raise CourseError(
            f"{len(strange)} of the optimizer's parameters are not the model's: it was probably made before "
            f"the head was replaced. Make the optimizer after replace_head"
        )
    if not held & at_first:
        raise CourseError(
            f"the optimizer has nothing to train: its {len(held)} parameters are all frozen. Unfreeze some "
            f"of them, or make it with parameter_groups(model, lr), which holds the whole model"
        )
