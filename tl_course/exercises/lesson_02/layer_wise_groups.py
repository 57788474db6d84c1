"""Write a function that gives an optimizer its parameters with a rate by stage."""

from __future__ import annotations

import math
from random import Random
from textwrap import shorten
from typing import Any

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_02 import probes
from tl_course.exercises.plain import describe, is_number

RATES = see(2, "May every stage move at the same rate?")
FIRST = see(2, "Should the head learn first?")
FORM = 'Return a list of dictionaries, each with "params" and a number "lr", as an optimizer takes it.'
PREFIX = "Does one stage's name begin another's?"

Listed = dict[str, list[float]]


def draw(random: Random) -> Inputs:
    """Stages, one child that is no stage, a frozen stage, and two numbers.

    Two pairs of stages have names of which one begins the other: the longer comes first in one pair, last in
    the other, so that looking for the first or for the last name that fits is both wrong.
    """
    word, digit = random.choice(["layer", "block", "stage"]), random.randint(0, 9)
    pairs = iter([f"{word}1", f"{word}1{digit}"]), iter([f"{word}2{digit}", f"{word}2"])
    stages = [next(pairs[which]) for which in random.sample([0, 0, 1, 1], 4)]
    head = random.choice(["fc", "classifier", "head"])
    outside = random.choice(["stem", "entry"])
    return {
        "seed": random.randrange(10**6),
        "names": [outside, *stages, head],
        "stages": [*stages, head],
        "frozen": random.choice(stages),
        "lr": random.choice([1e-3, 2e-3, 5e-3]),
        "decay": random.choice([0.3, 0.4, 0.6]),
    }


def on(inputs: Inputs) -> str:
    """The stages in words."""
    return (
        f"stages {', '.join(inputs['stages'])} ({inputs['frozen']} frozen; {inputs['names'][0]} and "
        f"class_token outside), lr={inputs['lr']}, decay={inputs['decay']}"
    )


def compare(inputs: Inputs, values: Any) -> Parts:
    """Each stage's rate; every parameter once, the frozen ones too; what is in no stage; nothing changed."""
    groups, known = values["groups"], [name for name, _ in probes.with_token(inputs).named_parameters()]
    form = _form(groups, known)
    if form:
        return {"rates": form}
    listed: Listed = {name: [] for name in known}
    for group in groups:
        for name in group["params"]:
            listed.setdefault(name, []).append(group["lr"])
    return {
        "rates": _rates(inputs, listed),
        "once": _once(inputs, listed, values["refused"]),
        "outside": _outside(inputs, listed),
        "untouched": _untouched(inputs, values),
    }


def _form(groups: Any, known: list[str]) -> Hint | None:
    if not _well_formed(groups):
        return Hint(
            FORM, '[{"params": ..., "lr": ...}, ...]', shorten(describe(groups), 60, placeholder=" ...")
        )
    without = [group["lr"] for group in groups if not is_number(group["lr"])]
    if without:
        return Hint('Each group needs a number "lr" of its own.', "a number", describe(without[0]))
    strange = [name for group in groups for name in group["params"] if name not in known]
    if strange:
        mistake = "`params` holds something else than the model's parameters: their names, or copies?"
        return Hint(mistake, "the model's own parameters", strange[0])
    return None


def _well_formed(groups: Any) -> bool:
    return isinstance(groups, list) and all(
        isinstance(group, dict)
        and isinstance(group.get("params"), list)
        and all(isinstance(name, str) for name in group["params"])
        for group in groups
    )


def _stage(name: str) -> str:
    return name.split(".")[0]


def _rate(inputs: Inputs, stage: str) -> float:
    return inputs["lr"] * inputs["decay"] ** (len(inputs["stages"]) - 1 - inputs["stages"].index(stage))


def _same(value: float, expected: float) -> bool:
    return math.isclose(value, expected, rel_tol=1e-6)


