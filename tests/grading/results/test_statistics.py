"""Statistics of a class against values worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tl_course.grading.records import Graded
from tl_course.grading.results.statistics import (
    LessonStatistics,
    discrimination,
    histogram,
    lesson_statistics,
)
from tl_course.grading.results.tally import standings

from .small_class import COURSE, LESSON, PEOPLE, full, graded, outcome


def statistics_of(*notebooks: Graded, people: Sequence = ()) -> LessonStatistics:
    return lesson_statistics(standings(notebooks, people, COURSE), LESSON)


def test_totals_are_those_of_who_handed_in() -> None:
    found = statistics_of(full("anna", (4, 6, 5)), full("cleo", (0, 3, 0)), people=PEOPLE)

    assert (found.students, found.handed_in, found.totals) == (3, 2, (15, 3))
    assert (found.mean, found.median) == (9, 9)
    assert found.states == {"graded": 2, "not handed in": 1}


def test_a_class_that_handed_nothing_in_has_no_mean() -> None:
    found = statistics_of(people=PEOPLE)

    assert (found.mean, found.median, found.seconds, found.tasks[0].difficulty) == (None, None, None, None)


def test_points_so_far_are_counted_as_provisional() -> None:
    found = statistics_of(full("anna", (4, 6, None)), full("ben", (0, 3, 0)))

    assert (found.totals, found.provisional) == ((10, 3), 1)


def test_a_flagged_notebook_is_in_no_total_and_no_difficulty() -> None:
    cheat = graded("anna", outcome("freeze", None, "flagged"), outcome("cache", 6), state="flagged")
    found = statistics_of(cheat, full("ben", (2, 3, 1)))

    assert found.totals == (6,)
    assert [one.difficulty for one in found.tasks] == [2 / 4, 3 / 6, 1 / 5]
    assert found.tasks[0].states == {"passed": 1, "flagged": 1}


def test_a_bound_of_the_histogram_belongs_to_the_step_above() -> None:
    assert histogram([0, 0.9, 1, 4.5, 9, 10], 10) == (2, 1, 0, 0, 1, 0, 0, 0, 0, 2)


def test_difficulty_is_the_mean_share_of_the_points() -> None:
    found = statistics_of(full("a", (4, 6, 5)), full("b", (1, 0, 0)), full("c", (1, 3, 5)))

    assert [one.difficulty for one in found.tasks] == pytest.approx([0.5, 0.5, 2 / 3])


def test_a_text_has_no_difficulty_while_answers_wait() -> None:
    found = statistics_of(full("a", (4, 6, None)), full("b", (4, 6, 0)))

    assert [one.difficulty for one in found.tasks] == [1, 1, None]


def test_discrimination_is_the_correlation_with_the_rest() -> None:
    # Both have squares of 82.5 around 4.5; with 4 and 5 exchanged the products sum to 81.5.
    points = np.array([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 1, 2, 3, 5, 4, 6, 7, 8, 9]], dtype=float).T

    assert discrimination(points, 0) == pytest.approx(81.5 / 82.5)


def test_a_task_that_the_best_fail_discriminates_negatively() -> None:
    points = np.array([[1 - i % 2, i % 2, i % 2] for i in range(10)], dtype=float)

    assert discrimination(points, 0) == pytest.approx(-1)


def test_the_task_itself_is_not_in_the_rest() -> None:
    # With the task in the total the correlation would be 1 over the root of 2; the rest has none.
    points = np.array([[1, 1], [1, 0], [0, 1], [0, 0]] * 3, dtype=float)

    assert discrimination(points, 0) == pytest.approx(0)


def test_discrimination_needs_ten_students() -> None:
    points = np.array([[i, i] for i in range(10)], dtype=float)

    assert discrimination(points, 0) == pytest.approx(1)
    assert discrimination(points[:9], 0) is None


def test_discrimination_needs_a_spread() -> None:
    points = np.array([[3, i] for i in range(12)], dtype=float)

    assert discrimination(points, 0) is None
    assert discrimination(points, 1) is None


def test_discrimination_leaves_out_what_has_no_points() -> None:
    points = np.array([[i, i, np.nan] for i in range(10)] + [[np.nan, 0, 0]], dtype=float)

    assert discrimination(points, 0) == pytest.approx(1)
    assert discrimination(points, 2) is None


def test_states_are_counted_in_their_order() -> None:
    found = statistics_of(
        graded("a", outcome("freeze", 0, "timed out")),
        graded("b", outcome("freeze", 0, "crashed")),
        graded("c", outcome("freeze", 4, "passed")),
        graded("d", outcome("freeze", 0, "crashed")),
    )

    assert list(found.tasks[0].states.items()) == [("passed", 1), ("crashed", 2), ("timed out", 1)]
    assert found.task_states == ["passed", "crashed", "timed out"]


def test_a_mistake_counts_once_a_student_and_the_most_frequent_comes_first() -> None:
    found = statistics_of(
        graded("a", outcome("freeze", 0, "failed", mistakes=("rare", "rare", "often"))),
        graded("b", outcome("freeze", 0, "failed", mistakes=("often",))),
        graded("c", outcome("freeze", 0, "failed", mistakes=("also rare",))),
    )

    assert found.tasks[0].mistakes == (("often", 2), ("also rare", 1), ("rare", 1))


def test_time_is_the_median_and_the_slowest() -> None:
    found = statistics_of(*(full(name, seconds=time) for name, time in zip("abcdefg", range(7), strict=True)))

    assert found.seconds == 3
    assert found.slowest == (("g", 6), ("f", 5), ("e", 4), ("d", 3), ("c", 2))
