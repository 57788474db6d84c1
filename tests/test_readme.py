"""The README's numbers are the stored ones, and the files that it names are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tl_course.explain import METHODS
from tl_course.models import POCKET, read_card
from tl_course.studies import data_size, fine_tuning, load_precision_tables, load_study, strategies
from tl_course.studies.mixed_precision import against_fp32
from tl_course.view import STRATEGIES

from .exercises.library import TASKS, known_answers

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ROWS = {
    "pretrained": "head on the pretrained backbone",
    "random": "head on a random frozen backbone",
    "scratch": "from scratch, plain",
    "scratch_augmented": "from scratch, augmented",
}


@pytest.mark.parametrize("strategy", data_size.STRATEGIES)
def test_the_table_shows_the_means_of_the_stored_study(strategy: str) -> None:
    study = load_study("data_size")
    assert study is not None

    means = [study.mean("accuracy", strategy=strategy, per_class=size) for size in data_size.SIZES]

    assert f"| {ROWS[strategy]} | " + " | ".join(f"{mean:.2f}" for mean in means) + " |" in README


@pytest.mark.parametrize("strategy", strategies.STRATEGIES)
def test_the_table_of_strategies_shows_the_means_of_the_stored_study(strategy: str) -> None:
    study = load_study("fine_tuning")
    assert study is not None

    means = [study.mean("accuracy", strategy=strategy, per_class=size) for size in fine_tuning.SIZES]

    row = f"| {STRATEGIES[strategy]} | " + " | ".join(f"{mean:.2f}" for mean in means)
    assert f"{row} | {study.where(strategy=strategy)[0]['trainable']:,} |" in README


@pytest.mark.parametrize("name", POCKET)
def test_the_table_of_backbones_shows_their_cards(name: str) -> None:
    card = read_card(name)

    assert f"| `{name}` | {card['num_params']:,} | {card['source_accuracy']:.2f} (" in README


def test_the_source_accuracy_is_the_cards() -> None:
    card = read_card("pocket_resnet")

    assert (
        f"took {card['seconds']['all'] / 60:.1f} minutes and reached {card['source_accuracy']:.2f}" in README
    )


def test_the_numbers_of_exercises_and_known_answers_are_those_of_the_files() -> None:
    answers = [answer for lesson, task in TASKS for answer in known_answers(lesson, task)]
    right = sum(answer.right for answer in answers)
    exercises = sum(lesson != "00" for lesson, _ in TASKS)

    assert f"come with {exercises} exercises" in README
    assert f"holds {right} right answers" in README
    assert f"{len(answers) - right} plausible wrong ones" in README


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_every_link_leads_to_a_file(target: str) -> None:
    assert (ROOT / target).exists()


PRECISIONS = (
    ("bf16", "channels last", False),
    ("fp32", "contiguous", False),
    ("fp32", "channels last", True),
    ("bf16", "channels last", True),
)


def test_the_table_of_mixed_precision_shows_the_stored_ratios() -> None:
    table = load_precision_tables()[-1]

    for model in dict.fromkeys(row["model"] for row in table.rows):
        rows = [table.where(model=model, mode=m, layout=o, compiled=c)[0] for m, o, c in PRECISIONS]
        ratios = [against_fp32(table, row) for row in rows]
        speeds = " | ".join(f"{ratio['speed']:.2f}" for ratio in ratios)
        assert f"| `{model}` | {speeds} | {ratios[0]['memory']:.2f} |" in README


@pytest.mark.parametrize("backbone", POCKET)
def test_the_table_of_saliency_shows_the_means_of_the_stored_study(backbone: str) -> None:
    study = load_study("saliency")
    assert study is not None
    stage = study.where(backbone=backbone, method="scorecam")[0]["stage"]

    means = [
        study.mean("pointing", backbone=backbone, stage=stage, method=column)
        for column in (*METHODS, "centre", "random")
    ]

    assert f"| `{backbone}` | " + " | ".join(f"{mean:.2f}" for mean in means) + " |" in README
