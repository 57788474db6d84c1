"""Find the bug: an optimizer that is older than the head, so that nothing moves."""

from __future__ import annotations

from random import Random
from typing import Any

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_03 import probes
from tl_course.exercises.plain import close, describe

HEADS = {"pocket_resnet": "fc.", "pocket_mobilenet": "classifier.3.", "pocket_convnext": "classifier.2."}
PLACE = see(3, "Where does a network keep its head?")


def draw(random: Random) -> Inputs:
    """A seed, a family, a number of classes and a rate."""
    return {
        "seed": random.randrange(10**6),
        "name": random.choice(list(HEADS)),
        "num_classes": random.randint(3, 9),
        "lr": random.choice([0.002, 0.005, 0.01, 0.02]),
    }


def on(inputs: Inputs) -> str:
    """The call in words."""
    return f"{inputs['name']} with {inputs['num_classes']} classes and lr={inputs['lr']}"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The new head moves, the backbone does not, nothing of an older model is held, the rate is the given."""
    if values["returned"] != ["model", "optimizer"]:
        return {"head": _form(values["returned"])}
    head = HEADS[inputs["name"]]
    return {
        "head": _head(head, inputs["num_classes"], values),
        "backbone": _backbone(head, values),
        "strange": _strange(values["strange"]),
        "rate": _rate(inputs["lr"], values["rates"]),
    }


def _form(kinds: list[str]) -> Hint:
    return Hint("Return two things: `return model, optimizer`.", "a model and an optimizer", ", ".join(kinds))


def _head(head: str, num_classes: int, values: Any) -> Hint | None:
    if values["outputs"] != num_classes:
        return Hint(
            "The model does not answer your classes. Look at the shape of one output.",
            f"{num_classes} outputs", describe(values["outputs"]), PLACE,
        )  # fmt: skip
    trains = [name for name in values["trains"] if name.startswith(head)]
    if not trains:
        return Hint(
            "The new head is frozen. In which order do you freeze and replace?",
            f"{head}weight to train", "it frozen",
        )  # fmt: skip
    if any(name.startswith(head) for name in values["pieces"]):
        return Hint(
            "The head is a piece of the old one: its rows belong to source classes. Make a new layer.",
            "new weights", "the first rows of the old ones", PLACE,
        )  # fmt: skip
    missing = [name for name in trains if name not in values["held"]]
    if len(missing) == len(trains):
        return Hint(
            "A step of training leaves the new head as it was. Which tensors does the optimizer hold, and "
            "when were they made?",
            f"{missing[0]} in the optimizer", "it missing", PLACE,
        )  # fmt: skip
    still = [name for name in trains if name not in values["moved"]]
    if missing or still:
        return Hint(
            "A part of the new head does not learn.", f"{(missing or still)[0]} to move in a step", "it still"
        )
    return None


def _backbone(head: str, values: Any) -> Hint | None:
    loose = [name for name in values["trains"] + values["moved"] if not name.startswith(head)]
    if not loose:
        return None
    return Hint(
        "The backbone trains too: only the new head is to learn.", f"{loose[0]} frozen", "it free",
        see(1, "How little has to be trained?"),
    )  # fmt: skip


def _strange(count: int) -> Hint | None:
    if count == 0:
        return None
    return Hint(
        "The optimizer still holds tensors of a head that the model no longer has.",
        "only parameters of the model", f"{count} others",
    )  # fmt: skip


def _rate(lr: float, rates: list[Any]) -> Hint | None:
    other = [rate for rate in rates if not close(rate, lr, 1e-6)]
    if not other:
        return None
    return Hint("The learning rate is not the `lr` that was given.", describe(lr), describe(other[0]))


CHECK = Check(draw, probes.loss_stands_still, compare, on)
