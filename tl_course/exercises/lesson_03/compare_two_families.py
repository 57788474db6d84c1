"""Compare two backbones picture by picture, and choose: the better, or the cheaper where neither is."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
from torch import Tensor
from torchvision.transforms.v2 import functional as vision

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_03 import probes
from tl_course.exercises.plain import close, describe, is_number
from tl_course.exercises.small_worlds import colour_network, coloured_photos

SECTION = see(3, "What do a wrong size and a wrong normalisation cost?")
HOW = see(3, "How do you choose?")
PHOTOS, SIZE, CLASSES = 80, (36, 24), 6
# How many pictures only the first and only the second network has right: unclear, and clear in pairs alone.
UNCLEAR, CLEAR = ((12, 8), (9, 13), (11, 10)), ((14, 3), (3, 13), (15, 4))


def draw(random: Random) -> Inputs:
    """Two pairs of networks: one of about equals, and one with a clear winner."""
    pairs = [_pair(random, random.choice(UNCLEAR)), _pair(random, random.choice(CLEAR))]
    random.shuffle(pairs)
    return {"pairs": pairs}


def _pair(random: Random, wins: tuple[int, int]) -> dict[str, Any]:
    """Labels such that the networks win so many pictures; the less accurate one is the cheaper."""
    names = random.sample(["alder", "birch", "cedar", "elm", "fir", "hazel"], 2)
    dear, cheap = round(random.uniform(5, 9), 1), round(random.uniform(1, 4), 1)
    prices = (dear, cheap) if wins[0] > wins[1] else (cheap, dear)
    pair: dict[str, Any] = {
        "seed": random.randrange(10**6), "classes": CLASSES, "size": list(SIZE),
        "costs": dict(zip(names, prices, strict=True)),
        "presets": {name: _preset(random) for name in names},
    }  # fmt: skip
    one, other = (_classes(pair, name, pair["presets"][name]) for name in names)
    return {**pair, "labels": _labels(random, one, other, wins)}


def _preset(random: Random) -> dict[str, Any]:
    side = random.choice([12, 16, 20])
    mean, std = [round(random.uniform(0.3, 0.7), 2) for _ in range(3)], random.sample([0.1, 0.2, 0.35], 3)
    return {"crop_size": side, "resize_size": side, "mean": mean, "std": std}


def _labels(random: Random, one: list[int], other: list[int], wins: tuple[int, int]) -> list[int]:
    apart = [place for place in range(PHOTOS) if one[place] != other[place]]
    random.shuffle(apart)
    labels = list(one)  # where both say the same, both are right
    for turn, place in enumerate(apart):
        neither = [label for label in range(CLASSES) if label not in (one[place], other[place])]
        if turn >= wins[0]:
            labels[place] = other[place] if turn < sum(wins) else random.choice(neither)
    return labels


def on(inputs: Inputs) -> str:
    """The first pair in words."""
    costs = [
        ", ".join(f"{name} at {cost} ms" for name, cost in pair["costs"].items()) for pair in inputs["pairs"]
    ]
    return f"{PHOTOS} pictures and two pairs of networks ({'; '.join(costs)})"


def compare(inputs: Inputs, values: Any) -> Parts:
    """For both pairs: accuracies, difference, its standard error, and the choice."""
    reports = list(zip(inputs["pairs"], values, strict=True))
    wanted = {"accuracies", "difference", "error", "choice"}
    for _, report in reports:
        if not isinstance(report, dict) or not wanted <= report.keys():
            return {"accuracies": Hint(f"Return a dictionary with {', '.join(sorted(wanted))}.")}
    parts = {"accuracies": _accuracies, "difference": _difference, "error": _error, "choice": _choice}
    return {
        name: next((hint for pair, report in reports if (hint := part(pair, report[name]))), None)
        for name, part in parts.items()
    }


def _accuracies(pair: dict[str, Any], found: Any) -> Hint | None:
    right = _right(pair)
    expected = {name: row.mean().item() for name, row in right.items()}
    if not isinstance(found, dict) or not all(is_number(found.get(name)) for name in expected):
        return Hint(
            "`accuracies` is a dictionary with a number for each name.", describe(expected), describe(found)
        )

    def matches(other: dict[str, float]) -> bool:
        return all(close(found[name], other[name], 1e-4) for name in expected)

    if matches(expected):
        return None
    if matches({name: 100 * value for name, value in expected.items()}):
        mistake, where = "Give shares between 0 and 1, not percentages.", ""
    elif any(matches(_with_one_preset(pair, name)) for name in expected):
        mistake, where = "One network's transform served both. Each has its own.", SECTION
    else:
        mistake = "Does each network get its own transform, in eval mode, and is each picture counted once?"
        where = SECTION
    return Hint(mistake, describe(expected), describe({name: found[name] for name in expected}), where)


def _with_one_preset(pair: dict[str, Any], owner: str) -> dict[str, float]:
    labels = torch.tensor(pair["labels"])
    return {
        name: (torch.tensor(_classes(pair, name, pair["presets"][owner])) == labels).double().mean().item()
        for name in pair["costs"]
    }


def _difference(pair: dict[str, Any], found: Any) -> Hint | None:
    expected = _gaps(pair).mean().item()
    if close(found, expected, 1e-4):
        return None
    turned = "The difference is the first network's accuracy less the second's."
    lost = "`difference` is the mean of the differences, picture by picture."
    return Hint(turned if close(found, -expected, 1e-4) else lost, f"{expected:.4f}", describe(found), HOW)


def _error(pair: dict[str, Any], found: Any) -> Hint | None:
    gaps, right = _gaps(pair), list(_right(pair).values())
    expected = _standard_error(gaps)
    if close(found, expected, 0.01):  # whether by N or by N - 1 makes less
        return None
    slips = {
        gaps.std().item(): "This is the spread of the pictures. The mean of N of them varies less.",
        sum(_standard_error(row) ** 2 for row in right) ** 0.5: "These are the errors of two accuracies put "
        "together, as if each network had pictures of its own. Take the differences, picture by picture.",
        gaps.var().item() / PHOTOS: "This is the square of the standard error.",
        2 * expected: "This is two standard errors. Return one.",
    }
    named = [slip for value, slip in slips.items() if close(found, value, 0.01)]
    mistake = (
        named[0] if named else "The standard error of a mean is the spread of the differences by root N."
    )
    return Hint(mistake, f"{expected:.4f}", describe(found), HOW)


def _choice(pair: dict[str, Any], found: Any) -> Hint | None:
    gaps, costs = _gaps(pair), pair["costs"]
    first, second = costs
    lead = gaps.mean().item() / _standard_error(gaps)
    clear = abs(lead) > 2
    expected = (first if lead > 0 else second) if clear else min(costs, key=costs.__getitem__)
    if found == expected:
        return None
    if found not in costs:
        return Hint("`choice` is the name of one of the two.", expected, describe(found))
    mistake = (
        "The dearer network is clearly ahead, by more than two standard errors: the cheaper does not do."
        if clear
        else "The lead is within two standard errors, so it does not pay for the dearer network."
    )
    return Hint(mistake, f"{expected}, with a difference of {abs(lead):.1f} standard errors", found, HOW)


def _gaps(pair: dict[str, Any]) -> Tensor:
    first, second = _right(pair).values()
    return first - second


def _standard_error(values: Tensor) -> float:
    return values.std().item() / len(values) ** 0.5


def _right(pair: dict[str, Any]) -> dict[str, Tensor]:
    labels = torch.tensor(pair["labels"])
    presets = pair["presets"]
    return {
        name: (torch.tensor(_classes(pair, name, presets[name])) == labels).double() for name in pair["costs"]
    }


def _classes(pair: dict[str, Any], name: str, preset: dict[str, Any]) -> list[int]:
    """What network `name` says of each photo, through this preprocessing."""
    network = colour_network(pair["seed"] + list(pair["costs"]).index(name), pair["classes"]).eval()
    side, images = preset["crop_size"], []
    for photo in coloured_photos(pair["seed"], PHOTOS, *pair["size"]):
        cropped = vision.center_crop(vision.resize(photo, [side]), [side, side])
        scaled = vision.to_dtype(vision.pil_to_tensor(cropped), torch.float32, scale=True)
        images.append(vision.normalize(scaled, preset["mean"], preset["std"]))
    with torch.inference_mode():
        return network(torch.stack(images)).argmax(1).tolist()


CHECK = Check(draw, probes.compare_two_families, compare, on)
