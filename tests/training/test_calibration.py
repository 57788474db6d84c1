"""Calibration errors agree with torchmetrics, temperatures with an independent search."""

from __future__ import annotations

import math

import pytest
import torch
from scipy.optimize import minimize_scalar
from torch import nn
from torch.utils.data import TensorDataset
from torchmetrics.functional.classification import multiclass_calibration_error

from tl_course.errors import CourseError
from tl_course.training import (
    Evaluation,
    evaluate,
    expected_calibration_error,
    fit_temperature,
    ideal_calibration_error,
    reliability,
    with_temperature,
)


def answers(n: int = 400, sharpness: float = 3.0, seed: int = 0) -> Evaluation:
    """Labels are drawn from softmax(logits); the model answers with `sharpness` times these logits."""
    generator = torch.Generator().manual_seed(seed)
    logits = 1.5 * torch.randn(n, 5, generator=generator)
    labels = torch.multinomial(logits.softmax(1), 1, generator=generator).flatten()
    return evaluate(nn.Identity(), TensorDataset(sharpness * logits, labels))


def of(confidences: list[float], right: list[bool]) -> Evaluation:
    """Answers of a model of two classes that predicts class 0 with these confidences."""
    first = torch.tensor(confidences)
    labels = torch.tensor([0 if answer else 1 for answer in right])
    return Evaluation(
        0.0, torch.stack([first, 1 - first], 1), torch.zeros_like(labels), labels, None, in_order=True
    )


def nothing() -> Evaluation:
    return of([], [])


# --- reliability ---


def test_bins_hold_their_count_confidence_and_accuracy() -> None:
    result = reliability(of([0.6, 0.7, 0.9, 1.0], [True, False, True, True]), bins=4)
    assert result.count.tolist() == [0, 0, 2, 2]
    assert result.confidence[2:].tolist() == pytest.approx([0.65, 0.95])
    assert result.accuracy[2:].tolist() == [0.5, 1.0]


def test_empty_bins_have_no_confidence_and_no_accuracy() -> None:
    result = reliability(of([0.9], [True]), bins=2)
    assert result.confidence[0].isnan()
    assert result.accuracy[0].isnan()


def test_confidence_on_an_edge_is_in_the_bin_below_it() -> None:
    assert reliability(of([0.5, 0.75, 1.0], [True] * 3), bins=4).count.tolist() == [0, 1, 1, 1]


def test_edges_cut_0_to_1_in_equal_parts() -> None:
    assert reliability(of([0.9], [True]), bins=4).edges.tolist() == [0, 0.25, 0.5, 0.75, 1]


def test_error_is_the_mean_gap_weighted_by_the_bins() -> None:
    found = reliability(of([0.6, 0.7, 0.9, 1.0], [True, False, True, True]), bins=4).error
    assert found == pytest.approx(2 / 4 * abs(0.65 - 0.5) + 2 / 4 * abs(0.95 - 1.0))


@pytest.mark.parametrize("bins", [1, 2, 10, 15])
@pytest.mark.parametrize("sharpness", [0.3, 1.0, 3.0])
def test_error_equals_that_of_torchmetrics(sharpness: float, bins: int) -> None:
    evaluation = answers(sharpness=sharpness)
    oracle = multiclass_calibration_error(
        evaluation.probabilities.double(), evaluation.targets, num_classes=5, n_bins=bins, norm="l1"
    )
    assert expected_calibration_error(evaluation, bins) == pytest.approx(oracle.item(), abs=1e-6)


def test_sharper_answers_are_worse_calibrated() -> None:
    assert expected_calibration_error(answers(sharpness=3.0)) > expected_calibration_error(
        answers(sharpness=1.0)
    )


# --- what chance does ---


def test_ideal_error_of_one_bin_is_the_mean_deviation_of_a_binomial() -> None:
    n, p = 20, 0.75
    expected = sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) * abs(k / n - p) for k in range(n + 1))
    found = ideal_calibration_error(of([p] * n, [True] * n), bins=1, draws=4000)
    assert found == pytest.approx(expected, rel=0.05)


def test_ideal_error_is_what_perfectly_calibrated_models_show() -> None:
    shown = [expected_calibration_error(answers(100, 1.0, seed)) for seed in range(40)]
    ideal = [ideal_calibration_error(answers(100, 1.0, seed), draws=40) for seed in range(40)]
    assert sum(ideal) / 40 == pytest.approx(sum(shown) / 40, rel=0.15)


def test_ideal_error_shrinks_with_more_samples() -> None:
    assert ideal_calibration_error(answers(1600)) < 0.6 * ideal_calibration_error(answers(100))


