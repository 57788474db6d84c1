"""Checks of answers that are data: multiple choice, numbers and orders that are committed before a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from tl_course.exercises.checks import Check, Hint, Inputs, Parts
from tl_course.exercises.plain import close, describe, is_number


@dataclass(frozen=True)
class Choice:
    """A question with one right letter, and for each wrong letter the reason why it is wrong."""

    right: str
    wrong: Mapping[str, str]
    see: str = ""

    def hint(self, value: Any) -> Hint | None:
        """None for the right letter, in either case, with or without brackets."""
        letter = value.strip(" ().").lower() if isinstance(value, str) else value
        if letter == self.right:
            return None
        if isinstance(letter, str) and letter in self.wrong:
            return Hint(self.wrong[letter], see=self.see)
        letters = ", ".join(sorted([self.right, *self.wrong]))
        return Hint(f"{describe(value)} is none of the letters {letters}.")


@dataclass(frozen=True)
class Number:
    """A question whose answer can be worked out: `right` within `tolerance`, relative.

    `mistakes` maps a value that a known slip gives to what that slip is.
    """

    right: float
    mistakes: Mapping[float, str]
    otherwise: str
    tolerance: float = 0.01
    see: str = ""

    def hint(self, value: Any) -> Hint | None:
        """None for the right number."""
        if not is_number(value):
            return Hint(f"{describe(value)} is not a number.")
        if close(value, self.right, self.tolerance):
            return None
        slips = [slip for wrong, slip in self.mistakes.items() if close(value, wrong, self.tolerance)]
        return Hint(slips[0] if slips else self.otherwise, see=self.see)


@dataclass(frozen=True)
class Order:
    """A question whose answer is `right`, a list of names in order; `wrong` has the orders of known slips."""

    right: Sequence[str]
    wrong: Mapping[tuple[str, ...], str]
    otherwise: str
    see: str = ""

    def hint(self, value: Any) -> Hint | None:
        """None for the right order."""
        if not _permutes(value, self.right):
            return Hint(
                f"Give each of {', '.join(sorted(self.right))} once, in a list; you gave {describe(value)}."
            )
        if value == list(self.right):
            return None
        return Hint(self.wrong.get(tuple(value), self.otherwise), see=self.see)


@dataclass(frozen=True)
class Guess:
    """A number that nobody can know before the run: any between `low` and `high` counts as committed."""

    low: float
    high: float
    unit: str

    def hint(self, value: Any) -> Hint | None:
        """None for a number in the range."""
        if is_number(value) and self.low <= value <= self.high:
            return None
        asked = f"Commit to a number from {self.low:g} to {self.high:g} ({self.unit})"
        return Hint(f"{asked}; you gave {describe(value)}.")


@dataclass(frozen=True)
class GuessedOrder:
    """An order that nobody can know before the run: each of `names` once counts as committed."""

    names: Sequence[str]

    def hint(self, value: Any) -> Hint | None:
        """None for a list that has each name once."""
        if _permutes(value, self.names):
            return None
        asked = f"Commit to a list with each of {', '.join(self.names)} once"
        return Hint(f"{asked}; you gave {describe(value)}.")


Question = Choice | Number | Order | Guess | GuessedOrder


def answers(questions: Mapping[str, Question]) -> Check:
    """A check of a dictionary with one answer a question; each question is a part of its own."""

    def compare(inputs: Inputs, values: Any) -> Parts:
        given = values if isinstance(values, dict) else {}
        return {name: _hint(name, question, given.get(name)) for name, question in questions.items()}

    return Check(_nothing, None, compare, lambda inputs: "", tries=1, heart=False)


def _hint(name: str, question: Question, value: Any) -> Hint | None:
    hint = Hint("Not answered yet.") if value is None else question.hint(value)
    return hint and Hint(f"{name}: {hint.mistake}", see=hint.see)


def _permutes(value: Any, names: Sequence[str]) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(item, str) for item in value)
        and sorted(value) == sorted(names)
    )


def _nothing(random: Random) -> Inputs:
    return {}
