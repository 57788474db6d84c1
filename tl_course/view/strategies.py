"""The figure and the table of the study fine_tuning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from tl_course.studies import Study
from tl_course.view.style import COLOURS, MARKERS, new_figure

STRATEGIES = {
    "scratch": "from scratch",
    "random_frozen": "random, frozen",
    "feature_extraction": "feature extraction",
    "partial": "partial: deepest stage and head",
    "gradual": "gradual unfreezing",
    "full": "full, one rate",
    "full_discriminative": "full, rates by stage",
}


def plot_strategies(study: Study, chance: float, live: Mapping[str, Any] | None = None) -> Figure:
    """Test accuracy by strategy, a panel a size: a small dot a seed, a large one for their mean."""
    sizes = sorted({row["per_class"] for row in study.rows})
    strategies = list(dict.fromkeys(row["strategy"] for row in study.rows))
    figure, axes = new_figure(3.1 * len(sizes) + 1.6, 0.42 * len(strategies) + 1.3, 1, len(sizes))
    for axis, size in zip(axes, sizes, strict=True):
        for place, strategy in enumerate(strategies):
            values = [row["accuracy"] for row in study.where(strategy=strategy, per_class=size)]
            colour = COLOURS[strategy]
            axis.plot(values, [place] * len(values), ".", color=colour, alpha=0.5)
            axis.plot(sum(values) / len(values), place, MARKERS[strategy], color=colour, markersize=9)
        axis.axvline(chance, color=COLOURS["neutral"], linestyle=":", label="chance")
        if live is not None and live["per_class"] == size:
            place = strategies.index(live["strategy"])
            axis.plot(
                live["accuracy"], place, "*", markersize=13, color=COLOURS["neutral"], label="run just now"
            )
        axis.set_yticks(range(len(strategies)), [])
        axis.set(xlim=(0, 1), xlabel="test accuracy", ylim=(len(strategies) - 0.5, -0.5))
        axis.set_title(f"{size} pictures a class", fontsize=11)
    axes[0].set_yticks(range(len(strategies)), [STRATEGIES[strategy] for strategy in strategies])
    handles = {
        label: handle
        for axis in axes
        for handle, label in zip(*axis.get_legend_handles_labels(), strict=True)
    }
    figure.legend(handles.values(), handles, frameon=False, loc="outside upper right", ncols=3, fontsize=9)
    return figure


def strategies_table(study: Study) -> str:
    """A Markdown table: mean accuracy and range by size, parameters, seconds at the largest size."""
    sizes = sorted({row["per_class"] for row in study.rows})
    head = [
        "strategy",
        *(f"{size} a class" for size in sizes),
        "parameters that train",
        f"seconds at {sizes[-1]}",
    ]
    lines = [head, ["---"] * len(head)]
    for strategy in dict.fromkeys(row["strategy"] for row in study.rows):
        cells = [STRATEGIES[strategy]]
        for size in sizes:
            values = [row["accuracy"] for row in study.where(strategy=strategy, per_class=size)]
            cells.append(f"{sum(values) / len(values):.2f} ({min(values):.2f} to {max(values):.2f})")
        trainable = study.where(strategy=strategy)[0]["trainable"]
        seconds = study.mean("seconds", strategy=strategy, per_class=sizes[-1])
        lines.append([*cells, f"{trainable:,}", f"{seconds:.1f}"])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
