"""load_backbone and preprocessing: any name, and one clear error when something is amiss."""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from urllib.error import URLError

import pytest
import torch
import torchvision.models
from PIL import Image

from tl_course.errors import CourseError
from tl_course.models import load_backbone, preprocessing

FILE_NAME = "squeezenet1_1-b8a52dc0.pth"  # torchvision's name for these weights


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of torch.hub, with a network that is down."""

    def fail(*args: object, **kwargs: object) -> None:
        raise URLError("the network is down")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.delenv("TL_COURSE_BACKBONE", raising=False)
    monkeypatch.setattr(torch.hub, "download_url_to_file", fail)
    checkpoints = tmp_path / "hub" / "checkpoints"
    checkpoints.mkdir(parents=True)
    return checkpoints


@pytest.fixture
def cached(cache: Path) -> torchvision.models.SqueezeNet:
    """A random SqueezeNet in the cache, under the name of the pretrained one."""
    torch.manual_seed(0)
    model = torchvision.models.squeezenet1_1()
    torch.save(model.state_dict(), cache / FILE_NAME)
    return model.eval()


def test_cached_weights_load(cached: torchvision.models.SqueezeNet) -> None:
    images = torch.rand(2, 3, 64, 64)
    assert torch.equal(load_backbone("squeezenet1_1")(images), cached(images))


def test_loading_from_the_cache_prints_nothing(
    cached: torchvision.models.SqueezeNet, capfd: pytest.CaptureFixture[str]
) -> None:
    load_backbone("squeezenet1_1")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "weights",
    ["IMAGENET1K_V1", "SqueezeNet1_1_Weights.DEFAULT", torchvision.models.SqueezeNet1_1_Weights.DEFAULT],
)
def test_weights_are_chosen_by_name_or_member(cached: torchvision.models.SqueezeNet, weights) -> None:
    model = load_backbone("squeezenet1_1", weights=weights)
    assert torch.equal(model.features[0].weight, cached.features[0].weight)


def test_a_new_head_leaves_the_cached_features(cached: torchvision.models.SqueezeNet) -> None:
    model = load_backbone("squeezenet1_1", num_classes=5)
    images = torch.rand(2, 3, 64, 64)
    assert model(images).shape == (2, 5)
    assert torch.equal(model.features(images), cached.features(images))


@pytest.mark.parametrize("name", ["pocket_resnet", "resnet18", "mobilenet_v3_small", "shufflenet_v2_x0_5"])
def test_random_weights_with_a_head_of_ones_own(name: str) -> None:
    assert load_backbone(name, num_classes=4, weights=None)(torch.rand(2, 3, 64, 64)).shape == (2, 4)


@pytest.mark.parametrize("name", ["googlenet", "inception_v3"])
def test_a_random_model_with_auxiliary_heads_loads_without_a_warning(name: str) -> None:
    assert load_backbone(name, num_classes=4, weights=None).fc.out_features == 4


def test_the_model_comes_in_eval_mode_with_all_parameters_trainable() -> None:
    model = load_backbone("pocket_resnet", num_classes=3, weights=None)
    assert not any(module.training for module in model.modules())
    assert all(parameter.requires_grad for parameter in model.parameters())


@pytest.mark.parametrize(
    ("typo", "meant"),
    [("pocket_resnt", "pocket_resnet"), ("resnet_18", "resnet18"), ("mobilenetv2", "mobilenet_v2")],
)
def test_an_unknown_name_suggests_the_nearest(typo: str, meant: str) -> None:
    with pytest.raises(CourseError, match=f"Unknown backbone '{typo}'.*Did you mean.*{meant}"):
        load_backbone(typo)


def test_a_model_for_another_task_is_no_backbone() -> None:
    with pytest.raises(CourseError, match="Unknown backbone 'fcn_resnet50'"):
        load_backbone("fcn_resnet50", weights=None)


def test_an_unknown_name_says_when_it_came_from_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TL_COURSE_BACKBONE", "resnt18")
    with pytest.raises(CourseError, match="named by the setting TL_COURSE_BACKBONE"):
        load_backbone("resnt18")


def test_unknown_weights_list_the_ones_there_are() -> None:
    with pytest.raises(CourseError, match=r"no weights 'V3'.*DEFAULT, IMAGENET1K_V1"):
        load_backbone("resnet18", weights="V3")


def test_weights_of_another_model_are_refused() -> None:
    with pytest.raises(CourseError, match="resnet18 has no weights ResNet34_Weights"):
        load_backbone("resnet18", weights=torchvision.models.ResNet34_Weights.DEFAULT)


@pytest.mark.parametrize("num_classes", [1, 0, -3, 2.0, True, "2"])
def test_num_classes_below_two_is_refused_before_anything_is_loaded(cache: Path, num_classes) -> None:
    with pytest.raises(CourseError, match="at least 2"):
        load_backbone("squeezenet1_1", num_classes=num_classes)


@pytest.mark.parametrize(
    "part",
    [
        "named in the call",
        FILE_NAME,
        "4.7 MB",
        "the network is down",
        "TL_COURSE_PROFILE=pocket",
        str(Path("hub", "checkpoints")),
    ],
)
def test_without_cache_and_network_the_error_says(cache: Path, part: str) -> None:
    with pytest.raises(CourseError) as caught:
        load_backbone("squeezenet1_1")
    assert part in str(caught.value)


def test_without_cache_and_network_the_error_names_the_setting(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TL_COURSE_BACKBONE", "squeezenet1_1")
    with pytest.raises(CourseError, match="named by the setting TL_COURSE_BACKBONE"):
        load_backbone("squeezenet1_1")


def saved(value: object) -> bytes:
    buffer = io.BytesIO()
    torch.save(value, buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>404</html>",
        saved(torch.zeros(1000))[:-400],
        saved({"fc.weight": torch.zeros(2)}),
        saved(torch.zeros(3)),
        pickle.dumps([1, 2]),
    ],
    ids=["empty", "web page", "cut short", "another model", "a tensor", "a pickle"],
)
def test_a_damaged_cached_file_is_named_with_the_cure(cache: Path, content: bytes) -> None:
    (cache / FILE_NAME).write_bytes(content)
    with pytest.raises(CourseError) as caught:
        load_backbone("squeezenet1_1")
    assert str(cache / FILE_NAME) in str(caught.value)
    assert "Delete the file" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "side"),
    [("pocket_resnet", 64), ("resnet18", 224), ("squeezenet1_1", 224), ("inception_v3", 299)],
)
def test_preprocessing_gives_the_size_that_the_weights_were_trained_with(name: str, side: int) -> None:
    image = preprocessing(name)(Image.new("RGB", (320, 310)))
    assert image.shape == (3, side, side)
    assert image.dtype == torch.float32


def test_preprocessing_follows_the_chosen_weights() -> None:
    resized_to = [
        preprocessing("resnet50", weights=name).resize_size for name in ("IMAGENET1K_V1", "IMAGENET1K_V2")
    ]
    assert resized_to == [[256], [232]]


def test_a_random_model_sees_what_the_pretrained_one_sees() -> None:
    assert repr(preprocessing("resnet18", weights=None)) == repr(preprocessing("resnet18"))


def test_preprocessing_takes_a_tensor_as_it_takes_an_image() -> None:
    pixels = torch.randint(0, 256, (3, 64, 64), dtype=torch.uint8)
    image = Image.fromarray(pixels.permute(1, 2, 0).numpy())
    transform = preprocessing("pocket_resnet")
    assert torch.equal(transform(pixels), transform(image))


def test_preprocessing_of_an_unknown_backbone_suggests_the_nearest() -> None:
    with pytest.raises(CourseError, match="Did you mean resnet18"):
        preprocessing("resnet_18")
