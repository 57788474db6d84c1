"""Practice: a fair comparison of feature extraction with fine-tuning, on runs that the check makes up."""

from __future__ import annotations

from random import Random
from statistics import mean, stdev
from textwrap import shorten
from typing import Any

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_02 import probes
from tl_course.exercises.plain import close, describe

STRATEGIES = ("feature extraction", "fine-tuning")
STUDY = see(2, "Which strategy for how much data?")
PAIRED = see(2, "How far down should training reach?")
POINTS = "This is in points of a hundred; accuracies are between 0 and 1, and so are their differences."
CHOSEN = see(2, "Does the best epoch flatter you?")


def draw(random: Random) -> Inputs:
    """An accuracy for each run. With the tuning seed validation chooses other rates for the two strategies.

    With each other seed it would choose other rates again, and so would the test split.
    """
    rates = sorted(random.sample([1e-4, 3e-4, 1e-3, 3e-3, 1e-2], 3))
    tune_seed, *seeds = random.sample(range(100), random.randint(5, 7))
    luck = {seed: random.uniform(-0.08, 0.08) for seed in (tune_seed, *seeds)}
    best = dict(zip(STRATEGIES, random.sample(rates, 2), strict=True))
    tempting = next(rate for rate in rates if rate not in best.values())
    peaks = dict(zip([tune_seed, *seeds], [tempting, *random.sample(rates, 3), *rates], strict=False))

    def accuracies(strategy: str, rate: float, seed: int) -> dict[str, float]:
        number = STRATEGIES.index(strategy)
        chosen = best[strategy] if seed == tune_seed else others[strategy, seed]
        val = 0.55 + 0.15 * (rate == chosen) + luck[seed] + random.uniform(0, 0.03)
        test = 0.5 + 0.04 * number + 0.06 * (rate == peaks[seed]) + luck[seed] + random.uniform(0, 0.03)
        return {"val": round(val, 4), "test": round(test, 4)}

    others = {
        (strategy, seed): random.choice([rate for rate in rates if rate != best[strategy]])
        for strategy in STRATEGIES for seed in seeds
    }  # fmt: skip
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
    form = _form(found)
    if form:
        return {"accuracies": form}
    expected = {strategy: _accuracies(inputs, strategy) for strategy in STRATEGIES}
    gaps = [tuned - frozen for frozen, tuned in zip(*expected.values(), strict=True)]
    return {
        "accuracies": _first(_runs(inputs, strategy, found[strategy], calls) for strategy in STRATEGIES),
        "difference": _absent(found, "difference") or _difference(mean(gaps), found["difference"]),
        "standard error": _absent(found, "standard error") or _error(gaps, expected, found["standard error"]),
        "test split": _looks(inputs, calls),
    }


def _form(found: Any) -> Hint | None:
    if not isinstance(found, dict):
        seen = shorten(describe(found), 60, placeholder=" ...")
        return Hint("Return a dictionary with the four keys that the task names.", "a dictionary", seen)
    return _first(_absent(found, strategy) for strategy in STRATEGIES)


def _absent(found: dict[str, Any], key: str) -> Hint | None:
    if key in found:
        return None
    return Hint("A key is missing, or spelt in another way.", f"the key {key!r}", f"the keys {list(found)}")


def _first(hints: Any) -> Hint | None:
    return next(filter(None, hints), None)


def _accuracies(inputs: Inputs, strategy: str) -> list[float]:
    """On test, at the rate that validation chooses with the tuning seed."""
    runs, tune_seed = inputs["table"][strategy], str(inputs["tune_seed"])
    rate = max(runs, key=lambda rate: runs[rate][tune_seed]["val"])
    return [runs[rate][str(seed)]["test"] for seed in inputs["seeds"]]


def _runs(inputs: Inputs, strategy: str, seen: Any, calls: list[list[Any]]) -> Hint | None:
    """None for the right accuracies; what went wrong shows in the runs that were asked for."""
    expected = _accuracies(inputs, strategy)
    if _are(seen, expected):
        return None
    facts = f"for {strategy} {describe(expected)}", shorten(describe(seen), 80, placeholder=" ...")
    runs, seeds = inputs["table"][strategy], [str(seed) for seed in inputs["seeds"]]
    own = [call for call in calls if call[0] == strategy]
    on_val, on_test = ([call for call in own if call[3] == split] for split in ("val", "test"))
    strangers = [seed for _, _, seed, _ in on_val if seed != inputs["tune_seed"]]
    if not isinstance(seen, list) or len(seen) != len(expected):
        return Hint("Give each strategy a list with one accuracy for each of `seeds`.", *facts)
    if _are(seen, [100 * value for value in expected]):
        return Hint("Accuracies are between 0 and 1.", *facts)
    if any(_are(seen, [run[seed]["val"] for seed in seeds]) for run in runs.values()):
        return Hint(
            "These are validation accuracies: they may choose, and then they measure nothing.", *facts, CHOSEN
        )
    if _are(seen, [max(run[seed]["test"] for run in runs.values()) for seed in seeds]):
        return Hint("Each seed took the rate that is best on the test split.", *facts, CHOSEN)
    if len({rate for _, rate, _, _ in on_test}) > 1 and not on_val:
        return Hint("The test split has chosen: more than one rate was measured on it.", *facts, CHOSEN)
    if strangers:
        first = f"a validation run of {strategy} with seed {strangers[0]}"
        return Hint(
            "Only `tune_seed` chooses the rate, one for all of `seeds`.",
            f"validation runs with seed {inputs['tune_seed']} alone", first, STUDY,
        )  # fmt: skip
    if {rate for _, rate, _, _ in on_val} != set(inputs["rates"]):
        return Hint(
            "Each strategy needs a rate of its own, chosen from all of `rates` on validation.",
            f"{len(inputs['rates'])} validation runs of {strategy}", str(len(on_val)), STUDY,
        )  # fmt: skip
    if any(_are(seen, [run[seed]["test"] for seed in seeds]) for run in runs.values()):
        return Hint("This is not the rate with the highest validation accuracy.", *facts, STUDY)
    return Hint("These are not the test accuracies at one rate, in the order of `seeds`.", *facts, STUDY)


def _are(seen: Any, expected: list[float]) -> bool:
    return (
        isinstance(seen, list)
        and len(seen) == len(expected)
        and all(close(value, right, 1e-5) for value, right in zip(seen, expected, strict=True))
    )


def _difference(expected: float, seen: Any) -> Hint | None:
    if close(seen, expected, 1e-5):
        return None
    if close(seen, 100 * expected, 1e-5):
        return Hint(POINTS, *_facts(expected, seen))
    if close(seen, -expected, 1e-5):
        return Hint("The sign is reversed: fine-tuning minus feature extraction.", *_facts(expected, seen))
    return Hint("Not the mean of the differences, seed by seed.", *_facts(expected, seen), PAIRED)


def _facts(expected: float, seen: Any) -> tuple[str, str]:
    return f"a difference of {expected:.4f}", describe(seen)


def _error(gaps: list[float], accuracies: dict[str, list[float]], seen: Any) -> Hint | None:
    n = len(gaps)
    expected = stdev(gaps) / n**0.5
    if close(seen, expected, 1e-5):
        return None
    facts = f"a standard error of {expected:.4f}", describe(seen)
    if close(seen, 100 * expected, 1e-5):
        return Hint(POINTS, *facts)
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
