"""What a question of a quiz is: options with a reason each, in an order that nobody chose."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """A situation, and options that each come with the reason why they are right or wrong.

    `right` and `wrong` map an option to its reason. One option is chosen; with `several`, all that fit are
    ticked. Texts are plain, but for pieces in backquotes, which `asks` and the reasons show as code.
    """

    asks: str
    right: Mapping[str, str]
    wrong: Mapping[str, str]
    several: bool = False

    @property
    def options(self) -> list[str]:
        """All options, in an order that stays the same and tells nothing."""
        return sorted([*self.right, *self.wrong], key=self._place)

    def _place(self, option: str) -> str:
        return hashlib.sha256(f"{self.asks}\n{option}".encode()).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """What an answer deserves: `reasons` has the chosen options alone, in the order of the question."""

    right: bool
    incomplete: bool
    reasons: Mapping[str, str]


def judge(question: Question, chosen: Iterable[str]) -> Verdict:
    """Compare what was chosen with what is right; `incomplete` where it is right and something is missing."""
    ticked = set(chosen)
    reasons = {**question.right, **question.wrong}
    return Verdict(
        right=ticked == set(question.right),
        incomplete=ticked < set(question.right),
        reasons={option: reasons[option] for option in question.options if option in ticked},
    )
