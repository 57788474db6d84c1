"""Practice: a fair comparison of feature extraction with fine-tuning, on runs that the check makes up."""

from __future__ import annotations

from random import Random
from statistics import mean, stdev
from typing import Any

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_02 import probes
from tl_course.exercises.plain import close, describe

STRATEGIES = ("feature extraction", "fine-tuning")
STUDY = see(2, "Which strategy for how much data?")
PAIRED = see(2, "How far down should training reach?")
CHOSEN = see(2, "Does the best epoch flatter you?")


def draw(random: Random) -> Inputs:
    """An accuracy for each run; validation chooses other rates for the two, and other ones than test."""
    rates = sorted(random.sample([1e-4, 3e-4, 1e-3, 3e-3, 1e-2], 3))
    tune_seed, *seeds = random.sample(range(100), random.randint(5, 7))
    luck = {seed: random.uniform(-0.08, 0.08) for seed in (tune_seed, *seeds)}
    best = dict(zip(STRATEGIES, random.sample(rates, 2), strict=True))
    tempting = next(rate for rate in rates if rate not in best.values())
    peaks = dict(zip([tune_seed, *seeds], [tempting, *random.sample(rates, 3), *rates], strict=False))

    def accuracies(strategy: str, rate: float, seed: int) -> dict[str, float]:
        number = STRATEGIES.index(strategy)
        val = 0.55 + 0.15 * (rate == best[strategy]) + luck[seed] + random.uniform(0, 0.03)
        test = 0.5 + 0.04 * number + 0.06 * (rate == peaks[seed]) + luck[seed] + random.uniform(0, 0.03)
        return {"val": round(val, 4), "test": round(test, 4)}

    table = {
        strategy: {
            str(rate): {str(seed): accuracies(strategy, rate, seed) for seed in luck} for rate in rates
        }
        for strategy in STRATEGIES
    }
    return {"rates": rates, "seeds": seeds, "tune_seed": tune_seed, "table": table}


def on(inputs: Inputs) -> str:
    """The comparison in words."""
    return f"rates {inputs['rates']}, seeds {inputs['seeds']} and the tuning seed {inputs['tune_seed']}"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The right runs, their paired difference, its standard error, and no needless look at the test split."""
    found, calls = values["found"], values["calls"]
    if not isinstance(found, dict):
        return {
            "accuracies": Hint(
                "Return a dictionary with the four keys of the contract.", "one", describe(found)
            )
        }
    expected = {strategy: _accuracies(inputs, strategy) for strategy in STRATEGIES}
    gaps = [tuned - frozen for frozen, tuned in zip(*expected.values(), strict=True)]
    return {
        "accuracies": _first(_runs(inputs, strategy, found.get(strategy)) for strategy in STRATEGIES),
        "difference": _difference(mean(gaps), found.get("difference")),
        "standard error": _error(gaps, expected, found.get("standard error")),
        "test split": _looks(inputs, calls),
    }


def _first(hints: Any) -> Hint | None:
    return next(filter(None, hints), None)


def _accuracies(inputs: Inputs, strategy: str, split: str = "val", other: str = "") -> list[float]:
    """On test, at the rate that is best on `split` with the tuning seed, for `other` where it is given."""
    table, tune_seed = inputs["table"], str(inputs["tune_seed"])
    runs = table[other or strategy]
    rate = max(runs, key=lambda rate: runs[rate][tune_seed][split])
    return [table[strategy][rate][str(seed)]["test"] for seed in inputs["seeds"]]


def _runs(inputs: Inputs, strategy: str, seen: Any) -> Hint | None:
    expected = _accuracies(inputs, strategy)
    if _are(seen, expected):
        return None
    facts = f"for {strategy} {describe(expected)}", describe(seen)
    runs = inputs["table"][strategy]
    other = STRATEGIES[1 - STRATEGIES.index(strategy)]
    if not isinstance(seen, list) or len(seen) != len(expected):
        return Hint("Give each strategy a list with one accuracy for each of `seeds`.", *facts)
    if any(_are(seen, [run[str(seed)]["val"] for seed in inputs["seeds"]]) for run in runs.values()):
        return Hint("These are validation accuracies: they have chosen the rate.", *facts, CHOSEN)
    if _are(seen, _accuracies(inputs, strategy, "test")):
        return Hint("The rate was chosen on the test split.", *facts, CHOSEN)
    if _are(seen, _accuracies(inputs, strategy, other=other)):
        return Hint(
            "Each strategy needs a rate of its own; this is the one that suits the other.", *facts, STUDY
        )
    highest = [max(run[str(seed)]["test"] for run in runs.values()) for seed in inputs["seeds"]]
    if _are(seen, highest):
        return Hint("Each seed took the rate that is best on the test split.", *facts, CHOSEN)
    if any(_are(seen, [run[str(seed)]["test"] for seed in inputs["seeds"]]) for run in runs.values()):
        return Hint("All runs have one rate, but not the one that is best on validation.", *facts, STUDY)
    return Hint(
        "These are not the test accuracies at the chosen rate, in the order of `seeds`.", *facts, STUDY
    )


def _are(seen: Any, expected: list[float]) -> bool:
    return (
        isinstance(seen, list)
        and len(seen) == len(expected)
        and all(close(value, right, 1e-5) for value, right in zip(seen, expected, strict=True))
    )


def _difference(expected: float, seen: Any) -> Hint | None:
    if close(seen, expected, 1e-5):
        return None
    if close(seen, -expected, 1e-5):
        return Hint(
            "The sign is turned round: fine-tuning minus feature extraction.", *_facts(expected, seen)
        )
    return Hint("Not the mean of the differences, seed by seed.", *_facts(expected, seen), PAIRED)


def _facts(expected: float, seen: Any) -> tuple[str, str]:
    return f"a difference of {expected:.4f}", describe(seen)


def _error(gaps: list[float], accuracies: dict[str, list[float]], seen: Any) -> Hint | None:
    n = len(gaps)
    expected = stdev(gaps) / n**0.5
    if close(seen, expected, 1e-5):
        return None
    facts = f"a standard error of {expected:.4f}", describe(seen)
    if close(seen, stdev(gaps), 1e-5):
        return Hint("This is the spread of one difference: for their mean divide by sqrt(n).", *facts, PAIRED)
    if close(seen, expected * ((n - 1) / n) ** 0.5, 1e-5):
        return Hint("The spread was taken with n, not n - 1, too small where seeds are few.", *facts, PAIRED)
    apart = (sum(stdev(values) ** 2 for values in accuracies.values()) / n) ** 0.5
    if close(seen, apart, 1e-5):
        return Hint(
            "This is for runs that have nothing in common; yours share their seeds. Take the spread of the "
            "differences, seed by seed.",
            *facts, PAIRED,
        )  # fmt: skip
    return Hint("Not the standard error of the mean difference, over seeds.", *facts, PAIRED)


def _looks(inputs: Inputs, calls: list[list[Any]]) -> Hint | None:
    looks, needed = sum(call[3] == "test" for call in calls), len(STRATEGIES) * len(inputs["seeds"])
    if looks == needed:
        return None
    return Hint(
        "The test split is for one measurement a strategy and seed, after the rate is chosen.",
        f"{needed} runs measured on test", str(looks), CHOSEN,
    )  # fmt: skip


CHECK = Check(draw, probes.compare_strategies, compare, on)
