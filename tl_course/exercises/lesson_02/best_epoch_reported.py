"""Find the bug: the number that chose the epoch is reported as the result."""

from __future__ import annotations

from random import Random
from typing import Any

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_02 import probes
from tl_course.exercises.plain import close, describe

FLATTERY = see(2, "Does the best epoch flatter you?")


def draw(random: Random) -> Inputs:
    """Two lists of accuracies, no two alike; the best epochs of the two differ, and neither is the last."""
    epochs = random.randint(6, 12)
    numbers = random.sample(range(400, 900), 2 * epochs)
    val, test = sorted(numbers[:epochs]), sorted(numbers[epochs:])
    chosen = random.randrange(1, epochs - 1)
    tempting = random.choice([epoch for epoch in range(1, epochs - 1) if abs(epoch - chosen) > 1])
    for values, best in ((val, chosen), (test, tempting)):
        highest = values.pop()
        random.shuffle(values)
        values.insert(best, highest)
    return {"val": [number / 1000 for number in val], "test": [number / 1000 for number in test]}


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
        form = Hint(
            'Return a dictionary with "epoch" and "accuracy".', "a dictionary with both", describe(report)
        )
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
    if close(value, max(val), 1e-6):
        mistake = "This number is a maximum over noisy numbers. What has it been used for already?"
    elif close(value, max(test), 1e-6):
        mistake = "Here the test split has chosen the epoch, so it measures nothing any more."
    elif close(value, test[-1], 1e-6):
        mistake = "This is the last epoch. The epoch with the highest validation accuracy is to be measured."
    elif any(close(value, test[epoch], 1e-6) for epoch in (best - 2, best)):
        mistake = "This is the epoch beside it: epochs are counted from 1, and a list from 0."
    else:
        mistake = "Report the test accuracy of the epoch that the validation accuracies choose."
    return Hint(mistake, f"a test accuracy of {expected}", describe(value), FLATTERY)


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


CHECK = Check(draw, probes.best_epoch_reported, compare, on)
