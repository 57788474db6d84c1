"""Which strategy for how much data? Seven strategies, three sizes, five seeds, each measured once on test.

What the strategies are, `strategies.py` says. A seed fixes which training pictures are taken, the new
head's first weights and the order. Each row holds the weights of the last epoch: nothing was picked.
"""

from __future__ import annotations

from typing import Any

from tl_course.profiles import load_profile
from tl_course.studies.strategies import DECAY, HEAD, LEARNING_RATES, RECIPE, SCRATCH, STRATEGIES, train
from tl_course.training import evaluate, expected_calibration_error

SIZES = (5, 20, 100)
SEEDS = (0, 1, 2, 3, 4)

Row = dict[str, Any]


def settings() -> Row:
    """What every row shares."""
    recipes = {"recipe": RECIPE, "scratch": SCRATCH, "head": HEAD}
    return {**recipes, "learning_rates": LEARNING_RATES, "decay": round(DECAY, 4)}


def rows() -> list[Row]:
    """The settings of every row; a size that a class does not have is taken as all of it."""
    targets = load_profile().train.targets
    most = min(targets.count(label) for label in set(targets))
    sizes = dict.fromkeys(min(size, most) for size in SIZES)
    return [
        {"strategy": strategy, "per_class": size, "seed": seed}
        for strategy in STRATEGIES[::-1]
        for size in sizes
        for seed in SEEDS
    ]


def run(row: Row) -> Row:
    """Accuracy and calibration error on the test split, trainable parameters, seconds of the training."""
    profile, strategy = load_profile(), row["strategy"]
    model, cost = train(strategy, profile, row["per_class"], row["seed"], LEARNING_RATES[strategy])
    result = evaluate(model, profile.test)
    error = expected_calibration_error(result)
    return {"accuracy": round(result.accuracy, 4), "calibration_error": round(error, 4), **cost}
