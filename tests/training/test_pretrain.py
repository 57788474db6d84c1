"""Pretraining: the same seed gives the same weights, and the card says how they were made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tl_course.data import CRITTERS
from tl_course.errors import CourseError
from tl_course.models import POCKET, read_card, weight_files
from tl_course.training import pretrain as module
from tl_course.training.pretrain import pretrain


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Four classes, a few pictures, one epoch, another folder."""
    monkeypatch.setattr(weight_files, "WEIGHTS_DIR", tmp_path)
    monkeypatch.setattr(module, "SOURCE_CLASSES", ("mug", "chair", "book", "key"))
    small = {"pictures_per_class": 6, "val_pictures_per_class": 2, "test_pictures_per_class": 2, "epochs": 1}
    monkeypatch.setattr(module, "SETTINGS", {**module.SETTINGS, **small, "batch_size": 8})
    return tmp_path


def test_the_same_seed_gives_the_same_weights(tiny: Path) -> None:
    pretrain("pocket_resnet", seed=3, progress=False)
    first = load_file(tiny / "pocket_resnet.safetensors")
    pretrain("pocket_resnet", seed=3, progress=False)
    second = load_file(tiny / "pocket_resnet.safetensors")

    assert all(torch.equal(first[name], second[name]) for name in first)


def test_the_card_tells_data_settings_time_and_accuracy(tiny: Path) -> None:
    (card,) = pretrain("pocket_resnet", seed=3, progress=False)

    stored = json.loads((tiny / "pocket_resnet.json").read_text())
    assert stored["categories"] == ["mug", "chair", "book", "key"]
    assert stored["settings"]["seed"] == 3
    assert stored["seconds"]["all"] >= stored["seconds"]["drawing"]
    assert 0 <= stored["source_accuracy"] <= 1
    assert stored["source_accuracy"] == card["source_accuracy"]


def test_without_names_all_are_trained_on_pictures_drawn_once(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw, drawn = module._draw, []
    monkeypatch.setattr(module, "_draw", lambda: drawn.append(draw()) or drawn[-1])

    cards = pretrain(progress=False)

    assert len(drawn) == 1
    assert [card["name"] for card in map(read_card, POCKET)] == list(POCKET)
    assert len(cards) == len(POCKET)


@pytest.mark.parametrize("name", POCKET)
def test_no_shipped_backbone_has_seen_a_critter(name: str) -> None:
    assert not set(read_card(name)["categories"]) & set(CRITTERS)


def test_the_shipped_backbones_differ_in_the_learning_rate_alone() -> None:
    settings = [{**read_card(name)["settings"], "lr": None} for name in POCKET]

    assert all(entry == settings[0] for entry in settings)


def test_an_unknown_backbone_names_those_there_are() -> None:
    with pytest.raises(CourseError, match="'pocket_resnt' is no pocket backbone; there are pocket_resnet"):
        pretrain("pocket_resnt")
