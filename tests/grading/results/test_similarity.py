"""Copies are found under other names and comments; what the task forces, or many wrote, is no evidence."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable
from itertools import combinations

import pytest

from tl_course.grading.results.fingerprints import LENGTH, LONGEST, WINDOW, fingerprints
from tl_course.grading.results.similarity import Pair, Shared, evidence, similar, similarity_page

from ...exercises.library import TASKS, cell, known_answers

LONG_TASKS = ("compare_two_families", "grad_cam_by_hand", "mixed_step", "cats_and_dogs")
LESSON = {task: lesson for lesson, task in TASKS}


def right(task: str) -> list[str]:
    return [known.source for known in known_answers(LESSON[task], task) if known.right]


def stranger(number: int) -> str:
    """Code of about 150 tokens that shares nothing with a stranger of another number."""
    lines = [
        f"    a = a.step{number}_{line}(a[{line}], width={number}) + a.other{number}" for line in range(9)
    ]
    return "def answer(a):\n" + "\n".join(lines) + "\n    return a\n"


def a_class(*sources: str, strangers: int = 30) -> dict[str, str]:
    """Students s0, s1, ... with these answers among others who share nothing."""
    own = {f"s{number}": source for number, source in enumerate(sources)}
    return own | {f"z{number}": stranger(number) for number in range(strangers)}


class _Renamed(ast.NodeTransformer):
    KEPT = ("torch", "F", "nn", "tl", "copy")

    def visit_Name(self, node: ast.Name) -> ast.Name:
        known = node.id in self.KEPT or hasattr(builtins, node.id)
        return node if known else ast.Name(f"my_{node.id}", node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(f"my_{node.arg}")


def renamed(source: str) -> str:
    return ast.unparse(_Renamed().visit(ast.parse(source)))


def commented(source: str) -> str:
    return "# all my own work\n" + source.replace("\n    ", "  # here\n\n    ")


def documented(source: str) -> str:
    return re.sub(r"^(def .*:)$", r'\1\n    """What it does, in my words."""', source, flags=re.MULTILINE)


def reformatted(source: str) -> str:
    return source.replace('"', "'").replace("1e-2", "0.01").replace(", ", " ,  ")


DISGUISES = [renamed, commented, documented, reformatted, lambda source: renamed(commented(source))]


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("task", LONG_TASKS)
def test_a_copy_in_disguise_is_found(task: str, disguise: Callable[[str], str]) -> None:
    source = right(task)[0]
    assert disguise(source) != source or disguise is reformatted

    (pair,) = similar({task: a_class(source, disguise(source))}, {})

    assert (pair.a, pair.b) == ("s0", "s1")
    assert [one.task for one in pair.tasks] == [task]
    assert pair.tasks[0].share > 0.95


@pytest.mark.parametrize("task", LONG_TASKS)
def test_a_copy_with_lines_of_its_own_is_found(task: str) -> None:
    source = right(task)[0]
    first, *rest = source.splitlines()
    changed = "\n".join([first, "    print('started')", *rest])

    assert [(pair.a, pair.b) for pair in similar({task: a_class(source, changed)}, {})] == [("s0", "s1")]


def test_independent_right_answers_to_every_task_are_not_alike() -> None:
    answers = {task: a_class(*right(task)) for lesson, task in TASKS if lesson != "00"}

    assert similar(answers, {}) == []


def test_what_everyone_has_does_not_count() -> None:
    source = right("grad_cam_by_hand")[0]

    assert similar({"task": a_class(*[source] * 30, strangers=0)}, {}) == []
    assert similar({"task": a_class(*[source] * 10)}, {}) == []


def test_what_everyone_has_does_not_hide_a_copied_rest() -> None:
    common, rest = right("grad_cam_by_hand")[0], stranger(-1) * 2
    answers = {f"s{number}": f"{common}\n\n{stranger(number)}" for number in range(30)}

    (pair,) = similar({"task": {**answers, "x": f"{common}\n\n{rest}", "y": f"{common}\n\n{rest}"}}, {})

    assert (pair.a, pair.b) == ("x", "y")


def test_the_stub_does_not_count() -> None:
    stub = right("grad_cam_by_hand")[0]

    assert similar({"task": a_class(stub, stub)}, {"task": stub}) == []


def test_a_short_task_is_never_evidence() -> None:
    short = "def answer(model):\n    return model.requires_grad_(False).eval()\n"

    assert similar({f"task{n}": a_class(short, short) for n in range(40)}, {}) == []


def test_choices_and_numbers_are_never_evidence() -> None:
    data = "ANSWERS = {" + ", ".join(f'"q{n}": {n} * 7 + 1e-{n}' for n in range(60)) + "}"

    assert similar({"task": a_class(data, data)}, {}) == []


def test_evidence_is_summed_over_tasks() -> None:
    source = right("cats_and_dogs")[1]
    one = similar({"a": a_class(source, source)}, {})
    two = similar({"a": a_class(source, source), "b": a_class(source, source)}, {})

    assert [shared.task for shared in two[0].tasks] == ["a", "b"]
    assert two[0].bits == pytest.approx(2 * one[0].bits)


def test_the_fewer_have_it_the_more_it_counts() -> None:
    source = right("grad_cam_by_hand")[0]
    two = similar({"task": a_class(source, source)}, {})
    three = similar({"task": a_class(source, source, source)}, {})

    assert len(three) == 3
    assert two[0].bits > three[0].bits


def test_a_larger_class_asks_for_more_evidence() -> None:
    assert evidence(3000) > evidence(200) > evidence(30)


def test_code_with_a_syntax_error_is_compared_by_its_tokens() -> None:
    broken = right("grad_cam_by_hand")[0] + "\nreturn ("

    (pair,) = similar({"task": a_class(broken, commented(broken))}, {})

    assert (pair.a, pair.b) == ("s0", "s1")


def test_a_syntax_error_hides_no_copy() -> None:
    source = right("grad_cam_by_hand")[0]

    assert len(similar({"task": a_class(source, source + "\nreturn (")}, {})) == 1


def test_copied_text_is_found_and_different_text_is_not() -> None:
    model = cell("01", "right_at_home_wrong_abroad").source
    other = cell("02", "a_plan_for_your_data").source
    stubs = {"task": "YOUR ANSWER HERE"}

    assert len(similar({"task": a_class(model, model.upper())}, stubs)) == 1
    assert similar({"task": a_class(model, other)}, stubs) == []


def test_text_without_spaces_between_words_is_compared_too() -> None:
    text = "".join(chr(0x4E00 + (n * n * 37) % 5000) for n in range(200))

    assert len(similar({"task": a_class(text, text)}, {"task": "YOUR ANSWER HERE"})) == 1


HOSTILE = {
    "empty": "",
    "null bytes": "x = 1\0" * 100,
    "half a surrogate pair": "def f():\n    return '\ud800'\n" * 30,
    "brackets": "(" * 5000,
    "signs": "-" * 9000 + "1",
    "a sum": "+".join("1" * 4900),
    "attributes": "def f():\n    return a" + ".b" * 4000,
    "calls": "f(" * 90 + ")" * 90,
    "not": "not " * 2400 + "x",
    "lambdas": "lambda: " * 1200 + "1",
    "nested blocks": "\n".join(" " * depth + "if x:" for depth in range(99)),
    "a bad escape": "def f():\n    return '\\d'\n",
    "huge": "x = 1\n" * 1_000_000,
    "a long line": "x" * (LONGEST * 100),
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("prose", [False, True])
def test_no_source_raises(source: str, prose: bool) -> None:
    assert isinstance(fingerprints(source, prose), frozenset)


def test_a_shared_run_of_the_guaranteed_length_is_always_seen() -> None:
    words = [f"word{n}" for n in range(400)]
    run = words[: LENGTH + WINDOW - 1]

    for place in range(40):
        one = " ".join([*words[100 : 100 + place], *run, *words[200:220]])
        other = " ".join([*words[300:330], *run, *words[350 : 390 - place]])
        assert fingerprints(one, prose=True) & fingerprints(other, prose=True)


def test_the_order_of_the_students_changes_nothing() -> None:
    sources = [right(task)[0] for task in LONG_TASKS]
    answers = a_class(*[source for source in sources for _ in range(2)])
    backwards = dict(reversed(answers.items()))

    pairs = similar({"task": answers}, {})

    assert [(pair.a, pair.b) for pair in pairs] != []
    assert pairs == similar({"task": backwards}, {})


def page(source: str, name: str = "Zoë Müller", pairs: int = 1) -> str:
    keys = [f"s{number}" for number in range(pairs + 1)]
    alike = [Pair(a, b, (Shared("task", 40.0, 0.9),)) for a, b in list(combinations(keys, 2))[:pairs]]
    answers = {"task": dict.fromkeys(keys, source)}
    return similarity_page(alike, answers, {"task": "A task"}, dict.fromkeys(keys, name), most=2)


def test_the_page_says_what_it_is_and_shows_both_cells() -> None:
    text = page("def answer(): ...")

    assert "Something to look at, never a verdict" in text
    assert text.count("def answer(): ...") == 2
    assert "Zoë Müller" in text
    assert "A task" in text


def test_the_page_is_deaf_to_what_students_write() -> None:
    text = page("</pre><script>alert(1)</script>\ud800", name="<img src=x onerror=alert(1)>")

    assert "<script" not in text
    assert "<img" not in text
    assert "default-src 'none'" in text
    assert text.encode("utf-8")


def test_the_page_says_how_many_pairs_it_leaves_out() -> None:
    assert "1 further pair with less evidence" in page("x", pairs=3)


def test_the_page_of_a_class_without_pairs_says_so() -> None:
    assert "No two answers are alike" in similarity_page([], {}, {}, {})
