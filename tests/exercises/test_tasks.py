"""What every task of every lesson keeps to, read from the solution notebooks, the only source."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from tl_course.exercises import lesson_00
from tl_course.exercises.registry import LESSONS, tasks

from .library import ROOT, cells

KINDS = ("Write it", "Find the bug", "Predict", "Explain", "Practice", "In your own words")
HEAD = re.compile(
    r"## (?P<number>\d+)\. (?P<title>.+)\n\n\*\*(?P<kind>.+)\*\* · (?P<minutes>\d+) minutes · "
    r"difficulty (?P<difficulty>[123]) of 3 · (?P<points>\d+) points?\n\n\*Why it matters\.\* (?P<why>.+)\n\n"
)
TAUGHT = [lesson for lesson in LESSONS if lesson != "00"]
NAMED = [(lesson, task) for lesson in TAUGHT for task in tasks(lesson)]

every_lesson = pytest.mark.parametrize("lesson", TAUGHT)
every_task = pytest.mark.parametrize(("lesson", "task"), NAMED, ids=str)


def by_id(lesson: str) -> dict[str, Any]:
    return {cell.metadata.nbgrader.grade_id: cell for cell in cells(lesson)}


def heads(lesson: str) -> dict[str, re.Match[str]]:
    """The statement of each task, free-text ones too, in the notebook's order."""
    found = {}
    for name, cell in by_id(lesson).items():
        if name.endswith("-task"):
            matched = HEAD.match(cell.source)
            assert matched, cell.source[:200]
            found[name.removesuffix("-task")] = matched
    return found


def code_lines(source: str) -> int:
    """Lines of code, without comments, blank lines and docstrings."""
    tree = ast.parse(source)
    documented = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    docstrings = {
        line for node in documented if ast.get_docstring(node)
        for line in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
    }  # fmt: skip
    lines = [(number, line.strip()) for number, line in enumerate(source.splitlines(), start=1)]
    return sum(bool(line) and not line.startswith("#") and n not in docstrings for n, line in lines)


def test_the_course_has_twenty_five_checked_tasks() -> None:
    assert len(NAMED) >= 25


@every_lesson
def test_the_tasks_stand_in_the_notebook_in_the_listed_order(lesson: str) -> None:
    checked = [name for name, head in heads(lesson).items() if head["kind"] != "In your own words"]

    assert tuple(checked) == tasks(lesson)


@every_lesson
def test_a_lesson_has_all_three_kinds_of_tasks(lesson: str) -> None:
    kinds = {head["kind"] for head in heads(lesson).values()}

    assert kinds <= set(KINDS)
    assert {"Write it", "Find the bug", "Predict", "Explain"} <= kinds


@every_lesson
def test_tasks_are_numbered_and_get_no_easier(lesson: str) -> None:
    found = list(heads(lesson).values())

    assert [int(head["number"]) for head in found] == list(range(1, len(found) + 1))
    difficulties = [int(head["difficulty"]) for head in found]
    assert difficulties == sorted(difficulties)


@every_lesson
def test_the_minutes_of_the_tasks_add_up_to_those_of_the_notebook(lesson: str) -> None:
    promised = re.search(r"\*\*About (\d+) minutes", cells(lesson)[0].source)
    assert promised

    minutes = sum(int(head["minutes"]) for head in heads(lesson).values())
    assert abs(minutes - int(promised[1])) <= 5, minutes


@every_task
def test_an_answer_cell_ends_in_its_check(lesson: str, task: str) -> None:
    last = by_id(lesson)[task].source.rstrip().splitlines()[-1]

    assert re.fullmatch(rf'check\("{task}", \w+\)', last)


@every_task
def test_an_answer_that_is_a_function_has_its_contract_as_docstring(lesson: str, task: str) -> None:
    tree = ast.parse(by_id(lesson)[task].source)
    made = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]

    assert all(ast.get_docstring(node) for node in made)
    assert made or re.search(r"^(ANSWERS|PREDICTIONS) = ", by_id(lesson)[task].source)


@every_task
def test_the_points_of_a_task_are_those_of_its_cell(lesson: str, task: str) -> None:
    cell = by_id(lesson)[f"{task}-points"]
    stated = int(heads(lesson)[task]["points"])

    assert cell.source == f'points("{task}", of={stated})'
    assert cell.metadata.nbgrader.points == stated


@every_task
def test_a_hint_and_what_to_expect_come_after_the_answer(lesson: str, task: str) -> None:
    after = by_id(lesson)[f"{task}-after"].source

    assert re.match(
        r"<details><summary>Hint</summary>\n\n.+\n\n</details>\n\n\*\*Expect\.\*\* .+", after, re.DOTALL
    )


@every_task
def test_a_solution_gives_its_reasons_and_the_wrong_turns(lesson: str, task: str) -> None:
    region = by_id(lesson)[task].source.split("### BEGIN SOLUTION")[1].split("### END SOLUTION")[0]
    comments = [line for line in region.splitlines() if line.strip().startswith("#")]

    assert len(comments) >= 3


@every_lesson
def test_code_fits_a_screen(lesson: str) -> None:
    long = {
        name: code_lines(cell.source) for name, cell in by_id(lesson).items()
        if cell.cell_type == "code" and code_lines(cell.source) > 17  # the check and the def line with it
    }  # fmt: skip

    assert long == {}


@every_lesson
def test_a_free_text_task_has_a_rubric(lesson: str) -> None:
    free = [name for name, head in heads(lesson).items() if head["kind"] == "In your own words"]

    assert all("**Rubric.**" in by_id(lesson)[name].source for name in free)


@pytest.mark.parametrize("path", sorted(Path(lesson_00.__file__).parents[1].rglob("lesson_*/*.py")), ids=str)
def test_a_hint_points_to_a_section_that_exists(path: Path) -> None:
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "see":
            lesson, section = (ast.literal_eval(argument) for argument in call.args)
            notebook = next((ROOT / "notebooks").glob(f"{lesson:02d}_*.ipynb"))
            assert f"# {section}" in notebook.read_text(encoding="utf-8"), section


def test_the_course_asks_its_two_conceptual_questions() -> None:
    """Pros and cons of feature extraction against fine-tuning, and when to fine-tune."""
    assert "extraction_or_fine_tuning" in tasks("01")
    assert "when_to_fine_tune" in tasks("02")


def test_the_three_practical_tasks_are_there() -> None:
    practical = [
        name for lesson in TAUGHT for name, head in heads(lesson).items() if head["kind"] == "Practice"
    ]

    assert practical == ["cats_and_dogs", "compare_strategies", "explain_predictions"]
