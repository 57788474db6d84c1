"""The maps of `grad_cam`: those of pytorch-grad-cam, whatever the model, its state and the caller's."""

from __future__ import annotations

import copy
from itertools import product

import numpy as np
import pytest
import pytorch_grad_cam as library
import torch
from pytorch_grad_cam.utils.image import scale_cam_image
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from pytorch_grad_cam.utils.svd_on_activations import get_2d_projection
from torch import Tensor, nn
from torchvision.models import SwinTransformer, VisionTransformer

from tl_course import freeze, grad_cam, load_backbone
from tl_course.explain import METHODS, cam_layer
from tl_course.models import POCKET

from ..models.small_families import SMALL, images, small_model

LIBRARY = {
    "gradcam": library.GradCAM,
    "gradcam++": library.GradCAMPlusPlus,
    "hirescam": library.HiResCAM,
    "layercam": library.LayerCAM,
    "scorecam": library.ScoreCAM,
}
SMALL_ONES = sorted(set(SMALL) - {"Inception v3"})  # which takes no picture below 299 x 299


def model_and_pictures(name: str) -> tuple[nn.Module, Tensor]:
    """A pocket backbone or the small model of a family, and two pictures of noise."""
    if name in POCKET:
        return load_backbone(name), images("GoogLeNet")
    model = small_model(name)
    if name == "ViT":
        nn.init.normal_(model.heads.head.weight)  # torchvision begins with zeros
    return model, images(name)


def as_maps(model: nn.Module, output: Tensor) -> Tensor:
    """Written out for the two families of torchvision whose layers do not give (N, C, h, w)."""
    if isinstance(model, VisionTransformer):
        side = int((output.shape[1] - 1) ** 0.5)
        output = output[:, 1:].reshape(len(output), side, side, -1)
    elif not isinstance(model, SwinTransformer):
        return output
    return output.permute(0, 3, 1, 2)


def of_the_library(model: nn.Module, pictures: Tensor, targets: list[int], method: str) -> np.ndarray:
    """What pytorch-grad-cam itself gives, at the layer that the course takes."""
    layer = cam_layer(model, pictures).module
    cam = LIBRARY[method](model, [layer], reshape_transform=lambda output: as_maps(model, output))
    layer.register_forward_hook(lambda *visit: visit[-1].clone())  # safe from a ReLU in place behind it
    return cam(
        pictures.contiguous(memory_format=torch.channels_last),
        [ClassifierOutputTarget(target) for target in targets],
    )


@pytest.mark.parametrize(
    ("name", "method"),
    [
        *product(SMALL_ONES, ["gradcam", "hirescam"]),
        *product(["AlexNet", "ViT", "Swin"], ["gradcam++", "layercam"]),
        *product(POCKET, ["gradcam", "gradcam++", "hirescam", "layercam"]),
        *product(["ResNet", "ViT", "Swin"], ["scorecam"]),  # some hundred passes each
    ],
)
def test_maps_of_a_frozen_model_are_the_librarys_of_an_unfrozen_one(name: str, method: str) -> None:
    model, pictures = model_and_pictures(name)
    expected = of_the_library(copy.deepcopy(model), pictures, [1, 0], method)

    maps = grad_cam(freeze(model), pictures, [1, 0], method=method)

    np.testing.assert_allclose(maps, expected, atol=1e-5)


@pytest.mark.parametrize("name", ["ResNet", "ViT", "Swin", *POCKET])
def test_eigencam_is_the_librarys_with_the_far_side_positive(name: str) -> None:
    model, pictures = model_and_pictures(name)
    kept = []
    hook = cam_layer(model, pictures).module.register_forward_hook(lambda *visit: kept.append(visit[-1]))
    model(pictures)
    hook.remove()
    components = get_2d_projection(as_maps(model, kept[0]).detach().numpy())
    upright = [one if one.max() >= -one.min() else -one for one in components]
    expected = scale_cam_image(scale_cam_image(np.maximum(upright, 0), pictures.shape[-2:]))

    np.testing.assert_allclose(grad_cam(model, pictures, method="eigencam"), expected, atol=1e-4)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["pocket_resnet", "pocket_vit"])
def test_a_batch_gives_what_its_pictures_give_alone(name: str, method: str) -> None:
    model, pictures = model_and_pictures(name)
    alone = [grad_cam(model, picture, method=method) for picture in pictures]

    np.testing.assert_allclose(grad_cam(model, pictures, method=method), alone, atol=1e-5)


