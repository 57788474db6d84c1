"""Practice: explain the predictions of a classifier, and find the classes whose maps leave the animal."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_05 import probes
from tl_course.exercises.lesson_05.closed_form import class_maps, class_maps_before_relu, scores_of
from tl_course.exercises.lesson_05.forms import not_a_pair, returned
from tl_course.exercises.plain import describe, is_number
from tl_course.exercises.small_worlds import SmallNetwork, small_network, small_pictures

STORY, GAME = see(5, "A detective story"), see(5, "Do the maps point at the animal?")
Shares = dict[int, float]


def draw(random: Random) -> Inputs:
    """Pictures and masks; some classes are suspect, some not, one is never given, and every slip shows."""
    while True:
        count, classes = random.randint(28, 40), random.choice([4, 5])
        inputs: Inputs = {"seed": random.randrange(10**6), "classes": classes, "count": count, "side": 8}
        inputs |= {"layer": "late.norm", "never": random.randrange(1, classes)}
        inputs["masks"] = _boxes(random, scores_of(*_network(inputs)).argmax(1).tolist(), 8)
        if _telling(inputs):
            return inputs


def _boxes(random: Random, said: list[int], side: int) -> Tensor:
    """Boxes that are small for some classes and large for others, so that chance differs."""
    masks = torch.zeros(len(said), side, side, dtype=torch.bool)
    for mask, label in zip(masks, said, strict=True):
        height, width = random.randint(3, 4) + 2 * (label % 2), random.randint(3, 4) + 2 * (label % 2)
        top, left = random.randint(0, side - height), random.randint(0, side - width)
        mask[top : top + height, left : left + width] = True
    return masks


def _telling(inputs: Inputs) -> bool:
    said, maps, masks = _world(inputs)
    own = maps["own"].flatten(1)
    two, classes = own.topk(2).values, sorted(set(said.tolist()))
    if len(classes) != inputs["classes"] - 1 or (two[:, 0] - two[:, 1] <= 1e-3 * two[:, 0]).any():
        return False
    hits, chance = by_class(said, hit(maps["own"], masks)), by_class(said, masks.float().mean((1, 2)))
    clear = all(abs(hits[one] - chance[one]) > 0.005 for one in classes)
    suspects = [one for one in sorted(hits) if hits[one] < chance[one]]
    other_shares = (shares for shares, _ in _slips(said, maps, masks))
    return (
        clear
        and 0 < len(suspects) < len(classes)
        and not _one_bound(suspects, hits)
        and not _one_bound([one for one in classes if one not in suspects], hits)
        and all(_off(shares, hits) > 0.03 for shares in other_shares)
    )


def _network(inputs: Inputs) -> tuple[SmallNetwork, Tensor]:
    images = small_pictures(inputs["seed"], inputs["count"], side=inputs["side"]).tensors[0]
    return probes.even_network(
        small_network(inputs["seed"], inputs["classes"]), images, inputs["never"]
    ), images


def _world(inputs: Inputs) -> tuple[Tensor, dict[str, Tensor], Tensor]:
    """The classes given, maps by what they were asked, and the masks."""
    network, images = _network(inputs)
    said = scores_of(network, images).argmax(1)
    every, everyone = class_maps_before_relu(network, images), torch.arange(len(images))
    maps = {
        "own": every[everyone, said],
        "first class": every[:, 0],
        "another layer": class_maps(network, images)[everyone, said],
    }
    return said, maps, inputs["masks"]


def hit(maps: Tensor, masks: Tensor) -> Tensor:
    """For each map, the share of its highest pixels that lie in the mask."""
    highest = maps == maps.amax((1, 2), keepdim=True)
    return (highest & masks).sum((1, 2)) / highest.sum((1, 2))


def by_class(said: Tensor, values: Tensor) -> Shares:
    """The mean of the values of each class that was given."""
    return {int(one): values[said == one].float().mean().item() for one in said.unique()}


def _off(one: Shares, other: Shares) -> float:
    return max(abs(one[name] - other[name]) for name in other)


def _slips(said: Tensor, maps: dict[str, Tensor], masks: Tensor) -> list[tuple[Shares, str]]:
    own, hits = maps["own"], hit(maps["own"], masks)
    low = own - own.amin((1, 2), keepdim=True)  # as tl.grad_cam scales a map
    energy = (low * masks).sum((1, 2)) / low.sum((1, 2)).clamp(min=1e-12)
    return [
        (
            by_class(said, hit(maps["first class"], masks)),
            "All maps were asked for class 0. Ask each for its picture's answer.",
        ),
        (
            by_class(said, hit(maps["another layer"], masks)),
            "The maps come from another layer than the one asked for: hand `layer` on.",
        ),
        (by_class(said, energy), "That is the energy inside. Here a map counts by its highest pixel."),
        (by_class(said, 100 * hits), "Give shares between 0 and 1, not percentages."),
        (
            dict.fromkeys(set(said.tolist()), hits.mean().item()),
            "That is the mean over all pictures. Take one class at a time.",
        ),
        (
            {one: hits[said == one].sum().item() for one in said.tolist()},
            "That is how many hit. A share is of the pictures of the class.",
        ),
        (by_class(said, hit(own, masks.mT)), "Rows and columns of the mask are swapped."),
    ]


def _one_bound(names: list[int], hits: Shares) -> bool:
    """Whether these are the classes with the fewest hits, as one bound for all classes would name them."""
    others = [hits[one] for one in hits if one not in names]
    return set(names) <= set(hits) and all(hits[one] < other for one in names for other in others)


def on(inputs: Inputs) -> str:
    """The pictures in words."""
    return f"{inputs['count']} pictures and a model of {inputs['classes']} classes"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The shares of hits by class, the suspects, and nothing said of a class that was never given."""
    if "no_pair" in values:
        return {"hits": not_a_pair(values["no_pair"], "hits and suspects")}
    said, maps, masks = _world(inputs)
    hits, chance = by_class(said, hit(maps["own"], masks)), by_class(said, masks.float().mean((1, 2)))
    return {
        "hits": _keys(values["odd_keys"], hits) or _hits(values["hits"], hits, _slips(said, maps, masks)),
        "suspects": _named(values["suspects"], hits, chance),
        "never given": _extra(values["hits"], hits),
    }


