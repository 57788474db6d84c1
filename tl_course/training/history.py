"""What happened in each epoch of a training run."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

# The columns of runs with amp="fp16".
LOSS_SCALING = ("skipped_steps", "loss_scale")


@dataclass
class History:
    """One entry an epoch in each list; the validation lists are empty where there was no validation data.

    - `train_loss`, `train_accuracy`: means over all training samples, measured while the epoch ran. The
      weights move during the epoch and dropout is on, so they lag behind what `evaluate` would give.
    - `val_loss`, `val_accuracy`: exact means over all validation samples, after the epoch, in eval mode.
    - `lr`: the largest learning rate of the optimizer's groups in that epoch; where the rate moves by batch,
      the largest that any of its batches was trained with.
    - `seconds`: the epoch's time, validation included.
    - `skipped_steps`, `loss_scale`: of a run with `amp="fp16"`, empty in others: the steps left out because a
      gradient overflowed, and what the loss is multiplied by at the epoch's end.

    Accuracies are in [0, 1]. Epochs are counted from 1.
    """

    train_loss: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    val_accuracy: list[float] = field(default_factory=list)
    lr: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    skipped_steps: list[float] = field(default_factory=list)
    loss_scale: list[float] = field(default_factory=list)

    def __len__(self) -> int:
        """The number of epochs trained."""
        return len(self.train_loss)

    @property
    def best_epoch(self) -> int:
        """The epoch with the lowest validation loss (the first of equals); without validation, the last."""
        if not self.val_loss:
            return len(self)
        return self.val_loss.index(min(self.val_loss)) + 1

    def append(self, **values: float) -> None:
        """Add one epoch."""
        for name, value in values.items():
            getattr(self, name).append(value)

    def to_dict(self) -> dict[str, list[float]]:
        """Plain lists, ready for JSON; those of loss scaling only where there was any."""
        return {name: values for name, values in asdict(self).items() if values or name not in LOSS_SCALING}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> History:
        """The inverse of `to_dict`."""
        return cls(**{f.name: list(values[f.name]) for f in fields(cls) if f.name in values})

    def __repr__(self) -> str:
        """A table, one line an epoch, the best one marked."""
        scaling = "  skipped  loss scale" if self.loss_scale else ""
        lines = [f"epoch  train loss  accuracy   val loss  accuracy        lr  seconds{scaling}"]
        for row in range(len(self)):
            val = "         -         -"
            if self.val_loss:
                val = f"{self.val_loss[row]:10.4f}{self.val_accuracy[row]:10.3f}"
            if self.loss_scale:
                scaling = f"{self.skipped_steps[row]:9}{self.loss_scale[row]:12g}"
            best = "  best" if self.val_loss and row + 1 == self.best_epoch else ""
            lines.append(
                f"{row + 1:5}{self.train_loss[row]:12.4f}{self.train_accuracy[row]:10.3f} {val}"
                f"{self.lr[row]:10.2g}{self.seconds[row]:9.1f}{scaling}{best}"
            )
        return "\n".join(lines)
