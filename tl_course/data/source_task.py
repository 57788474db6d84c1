"""The source task: things, no animals, drawn when they are asked for."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

import numpy as np
from PIL import Image
from torch.utils.data import Dataset

from tl_course.data.drawing import food_and_play, household, outdoors, tools, vehicles
from tl_course.data.drawing.dice import Dice
from tl_course.data.drawing.scene import Framing, compose
from tl_course.data.folders import Transform
from tl_course.errors import CourseError

_MAKERS = {
    **household.CLASSES, **tools.CLASSES, **vehicles.CLASSES, **outdoors.CLASSES, **food_and_play.CLASSES,
}  # fmt: skip
SOURCE_CLASSES = tuple(sorted(_MAKERS))
_SPLIT_SEEDS = {"train": 11, "val": 12, "test": 13}


def draw_class(name: str, split: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The first `count` pictures of a class: (count, 64, 64, 3) uint8 and (count, 64, 64) bool masks."""
    seed = zlib.crc32(name.encode())
    drawn = [compose(_MAKERS[name], Dice(_SPLIT_SEEDS[split], seed, i), Framing()) for i in range(count)]
    return np.stack([p.image for p in drawn]), np.stack([p.mask for p in drawn])


class SourceTask(Dataset[tuple[Any, int]]):
    """`per_class` pictures of each source class, in memory: (transformed image, label).

    Drawing takes some 10 ms a picture; `workers` processes share it. Attributes: `.classes`,
    `.targets`, `.images` (N, 64, 64, 3) uint8, `.masks` (N, 64, 64) bool.
    """

    def __init__(
        self,
        split: str,
        per_class: int,
        transform: Transform | None = None,
        classes: Sequence[str] = SOURCE_CLASSES,
        workers: int = 0,
    ) -> None:
        if split not in _SPLIT_SEEDS:
            raise CourseError(f"The source task has no split {split!r}; it has {', '.join(_SPLIT_SEEDS)}.")
        self.classes = list(classes)
        self.transform = transform
        self.targets = [label for label in range(len(classes)) for _ in range(per_class)]
        draw = partial(draw_class, split=split, count=per_class)
        if workers:
            with ProcessPoolExecutor(workers) as pool:
                drawn = list(pool.map(draw, classes))
        else:
            drawn = [draw(name) for name in classes]
        self.images = np.concatenate([images for images, _ in drawn])
        self.masks = np.concatenate([masks for _, masks in drawn])

    def __len__(self) -> int:
        return len(self.targets)

    def image(self, index: int) -> Image.Image:
        """The picture before the transform."""
        return Image.fromarray(self.images[index])

    def __getitem__(self, index: int) -> tuple[Any, int]:
        image = self.image(index)
        return (self.transform(image) if self.transform else image), self.targets[index]
