"""Tables of the class: every point in its place, blank where there is none, and no cell that is a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tl_course.errors import CourseError
from tl_course.files import write_atomically
from tl_course.grading.records import Graded
from tl_course.grading.results.by_hand import Late, Mark
from tl_course.grading.results.sheets import cell
from tl_course.grading.results.tables import canvas_csv, grades_csv, grades_json, moodle_csv, update_marks
from tl_course.grading.results.tally import Standing, standings

from .small_class import ANNA, COURSE, LESSON, PEOPLE, full, graded, outcome


def class_of(*notebooks: Graded, people=PEOPLE, **by_hand) -> list[Standing]:
    return standings(notebooks, people, COURSE, **by_hand)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def grades(*notebooks: Graded, **by_hand) -> list[dict[str, str]]:
    return rows(grades_csv(class_of(*notebooks, **by_hand), COURSE))


def moodle(*notebooks: Graded, **by_hand) -> list[dict[str, str]]:
    return rows(moodle_csv(class_of(*notebooks, **by_hand), LESSON))


def test_grades_have_a_row_a_student() -> None:
    anna, ben = grades(full("anna", (4, 0, 2.5)))

    assert anna == {
        "student": "anna", "name": "Anna Alt", "email": "anna@uni.example",
        "01 points": "6.5", "01 so far": "6.5", "01 of": "15", "01 state": "graded",
        "01 freeze": "4", "01 cache": "0", "01 plan": "2.5", "attention": "",
    }  # fmt: skip
    assert (ben["01 points"], ben["01 freeze"], ben["01 state"]) == ("", "", "not handed in")


def test_a_subtotal_is_not_in_the_column_of_points() -> None:
    anna = grades(full("anna", (4, 1, None)))[0]

    assert (anna["01 points"], anna["01 so far"], anna["01 plan"]) == ("", "5", "")


@pytest.mark.parametrize(("state", "words"), [
    ("crashed", "freeze: stopped by an error"),
    ("timed out", "freeze: ran out of time"),
    ("missing", "freeze: no answer cell"),
    ("flagged", "01 set aside for a person; freeze: set aside for a person"),
    ("passed", ""),
    ("not attempted", ""),
])  # fmt: skip
def test_what_needs_attention_is_named(state: str, words: str) -> None:
    points = None if state == "flagged" else 0

    assert grades(graded("anna", outcome("freeze", points, state)))[0]["attention"] == words


def test_attention_says_once_what_holds_for_several_tasks() -> None:
    tasks = [
        outcome(task, 0, "missing", notes=("The answer cell is missing.",)) for task in ("freeze", "cache")
    ]

    words = "freeze, cache: no answer cell; freeze, cache: The answer cell is missing."
    assert grades(graded("anna", *tasks))[0]["attention"] == words


def test_attention_names_lateness_notes_and_unread_files() -> None:
    notebooks = [
        full("anna", notes=("two notebooks of this lesson",)),
        graded("anna", state="invalid file", notes=("not JSON",)),
    ]
    attention = grades(*notebooks, late={("anna", ""): Late(10)})[0]["attention"]

    assert "two notebooks of this lesson" in attention
    assert "Late: 10 % taken off." in attention
    assert "class.zip/anna.ipynb: not JSON" in attention


@pytest.mark.parametrize("text", [
    "=cmd()", "+1+1", "-2+3", "@SUM(A1)", "\tx", "\rx", "\n=1+1", "  =cmd()", "＝1+1",
])  # fmt: skip
def test_no_cell_starts_a_formula(text: str) -> None:
    assert cell(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["Anna Alt", "-3", "-2.5", "4", "a=b", "1-2", "", "anna@uni.example", "O'Brien"]
)
def test_names_and_negative_numbers_stay(text: str) -> None:
    assert cell(text) == text


def test_a_cell_is_safe_where_semicolons_part_cells() -> None:
    assert cell("x;=cmd()") == "x;'=cmd()"


def test_a_cell_shows_what_nobody_would_see() -> None:
    assert cell("a\u202eb\x00c\ud800") == "a\ufffdb\ufffdc\ufffd"


def test_every_table_defuses_a_name() -> None:
    people = [replace(ANNA, name="=HYPERLINK(1)")]
    class_ = class_of(full("anna"), people=people)

    for text in (grades_csv(class_, COURSE), moodle_csv(class_, LESSON), canvas_csv(class_, COURSE)):
        assert any("'=HYPERLINK(1)" in row for row in csv.reader(io.StringIO(text)))
        assert not any("=HYPERLINK(1)" in row for row in csv.reader(io.StringIO(text)))


def test_moodle_gets_its_own_columns() -> None:
    anna = moodle(full("anna"))[0]

    assert list(anna) == [
        "Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade",
        "Grade can be changed", "Last modified (submission)", "Last modified (grade)", "Feedback comments",
    ]  # fmt: skip
    assert (anna["Identifier"], anna["Grade"], anna["Maximum Grade"]) == ("Participant 901", "15", "15")


def test_moodle_leaves_students_without_points_as_they_are() -> None:
    names = [row["Full name"] for row in moodle(full("anna"), full("ben", (4, 6, None)))]

    assert names == ["Anna Alt"]


def test_moodle_gets_the_number_of_the_file_for_each_assignment_has_its_own() -> None:
    source = "class/Lesson 01/Anna Alt_555_assignsubmission_file/Ben_666_assignsubmission_file.ipynb"

    assert moodle(replace(full("anna"), source=source))[0]["Identifier"] == "Participant 555"


def test_moodle_takes_an_identifier_as_moodle_writes_it() -> None:
    people = [replace(ANNA, ids={"moodle_id": "Participant 901"})]

    assert moodle(full("anna"), people=people)[0]["Identifier"] == "Participant 901"


def test_moodle_comments_are_html_with_hints_and_comments_escaped() -> None:
    hint = outcome("freeze", 1, "failed", details=("On <3>: expected 1.",))
    notebook = graded("anna", hint, outcome("plan", None, "to mark"))
    comments = moodle(notebook, marks={("anna", "plan"): Mark(2, "<b>Good</b>\nand short")})[0][
        "Feedback comments"
    ]

    assert "<p>Freeze a backbone: 1 of 4, not right yet.<br>On &lt;3&gt;: expected 1.</p>" in comments
    assert "2 of 5, marked by a person.<br>&lt;b&gt;Good&lt;/b&gt;<br>and short</p>" in comments


def test_canvas_gets_its_own_columns_and_the_points_possible() -> None:
    head, possible, anna, ben = csv.reader(io.StringIO(canvas_csv(class_of(full("anna")), COURSE)))

    assert head == [
        "Student",
        "ID",
        "SIS User ID",
        "SIS Login ID",
        "Section",
        "Exercises 01: Feature extraction",
    ]
    assert possible == ["    Points Possible", "", "", "", "", "15"]
    assert anna == ["Anna Alt", "77", "", "", "A", "15"]
    assert ben == ["Ben Berg", "", "S2", "bb", "", ""]


def test_json_has_every_outcome_and_no_answer() -> None:
    hint = outcome("freeze", 1, "failed", answer="SOURCE", details=("A hint.",), mistakes=("A mistake.",))
    text = grades_json(class_of(graded("anna", hint, seconds=1.5)), COURSE)
    anna, ben = json.loads(text)["students"]

    assert anna["lessons"]["01"]["seed"] == 424242
    assert anna["lessons"]["01"]["tasks"][0]["details"] == ["A hint."]
    assert anna["lessons"]["01"]["tasks"][0]["mistakes"] == ["A mistake."]
    assert ben["lessons"]["01"]["points"] is None
    assert "SOURCE" not in text


def test_the_same_class_gives_the_same_tables() -> None:
    def tables(people: Sequence) -> list[str]:
        class_ = class_of(full("anna"), full("ben"), people=people)
        return [
            grades_csv(class_, COURSE),
            grades_json(class_, COURSE),
            moodle_csv(class_, LESSON),
            canvas_csv(class_, COURSE),
        ]

    assert tables(PEOPLE) == tables(PEOPLE[::-1])


def test_an_empty_class_is_a_head() -> None:
    assert grades_csv([], COURSE) == "\ufeffstudent,name,email,attention\n"


WAITING = (full("anna", (4, 6, None)), full("ben", (4, 6, None)))


def test_marks_have_a_row_for_each_text_that_waits(tmp_path: Path) -> None:
    update_marks(tmp_path / "marks.csv", class_of(WAITING[0], full("ben")), COURSE)

    text = (tmp_path / "marks.csv").read_text(encoding="utf-8")
    assert text == "\ufeffstudent,task,points,comment\nanna,plan,,\n"


def test_new_rows_leave_what_the_instructor_wrote(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    mine = 'Task;Student;Points;Comment;Who\nplan;carl;3;"- fine;\ntwo lines";me\nplan;anna;;"later";\n'
    path.write_text(mine, encoding="utf-8")

    update_marks(path, class_of(*WAITING), COURSE)

    after = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=";"))
    assert after[:-1] == list(csv.reader(io.StringIO(mine), delimiter=";"))
    assert after[-1] == ["plan", "ben", "", "", ""]


def test_marks_stay_byte_for_byte_where_nothing_is_new(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    path.write_bytes(b"student,task,points,comment\r\nanna,plan,,\r\nben,plan,2,\r\n")
    before = path.read_bytes()

    update_marks(path, class_of(*WAITING), COURSE)

    assert path.read_bytes() == before


def test_a_key_that_is_a_formula_gets_one_row(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    class_ = class_of(full("=cmd()", (4, 6, None)), people=[])

    update_marks(path, class_, COURSE)
    update_marks(path, class_, COURSE)

    assert path.read_text(encoding="utf-8-sig").splitlines()[1:] == ["'=cmd(),plan,,"]


def test_marks_that_cannot_be_read_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    path.write_bytes(b"student,task\nanna,plan\n")

    with pytest.raises(CourseError, match=r"marks.csv has no column 'points'"):
        update_marks(path, class_of(*WAITING), COURSE)

    assert path.read_bytes() == b"student,task\nanna,plan\n"


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "grades.csv"
    write_atomically(path, "old")

    def full_disk(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[:1])
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, "new")

    assert path.read_text(encoding="utf-8") == "old"


def test_half_a_character_is_no_error(tmp_path: Path) -> None:
    write_atomically(tmp_path / "x", "a\udcffb")

    assert (tmp_path / "x").read_bytes() == b"a\\udcffb"
