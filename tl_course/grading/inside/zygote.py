"""Imports torch once, then forks for each answer: `python -m tl_course.grading.inside.zygote FD SETTINGS`.

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
from pathlib import Path
from typing import NoReturn

from tl_course.grading.inside import isolation
from tl_course.grading.inside.isolation import Limits

LOOK_EVERY = 0.1  # seconds between two looks at the memory
OUT_OF_MEMORY = "memory"


def main() -> None:
    """Get ready, say so, and fork until the grader is gone."""
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(sys.argv[2])
    from tl_course.grading.inside import cells

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
        isolation.die_with_parent()
        if walls:
            isolation.enter_new_processes()
        answer = os.fork()
        if answer == 0:
            _answer(talk, limits, walls)
        os.close(talk)
        end = _watch(answer, life, limits)
    with contextlib.suppress(OSError):
        os.write(life, end.encode())
    with contextlib.suppress(OSError):
        os.killpg(0, signal.SIGKILL)  # without walls: whatever the answer left behind
    os._exit(0)


def _answer(talk: int, limits: Limits, walls: bool) -> NoReturn:
    from tl_course.grading.inside import cells

    try:
        if walls:
            isolation.build_walls(limits)
        isolation.set_limits(limits)
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


def _watch(answer: int, life: int, limits: Limits) -> str:
    """How the answer ended: "exit 0", "signal 11", "memory"; kills it when `life` ends."""
    while True:
        done, status = os.waitpid(answer, os.WNOHANG)
        if done:
            return _ended(status)
        gone = select.select([life], [], [], LOOK_EVERY)[0]
        if gone or _memory(answer) > (limits.memory + 2 * limits.disk) * isolation.MIB:
            os.kill(answer, signal.SIGKILL)
            os.waitpid(answer, 0)
            return "stopped" if gone else OUT_OF_MEMORY


def _ended(status: int) -> str:
    if os.WIFSIGNALED(status):
        return f"signal {os.WTERMSIG(status)}"
    return f"exit {os.WEXITSTATUS(status)}"


def _memory(answer: int) -> int:
    """Bytes that the answer and its processes hold, with what they share counted once (Linux; else 0)."""
    processes = {answer, *_below(answer)}
    return sum(_proportional(process) for process in processes)


def _below(process: int) -> set[int]:
    found: set[int] = set()
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            children = {int(child) for child in (task / "children").read_text().split()}
            found |= children.union(*(_below(child) for child in children))
    return found


def _proportional(process: int) -> int:
    with contextlib.suppress(OSError, StopIteration, ValueError):
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) * 1024
    return 0


if __name__ == "__main__":
    main()
