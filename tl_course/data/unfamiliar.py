"""Pictures that show none of the target classes: what a classifier of critters should turn away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image

from tl_course.data.folders import Pictures, Transform
from tl_course.data.source_task import SourceTask
from tl_course.errors import CourseError

SIDE = 64  # pixels of what is drawn, as in the pocket pictures
_SEEDS = {"val": 21, "test": 22}


def unfamiliar_pictures(
    transform: Transform, split: str = "val", per_class: int = 2, count: int = 100
) -> dict[str, Pictures]:
    """Things of the source task, noise and plain colours, through `transform`, which gives (3, H, W) tensors.

    `per_class` pictures of each of the 57 things, `count` of the others. The splits "val", to choose by, and
    "test", to measure on, share no picture. Labels mean nothing here: all are 0.

    Raises CourseError for another split.
    """
    if split not in _SEEDS:
        raise CourseError(f"There are no unfamiliar pictures {split!r}; there are {', '.join(_SEEDS)}.")
    random = np.random.default_rng(_SEEDS[split])
    task = SourceTask(split, per_class)
    kinds = {
        "things": [task.image(index) for index in range(len(task))],
        "noise": [noise(random) for _ in range(count)],
        "plain colours": [plain(random) for _ in range(count)],
    }
    return {kind: _pictures(images, kind, transform) for kind, images in kinds.items()}


def noise(random: np.random.Generator) -> Image.Image:
    """Each pixel and colour drawn by itself."""
    return Image.fromarray(random.integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8))


def plain(random: np.random.Generator) -> Image.Image:
    """One colour all over."""
    return Image.fromarray(np.full((SIDE, SIDE, 3), random.integers(0, 256, 3), dtype=np.uint8))


def _pictures(images: Sequence[Image.Image], kind: str, transform: Transform) -> Pictures:
    return Pictures(torch.stack([transform(image) for image in images]), [0] * len(images), [kind])
