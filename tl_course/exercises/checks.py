"""What a check is: three separate parts, and how they make a result.

`draw` makes the inputs, `probe` calls the student's function with them and returns plain data, `compare`
turns that data into hints. Only the probe touches the answer, so grading can run it in another process than
the other two: a probe lives in its lesson's `probes.py`, which holds nothing of what is expected.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

Answer = Any  # a function of the student's, or data such as {"q1": "b"}
Inputs = dict[str, Any]


@dataclass(frozen=True)
class Hint:
    """Why a part of an answer is not right.

    `mistake` is the likely cause, in the same words for every input, so that a class report can count it;
    `expected` and `seen` are this input's; `see` is where to read on, from `see()`.
    """

    mistake: str
    expected: str = ""
    seen: str = ""
    see: str = ""

    def on(self, inputs: str) -> str:
        """The hint in words, for the input that `inputs` describes."""
        place = f"On {inputs}: " if inputs else ""
        facts = f"{place}expected {self.expected}, got {self.seen}. " if self.expected else ""
        return " ".join(filter(None, [facts + self.mistake, self.see]))


Parts = dict[str, Hint | None]


def see(lesson: int, section: str) -> str:
    """Where a lesson explains it; a test looks that the section is there."""
    return f'See "{section}" in notebook {lesson:02d}.'


@dataclass(frozen=True)
class Check:
    """One task's check.

    `draw(random)` gives plain inputs. `probe(answer, inputs)` gives plain values; None where the answer is
    data itself. `compare(inputs, values)` gives each part of the contract a hint, or None where it is kept.
    `on(inputs)` describes the inputs in half a sentence. `tries` inputs are drawn, and a part has to be kept
    on all. With `heart`, the first part is what the task is about: without it the others count nothing.
    """

    draw: Callable[[Random], Inputs]
    probe: Callable[[Answer, Inputs], Any] | None
    compare: Callable[[Inputs, Any], Parts]
    on: Callable[[Inputs], str]
    tries: int = 3
    heart: bool = True


WORDS = {
    "passed": "passed",
    "failed": "not yet",
    "crashed": "stopped by an error",
    "timed out": "ran out of time",
    "not attempted": "not attempted",
}


@dataclass(frozen=True)
class Reply:
    """What came back from a probe: `state` is "answered", "not attempted", "crashed" or "timed out".

    `values` is plain data; `problem` says what went wrong where nothing was answered.
    """

    state: str
    values: Any = None
    problem: str = ""


@dataclass(frozen=True)
class Result:
    """`state` is one of WORDS; `score` is a share, 0 to 1.

    `details` are sentences for the student; `mistakes` are those of the hints, for counting.
    """

    name: str
    state: str
    score: float
    details: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """All of it in words."""
        details = "\n".join(self.details)
        return f"{self.name}: {WORDS[self.state]}. {details}".rstrip()

    def __repr__(self) -> str:
        """What plain text shows under the check."""
        return self.message

    def _repr_html_(self) -> str:
        from tl_course.exercises.card import card

        return card(self)


def drawn(check: Check, seed: int, turn: int) -> Inputs:
    """A check's inputs of one turn, made anew: the same from the same seed."""
    return check.draw(Random(f"{seed} {turn}"))


def judge(
    name: str,
    check: Check,
    seed: int,
    ask: Callable[[Inputs], Reply],
    draw: Callable[[Check, int, int], Inputs] = drawn,
) -> Result:
    """Draw inputs from `seed`, `ask` for the answer to each, and compare.

    `ask` gets inputs of its own and may change them.
    """
    found: dict[str, str | None] = {}
    mistakes: dict[str, str] = {}
    for turn in range(check.tries):
        reply = ask(draw(check, seed, turn))
        inputs = draw(check, seed, turn)
        if reply.state == "not attempted":
            return Result(name, "not attempted", 0.0, (reply.problem,))
        if reply.state != "answered":
            return Result(name, reply.state, 0.0, (_with_place(reply.problem, check.on(inputs)),))
        for part, hint in compared(check, inputs, reply.values).items():
            found.setdefault(part, None)
            if hint and not found[part]:
                found[part], mistakes[part] = hint.on(check.on(inputs)), hint.mistake
        if check.heart and next(iter(found.values())):
            break
    return _result(name, check, found, mistakes)


def compared(check: Check, inputs: Inputs, values: Any) -> Parts:
    """The check's parts; values of a form that it cannot read fail as a whole."""
    try:
        return check.compare(inputs, values)
    except Exception:  # a student's answer has any form, and none may end a check in a traceback
        return {"form": Hint("Return what the task asks for: its types, shapes and keys.")}


def _with_place(problem: str, inputs: str) -> str:
    return f"{problem} It was called on {inputs}." if inputs else problem


def _result(name: str, check: Check, found: dict[str, str | None], mistakes: dict[str, str]) -> Result:
    hints = {part: text for part, text in found.items() if text}
    if not hints:
        fresh = f"Right on {check.tries} fresh inputs."
        return Result(name, "passed", 1.0, (fresh,) if check.tries > 1 else ())
    heart = next(iter(found)) if check.heart else "form"
    vital = next((part for part in ("form", heart) if part in hints), None)
    if vital:
        return Result(name, "failed", 0.0, (hints[vital],), (mistakes[vital],))
    kept = len(found) - len(hints)
    right = f"{kept} of {len(found)} parts {'is' if kept == 1 else 'are'} right."
    share = 1 - len(hints) / len(found)
    details = (right, *hints.values()) if share else tuple(hints.values())
    return Result(name, "failed", share, details, tuple(mistakes[part] for part in hints))
