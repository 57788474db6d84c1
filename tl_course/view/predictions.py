"""What the student predicted, on the figure that shows the result."""

from __future__ import annotations

import textwrap
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from tl_course.view.style import COLOURS

LINE = 0.24  # inches, of a line of small text
LETTERS = 13  # of it in an inch
GAP = 0.06  # inches, above the text
MARGIN = 0.02  # of a panel's length, between a prediction and the frame


def draw_prediction(
    figure: Figure, value: float, text: str, axis: Literal["x", "y"] = "x", panel: int | None = None
) -> Figure:
    """Draw `value` as the course's dashed line, and name it below the panels; returns the same figure.

    Args:
        figure: one that is finished; it grows by a line of text.
        value: on the scale of the axis.
        text: the value as it is written, with its unit.
        axis: the one along which the value is measured.
        panel: the number of the panel, from 0; all of them where it is None.
    """
    lines = [_draw_line(one, value, axis) for one in (figure.axes if panel is None else [figure.axes[panel]])]
    _make_room(figure, 1)
    label = [f"your prediction: {text}"]
    figure.legend(lines[:1], label, loc="lower left", bbox_to_anchor=(0, 0), frameon=False, fontsize=9)
    return figure


def caption_prediction(figure: Figure, text: str) -> Figure:
    """Write what was predicted below the panels; the figure grows by these lines. Returns the same figure."""
    lines = textwrap.wrap(f"You predicted: {text}", int(LETTERS * figure.get_figwidth()))
    _make_room(figure, len(lines))
    figure.text(
        0.1 / figure.get_figwidth(), 0.08 / figure.get_figheight(), "\n".join(lines), fontsize=9,
        color=COLOURS["neutral"], parse_math=False,
    )  # fmt: skip
    return figure


def _draw_line(panel: Axes, value: float, axis: str) -> Line2D:
    along, draw = (panel.xaxis, panel.axvline) if axis == "x" else (panel.yaxis, panel.axhline)
    set_bounds, bounds = (
        (panel.set_xbound, panel.get_xbound()) if axis == "x" else (panel.set_ybound, panel.get_ybound())
    )
    scale = along.get_transform()
    low, place, high = scale.transform([bounds[0], value, bounds[1]])
    margin = MARGIN * (high - low)  # a line on the frame is not seen, nor one outside
    if not low + margin < place < high - margin:
        ends = [min(low, place - margin), max(high, place + margin)]
        set_bounds(*scale.inverted().transform(ends))
    return draw(value, color=COLOURS["prediction"], linestyle="--", linewidth=2, label="your prediction")


def _make_room(figure: Figure, lines: int) -> None:
    """Make the figure taller by some lines of text; all that is drawn keeps its size and moves up.

    The layout is done first and then left: it knows no room below a legend that is outside the panels.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    room, height = LINE * lines + GAP, figure.get_figheight()
    share = room / (height + room)
    figure.set_figheight(height + room)
    for panel in figure.axes:
        place = panel.get_position(original=True)
        panel.set_position(
            (place.x0, share + place.y0 * (1 - share), place.width, place.height * (1 - share))
        )
    for text in figure.texts:
        text.set_y(share + text.get_position()[1] * (1 - share))
    for legend in figure.legends:
        legend.set_bbox_to_anchor((0, share, 1, 1 - share), figure.transFigure)
