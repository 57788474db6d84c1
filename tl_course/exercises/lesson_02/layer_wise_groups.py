"""Write a function that gives an optimizer its parameters with a rate by stage."""

from __future__ import annotations

import math
from random import Random
from typing import Any

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_02 import probes
from tl_course.exercises.plain import describe, is_number
from tl_course.exercises.small_worlds import staged_network

RATES = see(2, "May every stage move at the same rate?")
FIRST = see(2, "Should the head learn first?")
FORM = 'Return a list of dictionaries, each with "params" and a number "lr", as an optimizer takes it.'

Listed = dict[str, list[float]]


def draw(random: Random) -> Inputs:
    """Stages, one name of which begins another; one child that is no stage; a frozen stage; two numbers."""
    word = random.choice(["layer", "block", "stage"])
    stages = random.sample([f"{word}1", f"{word}1{random.randint(0, 9)}", f"{word}2", "neck"], 4)
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
        f"stages {', '.join(inputs['stages'])} ({inputs['frozen']} frozen) and {inputs['names'][0]} outside, "
        f"lr={inputs['lr']}, decay={inputs['decay']}"
    )


def compare(inputs: Inputs, values: Any) -> Parts:
    """Each stage's rate; every parameter once, the frozen ones too; the rate of what is in no stage."""
    groups = values["groups"]
    if not _well_formed(groups):
        return {"rates": Hint(FORM, "a list of groups", describe(groups)), "once": None, "outside": None}
    listed: Listed = {name: [] for name, _ in _network(inputs).named_parameters()}
    for group in groups:
        for name in group["params"]:
            listed.setdefault(name, []).append(group["lr"])
    return {
        "rates": _rates(inputs, listed),
        "once": _once(inputs, listed),
        "outside": _outside(inputs, listed),
    }


def _network(inputs: Inputs) -> Any:
    return staged_network(inputs["seed"], inputs["names"])


def _well_formed(groups: Any) -> bool:
    return isinstance(groups, list) and all(
        isinstance(group, dict)
        and isinstance(group.get("params"), list)
        and all(isinstance(name, str) for name in group["params"])
        and is_number(group.get("lr"))
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
    if all(_same(rate, lr) for rate in seen.values()):
        mistake = "Every stage has the same rate: `decay` is not used."
    elif all(_same(rate, lr * decay ** stages.index(stage)) for stage, rate in seen.items()):
        mistake = "The rates are turned round: the last stage, the head, is to have the highest."
    elif all(_same(rate, _rate(inputs, stage) * decay) for stage, rate in seen.items()):
        mistake = "One step too many: the last stage is no step away from itself, and learns at `lr`."
    elif all(_same(rate, lr * decay) for stage, rate in seen.items() if stage != stages[-1]):
        mistake = "All stages below the head share one rate: multiply by `decay` once for each step."
    else:
        mistake = "The rate is `lr` for the last stage, times `decay` for each stage between."
    return Hint(mistake, *facts, RATES)


def _once(inputs: Inputs, listed: Listed) -> Hint | None:
    known = [name for name, _ in _network(inputs).named_parameters()]
    strange = [name for name in listed if name not in known]
    if strange:
        return Hint("A group holds something that is no parameter of the model.", "its own", strange[0])
    twice = [name for name in known if len(listed[name]) > 1]
    if twice:
        return Hint(
            "A parameter is in more than one group. Does one stage's name begin another's?",
            f"{twice[0]} once", f"it {len(listed[twice[0]])} times",
        )  # fmt: skip
    absent = [name for name in known if not listed[name] and _stage(name) == inputs["frozen"]]
    if absent:
        return Hint(
            "The frozen parameters are left out, so unfreezing them later would move nothing.",
            f"{absent[0]} in a group", "it in none", FIRST,
        )  # fmt: skip
    return None


def _outside(inputs: Inputs, listed: Listed) -> Hint | None:
    expected = _rate(inputs, inputs["stages"][0])
    for name, rates in listed.items():
        if _stage(name) in inputs["stages"] or _stage(name) not in inputs["names"]:
            continue
        if not rates:
            return Hint(
                "A parameter that is in no named stage is in no group either, and would never move.",
                f"{name} in a group", "it in none",
            )  # fmt: skip
        if not _same(rates[0], expected):
            return Hint(
                "What is in no named stage learns at the rate of the first stage.",
                f"a rate of {expected:.3g} for {name}", f"{rates[0]:.3g}",
            )  # fmt: skip
    return None


CHECK = Check(draw, probes.layer_wise_groups, compare, on)
