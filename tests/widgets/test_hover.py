"""Tips over a figure's points: where they lie, and what they say."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tl_course.view.style import new_figure
from tl_course.widgets.hover import img_with_tips, place
from tl_course.widgets.live import as_png

POINTS = [(1.0, 0.2), (10.0, 0.9), (300.0, 0.5)]


@pytest.fixture
def figure():
    """A figure of black squares on white, without anything else."""
    figure, (axis,) = new_figure(5, 4)
    axis.plot(*zip(*POINTS, strict=True), "s", color="black", markersize=9)
    axis.set_xscale("log")
    axis.axis("off")
    figure.set_layout_engine(None)
    return figure


@pytest.mark.parametrize("point", POINTS)
def test_a_place_is_where_the_point_is_drawn(figure, point):
    left, top = place(figure, point)

    pixels = np.asarray(Image.open(io.BytesIO(as_png(figure))).convert("L"))
    height, width = pixels.shape
    assert pixels[int(top * height), int(left * width)] == 0
    assert pixels[int(top * height), int(left * width) - 12] == 255


def test_a_tip_is_text_and_no_markup(figure):
    page = img_with_tips(figure, "three points", {"a < b": POINTS[0]})

    assert "a &lt; b" in page
    assert 'alt="three points"' in page
