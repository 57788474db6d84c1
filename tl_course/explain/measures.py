"""How good is a saliency map? Where it points, what it ranks, and what the model does without its pixels.

Maps are float arrays (H, W) or (N, H, W), finite and not negative; masks are bool arrays of the same shape.
A measure of a batch is an (N,) array, that of one map a float.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import TensorDataset

from tl_course.data import blurred
from tl_course.errors import CourseError
from tl_course.training.batches import TensorBatches
from tl_course.training.passes import modes_restored, predictions

Measure = Any  # np.ndarray (N,) for a batch, float for one map: the caller knows which
Interval = tuple[float, float, float]  # a mean and the low and high end of its 95 % interval


def pointing_game(maps: Any, masks: Any) -> Measure:
    """1 where the highest pixel lies in the mask, else 0.

    Among several highest pixels it is the share that lies in the mask, what a random choice would hit on
    average; so a constant map scores what a random point does, the mask's share of the picture.
    Zhang et al. 2016, arXiv:1608.00507; here without any tolerance around the object.

    Raises:
        CourseError: the shapes differ, a mask is empty, or the maps are not as the module says.
    """
    maps, masks = _maps_and_masks(maps, masks)
    highest = maps == maps.max((-2, -1), keepdims=True)
    return _measure((highest & masks).sum((-2, -1)) / highest.sum((-2, -1)))


def energy_inside(maps: Any, masks: Any) -> Measure:
    """The share of the map's sum that lies in the mask, in [0, 1].

    A map of zeros points nowhere; it counts as a uniform one, whose share is the mask's share of the
    picture. Wang et al. 2020, arXiv:1910.01279.

    Raises:
        CourseError: as for `pointing_game`.
    """
    maps, masks = _maps_and_masks(maps, masks)
    maps = np.where(maps.max((-2, -1), keepdims=True) > 0, maps, 1.0)
    return _measure((maps * masks).sum((-2, -1)) / maps.sum((-2, -1)))


def localisation(maps: Any, masks: Any) -> dict[str, Interval]:
    """Both measures of where maps (N, H, W) point, each as the (mean, low, high) of `mean_interval`.

    The keys are "pointing game" and "energy inside". Maps of ones give what random ones would on average: the
    baseline that knows nothing. Raises CourseError as `pointing_game` does.
    """
    return {
        "pointing game": mean_interval(pointing_game(maps, masks)),
        "energy inside": mean_interval(energy_inside(maps, masks)),
    }


def centre_map(height: int, width: int) -> np.ndarray:
    """(height, width) float32 in (0, 1]: a Gaussian at the centre, its deviation a quarter of each side.

    The baseline that has seen neither picture nor model and knows only where people put things.
    """
    rows, columns = ((np.arange(n) - (n - 1) / 2) / (n / 4) for n in (height, width))
    gaussian = np.exp(-(rows[:, None] ** 2 + columns**2) / 2)
    return (gaussian / gaussian.max()).astype(np.float32)


def rank_correlation(one: Any, other: Any) -> Measure:
    """Spearman's rank correlation of two maps' pixels, in [-1, 1]; equal pixels share their mean rank.

    A constant map ranks nothing: its correlation counts as 0. Adebayo et al. 2018, arXiv:1810.03292, compare
    the maps of a model before and after its weights are randomised in this way.

    Raises:
        CourseError: the shapes differ, or the maps are not as the module says.
    """
    one, other = _checked_maps(one, "first maps"), _checked_maps(other, "second maps")
    _check_same_shape(one, "first maps", other, "second maps")
    a, b = _centred_ranks(one), _centred_ranks(other)
    norms = np.sqrt((a**2).sum(-1) * (b**2).sum(-1))
    return _measure((a * b).sum(-1) / np.where(norms > 0, norms, 1.0))


def mean_interval(values: Any, draws: int = 2000, seed: int = 0) -> Interval:
    """(mean, low, high): the mean of the values (N,) and its 95 % interval by the percentile bootstrap.

    Raises CourseError where there is no value, or one that is not finite.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1 or not len(numbers) or not np.isfinite(numbers).all():
        raise CourseError(
            f"The values have shape {numbers.shape}; a mean and its interval need a list of at least one "
            "number, all of them finite."
        )
    chosen = np.random.default_rng(seed).integers(0, len(numbers), (draws, len(numbers)))
    low, high = np.percentile(numbers[chosen].mean(1), [2.5, 97.5])
    return float(numbers.mean()), float(low), float(high)


