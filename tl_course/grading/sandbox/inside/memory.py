"""How much memory an answer and the processes that it started hold (Linux; elsewhere nothing is known: 0)."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


class Watch:
    """Looks at an answer's memory. Made before the fork, it knows what the answer has from the zygote."""

    def __init__(self) -> None:
        self._inherited = _field(os.getpid(), "status", "RssAnon:")

    def exceeds(self, answer: int, limit: int) -> bool:
        """Whether `answer` and all below it hold more than `limit` bytes.

        An exact count, with shared pages counted once, is slow; so it is made only where a rough one, which
        counts them for each process, is above the limit.
        """
        processes = {answer, *_below(answer)}
        rough = sum(max(0, _field(one, "status", "RssAnon:") - self._inherited) for one in processes)
        return rough > limit and sum(_field(one, "smaps_rollup", "Pss:") for one in processes) > limit


def _below(process: int) -> set[int]:
    found: set[int] = set()
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            children = {int(child) for child in (task / "children").read_text().split()}
            found |= children.union(*(_below(child) for child in children))
    return found


def _field(process: int, file: str, name: str) -> int:
    """Bytes that a file of /proc names in kB; 0 where the process is gone."""
    with contextlib.suppress(OSError, StopIteration, ValueError):
        lines = Path(f"/proc/{process}/{file}").read_text().splitlines()
        return int(next(line for line in lines if line.startswith(name)).split()[1]) * 1024
    return 0
