"""Answers that are data: letters, numbers, orders and guesses."""

from __future__ import annotations

from typing import Any

import pytest

from tl_course.exercises.checks import Result, judge
from tl_course.exercises.choices import Choice, Guess, GuessedOrder, Number, Order, answers
from tl_course.exercises.notebook import ask_here

CHECK = answers(
    {
        "letter": Choice("b", {"a": "A is the opposite."}),
        "number": Number(8.0, {4.0: "You forgot to double."}, "Count again."),
        "order": Order(
            ("x", "y", "z"), {("z", "y", "x"): "You began at the wrong end."}, "Compare two at a time."
        ),
        "guess": Guess(0, 1, "a share"),
        "guessed": GuessedOrder(("one", "two")),
    }
)
RIGHT = {"letter": "b", "number": 8, "order": ["x", "y", "z"], "guess": 0.3, "guessed": ["two", "one"]}


def judged(values: Any) -> Result:
    return judge("questions", CHECK, 0, lambda inputs: ask_here(None, values, inputs))


def with_one(name: str, value: Any) -> Result:
    return judged({**RIGHT, name: value})


def test_right_answers_pass() -> None:
    assert judged(RIGHT).state == "passed"


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("letter", "a", "A is the opposite."),
        ("letter", "c", "'c' is none of the letters a, b."),
        ("letter", 2, "2 is none of the letters a, b."),
        ("number", 4, "You forgot to double."),
        ("number", 5, "Count again."),
        ("number", "8", "'8' is not a number."),
        ("number", float("nan"), "nan is not a number."),
        ("order", ["z", "y", "x"], "You began at the wrong end."),
        ("order", ["y", "x", "z"], "Compare two at a time."),
        ("order", ["x", "x", "z"], "Give each of x, y, z once"),
        ("guess", 30, "Commit to a number from 0 to 1 (a share); you gave 30."),
        ("guessed", ["one"], "Commit to a list with each of one, two once"),
        ("guess", None, "Not answered yet."),
    ],
)
def test_a_wrong_answer_gets_its_reason_and_costs_its_own_part_alone(
    name: str, value: Any, hint: str
) -> None:
    result = with_one(name, value)

    assert result.score == pytest.approx(0.8)
    assert f"{name}: {hint}" in result.message


@pytest.mark.parametrize("letter", ["B", " b ", "(b)", "b)"])
def test_a_letter_may_be_written_in_either_case(letter: str) -> None:
    assert with_one("letter", letter).state == "passed"


def test_the_right_letter_is_not_told() -> None:
    assert "b" not in with_one("letter", "a").message.split("letter: ")[1].split()


def test_answers_that_are_all_none_are_not_attempted() -> None:
    assert judged(dict.fromkeys(RIGHT)).state == "not attempted"


def test_answers_that_are_no_dictionary_are_refused_in_words() -> None:
    assert "must be a dictionary" in judged(["b"]).message
