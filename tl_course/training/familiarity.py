"""Whether a picture resembles those that a model was trained on at all, before its answer is believed.

A higher score is more familiar. The scores of three papers: the distance to the training features (Sun et al.
2022, arXiv:2204.06507), the largest softmax probability (Hendrycks and Gimpel 2017, arXiv:1610.02136) and the
energy of the logits (Liu et al. 2020, arXiv:2010.03759).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import Dataset

from tl_course.errors import CourseError
from tl_course.training.caching import cache_features
from tl_course.training.features import Features, tail

NEIGHBOUR = 20  # k: of 1 to 50 the best on validation pictures (benchmarks/familiarity.py)
SHARE = 0.95


@dataclass(frozen=True, eq=False)
class Familiarity:
    """What counts as familiar to one model: its training features, and the lowest score that passes.

    - `model`: the model whose backbone made the features
    - `bank`: (N, C) float32, the training features, each of length 1
    - `neighbour`: k; a picture's score is minus the distance to its k-th nearest training feature, in [-2, 0]
    - `threshold`: the score that a picture has to reach, as `share` of the validation pictures do
    """

    model: nn.Module
    bank: Tensor
    neighbour: int
    threshold: float
    share: float

    def scores(self, features: Features) -> Tensor:
        """(M,) float32, minus the distance to the k-th nearest training feature."""
        return neighbour_scores(self.bank, features.x, self.neighbour)

    def passes(self, pictures: Dataset) -> Tensor:
        """(M,) bool: which of these pictures are familiar. Raises CourseError as `cache_features` does."""
        return self.scores(cache_features(self.model, pictures, progress=False)) >= self.threshold


def fit_familiarity(
    train: Features, val: Features, neighbour: int | None = None, share: float = SHARE
) -> Familiarity:
    """Distances to the training features, with the threshold that `share` of the validation pictures pass.

    Only familiar pictures are needed: nobody can collect what will one day be unfamiliar. `neighbour=None` is
    20, or the number of training pictures where there are fewer.

    Raises CourseError where the two come from different backbones, `neighbour` is not 1 to N, or `share` is
    not between 0 and 1.
    """
    if train.backbone != val.backbone:
        raise CourseError(
            "The training and the validation features were made by two backbones. Cache both with one model."
        )
    if not 0 < share < 1:
        raise CourseError(f"share={share!r}: it must lie between 0 and 1, such as {SHARE}.")
    bank = unit_length(train.x)
    neighbour = min(NEIGHBOUR, len(bank)) if neighbour is None else neighbour
    scores = neighbour_scores(bank, val.x, neighbour)
    return Familiarity(train.model, bank, neighbour, passed_by(scores, share), share)


def passed_by(scores: Tensor, share: float = SHARE) -> float:
    """The highest of these scores (M,) that at least `share` of them reach."""
    ranked = scores.sort(descending=True).values
    return float(ranked[max(0, -int(-share * len(ranked) // 1) - 1)])


def neighbour_scores(bank: Tensor, x: Tensor, neighbour: int = NEIGHBOUR) -> Tensor:
    """(M,): minus the distance of features `x` (M, ...), brought to length 1, to the k-th nearest of `bank`.

    Raises CourseError where `neighbour` is not 1 to N.
    """
    if not 1 <= neighbour <= len(bank):
        raise CourseError(f"neighbour={neighbour}: with {len(bank)} training features it must be 1 to that.")
    distances = torch.cdist(unit_length(x), bank, compute_mode="donot_use_mm_for_euclid_dist")
    return -distances.kthvalue(neighbour, dim=1).values


def softmax_scores(features: Features) -> Tensor:
    """(M,): the largest softmax probability, in (0, 1]."""
    return _logits(features).softmax(1).amax(1)


def energy_scores(features: Features) -> Tensor:
    """(M,): minus the energy, which is the log of the summed exponentials of the logits."""
    return _logits(features).logsumexp(1)


SCORES: dict[str, Callable[[Features], Tensor]] = {"softmax": softmax_scores, "energy": energy_scores}


def unit_length(x: Tensor) -> Tensor:
    """Features (N, C) or maps (N, C, h, w), which are averaged over their places, as (N, C) of length 1."""
    return F.normalize(x.flatten(2).mean(2) if x.ndim > 2 else x, dim=1)


def _logits(features: Features) -> Tensor:
    head = tail(features.model)
    training = head.training
    with torch.inference_mode():
        logits: Tensor = head.eval()(features.x)
    head.train(training)
    return logits
