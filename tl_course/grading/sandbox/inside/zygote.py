"""Imports torch once, then forks for each answer; run as a module with the arguments FD SETTINGS.

FD is a socket to the grader. Each message on it is one byte with two sockets: one to talk with the answer,
one whose end means that the answer has to die. A guardian stands between the zygote and each answer; it
waits, watches memory, and tells how the answer ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
from typing import NoReturn

from tl_course.grading.sandbox.inside import isolation
from tl_course.grading.sandbox.inside.isolation import Limits
from tl_course.grading.sandbox.inside.memory import Watch

LOOK_EVERY = 0.1  # seconds between two looks at the memory
OUT_OF_MEMORY = "memory"


def main() -> None:
    """Get ready, say so, and fork until the grader is gone."""
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(sys.argv[2])
    from tl_course.grading.sandbox.inside import cells

    cells.prepare(settings["preload"])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # guardians are not waited for
    control.sendall(b"+")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 2)
        if not message:
            return
        if os.fork() == 0:
            control.close()
            talk, life = descriptors
            _guard(talk, life, Limits(**settings["limits"]), settings["walls"])
        for descriptor in descriptors:
            os.close(descriptor)


def _guard(talk: int, life: int, limits: Limits, walls: bool) -> NoReturn:
    """Fork the answer, and outlive it; its end, or the grader's, ends this process."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    end = "lost"
    with contextlib.suppress(BaseException):
        os.setpgid(0, 0)
        if walls:
            isolation.enter_new_processes()
        watch = Watch()
        answer = os.fork()
        if answer == 0:
            _answer(talk, limits, walls)
        os.close(talk)
        end = _outlive(answer, life, limits, watch)
    with contextlib.suppress(OSError):
        os.write(life, end.encode())
    with contextlib.suppress(OSError):
        os.killpg(0, signal.SIGKILL)  # without walls: whatever the answer left behind
    os._exit(0)


def _answer(talk: int, limits: Limits, walls: bool) -> NoReturn:
    from tl_course.grading.sandbox.inside import cells

    try:
        if walls:
            isolation.build_walls(limits)
        isolation.set_limits(limits)
        os.nice(5)  # the guardian and the grader come first, whatever goes on here
        _only(talk)
        os.chdir("/tmp")
        cells.serve(socket.socket(fileno=talk))
    finally:
        os._exit(0)


def _only(talk: int) -> None:
    """Close every descriptor but `talk`; input is empty, output goes nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.closerange(3, talk)
    os.closerange(talk + 1, 4096)


def _outlive(answer: int, life: int, limits: Limits, watch: Watch) -> str:
    """How the answer ended: "exit 0", "signal 11", "memory"; kills it when `life` ends."""
    most = (limits.memory + 2 * limits.disk) * isolation.MIB
    while True:
        done, status = os.waitpid(answer, os.WNOHANG)
        if done:
            return _ended(status)
        gone = select.select([life], [], [], LOOK_EVERY)[0]
        if gone or watch.exceeds(answer, most):
            os.kill(answer, signal.SIGKILL)
            os.waitpid(answer, 0)
            return "stopped" if gone else OUT_OF_MEMORY


def _ended(status: int) -> str:
    if os.WIFSIGNALED(status):
        return f"signal {os.WTERMSIG(status)}"
    return f"exit {os.WEXITSTATUS(status)}"


if __name__ == "__main__":
    main()
