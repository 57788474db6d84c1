"""Training: fit, evaluate, checkpoints, cached features."""

from __future__ import annotations

from tl_course.training.caching import cache_features
from tl_course.training.evaluation import Evaluation, Mistake, evaluate, wilson_interval
from tl_course.training.features import Features, fit_head
from tl_course.training.history import History
from tl_course.training.loop import fit
from tl_course.training.progress import Progress

__all__ = [
    "Evaluation",
    "Features",
    "History",
    "Mistake",
    "Progress",
    "cache_features",
    "evaluate",
    "fit",
    "fit_head",
    "wilson_interval",
]
