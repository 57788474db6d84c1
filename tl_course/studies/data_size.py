"""How many pictures are enough? Four ways to use a network, six sizes, five seeds.

- "pretrained": a head on the frozen pretrained backbone
- "random": a head on the same backbone, frozen with random weights
- "scratch": the whole network from random weights, on the same pictures as they are
- "scratch_augmented": the same, each picture moved and recoloured anew in every epoch, and for at least
  400 steps instead of 100

A seed fixes which training pictures are taken, the head's first weights and the order. Each row measures
the test split once, with the weights of the last epoch. The head's rate was chosen on the validation split;
the two scratch recipes were set by hand, and the plain one was added after the augmented one had been
measured, so the augmented one is the opponent to quote.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

import torch

from tl_course.data.folders import in_memory, pick
from tl_course.models import load_backbone, replace_head
from tl_course.profiles import load_profile
from tl_course.training import cache_features, evaluate, fit, fit_head
from tl_course.training.augmentation import augmented_loader, plain_loader
from tl_course.training.features import Features

STRATEGIES = ("pretrained", "random", "scratch", "scratch_augmented")
SIZES = (2, 5, 10, 20, 50, 100)
SEEDS = (0, 1, 2, 3, 4)
HEAD = {"epochs": 60, "lr": 3e-3, "weight_decay": 1e-2}
SCRATCH = {"least_steps": 100, "least_epochs": 25, "lr": 2e-3, "weight_decay": 5e-2, "batch_size": 32}
# Without new versions of the pictures more steps would only repeat what is already learned by heart.
SCRATCH_AUGMENTED = {**SCRATCH, "least_steps": 400, "least_epochs": 0}

Row = dict[str, Any]


def settings() -> Row:
    """What every row shares."""
    return {"head": HEAD, "scratch": SCRATCH, "scratch_augmented": SCRATCH_AUGMENTED}


def rows() -> list[Row]:
    """The settings of every row, for sizes that the active profile has."""
    profile = load_profile()
    most = min(profile.train.targets.count(label) for label in range(len(profile.classes)))
    sizes = [size for size in SIZES if size <= most]
    return [
        {"strategy": strategy, "per_class": size, "seed": seed}
        for strategy in STRATEGIES
        for size in sizes
        for seed in SEEDS
    ]


def run(row: Row) -> Row:
    """Accuracy on the test split, and the seconds of the training."""
    start = time.perf_counter()
    if row["strategy"] == "scratch":
        accuracy = _scratch(row["per_class"], row["seed"], SCRATCH, augmented=False)
    elif row["strategy"] == "scratch_augmented":
        accuracy = _scratch(row["per_class"], row["seed"], SCRATCH_AUGMENTED, augmented=True)
    else:
        accuracy = _head_only(row["strategy"], row["per_class"], row["seed"])
    return {"accuracy": round(accuracy, 4), "seconds": round(time.perf_counter() - start, 2)}


@lru_cache(maxsize=4)
def _features(strategy: str, seed: int, profile: str) -> tuple[Features, Features]:
    """Features of all training and test pictures; a random backbone is another one for each seed."""
    data = load_profile(profile)
    torch.manual_seed(seed)
    model = load_backbone(
        data.backbone, len(data.classes), weights="DEFAULT" if strategy == "pretrained" else None
    )
    return cache_features(model, data.train, progress=False), cache_features(model, data.test, progress=False)


def _head_only(strategy: str, per_class: int, seed: int) -> float:
    profile = load_profile()
    train, test = _features(strategy, 0 if strategy == "pretrained" else seed, profile.name)
    torch.manual_seed(seed)
    replace_head(train.model, len(profile.classes))
    few = train.subset(pick(profile.train.targets, per_class, seed, profile.classes))
    fit_head(few, seed=seed, progress=False, **HEAD)  # type: ignore[arg-type]
    return evaluate(test.head, test).accuracy


def _scratch(per_class: int, seed: int, recipe: dict[str, float], augmented: bool) -> float:
    """The whole network from random weights, the rate falling to zero along a cosine."""
    profile = load_profile()
    torch.manual_seed(seed)
    model = load_backbone(profile.backbone, len(profile.classes), weights=None)
    model.train()
    train = in_memory(profile.train.few(per_class, seed))
    loader = augmented_loader if augmented else plain_loader
    batches = loader(train, int(recipe["batch_size"]))
    epochs = max(int(recipe["least_epochs"]), round(recipe["least_steps"] / len(batches)))
    optimizer = torch.optim.AdamW(model.parameters(), lr=recipe["lr"], weight_decay=recipe["weight_decay"])
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    fit(model, batches, None, epochs, scheduler=cosine, seed=seed, progress=False)
    return evaluate(model, profile.test).accuracy
