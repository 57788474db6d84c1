"""The loss-scale explorer: a slider moves the gradients of a batch through the zones of fp16."""

from __future__ import annotations

import ipywidgets
from matplotlib.figure import Figure
from torch import Tensor

from tl_course.errors import CourseError
from tl_course.training.number_formats import FORMATS, Sizes
from tl_course.view.precision import plot_sizes
from tl_course.widgets.live import Line, Live, frame, img

POWERS = range(0, 37)
ONE_IN_A_THOUSAND = 1e-3
# of the figure: its layout would take longer than all the rest of a change
PLACE = {"left": 0.11, "right": 0.66, "bottom": 0.17, "top": 0.9}


def read_scale(sizes: Sizes, power: int) -> str:
    """What a factor of 2**power does to the gradients, in a sentence or two."""
    shares = sizes.shares(FORMATS["fp16"], power)
    text = (
        f"Times 2^{power} = {2**power:,}: {100 * shares['lost']:.2g} % of the gradients become zero, "
        f"{100 * shares['fewer digits']:.1f} % keep fewer digits, "
        f"{100 * shares['all digits']:.1f} % all digits."
    )
    if shares["overflown"]:
        return f"{text} {100 * shares['overflown']:.2g} % are infinite: the whole step would be left out."
    if shares["lost"] < ONE_IN_A_THOUSAND:
        return f"{text} None is infinite: the factor is in the window."
    return f"{text} None is infinite, but more than one in a thousand is lost."


class LossScaleExplorer(Live):
    """A slider for the loss scale, the histogram of the gradients, and the shares in words."""

    def __init__(self, gradients: Tensor) -> None:
        self.sizes = Sizes(gradients)
        self.power = ipywidgets.IntSlider(
            value=0, min=POWERS[0], max=POWERS[-1], description="Loss scale, as a power of 2",
            style={"description_width": "initial"}, layout={"width": "32em"},
        )  # fmt: skip
        self.line, self.figure = Line(), ipywidgets.HTML()
        self.power.observe(lambda _: self._show(), "value")
        self.panel = frame("Which factor brings the gradients into fp16?", self.power, self.line, self.figure)
        self.panel.add_class("tl-loss-scale")
        self._show()

    def still(self) -> Figure:
        """The gradients at the scale at hand."""
        return plot_sizes(self.sizes, self.power.value)

    def __repr__(self) -> str:
        return f"LossScaleExplorer at 2^{self.power.value}"

    def _show(self) -> None:
        said = read_scale(self.sizes, self.power.value)
        self.line.say(said)
        figure = self.still()
        figure.set_layout_engine(None)
        figure.subplots_adjust(**PLACE)
        self.figure.value = img(figure, f"Histogram of the gradients over the zones of fp16. {said}")


def loss_scale_explorer(gradients: Tensor) -> LossScaleExplorer:
    """A panel that multiplies `gradients` (any shape) by a loss scale and shows what fp16 keeps of them.

    Raises CourseError where every gradient is zero, or one is infinite or no number.
    """
    if not gradients.isfinite().all():
        raise CourseError("A gradient is infinite or no number: look for the overflow before a loss scale.")
    return LossScaleExplorer(gradients)
