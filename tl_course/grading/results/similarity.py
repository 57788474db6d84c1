"""Answers that are alike beyond what the task forces: something to look at, never a verdict.

What many of the class wrote, and what the stub gave, is no sign of anything. What few share counts the more
the fewer they are, as the information in it: a structure that 2 of 200 have is worth log2(200 / 2) bits.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations

from tl_course.grading.results.fingerprints import LENGTH, WINDOW, fingerprints, is_code
from tl_course.grading.results.html import render

SHORTEST = 24  # fingerprints, about 75 tokens: answers with less can't help being alike
SEVERAL = 12  # particular fingerprints that a task has to share: one unusual line makes up to 8 or so
ALIKE = 0.5  # of what is particular in the smaller of two answers
COMMON = 0.2  # of the class: what more have, the task or the lesson suggests
FEW = 3  # of a small class
CROWD = 40  # of a large one, which also bounds the work
SHOWN = 50  # pairs on the page
MARGIN = 15.0  # bits beyond what the most alike of all pairs have by chance
# Runs overlap, so one unusual word makes many fingerprints unusual: this is how much of a run each adds.
FRESH = (WINDOW + 1) / 2 / LENGTH


@dataclass(frozen=True)
class Shared:
    """What two answers to one task share: `bits` of evidence, `share` of what is particular, 0 to 1."""

    task: str
    bits: float
    share: float


@dataclass(frozen=True)
class Pair:
    """Two students, `a` before `b`, whose answers to `tasks` are alike; the strongest task comes first."""

    a: str
    b: str
    tasks: tuple[Shared, ...]

    @property
    def bits(self) -> float:
        """The evidence of all tasks."""
        return sum(one.bits for one in self.tasks)


def similar(answers: Mapping[str, Mapping[str, str]], stubs: Mapping[str, str]) -> list[Pair]:
    """The pairs of students whose answers are alike beyond what the tasks force, the most alike first.

    `answers` maps a task to the source of each student's answer, `stubs` to the cell as handed out. One task
    is in memory at a time. Never raises for what a student wrote. In a class of three or fewer nothing can
    be told. What more than a fifth of the class share, or more than 40 students, is not seen.
    """
    found: dict[tuple[str, str], list[Shared]] = defaultdict(list)
    students = 0
    for task, given in answers.items():
        students = max(students, len(given))
        for pair, shared in _alike(task, given, stubs.get(task, "")):
            found[pair].append(shared)
    pairs = [
        Pair(a, b, tuple(sorted(shared, key=lambda one: (-one.bits, one.task))))
        for (a, b), shared in found.items()
    ]
    wanted = evidence(students)
    return sorted((one for one in pairs if one.bits >= wanted), key=lambda one: (-one.bits, one.a, one.b))


def evidence(students: int) -> float:
    """The bits that a pair has to have in a class of this size: more pairs have more in common by chance."""
    return MARGIN + math.log2(max(math.comb(students, 2), 1))


def _alike(task: str, answers: Mapping[str, str], stub: str) -> Iterator[tuple[tuple[str, str], Shared]]:
    prose = bool(stub) and not is_code(stub)
    given = fingerprints(stub, prose)
    of = {source: fingerprints(source, prose) - given for source in set(answers.values())}
    prints = {student: of[answers[student]] for student in sorted(answers) if of[answers[student]]}
    bits = _bits(prints)
    particular = {
        student: {one for one in own if one in bits}
        for student, own in prints.items()
        if len(own) >= SHORTEST
    }
    whole = {student: _total(own, bits) for student, own in particular.items()}
    for a, b in sorted(_candidates(particular)):
        both = particular[a] & particular[b]
        share = _total(both, bits) / min(whole[a], whole[b])
        if share >= ALIKE:
            yield (a, b), Shared(task, _total(both, bits) * FRESH, share)


def _bits(prints: Mapping[str, Set[int]]) -> dict[int, float]:
    """What each fingerprint tells that is not common."""
    most = max(FEW, min(CROWD, int(COMMON * len(prints))))
    return {
        one: math.log2(len(prints) / len(holders))
        for one, holders in _holders(prints).items()
        if len(holders) <= most
    }


def _total(some: Set[int], bits: Mapping[int, float]) -> float:
    return math.fsum(bits[one] for one in some)  # the same in any order


def _candidates(particular: Mapping[str, Set[int]]) -> list[tuple[str, str]]:
    """The pairs that share enough of what is particular: no others are compared."""
    shared: Counter[tuple[str, str]] = Counter()
    for holders in _holders(particular).values():
        shared.update(combinations(holders, 2))
    return [pair for pair, count in shared.items() if count >= SEVERAL]


def _holders(prints: Mapping[str, Set[int]]) -> dict[int, list[str]]:
    holders: dict[int, list[str]] = defaultdict(list)
    for student, own in prints.items():
        for one in own:
            holders[one].append(student)
    return holders


def similarity_page(
    pairs: Sequence[Pair],
    answers: Mapping[str, Mapping[str, str]],
    titles: Mapping[str, str],
    names: Mapping[str, str],
    most: int = SHOWN,
) -> str:
    """The first `most` pairs, cells side by side, as one HTML page without scripts.

    `titles` are those of the tasks, `names` those of the students; what has none goes by its key.
    """
    left_out = max(len(pairs) - most, 0)
    return render(
        "similarity.html", pairs=pairs[:most], left_out=left_out, answers=answers, titles=titles, names=names
    )
