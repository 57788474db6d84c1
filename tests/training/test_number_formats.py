"""What the number formats hold, against torch's own record and by arithmetic."""

from __future__ import annotations

import math

import pytest
import torch

from tl_course.training.number_formats import FORMATS

STORED = [name for name, one in FORMATS.items() if one.dtype is not None]


@pytest.mark.parametrize("name", STORED)
def test_a_formats_limits_are_those_of_torch(name: str) -> None:
    one = FORMATS[name]

    record = torch.finfo(one.dtype)

    assert (one.epsilon, one.largest, one.smallest_normal) == (record.eps, record.max, record.tiny)


@pytest.mark.parametrize("name", STORED)
def test_the_smallest_number_is_held_and_less_than_half_of_it_is_zero(name: str) -> None:
    smallest = torch.tensor(FORMATS[name].smallest, dtype=torch.float64)

    assert smallest.to(FORMATS[name].dtype) > 0
    assert (smallest * 0.49).to(FORMATS[name].dtype) == 0


def test_fp16_overflows_where_bf16_does_not() -> None:
    value = torch.tensor([70_000.0])

    assert math.isinf(FORMATS["fp16"].rounded(value).item())
    assert FORMATS["bf16"].rounded(value).item() == 70_144.0  # the next multiple of 2**16 / 2**7


def test_bf16_holds_what_fp16_flushes_to_zero() -> None:
    value = torch.tensor([1e-8])

    assert FORMATS["fp16"].rounded(value).item() == 0.0
    assert FORMATS["bf16"].rounded(value).item() == pytest.approx(1e-8, rel=2**-8)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (1 + 2**-10, 1 + 2**-10),
        (1 + 2**-12, 1.0),
        (1 + 2**-11, 1.0),  # half way: to the even neighbour, which is below
        (1 + 3 * 2**-11, 1 + 2**-9),  # half way: to the even neighbour, which is above
        (-1 - 2**-12, -1.0),
        (1e30, pytest.approx(1e30, rel=2**-11)),
        (math.inf, math.inf),
        (0.0, 0.0),
    ],
)
def test_tf32_keeps_ten_bits_of_a_float32_number(value: float, kept: float) -> None:
    assert FORMATS["tf32"].rounded(torch.tensor([value])).item() == kept


@pytest.mark.parametrize("name", FORMATS)
def test_rounding_errs_by_half_a_step_at_most(name: str) -> None:
    values = torch.linspace(1, 2, 10_001)

    assert (FORMATS[name].rounded(values) - values).abs().max() <= FORMATS[name].epsilon / 2
