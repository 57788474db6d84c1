"""Image folders, one folder a class, with errors that say what to mend."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import TensorDataset
from torchvision import datasets
from torchvision.datasets.folder import IMG_EXTENSIONS

from tl_course.errors import CourseError

Transform = Callable[[Any], Any]


def read_image(path: str | Path) -> Image.Image:
    """The RGB picture in a file. Raises CourseError, naming the file, when it cannot be read."""
    try:
        with Image.open(path) as image:
            return image.convert("RGB")
    except (OSError, SyntaxError) as problem:
        raise CourseError(
            f"{path} is not a readable image ({problem}). Replace the file or delete it."
        ) from None


class ImageFolder(datasets.ImageFolder):
    """torchvision's ImageFolder with clear errors, pictures by index, and subsets that stay folders.

    Gives (transformed image, label). Raises CourseError for a missing folder, an empty class
    folder and fewer than two classes when it is made, and for an unreadable image when it is read.
    """

    classes: list[str]
    targets: list[int]
    samples: list[tuple[str, int]]

    def __init__(self, root: str | Path, transform: Transform | None = None) -> None:
        _check_folder(Path(root))
        super().__init__(str(root), transform=transform, loader=read_image)

    def image(self, index: int) -> Image.Image:
        """The picture as it is on disk, before the transform."""
        return read_image(self.samples[index][0])

    def with_transform(self, transform: Transform | None) -> ImageFolder:
        """The same pictures through another transform."""
        other = copy.copy(self)
        # torchvision keeps the transform twice, and reads both.
        other.transform = transform
        other.transforms = datasets.vision.StandardTransform(transform, None) if transform else None
        return other

    def subset(self, indices: Sequence[int]) -> ImageFolder:
        """The pictures at these indices, in this order."""
        other = copy.copy(self)
        other.samples = other.imgs = [self.samples[i] for i in indices]
        other.targets = [label for _, label in other.samples]
        return other

    def few(self, per_class: int, seed: int = 0) -> ImageFolder:
        """`per_class` random pictures of each class; the same seed gives nested sets for growing sizes."""
        return self.subset(pick(self.targets, per_class, seed, self.classes))


class Pictures(TensorDataset):
    """Pictures in memory, already through the transform: (image, label), `.targets` and `.classes`."""

    def __init__(self, images: Tensor, targets: list[int], classes: list[str]) -> None:
        super().__init__(images, torch.tensor(targets))
        self.targets, self.classes = targets, classes


def in_memory(folder: ImageFolder) -> Pictures:
    """Read and transform every picture of `folder` once; images (N, 3, H, W) float32.

    What is random in the transform is drawn once as well. 100 pictures of 224 x 224 pixels take 60 MB.
    """
    return Pictures(torch.stack([image for image, _ in folder]), folder.targets, folder.classes)


def pick(targets: Sequence[int], per_class: int, seed: int, classes: Sequence[str]) -> list[int]:
    """Indices of `per_class` random examples of each class, class by class.

    Raises CourseError when a class has too few.
    """
    labels, chosen = np.asarray(targets), []
    random = np.random.default_rng(seed)
    for label, name in enumerate(classes):
        members = random.permutation(np.flatnonzero(labels == label))
        if len(members) < per_class:
            raise CourseError(
                f"Class {name!r} has {len(members)} pictures, {per_class} were asked for. Ask for fewer."
            )
        chosen += members[:per_class].tolist()
    return chosen


def load_splits(
    root: str | Path, transform: Transform | None = None
) -> tuple[ImageFolder, ImageFolder, ImageFolder]:
    """(train, val, test) of a folder with train/, val/ and, where there is one, test/.

    Without test/, val/ is the test set and a fifth of train/ becomes val: a test set that
    has chosen nothing. Raises CourseError when the splits' classes differ.
    """
    root = Path(root)
    if not root.is_dir():
        raise CourseError(
            f"There is no folder {root}. Set TL_COURSE_DATA to a folder that holds train/ and val/."
        )
    train, second = ImageFolder(root / "train", transform), ImageFolder(root / "val", transform)
    _check_same_classes(train, second)
    if (root / "test").is_dir():
        test = ImageFolder(root / "test", transform)
        _check_same_classes(train, test)
        return train, second, test
    return *_split(train, share=0.2, seed=0), second


def _split(folder: ImageFolder, share: float, seed: int) -> tuple[ImageFolder, ImageFolder]:
    labels, random, held = np.asarray(folder.targets), np.random.default_rng(seed), []
    for label in range(len(folder.classes)):
        members = random.permutation(np.flatnonzero(labels == label))
        held += members[: max(1, round(share * len(members)))].tolist()
    kept = sorted(set(range(len(folder))) - set(held))
    return folder.subset(kept), folder.subset(sorted(held))


def _check_folder(root: Path) -> None:
    if not root.is_dir():
        raise CourseError(
            f"There is no folder {root}. An image folder holds one folder a class, each with pictures."
        )
    classes = sorted(entry for entry in root.iterdir() if entry.is_dir())
    if len(classes) < 2:
        found = f"only the class {classes[0].name!r}" if classes else "no class folder"
        raise CourseError(
            f"{root} holds {found}. A classifier needs at least two: make one folder for each class."
        )
    for folder in classes:
        if not any(file.suffix.lower() in IMG_EXTENSIONS for file in folder.rglob("*")):
            kinds = ", ".join(IMG_EXTENSIONS[:4])
            raise CourseError(
                f"The class folder {folder} has no picture ({kinds}, ...). Fill it or delete it."
            )


def _check_same_classes(one: ImageFolder, other: ImageFolder) -> None:
    if one.classes != other.classes:
        missing, extra = set(one.classes) - set(other.classes), set(other.classes) - set(one.classes)
        difference = "; ".join(
            f"{verb} {', '.join(sorted(names))}"
            for verb, names in (("lacks", missing), ("adds", extra))
            if names
        )
        raise CourseError(
            f"{other.root} {difference}, compared with {one.root}. Give both the same class folders."
        )
