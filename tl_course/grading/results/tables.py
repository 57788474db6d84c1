"""The class in tables: for spreadsheets, for programs, for Moodle and Canvas, and the sheet for marks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

from tl_course.files import write_atomically
from tl_course.grading.assignment import Assignment
from tl_course.grading.intake.naming import by_platform
from tl_course.grading.intake.people import Person
from tl_course.grading.records import STATES, Outcome
from tl_course.grading.results.by_hand import Course
from tl_course.grading.results.sheets import BOM, as_csv, cell, read_sheet
from tl_course.grading.results.tally import WORK_STATES, Standing, Work, lessons_of, name_of, shown

ATTENTION = ("flagged", "crashed", "timed out", "missing")
MARKS = ("student", "task", "points", "comment")
MOODLE = (
    "Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade", "Grade can be changed",
    "Last modified (submission)", "Last modified (grade)", "Feedback comments",
)  # fmt: skip
CANVAS_IDS = ("canvas_id", "sis_id", "login", "section")
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


def grades_csv(class_: Sequence[Standing], course: Course) -> str:
    """A row a student: each lesson's points, subtotal, maximum and state, each task's points, and what a
    person should look at. No points is blank, never 0.
    """
    lessons = [course[lesson] for lesson in lessons_of(class_)]
    head = ["student", "name", "email"]
    for one in lessons:
        head += [f"{one.lesson} {column}" for column in ("points", "so far", "of", "state")]
        head += [f"{one.lesson} {task.name}" for task in one.tasks]
    rows = [
        [
            *map(cell, (standing.person.key, name_of(standing.person), standing.person.email)),
            *(value for one in lessons for value in _lesson_cells(standing.works[one.lesson], one)),
            cell("; ".join(attention(standing))),
        ]
        for standing in class_
    ]
    return BOM + as_csv([[*head, "attention"], *rows])


def attention(standing: Standing) -> list[str]:
    """What an instructor should look at, in words; empty where all went its way."""
    found = [f"unread {one}" for one in standing.unread]
    for lesson, work in standing.works.items():
        if work.state in ("flagged", "invalid file", "not handed in"):
            found.append(f"{lesson} {WORK_STATES[work.state]}")
        found += [f"{lesson} {note}" for note in work.notes]
        found += _about_tasks(work)
    return found


def _about_tasks(work: Work) -> list[str]:
    """What is to be said of single tasks; what is said of several stands there once."""
    about: dict[str, list[str]] = {}
    for one in work.outcomes:
        for words in (*([STATES[one.state]] if one.state in ATTENTION else []), *one.notes):
            about.setdefault(words, []).append(one.task)
    return [f"{', '.join(tasks)}: {words}" for words, tasks in about.items()]


def grades_json(class_: Sequence[Standing], course: Course) -> str:
    """Everything that is known but the answers: each check's outcome with its hints, seeds, notes."""
    lessons = {
        lesson: {"title": course[lesson].title, "of": course[lesson].of} for lesson in lessons_of(class_)
    }
    students = ",\n  ".join(json.dumps(_student_data(standing)) for standing in class_)
    return f'{{"format": 1,\n "lessons": {json.dumps(lessons)},\n "students": [\n  {students}\n ]}}\n'


def moodle_csv(class_: Sequence[Standing], assignment: Assignment) -> str:
    """One lesson as Moodle's offline grading worksheet, with its English column names.

    Moodle finds a student by the number after "Participant", which the files of its download carry, and
    wants the columns Identifier, Grade and "Last modified (grade)". Students without points are left out:
    Moodle would take the comment of a row without a grade, also over one that stands there already.
    Source: mod/assign/feedback/offline in https://github.com/moodle/moodle
    """
    works = [(standing, standing.works[assignment.lesson]) for standing in class_]
    rows = [_moodle_row(one.person, work, assignment) for one, work in works if work.points is not None]
    return as_csv([MOODLE, *rows])


def canvas_csv(class_: Sequence[Standing], course: Course) -> str:
    """The lessons as a file for Canvas's gradebook, which finds a student by any of the ids.

    A column with the name of an assignment fills it, another one makes a new assignment. Source: Canvas
    Instructor Guide, "How do I import grades in the Gradebook?".
    """
    lessons = [course[lesson] for lesson in lessons_of(class_)]
    possible = ["    Points Possible", "", "", "", "", *(shown(one.of) for one in lessons)]
    rows = [
        [
            cell(name_of(standing.person)),
            *(
                cell(standing.person.ids.get(name, ""))
                for name in ("canvas_id", "sis_id", "login", "section")
            ),
            *(shown(standing.works[one.lesson].points) for one in lessons),
        ]
        for standing in class_
    ]
    return as_csv([[*CANVAS, *(one.title for one in lessons)], possible, *rows])


