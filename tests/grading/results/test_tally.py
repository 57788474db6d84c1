"""Where each student stands: points after marks, overrides and penalties, and no points that nobody gave."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tl_course.errors import CourseError
from tl_course.grading.records import Rejected
from tl_course.grading.results.by_hand import Late, Mark, Override, read_late, read_marks, read_override
from tl_course.grading.results.tally import Work, shown, standings

from .small_class import ANNA, COURSE, PEOPLE, full, graded, outcome


def work_of(student: str, *notebooks, **by_hand) -> Work:
    class_ = standings(notebooks, PEOPLE, COURSE, **by_hand)
    return next(one for one in class_ if one.person.key == student).works["01"]


@pytest.fixture
def write(tmp_path: Path):
    def _write(text: str, name: str = "late.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding=encoding)
        return path

    return _write


def test_points_are_the_sum_of_the_tasks() -> None:
    work = work_of("anna", full("anna", (4, 1.5, 3)))

    assert (work.state, work.points, work.so_far, work.of) == ("graded", 8.5, 8.5, 15)


def test_who_handed_nothing_in_has_no_points_rather_than_none_right() -> None:
    work = work_of("ben", full("anna"))

    assert (work.state, work.points, work.so_far) == ("not handed in", None, None)


def test_a_refused_file_may_be_what_a_student_meant_to_hand_in() -> None:
    empty = Rejected("class.zip/ben/01.ipynb", "is empty", "ben")
    ben = standings([full("anna")], PEOPLE, COURSE, rejected=[empty])[1]

    assert ben.works["01"].state == "invalid file"
    assert ben.unread == ("class.zip/ben/01.ipynb: is empty",)


def test_a_refused_file_beside_the_notebook_changes_nothing() -> None:
    report = Rejected("class.zip/anna/report.pdf", "is not a notebook", "anna")
    anna = standings([full("anna")], PEOPLE, COURSE, rejected=[report])[0]

    assert (anna.works["01"].state, anna.unread) == ("graded", ())


def test_a_text_that_waits_leaves_a_subtotal() -> None:
    work = work_of("anna", full("anna", (4, 2, None)))

    assert (work.state, work.points, work.so_far) == ("to mark", None, 6)


def test_a_task_that_was_not_graded_yet_leaves_a_subtotal() -> None:
    work = work_of("anna", graded("anna", outcome("freeze", 4), outcome("cache", None, "not graded")))

    assert (work.state, work.points, work.so_far) == ("not graded", None, 4)


def test_a_mark_ends_the_waiting() -> None:
    work = work_of("anna", full("anna", (4, 2, None)), marks={("anna", "plan"): Mark(2.5, "Good")})

    assert (work.state, work.points, work.outcomes[2].state) == ("graded", 8.5, "marked")
    assert work.comments == {"plan": "Good"}


def test_a_comment_alone_is_no_mark() -> None:
    work = work_of("anna", full("anna", (4, 2, None)), marks={("anna", "plan"): Mark(None, "Later")})

    assert (work.state, work.points, work.comments) == ("to mark", None, {"plan": "Later"})


def test_a_flagged_notebook_has_no_total_and_no_subtotal() -> None:
    flagged = graded("anna", outcome("freeze", None, "flagged"), outcome("cache", 6), state="flagged")
    work = work_of("anna", flagged)

    assert (work.state, work.points, work.so_far) == ("flagged", None, None)


def test_a_mark_does_not_free_a_flagged_text() -> None:
    flagged = graded("anna", outcome("plan", None, "flagged"), state="flagged")

    assert work_of("anna", flagged, marks={("anna", "plan"): Mark(5)}).points is None


def test_an_override_frees_a_flagged_task() -> None:
    flagged = graded("anna", outcome("freeze", None, "flagged"), outcome("cache", 6), state="flagged")
    work = work_of("anna", flagged, override={("anna", "freeze"): Override(3, "we talked")})

    assert (work.state, work.points, work.outcomes[0].state) == ("graded", 9, "marked")
    assert work.comments == {"freeze": "we talked"}


def test_an_override_of_another_task_leaves_a_flagged_one() -> None:
    flagged = graded("anna", outcome("freeze", None, "flagged"), outcome("cache", 6), state="flagged")

    assert work_of("anna", flagged, override={("anna", "cache"): Override(3)}).state == "flagged"


def test_a_notebook_flagged_as_a_whole_is_free_when_all_tasks_are_set_by_hand() -> None:
    flagged = replace(full("anna", (4, 6, None)), state="flagged")
    some = {("anna", task): Override(1) for task in ("freeze", "cache")}

    assert work_of("anna", flagged, override=some).state == "flagged"
    assert work_of("anna", flagged, override={**some, ("anna", "plan"): Override(1)}).points == 3


@pytest.mark.parametrize("state", ["crashed", "timed out", "missing", "failed", "passed"])
def test_an_override_replaces_the_points_of_any_state(state: str) -> None:
    work = work_of(
        "anna", graded("anna", outcome("freeze", 1, state)), override={("anna", "freeze"): Override(2)}
    )

    assert work.points == 2
    assert "2 points set by hand" in work.outcomes[0].notes[-1]


def test_an_override_counts_without_a_notebook() -> None:
    work = work_of("ben", full("anna"), override={("ben", "freeze"): Override(2)})

    assert (work.state, work.points) == ("not handed in", 2)


def test_an_invalid_file_has_no_points_and_is_named() -> None:
    class_ = standings([graded("anna", state="invalid file", notes=("not JSON",))], PEOPLE, COURSE)

    assert class_[0].works["01"].state == "invalid file"
    assert class_[0].works["01"].points is None
    assert class_[0].unread == ("class.zip/anna.ipynb: not JSON",)


def test_an_invalid_file_beside_a_whole_one_takes_nothing_away() -> None:
    class_ = standings([full("anna"), graded("anna", state="invalid file")], PEOPLE, COURSE)

    assert class_[0].works["01"].points == 15
    assert len(class_[0].unread) == 1


def test_a_total_is_capped_at_the_maximum() -> None:
    twice = graded("anna", *[outcome("cache", 6)] * 3)

    assert work_of("anna", twice).points == 15


def test_points_of_a_task_are_capped_too() -> None:
    assert work_of("anna", graded("anna", outcome("freeze", 99), outcome("cache", -3))).points == 4


def test_a_penalty_takes_its_share_of_the_total() -> None:
    work = work_of("anna", full("anna", (4, 6, 0)), late={("anna", "01"): Late(20, "two days")})

    assert (work.points, work.penalty) == (8, 20)
    assert work.notes == ("Late: 20 % taken off: two days.",)


def test_a_penalty_of_a_lesson_goes_before_one_for_all() -> None:
    late = {("anna", ""): Late(100), ("anna", "01"): Late(10)}

    assert work_of("anna", full("anna", (4, 6, 0)), late=late).points == 9


def test_half_a_hundredth_goes_up() -> None:
    work = work_of("anna", full("anna", (1, 0, 0)), late={("anna", ""): Late(87.5)})

    assert work.points == 0.13  # an eighth; half to even would give 0.12


def test_thirds_add_up() -> None:
    assert work_of("anna", full("anna", (4 / 3, 4 / 3, 4 / 3))).points == 4


def test_the_class_is_sorted_and_holds_strangers() -> None:
    class_ = standings([full("zoe"), full("Bob")], [*reversed(PEOPLE)], COURSE)

    assert [one.person.key for one in class_] == ["Bob", "anna", "ben", "zoe"]


def test_standings_keep_no_answers() -> None:
    assert "First I would look." not in repr(standings([full("anna")], PEOPLE, COURSE))


def test_lessons_are_those_that_somebody_handed_in() -> None:
    course = {**COURSE, "02": replace(COURSE["01"], lesson="02")}

    assert list(standings([full("anna")], PEOPLE, course)[0].works) == ["01"]
    assert list(standings([], PEOPLE, course)[0].works) == ["01", "02"]


@pytest.mark.parametrize("text", [
    "student,lesson,percent,reason\nanna,1,12.5,ill\n",
    "\ufeffStudent;Lesson;Percent;Reason\r\nanna;01;12,5;ill\r\n\r\n",
])  # fmt: skip
def test_a_sheet_is_read_with_either_delimiter(write, text: str) -> None:
    assert read_late(write(text), PEOPLE, COURSE) == {("anna", "01"): Late(12.5, "ill")}


def test_late_without_a_lesson_is_for_all(write) -> None:
    assert read_late(write("student,percent\nanna,10\n"), PEOPLE, COURSE) == {("anna", ""): Late(10)}


def test_no_file_is_nothing_by_hand() -> None:
    assert read_late(None, PEOPLE, COURSE) == {}


def test_a_key_is_known_as_the_tables_spell_it(write) -> None:
    formula = replace(ANNA, key="=cmd()")
    path = write("student,percent\n'=cmd(),5\n")

    assert read_late(path, [formula], COURSE) == {("=cmd()", ""): Late(5)}


@pytest.mark.parametrize(("row", "message"), [
    ("ana,plan,1,", "2: there is no student 'ana'. Did you mean 'anna'?"),
    ("anna,plann,1,", "2: there is no task 'plann'. Did you mean 'plan'?"),
    ("anna,plan,5.5,", "2: points is 5.5; it goes from 0 to 5."),
    ("anna,plan,-1,", "2: points is -1; it goes from 0 to 5."),
    ("anna,plan,nan,", "2: points is 'nan', which is not a number."),
    ("anna,plan,good,", "2: points is 'good', which is not a number."),
    ("anna,freeze,1,", "2: freeze is marked by its check: put its points into the override file."),
    ("anna,plan,1,\nanna,plan,2,", "3: anna, plan stands in the file twice: keep one row."),
    ("anna,plan,1,good, but", "2: 5 cells for 4 columns: quote a text that has ','."),
    ('anna,plan,1,"two\nlines"\nana,plan,1,', "4: there is no student 'ana'. Did you mean 'anna'?"),
])  # fmt: skip
def test_a_mistake_in_a_sheet_is_named_with_its_line(write, row: str, message: str) -> None:
    with pytest.raises(CourseError) as caught:
        read_marks(write(f"student,task,points,comment\n{row}\n", "marks.csv"), PEOPLE, COURSE)

    assert str(caught.value) == f"marks.csv, line {message}"


def test_a_missing_column_is_named(write) -> None:
    with pytest.raises(CourseError, match=r"late\.csv has no column 'percent'"):
        read_late(write("student,percnt\nanna,5\n"), PEOPLE, COURSE)


def test_a_penalty_above_everything_is_an_error(write) -> None:
    with pytest.raises(CourseError, match="percent is 120; it goes from 0 to 100"):
        read_late(write("student,percent\nanna,120\n"), PEOPLE, COURSE)


def test_an_override_above_the_maximum_is_an_error(write) -> None:
    with pytest.raises(CourseError, match=r"points is 4\.5; it goes from 0 to 4"):
        read_override(write("student,task,points\nanna,freeze,4.5\n"), PEOPLE, COURSE)


def test_another_encoding_is_named(write) -> None:
    with pytest.raises(CourseError, match='save it as "CSV UTF-8"'):
        read_late(write("student,percent,reason\nanna,5,für\n", encoding="cp1252"), PEOPLE, COURSE)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="can't be read"):
        read_late(tmp_path / "lat.csv", PEOPLE, COURSE)


def test_an_empty_row_of_somebody_who_left_is_passed_over(write) -> None:
    assert read_marks(write("student,task,points,comment\ncarl,plan,,\n", "m.csv"), PEOPLE, COURSE) == {}


@pytest.mark.parametrize(
    ("points", "text"), [(None, ""), (0.0, "0"), (10.0, "10"), (2.5, "2.5"), (4 / 3, "1.33")]
)
def test_points_are_shown_with_two_decimals_at_most(points: float | None, text: str) -> None:
    assert shown(points) == text
