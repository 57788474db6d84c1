"""Where do saliency maps point? Methods, depths and backbones, measured against what is known to be there.

A row is a backbone, a stage (the map comes from its last layer), a method and a seed; "random" and "centre"
are baselines that look at no network. The model is a new head on the frozen backbone. The pictures are
`per_class` of the test split, see `located_pictures`, and each is asked about the class that the model gives
it. A seed fixes the head's first weights and which pictures are taken. Methods are compared at the deepest
stage, all stages with three methods. Nothing was chosen by these numbers.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import nn

from tl_course.data import Located
from tl_course.explain import METHODS, centre_map, energy_inside, grad_cam, pointing_game
from tl_course.models import freeze, load_backbone, preprocessing, stages
from tl_course.profiles import load_profile, located_pictures
from tl_course.training import cache_features, evaluate, fit_head

SEEDS = (0, 1, 2)
PER_CLASS = 30
HEAD = {"epochs": 60, "lr": 3e-3, "weight_decay": 1e-2}
BY_STAGE = ("gradcam", "hirescam", "layercam")
BASELINES = ("random", "centre")

Row = dict[str, Any]


def settings() -> Row:
    """What every row shares."""
    return {"head": HEAD, "per_class": PER_CLASS}


def rows() -> list[Row]:
    """The settings of every row, backbone by backbone."""
    return [
        {"backbone": backbone, "stage": stage, "method": method, "seed": seed}
        for backbone in load_profile().backbones
        for seed in SEEDS
        for stage, method in _maps_of(backbone)
    ]


def run(row: Row) -> Row:
    """Both measures: means over all pictures, and over those that the model answers right and wrong."""
    model, pictures, predictions = _trained(row["backbone"], row["seed"], load_profile().name)
    if row["method"] in BASELINES:
        maps = _baseline(row["method"], pictures.masks.shape)
    else:
        maps = grad_cam(model, pictures.images, predictions, row["stage"], row["method"])
    right = np.asarray(predictions) == np.asarray(pictures.targets)
    measured: Row = {"pictures": len(right), "right": int(right.sum())}
    for name, values in (
        ("pointing", pointing_game(maps, pictures.masks)),
        ("energy", energy_inside(maps, pictures.masks)),
    ):
        measured[name] = round(float(values.mean()), 4)
        for group, chosen in (("right", right), ("wrong", ~right)):
            measured[f"{name}_{group}"] = round(float(values[chosen].mean()), 4) if chosen.any() else None
    return measured


def _maps_of(backbone: str) -> list[tuple[str, str]]:
    """(stage, method) of every map; the baselines count as maps of the deepest stage."""
    model = load_backbone(backbone, weights=None)
    *shallow, deepest = stages(model)[:-1]
    by_stage = [(stage, method) for stage in shallow for method in BY_STAGE]
    return [*by_stage, *((deepest, method) for method in (*METHODS, *BASELINES))]


@lru_cache(maxsize=1)
def _trained(backbone: str, seed: int, profile: str) -> tuple[nn.Module, Located, list[int]]:
    """The model, the pictures, and what it says of them."""
    data = load_profile(profile)
    torch.manual_seed(seed)
    model = freeze(load_backbone(backbone, len(data.classes)))
    train = data.train.with_transform(preprocessing(backbone))
    fit_head(cache_features(model, train, progress=False), seed=seed, progress=False, **HEAD)  # type: ignore[arg-type]
    pictures = located_pictures(data, PER_CLASS, "test", seed)
    return model, pictures, evaluate(model, pictures).predictions.tolist()


def _baseline(name: str, shape: tuple[int, ...]) -> np.ndarray:
    """A constant map scores what random ones do on average, without their noise."""
    return np.broadcast_to(1.0 if name == "random" else centre_map(*shape[1:]), shape)
