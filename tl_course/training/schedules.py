"""When a learning-rate scheduler steps, and the rates that come of it."""

from __future__ import annotations

from operator import length_hint
from typing import Literal

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler, OneCycleLR, ReduceLROnPlateau

from tl_course.errors import CourseError
from tl_course.training.batches import Loader

StepScheduler = Literal["epoch", "batch"]


class Rates:
    """The learning rates of one run, moved by `scheduler` (None leaves them) after each epoch or batch.

    Raises CourseError for another word than "epoch" and "batch", and for "batch" with a scheduler that
    cannot be stepped so.
    """

    def __init__(self, optimizer: Optimizer, scheduler: LRScheduler | None, step: StepScheduler) -> None:
        _check_step(scheduler, step)
        self.optimizer, self.scheduler = optimizer, scheduler
        self.by_batch = step == "batch"
        self.largest = 0.0

    def check_length(self, loader: Loader, epochs: int) -> None:
        """A CourseError where a one-cycle schedule would end before `epochs` more epochs do."""
        if not isinstance(self.scheduler, OneCycleLR):
            return
        # A loader over a stream does not know its length; 0 asks for nothing.
        batches = length_hint(loader)
        steps = epochs * batches if self.by_batch else epochs
        done, total = self.scheduler.last_epoch, self.scheduler.total_steps
        if done + steps > total:
            unit = f"{epochs} epochs of {batches} batches" if self.by_batch else f"{epochs} epochs"
            before = f" after the {done} that it has made" if done else ""
            raise CourseError(
                f"OneCycleLR was built for {total} steps, but {unit} take {steps}{before}. "
                f"Build it with total_steps={done + steps}"
            )

    def start_epoch(self) -> None:
        """Forget the rates of the epoch before."""
        self.largest = 0.0

    def after_batch(self) -> None:
        """To be called after each step of the optimizer."""
        now = max(float(group["lr"]) for group in self.optimizer.param_groups)
        self.largest = max(self.largest, now)
        if self.by_batch and self.scheduler is not None:
            self.scheduler.step()

    def after_epoch(self, loss: float) -> None:
        """To be called after each epoch, with the loss that a plateau is sought in."""
        if isinstance(self.scheduler, ReduceLROnPlateau):
            self.scheduler.step(loss)
        elif self.scheduler is not None and not self.by_batch:
            self.scheduler.step()


def _check_step(scheduler: LRScheduler | None, step: str) -> None:
    if step not in ("epoch", "batch"):
        raise CourseError(f"step_scheduler={step!r}: it must be 'epoch' or 'batch'")
    if step == "epoch":
        return
    if scheduler is None:
        raise CourseError("step_scheduler='batch' without a scheduler: pass one as scheduler=...")
    if isinstance(scheduler, ReduceLROnPlateau):
        raise CourseError(
            "step_scheduler='batch' with ReduceLROnPlateau: it watches the loss of whole epochs. "
            "Leave step_scheduler at 'epoch'"
        )