def test_the_size_of_the_batches_changes_no_map() -> None:
    model, pictures = load_backbone("pocket_mobilenet"), torch.randn(5, 3, 64, 64)

    np.testing.assert_allclose(
        grad_cam(model, pictures, batch_size=2), grad_cam(model, pictures, batch_size=5), atol=1e-5
    )


@pytest.mark.parametrize("method", METHODS)
def test_a_map_is_a_float32_array_of_the_pictures_size_in_0_to_1(method: str) -> None:
    saliency = grad_cam(small_model("ConvNeXt"), torch.randn(3, 64, 96), method=method)

    assert (saliency.shape, saliency.dtype) == ((64, 96), np.float32)
    assert (saliency.min(), saliency.max()) == pytest.approx((0, 1), abs=1e-6)


def by_colour() -> nn.Module:
    """Class 0 is the red in the picture, class 1 the green; both add up over all places."""
    model = nn.Sequential(nn.Conv2d(3, 2, 1, bias=False), nn.AvgPool2d(8), nn.Flatten())
    model[0].weight.data = torch.eye(2, 3)[..., None, None]
    return model


def red_left_green_right() -> Tensor:
    picture = torch.zeros(3, 8, 8)
    picture[0, :, :4], picture[1, :, 4:] = 2.0, 1.0
    return picture


@pytest.mark.parametrize("method", ["gradcam", "gradcam++", "hirescam", "layercam"])
@pytest.mark.parametrize(("target", "left", "right"), [(0, 1, 0), (1, 0, 1), (None, 1, 0)])
def test_the_map_is_high_where_the_evidence_for_the_target_is(
    method: str, target: int | None, left: float, right: float
) -> None:
    saliency = grad_cam(by_colour(), red_left_green_right(), target, method=method)

    np.testing.assert_allclose(saliency, np.repeat([[left, right]], 4, axis=1).repeat(8, axis=0), atol=1e-5)


@pytest.mark.parametrize("target", [[1, 0], torch.tensor([1, 0]), np.array([1, 0])])
def test_each_picture_of_a_batch_may_have_its_own_target(target: object) -> None:
    picture = red_left_green_right()
    maps = grad_cam(by_colour(), torch.stack([picture, picture]), target)

    assert [saliency[0, 0] > 0.5 for saliency in maps] == [False, True]


def test_one_target_serves_a_whole_batch() -> None:
    model, pictures = model_and_pictures("ResNet")
    np.testing.assert_array_equal(grad_cam(model, pictures, 2), grad_cam(model, pictures, [2, 2]))


@pytest.mark.parametrize("method", ["gradcam", "gradcam++", "hirescam", "layercam"])
def test_without_evidence_the_map_is_zero_everywhere(method: str) -> None:
    model = load_backbone("pocket_resnet", num_classes=6)
    nn.init.zeros_(model.fc.weight)

    assert not grad_cam(model, torch.randn(3, 64, 64), method=method).any()


@pytest.mark.parametrize("method", METHODS)
def test_a_relu_in_place_behind_the_layer_changes_nothing(method: str) -> None:
    torch.manual_seed(0)
    layers = [nn.Conv2d(3, 4, 3, stride=4), nn.ReLU(), nn.Flatten(), nn.Linear(256, 3)]
    model, picture = nn.Sequential(*layers), torch.randn(3, 32, 32)
    expected = grad_cam(model, picture, 1, "0", method)
    model[1].inplace = True

    np.testing.assert_array_equal(grad_cam(model, picture, 1, "0", method), expected)


@pytest.mark.parametrize(
    "surroundings",
    [torch.inference_mode, torch.no_grad, lambda: torch.autocast("cpu", torch.bfloat16)],
    ids=["inference_mode", "no_grad", "autocast"],
)
@pytest.mark.parametrize("method", ["gradcam", "eigencam"])
def test_the_callers_modes_change_no_map(surroundings, method: str) -> None:
    model = small_model("ResNet")
    expected = grad_cam(model, images("ResNet"), method=method)
    with surroundings():
        maps = grad_cam(model, images("ResNet"), method=method)

    np.testing.assert_array_equal(maps, expected)


def test_a_model_in_double_precision_takes_single_pictures() -> None:
    model = small_model("ResNet")
    expected = grad_cam(model, images("ResNet"))

    np.testing.assert_allclose(grad_cam(model.double(), images("ResNet")), expected, atol=1e-3)


@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_printed(method: str, capfd: pytest.CaptureFixture[str]) -> None:
    grad_cam(small_model("ResNet"), images("ResNet"), method=method)

    assert capfd.readouterr() == ("", "")
