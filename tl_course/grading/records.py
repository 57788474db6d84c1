"""What grading knows of a submission: who handed in what, and how each task of it came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

STATES = {
    "passed": "passed",
    "failed": "not right yet",
    "crashed": "stopped by an error",
    "timed out": "ran out of time",
    "not attempted": "not attempted",
    "missing": "no answer cell",
    "to mark": "waits for a mark",
    "marked": "marked by a person",
    "flagged": "set aside for a person",
    "not graded": "not graded yet",
}


@dataclass(frozen=True)
class Upload:
    """A file that a student handed in, before it is opened.

    `student` is the key: the roster's, or the name as the upload spells it. `source` is where it lay, for
    people to read, such as "class.zip/anna/01.ipynb"; `path` is a regular file. Of two notebooks of one
    lesson the one with the higher `order` counts.
    """

    student: str
    source: str
    path: Path
    order: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rejected:
    """A file that is no submission, and why; `student` is empty where nobody can be named."""

    source: str
    reason: str
    student: str = ""


@dataclass(frozen=True)
class Outcome:
    """How one task came out.

    `kind` is "check" or "text"; `state` one of STATES. `points` is None where there is no score: the task
    waits for a person. `answer` is the student's cell; `details` are sentences for the student, `mistakes`
    those that a class report counts, `notes` what an instructor should know. `seed` gave the inputs.
    """

    task: str
    kind: str
    state: str
    points: float | None
    of: float
    answer: str = ""
    details: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    seed: int = 0


@dataclass(frozen=True)
class Graded:
    """One student's notebook of one lesson.

    `state` is "graded", "invalid file" (no outcomes; `lesson` is empty) or "flagged" (a task was tampered
    with: a person has to look, so there is no total). `digest` names the file's bytes, `seed` is that of
    the last run that graded something in it.
    """

    student: str
    lesson: str
    source: str
    digest: str
    seed: int
    state: str
    outcomes: tuple[Outcome, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> Graded:
        """The record that `as_data` gave; raises TypeError or KeyError for anything else."""
        outcomes = tuple(Outcome(**{**one, **_tuples(one)}) for one in data["outcomes"])
        return Graded(**{**data, **_tuples(data), "outcomes": outcomes})


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) for name, value in data.items() if isinstance(value, list)}
