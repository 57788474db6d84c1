"""Find and replace the head of a network whose family has no name."""

from __future__ import annotations

from random import Random
from typing import Any

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_03 import probes
from tl_course.exercises.plain import describe

HEAD = see(3, "Where does a network keep its head?")
KNOWN = {
    "squeezenet1_1": ("classifier.1", "Conv2d", 512),
    "mobilenet_v3_small": ("classifier.3", "Linear", 1024),
}


def draw(random: Random) -> Inputs:
    """Two invented networks, one with a linear head and one with a convolution, and one of torchvision's."""
    family = random.choice(list(KNOWN))
    place, kind, width = KNOWN[family]
    known = {"place": place, "kind": kind, "inputs": width, "source_classes": 1000, "bias": True}
    networks = [_invented(random, "Linear"), _invented(random, "Conv2d"), {"family": family, **known}]
    first = random.random() < 0.5
    networks[0]["decoy_first"], networks[1]["decoy_first"] = first, not first
    states = random.sample([(True, True), (True, False), (False, True)], 3)
    for spec, (training, frozen) in zip(networks, states, strict=True):
        spec |= {"seed": random.randrange(10**6), "training": training, "frozen": frozen}
    return {"networks": networks, "num_classes": random.randint(3, 9)}


def _invented(random: Random, kind: str) -> dict[str, Any]:
    outer = random.choice(["summit", "verdict", "tail", "top", "judge"])
    inner = random.choice(["score", "answer", "last", "logits", "out"])
    return {
        "family": "invented",
        "place": f"{outer}.{inner}",
        "kind": kind,
        "inputs": random.choice([12, 14, 18]),
        "source_classes": random.choice([20, 30, 57]),
        "bias": random.random() < 0.5,
    }


def on(inputs: Inputs) -> str:
    """The networks in words."""
    return f"three networks, with num_classes={inputs['num_classes']}"


def compare(inputs: Inputs, values: Any) -> Parts:
    """Of each network: the number of outputs, all besides the head, the head's kind and weights, its name."""
    classes = inputs["num_classes"]
    answered = list(zip(inputs["networks"], values, strict=True))
    return {
        "outputs": _first(_outputs(spec, found, classes) for spec, found in answered),
        "rest": _first(_rest(spec, found) for spec, found in answered),
        "kind": _first(_kind(spec, found, classes) for spec, found in answered),
        "fresh": _first(_fresh(spec, found) for spec, found in answered),
        "name": _first(_name(spec, found) for spec, found in answered),
    }


def _first(hints: Any) -> Hint | None:
    return next((hint for hint in hints if hint), None)


def _where(spec: dict[str, Any]) -> str:
    bias = "" if spec["bias"] else " without bias"
    family = "an invented network" if spec["family"] == "invented" else spec["family"]
    return f"{family}, its head a {spec['kind']}{bias} at {spec['place']!r}"


def _outputs(spec: dict[str, Any], found: Any, classes: int) -> Hint | None:
    shape = found["outputs"]
    if shape == [2, classes]:
        return None
    if not found["lost"] and not found["added"]:
        mistake = _nothing_replaced(spec, found["returned"])
    elif shape == [2, spec["source_classes"]]:
        mistake = "The forward pass never calls the layer that you put in: the old head still answers."
    elif any(name.startswith("wide.") for name in found["lost"]):
        mistake = "Another layer than the head was replaced: a convolution with a 3 x 3 kernel."
    elif isinstance(shape, str) and found["head"]["kind"] != spec["kind"]:
        mistake = "The new head is of another kind than the old one."
    elif isinstance(shape, str):
        mistake = "Another layer than the head was replaced, or the new one takes another number of features."
    else:
        mistake = "The new head does not give one number a class for each picture."
    return Hint(mistake, f"outputs (2, {classes}) from {_where(spec)}", _shape(shape), HEAD)


def _nothing_replaced(spec: dict[str, Any], returned: Any) -> str:
    if returned == spec["place"]:
        return "You name the head, but the network that was given still has the old one. Replace it in place."
    mistake = (
        "Nothing was replaced in the network that was given. Perhaps your function did not find this head."
    )
    kernel = " What does its `kernel_size` look like when you print it?"
    return mistake + (kernel if spec["kind"] == "Conv2d" else "")


def _shape(shape: Any) -> str:
    return str(tuple(shape)) if isinstance(shape, list) else f"a {shape} in the forward pass"


def _rest(spec: dict[str, Any], found: Any) -> Hint | None:
    prefix = f"{spec['place']}."
    if any(name.startswith(prefix) and name.count(".") > prefix.count(".") for name in found["added"]):
        return None  # the old head may live on inside the new one: that is for "kind"
    lost = [name for name in found["lost"] + found["added"] if not name.startswith(prefix)]
    if lost:
        return Hint(
            "Something besides the head has changed. Put in one layer, and leave the others as they are.",
            f"{lost[0]} as it was in {_where(spec)}", "it changed, gone or new",
        )  # fmt: skip
    if found["thawed"] or found["froze"]:
        name, before, after = (
            (found["thawed"][0], "frozen", "free")
            if found["thawed"]
            else (found["froze"][0], "free", "frozen")
        )
        return Hint(
            "Something besides the head has changed: which parameters are frozen.",
            f"{name} {before} as before in {_where(spec)}", f"it {after}",
        )  # fmt: skip
    if found["switched"]:
        before, after = ("train", "eval") if spec["training"] else ("eval", "train")
        return Hint(
            "Something besides the head has changed: the mode.",
            f"{_where(spec)}, in {before} mode as before", f"a part of it in {after} mode",
        )  # fmt: skip
    return None


def _kind(spec: dict[str, Any], found: Any, classes: int) -> Hint | None:
    head, expected = found["head"], [classes, spec["inputs"], *([1, 1] if spec["kind"] == "Conv2d" else [])]
    if head["kind"] != spec["kind"]:
        return Hint(
            "The new head is of another kind than the old one.", f"in {_where(spec)}, one {spec['kind']}",
            f"a {head['kind']}", HEAD,
        )  # fmt: skip
    if head["shape"] != expected:
        return Hint(
            "The new head's weight has another shape.", f"{expected} in {_where(spec)}", str(head["shape"])
        )
    if head["bias"] is not spec["bias"]:
        return Hint(
            "The new head has a bias where the old one had none, or none where it had one.",
            f"bias={spec['bias']} in {_where(spec)}", f"bias={head['bias']}",
        )  # fmt: skip
    return None


def _fresh(spec: dict[str, Any], found: Any) -> Hint | None:
    if found["head"].get("copied", False):
        return Hint(
            "The new head is a piece of the old one: its rows belong to source classes. Make a new layer.",
            f"fresh weights in {_where(spec)}", "the first rows of the old ones",
        )  # fmt: skip
    if not found["head"].get("trains", True):
        return Hint("The new head is frozen.", f"one that trains in {_where(spec)}", "it frozen")
    return None


def _name(spec: dict[str, Any], found: Any) -> Hint | None:
    if found["returned"] == spec["place"]:
        return None
    return Hint("Return the head's whole dotted name.", f"{spec['place']!r}", describe(found["returned"]))


CHECK = Check(draw, probes.head_of_an_unknown_family, compare, on)
