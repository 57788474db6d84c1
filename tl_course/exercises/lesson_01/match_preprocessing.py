"""Prepare a picture the way its weights expect: size, crop, range and normalisation come from them."""

from __future__ import annotations

from random import Random
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from torchvision.models import get_weight
from torchvision.transforms.v2 import InterpolationMode as Mode
from torchvision.transforms.v2 import functional as F

from tl_course.exercises.checks import Check, Hint, Inputs, Parts, see
from tl_course.exercises.lesson_01 import probes
from tl_course.exercises.plain import describe, is_tensor

POCKET = ("PocketResNet_Weights.SOURCE_V1", "PocketMobileNet_Weights.SOURCE_V1")
BILINEAR = (
    "Inception_V3_Weights.IMAGENET1K_V1",
    "ResNet18_Weights.IMAGENET1K_V1",
    "ResNet50_Weights.IMAGENET1K_V2",
    "EfficientNet_B1_Weights.IMAGENET1K_V2",
)
BICUBIC = (
    "EfficientNet_B0_Weights.IMAGENET1K_V1",
    "EfficientNet_B3_Weights.IMAGENET1K_V1",
    "Swin_T_Weights.IMAGENET1K_V1",
)
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
FIRST, LATER = (
    see(1, "What must happen to a picture first?"),
    see(1, "And if the preprocessing does not match?"),
)


def draw(random: Random) -> Inputs:
    """A picture that is not square, and three sets of weights with preprocessings of their own."""
    size = random.sample([random.randint(70, 110), random.randint(140, 200)], 2)
    weights = random.sample([random.choice(family) for family in (POCKET, BILINEAR, BICUBIC)], 3)
    return {"seed": random.randrange(10**6), "size": size, "weights": weights}


def on(inputs: Inputs) -> str:
    """The picture in words."""
    width, height = inputs["size"]
    return f"a picture of {width} x {height} pixels"


def compare(inputs: Inputs, values: Any) -> Parts:
    """An RGB picture for each of the weights, then the same in grey and with transparency."""
    hints = (
        check(inputs, name, values["prepared"][name])
        for check in (_shape, _values)  # a wrong shape is told first, for whichever weights
        for name in inputs["weights"]
    )
    return {"values": next(filter(None, hints), None), "modes": _modes(inputs, values["modes"])}


def _expected(inputs: Inputs, name: str, mode: str = "RGB") -> Tensor:
    prepared: Tensor = get_weight(name).transforms()(probes.picture(inputs, mode).convert("RGB"))
    return prepared


def _values(inputs: Inputs, name: str, value: Tensor) -> Hint | None:
    """For a tensor of the right shape."""
    expected = _expected(inputs, name)
    if value.shape != expected.shape or _alike(value, expected):
        return None
    if mistake := _wrong_range(name, value, expected):
        return Hint(mistake, f"for {name} {_range(expected)}", _range(value), LATER)
    away = f"a mean difference of {(value - expected).abs().mean():.2f}"
    return Hint(_wrong_pixels(inputs, name, value), f"for {name} the pixels of its transform", away, LATER)


def _shape(inputs: Inputs, name: str, value: Any) -> Hint | None:
    expected = _expected(inputs, name)
    if not isinstance(value, torch.Tensor):
        return Hint("Return a tensor.", "a tensor", describe(value), FIRST)
    if value.shape == expected.shape:
        return _type(name, value)
    mistake = "The size is not the one that these weights were trained with: each has its own."
    if value.ndim != 3:
        mistake = "One picture goes in and one comes out, without a batch dimension."
    elif value.shape[0] != 3:
        mistake = "The colour channels come first."
    return Hint(mistake, f"for {name} the shape {tuple(expected.shape)}", str(tuple(value.shape)), FIRST)


