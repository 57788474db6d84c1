"""What the freeze explorer stands on: sizes and costs of stages, and how both and the runs are drawn."""

from __future__ import annotations

import pytest
import torch

import tl_course as tl
from tl_course.errors import CourseError
from tl_course.models import count_parameters
from tl_course.widgets.freeze import measured_batch
from tl_course.widgets.stage_costs import (
    Batch,
    StageSize,
    _kept_for_backward,
    cost_of,
    kept_by_stage,
    stage_sizes,
)
from tl_course.widgets.stage_figures import Curve, box_sizes, named, plot_curves, plot_stages


@pytest.fixture(scope="module")
def batch() -> Batch:
    return measured_batch(tl.load_profile("pocket"))


@pytest.fixture
def model() -> torch.nn.Module:
    torch.manual_seed(0)
    return tl.load_backbone("pocket_resnet", 6)


def test_sizes_are_those_of_the_maps_and_the_parameters_add_up(model, batch: Batch) -> None:
    sizes = stage_sizes(model, batch[0][0])

    assert [(size.name, size.side, size.channels) for size in sizes] == [
        ("stem", 32, 24), ("layer1", 32, 24), ("layer2", 16, 48), ("layer3", 8, 96), ("layer4", 4, 240),
        ("head", 1, 6),
    ]  # fmt: skip
    assert sum(size.parameters for size in sizes) == count_parameters(model)


@pytest.mark.parametrize(
    ("name", "deepest"),
    [("pocket_vit", (128, 4)), ("pocket_mobilenet", None), ("pocket_convnext", None), ("swin_t", (768, 2))],
)
def test_the_deepest_map_of_other_families_has_places(name: str, deepest: tuple[int, int] | None) -> None:
    sizes = stage_sizes(tl.load_backbone(name, 6, weights=None), torch.zeros(3, 64, 64))

    assert sizes[-2].side > 1
    assert deepest is None or (sizes[-2].channels, sizes[-2].side) == deepest


def test_measuring_leaves_the_modes_and_the_weights_and_the_random_numbers_alone(model, batch: Batch) -> None:
    before = {name: weight.clone() for name, weight in model.named_parameters()}
    state = torch.get_rng_state()

    cost_of(model.eval(), batch, tl.stages(model))

    assert not model.training
    assert all(torch.equal(weight, before[name]) for name, weight in model.named_parameters())
    assert torch.equal(torch.get_rng_state(), state)


def test_memory_depends_on_how_far_down_training_reaches_not_on_how_much_trains(model, batch: Batch) -> None:
    head, deep, stem, everything = (
        cost_of(model, batch, trains, steps=0)
        for trains in (["head"], ["layer4", "head"], ["stem"], tl.stages(model))
    )

    assert head.kept < deep.kept < everything.kept
    assert stem.kept == pytest.approx(everything.kept, rel=0.01)
    assert stem.trainable < everything.trainable / 100


def test_a_tensor_that_two_operations_keep_counts_once() -> None:
    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = torch.nn.Linear(8, 8)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            hidden = self.fc(x).relu()  # kept by relu, and by both factors of the product
            return hidden * hidden

    net, x = Net(), torch.ones(4, 8)
    kept, _ = _kept_for_backward(net, x, torch.zeros(4, dtype=torch.long))

    # input, hidden layer, log-probabilities (4 x 8 float32 each), the labels, and the sum of their weights
    assert kept == 3 * 4 * 8 * 4 + 4 * 8 + 4


def test_nothing_that_trains_costs_nothing(model, batch: Batch) -> None:
    cost = cost_of(model, batch, ())

    assert (cost.trainable, cost.kept, cost.seconds) == (0, 0, None)


def test_an_unknown_stage_is_named(model, batch: Batch) -> None:
    with pytest.raises(CourseError, match="no stage 'layer9'"):
        cost_of(model, batch, ["layer9"])


def test_what_the_stages_keep_adds_up_to_everything(model, batch: Batch) -> None:
    kept = kept_by_stage(model, batch)

    assert sum(kept.values()) == cost_of(model, batch, tl.stages(model), steps=0).kept
    assert min(kept.values()) >= 0


def test_boxes_are_to_scale_but_large_enough_to_hit() -> None:
    sizes = [StageSize("a", 32, 64, 1), StageSize("b", 64, 32, 1), StageSize("c", 2, 1, 1)]

    assert box_sizes(sizes) == [(100, 120), (200, 60), (24, 24)]


def test_boxes_of_equal_width_share_the_row() -> None:
    assert [width for width, _ in box_sizes([StageSize("a", 768, 14, 1)] * 5)] == [152] * 5


@pytest.mark.parametrize(
    ("trains", "name"),
    [
        (("head",), "head"), (("layer4", "head"), "layer4 + head"), (("stem", "head"), "stem + head"),
        (("layer3", "layer4", "head"), "layer3 to head"),
        (("stem", "layer3", "layer4", "head"), "everything"),
        (("stem", "layer3", "head"), "stem + layer3 + head"),
    ],
)  # fmt: skip
def test_a_choice_has_a_short_name(trains: tuple[str, ...], name: str) -> None:
    assert named(trains, ("stem", "layer3", "layer4", "head")) == name


def test_curves_are_drawn_one_a_run_with_chance() -> None:
    curves = [Curve("head", ("head",), [0.3, 0.5]), Curve("everything", ("head",), [0.4], cancelled=True)]

    (axis,) = plot_curves(curves, 1 / 6, 5).axes

    labels = [text.get_text() for text in axis.get_legend().get_texts()]
    assert labels == ["head", "everything (cancelled)", "chance"]
    assert list(axis.lines[0].get_ydata()) == [0.3, 0.5]


def test_stages_can_be_drawn_with_any_choice() -> None:
    sizes = [StageSize("stem", 4, 8, 10), StageSize("head", 2, 1, 5)]

    boxes = plot_stages(sizes, {"stem": 100, "head": 0}, ("stem", "head"), 4).axes[0]

    assert all("trains" in text.get_text() for text in boxes.texts)
