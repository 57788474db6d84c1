"""How a check judges: fresh inputs, parts with hints, states that are never mixed up, nothing disturbed."""

from __future__ import annotations

import random
import re
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from tl_course.errors import CourseError
from tl_course.exercises import check, passed, points
from tl_course.exercises.checks import Check, Hint, Inputs, Parts, Reply, Result, judge, see


def right(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def untouched(model: nn.Module) -> int:
    raise NotImplementedError


def of_parts(parts: Parts, **settings: Any) -> Result:
    """The result of a check whose comparison gives these parts."""
    made = Check(
        lambda random: {}, None, lambda inputs, values: parts, lambda inputs: "two pictures", **settings
    )
    return judge("task", made, 0, lambda inputs: Reply("answered"))


def test_a_right_answer_passes() -> None:
    result = check("count_trainable", right)

    assert (result.state, result.score) == ("passed", 1.0)
    assert repr(result) == "count_trainable: passed. Right on 5 fresh inputs."


def test_an_untouched_stub_is_not_attempted() -> None:
    result = check("count_trainable", untouched)

    assert (result.state, result.score) == ("not attempted", 0.0)
    assert "Replace the line `raise NotImplementedError` with your code" in result.message


def test_a_crash_is_reported_with_its_line_its_reason_and_its_input() -> None:
    def broken(model: nn.Module) -> int:
        return model.no_such_thing  # type: ignore[return-value]

    result = check("count_trainable", broken)

    assert result.state == "crashed"
    assert re.search(r"AttributeError in line \d+, `return model\.no_such_thing", result.message)
    assert "It was called on layers" in result.message


def test_an_operation_that_torch_lacks_is_a_crash_and_no_untouched_stub() -> None:
    def lacking(model: nn.Module) -> int:
        raise NotImplementedError("no kernel for this on the CPU")

    assert check("count_trainable", lacking).state == "crashed"


def test_a_called_function_instead_of_the_function_is_named() -> None:
    result = check("count_trainable", 7)

    assert result.state == "crashed"
    assert "your function itself, without calling it" in result.message


def test_a_hint_shows_the_input_what_was_expected_and_what_came() -> None:
    message = check("count_trainable", lambda model: -1).message

    assert re.search(r"On layers .+ frozen: expected \d+, got -1\. Sum `numel\(\)`", message)


def test_a_misspelt_exercise_suggests_the_nearest() -> None:
    with pytest.raises(CourseError, match="Did you mean 'count_trainable'"):
        check("count_trainabel", right)


def test_a_hint_says_where_to_read_on() -> None:
    hint = Hint("It moved.", "0", "1", see(1, "The trap"))

    assert hint.on("two pictures") == (
        'On two pictures: expected 0, got 1. It moved. See "The trap" in notebook 01.'
    )


def test_without_the_heart_of_the_task_the_other_parts_count_nothing() -> None:
    result = of_parts({"heart": Hint("wrong"), "other": None, "third": Hint("wrong too")})

    assert (result.score, result.mistakes) == (0.0, ("wrong",))


def test_with_the_heart_each_part_counts_the_same_and_each_failure_is_named() -> None:
    result = of_parts({"heart": None, "second": Hint("one"), "third": Hint("two"), "fourth": None})

    assert (result.score, result.mistakes) == (0.5, ("one", "two"))
    assert "2 of 4 parts are right" in result.message


def test_questions_have_no_heart() -> None:
    assert of_parts({"q1": Hint("wrong"), "q2": None}, heart=False).score == 0.5


def test_a_part_has_to_be_kept_on_every_input() -> None:
    replies = iter([1, 2, 1])

    def compare(inputs: Inputs, value: Any) -> Parts:
        return {"number": None if value == 1 else Hint("not one", "1", str(value))}

    made = Check(lambda random: {}, None, compare, lambda inputs: "an input")
    assert judge("task", made, 0, lambda inputs: Reply("answered", next(replies))).state == "failed"


def test_an_answer_that_changes_its_inputs_cannot_change_what_is_compared() -> None:
    def compare(inputs: Inputs, value: Any) -> Parts:
        return {"sum": None if inputs["x"].sum() == 3 else Hint("changed")}

    def spoil(inputs: Inputs) -> Reply:
        inputs["x"].zero_()
        return Reply("answered")

    made = Check(lambda random: {"x": torch.ones(3)}, None, compare, lambda inputs: "")
    assert judge("task", made, 0, spoil).state == "passed"


def test_a_comparison_that_cannot_read_the_values_fails_the_answer_in_words() -> None:
    made = Check(lambda random: {}, None, lambda inputs, values: values["missing"], lambda inputs: "")
    result = judge("task", made, 0, lambda inputs: Reply("answered", "text"))

    assert (result.state, result.score) == ("failed", 0.0)
    assert "Return what the task asks for" in result.message


def test_the_same_seed_draws_the_same_inputs_and_another_seed_others() -> None:
    messages = [check("count_trainable", lambda model: -1, seed=seed).message for seed in (3, 3, 4, 5, 6)]

    assert messages[0] == messages[1]
    assert len(set(messages)) > 1


def test_without_a_seed_each_call_draws_other_inputs() -> None:
    messages = {check("count_trainable", lambda model: -1).message for _ in range(5)}

    assert len(messages) > 1


def test_a_check_leaves_random_numbers_and_settings_as_they_were() -> None:
    def restless(model: nn.Module) -> int:
        torch.manual_seed(1)
        random.seed(1)
        np.random.seed(1)  # noqa: NPY002
        torch.set_grad_enabled(False)
        torch.set_default_dtype(torch.float64)
        return right(model)

    torch.manual_seed(7)
    random.seed(7)
    np.random.seed(7)  # noqa: NPY002
    expected = torch.rand(1).item(), random.random(), np.random.rand()  # noqa: NPY002
    torch.manual_seed(7)
    random.seed(7)
    np.random.seed(7)  # noqa: NPY002

    check("count_trainable", restless)

    assert (torch.rand(1).item(), random.random(), np.random.rand()) == expected  # noqa: NPY002
    assert torch.is_grad_enabled()
    assert torch.get_default_dtype() is torch.float32


def test_points_are_those_of_the_last_check() -> None:
    check("count_trainable", right)
    assert (points("count_trainable", of=3), passed("count_trainable")) == (3.0, True)

    check("count_trainable", untouched)
    assert (points("count_trainable", of=3), passed("count_trainable")) == (0.0, False)


def test_a_cell_that_waits_for_an_answer_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    check("count_trainable", untouched)
    passed("count_trainable")

    assert capsys.readouterr().out == "This cell waits until the check of count_trainable passes.\n"


def test_a_task_that_was_not_checked_has_no_points() -> None:
    assert (points("some_task", of=3), passed("some_task")) == (0.0, False)
