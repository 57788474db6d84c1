"""Every check against every known answer: right ones pass in any writing, wrong ones get their hint."""

from __future__ import annotations

import ast
from pathlib import Path
from random import Random
from typing import Any

import pytest
import torch

from tl_course.exercises import check
from tl_course.exercises.checks import compared
from tl_course.exercises.notebook import probed
from tl_course.exercises.plain import plain
from tl_course.exercises.registry import find_check

from .library import FOLDER, TASKS, Known, known_answers, reference, run

ANSWERS = [answer for lesson, task in TASKS for answer in known_answers(lesson, task)]
RIGHT = [answer for answer in ANSWERS if answer.right]
WRONG = [answer for answer in ANSWERS if not answer.right]
IN_NOTEBOOKS = [(lesson, task) for lesson, task in TASKS if lesson != "00"]
FUNCTIONS = [task for _, task in TASKS if find_check(task).probe]
WEIRD = [
    None,
    True,
    0,
    -1.5,
    float("nan"),
    "",
    "x",
    [],
    {},
    [None],
    {"a": None},
    torch.zeros(0),
    torch.ones(2, 3),
]


@pytest.mark.parametrize("answer", RIGHT, ids=str)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_right_answer_passes(answer: Known, seed: int) -> None:
    result = check(answer.task, run(answer.lesson, answer.task, answer.source), seed=seed)

    assert (result.state, result.score) == ("passed", 1.0), result.message


@pytest.mark.parametrize("answer", WRONG, ids=str)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_wrong_answer_gets_its_own_hint(answer: Known, seed: int) -> None:
    result = check(answer.task, run(answer.lesson, answer.task, answer.source), seed=seed)

    assert result.score < 1
    assert answer.hint in result.message


@pytest.mark.parametrize(("lesson", "task"), IN_NOTEBOOKS, ids=str)
def test_the_reference_scores_everything(lesson: str, task: str) -> None:
    result = check(task, run(lesson, task, reference(lesson, task)), seed=11)

    assert result.score == 1, result.message


@pytest.mark.parametrize(("lesson", "task"), TASKS, ids=str)
def test_a_task_has_two_right_answers_and_three_wrong_ones_with_hints_of_their_own(
    lesson: str, task: str
) -> None:
    answers = known_answers(lesson, task)
    hints = [answer.hint for answer in answers if not answer.right]

    assert sum(answer.right for answer in answers) >= 2
    assert len(hints) >= 3
    assert all(hints)
    assert len(set(hints)) == len(hints)


def test_the_library_knows_no_task_that_does_not_exist() -> None:
    files = {(path.parent.name, path.stem) for path in FOLDER.rglob("*.py")}

    assert files == set(TASKS)


@pytest.mark.parametrize("task", FUNCTIONS)
@pytest.mark.parametrize("idle", [lambda *a, **k: None, lambda *a, **k: a[0]], ids=["None", "its argument"])
def test_an_answer_that_does_nothing_scores_nothing(task: str, idle: Any) -> None:
    assert check(task, idle).score == 0


@pytest.mark.parametrize("task", FUNCTIONS)
def test_values_of_any_form_fail_without_a_traceback(task: str) -> None:
    chosen = find_check(task)
    inputs = chosen.draw(Random("0"))

    for values in WEIRD:
        parts = compared(chosen, inputs, values)
        assert any(parts.values()), values
        assert all(hint is None or hint.on(chosen.on(inputs)) for hint in parts.values())


@pytest.mark.parametrize(("lesson", "task"), [pair for pair in IN_NOTEBOOKS if pair[1] in FUNCTIONS], ids=str)
def test_what_goes_between_the_processes_is_plain_data(lesson: str, task: str) -> None:
    chosen = find_check(task)
    inputs = chosen.draw(Random("3"))
    assert chosen.probe

    values = chosen.probe(run(lesson, task, reference(lesson, task)), chosen.draw(Random("3")))

    assert same(inputs, plain(inputs))
    assert same(values, plain(values))


@pytest.mark.parametrize(("lesson", "task"), [pair for pair in IN_NOTEBOOKS if pair[1] in FUNCTIONS], ids=str)
def test_a_check_draws_other_inputs_from_another_seed(lesson: str, task: str) -> None:
    draw = find_check(task).draw

    assert same(draw(Random("1")), draw(Random("1")))
    assert not all(same(draw(Random("1")), draw(Random(str(seed)))) for seed in range(2, 8))


@pytest.mark.parametrize("task", FUNCTIONS)
def test_a_probe_lives_apart_from_what_is_expected(task: str) -> None:
    probe = find_check(task).probe
    assert probe
    tree = ast.parse(Path(probe.__code__.co_filename).read_text(encoding="utf-8"))

    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]

    assert probe.__module__.endswith(".probes")
    assert [name for name in modules if name.startswith("tl_course.exercises.lesson")] == []


def test_a_probe_turns_an_error_into_a_sentence() -> None:
    def broken(model: Any) -> Any:
        return model.no_such_thing

    chosen = find_check("count_trainable")
    assert chosen.probe
    reply = probed(chosen.probe, broken, chosen.draw(Random("0")))

    assert reply.state == "crashed"
    assert "AttributeError in line" in reply.problem


def same(one: Any, other: Any) -> bool:
    """Equal in type and content, tensors included."""
    if type(one) is not type(other):
        return (
            isinstance(one, list | tuple) and isinstance(other, list | tuple) and same(list(one), list(other))
        )
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return one == other or (one != one and other != other)
