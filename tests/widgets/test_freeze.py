"""The freeze explorer: sizes and costs of stages, what a press changes, and short runs."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch

import tl_course as tl
from tl_course.data import in_memory
from tl_course.errors import CourseError
from tl_course.models import count_parameters
from tl_course.profiles import Profile
from tl_course.widgets import stage_runs
from tl_course.widgets.freeze import FreezeExplorer, freeze_explorer, measured_batch
from tl_course.widgets.job import Reporter
from tl_course.widgets.live import Line
from tl_course.widgets.stage_costs import (
    Batch,
    StageSize,
    _kept_for_backward,
    cost_of,
    kept_by_stage,
    stage_sizes,
)
from tl_course.widgets.stage_figures import Curve, box_sizes, named, plot_curves, plot_stages

PATIENCE = 60  # seconds until a thread that hangs fails its test


@pytest.fixture(scope="module")
def profile() -> Profile:
    return tl.load_profile("pocket")


@pytest.fixture(scope="module")
def batch(profile: Profile) -> Batch:
    return measured_batch(profile)


@pytest.fixture
def model() -> torch.nn.Module:
    torch.manual_seed(0)
    return tl.load_backbone("pocket_resnet", 6)


@pytest.fixture(scope="module")
def shared(profile: Profile) -> Iterator[FreezeExplorer]:
    """One explorer, whose short runs are really short: two epochs, few pictures."""
    small = replace(profile, val=profile.val.few(4))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage_runs, "EPOCHS", 2)
        yield freeze_explorer(small, in_memory(profile.train.few(2)))


@pytest.fixture
def explorer(shared: FreezeExplorer) -> FreezeExplorer:
    """The shared one as a lesson opens it: the head trains, no curve."""
    for name, toggle in shared.toggles.items():
        toggle.value = name == "head"
    shared.clear_curves()
    return shared


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


def test_at_first_the_head_trains_and_its_cost_is_shown(explorer: FreezeExplorer) -> None:
    assert explorer.trains == ("head",)
    assert "<b>1,446</b> of 927,870 parameters train" in explorer.cost.value
    assert "<b>0.16%</b>" in explorer.cost.value


def test_a_press_shows_the_new_costs_and_says_the_state_in_words(explorer: FreezeExplorer) -> None:
    explorer.toggles["layer4"].value = True

    assert "<b>751,686</b> of 927,870 parameters train" in explorer.cost.value
    assert re.search(r"keeps <b>1\.\d\d MB</b> for the backward pass of 16 pictures", explorer.cost.value)
    assert re.search(r"About <b>\d+\.\d s</b> an epoch of 600 pictures", explorer.cost.value)
    assert explorer.toggles["layer4"].description == "layer4: trains"
    assert "trains" in explorer.words["layer4"].value
    assert "frozen" in explorer.words["layer3"].value


def test_the_empty_choice_is_one_line_and_cannot_be_trained(explorer: FreezeExplorer) -> None:
    explorer.toggles["head"].value = False
    explorer.job.run()
    explorer.job.wait(PATIENCE)

    assert "Nothing trains" in explorer.cost.value
    assert "Nothing trains: press at least one stage." in explorer.job.line.value
    assert explorer.curves == []


def test_a_set_of_stages_is_measured_once(explorer: FreezeExplorer, monkeypatch: pytest.MonkeyPatch) -> None:
    explorer.toggles["layer3"].value = True
    first = explorer.cost.value
    explorer.toggles["layer3"].value = False
    monkeypatch.setattr("tl_course.widgets.freeze.cost_of", None)  # a call would fail

    explorer.toggles["layer3"].value = True

    assert explorer.cost.value == first


def test_each_run_adds_its_curve_and_clear_empties_the_figure(explorer: FreezeExplorer) -> None:
    for stage in ("layer4", "layer3"):
        explorer.job.run()
        explorer.job.wait(PATIENCE)
        explorer.toggles[stage].value = True

    assert [curve.label for curve in explorer.curves] == ["head", "layer4 + head"]
    assert all(len(curve.accuracies) == 2 for curve in explorer.curves)
    assert 'alt="Validation accuracy after each epoch. head: 0.' in explorer.chart.value

    explorer.clear.click()
    assert explorer.curves == []
    assert "No run yet" in explorer.chart.value


def test_the_same_choice_runs_again_with_another_seed(explorer: FreezeExplorer) -> None:
    for _ in range(2):
        explorer.job.run()
        explorer.job.wait(PATIENCE)

    assert [curve.label for curve in explorer.curves] == ["head", "head, seed 1"]


def test_a_cancelled_run_keeps_its_epochs_marked(explorer: FreezeExplorer, monkeypatch) -> None:
    drawn = explorer._draw

    def cancel_after_the_first_epoch(curve: Curve | None = None) -> None:
        drawn(curve)
        explorer.job.stop()

    monkeypatch.setattr(explorer, "_draw", cancel_after_the_first_epoch)
    explorer.job.run()
    explorer.job.wait(PATIENCE)

    (curve,) = explorer.curves
    assert (curve.label, len(curve.accuracies)) == ("head (cancelled)", 1)
    assert "head (cancelled): 0." in explorer.chart.value
    assert "Cancelled." in explorer.job.line.value


def test_no_time_is_taken_while_a_run_computes(explorer: FreezeExplorer, monkeypatch) -> None:
    training, go_on = threading.Event(), threading.Event()

    def train(*arguments):
        training.set()
        go_on.wait(PATIENCE)
        yield 0.5

    monkeypatch.setattr("tl_course.widgets.freeze.train_epochs", train)
    explorer.job.run()
    assert training.wait(PATIENCE)
    explorer.toggles["layer2"].value = True

    assert "not measured while a run computes" in explorer.cost.value
    go_on.set()
    explorer.job.wait(PATIENCE)
    assert re.search(r"About <b>\d+\.\d s</b>", explorer.cost.value)


def test_a_run_draws_its_pictures_from_the_training_split_alone(profile: Profile) -> None:
    drawn = stage_runs.draw_few(profile, 3, Reporter(Line()))

    assert drawn.targets == profile.train.few(20, 3).targets
    assert torch.equal(drawn[0][0], profile.train.few(20, 3)[0][0])


def test_the_still_figure_has_the_stages_their_parameters_and_their_memory(explorer: FreezeExplorer) -> None:
    boxes, parameters, memory = explorer.still().axes

    assert len(boxes.patches) == len(parameters.patches) == len(memory.patches) == 6
    assert [text.get_text().splitlines()[:2] for text in boxes.texts][-2:] == [
        ["layer4", "frozen"], ["head", "trains"],
    ]  # fmt: skip
    assert memory.patches[1].get_width() == pytest.approx(explorer.kept["layer1"] / 1e6)


def test_what_a_stored_notebook_holds_does_not_vary(explorer: FreezeExplorer) -> None:
    assert repr(explorer) == (
        "Freeze explorer: pocket_resnet with the stages stem, layer1, layer2, layer3, layer4, head"
    )


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
