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
MODE = see(1, "What happens if you forget `eval()`?")
HOW = see(3, "How do you choose?")
KEYS = ("accuracies", "difference", "error", "choice")
PHOTOS, SIZE, CLASSES = 80, (36, 24), 6
# How many pictures only the one and only the other network has right: a lead of 2.2 to 2.4 standard errors,
# one of 1.5 to 1.8, and one below 1.
CLEAR, UNCLEAR, EQUAL = ((15, 5), (13, 4), (12, 3)), ((14, 7), (13, 6), (15, 7)), ((12, 8), (11, 10), (10, 7))


def draw(random: Random) -> Inputs:
    """Five pairs of networks, with leads on either side of two standard errors and in either direction."""
    either = random.randrange
    pairs = [
        _pair(random, random.choice(CLEAR), ahead=0),
        _pair(random, random.choice(EQUAL), ahead=either(2)),
        _pair(random, random.choice(UNCLEAR), ahead=either(2)),
        _pair(random, random.choice(CLEAR), ahead=1),
        _pair(random, random.choice(CLEAR), ahead=either(2), costs_more=False),
    ]
    pairs[either(len(pairs))]["dataset"] = True
    return {"pairs": pairs}


def _pair(random: Random, wins: tuple[int, int], ahead: int, costs_more: bool = True) -> dict[str, Any]:
    """Labels such that network `ahead` wins so many pictures; whether it costs more than the other."""
    names = random.sample(["alder", "birch", "cedar", "elm", "fir", "hazel"], 2)
    more, less = round(random.uniform(5, 9), 1), round(random.uniform(1, 4), 1)
    prices = (more, less) if (ahead == 0) == costs_more else (less, more)
    pair: dict[str, Any] = {
        "seed": random.randrange(10**6), "classes": CLASSES, "size": list(SIZE), "dataset": False,
        "costs": dict(zip(names, prices, strict=True)),
        "presets": {name: _preset(random) for name in names},
    }  # fmt: skip
    one, other = (_classes(pair, name, pair["presets"][name]) for name in names)
    return {**pair, "labels": _labels(random, one, other, wins[::-1] if ahead else wins)}


def _preset(random: Random) -> dict[str, Any]:
    side = random.choice([12, 16, 20])
    mean, std = [round(random.uniform(0.3, 0.7), 2) for _ in range(3)], random.sample([0.1, 0.2, 0.35], 3)
    return {"crop_size": side, "resize_size": side, "mean": mean, "std": std}


def _labels(random: Random, one: list[int], other: list[int], wins: tuple[int, ...]) -> list[int]:
    apart = [place for place in range(PHOTOS) if one[place] != other[place]]
    random.shuffle(apart)
    labels = list(one)  # where both say the same, both are right
    for turn, place in enumerate(apart):
        neither = [label for label in range(CLASSES) if label not in (one[place], other[place])]
        if turn >= wins[0]:
            labels[place] = other[place] if turn < sum(wins) else random.choice(neither)
    return labels


def on(inputs: Inputs) -> str:
    """The pictures in words; each hint names its pair."""
    return f"{PHOTOS} pictures"


def compare(inputs: Inputs, values: Any) -> Parts:
    """For each pair: accuracies, difference, its standard error, and the choice."""
    parts: Parts = dict.fromkeys(KEYS)
    for pair, found in zip(inputs["pairs"], values, strict=True):
        names, report = " and ".join(pair["costs"]), found["report"]
        if found["in_train_mode"]:
            return {"accuracies": _mode(names)}
        if not isinstance(report, dict) or not set(KEYS) <= report.keys():
            return {"accuracies": _form(report)}
        hints = _of_one_pair(pair, names, report)
        parts = {part: parts[part] or hints[part] for part in KEYS}
    if parts["choice"] and (parts["difference"] or parts["error"]):
        parts["choice"] = Hint("`choice` may follow from the numbers before it. Put those right first.")
    return parts


def _mode(names: str) -> Hint:
    return Hint("A network answers in train mode.", f"{names} in eval mode", "train mode", MODE)


def _form(report: Any) -> Hint:
    wanted = f"Return a dictionary with {', '.join(KEYS)}."
    if report is None:
        return Hint(f"{wanted} Perhaps your function prints its results, but does not return them.",
                    "a dictionary", "None")  # fmt: skip
    if not isinstance(report, dict):
        return Hint(wanted, "a dictionary", describe(report))
    missing = [repr(key) for key in KEYS if key not in report]
    return Hint(wanted, f"the key {missing[0]}", f"the keys {', '.join(map(repr, report)) or 'of nothing'}")


def _of_one_pair(pair: dict[str, Any], names: str, report: dict[str, Any]) -> Parts:
    right = {name: _right(pair, name, pair["presets"][name]) for name in pair["costs"]}
    first, second = right.values()
    gaps = first - second
    return {
        "accuracies": _accuracies(pair, {name: row.mean().item() for name, row in right.items()}, report),
        "difference": _difference(gaps, report["difference"], names),
        "error": _error(gaps, [first, second], report["error"], names),
        "choice": _choice(gaps, pair["costs"], report["choice"]),
    }


