"""Prediction cards: what can be committed, until when it can be changed, and how a result shows it."""

from __future__ import annotations

from typing import Any

import pytest
from matplotlib.figure import Figure

from tl_course import widgets
from tl_course.errors import CourseError
from tl_course.view.style import new_figure
from tl_course.widgets import prediction
from tl_course.widgets.prediction import ChoicePrediction, NumberPrediction, Prediction


def number(**settings: Any) -> NumberPrediction:
    return widgets.predict("Which share?", 0, 1, **settings)


def choice() -> ChoicePrediction:
    return widgets.choose("Which head?", "linear", "MLP", "no clear difference")


def figure() -> Figure:
    drawn, (axis,) = new_figure(4.0, 2.0)
    axis.plot([0, 1], [0, 1])
    return drawn


def lines(drawn: Figure) -> list[float]:
    return [line.get_xdata()[0] for line in drawn.axes[0].lines if line.get_label() == "your prediction"]


def said(card: Prediction) -> str:
    return str(card.line.value)


either = pytest.mark.parametrize(
    ("card", "answer"), [(number, 0.3), (choice, "MLP")], ids=["number", "choice"]
)


@pytest.fixture(autouse=True)
def no_answer_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answers of other tests are forgotten."""
    monkeypatch.setattr(prediction, "_waiting", {})


@either
def test_without_an_answer_a_result_stays_as_it_is(card: Any, answer: Any, capsys: Any) -> None:
    guess, drawn = card(), figure()
    before = drawn.get_figheight()

    assert guess.value is None
    assert guess.on(drawn) is drawn
    guess.recall(answer)

    assert (drawn.get_figheight(), lines(drawn), drawn.texts, drawn.legends) == (before, [], [], [])
    assert capsys.readouterr().out == ""


@either
def test_the_button_commits_what_was_chosen_and_locks_it(card: Any, answer: Any) -> None:
    guess = card()
    guess.control.value = answer

    guess.button.click()

    assert guess.value == answer
    assert guess.control.disabled
    assert f"Committed: {guess.text(answer)}." in said(guess)


@either
def test_nothing_chosen_is_one_line_and_nothing_committed(card: Any, answer: Any) -> None:
    guess = card()

    guess.button.click()

    assert guess.value is None
    assert not guess.control.disabled
    assert "first." in said(guess)


@either
def test_an_answer_can_be_changed_until_a_result_has_shown_it(card: Any, answer: Any) -> None:
    guess = card()
    guess.commit(answer)

    guess.change.click()
    assert (guess.value, guess.control.disabled, guess.control.value) == (None, False, answer)
    guess.button.click()
    guess.on(figure())

    assert guess.button.disabled
    with pytest.raises(CourseError, match="has been shown"):
        guess.commit(answer)
    assert guess.value == answer


@either
def test_a_second_press_of_commit_takes_nothing_back(card: Any, answer: Any) -> None:
    guess = card()
    guess.commit(answer)

    assert guess.button.disabled
    assert guess.change.layout.display == ""


@either
def test_a_cell_that_runs_again_keeps_the_answer_until_a_result_has_shown_it(card: Any, answer: Any) -> None:
    card().commit(answer)

    again = card()
    assert (again.value, again.control.value, again.control.disabled) == (answer, answer, True)
    again.on(figure())
    assert card().value is None


@either
def test_a_late_press_of_change_takes_nothing_back_that_a_result_has_shown(card: Any, answer: Any) -> None:
    guess = card()
    guess.commit(answer)
    guess.on(figure())

    guess.change.click()

    assert guess.value == answer


@either
def test_an_answer_that_was_taken_back_does_not_come_again(card: Any, answer: Any) -> None:
    guess = card()
    guess.commit(answer)
    guess.change.click()

    assert card().value is None


def test_an_answer_that_is_offered_no_more_is_let_go() -> None:
    widgets.choose("Which?", "this", "that").commit("that")

    assert widgets.choose("Which?", "this", "other").value is None


@either
def test_a_sentence_shows_an_answer_as_a_figure_does(card: Any, answer: Any) -> None:
    guess = card()
    guess.commit(answer)

    guess.recall()

    assert guess.button.disabled


@either
def test_an_answer_can_still_be_given_when_a_result_was_shown_without(card: Any, answer: Any) -> None:
    guess = card()
    guess.on(figure())

    guess.commit(answer)

    assert guess.value == answer


def test_a_committed_number_is_drawn_and_named() -> None:
    guess = number()
    guess.commit(0.3)

    drawn = guess.on(figure())

    assert lines(drawn) == [0.3]
    assert drawn.legends[0].get_texts()[0].get_text() == "your prediction: 0.30"


def test_a_committed_choice_is_written_below() -> None:
    guess = choice()
    guess.commit("MLP")

    assert guess.on(figure()).texts[0].get_text() == "You predicted: MLP"


@pytest.mark.parametrize(
    ("settings", "value", "measured", "sentence"),
    [
        ({}, 0.5, 0.689, "You predicted **0.50**; measured: **0.689**, **0.189** more."),
        ({"step": 0.5, "unit": "s"}, 0.5, 0.2, "You predicted **0.5 s**; measured: **0.2 s**, **0.3** less."),
        ({"step": 1}, 1, 1, "You predicted **1**; measured: **1**, the same."),
    ],
)  # fmt: skip
def test_a_number_is_recalled_with_its_distance(
    settings: Any, value: float, measured: float, sentence: str, capsys: Any
) -> None:
    guess = number(**settings)
    guess.commit(value)

    guess.recall(measured)

    assert capsys.readouterr().out.strip() == sentence


def test_over_powers_of_ten_the_distance_is_a_factor(capsys: Any) -> None:
    guess = widgets.predict("Which percentage?", 0.01, 100, unit="%", log=True)
    guess.commit(10)

    guess.recall(0.1559)

    sentence = "You predicted **10 %**; measured: **0.156 %**, **0.016** times that."
    assert capsys.readouterr().out.strip() == sentence


@pytest.mark.parametrize(
    ("measured", "sentence"),
    [(None, "You predicted: **MLP**."), ("linear", "You predicted: **MLP**. Measured: **linear**.")],
)
def test_a_choice_is_recalled(measured: str | None, sentence: str, capsys: Any) -> None:
    guess = choice()
    guess.commit("MLP")

    guess.recall(measured)

    assert capsys.readouterr().out.strip() == sentence


@pytest.mark.parametrize("wrong", [1.01, -0.01, float("nan"), "0.5", None])
def test_a_number_outside_its_range_answers_nothing(wrong: Any) -> None:
    guess = number()

    with pytest.raises(CourseError):
        guess.commit(wrong)
    assert guess.value is None


def test_a_word_that_is_no_option_answers_nothing() -> None:
    with pytest.raises(CourseError, match="'mlp' is none of the answers: linear, MLP, no clear difference"):
        choice().commit("mlp")


def test_a_program_may_commit_a_number_that_the_list_does_not_offer() -> None:
    guess = number(step=0.1)

    guess.commit(0.1234)

    assert guess.value == 0.1234
    assert guess.control.disabled


def test_a_list_offers_even_steps_or_those_of_each_power_of_ten() -> None:
    even = widgets.predict("How many?", 0, 12, step=4, unit="steps")
    tens = widgets.predict("Which share?", 0.01, 1, log=True)

    assert [text for text, _ in even.control.options] == ["0 steps", "4 steps", "8 steps", "12 steps"]
    assert [value for _, value in tens.control.options] == [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]


@pytest.mark.parametrize("options", [(), ("one",), ("same", "same")])
def test_a_choice_needs_two_different_options(options: tuple[str, ...]) -> None:
    with pytest.raises(CourseError, match="two options or more"):
        widgets.choose("Which?", *options)


@either
def test_where_no_kernel_runs_the_question_and_its_options_are_read(card: Any, answer: Any) -> None:
    bundle = card()._repr_mimebundle_()

    assert "run this notebook" in bundle["text/html"]
    assert card().offer in bundle["text/html"]
    assert bundle["text/plain"] == repr(card())


def test_a_question_is_text_and_no_markup() -> None:
    card = widgets.choose("Is <b> bold?", "yes", "no")

    assert any("Is &lt;b&gt; bold?" in getattr(part, "value", "") for part in card.panel.children)


@either
def test_every_control_is_labelled(card: Any, answer: Any) -> None:
    guess = card()

    assert guess.control.description
    assert guess.button.description
