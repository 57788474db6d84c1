"""Long work behind a button: one run at a time, progress, cancelling, and one line for what went wrong."""

from __future__ import annotations

import copy
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch.utils.data import DataLoader, Subset, TensorDataset

from tl_course.errors import CourseError
from tl_course.widgets.job import Cancelled, Job, Reporter
from tl_course.widgets.live import Line

PATIENCE = 10  # seconds until a thread that hangs fails its test


@pytest.fixture
def held() -> Iterator[tuple[Job, threading.Event, threading.Event]]:
    """A job that says that it works, and goes on when it is let."""
    working, go_on = threading.Event(), threading.Event()

    def work(reporter: Reporter) -> None:
        reporter.report(1, 4, "epochs")
        working.set()
        go_on.wait(PATIENCE)
        reporter.check()

    yield Job("Train", work), working, go_on
    go_on.set()


def finished(work: Callable[[Reporter], Any], done: Callable[[Any], None] = lambda result: None) -> Job:
    job = Job("Train", work, done)
    job.run()
    job.wait(PATIENCE)
    return job


def test_what_the_work_returns_reaches_done() -> None:
    results: list[int] = []

    job = finished(lambda reporter: 42, results.append)

    assert results == [42]
    assert "Done." in job.line.value


def test_the_start_button_starts_the_work() -> None:
    results: list[str] = []
    job = Job("Train", lambda reporter: "ran", results.append)

    job.start.click()
    job.wait(PATIENCE)

    assert results == ["ran"]


def test_while_it_runs_only_cancel_can_be_pressed_and_the_progress_shows(held) -> None:
    job, working, go_on = held
    job.run()
    assert working.wait(PATIENCE)

    assert (job.running, job.start.disabled, job.cancel.disabled) == (True, True, False)
    assert '<progress value="1" max="4"' in job.line.value
    assert "1 of 4 epochs" in job.line.value

    go_on.set()
    job.wait(PATIENCE)
    assert (job.running, job.start.disabled, job.cancel.disabled) == (False, False, True)


def test_a_second_run_does_not_start_beside_the_first() -> None:
    starts: list[int] = []
    go_on = threading.Event()

    def work(reporter: Reporter) -> None:
        starts.append(1)
        go_on.wait(PATIENCE)

    job = Job("Train", work)
    job.run()
    job.run()
    go_on.set()
    job.wait(PATIENCE)

    assert len(starts) == 1


def test_cancel_ends_the_work_and_says_so(held) -> None:
    job, working, go_on = held
    job.run()
    assert working.wait(PATIENCE)

    job.cancel.click()
    go_on.set()
    job.wait(PATIENCE)

    assert "Cancelled." in job.line.value
    assert job.cancel.disabled


def test_a_job_can_run_again_after_it_was_cancelled(held) -> None:
    job, working, go_on = held
    job.run()
    assert working.wait(PATIENCE)
    job.stop()
    go_on.set()
    job.wait(PATIENCE)

    job.run()
    job.wait(PATIENCE)

    assert "Done." in job.line.value


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (CourseError("There is no stage 'x'."), "There is no stage &#x27;x&#x27;."),
        (ZeroDivisionError("division <by> zero"), "ZeroDivisionError: division &lt;by&gt; zero"),
        (KeyError(), "KeyError"),
    ],
)
def test_an_error_is_one_line_and_the_job_can_run_again(error: Exception, line: str) -> None:
    def work(reporter: Reporter) -> None:
        raise error

    job = finished(work)

    assert f'<span class="tl-error">{line}</span>' in job.line.value
    assert not job.start.disabled


def test_an_error_in_done_is_shown_too() -> None:
    def done(result: Any) -> None:
        raise CourseError("The figure has no room.")

    assert "The figure has no room." in finished(lambda reporter: 1, done).line.value


@pytest.fixture
def pictures() -> TensorDataset:
    return TensorDataset(torch.zeros(4, 3, 2, 2), torch.arange(4))


def test_watched_pictures_are_the_pictures(pictures: TensorDataset) -> None:
    watched = Reporter(Line()).watch(pictures)

    assert len(watched) == 4
    assert watched[2][1] == 2
    assert watched.tensors is pictures.tensors


@pytest.mark.parametrize("kind", [lambda data: data, lambda data: Subset(data, [0, 1, 2, 3])])
def test_a_loader_over_watched_pictures_stops_at_the_next_batch(kind, pictures: TensorDataset) -> None:
    # A Subset gives a loader whole batches, past __getitem__.
    reporter = Reporter(Line())
    batches = iter(DataLoader(reporter.watch(kind(pictures)), batch_size=2))
    next(batches)

    reporter.cancelled.set()

    with pytest.raises(Cancelled):
        next(batches)


def test_watched_pictures_can_be_copied(pictures: TensorDataset) -> None:
    assert len(copy.copy(Reporter(Line()).watch(pictures))) == 4


COMPUTING = """
import threading, torch
from tl_course.widgets.job import Job

computing = threading.Event()

def work(reporter):
    while True:
        reporter.check()
        torch.ones(8, 3, 64, 64, requires_grad=True).sum().backward()
        computing.set()

Job("Train", work).run()
computing.wait()
"""


def test_python_ends_in_peace_while_a_job_computes() -> None:
    ended = subprocess.run([sys.executable, "-c", COMPUTING], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
