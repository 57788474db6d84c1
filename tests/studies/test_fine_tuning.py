"""The stored studies of lesson 02: complete, tuned fairly, and saying what the course says of them."""

from __future__ import annotations

import pytest

from tl_course import load_profile
from tl_course.studies import fine_tuning, learning_rate, load_study, run_row, strategies
from tl_course.studies.store import Study


def stored(name: str) -> Study:
    study = load_study(name)
    assert study is not None, f"not computed yet: tl-course study {name}"
    return study


@pytest.fixture(scope="module")
def study() -> Study:
    return stored("fine_tuning")


@pytest.mark.parametrize("room", [fine_tuning, learning_rate], ids=["fine_tuning", "learning_rate"])
def test_every_row_is_stored_once(room) -> None:
    name = room.__name__.rpartition(".")[2]
    wanted = room.rows()

    keys = [tuple(row[key] for key in wanted[0]) for row in stored(name).rows]

    assert sorted(keys) == sorted(tuple(row.values()) for row in wanted)


@pytest.mark.parametrize("room", [fine_tuning, learning_rate], ids=["fine_tuning", "learning_rate"])
def test_it_was_made_with_the_settings_of_the_code(room) -> None:
    name = room.__name__.rpartition(".")[2]

    assert stored(name).settings == {**room.settings(), "backbone": "pocket_resnet"}


@pytest.mark.parametrize("strategy", strategies.TUNED)
def test_each_strategy_runs_at_the_rate_with_the_lowest_validation_loss(strategy: str) -> None:
    tuning = stored("learning_rate")
    means = {lr: tuning.mean("loss", strategy=strategy, lr=lr) for lr in learning_rate.RATES}

    assert means[strategies.LEARNING_RATES[strategy]] == min(means.values())


def test_the_rates_were_tuned_with_seeds_that_the_comparison_does_not_use() -> None:
    assert not set(learning_rate.SEEDS) & set(fine_tuning.SEEDS)


@pytest.mark.parametrize("strategy", ["feature_extraction", "partial"])
def test_a_row_run_again_gives_about_the_stored_accuracy(study: Study, strategy: str) -> None:
    again = run_row("fine_tuning", strategy=strategy, per_class=5, seed=3)

    (row,) = study.where(strategy=strategy, per_class=5, seed=3)
    # Convolutions round differently on other processors, and a hundred steps of training multiply that.
    assert again["accuracy"] == pytest.approx(row["accuracy"], abs=0.06)
    assert again["trainable"] == row["trainable"]


@pytest.mark.parametrize(
    ("strategy", "stages"),
    [
        ("feature_extraction", ("head",)),
        ("partial", ("layer4", "head")),
        ("full", ("stem", "layer1", "layer2", "layer3", "layer4", "head")),
    ],
)
def test_a_strategy_trains_the_stages_that_its_name_promises(study: Study, strategy: str, stages) -> None:
    from tl_course import load_backbone
    from tl_course.models import stage_parameters

    profile = load_profile("pocket")
    parameters = stage_parameters(load_backbone(profile.backbone, len(profile.classes)))
    expected = sum(parameter.numel() for stage in stages for parameter in parameters[stage])

    assert {row["trainable"] for row in study.where(strategy=strategy)} == {expected}
