"""pocket_resnet: a torchvision ResNet in small, with weights in torchvision's manner."""

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

from tl_course.errors import CourseError
from tl_course.models import (
    PocketResNet,
    PocketResNet_Weights,
    pocket_resnet,
    save_weights,
    verify,
    weight_files,
)

SHIPPED = (weight_files.WEIGHTS_DIR / "pocket_resnet.json").is_file()
CATEGORIES = [f"thing {index}" for index in range(57)]


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PocketResNet:
    """A random model, saved as if it were the shipped one."""
    monkeypatch.setattr(weight_files, "WEIGHTS_DIR", tmp_path)
    torch.manual_seed(0)
    model = pocket_resnet().eval()
    save_weights("pocket_resnet", model, {"categories": CATEGORIES, "source_accuracy": 0.75})
    return model


def test_it_has_fewer_than_a_million_parameters() -> None:
    assert sum(parameter.numel() for parameter in pocket_resnet().parameters()) < 1_000_000


def test_it_is_a_torchvision_resnet_with_a_resnets_children() -> None:
    model = pocket_resnet()
    assert isinstance(model, torchvision.models.ResNet)
    children = [name for name, _ in model.named_children()]
    assert children == [name for name, _ in torchvision.models.resnet18().named_children()]


@pytest.mark.parametrize(("layer", "side"), [("layer1", 32), ("layer2", 16), ("layer3", 8), ("layer4", 4)])
def test_each_layer_sees_the_promised_resolution(layer: str, side: int) -> None:
    model, shapes = pocket_resnet().eval(), []
    model.get_submodule(layer).register_forward_hook(lambda *call: shapes.append(call[2].shape[-2:]))
    model(torch.zeros(1, 3, 64, 64))
    assert shapes == [(side, side)]


def test_its_first_filters_are_large_enough_to_look_at() -> None:
    assert pocket_resnet().conv1.weight.shape[1:] == (3, 7, 7)


def test_one_seed_gives_one_model() -> None:
    states = []
    for _ in range(2):
        torch.manual_seed(3)
        states.append(pocket_resnet().state_dict())
    assert all(torch.equal(states[0][key], states[1][key]) for key in states[0])


def test_saved_weights_come_back_through_torchvision(saved: PocketResNet) -> None:
    model = torchvision.models.get_model("pocket_resnet", weights="DEFAULT").eval()
    images = torch.rand(4, 3, 64, 64)
    torch.testing.assert_close(model(images), saved(images), rtol=0.01, atol=0.01)


def test_meta_is_read_from_the_card(saved: PocketResNet) -> None:
    meta = PocketResNet_Weights.DEFAULT.meta
    assert meta["categories"] == CATEGORIES
    assert meta["num_params"] == sum(parameter.numel() for parameter in saved.parameters())
    assert meta["_metrics"] == {"source task": {"acc@1": 75.0}}
    assert meta["recipe"] == "tl-course pretrain pocket_resnet"


def test_num_classes_other_than_the_weights_have_is_refused(saved: PocketResNet) -> None:
    with pytest.raises(CourseError, match=r"head for 57 classes, not 6.*load_backbone"):
        pocket_resnet(weights=PocketResNet_Weights.DEFAULT, num_classes=6)


def test_weights_without_their_files_name_the_command_that_makes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weight_files, "WEIGHTS_DIR", tmp_path)
    with pytest.raises(CourseError, match="tl-course pretrain pocket_resnet"):
        pocket_resnet(weights=PocketResNet_Weights.DEFAULT)


def test_random_weights_need_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weight_files, "WEIGHTS_DIR", tmp_path)
    assert isinstance(pocket_resnet(weights=None).fc, nn.Linear)


def test_transforms_turn_an_image_into_a_normalised_tensor() -> None:
    red = Image.fromarray(np.full((80, 100, 3), (255, 0, 0), dtype=np.uint8))
    result = PocketResNet_Weights.DEFAULT.transforms()(red)
    # Red is 1 and the others 0 in [0, 1]; minus a mean of 0.5, over a standard deviation of 0.25: 2 and -2.
    expected = torch.tensor([2.0, -2.0, -2.0]).view(3, 1, 1).expand(3, 64, 64)
    torch.testing.assert_close(result, expected)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda member: pickle.loads(pickle.dumps(member))])
def test_weights_survive_deepcopy_and_pickle(duplicate) -> None:
    assert duplicate(PocketResNet_Weights.DEFAULT) is PocketResNet_Weights.SOURCE_V1


@pytest.mark.skipif(
    not SHIPPED, reason="pocket_resnet is not pretrained yet: tl-course pretrain pocket_resnet"
)
def test_the_shipped_weights_are_intact_and_load() -> None:
    assert verify("pocket_resnet").stat().st_size <= 3_000_000
    model = torchvision.models.get_model("pocket_resnet", weights="DEFAULT")
    meta = PocketResNet_Weights.DEFAULT.meta
    assert model.fc.out_features == len(meta["categories"])
    assert meta["num_params"] == sum(parameter.numel() for parameter in model.parameters())
