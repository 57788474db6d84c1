"""One look for every figure: the same colour and marker for the same thing in every lesson."""

from __future__ import annotations

from threading import Lock

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe and Ito's palette, told apart by colour-blind eyes; markers tell the same in grey.
COLOURS = {
    "pretrained": "#0072B2",
    "random": "#E69F00",
    "scratch": "#999999",
    "scratch_augmented": "#009E73",
    "head": "#0072B2",
    "random_frozen": "#E69F00",
    "feature_extraction": "#0072B2",
    "partial": "#56B4E9",
    "gradual": "#CC79A7",
    "full": "#D55E00",
    "full_discriminative": "#948A00",  # their yellow is too pale on white
    "prediction": "#CC79A7",
    "neutral": "#333333",
}
MARKERS = {
    "pretrained": "o",
    "random": "s",
    "scratch": "^",
    "scratch_augmented": "v",
    "random_frozen": "s",
    "feature_extraction": "o",
    "partial": "D",
    "gradual": "p",
    "full": "h",
    "full_discriminative": "P",
}
LABELS = {
    "pretrained": "head on the pretrained backbone",
    "random": "head on a random frozen backbone",
    "scratch": "everything from scratch, plain",
    "scratch_augmented": "from scratch, augmented",
}
DPI = 100
_registry = Lock()  # pyplot's is not made for the threads in which widgets work


def new_figure(
    width: float = 7.0, height: float = 3.6, rows: int = 1, columns: int = 1
) -> tuple[Figure, list[Axes]]:
    """A figure outside pyplot's registry, so that a notebook shows it once and keeps none open."""
    with _registry:
        figure, axes = plt.subplots(
            rows, columns, figsize=(width, height), dpi=DPI, layout="constrained", squeeze=False
        )
        plt.close(figure)
    for axis in axes.flat:
        axis.spines[["top", "right"]].set_visible(False)
    return figure, list(axes.flat)


def say(text: str) -> None:
    """Show a sentence with measured numbers as Markdown in a notebook, as text elsewhere."""
    try:
        from IPython import get_ipython
        from IPython.display import Markdown, display
    except ImportError:
        print(text)
        return
    if get_ipython() is None:
        print(text)
    else:
        display(Markdown(text))
