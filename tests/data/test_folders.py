"""Image folders: what they give, and what they say of a folder that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image
from torchvision.transforms import v2

from tl_course.data import ImageFolder, in_memory, load_splits
from tl_course.data.folders import pick
from tl_course.errors import CourseError


def make_folder(root: Path, counts: dict[str, int]) -> Path:
    for name, count in counts.items():
        (root / name).mkdir(parents=True)
        for i in range(count):
            Image.new("RGB", (8, 6), (10 * i, 0, 0)).save(root / name / f"{i}.png")
    return root


def make_splits(root: Path, splits: tuple[str, ...], count: int = 10) -> Path:
    for split in splits:
        make_folder(root / split, {"cat": count, "dog": count})
    return root


def test_an_item_is_a_transformed_image_and_its_label(tmp_path: Path) -> None:
    folder = ImageFolder(make_folder(tmp_path, {"cat": 1, "dog": 1}), transform=lambda image: image.size)

    assert folder[1] == ((8, 6), 1)


def test_another_transform_leaves_the_first_folder_alone(tmp_path: Path) -> None:
    folder = ImageFolder(make_folder(tmp_path, {"cat": 1, "dog": 1}), transform=lambda image: "old")

    other = folder.with_transform(lambda image: "new")

    assert (folder[0][0], other[0][0]) == ("old", "new")


def test_a_subset_keeps_order_labels_and_classes(tmp_path: Path) -> None:
    subset = ImageFolder(make_folder(tmp_path, {"cat": 2, "dog": 2})).subset([3, 0])

    assert (subset.targets, subset.classes, len(subset)) == ([1, 0], ["cat", "dog"], 2)


def test_few_gives_the_same_number_of_each_class(tmp_path: Path) -> None:
    few = ImageFolder(make_folder(tmp_path, {"cat": 9, "dog": 7})).few(5)

    assert sorted(few.targets) == [0] * 5 + [1] * 5


def test_a_larger_sample_of_one_seed_contains_the_smaller_one() -> None:
    targets = [0] * 30 + [1] * 30

    small, large = (set(pick(targets, n, 3, ["a", "b"])) for n in (4, 9))

    assert small < large


def test_another_seed_takes_other_pictures() -> None:
    targets = [0] * 30 + [1] * 30

    assert pick(targets, 5, 0, ["a", "b"]) != pick(targets, 5, 1, ["a", "b"])


def test_asking_for_more_than_there_are_names_the_class() -> None:
    with pytest.raises(CourseError, match=r"Class 'dog' has 1 pictures, 2 were asked for"):
        pick([0, 0, 1], 2, 0, ["cat", "dog"])


def test_a_folder_with_three_splits_is_taken_as_it_is(tmp_path: Path) -> None:
    splits = load_splits(make_splits(tmp_path, ("train", "val", "test")))

    assert [len(split) for split in splits] == [20, 20, 20]


def test_without_a_test_folder_val_becomes_the_test_set(tmp_path: Path) -> None:
    train, val, test = load_splits(make_splits(tmp_path, ("train", "val")))

    assert (len(train), len(val), len(test)) == (16, 4, 20)
    assert Path(test.root).name == "val"


def test_the_pictures_held_out_for_validation_are_not_trained_on(tmp_path: Path) -> None:
    train, val, _ = load_splits(make_splits(tmp_path, ("train", "val")))

    assert not {path for path, _ in train.samples} & {path for path, _ in val.samples}


def test_a_missing_folder_is_named_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"no folder .*nowhere.*TL_COURSE_DATA"):
        load_splits(tmp_path / "nowhere")


def test_a_missing_split_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"no folder .*val"):
        load_splits(make_splits(tmp_path, ("train",)))


def test_an_empty_class_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"class folder .*dog has no picture"):
        ImageFolder(make_folder(tmp_path, {"cat": 1, "dog": 0}))


def test_pictures_in_memory_are_those_of_the_folder(tmp_path: Path) -> None:
    folder = ImageFolder(make_folder(tmp_path, {"cat": 2, "dog": 1}), v2.ToImage())

    pictures = in_memory(folder)

    assert (pictures.classes, pictures.targets) == (["cat", "dog"], [0, 0, 1])
    for (image, label), (expected, target) in zip(pictures, folder, strict=True):
        assert torch.equal(image, torch.as_tensor(expected))
        assert label == target


def test_one_class_is_too_few(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"holds only the class 'cat'.*at least two"):
        ImageFolder(make_folder(tmp_path, {"cat": 3}))


def test_splits_with_different_classes_name_the_difference(tmp_path: Path) -> None:
    make_folder(tmp_path / "train", {"cat": 5, "dog": 5})
    make_folder(tmp_path / "val", {"cat": 5, "wolf": 5})

    with pytest.raises(CourseError, match=r"lacks dog; adds wolf"):
        load_splits(tmp_path)


@pytest.mark.parametrize("content", [b"this is no picture", b""])
def test_an_unreadable_image_is_named_when_it_is_read(tmp_path: Path, content: bytes) -> None:
    folder = ImageFolder(make_folder(tmp_path, {"cat": 1, "dog": 1}))
    (tmp_path / "dog" / "0.png").write_bytes(content)

    with pytest.raises(CourseError, match=r"dog.0\.png is not a readable image"):
        folder[1]


def test_a_half_written_image_is_named_when_it_is_read(tmp_path: Path) -> None:
    folder = ImageFolder(make_folder(tmp_path, {"cat": 1, "dog": 1}))
    whole = (tmp_path / "dog" / "0.png").read_bytes()
    (tmp_path / "dog" / "0.png").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(CourseError, match=r"dog.0\.png is not a readable image"):
        folder[1]
