"""What names and folders say of who handed in."""

from __future__ import annotations

import re
import time
import unicodedata
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tl_course.grading.intake.naming import (
    TOPICS,
    Layout,
    Parts,
    by_platform,
    copy_number,
    shown,
    without_lesson,
)

ROOT = Path(__file__).parents[3]


def labels(*paths: str, root: str = "class", known: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    parts: list[Parts] = [tuple(path.split("/")) for path in paths]
    layout = Layout(parts, root, lambda name: name in known)
    return [layout.claim(one).label for one in parts if layout.covers(one)]


def test_the_topics_are_those_of_the_exercises() -> None:
    assert [f"{i:02}_{topic}" for i, topic in enumerate(TOPICS, 1)] == sorted(
        path.stem for path in (ROOT / "exercises").glob("*.ipynb")
    )


@pytest.mark.parametrize(
    ("stem", "student"),
    [
        ("anna", "anna"),
        ("anna_01", "anna"),
        ("anna-01", "anna"),
        ("anna_01_feature_extraction", "anna"),
        ("anna_05_grad-cam", "anna"),
        ("anna_01_final_version", "anna"),
        ("Anna Muster 02", "Anna Muster"),
        ("anna_muster_01 (2)", "anna_muster"),
        ("anna_01-Copy1", "anna"),
        ("anna_fine_tuning", "anna"),
        ("anna lesson 3", "anna"),
        ("anna_01_feature_extraction_v2", "anna"),
        ("anna_grad_cam_final", "anna"),
        ("student_02_03", "student_02"),
        ("student_02_01_feature_extraction", "student_02"),
        ("01_feature_extraction_anna", "anna"),
        ("01-anna", "anna"),
        ("01_feature_extraction", ""),
        ("01_feature_extraction (1)", ""),
        ("03", ""),
        ("anna01", "anna01"),
        ("anna_17", "anna_17"),
        ("anna_010", "anna_010"),
    ],
)
def test_the_lesson_is_no_part_of_the_name(stem: str, student: str) -> None:
    assert without_lesson(stem) == student


@pytest.mark.parametrize(
    ("name", "label", "ids"),
    [
        ("Anna Muster_12345_assignsubmission_file_", "Anna Muster", {"moodle_id": "12345"}),
        ("Anna Muster_12345_assignsubmission_file", "Anna Muster", {"moodle_id": "12345"}),
        ("Anna Muster_12345_assignsubmission_file_01.ipynb", "Anna Muster", {"moodle_id": "12345"}),
        ("Participant_12345_assignsubmission_file_", "Participant 12345", {"moodle_id": "12345"}),
        ("musteranna_67_890_01_feature_extraction-2.ipynb", "musteranna", {"canvas_id": "67"}),
        ("musteranna_LATE_67_890_x.ipynb", "musteranna", {"canvas_id": "67"}),
        ("hw_1_anna7_attempt_2024-01-02-10-00-00_x.ipynb", "anna7", {"login": "anna7"}),
        ("12345-678 - Anna Muster - Jan 5, 2024 1000 AM", "Anna Muster", {}),
        ("Muster_Anna_amuster_4711", "Muster_Anna", {"login": "amuster", "ilias_id": "4711"}),
    ],
)
def test_the_names_that_platforms_give_are_understood(name: str, label: str, ids: dict[str, str]) -> None:
    said = by_platform(name)

    assert said
    assert (said.label, dict(said.ids)) == (label, ids)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Anna_1_assignsubmission_file_Bob_2_assignsubmission_file_x.ipynb", "Anna"),
        ("anna_11_22_bob_33_44_x.ipynb", "anna"),
        ("hw_anna_attempt_2024-01-01-10-00-00_x_bob_attempt_2024-01-01-10-00-00_y.ipynb", "anna"),
        ("1-2 - Anna - Jan 5, 2024 1000 AM", "Anna"),
    ],
)
def test_a_students_file_name_cannot_name_another_student(name: str, label: str) -> None:
    said = by_platform(name)

    assert said
    assert said.label == label


@pytest.mark.parametrize(
    "name", ["anna", "anna_01.ipynb", "anna_01_02_x.ipynb", "anna_01_grad_cam.ipynb", "a_b"]
)
def test_other_names_are_no_platforms(name: str) -> None:
    assert by_platform(name) is None


def test_canvas_says_late_and_counts() -> None:
    said = by_platform("musteranna_LATE_67_890_01_feature_extraction-12.ipynb")

    assert said
    assert (said.notes, said.attempt) == (("marked late by Canvas",), 12)


def test_blackboard_and_brightspace_say_when() -> None:
    moments = [
        said.moment
        for name in ("hw_anna_attempt_2024-01-05-10-00-00_x.ipynb", "1-2 - Anna - Jan 5, 2024 1000 AM")
        if (said := by_platform(name))
    ]

    assert moments == [datetime(2024, 1, 5, 10, tzinfo=timezone.utc).timestamp()] * 2


def test_moodles_text_field_is_refused() -> None:
    said = by_platform("Anna_1_assignsubmission_onlinetext")

    assert said
    assert said.refused == "is text typed into Moodle, not a notebook"


