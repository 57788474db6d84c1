"""Weight files and their cards: written whole, verified when read."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tl_course.errors import CourseError
from tl_course.models import PocketResNet, read_card, save_weights, verify, weight_files

CARD = {"categories": ["a", "b", "c"], "source_accuracy": 0.5, "seconds": 12}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(weight_files, "WEIGHTS_DIR", tmp_path)
    return tmp_path


@pytest.fixture
def model() -> PocketResNet:
    torch.manual_seed(0)
    return PocketResNet(num_classes=3, widths=(8, 8, 8, 8))


def test_the_card_keeps_what_it_was_given_and_adds_the_files_facts(model: PocketResNet) -> None:
    path = save_weights("tiny", model, CARD)
    assert read_card("tiny") == {
        **CARD,
        "name": "tiny",
        "file": "tiny.safetensors",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "bytes": path.stat().st_size,
        "precision": "half",
        "num_params": sum(parameter.numel() for parameter in model.parameters()),
        "recipe": "tl-course pretrain tiny",
    }


def test_matrices_are_stored_in_half_precision_and_vectors_are_not(model: PocketResNet) -> None:
    state = load_file(save_weights("tiny", model, CARD))
    assert state["conv1.weight"].dtype == torch.float16
    assert state["bn1.running_var"].dtype == torch.float32


def test_full_precision_is_kept_where_rounding_changes_the_logits_too_much(
    model: PocketResNet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weight_files, "HALF_PRECISION_TOLERANCE", 0.0)
    state = load_file(save_weights("tiny", model, CARD))
    assert torch.equal(state["conv1.weight"], model.conv1.weight)


def test_loaded_floating_point_values_are_float32(model: PocketResNet) -> None:
    save_weights("tiny", model, CARD)
    state = weight_files.load_weights("tiny")
    assert {tensor.dtype for tensor in state.values()} == {torch.float32, torch.int64}


def test_saving_leaves_the_model_as_it_was(model: PocketResNet) -> None:
    before = {key: tensor.clone() for key, tensor in model.state_dict().items()}
    save_weights("tiny", model.train(), CARD)
    assert model.training
    assert all(torch.equal(before[key], tensor) for key, tensor in model.state_dict().items())


def test_channels_last_weights_are_saved(model: PocketResNet) -> None:
    model = model.to(memory_format=torch.channels_last)
    save_weights("tiny", model, CARD)
    torch.testing.assert_close(
        weight_files.load_weights("tiny")["conv1.weight"], model.conv1.weight.detach(), rtol=1e-3, atol=1e-3
    )


def test_verify_returns_the_path_of_an_intact_file(model: PocketResNet, folder: Path) -> None:
    save_weights("tiny", model, CARD)
    assert verify("tiny") == folder / "tiny.safetensors"


def test_a_damaged_file_is_named_with_both_checksums_and_the_cure(model: PocketResNet) -> None:
    path = save_weights("tiny", model, CARD)
    expected = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(path.read_bytes()[:-1])
    actual = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(CourseError) as caught:
        verify("tiny")
    assert all(text in str(caught.value) for text in (str(path), expected, actual, "tl-course pretrain tiny"))


@pytest.mark.parametrize("missing", ["tiny.json", "tiny.safetensors"])
def test_a_missing_file_is_named_with_the_cure(model: PocketResNet, folder: Path, missing: str) -> None:
    save_weights("tiny", model, CARD)
    (folder / missing).unlink()
    with pytest.raises(CourseError, match=f"{missing} is missing.*tl-course pretrain tiny"):
        verify("tiny")


@pytest.mark.parametrize("text", ["{", "[]", '{"categories": []}'])
def test_a_card_that_is_none_is_refused(folder: Path, text: str) -> None:
    (folder / "tiny.json").write_text(text)
    with pytest.raises(CourseError, match=r"tiny\.json is not a card"):
        read_card("tiny")


def test_a_card_without_an_entry_is_refused(model: PocketResNet, folder: Path) -> None:
    with pytest.raises(CourseError, match=r"lacks an entry.*source_accuracy"):
        save_weights("tiny", model, {"categories": ["a", "b", "c"]})
    assert not list(folder.iterdir())


def test_a_card_with_other_categories_than_outputs_is_refused(model: PocketResNet) -> None:
    with pytest.raises(CourseError, match="3 outputs, but its card lists 2"):
        save_weights("tiny", model, {**CARD, "categories": ["a", "b"]})


def test_a_file_too_large_to_ship_is_refused(folder: Path) -> None:
    with pytest.raises(CourseError, match="at most 3,000,000"):
        save_weights("wide", PocketResNet(num_classes=3, widths=(64, 128, 192, 256)), CARD)
    assert not list(folder.iterdir())


def test_a_write_that_fails_keeps_the_old_file(
    model: PocketResNet, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_weights("tiny", model, CARD)
    before = path.read_bytes()

    def fail(self: Path, target: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    other = PocketResNet(num_classes=3, widths=(8, 8, 8, 8))
    with pytest.raises(OSError, match="disk full"):
        save_weights("tiny", other, CARD)
    assert path.read_bytes() == before
    assert sorted(entry.name for entry in folder.iterdir()) == ["tiny.json", "tiny.safetensors"]


def test_the_card_is_plain_json(model: PocketResNet, folder: Path) -> None:
    save_weights("tiny", model, CARD)
    assert json.loads((folder / "tiny.json").read_text())["seconds"] == 12
