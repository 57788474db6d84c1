"""Figures of lesson 04: what is drawn is what was given."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tl_course import view
from tl_course.studies import Study
from tl_course.training.number_formats import FORMATS


def table() -> Study:
    rows = [
        {"model": "net", "mode": "fp32", "layout": "channels last", "compiled": False,
         "images_per_second": 10.0, "memory": 100.0},
        {"model": "net", "mode": "bf16", "layout": "channels last", "compiled": False,
         "images_per_second": 25.0, "memory": 50.0},
        {"model": "net", "mode": "fp16", "layout": "channels last", "compiled": False,
         "reason": "no fast kernels"},
    ]  # fmt: skip
    return Study("mixed_precision", rows, {"device": "a chip", "device_type": "cpu"}, {}, "")


FIGURES = {
    "formats": lambda: view.plot_formats(),
    "gradients": lambda: view.plot_gradients(torch.tensor([0.0, 1e-9, 1e-6, 1.0])),
    "loss scales": lambda: view.plot_loss_scales([0, 8], [0.2, 0.0], [0.0, 0.1]),
    "gradient errors": lambda: view.plot_gradient_errors([0, 8, 16], [0.1, 0.01, np.inf], 0.05),
    "scale trace": lambda: view.plot_scale_trace([4.0, 2.0], [True, False]),
    "precision table": lambda: view.plot_precision_table(table()),
}


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_axes_have_labels(figure) -> None:
    for axis in figure().axes:
        assert axis.get_xlabel()
        assert axis.get_ylabel() or [label.get_text() for label in axis.get_yticklabels()]


def test_each_bar_ends_at_the_largest_number_of_its_format() -> None:
    axis = view.plot_formats().axes[0]

    ends = [0.0] * len(FORMATS)
    for bar in axis.patches:
        row = round(bar.get_y() + bar.get_height() / 2)
        ends[row] = max(ends[row], bar.get_x() + bar.get_width())

    assert ends == pytest.approx([np.log2(one.largest) for one in FORMATS.values()])


def test_the_zones_of_fp16_name_the_shares_that_lie_in_them() -> None:
    gradients = torch.tensor([0.0, 1e-9, 1e-6, 1e-6, 1.0])

    labels = view.plot_gradients(gradients).axes[0].get_legend_handles_labels()[1]

    assert [label.rpartition(": ")[2] for label in labels] == ["25%", "50%", "25%"]


def test_an_overflow_is_a_cross_and_not_a_distance() -> None:
    lines = view.plot_gradient_errors([0, 8, 16], [0.1, 0.01, np.inf], 0.05).axes[0].lines

    by_marker = {line.get_marker(): list(line.get_xdata()) for line in lines[:2]}

    assert by_marker == {"o": [0, 8], "x": [16]}


def test_skipped_steps_are_marked_where_they_were() -> None:
    lines = view.plot_scale_trace([8.0, 4.0, 2.0], [True, True, False]).axes[0].lines

    (crosses,) = [line for line in lines if line.get_marker() == "x"]
    assert list(crosses.get_xdata()) == [1, 2]
    assert list(crosses.get_ydata()) == [8.0, 4.0]


def test_the_precision_table_is_drawn_relative_to_fp32() -> None:
    speed, memory = view.plot_precision_table(table()).axes

    assert list(speed.lines[0].get_xdata()) == pytest.approx([1.0, 2.5])
    assert list(memory.lines[0].get_xdata()) == pytest.approx([1.0, 0.5])


def test_what_was_not_measured_has_a_row_and_no_marker() -> None:
    speed = view.plot_precision_table(table()).axes[0]

    assert [label.get_text() for label in speed.get_yticklabels()] == ["fp32", "bf16", "fp16"]
    assert len(speed.lines[0].get_xdata()) == 2
