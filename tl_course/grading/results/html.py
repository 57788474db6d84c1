"""Templates to HTML: self-contained, without scripts, every sign of a student's escaped."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from tl_course.grading.records import STATES, Outcome
from tl_course.grading.results.sheets import visible
from tl_course.grading.results.tally import WORK_STATES, Work, name_of, shown

PLAIN = re.compile(r"[a-z0-9_](?:[a-z0-9_@+.-]{0,78}[a-z0-9_])?")
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")  # no names of files on Windows
LONGEST = 100_000  # signs of a cell; the rest of it is cut
COLOURED, LINE = 10_000, 200  # signs of a cell, of a line; with more of them the lexer takes its time


def render(template: str, **values: Any) -> str:
    """The page that a template of this folder makes of `values`."""
    text: str = _environment().get_template(template).render(**values)
    return text.rstrip() + "\n"


def feedback_name(key: str) -> str:
    """The name of a student's page: a plain key's own, else with a part that makes it unique."""
    if PLAIN.fullmatch(key) and not DEVICES.fullmatch(key):
        return f"{key}.html"
    readable = re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")[:40]
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{readable}~{digest}.html"


def by_task(work: Work) -> dict[str, Outcome]:
    """A work's outcomes by the names of their tasks."""
    return {one.task: one for one in work.outcomes}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("tl_course.grading.results"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.filters.update(points=shown, code=_code, cut=_cut, spans=_spans)
    environment.filters.update(person=name_of, page=feedback_name, by_task=by_task)
    environment.globals.update(STATES=STATES, WORK_STATES=WORK_STATES)
    return environment


def _code(source: str) -> str:
    """A cell of Python in colours; every sign of it is escaped."""
    if len(source) > COLOURED or max(map(len, source.splitlines()), default=0) > LINE:
        return _cut(source)
    text = visible(source).replace("\r\n", "\n")
    coloured: str = highlight(text, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    return Markup(coloured)  # the formatter has escaped it


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n… {len(text) - LONGEST} more signs"


def _spans(text: str) -> Markup:
    """Backquoted pieces as code, as Markdown would show them; the rest as it is."""
    pieces = [escape(piece) for piece in visible(text).split("`")]
    if len(pieces) % 2 == 0:
        return escape(visible(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if i % 2 else piece for i, piece in enumerate(pieces)
    )
