"""A result as a small card in a notebook: green, amber with the hint, grey for not attempted."""

from __future__ import annotations

from html import escape

from tl_course.exercises.checks import WORDS, Result

EDGES = {"passed": "#1b9e5a", "failed": "#e08a00", "crashed": "#e08a00", "not attempted": "#8a8a8a"}


def card(result: Result) -> str:
    """HTML in the theme's own text colour; the word carries the meaning, the coloured edge repeats it."""
    word = WORDS[result.state].capitalize()
    lines = "".join(f'<div style="margin-top: 0.3em">{_code(escape(line))}</div>' for line in result.details)
    return (
        f'<div style="border-left: 8px solid {EDGES[result.state]}; padding: 0.3em 0.8em; max-width: 50em">'
        f"<div><b>{word}</b> <code>{escape(result.name)}</code></div>{lines}</div>"
    )


def _code(text: str) -> str:
    """Backquoted pieces as code, as Markdown would show them."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return text
    return "".join(f"<code>{piece}</code>" if i % 2 else piece for i, piece in enumerate(pieces))
