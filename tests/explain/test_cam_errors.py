"""What `grad_cam` refuses, and what it says then."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from tl_course import grad_cam, load_backbone
from tl_course.errors import CourseError
from tl_course.explain import cam_layer

from ..models.small_families import images, small_model

PICTURE = torch.zeros(3, 64, 64)


@pytest.fixture(scope="module")
def model() -> nn.Module:
    return load_backbone("pocket_resnet", num_classes=6)


def test_an_unknown_method_suggests_the_nearest(model: nn.Module) -> None:
    with pytest.raises(CourseError, match=r"Unknown method 'Grad-CAM'\. Did you mean 'gradcam'\?.*scorecam"):
        grad_cam(model, PICTURE, method="Grad-CAM")


def test_a_batch_size_of_zero_is_refused(model: nn.Module) -> None:
    with pytest.raises(CourseError, match="batch_size is 0: it must be at least 1"):
        grad_cam(model, PICTURE, batch_size=0)


# --- the layer ---


@pytest.mark.parametrize(
    ("typo", "near"),
    [("layer5", "'layer4'"), ("layer4.1.conv9", "'layer4.1.conv"), ("zzz", "Did you mean 'layer4'")],
)
def test_a_misspelt_layer_suggests_the_nearest(model: nn.Module, typo: str, near: str) -> None:
    with pytest.raises(CourseError, match=rf"PocketResNet has no layer '{typo}'\. Did you mean .*") as caught:
        grad_cam(model, PICTURE, layer=typo)
    assert near in str(caught.value)


def test_a_module_of_another_model_is_refused(model: nn.Module) -> None:
    other = load_backbone("pocket_resnet").layer4
    with pytest.raises(CourseError, match=r"Sequential is no part of this PocketResNet.*'layer4'"):
        grad_cam(model, PICTURE, layer=other)


def test_a_list_of_layers_is_refused(model: nn.Module) -> None:
    with pytest.raises(CourseError, match=r"is no layer\. Pass a dotted name such as 'layer4'"):
        grad_cam(model, PICTURE, layer=[model.layer4])


def test_a_layer_that_the_pass_never_reaches_is_refused() -> None:
    with pytest.raises(CourseError, match=r"'aux1' \(InceptionAux\) is never reached.*Take 'inception5b'"):
        grad_cam(small_model("GoogLeNet"), images("GoogLeNet"), layer="aux1")


def test_a_layer_that_runs_twice_is_refused(model: nn.Module) -> None:
    with pytest.raises(CourseError, match=r"'layer4.0.relu' \(ReLU\) runs 2 times in the forward pass"):
        grad_cam(model, PICTURE, layer="layer4.0.relu")


@pytest.mark.parametrize(
    ("layer", "gives"), [("fc", r"a tensor \(1, 6\)"), ("avgpool", r"a tensor \(1, \d+, 1, 1\)")]
)
def test_a_layer_whose_output_is_no_map_is_refused(model: nn.Module, layer: str, gives: str) -> None:
    with pytest.raises(
        CourseError,
        match=rf"'{layer}' .* gives {gives}, which is no map of a 64 x 64 picture\. Take 'layer4'",
    ):
        grad_cam(model, PICTURE, layer=layer)


def test_a_layer_that_gives_a_tuple_is_refused() -> None:
    name = "encoder.layers.encoder_layer_3.self_attention"
    with pytest.raises(CourseError, match=r"gives tuple, which is no map.*encoder_layer_3\.ln_1"):
        grad_cam(load_backbone("pocket_vit"), PICTURE, layer=name)


def test_the_head_is_no_stage_to_take_a_map_from(model: nn.Module) -> None:
    with pytest.raises(CourseError, match=r"No layer of the stage 'head' gives a map.*Take 'layer4'"):
        grad_cam(model, PICTURE, layer="head")


def test_a_model_without_any_map_is_refused() -> None:
    flat = nn.Sequential(nn.Flatten(), nn.Linear(12288, 2))
    with pytest.raises(CourseError, match="No layer of Sequential gives a map of a 64 x 64 picture"):
        grad_cam(flat, PICTURE)


class Cut(nn.Module):
    """A classifier that lets no gradient through to its features."""

    def __init__(self) -> None:
        super().__init__()
        self.features, self.head = nn.Conv2d(3, 4, 3), nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.features(x).mean((2, 3)).detach())


def test_a_model_that_cuts_the_gradient_is_refused() -> None:
    with pytest.raises(CourseError, match="do not depend on the layer 'features', or the model cuts"):
        grad_cam(Cut(), PICTURE)


# --- the target ---


@pytest.mark.parametrize("target", [-1, 6, [0, 6]])
def test_a_target_out_of_range_is_told_the_range(model: nn.Module, target: object) -> None:
    with pytest.raises(CourseError, match=r"target (-1|6) with a model of 6 classes, which are 0 to 5"):
        grad_cam(model, PICTURE.repeat(2, 1, 1, 1), target)


@pytest.mark.parametrize("target", [True, 1.0, "cat", [None, 1], torch.tensor([0.0, 1.0])])
def test_a_target_that_is_no_index_is_refused(model: nn.Module, target: object) -> None:
    with pytest.raises(
        CourseError, match=r"is no class index\. Pass a class index from 0 to 5.*classes\.index"
    ):
        grad_cam(model, PICTURE.repeat(2, 1, 1, 1), target)


@pytest.mark.parametrize("target", [[0], [0, 1, 2], [[0, 1]]])
def test_targets_must_be_one_for_each_picture(model: nn.Module, target: object) -> None:
    with pytest.raises(CourseError, match=r"target has the shape \(.*\) for a batch of 2"):
        grad_cam(model, PICTURE.repeat(2, 1, 1, 1), target)


# --- the picture ---


@pytest.mark.parametrize(
    ("shape", "cure"),
    [
        ((64, 64, 3), r"image\.permute\(2, 0, 1\)"),
        ((2, 64, 64, 3), r"image\.permute\(0, 3, 1, 2\)"),
        ((64, 64), r"preprocessing\(name\)\(image\)"),
        ((1, 64, 64), r"preprocessing\(name\)\(image\)"),
        ((0, 3, 64, 64), r"preprocessing\(name\)\(image\)"),
    ],
)
def test_a_picture_of_another_shape_is_told_the_cure(
    model: nn.Module, shape: tuple[int, ...], cure: str
) -> None:
    with pytest.raises(CourseError, match=rf"has the shape \(.*\); wanted is \(3, H, W\).*{cure}"):
        grad_cam(model, torch.zeros(shape))


@pytest.mark.parametrize(
    "picture", [Image.new("RGB", (64, 64)), np.zeros((3, 64, 64)), PICTURE.to(torch.uint8), "cat.jpg"]
)
def test_a_picture_that_is_not_preprocessed_is_refused(model: nn.Module, picture: object) -> None:
    with pytest.raises(CourseError, match=r"(Image|ndarray|uint8|str).*preprocessing\(name\)\(image\)"):
        grad_cam(model, picture)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_picture_that_is_not_finite_is_refused(model: nn.Module, value: float) -> None:
    with pytest.raises(CourseError, match="The image holds NaN or infinity"):
        grad_cam(model, torch.full((3, 64, 64), value))


def test_a_size_that_the_model_does_not_take_is_named() -> None:
    with pytest.raises(CourseError, match=r"does not take a 48 x 48 picture: .*[^.]\. Prepare it with"):
        grad_cam(load_backbone("pocket_vit"), torch.zeros(3, 48, 48))


# --- the model ---


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_a_model_in_half_precision_is_refused(kind: torch.dtype) -> None:
    half = load_backbone("pocket_resnet").to(kind)
    with pytest.raises(CourseError, match=rf"has parameters in {kind}.*model\.float\(\)"):
        cam_layer(half, PICTURE)


@pytest.mark.parametrize("wrong", ["pocket_resnet", [nn.ReLU()]])
def test_what_is_no_model_is_refused(wrong: object) -> None:
    with pytest.raises(CourseError, match=r"explains an nn\.Module, not a (str|list)"):
        grad_cam(wrong, PICTURE)


def test_a_model_without_parameters_is_refused() -> None:
    with pytest.raises(CourseError, match="ReLU has no parameters"):
        grad_cam(nn.ReLU(), PICTURE)


def test_a_model_that_gives_no_class_scores_is_refused() -> None:
    with pytest.raises(
        CourseError, match=r"For one picture Conv2d gives a tensor \(1, 4, 62, 62\), not class scores"
    ):
        grad_cam(nn.Conv2d(3, 4, 3), PICTURE)


@pytest.mark.parametrize("method", ["gradcam", "eigencam", "scorecam"])
def test_weights_that_are_not_numbers_are_named(method: str) -> None:
    broken = load_backbone("pocket_mobilenet")
    nn.init.constant_(broken.features[0][0].weight, float("nan"))
    with pytest.raises(CourseError, match=r"NaN or infinity\. Look at the model's weights"):
        grad_cam(broken, PICTURE, method=method)
