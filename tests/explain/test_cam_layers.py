"""Which layer `grad_cam` takes its map from, and how it reads what the layer gives."""

from __future__ import annotations

import pytest
import timm
import torch
from torch import Tensor, nn

from tl_course import freeze, grad_cam, load_backbone
from tl_course.explain import cam_layer
from tl_course.explain.map_reader import MapReader

from ..models.small_families import small_model

DEFAULTS = {  # read from the sources of torchvision; at the side that the small model takes, or at 96
    "AlexNet": "features.12",
    "ConvNeXt": "features.7",
    "DenseNet": "features.norm5",
    "EfficientNet": "features.8",
    "GoogLeNet": "inception5b",
    "MNASNet": "layers.16",
    "MaxViT": "blocks.3",
    "MobileNet v2": "features.18",
    "MobileNet v3": "features.12",
    "RegNet": "trunk_output.block4",
    "ResNet": "layer4",
    "ResNeXt": "layer4",
    "ShuffleNet v2": "conv5",
    "SqueezeNet": "features.12",
    "Swin": "norm",
    "Swin v2": "norm",
    "VGG": "features.14",
    "VGG bn": "features.19",
    "ViT": "encoder.layers.encoder_layer_4.ln_1",
}
SIDES = {"MaxViT": 64, "ViT": 32}


@pytest.mark.parametrize("family", DEFAULTS)
def test_the_default_is_the_deepest_map_that_the_head_reads(family: str) -> None:
    side = SIDES.get(family, 96)
    assert cam_layer(small_model(family), torch.randn(3, side, side)).name == DEFAULTS[family]


def pocket_layer(layer: str | nn.Module | None, model: nn.Module) -> str:
    return cam_layer(model, torch.randn(3, 64, 64), layer).name


@pytest.mark.parametrize(
    ("backbone", "layer", "taken"),
    [
        ("pocket_resnet", "layer2", "layer2"),
        ("pocket_resnet", "layer3.0.conv1", "layer3.0.conv1"),
        ("pocket_mobilenet", "stage2", "features.4"),
        ("pocket_vit", "stage1", "encoder.layers.encoder_layer_0"),
        ("pocket_vit", "stem", "conv_proj"),
    ],
)
def test_a_layer_is_named_by_its_place_or_by_its_stage(backbone: str, layer: str, taken: str) -> None:
    assert pocket_layer(layer, load_backbone(backbone)) == taken


def test_a_layer_may_be_a_module_of_the_model() -> None:
    model = load_backbone("pocket_resnet")
    assert pocket_layer(model.layer2, model) == "layer2"


def test_the_module_is_the_one_of_that_name() -> None:
    model = load_backbone("pocket_resnet")
    assert cam_layer(model, torch.randn(3, 64, 64)) == ("layer4", model.layer4)


def test_a_stage_is_the_layer_that_it_is_resolved_to() -> None:
    model, picture = load_backbone("pocket_mobilenet"), torch.randn(3, 64, 64)
    by_stage, by_name = (grad_cam(model, picture, layer=layer) for layer in ("stage2", "features.4"))
    assert by_stage.tolist() == by_name.tolist()


def test_freezing_does_not_change_the_layer() -> None:
    assert pocket_layer(None, freeze(load_backbone("pocket_vit"))) == "encoder.layers.encoder_layer_3.ln_1"


def test_a_model_of_ones_own_has_a_default_too() -> None:
    layers = [nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2)]
    assert cam_layer(nn.Sequential(*layers), torch.randn(3, 16, 16)).name == "1"


TRANSFORMER = {"img_size": 32, "patch_size": 8, "embed_dim": 16, "depth": 4, "num_heads": 2}
SWIN = {"img_size": 64, "embed_dim": 8, "depths": (1, 1, 1, 1), "num_heads": (1, 1, 2, 2), "window_size": 2}
TIMM = {  # name: (options, side, layer)
    "resnet10t": ({}, 64, "layer4"),
    "convnext_atto": ({}, 64, "stages.3"),
    "vit_tiny_patch16_224": (TRANSFORMER, 32, "blocks.3.norm1"),
    "deit_tiny_distilled_patch16_224": (TRANSFORMER, 32, "blocks.3.norm1"),
    "swin_tiny_patch4_window7_224": (SWIN, 64, "norm"),
    "mixer_s32_224": ({"img_size": 64}, 64, "norm"),
    "cait_xxs24_224": ({"img_size": 32, "embed_dim": 16, "depth": 2}, 32, "blocks_token_only.1.norm1"),
}


