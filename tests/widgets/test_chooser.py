"""The backbone chooser: what a budget leaves, and what it says of a network."""

from __future__ import annotations

import pytest
import torch

from tl_course.errors import CourseError
from tl_course.training import Evaluation
from tl_course.widgets import backbone_chooser
from tl_course.widgets.chooser import affordable, better_and_cheaper, origin

ROWS = {
    "small": {"ms": 1.0, "million parameters": 9.0, "accuracy": 0.60},
    "old": {"ms": 4.0, "million parameters": 3.0, "accuracy": 0.55},
    "middle": {"ms": 2.0, "million parameters": 5.0, "accuracy": 0.70},
    "large": {"ms": 8.0, "million parameters": 7.0, "accuracy": 0.80},
}


def chooser():
    return backbone_chooser(ROWS, gain="accuracy")


def set_budget(widget, value):
    widget.budget.index = [budget for _, budget in widget.budget.options].index(value)


def test_a_budget_leaves_what_costs_no_more():
    assert affordable(ROWS, "ms", 2.0) == ["small", "middle"]


def test_a_network_is_beaten_by_the_cheaper_ones_that_are_as_good_the_best_first():
    assert better_and_cheaper(ROWS, "old", "ms", "accuracy") == ["middle", "small"]


def test_of_two_at_one_cost_the_worse_is_beaten_as_the_figure_draws_it():
    rows = {"good": {"ms": 1.0, "accuracy": 0.9}, "worse": {"ms": 1.0, "accuracy": 0.5}}

    assert better_and_cheaper(rows, "worse", "ms", "accuracy") == ["good"]
    assert better_and_cheaper(rows, "good", "ms", "accuracy") == []


def test_it_begins_with_the_best_of_all():
    assert chooser().network.value == "large"


def test_a_smaller_budget_takes_the_best_that_is_left():
    widget = chooser()

    set_budget(widget, 4.0)

    assert widget.network.options == ("middle", "small", "old")
    assert widget.network.value == "middle"


def test_a_network_that_can_still_be_afforded_stays_chosen():
    widget = chooser()
    widget.network.value = "small"

    set_budget(widget, 2.0)

    assert widget.network.value == "small"


def test_another_cost_has_its_own_budgets():
    widget = chooser()

    widget.cost.value = "million parameters"

    assert [value for _, value in widget.budget.options] == [3.0, 5.0, 7.0, 9.0]
    assert widget.budget.value == 9.0


def test_the_line_tells_what_beats_the_chosen_one():
    widget = chooser()

    widget.network.value = "old"

    assert "No dearer and at least as good, 2 of the others: middle, small." in widget.line.value
    assert "accuracy: 0.55" in widget.line.value


def test_a_network_on_the_front_is_said_to_be_there():
    assert "it is on the front" in chooser().line.value


def test_the_figure_tells_in_words_what_it_shows():
    widget = chooser()
    set_budget(widget, 2.0)

    assert "2 of 4 networks are within the budget" in widget.figure.value
    assert "Ringed: middle." in widget.figure.value


def test_each_point_has_a_tip_with_its_numbers():
    widget = chooser()

    assert "large: accuracy 0.8, ms 8" in widget.figure.value
    assert widget.figure.value.count('class="tl-spot"') == len(ROWS)


def test_an_evaluation_is_shown_with_its_interval():
    targets = torch.tensor([0, 1] * 20)
    probabilities = torch.nn.functional.one_hot(targets, 2).float()
    result = Evaluation(0.5, probabilities, targets, targets, ["a", "b"], in_order=True)
    rows = {"one": {"ms": 1.0, "accuracy": result}}

    assert "1.00 (95 % interval 0.9" in backbone_chooser(rows, gain="accuracy").line.value


@pytest.mark.parametrize(("name", "words"), [
    ("resnet18", "Weights: IMAGENET1K_V1, for pictures of 224 px. "),
    ("timm:resnet18", ""),
])  # fmt: skip
def test_where_weights_come_from(name, words):
    assert origin(name) == words


@pytest.mark.parametrize("rows", [
    {},
    {"one": {"accuracy": 1.0}},
    {"one": {"ms": 1.0}},
    {"one": {"ms": 1.0, "accuracy": 1.0}, "two": {"accuracy": 1.0}},
    {"one": {"ms": 0.0, "accuracy": 1.0}},
], ids=["none", "no cost", "no gain", "unequal", "free"])  # fmt: skip
def test_rows_that_cannot_be_compared_are_refused(rows):
    with pytest.raises(CourseError):
        backbone_chooser(rows, gain="accuracy")


def test_without_a_kernel_the_figure_stands():
    assert "image/png" in chooser()._repr_mimebundle_()
