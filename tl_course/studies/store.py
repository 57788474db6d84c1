"""Runs a study row by row, and keeps what came in a small file.

A killed run resumes at the first row that is missing: the file is replaced, whole, after each.
"""

from __future__ import annotations

import difflib
import json
import platform
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torchvision

from tl_course.errors import CourseError
from tl_course.profiles import load_profile
from tl_course.studies import data_size, fine_tuning, learning_rate, saliency
from tl_course.training.progress import Progress

RESULTS = Path(__file__).parent / "results"
Row = dict[str, Any]


@dataclass(frozen=True)
class Definition:
    """`rows()` lists the settings of each row; `run(settings)` computes one row's numbers."""

    settings: Callable[[], Row]
    rows: Callable[[], list[Row]]
    run: Callable[[Row], Row]


STUDIES = {
    "data_size": Definition(data_size.settings, data_size.rows, data_size.run),
    "learning_rate": Definition(learning_rate.settings, learning_rate.rows, learning_rate.run),
    "fine_tuning": Definition(fine_tuning.settings, fine_tuning.rows, fine_tuning.run),
    "saliency": Definition(saliency.settings, saliency.rows, saliency.run),
}


@dataclass(frozen=True)
class Study:
    """Stored rows, with what made them: `settings`, `versions` and the `command`."""

    name: str
    rows: list[Row]
    settings: Row
    versions: dict[str, str]
    command: str

    def mean(self, column: str, **wanted: Any) -> float:
        """The mean of a column over the rows with these values; CourseError where there are none."""
        values = [float(row[column]) for row in self.where(**wanted)]
        if not values:
            raise CourseError(f"The study {self.name} has no row with {wanted}. Run: {self.command}")
        return sum(values) / len(values)

    def where(self, **wanted: Any) -> list[Row]:
        """The rows with these values."""
        return [row for row in self.rows if all(row[key] == value for key, value in wanted.items())]


def _definition(name: str) -> Definition:
    if name not in STUDIES:
        near = difflib.get_close_matches(name, STUDIES, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise CourseError(f"There is no study {name!r}; there are {', '.join(STUDIES)}.{hint}")
    return STUDIES[name]


def _path(name: str, part: str) -> Path:
    return RESULTS / f"{name}.{part}.json"


def load_study(name: str, profile: str = "pocket") -> Study | None:
    """The stored study of a profile, None where it was not run. Raises CourseError for an unknown one."""
    _definition(name)
    return read(name, profile, f"tl-course study {name}")


def read(name: str, part: str, command: str) -> Study | None:
    """What `write` has stored, None where nothing is; a damaged file is a CourseError naming `command`."""
    path = _path(name, part)
    if not path.is_file():
        return None
    try:
        return Study(name, **json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as problem:
        raise CourseError(f"{path} is damaged ({problem}). Delete it and run: {command}") from None


def run_row(name: str, **settings: Any) -> Row:
    """Compute one row anew, nothing stored."""
    return {**settings, **_definition(name).run(settings)}


def run_study(name: str, progress: bool = True) -> Study:
    """Compute the rows that are missing in the active profile and store each as it comes.

    Raises CourseError for an unknown study, and for a stored one whose settings differ.
    """
    definition, profile = _definition(name), load_profile()
    stored = load_study(name, profile.name)
    settings = {**definition.settings(), "backbone": profile.backbone}
    if stored and stored.settings != settings:
        path = _path(name, profile.name)
        raise CourseError(f"{path} was made with other settings. Delete it to run the study anew.")
    rows = list(stored.rows) if stored else []
    todo = [row for row in definition.rows() if not any(row.items() <= done.items() for done in rows)]
    study = Study(name, rows, settings, versions(), f"tl-course study {name}")
    with Progress(len(todo), "studied", "rows", show=progress) as bar:
        for row in todo:
            rows.append(run_row(name, **row))
            write(study, profile.name)
            bar.advance()
    return study


def versions() -> dict[str, str]:
    """What computes here: Python, the libraries, the kind of machine."""
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "machine": f"{platform.system()} {platform.machine()}, {torch.get_num_threads()} threads",
    }


def write(study: Study, part: str) -> None:
    """Store the part of a study that one profile or one device has computed.

    One row a line, so that a difference can be read. The file is replaced whole, never half written.
    """
    path = _path(study.name, part)
    path.parent.mkdir(parents=True, exist_ok=True)
    head = {"settings": study.settings, "versions": study.versions, "command": study.command}
    rows = ",\n  ".join(json.dumps(row) for row in study.rows)
    text = json.dumps(head, indent=1)[:-2] + f',\n "rows": [\n  {rows}\n ]\n}}\n'
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, delete=False, encoding="utf-8", newline="\n"
    ) as file:
        file.write(text)
    Path(file.name).replace(path)
