"""torchvision's private registry: still there, reached from one file, and pocket models are in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torchvision.models
import torchvision.models._api as private_api
from torchvision.transforms import _presets as private_presets

import tl_course
from tl_course.models import PocketResNet_Weights, pocket_resnet

PACKAGE = Path(tl_course.__file__).parent


@pytest.mark.parametrize("name", ["Weights", "WeightsEnum", "register_model"])
def test_torchvision_still_has_the_private_name(name: str) -> None:
    assert hasattr(private_api, name)


def test_torchvision_still_has_the_classification_preset() -> None:
    assert hasattr(private_presets, "ImageClassification")


def test_only_the_registry_imports_private_torchvision_modules() -> None:
    private_import = re.compile(
        r"^\s*(from|import) +torchvision\S*\._|^\s*from +torchvision\S* +import +_", re.M
    )
    sources = {path.relative_to(PACKAGE).as_posix(): path.read_text() for path in PACKAGE.rglob("*.py")}
    assert [name for name, text in sources.items() if private_import.search(text)] == ["models/registry.py"]


def test_list_models_names_pocket_resnet() -> None:
    assert "pocket_resnet" in torchvision.models.list_models()


def test_get_model_builder_finds_the_builder() -> None:
    assert torchvision.models.get_model_builder("pocket_resnet") is pocket_resnet


def test_get_model_weights_finds_the_weights() -> None:
    assert torchvision.models.get_model_weights("pocket_resnet") is PocketResNet_Weights


def test_get_weight_finds_a_member_by_its_full_name() -> None:
    member = torchvision.models.get_weight("PocketResNet_Weights.DEFAULT")
    assert member is PocketResNet_Weights.SOURCE_V1
