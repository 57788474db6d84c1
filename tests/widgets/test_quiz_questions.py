"""The questions of the quizzes: well formed, a reason for each option, no hint at which one is right."""

from __future__ import annotations

import json
import re
from pathlib import Path
from statistics import mean

import pytest

from tl_course.widgets.quizzes import QUIZZES
from tl_course.widgets.quizzes.questions import Question, judge

ROOT = Path(__file__).parents[2]
QUESTIONS = [
    pytest.param(question, id=f"{lesson}-{number}")
    for lesson, questions in QUIZZES.items()
    for number, question in enumerate(questions, start=1)
]
SINGLE = [q for questions in QUIZZES.values() for q in questions if not q.several]
HEDGES = re.compile(r"\b(may|might|can|could|often|usually|sometimes|perhaps|about|some|part|likely)\b")

every_question = pytest.mark.parametrize("question", QUESTIONS)


def reasons(question: Question) -> dict[str, str]:
    return {**question.right, **question.wrong}


def letters(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()


@pytest.mark.parametrize("lesson", QUIZZES)
def test_a_lesson_has_four_to_six_questions(lesson: str) -> None:
    asked = [question.asks for question in QUIZZES[lesson]]

    assert 4 <= len(set(asked)) == len(asked) <= 6


def test_every_lesson_has_a_quiz_at_its_end() -> None:
    for path in sorted((ROOT / "notebooks").glob("0[0-5]_*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells]
        place = next(i for i, source in enumerate(sources) if f'widgets.quiz("{path.name[:2]}")' in source)
        assert "## Check yourself" in sources[place - 1], path.name
        assert cells[place]["cell_type"] == "code"
        assert place == len(cells) - 2, "after it come the links, and nothing else"


@every_question
def test_a_question_has_right_and_wrong_options(question: Question) -> None:
    assert len(question.right) == 1 or question.several
    assert question.right
    assert 2 <= len(question.wrong) <= 4


@every_question
def test_no_two_options_are_the_same(question: Question) -> None:
    options = [letters(option) for option in question.options]

    assert len(set(options)) == len(options) == len(question.right) + len(question.wrong)


@every_question
def test_no_option_is_about_the_other_options(question: Question) -> None:
    about_others = re.compile(r"\b(all|none|both|any) of (the|these|them|above)\b|\babove\b")

    assert [option for option in question.options if about_others.search(option)] == []


@every_question
def test_each_option_has_a_reason_of_its_own_that_says_more_than_the_option(question: Question) -> None:
    given = reasons(question)

    assert len(set(given.values())) == len(given)
    for option, reason in given.items():
        assert len(reason) >= 20
        assert letters(option) not in letters(reason) or len(letters(option)) < 10
        assert reason.rstrip().endswith(".")


@every_question
def test_a_reason_is_two_sentences_at_most(question: Question) -> None:
    sentences = {reason: len(re.findall(r"[.?!](?=\s|$)", reason)) for reason in reasons(question).values()}

    assert {reason: count for reason, count in sentences.items() if count > 2} == {}


@every_question
def test_code_is_between_two_backquotes(question: Question) -> None:
    for text in (question.asks, *reasons(question).values()):
        assert text.count("`") % 2 == 0
    assert "`" not in "".join(question.options)  # a list box shows plain text


# Nothing about an option tells that it is the right one


def test_the_order_of_options_is_kept_and_does_not_depend_on_which_is_right() -> None:
    for question in SINGLE:
        swapped = Question(question.asks, question.wrong, question.right)
        assert question.options == swapped.options


def test_the_right_option_is_at_no_place_too_often() -> None:
    places = [question.options.index(next(iter(question.right))) for question in SINGLE]

    assert set(places) == {0, 1, 2, 3}
    assert max(places.count(place) for place in range(4)) <= 0.35 * len(places)


@pytest.mark.parametrize("extreme", [max, min])
def test_the_right_option_is_not_known_by_its_length(extreme) -> None:
    told = [
        len(next(iter(question.right))) == extreme(len(option) for option in question.options)
        for question in SINGLE
    ]

    assert mean(told) <= 1 / 3


def test_the_right_option_is_not_known_by_its_caution() -> None:
    right = [bool(HEDGES.search(option)) for question in SINGLE for option in question.right]
    wrong = [bool(HEDGES.search(option)) for question in SINGLE for option in question.wrong]

    assert mean(right) <= mean(wrong) + 0.1


@every_question
def test_every_question_can_be_answered_right_and_each_slip_gets_its_reason(question: Question) -> None:
    assert judge(question, question.right).right
    for option, reason in question.wrong.items():
        verdict = judge(question, [option])
        assert not verdict.right
        assert verdict.reasons == {option: reason}


# What is not yet earned is in no notebook


def words_of(path: Path) -> str:
    """Everything that can be read in a stored notebook: its cells, and their outputs but for pictures."""
    texts: list[str] = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        texts.extend(cell["source"])
        for output in cell.get("outputs", []):
            texts.extend(output.get("text", []))
            data = output.get("data", {})
            texts.extend(str(data[kind]) for kind in data if kind != "image/png")
    return letters(" ".join(texts))


def test_no_stored_notebook_holds_a_reason_or_the_answers_of_a_lesson() -> None:
    given = [letters(why) for questions in QUIZZES.values() for q in questions for why in reasons(q).values()]
    folders = [ROOT / name for name in ("notebooks", "exercises", "solutions")]
    paths = [path for folder in folders for path in folder.glob("*.ipynb")]
    assert len(paths) >= len(QUIZZES)
    for path in paths:
        words = words_of(path)
        assert [reason for reason in given if reason in words] == [], path.name
        assert "<summary>Answers" not in path.read_text(encoding="utf-8"), path.name
