"""Without walls (`--trust-submissions`) an answer can do what the grader can; it still can't spoil a run."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psutil
import pytest

from tl_course.grading.assignment import set_ups
from tl_course.grading.sandbox.inside.isolation import Limits
from tl_course.grading.sandbox.outside import Sandbox

from ..sandboxes import course, graded, right, with_answers

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't fork")
TASK = "freeze_backbone"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Limits(seconds=5.0), walled=False, preload=set_ups(course())) as sandbox:
        yield sandbox


@pytest.mark.parametrize(
    ("source", "state"),
    [
        ("", "passed"),
        ("import os\nos._exit(0)", "crashed"),
        ("import ctypes\nctypes.string_at(0)", "crashed"),
        ("while True:\n    pass", "timed out"),
    ],
)
def test_each_answer_has_its_state_and_the_next_one_runs(source: str, state: str, sandbox: Sandbox) -> None:
    answer = f"{source}\n{right(TASK)[TASK]}"
    assert graded(with_answers({TASK: answer}), sandbox, TASK).outcomes[0].state == state
    after = graded(with_answers(right(TASK)), sandbox, TASK)
    assert after.outcomes[0].state == "passed"


def test_a_process_that_an_answer_leaves_behind_is_ended(sandbox: Sandbox) -> None:
    command = ["sleep", str(10**6 + os.getpid())]
    leave = f"import subprocess\nsubprocess.Popen({command})"
    graded(with_answers({TASK: f"{leave}\n{right(TASK)[TASK]}"}), sandbox, TASK)
    sandbox.close()
    sleeping = [one for one in psutil.process_iter(["cmdline"]) if one.info["cmdline"] == command]
    assert psutil.wait_procs(sleeping, timeout=5)[1] == []
