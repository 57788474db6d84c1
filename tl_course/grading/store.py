"""What was graded, a JSON file for each notebook: a killed run goes on, and a rerun repeats nothing."""

from __future__ import annotations

import hashlib
import json
import secrets
from pathlib import Path
from typing import Any

from tl_course.grading.plan import Planned
from tl_course.grading.records import Graded

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
        self._write(self._path(planned), {"key": planned.key, "graded": graded.as_data()})

    def seed(self, wanted: int | None) -> int:
        """The seed of this run; a run that goes on after it was killed has that of its beginning."""
        path = self.folder / SEED
        if wanted is None:
            try:
                return int(json.loads(path.read_text(encoding="utf-8"))["seed"])
            except (OSError, ValueError, KeyError, TypeError):
                wanted = secrets.randbelow(2**31)
        self._write(path, {"seed": wanted})
        return wanted

    def finish(self) -> None:
        """The run is over: the next one has a seed of its own."""
        (self.folder / SEED).unlink(missing_ok=True)

    def _path(self, planned: Planned) -> Path:
        name = hashlib.sha256("\0".join(planned.place).encode("utf-8", "surrogateescape")).hexdigest()
        return self.folder / f"{name[:24]}.json"

    def _write(self, path: Path, data: Any) -> None:
        scratch = path.with_name(f"{path.name}.part")
        scratch.write_text(json.dumps(data, ensure_ascii=True, indent=1), encoding="utf-8")
        scratch.replace(path)
