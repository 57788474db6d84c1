"""The same work on one process, on several, and on a cluster gives the same results."""

from __future__ import annotations

import atexit
import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest

from tl_course.errors import CourseError
from tl_course.grading import schedule
from tl_course.grading.grader import Job
from tl_course.grading.records import Graded
from tl_course.grading.sandbox.inside.isolation import Limits
from tl_course.grading.schedule import Grading, grade_all

from .sandboxes import course, needs_walls, processes_of, right, with_answers

pytestmark = needs_walls
TASKS = ("what_trains", "freeze_backbone", "two_accuracies")
GRADING = Grading(course(), Limits(), walled=True)


@cache
def folder() -> Path:
    """Notebooks with one, two and three right answers."""
    made = Path(mkdtemp(prefix="notebooks-"))
    atexit.register(rmtree, made, ignore_errors=True)
    for count in (1, 2, 3):
        notebook = json.dumps(with_answers(right(*TASKS[:count])))
        (made / f"{count}.ipynb").write_text(notebook, encoding="utf-8")
    return made


def jobs(count: int = 6) -> list[Job]:
    """Notebooks with one, two or three right answers."""
    return [
        Job(f"student {number}", "01.ipynb", "0", 3, only=TASKS, path=folder() / f"{1 + number % 3}.ipynb")
        for number in range(count)
    ]


def timeless(graded: Graded) -> Graded:
    outcomes = tuple(replace(one, seconds=0.0) for one in graded.outcomes)
    return replace(graded, seconds=0.0, outcomes=outcomes)


def by_student(results: Iterator[Graded]) -> dict[str, Graded]:
    return {one.student: timeless(one) for one in results}


@pytest.fixture(scope="module")
def expected() -> dict[str, Graded]:
    """What this process alone makes of the jobs."""
    found = {one.student: timeless(schedule.grade_here(GRADING, one)) for one in jobs()}
    schedule._here.sandbox.close()
    return found


def test_the_jobs_differ_in_points(expected: dict[str, Graded]) -> None:
    assert [sum(one.points or 0 for one in graded.outcomes) for graded in expected.values()] == [
        3, 7, 10, 3, 7, 10,
    ]  # fmt: skip


@pytest.mark.filterwarnings("default")  # of the processes' own
def test_two_processes_give_the_same_though_one_is_killed(expected: dict[str, Graded]) -> None:
    results = grade_all(jobs(), GRADING, workers=2)
    found = [next(results)]
    os.kill(max(one.pid for one in processes_of("forkserver")), signal.SIGKILL)
    found += results
    assert {one.student: timeless(one) for one in found} == expected
    assert len(found) == len(expected), "no notebook is graded twice"


@pytest.mark.filterwarnings("default")  # of Dask's own
def test_a_cluster_gives_the_same_though_a_worker_is_killed(expected: dict[str, Graded]) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, scheduler_port=0
    ) as cluster:
        results = grade_all(jobs(), GRADING, 2, cluster.scheduler_address)
        found = [next(results)]
        os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
        found += results
    assert {one.student: timeless(one) for one in found} == expected
    assert len(found) == len(expected)


def test_a_scheduler_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(schedule, "ANSWERS_WITHIN", 1)
    with pytest.raises(CourseError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        list(grade_all(jobs(1), GRADING, 1, "tcp://127.0.0.1:9"))


def test_jobs_are_taken_as_they_are_needed() -> None:
    """Memory stays flat, however large the class."""
    from concurrent.futures import ThreadPoolExecutor

    taken: list[Job] = []

    def many() -> Iterator[Job]:
        for job in jobs(1) * 1000:
            taken.append(job)
            yield job

    with ThreadPoolExecutor(2) as pool:
        results = schedule._spread(many(), lambda job: job, pool, 2)
        ahead = [len(taken) - done for done, _ in enumerate(results)]
    assert max(ahead) <= 2 * schedule.AHEAD + 1
