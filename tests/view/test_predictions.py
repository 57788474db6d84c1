"""A prediction on a figure: where it was put, and nothing else has moved or changed its size."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from tl_course.view.predictions import caption_prediction, draw_prediction
from tl_course.view.style import new_figure


def panels(count: int = 1) -> Figure:
    figure, axes = new_figure(6.0, 3.0, 1, count)
    for axis in axes:
        axis.plot([0.0, 1.0], [1.0, 2.0], label="measured")
        axis.set(xlim=(0, 1), ylim=(2, 1))
    return figure


def predictions(figure: Figure) -> list[list[float]]:
    """For each panel, where along x the lines of a prediction stand."""
    return [
        [float(line.get_xdata()[0]) for line in axis.lines if line.get_label() == "your prediction"]
        for axis in figure.axes
    ]


def test_a_number_is_a_line_in_each_panel_and_named_below_them() -> None:
    figure = draw_prediction(panels(2), 0.25, "0.25 points")

    assert predictions(figure) == [[0.25], [0.25]]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["your prediction: 0.25 points"]


def test_a_number_can_be_of_one_panel() -> None:
    assert predictions(draw_prediction(panels(3), 0.25, "0.25", panel=1)) == [[], [0.25], []]


@pytest.mark.parametrize(
    ("value", "scale"),
    [(9.0, "linear"), (-3.0, "linear"), (1.0, "linear"), (1.999, "linear"), (40.0, "log"), (1e-3, "log")],
)
def test_a_number_outside_the_panel_or_at_its_frame_is_seen(value: float, scale: str) -> None:
    figure = panels()
    figure.axes[0].set_yscale(scale)

    draw_prediction(figure, value, "far", axis="y")

    low, high = figure.axes[0].get_ybound()
    assert low < value < high
    assert figure.axes[0].yaxis_inverted()  # as it was


def test_a_number_within_the_panel_leaves_its_limits() -> None:
    assert draw_prediction(panels(), 0.5, "0.5").axes[0].get_xlim() == (0, 1)


def test_the_panels_keep_their_size_and_nothing_lies_on_the_caption() -> None:
    figure = panels()
    figure.legend(loc="outside lower center")
    figure.suptitle("a title")
    figure.draw_without_rendering()
    before = figure.axes[0].get_window_extent()

    caption_prediction(figure, "a thing, and so on and so forth, " * 5)
    figure.draw_without_rendering()

    caption = figure.texts[-1].get_window_extent()
    assert figure.axes[0].get_window_extent().size == pytest.approx(before.size)
    assert caption.y0 >= 0
    assert caption.x1 <= figure.bbox.x1
    assert caption.y1 <= figure.legends[0].get_window_extent().y0 + 1
    assert figure.texts[0].get_window_extent().y1 <= figure.bbox.y1


def test_a_caption_is_plain_text() -> None:
    figure = caption_prediction(panels(), "costs $5 and $6")

    assert figure.texts[-1].get_text() == "You predicted: costs $5 and $6"
    assert not figure.texts[-1].get_parse_math()
