"""Prediction cards: the student commits a guess before a run, and the result shows it."""

from __future__ import annotations

import math
from abc import abstractmethod
from contextlib import suppress
from html import escape
from numbers import Real
from typing import Any, Literal, TypeVar

import ipywidgets
from matplotlib.figure import Figure

from tl_course.errors import CourseError
from tl_course.view import say
from tl_course.view.predictions import caption_prediction, draw_prediction
from tl_course.widgets.live import Line, Live, frame
from tl_course.widgets.options import OPTIONS_STYLE, list_box
from tl_course.widgets.press import PressButton

# Question -> the card whose answer no result has shown yet. Shift + Enter on a card runs its cell again: the
# new card takes the answer over.
_waiting: dict[str, Prediction] = {}


class Prediction(Live):
    """A question, a control, and a button that commits the answer; another one takes it back.

    `value` is None until then, and everything runs without it. A committed answer can be changed until a
    result has shown it.
    """

    def __init__(self, question: str, control: Any) -> None:
        self.question = question
        self.value: Any = None
        self.control = control
        self.button, self.change = PressButton("Commit"), PressButton("Change")
        self.change.layout.display = "none"
        self.line = Line()
        self._shown = False
        self.button.on_click(lambda _: self._press())
        self.change.on_click(lambda _: self._take_back())
        asked = ipywidgets.HTML(f'{OPTIONS_STYLE}<div class="tl-line">{escape(question)}</div>')
        row = ipywidgets.HBox(
            [self.button, self.change, self.line], layout={"flex_flow": "row wrap", "align_items": "center"}
        )
        self.panel = frame("Predict", asked, control, row)
        self.panel.add_class("tl-predict")

    @abstractmethod
    def text(self, value: Any) -> str:
        """A value as it is written, with its unit."""

    @abstractmethod
    def checked(self, value: Any) -> Any:
        """The value as it is kept; raises CourseError for one that answers nothing."""

    @abstractmethod
    def on(self, figure: Figure, axis: Literal["x", "y"] = "x", panel: int | None = None) -> Figure:
        """The same figure, with the prediction on it; unchanged where nothing was committed."""

    @abstractmethod
    def recall(self, measured: Any = None) -> None:
        """Say what was predicted, beside what was measured; nothing where nothing was committed."""

    def commit(self, value: Any) -> None:
        """Commit `value`, as the button does with what was chosen.

        Raises CourseError for a value that answers nothing, and where a result has shown the last one.
        """
        if self.value is not None and self._shown:
            raise CourseError("The result has been shown. Run the cell of this card again for a new one.")
        self.value = self.checked(value)
        offered = [option for _, option in self.control.options]
        self.control.value = self.value if self.value in offered else None
        self._lock(True)
        _waiting[self.question] = self
        self.line.say(f"Committed: {self.text(self.value)}. You will see it beside the result.")

    def still(self) -> str:
        """The question with its options."""
        if self.value is not None:
            return f"{self.question} You predicted: {self.text(self.value)}."
        return f"Predict: {self.question} ({self.offer}; run this notebook to commit yours)"

    @property
    @abstractmethod
    def offer(self) -> str:
        """What can be answered, in a few words."""

    def __repr__(self) -> str:
        given = "nothing committed" if self.value is None else f"committed: {self.text(self.value)}"
        return f"{type(self).__name__}({self.question!r}, {given})"

    def _press(self) -> None:
        try:
            self.commit(self.control.value)
        except CourseError as error:
            self.line.complain(error)

    def _take_back(self) -> None:
        if self._shown:  # pressed while the cell of the result was running
            return
        self.value = None
        _waiting.pop(self.question, None)
        self._lock(False)
        self.line.say("Choose again, and commit.")

    def _lock(self, committed: bool) -> None:
        self.control.disabled = self.button.disabled = committed
        self.change.layout.display = "" if committed else "none"

    def _show(self) -> None:
        """A result shows the answer: from here on it stays."""
        self._shown = True
        _waiting.pop(self.question, None)
        self.button.description, self.change.layout.display = "Committed", "none"
        self.line.say(f"You predicted: {self.text(self.value)}. The result shows it.")


