"""Submissions a minute of `tl-course grade` and of nbgrader's `autograde`, and the memory that grading takes.

    python benchmarks/grading.py [--submissions 4] [--class-size 40] [--memory 10 100 1000]

A made-up class hands in one lesson's notebook; both tools get the same files, one after the other, and each
time is that of the whole command. nbgrader grades one notebook after the other, so a few of them give its
rate; what starts once is little in a class of real size, so `tl-course grade` also grades `--class-size`.
nbgrader runs each cell of a notebook, ours the answers and what they rely on. Both have one thread a process.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.grading.classroom import LESSONS, make_class

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
ENVIRONMENT = {
    **os.environ,
    "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",  # nbgrader calls `alembic` through it
    "TL_COURSE_PROFILE": "pocket",
    "TL_COURSE_PROGRESS": "off",
    "OMP_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Run:
    """A command's time, and the most memory that its own process held, without those that it started."""

    seconds: float
    megabytes: float


def measured(command: list[str], folder: Path) -> Run:
    """Run `command` in `folder`; what it says is shown only where it fails."""
    with tempfile.TemporaryFile("w+") as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=ENVIRONMENT, stdout=said, stderr=subprocess.STDOUT
        )
        peak = 0
        while process.poll() is None:
            peak = max(peak, _resident(process.pid))
            time.sleep(0.05)
        seconds = time.perf_counter() - start
        said.seek(0)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{said.read()[-4000:]}")
    return Run(seconds, peak / 1e6)


def _resident(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def nbgrader(folder: Path, lesson: str, submissions: int) -> Run:
    """`nbgrader autograde` of so many submissions, in a course of its own."""
    (folder / "source" / "exercises").mkdir(parents=True)
    for solution in (ROOT / "solutions").glob(f"{lesson}_*.ipynb"):
        shutil.copy(solution, folder / "source" / "exercises")
    command = [sys.executable, "-m", "nbgrader"]
    measured([*command, "generate_assignment", "exercises", "--course-dir", str(folder)], folder)
    make_class(folder / "submitted", submissions, seed=1, lessons=[lesson], layout="nbgrader")
    run = measured([*command, "autograde", "exercises", "--course-dir", str(folder)], folder)
    graded = len(list((folder / "autograded").rglob("*.ipynb")))
    if graded != submissions:
        raise SystemExit(f"nbgrader graded {graded} of {submissions} submissions.")
    return run


def tl_course(folder: Path, lesson: str, submissions: int) -> Run:
    """`tl-course grade` of the same submissions."""
    make_class(folder / "submitted", submissions, seed=1, lessons=[lesson], layout="nbgrader")
    command = [str(BIN / "tl-course"), "grade", str(folder / "submitted"), "--out", str(folder / "results")]
    run = measured(command, ROOT)
    records = [json.loads(path.read_text("utf-8")) for path in (folder / "results/.graded").glob("*.json")]
    graded = sum(record["graded"]["state"] == "graded" for record in records)
    if graded != submissions:
        raise SystemExit(f"tl-course graded {graded} of {submissions} submissions.")
    return run


def fresh(scratch: Path, name: str) -> Path:
    """An empty folder."""
    folder = scratch / name
    folder.mkdir()
    return folder


def line(name: str, run: Run, submissions: int) -> float:
    """Print a run, and return its submissions a minute."""
    rate = 60 * submissions / run.seconds
    print(
        f"{name:18} {submissions:5} submissions {run.seconds:7.1f} s {rate:7.1f} a minute "
        f"{run.megabytes:6.0f} MB in the parent",
        flush=True,
    )
    return rate


def main() -> None:
    """Print a line for each run, the ratio of the rates, and the memory for classes of several sizes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lesson", choices=LESSONS, default="01")
    parser.add_argument("--submissions", type=int, default=4, help="for both tools; 0 leaves nbgrader out")
    parser.add_argument("--class-size", type=int, default=40, help="for tl-course alone; 0 leaves it out")
    parser.add_argument("--memory", type=int, nargs="*", default=[], help="class sizes, such as 10 100 1000")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        theirs = 0.0
        if given.submissions:
            run = nbgrader(fresh(scratch, "nbgrader"), given.lesson, given.submissions)
            theirs = line("nbgrader autograde", run, given.submissions)
        for size in filter(None, [given.submissions, given.class_size]):
            ours = line("tl-course grade", tl_course(fresh(scratch, f"own_{size}"), given.lesson, size), size)
            if theirs:
                print(f"ratio at {size} submissions: {ours / theirs:.1f}")
        for size in given.memory:
            line("tl-course grade", tl_course(fresh(scratch, f"memory_{size}"), given.lesson, size), size)


if __name__ == "__main__":
    main()
