"""Measures are exact, and say how sure they are."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from tl_course.errors import CourseError
from tl_course.training import Evaluation, evaluate, wilson_interval

# The model is the identity: an input is its own logits.
LOGITS = torch.tensor([[2.0, 0.0, 0.0], [0.0, 3.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 5.0], [4.0, 0.0, 0.0]])
LABELS = torch.tensor([0, 1, 0, 1, 2])


def data() -> TensorDataset:
    return TensorDataset(LOGITS, LABELS)


def evaluation(batch_size: int = 256) -> Evaluation:
    return evaluate(nn.Identity(), data(), batch_size=batch_size)


def test_accuracy_is_the_share_of_right_answers() -> None:
    assert evaluation().accuracy == pytest.approx(2 / 5)


def test_loss_is_the_mean_cross_entropy() -> None:
    by_hand = [
        math.log(sum(math.exp(v) for v in row)) - row[label]
        for row, label in zip(LOGITS.tolist(), LABELS.tolist(), strict=True)
    ]
    assert evaluation().loss == pytest.approx(sum(by_hand) / 5, rel=1e-12)


@pytest.mark.parametrize("batch_size", [1, 2, 3, 4])
def test_a_smaller_last_batch_does_not_change_the_loss(batch_size: int) -> None:
    assert evaluation(batch_size).loss == evaluation().loss


def test_confusion_has_true_rows_and_predicted_columns() -> None:
    assert evaluation().confusion.tolist() == [[1, 1, 0], [0, 1, 1], [1, 0, 0]]


def test_probabilities_have_one_row_a_sample_that_sums_to_one() -> None:
    torch.testing.assert_close(evaluation().probabilities.sum(1), torch.ones(5))


def test_mistakes_come_the_most_confident_first() -> None:
    found = [(m.index, m.true, m.predicted) for m in evaluation().mistakes(2)]
    assert found == [(3, 1, 2), (4, 2, 0)]


def test_mistake_carries_the_probability_of_the_wrong_class() -> None:
    assert evaluation().mistakes(1)[0].confidence == pytest.approx(math.exp(5) / (math.exp(5) + 2))


def test_mistakes_of_a_shuffled_loader_are_refused() -> None:
    shuffled = evaluate(nn.Identity(), DataLoader(data(), batch_size=2, shuffle=True))
    with pytest.raises(CourseError, match="shuffle=False"):
        shuffled.mistakes()


def test_mistakes_of_an_ordered_loader_are_known() -> None:
    ordered = evaluate(nn.Identity(), DataLoader(data(), batch_size=2))
    assert [m.index for m in ordered.mistakes()] == [3, 4, 2]


def test_str_is_one_line_with_interval_and_n() -> None:
    low, high = evaluation().interval
    loss = evaluation().loss
    expected = f"accuracy 0.400 (95 % interval {low:.2f} to {high:.2f}, n = 5), loss {loss:.2f}"
    assert str(evaluation()) == expected


@pytest.mark.parametrize("training", [True, False])
def test_model_stays_in_its_mode(training: bool) -> None:
    model = nn.Sequential(nn.Identity(), nn.Dropout()).train(training)
    model[0].eval()
    evaluate(model, data())
    assert [module.training for module in model.modules()] == [training, False, training]


def test_dropout_is_off() -> None:
    model = nn.Sequential(nn.Dropout(0.9)).train()
    assert evaluate(model, data()).loss == evaluation().loss


def test_empty_data_is_an_error() -> None:
    with pytest.raises(CourseError, match="evaluation data is empty"):
        evaluate(nn.Identity(), TensorDataset(LOGITS[:0], LABELS[:0]))


def test_loader_that_drops_everything_is_an_error() -> None:
    with pytest.raises(CourseError, match="drop_last"):
        evaluate(nn.Identity(), DataLoader(data(), batch_size=64, drop_last=True))


def test_label_without_an_output_is_an_error() -> None:
    with pytest.raises(CourseError, match=r"label 3 with a model of 3 outputs.*replace_head"):
        evaluate(nn.Identity(), TensorDataset(LOGITS, LABELS + 1))


def test_soft_labels_are_an_error() -> None:
    with pytest.raises(CourseError, match=r"evaluation: the labels are soft, rows of 3 probabilities"):
        evaluate(nn.Identity(), TensorDataset(LOGITS, LOGITS.softmax(1)))


def test_log_probabilities_are_known_where_the_probability_is_zero_in_float32() -> None:
    sure = evaluate(nn.Identity(), TensorDataset(torch.tensor([[200.0, 0.0]]), torch.tensor([0])))
    assert sure.probabilities[0, 1] == 0
    assert sure.log_probabilities[0, 1].item() == pytest.approx(-200)


def test_log_probabilities_of_bare_probabilities_are_finite() -> None:
    probabilities, labels = torch.tensor([[1.0, 0.0]]), torch.tensor([0])
    bare = Evaluation(0.0, probabilities, labels, labels, None, in_order=True)
    assert bare.log_probabilities.isfinite().all()
    assert bare.log_probabilities[0, 0] == 0


# Independent values: scipy.stats.binomtest(k, n).proportion_ci(method="wilson").
@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        (8, 10, 0.490162, 0.943318),
        (0, 10, 0.0, 0.277533),
        (10, 10, 0.722467, 1.0),
        (138, 153, 0.844547, 0.939684),
    ],
)
def test_wilson_interval(right: int, n: int, low: float, high: float) -> None:
    assert wilson_interval(right, n) == pytest.approx((low, high), abs=1e-6)


def test_interval_of_nothing_is_an_error() -> None:
    with pytest.raises(CourseError, match="at least 1"):
        wilson_interval(0, 0)
