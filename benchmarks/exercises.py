"""How long each check takes with the solution's own answer, and how long with the slowest known one.

    python benchmarks/exercises.py [task ...]

One thread, as on a busy machine. A check is meant to answer within 5 seconds.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.exercises.library import TASKS, known_answers, reference, run
from tl_course.exercises.checks import judge
from tl_course.exercises.notebook import ask_here
from tl_course.exercises.registry import find_check


def seconds(lesson: str, task: str, source: str) -> float:
    """The time of one check, without the cells that come before it."""
    check, answer = find_check(task), run(lesson, task, source)
    start = time.perf_counter()
    judge(task, check, 0, lambda inputs: ask_here(check.probe, answer, inputs))
    return time.perf_counter() - start


def main() -> None:
    """Print a line for each task, and the slowest."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", nargs="*", help="such as freeze_backbone; else all")
    wanted = parser.parse_args().tasks
    torch.set_num_threads(1)
    slowest = 0.0
    for lesson, task in TASKS:
        if lesson == "00" or (wanted and task not in wanted):
            continue
        solution = seconds(lesson, task, reference(lesson, task))
        known = max(seconds(lesson, task, answer.source) for answer in known_answers(lesson, task))
        slowest = max(slowest, solution, known)
        print(f"{lesson} {task:28} solution {solution:5.2f} s   slowest known answer {known:5.2f} s")
    print(f"slowest of all: {slowest:.2f} s")


if __name__ == "__main__":
    main()
