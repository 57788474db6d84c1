"""How many pictures are enough? Three ways to use a network, seven sizes, five seeds.

- "pretrained": a head on the frozen pretrained backbone
- "random": a head on the same backbone, frozen with random weights
- "scratch": the whole network from random weights

A seed fixes which training pictures are taken, the head's first weights and the order. Epochs and
rates were chosen on the validation split; each row measures the test split once, with the weights of
the last epoch.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

import torch
from torch import nn
from torch.utils.data import Subset, TensorDataset
from torchvision.transforms import v2

from tl_course.data.folders import pick
from tl_course.models import load_backbone, replace_head
from tl_course.profiles import Profile, load_profile
from tl_course.training import cache_features, evaluate, fit, fit_head
from tl_course.training.features import Features

STRATEGIES = ("pretrained", "random", "scratch")
SIZES = (2, 5, 10, 20, 35, 50, 100)
SEEDS = (0, 1, 2, 3, 4)
HEAD = {"epochs": 60, "lr": 3e-3, "weight_decay": 1e-2}
SCRATCH = {"steps": 600, "lr": 2e-3, "weight_decay": 5e-2, "batch_size": 32}

Row = dict[str, Any]


def settings() -> Row:
    """What every row shares."""
    return {"head": HEAD, "scratch": SCRATCH}


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
        accuracy = _scratch(row["per_class"], row["seed"])
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


def _scratch(per_class: int, seed: int) -> float:
    """The whole network on the same pictures, flipped and shifted at random, for a fixed number of steps."""
    profile = load_profile()
    torch.manual_seed(seed)
    model = load_backbone(profile.backbone, len(profile.classes), weights=None)
    model.train()
    chosen = pick(profile.train.targets, per_class, seed, profile.classes)
    train = _Augmented(_in_memory(profile, chosen))
    batch_size = int(SCRATCH["batch_size"])
    epochs = max(1, round(SCRATCH["steps"] / -(-len(train) // batch_size)))
    optimizer = torch.optim.AdamW(model.parameters(), lr=SCRATCH["lr"], weight_decay=SCRATCH["weight_decay"])
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    fit(model, train, None, epochs, scheduler=cosine, batch_size=batch_size, seed=seed, progress=False)
    return evaluate(model, profile.test).accuracy


def _in_memory(profile: Profile, indices: list[int]) -> TensorDataset:
    """Decode and resize each picture once, not once an epoch."""
    pictures = Subset(profile.train, indices)
    return TensorDataset(
        torch.stack([image for image, _ in pictures]), torch.tensor([label for _, label in pictures])
    )


class _Augmented(torch.utils.data.Dataset[tuple[torch.Tensor, int]]):
    def __init__(self, pictures: TensorDataset) -> None:
        self.pictures = pictures
        size = pictures.tensors[0].shape[-1]
        self.augment = nn.Sequential(
            v2.RandomHorizontalFlip(), v2.RandomCrop(size, size // 10, padding_mode="reflect")
        )

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        image, label = self.pictures[index]
        return self.augment(image), int(label)