def _accuracies(pair: dict[str, Any], expected: dict[str, float], report: dict[str, Any]) -> Hint | None:
    found = report["accuracies"]
    facts = f"`accuracies` {describe(expected)}"
    if not isinstance(found, dict) or not all(is_number(found.get(name)) for name in expected):
        return Hint("`accuracies` is a dictionary with a number for each name.", facts, describe(found))

    def matches(other: dict[str, float]) -> bool:
        return all(close(found[name], other[name], 1e-4) for name in expected)

    if matches(expected):
        return None
    if matches({name: 100 * value for name, value in expected.items()}):
        mistake, where = "Give shares between 0 and 1, not percentages.", ""
    elif matches({name: PHOTOS * value for name, value in expected.items()}):
        mistake, where = "Give shares between 0 and 1: divide by the number of pictures.", ""
    elif all(_is_rounded(found[name], expected[name]) for name in expected):
        mistake, where = "Do not round.", ""
    elif _swapped(pair, found, expected):
        mistake, where = "Perhaps a network got the other's transform. Each has its own.", SECTION
    else:
        mistake = "Does each network get its own transform, and is each picture counted once?"
        where = SECTION
    return Hint(mistake, facts, describe({name: found[name] for name in expected}), where)


def _swapped(pair: dict[str, Any], found: dict[str, float], expected: dict[str, float]) -> bool:
    """Whether each accuracy is the right one, or the one with the other network's preprocessing."""
    names = list(expected)
    other = {name: _right(pair, name, pair["presets"][names[names[0] == name]]) for name in names}
    return all(
        close(found[name], expected[name]) or close(found[name], other[name].mean().item()) for name in names
    )


def _difference(gaps: Tensor, found: Any, names: str) -> Hint | None:
    expected = gaps.mean().item()
    if close(found, expected, 1e-4):
        return None
    if close(found, -expected, 1e-4):
        mistake = (
            "`difference` is the first network's accuracy less the second's."
            if expected > 0
            else "The second network is ahead here, so `difference` is negative. Is the sign lost?"
        )
    elif _is_rounded(found, expected):
        mistake = "Do not round."
    else:
        mistake = "`difference` is the mean of the differences, picture by picture."
    return Hint(mistake, f"a `difference` of {expected:.4f} for {names}", describe(found), HOW)


def _error(gaps: Tensor, rows: list[Tensor], found: Any, names: str) -> Hint | None:
    expected = _standard_error(gaps)
    if close(found, expected, 0.01) and not _is_rounded(found, expected):  # by N or by N - 1 makes less
        return None
    root, errors = len(gaps) ** 0.5, [_standard_error(row) for row in rows]
    slips = {
        "This is the spread of the differences. The mean of N of them varies less.": expected * root,
        "These are the errors of two accuracies put together, as if each network had pictures of its own. "
        "Take the differences, picture by picture.": (errors[0] ** 2 + errors[1] ** 2) ** 0.5,
        "These are the errors of two accuracies, added. Take the differences, picture by picture.":
            sum(errors),
        "Divide by the root of N, not by N.": expected / root,
        "This is the square of the standard error.": expected**2,
        "This is the variance by the root of N. Take the standard deviation.": expected**2 * root,
        "This is two standard errors. Return one.": 2 * expected,
    }  # fmt: skip
    named = [slip for slip, value in slips.items() if _either_way(found, value, len(gaps))]
    mistake = "The standard error of a mean is the spread of the differences by root N."
    if _is_rounded(found, expected):
        mistake = "Do not round."
    elif len(named) == 1:
        mistake = named[0]
    return Hint(mistake, f"an `error` of {expected:.4f} for {names}", describe(found), HOW)


def _either_way(found: Any, value: float, count: int) -> bool:
    """Whether it is `value`, with a spread by N - 1 or by N, or a square of one."""
    by_n = (1 - 1 / count) ** 0.5
    return any(close(found, value * factor, 1e-4) for factor in (1, by_n, by_n**2))


def _choice(gaps: Tensor, costs: dict[str, float], found: Any) -> Hint | None:
    (first, second), cheaper = costs, min(costs, key=costs.__getitem__)
    lead = gaps.mean().item() / _standard_error(gaps)
    better = first if lead > 0 else second
    expected = better if abs(lead) > 2 else cheaper
    if found == expected:
        return None
    prices = " and ".join(f"{name} at {cost} ms" for name, cost in costs.items())
    facts = f"`choice` {expected!r} for {prices}, with a difference of {lead:.1f} standard errors"
    if not isinstance(found, str) or found not in costs:
        mistake = "`choice` is the name of one of the two networks."
    elif abs(lead) < 1:
        mistake = "The lead is below its own standard error: it does not pay for the more expensive network."
    elif abs(lead) < 2:
        mistake = "The lead is below two standard errors. Do you decide at one? The task says two."
    elif better == cheaper:
        mistake = "The more accurate network is the cheaper one here. Nothing speaks for the other."
    elif lead < 0:
        mistake = "Here the second is clearly ahead. What does your code do with a negative difference?"
    else:
        mistake = "The more expensive network is ahead by more than two standard errors, so it is worth it."
    return Hint(mistake, facts, describe(found), HOW)


def _standard_error(values: Tensor) -> float:
    return values.std().item() / len(values) ** 0.5


def _is_rounded(found: Any, expected: float) -> bool:
    """Whether `found` looks like `expected` with two or three digits after the point."""
    if not is_number(found) or close(found, expected, 1e-6):
        return False
    return any(close(found, round(found, n), 1e-9) and abs(found - expected) < 0.6 / 10**n for n in (2, 3))


def _right(pair: dict[str, Any], name: str, preset: dict[str, Any]) -> Tensor:
    """1 for each photo that network `name` has right through this preprocessing."""
    return (torch.tensor(_classes(pair, name, preset)) == torch.tensor(pair["labels"])).double()


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


CHECK = Check(draw, probes.compare_two_families, compare, on, tries=1)
