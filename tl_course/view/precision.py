"""Figures of number formats: what they hold, what they lose of gradients, how a loss scale moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from tl_course.studies import Study
from tl_course.studies.mixed_precision import against_fp32
from tl_course.training.number_formats import FORMATS, NumberFormat, Sizes
from tl_course.view.style import COLOURS, new_figure

FORMAT_COLOURS = {
    "fp32": COLOURS["neutral"],
    "tf32": COLOURS["scratch_augmented"],
    "bf16": COLOURS["pretrained"],
    "fp16": COLOURS["full"],
}
DASHES = {"fp32": "-", "tf32": ":", "bf16": "--", "fp16": "-."}


def plot_formats() -> Figure:
    """Left: the range of each format. Right: how far off a rounded number is, by its size."""
    figure, (ranges, errors) = new_figure(9.6, 3.4, 1, 2)
    for row, one in enumerate(FORMATS.values()):
        _draw_range(ranges, row, one)
        exponents, worst = _worst_errors(one)
        errors.plot(
            exponents, worst, DASHES[one.name], color=FORMAT_COLOURS[one.name], linewidth=2, label=one.name
        )
    ranges.set_yticks(range(len(FORMATS)), list(FORMATS))
    ranges.invert_yaxis()
    ranges.axvline(0, color=COLOURS["scratch"], linewidth=1)
    ranges.set(xlabel="positive numbers, as powers of 2 (0 is the number 1)", xlim=(-155, 133))
    ranges.set_title("What can be held? Pale: with fewer digits", fontsize=11)
    errors.set(
        yscale="log", xlabel="size of the number, as a power of 2", ylabel="largest error of rounding (share)"
    )
    errors.set_title("How much is lost by rounding?", fontsize=11)
    errors.legend(frameon=False, loc="upper right")
    return figure


def _draw_range(axis: Axes, row: int, one: NumberFormat) -> None:
    smallest, normal, largest = np.log2([one.smallest, one.smallest_normal, one.largest])
    colour = FORMAT_COLOURS[one.name]
    axis.barh(row, normal - smallest, left=smallest, color=colour, alpha=0.35, height=0.5)
    axis.barh(row, largest - normal, left=normal, color=colour, height=0.5)
    digits = (one.fraction_bits + 1) * np.log10(2)
    axis.text(
        largest / 2 + normal / 2, row - 0.36, f"about {digits:.1f} decimal digits", ha="center", va="center",
        fontsize=8,
    )  # fmt: skip


def _worst_errors(one: NumberFormat) -> tuple[np.ndarray, np.ndarray]:
    """For numbers of size 2**exponent: the largest relative error; NaN where nothing finite is left."""
    exponents = np.arange(-40, 24)
    mantissas = torch.linspace(1, 2, 4001, dtype=torch.float64)[:-1]
    worst = []
    for exponent in exponents:
        values = mantissas * 2.0 ** float(exponent)
        error = ((one.rounded(values).double() - values) / values).abs().max().item()
        worst.append(error if np.isfinite(error) else np.nan)
    return exponents, np.array(worst)


def plot_gradients(gradients: Tensor) -> Figure:
    """How large the gradients are that are not zero, over the zones of fp16."""
    return plot_sizes(Sizes(gradients))


def plot_sizes(sizes: Sizes, power: int = 0) -> Figure:
    """The sizes of gradients times a loss scale of 2**power, over the zones of fp16."""
    figure, (axis,) = new_figure(8.4, 3.4)
    half = FORMATS["fp16"]
    shares = sizes.shares(half, power)
    lost, normal, largest = np.log2([half.smallest / 2, half.smallest_normal, half.largest])
    zones = ((-60, lost, "full", "lost"), (lost, normal, "random", "fewer digits"),
             (normal, largest, "scratch_augmented", "all digits"))  # fmt: skip
    for left, right, colour, outcome in zones:
        axis.axvspan(left, right, color=COLOURS[colour], alpha=0.18, linewidth=0)
        axis.axvline(right, color=COLOURS["neutral"], linestyle=":", linewidth=1)
        label = "lost in fp16: becomes zero" if outcome == "lost" else outcome
        axis.plot([], [], "s", color=COLOURS[colour], alpha=0.5, label=f"{label}: {shares[outcome]:.0%}")
    if shares["overflown"]:
        axis.plot([], [], "s", color="white", markeredgecolor=COLOURS["neutral"],
                  label=f"overflown: {shares['overflown']:.0%}")  # fmt: skip
    counts, powers = sizes.counts.numpy(), sizes.powers.numpy()
    axis.bar(
        powers + power, counts / counts.sum(), width=1, align="edge", color=COLOURS["neutral"], alpha=0.75
    )
    axis.set(xlim=(-45, 26), xlabel="size of a gradient, as a power of 2")
    axis.set_ylabel("share of the gradients\nthat are not 0")
    times = f" after a factor of $2^{{{power}}}$" if power else ""
    axis.set_title(f"Where do the gradients lie in fp16{times}?", fontsize=11)
    axis.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def plot_loss_scales(powers: Sequence[int], lost: Sequence[float], overflown: Sequence[float]) -> Figure:
    """Shares of the gradients that fp16 turns into 0 and into infinity, by the loss scale 2**power.

    Shaded are the powers at which fewer than one in a thousand is lost and none overflows.
    """
    figure, (axis,) = new_figure(7.0, 3.2)
    axis.plot(powers, lost, "o-", color=COLOURS["full"], label="become 0 (underflow)")
    axis.plot(powers, overflown, "s--", color=COLOURS["pretrained"], label="become infinite (overflow)")
    shares = zip(powers, lost, overflown, strict=True)
    window = [power for power, low, high in shares if low < 1e-3 and not high]
    if window:
        colour = COLOURS["scratch_augmented"]
        axis.axvspan(window[0], window[-1], color=colour, alpha=0.18, label="the window")
    # A single infinite gradient counts, and is one in millions: linear near 0, logarithmic above.
    axis.set_yscale("symlog", linthresh=1e-6)
    axis.set(
        xlabel="loss scale, as a power of 2", ylabel="share of the gradients", ylim=(-3e-7, 1.5),
        xticks=powers,
    )  # fmt: skip
    axis.set_title("Which factor brings the gradients into fp16?", fontsize=11)
    axis.legend(frameon=False)
    return figure


def plot_scale_trace(scales: Sequence[float], skipped: Sequence[bool]) -> Figure:
    """The loss scale before each step, and the steps that were skipped."""
    figure, (axis,) = new_figure(7.0, 3.0)
    steps = np.arange(1, len(scales) + 1)
    axis.step(steps, scales, where="mid", color=COLOURS["neutral"], label="loss scale")
    missed = np.array(skipped, dtype=bool)
    axis.plot(
        steps[missed], np.asarray(scales)[missed], "x", color=COLOURS["full"], markersize=9,
        markeredgewidth=2, label="step skipped: a gradient was not finite",
    )  # fmt: skip
    axis.set_yscale("log", base=2)
    axis.set(xlabel="step", ylabel="loss scale (log scale)")
    axis.set_title("How does the loss scale find its place?", fontsize=11)
    axis.legend(frameon=False)
    return figure


def plot_gradient_errors(powers: Sequence[int], fp16: Sequence[float], bf16: float) -> Figure:
    """How far the weights' gradients are from the float32 ones: of fp16 by the loss scale, and of bf16.

    Distances are relative to the length of the float32 gradient. One that is not finite is an overflow.
    """
    figure, (axis,) = new_figure(8.4, 3.2)
    distances, finite = np.asarray(fp16, dtype=float), np.isfinite(fp16)
    top = max(1.0, float(distances[finite].max(initial=1.0)))
    axis.plot(
        np.asarray(powers)[finite], distances[finite], "o-", color=COLOURS["full"], label="fp16, scaled"
    )
    axis.plot(
        np.asarray(powers)[~finite], np.full((~finite).sum(), top), "x", color=COLOURS["full"], markersize=9,
        markeredgewidth=2, label="fp16: overflow, no gradient",
    )  # fmt: skip
    axis.axhline(bf16, color=COLOURS["pretrained"], linestyle="--", label="bf16, not scaled")
    axis.axvline(0, color=COLOURS["scratch"], linestyle=":", label="factor 1")
    axis.set(
        yscale="log", xticks=list(powers), xlabel="factor on the loss, as a power of 2",
        ylabel="distance from the\nfp32 gradient (share)",
    )  # fmt: skip
    axis.set_title("Whose gradients are right?", fontsize=11)
    axis.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def plot_precision_table(table: Study) -> Figure:
    """Speed and peak memory of each way to compute, relative to fp32; a marker a model."""
    models = list(dict.fromkeys(row["model"] for row in table.rows))
    ways = list(dict.fromkeys(_way(row) for row in table.rows))
    figure, axes = new_figure(9.6, 0.33 * len(ways) + 1.5, 1, 2)
    for axis, column in zip(axes, ("speed", "memory"), strict=True):
        for index, model in enumerate(models):
            ratios = {_way(row): against_fp32(table, row)[column] for row in table.where(model=model)}
            measured = {way: ratio for way, ratio in ratios.items() if ratio}
            axis.plot(
                list(measured.values()), [ways.index(way) for way in measured], "osD^vPX"[index % 7],
                color=list(COLOURS.values())[index % 6], alpha=0.85, label=model,
            )  # fmt: skip
        axis.axvline(1, color=COLOURS["neutral"], linestyle=":")
        axis.set_yticks(range(len(ways)), ways)
        axis.set_ylim(len(ways) - 0.5, -0.5)
    axes[0].set(xscale="log", xlabel="images a second, fp32 = 1 (log scale)")
    axes[0].minorticks_off()
    low, high = axes[0].get_xlim()
    ticks = {"1/8": 1 / 8, "1/4": 1 / 4, "1/2": 1 / 2, "1": 1, "2": 2, "4": 4, "8": 8}
    shown = {text: ratio for text, ratio in ticks.items() if low / 1.5 <= ratio <= high * 1.5}
    axes[0].set_xticks(list(shown.values()), list(shown))
    axes[1].set(xlim=(0, None), xlabel="peak memory, fp32 = 1", yticklabels=[])
    axes[1].legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    figure.suptitle(f"Training on {table.settings['device']}", fontsize=11)
    return figure


def _way(row: Mapping[str, Any]) -> str:
    compiled = ", compiled" if row["compiled"] else ""
    layout = "" if row["layout"] == "channels last" else f", {row['layout']}"
    return f"{row['mode']}{compiled}{layout}"
