"""The card under a check: the state in a word, the hint in words, nothing of the student's taken for HTML."""

from __future__ import annotations

import pytest

from tl_course.exercises.card import card
from tl_course.exercises.checks import Result


def shown(state: str, *details: str) -> str:
    return card(Result("freeze_backbone", state, 0.0, details))


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("passed", "Passed"),
        ("failed", "Not yet"),
        ("crashed", "Stopped by an error"),
        ("not attempted", "Not attempted"),
    ],
)
def test_the_state_is_a_word(state: str, word: str) -> None:
    assert f">{word}</b> <code>freeze_backbone</code>" in shown(state, "in words")


def test_every_state_but_the_two_amber_ones_has_an_edge_of_its_own() -> None:
    edges = {state: shown(state, "")[:60] for state in ("passed", "failed", "crashed", "not attempted")}

    assert len(set(edges.values())) == 3
    assert edges["failed"] == edges["crashed"]


def test_a_hint_is_a_line_of_its_own() -> None:
    html = shown("failed", "1 of 2 parts are right.", "On 3 pictures: expected 1, got 2.")

    assert html.count('<div style="margin') == 2
    assert ">On 3 pictures: expected 1, got 2.</div>" in html


def test_backquotes_become_code() -> None:
    assert "Look at <code>requires_grad</code>." in shown("failed", "Look at `requires_grad`.")


def test_html_in_an_answer_stays_text() -> None:
    assert "<script>" not in shown("failed", "got '<script>alert(1)</script>'")
