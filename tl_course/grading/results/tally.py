"""Joins what was graded, who is in the class, and what the instructor decided: where each student stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from tl_course.grading.assignment import Assignment
from tl_course.grading.intake.people import Person
from tl_course.grading.records import STATES, Graded, Outcome, Rejected
from tl_course.grading.results.by_hand import Course, Late, Lates, Marks, Overrides

WORK_STATES = {
    "graded": "graded",
    "to mark": "waits for a mark",
    "not graded": "not graded yet",
    "flagged": "set aside for a person",
    "invalid file": "invalid file",
    "not handed in": "not handed in",
}


@dataclass(frozen=True)
class Work:
    """One student's work on one lesson, as it counts.

    `state` is one of WORK_STATES. `graded` is the notebook without its answers, `outcomes` are those after
    marks and overrides. `points` is None while there is no total: nothing was handed in, the file is
    invalid, a task is flagged, or one waits for its points; only in the last case `so_far` says more.
    `penalty` is in percent; `points` and `so_far` are what is left after it. `notes` and `comments`, by
    task, are for the student too.
    """

    lesson: str
    state: str
    graded: Graded | None
    outcomes: tuple[Outcome, ...]
    points: float | None
    so_far: float | None
    of: float
    penalty: float = 0.0
    notes: tuple[str, ...] = ()
    comments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """Where a student stands: a work for each lesson, in the lessons' order, the same for the whole class.

    `unread` has a sentence for each file of which nobody can tell the lesson.
    """

    person: Person
    works: Mapping[str, Work]
    unread: tuple[str, ...] = ()


def standings(
    graded: Iterable[Graded],
    people: Iterable[Person],
    course: Course,
    late: Lates | None = None,
    override: Overrides | None = None,
    marks: Marks | None = None,
    rejected: Iterable[Rejected] = (),
) -> list[Standing]:
    """The class, sorted by key: `people`, and whoever handed in without being among them.

    Lessons are those that somebody handed in or has points in, or all where nobody did. Of two notebooks of
    a student and lesson the later one in `graded` counts. The answers' sources are dropped here. A file of
    `rejected` counts as unread where its student lacks a lesson: it may be what should have been it.
    """
    handed_in: dict[tuple[str, str], Graded] = {}
    unread: dict[str, list[str]] = {}
    for one in graded:
        if one.lesson in course:
            handed_in[one.student, one.lesson] = _without_answers(one)
        elif not one.lesson:
            unread.setdefault(one.student, []).append(_in_words(one))
    students = {key: Person(key, key, "", {}) for key in (*unread, *(student for student, _ in handed_in))}
    students |= {person.key: person for person in people}
    tally = _Tally(course, late or {}, override or {}, marks or {})
    lessons = {lesson for _, lesson in handed_in} | tally.lessons_by_hand() or set(course)
    for file in rejected:
        if file.student in students and any((file.student, lesson) not in handed_in for lesson in lessons):
            unread.setdefault(file.student, []).append(f"{file.source}: {file.reason}")
    return [
        tally.standing(students[key], sorted(lessons), handed_in, tuple(sorted(unread.get(key, []))))
        for key in sorted(students)
    ]


@dataclass(frozen=True)
class _Tally:
    course: Course
    late: Lates
    override: Overrides
    marks: Marks

    def lessons_by_hand(self) -> set[str]:
        """Lessons in which a person gave points, with or without a notebook."""
        tasks = {task for _, task in self.override}
        tasks |= {task for (_, task), mark in self.marks.items() if mark.points is not None}
        return {lesson for lesson, one in self.course.items() if tasks & {task.name for task in one.tasks}}

    def standing(
        self,
        person: Person,
        lessons: Sequence[str],
        handed_in: Mapping[tuple[str, str], Graded],
        unread: tuple[str, ...],
    ) -> Standing:
        works = {}
        for lesson in lessons:
            graded = handed_in.get((person.key, lesson))
            works[lesson] = self._work(person.key, self.course[lesson], graded, bool(unread))
        return Standing(person, works, unread)

    def _work(self, student: str, assignment: Assignment, graded: Graded | None, unread: bool) -> Work:
        before = graded.outcomes if graded and graded.outcomes else self._given(student, assignment)
        outcomes = tuple(self._outcome(student, one) for one in before)
        state = _state(graded, outcomes, len(outcomes) == len(assignment.tasks), unread)
        late = self.late.get((student, assignment.lesson)) or self.late.get((student, "")) or Late(0)
        so_far = _total(outcomes, assignment.of, late.percent)
        silent = state == "flagged" or not outcomes
        return Work(
            assignment.lesson,
            state,
            graded,
            outcomes,
            points=so_far if not silent and state not in ("to mark", "not graded") else None,
            so_far=None if silent else so_far,
            of=assignment.of,
            penalty=late.percent,
            notes=(*(graded.notes if graded else ()), *_late_note(late)),
            comments=self._comments(student, assignment),
        )

    def _given(self, student: str, assignment: Assignment) -> list[Outcome]:
        """Without a notebook only those tasks count for which a person gives points."""
        return [
            Outcome(task.name, task.kind, "missing", 0.0, task.points)
            for task in assignment.tasks
            if (student, task.name) in self.override or self._mark(student, task.name) is not None
        ]

    def _outcome(self, student: str, outcome: Outcome) -> Outcome:
        override = self.override.get((student, outcome.task))
        if override:
            note = f"{shown(override.points)} points set by hand; it was: {STATES[outcome.state]}"
            return replace(outcome, state="marked", points=override.points, notes=(*outcome.notes, note))
        mark = self._mark(student, outcome.task)
        if mark is not None and outcome.state != "flagged":
            return replace(outcome, state="marked", points=mark)
        if outcome.points is None:
            return outcome
        return replace(outcome, points=min(max(outcome.points, 0.0), outcome.of))

    def _mark(self, student: str, task: str) -> float | None:
        mark = self.marks.get((student, task))
        return mark.points if mark else None

    def _comments(self, student: str, assignment: Assignment) -> dict[str, str]:
        comments = {}
        for task in assignment.tasks:
            override = self.override.get((student, task.name))
            mark = self.marks.get((student, task.name))
            words = [override.reason if override else "", mark.comment if mark else ""]
            if any(words):
                comments[task.name] = "\n".join(filter(None, words))
        return comments


def shown(points: float | None) -> str:
    """Points for people: at most two decimals, and empty for None."""
    return "" if points is None else f"{_round(Decimal(str(points))):f}".rstrip("0").rstrip(".")


def name_of(person: Person) -> str:
    """The name, or the key of somebody without one."""
    return person.name or person.key


def lessons_of(class_: Sequence[Standing]) -> list[str]:
    """The lessons in which the class stands somewhere."""
    return list(class_[0].works) if class_ else []


def _state(graded: Graded | None, outcomes: Sequence[Outcome], complete: bool, unread: bool) -> str:
    """One of WORK_STATES; a notebook flagged as a whole is free when a person set all of its tasks."""
    if graded is None:
        return "invalid file" if unread else "not handed in"
    set_aside = graded.state == "flagged" and all(one.state != "flagged" for one in graded.outcomes)
    by_hand = complete and all(one.state == "marked" for one in outcomes)
    if any(one.state == "flagged" for one in outcomes) or (set_aside and not by_hand):
        return "flagged"
    if graded.state == "invalid file":
        return graded.state
    waiting = {one.state for one in outcomes if one.points is None}
    return "not graded" if "not graded" in waiting else "to mark" if waiting else "graded"


def _total(outcomes: Sequence[Outcome], of: float, percent: float) -> float:
    """The points that are known, in [0, of], less the penalty; half a hundredth goes up."""
    known = sum((Decimal(str(one.points)) for one in outcomes if one.points is not None), Decimal(0))
    capped = min(max(known, Decimal(0)), Decimal(str(of)))
    return float(_round(capped * (100 - Decimal(str(percent))) / 100))


def _round(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _without_answers(graded: Graded) -> Graded:
    return replace(graded, outcomes=tuple(replace(one, answer="") for one in graded.outcomes))


def _late_note(late: Late) -> list[str]:
    reason = f": {late.reason}" if late.reason else ""
    return [f"Late: {late.percent:g} % taken off{reason}."] if late.percent else []


def _in_words(unread: Graded) -> str:
    return f"{unread.source}: {'; '.join(unread.notes) or 'it is no notebook of the course'}"
