"""Plots and pictures, each a plain function that returns a matplotlib figure."""

from tl_course.view.backbones import pareto_front, plot_mismatch, plot_pareto
from tl_course.view.curves import plot_data_size, plot_drift, plot_parameters, plot_results
from tl_course.view.idea import draw_idea
from tl_course.view.localisation import (
    plot_curves,
    plot_localisation,
    plot_randomisation,
    plot_saliency_study,
)
from tl_course.view.pictures import (
    contact_sheet,
    show_confusion,
    show_filters,
    show_images,
    show_maps,
    show_mistakes,
    show_versions,
)
from tl_course.view.precision import (
    plot_formats,
    plot_gradient_errors,
    plot_gradients,
    plot_loss_scales,
    plot_precision_table,
    plot_scale_trace,
)
from tl_course.view.saliency import overlay, show_saliency, show_unit, unnormalised
from tl_course.view.strategies import STRATEGIES, plot_strategies, strategies_table
from tl_course.view.style import COLOURS, LABELS, say
from tl_course.view.training import plot_forgetting, plot_lines, plot_loss, plot_rates, plot_reliability

__all__ = [
    "COLOURS",
    "LABELS",
    "STRATEGIES",
    "contact_sheet",
    "draw_idea",
    "overlay",
    "pareto_front",
    "plot_curves",
    "plot_data_size",
    "plot_drift",
    "plot_forgetting",
    "plot_formats",
    "plot_gradient_errors",
    "plot_gradients",
    "plot_lines",
    "plot_localisation",
    "plot_loss",
    "plot_loss_scales",
    "plot_mismatch",
    "plot_parameters",
    "plot_pareto",
    "plot_precision_table",
    "plot_randomisation",
    "plot_rates",
    "plot_reliability",
    "plot_results",
    "plot_saliency_study",
    "plot_scale_trace",
    "plot_strategies",
    "say",
    "show_confusion",
    "show_filters",
    "show_images",
    "show_maps",
    "show_mistakes",
    "show_saliency",
    "show_unit",
    "show_versions",
    "strategies_table",
    "unnormalised",
]
