"""Measure a model: accuracy with its interval, loss, confusion, mistakes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tl_course.errors import CourseError
from tl_course.training.batches import Data, as_loader, classes_of, empty, keeps_order
from tl_course.training.passes import modes_restored, predictions

Z_95 = 1.959963984540054  # the standard normal quantile that leaves 2.5 % on either side


@dataclass(frozen=True)
class Mistake:
    """A wrong answer: the sample's index in the dataset, both labels, the probability of the wrong one."""

    index: int
    true: int
    predicted: int
    confidence: float


@dataclass(frozen=True, eq=False, repr=False)
class Evaluation:
    """What a model answered to N samples of K classes.

    - `loss`: mean cross-entropy, over samples
    - `probabilities`: (N, K) float32, rows sum to 1
    - `predictions`, `targets`: (N,) int64
    - `classes`: the K names, or None where the dataset has none
    - `in_order`: whether row i belongs to sample i of the dataset
    - `logits`: (N, K) float64, or None where only the probabilities are known
    """

    loss: float
    probabilities: Tensor
    predictions: Tensor
    targets: Tensor
    classes: list[str] | None
    in_order: bool
    logits: Tensor | None = None

    @property
    def n(self) -> int:
        """The number of samples."""
        return len(self.targets)

    @property
    def accuracy(self) -> float:
        """The share of right answers, in [0, 1]."""
        return int((self.predictions == self.targets).sum()) / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval (low, high) of the accuracy, see `wilson_interval`."""
        return wilson_interval(int((self.predictions == self.targets).sum()), self.n)

    @property
    def confusion(self) -> Tensor:
        """(K, K) int64: row the true class, column the predicted one."""
        k = self.probabilities.shape[1]
        return torch.bincount(self.targets * k + self.predictions, minlength=k * k).reshape(k, k)

    @property
    def log_probabilities(self) -> Tensor:
        """(N, K) float64, finite: from the logits, because a small probability is 0 in float32."""
        if self.logits is None:
            return self.probabilities.double().clamp_min(torch.finfo(torch.float32).tiny).log()
        return self.logits.log_softmax(1)

    def mistakes(self, k: int = 10) -> list[Mistake]:
        """The `k` most confident wrong answers, the most confident first; fewer where there are fewer.

        Raises CourseError where the samples came in an unknown order, so that no index is known.
        """
        if not self.in_order:
            raise CourseError(
                "which picture a mistake belongs to is unknown: the loader was shuffled or sampled. "
                "Evaluate the dataset itself, or a loader with shuffle=False"
            )
        wrong = (self.predictions != self.targets).nonzero().flatten()
        confidence = self.probabilities[wrong, self.predictions[wrong]]
        ranked = wrong[confidence.argsort(descending=True, stable=True)][:k].tolist()
        return [self._mistake(index) for index in ranked]

    def _mistake(self, index: int) -> Mistake:
        true, predicted = int(self.targets[index]), int(self.predictions[index])
        return Mistake(index, true, predicted, float(self.probabilities[index, predicted]))

    def __str__(self) -> str:
        """One line, for print and for the end of a cell."""
        low, high = self.interval
        return (
            f"accuracy {self.accuracy:.3f} (95 % interval {low:.2f} to {high:.2f}, n = {self.n}), "
            f"loss {self.loss:.2f}"
        )

    __repr__ = __str__


def evaluate(
    model: nn.Module, data: Data, *, batch_size: int = 256, device: torch.device | str | None = None
) -> Evaluation:
    """The model's answers to all of `data` (a dataset or a loader of (image, label)), in eval mode.

    The model stays in the mode it was in. `device=None` is where the model is; another one moves it there.

    Raises CourseError for empty data and for a label that the model has no output for.
    """
    if device is not None:
        model.to(device)
    loader = as_loader(data, batch_size, name="evaluation data")
    logits, targets = [], []
    with modes_restored(model):
        model.eval()
        for _, batch_logits, batch_targets in predictions(model, loader, "evaluation"):
            logits.append(batch_logits.float().cpu())
            targets.append(batch_targets.cpu())
    if not targets:
        raise empty("evaluation data")
    all_logits, all_targets = torch.cat(logits).double(), torch.cat(targets)
    return Evaluation(
        loss=F.cross_entropy(all_logits, all_targets).item(),
        probabilities=all_logits.softmax(1).float(),
        predictions=all_logits.argmax(1),
        targets=all_targets,
        classes=classes_of(data),
        in_order=keeps_order(loader),
        logits=all_logits,
    )


def wilson_interval(right: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """The score interval of a share `right` / `n`, within [0, 1].

    Unlike p ± z·sqrt(p(1-p)/n) it stays sensible near 0 and 1 and for small n. E. B. Wilson, "Probable
    inference, the law of succession, and statistical inference", JASA 22 (1927) 209-212.
    """
    if not 0 <= right <= n or n == 0:
        raise CourseError(f"no interval for {right} right of {n}: need 0 <= right <= n and n of at least 1")
    share = right / n
    centre = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)
