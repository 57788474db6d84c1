"""What was handed in: a folder or a zip, in the layouts that learning platforms and instructors use.

Told apart without being told: notebooks side by side (`anna_01.ipynb`), a folder for each student, nbgrader's
`submitted/`, the downloads of Moodle, Canvas, Blackboard, Brightspace and ILIAS, and zips in any of these.
Nothing here opens a notebook: a file is looked at, never trusted.
"""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from tl_course.errors import CourseError
from tl_course.grading.intake.archive import (
    CLASS,
    LARGEST,
    LEADS_OUT,
    MEGABYTE,
    Found,
    StudentZips,
    is_submission,
    names_in,
    new_folder,
    open_regular,
    unpack,
    why_refused,
)
from tl_course.grading.intake.naming import (
    Claim,
    Layout,
    Parts,
    by_platform,
    copy_number,
    is_litter,
    shown,
    stem,
)
from tl_course.grading.intake.people import Known, Person, Roster, recognise
from tl_course.grading.records import Rejected, Upload

MOST = 50  # notebooks of one student that are opened, and refused files of one that are listed
NAMELESS = "names no student: put it into a folder with the student's name"


@dataclass(frozen=True)
class Intake:
    """What is to be graded and what is not.

    `uploads` are sorted by student and order, so that the last of a lesson counts. `people` has, by key,
    everybody on the roster and everybody else who tried to hand in a notebook.
    """

    uploads: list[Upload]
    rejected: list[Rejected]
    people: dict[str, Person]

    def missing(self, roster: Roster) -> list[Person]:
        """Those on the roster who handed in no notebook, in its order."""
        present = {upload.student for upload in self.uploads}
        return [person for person in roster if person.key not in present]


def read_bytes(path: Path, limit: int = LARGEST) -> bytes:
    """The bytes of a regular file; never follows a link, waits for a pipe, or reads more than `limit` bytes.

    Raises CourseError with the reason, such as "is larger than 20 MB".
    """
    with open_regular(path, limit) as file:
        try:
            data = file.read(limit + 1)
        except OSError as problem:
            raise CourseError(f"cannot be read ({problem.strerror})") from None
    if len(data) > limit:  # it grew after it was opened
        raise CourseError(f"is larger than {limit // MEGABYTE} MB")
    return data


def collect(source: Path, roster: Roster | None, scratch: Path) -> Intake:
    """Everything that lies in a folder or zip, by student; zips are unpacked into new folders of `scratch`.

    Raises CourseError where there is nothing to look at; every other trouble is an entry of `rejected`.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    name = source.resolve().name
    found = _downloads([one for one in _look(source, scratch) if not is_litter(one.parts)], scratch)
    paths = [one.parts for one in found if one.path and is_submission(one.parts[-1])]
    root = name if source.is_dir() else stem(name)
    layout = Layout(paths, root, lambda label: bool(roster and roster.matches(label)))
    zips = StudentZips(scratch)
    handed = [
        (claim, item)
        for one in found
        if layout.covers(one.parts)
        for claim in [layout.claim(one.parts)]
        for item in zips.opened(one, claim)
    ]
    if not handed:
        raise CourseError(f"{source} is empty: name the folder or zip that holds the students' notebooks.")
    return _sorted_out(handed, roster, name)


def _look(source: Path, scratch: Path) -> list[Found]:
    """The files of the source, zips in it unopened."""
    if source.is_dir():
        return list(_walk(source))
    if not source.exists():
        raise CourseError(
            f"There is no {source}: name the folder or zip that the students' notebooks are in."
        )
    if source.suffix.lower() == ".ipynb":
        return [_file(source, (source.name,))]
    if source.suffix.lower() != ".zip":
        raise CourseError(f"{source} is neither a folder nor a .zip: unpack it and name the folder.")
    found = unpack(source, new_folder(scratch), CLASS)
    if failed := [one.reason for one in found if not one.parts]:
        raise CourseError(f"{source} {failed[0]}. Download it again, or name a folder.")
    return found


def _downloads(found: list[Found], scratch: Path) -> list[Found]:
    """Opens zips that lie side by side where each is a platform's download, such as one for each lesson.

    All have to be: a student's zip among others can then not pass for a class.
    """
    zips = [one for one in found if one.path and is_submission(one.parts[-1])]
    if not all(len(one.parts) == 1 and _is_download(one) for one in zips):
        return found
    members = [
        replace(member, parts=one.parts + member.parts)
        for one in zips
        if one.path
        for member in unpack(one.path, new_folder(scratch), CLASS)
        if not is_litter(member.parts)
    ]
    return members + [one for one in found if one not in zips]


def _is_download(one: Found) -> bool:
    if not one.path or not one.parts[0].lower().endswith(".zip") or by_platform(one.parts[0]):
        return False
    names = names_in(one.path)
    return bool(names) and all(by_platform(parts[0]) for parts in names)


def _walk(root: Path) -> Iterator[Found]:
    """Every file below `root`, in a fixed order; links are named and not followed."""
    waiting: list[Parts] = [()]
    while waiting:
        parts = waiting.pop()
        try:
            with os.scandir(root.joinpath(*parts)) as entries:
                names = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
        except OSError as problem:
            yield Found(parts or (root.name,), reason=f"cannot be read ({problem.strerror})")
            continue
        for name, is_folder in names:
            inner = (*parts, name)
            if is_folder and not is_litter(inner):
                waiting.append(inner)
            elif not is_folder:
                yield _file(root.joinpath(*inner), inner)


def _file(path: Path, parts: Parts) -> Found:
    try:
        status = path.lstat()
        if stat.S_ISREG(status.st_mode) and (reason := why_refused(path.name)):
            return Found(parts, reason=reason)
        open_regular(path).close()
    except OSError as problem:
        return Found(parts, reason=f"cannot be read ({problem.strerror})")
    except CourseError as problem:
        return Found(parts, reason=str(problem))
    return Found(parts, path, status.st_mtime)


Handed = tuple[Claim, Found]


def _sorted_out(handed: Sequence[Handed], roster: Roster | None, name: str) -> Intake:
    stamps = dict(_timestamps(item for _, item in handed))
    handed = [(claim, item) for claim, item in handed if item.parts[-1] != "timestamp.txt"]
    handed = [(claim, item if claim.label else _nameless(item)) for claim, item in handed]
    known = recognise({claim for claim, item in handed if _names_a_person(claim, item)}, roster)
    uploads, rejected = [], []
    for claim, item in handed:
        source = shown("/".join(shown(part) for part in (name, *item.parts)), 400)
        if item.path is None:
            rejected.append(Rejected(source, item.reason, _student(claim, known, roster)))
            continue
        person, notes = known[claim]
        order = _order(claim, item, stamps)
        uploads.append(Upload(person.key, source, item.path, order, claim.notes + notes))
    uploads.sort(key=lambda one: (one.student, one.order, one.source))
    uploads, more = _latest(uploads)
    return Intake(uploads, _not_endless(rejected) + more, _people(known, roster))


def _nameless(item: Found) -> Found:
    return item if item.path is None else replace(item, path=None, reason=NAMELESS)


def _names_a_person(claim: Claim, item: Found) -> bool:
    """Whether somebody is to appear in the tables: for a notebook, even a refused one, or by a platform."""
    tried = is_submission(item.parts[-1]) and item.reason != LEADS_OUT
    return bool(claim.label) and (tried or claim.by_platform)


def _student(claim: Claim, known: dict[Claim, Known], roster: Roster | None) -> str:
    """The key of whom a refused file belongs to, where a platform, a notebook or the roster says so."""
    person = (
        known[claim][0] if claim in known else roster.find(claim.label) if roster and claim.label else None
    )
    return person.key if person else ""


def _order(claim: Claim, item: Found, stamps: dict[Parts, float]) -> tuple[float, ...]:
    """The attempt's number, then the time that a platform or nbgrader wrote, else the file's."""
    folders = (item.parts[:length] for length in range(len(item.parts) - 1, 0, -1))
    stamp = next((stamps[folder] for folder in folders if folder in stamps), None)
    moment = next(one for one in (claim.moment, stamp, item.moment) if one is not None)
    return float(max(claim.attempt, copy_number(item.parts[-1]))), moment


def _timestamps(found: Iterable[Found]) -> Iterator[tuple[Parts, float]]:
    """The time in each timestamp.txt, which nbgrader writes in UTC, by folder."""
    for one in found:
        if one.path and one.parts[-1] == "timestamp.txt":
            text = read_bytes(one.path)[:100].decode("ascii", "replace")
            when = re.match(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)", text)
            try:
                moment = datetime.fromisoformat(f"{when[1]}T{when[2]}+00:00" if when else "")
            except ValueError:
                continue
            yield one.parts[:-1], moment.astimezone(timezone.utc).timestamp()


def _latest(uploads: Sequence[Upload]) -> tuple[list[Upload], list[Rejected]]:
    """Leave out what lies before the MOST latest notebooks of a student, so that none holds up the class."""
    left, kept, more = Counter(one.student for one in uploads), [], []
    for one in uploads:
        if left[one.student] > MOST:
            reason = f"is not among the {MOST} latest notebooks of this student: more are not opened"
            more.append(Rejected(one.source, reason, one.student))
        else:
            kept.append(one)
        left[one.student] -= 1
    return kept, _not_endless(more)


def _not_endless(rejected: Sequence[Rejected]) -> list[Rejected]:
    """In order of their sources, those after the first MOST of one folder as a number."""
    groups: dict[tuple[str, str], list[Rejected]] = {}
    for one in sorted(rejected, key=lambda one: (one.source, one.reason)):
        groups.setdefault((one.student, one.source.rpartition("/")[0]), []).append(one)
    listed = []
    for group in groups.values():
        listed += group[:MOST]
        if len(group) > MOST:
            last = group[MOST]
            listed.append(
                replace(last, reason=f"{last.reason}; so {len(group) - MOST - 1} more of this folder")
            )
    return sorted(listed, key=lambda one: (one.source, one.reason))


def _people(known: dict[Claim, Known], roster: Roster | None) -> dict[str, Person]:
    people = {person.key: person for person in roster or ()}
    for claim in sorted(known, key=lambda one: (one.place, one.label, one.ids)):
        person, _ = known[claim]
        before = people.get(person.key, person)
        people[person.key] = replace(before, ids={**person.ids, **before.ids})
    return dict(sorted(people.items()))
