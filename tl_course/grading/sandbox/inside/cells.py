"""Runs a student's cells and asks their answer, beside the student's code.

A student's program can read and change all of this. What it says is therefore only ever an answer to be
judged elsewhere; the control answer and the seal find the clumsier ways of lying.
"""

from __future__ import annotations

import contextlib
import hashlib
import socket
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from tl_course.exercises.registry import LESSONS
from tl_course.grading.sandbox import wire

PROBING = ("exercises.plain", "exercises.small_worlds", "exercises.notebook", "grading.sandbox.wire")

_given: dict[str, Any] = {}  # what the student's own check calls were given
_shell: Any = None
_seal = ""


def prepare(preload: Sequence[str]) -> None:
    """Import and start all that an answer may need, so that its process starts with it.

    `preload` is code of the instructor's, run for what it imports.
    """
    global _shell, _seal
    import matplotlib
    import torch
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    matplotlib.use("agg")
    torch.set_num_threads(1)
    _warm_up()
    for source in preload:
        exec(compile(source, "<given>", "exec"), {})
    _replace_checks()
    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.colors = "NoColor"
    _shell = InteractiveShell.instance(config=settings)
    _shell.showtraceback = _shell.showsyntaxerror = lambda *arguments, **options: None
    _shell.enable_gui = lambda *arguments: None  # that of a kernel does nothing for %matplotlib inline
    _seal = _fingerprint()


def _warm_up() -> None:
    """A step of training, in full and in mixed precision: torch looks up once what it runs on."""
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(16, 4))
    nn.init.kaiming_normal_(next(model.parameters()))
    for kind in (torch.float32, torch.bfloat16, torch.float16):
        with torch.autocast("cpu", kind, enabled=kind is not torch.float32):
            logits = model(torch.randn(2, 3, 4, 4))
        nn.functional.cross_entropy(logits.float(), torch.tensor([0, 1])).backward()
        torch.optim.AdamW(model.parameters()).step()


def _replace_checks() -> None:
    """In a notebook `check` knows what is right; here it notes what it was given."""
    import tl_course.exercises
    from tl_course.exercises import notebook

    for home in (tl_course.exercises, notebook):
        replaced = {"check": _note, "points": lambda name, of=0.0: 0.0, "passed": lambda name: False}
        vars(home).update(replaced)


def _note(name: str, answer: Any = None, seed: int | None = None) -> None:
    _given[name] = answer


def _probing() -> Iterator[ModuleType]:
    for name in PROBING:
        yield import_module(f"tl_course.{name}")
    for lesson in LESSONS:
        yield import_module(f"tl_course.exercises.lesson_{lesson}.probes")


def _fingerprint() -> str:
    """Which functions do the asking; it changes where one is replaced."""
    marks = hashlib.sha256()
    for module in _probing():
        for name, value in sorted(vars(module).items()):
            code = getattr(value, "__code__", None)
            marks.update(f"{name} {id(value)} {id(code)}\n".encode() if callable(value) else b"")
    return marks.hexdigest()


def serve(channel: socket.socket) -> None:
    """Take a job, run its cells, then answer questions until the grader hangs up."""
    job = _next(channel)
    problem = _run(job["cells"])
    found, answer = _find(job["task"], job["asked"])
    wire.send(channel, {"found": found, "problem": problem}, bytes.fromhex(job["mark"]))
    probe = _probe(job["probe"])
    while True:
        question = _next(channel)
        asked = _control if question["control"] else answer
        wire.send(channel, _reply(probe, asked, question["inputs"]), bytes.fromhex(question["mark"]))


def _next(channel: socket.socket) -> Any:
    return wire.receive(channel, float("inf"))


def _run(cells: list[dict[str, Any]]) -> str:
    """Run the cells in order; the problem of the last one that has to run, else an empty string."""
    problem = ""
    for cell in cells:
        error = None
        try:
            result = _shell.run_cell(cell["source"], store_history=False, silent=True)
            error = result.error_before_exec or result.error_in_exec
        except BaseException as raised:
            error = raised
        if error is not None and not cell["may_fail"]:
            problem = f"{type(error).__name__}: {_first_line(error)}"
    return problem


def _first_line(error: BaseException) -> str:
    with contextlib.suppress(Exception):
        return str(error).strip().splitlines()[0][:300]
    return "no message"


def _find(task: str, asked: str) -> tuple[bool, Any]:
    """The answer by the name that the task gives it, else what the student's own check was given."""
    if asked in _shell.user_ns:
        return True, _shell.user_ns[asked]
    return task in _given, _given.get(task)


def _probe(name: str) -> Callable[..., Any] | None:
    if not name:
        return None
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found


def _control(*arguments: Any, **options: Any) -> None:
    """The control answer: wrong for every task."""


def _reply(probe: Callable[..., Any] | None, answer: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    from tl_course.exercises.notebook import ask_here

    try:
        reply = ask_here(probe, answer, inputs)
        said = {"state": reply.state, "values": reply.values, "problem": reply.problem}
        wire.encode(said)
    except wire.BadReplyError as problem:
        said = _crashed(f"Your answer can't be told: {problem}.")
    except BaseException as raised:  # such as SystemExit
        said = _crashed(f"Your answer raised {type(raised).__name__}: {_first_line(raised)}.")
    return {**said, "sealed": _fingerprint() == _seal}


def _crashed(problem: str) -> dict[str, Any]:
    return {"state": "crashed", "values": None, "problem": problem}
