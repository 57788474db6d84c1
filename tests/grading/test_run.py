"""`tl-course grade` as a whole: what it writes, what it does again, and what it does not."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from filelock import FileLock

from tl_course.errors import CourseError
from tl_course.grading import run
from tl_course.grading.assignment import set_ups
from tl_course.grading.grader import Job, grade
from tl_course.grading.options import Options
from tl_course.grading.records import Graded
from tl_course.grading.run import grade_class
from tl_course.grading.sandbox.outside import Sandbox

from ..exercises.library import ROOT
from .classroom import Truth, make_class
from .sandboxes import course, needs_walls, right, with_answers

pytestmark = needs_walls
SEED = 5
TASK = "what_trains"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(preload=set_ups(course())) as sandbox:
        yield sandbox


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> list[Job]:
    """The jobs that were run: one sandbox in this process stands for the pool, which has tests of its own."""
    jobs: list[Job] = []

    def grade_all(wanted: Iterable[Job], *arguments: object) -> Iterator[Graded]:
        for job in wanted:
            jobs.append(job)
            yield grade(job.loaded(), course(), sandbox)

    monkeypatch.setattr(run, "grade_all", grade_all)
    return jobs


@pytest.fixture(scope="module")
def class_of_four(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    folder = tmp_path_factory.mktemp("class")
    return folder, make_class(folder, 4, seed=2)


@pytest.fixture
def options(class_of_four: tuple[Path, Truth], tmp_path: Path) -> Options:
    return Options(class_of_four[0], tmp_path / "results", ROOT / "solutions", seed=SEED, progress=False)


@pytest.fixture
def two(tmp_path: Path) -> Options:
    """Two students with one task each."""
    for name in ("anna", "ben"):
        hand_in(tmp_path / "handed" / name / "01.ipynb", right(TASK))
    return Options(tmp_path / "handed", tmp_path / "results", ROOT / "solutions", seed=SEED, progress=False)


def hand_in(path: Path, answers: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(with_answers(answers)), encoding="utf-8")


def files(folder: Path) -> dict[str, bytes]:
    """What a run wrote, but for the lock."""
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if path.name != "lock"}


def rows(options: Options) -> dict[str, dict[str, str]]:
    with (options.out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_states_and_mistakes_are_those_that_were_put_in(
    options: Options, ran: list[Job], class_of_four: tuple[Path, Truth]
) -> None:
    truth = class_of_four[1]
    grade_class(options)
    found = json.loads((options.out / "grades.json").read_text(encoding="utf-8"))
    counted: Counter[tuple[str, str]] = Counter()
    states = {}
    for student in found["students"]:
        for work in student["lessons"].values():
            for one in work["tasks"]:
                states[student["student"], one["task"]] = one["state"]
                counted.update((one["task"], mistake) for mistake in set(one["mistakes"]))
    assert counted == truth.mistakes(SEED)
    expected = {"right": "passed", "untouched": "not attempted", "written": "to mark"}
    for one in truth.handed:
        if one.state in expected:
            assert states[one.student, one.task] == expected[one.state], one


def test_a_rerun_grades_nothing_and_writes_the_same_bytes(two: Options, ran: list[Job]) -> None:
    grade_class(two)
    before = files(two.out)
    ran.clear()
    grade_class(replace(two, seed=None))
    assert ran == []
    assert files(two.out) == before


def test_a_rerun_grades_what_changed_and_leaves_the_rest(two: Options, ran: list[Job]) -> None:
    grade_class(two)
    before = (two.out / "feedback" / "ben.html").read_bytes()
    ran.clear()
    hand_in(two.submissions / "anna" / "01.ipynb", {TASK: "PREDICTIONS = {'passes': 1}"})
    grade_class(two)
    assert [job.student for job in ran] == ["anna"]
    assert rows(two)["anna"][f"01 {TASK}"] == "1"
    assert (two.out / "feedback" / "ben.html").read_bytes() == before


def test_a_killed_run_goes_on_with_the_seed_that_it_began_with(
    two: Options, ran: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run.grade_all

    def killed(jobs: Iterable[Job], *more: object) -> Iterator[Graded]:
        yield next(whole(jobs, *more))
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "grade_all", killed)
    with pytest.raises(KeyboardInterrupt):
        grade_class(replace(two, seed=None))
    monkeypatch.setattr(run, "grade_all", whole)
    first = ran[0].seed
    ran.clear()
    grade_class(replace(two, seed=None))
    assert [(job.student, job.seed) for job in ran] == [("ben", first)]


def test_each_run_has_a_seed_of_its_own_and_keeps_it(two: Options, ran: list[Job]) -> None:
    grade_class(replace(two, seed=None))
    grade_class(replace(two, seed=None, regrade="all"))
    assert ran[0].seed == ran[1].seed != ran[2].seed
    assert str(ran[2].seed) in (two.out / "grades.json").read_text(encoding="utf-8")


def test_only_grades_one_task_and_the_rest_stays_as_it_was(two: Options, ran: list[Job]) -> None:
    grade_class(replace(two, only=(TASK,)))
    assert [job.only for job in ran] == [(TASK,)] * 2
    row = rows(two)["anna"]
    assert (row[f"01 {TASK}"], row["01 points"], row["01 state"]) == ("3", "", "not graded yet")
    ran.clear()
    grade_class(two)
    assert TASK not in ran[0].only, "what is known is not run again"
    assert rows(two)["anna"][f"01 {TASK}"] == "3"


def test_student_grades_one_student(two: Options, ran: list[Job]) -> None:
    grade_class(replace(two, students=("ben",)))
    assert [job.student for job in ran] == ["ben"]
    assert rows(two)["anna"]["01 state"] == "not graded yet"


def test_stopped_takes_up_what_crashed_and_leaves_what_passed(two: Options, ran: list[Job]) -> None:
    hand_in(two.submissions / "ben" / "01.ipynb", {**right("what_trains"), "two_accuracies": "1 +"})
    grade_class(two)
    ran.clear()
    grade_class(replace(two, regrade="stopped"))
    assert [(job.student, job.only) for job in ran] == [("ben", ("two_accuracies",))]


def test_files_that_are_no_notebooks_stop_nothing(two: Options, ran: list[Job]) -> None:
    for name, content in {
        "carl": b"{",
        "dora": b'{"nbformat": 3, "worksheets": []}',
        "emil": b'{"nbformat": 4, "cells": [' + b", ".join([b"{}"] * 1_000_000) + b"]}",
        "fred": '{"nbformat": 4, "cells": ["\u00e4"]}'.encode("latin-1"),
        "gina": b"[" * 100_000,
        "hans": b'{"nbformat": 4, "cells": []}',
    }.items():
        (two.submissions / name).mkdir()
        (two.submissions / name / "01.ipynb").write_bytes(content)
    (two.submissions / "ines").mkdir()
    (two.submissions / "ines" / "01.ipynb").symlink_to("/etc/hostname")
    lines = grade_class(two)
    assert rows(two)["anna"][f"01 {TASK}"] == rows(two)["ben"][f"01 {TASK}"] == "3"
    unread = [row for name, row in rows(two).items() if name not in ("anna", "ben")]
    assert {(row["01 state"], row["01 points"]) for row in unread if row["student"] != "ines"} == {
        ("invalid file", "")
    }
    assert any("6 files could not be read" in line for line in lines)


def test_the_newest_of_two_notebooks_counts_and_the_other_is_named(two: Options, ran: list[Job]) -> None:
    hand_in(two.submissions / "anna" / "01 (1).ipynb", {TASK: "PREDICTIONS = {'passes': 1}"})
    grade_class(two)
    assert rows(two)["anna"][f"01 {TASK}"] == "1"
    assert "Not graded: handed/anna/01.ipynb" in (two.out / "grades.json").read_text(encoding="utf-8")


def test_marks_of_texts_count_in_the_next_run(two: Options, ran: list[Job]) -> None:
    hand_in(two.submissions / "anna" / "01.ipynb", {"right_at_home_wrong_abroad": "It was the light."})
    grade_class(two)
    assert rows(two)["anna"]["01 points"] == ""
    marks = two.out / "marks.csv"
    text = marks.read_text(encoding="utf-8-sig")
    assert "anna,right_at_home_wrong_abroad,," in text
    marks.write_text(text.replace("abroad,,", "abroad,2.5,Well seen"), encoding="utf-8")
    ran.clear()
    grade_class(two)
    assert rows(two)["anna"]["01 points"] == "2.5"
    assert "Well seen" in (two.out / "feedback" / "anna.html").read_text(encoding="utf-8")
    assert ran == []


def test_pages_go_back_through_moodle_under_the_names_of_its_download(two: Options, ran: list[Job]) -> None:
    hand_in(two.submissions / "Cleo Ray_4711_assignsubmission_file_" / "01.ipynb", right(TASK))
    grade_class(two)
    path = two.out / "moodle_feedback_01.zip"
    with ZipFile(path) as archive:
        assert archive.namelist() == ["Cleo Ray_4711_assignsubmission_file_/feedback.html"]
        assert "Feedback for Cleo Ray" in archive.read(archive.namelist()[0]).decode()
    before = path.read_bytes()
    grade_class(two)
    assert path.read_bytes() == before


def test_hostile_words_stay_words_on_every_page(two: Options, ran: list[Job]) -> None:
    script = "<script>alert(1)</script>"
    hand_in(
        two.submissions / script.replace("/", "") / "01.ipynb",
        {"two_accuracies": f'def accuracy(model, loader):\n    raise ValueError("{script}")'},
    )
    grade_class(two)
    for page in two.out.rglob("*.html"):
        assert "<script" not in page.read_text(encoding="utf-8"), page.name


def test_no_page_shows_seeds_or_solutions_to_a_student(options: Options, ran: list[Job]) -> None:
    grade_class(replace(options, seed=987654321, only=("two_accuracies", "what_trains")))
    for page in (options.out / "feedback").iterdir():
        text = page.read_text(encoding="utf-8")
        assert "987654321" not in text
        assert "BEGIN SOLUTION" not in text


def test_two_runs_do_not_write_into_one_folder(two: Options, ran: list[Job]) -> None:
    grade_class(two)
    with FileLock(two.out / ".graded" / "lock"), pytest.raises(CourseError, match="Another run"):
        grade_class(two)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"only": ("what_train",)}, "Did you mean 'what_trains'"),
        ({"students": ("bem",)}, "Did you mean 'ben'"),
        ({"regrade": "changes"}, "Did you mean 'changed'"),
        ({"submissions": Path("nowhere")}, "nowhere"),
        ({"solutions": Path("nowhere")}, "nowhere"),
        ({"roster": Path("nowhere.csv")}, "nowhere.csv"),
    ],
)
def test_a_slip_is_named_before_anything_runs(
    two: Options, ran: list[Job], change: dict, message: str
) -> None:
    with pytest.raises(CourseError, match=message):
        grade_class(replace(two, **change))
    assert ran == []


def test_results_do_not_go_among_the_submissions(two: Options, ran: list[Job]) -> None:
    with pytest.raises(CourseError, match="lies among the submissions"):
        grade_class(replace(two, out=two.submissions / "results"))
    assert not (two.submissions / "results").exists()


def test_a_folder_of_results_that_cannot_be_is_named(two: Options, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(CourseError, match="taken can't be a folder of results: File exists"):
        grade_class(replace(two, out=tmp_path / "taken"))


def test_a_task_keeps_the_seed_that_it_was_graded_with(two: Options, ran: list[Job]) -> None:
    grade_class(replace(two, only=(TASK,), seed=11))
    grade_class(replace(two, seed=12))
    work = json.loads((two.out / "grades.json").read_text(encoding="utf-8"))["students"][0]["lessons"]["01"]
    seeds = {one["task"]: one["seed"] for one in work["tasks"]}
    assert (seeds.pop(TASK), set(seeds.values())) == (11, {12})


def test_a_student_whose_file_was_refused_did_hand_in_something(two: Options, ran: list[Job]) -> None:
    (two.submissions / "carl").mkdir()
    (two.submissions / "carl" / "01.ipynb").write_bytes(b"")
    grade_class(two)
    assert rows(two)["carl"]["01 state"] == "invalid file"


def test_without_walls_it_says_so_and_asks(two: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.walls, "missing", lambda: "bubblewrap is not installed.")
    with pytest.raises(CourseError, match=r"not installed.*--trust-submissions"):
        grade_class(two)
