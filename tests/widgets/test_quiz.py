"""Quizzes: well formed questions, no answer before it is earned, a reason for each choice."""

from __future__ import annotations

import json
import re
from pathlib import Path
from statistics import mean

import ipywidgets
import pytest

from tl_course.errors import CourseError
from tl_course.widgets import Quiz, quiz
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

ONE = Question("Which?", {"this": "It is `this`."}, {"that": "That is <that>.", "other": "The other one."})
MANY = Question(
    "Which ones?",
    {"left": "Left is right.", "right": "So is right."},
    {"up": "Up is not.", "down": "Nor is down."},
    several=True,
)

every_question = pytest.mark.parametrize("question", QUESTIONS)


def reasons(question: Question) -> dict[str, str]:
    return {**question.right, **question.wrong}


def letters(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()


# The questions


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


# What is not yet earned is nowhere


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


def widgets_in(widget: ipywidgets.Widget) -> list[ipywidgets.Widget]:
    children = getattr(widget, "children", ())
    return [widget, *(inner for child in children for inner in widgets_in(child))]


def held(shown: Quiz) -> str:
    """Everything that the widgets of a panel hold, for the front end or for themselves, without their ids."""
    states = []
    for widget in widgets_in(shown.panel):
        values = {**widget.trait_values(), **widget.get_state()}
        states.append({name: str(value) for name, value in values.items() if name not in ("comm", "keys")})
    return re.sub(r"IPY_MODEL_\w+|at 0x\w+", "", json.dumps(states, ensure_ascii=False, sort_keys=True))


@pytest.fixture(scope="module")
def untouched() -> dict[str, Quiz]:
    return {lesson: quiz(lesson) for lesson in QUIZZES}


@pytest.mark.parametrize("lesson", QUIZZES)
def test_before_check_no_widget_holds_a_reason(untouched, lesson: str) -> None:
    state = held(untouched[lesson]) + untouched[lesson]._repr_mimebundle_()["text/html"]

    assert QUIZZES[lesson][0].options[0] in state
    for question in QUIZZES[lesson]:
        assert [reason for reason in reasons(question).values() if reason[:25] in state] == []


def test_before_check_the_widgets_are_the_same_whichever_option_is_right() -> None:
    swapped = Question(ONE.asks, {"that": "Another reason."}, {"this": "No.", "other": "Neither."})

    assert held(Quiz("x", [ONE])) == held(Quiz("x", [swapped]))


def test_choosing_alone_reveals_nothing() -> None:
    shown = Quiz("x", [ONE, MANY])
    shown.cards[0].controls[0].value = "that"
    shown.cards[1].controls[0].value = True

    assert not any(reason in held(shown) for question in (ONE, MANY) for reason in reasons(question).values())
    assert "0 of 0" in shown.score.value


# Answers


def answer(shown: Quiz, number: int, *options: str) -> str:
    """Choose these options, press Check, and return what the line says."""
    card = shown.cards[number]
    if card.question.several:
        for box in card.controls:
            box.value = box.description in options
    else:
        card.controls[0].value = options[0] if options else None
    card.button.click()
    return card.line.value


def test_the_right_option_is_answered_with_its_reason_alone() -> None:
    said = answer(Quiz("x", [ONE]), 0, "this")

    assert "Right." in said
    assert "It is <code>this</code>." in said
    assert "The other one." not in said


def test_a_wrong_option_is_answered_with_its_own_reason_and_may_be_put_right() -> None:
    shown = Quiz("x", [ONE])

    said = answer(shown, 0, "that")
    assert "Not yet." in said
    assert "That is &lt;that&gt;." in said
    assert "It is" not in said
    assert "Right." in answer(shown, 0, "this")


def test_a_reason_goes_when_another_option_is_chosen() -> None:
    shown = Quiz("x", [ONE])
    answer(shown, 0, "that")
    shown.cards[0].controls[0].value = "other"

    assert shown.cards[0].line.value == '<div role="status"></div>'


def test_reasons_are_spoken_by_a_screen_reader() -> None:
    assert 'role="status"' in answer(Quiz("x", [ONE]), 0, "that")


@pytest.mark.parametrize(
    ("ticked", "word", "given", "kept"),
    [
        (("left", "right"), "Right.", ("Left is", "So is"), ("Up is", "Nor is")),
        (("left",), "Not yet: something is missing.", ("Left is",), ("So is", "Up is", "Nor is")),
        (("left", "up"), "Not yet.", ("Left is", "Up is"), ("So is", "Nor is")),
        (("left", "right", "down"), "Not yet.", ("Left is", "So is", "Nor is"), ("Up is",)),
    ],
)
def test_of_several_options_those_that_are_ticked_get_their_reasons(ticked, word, given, kept) -> None:
    said = answer(Quiz("x", [MANY]), 0, *ticked)

    assert word in said
    assert all(reason in said for reason in given)
    assert said.count("Yes, ") == len(MANY.right.keys() & ticked)
    assert not any(reason in said for reason in kept)


def test_check_without_a_choice_asks_for_one_and_is_no_try() -> None:
    shown = Quiz("x", [ONE])

    assert "Choose an option first." in answer(shown, 0)
    answer(shown, 0, "this")
    assert "1 of 1" in shown.score.value


def test_only_the_first_try_counts() -> None:
    shown = Quiz("x", [ONE, MANY])
    answer(shown, 0, "that")
    answer(shown, 0, "this")
    answer(shown, 1, "left", "right")
    answer(shown, 1, "up")

    assert shown.score.value == "Right at first try: 1 of 2 answered."


@every_question
def test_every_question_can_be_answered_right_and_each_slip_gets_its_reason(question: Question) -> None:
    assert judge(question, question.right).right
    for option, reason in question.wrong.items():
        verdict = judge(question, [option])
        assert not verdict.right
        assert verdict.reasons == {option: reason}


# Where no kernel runs


def test_a_printed_quiz_has_every_question_with_its_options(untouched) -> None:
    page = untouched["04"]._repr_mimebundle_()["text/html"]

    assert page.count("<li>") == sum(1 + len(question.options) for question in QUIZZES["04"])
    assert "<code>GradScaler</code>" in page
    assert "Tick all that fit." in page


def test_a_quiz_is_stored_the_same_in_each_run() -> None:
    one, other = (quiz("01")._repr_mimebundle_() for _ in range(2))

    assert one["text/plain"] == other["text/plain"] == "Quiz of lesson 01: 6 questions"
    assert one["text/html"] == other["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in one


def test_it_says_that_nothing_is_graded_or_stored(untouched) -> None:
    assert "Nothing is graded, and nothing is stored." in held(untouched["00"])


def test_a_lesson_without_a_quiz_is_named_with_those_that_have_one() -> None:
    with pytest.raises(CourseError, match=r"No quiz for lesson '1'\. There is one for each of 00, 01, 02"):
        quiz("1")
