"""Figures that compare backbones: cost against accuracy, and what wrong preprocessing costs."""

from __future__ import annotations

import math
from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from tl_course.training import Evaluation
from tl_course.view.style import COLOURS, new_figure

LINE = 14.0  # pixels that a name takes in height
FEW = 12  # of more points only those on the front are named


def pareto_front(points: Mapping[str, tuple[float, float]]) -> list[str]:
    """The names of (cost, value) points that no other point beats in both, from cheap to dear."""
    front: list[str] = []
    best = float("-inf")
    for name, (_, value) in sorted(points.items(), key=lambda item: (item[1][0], -item[1][1])):
        if value > best:
            front.append(name)
            best = value
    return front


def plot_pareto(
    points: Mapping[str, tuple[float, float | Evaluation]], xlabel: str, ylabel: str, title: str
) -> Figure:
    """Cost (log scale) against value, the Pareto front as a line; an Evaluation has its interval."""
    values = {
        name: (cost, value.accuracy if isinstance(value, Evaluation) else value)
        for name, (cost, value) in points.items()
    }
    front = pareto_front(values)
    figure, (axis,) = new_figure(8.0, 4.4)
    for name, (cost, value) in points.items():
        colour = COLOURS["pretrained"] if name in front else COLOURS["scratch"]
        if isinstance(value, Evaluation):
            axis.plot([cost, cost], value.interval, color=colour, linewidth=2)
        axis.plot(cost, values[name][1], "o" if name in front else "s", color=colour, markersize=6)
    axis.plot(*zip(*(values[name] for name in front), strict=True), color=COLOURS["pretrained"], alpha=0.4)
    axis.set(xscale="log", xlabel=xlabel, ylabel=ylabel)
    axis.margins(x=0.18)
    _label(axis, {name: values[name] for name in (points if len(points) <= FEW else front)})
    _mark_costs(axis)
    axis.set_title(title, fontsize=11)
    return figure


def plot_choice(
    points: Mapping[str, tuple[float, float]],
    budget: float,
    chosen: str,
    xlabel: str,
    ylabel: str,
    intervals: Mapping[str, tuple[float, float]] | None = None,
) -> Figure:
    """Cost (log scale) against value under a budget: what is too dear is pale, `chosen` has a ring.

    The line is the Pareto front of what can be afforded; (cost, value) of each name, and where there are
    `intervals`, the lowest and highest plausible value.
    """
    affordable = {name: point for name, point in points.items() if point[0] <= budget}
    front = pareto_front(affordable)
    figure, (axis,) = new_figure(7.4, 4.2)
    groups = (
        ([name for name in points if name not in affordable], "x", COLOURS["scratch"], "too dear"),
        (
            [name for name in affordable if name not in front],
            "s",
            COLOURS["scratch"],
            "beaten by a cheaper one",
        ),
        (front, "o", COLOURS["pretrained"], "on the front"),
    )
    for names, marker, colour, label in groups:
        x, y = [points[name][0] for name in names], [points[name][1] for name in names]
        axis.plot(x, y, marker, color=colour, alpha=0.5 if marker == "x" else 1.0, markersize=6, label=label)
    axis.plot(*zip(*(points[name] for name in front), strict=True), color=COLOURS["pretrained"], alpha=0.4)
    for name, interval in (intervals or {}).items():
        axis.plot([points[name][0]] * 2, interval, color=COLOURS["neutral"], linewidth=1, zorder=0)
    axis.axvline(budget, color=COLOURS["neutral"], linestyle=":", label="budget")
    axis.plot(*points[chosen], "o", markersize=15, markerfacecolor="none", markeredgewidth=2,
              color=COLOURS["full"], label=chosen)  # fmt: skip
    axis.set(xscale="log", xlabel=f"{xlabel} (log scale)", ylabel=ylabel)
    if len(points) <= FEW:
        _label(axis, points)
    _mark_costs(axis)
    axis.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _mark_costs(axis: Axes) -> None:
    """Plain numbers along a log scale, a few of them whether it spans one decade or five."""
    low, high = axis.get_xlim()
    decades = math.log10(high / low)
    narrow = (1.0, 1.2, 1.5, 2.0, 3.0, 5.0, 7.0)
    steps = (1.0,) if decades > 2.5 else (1.0, 2.0, 5.0) if decades > 0.7 else narrow
    axis.xaxis.set_major_locator(LogLocator(subs=steps))
    axis.xaxis.set_major_formatter("{x:g}")
    axis.xaxis.set_minor_formatter(NullFormatter())


def _label(axis: Axes, points: Mapping[str, tuple[float, float]]) -> None:
    """Names below their points; one that would cover the name before it is left out."""
    pixels = {name: axis.transData.transform(point) for name, point in points.items()}
    shown: list[str] = []
    for name in sorted(points, key=lambda name: points[name], reverse=True):
        if all(abs(pixels[name] - pixels[other]) @ [0.15, 1.0] > LINE for other in shown):
            axis.annotate(name, points[name], xytext=(6, -10), textcoords="offset points", fontsize=8)
            shown.append(name)


def plot_mismatch(results: Mapping[str, Mapping[str, Evaluation]], chance: float) -> Figure:
    """A row a backbone, a marker a way of preprocessing, each with its 95 % interval."""
    labels = list(dict.fromkeys(label for row in results.values() for label in row))
    colours = dict(zip(labels, ("pretrained", "random", "full", "partial"), strict=False))
    figure, (axis,) = new_figure(7.6, 0.62 * len(results) + 1.3)
    for place, row in enumerate(results.values()):
        for step, label in enumerate(labels):
            if label not in row:
                continue
            height = place + 0.2 * (step - (len(labels) - 1) / 2)
            colour = COLOURS[colours[label]]
            axis.plot(row[label].interval, [height, height], color=colour, linewidth=2)
            axis.plot(row[label].accuracy, height, "osD^"[step % 4], color=colour, label=label)
    axis.axvline(chance, color=COLOURS["neutral"], linestyle=":", label="chance")
    axis.set_yticks(range(len(results)), list(results))
    axis.invert_yaxis()
    axis.set(xlim=(0, 1), xlabel="validation accuracy, with its 95 % interval")
    handles, names = axis.get_legend_handles_labels()
    unique = dict(zip(names, handles, strict=True))
    axis.legend(unique.values(), unique, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure
