"""Figures of how good saliency maps are: where they point, and what the model does without their pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tl_course.explain import METHODS
from tl_course.explain.measures import Interval, area_under
from tl_course.studies import Study
from tl_course.view.style import COLOURS, new_figure
from tl_course.view.training import CYCLE, STYLES

SHAPES = "osD^v"
COLUMNS = {"pointing": "pointing game", "energy": "energy inside"}  # the study's, and the measures
MEANINGS = {
    "pointing game": "share of pictures whose highest pixel hits",
    "energy inside": "share of the map inside the mask",
}


def plot_localisation(
    results: Mapping[Any, Mapping[str, Interval]],
    baselines: Mapping[str, Mapping[str, Interval]] | None = None,
    title: str = "",
) -> Figure:
    """Dots with their 95 % intervals: a row a method or layer, a panel a measure.

    Args:
        results: row -> what `localisation` gives, measure -> (mean, low, high). A row's name may be a pair
            (row, group), such as ("gradcam", "right answers"): groups share the row, told apart by colour
            and marker.
        baselines: name -> the same, of maps that know nothing; their means are vertical lines.
        title: above the panels.
    """
    pairs = [key if isinstance(key, tuple) else (key, "") for key in results]
    names, groups = list(dict.fromkeys(row for row, _ in pairs)), list(dict.fromkeys(g for _, g in pairs))
    measures = list(next(iter(results.values())))
    height = (0.3 + 0.12 * len(groups)) * len(names) + 1.5 + 0.3 * bool(title)
    figure, axes = new_figure(9.6, height, 1, len(measures))
    for axis, measure in zip(axes, measures, strict=True):
        for (row, group), values in zip(pairs, results.values(), strict=True):
            which = groups.index(group)
            # Rows are 1 apart: their groups share the middle, and a gap stays between the rows.
            place = names.index(row) + min(0.22, 0.7 / len(groups)) * (which - (len(groups) - 1) / 2)
            _draw_interval(axis, place, values[measure], which, group)
        for (name, values), style in zip((baselines or {}).items(), (":", "--", "-."), strict=False):
            axis.axvline(values[measure][0], color=COLOURS["neutral"], linestyle=style, label=name, zorder=0)
        axis.set_yticks(range(len(names)), names)
        axis.set(xlim=(0, 1), ylim=(len(names) - 0.5, -0.5), xlabel=MEANINGS.get(measure, measure))
        axis.set_title(measure, fontsize=10)
    for axis in axes[1:]:
        axis.tick_params(labelleft=False)
    figure.set_layout_engine("constrained", wspace=0.06)
    _draw_legend(figure, axes[0])
    if title:
        figure.suptitle(title, fontsize=11)
    return figure


def plot_saliency_study(study: Study) -> Figure:
    """The study saliency at the deepest stage of each backbone: means of the seeds, and their range."""
    stages = {row["backbone"]: row["stage"] for row in study.rows if row["method"] == "scorecam"}

    def found(method: str, backbone: str) -> dict[str, Interval]:
        rows = study.where(backbone=backbone, stage=stages[backbone], method=method)
        return {measure: _range([row[column] for row in rows]) for column, measure in COLUMNS.items()}

    results = {(method, backbone): found(method, backbone) for method in METHODS for backbone in stages}
    baselines = {name: found(name, next(iter(stages))) for name in ("random", "centre")}
    seeds = len({row["seed"] for row in study.rows})
    title = f"The deepest maps of {len(stages)} backbones: mean and range of {seeds} seeds"
    return plot_localisation(results, baselines, title)


def _range(values: Sequence[float]) -> Interval:
    return sum(values) / len(values), min(values), max(values)


def plot_curves(
    curves: Mapping[str, np.ndarray], xlabel: str, ylabel: str = "probability of the class", title: str = ""
) -> Figure:
    """Deletion or insertion curves: name -> (N, steps + 1), their mean and a band of two standard errors.

    The legend gives the area under the mean curve, which is the mean of the areas.
    """
    figure, (axis,) = new_figure(8.6, 3.6)
    for index, (name, values) in enumerate(curves.items()):
        shares = np.linspace(0, 100, values.shape[1])
        mean = values.mean(0)
        error = values.std(0, ddof=1) / len(values) ** 0.5 if len(values) > 1 else np.zeros_like(mean)
        label = f"{name}: area {area_under(mean):.2f}"
        _draw_band(axis, index, shares, mean, mean - 2 * error, mean + 2 * error, label)
    axis.set(xlim=(0, 100), ylim=(0, 1), xlabel=xlabel, ylabel=ylabel)
    axis.set_title(title, fontsize=11)
    axis.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=3)
    return figure


def plot_randomisation(
    names: Sequence[str], correlations: Mapping[str, np.ndarray], title: str = ""
) -> Figure:
    """Rank correlation with the trained model's map as its stages are made random, from the top down.

    Args:
        names: the stages in the order in which they are randomised, each in addition to those before.
        correlations: method -> (stages, N), one a picture; the mean, and a band that holds the middle 80 %.
        title: above the figure.
    """
    figure, (axis,) = new_figure(8.6, 3.6)
    places = np.arange(len(names))
    for index, (name, values) in enumerate(correlations.items()):
        low, high = np.percentile(values, [10, 90], axis=1)
        _draw_band(axis, index, places, values.mean(1), low, high, name)
    axis.axhline(0, color=COLOURS["neutral"], linestyle=":", label="no relation")
    axis.set_xticks(places, [names[0], *(f"+ {name}" for name in names[1:])])
    axis.set(
        xlabel="stages with random weights, from the top down", ylabel="rank correlation with\nthe map before"
    )
    axis.set_ylim(min(axis.get_ylim()[0], -0.1), 1.03)
    axis.set_title(title or "Do the maps depend on what was learnt? Mean and middle 80 %", fontsize=11)
    axis.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=3)
    return figure


def _colour(index: int) -> str:
    return COLOURS[CYCLE[index % len(CYCLE)]]


def _draw_interval(axis: Axes, place: float, interval: Interval, which: int, label: str) -> None:
    mean, low, high = interval
    axis.plot([low, high], [place, place], color=COLOURS["neutral"], linewidth=2, solid_capstyle="round")
    axis.plot(
        mean, place, SHAPES[which % len(SHAPES)], color=_colour(which), markersize=8, label=label or None
    )


def _draw_band(
    axis: Axes,
    index: int,
    x: np.ndarray,
    mean: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    label: str,
) -> None:
    style, shape, colour = STYLES[index % len(STYLES)], SHAPES[index % len(SHAPES)], _colour(index)
    axis.plot(x, mean, shape + style, markevery=-(-len(x) // 8), color=colour, linewidth=2, label=label)
    axis.fill_between(x, low, high, color=colour, alpha=0.2, linewidth=0)


def _draw_legend(figure: Figure, axis: Axes) -> None:
    handles, labels = axis.get_legend_handles_labels()
    if labels:
        once = dict(zip(labels, handles, strict=True))
        figure.legend(once.values(), once, loc="outside lower center", ncols=min(len(once), 5), frameon=False)
