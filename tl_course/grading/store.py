"""What was graded, a JSON file for each notebook: a killed run goes on, and a rerun repeats nothing."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tl_course.files import write_atomically
from tl_course.grading.assignment import Assignment
from tl_course.grading.grader import state_of
from tl_course.grading.plan import Planned
from tl_course.grading.records import Graded, Outcome

FOLDER = ".graded"
SEED = "seed of this run"


class Store:
    """The records in the results' folder. A file is whole or not there."""

    def __init__(self, results: Path) -> None:
        """Makes the folder where it is missing."""
        self.folder = results / FOLDER
        self.folder.mkdir(parents=True, exist_ok=True)

    def load(self, planned: Planned) -> Graded | None:
        """What is known of this very file, judged by this very code; None where it has to be graded."""
        try:
            record = json.loads(self._path(planned).read_text(encoding="utf-8"))
            return Graded.from_data(record["graded"]) if record["key"] == planned.key else None
        except (OSError, ValueError, KeyError, TypeError):  # missing, or not of this version
            return None

    def save(self, planned: Planned, graded: Graded) -> None:
        """Keep a record, in place of the last one."""
        _write(self._path(planned), {"key": planned.key, "graded": graded.as_data()})

    def seed(self, wanted: int | None) -> int:
        """The seed of this run; a run that goes on after it was killed has that of its beginning."""
        path = self.folder / SEED
        if wanted is None:
            try:
                return int(json.loads(path.read_text(encoding="utf-8"))["seed"])
            except (OSError, ValueError, KeyError, TypeError):
                wanted = secrets.randbelow(2**31)
        _write(path, {"seed": wanted})
        return wanted

    def finish(self) -> None:
        """The run is over: the next one has a seed of its own."""
        (self.folder / SEED).unlink(missing_ok=True)

    def _path(self, planned: Planned) -> Path:
        name = hashlib.sha256("\0".join(planned.place).encode("utf-8", "surrogateescape")).hexdigest()
        return self.folder / f"{name[:24]}.json"


def _write(path: Path, data: Any) -> None:
    write_atomically(path, json.dumps(data, indent=1))


def merged(known: Graded | None, graded: Graded, course: Mapping[str, Assignment]) -> Graded:
    """What is new, and for the other tasks what was known."""
    if not graded.lesson:
        return graded
    outcomes = {one.task: one for one in (*(known.outcomes if known else ()), *graded.outcomes)}
    all_of_them = tuple(
        outcomes.get(task.name) or Outcome(task.name, task.kind, "not graded", None, task.points)
        for task in course[graded.lesson].tasks
    )
    return replace(graded, outcomes=all_of_them, state=state_of(all_of_them))


class Records:
    """The class's records as they are stored, read one at a time."""

    def __init__(self, out: Path, planned: Iterable[Planned], course: Mapping[str, Assignment]) -> None:
        """The records of what was planned, with tasks that were not graded yet where there are none."""
        self._store, self._course = Store(out), course
        self._planned = {one.place: one for one in planned}

    def __iter__(self) -> Iterator[Graded]:
        return (self._load(one) for one in self._planned.values())

    def of(self, student: str, lesson: str) -> Graded | None:
        """A student's notebook of one lesson."""
        one = self._planned.get((student, lesson, ""))
        return self._load(one) if one else None

    def _load(self, one: Planned) -> Graded:
        """With what this run knows of the file: where it lies, and what is to be said of it."""
        empty = Graded(one.upload.student, one.lesson, one.upload.source, one.digest, 0, "graded")
        found = self._store.load(one) or merged(None, empty, self._course)
        return replace(found, source=one.upload.source, notes=(*one.notes, *found.notes))
