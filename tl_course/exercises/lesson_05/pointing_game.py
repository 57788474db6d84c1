"""Write the pointing game: does the highest pixel of each map lie in the mask?"""

from __future__ import annotations

from itertools import combinations
from random import Random
from typing import Any

import torch
from torch import Tensor

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_05 import probes
from tl_course.exercises.lesson_05.forms import returned
from tl_course.exercises.plain import close, describe, is_number

SECTION = see(5, "Do the maps point at the animal?")


def draw(random: Random) -> Inputs:
    """Maps without ties and the same maps with some, and masks for which each known slip shows."""
    while True:
        generator = torch.Generator().manual_seed(random.randrange(10**6))
        count, side = random.randint(7, 12), random.randint(6, 9)
        maps = torch.rand(count, side, side, generator=generator)
        inputs = {"maps": maps, "tied": _with_ties(maps), "masks": _boxes(random, count, side)}
        if _telling(inputs):
            return inputs


def _boxes(random: Random, count: int, side: int) -> Tensor:
    masks = torch.zeros(count, side, side, dtype=torch.bool)
    for mask in masks:
        height, width = random.randint(2, side - 2), random.randint(2, side - 2)
        top, left = random.randint(0, side - height), random.randint(0, side - width)
        mask[top : top + height, left : left + width] = True
    return masks


def _with_ties(maps: Tensor) -> Tensor:
    """Half of the maps cut off at the top, the last one at 0: zero everywhere."""
    tied = maps.clone()
    tied[1::2] = tied[1::2].clamp(max=0.75)
    tied[-1] = 0
    return tied


def _telling(inputs: Inputs) -> bool:
    """Whether no known slip gives the right number."""
    maps, tied, masks = inputs["maps"], inputs["tied"], inputs["masks"]
    right, right_tied = shares(maps, masks), shares(tied, masks)
    groups = [
        [right, *(value for value, _ in _slips(maps, masks, right))],
        [right_tied, *(value for value, _ in _tie_slips(tied, masks))],
    ]
    return all(abs(one - other) > 1e-3 for group in groups for one, other in combinations(group, 2))


def on(inputs: Inputs) -> str:
    """The maps in words."""
    count, height, width = inputs["maps"].shape
    return f"{count} maps of {height} x {width}"


def shares(maps: Tensor, masks: Tensor) -> float:
    """The mean over the maps of the share of highest pixels that lie in the mask."""
    hits = []
    for map_, mask in zip(maps.tolist(), masks.tolist(), strict=True):
        pixels = [
            (value, inside)
            for row in zip(map_, mask, strict=True)
            for value, inside in zip(*row, strict=True)
        ]
        highest = max(value for value, _ in pixels)
        found = [inside for value, inside in pixels if value == highest]
        hits.append(sum(found) / len(found))
    return sum(hits) / len(hits)


def _slips(maps: Tensor, masks: Tensor, right: float) -> list[tuple[float, str]]:
    inside = (maps * masks).sum((1, 2))
    return [
        (float(masks.flatten()[maps.argmax()]), "One highest pixel was taken of all maps. Each has its own."),
        (shares(maps.mT, masks), "Rows and columns are swapped: a mask is read as mask[row, column]."),
        (
            (inside / maps.sum((1, 2))).mean().item(),
            "That is the energy inside. The game looks at the highest pixel.",
        ),
        (
            (inside / masks.sum((1, 2))).mean().item(),
            "That is the maps' mean inside. The game looks at the highest pixel.",
        ),
        (100 * right, "Return a share between 0 and 1, not a percentage."),
        (len(maps) * right, "Return a share of the maps, not how many hit."),
    ]


def _tie_slips(maps: Tensor, masks: Tensor) -> list[tuple[float, str]]:
    flat, inside = maps.flatten(1), masks.flatten(1)
    highest = flat == flat.amax(1, keepdim=True)
    first = inside.gather(1, flat.argmax(1, keepdim=True)).double().mean().item()
    last = inside.flip(1).gather(1, flat.flip(1).argmax(1, keepdim=True)).double().mean().item()
    several = "Of several highest pixels one stands for all. Take the share that lies in the mask."
    return [
        (first, several),
        (last, several),
        (
            (highest & inside).any(1).double().mean().item(),
            "One hit among several highest pixels counts in full. Take their share.",
        ),
        (
            (highest & inside).sum().item() / highest.sum().item(),
            "A map with many highest pixels counts more. First each map's share, then the mean.",
        ),
    ]


def compare(inputs: Inputs, values: Any) -> Parts:
    """The share over maps with one highest pixel each and with several, and the arrays as they were."""
    maps, tied, masks = inputs["maps"], inputs["tied"], inputs["masks"]
    right, right_tied = shares(maps, masks), shares(tied, masks)
    return {
        "share": _hint(values["maps"], right, _slips(maps, masks, right), _otherwise),
        "ties": _hint(values["tied"], right_tied, _tie_slips(tied, masks), _other_tie),
        "untouched": _untouched(values["changed"]),
    }


def _hint(value: Any, right: float, slips: list[tuple[float, str]], otherwise: Any) -> Hint | None:
    if close(value, right, 1e-5):
        return None
    if not is_number(value):
        return returned(value, "a number") or Hint(
            "Return one number: the mean over all maps.", "a number", describe(value), SECTION
        )
    for wrong, mistake in slips:
        if close(value, wrong, 1e-5):
            return Hint(mistake, f"{right:.4f}", describe(value), SECTION)
    if any(close(value, round(right, digits), 1e-9) for digits in (1, 2, 3, 4)):
        return Hint("The number is rounded. Return it as it is.", f"{right:.6f}", str(value))
    return otherwise(right, value)


def _untouched(changed: list[str]) -> Hint | None:
    if not changed:
        return None
    return Hint(
        "Your function changes an array that it was given, and others still need it. Work on a copy.",
        f"`{changed[0]}` as before", "other values",
    )  # fmt: skip


def _otherwise(right: float, value: Any) -> Hint:
    return Hint(
        "For each map: where is its highest pixel, and is the mask true there? Then the mean over the maps.",
        f"{right:.4f}", describe(value), SECTION,
    )  # fmt: skip


def _other_tie(right: float, value: Any) -> Hint:
    return Hint(
        "With several highest pixels in a map, or a map of zeros, the share comes out differently.",
        f"{right:.4f}", describe(value), SECTION,
    )  # fmt: skip


CHECK = Check(draw, probes.pointing_game, compare, on)
