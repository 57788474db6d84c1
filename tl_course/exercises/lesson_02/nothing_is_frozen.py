"""Find the bug: a function that is to freeze a network, and everything trains."""

from __future__ import annotations

from random import Random
from typing import Any

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_02 import probes

FREEZING = see(2, "How far down should training reach?")


def draw(random: Random) -> Inputs:
    """Stages, the name of a kept one beginning that of another, and which are kept; all trainable."""
    word = random.choice(["layer", "block", "stage"])
    kept, longer = f"{word}1", f"{word}1{random.randint(0, 9)}"
    head = random.choice(["fc", "classifier", "head"])
    stages = random.sample([kept, longer, f"{word}2", "stem"], 4)
    return {"seed": random.randrange(10**6), "names": [*stages, head], "keep": [kept, head]}


def on(inputs: Inputs) -> str:
    """The stages in words."""
    return (
        f"a network with stages {', '.join(inputs['names'])}, of which {' and '.join(inputs['keep'])} train, "
        "and a class_token of its own"
    )


def compare(inputs: Inputs, values: Any) -> Parts:
    """Frozen is what is not kept; the rest trains; an optimizer made before still holds the parameters."""
    flags, keep = values["requires_grad"], inputs["keep"]
    return {
        "frozen": _frozen(flags, keep, values),
        "kept": _kept(flags, keep),
        "same parameters": _same(values["replaced"]),
    }


def _frozen(flags: dict[str, bool], keep: list[str], values: Any) -> Hint | None:
    to_freeze = [name for name in flags if name.split(".")[0] not in keep]
    free = [name for name in to_freeze if flags[name] or values["moved"][name] != 0]
    if not free:
        return None
    facts = f"{free[-1]} frozen", "it free"
    if any("grad" in name for name in values["attributes"]):
        mistake = "You set an attribute that nobody reads: PyTorch's is spelt `requires_grad`."
        return Hint(mistake, *facts, FREEZING)
    if values["flags_on_modules"]:
        return Hint(
            "A module has no `requires_grad` of its own: setting it makes an attribute that nobody reads.",
            *facts, FREEZING,
        )  # fmt: skip
    if all(flags.values()):
        return Hint(
            "Everything trains as before. Are the tensors that you set the flags of the ones that the "
            "optimizer moves? Look with `is`.",
            *facts, FREEZING,
        )  # fmt: skip
    if len(free) == len(to_freeze):
        return Hint("It is reversed: what is in `keep` is to train, the rest not.", *facts, FREEZING)
    if free == ["class_token"]:
        return Hint("A parameter may belong to the model itself, in no child.", *facts)
    if all(name.startswith(tuple(keep)) for name in free):
        return Hint("The name of one stage may begin the name of another.", *facts)
    return Hint("A part of what is not in `keep` still trains.", *facts, FREEZING)


def _kept(flags: dict[str, bool], keep: list[str]) -> Hint | None:
    frozen = [name for name, flag in flags.items() if name.split(".")[0] in keep and not flag]
    if not frozen:
        return None
    return Hint(
        "A stage that is to train is frozen too: spare what is in `keep`.",
        f"{frozen[0]} to train", "it frozen", FREEZING,
    )  # fmt: skip


def _same(replaced: list[str]) -> Hint | None:
    if not replaced:
        return None
    return Hint(
        "New parameters have taken the place of the old ones, and an optimizer made before holds the old.",
        f"the same {replaced[0]} as before", "another one",
    )  # fmt: skip


CHECK = Check(draw, probes.nothing_is_frozen, compare, on)
