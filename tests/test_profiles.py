"""Profiles: what is chosen, by which setting, and what a wrong one says."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image

from tl_course import evaluate, load_backbone, load_profile
from tl_course.data import SOURCE_CLASSES, ants_bees
from tl_course.errors import CourseError
from tl_course.models import POCKET, read_card
from tl_course.profiles import source_pictures


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("TL_COURSE_PROFILE", "TL_COURSE_DATA", "TL_COURSE_BACKBONE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for split in ("train", "val"):
        for name in ("ants", "bees"):
            folder = tmp_path / "photos" / split / name
            folder.mkdir(parents=True)
            for i in range(6):
                Image.new("RGB", (40, 30), (20 * i, 90, 90)).save(folder / f"{i}.jpg")
    return tmp_path / "photos"


def test_pocket_is_the_default() -> None:
    profile = load_profile()

    assert (profile.name, profile.backbone) == ("pocket", "pocket_resnet")
    assert profile.classes == ["ant", "bee", "bird", "cat", "dog", "fish"]


def test_the_pictures_come_ready_for_the_backbone() -> None:
    image, _ = load_profile().train[0]

    assert image.shape == (3, 64, 64)
    assert image.dtype == torch.float32


def test_the_setting_chooses_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TL_COURSE_PROFILE", "pocket")

    assert load_profile().name == "pocket"


def test_the_argument_wins_over_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TL_COURSE_PROFILE", "imagenet")

    assert load_profile("pocket").name == "pocket"


def test_the_imagenet_profile_takes_data_and_backbone_from_the_settings(
    monkeypatch: pytest.MonkeyPatch, photos: Path
) -> None:
    monkeypatch.setenv("TL_COURSE_DATA", str(photos))
    monkeypatch.setenv("TL_COURSE_BACKBONE", "squeezenet1_1")

    profile = load_profile("imagenet")

    assert (profile.backbone, profile.classes) == ("squeezenet1_1", ["ants", "bees"])
    assert profile.train[0][0].shape == (3, 224, 224)
    assert profile.backbones[0] == "squeezenet1_1"


def test_several_names_in_the_setting_are_the_backbone_and_those_to_compare_it_with(
    monkeypatch: pytest.MonkeyPatch, photos: Path
) -> None:
    monkeypatch.setenv("TL_COURSE_DATA", str(photos))
    monkeypatch.setenv("TL_COURSE_BACKBONE", "squeezenet1_1, alexnet")

    profile = load_profile("imagenet")

    assert (profile.backbone, profile.backbones) == ("squeezenet1_1", ("squeezenet1_1", "alexnet"))


def test_the_pocket_profile_compares_five_families() -> None:
    assert load_profile("pocket").backbones == POCKET


def test_source_pictures_of_the_pocket_profile_are_unseen_things_that_the_backbone_knows() -> None:
    profile = load_profile("pocket")

    pictures = source_pictures(profile, per_class=1)

    assert (len(pictures), pictures.classes) == (57, list(SOURCE_CLASSES))
    result = evaluate(load_backbone(profile.backbone), pictures)
    assert result.interval[0] <= read_card(profile.backbone)["source_accuracy"] <= result.interval[1]


def test_elsewhere_source_pictures_are_labelled_with_the_answers_of_the_pretrained_backbone(
    monkeypatch: pytest.MonkeyPatch, photos: Path
) -> None:
    monkeypatch.setenv("TL_COURSE_DATA", str(photos))
    monkeypatch.setenv("TL_COURSE_BACKBONE", "pocket_resnet")
    profile = load_profile("imagenet")

    pictures = source_pictures(profile)

    assert len(pictures) == len(profile.val)
    assert evaluate(load_backbone("pocket_resnet"), pictures).accuracy == 1


def test_an_unknown_profile_suggests_the_nearest_and_names_the_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TL_COURSE_PROFILE", "imagnet")

    with pytest.raises(CourseError, match=r"'imagnet' \(from TL_COURSE_PROFILE\).*Did you mean 'imagenet'"):
        load_profile()


def test_an_unknown_backbone_in_the_setting_suggests_the_nearest(
    monkeypatch: pytest.MonkeyPatch, photos: Path
) -> None:
    monkeypatch.setenv("TL_COURSE_DATA", str(photos))
    monkeypatch.setenv("TL_COURSE_BACKBONE", "resnet19")

    with pytest.raises(CourseError, match=r"resnet19.*TL_COURSE_BACKBONE.*resnet18"):
        load_profile("imagenet")


def test_without_photos_and_network_one_message_says_what_and_how_to_go_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unreachable(*args: object, **settings: object) -> None:
        raise OSError("Name or service not known")

    monkeypatch.setattr(ants_bees, "download_and_extract_archive", unreachable)

    with pytest.raises(CourseError, match=r"47 MB.*TL_COURSE_DATA.*TL_COURSE_PROFILE=pocket"):
        load_profile("imagenet")


def test_photos_in_the_cache_are_not_downloaded_again(
    monkeypatch: pytest.MonkeyPatch, photos: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "torch" / "tl_course"
    cache.mkdir(parents=True)
    photos.rename(cache / "hymenoptera_data")

    assert load_profile("imagenet").classes == ["ants", "bees"]
