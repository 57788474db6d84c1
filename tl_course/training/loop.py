"""`fit`: the training loop of the course."""

from __future__ import annotations

import copy
import time
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from tl_course.errors import CourseError
from tl_course.training import checkpoints
from tl_course.training.batches import Data, Loader, as_loader, classes_of, generators_of
from tl_course.training.history import History
from tl_course.training.mixed_precision import Amp, check_weights, choose_precision
from tl_course.training.optimizers import choose_optimizer
from tl_course.training.passes import (
    LossFunction,
    device_of,
    modes_restored,
    seeded,
    train_pass,
    validation_pass,
)
from tl_course.training.progress import Progress
from tl_course.training.schedules import Rates, StepScheduler
from tl_course.training.unfreezing import UnfreezeAt, check_frozen, read_schedule, unfreeze_due


def fit(
    model: nn.Module,
    train: Data,
    val: Data | None,
    epochs: int,
    *,
    lr: float = 1e-3,
    optimizer: Optimizer | None = None,
    scheduler: LRScheduler | None = None,
    step_scheduler: StepScheduler = "epoch",
    unfreeze_at: UnfreezeAt | None = None,
    loss_function: LossFunction | None = None,
    amp: Amp = "off",
    batch_size: int = 64,
    patience: int | None = None,
    restore_best: bool = True,
    checkpoint: str | Path | None = None,
    seed: int = 0,
    device: torch.device | str | None = None,
    progress: bool = True,
) -> History:
    """Train the parameters of `model` that require a gradient, in place.

    - `train`, `val`: datasets or loaders of (image, label); `val` may be None. A dataset is cut into
      batches of `batch_size`, the training one in an order drawn anew each epoch. Training labels may be
      soft: a loader whose collate function mixes pictures (`transforms.v2.MixUp`, `CutMix`) gives rows of
      class probabilities, and the training accuracy then counts the most probable class as the right one.
    - `epochs`: how many in all, those of a resumed run included.
    - `lr`: for the default optimizer, AdamW on all parameters that require a gradient or will be unfrozen.
      Another optimizer brings its own.
    - `scheduler`: it brings its optimizer. `step_scheduler` says when it steps, after each "epoch" or after
      each "batch", as one-cycle and cosine schedules do in short runs.
    - `unfreeze_at`: gradual unfreezing, by epochs counted from 1. With
      `{4: "layer4", 7: ("layer3", "layer2")}` (or pairs, `[(4, "layer4"), ...]`) layer4 trains from the start
      of epoch 4, its BatchNorm statistics included. An optimizer of your own must hold these stages from the
      beginning, as one made with `parameter_groups(model, lr)` does.
    - `loss_function(logits, targets)`: a mean over the batch; cross-entropy by default. The losses of
      auxiliary classifiers (GoogLeNet, Inception v3) are added, each with weight 0.3; the history leaves them
      out.
    - `amp`: automatic mixed precision. With "bf16" or "fp16" the forward pass, in training and validation,
      computes in 16 bits where that is safe (`torch.autocast`); weights and loss stay in float32. "fp16" also
      scales the loss, and skips the steps whose gradients overflow: the history counts them, and a scheduler
      that steps by batch waits. "auto" takes what is fast on the device, see `precision_report`.
      `evaluate` measures in float32 whatever training used.
    - `patience`: stop after so many epochs in a row without a new lowest validation loss. The loss is
      watched, not the accuracy, which moves in steps of one picture.
    - `restore_best`: end with the weights of the epoch with the lowest validation loss. Without `val` the
      model ends with those of the last epoch.
    - `checkpoint`: a file, replaced after every epoch. Where it exists the run resumes after the last
      epoch in it, and ends as it would have done uninterrupted, to the bit. A run may be resumed with
      more epochs, with nothing else changed. Give each run a file of its own.
    - `seed`: fixes the data order, dropout and all that the transforms draw from torch, whatever else the
      program draws; the program's own random numbers are not disturbed.
    - `device`: where to train; None is where the model is.

    Modules are left in train or eval mode as they were. Raises CourseError for empty data, a label without
    an output, a loss that is not finite (naming epoch and batch), a model with nothing to train, an
    optimizer that cannot train it, a one-cycle schedule that is too short, an epoch or stage to unfreeze that
    does not exist or comes twice, a checkpoint that is damaged or of another run, an `amp` that is unknown
    or that the device cannot do, weights in half precision, and an epoch in which every step was skipped.
    """
    if epochs < 1:
        raise CourseError(f"epochs is {epochs}: it must be at least 1")
    if patience is not None and (val is None or patience < 1):
        raise CourseError(f"patience={patience} needs validation data and a value of at least 1")
    if device is not None:
        model.to(device)
    if loss_function is None:
        loss_function = nn.CrossEntropyLoss()
    where = device_of(model)
    precision = choose_precision(amp, where)
    check_weights(model, precision)
    schedule = read_schedule(model, unfreeze_at, epochs)
    optimizer = choose_optimizer(model, optimizer, scheduler, loss_function, lr, schedule)
    rates = Rates(optimizer, scheduler, step_scheduler)
    train_loader = as_loader(train, batch_size, shuffle=True, name="training data")
    val_loader = None if val is None else as_loader(val, batch_size, name="validation data")
    _check_same_classes(train, val)

    run = _Run(train_loader, model=model, optimizer=optimizer, scheduler=scheduler, scaler=precision.scaler)
    path = None if checkpoint is None else Path(checkpoint)
    settings: dict[str, Any] = {}
    if path is not None:
        settings = checkpoints.settings_of(
            model, optimizer, scheduler, loss_function, train_loader, val_loader, schedule
        ) | {"step_scheduler": step_scheduler, "amp": precision.mode, "seed": seed, "patience": patience}
        run.resume(checkpoints.load(path, settings), epochs, path)
    history = run.history
    done = len(history)
    # The epoch after those of a checkpoint may have begun, with this same model, before an interruption.
    check_frozen(model, schedule, first_epoch=done + 2 if done else 1)
    rates.check_length(train_loader, epochs - done)
    unfreeze_due(model, schedule, done)

    with modes_restored(model), Progress(epochs, "trained", "epochs", show=progress) as bar:
        bar.resume(done)
        while len(history) < epochs and not _out_of_patience(history, patience):
            epoch = len(history) + 1
            start = time.perf_counter()
            unfreeze_due(model, schedule, epoch)
            rates.start_epoch()
            with seeded(where, seed, epoch):
                means = train_pass(
                    model,
                    train_loader,
                    optimizer,
                    loss_function,
                    f"epoch {epoch}",
                    rates.after_batch,
                    precision,
                )
                row = {"train_loss": means.loss, "train_accuracy": means.accuracy, "lr": rates.largest}
                if precision.scaler is not None:
                    row |= {"skipped_steps": means.skipped_steps, "loss_scale": precision.scaler.get_scale()}
                if val_loader is not None:
                    means = validation_pass(model, val_loader, loss_function, f"epoch {epoch}", precision)
                    row |= {"val_loss": means.loss, "val_accuracy": means.accuracy}
            rates.after_epoch(means.loss)
            history.append(**row, seconds=time.perf_counter() - start)
            if val_loader is not None and history.best_epoch == epoch:
                run.best = copy.deepcopy(model.state_dict())
            if path is not None:
                checkpoints.save(path, {"settings": settings, **run.state()})
            kind = "val " if val_loader is not None else ""
            bar.advance(note=f"{kind}loss {means.loss:.3f}, {kind}accuracy {means.accuracy:.3f}")
    if restore_best and run.best is not None:
        model.load_state_dict(run.best)
    return history


