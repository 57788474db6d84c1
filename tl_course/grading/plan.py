"""Which notebooks are graded: the lesson of each upload, and the newest where a student handed in two."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import tl_course
from tl_course.errors import CourseError
from tl_course.grading.assignment import Assignment
from tl_course.grading.intake.collect import read_bytes
from tl_course.grading.reading import InvalidFileError, read_notebook
from tl_course.grading.records import Upload

PACKAGE = Path(tl_course.__file__).parent
JUDGING = ("exercises/**/*.py", "grading/grader.py", "grading/reading.py", "grading/sandbox/**/*.py")


@dataclass(frozen=True)
class Planned:
    """An upload that is graded. `lesson` is empty where the file is no notebook of the course."""

    upload: Upload
    lesson: str
    digest: str
    key: str
    notes: tuple[str, ...]

    @property
    def place(self) -> tuple[str, str, str]:
        """Whose it is, of which lesson; invalid files are told apart by their source."""
        return self.upload.student, self.lesson, "" if self.lesson else self.upload.source


def plan(uploads: Iterable[Upload], course: Mapping[str, Assignment]) -> list[Planned]:
    """One notebook for each student and lesson, in order; what is known of it decides whether it is new."""
    judging = judging_digest()
    by_place: dict[tuple[str, str, str], list[Planned]] = defaultdict(list)
    for upload in uploads:
        planned = _planned(upload, course, judging)
        by_place[planned.place].append(planned)
    return [_counting(by_place[place]) for place in sorted(by_place)]


def judging_digest() -> str:
    """A mark of the code that judges: where it changes, everything is graded anew."""
    marks = hashlib.sha256()
    for path in sorted({path for pattern in JUDGING for path in PACKAGE.glob(pattern)}):
        marks.update(path.read_bytes())
    return marks.hexdigest()[:16]


def _planned(upload: Upload, course: Mapping[str, Assignment], judging: str) -> Planned:
    lesson, mark = "", ""
    try:
        data = read_bytes(upload.path)
        digest = hashlib.sha256(data).hexdigest()[:16]
        assignment = read_notebook(data, course).assignment
        lesson, mark = assignment.lesson, assignment.digest
    except InvalidFileError:
        pass  # the grader says why
    except CourseError as problem:  # it was there a moment ago
        digest = f"unreadable: {problem}"
    return Planned(upload, lesson, digest, f"{digest} {mark} {judging}", upload.notes)


def _counting(same: list[Planned]) -> Planned:
    """Of several notebooks of one lesson the newest."""
    newest = max(same, key=lambda one: (one.upload.order, one.upload.source))
    if len(same) == 1:
        return newest
    others = ", ".join(sorted(one.upload.source for one in same if one is not newest)[:5])
    note = f"{len(same)} notebooks of this lesson were handed in; this is the newest. Not graded: {others}."
    return Planned(newest.upload, newest.lesson, newest.digest, newest.key, (*newest.notes, note))
