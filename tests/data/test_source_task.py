"""The source task: enough classes, drawn alike every time, each with a mask."""

from __future__ import annotations

import numpy as np
import pytest

from tl_course.data import SOURCE_CLASSES, SourceTask
from tl_course.data.source_task import draw_class
from tl_course.errors import CourseError


def test_there_are_at_least_40_classes() -> None:
    assert len(SOURCE_CLASSES) >= 40


def test_a_picture_is_the_same_whenever_it_is_drawn() -> None:
    first, _ = draw_class("chair", "val", 2)
    second, _ = draw_class("chair", "val", 2)

    assert np.array_equal(first, second)


def test_splits_hold_different_pictures() -> None:
    train, _ = draw_class("chair", "train", 1)
    val, _ = draw_class("chair", "val", 1)

    assert not np.array_equal(train, val)


@pytest.mark.parametrize("name", SOURCE_CLASSES)
def test_every_class_shows_its_thing(name: str) -> None:
    _, masks = draw_class(name, "val", 2)

    assert masks.mean((1, 2)).min() > 0.005


def test_it_is_a_dataset_of_images_and_labels() -> None:
    task = SourceTask("val", 2, classes=("mug", "chair"))

    image, label = task[3]
    assert (image.size, label, task.classes, len(task)) == ((64, 64), 1, ["mug", "chair"], 4)


def test_two_processes_draw_what_one_does() -> None:
    one, two = (SourceTask("val", 2, classes=("mug", "chair"), workers=workers) for workers in (0, 2))

    assert np.array_equal(one.images, two.images)


def test_an_unknown_split_names_those_there_are() -> None:
    with pytest.raises(CourseError, match=r"no split 'valid'; it has train, val, test"):
        SourceTask("valid", 1)
