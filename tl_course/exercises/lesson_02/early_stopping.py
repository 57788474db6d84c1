"""Write early stopping: when a run ends, and which weights it ends with."""

from __future__ import annotations

import math
from random import Random
from typing import Any

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_02 import probes
from tl_course.exercises.plain import close, describe

SECTION = see(2, "How does fine-tuning on five pictures a class fail?")
NAN = float("nan")


def draw(random: Random) -> Inputs:
    """Three lists of losses: a run that stops, one that ends first, and one that begins with NaN."""
    patience = random.randint(2, 3)
    losses = _falling(random, patience)
    lowest = losses[-1]
    stops = [*losses, *_worse(random, lowest, patience + 1), lowest / 2, lowest / 3, lowest]
    ends = [*losses, *_worse(random, lowest, patience - 1)]
    return {"patience": patience, "histories": [stops, ends, [NAN, *losses, NAN, *stops[len(losses) + 1 :]]]}


def _falling(random: Random, patience: int) -> list[float]:
    """New lowest losses with fewer worse ones between them than `patience`, the lowest at the end."""
    losses, level = [], random.uniform(2.0, 2.4)
    for _ in range(3):
        level -= random.uniform(0.1, 0.3)
        losses += [level, *_worse(random, level, random.randint(1, patience - 1))]
    return [*losses, level - random.uniform(0.1, 0.3)]


def _worse(random: Random, level: float, count: int) -> list[float]:
    """Losses above `level`, each lower than the one before it."""
    return sorted((level + random.uniform(0.05, 0.6) for _ in range(count)), reverse=True)


def on(inputs: Inputs) -> str:
    """The patience in words."""
    return f"a patience of {inputs['patience']}"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The best epoch's weights and statistics, the end of the run, the number that comes back, and NaN."""
    patience, (stops, ends, _) = inputs["patience"], inputs["histories"]
    found, at_end, with_nan = values
    cases = ((stops, found), (ends, at_end))
    return {
        "weights": _first(_weights(losses, patience, seen) for losses, seen in cases),
        "statistics": _first(_statistics(losses, patience, seen) for losses, seen in cases),
        "end": _first(_end(losses, patience, seen) for losses, seen in cases),
        "best epoch": _first(_best(losses, patience, seen) for losses, seen in cases),
        "not a number": _not_a_number(inputs, found, with_nan),
    }


def _first(hints: Any) -> Hint | None:
    return next(filter(None, hints), None)


def _expected(losses: list[float], patience: int) -> tuple[int, int]:
    """The best epoch, and how many ran."""
    best, lowest = 0, math.inf
    for epoch, loss in enumerate(losses, start=1):
        if loss < lowest:
            best, lowest = epoch, loss
        elif epoch - best >= patience:
            return best, epoch
    return best, len(losses)


def _words(losses: list[float]) -> str:
    return "losses " + ", ".join(f"{loss:.2f}" for loss in losses)


def _are(levels: Any, epoch: int) -> bool:
    return isinstance(levels, list) and all(close(level, float(epoch)) for level in levels)


def _weights(losses: list[float], patience: int, seen: Any) -> Hint | None:
    best, _ = _expected(losses, patience)
    if _are(seen["parameters"], best):
        return None
    level = round(seen["parameters"][0])
    facts = f"the weights of epoch {best} in the model ({_words(losses)})", f"those of epoch {level}"
    if level == 0:
        return Hint("The model was not trained: call `train_epoch(model)` in each epoch.", *facts)
    if level == seen["ran"]:
        return Hint(
            "The model ends with its last weights. `state_dict()` shares memory with the model and goes on "
            "training with it; and what was kept has to be loaded at the end.",
            *facts, SECTION,
        )  # fmt: skip
    if seen["ran"] < best:
        return Hint("Stopped too early: a new lowest loss sets the count back to 0.", *facts, SECTION)
    return Hint(
        "The kept weights are not those of the lowest loss: compare with the lowest so far.", *facts, SECTION
    )


def _statistics(losses: list[float], patience: int, seen: Any) -> Hint | None:
    best, _ = _expected(losses, patience)
    if _are(seen["statistics"], best):
        return None
    return Hint(
        "The running statistics are of another epoch than the parameters: keep the whole state, not the "
        "parameters alone.",
        f"the statistics of epoch {best}", f"those of epoch {round(seen['statistics'][0])}", SECTION,
    )  # fmt: skip


def _end(losses: list[float], patience: int, seen: Any) -> Hint | None:
    _, last = _expected(losses, patience)
    ran = seen["ran"]
    if ran == last:
        return None
    facts = f"the end after epoch {last} ({_words(losses)})", f"after epoch {ran}"
    if ran == last + 1:
        mistake = "One epoch too many: stop as soon as `patience` epochs in a row were no new lowest."
    elif ran == len(losses):
        mistake = "The run did not stop: the count of epochs without a new lowest never reached `patience`."
    elif ran == last - 1 and last < len(losses):
        mistake = "One epoch too early: `patience` epochs in a row may bring nothing, and then it stops."
    else:
        mistake = "Only a loss that is no new lowest counts, in a row; a new lowest sets the count back to 0."
    return Hint(mistake, *facts, SECTION)


def _best(losses: list[float], patience: int, seen: Any) -> Hint | None:
    best, _ = _expected(losses, patience)
    if close(seen["best"], float(best), 1e-9):
        return None
    if close(seen["best"], float(best - 1), 1e-9):
        return Hint("Count epochs from 1.", f"epoch {best}", describe(seen["best"]))
    return Hint("Return the number of the epoch with the lowest loss.", f"{best}", describe(seen["best"]))


def _not_a_number(inputs: Inputs, clean: Any, seen: Any) -> Hint | None:
    """Without a hint where the run with NaN ends as the clean one does, be that right or not."""
    patience, (stops, _, broken) = inputs["patience"], inputs["histories"]
    best, last = _expected(broken, patience)
    if _are(seen["parameters"], best) and seen["ran"] - last == clean["ran"] - _expected(stops, patience)[1]:
        return None
    return Hint(
        "A loss that is NaN counts as no new lowest, and the next number is compared with the lowest before "
        "it. Any comparison with NaN is False: which branch does it take?",
        f"the weights of epoch {best} and the end after epoch {last} ({_words(broken)})",
        f"epoch {round(seen['parameters'][0])}, and the end after epoch {seen['ran']}", SECTION,
    )  # fmt: skip


CHECK = Check(draw, probes.early_stopping, compare, on)
