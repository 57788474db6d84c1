"""The student edition: made from the solutions, without them, and as nbgrader would accept it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from typer.testing import CliRunner

from tl_course.cli import app
from tl_course.errors import CourseError
from tl_course.exercises.edition import build, drift, student_edition
from tl_course.exercises.registry import tasks
from tl_course.runner import kernel_for, read_notebook

from .library import ROOT

SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))
every_solution = pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)


def cells(path: Path) -> list[Any]:
    return nbformat.reads(student_edition(path), as_version=4).cells


def is_answer(cell: Any) -> bool:
    return bool(cell.metadata.nbgrader.solution)


def edited(folder: Path, old: str, new: str) -> Path:
    """A copy of the first solution in a folder of its own, with `old` replaced by `new`."""
    folder.mkdir(exist_ok=True)
    path = folder / SOLUTIONS[0].name
    text = SOLUTIONS[0].read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_the_exercises_are_what_the_solutions_give() -> None:
    assert drift(ROOT / "solutions", ROOT / "exercises") == []


def test_building_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    build(ROOT / "solutions", tmp_path / "one")
    build(ROOT / "solutions", tmp_path / "two")

    for path in SOLUTIONS:
        assert (tmp_path / "one" / path.name).read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_a_second_build_has_nothing_to_do(tmp_path: Path) -> None:
    assert len(build(ROOT / "solutions", tmp_path)) == len(SOLUTIONS)
    assert build(ROOT / "solutions", tmp_path) == []


@every_solution
def test_no_solution_is_left(path: Path) -> None:
    text = student_edition(path)

    assert "SOLUTION" not in text
    assert "Rubric" not in text
    for solved, stub in zip(nbformat.read(path, as_version=4).cells, cells(path), strict=True):
        region = re.search(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", solved.source, re.DOTALL)
        lines = [line for line in region[1].splitlines() if line.strip()] if region else []
        assert not set(lines) & set(stub.source.splitlines())


@every_solution
def test_only_answers_can_be_edited(path: Path) -> None:
    for cell in cells(path):
        assert cell.metadata.get("editable", True) is is_answer(cell)
        assert cell.metadata.get("deletable", True) is is_answer(cell)


@every_solution
def test_nothing_has_been_run(path: Path) -> None:
    code = [cell for cell in cells(path) if cell.cell_type == "code"]

    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


@every_solution
def test_an_untouched_exercise_stops_at_its_answers_and_nowhere_else(path: Path) -> None:
    notebook = nbformat.reads(student_edition(path), as_version=4)
    environment = {**os.environ, "TL_COURSE_PROFILE": "pocket"}
    with kernel_for(notebook, ROOT / "exercises", environment, timeout=300) as client:
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)  # raises where a cell raises

    results = {
        cell.metadata.nbgrader.grade_id: output["data"]["text/plain"]
        for cell in notebook.cells if cell.cell_type == "code"
        for output in cell.outputs if output.output_type == "execute_result"
    }  # fmt: skip
    waiting = [name for name, text in results.items() if "not attempted." in text]
    earned = {name: float(text) for name, text in results.items() if name.endswith("-points")}
    assert tuple(waiting) == tasks(path.stem[:2])
    assert earned == {f"{task}-points": 0.0 for task in tasks(path.stem[:2])}


def test_a_change_in_a_solution_is_noticed(tmp_path: Path) -> None:
    edited(tmp_path / "solutions", "# Exercises 01", "# The exercises of lesson 01")
    build(tmp_path / "solutions", tmp_path / "exercises")
    edited(tmp_path / "solutions", "# Exercises 01", "# Exercises of lesson 01")

    (line,) = drift(tmp_path / "solutions", tmp_path / "exercises")

    assert line.endswith(
        "01_feature_extraction.ipynb differs from what 01_feature_extraction.ipynb in solutions gives"
    )


def test_a_missing_exercise_and_one_without_a_solution_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "solutions").mkdir()
    shutil.copy(SOLUTIONS[0], tmp_path / "solutions")
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises" / "09_nowhere.ipynb").touch()

    lines = drift(tmp_path / "solutions", tmp_path / "exercises")

    assert [line.split("/")[-1] for line in lines] == [
        "01_feature_extraction.ipynb is missing",
        "09_nowhere.ipynb has no solution",
    ]


def test_an_exercise_that_somebody_worked_in_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "exercises").mkdir()
    mine = tmp_path / "exercises" / SOLUTIONS[0].name
    shutil.copy(SOLUTIONS[0], mine)  # it has outputs
    before = mine.read_bytes()

    with pytest.raises(CourseError, match="somebody has worked in it"):
        build(ROOT / "solutions", tmp_path / "exercises")

    assert mine.read_bytes() == before
    assert list(mine.parent.iterdir()) == [mine]


def test_an_answer_without_a_region_names_its_cell(tmp_path: Path) -> None:
    path = edited(tmp_path, "### BEGIN SOLUTION", "# BEGIN")

    with pytest.raises(CourseError, match="cell what_trains needs ### BEGIN SOLUTION and ### END SOLUTION"):
        student_edition(path)


def test_a_cell_without_metadata_names_the_file(tmp_path: Path) -> None:
    path = edited(tmp_path, '"nbgrader"', '"other"')

    with pytest.raises(CourseError, match=r"01_feature_extraction\.ipynb can't be made into an exercise"):
        student_edition(path)


def test_the_command_reports_that_all_is_in_step() -> None:
    ran = CliRunner().invoke(app, ["exercises", "build", "--check"])

    assert ran.exit_code == 0
    assert ran.output.strip() == "exercises/ is what solutions/ gives."


def test_nbgrader_makes_an_assignment_of_every_solution(tmp_path: Path) -> None:
    source = tmp_path / "source" / "transfer"
    source.mkdir(parents=True)
    for path in SOLUTIONS:
        shutil.copy(path, source)
    command = [
        sys.executable,
        "-m",
        "nbgrader",
        "generate_assignment",
        "transfer",
        "--course-dir",
        str(tmp_path),
    ]

    ran = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
    )  # fmt: skip

    assert ran.returncode == 0, ran.stderr
    for path in SOLUTIONS:
        released = read_notebook(tmp_path / "release" / "transfer" / path.name)
        assert [sources(cell) for cell in released.cells] == [sources(cell) for cell in cells(path)]


def sources(cell: Any) -> str:
    """A cell's text; nbgrader puts its stub also where an answer is data, ours leaves that cell as it is."""
    return cell.source.replace("# YOUR CODE HERE\nraise NotImplementedError()\ncheck(", "check(")
