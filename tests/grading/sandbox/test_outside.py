"""The sandbox by itself: what an answer's process can do, what it can hold, and what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import tl_course
from tl_course.grading.sandbox import outside, walls, wire
from tl_course.grading.sandbox.inside import calls
from tl_course.grading.sandbox.inside.isolation import Limits
from tl_course.grading.sandbox.outside import Cell, Sandbox

from ..sandboxes import needs_walls

LIMITS = Limits(seconds=10.0, disk=8)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(LIMITS) as sandbox:
        yield sandbox


def value(sandbox: Sandbox, *cells: str, limits: Limits = LIMITS) -> object:
    """What `x` is after these cells, or a sentence that says why there is none."""
    told = [*map(Cell, cells), Cell("answer = {'x': x}")]
    with sandbox.answer(told, "task", "answer", "") as asking:
        if asking.failure:
            return asking.failure.problem
        reply = asking.ask({})
        return reply.values["x"] if reply.state == "answered" else reply.problem


@needs_walls
class TestWhatAnAnswerSees:
    def test_nothing_of_the_machine_but_what_python_needs(self, sandbox: Sandbox) -> None:
        seen = value(sandbox, "import os; x = os.listdir('/etc') + os.listdir('/proc') + os.listdir('/tmp')")
        assert set(seen) <= {"fonts", "ld.so.cache", "ld.so.conf", "cpuinfo"}  # type: ignore[call-overload]

    def test_the_course_without_what_the_checks_expect(self, sandbox: Sandbox) -> None:
        lesson = Path(tl_course.__file__).parent / "exercises" / "lesson_01"
        assert (lesson / "freeze_backbone.py").exists()
        assert value(sandbox, f"import os; x = sorted(os.listdir({str(lesson)!r}))") == [
            "__init__.py",
            "probes.py",
        ]

    def test_an_environment_of_its_own(self, sandbox: Sandbox) -> None:
        names = value(sandbox, "import os; x = sorted(os.environ)")
        assert set(names) <= {*walls.ENVIRONMENT, "PYTHONPATH", "PWD", "LC_CTYPE"} | _torchs(names)  # type: ignore[call-overload]

    def test_no_process_but_its_own(self, sandbox: Sandbox) -> None:
        assert value(sandbox, "import os; x = [os.getpid(), os.getppid()]") == [1, 0]

    def test_no_file_of_the_answer_before_it(self, sandbox: Sandbox) -> None:
        leave = "from pathlib import Path; folders = [Path('/tmp'), Path('/dev/shm'), Path.home()]; "
        assert value(sandbox, leave + "x = [one.joinpath('left').write_text('a') for one in folders]") == [
            1,
            1,
            1,
        ]
        assert value(sandbox, leave + "x = [one.joinpath('left').exists() for one in folders]") == [False] * 3


def _torchs(names: object) -> set[str]:
    """Names that libraries set when they are imported."""
    assert isinstance(names, list)
    return {name for name in names if name.startswith(("TORCH", "KMP", "PYDEVD", "JPY"))}


@needs_walls
class TestWhatAnAnswerCanHold:
    def test_a_limited_scratch_folder(self, sandbox: Sandbox) -> None:
        fill = "open('/tmp/a', 'wb').write(bytes(20_000_000))"
        assert str(value(sandbox, fill)).startswith("Your cell raised")

    def test_limited_memory(self, sandbox: Sandbox) -> None:
        assert value(sandbox, "x = len(bytes(10**10))").startswith("Your cell raised")  # type: ignore[attr-defined]

    @pytest.mark.parametrize(
        "take",
        [
            pytest.param("os.memfd_create('a')", id="a file in no folder"),
            pytest.param("mmap.mmap(-1, 4096)", id="shared pages"),
            pytest.param("mmap.mmap(os.open('/dev/zero', os.O_RDWR), 4096)", id="shared zeros"),
            pytest.param("libc.shmget(0, 4096, 0o1600) >= 0 or 1 / 0", id="a segment"),
        ],
    )
    @pytest.mark.skipif(calls.machine() is None, reason="no filter of calls for this kind of machine")
    def test_no_memory_that_belongs_to_no_process(self, sandbox: Sandbox, take: str) -> None:
        imports = "import ctypes, mmap, os; libc = ctypes.CDLL(None)"
        refused = f"try:\n    {take}; x = 'taken'\nexcept (OSError, ZeroDivisionError): x = 'refused'"
        assert value(sandbox, imports, refused) == "refused"

    def test_pages_that_a_file_of_its_own_shares(self, sandbox: Sandbox) -> None:
        """Workers of a DataLoader hand over tensors in such pages."""
        assert value(sandbox, "import torch; x = torch.ones(1000).share_memory_().sum().item()") == 1000

    def test_processes_and_threads_for_a_loader_with_eight_workers(self, sandbox: Sandbox) -> None:
        count = "x = sum(1 for _ in DataLoader(range(16), 2, num_workers=8))"
        assert value(sandbox, "from torch.utils.data import DataLoader", count) == 8


@needs_walls
@pytest.mark.skipif(calls.machine() is None, reason="no filter of calls for this kind of machine")
@pytest.mark.parametrize("number", [calls.MACHINES["x86_64"].refused, calls.MACHINES["aarch64"].refused])
def test_both_kinds_of_machine_refuse_the_same_calls(number: dict[str, int]) -> None:
    assert set(number) == set(calls.MACHINES["x86_64"].refused)


@needs_walls
@pytest.mark.skipif(calls.machine() is None, reason="no filter of calls for this kind of machine")
def test_every_refused_call_fails_with_an_error(sandbox: Sandbox) -> None:
    machine = calls.machine()
    assert machine
    numbers = [*machine.refused.values(), machine.clone3]
    ask = (
        f"libc = __import__('ctypes').CDLL(None); x = [libc.syscall(one, 0, 0, 0, 0, 0) for one in {numbers}]"
    )
    assert value(sandbox, ask) == [-1] * len(numbers)


@needs_walls
class TestWhatBecomesOfIt:
    @pytest.mark.parametrize(
        ("source", "state", "problem"),
        [
            ("raise ValueError('a\\nb')", "crashed", "Your cell raised ValueError: a."),
            ("y = 1", "crashed", "Your cell defines no `x`."),
            ("import os; os._exit(0)", "crashed", "Your answer ended Python itself."),
            ("import ctypes; ctypes.string_at(0)", "crashed", "Your answer ended Python itself (SIGSEGV)."),
            ("while True: pass", "timed out", "No answer within 10 seconds"),
        ],
    )
    def test_a_cell_that_does_not_end_well_is_told(
        self, sandbox: Sandbox, source: str, state: str, problem: str
    ) -> None:
        with sandbox.answer([Cell(source)], "t", "x", "") as asking:
            assert asking.failure
            assert asking.failure.state == state
            assert asking.failure.problem.startswith(problem)
            assert not asking.lost

    def test_a_cell_that_may_fail_does_no_harm(self, sandbox: Sandbox) -> None:
        cells = [Cell("1 / 0", may_fail=True), Cell("x = {'a': 1}")]
        with sandbox.answer(cells, "t", "x", "") as asking:
            assert asking.failure is None

    def test_a_sandbox_that_is_gone_is_told_from_an_answer_that_ends_and_started_anew(self) -> None:
        with Sandbox(LIMITS) as sandbox:
            with sandbox.answer([Cell("x = {'a': 1}")], "t", "x", "") as asking:
                assert sandbox._process
                assert sandbox._control
                sandbox._process.kill()
                assert sandbox._control.recv(1) == b"", "it is gone"
                asking.ask({})
                assert asking.lost
            assert value(sandbox, "x = 2") == 2


@needs_walls
def test_nothing_of_an_answer_is_left_when_the_next_one_begins(sandbox: Sandbox) -> None:
    """A hundred processes that are still about to end would take the next answer's time."""
    name = "left_behind"
    named = f"import ctypes, os, time; ctypes.CDLL(None).prctl(15, b'{name}')"
    fork = "answer = {'x': 1}\nfor _ in range(100):\n    if os.fork() == 0:\n        time.sleep(1000)"
    with sandbox.answer([Cell(named), Cell(fork)], "task", "answer", "") as asking:
        assert asking.ask({}).state == "answered"
        assert name in {process.info["name"] for process in psutil.process_iter(["name"])}
    assert name not in {process.info["name"] for process in psutil.process_iter(["name"])}


class _Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@needs_walls
def test_an_answer_does_not_pay_for_what_the_grader_does_between_two_questions(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = _Clock()
    monkeypatch.setattr(outside, "time", clock)
    monkeypatch.setattr(wire, "time", clock)
    with sandbox.answer([Cell("answer = {'x': 1}")], "task", "answer", "") as asking:
        clock.now += 10 * LIMITS.seconds
        assert asking.ask({}).state == "answered"


@needs_walls
@pytest.mark.parametrize(
    "source",
    [
        "%matplotlib inline\nx = 1",
        "%time x = 1",
        "await __import__('asyncio').sleep(0); x = 1",
        "!true\nx = 1",
        "x = 1;",
    ],
)
def test_what_a_notebook_understands_runs(sandbox: Sandbox, source: str) -> None:
    assert value(sandbox, source) == 1


def test_settings_are_json() -> None:
    """They travel on a command line."""
    assert json.loads(json.dumps(walls.ENVIRONMENT)) == walls.ENVIRONMENT
