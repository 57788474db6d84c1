"""The stored study of lesson 01: complete, reproducible, and saying what the course says of it."""

from __future__ import annotations

import pytest

from tl_course.studies import data_size, load_study, run_row
from tl_course.studies.store import Study


@pytest.fixture(scope="module")
def study() -> Study:
    stored = load_study("data_size")
    assert stored is not None
    return stored


def accuracies(study: Study, strategy: str, per_class: int) -> list[float]:
    return [row["accuracy"] for row in study.where(strategy=strategy, per_class=per_class)]


def test_every_row_is_stored_once(study: Study) -> None:
    keys = [(row["strategy"], row["per_class"], row["seed"]) for row in study.rows]

    assert sorted(keys) == sorted((r["strategy"], r["per_class"], r["seed"]) for r in data_size.rows())


def test_it_was_made_with_the_settings_of_the_code(study: Study) -> None:
    assert study.settings == {**data_size.settings(), "backbone": "pocket_resnet"}


@pytest.mark.parametrize("strategy", ["pretrained", "random"])
def test_a_row_run_again_gives_the_stored_accuracy(study: Study, strategy: str) -> None:
    again = run_row("data_size", strategy=strategy, per_class=10, seed=3)

    (stored,) = study.where(strategy=strategy, per_class=10, seed=3)
    # Convolutions round differently on other processors: a few of the 360 test pictures may change sides.
    assert again["accuracy"] == pytest.approx(stored["accuracy"], abs=0.03)


def test_with_20_pictures_a_class_pretraining_beats_augmented_scratch_by_30_points(study: Study) -> None:
    pretrained = study.mean("accuracy", strategy="pretrained", per_class=20)

    assert pretrained - study.mean("accuracy", strategy="scratch_augmented", per_class=20) >= 0.30


def test_with_20_pictures_a_class_pretraining_beats_plain_scratch_by_40_points(study: Study) -> None:
    pretrained, scratch = (
        study.mean("accuracy", strategy=s, per_class=20) for s in ("pretrained", "scratch")
    )

    assert pretrained - scratch >= 0.40


@pytest.mark.parametrize("other", ["random", "scratch", "scratch_augmented"])
def test_the_seed_bands_do_not_touch_at_20_pictures_a_class(study: Study, other: str) -> None:
    assert min(accuracies(study, "pretrained", 20)) > max(accuracies(study, other, 20))
