"""Training: fit, evaluate, calibrate, checkpoints, cached features."""

from __future__ import annotations

from tl_course.training.caching import cache_features
from tl_course.training.calibration import (
    Reliability,
    expected_calibration_error,
    fit_temperature,
    ideal_calibration_error,
    reliability,
    with_temperature,
)
from tl_course.training.evaluation import Evaluation, Mistake, evaluate, wilson_interval
from tl_course.training.features import Features, fit_head
from tl_course.training.history import History
from tl_course.training.loop import fit
from tl_course.training.mixed_precision import default_device, precision_report
from tl_course.training.progress import Progress

__all__ = [
    "Evaluation",
    "Features",
    "History",
    "Mistake",
    "Progress",
    "Reliability",
    "cache_features",
    "default_device",
    "evaluate",
    "expected_calibration_error",
    "fit",
    "fit_head",
    "fit_temperature",
    "ideal_calibration_error",
    "precision_report",
    "reliability",
    "wilson_interval",
    "with_temperature",
]
