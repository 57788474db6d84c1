"""What the Grad-CAM studio needs of each backbone: a classifier of the target classes, layers, pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

from tl_course.data import Located
from tl_course.errors import CourseError
from tl_course.explain.layers import try_out
from tl_course.models import freeze, load_backbone, preprocessing, stages
from tl_course.profiles import Profile, located_pictures
from tl_course.training import cache_features, fit_head
from tl_course.training.passes import modes_restored, seeded

EPOCHS, RATE = 60, 3e-3  # as in the lesson
MOST_PER_CLASS = 30


@dataclass(frozen=True, eq=False)
class Classifier:
    """A model of the target classes, the pictures as its backbone wants them, and where maps can be taken.

    `layers`: stage name to the number of units of its map, shallow to deep.
    """

    model: nn.Module
    transforms: Any
    pictures: Located
    layers: dict[str, int]


def classifier(
    profile: Profile, backbone: str, model: nn.Module | None = None,
    watch: Callable[[Dataset], Dataset] = lambda pictures: pictures,
) -> Classifier:  # fmt: skip
    """All that belongs to one backbone. Where no `model` is handed in, one is trained on `watch(train)`.

    Raises CourseError where no stage gives a map, the model has another number of classes, and where loading,
    training or a picture fails.
    """
    transforms = profile.transforms if backbone == profile.backbone else preprocessing(backbone)
    own = profile
    if str(transforms) != str(profile.transforms):
        train, val = (split.with_transform(transforms) for split in (profile.train, profile.val))
        own = replace(profile, transforms=transforms, train=train, val=val)
    if model is None:
        model = frozen_with_head(backbone, len(profile.classes), watch(own.train))
    pictures = located(own)
    return Classifier(
        model, transforms, pictures, layers_with_maps(model, pictures.images[0], len(profile.classes))
    )


def frozen_with_head(backbone: str, num_classes: int, train: Dataset) -> nn.Module:
    """A frozen pretrained backbone with a head of its own, trained on cached features, in eval mode.

    The random numbers of whoever calls this go on as they were.
    """
    with seeded(torch.device("cpu"), 0):
        model = freeze(load_backbone(backbone, num_classes))
        fit_head(cache_features(model, train, progress=False), epochs=EPOCHS, lr=RATE, progress=False)
    return model.eval()


def located(profile: Profile) -> Located:
    """At most 30 validation pictures of each class, with masks."""
    fewest = min(profile.val.targets.count(label) for label in range(len(profile.classes)))
    return located_pictures(profile, per_class=min(fewest, MOST_PER_CLASS))


def layers_with_maps(model: nn.Module, image: Tensor, num_classes: int) -> dict[str, int]:
    """The stages of `model` that a map can be taken from, and how many units each map has.

    Raises CourseError where there is none, and where the model has another number of classes.
    """
    layers = {}
    with modes_restored(model):
        trial = try_out(model.eval(), image[None])
        for stage in stages(model):
            try:
                layer = trial.find(stage)
            except CourseError:
                continue  # such as the head
            output = next(visit.output for visit in trial.visits if visit.module is layer.module)
            layers[stage] = trial.reader(output).shape[1]
    outputs = trial.scores.shape[1]
    if outputs != num_classes:
        raise CourseError(
            f"The {type(model).__name__} has {outputs} outputs, the profile {num_classes} classes. Give it a "
            f"head for them: replace_head(model, {num_classes})."
        )
    if not layers:
        raise CourseError(f"No stage of this {type(model).__name__} gives a map. Choose another backbone.")
    return layers
