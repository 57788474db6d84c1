"""Figures of lessons 02 and 03: what is drawn is what was given."""

from __future__ import annotations

import pytest
import torch
from matplotlib.figure import Figure

from tl_course import view
from tl_course.studies.store import Study
from tl_course.training import Evaluation, History, reliability


def evaluation(right: int, wrong: int) -> Evaluation:
    targets = torch.tensor([0] * right + [1] * wrong)
    probabilities = torch.tensor([[0.75, 0.25]] * (right + wrong))
    return Evaluation(0.5, probabilities, probabilities.argmax(1), targets, ["cat", "dog"], in_order=True)


def history() -> History:
    result = History()
    for epoch, val_loss in enumerate([0.9, 0.6, 0.8]):
        result.append(train_loss=1.0 / (epoch + 1), train_accuracy=0.5, val_loss=val_loss, val_accuracy=0.5)
    return result


def strategies() -> Study:
    rows = [
        {"strategy": strategy, "per_class": size, "seed": seed, "accuracy": size / 100 + seed / 10,
         "trainable": 1234, "seconds": 2.5}
        for strategy in view.STRATEGIES for size in (5, 20) for seed in (0, 1)
    ]  # fmt: skip
    return Study("fine_tuning", rows, {}, {}, "")


def points_of(figure: Figure, marker: str) -> list[tuple[float, float]]:
    lines = [line for axis in figure.axes for line in axis.lines if line.get_marker() == marker]
    return [(float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in lines]


def groups(model_rates: dict[str, float]) -> list[dict[str, object]]:
    return [{"stage": stage, "lr": lr} for stage, lr in model_rates.items()]


FIGURES = {
    "loss": lambda: view.plot_loss(history()),
    "lines": lambda: view.plot_lines({"a": [1.0, 2.0]}, "batch", "learning rate"),
    "rates": lambda: view.plot_rates({"even": groups({"stem": 0.1, "head": 0.1})}),
    "forgetting": lambda: view.plot_forgetting([1e-3, 1e-2], [0.5, 0.6], [0.8, 0.1], 0.9),
    "reliability": lambda: view.plot_reliability({"before": reliability(evaluation(3, 1))}),
    "pareto": lambda: view.plot_pareto({"a": (1.0, 0.5)}, "cost", "accuracy", "title"),
    "mismatch": lambda: view.plot_mismatch({"net": {"right": evaluation(3, 1)}}, 0.5),
    "strategies": lambda: view.plot_strategies(strategies(), 0.2),
}


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
def test_axes_have_labels(figure) -> None:
    axis = figure().axes[0]

    assert axis.get_xlabel()
    assert axis.get_ylabel() or [tick.get_text() for tick in axis.get_yticklabels()]


def test_the_best_epoch_is_the_one_with_the_lowest_validation_loss() -> None:
    (axis,) = view.plot_loss(history()).axes

    assert "best epoch: 2" in axis.get_legend_handles_labels()[1]


def test_a_stage_is_drawn_at_its_rate() -> None:
    (axis,) = view.plot_rates({"falling": groups({"stem": 0.01, "head": 0.1})}).axes

    assert list(axis.lines[0].get_ydata()) == [0.01, 0.1]
    assert [tick.get_text() for tick in axis.get_xticklabels()] == ["stem", "head"]


def test_a_bin_is_drawn_at_its_confidence_and_its_share_of_right_answers() -> None:
    (axis,) = view.plot_reliability({"before": reliability(evaluation(1, 3))}).axes

    assert axis.collections[0].get_offsets().tolist() == [pytest.approx([0.75, 0.25])]


def test_the_front_holds_the_networks_that_none_beats_in_both() -> None:
    points = {"cheap": (1.0, 0.5), "dominated": (2.0, 0.4), "dear": (3.0, 0.9), "tie": (3.0, 0.8)}

    assert view.pareto_front(points) == ["cheap", "dear"]


def test_an_evaluation_is_drawn_with_its_interval() -> None:
    result = evaluation(8, 2)
    (axis,) = view.plot_pareto({"net": (2.0, result)}, "cost", "accuracy", "title").axes

    assert list(axis.lines[0].get_ydata()) == pytest.approx(result.interval)
    assert points_of(axis.figure, "o")[0] == (2.0, 0.8)


def test_a_way_of_preprocessing_that_failed_is_left_out() -> None:
    results = {
        "net": {"right": evaluation(3, 1), "half": evaluation(1, 3)},
        "vit": {"right": evaluation(3, 1)},
    }

    figure = view.plot_mismatch(results, 0.5)

    assert [len(points_of(figure, marker)) for marker in "os"] == [2, 1]


def test_a_strategys_large_marker_is_the_mean_of_its_seeds() -> None:
    figure = view.plot_strategies(strategies(), 0.2)

    first = figure.axes[0]
    (diamond,) = [line for line in first.lines if line.get_marker() == "D"]
    assert diamond.get_xdata() == pytest.approx([0.1])


def test_the_live_run_is_drawn_in_the_panel_of_its_size() -> None:
    live = {"strategy": "full", "per_class": 20, "accuracy": 0.4}

    figure = view.plot_strategies(strategies(), 0.2, live)

    stars = [[line for line in axis.lines if line.get_marker() == "*"] for axis in figure.axes]
    assert [len(found) for found in stars] == [0, 1]


def test_the_table_gives_mean_range_parameters_and_seconds() -> None:
    table = view.strategies_table(strategies()).splitlines()

    assert len(table) == 2 + len(view.STRATEGIES)
    assert table[-1] == "| full, rates by stage | 0.10 (0.05 to 0.15) | 0.25 (0.20 to 0.30) | 1,234 | 2.5 |"


def test_versions_have_a_row_a_change() -> None:
    figure = view.show_versions({"flip": [torch.zeros(3, 4, 4)] * 3, "crop": [torch.zeros(3, 4, 4)] * 2})

    assert sum(len(axis.images) for axis in figure.axes) == 5
    assert [text.get_text() for axis in figure.axes for text in axis.texts] == ["flip", "crop"]
