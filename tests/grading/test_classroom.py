"""The made-up class: the same for a seed, valid notebooks, and a truth that holds."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import nbformat
import pytest

from ..exercises.library import run
from .classroom import LAYOUTS, LESSONS, Truth, edition, expected, make_class
from .names import full_names


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    folder = tmp_path_factory.mktemp("class")
    return folder, make_class(folder, students=60, seed=1)


def cells(path: Path) -> dict[str, str]:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in notebook.cells}


def test_a_seed_gives_the_same_class(made: tuple[Path, Truth], tmp_path: Path) -> None:
    folder, truth = made

    again = make_class(tmp_path, students=60, seed=1)

    assert again.handed == truth.handed
    for path in truth.files:
        assert (tmp_path / path.relative_to(folder)).read_bytes() == path.read_bytes()


def test_another_seed_gives_another_class(made: tuple[Path, Truth], tmp_path: Path) -> None:
    assert make_class(tmp_path, students=60, seed=2).hints() != made[1].hints()


def test_only_answer_cells_differ_from_the_student_edition(made: tuple[Path, Truth]) -> None:
    _, truth = made
    blank = cells(edition("01"))
    touched = {(one.student, one.task) for one in truth.handed if one.state != "untouched"}

    found = {
        (student.key, name)
        for student, path in zip(truth.students, truth.files, strict=True)
        for name, source in cells(path).items()
        if source != blank[name]
    }

    assert found == touched


def test_an_answer_ends_in_its_check(made: tuple[Path, Truth]) -> None:
    _, truth = made
    student, path = truth.students[0], truth.files[0]
    sources = cells(path)

    for one in truth.of(student.key):
        if one.known:
            assert sources[one.task].startswith(one.known.source)
            assert sources[one.task].splitlines()[-1].startswith(f'check("{one.task}", ')


def test_what_is_called_right_passes_and_what_is_called_wrong_does_not(made: tuple[Path, Truth]) -> None:
    _, truth = made
    quick = ("what_trains", "extraction_or_fine_tuning", "freeze_backbone")

    for known in {one.known for one in truth.handed if one.known and one.task in quick}:
        result = expected(known, 5)
        assert (result.score == 1) is known.right, result.message
        assert known.hint in result.message


def only(truth: Truth, *tasks: str) -> Truth:
    return replace(truth, handed=tuple(one for one in truth.handed if one.task in tasks))


def test_the_mistakes_are_those_of_the_checks(made: tuple[Path, Truth]) -> None:
    truth = only(made[1], "what_trains")  # each of its known answers makes one mistake
    counted = truth.mistakes(seed=5)

    assert truth.hints()
    for (_, piece), count in truth.hints().items():
        assert [many for (_, text), many in counted.items() if piece in text] == [count]
    assert counted.total() == truth.hints().total()


def test_the_checks_of_each_notebook_can_have_a_seed_of_their_own(made: tuple[Path, Truth]) -> None:
    truth = only(made[1], "what_trains")
    asked = set()

    def seed(student: str, lesson: str) -> int:
        asked.add((student, lesson))
        return 5

    assert truth.mistakes(seed) == truth.mistakes(5)
    assert asked == {(one.student, "01") for one in truth.handed if one.known}


def test_the_able_are_right_more_often(made: tuple[Path, Truth]) -> None:
    _, truth = made
    ranked = sorted(truth.students, key=lambda student: student.ability)

    def right(students: list[str]) -> int:
        return sum(one.state == "right" for one in truth.handed if one.student in students)

    assert right([one.key for one in ranked[-20:]]) > 1.5 * right([one.key for one in ranked[:20]])


def test_tasks_differ_in_difficulty(made: tuple[Path, Truth]) -> None:
    right = Counter(one.task for one in made[1].handed if one.state == "right")

    assert max(right.values()) > 1.5 * min(right.values())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_has_a_file_and_a_key_for_each_student(layout: str, tmp_path: Path) -> None:
    truth = make_class(tmp_path, students=40, seed=3, layout=layout)

    assert len(set(tmp_path.rglob("*.ipynb"))) == 40
    assert len({student.key for student in truth.students}) == 40


def test_all_lessons_can_be_handed_in(tmp_path: Path) -> None:
    truth = make_class(tmp_path, students=2, seed=4, lessons=LESSONS)

    assert {one.lesson for one in truth.handed} == set(LESSONS)
    assert len(truth.files) == 10


def test_some_answers_that_are_data_have_to_be_run(tmp_path: Path) -> None:
    truth = make_class(tmp_path, students=40, seed=5)

    sources = {one.known.source for one in truth.handed if one.known and one.task == "what_trains"}

    assert any("*" in source for source in sources)
    assert all(isinstance(run("01", "what_trains", source), dict) for source in sources)


@pytest.mark.parametrize("count", [1, 40, 3000])
def test_names_are_different_and_can_name_a_folder(count: int) -> None:
    names = full_names(count, Random(0))

    assert len({name.casefold() for name in names}) == count
    assert all(unicodedata.is_normalized("NFC", name) and not set(name) & set('/\\:*?"<>|') for name in names)