def deletion_curve(
    model: nn.Module,
    images: Tensor,
    maps: Any,
    targets: Sequence[int] | Tensor,
    steps: int = 20,
    fill: Tensor | float | None = None,
    *,
    batch_size: int = 64,
) -> np.ndarray:
    """The probability of each target as its picture loses its most salient pixels, equal shares a step.

    A map that ranks well makes it fall early. Petsiuk et al. 2018, arXiv:1806.07421, with one difference:
    they put zeros in place of the pixels. Holes with sharp edges are a picture of their own, which no model
    has learnt from; here the pixels come from a strongly blurred copy, as in their insertion, so that
    deletion and insertion go between the same two pictures. Pixels of equal value go in a random order, the
    same in each picture; a constant map is thus the random baseline.

    Args:
        model: gives class scores (N, K); it is used in eval mode and left in the mode that it is in.
        images: (N, 3, H, W) float, preprocessed.
        maps: (N, H, W), one a picture.
        targets: N class indices.
        steps: in how many equal shares the pixels go, at least 1.
        fill: what stands where pixels are missing: a number or a tensor that broadcasts to the images. None
            is the blurred copy.
        batch_size: how many pictures the model sees at once.

    Returns:
        (N, steps + 1) float32: column k is the probability after k steps; the last has no pixel left.

    Raises:
        CourseError: the shapes do not belong together, `steps` is below 1, a target has no output, or the
            maps are not as the module says.
    """
    maps = _maps_of(images, maps)
    return _curve(model, images, _filled(images, fill), maps, targets, steps, batch_size)


def insertion_curve(
    model: nn.Module,
    images: Tensor,
    maps: Any,
    targets: Sequence[int] | Tensor,
    steps: int = 20,
    fill: Tensor | float | None = None,
    *,
    batch_size: int = 64,
) -> np.ndarray:
    """The probability of each target as the most salient pixels come back first, equal shares a step.

    From the blurred copy (or `fill`) to the whole picture; a map that ranks well makes it rise early. All
    else as in `deletion_curve`.
    """
    maps = _maps_of(images, maps)
    return _curve(model, _filled(images, fill), images, maps, targets, steps, batch_size)


def area_under(curve: Any) -> Measure:
    """The area under curves (N, steps + 1), by the trapezoid rule over a width of 1: their mean height."""
    values = np.asarray(curve, dtype=np.float64)
    return _measure((values[..., :-1] + values[..., 1:]).mean(-1) / 2)


def _curve(
    model: nn.Module,
    before: Tensor,
    after: Tensor,
    maps: np.ndarray,
    targets: Sequence[int] | Tensor,
    steps: int,
    batch_size: int,
) -> np.ndarray:
    """Probabilities of the targets on the way from `before` to `after`, the most salient pixels first."""
    if steps < 1:
        raise CourseError(f"steps is {steps}: the pixels go in at least 1 step.")
    labels = torch.as_tensor(targets)
    if labels.shape != (len(before),):
        raise CourseError(
            f"{len(before)} pictures came with targets of shape {tuple(labels.shape)}. Give one class index "
            "a picture."
        )
    places, pixels = torch.from_numpy(_places(maps)).to(before.device), maps[0].size
    columns = []
    with modes_restored(model):
        model.eval()
        for step in range(steps + 1):
            gone = places < round(step * pixels / steps)
            mixed = TensorDataset(torch.where(gone[:, None], after, before), labels)
            batches = predictions(model, TensorBatches(mixed, batch_size), "deletion or insertion curve")
            columns.append(torch.cat([_probability(logits, wanted) for _, logits, wanted in batches]))
    return torch.stack(columns, 1).numpy()


