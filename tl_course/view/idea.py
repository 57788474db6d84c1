"""The picture of notebook 00: what transfer learning keeps, and what it replaces."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from PIL import Image

from tl_course.data import CRITTERS, SOURCE_CLASSES, Critters
from tl_course.data.source_task import draw_class
from tl_course.view.style import COLOURS, new_figure

THINGS = 12


def draw_idea() -> Figure:
    """Source pictures teach a backbone; the target task keeps it and gets a head of its own."""
    things = [draw_class(name, "val", 1)[0][0] for name in SOURCE_CLASSES[:: len(SOURCE_CLASSES) // THINGS]]
    critters = Critters("train")
    animals = [critters.image(critters.targets.index(i) + k) for k in (0, 3) for i in range(len(CRITTERS))]
    figure, (axis,) = new_figure(9.0, 4.6)
    axis.set(xlim=(0, 18), ylim=(0, 9.2))
    axis.axis("off")
    for top, pictures, title, head in (
        (
            5.0,
            things,
            f"source task: {len(SOURCE_CLASSES)} things",
            f"head for\n{len(SOURCE_CLASSES)} things",
        ),
        (0.4, animals, f"target task: {len(CRITTERS)} animals", f"new head for\n{len(CRITTERS)} animals"),
    ):
        _pictures(axis, pictures[:THINGS], top)
        axis.text(0.0, top + 3.0, title, fontsize=11, va="bottom")
        _block(axis, 8.2, top + 0.4, 4.6, 2.1, "backbone", COLOURS["pretrained"])
        _block(axis, 14.0, top + 0.4, 3.2, 2.1, head, COLOURS["partial" if top < 2 else "scratch"])
        _arrow(axis, (6.4, top + 1.45), (8.0, top + 1.45))
        _arrow(axis, (13.0, top + 1.45), (13.9, top + 1.45))
    _arrow(axis, (10.5, 5.2), (10.5, 3.1))
    axis.text(10.8, 4.2, "keep the weights", fontsize=11, va="center", color=COLOURS["pretrained"])
    return figure


def _pictures(axis: Axes, pictures: list[Image.Image], bottom: float) -> None:
    for i, picture in enumerate(pictures):
        column, row = i % 6, i // 6
        left, base = column * 1.03, bottom + (1 - row) * 1.45
        axis.imshow(picture, extent=(left, left + 1.0, base, base + 1.38), aspect="auto")


def _block(axis: Axes, x: float, y: float, width: float, height: float, text: str, colour: str) -> None:
    style = "round,pad=0,rounding_size=0.2"
    axis.add_patch(
        FancyBboxPatch((x, y), width, height, boxstyle=style, facecolor=colour, alpha=0.2, edgecolor=colour)
    )
    axis.text(x + width / 2, y + height / 2, text, ha="center", va="center", fontsize=11)


def _arrow(axis: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axis.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=14, color=COLOURS["neutral"]))
