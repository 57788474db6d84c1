"""Scores in nbgrader's gradebook, read back through nbgrader's own API."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tl_course.errors import CourseError
from tl_course.grading.assignment import Assignment, Task
from tl_course.grading.records import Graded, Outcome
from tl_course.grading.results.gradebook import export_gradebook

pytest.importorskip("nbgrader")
pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's own, where these tests read with its API

TASKS = (
    Task("freeze", "Freeze", "check", 3, "freeze", (), ""),
    Task("explain", "Explain", "text", 4, "", (), ""),
)
COURSE = {"01": Assignment("01", "Features", "01_features.ipynb", TASKS, setup=(), locked={}, digest="")}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new gradebook: nbgrader takes seconds to make one."""
    path = tmp_path_factory.mktemp("new") / "gradebook.db"
    export_gradebook([], COURSE, path)
    return path


@pytest.fixture
def path(empty: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty, tmp_path))


def graded(student: str, score: float | None, mark: float | None = None, state: str = "graded") -> Graded:
    text = Outcome("explain", "text", "to mark" if mark is None else "marked", mark, 4)
    return Graded(student, "01", "", "", 0, state, (Outcome("freeze", "check", "failed", score, 3), text))


def read(path: Path, assignment: str = "01_features") -> dict[tuple[str, str], dict[str, Any]]:
    """Every grade in the gradebook, by student and cell."""
    with opened(path) as gradebook:
        submissions = gradebook.assignment_submissions(assignment)
        grades = [grade for one in submissions for notebook in one.notebooks for grade in notebook.grades]
        return {(grade.student.id, grade.name): {**grade.to_dict(), "score": grade.score} for grade in grades}


def opened(path: Path) -> Any:
    from nbgrader.api import Gradebook

    return Gradebook(f"sqlite:///{path}")


def test_checks_become_automatic_and_marks_manual_scores(path: Path) -> None:
    written = export_gradebook([graded("Zoë Müller", 1.5, 3.5)], COURSE, path)

    grades = read(path)
    check, text = grades["Zoë Müller", "freeze-points"], grades["Zoë Müller", "explain"]
    assert written == 1
    assert (check["auto_score"], check["manual_score"], check["max_score"]) == (1.5, None, 3)
    assert (text["auto_score"], text["manual_score"], text["max_score"]) == (None, 3.5, 4)
    assert not check["needs_manual_grade"]
    assert not text["needs_manual_grade"]


def test_nbgrader_adds_the_scores_up(path: Path) -> None:
    export_gradebook([graded("ann", 1.5, 3.5)], COURSE, path)

    with opened(path) as gradebook:
        submission = gradebook.find_submission("01_features", "ann")
        assert (submission.score, submission.max_score) == (5, 7)


def test_a_text_without_a_mark_waits_for_a_person(path: Path) -> None:
    export_gradebook([graded("ann", 3)], COURSE, path)

    assert read(path)["ann", "explain"]["needs_manual_grade"]


def test_a_flagged_notebook_has_no_scores(path: Path) -> None:
    export_gradebook([graded("ann", 3, state="flagged")], COURSE, path)

    grades = read(path).values()
    assert [(grade["auto_score"], grade["needs_manual_grade"]) for grade in grades] == [(None, True)] * 2


def test_an_invalid_file_is_left_out(path: Path) -> None:
    assert export_gradebook([Graded("ann", "", "", "", 0, "invalid file")], COURSE, path) == 0
    assert export_gradebook([graded("bob", 3)], COURSE, path) == 1
    assert {student for student, _ in read(path)} == {"bob"}


def test_a_second_export_changes_nothing(path: Path) -> None:
    records = [graded("ann", 1, 2), graded("bob", 3)]
    export_gradebook(records, COURSE, path)
    before = read(path)

    export_gradebook(records, COURSE, path)

    assert read(path) == before


def test_a_better_score_replaces_the_old_one(path: Path) -> None:
    export_gradebook([graded("ann", 1), graded("bob", 2)], COURSE, path)

    export_gradebook([graded("ann", 3)], COURSE, path)

    grades = read(path)
    assert grades["ann", "freeze-points"]["auto_score"] == 3
    assert grades["bob", "freeze-points"]["auto_score"] == 2


