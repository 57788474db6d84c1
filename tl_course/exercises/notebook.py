"""`check("task", answer)`: what a notebook calls. The probe runs here, beside the student's code."""

from __future__ import annotations

import random
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from tl_course.exercises.checks import Answer, Inputs, Reply, Result, judge
from tl_course.exercises.plain import plain
from tl_course.exercises.progress import remember
from tl_course.exercises.registry import find_check

_last: dict[str, Result] = {}  # of this process, for `points` and `passed`
_calls: Counter[str] = Counter()


def check(name: str, answer: Answer, seed: int | None = None) -> Result:
    """Try the answer to task `name` on inputs drawn from `seed`, and note the result for `progress`.

    Without a seed each call in a kernel draws other inputs: the first from 0, the next from 1.
    Raises CourseError for an unknown task.
    """
    chosen = find_check(name)
    if seed is None:
        seed, _calls[name] = _calls[name], _calls[name] + 1
    result = judge(name, chosen, seed, lambda inputs: ask_here(chosen.probe, answer, inputs))
    _last[name] = result
    remember(result)
    return result


def passed(name: str) -> bool:
    """Whether the last check of task `name` in this notebook passed; says so where it did not.

    For the cells that try an answer out: they wait for it.
    """
    done = name in _last and _last[name].state == "passed"
    if not done:
        print(f"This cell waits until the check of {name} passes.")
    return done


def points(name: str, of: float) -> float:
    """What the last check of task `name` in this notebook is worth, of `of` points; 0 where it did not run.

    A number as a cell's value is what nbgrader takes for partial credit.
    """
    return round(of * _last[name].score, 2) if name in _last else 0.0


def ask_here(probe: Callable[[Answer, Inputs], Any] | None, answer: Answer, inputs: Inputs) -> Reply:
    """Probe the answer in this process; random numbers and torch's settings are left as they were.

    Without a probe the answer is data, and is what comes back.
    """
    if probe is None:
        return _data(answer)
    if not callable(answer):
        return Reply("crashed", problem="Give the check your function itself, without calling it.")
    with undisturbed():
        return probed(probe, answer, inputs)


def probed(probe: Callable[[Answer, Inputs], Any], answer: Answer, inputs: Inputs) -> Reply:
    """Run the probe; whatever goes wrong in it becomes a sentence."""
    try:
        return Reply("answered", plain(probe(answer, inputs)))
    except NotImplementedError as problem:
        if problem.args:  # torch's own, for an operation that does not exist
            return Reply("crashed", problem=_crash(problem, answer))
        return Reply("not attempted", problem="Replace the line `raise NotImplementedError` with your code.")
    except Exception as problem:
        return Reply("crashed", problem=_crash(problem, answer))


@contextmanager
def undisturbed() -> Iterator[None]:
    """Give back Python's, NumPy's and torch's random numbers, and torch's settings, at the end."""
    python, threads = random.getstate(), torch.get_num_threads()
    numpy = np.random.get_state()  # noqa: NPY002 (an answer may use the global generator)
    kind, gradients = torch.get_default_dtype(), torch.is_grad_enabled()
    try:
        with torch.random.fork_rng(), torch.enable_grad():
            yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002
        torch.set_default_dtype(kind)
        torch.set_grad_enabled(gradients)
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)


def _data(answer: Answer) -> Reply:
    values = plain(answer)
    if not isinstance(values, dict):
        return Reply(
            "crashed", problem="The answers must be a dictionary, such as the one given in the cell."
        )
    if all(value is None for value in values.values()):
        return Reply("not attempted", problem="Replace each `None` with your answer.")
    return Reply("answered", values)


def _crash(problem: Exception, answer: Answer) -> str:
    """What was raised, and in which line of the student's code."""
    file = getattr(getattr(answer, "__code__", None), "co_filename", None)
    frames = [frame for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == file]
    place = f" in line {frames[-1].lineno}, `{frames[-1].line}`" if frames else ""
    text = str(problem).strip() or "no message"
    return f"Your function raised {type(problem).__name__}{place}: {text.splitlines()[0].rstrip('.')}."
