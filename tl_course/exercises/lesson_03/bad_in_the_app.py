"""Find the bug: a prediction without the normalisation that training had."""

from __future__ import annotations

from itertools import combinations
from random import Random
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as vision

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_03 import probes
from tl_course.exercises.plain import describe
from tl_course.exercises.small_worlds import colour_network, coloured_photos, striped_photos

SECTION = see(3, "What do a wrong size and a wrong normalisation cost?")
MODE = see(1, "What happens if you forget `eval()`?")
PICTURES = ("fitting", "larger", "striped")
BILINEAR = InterpolationMode.BILINEAR
NEAR = 0.02  # logits closer than this share of their spread may change places by rounding


def draw(random: Random) -> Inputs:
    """A seed, the preprocessing of some weights, and the size of pictures that do not fit."""
    while True:
        side = random.choice([16, 24])  # a quarter of the larger sizes is then a multiple of 4
        inputs = {
            "seed": random.randrange(10**6),
            "classes": random.randint(7, 9),
            "count": 24,
            "side": side,
            "mean": [round(random.choice([0.3, 0.65]) + random.uniform(-0.05, 0.05), 2) for _ in range(3)],
            "std": random.sample([0.1, 0.18, 0.32], 3),
            "larger": [6 * side, 4 * side],
        }
        right, slips = _fitting(inputs)
        if _tells_apart(inputs, [right, *slips.values()]):
            return inputs


def _tells_apart(inputs: Inputs, variants: list[Tensor]) -> bool:
    """Whether each two of these give another class for more than a tenth of the pictures."""
    found = [_logits(inputs, images).argmax(1) for images in variants]
    pairs = combinations(found, 2)
    return all(int((one != other).sum()) > inputs["count"] / 10 for one, other in pairs)


def on(inputs: Inputs) -> str:
    """The weights in words."""
    return f"weights with mean {inputs['mean']} and std {inputs['std']}, cropped to {inputs['side']} pixels"


def compare(inputs: Inputs, values: Any) -> Parts:
    """The classes of pictures of the expected size, then those of larger ones, resized in two ways."""
    if values["in_train_mode"]:
        return {"fitting": Hint("The model answers in train mode.", "eval mode", "train mode", MODE)}
    strange = [one for name in PICTURES for one in values[name] if type(one) is not int]
    if strange:
        return {"fitting": Hint("Return the number of the class.", "an int such as 2", describe(strange[0]))}
    hints = {name: _hint(inputs, values[name], right, slips) for name, (right, slips) in _all(inputs).items()}
    return {"fitting": hints["fitting"], "larger": hints["larger"] or hints["striped"]}


def _all(inputs: Inputs) -> dict[str, tuple[Tensor, dict[str, Tensor]]]:
    """For each kind of pictures what the network is to get, and by its hint what it gets by a known slip."""
    seed, count, larger = (inputs[name] for name in ("seed", "count", "larger"))
    return {
        "fitting": _fitting(inputs),
        "larger": _larger(inputs, coloured_photos(seed, count, *larger)),
        "striped": _striped(inputs, striped_photos(seed, count, *larger)),
    }


def _fitting(inputs: Inputs) -> tuple[Tensor, dict[str, Tensor]]:
    photos = coloured_photos(inputs["seed"], inputs["count"], inputs["side"], inputs["side"])
    pictures = torch.stack([_scaled(one) for one in photos])
    mean, std = (torch.tensor(inputs[name])[:, None, None] for name in ("mean", "std"))
    right = (pictures - mean) / std
    return right, {
        "The network was trained on other numbers than it gets here. Print the smallest and the largest "
        "number that go into the model, here and in validation.": pictures,
        "Perhaps the mean is taken off, but the spread is not that of training.": pictures - mean,
        "Perhaps the values were not scaled to [0, 1] before they were normalised.":
            (255 * pictures - mean) / std,
        "Perhaps the picture is normalised twice.": (right - mean) / std,
        "Perhaps these are ImageNet's mean and std. Each set of weights brings its own.": vision.normalize(
            pictures, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
        ),
    }  # fmt: skip


def _larger(inputs: Inputs, photos: list[Image.Image]) -> tuple[Tensor, dict[str, Tensor]]:
    side, height = inputs["side"], inputs["larger"][1]
    return _sized(inputs, photos, [side]), {
        "Perhaps all of the picture goes into the network. The weights' transform resizes the shorter side, "
        "then crops the middle.": _sized(inputs, photos, [side, side]),
        "Perhaps the middle is cut out without resizing first.": _sized(inputs, photos, [height]),
    }


def _striped(inputs: Inputs, photos: list[Image.Image]) -> tuple[Tensor, dict[str, Tensor]]:
    size = [inputs["side"]]
    return _sized(inputs, photos, size, InterpolationMode.NEAREST), {
        "These weights resize with another interpolation (NEAREST). Call `weights.transforms()` instead of "
        "writing its steps again.": _sized(inputs, photos, size)
    }


def _sized(
    inputs: Inputs, photos: list[Image.Image], size: list[int], how: InterpolationMode = BILINEAR
) -> Tensor:
    """Resized to `size`, cropped and normalised."""
    resized = [vision.resize(one, size, interpolation=how) for one in photos]
    cropped = [vision.center_crop(one, [inputs["side"]] * 2) for one in resized]
    return vision.normalize(torch.stack([_scaled(one) for one in cropped]), inputs["mean"], inputs["std"])


def _hint(inputs: Inputs, found: list[int], right: Tensor, slips: dict[str, Tensor]) -> Hint | None:
    wrong = _wrong(inputs, found, right)
    if not wrong:
        return None
    mistake = _likeliest(inputs, found, slips) or (
        "Either the network gets another picture than from the weights' transform, or you return another "
        "class than the one with the highest score."
    )
    expected = f"class {_logits(inputs, right)[wrong[0]].argmax()}"
    return Hint(mistake, expected, str(found[wrong[0]]), SECTION)


def _likeliest(inputs: Inputs, found: list[int], slips: dict[str, Tensor]) -> str:
    """The slip that gives nearly the same classes; "" where none does."""
    wrong = {slip: len(_wrong(inputs, found, images)) for slip, images in slips.items()}
    slip = min(wrong, key=wrong.__getitem__)
    return slip if wrong[slip] <= 0.1 * len(found) else ""


def _wrong(inputs: Inputs, found: list[int], images: Tensor) -> list[int]:
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


CHECK = Check(draw, probes.bad_in_the_app, compare, on)
