"""What the explorers of two studies show: the words, the figure and the sentence, as plain functions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tl_course.view.strategies import STRATEGIES
from tl_course.view.style import COLOURS, LABELS, MARKERS, new_figure

Row = dict[str, Any]
CLEAR = 0.05  # ranges that part by luck more often than this show nothing


@dataclass(frozen=True)
class View:
    """How a study is shown: its `column` on the x axis, its `measures` (column to label) on the y axis.

    `lower` are the measures of which less is better; `default` is where the slider starts, `live` the
    strategy that is offered first for a new run; `place` puts a value of the column into words.
    """

    study: str
    title: str
    column: str
    slider: str
    xlabel: str
    measures: Mapping[str, str]
    labels: Mapping[str, str]
    default: float
    live: str
    note: str
    place: str
    lower: tuple[str, ...] = ()


DATA_SIZE = View(
    study="data_size",
    title="How many pictures are enough?",
    column="per_class",
    slider="pictures a class",
    xlabel="training pictures a class",
    measures={"accuracy": "test accuracy"},
    labels=LABELS,
    default=20,
    live="pretrained",
    note=(
        "Run a row anew, with a seed that the study did not use: other pictures, other first weights. The "
        "study measures on the test split, and chose nothing there. A new run shows how far a number moves. "
        "It is no way to pick a strategy or a size for your model: that is what the validation split is for. "
        "Cancel ends a run after the epoch or the batch that it is in."
    ),
    place="{:g} pictures a class",
)
LEARNING_RATE = View(
    study="learning_rate",
    title="Which learning rate for which strategy?",
    column="lr",
    slider="learning rate",
    xlabel="learning rate",
    measures={"loss": "validation loss", "accuracy": "validation accuracy"},
    labels={name: label for name, label in STRATEGIES.items() if name != "scratch"},
    default=3e-3,
    live="partial",
    note=(
        "Run a row anew, with a seed that the study did not use: 20 other pictures a class, other first "
        "weights. All is measured on the validation split, which is there to choose by. Cancel ends a run "
        "after the epoch or the batch that it is in."
    ),
    place="a learning rate of {:g}",
    lower=("loss",),
)


def values_at(view: View, rows: Sequence[Row], strategy: str, place: float, measure: str) -> list[float]:
    """The numbers of a strategy at one place on the x axis, one a seed."""
    return [
        row[measure] for row in rows if row["strategy"] == strategy and math.isclose(row[view.column], place)
    ]


def read_study(
    view: View, rows: Sequence[Row], stars: Sequence[Row], shown: Sequence[str], place: float, measure: str
) -> str:
    """What the numbers at one place say: means, lowest and highest seed, and whether two strategies part."""
    if not shown:
        return "No strategy is chosen: tick at least one."
    found = {name: values_at(view, rows, name, place, measure) for name in shown}
    found = {name: values for name, values in found.items() if values}
    parts = [f"{view.labels[name]} {_summary(values)}" for name, values in found.items()]
    what = f"{view.measures[measure]} at {view.place.format(place)}".capitalize()
    sentences = [f"{what}: {'; '.join(parts)}."] if parts else []
    if len(found) > 1:
        one, other, *_ = sorted(
            found, key=lambda name: np.mean(found[name]), reverse=measure not in view.lower
        )
        sentences.append(_parted(view, measure, one, other, found))
    return " ".join([*sentences, *(_star(view, row, measure) for row in stars)])


def _summary(values: Sequence[float]) -> str:
    seeds = "1 seed" if len(values) == 1 else f"{len(values)} seeds"
    return f"{np.mean(values):.2f} ({min(values):.2f} to {max(values):.2f}, {seeds})"


def _star(view: View, row: Row, measure: str) -> str:
    where = view.place.format(row[view.column])
    return f"Your run, {view.labels[row['strategy']]}, {where}, seed {row['seed']}: {row[measure]:.2f}."


def _parted(view: View, measure: str, one: str, other: str, found: Mapping[str, Sequence[float]]) -> str:
    """Whether the seeds of the best mean lie apart from those of the second best, and what that is worth."""
    sign = -1 if measure in view.lower else 1
    best, second = ([sign * value for value in found[name]] for name in (one, other))
    a, b = f"“{view.labels[one]}”", f"“{view.labels[other]}”"
    if min(best) <= max(second):
        return f"The best two means are those of {a} and {b}: their seeds overlap, no difference is shown."
    apart = f"Every seed of {a} lies {'above' if sign > 0 else 'below'} every seed of {b}"
    luck = 2 / math.comb(len(best) + len(second), len(best))
    if luck > CLEAR:
        return f"{apart}, but with so few seeds luck alone does that once in {1 / luck:.0f} times."
    return f"{apart}: a difference that the seeds show."


def plot_study(
    view: View, rows: Sequence[Row], stars: Sequence[Row], shown: Sequence[str], place: float, measure: str,
    chance: float,
) -> Figure:  # fmt: skip
    """Left the means as faint curves; right, at `place`, a dot for each seed and a large mark for the mean.

    Runs made here are stars in both.
    """
    figure, (curves, seeds) = new_figure(9.6, 4.0, 1, 2)
    curves.axvline(place, color=COLOURS["neutral"], linewidth=0.8)
    for index, strategy in enumerate(shown):
        runs = [row for row in stars if row["strategy"] == strategy]
        _draw_curve(curves, view, rows, runs, strategy, measure)
        here = values_at(view, runs, strategy, place, measure)
        _draw_seeds(seeds, index, values_at(view, rows, strategy, place, measure), here, strategy, view)
    if stars:
        seeds.plot([], [], "*", markersize=12, color="white", markeredgecolor="black", label="run here")
    if measure == "accuracy":
        curves.set_ylim(0, 1)
        for axis in (curves, seeds):
            axis.axhline(chance, color=COLOURS["neutral"], linestyle=":", label="chance")
    seeds.set(ylim=curves.get_ylim(), xlim=(-0.6, max(len(shown), 1) - 0.4), xticks=[])
    places = sorted({row[view.column] for row in [*rows, *stars]})
    curves.set(xscale="log", xlabel=f"{view.xlabel} (log scale)", ylabel=view.measures[measure])
    curves.set_xticks(places, [f"{value:g}" for value in places])
    curves.minorticks_off()
    curves.set_title("Means of the seeds", fontsize=10)
    seeds.set_title(f"At {view.place.format(place)}: mean and seeds", fontsize=10)
    seeds.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _draw_curve(
    axis: Axes, view: View, rows: Sequence[Row], runs: Sequence[Row], strategy: str, measure: str
) -> None:
    places = sorted({row[view.column] for row in rows if row["strategy"] == strategy})
    means = [np.mean(values_at(view, rows, strategy, at, measure)) for at in places]
    axis.plot(places, means, marker=MARKERS[strategy], markersize=4, color=COLOURS[strategy], alpha=0.45)
    axis.plot(
        [row[view.column] for row in runs], [row[measure] for row in runs], "*", markersize=13,
        color=COLOURS[strategy], markeredgecolor="black", zorder=4,
    )  # fmt: skip


def _draw_seeds(
    axis: Axes, index: int, stored: Sequence[float], here: Sequence[float], strategy: str, view: View
) -> None:
    """One strategy's column: its mean at the left, its seeds side by side, what was run here at the right."""
    colour = COLOURS[strategy]
    edge: dict[str, Any] = {"markeredgecolor": "black", "markeredgewidth": 0.5}
    mean = [np.mean(stored)] if stored else []
    axis.plot([index - 0.3] * len(mean), mean, MARKERS[strategy], markersize=12, color=colour, **edge,
              label=view.labels[strategy])  # fmt: skip
    axis.plot(
        np.linspace(index - 0.02, index + 0.22, len(stored)), stored, "o", markersize=5, color=colour, **edge
    )
    axis.plot([index + 0.35] * len(here), here, "*", markersize=15, color=colour, **edge, zorder=4)