def test_a_mark_given_in_nbgrader_stays(path: Path) -> None:
    export_gradebook([graded("ann", 1)], COURSE, path)
    with opened(path) as gradebook:
        gradebook.find_grade("explain", "01_features", "01_features", "ann").manual_score = 2.5
        gradebook.db.commit()

    export_gradebook([graded("ann", 1)], COURSE, path)

    text = read(path)["ann", "explain"]
    assert (text["manual_score"], text["needs_manual_grade"]) == (2.5, False)


def with_assignments(path: Path, *names: str, cells: tuple[str, ...] = ("freeze-points", "explain")) -> None:
    """A gradebook in which these assignments hold the notebook."""
    with opened(path) as gradebook:
        for name in names:
            gradebook.add_assignment(name)
            gradebook.add_notebook("01_features", name)
            for cell in cells:
                gradebook.add_grade_cell(cell, "01_features", name, max_score=3, cell_type="code")


def test_a_notebook_that_the_gradebook_knows_keeps_its_assignment(path: Path) -> None:
    with_assignments(path, "transfer")

    export_gradebook([graded("ann", 2)], COURSE, path)

    assert read(path, "transfer")["ann", "freeze-points"]["auto_score"] == 2


def test_a_notebook_in_two_assignments_needs_a_choice(path: Path) -> None:
    with_assignments(path, "autumn", "spring")

    with pytest.raises(CourseError, match="in the assignments autumn, spring: name the one"):
        export_gradebook([graded("ann", 2)], COURSE, path)
    export_gradebook([graded("ann", 2)], COURSE, path, assignment="spring")

    assert read(path, "spring")["ann", "freeze-points"]["auto_score"] == 2
    assert read(path, "autumn") == {}


def test_an_unknown_assignment_names_those_that_would_do(path: Path) -> None:
    with_assignments(path, "autumn")

    with pytest.raises(CourseError, match=r"'spring'.*assignments that have: autumn"):
        export_gradebook([graded("ann", 2)], COURSE, path, assignment="spring")


def test_a_notebook_of_another_version_names_the_cells_that_it_lacks(path: Path) -> None:
    with_assignments(path, "transfer", cells=("freeze-points",))

    with pytest.raises(
        CourseError, match=r"01_features of the assignment 'transfer'.*lacks the cells explain:"
    ):
        export_gradebook([graded("ann", 2)], COURSE, path)


def test_a_submission_from_before_the_notebook_says_what_to_do(path: Path) -> None:
    with opened(path) as gradebook:
        gradebook.add_assignment("transfer")
        gradebook.add_student("ann")
        gradebook.add_submission("transfer", "ann")
        gradebook.db.commit()
        gradebook.add_notebook("01_features", "transfer")
        for cell in ("freeze-points", "explain"):
            gradebook.add_grade_cell(cell, "01_features", "transfer", max_score=3, cell_type="code")

    with pytest.raises(CourseError, match=r"a submission of 'ann' to 'transfer' from before 01_features"):
        export_gradebook([graded("ann", 2)], COURSE, path)


def test_what_fails_midway_leaves_the_gradebook_as_it_was(path: Path, tmp_path: Path) -> None:
    export_gradebook([graded("ann", 1)], COURSE, path)
    before = path.read_bytes()

    with pytest.raises(KeyError):
        export_gradebook([graded("ann", 3), Graded("bob", "09", "", "", 0, "graded")], COURSE, path)

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_no_gradebook_is_left_alone(path: Path) -> None:
    path.write_text("student,score\n" * 100)

    with pytest.raises(CourseError, match=r"gradebook\.db can't be opened as a gradebook"):
        export_gradebook([graded("ann", 1)], COURSE, path)

    assert path.read_text().startswith("student,score")


def test_without_nbgrader_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nbgrader.api", None)

    with pytest.raises(CourseError, match="pip install nbgrader"):
        export_gradebook([], COURSE, tmp_path / "gradebook.db")
