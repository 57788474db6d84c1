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
ORDER = "`val_loss` was called before the first `train_epoch`; in each epoch train first, then measure."
NOT_A_NUMBER = (
    "A loss that is NaN is no new lowest and uses up patience; the next number is compared with the lowest "
    "before it. Any comparison with NaN is False: which branch does it take?"
)
TIE = "An equal loss is no new lowest: the epoch that had it first stays the best, and patience runs on."


def draw(random: Random) -> Inputs:
    """Lists of losses: a run that stops, one that ends first, one with NaN, one with a tie."""
    patience = random.randint(2, 3)
    losses = _falling(random, patience)
    lowest = losses[-1]
    stops = [*losses, *_worse(random, lowest, patience + 1), lowest / 2, lowest / 3, lowest]
    ends = [*losses, *_worse(random, lowest, patience - 1)]
    after = stops[len(losses) + 1 :]
    return {
        "patience": patience,
        "histories": [stops, ends, [NAN, *losses, NAN, *after], [*losses, lowest, *after]],
    }


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
    """The best epoch's weights and statistics, the end, the number that comes back, NaN, and a tie."""
    patience, (stops, ends, broken, tied) = inputs["patience"], inputs["histories"]
    found, at_end, with_nan, with_tie = values
    if with_tie["measured"][:1] == [0]:
        return {"weights": Hint(ORDER, "`train_epoch` first", "`val_loss` first")}
    late = found["ran"] - _expected(stops, patience)[1]
    cases = ((stops, found), (ends, at_end))
    return {
        "weights": _first(_weights(losses, patience, seen) for losses, seen in cases),
        "statistics": _first(_statistics(losses, patience, seen) for losses, seen in cases),
        "end": _first(_end(losses, patience, seen) for losses, seen in cases),
        "best epoch": _first(_best(losses, patience, seen) for losses, seen in cases),
        "not a number": _special(broken, patience, late, with_nan, NOT_A_NUMBER),
        "equal losses": _special(tied, patience, late, with_tie, TIE),
        "calls": _calls(found),
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
            "The model ends with its last weights: either nothing was loaded into it at the end, or what was "
            "kept is no copy (`state_dict()` shares memory with the model).",
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


def _special(losses: list[float], patience: int, late: int, seen: Any, mistake: str) -> Hint | None:
    """Without a hint where the run ends as an ordinary one does, which may be `late` epochs too late."""
    best, last = _expected(losses, patience)
    if _are(seen["parameters"], best) and seen["ran"] - last == late:
        return None
    return Hint(
        mistake,
        f"the weights of epoch {best} and the end after epoch {last} ({_words(losses)})",
        f"epoch {round(seen['parameters'][0])}, and the end after epoch {seen['ran']}", SECTION,
    )  # fmt: skip


def _calls(seen: Any) -> Hint | None:
    if seen["measured"] == list(range(1, seen["ran"] + 1)):
        return None
    facts = f"{seen['ran']} calls in {seen['ran']} epochs", f"{len(seen['measured'])}"
    return Hint("`val_loss` is to be called once in each epoch, after the training.", *facts)


CHECK = Check(draw, probes.early_stopping, compare, on)
