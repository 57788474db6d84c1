"""Pages to hand back and to look at: self-contained HTML without scripts, same bytes from the same data."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from tl_course.grading.assignment import Assignment, Task
from tl_course.grading.intake.people import Person
from tl_course.grading.records import STATES, Graded, Outcome, Rejected
from tl_course.grading.results.by_hand import Course
from tl_course.grading.results.sheets import visible
from tl_course.grading.results.statistics import lesson_statistics
from tl_course.grading.results.tally import WORK_STATES, Standing, Work, lessons_of, name_of, shown

Load = Callable[[str, str], Graded | None]  # a student's key and a lesson: the notebook with its answers

PLAIN = re.compile(r"[a-z0-9_](?:[a-z0-9_@+.-]{0,78}[a-z0-9_])?")
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")  # no names of files on Windows
LONGEST = 100_000  # signs of a cell; the rest of it is cut
COLOURED, LINE = 10_000, 200  # signs of a cell, of a line; with more of them the lexer takes its time
CONCERNS = ("flagged", "invalid file", "timed out", "crashed", "missing", "not handed in")


@dataclass(frozen=True)
class Concern:
    """Why a person should look at somebody's work; `task` and `detail` may be empty."""

    kind: str
    person: Person
    lesson: str
    task: str = ""
    detail: str = ""


def feedback_name(key: str) -> str:
    """The name of a student's page: a plain key's own, else with a part that makes it unique."""
    if PLAIN.fullmatch(key) and not DEVICES.fullmatch(key):
        return f"{key}.html"
    readable = re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")[:40]
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{readable}~{digest}.html"


def feedback_page(standing: Standing, notebooks: Iterable[Graded], course: Course) -> str:
    """One student's page: points, each task's state and hints, the student's own cells, comments.

    `notebooks` are the student's, with answers. Solutions, rubrics, seeds and notes for the instructor are
    not on it.
    """
    answers = {one.task: one.answer for graded in notebooks for one in graded.outcomes}
    return _render("feedback.html", standing=standing, course=course, answers=answers)


def report_page(class_: Sequence[Standing], course: Course, rejected: Sequence[Rejected]) -> str:
    """The class's page; it lies beside texts.html, similarity.html and the folder feedback."""
    lessons = [lesson_statistics(class_, course[lesson]) for lesson in lessons_of(class_)]
    return _render(
        "report.html",
        class_=class_,
        lessons=lessons,
        concerns=concerns(class_, course),
        texts=any(task.kind == "text" for one in lessons for task in one.assignment.tasks),
        rejected=sorted(rejected, key=lambda one: (one.source, one.reason)),
        names={one.person.key: name_of(one.person) for one in class_},
    )


def texts_page(class_: Sequence[Standing], course: Course, load: Load) -> str:
    """Every free text with its rubric and all answers; `load` is asked once for each notebook and text."""
    texts = [
        (course[lesson], task)
        for lesson in lessons_of(class_)
        for task in course[lesson].tasks
        if task.kind == "text"
    ]
    return _render("texts.html", texts=texts, answers=lambda one, task: _answers(class_, one, task, load))


def concerns(class_: Sequence[Standing], course: Course) -> Mapping[str, Sequence[Concern]]:
    """What a person should look at, by its kind in the order of CONCERNS; kinds without any are absent."""
    found = [one for standing in class_ for one in _concerns(standing, course)]
    kinds = {kind: [one for one in found if one.kind == kind] for kind in CONCERNS}
    return {kind: those for kind, those in kinds.items() if those}


def _concerns(standing: Standing, course: Course) -> Iterable[Concern]:
    person = standing.person
    for note in standing.unread:
        yield Concern("invalid file", person, "", detail=note)
    for lesson, work in standing.works.items():
        tasks = {task.name: task.title for task in course[lesson].tasks}
        alone = [one for one in work.outcomes if one.state in CONCERNS]
        if work.state == "not handed in" or (work.state == "invalid file" and work.graded):
            yield Concern(work.state, person, lesson, detail="; ".join(work.notes))
        if work.state == "flagged" and all(one.state != "flagged" for one in alone):
            yield Concern("flagged", person, lesson, detail="; ".join(work.notes))
        for one in alone:
            detail = "; ".join((*one.details[:1], *one.notes))
            yield Concern(one.state, person, lesson, tasks[one.task], detail)


@dataclass(frozen=True)
class _Answers:
    """A free text's answers: (person, work, outcome with its answer), and those who wrote none."""

    written: Sequence[tuple[Person, Work, Outcome]]
    silent: Sequence[Person]


def _answers(class_: Sequence[Standing], assignment: Assignment, task: Task, load: Load) -> _Answers:
    written, silent = [], []
    for standing in class_:
        work = standing.works[assignment.lesson]
        now = _by_task(work).get(task.name)
        graded = load(standing.person.key, assignment.lesson) if now and work.graded else None
        answer = next((one.answer for one in graded.outcomes if one.task == task.name), "") if graded else ""
        if now and answer and now.state not in ("not attempted", "missing"):
            written.append((standing.person, work, replace(now, answer=answer)))
        elif work.graded:
            silent.append(standing.person)
    return _Answers(written, silent)


def _by_task(work: Work) -> dict[str, Outcome]:
    return {one.task: one for one in work.outcomes}


def _render(template: str, **values: Any) -> str:
    text: str = _environment().get_template(template).render(**values)
    return text.rstrip() + "\n"


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
    environment.filters.update(person=name_of, page=feedback_name, by_task=_by_task)
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
