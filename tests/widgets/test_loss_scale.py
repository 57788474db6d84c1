"""The loss-scale explorer, and the sizes of numbers that it counts."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from tl_course.errors import CourseError
from tl_course.training.number_formats import FORMATS, Sizes
from tl_course.widgets import loss_scale_explorer


@pytest.fixture(scope="module")
def gradients() -> Tensor:
    generator = torch.Generator().manual_seed(0)
    normal, exponents = torch.randn(2, 100_000, generator=generator)
    gradients = normal * 2.0 ** (6 * exponents - 24)
    gradients[:1000] = 0
    return gradients.reshape(100, -1)


@pytest.mark.parametrize("power", [0, 8, 16, 24, 36])
def test_the_shares_are_those_of_rounding_each_gradient(gradients, power):
    not_zero = gradients[gradients != 0]
    rounded = FORMATS["fp16"].rounded(not_zero * 2.0**power)

    shares = Sizes(gradients).shares(FORMATS["fp16"], power)

    assert shares["lost"] == pytest.approx((rounded == 0).double().mean().item(), abs=1e-9)
    assert shares["overflown"] == pytest.approx(rounded.isinf().double().mean().item(), abs=1e-9)


def test_the_shares_add_up_to_one(gradients):
    assert sum(Sizes(gradients).shares(FORMATS["fp16"], 12).values()) == pytest.approx(1)


def test_every_number_but_the_zeros_is_counted_at_its_power_of_two():
    sizes = Sizes(torch.tensor([0.0, 1.0, -1.5, 2.0, 0.25, 2.0**-149]))

    counted = {power: count for power, count in zip(sizes.powers.tolist(), sizes.counts.tolist()) if count}  # noqa: B905
    assert counted == {-149: 1, -2: 1, 0: 2, 1: 1}


def test_gradients_that_are_all_zero_are_told_in_one_line():
    with pytest.raises(CourseError, match="All of these numbers are zero"):
        loss_scale_explorer(torch.zeros(4))


def test_the_slider_moves_figure_and_sentence(gradients):
    explorer = loss_scale_explorer(gradients)
    before = explorer.figure.value

    explorer.power.value = 20

    assert "Times 2^20 = 1,048,576" in explorer.line.value
    assert explorer.figure.value != before


def test_an_overflow_is_told_as_the_loss_of_the_step(gradients):
    explorer = loss_scale_explorer(gradients)

    explorer.power.value = 36

    assert "the whole step would be left out" in explorer.line.value


@pytest.mark.parametrize("spoilt", [float("inf"), float("nan")])
def test_gradients_that_are_no_numbers_are_told_in_one_line(spoilt):
    with pytest.raises(CourseError, match="infinite or no number"):
        loss_scale_explorer(torch.tensor([spoilt, 1.0]))


@pytest.mark.parametrize(("power", "words"), [(0, "one in a thousand is lost"), (14, "in the window")])
def test_it_says_whether_the_factor_is_in_the_window(power, words):
    explorer = loss_scale_explorer(torch.tensor([1e-8, 1e-6, 1e-3, 0.1]))

    explorer.power.value = power

    assert words in explorer.line.value


def test_the_figure_has_an_alternative_text(gradients):
    assert 'alt="Histogram of the gradients' in loss_scale_explorer(gradients).figure.value


def test_without_a_kernel_the_figure_stands(gradients):
    assert "image/png" in loss_scale_explorer(gradients)._repr_mimebundle_()
