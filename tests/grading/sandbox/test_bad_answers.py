"""Answers that are broken, endless or hostile: what becomes of each, and of the answers beside it.

Each file in bad/ is what a student wrote into the answer cell of a task. Its head says what it does and the
state that its task must have then.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tl_course.grading.assignment import set_ups
from tl_course.grading.records import Graded, Outcome
from tl_course.grading.sandbox.inside.isolation import Limits
from tl_course.grading.sandbox.outside import ZYGOTE, Sandbox

from ..sandboxes import course, graded, needs_walls, processes_of, right, with_answers

pytestmark = needs_walls

HEAD = re.compile(r"# about: (?P<about>.+)\n# task: (?P<task>\w+)\n# state: (?P<states>.+)\n")
NEIGHBOUR = "loss_by_batch_size"
LIMITS = Limits(seconds=5.0)
SECRET = "TL_SECRET_OF_THE_GRADER"


@dataclass(frozen=True)
class Bad:
    name: str
    about: str
    task: str
    states: list[str]
    source: str


def bad_answers() -> list[Bad]:
    found = []
    for path in sorted((Path(__file__).parent / "bad").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        head = HEAD.match(text)
        assert head, f"{path.name} needs its three lines: about, task, state"
        states = re.split(r", | or ", head["states"])
        found.append(Bad(path.stem, head["about"], head["task"], states, text[head.end() :]))
    return found


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with pytest.MonkeyPatch.context() as patch, Sandbox(LIMITS, preload=set_ups(course())) as sandbox:
        patch.setenv(SECRET, "hidden")
        yield sandbox


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    """A service of this machine's that nobody in the sandbox may reach."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture(scope="module")
def results(
    listener: socket.socket, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Graded]:
    """Each bad answer in a notebook with a right one, all through one sandbox, one after the other."""
    (tmp_path_factory.mktemp("submissions") / "ben.ipynb").write_text("SECRET", encoding="utf-8")
    port = str(listener.getsockname()[1])
    found = {}
    for bad in bad_answers():
        answers = {**right(NEIGHBOUR), bad.task: bad.source.replace("40123", port)}
        found[bad.name] = graded(with_answers(answers), sandbox, bad.task, NEIGHBOUR)
    return found


def outcome(graded: Graded, task: str) -> Outcome:
    return next(one for one in graded.outcomes if one.task == task)


@pytest.mark.parametrize("bad", bad_answers(), ids=lambda bad: bad.name)
def test_each_has_the_state_that_it_must_have(bad: Bad, results: dict[str, Graded]) -> None:
    found = outcome(results[bad.name], bad.task)
    assert found.state in bad.states, (bad.about, found)


@pytest.mark.parametrize("bad", bad_answers(), ids=lambda bad: bad.name)
def test_none_has_a_point_that_it_did_not_earn(bad: Bad, results: dict[str, Graded]) -> None:
    found = outcome(results[bad.name], bad.task)
    if bad.states == ["flagged"]:
        assert found.points is None, "no score where a person has to look"
    elif "passed" in bad.states:
        assert found.points == found.of
    else:
        assert not found.points


@pytest.mark.parametrize("bad", bad_answers(), ids=lambda bad: bad.name)
def test_the_answer_beside_it_keeps_its_points(bad: Bad, results: dict[str, Graded]) -> None:
    assert outcome(results[bad.name], NEIGHBOUR).state == "passed"


@pytest.mark.parametrize("bad", bad_answers(), ids=lambda bad: bad.name)
def test_none_finds_out_anything(bad: Bad, results: dict[str, Graded]) -> None:
    told = re.findall(r"`: LEAK<(.*?)>", " ".join(outcome(results[bad.name], bad.task).details))
    assert told in ([""], ["[]"]) if "LEAK<{" in bad.source else not told


def test_no_process_stays_behind(results: dict[str, Graded], sandbox: Sandbox) -> None:
    inside = processes_of(ZYGOTE)
    assert inside, "the sandbox runs until it is closed"
    sandbox.close()
    assert psutil.wait_procs(inside, timeout=10)[1] == []


def test_nobody_came_out_of_the_network(results: dict[str, Graded], listener: socket.socket) -> None:
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_there_are_enough_of_them() -> None:
    assert len(bad_answers()) >= 45
