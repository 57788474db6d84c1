"""Find the bug: a class is looked for along the pictures, so maps are asked for classes that nobody gave."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_05 import probes
from tl_course.exercises.lesson_05.closed_form import evidence, ranged, scaled, scores_of
from tl_course.exercises.lesson_05.forms import not_a_pair
from tl_course.exercises.plain import close, describe, is_tensor

SECTION = see(5, "Do the maps point at the animal?")
PAIR = "the classes and the maps"


def draw(random: Random) -> Inputs:
    """As many pictures as classes and some more; the model gives several classes, and every slip shows."""
    while True:
        classes = random.choice([4, 5, 6])
        height, width = random.choice([(6, 8), (8, 6), (8, 10)])
        inputs = {"seed": random.randrange(10**6), "classes": classes, "height": height, "width": width}
        inputs["count"] = classes + random.choice([2, 3, 7])
        if _telling(inputs):
            return inputs


def _telling(inputs: Inputs) -> bool:
    scores, sums = _world(inputs)
    said, many = scores.argmax(1), inputs["classes"]
    own = sums[torch.arange(len(said)), said]
    two, shares = scores.topk(2).values, scaled(own[:many].relu())
    slips = (scores[:many].argmax(0), said[:1].expand(many), torch.zeros(many, dtype=torch.long))
    return (
        bool(own.amax((1, 2)).min() > 0.01)
        and bool((two[:, 0] - two[:, 1]).min() > 0.02)
        and len(said[:many].unique()) > 2
        and len(slips[0].unique()) > 2
        and bool(shares.amin((1, 2)).max() > 0.03)  # dividing is not subtracting and dividing
        and all(_shows(sums[:many], said[:many], other) for other in slips)
        and bool((ranged(own[:many]) - ranged(own[:many].relu())).abs().max() > 0.05)
    )


def _shows(sums: Tensor, said: Tensor, other: Tensor) -> bool:
    """Whether a map for one of the other classes is not zero, and plainly not the right one."""
    each = torch.arange(len(said))
    wrong = ranged(sums[each, other].relu())
    off = (wrong - ranged(sums[each, said].relu())).abs().amax((1, 2))
    return bool(((off > 0.05) & (wrong.amax((1, 2)) > 0)).any())


def _world(inputs: Inputs) -> tuple[Tensor, Tensor]:
    """The scores of all pictures, and the weighted sums for all classes."""
    images = probes.pictures(inputs["seed"], inputs["count"], inputs["height"], inputs["width"])
    network = probes.even_network(probes.strided_network(inputs["seed"], inputs["classes"]), images)
    return scores_of(network, images), evidence(network, images)


def on(inputs: Inputs) -> str:
    """The pictures in words."""
    many = inputs["classes"]
    return f"{many} pictures, then {inputs['count'] - many} others, then one, and a model of {many} classes"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The map of the class given to each picture, that class, its scale, and any number of pictures."""
    scores, sums = _world(inputs)
    said, many, found = scores.argmax(1).tolist(), inputs["classes"], values["as_many"]
    if "no_pair" in found:
        return {"maps": not_a_pair(found["no_pair"], PAIR)}
    return {
        "maps": _maps(found["maps"], said[:many], sums[:many]),
        "said": _said(found["said"], said[:many]),
        "scale": _scale(found["maps"], said[:many], sums[:many]),
        "others": _others(values["others"], said[many:], sums[many:]),
        "one": _others(values["one"], said[-1:], sums[-1:]),
    }


def _maps(value: Any, said: list[int], sums: Tensor) -> Hint | None:
    if isinstance(value, list) and value and all(is_tensor(item, *sums.shape[2:]) for item in value):
        value = torch.stack(value)
    shape = (len(said), *sums.shape[2:])
    if not is_tensor(value, *shape):
        return Hint(
            "Return one map for each picture, of the layer's own size.",
            f"maps of shape {shape}", describe(value),
        )  # fmt: skip
    own, right = ranged(value.float()), ranged(sums.relu())
    asked = [_classes_of(one, candidates) for one, candidates in zip(own, right, strict=True)]
    wrong = [index for index, answer in enumerate(said) if answer not in asked[index]]
    return _wrong_map(wrong, asked, said, own, sums) if wrong else None


def _classes_of(found: Tensor, candidates: Tensor) -> list[int]:
    """The classes that this is the map of."""
    return [index for index, expected in enumerate(candidates) if close(found, expected, 2e-3)]


def _wrong_map(wrong: list[int], asked: list[list[int]], said: list[int], own: Tensor, sums: Tensor) -> Hint:
    first = next((index for index in wrong if own[index].any()), wrong[0])
    expected = f"the map of picture {first} for class {said[first]}"
    if not own[first].any():
        return Hint(
            "Maps are zero everywhere. Perhaps these pictures' scores were not asked for, or the scores of a "
            "class for which nothing speaks.",
            expected, "zeros", SECTION,
        )  # fmt: skip
    if close(own[first], ranged(sums[first, said[first]]), 2e-3):
        return Hint(
            "What speaks against the class is still in the map: cut it at 0.",
            expected,
            "one that is not cut",
            SECTION,
        )
    if not asked[first]:
        return Hint(
            "A map fits no class. For each picture: the gradient of one score, before softmax; its mean over "
            "each map; the weighted sum, cut at 0.",
            expected, "one of no class", SECTION,
        )  # fmt: skip
    seen = f"that for class {asked[first][0]}"
    if set.intersection(*map(set, asked)):
        return Hint(
            "All pictures are explained for one and the same class. Each got an answer of its own.",
            expected, seen, SECTION,
        )  # fmt: skip
    return Hint(
        "A picture is explained for a class that the model did not give it. Scores have the shape (pictures, "
        "classes): which one do you choose, and between what?",
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


def _scale(value: Any, said: list[int], sums: Tensor) -> Hint | None:
    for index, one in enumerate(value):
        low, high = float(one.min()), float(one.max())
        if not close(high, 1.0, 1e-2):
            return Hint(
                "Each map is scaled by itself, so that its highest pixel is 1.",
                f"a highest pixel of 1 in map {index}", f"{high:.3g}",
            )  # fmt: skip
        lowest = float(scaled(sums[index, said[index]].relu()).min())
        if not close(low, lowest, 1e-2):
            return Hint(
                "Only divide by the highest pixel: do not subtract the lowest.",
                f"a lowest pixel of {lowest:.3g} in map {index}", f"{low:.3g}",
            )  # fmt: skip
    return None


def _others(found: Any, said: list[int], sums: Tensor) -> Hint | None:
    count = f"{len(said)} pictures" if len(said) > 1 else "a single picture"
    if "error" in found:
        mistake = "With another number of pictures than classes it stops."
        if len(said) == 1:
            mistake = "With a single picture it stops. Does something take the axis of the pictures away?"
        return Hint(mistake, f"an answer for {count}", f"the error '{found['error']}'", SECTION)
    if "no_pair" in found:
        return not_a_pair(found["no_pair"], PAIR)
    hint = _maps(found["maps"], said, sums) or _said(found["said"], said)
    return hint and Hint(
        "With another number of pictures than classes the answer is not right. " + hint.mistake,
        f"{hint.expected} ({count})", hint.seen, hint.see,
    )  # fmt: skip


CHECK = Check(draw, probes.maps_change_with_order, compare, on)
