"""Studies: resumable, whole files, rows that can be run again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tl_course.errors import CourseError
from tl_course.studies import load_study, run_row, run_study, store

Row = dict[str, Any]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Row]:
    """A study of four rows that notes what it computes; its results go to an empty folder."""
    done: list[Row] = []

    def run(row: Row) -> Row:
        done.append(row)
        return {"accuracy": row["size"] / 10}

    rows = [{"size": size, "seed": seed} for size in (2, 5) for seed in (0, 1)]
    definition = store.Definition(lambda: {"epochs": 3}, lambda: rows, run)
    monkeypatch.setitem(store.STUDIES, "toy", definition)
    monkeypatch.setattr(store, "RESULTS", tmp_path)
    return done


def test_what_is_stored_is_what_was_computed(calls: list[Row]) -> None:
    run_study("toy", progress=False)

    study = load_study("toy")
    assert study is not None
    assert study.rows[0] == {"size": 2, "seed": 0, "accuracy": 0.2}
    assert study.settings == {"epochs": 3, "backbone": "pocket_resnet"}
    assert study.command == "tl-course study toy"
    assert study.versions["torch"]


def test_an_interrupted_study_computes_only_what_is_missing(
    calls: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, definition = store.STUDIES["toy"].run, store.STUDIES["toy"]

    def dies_at_the_third(row: Row) -> Row:
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(row)

    monkeypatch.setitem(
        store.STUDIES, "toy", store.Definition(definition.settings, definition.rows, dies_at_the_third)
    )
    with pytest.raises(KeyboardInterrupt):
        run_study("toy", progress=False)
    monkeypatch.setitem(store.STUDIES, "toy", definition)

    run_study("toy", progress=False)

    assert calls == definition.rows()


def test_a_finished_study_computes_nothing(calls: list[Row]) -> None:
    run_study("toy", progress=False)
    calls.clear()

    run_study("toy", progress=False)

    assert calls == []


def test_rows_of_other_settings_are_not_mixed(calls: list[Row], monkeypatch: pytest.MonkeyPatch) -> None:
    run_study("toy", progress=False)
    old = store.STUDIES["toy"]
    monkeypatch.setitem(store.STUDIES, "toy", store.Definition(lambda: {"epochs": 9}, old.rows, old.run))

    with pytest.raises(CourseError, match="made with other settings"):
        run_study("toy", progress=False)


def test_rows_can_be_chosen_and_averaged(calls: list[Row]) -> None:
    study = run_study("toy", progress=False)

    assert len(study.where(size=5)) == 2
    assert study.mean("accuracy", size=5) == 0.5


def test_a_study_that_was_not_run_is_none(calls: list[Row]) -> None:
    assert load_study("toy", "imagenet") is None


def test_a_damaged_file_is_named(calls: list[Row], tmp_path: Path) -> None:
    (tmp_path / "toy.pocket.json").write_text('{"rows": [')

    with pytest.raises(CourseError, match=r"toy\.pocket\.json is damaged"):
        load_study("toy")


def test_an_unknown_study_suggests_the_nearest() -> None:
    with pytest.raises(CourseError, match="Did you mean 'data_size'"):
        load_study("data_sise")


def test_one_row_is_computed_without_storing(calls: list[Row], tmp_path: Path) -> None:
    assert run_row("toy", size=5, seed=1) == {"size": 5, "seed": 1, "accuracy": 0.5}
    assert list(tmp_path.iterdir()) == []
