"""A sandbox for a file of tests, and notebooks with given answers in them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from functools import cache

import psutil
import pytest

from tl_course.grading.assignment import Assignment, read_course
from tl_course.grading.grader import Job, grade
from tl_course.grading.records import Graded
from tl_course.grading.sandbox import walls
from tl_course.grading.sandbox.outside import Sandbox

from ..exercises.library import ROOT, reference

needs_walls = pytest.mark.skipif(bool(walls.missing()), reason=walls.missing() or "bubblewrap is there")


@cache
def course() -> dict[str, Assignment]:
    return read_course(ROOT / "solutions")


def edition(lesson: str = "01") -> dict:
    """The notebook as it was handed out."""
    return json.loads((ROOT / "exercises" / course()[lesson].name).read_text(encoding="utf-8"))


def with_answers(answers: Mapping[str, str], lesson: str = "01") -> dict:
    """The notebook with these sources in its answer cells, each with the check that belongs below."""
    notebook = edition(lesson)
    for cell in notebook["cells"]:
        task = cell["metadata"]["nbgrader"]["grade_id"]
        if task in answers:
            last = "".join(cell["source"]).rstrip().splitlines()[-1]
            check = [last] if last.startswith("check(") and answers[task].strip() else []
            cell["source"] = "\n\n".join([answers[task], *check])
    return notebook


def right(*tasks: str, lesson: str = "01") -> dict[str, str]:
    """The course's own answers."""
    return {task: reference(lesson, task) for task in tasks}


def graded(notebook: dict | bytes, sandbox: Sandbox, *only: str, seed: int = 3) -> Graded:
    content = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    return grade(Job("anna", "anna.ipynb", "0", seed, content, only), course(), sandbox)


def processes_of(command: str) -> list[psutil.Process]:
    """Those below this process with this in their command lines; answers begin and end meanwhile."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if command in " ".join(process.cmdline()):
                found.append(process)
    return found
