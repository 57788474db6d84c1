"""What happened in each epoch of a training run."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass
class History:
    """One entry an epoch in each list; the validation lists are empty where there was no validation data.

    - `train_loss`, `train_accuracy`: means over all training samples, measured while the epoch ran. The
      weights move during the epoch and dropout is on, so they lag behind what `evaluate` would give.
    - `val_loss`, `val_accuracy`: exact means over all validation samples, after the epoch, in eval mode.
    - `lr`: the largest learning rate of the optimizer's groups in that epoch; where the rate moves by batch,
      the largest that any of its batches was trained with.
    - `seconds`: the epoch's time, validation included.

    Accuracies are in [0, 1]. Epochs are counted from 1.
    """

    train_loss: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    val_accuracy: list[float] = field(default_factory=list)
    lr: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

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
        """Plain lists, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> History:
        """The inverse of `to_dict`."""
        return cls(**{f.name: list(values[f.name]) for f in fields(cls)})

    def __repr__(self) -> str:
        """A table, one line an epoch, the best one marked."""
        lines = ["epoch  train loss  accuracy   val loss  accuracy        lr  seconds"]
        for row in range(len(self)):
            val = "         -         -"
            if self.val_loss:
                val = f"{self.val_loss[row]:10.4f}{self.val_accuracy[row]:10.3f}"
            best = "  best" if self.val_loss and row + 1 == self.best_epoch else ""
            lines.append(
                f"{row + 1:5}{self.train_loss[row]:12.4f}{self.train_accuracy[row]:10.3f} {val}"
                f"{self.lr[row]:10.2g}{self.seconds[row]:9.1f}{best}"
            )
        return "\n".join(lines)
