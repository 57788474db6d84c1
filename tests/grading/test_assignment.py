"""The instructor's side: tasks, points and cells come from `solutions/` alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tl_course.errors import CourseError
from tl_course.exercises.registry import find_check, tasks
from tl_course.grading.assignment import asked_name, read_course

from ..exercises.library import ROOT
from .sandboxes import course

LESSONS = ("01", "02", "03", "04", "05")


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_checked_task_of_a_lesson_is_there_in_order(lesson: str) -> None:
    checked = [task.name for task in course()[lesson].tasks if task.kind == "check"]
    assert sorted(checked) == sorted(tasks(lesson))


@pytest.mark.parametrize("lesson", LESSONS)
def test_points_are_those_of_the_notebooks_metadata(lesson: str) -> None:
    path = next((ROOT / "solutions").glob(f"{lesson}_*.ipynb"))
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    points = [cell["metadata"]["nbgrader"].get("points", 0) for cell in cells]
    assert course()[lesson].of == sum(points)


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_stub_and_no_locked_cell_holds_a_solution(lesson: str) -> None:
    one = course()[lesson]
    for source in (*one.locked.values(), *(task.stub for task in one.tasks)):
        assert "BEGIN SOLUTION" not in source


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_text_has_a_rubric(lesson: str) -> None:
    texts = [task for task in course()[lesson].tasks if task.kind == "text"]
    assert texts
    assert all(task.rubric for task in texts)


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_sandbox_can_find_every_probe_by_its_name(lesson: str) -> None:
    for task in tasks(lesson):
        probe = find_check(task).probe
        if probe:
            assert probe.__module__ == f"tl_course.exercises.lesson_{lesson}.probes"
            assert "." not in probe.__qualname__


def test_what_a_task_gives_comes_with_its_answer_and_with_no_other() -> None:
    given = {task.name: task.given for task in course()["01"].tasks}
    assert "accuracy_with_a_bug" in given["two_accuracies"][0]
    assert given["freeze_backbone"] == ()


def test_the_name_that_is_asked_for_is_the_checks() -> None:
    assert asked_name("task", 'x = 1\n\n\ncheck("task", x)') == "x"


def test_an_answer_cell_without_its_check_is_named() -> None:
    with pytest.raises(CourseError, match=r"answer cell of task has to end in check"):
        asked_name("task", "x = 1")


def test_a_folder_without_solutions_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="--course"):
        read_course(tmp_path)