def _keys(odd: list[str], hits: Shares) -> Hint | None:
    if not odd:
        return None
    return Hint("The keys of `hits` are the classes' numbers.", f"the int {next(iter(hits))}", odd[0])


def _hits(value: Any, hits: Shares, slips: list[tuple[Shares, str]]) -> Hint | None:
    if not isinstance(value, dict) or not all(is_number(value.get(str(one))) for one in hits):
        return returned(value, "a dictionary and a list") or Hint(
            "Return a dictionary first: for each class that was given, by its number, the share of hits.",
            f"the keys {sorted(hits)}", describe(value), STORY,
        )  # fmt: skip
    found = {one: value[str(one)] for one in hits}
    if _off(found, hits) < 1e-4:
        return None
    worst = max(hits, key=lambda one: abs(found[one] - hits[one]))
    expected, seen = f"{hits[worst]:.4f} for class {worst}", f"{found[worst]:.4g}"
    for wrong, mistake in slips:
        if _off(found, wrong) < 1e-4:
            return Hint(mistake, expected, seen, GAME)
    return Hint(
        "For the pictures that the model calls by one class: the share of maps, each asked for that class, "
        "whose highest pixel is in the mask.",
        expected, seen, GAME,
    )  # fmt: skip


def _named(value: Any, hits: Shares, chance: Shares) -> Hint | None:
    found = value.tolist() if isinstance(value, Tensor) else value
    if not isinstance(found, list):
        return Hint("Return the suspects second, as a list of class numbers.", "a list", describe(value))
    if not all(type(item) is int for item in found):
        return Hint("The suspects are the classes' numbers, as int.", "such as [1]", describe(found))
    suspects, names = [one for one in sorted(hits) if hits[one] < chance[one]], sorted(found)
    if names == suspects:
        return None
    if names == [one for one in sorted(hits) if hits[one] > chance[one]]:
        mistake = "These are the classes above chance: their maps find the animal. Suspect are the others."
    elif _one_bound(names, hits):
        mistake = (
            "One bound for all classes would give this: perhaps 1 / number of classes, or the mask share of "
            "all pictures. Each class has its own chance: the mean mask share of its pictures."
        )
    else:
        mistake = "Suspect is a class whose share of hits is below the mean mask share of its own pictures."
    one = min(set(names) ^ set(suspects))
    facts = f" (class {one}: hits {hits[one]:.2f}, chance {chance[one]:.2f})" if one in hits else ""
    return Hint(mistake, describe(suspects) + facts, describe(names), STORY)


def _extra(value: Any, hits: Shares) -> Hint | None:
    extra = sorted(set(value) - {str(one) for one in hits})
    if not extra:
        return None
    return Hint(
        "A class that the model never gives has no pictures to judge it by: leave it out.",
        f"no entry for {extra[0]}", f"{describe(value[extra[0]])}",
    )  # fmt: skip


CHECK = Check(draw, probes.explain_predictions, compare, on)
