"""Measures of saliency maps: their values on maps whose answer is known."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats
from torch import Tensor, nn

from tl_course.errors import CourseError
from tl_course.explain.measures import (
    area_under,
    centre_map,
    deletion_curve,
    energy_inside,
    insertion_curve,
    localisation,
    mean_interval,
    pointing_game,
    rank_correlation,
)


def corner_mask(height: int = 4, width: int = 4) -> np.ndarray:
    """True in the upper left quarter."""
    mask = np.zeros((height, width), dtype=bool)
    mask[: height // 2, : width // 2] = True
    return mask


def peak(row: int, column: int) -> np.ndarray:
    values = np.full((4, 4), 0.1)
    values[row, column] = 1.0
    return values


class Brightness(nn.Module):
    """The log-odds of class 1 are the sum of the red channel in the upper left quarter."""

    def __init__(self) -> None:
        super().__init__()
        self.dropout = nn.Dropout(0.5)

    def forward(self, images: Tensor) -> Tensor:
        height, width = images.shape[2:]
        scores = self.dropout(images)[:, 0, : height // 2, : width // 2].sum((1, 2))
        return torch.stack([torch.zeros_like(scores), scores], 1)


def sigmoid(scores: Any) -> np.ndarray:
    return 1 / (1 + np.exp(-np.asarray(scores, dtype=float)))


def falling(count: int = 1) -> np.ndarray:
    """(count, 4, 4): every pixel less salient than the one before, in reading order."""
    return np.tile(np.arange(16, 0, -1.0).reshape(4, 4), (count, 1, 1))


def test_a_peak_in_the_mask_is_a_hit_and_one_outside_is_none() -> None:
    maps = np.stack([peak(0, 1), peak(3, 3)])

    assert pointing_game(maps, np.stack([corner_mask()] * 2)).tolist() == [1.0, 0.0]


def test_of_several_highest_pixels_the_share_in_the_mask_counts() -> None:
    assert pointing_game(np.maximum(peak(0, 0), peak(3, 3)), corner_mask()) == 0.5


@pytest.mark.parametrize("measure", [pointing_game, energy_inside])
@pytest.mark.parametrize("value", [0.0, 0.7])
def test_a_constant_map_scores_the_share_of_the_mask(measure: Callable[..., Any], value: float) -> None:
    assert measure(np.full((4, 4), value), corner_mask()) == pytest.approx(0.25)


def test_energy_inside_is_the_share_of_the_sum() -> None:
    values = np.zeros((2, 2))
    values[0] = 3.0, 1.0

    assert energy_inside(values, np.array([[True, False], [True, False]])) == 0.75


@pytest.mark.parametrize("measure", [pointing_game, energy_inside])
def test_a_batch_gives_each_map_what_it_gets_alone(measure: Callable[..., Any]) -> None:
    random = np.random.default_rng(0)
    maps, masks = random.random((3, 5, 7)), random.random((3, 5, 7)) > 0.5

    alone = [measure(one, mask) for one, mask in zip(maps, masks, strict=True)]

    assert all(isinstance(value, float) for value in alone)
    assert measure(maps, masks).tolist() == pytest.approx(alone)


def test_localisation_gives_the_mean_and_interval_of_both_measures() -> None:
    maps, masks = np.stack([peak(0, 1), peak(3, 3)]), np.stack([corner_mask()] * 2)

    found = localisation(maps, masks)

    assert found["pointing game"] == (0.5, 0.0, 1.0)
    # The sums are 2.5; in the quarter lie 1.3 of the first and 0.4 of the second.
    assert found["energy inside"] == pytest.approx(((0.52 + 0.16) / 2, 0.16, 0.52))


def test_the_centre_map_is_highest_in_the_middle_and_falls_alike_to_all_sides() -> None:
    values = centre_map(9, 9)

    assert values.argmax() == 4 * 9 + 4
    assert np.array_equal(values, values[::-1])
    assert np.array_equal(values, values.T)


def test_the_centre_map_has_a_deviation_of_a_quarter_of_each_side() -> None:
    values = centre_map(41, 81)

    assert values[20, 40] == 1
    assert values[20 + 10, 40] == pytest.approx(np.exp(-((10 / (41 / 4)) ** 2) / 2))
    assert values[20, 40 + 20] == pytest.approx(np.exp(-((20 / (81 / 4)) ** 2) / 2))


def test_rank_correlation_is_spearmans_also_with_ties() -> None:
    random = np.random.default_rng(1)
    one, other = random.random((3, 6, 5)), random.integers(0, 4, (3, 6, 5))

    expected = [stats.spearmanr(a.ravel(), b.ravel()).statistic for a, b in zip(one, other, strict=True)]

    assert rank_correlation(one, other).tolist() == pytest.approx(expected)


def test_rank_correlation_sees_only_the_order() -> None:
    values = np.random.default_rng(2).random((8, 8))

    assert rank_correlation(values, values**3) == pytest.approx(1)
    assert rank_correlation(values, 1 - values) == pytest.approx(-1)


def test_a_constant_map_correlates_with_nothing_and_warns_of_nothing() -> None:
    values = np.random.default_rng(3).random((4, 4))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert rank_correlation(np.zeros((4, 4)), values) == 0
        assert rank_correlation(values, np.ones((4, 4))) == 0


def test_the_interval_of_a_mean_is_near_that_of_the_normal_distribution() -> None:
    values = np.random.default_rng(4).normal(3.0, 2.0, 400)

    mean, low, high = mean_interval(values)

    assert mean == pytest.approx(values.mean())
    assert (low, high) == pytest.approx((values.mean() - 0.196, values.mean() + 0.196), abs=0.03)
    assert mean_interval(values) == (mean, low, high)


def test_values_that_are_all_the_same_have_an_interval_without_width() -> None:
    assert mean_interval([1.0, 1.0]) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("values", [[], [0.5, float("nan")]])
def test_no_value_or_nan_has_no_mean(values: list[float]) -> None:
    with pytest.raises(CourseError, match=r"at least one number, all of them finite"):
        mean_interval(values)


def test_deletion_takes_the_most_salient_pixels_first() -> None:
    images = torch.ones(1, 3, 4, 4)

    curve = deletion_curve(Brightness(), images, falling(), [1], steps=4, fill=0.0)

    # A step is a row of four pixels; the first two hold two pixels of the quarter each.
    assert curve.tolist() == [pytest.approx(sigmoid([4, 2, 0, 0, 0]), abs=1e-6)]


def test_insertion_brings_the_most_salient_pixels_back_first() -> None:
    images = torch.ones(1, 3, 4, 4)

    curve = insertion_curve(Brightness(), images, falling(), [1], steps=4, fill=0.0)

    assert curve.tolist() == [pytest.approx(sigmoid([0, 2, 4, 4, 4]), abs=1e-6)]


def test_a_curve_is_of_the_target_that_is_asked_for() -> None:
    images = torch.ones(2, 3, 4, 4)

    curves = deletion_curve(Brightness(), images, falling(2), torch.tensor([0, 1]), steps=2, fill=0.0)

    assert curves[0] == pytest.approx(1 - curves[1], abs=1e-6)
    assert curves.dtype == np.float32
    assert curves.shape == (2, 3)


def test_without_a_fill_the_curves_join_the_picture_and_its_blurred_copy() -> None:
    images = torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    maps = np.random.default_rng(0).random((2, 16, 16))

    deletion = deletion_curve(Brightness(), images, maps, [1, 1], steps=3)
    insertion = insertion_curve(Brightness(), images, maps, [1, 1], steps=3)

    whole = sigmoid(images[:, 0, :8, :8].sum((1, 2)))
    assert deletion[:, 0] == pytest.approx(whole)
    assert insertion[:, -1] == pytest.approx(whole)
    assert deletion[:, -1] == pytest.approx(insertion[:, 0])


def test_a_fill_may_be_a_colour() -> None:
    colour = torch.tensor([-1.0, 0.0, 0.0])[:, None, None]

    curve = deletion_curve(Brightness(), torch.ones(1, 3, 4, 4), falling(), [1], steps=1, fill=colour)

    assert curve.tolist() == [pytest.approx(sigmoid([4, -4]), abs=1e-6)]


@pytest.mark.parametrize("curve", [deletion_curve, insertion_curve])
def test_a_picture_has_the_same_curve_alone_and_in_any_batch(curve: Callable[..., np.ndarray]) -> None:
    images = torch.rand(5, 3, 8, 8, generator=torch.Generator().manual_seed(1))
    maps = np.random.default_rng(1).integers(0, 3, (5, 8, 8)) / 2  # with ties

    together = curve(Brightness(), images, maps, [1] * 5, steps=4, batch_size=2)
    alone = [curve(Brightness(), images[i : i + 1], maps[i : i + 1], [1], steps=4)[0] for i in range(5)]

    assert together == pytest.approx(np.stack(alone), abs=1e-6)


def test_equal_pixels_go_in_an_order_without_a_place() -> None:
    images, constant = torch.ones(1, 3, 32, 32), np.ones((1, 32, 32))

    (curve,) = deletion_curve(Brightness(), images / 64, constant, [1], steps=4, fill=0.0)

    # Of the quarter's 256 pixels about a quarter goes at each step, wherever the quarter lies.
    left = np.log(curve / (1 - curve)) * 64
    assert left == pytest.approx([256, 192, 128, 64, 0], abs=25)


def test_the_curves_are_made_in_eval_mode_and_leave_the_mode_as_it_was() -> None:
    model = Brightness().train()

    curve = deletion_curve(model, torch.ones(1, 3, 4, 4), falling(), [1], steps=1, fill=0.0)

    assert curve[0, 0] == pytest.approx(sigmoid(4))
    assert model.training
    assert model.dropout.training


def test_the_area_under_a_curve_is_its_mean_height() -> None:
    assert area_under([1.0, 0.0]) == 0.5
    assert area_under(np.array([[1.0, 1.0, 1.0], [0.0, 1.0, 0.0]])).tolist() == [1.0, 0.5]


GOOD, MASK = np.ones((4, 4)), corner_mask()
MISTAKES = {
    "other shape": (
        lambda: pointing_game(np.ones((8, 8)), MASK),
        r"maps have shape \(8, 8\).*masks \(4, 4\)",
    ),
    "batch and one": (lambda: energy_inside(GOOD[None], MASK), r"\(1, 4, 4\).*\(4, 4\)"),
    "no map": (lambda: pointing_game(np.ones(4), np.ones(4, bool)), r"shape \(4,\).*Give \(H, W\)"),
    "mask of numbers": (lambda: energy_inside(GOOD, MASK * 1.0), r"float64.*masks > 0\.5"),
    "empty mask": (lambda: pointing_game(GOOD, MASK & False), r"The mask is empty"),
    "an empty mask": (
        lambda: energy_inside(np.stack([GOOD] * 2), np.stack([MASK, MASK & False])),
        r"mask of picture 1 is empty",
    ),
    "negative": (lambda: energy_inside(GOOD - 2, MASK), r"reach down to -1.*Clip"),
    "nan": (lambda: pointing_game(GOOD * np.nan, MASK), r"NaN"),
    "other map's shape": (lambda: rank_correlation(GOOD, np.ones((2, 2))), r"second maps \(2, 2\)"),
    "one map for two pictures": (
        lambda: deletion_curve(Brightness(), torch.ones(2, 3, 4, 4), falling(), [1, 1]),
        r"images have shape \(2, 3, 4, 4\), the maps \(1, 4, 4\)",
    ),
    "one picture": (
        lambda: insertion_curve(Brightness(), torch.ones(3, 4, 4), GOOD, [1]),
        r"images\[None\] with maps\[None\]",
    ),
    "targets": (
        lambda: deletion_curve(Brightness(), torch.ones(1, 3, 4, 4), falling(), [1, 0]),
        r"1 pictures came with targets of shape \(2,\)",
    ),
    "target without output": (
        lambda: deletion_curve(Brightness(), torch.ones(1, 3, 4, 4), falling(), [2]),
        r"label 2 with a model of 2 outputs",
    ),
    "steps": (
        lambda: insertion_curve(Brightness(), torch.ones(1, 3, 4, 4), falling(), [1], steps=0),
        r"steps is 0",
    ),
    "fill": (
        lambda: deletion_curve(Brightness(), torch.ones(1, 3, 4, 4), falling(), [1], fill=torch.zeros(5)),
        r"fill has shape \(5,\)",
    ),
}


@pytest.mark.parametrize(("call", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(CourseError, match=message):
        call()
