"""The freeze explorer: what a press changes, short runs, and what a stored notebook shows of it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch

import tl_course as tl
from tl_course.data import in_memory
from tl_course.profiles import Profile
from tl_course.widgets import stage_runs
from tl_course.widgets.freeze import FreezeExplorer, freeze_explorer
from tl_course.widgets.job import Reporter
from tl_course.widgets.live import Line
from tl_course.widgets.stage_figures import Curve

PATIENCE = 60  # seconds until a thread that hangs fails its test


@pytest.fixture(scope="module")
def profile() -> Profile:
    return tl.load_profile("pocket")


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
