"""What every widget of the course has in common: a panel where a kernel answers, a still where none does."""

from __future__ import annotations

import base64
import io
from abc import ABC, abstractmethod
from collections.abc import Collection
from html import escape
from typing import Any

import ipywidgets
from IPython.display import HTML
from matplotlib.figure import Figure
from PIL import Image

STYLE = """<style>
.tl-panel { border: 1px solid var(--jp-border-color1, #bdbdbd); border-radius: 4px; padding: 8px 12px;
  max-width: 1000px; overflow: visible; }
.tl-panel .tl-title { font-weight: 600; }
.tl-panel .tl-line, .tl-panel .tl-line .widget-html-content { white-space: normal; line-height: 1.45; }
.tl-panel .tl-line .tl-error { border-left: 4px solid #b3261e; padding-left: 8px; }
.tl-panel img { max-width: 100%; height: auto; }
[data-jp-theme-light="false"] .tl-panel .widget-dropdown > select {
  background-image: url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 18 18'%3E\
%3Cpath fill='%23e0e0e0' d='M5 7l4 4 4-4z'/%3E%3C/svg%3E"); }
.tl-panel :focus-visible { outline: 2px solid #0072B2; outline-offset: 1px; }
</style>"""


class Live(ABC):
    """A widget of the course, to be the last value of a cell.

    `panel` is what a live front end shows. GitHub, nbviewer, a printed page, and a notebook that was stored
    and not run again show `still()` instead: a figure, or a sentence. Nothing else may depend on a front end:
    the parts are plain functions, and controls can be set from a program as well as by hand.
    """

    panel: ipywidgets.Widget

    @abstractmethod
    def still(self) -> Figure | HTML | str:
        """What stands for the panel where no kernel runs: a figure, HTML, or a sentence in plain text."""

    @abstractmethod
    def __repr__(self) -> str:
        """One line that says what this is; the same in each run, since stored notebooks are compared."""

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        shown = self.still()
        bundle: dict[str, Any] = {"text/plain": repr(self)}
        if isinstance(shown, Figure):
            bundle["image/png"] = base64.b64encode(as_png(shown)).decode("ascii")
        else:
            bundle["text/html"] = shown.data if isinstance(shown, HTML) else f"<p>{escape(shown)}</p>"
        return bundle | {
            kind: value for kind, value in self.panel._repr_mimebundle_().items() if kind != "text/plain"
        }


def frame(title: str, *rows: ipywidgets.Widget) -> ipywidgets.VBox:
    """A panel with a title; the course's style sheet comes with it."""
    head = ipywidgets.HTML(f'{STYLE}<div class="tl-title">{escape(title)}</div>')
    panel = ipywidgets.VBox([head, *rows])
    panel.add_class("tl-panel")
    return panel


def as_png(picture: Figure | Image.Image) -> bytes:
    """A figure or a picture as the bytes of a PNG file."""
    buffer = io.BytesIO()
    if isinstance(picture, Figure):
        picture.savefig(buffer, format="png")
    else:
        picture.save(buffer, format="png")
    return buffer.getvalue()


def img(picture: Figure | Image.Image, alt: str, width: int | None = None) -> str:
    """An HTML image that brings its own pixels; `alt` says in words what it shows, `width` is in pixels."""
    data = base64.b64encode(as_png(picture)).decode("ascii")
    size = f' width="{width}"' if width else ""
    return f'<img src="data:image/png;base64,{data}" alt="{escape(alt, quote=True)}"{size}>'


class Line(ipywidgets.HTML):
    """A line of text that a screen reader reads out when it changes: results, and what was wrong."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.add_class("tl-line")
        self.say(text)

    def say(self, text: str) -> None:
        """Show plain text."""
        self.say_html(escape(text))

    def say_html(self, markup: str) -> None:
        """Show HTML; whoever calls this has escaped what came from outside."""
        self.value = f'<div role="status">{markup}</div>'

    def complain(self, error: BaseException | str) -> None:
        """Show one line for what went wrong: never a traceback."""
        self.say_html(f'<span class="tl-error">{escape(one_line(error))}</span>')


def one_line(error: BaseException | str) -> str:
    """What an error says, in one line; the course's own errors speak for themselves."""
    from tl_course.errors import CourseError

    text = " ".join(str(error).split())
    if isinstance(error, str | CourseError):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
