from __future__ import annotations

import json

from tl_course.training import History


def history(*val_losses: float) -> History:
    made = History()
    for loss in val_losses:
        made.append(train_loss=1.0, train_accuracy=0.5, val_loss=loss, val_accuracy=0.25, lr=0.1, seconds=2.0)
    return made


def test_len_is_the_number_of_epochs() -> None:
    assert len(history(0.5, 0.4, 0.6)) == 3


def test_best_epoch_has_the_lowest_validation_loss_counted_from_one() -> None:
    assert history(0.5, 0.4, 0.6).best_epoch == 2


def test_best_epoch_of_equals_is_the_first() -> None:
    assert history(0.5, 0.4, 0.4).best_epoch == 2


def test_best_epoch_without_validation_is_the_last() -> None:
    assert History(train_loss=[0.1, 0.2, 0.3]).best_epoch == 3


def test_repr_has_one_line_an_epoch_under_its_title() -> None:
    assert len(repr(history(0.5, 0.4, 0.6)).splitlines()) == 4


def test_repr_marks_the_best_epoch() -> None:
    marked = [line for line in repr(history(0.5, 0.4, 0.6)).splitlines() if line.endswith("best")]
    assert [line.split()[0] for line in marked] == ["2"]


def test_survives_a_trip_through_json() -> None:
    before = history(0.5, 0.4)
    assert History.from_dict(json.loads(json.dumps(before.to_dict()))) == before


def scaled() -> History:
    made = history(0.5, 0.4)
    made.skipped_steps, made.loss_scale = [3, 0], [8192.0, 8192.0]
    return made


def test_columns_of_loss_scaling_are_printed_where_there_was_any() -> None:
    title, first, _ = repr(scaled()).splitlines()
    assert title.split()[-3:] == ["skipped", "loss", "scale"]
    assert first.split()[-2:] == ["3", "8192"]


def test_columns_of_loss_scaling_are_left_out_where_there_was_none() -> None:
    assert "skipped" not in repr(history(0.5))
    assert not {"skipped_steps", "loss_scale"} & set(history(0.5).to_dict())


def test_loss_scaling_survives_a_trip_through_json() -> None:
    assert History.from_dict(json.loads(json.dumps(scaled().to_dict()))) == scaled()
