"""Scores one notebook: its answers run in the sandbox, and are judged here."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from tl_course.errors import CourseError
from tl_course.exercises.checks import Check, Inputs, Result, drawn, judge
from tl_course.exercises.registry import find_check
from tl_course.grading.assignment import Assignment, Task
from tl_course.grading.intake.collect import read_bytes
from tl_course.grading.reading import InvalidFileError, Reading, Written, read_notebook, untouched
from tl_course.grading.records import Graded, Outcome
from tl_course.grading.sandbox.outside import Asking, Cell, Sandbox

LONGEST_ANSWER = 20_000  # characters of it that are kept for the pages
LONGEST_DETAIL = 2_000  # of a sentence: it may quote what came back
OTHER_CELLS = "The answer needs other cells of the notebook; they were run before it."
TAMPERED = (
    "This answer's process was tampered with: a control answer that is known to be wrong passed in it, or it "
    "sent what the course's own code does not send. A person has to look."
)


@dataclass(frozen=True)
class Job:
    """A notebook to grade, in `content`, or in the file at `path` until it is needed.

    `only` names the tasks, and nothing stands for all.
    """

    student: str
    source: str
    digest: str
    seed: int
    content: bytes = b""
    only: tuple[str, ...] = ()
    path: Path | None = None

    def loaded(self) -> Job:
        """The job with its content; with none where the file is gone."""
        if self.path is None:
            return self
        try:
            return replace(self, content=read_bytes(self.path), path=None)
        except CourseError:  # it was there a moment ago
            return replace(self, path=None)


def grade(job: Job, course: Mapping[str, Assignment], sandbox: Sandbox) -> Graded:
    """Grade one notebook; whatever is in it, there is a record."""
    start = time.monotonic()
    try:
        reading = read_notebook(job.content, course)
    except InvalidFileError as problem:
        note = (f"The file {problem}.",)
        return Graded(job.student, "", job.source, job.digest, job.seed, "invalid file", (), note)
    outcomes = tuple(
        replace(_outcome(task, reading, sandbox, job.seed), seed=job.seed)
        for task in reading.assignment.tasks
        if not job.only or task.name in job.only
    )
    return Graded(
        student=job.student,
        lesson=reading.assignment.lesson,
        source=job.source,
        digest=job.digest,
        seed=job.seed,
        state=state_of(outcomes),
        outcomes=outcomes,
        notes=reading.notes,
        seconds=round(time.monotonic() - start, 3),
    )


def state_of(outcomes: Collection[Outcome]) -> str:
    """A notebook's state, from those of its tasks."""
    return "flagged" if any(one.state == "flagged" for one in outcomes) else "graded"


def _outcome(task: Task, reading: Reading, sandbox: Sandbox, seed: int) -> Outcome:
    start = time.monotonic()
    notes = reading.about.get(task.name, ())
    answer = reading.answers.get(task.name)
    if answer is None:
        return Outcome(task.name, task.kind, "missing", 0.0, task.points, notes=notes)
    source = answer.source[:LONGEST_ANSWER]
    if untouched(task, answer.source):
        return Outcome(task.name, task.kind, "not attempted", 0.0, task.points, source, notes=notes)
    if task.kind == "text":
        return Outcome(task.name, task.kind, "to mark", None, task.points, source, notes=notes)
    found = _graded(task, answer, reading, sandbox, seed)
    return replace(
        found, answer=source, notes=(*notes, *found.notes), seconds=round(time.monotonic() - start, 3)
    )


def _graded(task: Task, answer: Written, reading: Reading, sandbox: Sandbox, seed: int) -> Outcome:
    """Run the answer by itself; where it lacks a name, once more after the cells above it."""
    given = [Cell(source) for source in (*reading.assignment.setup, *task.given)]
    own = Cell(answer.source)
    found = _asked(task, [*given, own], sandbox, seed)
    if found.state == "crashed" and "NameError" in " ".join(found.details):
        above = [Cell(source, may_fail=True) for source in reading.before(answer)]
        again = _asked(task, [*given, *above, own], sandbox, seed)
        if again.state in ("passed", "failed"):
            return replace(again, notes=(*again.notes, OTHER_CELLS))
    return found


def _asked(task: Task, cells: list[Cell], sandbox: Sandbox, seed: int) -> Outcome:
    """Once more where the sandbox was lost, as when the system has no memory left."""
    found, lost = _asked_once(task, cells, sandbox, seed)
    return _asked_once(task, cells, sandbox, seed)[0] if lost else found


def _asked_once(task: Task, cells: list[Cell], sandbox: Sandbox, seed: int) -> tuple[Outcome, bool]:
    check = find_check(task.name)
    with sandbox.answer(cells, task.name, task.asked, probe_name(check)) as asking:
        failure = asking.failure
        if failure:
            result = Result(task.name, failure.state, 0.0, (failure.problem,))
        else:
            result = judge(task.name, check, seed, asking.ask, _drawn)
        if _tampered(result, check, seed, asking):
            return Outcome(task.name, task.kind, "flagged", None, task.points, notes=(TAMPERED,)), asking.lost
    points = round(min(max(result.score, 0.0), 1.0) * task.points, 2)
    outcome = Outcome(
        task.name, task.kind, result.state, points, task.points,
        details=_cut(result.details), mistakes=_cut(result.mistakes),
    )  # fmt: skip
    return outcome, asking.lost


def _cut(sentences: Iterable[str]) -> tuple[str, ...]:
    return tuple(one if len(one) <= LONGEST_DETAIL else f"{one[:LONGEST_DETAIL]}..." for one in sentences)


@lru_cache(maxsize=200)
def _once_drawn(check: Check, seed: int, turn: int) -> Inputs:
    return drawn(check, seed, turn)


def _drawn(check: Check, seed: int, turn: int) -> Inputs:
    """The whole class is asked the same, and drawing can take longer than all else."""
    return deepcopy(_once_drawn(check, seed, turn))


def _tampered(result: Result, check: Check, seed: int, asking: Asking) -> bool:
    """Whether an answer that is known to be wrong gets points here, or the process said too much.

    An answer that is data is not asked, only read: there a control would tell nothing.
    """
    control = 0.0
    if result.score > 0 and check.probe:
        once = replace(check, tries=1)
        control = judge("", once, seed, lambda inputs: asking.ask(inputs, control=True), _drawn).score
    asking.close()
    return asking.tampered or control > 0


def probe_name(check: Check) -> str:
    """Where the sandbox finds the probe, as "module:function"; empty where there is none."""
    return f"{check.probe.__module__}:{check.probe.__qualname__}" if check.probe else ""
