"""Find the bug: a prediction without the normalisation that training had."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from torchvision.transforms.v2 import functional as vision

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_03 import probes
from tl_course.exercises.plain import describe
from tl_course.exercises.small_worlds import colour_network, coloured_photos

SECTION = see(3, "What do a wrong size and a wrong normalisation cost?")
MEMBERS = see(3, "What do the weights know about themselves?")
NEAR = 0.02  # logits closer than this share of their spread may change places by rounding


def draw(random: Random) -> Inputs:
    """A seed, the preprocessing of some weights, and the size of pictures that do not fit."""
    side = random.choice([16, 20, 24])
    return {
        "seed": random.randrange(10**6),
        "classes": random.randint(6, 9),
        "count": 30,
        "side": side,
        "mean": [round(random.choice([0.3, 0.65]) + random.uniform(-0.05, 0.05), 2) for _ in range(3)],
        "std": random.sample([0.1, 0.18, 0.32], 3),
        "larger": [3 * side, 2 * side],
    }


def on(inputs: Inputs) -> str:
    """The weights in words."""
    return f"weights with mean {inputs['mean']} and std {inputs['std']}, cropped to {inputs['side']} pixels"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The classes of pictures of the expected size, then those of larger ones."""
    side = inputs["side"]
    fitting = torch.stack(
        [_scaled(one) for one in coloured_photos(inputs["seed"], inputs["count"], side, side)]
    )
    larger = coloured_photos(inputs["seed"], inputs["count"], *inputs["larger"])
    return {
        "fitting": _fitting(inputs, values["fitting"], fitting),
        "larger": _larger(inputs, values["larger"], larger),
    }


def _fitting(inputs: Inputs, runs: list[list[Any]], pictures: Tensor) -> Hint | None:
    first, second = runs
    if not all(type(value) is int for value in first):
        return Hint("Return the number of the class, an int.", "a number such as 2", describe(first[0]))
    if first != second:
        return Hint(
            "The same picture gets another answer when it is asked again. In which mode is the model?",
            see=see(1, "What happens if you forget `eval()`?"),
        )
    mean, std = (torch.tensor(inputs[name])[:, None, None] for name in ("mean", "std"))
    right = (pictures - mean) / std
    if _agree(inputs, first, right):
        return None
    slips = {
        "The network was trained on other numbers than it gets here. Print the smallest and the largest "
        "number that go into the model, here and in validation.": pictures,
        "The mean is taken off, but the spread is not that of training.": pictures - mean,
        "The values were not scaled to [0, 1] before they were normalised.": (255 * pictures - mean) / std,
        "The picture is normalised twice.": (right - mean) / std,
        "These are ImageNet's mean and std. Each set of weights brings its own.": vision.normalize(
            pictures, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
        ),
    }
    otherwise = "The picture does not reach the network as the weights' transform has it."
    mistake = _likeliest(inputs, first, slips) or otherwise
    return Hint(mistake, *_difference(inputs, first, right), SECTION)


def _larger(inputs: Inputs, found: list[Any], pictures: list[Image.Image]) -> Hint | None:
    side, (width, height) = inputs["side"], inputs["larger"]

    def normalised(images: list[Image.Image]) -> Tensor:
        return vision.normalize(torch.stack([_scaled(one) for one in images]), inputs["mean"], inputs["std"])

    def sized(size: list[int]) -> Tensor:
        return normalised([vision.center_crop(vision.resize(one, size), [side, side]) for one in pictures])

    right = sized([side])
    if _agree(inputs, found, right):
        return None
    size = f" for a picture of {width} x {height} pixels"
    expected, seen = _difference(inputs, found, right)
    slips = {
        "All of the picture goes into the network. The weights' transform resizes the shorter side, then "
        "crops the middle.": sized([side, side]),
        "The middle is cut out without resizing first.": sized([height]),
    }
    otherwise = "Pictures of another size are not resized and cropped as in training."
    mistake = _likeliest(inputs, found, slips) or otherwise
    return Hint(mistake, expected + size, seen, MEMBERS)


def _likeliest(inputs: Inputs, found: list[Any], slips: dict[str, Tensor]) -> str:
    """The slip that gives nearly the same classes; "" where none does."""
    wrong = {slip: len(_wrong(inputs, found, images)) for slip, images in slips.items()}
    slip = min(wrong, key=wrong.__getitem__)
    return slip if wrong[slip] <= 0.1 * len(found) else ""


def _agree(inputs: Inputs, found: list[Any], images: Tensor) -> bool:
    return not _wrong(inputs, found, images)


def _difference(inputs: Inputs, found: list[Any], images: Tensor) -> tuple[str, str]:
    """The first class that differs, as expected and as found."""
    place = _wrong(inputs, found, images)[0]
    return f"class {_logits(inputs, images)[place].argmax()}", describe(found[place])


def _wrong(inputs: Inputs, found: list[Any], images: Tensor) -> list[int]:
    """The pictures whose class is not the one of `images`, where that is sure."""
    logits = _logits(inputs, images)
    top = logits.topk(2).values
    sure = (top[:, 0] - top[:, 1] > NEAR * logits.std()).tolist()
    answers = zip(sure, found, logits.argmax(1).tolist(), strict=True)
    return [place for place, (is_sure, value, answer) in enumerate(answers) if is_sure and value != answer]


def _logits(inputs: Inputs, images: Tensor) -> Tensor:
    with torch.inference_mode():
        return colour_network(inputs["seed"], inputs["classes"]).eval()(images)


def _scaled(picture: Image.Image) -> Tensor:
    return vision.to_dtype(vision.pil_to_tensor(picture), torch.float32, scale=True)


CHECK = Check(draw, probes.missing_normalisation, compare, on)
