"""Find the bug: the number that chose the epoch is reported as the result."""

from __future__ import annotations

from random import Random
from textwrap import shorten
from typing import Any

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_02 import probes
from tl_course.exercises.plain import close, describe, is_number

FLATTERY = see(2, "Does the best epoch flatter you?")


def draw(random: Random) -> Inputs:
    """Two lists of accuracies, no two alike; their best epochs, val's lowest and the last stand apart."""
    epochs = random.randint(7, 12)
    numbers = [number / 1000 for number in random.sample(range(400, 900), 2 * epochs)]
    chosen = random.randrange(1, epochs - 2)
    apart = [epoch for epoch in range(epochs - 1) if abs(epoch - chosen) > 1]
    tempting, lowest = random.sample(apart, 2)
    return {
        "val": _arranged(numbers[:epochs], chosen, lowest),
        "test": _arranged(numbers[epochs:], tempting, lowest),
    }


def _arranged(numbers: list[float], highest: int, lowest: int) -> list[float]:
    """The numbers with the largest and the smallest of them at these places."""
    rest = [number for number in numbers if min(numbers) < number < max(numbers)]
    fixed = {highest: max(numbers), lowest: min(numbers)}
    return [fixed[place] if place in fixed else rest.pop() for place in range(len(numbers))]


def on(inputs: Inputs) -> str:
    """The run in words."""
    best = inputs["val"].index(max(inputs["val"])) + 1
    return (
        f"{len(inputs['val'])} epochs, of which epoch {best} has the highest validation accuracy, "
        f"{max(inputs['val'])}"
    )


def compare(inputs: Inputs, values: Any) -> Parts:
    """The test accuracy of the epoch that validation chose, its number, and one look at the test split."""
    report, asked = values["report"], values["asked"]
    if not isinstance(report, dict) or not {"epoch", "accuracy"} <= set(report):
        seen = f"the keys {', '.join(report)}" if isinstance(report, dict) else shorten(describe(report), 60)
        form = Hint('Return a dictionary with "epoch" and "accuracy".', "these two keys", seen)
        return {"accuracy": form, "epoch": None, "one look": None}
    best = inputs["val"].index(max(inputs["val"])) + 1
    return {
        "accuracy": _accuracy(inputs, best, report["accuracy"]),
        "epoch": _epoch(best, report["epoch"]),
        "one look": _one_look(asked),
    }


def _accuracy(inputs: Inputs, best: int, value: Any) -> Hint | None:
    val, test = inputs["val"], inputs["test"]
    expected = test[best - 1]
    if close(value, expected, 1e-6):
        return None
    if is_number(value) and 1 < value <= 100:
        mistake = "Accuracies are between 0 and 1."
    elif close(value, max(val), 1e-6):
        mistake = "This number is a maximum over noisy numbers. What has it been used for already?"
    elif close(value, max(test), 1e-6):
        mistake = "Here the test split has chosen the epoch, so it measures nothing any more."
    elif close(value, test[-1], 1e-6):
        mistake = "This is the last epoch. The epoch with the highest validation accuracy is to be measured."
    elif any(close(value, test[epoch], 1e-6) for epoch in (best - 2, best)):
        mistake = "This is the epoch beside it: epochs are counted from 1, and a list from 0."
    elif close(value, test[val.index(min(val))], 1e-6):
        mistake = "This is the epoch with the lowest validation accuracy; the lowest is best for a loss."
    else:
        mistake = "Report the test accuracy of the epoch that the validation accuracies choose."
    return Hint(mistake, f"an accuracy of {expected}", describe(value), FLATTERY)


def _epoch(best: int, value: Any) -> Hint | None:
    if close(value, float(best), 1e-9):
        return None
    return Hint("The number of the epoch is not right; it counts from 1.", f"epoch {best}", describe(value))


def _one_look(asked: list[int]) -> Hint | None:
    if len(asked) == 1:
        return None
    return Hint(
        "The test split is for one measurement, after everything has been chosen.",
        "one call of `test_of`", f"{len(asked)}", FLATTERY,
    )  # fmt: skip


CHECK = Check(draw, probes.accuracy_nobody_gets, compare, on)
