"""A quiz as a widget: no answer before it is earned, a reason for each choice, a printed form."""

from __future__ import annotations

import json
import re

import ipywidgets
import pytest

from tl_course.errors import CourseError
from tl_course.widgets import Quiz, quiz
from tl_course.widgets.quizzes import QUIZZES
from tl_course.widgets.quizzes.questions import Question

ONE = Question("Which?", {"this": "It is `this`."}, {"that": "That is <that>.", "other": "The other one."})
MANY = Question(
    "Which ones?",
    {"left": "Left is right.", "right": "So is right."},
    {"up": "Up is not.", "down": "Nor is down."},
    several=True,
)


def reasons(question: Question) -> dict[str, str]:
    return {**question.right, **question.wrong}


# What is not yet earned is nowhere


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
