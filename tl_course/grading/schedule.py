"""Spreads notebooks over processes: of this machine, or of a Dask cluster that is there already."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from multiprocessing import forkserver, get_context, parent_process
from multiprocessing.process import BaseProcess

from tl_course.errors import CourseError
from tl_course.exercises.registry import LESSONS, tasks
from tl_course.grading.assignment import Assignment, set_ups
from tl_course.grading.grader import Job, grade
from tl_course.grading.records import Graded
from tl_course.grading.sandbox.inside.isolation import Limits
from tl_course.grading.sandbox.outside import Sandbox

POOLS = 3  # so often a lost one is replaced
ANSWERS_WITHIN = 20  # seconds, a scheduler
AHEAD = 2  # notebooks in hand for each worker: more would only fill memory

_here = threading.local()  # a sandbox for each thread: bubblewrap ends with the thread that began it
_shared: list[tuple[socket.socket, Grading]] = []  # what all processes of a pool use


@dataclass(frozen=True)
class Grading:
    """What a worker needs to know once."""

    course: Mapping[str, Assignment]
    limits: Limits
    walled: bool


def grade_here(grading: Grading, job: Job) -> Graded:
    """Grade one notebook in this process; its sandbox stays for the next one."""
    if getattr(_here, "grading", None) != grading:
        import torch

        torch.set_num_threads(1)  # the workers share the cores
        if hasattr(_here, "sandbox"):
            _here.sandbox.close()
        _here.grading = grading
        _here.sandbox = new_sandbox(grading, _shared[0][0].dup() if _shared else None)
    return grade(job.loaded(), grading.course, _here.sandbox)


def _grade_in_pool(job: Job) -> Graded:
    return grade_here(_shared[0][1], job)


def new_sandbox(grading: Grading, control: socket.socket | None = None) -> Sandbox:
    """A sandbox for these lessons."""
    return Sandbox(grading.limits, grading.walled, set_ups(grading.course), control)


def _share(control: socket.socket, grading: Grading) -> None:
    """Begin a process of the pool: it uses this sandbox, and ends with the process that wanted it."""
    _shared[:] = [(control, grading)]
    parent = parent_process()
    if parent:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def cores() -> int:
    """How many processes can run at once here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def grade_all(
    jobs: Iterable[Job], grading: Grading, workers: int, scheduler: str | None = None
) -> Iterator[Graded]:
    """Grade each of `jobs`, in any order, `workers` at a time or on the cluster at `scheduler`.

    `jobs` are taken as they are needed. A worker that is lost costs time, and no result.
    """
    if scheduler:
        with _cluster(scheduler) as (executor, size):
            whole = (job.loaded() for job in jobs)  # the files are on this machine
            yield from _spread(whole, partial(grade_here, grading), executor, size)
    else:
        yield from _local(jobs, grading, workers)


def _local(jobs: Iterable[Job], grading: Grading, workers: int) -> Iterator[Graded]:
    """One sandbox for all processes; a new pool where one is lost, as when the system has no memory left.

    What goes to a process is small: more than a pipe holds would block for ever where one is lost
    (https://github.com/python/cpython/issues/94777).
    """
    context = get_context("forkserver")
    context.set_forkserver_preload(_checks())  # torch is imported once, not by each process
    forkserver.ensure_running()  # while the sandbox starts
    left = iter(jobs)
    again: list[Job] = []
    with new_sandbox(grading) as sandbox:
        control = sandbox.start()
        for _ in range(POOLS):
            in_hand: dict[Future[Graded], Job] = {}
            try:
                with ProcessPoolExecutor(workers, context, _share, (control, grading)) as pool:
                    yield from _spread(chain(again, left), _grade_in_pool, pool, workers, in_hand)
                return
            except BrokenProcessPool:
                again = list(in_hand.values())
    raise CourseError(f"Something ended the grading processes {POOLS} times: try --workers 1.")


def _checks() -> list[str]:
    names = [f"lesson_{lesson}.{task}" for lesson in LESSONS for task in tasks(lesson)]
    return [__name__, *(f"tl_course.exercises.{name}" for name in names)]


def _spread(
    jobs: Iterable[Job],
    task: Callable[[Job], Graded],
    executor: Executor,
    workers: int,
    in_hand: dict[Future[Graded], Job] | None = None,
) -> Iterator[Graded]:
    in_hand = {} if in_hand is None else in_hand
    for job in jobs:
        try:
            in_hand[executor.submit(task, job)] = job
        except BrokenProcessPool:
            in_hand[Future()] = job
            raise
        if len(in_hand) >= AHEAD * workers:
            yield from _finished(in_hand)
    while in_hand:
        yield from _finished(in_hand)


def _finished(in_hand: dict[Future[Graded], Job]) -> Iterator[Graded]:
    for future in wait(in_hand, return_when=FIRST_COMPLETED).done:
        graded = future.result()
        del in_hand[future]
        yield graded


@contextmanager
def _cluster(address: str) -> Iterator[tuple[Executor, int]]:
    try:
        from distributed import Client
    except ImportError:
        raise CourseError(
            "--scheduler needs Dask: pip install 'tl-course[cluster]', here and on the workers."
        ) from None
    try:
        client = Client(address, timeout=ANSWERS_WITHIN, set_as_default=False)
    except (OSError, ValueError) as problem:
        raise CourseError(f"No Dask scheduler answers at {address}: {problem}") from None
    with client:
        size = max(1, sum(client.nthreads().values()))
        yield client.get_executor(pure=False, retries=3), size
