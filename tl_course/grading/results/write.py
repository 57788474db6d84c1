"""Writes the folder of results: tables for the learning platform, pages for students and instructor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from tl_course.files import write_atomically
from tl_course.grading.intake.collect import Intake
from tl_course.grading.intake.people import Person
from tl_course.grading.options import Options
from tl_course.grading.records import Graded
from tl_course.grading.results.by_hand import (
    Course,
    Lates,
    Marks,
    Overrides,
    read_late,
    read_marks,
    read_override,
)
from tl_course.grading.results.gradebook import export_gradebook
from tl_course.grading.results.html import feedback_name
from tl_course.grading.results.moodle_zip import write_moodle_zip
from tl_course.grading.results.pages import feedback_page, report_page, texts_page
from tl_course.grading.results.similarity import SHOWN, similar, similarity_page
from tl_course.grading.results.tables import canvas_csv, grades_csv, grades_json, moodle_csv, update_marks
from tl_course.grading.results.tally import Standing, lessons_of, name_of, standings
from tl_course.grading.store import Records


@dataclass(frozen=True)
class ByHand:
    """What the instructor decided."""

    late: Lates
    override: Overrides
    marks: Marks

    @staticmethod
    def read(options: Options, people: Sequence[Person], course: Course) -> ByHand:
        """Read the files that there are; marks by default from the table that the last run wrote."""
        marks = options.marks_file
        return ByHand(
            read_late(options.late, people, course),
            read_override(options.override, people, course),
            read_marks(marks if marks.exists() else None, people, course),
        )


def write_results(
    options: Options, course: Course, intake: Intake, records: Records, by_hand: ByHand
) -> None:
    """Write every table and page, each of them whole; the same bytes where nothing changed."""
    people = list(intake.people.values())
    decided = by_hand.late, by_hand.override, by_hand.marks
    class_ = standings(records, people, course, *decided, intake.rejected)
    update_marks(options.marks_file, class_, course)
    pages = {
        "grades.csv": grades_csv(class_, course),
        "grades.json": grades_json(class_, course),
        "canvas.csv": canvas_csv(class_, course),
        "report.html": report_page(class_, course, intake.rejected),
        "texts.html": texts_page(class_, course, records.of),
        **{f"moodle_{lesson}.csv": moodle_csv(class_, course[lesson]) for lesson in lessons_of(class_)},
    }
    pages["similarity.html"] = _similarity(class_, course, records)
    for name, text in pages.items():
        write_atomically(options.out / name, text)
    written = _write_feedback(options.out / "feedback", class_, course, records)
    for lesson in lessons_of(class_):
        write_moodle_zip(options.out / f"moodle_feedback_{lesson}.zip", class_, lesson, written)
    if options.gradebook:
        export_gradebook(_as_they_count(class_), course, options.gradebook)


def _similarity(class_: Sequence[Standing], course: Course, records: Records) -> str:
    lessons = {task.name: lesson for lesson in lessons_of(class_) for task in course[lesson].tasks}
    tasks = {task.name: task for lesson in lessons_of(class_) for task in course[lesson].tasks}
    pairs = similar(_Answers(records, lessons), {name: task.stub for name, task in tasks.items()})
    answers: dict[str, dict[str, str]] = defaultdict(dict)
    for pair in pairs[:SHOWN]:
        for one, student in product(pair.tasks, (pair.a, pair.b)):
            answers[one.task][student] = _answer(records, student, lessons[one.task], one.task)
    names = {standing.person.key: name_of(standing.person) for standing in class_}
    return similarity_page(pairs, answers, {name: task.title for name, task in tasks.items()}, names)


class _Answers(Mapping[str, Mapping[str, str]]):
    """For each task the answers of the class, read when they are asked for: together they may be large."""

    def __init__(self, records: Records, lessons: Mapping[str, str]) -> None:
        self._records, self._lessons = records, lessons

    def __getitem__(self, task: str) -> Mapping[str, str]:
        lesson = self._lessons[task]
        return {
            graded.student: one.answer
            for graded in self._records
            if graded.lesson == lesson
            for one in graded.outcomes
            if one.task == task and one.state not in ("missing", "not attempted")
        }

    def __iter__(self) -> Iterator[str]:
        return iter(self._lessons)

    def __len__(self) -> int:
        return len(self._lessons)


def _answer(records: Records, student: str, lesson: str, task: str) -> str:
    graded = records.of(student, lesson)
    return next((one.answer for one in graded.outcomes if one.task == task), "") if graded else ""


def _as_they_count(class_: Sequence[Standing]) -> Iterator[Graded]:
    """The records, with what the instructor decided."""
    for standing in class_:
        for work in standing.works.values():
            if work.graded:
                yield replace(work.graded, outcomes=work.outcomes)


def _write_feedback(
    folder: Path, class_: Sequence[Standing], course: Course, records: Records
) -> dict[str, Path]:
    """A page for each student; where each is, by the student's key."""
    folder.mkdir(exist_ok=True)
    written = {}
    for standing in class_:
        key = standing.person.key
        notebooks = [found for lesson in standing.works if (found := records.of(key, lesson))]
        written[key] = folder / feedback_name(key)
        write_atomically(written[key], feedback_page(standing, notebooks, course))
    return written
