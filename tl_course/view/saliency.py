"""Pictures with their saliency maps on them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
import numpy as np
import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from tl_course.errors import CourseError
from tl_course.view.pictures import INCH_PER_PICTURE, draw_image, show_images
from tl_course.view.style import new_figure

# Equal steps of the map are equal steps of lightness, in grey as well. A rainbow (jet) draws edges where the
# map has none, and its brightest colour is in the middle.
COLOUR_MAP = matplotlib.colormaps["inferno"]
MOST = 8  # pictures in a row: with more each falls below 96 pixels on screen


def unnormalised(images: Tensor, transforms: Any) -> Tensor:
    """Preprocessed images (..., 3, H, W) as they looked before `transforms` normalised them, in [0, 1].

    Raises CourseError where `transforms`, torchvision's preset or a Compose, normalises nothing.
    """
    steps = (transforms, *getattr(transforms, "transforms", ()))
    step = next((step for step in steps if hasattr(step, "mean") and hasattr(step, "std")), None)
    if step is None:
        raise CourseError(
            f"{type(transforms).__name__} has no step with a mean and a std. Pass the transform that the "
            "images went through, such as profile.transforms."
        )
    mean, std = (torch.as_tensor(values).reshape(3, 1, 1) for values in (step.mean, step.std))
    return (images.detach().cpu() * std + mean).clamp(0, 1)


def overlay(image: Any, saliency: Any) -> np.ndarray:
    """(H, W, 3) float in [0, 1]: the picture in dim grey, over it the map in colour, the lighter the more.

    Args:
        image: PIL, (H, W, 3), or (3, H, W); floats in [0, 1] or bytes.
        saliency: (h, w) in [0, 1]; it is resized to the picture.

    Raises:
        CourseError: the image is of another shape or still normalised, or the map is no (h, w) in [0, 1].
    """
    pixels = _pixels(image)
    strength = _resized(_checked_map(saliency), pixels.shape[:2])[..., None]
    grey = 0.45 * (pixels @ np.array([0.299, 0.587, 0.114]))[..., None]
    # Never opaque: what the map points at must still be seen.
    weight = 0.75 * strength
    return (1 - weight) * grey + weight * COLOUR_MAP(strength[..., 0])[..., :3]


def show_saliency(
    images: Sequence[Any],
    rows: Mapping[str, Sequence[Any]],
    labels: Sequence[str] | None = None,
    masks: Sequence[Any] | None = None,
    title: str = "",
) -> Figure:
    """Pictures with labels below and, a row a method or layer, the same pictures under its maps.

    Images and maps as for `overlay`, at most 8 pictures; a mask (h, w) is drawn as an outline.
    """
    count = len(images)
    _check_counts(count, rows, labels, masks)
    size = min(INCH_PER_PICTURE, 8.6 / count)
    height = size * (1 + len(rows)) * 1.02 + 0.18 * _lines(labels) + 0.35 * bool(title)
    figure, axes = new_figure(count * size * 1.02 + 1.1, height, 1 + len(rows), count)
    figure.set_layout_engine("constrained", w_pad=0.01, h_pad=0.01, wspace=0.0, hspace=0.0)
    for axis in axes:
        axis.axis("off")
    for column, image in enumerate(images):
        drawn = [_pixels(image), *(overlay(image, maps[column]) for maps in rows.values())]
        for row, pixels in enumerate(drawn):
            axis = axes[row * count + column]
            draw_image(axis, pixels)
            if masks is not None:
                _outline(axis, masks[column], pixels.shape[:2])
        if labels:
            below = axes[column]
            below.text(
                0.5, -0.03, labels[column], transform=below.transAxes, ha="center", va="top", fontsize=9
            )
    for row, name in enumerate(("", *rows)):
        first, text = axes[row * count], textwrap.fill(name, 14)
        first.text(-0.06, 0.5, text, transform=first.transAxes, ha="right", va="center", fontsize=10)
    if title:
        figure.suptitle(title, fontsize=11)
    return figure


def show_unit(
    images: Sequence[Any],
    maps: Any,
    labels: Sequence[str],
    count: int = 6,
    share: float = 0.5,
    title: str = "",
) -> Figure:
    """The `count` pictures that activate a unit most, dark where it is below `share` of its maximum.

    The unit's maximum is the highest value in `maps`, its activations (N, h, w), one a picture; each
    picture's own is written below, after its label. As in Bau et al. 2017, arXiv:1704.05796, the activations
    are resized to the picture and then cut.
    """
    activations = np.asarray(maps, dtype=np.float64)
    if activations.ndim != 3 or not len(activations) == len(images) == len(labels):
        raise CourseError(
            f"{len(images)} pictures came with activations of shape {activations.shape} and {len(labels)} "
            "labels. Give one unit's, (N, h, w), one map and one label a picture."
        )
    highest = activations.max((1, 2))
    chosen = np.argsort(-highest, kind="stable")[:count]
    limit = share * highest.max()
    drawn = []
    for index in chosen:
        pixels = _pixels(images[index])
        activation = _resized(activations[index], pixels.shape[:2])
        active = (activation >= limit) & (activation > 0)  # a dead unit is active nowhere
        drawn.append(np.where(active[..., None], pixels, 0.4 * pixels))
    below = [f"{labels[index]} {highest[index]:.2g}" for index in chosen]
    return show_images(drawn, below, columns=MOST, title=title)


def _pixels(image: Any) -> np.ndarray:
    """(H, W, 3) float in [0, 1]."""
    pixels = np.asarray(image.detach().cpu() if isinstance(image, Tensor) else image)
    if pixels.ndim == 3 and pixels.shape[0] == 3 and pixels.shape[2] != 3:
        pixels = pixels.transpose(1, 2, 0)
    if pixels.ndim != 3 or pixels.shape[2] != 3:
        raise CourseError(f"The picture has shape {pixels.shape}. Give RGB: (H, W, 3) or (3, H, W).")
    if pixels.dtype == np.uint8:
        return pixels / 255
    if not (pixels.min() >= 0 and pixels.max() <= 1):
        raise CourseError(
            f"The picture's values go from {pixels.min():.3g} to {pixels.max():.3g}, not from 0 to 1: it is "
            "still normalised. Pass unnormalised(images, profile.transforms)."
        )
    return pixels.astype(np.float64)


def _checked_map(saliency: Any) -> np.ndarray:
    values = np.asarray(saliency, dtype=np.float64)
    if values.ndim != 2 or not (values.min() >= 0 and values.max() <= 1):
        raise CourseError(
            f"The map has shape {values.shape} and values from {values.min():.3g} to {values.max():.3g}. "
            "Give (H, W) in [0, 1], such as one of grad_cam's."
        )
    return values


def _resized(values: Any, size: tuple[int, ...]) -> np.ndarray:
    tensor = torch.as_tensor(np.asarray(values, dtype=np.float64))[None, None]
    return F.interpolate(tensor, size, mode="bilinear", align_corners=False)[0, 0].numpy()


def _outline(axis: Axes, mask: Any, size: tuple[int, ...]) -> None:
    """The edge of a mask in white on black: seen on any picture."""
    inside = _resized(mask, size)
    if inside.min() < 0.5 <= inside.max():
        axis.contour(inside, levels=[0.5], colors="black", linewidths=2.2)
        axis.contour(inside, levels=[0.5], colors="white", linewidths=1.0)


def _lines(labels: Sequence[str] | None) -> int:
    return max(1 + label.count("\n") for label in labels) if labels else 0


def _check_counts(count: int, rows: Mapping[str, Any], labels: Any, masks: Any) -> None:
    if not 1 <= count <= MOST:
        raise CourseError(f"{count} pictures cannot be shown in a row. Give 1 to {MOST}.")
    parts = {**{f"maps {name!r}": maps for name, maps in rows.items()}, "labels": labels, "masks": masks}
    for name, part in parts.items():
        if part is not None and len(part) != count:
            raise CourseError(f"{count} pictures came with {len(part)} {name}. Give one for each picture.")
