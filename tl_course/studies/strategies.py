"""Seven ways to use a network, from a head on frozen features to training everything.

- "scratch": the whole network from random weights
- "random_frozen": a new head on the same network, frozen with random weights
- "feature_extraction": a new head on the frozen pretrained network
- "partial": the deepest stage and the head
- "gradual": the head first, then one stage more after each equal share of the epochs, deepest first
- "full": the whole network, one learning rate
- "full_discriminative": the whole network, each stage at 1/2.6 of the rate of the one above it

All that train a pretrained backbone share optimizer (AdamW), epochs, batch size, schedule (cosine to zero)
and augmentation; they differ in what trains and in `LEARNING_RATES`. "scratch" gets four times the steps. The
two on a frozen network train their head on cached features, which leaves no room for augmentation.
"""

from __future__ import annotations

import math
import time
from typing import Any

import torch
from torch import nn
from torch.utils.data import TensorDataset

from tl_course.data.folders import in_memory
from tl_course.models import (
    count_parameters,
    find_head,
    freeze,
    load_backbone,
    parameter_groups,
    stages,
    trainable_parameters,
)
from tl_course.profiles import Profile
from tl_course.training import cache_features, fit, fit_head
from tl_course.training.augmentation import augmented_loader

FROZEN = ("random_frozen", "feature_extraction")
STRATEGIES = ("scratch", *FROZEN, "partial", "gradual", "full", "full_discriminative")
TUNED = STRATEGIES[1:]
# Those with the lowest loss on the validation split, see the study learning_rate; that of "scratch" is the
# study data_size's.
LEARNING_RATES = {
    "scratch": 2e-3,
    "random_frozen": 1e-3,
    "feature_extraction": 3e-3,
    "partial": 3e-3,
    "gradual": 3e-3,
    "full": 1e-3,
    "full_discriminative": 3e-3,
}
DECAY = 1 / 2.6  # Howard and Ruder, Universal Language Model Fine-tuning, https://arxiv.org/abs/1801.06146
RECIPE = {"least_steps": 100, "least_epochs": 15, "batch_size": 32, "weight_decay": 1e-2}
# Random weights need more steps: what the study data_size gives its augmented runs.
SCRATCH = {**RECIPE, "least_steps": 400, "least_epochs": 0, "weight_decay": 5e-2}
HEAD = {"epochs": 60, "weight_decay": 1e-2}

Row = dict[str, Any]


def train(strategy: str, profile: Profile, per_class: int, seed: int, lr: float) -> tuple[nn.Module, Row]:
    """Train on `per_class` pictures of each class; return the model, and what it took.

    "trainable": how many parameters train (in the end, for "gradual"); "seconds": of the training, the pass
    through the frozen network included.
    """
    start = time.perf_counter()
    torch.manual_seed(seed)
    weights = None if strategy in ("scratch", "random_frozen") else "DEFAULT"
    model = load_backbone(profile.backbone, len(profile.classes), weights=weights)
    few = profile.train.few(per_class, seed)
    if strategy in FROZEN:
        features = cache_features(freeze(model), few, progress=False)
        fit_head(features, seed=seed, progress=False, lr=lr, **HEAD)  # type: ignore[arg-type]
        trainable = count_parameters(find_head(model).module)
    else:
        _train_backbone(model, strategy, in_memory(few), seed, lr)
        trainable = trainable_parameters(model)
    return model, {"trainable": trainable, "seconds": round(time.perf_counter() - start, 2)}


def _train_backbone(model: nn.Module, strategy: str, pictures: TensorDataset, seed: int, lr: float) -> None:
    recipe = SCRATCH if strategy == "scratch" else RECIPE
    loader = augmented_loader(pictures, int(recipe["batch_size"]))
    epochs = max(int(recipe["least_epochs"]), math.ceil(recipe["least_steps"] / len(loader)))
    model.to(memory_format=torch.channels_last)
    deep_to_shallow = stages(model)[::-1]
    schedule: dict[int, str] = {}
    if strategy == "partial":
        freeze(model, keep=deep_to_shallow[:2])
    elif strategy == "gradual":
        freeze(model)
        later = deep_to_shallow[1:]
        schedule = {1 + (i + 1) * epochs // (len(later) + 1): stage for i, stage in enumerate(later)}
    decay = DECAY if strategy == "full_discriminative" else 1.0
    optimizer = torch.optim.AdamW(parameter_groups(model, lr, decay, weight_decay=recipe["weight_decay"]))
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    fit(model, loader, None, epochs, scheduler=cosine, unfreeze_at=schedule, seed=seed, progress=False)
