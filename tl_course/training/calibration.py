"""Calibration: whether answers given with 80 % confidence are right 80 % of the time."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from tl_course.errors import CourseError
from tl_course.training.evaluation import Evaluation


@dataclass(frozen=True, eq=False)
class Reliability:
    """What a reliability diagram shows: answers sorted into B bins of equal width by their confidence.

    The confidence of an answer is the probability of the predicted class, in (0, 1].

    - `count`: (B,) int64, answers in each bin
    - `confidence`, `accuracy`: (B,) float64, their means in each bin; NaN where it is empty
    """

    count: Tensor
    confidence: Tensor
    accuracy: Tensor

    @property
    def edges(self) -> Tensor:
        """(B + 1,) float64 from 0 to 1; bin i holds what is above `edges[i]` and at most `edges[i + 1]`."""
        return _edges(len(self.count))

    @property
    def error(self) -> float:
        """The expected calibration error: the mean of |accuracy - confidence|, each bin counted by its size.

        In [0, 1]; C. Guo et al., On calibration of modern neural networks, arXiv:1706.04599, equation 3.
        """
        gaps = (self.accuracy - self.confidence).abs() * self.count
        return float(gaps.nansum() / self.count.sum())


def reliability(evaluation: Evaluation, bins: int = 10) -> Reliability:
    """Count, mean confidence and accuracy of the answers in each of `bins` bins.

    Raises CourseError for an evaluation without samples, and for less than one bin.
    """
    confidence, place = _binned(evaluation, bins)
    right = (evaluation.predictions == evaluation.targets).double()
    count = torch.bincount(place, minlength=bins)
    return Reliability(
        count=count,
        confidence=torch.bincount(place, confidence, bins) / count,
        accuracy=torch.bincount(place, right, bins) / count,
    )


def expected_calibration_error(evaluation: Evaluation, bins: int = 10) -> float:
    """The `error` of `reliability`, in [0, 1]; 0 is perfect.

    It is too high where samples are few: compare it with `ideal_calibration_error`.
    """
    return reliability(evaluation, bins).error


def ideal_calibration_error(evaluation: Evaluation, bins: int = 10, draws: int = 200, seed: int = 0) -> float:
    """The mean calibration error that a perfectly calibrated model with these confidences shows by chance.

    Even its accuracy in a bin of few samples is seldom its confidence. Each of `draws` times every answer is
    made right with the probability that the model gave it, as if labels were drawn from the model's own
    probabilities. Raises CourseError as `reliability` does, and for less than one draw.
    """
    if draws < 1:
        raise CourseError(f"draws={draws}: it must be at least 1, such as 200")
    confidence, place = _binned(evaluation, bins)
    generator = torch.Generator().manual_seed(seed)
    errors = []
    for _ in range(draws):
        right = torch.rand(len(confidence), generator=generator, dtype=torch.float64) < confidence
        # A bin's size cancels: its share of all samples times the mean gap is its summed gap over all.
        errors.append(torch.bincount(place, right.double() - confidence, bins).abs().sum() / len(confidence))
    return float(torch.stack(errors).mean())


def fit_temperature(evaluation: Evaluation) -> float:
    """The temperature T at which softmax(logits / T) has the lowest cross-entropy on these samples.

    Above 1 the model was too sure of itself. `evaluation` should be of the validation split: the temperature
    is a parameter fitted on it, and the test split is to measure what it brings (C. Guo et al.,
    arXiv:1706.04599, section 4.2).

    Raises CourseError without samples, and where there is no such T: every answer is right, so that the
    cross-entropy falls all the way to T = 0, or the true class scores no better than the average class, so
    that it falls with ever higher T.
    """
    _check_samples(evaluation)
    scores = evaluation.log_probabilities
    true = scores.gather(1, evaluation.targets[:, None]).squeeze(1)

    def slope(inverse: float) -> float:
        """The derivative of the mean cross-entropy by 1/T: it only ever rises, so it is 0 once at most."""
        expected = ((scores * inverse).softmax(1) * scores).sum(1)
        return float((expected - true).mean())

    if bool((true == scores.amax(1)).all()):
        raise CourseError(
            f"no temperature is best: all {evaluation.n} answers are right, so the surer the better. "
            f"Calibrate on more or harder validation samples"
        )
    if slope(0.0) >= 0:
        raise CourseError(
            "no temperature is best: the model gives the true class no higher scores than the others on "
            "average. Train it first, and look whether its classes are in the data's order"
        )
    low, high = 0.0, 1.0
    while slope(high) < 0:
        low, high = high, 2 * high
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return 2 / (low + high)


def with_temperature(evaluation: Evaluation, temperature: float) -> Evaluation:
    """The same answers with probabilities softmax(logits / temperature), and the loss that they have.

    Predictions and accuracy stay: a temperature changes how sure the model is, not of what. Raises
    CourseError for a temperature that is not above 0 and finite.
    """
    if not 0 < temperature < math.inf:
        raise CourseError(
            f"temperature={temperature!r}: it must be above 0 and finite. 1 changes nothing; above 1 "
            f"the model becomes less sure"
        )
    _check_samples(evaluation)
    logits = evaluation.log_probabilities / temperature
    return replace(
        evaluation,
        loss=F.cross_entropy(logits, evaluation.targets).item(),
        probabilities=logits.softmax(1).float(),
        logits=logits,
    )


def _binned(evaluation: Evaluation, bins: int) -> tuple[Tensor, Tensor]:
    """The confidence of each answer (N,) float64, and the bin that it is in (N,) int64."""
    if bins < 1:
        raise CourseError(f"bins={bins}: it must be at least 1; 10 is usual")
    _check_samples(evaluation)
    rows = torch.arange(evaluation.n)
    confidence = evaluation.probabilities[rows, evaluation.predictions].double()
    return confidence, torch.bucketize(confidence, _edges(bins)[1:-1])


def _edges(bins: int) -> Tensor:
    return torch.linspace(0, 1, bins + 1, dtype=torch.float64)


def _check_samples(evaluation: Evaluation) -> None:
    if evaluation.n == 0:
        raise CourseError("the evaluation holds no samples: evaluate the model on data that is not empty")