def test_ideal_error_depends_on_the_seed_alone() -> None:
    torch.manual_seed(1)
    first = ideal_calibration_error(answers(), seed=3)
    torch.manual_seed(2)
    assert ideal_calibration_error(answers(), seed=3) == first


# --- temperature ---


@pytest.mark.parametrize("sharpness", [0.05, 0.5, 1.0, 3.0, 50.0])
def test_temperature_is_the_best_one(sharpness: float) -> None:
    evaluation = answers(sharpness=sharpness)
    scores = evaluation.logits

    def loss(log_temperature: float) -> float:
        return nn.functional.cross_entropy(scores / math.exp(log_temperature), evaluation.targets).item()

    found = minimize_scalar(loss, bounds=(-6, 6), method="bounded", options={"xatol": 1e-7})
    assert math.log(fit_temperature(evaluation)) == pytest.approx(found.x, abs=1e-5)


def test_temperature_undoes_what_made_the_answers_too_sure() -> None:
    plain, sharp = fit_temperature(answers(sharpness=1.0)), fit_temperature(answers(sharpness=3.0))
    assert sharp == pytest.approx(3 * plain, rel=1e-6)


def test_temperature_of_very_sure_answers_needs_the_logits_and_not_the_probabilities() -> None:
    plain, sharp = fit_temperature(answers(sharpness=1.0)), fit_temperature(answers(sharpness=300.0))
    assert sharp == pytest.approx(300 * plain, rel=1e-5)


def test_temperature_where_every_answer_is_right_is_an_error() -> None:
    with pytest.raises(CourseError, match=r"all 3 answers are right.*more or harder validation samples"):
        fit_temperature(of([0.6, 0.7, 0.9], [True] * 3))


def test_temperature_of_a_model_that_knows_nothing_is_an_error() -> None:
    with pytest.raises(CourseError, match="Train it first"):
        fit_temperature(of([0.6, 0.7, 0.9], [True, False, False]))


def test_with_temperature_divides_the_logits() -> None:
    evaluation = answers()
    expected = (evaluation.logits / 2.5).softmax(1).float()
    torch.testing.assert_close(with_temperature(evaluation, 2.5).probabilities, expected)


def test_with_temperature_has_the_loss_of_its_probabilities() -> None:
    cooler = with_temperature(answers(), 2.5)
    picked = cooler.probabilities.double()[torch.arange(cooler.n), cooler.targets]
    assert cooler.loss == pytest.approx(-picked.log().mean().item(), rel=1e-6)


def test_with_temperature_keeps_the_predictions() -> None:
    evaluation = answers()
    assert torch.equal(with_temperature(evaluation, 1e6).predictions, evaluation.predictions)


def test_with_temperature_one_changes_nothing() -> None:
    evaluation = answers()
    same = with_temperature(evaluation, 1.0)
    assert same.loss == pytest.approx(evaluation.loss, rel=1e-12)
    torch.testing.assert_close(same.probabilities, evaluation.probabilities)


def test_temperatures_multiply() -> None:
    twice = with_temperature(with_temperature(answers(), 2.0), 3.0)
    torch.testing.assert_close(twice.probabilities, with_temperature(answers(), 6.0).probabilities)


def test_fitted_temperature_lowers_loss_and_calibration_error_on_other_samples() -> None:
    temperature, test = fit_temperature(answers(seed=1)), answers(seed=2)
    cooler = with_temperature(test, temperature)
    assert cooler.loss < test.loss
    assert cooler.accuracy == test.accuracy
    assert expected_calibration_error(cooler) < 0.5 * expected_calibration_error(test)


# --- what is refused ---


@pytest.mark.parametrize("measure", [reliability, ideal_calibration_error, fit_temperature])
def test_no_samples_are_an_error(measure: object) -> None:
    with pytest.raises(CourseError, match="holds no samples"):
        measure(nothing())  # type: ignore[operator]


def test_temperature_on_no_samples_is_an_error() -> None:
    with pytest.raises(CourseError, match="holds no samples"):
        with_temperature(nothing(), 2.0)


@pytest.mark.parametrize("measure", [reliability, expected_calibration_error, ideal_calibration_error])
def test_less_than_one_bin_is_an_error(measure: object) -> None:
    with pytest.raises(CourseError, match="bins=0: it must be at least 1"):
        measure(answers(), bins=0)  # type: ignore[operator]


def test_less_than_one_draw_is_an_error() -> None:
    with pytest.raises(CourseError, match="draws=0: it must be at least 1"):
        ideal_calibration_error(answers(), draws=0)


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("inf"), float("nan")])
def test_impossible_temperature_is_an_error(temperature: float) -> None:
    with pytest.raises(CourseError, match=r"temperature=.*must be above 0 and finite"):
        with_temperature(answers(), temperature)
