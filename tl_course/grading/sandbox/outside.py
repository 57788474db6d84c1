"""The grader's end of the sandbox: start it, hand over an answer, ask it, and be rid of it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from tl_course.errors import CourseError
from tl_course.exercises.checks import Inputs, Reply
from tl_course.grading.sandbox import walls, wire
from tl_course.grading.sandbox.inside.isolation import Limits

START_SECONDS = 300.0  # to import torch on a busy machine
END_SECONDS = 60.0  # until every process that an answer started is gone
ZYGOTE = "tl_course.grading.sandbox.inside.zygote"
INHERITED = ("TL_COURSE_PROGRESS", "TL_COURSE_PROFILE", "OMP_NUM_THREADS")  # where there are no walls
STATES = ("answered", "not attempted", "crashed")
TIMED_OUT = "timed out"
NO_REPLY = "Your answer's process sent something that is no reply."
LONGEST_PROBLEM = 500  # characters


@dataclass(frozen=True)
class Cell:
    """A cell to run; where it `may_fail` its problem is not the answer's."""

    source: str
    may_fail: bool = False


class Sandbox:
    """A process that has imported torch, and forks for each answer."""

    def __init__(
        self,
        limits: Limits | None = None,
        walled: bool = True,
        preload: Sequence[str] = (),
        control: socket.socket | None = None,
    ) -> None:
        """Without walls (`walled=False`) an answer runs with the grader's own rights.

        `preload` is code of the instructor's: what it imports, no answer has to import again. `control` is
        that of a sandbox which another process started, and which is used as long as it is there.
        """
        self.limits, self.walled, self.preload = limits or Limits(), walled, tuple(preload)
        self._process: subprocess.Popen[bytes] | None = None
        self._control = control

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process and all that it forked."""
        if self._control:
            self._control.close()
        if self._process:
            self._process.kill()
            self._process.communicate()
        self._control = self._process = None

    def start(self) -> socket.socket:
        """Start the process, and wait until it is ready; its control, for a sandbox in another process.

        Raises CourseError where the system gives no walls, or the process does not start.
        """
        if self.walled and walls.missing():
            raise CourseError(walls.missing())
        if not hasattr(os, "fork"):
            raise CourseError("Windows can't grade by itself: use the container, or WSL (see the README).")
        ours, theirs = socket.socketpair()
        settings = json.dumps({"limits": asdict(self.limits), "walls": self.walled, "preload": self.preload})
        inside = [sys.executable, "-B", "-m", ZYGOTE, str(theirs.fileno()), settings]
        with theirs:
            self._process = subprocess.Popen(
                [*walls.command(), *inside] if self.walled else inside,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={**os.environ, **{name: walls.ENVIRONMENT[name] for name in INHERITED}},
                start_new_session=True,
            )
        self._control = ours
        ours.settimeout(START_SECONDS)
        if ours.recv(1) != b"+":
            assert self._process.stderr
            problem = self._process.stderr.read().decode(errors="replace").strip()
            self.close()
            raise CourseError(f"The sandbox did not start: {problem or 'no message'}")
        return ours

    @contextmanager
    def answer(self, cells: Sequence[Cell], task: str, asked: str, probe: str) -> Iterator[Asking]:
        """A process of its own that has run `cells`; `probe` is "module:function", or empty for data."""
        talk, theirs = socket.socketpair()
        life, end = socket.socketpair()
        with talk, life:
            with theirs, end:
                self._fork(theirs, end)
            job = {"cells": [asdict(cell) for cell in cells], "task": task, "asked": asked, "probe": probe}
            try:
                yield Asking(talk, life, job, self.limits.seconds)
            finally:
                _wait_until_gone(life)

    def _fork(self, talk: socket.socket, life: socket.socket) -> None:
        for control in (self._control, None):
            try:
                socket.send_fds(control or self.start(), [b"!"], [talk.fileno(), life.fileno()])
                return
            except (BrokenPipeError, ConnectionResetError):  # the sandbox is gone: once more, with a new one
                self.close()
        raise CourseError("The sandbox ended twice in a row: is there enough memory?")


class Asking:
    """One answer in its process. Whatever it does, each question gets a Reply.

    `failure` is why there is nothing to ask, else None. `tampered` is true once the process sent what the
    course's own code does not send, `lost` once the whole sandbox ended, which is no fault of the answer's.
    """

    def __init__(
        self, talk: socket.socket, life: socket.socket, job: Mapping[str, Any], seconds: float
    ) -> None:
        """Hand over the job, and wait until its cells have run."""
        self._talk, self._life, self._seconds = talk, life, seconds
        self._left = seconds
        self._over: Reply | None = None
        self.tampered = self.lost = False
        self.failure = self._begin(job)

    def _begin(self, job: Mapping[str, Any]) -> Reply | None:
        said = self._exchange(job)
        if self._over or said.get("found") is True:
            return self._over
        problem = str(said.get("problem", ""))[:LONGEST_PROBLEM]
        missing = f"Your cell defines no `{job['asked']}`."
        return Reply("crashed", problem=f"Your cell raised {problem}." if problem else missing)

    def ask(self, inputs: Inputs, control: bool = False) -> Reply:
        """Ask the answer, or in its place one that is known to be wrong.

        `state` is one of Reply's, or "timed out".
        """
        said = {} if self._over else self._exchange({"inputs": inputs, "control": control})
        if self._over:
            return self._over
        if said.get("state") not in STATES or said.get("sealed") is not True:
            self.tampered = True
            return self._stop(Reply("crashed", problem=NO_REPLY))
        return Reply(said["state"], said.get("values"), str(said.get("problem", ""))[:LONGEST_PROBLEM])

    def close(self) -> None:
        """Nothing more is asked, and so nothing more may come."""
        self.tampered = self.tampered or not wire.silent(self._talk)

    def _exchange(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """The other side's next message; an empty one, with `_over` set, where none came.

        The answer's clock runs in here alone: it does not pay for the grader, who draws and judges between
        two questions.
        """
        mark = secrets.token_bytes(wire.MARK_BYTES)
        deadline = time.monotonic() + self._left
        try:
            self._talk.settimeout(max(0.01, self._left))
            wire.send(self._talk, {**message, "mark": mark.hex()})
            said = wire.receive(self._talk, deadline, mark)
            self._left = deadline - time.monotonic()
            if isinstance(said, dict):
                return said
            raise wire.BadReplyError
        except TimeoutError:
            seconds = f"{self._seconds:g} seconds"
            self._stop(Reply(TIMED_OUT, problem=f"No answer within {seconds}: does a loop never end?"))
        except wire.NoReplyError:
            self._stop(self._ended())
        except wire.BadReplyError:
            self.tampered = True
            self._stop(Reply("crashed", problem=NO_REPLY))
        return {}

    def _stop(self, reply: Reply) -> Reply:
        self._over = reply
        return reply

    def _ended(self) -> Reply:
        """Why the process ended before it replied, as far as its guardian knows."""
        with contextlib.suppress(OSError):
            self._life.settimeout(5.0)
            how = self._life.recv(100).decode(errors="replace")
            self.lost = not how
            return _end(how, self._seconds)
        return _end("", self._seconds)


def _wait_until_gone(life: socket.socket) -> None:
    """End the answer, and wait until it is: what is left of it would take the time of the next one."""
    with contextlib.suppress(OSError):
        life.shutdown(socket.SHUT_WR)
        life.settimeout(END_SECONDS)
        life.recv(100)


def _end(how: str, seconds: float) -> Reply:
    kind, _, number = how.partition(" ")
    if kind == "memory":
        return Reply("crashed", problem="Your answer used more memory than a task may have.")
    if kind == "signal" and number.isdigit():
        if int(number) == signal.SIGXCPU or int(number) == signal.SIGKILL:
            return Reply(TIMED_OUT, problem=f"No answer within {seconds:g} seconds of computing.")
        with contextlib.suppress(ValueError):
            name = signal.Signals(int(number)).name
            return Reply("crashed", problem=f"Your answer ended Python itself ({name}).")
    return Reply("crashed", problem="Your answer ended Python itself.")
