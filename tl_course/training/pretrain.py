"""Pretrain a pocket backbone on the source task: things, none of which is an animal."""

from __future__ import annotations

import time
from typing import Any

import torch
from torch import nn
from torch.utils.data import TensorDataset
from torchvision.models import get_model

from tl_course.data import SOURCE_CLASSES, SourceTask
from tl_course.errors import CourseError
from tl_course.models import save_weights
from tl_course.models.pocket_resnet import MEAN, STD
from tl_course.training.augmentation import augmented_loader
from tl_course.training.evaluation import evaluate
from tl_course.training.loop import fit

POCKET = ("pocket_resnet",)
SETTINGS = {
    "pictures_per_class": 350,
    "val_pictures_per_class": 20,
    "test_pictures_per_class": 20,
    "epochs": 15,
    "batch_size": 64,
    "lr": 4e-3,
    "weight_decay": 0.05,
}


def pretrain(name: str = "pocket_resnet", seed: int = 0, progress: bool = True) -> dict[str, Any]:
    """Draw the source task, train the backbone on it, store weights and card; return the card.

    The weights are those of the last epoch. The card's accuracy is measured on source test pictures
    that chose nothing. Raises CourseError for a name that is not a pocket backbone.
    """
    if name not in POCKET:
        raise CourseError(f"{name!r} is no pocket backbone; there are {', '.join(POCKET)}.")
    start = time.perf_counter()
    train, val, test = (_source(split, SETTINGS[f"{prefix}pictures_per_class"]) for split, prefix in _SPLITS)
    drawn = time.perf_counter() - start
    torch.manual_seed(seed)
    model = get_model(name, num_classes=len(SOURCE_CLASSES)).train().to(memory_format=torch.channels_last)
    _train(model, train, val, seed, progress)
    model.to(memory_format=torch.contiguous_format)
    result = evaluate(model, test)
    card = {
        "categories": list(SOURCE_CLASSES),
        "source_accuracy": round(result.accuracy, 4),
        "source_accuracy_interval": [round(bound, 4) for bound in result.interval],
        "data": f"{len(train)} drawn pictures of {len(SOURCE_CLASSES)} things, no animals",
        "settings": {**SETTINGS, "seed": seed},
        "seconds": {"drawing": round(drawn), "all": round(time.perf_counter() - start)},
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
    }
    save_weights(name, model, card)
    return card


_SPLITS = (("train", ""), ("val", "val_"), ("test", "test_"))


def _source(split: str, per_class: float) -> TensorDataset:
    """Normalised pictures in memory: (N, 3, 64, 64) float32 and (N,) labels."""
    task = SourceTask(split, int(per_class), classes=SOURCE_CLASSES, workers=2)
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, STD))
    images = torch.from_numpy(task.images).permute(0, 3, 1, 2).float().div_(255)
    return TensorDataset(images.sub_(mean).div_(std), torch.tensor(task.targets))


def _train(model: nn.Module, train: TensorDataset, val: TensorDataset, seed: int, progress: bool) -> None:
    batch_size, epochs = int(SETTINGS["batch_size"]), int(SETTINGS["epochs"])
    loader = augmented_loader(train, batch_size)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=SETTINGS["lr"], weight_decay=SETTINGS["weight_decay"]
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=SETTINGS["lr"], total_steps=epochs + 1, pct_start=0.2, cycle_momentum=False
    )
    # Label smoothing would raise source accuracy a little and make the features transfer worse:
    # Kornblith et al., Why do better loss functions lead to less transferable features?, arXiv:2010.16402
    fit(model, loader, val, epochs, scheduler=schedule, restore_best=False, seed=seed, progress=progress)
