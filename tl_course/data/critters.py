"""The target task: critters, drawn once, shipped as image folders with a mask for each picture.

`critters/train/cat/000.jpg` is a picture, `critters/masks/train/cat/000.png` its object mask.
MANIFEST.sha256 lists the checksum of each file, DRAWN.sha256 that of each picture's pixels as
drawn, before JPEG: the first proves that the files are intact, the second that the drawing code
gives the same bits on this platform.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from tl_course.data.drawing.critters import CLASSES
from tl_course.data.drawing.dice import Dice
from tl_course.data.drawing.scene import Framing, Picture, compose
from tl_course.data.folders import ImageFolder, Transform, read_image

CRITTERS = tuple(sorted(CLASSES))
SPLITS = {"train": 100, "val": 30, "test": 60}
ROOT = Path(__file__).parent / "pocket" / "critters"
_SPLIT_SEEDS = {"train": 1, "val": 2, "test": 3}
# Closer and more upright than the things of the source task: pets are photographed so.
_FRAMING = Framing(yaw=20.0, roll=12.0, size=(0.75, 1.0), occluded=0.3)


class Critters(ImageFolder):
    """One split of the critters: (transformed image, label), and a mask for each picture."""

    def __init__(self, split: str, transform: Transform | None = None, root: Path = ROOT) -> None:
        super().__init__(root / split, transform)

    def mask(self, index: int) -> np.ndarray:
        """(64, 64) bool, true where the animal is seen."""
        path = Path(self.samples[index][0])
        split, name = path.parts[-3], path.parts[-2]
        return (
            np.asarray(read_image(path.parents[2] / "masks" / split / name / f"{path.stem}.png"))[..., 0]
            > 127
        )


def draw(split: str, name: str, index: int) -> Picture:
    """Critter number `index` of a class and split, drawn anew: the same pixels on every platform."""
    # The class's name, not its place in a list, seeds the drawing: a new class leaves the others as they are.
    return compose(CLASSES[name], Dice(_SPLIT_SEEDS[split], zlib.crc32(name.encode()), index), _FRAMING)


def fingerprint(picture: Picture) -> str:
    """sha256 of the pixels of image and mask."""
    return hashlib.sha256(picture.image.tobytes() + picture.mask.astype(np.uint8).tobytes()).hexdigest()


def pictures() -> Iterator[tuple[str, str, int]]:
    """(split, class, index) of every critter."""
    for split, count in SPLITS.items():
        for name in CRITTERS:
            for index in range(count):
                yield split, name, index


def write_critters(root: Path = ROOT) -> None:
    """Draw every critter and write the folders and both manifests (about 20 s)."""
    files: dict[str, str] = {}
    drawn: dict[str, str] = {}
    for split, name, index in pictures():
        picture = draw(split, name, index)
        image = f"{split}/{name}/{index:03d}.jpg"
        drawn[image] = fingerprint(picture)
        files[image] = _write(root / image, picture.image, format="JPEG", quality=90, subsampling=0)
        mask = f"masks/{split}/{name}/{index:03d}.png"
        files[mask] = _write(root / mask, picture.mask, format="PNG", optimize=True)
    write_manifest(root / "MANIFEST.sha256", files)
    write_manifest(root / "DRAWN.sha256", drawn)


def _write(path: Path, pixels: np.ndarray, **settings: object) -> str:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, **settings)  # type: ignore[arg-type]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.getvalue())
    return hashlib.sha256(buffer.getvalue()).hexdigest()


def write_manifest(path: Path, checksums: dict[str, str]) -> None:
    lines = [f"{checksum}  {name}\n" for name, checksum in sorted(checksums.items())]
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def read_manifest(path: Path) -> dict[str, str]:
    """{file: sha256} of a manifest in the format of the sha256sum command."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {name: checksum for checksum, name in (line.split("  ", 1) for line in lines)}


def verify_pocket(root: Path = ROOT) -> list[str]:
    """What is wrong with the shipped critters, one line a file; empty when all are intact."""
    manifest = root / "MANIFEST.sha256"
    if not manifest.is_file():
        return [f"{manifest} is missing"]
    problems = []
    for name, expected in read_manifest(manifest).items():
        file = root / name
        if not file.is_file():
            problems.append(f"{file} is missing")
        elif hashlib.sha256(file.read_bytes()).hexdigest() != expected:
            problems.append(f"{file} was changed or damaged")
    return problems