def _probability(logits: Tensor, targets: Tensor) -> Tensor:
    return logits.float().softmax(1).gather(1, targets[:, None])[:, 0].cpu()


def _places(maps: np.ndarray) -> np.ndarray:
    """Each pixel's place in the order from the most salient on: (N, H, W) int64, from 0."""
    flat = maps.reshape(len(maps), -1)
    # Equal pixels in reading order would be removed from the top down, which is a pattern of its own.
    lots = np.broadcast_to(np.random.default_rng(0).permutation(flat.shape[1]), flat.shape)
    order = np.lexsort((lots, -flat))
    return np.argsort(order).reshape(maps.shape)


def _filled(images: Tensor, fill: Tensor | float | None) -> Tensor:
    if fill is None:
        return blurred(images)
    try:
        return torch.as_tensor(fill, dtype=images.dtype, device=images.device).expand_as(images)
    except RuntimeError:
        raise CourseError(
            f"fill has shape {tuple(torch.as_tensor(fill).shape)}, the images {tuple(images.shape)}. Give a "
            "number, a colour of shape (3, 1, 1) or one picture for each."
        ) from None


def _centred_ranks(maps: np.ndarray) -> np.ndarray:
    """(..., H * W): the ranks of each map's pixels, less their mean."""
    flat = maps.reshape(*maps.shape[:-2], -1)
    ranks = np.apply_along_axis(_mean_ranks, -1, flat)
    return ranks - ranks.mean(-1, keepdims=True)


def _mean_ranks(values: np.ndarray) -> np.ndarray:
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (counts.cumsum() - (counts - 1) / 2)[which]


def _maps_and_masks(maps: Any, masks: Any) -> tuple[np.ndarray, np.ndarray]:
    values, inside = _checked_maps(maps, "maps"), np.asarray(masks)
    _check_same_shape(values, "maps", inside, "masks")
    if inside.dtype != bool:
        raise CourseError(f"The masks are of type {inside.dtype}. Make them bool, such as masks > 0.5.")
    empty = np.flatnonzero(~inside.any((-2, -1)))
    if len(empty):
        which = f"The mask of picture {empty[0]}" if inside.ndim == 3 else "The mask"
        raise CourseError(f"{which} is empty: nothing can lie in it. Leave such pictures out.")
    return values, inside


def _checked_maps(maps: Any, name: str) -> np.ndarray:
    values = np.asarray(maps, dtype=np.float64)
    if values.ndim not in (2, 3) or not values.size:
        raise CourseError(f"The {name} have shape {values.shape}. Give (H, W), or (N, H, W) for a batch.")
    if not np.isfinite(values).all():
        raise CourseError(f"The {name} hold NaN or infinity. Look at the model's weights and the pictures.")
    if values.min() < 0:
        raise CourseError(
            f"The {name} reach down to {values.min():.3g}; saliency is not negative. Clip them at 0 or take "
            "their absolute values."
        )
    return values


def _maps_of(images: Tensor, maps: Any) -> np.ndarray:
    values = _checked_maps(maps, "maps")
    if images.ndim != 4 or values.shape != (len(images), *images.shape[2:]):
        raise CourseError(
            f"The images have shape {tuple(images.shape)}, the maps {values.shape}. Give images (N, 3, H, W) "
            "and maps (N, H, W); one picture is images[None] with maps[None]."
        )
    return values


def _check_same_shape(one: np.ndarray, name: str, other: np.ndarray, other_name: str) -> None:
    if one.shape != other.shape:
        raise CourseError(
            f"The {name} have shape {one.shape}, the {other_name} {other.shape}. Resize one to the other."
        )


def _measure(values: np.ndarray) -> Measure:
    return float(values) if np.ndim(values) == 0 else values
