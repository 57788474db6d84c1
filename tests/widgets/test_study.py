"""The data-size and learning-rate explorers: what they show of a stored study, and rows that run anew."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from matplotlib.figure import Figure

import tl_course as tl
from tl_course.profiles import Profile
from tl_course.studies import load_study
from tl_course.widgets import study as room
from tl_course.widgets.study import StudyExplorer, data_size_explorer, learning_rate_explorer
from tl_course.widgets.study_views import DATA_SIZE, LEARNING_RATE, plot_study, read_study

PATIENCE = 60  # seconds until a thread that hangs fails its test


@pytest.fixture(scope="module")
def profile() -> Profile:
    return tl.load_profile("pocket")


@pytest.fixture
def sizes(profile: Profile) -> StudyExplorer:
    return data_size_explorer(profile)


@pytest.fixture
def rates(profile: Profile) -> StudyExplorer:
    return learning_rate_explorer(profile)


@pytest.fixture
def unstored(profile: Profile, monkeypatch: pytest.MonkeyPatch) -> StudyExplorer:
    monkeypatch.setattr(room, "load_study", lambda name, profile: None)
    return data_size_explorer(profile)


def rows(**seeds: list[float]) -> list[dict]:
    """Rows of the study data_size at 20 pictures a class."""
    return [
        {"strategy": strategy, "per_class": 20, "seed": seed, "accuracy": accuracy}
        for strategy, accuracies in seeds.items()
        for seed, accuracy in enumerate(accuracies)
    ]


def read(**seeds: list[float]) -> str:
    return read_study(DATA_SIZE, rows(**seeds), [], list(seeds), 20, "accuracy")


def test_the_sentence_gives_mean_lowest_highest_and_how_many_seeds() -> None:
    text = read(pretrained=[0.6, 0.7, 0.8], random=[0.2])

    assert text.startswith(
        "Test accuracy at 20 pictures a class: head on the pretrained backbone 0.70 (0.60 to 0.80, 3 seeds); "
        "head on a random frozen backbone 0.20 (0.20 to 0.20, 1 seed)."
    )


def test_where_seeds_overlap_no_difference_is_claimed() -> None:
    assert "their seeds overlap, no difference is shown" in read(
        pretrained=[0.5, 0.8, 0.8, 0.8], random=[0.5] * 4
    )


def test_a_difference_is_claimed_where_enough_seeds_lie_apart() -> None:
    text = read(random=[0.2, 0.3, 0.3, 0.3], pretrained=[0.7, 0.8, 0.9, 0.8])

    assert text.endswith(
        "Every seed of “head on the pretrained backbone” lies above every seed of "
        "“head on a random frozen backbone”: a difference that the seeds show."
    )


def test_two_seeds_apart_are_called_what_luck_does_too() -> None:
    assert "luck alone does that once in 3 times" in read(pretrained=[0.7, 0.8], random=[0.2, 0.3])


def test_of_a_loss_the_lower_is_the_better() -> None:
    losses = [
        {"strategy": strategy, "lr": 0.01, "seed": seed, "loss": loss}
        for strategy, loss in (("partial", 0.5), ("full", 0.9))
        for seed in range(5)
    ]

    text = read_study(LEARNING_RATE, losses, [], ["full", "partial"], 0.01, "loss")

    assert "Every seed of “partial: deepest stage and head” lies below" in text


def test_the_slider_moves_along_the_stored_sizes(sizes: StudyExplorer, profile: Profile) -> None:
    study = load_study("data_size", profile.name)
    assert [place for _, place in sizes.place.options] == [2, 5, 10, 20, 50, 100]
    before = sizes.chart.value

    sizes.place.value = 100

    mean = study.mean("accuracy", strategy="pretrained", per_class=100)
    assert f"head on the pretrained backbone {mean:.2f} (" in sizes.reading.value
    assert "at 100 pictures a class" in sizes.reading.value
    assert sizes.chart.value != before


def test_only_the_strategies_that_are_ticked_are_shown(sizes: StudyExplorer) -> None:
    for name in ("random", "scratch", "scratch_augmented"):
        sizes.shown[name].value = False

    assert "random" not in sizes.reading.value
    assert "pretrained" in sizes.reading.value

    sizes.shown["pretrained"].value = False
    assert "No strategy is chosen: tick at least one." in sizes.reading.value


def test_the_rate_that_is_best_by_loss_can_be_held_against_accuracy(rates: StudyExplorer) -> None:
    assert "Validation loss at a learning rate of 0.003" in rates.reading.value

    rates.measure.value = "accuracy"

    assert "Validation accuracy at a learning rate of 0.003" in rates.reading.value


def test_the_panel_says_which_split_is_measured(sizes: StudyExplorer, rates: StudyExplorer) -> None:
    assert "no way to pick a strategy or a size" in panel_text(sizes)
    assert "All is measured on the validation split" in panel_text(rates)


def panel_text(explorer: StudyExplorer) -> str:
    return " ".join(getattr(part, "value", "") for part in explorer.panel.children)


def test_every_stored_seed_is_a_dot_and_the_mean_a_larger_mark() -> None:
    figure = plot_study(
        DATA_SIZE, rows(pretrained=[0.6, 0.7, 0.8]), [], ["pretrained"], 20, "accuracy", 1 / 6
    )

    mean, seeds, *_ = figure.axes[1].lines
    assert list(seeds.get_ydata()) == [0.6, 0.7, 0.8]
    assert list(mean.get_ydata()) == pytest.approx([0.7])
    assert mean.get_markersize() > seeds.get_markersize()


def test_a_new_run_is_a_star_beside_the_stored_dots() -> None:
    star = {"strategy": "pretrained", "per_class": 20, "seed": 9, "accuracy": 0.75}

    axis = plot_study(
        DATA_SIZE, rows(pretrained=[0.6]), [star], ["pretrained"], 20, "accuracy", 1 / 6
    ).axes[1]

    (drawn,) = [line for line in axis.lines if line.get_marker() == "*" and len(line.get_ydata())]
    assert list(drawn.get_ydata()) == [0.75]


def test_a_row_runs_anew_with_a_seed_that_the_study_did_not_use(sizes: StudyExplorer, monkeypatch) -> None:
    asked: list[dict] = []

    def run_row(name: str, **settings):
        asked.append({"study": name, **settings})
        return {**settings, "accuracy": 0.71}

    monkeypatch.setattr(room, "run_row", run_row)
    sizes.shown["random"].value = False
    sizes.place.value, sizes.strategy.value = 5, "random"
    sizes.job.run()
    sizes.job.wait(PATIENCE)

    assert asked == [{"study": "data_size", "strategy": "random", "per_class": 5, "seed": 5}]
    assert sizes.shown["random"].value, "a strategy that was run is shown"
    assert "head on a random frozen backbone, 5 pictures a class, seed 5: 0.71." in sizes.reading.value


def test_a_real_run_shows_its_epochs_and_ends_when_cancelled(rates: StudyExplorer, monkeypatch) -> None:
    training, lines = threading.Event(), []

    def remember(change) -> None:
        lines.append(change["new"])
        if "of 34 epochs" in change["new"]:
            training.set()

    rates.job.line.observe(remember, "value")
    rates.job.run()
    assert training.wait(PATIENCE)
    rates.job.stop()
    rates.job.wait(PATIENCE)

    assert "Cancelled." in rates.job.line.value
    assert rates.stars == []
    assert not any("33 of 34" in line for line in lines)


def test_a_profile_that_is_not_the_active_one_is_explained(sizes: StudyExplorer) -> None:
    sizes.profile = replace(sizes.profile, name="imagenet")
    sizes.job.run()
    sizes.job.wait(PATIENCE)

    assert "A row runs in the active profile, pocket; this explorer shows imagenet." in sizes.job.line.value


def test_without_a_stored_study_there_is_a_sentence_and_the_run_alone(unstored, monkeypatch) -> None:
    assert unstored.still().startswith("No study data_size is stored for the profile pocket")
    assert "tl-course study data_size" in unstored.reading.value
    assert [place for _, place in unstored.place.options] == [2, 5, 10, 20, 50, 100]

    monkeypatch.setattr(room, "run_row", lambda name, **settings: {**settings, "accuracy": 0.71})
    unstored.job.run()
    unstored.job.wait(PATIENCE)
    assert "seed 5: 0.71." in unstored.reading.value
    assert "<img" in unstored.chart.value


@pytest.mark.parametrize("name", ["sizes", "rates"])
def test_the_still_is_the_study_figure_whatever_the_controls_say(name: str, request) -> None:
    explorer: StudyExplorer = request.getfixturevalue(name)
    explorer.place.value = explorer.place.options[0][1]

    figure = explorer.still()

    assert isinstance(figure, Figure)
    assert explorer.view.place.format(explorer.view.default) in figure.axes[1].get_title()


def test_what_a_stored_notebook_holds_does_not_vary(sizes: StudyExplorer) -> None:
    assert repr(sizes) == "Explorer of the study data_size: pretrained, random, scratch, scratch_augmented"
