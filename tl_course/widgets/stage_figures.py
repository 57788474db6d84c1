"""The stages of a backbone drawn to scale, and the curves of short runs: plain figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from tl_course.view.style import COLOURS, new_figure
from tl_course.widgets.stage_costs import StageSize

TALLEST, WIDEST, SMALLEST, ROW = 120, 200, 24, 760  # pixels on the screen; ROW for all boxes together
CYCLE = ("pretrained", "full", "scratch_augmented", "random", "prediction", "partial")


@dataclass
class Curve:
    """Validation accuracy in [0, 1] after each epoch of one run; `trains` are the stages that trained."""

    name: str
    trains: tuple[str, ...]
    accuracies: list[float] = field(default_factory=list)
    cancelled: bool = False

    @property
    def label(self) -> str:
        """What trained, and whether somebody ended the run."""
        return f"{self.name} (cancelled)" if self.cancelled else self.name


def named(trains: Sequence[str], stages: Sequence[str]) -> str:
    """A short name for some of `stages`, both shallow to deep: "layer3 to head", "stem + head"."""
    places = [stages.index(name) for name in trains]
    if len(trains) == len(stages):
        return "everything"
    if len(trains) > 2 and places == list(range(places[0], places[-1] + 1)):
        return f"{trains[0]} to {trains[-1]}"
    return " + ".join(trains)


def widest(sizes: Sequence[StageSize]) -> int:
    """The width in pixels of the stage with the most channels: WIDEST, or less where many are as wide."""
    channels = [size.channels for size in sizes]
    return min(WIDEST, round(ROW * max(channels) / sum(channels)))


def box_sizes(sizes: Sequence[StageSize]) -> list[tuple[int, int]]:
    """(width, height) in pixels of each stage's box: channels and side to scale, but never below SMALLEST."""
    most, largest = max(size.channels for size in sizes), max(size.side for size in sizes)
    width = widest(sizes)
    return [
        (
            max(SMALLEST, round(width * size.channels / most)),
            max(SMALLEST, round(TALLEST * size.side / largest)),
        )
        for size in sizes
    ]


def plot_stages(
    sizes: Sequence[StageSize], kept: Mapping[str, int], trains: Collection[str], pictures: int
) -> Figure:
    """The stages to scale, their parameters, and the bytes `kept` for `pictures` pictures, in MB."""
    figure, axes = new_figure(10.5, 3.4, 1, 3)
    grid = axes[0].get_gridspec()
    assert grid is not None  # new_figure lays its axes out on one
    grid.set_width_ratios([2.1, 1, 1])
    _draw_boxes(axes[0], sizes, trains)
    rows = range(len(sizes))
    colours = [COLOURS["head"] if size.name in trains else COLOURS["scratch"] for size in sizes]
    hatches = ["" if size.name in trains else "//" for size in sizes]
    for axis, values in (
        (axes[1], [size.parameters for size in sizes]),
        (axes[2], [kept[size.name] / 1e6 for size in sizes]),
    ):
        axis.barh(rows, values, color=colours, hatch=hatches, edgecolor="white")
        axis.set_yticks(rows, [size.name for size in sizes])
        axis.invert_yaxis()
    axes[1].set(xscale="log", xlabel="parameters (log scale)")
    axes[2].set(xlabel=f"MB kept for {pictures} pictures")
    axes[2].set_title("when everything trains", fontsize=10)
    return figure


def _draw_boxes(axis: Axes, sizes: Sequence[StageSize], trains: Collection[str]) -> None:
    left = 0.0
    for size, (width, height) in zip(sizes, box_sizes(sizes), strict=True):
        column = max(width, 78)
        on = size.name in trains
        face, hatch = (COLOURS["head"], "") if on else ("white", "///")
        place = (left + (column - width) / 2, 0)
        axis.add_patch(
            Rectangle(place, width, height, facecolor=face, edgecolor=COLOURS["neutral"], hatch=hatch)
        )
        state = "trains" if on else "frozen"
        text = f"{size.name}\n{state}\n{size.side} × {size.side}\n{size.channels} ch."
        axis.text(left + column / 2, -6, text, ha="center", va="top", fontsize=8)
        left += column + 10
    axis.set(xlim=(-5, left), ylim=(-62, TALLEST + 5), xticks=[], yticks=[])
    axis.set_xlabel("height: side of the feature map, width: channels", fontsize=9)
    axis.set_title("What trains by default: the head alone" if set(trains) == {"head"} else "What trains?")
    axis.title.set_fontsize(11)
    axis.spines[["left", "bottom"]].set_visible(False)


def plot_curves(curves: Sequence[Curve], chance: float, epochs: int) -> Figure:
    """Validation accuracy by epoch, a line a run; an x marks where one was cancelled."""
    figure, (axis,) = new_figure(8.6, 3.2)
    for index, curve in enumerate(curves):
        line = "o^sDvP"[index % 6] + ("-", "--", "-.", ":")[index % 4]
        steps = range(1, len(curve.accuracies) + 1)
        colour = COLOURS[CYCLE[index % len(CYCLE)]]
        axis.plot(steps, curve.accuracies, line, color=colour, label=curve.label)
        if curve.cancelled:
            axis.plot(steps[-1], curve.accuracies[-1], "x", color="black", markersize=11)
    axis.axhline(chance, color=COLOURS["neutral"], linestyle=":", label="chance")
    axis.set(xlabel="epoch", ylabel="validation accuracy", ylim=(0, 1), xlim=(0.8, epochs + 0.2))
    axis.set_xticks(range(1, epochs + 1))
    axis.set_title("What trained, and how far did it get?", fontsize=11)
    axis.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure
