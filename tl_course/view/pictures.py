"""Figures made of pictures: grids, filters, feature maps, mistakes, a confusion matrix."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from tl_course.data import ImageFolder, SourceTask
from tl_course.training import Evaluation
from tl_course.view.style import COLOURS, new_figure

INCH_PER_PICTURE = 1.25  # 125 pixels


def show_images(
    images: Sequence[Any], labels: Sequence[str] | None = None, columns: int = 6, title: str = ""
) -> Figure:
    """Pictures in a grid, each with labels below: PIL, (H, W, 3), (H, W), or (3, H, W) tensors in [0, 1]."""
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    tall = 1.0 + (0.2 * (1 + max(label.count("\n") for label in labels)) if labels else 0.0)
    figure, axes = new_figure(
        columns * INCH_PER_PICTURE, rows * INCH_PER_PICTURE * tall + 0.4 * bool(title), rows, columns
    )
    for index, axis in enumerate(axes):
        axis.axis("off")
        if index < len(images):
            draw_image(axis, images[index])
            if labels:
                axis.text(
                    0.5, -0.04, labels[index], transform=axis.transAxes, ha="center", va="top", fontsize=9
                )
    if title:
        figure.suptitle(title, fontsize=11)
    return figure


def show_versions(rows: dict[str, Sequence[Any]]) -> Figure:
    """Versions of one picture, a row a kind of change, named on the left; images as in `show_images`."""
    count = max(len(images) for images in rows.values())
    figure, axes = new_figure(count * 1.1 + 1.4, 1.12 * len(rows), len(rows), count)
    for row, (name, images) in enumerate(rows.items()):
        line = axes[row * count : (row + 1) * count]
        for axis in line:
            axis.axis("off")
        for axis, image in zip(line, images, strict=False):
            draw_image(axis, image)
        line[0].text(-0.1, 0.5, name, transform=line[0].transAxes, ha="right", va="center", fontsize=10)
    return figure


def draw_image(axis: Axes, image: Any) -> None:
    """One picture on one axis, without interpolation."""
    if isinstance(image, Tensor):
        image = (
            image.detach().cpu().permute(1, 2, 0).numpy() if image.ndim == 3 else image.detach().cpu().numpy()
        )
    pixels = np.asarray(image)
    axis.imshow(pixels, cmap="gray" if pixels.ndim == 2 else None, interpolation="nearest")


def contact_sheet(
    dataset: ImageFolder | SourceTask, per_class: int = 10, classes: Sequence[str] | None = None
) -> Figure:
    """A row a class, `per_class` pictures each; the first ones of the data set, not the best ones."""
    chosen = list(classes or dataset.classes)
    figure, axes = new_figure(per_class * 0.85 + 0.9, len(chosen) * 0.87, len(chosen), per_class)
    figure.set_layout_engine("constrained", w_pad=0.01, h_pad=0.01, wspace=0.0, hspace=0.0)
    for row, name in enumerate(chosen):
        label = dataset.classes.index(name)
        members = [i for i, target in enumerate(dataset.targets) if target == label][:per_class]
        for column in range(per_class):
            axis = axes[row * per_class + column]
            axis.axis("off")
            if column < len(members):
                draw_image(axis, dataset.image(members[column]))
        first = axes[row * per_class]
        text = name.replace("_", " ")
        first.text(-0.08, 0.5, text, transform=first.transAxes, ha="right", va="center", fontsize=10)
    return figure


def show_filters(rows: dict[str, Tensor], count: int = 12) -> Figure:
    """First-layer filters (C, 3, k, k), a row a network. Grey is zero; the contrast is each filter's own."""
    figure, axes = new_figure(count * 0.72 + 0.4, 0.95 * len(rows), len(rows), count)
    for row, (name, weights) in enumerate(rows.items()):
        for column, weight in enumerate(weights[:count].detach()):
            axis = axes[row * count + column]
            axis.axis("off")
            draw_image(axis, 0.5 + 0.5 * weight / weight.abs().max().clamp_min(1e-8))
        _name_row(axes[row * count], name)
    return figure


def _name_row(first: Axes, name: str) -> None:
    """A row's name above its first picture; a long one runs over the others and widens no gap.

    The layout would make room for the middle of a title's text, whatever the picture's width.
    """
    first.set_title(" ", fontsize=10)  # keeps the height free
    text = first.text(0, 1.08, name, transform=first.transAxes, va="bottom", fontsize=10)
    text.set_in_layout(False)


def show_maps(image: Any, rows: dict[str, Tensor], count: int = 8) -> Figure:
    """A picture and, a row a network, the feature maps (C, H, W) that it calls up; light is strong."""
    figure, axes = new_figure((count + 1) * 0.95, 1.15 * len(rows), len(rows), count + 1)
    for row, (name, maps) in enumerate(rows.items()):
        line = axes[row * (count + 1) : (row + 1) * (count + 1)]
        for axis in line:
            axis.axis("off")
        draw_image(line[0], image)
        _name_row(line[0], name)
        for axis, values in zip(line[1:], maps[:count].detach().cpu(), strict=False):
            axis.imshow(values.numpy(), cmap="magma", interpolation="nearest")
    return figure


def show_mistakes(evaluation: Evaluation, dataset: ImageFolder, count: int = 6) -> Figure:
    """The most confident wrong answers, with what the model said and what is true."""
    mistakes = evaluation.mistakes(count)
    names = dataset.classes
    if not mistakes:
        figure, axes = new_figure(4.0, 0.8)
        axes[0].axis("off")
        axes[0].text(0.5, 0.5, "No mistakes.", ha="center")
        return figure
    images = [dataset.image(m.index).resize((128, 128)) for m in mistakes]
    labels = [f"says {names[m.predicted]} ({m.confidence:.0%})\nbut is {names[m.true]}" for m in mistakes]
    return show_images(images, labels, columns=6)


def show_confusion(evaluation: Evaluation, title: str = "Which classes are taken for which?") -> Figure:
    """Counts: a row the true class, a column what the model said."""
    table = evaluation.confusion
    names = evaluation.classes or [str(i) for i in range(len(table))]
    size = 1.6 + 0.5 * len(names)
    figure, (axis,) = new_figure(size + 0.6, size)
    axis.imshow(table.numpy(), cmap="Blues", vmin=0)
    for row in range(len(table)):
        for column in range(len(table)):
            count = int(table[row, column])
            axis.text(
                column,
                row,
                str(count),
                ha="center",
                va="center",
                color="white" if count > table.max() / 2 else COLOURS["neutral"],
            )
    axis.set_xticks(range(len(names)), names, rotation=45, ha="right")
    axis.set_yticks(range(len(names)), names)
    axis.set(xlabel="predicted class", ylabel="true class")
    axis.set_title("\n".join(textwrap.wrap(title, 40)), fontsize=11)
    return figure
