"""Which stages each family of torchvision has, and what is of which stage."""

from __future__ import annotations

import pytest
import torch
import torchvision.models
from torch import nn

from tl_course.models import freeze, stage_modules, stage_parameters, stages, unfreeze

from .small_families import small_model

FOUR = ["stage1", "stage2", "stage3", "stage4"]
STAGES = {  # between the stem and the head
    "AlexNet": ["stage1", "stage2", "stage3"],
    "ConvNeXt": FOUR,
    "DenseNet": ["denseblock1", "denseblock2", "denseblock3", "denseblock4"],
    "GoogLeNet": ["inception3", "inception4", "inception5"],
    "Inception v3": ["Mixed_5", "Mixed_6", "Mixed_7"],
    "MNASNet": FOUR,
    "MaxViT": FOUR,
    "RegNet": ["block1", "block2", "block3", "block4"],
    "ResNeXt": ["layer1", "layer2", "layer3", "layer4"],
    "ShuffleNet v2": ["stage2", "stage3", "stage4"],
    "Swin": FOUR,
    "Swin v2": FOUR,
    "VGG": [*FOUR, "stage5"],
    "ViT": FOUR,
}


@pytest.mark.parametrize(("family", "between"), STAGES.items())
def test_a_family_keeps_its_own_names_of_stages(family: str, between: list[str]) -> None:
    assert stages(small_model(family)) == ["stem", *between, "head"]


@pytest.mark.parametrize(
    ("family", "first"),
    [
        ("ConvNeXt", "features.2.1"),
        ("Swin", "features.2.reduction"),
        ("MaxViT", "blocks.1.layers.0.layers.MBconv"),
    ],
)
def test_downsampling_is_of_the_stage_that_it_opens(family: str, first: str) -> None:
    model = small_model(family)
    parts = [layer for part in stage_modules(model)["stage2"] for layer in part.modules()]
    assert any(layer in parts for layer in model.get_submodule(first).modules())


def test_the_blocks_of_a_vit_are_cut_in_quarters() -> None:
    with torch.device("meta"):
        model = torchvision.models.vit_b_16()
    blocks, found = list(model.encoder.layers), stage_modules(model)
    assert [found[f"stage{number}"][:3] for number in (1, 2, 3, 4)] == [
        blocks[i : i + 3] for i in (0, 3, 6, 9)
    ]


def test_a_vit_of_fewer_blocks_has_fewer_stages() -> None:
    model = torchvision.models.VisionTransformer(32, 8, 3, 2, 16, 16)
    assert stages(model) == ["stem", "stage1", "stage2", "stage3", "head"]


def test_parameters_that_no_layer_owns_are_of_the_stem() -> None:
    model = small_model("ViT")
    stem = {id(parameter) for parameter in stage_parameters(model)["stem"]}
    assert {id(model.class_token), id(model.encoder.pos_embedding)} <= stem


def test_freeze_reaches_parameters_that_no_layer_owns() -> None:
    assert not freeze(small_model("ViT")).class_token.requires_grad
    assert unfreeze(freeze(small_model("ViT")), "stem").class_token.requires_grad


@pytest.mark.parametrize(
    ("family", "part", "stage"),
    [
        ("GoogLeNet", "aux1", "inception4"),
        ("GoogLeNet", "aux2", "inception4"),
        ("Inception v3", "AuxLogits", "Mixed_6"),
    ],
)
def test_an_auxiliary_head_is_of_the_stage_that_it_hangs_on(family: str, part: str, stage: str) -> None:
    model = small_model(family)
    assert model.get_submodule(part) in stage_modules(model)[stage]


def test_the_hidden_layers_of_a_classifier_are_a_stage_of_their_own_after_a_last_pooling() -> None:
    model = small_model("VGG")
    assert {model.classifier[0], model.classifier[3]} <= set(stage_modules(model)["stage5"])


def test_a_pooling_alone_is_no_stage() -> None:
    model = small_model("VGG")
    model.classifier = nn.Linear(512 * 49, 3)
    assert stages(model) == ["stem", "stage1", "stage2", "stage3", "stage4", "head"]