class NumberPrediction(Prediction):
    """A number from `low` to `high`; `step` and `log` only choose what the list offers."""

    def __init__(
        self, question: str, low: float, high: float, step: float = 0.05, unit: str = "", log: bool = False
    ) -> None:
        self.low, self.high, self.unit, self.log = low, high, unit, log
        self._digits = 3 if log else max(0, -math.floor(math.log10(step)))
        values = _decades(low, high) if log else _steps(low, high, step)
        options = [(self.text(value), value) for value in values]
        super().__init__(
            question,
            ipywidgets.Dropdown(
                options=options, value=None, description="Your prediction",
                style={"description_width": "initial"}, layout={"width": "max-content"},
            ),
        )  # fmt: skip

    def text(self, value: float) -> str:
        """The number with its unit."""
        number = f"{value:g}" if self.log else f"{value:.{self._digits}f}"
        return f"{number} {self.unit}".rstrip()

    def checked(self, value: Any) -> float:
        """The number as a float; raises CourseError where it is none, or out of the range."""
        if value is None:
            raise CourseError("Choose a number first.")
        if not (isinstance(value, Real) and self.low <= float(value) <= self.high):
            raise CourseError(f"{value!r} is no number from {self.low:g} to {self.high:g}: give one that is.")
        return float(value)

    @property
    def offer(self) -> str:
        """The range."""
        return f"a number from {self.text(self.low)} to {self.text(self.high)}"

    def on(self, figure: Figure, axis: Literal["x", "y"] = "x", panel: int | None = None) -> Figure:
        """The same figure with the number as a dashed line; unchanged where none was committed.

        Args:
            figure: of the result.
            axis: along which the number is measured.
            panel: the number of the panel, from 0; all of them where it is None.
        """
        if self.value is None:
            return figure
        self._show()
        return draw_prediction(figure, self.value, self.text(self.value), axis, panel)

    def recall(self, measured: float | None = None) -> None:
        """Say the number, and how far it is from `measured`, in the same unit."""
        if self.value is None:
            return
        self._show()
        text = f"You predicted **{self.text(self.value)}**"
        say(f"{text}." if measured is None else f"{text}; measured: {self._compare(float(measured))}.")

    def _compare(self, measured: float) -> str:
        if self.log:
            return f"**{f'{measured:.3g} {self.unit}'.rstrip()}**, **{measured / self.value:.2g}** times that"
        digits = self._digits + 1
        off = round(measured - self.value, digits)
        found = f"{round(measured, digits):g} {self.unit}".rstrip()
        return f"**{found}**, " + (f"**{abs(off):g}** {'more' if off > 0 else 'less'}" if off else "the same")


class ChoicePrediction(Prediction):
    """One of some answers in words."""

    def __init__(self, question: str, *options: str) -> None:
        if len(options) < 2 or len(set(options)) < len(options):
            raise CourseError(f"A choice needs two options or more, each once; it got {options}.")
        self.options = options
        super().__init__(
            question,
            list_box(options, "Your prediction"),
        )

    def text(self, value: str) -> str:
        """The option."""
        return value

    def checked(self, value: Any) -> str:
        """The option itself; raises CourseError for what is none of them."""
        if value is None:
            raise CourseError("Choose an answer first.")
        if value not in self.options:
            raise CourseError(f"{value!r} is none of the answers: {', '.join(self.options)}.")
        return str(value)

    @property
    def offer(self) -> str:
        """The options."""
        return " / ".join(self.options)

    def on(self, figure: Figure, axis: Literal["x", "y"] = "x", panel: int | None = None) -> Figure:
        """The same figure with the answer written below it; unchanged where none was committed."""
        if self.value is None:
            return figure
        self._show()
        return caption_prediction(figure, self.value)

    def recall(self, measured: str | None = None) -> None:
        """Say the answer, and what was `measured`, in the words of the options."""
        if self.value is None:
            return
        self._show()
        say(f"You predicted: **{self.value}**." + (f" Measured: **{measured}**." if measured else ""))


Card = TypeVar("Card", bound=Prediction)


def predict(
    question: str, low: float, high: float, step: float = 0.05, unit: str = "", log: bool = False
) -> NumberPrediction:
    """A card that asks for a number before a run; a second call keeps an answer that no result has shown.

    Args:
        question: in plain text.
        low: the smallest number that can be committed.
        high: the largest.
        step: between the numbers that the card offers.
        unit: after the number.
        log: offer 1, 2 and 5 of each power of ten instead, and compare by a factor.
    """
    return _with_the_answer_of_before(NumberPrediction(question, low, high, step, unit, log))


def choose(question: str, *options: str) -> ChoicePrediction:
    """A card that asks for one of the `options` before a run, in their order; all in plain text.

    A second call keeps an answer that no result has shown.

    Raises CourseError for less than two options, or one that is given twice.
    """
    return _with_the_answer_of_before(ChoicePrediction(question, *options))


def _with_the_answer_of_before(card: Card) -> Card:
    """The card, with an answer that was committed to its question and that no result has shown yet."""
    earlier = _waiting.pop(card.question, None)
    if earlier is not None:
        with suppress(CourseError):  # the question stayed, and what it offers has changed
            card.commit(earlier.value)
    return card


def _steps(low: float, high: float, step: float) -> list[float]:
    return [round(low + step * index, 10) for index in range(round((high - low) / step) + 1)]


def _decades(low: float, high: float) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    values = [float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5)]
    return [value for value in values if low <= value <= high]
