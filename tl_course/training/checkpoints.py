"""A training run on disk: written whole after each epoch, resumed only by the run it belongs to."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from tl_course.errors import CourseError
from tl_course.training.batches import Loader, classes_of
from tl_course.training.passes import LossFunction
from tl_course.training.unfreezing import Schedule, parameters_of

FORMAT = 3
PLAIN = (bool, int, float, str, tuple, list, type(None))
# What a scheduler counts while it runs, as against what it was set to.
SCHEDULER_PROGRESS = {"last_epoch", "best", "num_bad_epochs", "cooldown_counter"}


def save(path: Path, state: dict[str, Any]) -> None:
    """Replace `path` by a complete new checkpoint; a process killed half-way leaves the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            torch.save({"format": FORMAT, **state}, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def load(path: Path, settings: dict[str, Any]) -> dict[str, Any] | None:
    """The state in `path`, None where there is no such file.

    Raises CourseError for a damaged file, and for one of a run with other settings, naming the first
    that differs.
    """
    if not path.exists():
        return None
    cure = "Give this run another checkpoint file, or delete this one to start anew"
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        stored, known = state["settings"], state["format"] == FORMAT
    except Exception as error:  # torch raises a different kind for each kind of damage
        raise CourseError(f"{path} is damaged or is no checkpoint of fit(). {cure}") from error
    if not known:
        raise CourseError(f"{path} was written by another version of the course. {cure}")
    for name in settings:
        if stored.get(name) != settings[name]:
            difference = _difference(stored.get(name), settings[name])
            raise CourseError(f"{path} belongs to another run: {name} differs, {difference}. {cure}")
    return state


def settings_of(
    model: nn.Module,
    optimizer: Optimizer,
    scheduler: LRScheduler | None,
    loss_function: LossFunction,
    train: Loader,
    val: Loader | None,
    schedule: Schedule,
) -> dict[str, Any]:
    """What a run must share with the one that it resumes, as plain values.

    The trained weights are not part of it: a run that is resumed starts from any. The ones frozen to the end
    are, because they stay as they are. What `schedule` unfreezes counts as neither, so that it may be frozen
    (in a fresh model) or not (in one that was interrupted later).
    """
    scheduled = {id(p) for p in parameters_of(model, schedule)}
    settled = [(name, p) for name, p in model.named_parameters() if id(p) not in scheduled]
    return {
        "model": type(model).__name__,
        "weights": {name: list(tensor.shape) for name, tensor in model.state_dict().items()},
        "unfreeze_at": [[epoch, *stages] for epoch, stages in schedule.items()],
        "trainable parameters": [name for name, p in settled if p.requires_grad],
        "frozen weights": digest((name, p) for name, p in settled if not p.requires_grad),
        "optimizer": type(optimizer).__name__,
        "optimizer groups": [_group_settings(group) for group in optimizer.param_groups],
        "scheduler": None if scheduler is None else type(scheduler).__name__,
        "scheduler settings": _scheduler_settings(scheduler),
        "loss function": _loss_settings(loss_function),
        "training data": _data_settings(train),
        "validation data": None if val is None else _data_settings(val),
    }


def digest(tensors: Iterable[tuple[str, Tensor]]) -> str:
    """The sha256 of named tensors: names, types, shapes and every byte."""
    sha = hashlib.sha256()
    for name, tensor in tensors:
        sha.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        sha.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().data)
    return sha.hexdigest()


def _group_settings(group: dict[str, Any]) -> dict[str, Any]:
    values = {k: v for k, v in group.items() if k not in ("params", "param_names", "initial_lr")}
    values["lr"] = group.get("initial_lr", group["lr"])
    if "max_momentum" in values:  # a cycle moves these two with the rate
        values = {k: v for k, v in values.items() if k not in ("momentum", "betas")}
    return {"parameters": len(group["params"]), **_plain(values)}


def _scheduler_settings(scheduler: LRScheduler | None) -> dict[str, Any]:
    if scheduler is None:
        return {}
    state = scheduler.state_dict().items()
    return _plain({k: v for k, v in state if k not in SCHEDULER_PROGRESS and not k.startswith("_")})


def _loss_settings(loss_function: LossFunction) -> dict[str, Any]:
    name = getattr(loss_function, "__qualname__", type(loss_function).__name__)
    if not isinstance(loss_function, nn.Module):
        return {"name": name}
    values = {k: v for k, v in _plain(vars(loss_function)).items() if not k.startswith("_")}
    return {"name": name, "tensors": digest(loss_function.named_buffers()), **values}


def _data_settings(loader: Loader) -> dict[str, Any]:
    return {
        "samples": len(loader.dataset),  # type: ignore[arg-type]
        "batch_size": loader.batch_size,
        "classes": classes_of(loader),
    }


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Only what compares equal after a trip through a file."""
    numbers = {k: v.item() if isinstance(v, Tensor) and v.numel() == 1 else v for k, v in values.items()}
    return {k: v for k, v in numbers.items() if isinstance(v, PLAIN)}


def _difference(there: Any, here: Any) -> str:
    """The first place where two settings differ, in words."""
    if isinstance(there, dict) and isinstance(here, dict):
        for name in [*there, *here]:
            if there.get(name) != here.get(name):
                return f"{name}: {_difference(there.get(name), here.get(name))}"
    if isinstance(there, list) and isinstance(here, list) and len(there) == len(here):
        return next(_difference(a, b) for a, b in zip(there, here, strict=True) if a != b)
    return f"{_short(there)} there, {_short(here)} here"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