def _rates(inputs: Inputs, listed: Listed) -> Hint | None:
    stages, lr, decay = inputs["stages"], inputs["lr"], inputs["decay"]
    own = {name: rates for name, rates in listed.items() if _stage(name) in stages}
    absent = [name for name, rates in own.items() if not rates and _stage(name) != inputs["frozen"]]
    if absent:
        return Hint("A parameter of a stage is in no group.", f"{absent[0]} in a group", "it in none", RATES)
    wrong = [
        n for n, rates in own.items() if rates and not any(_same(r, _rate(inputs, _stage(n))) for r in rates)
    ]
    if not wrong:
        return None
    seen = {_stage(name): rates[0] for name, rates in own.items() if rates}
    last = wrong[-1]
    facts = f"a rate of {_rate(inputs, _stage(last)):.3g} for {last}", f"{listed[last][0]:.3g}"
    if all(_same(listed[name][0], _rate_begun(inputs, name)) for name in wrong):
        mistake = f"The rate is another stage's. {PREFIX}"
    elif all(_same(rate, lr) for rate in seen.values()):
        mistake = "Every stage has the same rate: `decay` is not used."
    elif all(_same(rate, lr * decay ** stages.index(stage)) for stage, rate in seen.items()):
        mistake = "The rates are reversed: the last stage, the head, is to have the highest."
    elif all(_same(rate, _rate(inputs, stage) * decay) for stage, rate in seen.items()):
        mistake = "One step too many: the last stage is no step away from itself, and learns at `lr`."
    elif all(_same(rate, lr * decay) for stage, rate in seen.items() if stage != stages[-1]):
        mistake = "All stages below the head share one rate: multiply by `decay` once for each step."
    else:
        mistake = "The rate is `lr` for the last stage, times `decay` for each stage between."
    return Hint(mistake, *facts, RATES)


def _rate_begun(inputs: Inputs, name: str) -> float:
    """The rate of the stage whose name begins that of this parameter's stage; NaN where there is none."""
    own = _stage(name)
    others = [stage for stage in inputs["stages"] if stage != own and own.startswith(stage)]
    return _rate(inputs, others[0]) if others else math.nan


def _once(inputs: Inputs, listed: Listed, refused: str) -> Hint | None:
    twice = [name for name, rates in listed.items() if len(rates) > 1]
    if twice:
        mistake = f"A parameter is in the groups more than once. {PREFIX}"
        return Hint(mistake, f"{twice[0]} once", f"it {len(listed[twice[0]])} times")
    if refused:
        return Hint(
            "An optimizer does not take these groups.",
            "groups that SGD takes",
            shorten(refused, 120).rstrip("."),
        )
    absent = [name for name, rates in listed.items() if not rates and _stage(name) == inputs["frozen"]]
    if absent:
        return Hint(
            "The frozen parameters are left out, so unfreezing them later would move nothing.",
            f"{absent[0]} in a group", "it in none", FIRST,
        )  # fmt: skip
    return None


def _outside(inputs: Inputs, listed: Listed) -> Hint | None:
    expected = _rate(inputs, inputs["stages"][0])
    outside = {name: rates for name, rates in listed.items() if _stage(name) not in inputs["stages"]}
    absent = [name for name, rates in outside.items() if not rates]
    if absent:
        mistake = "A parameter that is in no named stage is in no group either, and would never move."
        if absent == ["class_token"]:
            mistake = "A parameter may belong to the model itself, in no child."
        return Hint(mistake, f"{absent[-1]} in a group", "it in none")
    wrong = [name for name, rates in outside.items() if not _same(rates[0], expected)]
    if not wrong:
        return None
    mistake = "What is in no named stage learns at the rate of the first stage."
    return Hint(mistake, f"a rate of {expected:.3g} for {wrong[0]}", f"{listed[wrong[0]][0]:.3g}")


def _untouched(inputs: Inputs, values: Any) -> Hint | None:
    if values["stages"] != inputs["stages"]:
        facts = f"`stages` to stay {describe(inputs['stages'])}", describe(values["stages"])
        return Hint("Your function has changed the list that it was given.", *facts)
    if values["flags_kept"] is not True:
        return Hint("Your function has changed what is frozen; the groups alone are asked for.")
    return None


CHECK = Check(draw, probes.layer_wise_groups, compare, on)
