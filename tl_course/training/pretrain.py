"""Pretrain the pocket backbones on the source task: things, none of which is an animal."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.utils.data import TensorDataset
from torchvision.models import get_model

from tl_course.data import SOURCE_CLASSES, SourceTask
from tl_course.errors import CourseError
from tl_course.models import POCKET, save_weights
from tl_course.models.pocket import MEAN, STD
from tl_course.training.augmentation import augmented_loader
from tl_course.training.evaluation import evaluate
from tl_course.training.loop import fit

SETTINGS = {
    "pictures_per_class": 350,
    "val_pictures_per_class": 20,
    "test_pictures_per_class": 20,
    "epochs": 15,
    "batch_size": 64,
    "weight_decay": 0.05,
}
# The peak learning rate is the one setting in which the families differ.
LEARNING_RATES = {
    "pocket_resnet": 4e-3,
    "pocket_mobilenet": 4e-3,
    "pocket_efficientnet": 4e-3,
    "pocket_convnext": 2e-3,
    "pocket_vit": 2e-3,
}


@dataclass(frozen=True)
class Source:
    """The pictures of the source task, in memory, and the seconds that drawing them took."""

    train: TensorDataset
    val: TensorDataset
    test: TensorDataset
    seconds: float


def pretrain(*names: str, seed: int = 0, progress: bool = True) -> list[dict[str, Any]]:
    """Draw the source task, train each backbone on it, store weights and cards; return the cards.

    Without names all pocket backbones are trained, on the same pictures, drawn once. The weights are those of
    the last epoch. A card's accuracy is measured on source test pictures that chose nothing. Raises
    CourseError for a name that is not a pocket backbone, before anything is drawn.
    """
    for name in names:
        if name not in POCKET:
            raise CourseError(f"{name!r} is no pocket backbone; there are {', '.join(POCKET)}.")
    source = _draw()
    return [_pretrain(name, source, seed, progress) for name in names or POCKET]


def _pretrain(name: str, source: Source, seed: int, progress: bool) -> dict[str, Any]:
    start = time.perf_counter()
    torch.manual_seed(seed)
    model = get_model(name, num_classes=len(SOURCE_CLASSES)).train().to(memory_format=torch.channels_last)
    _train(model, source, LEARNING_RATES[name], seed, progress)
    model.to(memory_format=torch.contiguous_format)
    result = evaluate(model, source.test)
    seconds = time.perf_counter() - start
    card = {
        "categories": list(SOURCE_CLASSES),
        "source_accuracy": round(result.accuracy, 4),
        "source_accuracy_interval": [round(bound, 4) for bound in result.interval],
        "data": f"{len(source.train)} drawn pictures of {len(SOURCE_CLASSES)} things, no animals",
        "settings": {**SETTINGS, "lr": LEARNING_RATES[name], "seed": seed},
        "seconds": {"drawing": round(source.seconds), "all": round(source.seconds + seconds)},
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
    }
    save_weights(name, model, card)
    return card


def _draw() -> Source:
    start = time.perf_counter()
    train, val, test = (_split(name, SETTINGS[f"{prefix}pictures_per_class"]) for name, prefix in _SPLITS)
    return Source(train, val, test, time.perf_counter() - start)


_SPLITS = (("train", ""), ("val", "val_"), ("test", "test_"))


def _split(split: str, per_class: float) -> TensorDataset:
    """Normalised pictures in memory: (N, 3, 64, 64) float32 and (N,) labels."""
    task = SourceTask(split, int(per_class), classes=SOURCE_CLASSES, workers=2)
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, STD))
    images = torch.from_numpy(task.images).permute(0, 3, 1, 2).float().div_(255)
    return TensorDataset(images.sub_(mean).div_(std), torch.tensor(task.targets))


def _train(model: nn.Module, source: Source, lr: float, seed: int, progress: bool) -> None:
    batch_size, epochs = int(SETTINGS["batch_size"]), int(SETTINGS["epochs"])
    loader = augmented_loader(source.train, batch_size)
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=SETTINGS["weight_decay"])
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=lr, total_steps=epochs + 1, pct_start=0.2, cycle_momentum=False
    )
    # Label smoothing would raise source accuracy a little and make the features transfer worse:
    # Kornblith et al., Why do better loss functions lead to less transferable features?, arXiv:2010.16402
    fit(
        model,
        loader,
        source.val,
        epochs,
        scheduler=schedule,
        restore_best=False,
        seed=seed,
        progress=progress,
    )