def test_browsers_count_copies() -> None:
    names = ["01.ipynb", "01 (2).ipynb", "01(3).ipynb", "01-Copy1.ipynb"]

    assert list(map(copy_number, names)) == [0, 2, 3, 0]


@pytest.mark.parametrize(
    ("paths", "students"),
    [
        (["anna.ipynb", "ben_01.ipynb"], ["anna", "ben"]),
        (["anna/01.ipynb", "ben/sub/x.ipynb", "cem.ipynb"], ["anna", "ben", "cem"]),
        (["anna/a.ipynb", "anna/b.ipynb"], ["anna", "anna"]),
        (["anna/sub/x.ipynb"], ["anna"]),
        (["anna/01_grad_cam/x.ipynb", "anna/02_fine_tuning/x.ipynb"], ["anna", "anna"]),
        (["submitted/anna/01/x.ipynb", "submitted/ben/01/x.ipynb"], ["anna", "ben"]),
        (["submitted/anna/01/x.ipynb"], ["anna"]),
        (["submitted/anna/01/x.ipynb", "release/01/x.ipynb", "readme.ipynb"], ["anna"]),
        (["course/submitted/anna/01/x.ipynb", "course/source/01/x.ipynb"], ["anna"]),
        (["submissions/anna_01.ipynb"], ["anna"]),
        (["class/anna.ipynb", "class/ben.ipynb"], ["anna", "ben"]),  # a zip of the folder of its own name
        (["hw/anna_01.ipynb", "hw/ben_01.ipynb"], ["anna", "ben"]),
        (["hw/anna/x.ipynb", "hw/ben/x.ipynb"], ["anna", "ben"]),
        ([f"hw/{name}.ipynb" for name in "abcdef"], list("abcdef")),  # more than one student has lessons
        (["01/anna.ipynb", "02/anna.ipynb", "02/ben/x.ipynb"], ["anna", "anna", "ben"]),
        (["01_grad_cam.ipynb", "02 (1).ipynb"], ["class", "class"]),  # one student's folder
        (
            ["student_04.ipynb", "student_05.ipynb", "student_06.ipynb"],
            ["student_04", "student_05", "student_06"],
        ),
        (["A_1_assignsubmission_file_/x.ipynb", "B_2_assignsubmission_file_x.ipynb"], ["A", "B"]),
        (["x/A_1_assignsubmission_file_/x.ipynb", "y/A_1_assignsubmission_file_/x.ipynb"], ["A", "A"]),
        (["hw/musteranna_11_22_x.ipynb"], ["musteranna"]),
    ],
)
def test_layouts_are_told_apart(paths: list[str], students: list[str]) -> None:
    assert labels(*paths) == students


def test_the_roster_tells_numbers_from_lessons() -> None:
    known = {"student_01", "student_02"}

    assert labels("student_01.ipynb", "student_02_03.ipynb", known=known) == ["student_01", "student_02"]


def test_the_only_student_in_nbgraders_folder_is_a_student() -> None:
    assert labels("anna/ps1/x.ipynb", "anna/ps2/x.ipynb", root="submitted") == ["anna", "anna"]


def test_a_folder_that_the_roster_knows_is_a_student() -> None:
    assert labels("hw/a/x.ipynb", "hw/b/x.ipynb", known={"hw"}) == ["hw", "hw"]


@pytest.mark.parametrize(
    "paths",
    [
        ["anna/Ben_1_assignsubmission_file_/x.ipynb", "ben/x.ipynb"],
        ["anna/ben_11_22_x.ipynb", "ben/x.ipynb"],
        ["anna/submitted/ben/01/x.ipynb", "ben/x.ipynb"],
        ["anna/ben/x.ipynb", "ben/x.ipynb"],
        ["anna_01_ben.ipynb", "ben.ipynb"],
    ],
)
def test_no_student_hands_in_for_another(paths: list[str]) -> None:
    assert labels(*paths) == ["anna", "ben"]


NAMES = st.text(st.characters(blacklist_characters="/\0", max_codepoint=0x2FFF), min_size=1, max_size=30)


@given(st.lists(NAMES.filter(lambda name: not by_platform(name)), min_size=2, max_size=6, unique=True))
def test_folders_of_students_keep_their_names(names: list[str]) -> None:
    paths = [f"{name}/x.ipynb" for name in names]
    if not all(without_lesson(name) for name in names):
        return

    assert labels(*paths, root="") == names


@given(st.text())
def test_what_is_shown_is_one_clean_line(text: str) -> None:
    result = shown(text)

    assert result == shown(result)
    assert result.encode("utf-8")
    assert 0 < len(result) <= 120
    assert not re.search("[\n\r\t\0\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff\ud800-\udfff]", result)


@pytest.mark.parametrize(
    "name", ["Jürgen Groß", "李小龍", "علی\u200cرضا", "O'Brien-Ångström", "محمد", "Ñandú 🙂"]
)
def test_peoples_names_survive(name: str) -> None:
    assert shown(unicodedata.normalize("NFD", name)) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "name",
    ["_" * 255, "_1" * 127, "a_11" * 63, "1-1 - " + " - " * 80, "x_attempt_" * 25, "(1)" * 85, "01_" * 85],
)
def test_no_name_takes_long_to_read(name: str) -> None:
    start = time.process_time()

    by_platform(name)
    without_lesson(name)

    assert time.process_time() - start < 1