def timm_model(name: str) -> tuple[nn.Module, Tensor, str]:
    torch.manual_seed(0)
    options, side, layer = TIMM[name]
    return timm.create_model(name, **options).eval(), torch.randn(3, side, side), layer


@pytest.mark.parametrize("name", TIMM)
def test_the_default_of_a_timm_model(name: str) -> None:
    model, picture, layer = timm_model(name)
    assert cam_layer(model, picture).name == layer


@pytest.mark.parametrize("name", sorted(set(TIMM) - {"mixer_s32_224"}))  # a mixer's random head is zero
def test_a_timm_model_gives_a_map(name: str) -> None:
    model, picture, _ = timm_model(name)
    saliency = grad_cam(model, picture)
    assert (saliency.shape, saliency.max()) == (tuple(picture.shape[1:]), pytest.approx(1, abs=1e-4))


@pytest.mark.parametrize("layer", ["encoder.layers.encoder_layer_3", "encoder.ln"])
def test_behind_the_last_attention_a_vit_has_no_evidence_outside_its_class_token(layer: str) -> None:
    assert not grad_cam(load_backbone("pocket_vit"), torch.randn(3, 64, 64), layer=layer).any()


# --- how an output is read ---


def numbered(*shape: int) -> Tensor:
    return torch.arange(torch.Size(shape).numel()).reshape(shape)


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ((2, 5, 7, 7), (224, 224)),
        ((2, 7, 7, 7), (224, 224)),  # channels first where both would fit
        ((2, 5, 2, 3), (64, 96)),
        ((2, 5, 3, 4), (65, 97)),  # 65 / 32 and 97 / 32, rounded up
        ((2, 5, 2, 3), (65, 97)),  # and down
        ((2, 5, 1, 2), (32, 64)),
    ],
)
def test_channels_first_is_taken_as_it_is(shape: tuple[int, ...], size: tuple[int, int]) -> None:
    output = numbered(*shape)
    assert torch.equal(MapReader(size, 0)(output), output)


@pytest.mark.parametrize(("shape", "size"), [((2, 7, 7, 5), (224, 224)), ((2, 2, 3, 8), (64, 96))])
def test_channels_last_is_known_by_the_form_of_the_picture(
    shape: tuple[int, ...], size: tuple[int, int]
) -> None:
    output = numbered(*shape)
    assert torch.equal(MapReader(size, 0)(output), output.movedim(3, 1))


@pytest.mark.parametrize(
    ("tokens", "size", "prefix", "grid"),
    [
        (16, (32, 32), 0, (4, 4)),
        (17, (32, 32), 1, (4, 4)),
        (21, (32, 32), 5, (4, 4)),
        (7, (32, 48), 1, (2, 3)),
    ],
)
def test_tokens_are_a_grid_behind_their_prefix(
    tokens: int, size: tuple[int, int], prefix: int, grid: tuple[int, int]
) -> None:
    output = numbered(2, tokens, 3)
    expected = torch.stack([output[:, prefix:, channel].reshape(2, *grid) for channel in range(3)], dim=1)
    assert torch.equal(MapReader(size, prefix)(output), expected)


@pytest.mark.parametrize(
    "output",
    [
        torch.zeros(2, 10),
        torch.zeros(2, 5, 1, 1),
        torch.zeros(2, 9, 4, 7),
        torch.zeros(2, 15, 8),
        torch.zeros(2, 1, 8),
        (torch.zeros(2, 5, 7, 7),),
    ],
    ids=["scores", "one place", "windows", "tokens of no grid", "one token", "tuple"],
)
def test_what_is_no_map_is_not_read_as_one(output: object) -> None:
    assert not MapReader((224, 224), 0).can_read(output)
