"""Which learning rate for which strategy? Measured on the validation split, with seeds of its own.

The study fine_tuning takes from here the rate with the lowest loss. Not the highest accuracy: with 180
pictures it moves in steps that are larger than most differences.
"""

from __future__ import annotations

from typing import Any

from tl_course.profiles import load_profile
from tl_course.studies.strategies import DECAY, HEAD, RECIPE, TUNED, train
from tl_course.training import evaluate

RATES = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
PER_CLASS = 20
SEEDS = (10, 11)

Row = dict[str, Any]


def settings() -> Row:
    """What every row shares."""
    return {"recipe": RECIPE, "head": HEAD, "decay": round(DECAY, 4), "per_class": PER_CLASS}


def rows() -> list[Row]:
    """The settings of every row."""
    return [
        {"strategy": strategy, "lr": lr, "seed": seed} for strategy in TUNED for lr in RATES for seed in SEEDS
    ]


def run(row: Row) -> Row:
    """Accuracy and loss on the validation split."""
    profile = load_profile()
    model, _ = train(row["strategy"], profile, PER_CLASS, row["seed"], row["lr"])
    result = evaluate(model, profile.val)
    return {"accuracy": round(result.accuracy, 4), "loss": round(result.loss, 4)}
