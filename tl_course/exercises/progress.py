"""What a student has done so far, kept in a small file of their own.

The file is `.tl_course/progress.json` in the home folder. TL_COURSE_PROGRESS names another; "off" keeps none.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from filelock import FileLock

from tl_course.exercises.checks import Result
from tl_course.exercises.registry import LESSONS, tasks
from tl_course.files import write_atomically

FORMAT = 1
SIGNS = {"passed": "[x]", "failed": "[~]", "crashed": "[~]", "not attempted": "[ ]"}
LEFT = 'style="text-align: left"'

Entries = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Progress:
    """`states` has each task's best state, by lesson and in order."""

    states: dict[str, dict[str, str]]

    def __repr__(self) -> str:
        """A line for each lesson and one for each task that was tried."""
        return "\n".join(line for lesson in self.states for line in self._lines(lesson))

    def _lines(self, lesson: str) -> list[str]:
        states = self.states[lesson]
        head = f"{lesson}: {_passed(states)} of {len(states)} tasks passed"
        return [head, *(f"  {SIGNS[state]} {task}" for task, state in states.items())]

    def _repr_html_(self) -> str:
        rows = "".join(_row(lesson, states) for lesson, states in self.states.items())
        head = f"<th>lesson</th><th>passed</th><th {LEFT}>tasks</th>"
        return f"<table><tr>{head}</tr>{rows}</table>"


def progress() -> Progress:
    """Your best result in every task so far, over all lessons."""
    entries = _read(_file())
    states = {
        lesson: {task: entries.get(task, {}).get("state", "not attempted") for task in tasks(lesson)}
        for lesson in LESSONS
    }
    return Progress(states)


def remember(result: Result) -> None:
    """Keep the result if it is the task's best so far. A file that can't be written costs a check nothing."""
    path = _file()
    if path is None or result.state == "not attempted":
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=5):
            _keep_better(path, result)
    except OSError:  # filelock's Timeout is one too
        return


def _keep_better(path: Path, result: Result) -> None:
    entries = _read(path)
    if entries.get(result.name, {}).get("score", -1.0) >= result.score:
        return
    when = datetime.now().astimezone().isoformat(timespec="seconds")
    entries[result.name] = {"state": result.state, "score": result.score, "when": when}
    write_atomically(path, json.dumps({"format": FORMAT, "tasks": entries}, indent=1) + "\n")


def _read(path: Path | None) -> Entries:
    """The file's entries; a file that is broken is set aside, never overwritten."""
    if path is None or not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        entries = {str(name): dict(entry) for name, entry in content["tasks"].items()}
        return {name: entry for name, entry in entries.items() if entry["state"] in SIGNS}
    except (ValueError, KeyError, TypeError, AttributeError):
        path.replace(path.with_name(f"{path.name}.broken"))
        return {}


def _file() -> Path | None:
    named = os.environ.get("TL_COURSE_PROGRESS")
    if named == "off":
        return None
    return Path(named) if named else Path.home() / ".tl_course" / "progress.json"


def _passed(states: dict[str, str]) -> int:
    return sum(state == "passed" for state in states.values())


def _row(lesson: str, states: dict[str, str]) -> str:
    names = "&ensp; ".join(
        f'<span style="white-space: nowrap">{SIGNS[state]} {escape(task)}</span>'
        for task, state in states.items()
    )
    return f"<tr><td>{lesson}</td><td>{_passed(states)} of {len(states)}</td><td {LEFT}>{names}</td></tr>"
