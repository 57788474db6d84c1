"""Figures: axes are labelled, and what is drawn is what was given."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from PIL import Image

from tl_course import view
from tl_course.data import Critters
from tl_course.studies.store import Study
from tl_course.training import Evaluation
from tl_course.view.backbones import plot_choice


def evaluation(right: int, wrong: int) -> Evaluation:
    targets = torch.tensor([0] * right + [1] * wrong)
    probabilities = torch.tensor([[0.9, 0.1]] * (right + wrong))
    return Evaluation(0.5, probabilities, probabilities.argmax(1), targets, ["cat", "dog"], in_order=True)


def toy_study() -> Study:
    rows = [
        {"strategy": strategy, "per_class": size, "seed": seed, "accuracy": size / 10 + seed / 100}
        for strategy in ("pretrained", "scratch")
        for size in (2, 5)
        for seed in (0, 1)
    ]
    return Study("data_size", rows, {}, {}, "")


@pytest.mark.parametrize(
    "figure",
    [
        lambda: view.plot_results({"a": evaluation(8, 2)}, chance=0.5),
        lambda: view.plot_data_size(toy_study(), chance=0.1),
        lambda: view.plot_drift([0.1, 0.2]),
        lambda: view.plot_parameters({"stem": (100, 0), "head": (10, 10)}),
        lambda: view.show_confusion(evaluation(3, 1)),
    ],
    ids=["results", "data_size", "drift", "parameters", "confusion"],
)
def test_axes_have_labels(figure) -> None:
    (axis,) = figure().axes

    assert axis.get_xlabel()
    assert axis.get_ylabel() or axis.get_yticklabels()


def test_a_figure_is_shown_once_and_not_kept_open() -> None:
    before = plt.get_fignums()

    view.plot_drift([0.1])

    assert plt.get_fignums() == before


def test_a_result_is_drawn_at_its_accuracy() -> None:
    (axis,) = view.plot_results({"a": evaluation(8, 2)}, chance=0.5).axes

    assert [line.get_xdata() for line in axis.lines if line.get_marker() == "o"] == [[0.8]]


def test_the_curve_is_the_mean_of_the_seeds_and_the_band_their_range() -> None:
    (axis,) = view.plot_data_size(toy_study(), chance=0.1).axes

    assert axis.lines[0].get_ydata() == pytest.approx([0.205, 0.505])
    band = axis.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == pytest.approx((0.2, 0.51))


def test_the_live_run_is_drawn_where_it_came_out() -> None:
    live = {"per_class": 5, "accuracy": 0.4}

    (axis,) = view.plot_data_size(toy_study(), 0.1, live).axes

    (star,) = [line for line in axis.lines if line.get_marker() == "*"]
    assert (star.get_xdata(), star.get_ydata()) == ([5], [0.4])


def test_confusion_shows_every_count() -> None:
    (axis,) = view.show_confusion(evaluation(3, 2)).axes

    assert [text.get_text() for text in axis.texts] == ["3", "0", "2", "0"]


def test_images_of_every_kind_are_drawn() -> None:
    images = [Image.new("RGB", (4, 4)), np.zeros((4, 4, 3)), np.zeros((4, 4)), torch.zeros(3, 4, 4)]

    figure = view.show_images(images, ["a", "b", "c", "d"])

    assert sum(len(axis.images) for axis in figure.axes) == 4


def test_a_mistake_says_what_was_answered_and_what_is_true() -> None:
    data = Critters("val").subset([0, 31])

    probabilities = torch.tensor([[0.9, 0.1, 0, 0, 0, 0], [0.8, 0.2, 0, 0, 0, 0]])
    answers = Evaluation(
        0.5, probabilities, probabilities.argmax(1), torch.tensor(data.targets), data.classes, in_order=True
    )

    (text,) = [text.get_text() for axis in view.show_mistakes(answers, data).axes for text in axis.texts]
    assert text == "says ant (80%)\nbut is bee"


def test_no_mistakes_is_said() -> None:
    figure = view.show_mistakes(evaluation(2, 0), Critters("val"))

    assert figure.axes[0].texts[0].get_text() == "No mistakes."


def test_the_contact_sheet_has_a_row_a_class() -> None:
    figure = view.contact_sheet(Critters("val"), per_class=3)

    assert sum(len(axis.images) for axis in figure.axes) == 18


def test_say_prints_where_there_is_no_notebook(capsys: pytest.CaptureFixture[str]) -> None:
    view.say("It is **0.5**.")

    assert capsys.readouterr().out == "It is **0.5**.\n"


@pytest.mark.parametrize("draw", [
    lambda name: view.show_filters({name: torch.rand(12, 3, 3, 3)}),
    lambda name: view.show_maps(torch.rand(3, 4, 4), {name: torch.rand(8, 4, 4)}),
], ids=["filters", "maps"])  # fmt: skip
def test_a_long_name_of_a_row_leaves_the_pictures_evenly_spaced(draw: Callable[[str], Figure]) -> None:
    figure = draw("a name far longer than the first picture is wide")
    figure.savefig(io.BytesIO())  # which lays it out

    lefts = [axis.get_position().x0 for axis in figure.axes]
    gaps = np.diff(lefts)
    assert gaps == pytest.approx(np.full(len(gaps), gaps.mean()), abs=0.005)


@pytest.mark.parametrize("costs", [(1.46, 1.49, 2.1), (0.7, 3.0, 9.0), (0.04, 2.0, 1017.0)])
def test_a_scale_of_costs_has_a_few_plain_numbers(costs):
    points = {f"network {place}": (cost, 0.5) for place, cost in enumerate(costs)}
    figure = plot_choice(points, max(costs), "network 0", "cost", "accuracy")

    axis = figure.axes[0]
    low, high = axis.get_xlim()
    shown = [text.get_text() for text, tick in zip(axis.get_xticklabels(), axis.get_xticks(), strict=True)
             if low <= tick <= high]  # fmt: skip
    assert 2 <= len(shown) <= 6
    assert all(float(text) > 0 for text in shown)
    assert not any(text.get_text() for text in axis.get_xticklabels(minor=True))
