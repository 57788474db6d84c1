"""nbgrader takes the same notebooks: it releases, grades and explains them, unchanged."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from html import escape
from pathlib import Path
from typing import Any

import pytest

from tl_course.grading.assignment import read_assignment
from tl_course.grading.records import Graded, Outcome
from tl_course.grading.results.gradebook import export_gradebook

from ..exercises.library import ROOT
from .classroom import Truth, expected, make_class

pytest.importorskip("nbgrader")
pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's own

SOLUTION = next((ROOT / "solutions").glob("04_*.ipynb"))  # the lesson that takes a kernel the least time
NOTEBOOK = SOLUTION.stem


def nbgrader(folder: Path, *command: str) -> None:
    """Run a command of nbgrader, which calls `alembic` through PATH, in a course's folder."""
    ran = subprocess.run(
        [sys.executable, "-m", "nbgrader", *command, "exercises", "--course-dir", str(folder)],
        capture_output=True, text=True, check=False, cwd=folder,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "TL_COURSE_PROFILE": "pocket",
        },
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    """A course in nbgrader's tree, with one submission that has been through all of its steps."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "source" / "exercises").mkdir(parents=True)
    shutil.copy(SOLUTION, folder / "source" / "exercises")
    nbgrader(folder, "generate_assignment")
    truth = make_class(folder / "submitted", students=1, seed=3, lessons=["04"], layout="nbgrader")
    nbgrader(folder, "autograde")
    nbgrader(folder, "generate_feedback")
    return folder, truth


def scores(folder: Path, student: str) -> dict[str, Any]:
    """The score of each cell; None where it waits for a person."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        submitted = gradebook.find_submission_notebook(NOTEBOOK, "exercises", student)
        return {one.name: None if one.needs_manual_grade else one.score for one in submitted.grades}


def points() -> dict[str, float]:
    return {task.name: task.points for task in read_assignment(SOLUTION).tasks}


def test_the_submission_has_right_and_wrong_answers(course: tuple[Path, Truth]) -> None:
    _, truth = course

    assert {"right", "wrong", "written"} <= {one.state for one in truth.handed}


def test_nbgrader_gives_the_points_of_the_checks(course: tuple[Path, Truth]) -> None:
    folder, truth = course
    (student,) = truth.students

    found = scores(folder, student.key)

    # In a kernel of its own each task's first check draws its inputs from seed 0.
    for one in [one for one in truth.handed if one.state != "written"]:
        share = expected(one.known, 0).score if one.known else 0.0
        assert found[f"{one.task}-points"] == pytest.approx(points()[one.task] * share, abs=0.01), one


def test_a_text_waits_for_a_person(course: tuple[Path, Truth]) -> None:
    folder, truth = course
    (student,) = truth.students

    texts = [one.task for one in truth.handed if one.state == "written"]

    assert [scores(folder, student.key)[task] for task in texts] == [None] * len(texts)


def test_the_feedback_page_has_the_hints(course: tuple[Path, Truth]) -> None:
    folder, truth = course
    page = (folder / "feedback" / truth.students[0].key / "exercises" / f"{NOTEBOOK}.html").read_text("utf-8")

    hints = [hint for one in truth.handed if one.known for hint in expected(one.known, 0).mistakes]

    assert hints
    for hint in hints:
        assert escape(max(hint.split("`"), key=len)) in page  # names in a hint are set as code


def test_our_scores_take_their_place_in_nbgraders_gradebook(course: tuple[Path, Truth]) -> None:
    folder, truth = course
    student, assignment = truth.students[0].key, read_assignment(SOLUTION)
    before = scores(folder, student)
    outcomes = tuple(
        Outcome(task.name, task.kind, "failed", task.points / 4, task.points)
        for task in assignment.tasks
        if task.kind == "check"
    )

    export_gradebook(
        [Graded(student, "04", "", "", 0, "graded", outcomes)], {"04": assignment}, folder / "gradebook.db"
    )

    after = scores(folder, student)
    assert after.keys() == before.keys()
    assert {name: score for name, score in after.items() if name.endswith("-points")} == {
        f"{outcome.task}-points": outcome.points for outcome in outcomes
    }
