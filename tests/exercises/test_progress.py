"""A student's own progress: kept in a file, never made worse, never lost."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import tl_course as tl
from tl_course.exercises import check
from tl_course.exercises.checks import Result
from tl_course.exercises.progress import remember


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "mine" / "progress.json"
    monkeypatch.setenv("TL_COURSE_PROGRESS", str(path))
    return path


def result(state: str, score: float, name: str = "count_trainable") -> Result:
    return Result(name, state, score)


def state() -> str:
    return tl.progress().states["00"]["count_trainable"]


def test_at_first_nothing_is_attempted_and_no_file_is_made(file: Path) -> None:
    assert state() == "not attempted"
    assert not file.exists()


def test_a_check_is_remembered(file: Path) -> None:
    check("count_trainable", lambda model: -1)

    assert state() == "failed"
    assert json.loads(file.read_text())["tasks"]["count_trainable"]["score"] == 0.0


def test_a_better_result_replaces_a_worse_one(file: Path) -> None:
    remember(result("failed", 0.5))
    remember(result("passed", 1.0))

    assert state() == "passed"


def test_a_worse_result_takes_nothing_away(file: Path) -> None:
    remember(result("passed", 1.0))
    remember(result("failed", 0.0))

    assert state() == "passed"


def test_an_untouched_task_is_no_attempt(file: Path) -> None:
    remember(result("not attempted", 0.0))

    assert not file.exists()


def test_a_broken_file_is_set_aside_and_not_lost(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("{ half a file")

    remember(result("passed", 1.0))

    assert state() == "passed"
    assert file.with_name("progress.json.broken").read_text() == "{ half a file"


def test_notebooks_that_write_at_once_lose_nothing(file: Path) -> None:
    names = [f"task {number}" for number in range(20)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: remember(result("passed", 1.0, name)), names))

    assert set(json.loads(file.read_text())["tasks"]) == set(names)


def test_a_file_that_cannot_be_written_costs_the_check_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("TL_COURSE_PROGRESS", str(tmp_path / "file" / "progress.json"))

    assert check("count_trainable", lambda model: -1).state == "failed"
    assert state() == "not attempted"


def test_off_keeps_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TL_COURSE_PROGRESS", "off")
    monkeypatch.setenv("HOME", str(tmp_path))

    remember(result("passed", 1.0))

    assert state() == "not attempted"
    assert list(tmp_path.iterdir()) == []


def test_progress_reads_well_as_text(file: Path) -> None:
    remember(result("passed", 1.0))

    assert repr(tl.progress()).startswith("00: 1 of 1 tasks passed\n  [x] count_trainable\n01: 0 of ")


def test_progress_is_a_table_in_a_notebook(file: Path) -> None:
    remember(result("passed", 1.0))

    html = tl.progress()._repr_html_()

    assert "<td>00</td><td>1 of 1</td>" in html
    assert ">[x] count_trainable<" in html
