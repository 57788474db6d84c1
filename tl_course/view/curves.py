"""Figures made of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from tl_course.studies import Study
from tl_course.training import Evaluation
from tl_course.view.style import COLOURS, LABELS, MARKERS, new_figure


def plot_parameters(counts: Mapping[str, tuple[int, int]]) -> Figure:
    """Bars of parameters by stage: name to (all, trainable)."""
    figure, (axis,) = new_figure(7.0, 0.35 * len(counts) + 1.1)
    for row, (total, trainable) in enumerate(counts.values()):
        axis.barh(row, total, color=COLOURS["scratch"], alpha=0.45, label="frozen" if row == 0 else None)
        if trainable:
            axis.barh(row, trainable, color=COLOURS["head"], label="trains")
        axis.text(max(total, 1), row, f" {total:,}", va="center", fontsize=9)
    axis.set_yticks(range(len(counts)), list(counts))
    axis.invert_yaxis()
    axis.set(
        xscale="log",
        xlabel="parameters (log scale)",
        title="Where the parameters are, and which of them train",
    )
    axis.margins(x=0.2)
    axis.legend(loc="lower right", frameon=False)
    return figure


def plot_drift(drift: Sequence[float], cured: Sequence[float] | None = None) -> Figure:
    """How far each BatchNorm layer's running mean moved, shallow to deep, in its own standard deviations."""
    figure, (axis,) = new_figure(7.0, 3.2)
    depth = np.arange(1, len(drift) + 1)
    axis.plot(depth, drift, "o-", color=COLOURS["full"], label="requires_grad = False, train mode")
    if cured is not None:
        axis.plot(depth, cured, "s-", color=COLOURS["partial"], label="freeze(model)")
    axis.set(xlabel="BatchNorm layer, shallow to deep", xticks=depth[:: -(-len(drift) // 20)], ylim=(0, None))
    axis.set_title("How far did the frozen layers move?", fontsize=11)
    axis.set_ylabel("shift of the running mean\n(standard deviations)")
    axis.legend(frameon=False)
    return figure


def plot_results(results: Mapping[str, Evaluation], chance: float) -> Figure:
    """Accuracies as dots with their 95 % intervals, chance as a line."""
    figure, (axis,) = new_figure(7.0, 0.42 * len(results) + 1.2)
    for row, result in enumerate(results.values()):
        low, high = result.interval
        axis.plot([low, high], [row, row], color=COLOURS["neutral"], linewidth=2, solid_capstyle="round")
        axis.plot(result.accuracy, row, "o", color=COLOURS["pretrained"], markersize=8)
        axis.text(min(high + 0.015, 0.93), row, f"{result.accuracy:.2f}", va="center", fontsize=9)
    axis.axvline(chance, color=COLOURS["scratch"], linestyle=":", label="chance")
    axis.set_yticks(range(len(results)), list(results))
    axis.invert_yaxis()
    axis.margins(y=0.2)
    axis.set(xlim=(0, 1), xlabel="accuracy, with its 95 % interval")
    axis.legend(frameon=False, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2)
    return figure


def plot_data_size(study: Study, chance: float, live: Mapping[str, Any] | None = None) -> Figure:
    """Accuracy against pictures a class: the mean of the seeds, and a band from the lowest to the highest."""
    figure, (axis,) = new_figure(9.6, 4.0)
    for strategy in dict.fromkeys(row["strategy"] for row in study.rows):
        rows = study.where(strategy=strategy)
        sizes = sorted({row["per_class"] for row in rows})
        values = [[row["accuracy"] for row in rows if row["per_class"] == size] for size in sizes]
        colour = COLOURS[strategy]
        axis.plot(
            sizes,
            [np.mean(v) for v in values],
            marker=MARKERS[strategy],
            color=colour,
            label=LABELS[strategy],
        )
        axis.fill_between(
            sizes, [min(v) for v in values], [max(v) for v in values], color=colour, alpha=0.2, linewidth=0
        )
    axis.axhline(chance, color=COLOURS["neutral"], linestyle=":", label="chance")
    if live is not None:
        axis.plot(
            live["per_class"],
            live["accuracy"],
            "*",
            markersize=15,
            color=COLOURS["full"],
            label="run just now",
        )
    ticks = sorted({row["per_class"] for row in study.rows})
    axis.set(
        xscale="log", xlabel="training pictures a class (log scale)", ylabel="test accuracy", ylim=(0, 1)
    )
    axis.set_xticks(ticks, [str(tick) for tick in ticks])
    axis.minorticks_off()
    axis.set_title(f"How many pictures are enough? Mean and range of {_seeds(study)} seeds", fontsize=11)
    axis.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _seeds(study: Study) -> int:
    return len({row["seed"] for row in study.rows})
