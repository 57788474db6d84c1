"""Pages to hand back and to look at: self-contained HTML without scripts, same bytes from the same data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tl_course.grading.assignment import Assignment, Task
from tl_course.grading.intake.people import Person
from tl_course.grading.records import Graded, Outcome, Rejected
from tl_course.grading.results.by_hand import Course
from tl_course.grading.results.html import by_task, render
from tl_course.grading.results.statistics import lesson_statistics
from tl_course.grading.results.tally import Standing, Work, lessons_of, name_of

Load = Callable[[str, str], Graded | None]  # a student's key and a lesson: the notebook with its answers

CONCERNS = ("flagged", "invalid file", "timed out", "crashed", "missing", "not handed in")


@dataclass(frozen=True)
class Concern:
    """Why a person should look at somebody's work; `task` and `detail` may be empty."""

    kind: str
    person: Person
    lesson: str
    task: str = ""
    detail: str = ""


def feedback_page(standing: Standing, notebooks: Iterable[Graded], course: Course) -> str:
    """One student's page: points, each task's state and hints, the student's own cells, comments.

    `notebooks` are the student's, with answers. Solutions, rubrics, seeds and notes for the instructor are
    not on it.
    """
    answers = {one.task: one.answer for graded in notebooks for one in graded.outcomes}
    return render("feedback.html", standing=standing, course=course, answers=answers)


def report_page(class_: Sequence[Standing], course: Course, rejected: Sequence[Rejected]) -> str:
    """The class's page; it lies beside texts.html, similarity.html and the folder feedback."""
    lessons = [lesson_statistics(class_, course[lesson]) for lesson in lessons_of(class_)]
    return render(
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
    return render("texts.html", texts=texts, answers=lambda one, task: _answers(class_, one, task, load))


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
        now = by_task(work).get(task.name)
        graded = load(standing.person.key, assignment.lesson) if now and work.graded else None
        answer = next((one.answer for one in graded.outcomes if one.task == task.name), "") if graded else ""
        if now and answer and now.state not in ("not attempted", "missing"):
            written.append((standing.person, work, replace(now, answer=answer)))
        elif work.graded:
            silent.append(standing.person)
    return _Answers(written, silent)