def _type(name: str, value: Tensor) -> Hint | None:
    if value.dtype == torch.float32:
        return None
    mistake = "Numbers of this type do not fit the float32 of a model's weights."
    if not value.is_floating_point():
        mistake = "These are whole numbers. Bring them from 0..255 to 0..1 as float32, then normalise."
    return Hint(mistake, f"for {name} {torch.float32}", str(value.dtype), FIRST)


def _wrong_range(name: str, value: Tensor, expected: Tensor) -> str:
    """Which known mistake gives the right pixels in these numbers."""
    preset = get_weight(name).transforms()
    unit = expected * _column(preset.std) + _column(preset.mean)
    if _alike(value, unit):
        return "These values are not normalised: take the mean off and divide by the deviation."
    if value.abs().max() > 20:
        return "The values were not brought from 0..255 to 0..1 first."
    if _alike(value, (unit - _column(IMAGENET[0])) / _column(IMAGENET[1])):
        return "You used ImageNet's mean and deviation. These weights have their own."
    return ""


def _wrong_pixels(inputs: Inputs, name: str, value: Tensor) -> str:
    """Which known mistake gives other pixels."""
    preset = get_weight(name).transforms()
    side, first, own = preset.crop_size[0], preset.resize_size, preset.interpolation
    picture = probes.picture(inputs, "RGB")
    unit = value * _column(preset.std) + _column(preset.mean)
    if (unit.amax(0) - unit.amin(0)).mean() < 0.02:
        return "All three channels are the same: the colours were lost on the way."
    other = {Mode.BILINEAR: Mode.BICUBIC, Mode.BICUBIC: Mode.BILINEAR}[own]
    ways = {
        "The picture was squashed into a square. Resize its shorter side, then crop.": ([side, side], own),
        "The picture was resized to the crop's size at once, so too much of its edge is left.": ([side], own),
        "The interpolation is not the one of these weights.": (first, other),
    }
    for mistake, (size, interpolation) in ways.items():
        resized = F.center_crop(F.resize(picture, size, interpolation=interpolation), [side])
        if _alike(value, F.normalize(F.to_dtype(F.to_image(resized), scale=True), preset.mean, preset.std)):
            return mistake
    return "The shape is right but the pixels differ: perhaps the size before the crop, or the interpolation."


def _modes(inputs: Inputs, values: dict[str, Any]) -> Hint | None:
    name = inputs["weights"][0]
    for mode, value in values.items():
        expected = _expected(inputs, name, mode)
        if not _alike(value, expected):
            mistake = "A grey picture has one channel, one with transparency four: make it RGB first."
            if any(_alike(value, blended) for blended in _blended(inputs, name)):
                mistake = "You mixed the picture with a background. Drop the alpha channel."
            return Hint(
                mistake,
                f"in mode {mode}, for {name}, {_facts(expected)}",
                _facts(value) if isinstance(value, torch.Tensor) and value.numel() else describe(value),
            )
    return None


def _blended(inputs: Inputs, name: str) -> list[Tensor]:
    """The transparent picture, prepared after it was put on a white or a black background."""
    picture = probes.picture(inputs, "RGBA")
    grounds = (Image.new("RGBA", picture.size, colour) for colour in ("white", "black"))
    flat = (Image.alpha_composite(ground, picture).convert("RGB") for ground in grounds)
    return [get_weight(name).transforms()(one) for one in flat]


def _alike(value: Any, expected: Tensor) -> bool:
    """Equal but for the rounding of one resizing or another."""
    if not is_tensor(value, *expected.shape) or not value.is_floating_point():
        return False
    return bool((value - expected).abs().mean() < 0.02)


def _column(numbers: Any) -> Tensor:
    return torch.tensor(numbers)[:, None, None]


def _facts(values: Tensor) -> str:
    return f"the shape {tuple(values.shape)} and {_range(values)}"


def _range(values: Tensor) -> str:
    return f"values from {values.min():.2f} to {values.max():.2f}"


CHECK = Check(draw, probes.match_preprocessing, compare, on)
