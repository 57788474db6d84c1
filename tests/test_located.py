"""Pictures with a known place: the mask fits the picture, and what is sharp is the photo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.transforms import v2

from tl_course import CourseError, evaluate, load_backbone, load_profile
from tl_course.data import Critters, Pictures, blurred, in_memory, on_blurred, with_masks
from tl_course.explain.measures import centre_map, pointing_game
from tl_course.profiles import Profile, located_pictures


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Profile:
    """Photos of noise: what is sharp in them differs from pixel to pixel."""
    random = np.random.default_rng(0)
    for split in ("train", "val", "test"):
        for name in ("ants", "bees"):
            folder = tmp_path / split / name
            folder.mkdir(parents=True)
            for i in range(3):
                pixels = random.integers(0, 256, (70, 80, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / f"{i}.png")
    monkeypatch.setenv("TL_COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("TL_COURSE_BACKBONE", "pocket_resnet")
    return load_profile("imagenet")


def noise(count: int, height: int = 32, width: int = 32) -> Pictures:
    images = torch.randn(count, 3, height, width, generator=torch.Generator().manual_seed(0))
    return Pictures(images, [0] * count, ["noise"])


def test_the_pocket_preprocessing_keeps_each_pixel_where_it_is_so_that_the_mask_fits() -> None:
    profile = load_profile("pocket")
    original = torch.from_numpy(np.asarray(profile.val.image(0)) / 255).permute(2, 0, 1)

    image = located_pictures(profile, split="val").images[0]

    assert torch.allclose(image.double() * 0.25 + 0.5, original, atol=1e-6)


def test_the_pocket_pictures_are_those_of_the_split_with_the_masks_drawn_with_them() -> None:
    profile = load_profile("pocket")

    located = located_pictures(profile, per_class=2, split="test", seed=3)

    few = profile.test.few(2, 3)
    assert (len(located), located.targets, located.classes) == (12, few.targets, profile.classes)
    assert torch.equal(located.images, torch.stack([image for image, _ in few]))
    assert np.array_equal(located.masks, np.stack([few.mask(index) for index in range(12)]))
    assert "animal" in located.describes


def test_located_pictures_can_be_evaluated() -> None:
    located = located_pictures(load_profile("pocket"), per_class=1)

    assert evaluate(load_backbone("pocket_resnet", 6, weights=None), located).classes == located.classes


def test_a_transform_that_changes_the_size_fits_no_mask() -> None:
    shrunk = Critters("val", v2.Compose([v2.ToImage(), v2.Resize(32), v2.ToDtype(torch.float32)])).few(1)

    with pytest.raises(CourseError, match=r"32 x 32 pixels, the masks have 64 x 64.*preprocessing"):
        with_masks(shrunk)


def test_a_photo_stands_at_half_its_size_where_its_mask_is_and_is_blurred_elsewhere(photos: Profile) -> None:
    located = located_pictures(photos)

    plain = in_memory(photos.val).tensors[0]
    assert located.masks.shape == (6, 64, 64)
    for image, mask, photo, soft in zip(
        located.images, torch.from_numpy(located.masks), plain, blurred(plain), strict=True
    ):
        small = v2.functional.resize(photo, [32, 32], antialias=True)
        assert torch.equal(image[:, mask], small.flatten(1))
        assert torch.equal(image[:, ~mask], soft[:, ~mask])
    assert "quarter" in located.describes


def test_the_same_seed_sets_the_photos_in_the_same_places_another_in_others() -> None:
    first, again, other = (on_blurred(noise(20), seed).masks for seed in (0, 0, 1))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_each_quarter_is_taken() -> None:
    masks = on_blurred(noise(60)).masks

    assert masks.mean(0).min() > 0.1
    assert np.array_equal(masks.mean((1, 2)), [0.25] * 60)


def test_the_centre_tells_nothing_of_where_a_photo_stands() -> None:
    masks = on_blurred(noise(8)).masks

    assert pointing_game(np.stack([centre_map(32, 32)] * 8), masks).tolist() == [0.25] * 8


def test_photos_of_odd_sizes_are_set_inside_the_picture() -> None:
    located = on_blurred(noise(10, 33, 21))

    assert {int(mask.sum()) for mask in located.masks} == {16 * 10}


def test_the_pictures_that_were_given_stay_as_they_are() -> None:
    pictures = noise(3)
    before = pictures.tensors[0].clone()

    on_blurred(pictures)

    assert torch.equal(pictures.tensors[0], before)


def test_blurring_keeps_an_even_colour_and_takes_away_what_is_fine() -> None:
    assert torch.allclose(blurred(torch.full((1, 3, 24, 16), 0.7)), torch.tensor(0.7), atol=1e-5)
    assert blurred(noise(1, 64, 64).tensors[0]).std() < 0.1


def test_an_unknown_split_is_named_with_those_that_there_are() -> None:
    with pytest.raises(CourseError, match="no split 'valid'; there are train, val, test"):
        located_pictures(load_profile("pocket"), split="valid")
