"""What a class's points say about its tasks: difficulty, discrimination, states, most frequent mistakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

import numpy as np
from numpy.typing import NDArray

from tl_course.grading.assignment import Assignment, Task
from tl_course.grading.records import STATES, Outcome
from tl_course.grading.results.tally import Standing, Work

FEWEST = 10  # students; a correlation over fewer says nothing
BARS = 10


@dataclass(frozen=True)
class TaskStatistics:
    """One task in the class.

    `difficulty` is the mean share of the points, 0 to 1, over the students who have points; low is
    difficult. `discrimination` is in [-1, 1]. Both are None while answers wait for points: those that have
    theirs already are the empty ones. `states` counts the students in each state, in the order of
    STATES; `mistakes` the students with each mistake, the most frequent first.
    """

    task: Task
    students: int
    difficulty: float | None
    discrimination: float | None
    states: Mapping[str, int]
    mistakes: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class LessonStatistics:
    """One lesson in the class.

    `totals` are the points, or the points so far where a task waits for its own (`provisional` counts
    those). `bars` counts totals by tenths of `of`. `states` counts works. `seconds` is the
    median time of grading a notebook, and `slowest` has (student's key, seconds).
    """

    assignment: Assignment
    students: int
    handed_in: int
    totals: tuple[float, ...]
    provisional: int
    bars: tuple[int, ...]
    states: Mapping[str, int]
    tasks: tuple[TaskStatistics, ...]
    seconds: float | None
    slowest: tuple[tuple[str, float], ...]

    @property
    def mean(self) -> float | None:
        """The mean of the totals; None without any."""
        return fmean(self.totals) if self.totals else None

    @property
    def median(self) -> float | None:
        """The median of the totals; None without any."""
        return median(self.totals) if self.totals else None

    @property
    def task_states(self) -> list[str]:
        """The states in which any task is, in the order of STATES."""
        return [state for state in STATES if any(state in one.states for one in self.tasks)]


def lesson_statistics(class_: Sequence[Standing], assignment: Assignment) -> LessonStatistics:
    """The statistics of one lesson; whoever handed nothing in counts in none of its tasks."""
    works = {one.person.key: one.works[assignment.lesson] for one in class_}
    handed_in = [work for work in works.values() if work.graded]
    totals = [work.so_far for work in works.values() if work.so_far is not None]
    times = {key: work.graded.seconds for key, work in works.items() if work.graded}
    return LessonStatistics(
        assignment,
        students=len(works),
        handed_in=len(handed_in),
        totals=tuple(totals),
        provisional=sum(work.points is None and work.so_far is not None for work in works.values()),
        bars=histogram(totals, assignment.of),
        states=Counter(work.state for work in works.values()),
        tasks=_task_statistics(handed_in, assignment),
        seconds=median(times.values()) if times else None,
        slowest=tuple(sorted(times.items(), key=lambda item: (-item[1], item[0]))[:5]),
    )


def histogram(totals: Sequence[float], of: float) -> tuple[int, ...]:
    """How many totals fall in each tenth of [0, of]; a bound belongs to the tenth above it, but `of`."""
    counts, _ = np.histogram(totals, bins=BARS, range=(0, of))
    return tuple(counts.tolist())


def discrimination(points: NDArray[np.float64], task: int) -> float | None:
    """Pearson's correlation of a task's points with the rest of the total: do those who do well elsewhere
    do well here?

    `points` is (students, tasks), NaN where there are none; students without points in `task` and other
    tasks without points for one of the others are left out. None below FEWEST students, and where the task
    or the rest is the same for all. Source: J. P. Guilford, "The correlation of an item with a composite of
    the remaining items in a test", Educational and Psychological Measurement 13 (1953), 87-93.
    """
    known = points[~np.isnan(points[:, task])]
    rest = np.delete(known, task, axis=1)
    total = rest[:, ~np.isnan(rest).any(axis=0)].sum(axis=1)
    if len(known) < FEWEST or np.ptp(known[:, task]) == 0 or np.ptp(total) == 0:
        return None
    return float(np.corrcoef(known[:, task], total)[0, 1])


def _task_statistics(works: Sequence[Work], assignment: Assignment) -> tuple[TaskStatistics, ...]:
    outcomes = [{one.task: one for one in work.outcomes} for work in works if work.state != "flagged"]
    points = np.array(
        [[_points(row.get(task.name)) for task in assignment.tasks] for row in outcomes], dtype=np.float64
    ).reshape(len(outcomes), len(assignment.tasks))
    return tuple(_one_task(works, task, points, number) for number, task in enumerate(assignment.tasks))


def _one_task(works: Sequence[Work], task: Task, points: NDArray[np.float64], number: int) -> TaskStatistics:
    found = [one for work in works for one in work.outcomes if one.task == task.name]
    known = points[~np.isnan(points[:, number]), number]
    complete = len(known) > 0 and all(one.points is not None or one.state == "flagged" for one in found)
    mistakes = Counter(mistake for one in found for mistake in set(one.mistakes))
    states = Counter(one.state for one in found)
    return TaskStatistics(
        task,
        students=len(known),
        difficulty=float(known.mean() / task.points) if complete else None,
        discrimination=discrimination(points, number) if complete else None,
        states={state: states[state] for state in STATES if states[state]},
        mistakes=tuple(sorted(mistakes.items(), key=lambda item: (-item[1], item[0]))),
    )


def _points(outcome: Outcome | None) -> float:
    return float("nan") if outcome is None or outcome.points is None else outcome.points
