"""The target task: complete, intact, the same on every platform, and not given away by colour."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tl_course.data import CRITTERS, SOURCE_CLASSES, Critters, critters, verify_pocket

CHANCE = 1 / len(CRITTERS)


def pixels(split: str) -> tuple[np.ndarray, np.ndarray]:
    """(N, 64, 64, 3) float pictures in [0, 1] and labels."""
    data = Critters(split)
    images = np.stack([np.asarray(data.image(i)) for i in range(len(data))])
    return images.astype(np.float32) / 255, np.array(data.targets)


@pytest.fixture(scope="module")
def train() -> tuple[np.ndarray, np.ndarray]:
    return pixels("train")


@pytest.fixture(scope="module")
def held_out() -> tuple[np.ndarray, np.ndarray]:
    """val and test together: 540 pictures, so that the accuracy is known within 4 points."""
    (val, val_labels), (test, test_labels) = pixels("val"), pixels("test")
    return np.concatenate([val, test]), np.concatenate([val_labels, test_labels])


@pytest.mark.parametrize(("split", "least"), [("train", 100), ("val", 30), ("test", 60)])
def test_every_class_has_enough_pictures_in_each_split(split: str, least: int) -> None:
    counts = Counter(Critters(split).targets)

    assert len(counts) == len(CRITTERS)
    assert min(counts.values()) >= least


def test_the_critters_are_the_six_animals_that_the_lessons_name() -> None:
    assert CRITTERS == ("ant", "bee", "bird", "cat", "dog", "fish")


def test_source_and_target_share_no_class() -> None:
    assert not set(CRITTERS) & set(SOURCE_CLASSES)


def test_the_shipped_files_are_intact() -> None:
    assert verify_pocket() == []


def test_the_shipped_files_take_at_most_8_mb() -> None:
    assert sum(file.stat().st_size for file in critters.ROOT.rglob("*")) <= 8e6


def test_a_missing_and_a_changed_file_are_each_named(tmp_path: Path) -> None:
    shutil.copytree(critters.ROOT / "val" / "cat", tmp_path / "val" / "cat")
    manifest = critters.read_manifest(critters.ROOT / "MANIFEST.sha256")
    kept = {name: checksum for name, checksum in manifest.items() if name.startswith("val/cat/")}
    critters.write_manifest(tmp_path / "MANIFEST.sha256", kept)
    (tmp_path / "val/cat/000.jpg").unlink()
    (tmp_path / "val/cat/001.jpg").write_bytes(b"changed")

    problems = [problem.replace("\\", "/").split("val/cat/")[1] for problem in verify_pocket(tmp_path)]

    assert problems == ["000.jpg is missing", "001.jpg was changed or damaged"]


@pytest.mark.parametrize("name", CRITTERS)
def test_drawing_anew_gives_the_recorded_pixels(name: str) -> None:
    recorded = critters.read_manifest(critters.ROOT / "DRAWN.sha256")

    for index in range(8):
        drawn = critters.fingerprint(critters.draw("train", name, index))
        assert drawn == recorded[f"train/{name}/{index:03d}.jpg"], f"{name} {index}"


def test_the_shipped_picture_is_the_drawn_one_within_what_jpeg_changes() -> None:
    drawn = critters.draw("test", "cat", 0)
    data = Critters("test")
    index = data.targets.index(CRITTERS.index("cat"))

    difference = np.abs(np.asarray(data.image(index), dtype=int) - drawn.image)

    assert difference.mean() < 6


def test_the_mask_of_a_picture_is_exact() -> None:
    drawn = critters.draw("val", "dog", 3)
    data = Critters("val")
    index = data.targets.index(CRITTERS.index("dog")) + 3

    assert np.array_equal(data.mask(index), drawn.mask)


def test_every_picture_shows_its_animal() -> None:
    for split in critters.SPLITS:
        data = Critters(split)
        areas = [data.mask(index).mean() for index in range(len(data))]

        assert min(areas) > 0.01, f"{split}: {data.samples[int(np.argmin(areas))][0]}"


def test_no_picture_is_in_two_splits() -> None:
    drawn = critters.read_manifest(critters.ROOT / "DRAWN.sha256")

    assert len(set(drawn.values())) == len(drawn)


@pytest.mark.parametrize("view", ["mean colour", "raw pixels", "background"])
def test_colour_and_background_do_not_give_the_class_away(
    view: str, train: tuple[np.ndarray, np.ndarray], held_out: tuple[np.ndarray, np.ndarray]
) -> None:
    def seen(images: np.ndarray) -> np.ndarray:
        if view == "mean colour":
            return images.mean((1, 2))
        if view == "background":  # the rim of the picture
            rim = np.concatenate([images[:, :6], images[:, -6:]], axis=1)
            return np.concatenate([rim.mean((1, 2)), rim.std((1, 2))], axis=1)
        return images.reshape(len(images), -1)

    model = make_pipeline(StandardScaler(), LogisticRegression(C=1e-3, max_iter=500))
    model.fit(seen(train[0]), train[1])

    assert model.score(seen(held_out[0]), held_out[1]) <= CHANCE + 0.10
