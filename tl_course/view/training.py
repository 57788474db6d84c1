"""Figures of training runs: curves, schedules, rates by stage, forgetting, calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from tl_course.training import History, Reliability
from tl_course.view.style import COLOURS, new_figure

CYCLE = ("pretrained", "full", "scratch_augmented", "random", "prediction", "partial", "scratch")
STYLES = ("-", "--", "-.", ":")


def plot_loss(history: History, title: str = "") -> Figure:
    """Training and validation loss by epoch, and the epoch with the lowest validation loss."""
    figure, (axis,) = new_figure(7.0, 3.2)
    epochs = range(1, len(history) + 1)
    axis.plot(
        epochs, history.train_loss, "o-", markersize=4, color=COLOURS["partial"], label="training pictures"
    )
    axis.plot(
        epochs, history.val_loss, "s-", markersize=4, color=COLOURS["full"], label="validation pictures"
    )
    axis.axvline(
        history.best_epoch, color=COLOURS["neutral"], linestyle=":", label=f"best epoch: {history.best_epoch}"
    )
    axis.set(xlabel="epoch", ylabel="loss (cross-entropy)", ylim=(0, None))
    axis.set_title(title or "Loss on pictures seen and unseen", fontsize=11)
    axis.legend(frameon=False)
    return figure


def plot_lines(
    lines: Mapping[str, Sequence[float]], xlabel: str, ylabel: str, title: str = "", log: bool = False
) -> Figure:
    """One line a name over 1, 2, 3, ...; told apart in grey by their dashes."""
    figure, (axis,) = new_figure(7.0, 3.2)
    for index, (name, values) in enumerate(lines.items()):
        axis.plot(
            range(1, len(values) + 1),
            values,
            STYLES[index % len(STYLES)],
            color=COLOURS[CYCLE[index % len(CYCLE)]],
            linewidth=2,
            label=name,
        )
    axis.set(xlabel=xlabel, ylabel=ylabel)
    axis.set_yscale("log" if log else "linear")
    axis.set_title(title, fontsize=11)
    axis.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def plot_rates(groups: Mapping[str, Sequence[Mapping[str, Any]]]) -> Figure:
    """The learning rate of each stage; one line for each list of parameter groups."""
    figure, (axis,) = new_figure(7.0, 3.0)
    for index, (name, listed) in enumerate(groups.items()):
        rates = {group["stage"]: group["lr"] for group in listed}
        axis.plot(
            range(len(rates)), list(rates.values()), "os^D"[index % 4] + STYLES[index % len(STYLES)],
            color=COLOURS[CYCLE[index % len(CYCLE)]], label=name,
        )  # fmt: skip
        axis.set_xticks(range(len(rates)), list(rates))
    axis.set(yscale="log", xlabel="stage, shallow to deep", ylabel="learning rate (log scale)")
    axis.set_title("How fast may each stage move?", fontsize=11)
    axis.legend(frameon=False)
    return figure


def plot_forgetting(
    rates: Sequence[float], target: Sequence[float], source: Sequence[float], before: float
) -> Figure:
    """What fine-tuning at each rate gives on the target task, and what it leaves of the source task."""
    figure, (axis,) = new_figure(7.0, 3.4)
    axis.plot(rates, target, "o-", color=COLOURS["full"], label="target task, after (validation)")
    axis.plot(
        rates, source, "s--", color=COLOURS["pretrained"], label="source task, after, with its old head"
    )
    axis.axhline(before, color=COLOURS["pretrained"], linestyle=":", label="source task, before")
    axis.set(
        xscale="log", ylim=(0, 1.03), xlabel="one learning rate for all layers (log scale)", ylabel="accuracy"
    )
    axis.set_title("What is gained and what is lost?", fontsize=11)
    axis.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def plot_reliability(results: Mapping[str, Reliability]) -> Figure:
    """Accuracy against confidence by bin, a panel each; a dot's area is its share of the pictures."""
    figure, axes = new_figure(3.4 * len(results), 3.5, 1, len(results))
    for axis, (name, result) in zip(axes, results.items(), strict=True):
        filled = result.count > 0
        share = result.count[filled] / result.count.sum()
        confidence, accuracy = result.confidence[filled], result.accuracy[filled]
        axis.plot([0, 1], [0, 1], ":", color=COLOURS["neutral"], label="calibrated")
        axis.plot(confidence, accuracy, color=COLOURS["full"], linewidth=1)
        axis.scatter(confidence, accuracy, s=10 + 500 * share, color=COLOURS["full"], alpha=0.6)
        axis.set(xlim=(0, 1.03), ylim=(0, 1.03), xlabel="confidence", ylabel="share that is right")
        axis.set_aspect("equal")
        axis.set_title(f"{name}\ncalibration error {result.error:.3f}", fontsize=10)
        axis.legend(frameon=False, loc="upper left")
    return figure
