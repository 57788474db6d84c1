"""What is read from a submitted notebook, whatever became of it since it was handed out."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tl_course.grading.reading import (
    LONGEST_SOURCE,
    MOST_BRACKETS,
    MOST_CELLS,
    InvalidFileError,
    Reading,
    read_notebook,
    untouched,
)

from .sandboxes import course, edition, with_answers

TASK = "freeze_backbone"
Notebook = dict[str, Any]


def read(notebook: Notebook | bytes) -> Reading:
    return read_notebook(notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode(), course())


def cell_of(notebook: Notebook, name: str) -> dict[str, Any]:
    return next(one for one in notebook["cells"] if one["metadata"]["nbgrader"]["grade_id"] == name)


def own(source: str, kind: str = "code") -> dict[str, Any]:
    """A cell that a student added."""
    return {"cell_type": kind, "metadata": {}, "source": source}


def test_a_notebook_as_handed_out_has_every_answer_and_no_notes() -> None:
    reading = read(edition())
    assert reading.assignment.lesson == "01"
    assert list(reading.answers) == [task.name for task in reading.assignment.tasks]
    assert all(untouched(task, reading.answers[task.name].source) for task in reading.assignment.tasks)
    assert (reading.notes, reading.about) == ((), {})


@pytest.mark.parametrize("lesson", course())
def test_the_lesson_is_told_by_the_cells(lesson: str) -> None:
    assert read(edition(lesson)).assignment.lesson == lesson


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_does_no_harm(coding: str) -> None:
    assert read(json.dumps(edition()).encode(coding)).notes == ()


def test_an_answer_is_what_stands_in_its_cell() -> None:
    assert read(with_answers({TASK: "x = 1"})).answers[TASK].source.startswith("x = 1\n")


def test_of_two_answers_the_last_that_was_worked_in_counts() -> None:
    notebook = with_answers({TASK: "first"})
    second, third = (copy.deepcopy(cell_of(notebook, TASK)) for _ in range(2))
    second["source"], third["source"] = "second", cell_of(edition(), TASK)["source"]
    notebook["cells"] += [second, third]
    reading = read(notebook)
    assert reading.answers[TASK].source == "second"
    assert reading.about[TASK][0].startswith("3 cells answer this task")


def test_a_deleted_answer_cell_is_found_by_its_check() -> None:
    notebook = with_answers({TASK: "x = 1"})
    gone = cell_of(notebook, TASK)
    notebook["cells"][notebook["cells"].index(gone)] = own("".join(gone["source"]))
    reading = read(notebook)
    assert reading.answers[TASK].source.startswith("x = 1")
    assert "a cell of the student's own" in reading.about[TASK][0]


def test_a_missing_answer_is_told() -> None:
    notebook = edition()
    notebook["cells"].remove(cell_of(notebook, TASK))
    reading = read(notebook)
    assert TASK not in reading.answers
    assert reading.about[TASK] == ("The answer cell is missing.",)


def test_an_endless_answer_is_not_run() -> None:
    reading = read(with_answers({TASK: "#" * LONGEST_SOURCE}))
    assert TASK not in reading.answers
    assert f"{LONGEST_SOURCE:,} are allowed" in reading.about[TASK][0]


def test_above_an_answer_stand_the_students_cells_and_the_given_ones_as_handed_out() -> None:
    notebook = with_answers({"what_trains": "mine = 1"})
    cell_of(notebook, "setup")["source"] = "raise SystemExit"
    notebook["cells"].insert(2, own("helper = 2"))
    notebook["cells"].insert(2, own("some text", "markdown"))
    reading = read(notebook)
    above = reading.before(reading.answers["two_accuracies"])
    assert above[:2] == [course()["01"].locked["setup"], "helper = 2"]
    assert above[2].startswith("mine = 1")
    assert not [source for source in above if source.startswith(("points(", "if passed(", "some text"))]


def change_locked(notebook: Notebook) -> None:
    cell_of(notebook, "setup")["source"] = "x"


def delete_locked(notebook: Notebook) -> None:
    notebook["cells"].remove(cell_of(notebook, "setup"))


def double_locked(notebook: Notebook) -> None:
    notebook["cells"].append(copy.deepcopy(cell_of(notebook, "setup")))


def invent_locked(notebook: Notebook) -> None:
    cell = copy.deepcopy(cell_of(notebook, "setup"))
    cell["metadata"]["nbgrader"]["grade_id"] = "invented"
    notebook["cells"].append(cell)


def reverse(notebook: Notebook) -> None:
    notebook["cells"].reverse()


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (change_locked, "Locked cells edited (the instructor's version counts): setup."),
        (delete_locked, "Locked cells deleted (the instructor's version counts): setup."),
        (double_locked, "Locked cells that are there more than once: setup."),
        (invent_locked, "Cells of another version of the notebook, or of another lesson: invented."),
        (reverse, "Locked cells are in another order."),
    ],
)
def test_what_became_of_locked_cells_is_told(change: Callable[[Notebook], None], note: str) -> None:
    notebook = edition()
    change(notebook)
    assert read(notebook).notes == (note,)


def notebook_of(cells: Any, nbformat: Any = 4) -> bytes:
    return json.dumps({"nbformat": nbformat, "cells": cells}).encode()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is not valid JSON"),
        (b"\x00", "is not valid JSON"),
        (b"\xff", "is not text in UTF-8"),
        (json.dumps({}).encode("utf-16"), "is not text in UTF-8"),
        (b"[" * 100_000, "is not valid JSON"),
        (b"9" * 10_000, "is not valid JSON"),
        (b"null", "is JSON, but no notebook"),
        (b"[]", "is JSON, but no notebook"),
        (notebook_of([], None), "is JSON, but no notebook"),
        (notebook_of([], True), "is JSON, but no notebook"),
        (notebook_of([], 4.0), "is JSON, but no notebook"),
        (notebook_of([], 3), "is in notebook format 3"),
        (notebook_of([], 10**4000), "is in notebook format 100000000,"),
        (notebook_of({}), "is a notebook without cells"),
        (notebook_of([]), "holds no task"),
        (notebook_of([own("x = 1")]), "holds no task"),
        (notebook_of([0] * (MOST_CELLS + 1)), "has 2,001 cells"),
        (b"[" + b"{}," * MOST_BRACKETS + b"0]", "has 1,000,001 lists and dictionaries"),
    ],
)
def test_what_is_no_notebook_of_the_course_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(InvalidFileError) as refused:
        read(data)
    assert str(refused.value).startswith(reason)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
STRANGE = ANYTHING | st.fixed_dictionaries(
    {},
    optional={
        "cell_type": ANYTHING,
        "source": ANYTHING,
        "metadata": ANYTHING
        | st.fixed_dictionaries({"nbgrader": st.fixed_dictionaries({"grade_id": ANYTHING})}),
    },
)


@given(st.lists(STRANGE, max_size=5))
@settings(deadline=None)
def test_no_cell_is_too_strange_to_read_the_others(strange: list[Any]) -> None:
    notebook = with_answers({TASK: "x = 1"})
    notebook["cells"] = [*strange, *notebook["cells"]]
    assert read(notebook).answers[TASK].source.startswith("x = 1")


def test_a_deeply_nested_cell_does_no_harm() -> None:
    data = json.dumps(edition()).replace(
        '"cells": [', '"cells": [{"cell_type": ' + "[" * 500 + "]" * 500 + "},"
    )
    assert read(data.encode()).assignment.lesson == "01"
