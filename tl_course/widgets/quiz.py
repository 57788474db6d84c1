"""A lesson's last questions: each choice is answered with the reason why it is right or wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import ipywidgets
from IPython.display import HTML

from tl_course.errors import CourseError
from tl_course.widgets.live import Line, Live, frame
from tl_course.widgets.options import OPTIONS_STYLE, list_box
from tl_course.widgets.press import PressButton
from tl_course.widgets.quizzes import QUIZZES
from tl_course.widgets.quizzes.questions import Question, Verdict, judge

NOTHING_KEPT = "Choose again as often as you like. Nothing is graded, and nothing is stored."

STYLE = """<style>
.tl-quiz { height: auto; overflow: visible; }
.tl-quiz .tl-card { border-top: 1px solid var(--jp-border-color2, #e0e0e0); padding: 8px 0;
  overflow: visible; }
.tl-quiz .widget-html-content { line-height: 1.45; }
.tl-quiz .tl-card > .widget-button { align-self: flex-start; padding: 0 1.5em; }
.tl-quiz .widget-checkbox { height: auto; width: auto; margin-left: 0; }
.tl-quiz .widget-checkbox label { white-space: normal; height: auto; line-height: 1.35; }
.tl-quiz .widget-checkbox span { white-space: normal; overflow: visible; }
.tl-quiz .tl-right, .tl-quiz .tl-not-yet { border-left: 4px solid #009E73; padding-left: 8px; }
.tl-quiz .tl-not-yet { border-color: #E69F00; }
.tl-quiz .tl-line ul { margin: 0; padding-left: 1.3em; }
</style>"""


def quiz(lesson: str) -> Quiz:
    """The questions of a lesson, such as "01"; raises CourseError where it has none."""
    if lesson not in QUIZZES:
        raise CourseError(f"No quiz for lesson {lesson!r}. There is one for each of {', '.join(QUIZZES)}.")
    return Quiz(lesson, QUIZZES[lesson])


class Quiz(Live):
    """A card for each question, and a line that counts what was right at first try."""

    def __init__(self, lesson: str, questions: Sequence[Question]) -> None:
        self.lesson = lesson
        self.cards = [Card(number, question, self._count) for number, question in enumerate(questions, 1)]
        self.score = ipywidgets.HTML()  # no status: a screen reader is busy with the reason
        rows = [
            ipywidgets.HTML(f"{OPTIONS_STYLE}{STYLE}<div>{NOTHING_KEPT}</div>"),
            *(card.view for card in self.cards),
        ]
        self.panel = frame(f"{len(questions)} questions", *rows, self.score)
        self.panel.add_class("tl-quiz")
        self._count()

    def still(self) -> HTML:
        """The questions with their options, as they are printed."""
        items = "".join(f"<li>{in_print(card.question)}</li>" for card in self.cards)
        return HTML(f"<ol>{items}</ol>")

    def __repr__(self) -> str:
        return f"Quiz of lesson {self.lesson}: {len(self.cards)} questions"

    def _count(self) -> None:
        tried = [card.first_try for card in self.cards if card.first_try is not None]
        self.score.value = f"Right at first try: {sum(tried)} of {len(tried)} answered."


class Card:
    """A question, its options, a button, and the line for the reasons.

    Reasons reach the front end when they are earned; before Check it holds the question and the options.
    `first_try` is whether the first answer was right, None before it; `tried` is called after each Check.
    """

    def __init__(self, number: int, question: Question, tried: Callable[[], None]) -> None:
        self.question, self._tried = question, tried
        self.first_try: bool | None = None
        self.controls = (
            tick_boxes(question) if question.several else [list_box(question.options, "Your answer:")]
        )
        self.button = PressButton("Check", tooltip=f"Check question {number}")
        self.button.on_click(lambda _: self.check())
        self.line = Line()
        for control in self.controls:  # another choice has not been judged yet
            control.observe(lambda _: self.line.say(""), "value")
        head = ipywidgets.HTML(f"<b>{number}.</b> {asked(question)}")
        self.view = ipywidgets.VBox([head, *self.controls, self.button, self.line])
        self.view.add_class("tl-card")

    @property
    def chosen(self) -> list[str]:
        """The options that are chosen now."""
        if self.question.several:
            return [box.description for box in self.controls if box.value]
        return [option for option in [self.controls[0].value] if option is not None]

    def check(self) -> None:
        """Judge what is chosen, as the button does."""
        if not self.chosen:
            self.line.complain("Choose an option first.")
            return
        verdict = judge(self.question, self.chosen)
        if self.first_try is None:
            self.first_try = verdict.right
        self.line.say_html(in_words(self.question, verdict))
        self._tried()


def tick_boxes(question: Question) -> list[ipywidgets.Checkbox]:
    """A box for each option, none ticked."""
    return [
        ipywidgets.Checkbox(description=option, indent=False, style={"description_width": "initial"})
        for option in question.options
    ]


def asked(question: Question) -> str:
    """The question as HTML."""
    return code(question.asks + (" Tick all that fit." if question.several else ""))


def in_print(question: Question) -> str:
    """The question with its options as HTML, the same whichever option is right."""
    options = "".join(f"<li>{escape(option)}</li>" for option in question.options)
    return f"{asked(question)}<ul>{options}</ul>"


def in_words(question: Question, verdict: Verdict) -> str:
    """A verdict as HTML: right or not yet, and the reason for each option that was chosen."""
    word = (
        "Right." if verdict.right else "Not yet: something is missing." if verdict.incomplete else "Not yet."
    )
    if question.several:
        items = (
            f"<li>{'Yes' if option in question.right else 'No'}, <i>{escape(option)}</i>: {code(reason)}</li>"
            for option, reason in verdict.reasons.items()
        )
        reasons = f"<ul>{''.join(items)}</ul>"
    else:
        reasons = code(*verdict.reasons.values())
    return f'<div class="{"tl-right" if verdict.right else "tl-not-yet"}"><b>{word}</b> {reasons}</div>'


def code(text: str) -> str:
    """Plain text as HTML, with backquoted pieces as code."""
    pieces = escape(text).split("`")
    return "".join(f"<code>{piece}</code>" if i % 2 else piece for i, piece in enumerate(pieces))