def update_marks(path: Path, class_: Sequence[Standing], course: Course) -> None:
    """Add a row to marks.csv for each free text that waits for a mark and has none.

    What stands there stays as it is: rows, also of unknown students, their order, further columns. The file
    is left alone where nothing is new. Raises CourseError where it can't be read.
    """
    sheet = read_sheet(path, MARKS) if path.exists() else None
    there = {(line.text("student"), line.text("task")) for line in sheet.lines} if sheet else set()
    waiting = [
        (cell(standing.person.key), task.name)
        for lesson in lessons_of(class_)
        for task in course[lesson].tasks
        for standing in class_
        if any(one.task == task.name and one.state == "to mark" for one in standing.works[lesson].outcomes)
    ]
    new = [pair for pair in waiting if pair not in there]
    if sheet is None:
        write_atomically(path, BOM + as_csv([MARKS, *((*pair, "", "") for pair in new)]))
    elif new:
        names = [name.strip().lower() for name in sheet.head]
        rows = [[dict(zip(MARKS, pair, strict=False)).get(name, "") for name in names] for pair in new]
        write_atomically(path, BOM + as_csv([sheet.head, *sheet.rows, *rows], sheet.delimiter))


def _lesson_cells(work: Work, assignment: Assignment) -> list[str]:
    points = {one.task: shown(one.points) for one in work.outcomes}
    return [
        shown(work.points),
        shown(work.so_far),
        shown(work.of),
        WORK_STATES[work.state],
        *(points.get(task.name, "") for task in assignment.tasks),
    ]


def _student_data(standing: Standing) -> dict[str, Any]:
    person = standing.person
    return {
        "student": person.key,
        "name": person.name,
        "email": person.email,
        "ids": dict(sorted(person.ids.items())),
        "unread": standing.unread,
        "lessons": {lesson: _work_data(work) for lesson, work in standing.works.items()},
    }


def _work_data(work: Work) -> dict[str, Any]:
    graded = work.graded
    return {
        "state": work.state,
        "points": work.points,
        "so_far": work.so_far,
        "of": work.of,
        "late_percent": work.penalty,
        "notes": work.notes,
        "source": graded.source if graded else None,
        "digest": graded.digest if graded else None,
        "seed": graded.seed if graded else None,
        "seconds": graded.seconds if graded else None,
        "tasks": [_outcome_data(one, work.comments.get(one.task, "")) for one in work.outcomes],
    }


def _outcome_data(outcome: Outcome, comment: str) -> dict[str, Any]:
    return {name: value for name, value in asdict(outcome).items() if name != "answer"} | {"comment": comment}


def _moodle_row(person: Person, work: Work, assignment: Assignment) -> list[str]:
    number = _participant(person, work)
    return [
        cell(f"Participant {number}" if number else ""),
        cell(name_of(person)),
        cell(person.email),
        "Submitted for grading" if work.graded else "No submission",
        shown(work.points),
        shown(work.of),
        "Yes",
        "-",
        "-",
        cell(_feedback(work, assignment)),
    ]


def _participant(person: Person, work: Work) -> str:
    """Moodle's number of a student, which is another one in each assignment: of the file, if it has one."""
    folders = work.graded.source.split("/") if work.graded else []
    said = (dict(claim.ids).get("moodle_id", "") for one in folders if (claim := by_platform(one)))
    number = next(filter(None, said), person.ids.get("moodle_id", ""))
    return number.removeprefix("Participant").strip()


def _feedback(work: Work, assignment: Assignment) -> str:
    """A paragraph a task, in HTML as Moodle keeps comments."""
    titles = {task.name: task.title for task in assignment.tasks}
    paragraphs = []
    for one in work.outcomes:
        points = f"{shown(one.points)} of {shown(one.of)}, " if one.points is not None else ""
        hints = one.details if one.state != "passed" else ()
        comment = work.comments.get(one.task, "").splitlines()
        paragraphs.append([f"{titles[one.task]}: {points}{STATES[one.state]}.", *hints, *comment])
    paragraphs += [[note] for note in work.notes]
    return "".join(f"<p>{'<br>'.join(map(escape, lines))}</p>" for lines in paragraphs)