class _Run:
    """All that changes while `fit` runs, so that it can be kept and taken up again."""

    def __init__(self, train_loader: Loader, **parts: Any) -> None:
        """`parts` have a `state_dict`, or are None."""
        self.parts = {name: part for name, part in parts.items() if part is not None}
        self.generators = generators_of(train_loader)
        self.history = History()
        self.best: dict[str, Any] | None = None

    def state(self) -> dict[str, Any]:
        """Tensors and plain values.

        torch's own generator is not among them: each epoch seeds it anew.
        """
        return {
            **{name: part.state_dict() for name, part in self.parts.items()},
            "generators": [generator.get_state() for generator in self.generators],
            "history": self.history.to_dict(),
            "best": self.best,
        }

    def resume(self, state: dict[str, Any] | None, epochs: int, path: Path) -> None:
        """Go on from a checkpoint's state; from None, start."""
        if state is None:
            return
        self.history = History.from_dict(state["history"])
        if len(self.history) > epochs:
            raise CourseError(
                f"{path} holds {len(self.history)} epochs, more than the {epochs} asked for. "
                f"Ask for at least as many, or give this run another checkpoint file"
            )
        for name, part in self.parts.items():
            part.load_state_dict(state[name])
        for generator, generator_state in zip(self.generators, state["generators"], strict=True):
            generator.set_state(generator_state)
        self.best = state["best"]


def _check_same_classes(train: Data, val: Data | None) -> None:
    names, val_names = classes_of(train), None if val is None else classes_of(val)
    if names is not None and val_names is not None and names != val_names:
        raise CourseError(
            f"training and validation data have different classes, so the same label means different things: "
            f"{names} and {val_names}. Both need the same class folders"
        )


def _out_of_patience(history: History, patience: int | None) -> bool:
    return patience is not None and len(history) - history.best_epoch >= patience
