"""The known answers: right ones written in different ways, and plausible wrong ones with their hints.

`answers/NN/task.py` is a file of cells. `# %% right: ...` or `# %% wrong: ...` opens one; a wrong one has
`# hint: ...` below, a piece of the hint that it must trigger. A cell is what a student would write in the
answer cell, without the check.
"""

from __future__ import annotations

import linecache
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

from tl_course.exercises.registry import LESSONS, tasks

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "answers"
CELL = re.compile(r"^# %% (right|wrong): (.+)\n(?:# hint: (.+)\n)?", re.MULTILINE)
TASKS = [(lesson, task) for lesson in LESSONS for task in tasks(lesson)]


@dataclass(frozen=True)
class Known:
    """An answer in the library."""

    lesson: str
    task: str
    right: bool
    about: str
    hint: str
    source: str

    def __str__(self) -> str:
        return f"{self.task}: {self.about}"


def known_answers(lesson: str, task: str) -> list[Known]:
    path = FOLDER / lesson / f"{task}.py"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    cells = list(CELL.finditer(text))
    ends = [cell.start() for cell in cells[1:]] + [len(text)]
    return [
        Known(lesson, task, cell[1] == "right", cell[2], cell[3] or "", text[cell.end() : end].strip())
        for cell, end in zip(cells, ends, strict=True)
    ]


@cache
def cells(lesson: str) -> list[Any]:
    """The cells of a lesson's solution notebook; of lesson 00, whose only task is in the lesson, none."""
    found = sorted((ROOT / "solutions").glob(f"{lesson}_*.ipynb"))
    return nbformat.read(found[0], as_version=4).cells if found else []


def cell(lesson: str, grade_id: str) -> Any:
    return next(cell for cell in cells(lesson) if cell.metadata.nbgrader.grade_id == grade_id)


def reference(lesson: str, task: str) -> str:
    """The solution's answer, without the check."""
    return without_check(cell(lesson, task).source)


def without_check(source: str) -> str:
    lines = source.rstrip().splitlines()
    assert lines[-1].startswith("check("), lines[-1]
    return "\n".join(lines[:-1])


def given(lesson: str, task: str) -> list[str]:
    """The cells that an answer may rely on: the set-up, and what the task gives."""
    wanted = {"setup", f"{task}-given"}
    return [cell.source for cell in cells(lesson) if cell.metadata.nbgrader.grade_id in wanted]


def asked_name(lesson: str, task: str) -> str:
    """The name that the check call hands over: a function's, or ANSWERS."""
    if lesson == "00":
        return task
    last = cell(lesson, task).source.rstrip().splitlines()[-1]
    found = re.fullmatch(rf'check\("{task}", (\w+)\)', last)
    assert found, last
    return found[1]


def run(lesson: str, task: str, source: str) -> Any:
    """Run `source` as the student's cell; what the check is given."""
    namespace: dict[str, Any] = {}
    for number, part in enumerate([*given(lesson, task), source]):
        name = f"<{task} {number}>"
        linecache.cache[name] = (len(part), None, part.splitlines(keepends=True), name)
        exec(compile(part, name, "exec"), namespace)
    return namespace[asked_name(lesson, task)]
