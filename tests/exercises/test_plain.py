"""Plain data: what may go from a student's process to the comparison."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from tl_course.exercises.plain import close, describe, is_number, is_tensor, plain


class EqualsEverything:
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


class Flattering(torch.Tensor):
    pass


@pytest.mark.parametrize("value", [None, True, 3, -0.5, "text", [1, "a"], {"a": [None]}])
def test_plain_values_stay(value: Any) -> None:
    assert plain(value) == value


def test_an_object_of_another_kind_becomes_its_name() -> None:
    assert plain([EqualsEverything(), nn.Linear(1, 1)]) == ["an EqualsEverything object", "a Linear object"]


def test_a_tensor_loses_its_graph_and_its_class() -> None:
    tensor = plain(torch.ones(2, requires_grad=True).as_subclass(Flattering))

    assert type(tensor) is torch.Tensor
    assert not tensor.requires_grad


def test_a_tensor_is_a_copy() -> None:
    original = torch.zeros(2)
    copied = plain(original)
    original.fill_(1)

    assert copied.tolist() == [0, 0]


def test_arrays_and_their_numbers_become_tensors_and_numbers() -> None:
    assert torch.equal(plain(np.arange(3)), torch.arange(3))
    assert type(plain(np.float32(0.5))) is float


@pytest.mark.parametrize("value", [True, None, "1", float("nan"), float("inf"), torch.tensor(1.0)])
def test_these_are_no_numbers(value: Any) -> None:
    assert not is_number(value)


@pytest.mark.parametrize("value", [torch.zeros(3), torch.tensor([[1.0, float("nan")]]), [[1, 2]], None])
def test_these_are_no_finite_tensors_of_one_row_and_two_columns(value: Any) -> None:
    assert not is_tensor(value, 1, 2)


def test_closeness_wants_the_same_shape() -> None:
    assert close(torch.ones(2), torch.ones(2) + 1e-6)
    assert not close(torch.ones(1), torch.ones(2))
    assert not close("1", 1.0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.123456, "0.1235"),
        (torch.ones(2), "tensor(1, 1)"),
        (torch.ones(3, 4), "a tensor of shape (3, 4)"),
        (["a", 1.0], "['a', 1]"),
        ({"k": None}, "{'k': None}"),
        ("a Linear object", "a Linear object"),
        (list(range(9)), "[0, 1, 2, 3, 4, 5, 6, ...]"),
    ],
)
def test_a_value_is_described_in_short(value: Any, text: str) -> None:
    assert describe(value) == text
