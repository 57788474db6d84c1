"""Write what trains at the start of an epoch: the head first, and a stage more every few epochs."""

from __future__ import annotations

from random import Random
from typing import Any

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_02 import probes
from tl_course.exercises.plain import describe

SCHEDULE = see(2, "Should the head learn first?")
NORMS = see(2, "What should BatchNorm do while part of the network is frozen?")


def draw(random: Random) -> Inputs:
    """Names of stages, one that is in none of them, the epochs between stages, and an epoch to go on at.

    The shallowest stage's name begins with that of the deepest below the head, and others lie between.
    """
    word = random.choice(["layer", "block", "stage"])
    between = random.sample([f"{word}{number}" for number in range(2, 6)], random.randint(1, 2))
    stages = [f"{word}1{random.randint(0, 9)}", *between, f"{word}1", random.choice(["fc", "head"])]
    every = random.randint(2, 3)
    return {
        "seed": random.randrange(10**6),
        "names": [random.choice(["stem", "entry"]), *stages],
        "stages": stages,
        "every": every,
        "epochs": list(range(1, len(stages) * every + 3)),
        "resumed_at": every * random.randint(1, 2) + random.randint(1, every),
    }


def on(inputs: Inputs) -> str:
    """The schedule in words."""
    return (
        f"stages {', '.join(inputs['stages'])} ({inputs['names'][0]} and class_token are outside) with one "
        f"more every {inputs['every']} epochs"
    )


def compare(inputs: Inputs, values: Any) -> Parts:
    """The right stages train in each epoch, in a resumed run too; modes that fit; `stages` unchanged."""
    in_order = list(zip(inputs["epochs"], values["in_order"], strict=True))
    resumed = [(inputs["resumed_at"], found) for found in values["resumed"]]
    return {
        "stages": _first(_stages(inputs, epoch, found["requires_grad"]) for epoch, found in in_order),
        "resumed": _first(_resumed(inputs, epoch, found["requires_grad"]) for epoch, found in resumed),
        "frozen layers": _first(_modes(inputs, epoch, found["modes"], False) for epoch, found in in_order),
        "free layers": _first(_modes(inputs, epoch, found["modes"], True) for epoch, found in in_order),
        "untouched": _untouched(inputs["stages"], values["stages"]),
    }


def _first(hints: Any) -> Hint | None:
    return next(filter(None, hints), None)


def _free(inputs: Inputs, epoch: int) -> list[str]:
    """The stages that train in an epoch, shallow to deep."""
    count = 1 + (epoch - 1) // inputs["every"]
    return inputs["stages"][max(0, len(inputs["stages"]) - count) :]


def _seen(inputs: Inputs, flags: dict[str, bool]) -> list[str]:
    """What has a parameter that trains: children of the model, shallow to deep, or its own class token."""
    training = {name.split(".")[0] for name, flag in flags.items() if flag}
    return [name for name in ("class_token", *inputs["names"]) if name in training]


def _partly(inputs: Inputs, flags: dict[str, bool]) -> list[str]:
    frozen = {name.split(".")[0] for name, flag in flags.items() if not flag}
    return [name for name in _seen(inputs, flags) if name in frozen]


def _words(names: list[str]) -> str:
    return ", ".join(names) or "nothing"


def _stages(inputs: Inputs, epoch: int, flags: dict[str, bool]) -> Hint | None:
    expected, seen, stages = _free(inputs, epoch), _seen(inputs, flags), inputs["stages"]
    if seen == expected and not _partly(inputs, flags):
        return None
    due = 1 + (epoch - 1) // inputs["every"]
    if seen == expected:
        mistake = "A stage trains in part: set every parameter below it."
    elif seen == ["class_token", *expected]:
        mistake = "A parameter may belong to the model itself, in no child."
    elif set(stages) <= set(seen) and len(expected) < len(stages):
        mistake = "Everything trains: freeze the rest, also when the number of free stages comes out as 0."
    elif inputs["names"][0] in seen:
        mistake = "What is in no named stage trains too; it stays frozen throughout."
    elif seen == stages[: len(expected)]:
        mistake = "The order is reversed: the last stage, the head, comes first."
    elif set(seen) - set(expected) == {stages[0]} and stages[0].startswith(tuple(expected)):
        mistake = "Does one stage's name begin another's?"
    elif due > len(stages) and set(seen) < set(stages):
        mistake = "Stages have dropped out again: is the start of a slice negative?"
    elif seen == expected[:1] and len(expected) > 1:
        mistake = "Only the newest stage trains: the ones freed before it go on."
    elif len(seen) == len(expected) + 1:
        mistake = "A stage joins too early. Epochs are counted from 1: the second stage waits `every` epochs."
    elif len(seen) < len(expected):
        mistake = "A stage joins too late, or never."
    else:
        mistake = "These are not the stages that the schedule frees."
    return Hint(mistake, f"{_words(expected)} to train in epoch {epoch}", _words(seen), SCHEDULE)


def _resumed(inputs: Inputs, epoch: int, flags: dict[str, bool]) -> Hint | None:
    expected, seen = _free(inputs, epoch), _seen(inputs, flags)
    if seen == expected and not _partly(inputs, flags):
        return None
    return Hint(
        "What trains depends on earlier calls, but a run may be taken up in the middle: set every flag anew.",
        f"{_words(expected)} to train in a first call with epoch {epoch}", _words(seen), SCHEDULE,
    )  # fmt: skip


def _modes(inputs: Inputs, epoch: int, modes: dict[str, bool], free: bool) -> Hint | None:
    """A hint where a layer of the free, or of the frozen, stages is in the other mode."""
    stages = _free(inputs, epoch)
    wrong = [n for n, training in modes.items() if (n.split(".")[0] in stages) == free and training != free]
    if not wrong:
        return None
    if free:
        mistake = "A module of a stage that trains is in eval mode: set its mode too, whatever it was."
        return Hint(mistake, f"{wrong[0]} in train mode in epoch {epoch}", "it in eval mode", NORMS)
    mistake = "A frozen stage is in train mode, so its BatchNorm statistics would move."
    if not any(name.endswith("norm") for name in wrong):
        mistake = "BatchNorm rests, but a frozen child is in train mode: a Dropout in it would still drop."
    return Hint(mistake, f"{wrong[0]} in eval mode in epoch {epoch}", "it in train mode", NORMS)


def _untouched(given: list[str], seen: list[str]) -> Hint | None:
    if seen == given:
        return None
    mistake = "Your function has changed the list that it was given, so the next call gets another one."
    return Hint(mistake, f"`stages` to stay {describe(given)}", describe(seen))


CHECK = Check(draw, probes.unfreezing_schedule, compare, on)
