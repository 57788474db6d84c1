"""A figure as an image whose points say what they are when the pointer is over them."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from matplotlib.figure import Figure

from tl_course.widgets.live import img

# A spot of 16 pixels a point. Only eyes and a pointer find it: whoever hears the page is told in other words.
STYLE = """<style>
.tl-spots { position: relative; display: inline-block; max-width: 100%; }
.tl-spots .tl-spot { position: absolute; width: 16px; height: 16px; margin: -8px; }
.tl-spots .tl-tip { display: none; position: absolute; left: 14px; top: -8px; z-index: 1; padding: 2px 6px;
  white-space: nowrap; border-radius: 3px; background: #222222; color: #ffffff; font-size: 12px; }
.tl-spots .tl-spot:hover .tl-tip { display: block; }
</style>"""


def img_with_tips(figure: Figure, alt: str, tips: Mapping[str, tuple[float, float]]) -> str:
    """An HTML image of a figure whose layout is fixed.

    Args:
        figure: with the points in its first panel.
        alt: says in words what it shows.
        tips: what is shown beside a point, and the point, in the panel's own units.
    """
    image = img(figure, alt)
    spots = "".join(_spot(figure, text, point) for text, point in tips.items())
    return f'{STYLE}<div class="tl-spots">{image}<div aria-hidden="true">{spots}</div></div>'


def place(figure: Figure, point: tuple[float, float]) -> tuple[float, float]:
    """Where a point of the first panel lies: shares of the figure's width and height, from its top left."""
    axis = figure.axes[0]
    axis.get_xlim(), axis.get_ylim()  # the limits follow the data when they are asked for
    x, y = figure.transFigure.inverted().transform(axis.transData.transform(point))
    return float(x), 1 - float(y)


def _spot(figure: Figure, text: str, point: tuple[float, float]) -> str:
    left, top = place(figure, point)
    tip = f'<span class="tl-tip">{escape(text)}</span>'
    return f'<span class="tl-spot" style="left: {left:.2%}; top: {top:.2%}">{tip}</span>'
