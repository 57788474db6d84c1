"""Find the bug: a class is looked for along the pictures, so maps are asked for classes that nobody gave."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_05 import probes
from tl_course.exercises.lesson_05.closed_form import class_maps, scaled, scores_of
from tl_course.exercises.plain import close, describe, is_tensor
from tl_course.exercises.small_worlds import small_pictures

SECTION = see(5, "Do the maps point at the animal?")


def draw(random: Random) -> Inputs:
    """As many pictures as classes and some more; the model gives several classes, without close calls."""
    while True:
        classes = random.choice([4, 5, 6])
        count = classes + random.choice([2, 3, 7])
        inputs = {"seed": random.randrange(10**6), "classes": classes, "count": count}
        network, images = _world(inputs)
        scores, maps = scores_of(network, images), class_maps(network, images)
        said, first = scores.argmax(1), scores[:classes]
        shown = maps[torch.arange(count), said].amax((1, 2))
        two = scores.topk(2).values
        if (
            shown.min() > 0.01
            and (two[:, 0] - two[:, 1]).min() > 0.05
            and len(said[:classes].unique()) > 2
            and len(first.argmax(0).unique()) > 2
            and (first.argmax(0) != said[:classes]).sum() > 1
        ):
            return inputs


def _world(inputs: Inputs) -> Any:
    images = small_pictures(inputs["seed"], inputs["count"]).tensors[0]
    return probes.even_network(inputs["seed"], images, inputs["classes"]), images


def on(inputs: Inputs) -> str:
    """The pictures in words."""
    many = inputs["classes"]
    return f"{many} pictures, then {inputs['count'] - many} others, and a model of {many} classes"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The map of the class given to each picture, that class, its scale, and any number of pictures."""
    network, images = _world(inputs)
    said, maps = scores_of(network, images).argmax(1), scaled(class_maps(network, images))
    many = inputs["classes"]
    found = values["as_many"]
    return {
        "maps": _maps(found["maps"], said[:many].tolist(), maps[:many]),
        "said": _said(found["said"], said[:many].tolist()),
        "scale": _scale(found["maps"]),
        "others": _others(values["others"], said[many:].tolist(), maps[many:]),
    }


def _maps(value: Any, said: list[int], maps: Tensor) -> Hint | None:
    if isinstance(value, list) and value and all(is_tensor(item, *maps.shape[2:]) for item in value):
        value = torch.stack(value)
    shape = (len(said), *maps.shape[2:])
    if not is_tensor(value, *shape):
        return Hint("Return one map for each picture.", f"maps of shape {shape}", describe(value))
    own = scaled(value.float())
    asked = [_class_of(one, candidates) for one, candidates in zip(own, maps, strict=True)]
    wrong = next((index for index, answer in enumerate(said) if answer not in asked[index]), None)
    return None if wrong is None else _wrong_map(wrong, asked, said, own)


def _class_of(found: Tensor, candidates: Tensor) -> list[int]:
    """The classes that this is the map of."""
    return [index for index, expected in enumerate(candidates) if close(found, expected, 2e-3)]


def _wrong_map(wrong: int, asked: list[list[int]], said: list[int], own: Tensor) -> Hint:
    expected = f"the map of picture {wrong} for class {said[wrong]}"
    if not own[wrong].any():
        return Hint(
            "A picture has a map of zeros: nothing was asked of its scores.", expected, "zeros", SECTION
        )
    if not asked[wrong]:
        return Hint(
            "A map is that of no single class. Ask for one score of each picture, before softmax.",
            expected, "one of no class alone", SECTION,
        )  # fmt: skip
    seen = f"that for class {asked[wrong][0]}"
    if set.intersection(*map(set, asked)):
        return Hint(
            "All pictures are explained for one and the same class. Each got an answer of its own.",
            expected, seen, SECTION,
        )  # fmt: skip
    return Hint(
        "A picture is explained for a class that the model did not give it. Scores have the shape (pictures, "
        "classes): between what does your argmax choose?",
        expected, seen, SECTION,
    )  # fmt: skip


def _said(value: Any, said: list[int]) -> Hint | None:
    found = value.tolist() if isinstance(value, Tensor) else value
    if isinstance(found, list):
        found = [item.item() if isinstance(item, Tensor) and item.numel() == 1 else item for item in found]
    if found == said:
        return None
    return Hint(
        "The classes that come with the maps are not those that the model gives.",
        describe(said), describe(found),
    )  # fmt: skip


def _scale(value: Any) -> Hint | None:
    highest = [float(one.max()) for one in value]
    off = next((index for index, peak in enumerate(highest) if not close(peak, 1.0, 1e-2)), None)
    if off is None:
        return None
    return Hint(
        "Each map is scaled by itself, so that its highest pixel is 1.",
        f"a highest pixel of 1 in map {off}", f"{highest[off]:.3g}",
    )  # fmt: skip


def _others(found: Any, said: list[int], maps: Tensor) -> Hint | None:
    if "error" in found:
        return Hint(
            "With another number of pictures than classes it stops.",
            f"an answer for {len(said)} pictures", f"the error '{found['error']}'", SECTION,
        )  # fmt: skip
    hint = _maps(found["maps"], said, maps) or _said(found["said"], said)
    return hint and Hint(
        "With another number of pictures than classes the answer is not right. " + hint.mistake,
        f"{hint.expected} ({len(said)} pictures)", hint.seen, hint.see,
    )  # fmt: skip


CHECK = Check(draw, probes.wrong_class, compare, on)
