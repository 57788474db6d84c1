"""The pocket backbones: torchvision's families in small, with weights in torchvision's manner."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision.models
from PIL import Image
from torch import nn
from torchvision.models import EfficientNet, MobileNetV3, ResNet, VisionTransformer, get_model
from torchvision.models.convnext import ConvNeXt

from tl_course.data import SOURCE_CLASSES
from tl_course.errors import CourseError
from tl_course.models import POCKET, read_card, save_weights, verify, weight_files

FAMILIES = {
    "pocket_resnet": (ResNet, "resnet18"),
    "pocket_mobilenet": (MobileNetV3, "mobilenet_v3_small"),
    "pocket_efficientnet": (EfficientNet, "efficientnet_v2_s"),
    "pocket_convnext": (ConvNeXt, "convnext_tiny"),
    "pocket_vit": (VisionTransformer, "vit_b_16"),
}


def weights_of(name: str) -> type[torchvision.models.WeightsEnum]:
    return torchvision.models.get_model_weights(name)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of the one with the shipped weights."""
    monkeypatch.setattr(weight_files, "WEIGHTS_DIR", tmp_path)
    return tmp_path


def test_there_is_a_pocket_member_of_five_families() -> None:
    assert set(FAMILIES) == set(POCKET)


@pytest.mark.parametrize("name", POCKET)
def test_it_is_built_from_the_class_of_its_big_sibling(name: str) -> None:
    family, sibling = FAMILIES[name]
    model = get_model(name)
    with torch.device("meta"):
        children = [child for child, _ in get_model(sibling).named_children()]
    assert isinstance(model, family)
    assert [child for child, _ in model.named_children()] == children


@pytest.mark.parametrize("name", POCKET)
def test_it_has_fewer_than_a_million_parameters(name: str) -> None:
    assert sum(parameter.numel() for parameter in get_model(name).parameters()) < 1_000_000


@pytest.mark.parametrize("name", POCKET)
def test_one_seed_gives_one_model(name: str) -> None:
    states = []
    for _ in range(2):
        torch.manual_seed(3)
        states.append(get_model(name).state_dict())
    assert all(torch.equal(states[0][key], states[1][key]) for key in states[0])


@pytest.mark.parametrize("name", POCKET)
def test_saved_weights_come_back_through_torchvision(name: str, elsewhere: Path) -> None:
    torch.manual_seed(0)
    model = get_model(name).eval()
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.1)  # a fresh vision transformer answers 0 to everything
    card = {"categories": [f"thing {index}" for index in range(57)], "source_accuracy": 0.75}
    save_weights(name, model, card)
    loaded, images = get_model(name, weights="DEFAULT").eval(), torch.rand(4, 3, 64, 64)
    with torch.inference_mode():
        expected = model(images)
        torch.testing.assert_close(loaded(images), expected, rtol=0, atol=0.02 * expected.abs().max().item())
    assert weights_of(name).DEFAULT.meta["recipe"] == f"tl-course pretrain {name}"


@pytest.mark.parametrize("name", POCKET)
def test_num_classes_other_than_the_weights_have_is_refused(name: str) -> None:
    with pytest.raises(CourseError, match=rf"head for 57 classes, not 6.*load_backbone\('{name}'"):
        get_model(name, weights="DEFAULT", num_classes=6)


@pytest.mark.parametrize("name", POCKET)
def test_weights_without_their_files_name_the_command_that_makes_them(name: str, elsewhere: Path) -> None:
    with pytest.raises(CourseError, match=f"tl-course pretrain {name}"):
        get_model(name, weights="DEFAULT")


@pytest.mark.parametrize("name", POCKET)
def test_transforms_turn_an_image_into_a_normalised_tensor(name: str) -> None:
    red = Image.fromarray(np.full((80, 100, 3), (255, 0, 0), dtype=np.uint8))
    result = weights_of(name).DEFAULT.transforms()(red)
    # Red is 1 and the others 0 in [0, 1]; minus a mean of 0.5, over a standard deviation of 0.25: 2 and -2.
    expected = torch.tensor([2.0, -2.0, -2.0]).view(3, 1, 1).expand(3, 64, 64)
    torch.testing.assert_close(result, expected)


@pytest.mark.parametrize("name", POCKET)
@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda member: pickle.loads(pickle.dumps(member))])
def test_weights_survive_deepcopy_and_pickle(name: str, duplicate) -> None:
    member = weights_of(name).DEFAULT
    assert duplicate(member) is member


@pytest.mark.parametrize("name", POCKET)
def test_torchvision_finds_the_weights_by_their_full_name(name: str) -> None:
    member = weights_of(name).DEFAULT
    assert torchvision.models.get_weight(str(member)) is member


@pytest.mark.parametrize("name", POCKET)
def test_the_shipped_weights_are_intact_small_and_load(name: str) -> None:
    assert verify(name).stat().st_size <= 3_000_000
    model = get_model(name, weights="DEFAULT")
    meta = weights_of(name).DEFAULT.meta
    assert meta["categories"] == list(SOURCE_CLASSES)
    assert meta["num_params"] == sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize("name", POCKET)
def test_a_shipped_card_tells_how_the_weights_were_made(name: str) -> None:
    card = read_card(name)
    low, high = card["source_accuracy_interval"]
    assert low < card["source_accuracy"] < high
    assert card["settings"]["seed"] == 0
