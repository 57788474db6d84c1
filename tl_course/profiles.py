"""A profile chooses the pictures and the backbone; the lessons are the same in each.

`pocket` needs no network. `imagenet` takes torchvision's ImageNet weights and real photos.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from tl_course.data import (
    Critters,
    ImageFolder,
    Located,
    Pictures,
    SourceTask,
    in_memory,
    load_splits,
    on_blurred,
    with_masks,
)
from tl_course.data.ants_bees import ants_bees_folder
from tl_course.errors import CourseError
from tl_course.models import POCKET, load_backbone, preprocessing

Transform = Callable[[Any], Any]


@dataclass(frozen=True)
class Profile:
    """What a lesson works on.

    `train`, `val` and `test` give (image, label), the image already through `transforms`, the
    preprocessing of `backbone`'s weights. `backbones` are the names that the lessons compare.
    """

    name: str
    train: ImageFolder
    val: ImageFolder
    test: ImageFolder
    backbone: str
    backbones: tuple[str, ...]
    transforms: Transform

    @property
    def classes(self) -> list[str]:
        """Class names, in the order of the labels."""
        return self.train.classes

    def __str__(self) -> str:
        counts = f"{len(self.train)} train, {len(self.val)} val, {len(self.test)} test"
        return f"profile {self.name}: {', '.join(self.classes)} ({counts} pictures), backbone {self.backbone}"


def load_profile(name: str | None = None) -> Profile:
    """The profile `name`, else the one in TL_COURSE_PROFILE, else `pocket`.

    In `imagenet`, TL_COURSE_DATA names an image folder with train/ and val/ (and test/, where
    there is one; else val/ is the test set and a fifth of train/ becomes val), and
    TL_COURSE_BACKBONE any torchvision classifier, or several names with commas between, `timm:`
    names among them: the first is the backbone, all are compared where a lesson compares. Without
    TL_COURSE_DATA the ants and bees of the PyTorch tutorial are downloaded once, 47 MB.

    Raises CourseError for an unknown profile, for data that is missing or damaged, and where a
    download fails.
    """
    chosen = name or os.environ.get("TL_COURSE_PROFILE") or "pocket"
    if chosen not in _PROFILES:
        near = difflib.get_close_matches(chosen, _PROFILES, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        setting = "" if name else " (from TL_COURSE_PROFILE)"
        raise CourseError(f"There is no profile {chosen!r}{setting}; there are {', '.join(_PROFILES)}.{hint}")
    return _PROFILES[chosen]()


def source_pictures(profile: Profile, per_class: int = 5) -> Pictures:
    """Pictures that tell what a backbone still knows of its source task, with labels of the source head.

    In `pocket`: `per_class` unseen pictures of each of the 57 things. ImageNet's own photos are not at hand;
    there it is the profile's validation pictures, each labelled with what the pretrained backbone says, so
    that accuracy is 1 before any training.
    """
    if profile.name == "pocket":
        task = SourceTask("test", per_class, profile.transforms)
        return Pictures(
            torch.stack([task[index][0] for index in range(len(task))]), task.targets, task.classes
        )
    images = in_memory(profile.val).tensors[0]
    model = load_backbone(profile.backbone)
    with torch.inference_mode():
        answers = torch.cat([model(batch) for batch in images.split(32)])
    names = [f"class {index}" for index in range(answers.shape[1])]
    return Pictures(images, answers.argmax(1).tolist(), names)


def located_pictures(
    profile: Profile, per_class: int | None = None, split: str = "val", seed: int = 0
) -> Located:
    """Pictures of a split ("train", "val" or "test") for which it is known where the thing is.

    In `pocket` each critter comes with the mask of the animal. Photos have no masks; there each photo is set,
    at half its size, in a random quarter of a blurred copy of itself, and the mask is that quarter.
    `.describes` says which. `per_class` random pictures of each class, None for all.

    Raises CourseError for an unknown split, and where a class has too few pictures.
    """
    splits = {"train": profile.train, "val": profile.val, "test": profile.test}
    if split not in splits:
        raise CourseError(f"There is no split {split!r}; there are {', '.join(splits)}.")
    folder = splits[split] if per_class is None else splits[split].few(per_class, seed)
    return with_masks(folder) if isinstance(folder, Critters) else on_blurred(in_memory(folder), seed)


def _pocket() -> Profile:
    backbone = "pocket_resnet"
    transforms = preprocessing(backbone)
    train, val, test = (Critters(split, transforms) for split in ("train", "val", "test"))
    return Profile("pocket", train, val, test, backbone, POCKET, transforms)


def _imagenet() -> Profile:
    named = [name.strip() for name in os.environ.get("TL_COURSE_BACKBONE", "").split(",") if name.strip()]
    backbone, *others = named or ["resnet18"]
    transforms = preprocessing(backbone)
    folder = os.environ.get("TL_COURSE_DATA")
    train, val, test = load_splits(Path(folder) if folder else ants_bees_folder(), transforms)
    backbones = dict.fromkeys((backbone, *(others or ("resnet18", "mobilenet_v3_small", "efficientnet_b0"))))
    return Profile("imagenet", train, val, test, backbone, tuple(backbones), transforms)


_PROFILES: dict[str, Callable[[], Profile]] = {"pocket": _pocket, "imagenet": _imagenet}
