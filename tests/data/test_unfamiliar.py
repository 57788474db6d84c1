"""Pictures of none of the classes: three kinds, the same in each run, and none in both splits."""

from __future__ import annotations

import pytest
import torch

from tl_course.data.unfamiliar import unfamiliar_pictures
from tl_course.errors import CourseError
from tl_course.models import preprocessing

TRANSFORM = preprocessing("pocket_resnet")


def test_two_splits_share_no_picture_and_each_is_the_same_again() -> None:
    val, again, test = (unfamiliar_pictures(TRANSFORM, split, 1, 3) for split in ("val", "val", "test"))

    assert {kind: len(pictures) for kind, pictures in val.items()} == {
        "things": 57, "noise": 3, "plain colours": 3,
    }  # fmt: skip
    for kind, pictures in val.items():
        images = pictures.tensors[0]
        assert images.shape[1:] == (3, 64, 64)
        assert torch.equal(images, again[kind].tensors[0])
        assert not any(torch.equal(one, other) for one in images for other in test[kind].tensors[0])


def test_a_plain_colour_is_one_colour() -> None:
    images = unfamiliar_pictures(TRANSFORM, "val", 1, 3)["plain colours"].tensors[0]

    assert torch.equal(images.amax((2, 3)), images.amin((2, 3)))


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(CourseError, match="there are val, test"):
        unfamiliar_pictures(TRANSFORM, "train")
