"""Explaining: where in a picture a class is seen, and how much such a map tells."""

from __future__ import annotations

from tl_course.explain.cam import METHODS, cam_layer, grad_cam
from tl_course.explain.measures import (
    area_under,
    centre_map,
    deletion_curve,
    energy_inside,
    insertion_curve,
    localisation,
    mean_interval,
    pointing_game,
    rank_correlation,
)

__all__ = [
    "METHODS",
    "area_under",
    "cam_layer",
    "centre_map",
    "deletion_curve",
    "energy_inside",
    "grad_cam",
    "insertion_curve",
    "localisation",
    "mean_interval",
    "pointing_game",
    "rank_correlation",
]
