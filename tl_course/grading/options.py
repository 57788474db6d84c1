"""What an instructor asks of `tl-course grade`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tl_course.grading.sandbox.inside.isolation import Limits
from tl_course.grading.schedule import cores


@dataclass(frozen=True)
class Options:
    """What the command line says. `only` names tasks and `students` students; nothing stands for all."""

    submissions: Path
    out: Path
    solutions: Path
    roster: Path | None = None
    late: Path | None = None
    override: Path | None = None
    marks: Path | None = None
    gradebook: Path | None = None
    only: tuple[str, ...] = ()
    students: tuple[str, ...] = ()
    regrade: str = "changed"
    workers: int = field(default_factory=cores)
    limits: Limits = field(default_factory=Limits)
    seed: int | None = None
    trusted: bool = False
    scheduler: str | None = None
    progress: bool = True

    @property
    def marks_file(self) -> Path:
        """Where marks of free texts stand: by default in the table that the last run wrote."""
        return self.marks or self.out / "marks.csv"
