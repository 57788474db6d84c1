"""Plots and pictures, each a plain function that returns a matplotlib figure."""

from tl_course.view.curves import plot_data_size, plot_drift, plot_parameters, plot_results
from tl_course.view.idea import draw_idea
from tl_course.view.pictures import (
    contact_sheet,
    show_confusion,
    show_filters,
    show_images,
    show_maps,
    show_mistakes,
)
from tl_course.view.style import COLOURS, LABELS, say

__all__ = [
    "COLOURS",
    "LABELS",
    "contact_sheet",
    "draw_idea",
    "plot_data_size",
    "plot_drift",
    "plot_parameters",
    "plot_results",
    "say",
    "show_confusion",
    "show_filters",
    "show_images",
    "show_maps",
    "show_mistakes",
]
