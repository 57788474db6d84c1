"""A check draws inputs, probes an answer with them, and compares what came with what should come.

The three parts are separate so that the probe can run where a student's code is and the
comparison where it isn't. A failed comparison is a sentence that names the likely mistake.
"""

from __future__ import annotations

import difflib
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from tl_course.errors import CourseError

Answer = Callable[..., Any]


@dataclass(frozen=True)
class Check:
    """One exercise's check.

    `draw(random)` gives plain inputs; `probe(answer, inputs)` runs the student's function and
    gives plain values; `compare(inputs, values)` gives None when they are right, else the hint.
    """

    draw: Callable[[Random], Any]
    probe: Callable[[Answer, Any], Any]
    compare: Callable[[Any, Any], str | None]


@dataclass(frozen=True)
class Result:
    """`state` is "passed", "failed", "not attempted" or "crashed"; `message` says it in words."""

    state: str
    message: str

    def __repr__(self) -> str:
        """What a notebook shows under the check."""
        return self.message


def check(name: str, answer: Answer, seed: int = 0, tries: int = 5) -> Result:
    """Try the answer to exercise `name` on `tries` fresh inputs.

    Raises CourseError for an unknown exercise.
    """
    from tl_course.exercises.warm_up import CHECKS

    if name not in CHECKS:
        near = difflib.get_close_matches(name, CHECKS, n=1, cutoff=0.0)[0]
        raise CourseError(f"There is no exercise {name!r}. Did you mean {near!r}?")
    chosen, random = CHECKS[name], Random(seed)
    for _ in range(tries):
        inputs = chosen.draw(random)
        try:
            values = chosen.probe(answer, inputs)
        except NotImplementedError:
            return Result("not attempted", f"{name}: not attempted yet. Replace `raise NotImplementedError`.")
        except Exception as problem:
            line = traceback.extract_tb(problem.__traceback__)[-1].lineno
            kind = type(problem).__name__
            return Result("crashed", f"{name}: your function raised {kind} in line {line}: {problem}")
        hint = chosen.compare(inputs, values)
        if hint:
            return Result("failed", f"{name}: not yet. {hint}")
    return Result("passed", f"{name}: passed on {tries} fresh inputs.")
