"""The warm-up's check: right answers pass, each mistake is named, an untouched stub is not a failure."""

from __future__ import annotations

from typing import Any

import pytest
from torch import nn

from tl_course.errors import CourseError
from tl_course.exercises import check


def right(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def untouched(model: nn.Module) -> int:
    raise NotImplementedError


def result(answer: Any) -> Any:
    return check("count_trainable", answer)


def test_a_right_answer_passes() -> None:
    assert result(right).state == "passed"


@pytest.mark.parametrize("seed", range(20))
def test_a_right_answer_passes_with_every_seed(seed: int) -> None:
    assert check("count_trainable", right, seed=seed).state == "passed"


def test_an_untouched_stub_is_not_attempted() -> None:
    assert result(untouched).state == "not attempted"


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda model: sum(p.numel() for p in model.parameters()), "You counted the frozen parameters too"),
        (lambda model: sum(p.requires_grad for p in model.parameters()), "You seem to count tensors"),
        (lambda model: None, "Return one whole number"),
        (lambda model: float(right(model)), "Return one whole number"),
        (lambda model: right(model) + 1000, "Sum `numel\\(\\)`"),
    ],
)
def test_a_mistake_is_named(answer: Any, hint: str) -> None:
    assert result(answer).state == "failed"
    with pytest.raises(AssertionError, match=hint):
        raise AssertionError(result(answer).message)


def test_a_hint_shows_the_input_what_came_and_what_is_right() -> None:
    message = result(lambda model: -1).message

    assert "frozen" in message
    assert "you gave -1" in message
    assert "right is" in message


def test_a_crash_is_reported_with_its_line_and_reason() -> None:
    def broken(model: nn.Module) -> int:
        return model.no_such_thing  # type: ignore[return-value]

    assert result(broken).state == "crashed"
    assert "AttributeError" in result(broken).message


def test_a_misspelt_exercise_suggests_the_nearest() -> None:
    with pytest.raises(CourseError, match="Did you mean 'count_trainable'"):
        check("count_trainabel", right)
