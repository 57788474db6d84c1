"""Finding and replacing a head in every known family."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from tl_course.errors import CourseError
from tl_course.models import find_head, load_backbone, replace_head

from .small_families import small_model

FAMILIES = {  # name: (place of the head, features it takes), read from torchvision's sources
    "pocket_resnet": ("fc", 240),
    "resnet18": ("fc", 512),
    "squeezenet1_1": ("classifier.1", 512),
    "mobilenet_v2": ("classifier.1", 1280),
    "mobilenet_v3_small": ("classifier.3", 1024),
    "efficientnet_b0": ("classifier.1", 1280),
    "shufflenet_v2_x0_5": ("fc", 1024),
}
IMAGES = torch.zeros(2, 3, 64, 64)


def random_backbone(name: str = "pocket_resnet") -> nn.Module:
    return load_backbone(name, weights=None)


@pytest.mark.parametrize(("name", "expected"), FAMILIES.items())
def test_the_head_is_found_by_place_and_features(name: str, expected: tuple[str, int]) -> None:
    model = random_backbone(name)
    head = find_head(model)
    assert (head.name, head.in_features) == expected
    assert head.module is model.get_submodule(expected[0])


@pytest.mark.parametrize("name", FAMILIES)
def test_a_replaced_head_gives_one_logit_a_class(name: str) -> None:
    model = random_backbone(name)
    assert replace_head(model, 7) is model
    assert model(IMAGES).shape == (2, 7)


def test_squeezenet_remembers_its_number_of_classes() -> None:
    assert replace_head(random_backbone("squeezenet1_1"), 7).num_classes == 7


@pytest.mark.parametrize(
    ("family", "layers"), [("GoogLeNet", ["aux1.fc2", "aux2.fc2"]), ("Inception v3", ["AuxLogits.fc"])]
)
def test_auxiliary_heads_get_fresh_last_layers(family: str, layers: list[str]) -> None:
    model = small_model(family)
    old = [model.get_submodule(layer) for layer in layers]
    new = [replace_head(model, 7).get_submodule(layer) for layer in layers]
    assert [layer.out_features for layer in new] == [7] * len(layers)
    assert [layer.in_features for layer in new] == [layer.in_features for layer in old]


def test_a_model_without_its_auxiliary_heads_gets_none() -> None:
    model = small_model("GoogLeNet")
    model.aux1 = model.aux2 = None  # as torchvision does when it loads the pretrained weights
    assert replace_head(model, 7).aux1 is None


def test_a_head_without_a_bias_gets_none() -> None:
    assert replace_head(small_model("MaxViT"), 7).classifier[5].bias is None


def test_replacing_leaves_all_other_parameters() -> None:
    model = random_backbone()
    before = {name: value.clone() for name, value in model.state_dict().items() if not name.startswith("fc.")}
    replace_head(model, 3)
    assert all(torch.equal(value, model.state_dict()[name]) for name, value in before.items())


def test_the_new_head_has_the_dtype_of_the_old() -> None:
    assert replace_head(random_backbone().double(), 3).fc.weight.dtype == torch.float64


def test_the_new_head_is_on_the_device_of_the_old() -> None:
    assert replace_head(random_backbone().to("meta"), 3).fc.weight.device.type == "meta"


def test_the_new_head_is_trainable_where_the_old_was_frozen() -> None:
    model = random_backbone().requires_grad_(False)
    assert replace_head(model, 3).fc.weight.requires_grad


def test_the_new_head_is_in_the_mode_of_the_model() -> None:
    assert not replace_head(random_backbone().eval(), 3).fc.training
    assert replace_head(random_backbone().train(), 3).fc.training


@pytest.mark.parametrize("name", ["pocket_resnet", "mobilenet_v2", "mobilenet_v3_small", "efficientnet_b0"])
def test_a_head_of_several_layers_is_found_whole(name: str) -> None:
    model = random_backbone(name)
    _, features = FAMILIES[name]
    own = nn.Sequential(nn.Dropout(0.5), nn.Linear(features, 16), nn.ReLU(), nn.Linear(16, 3))
    replace_head(model, 3, head=own)
    assert find_head(model).module is own
    assert find_head(model).in_features == features


def test_a_head_of_ones_own_must_fit_num_classes() -> None:
    with pytest.raises(CourseError, match="ends in 5 outputs, but num_classes=3"):
        replace_head(random_backbone(), 3, head=nn.Linear(240, 5))


def test_a_head_of_ones_own_must_take_the_features_of_the_model() -> None:
    with pytest.raises(CourseError, match=r"takes 512 features, but the model gives it 240.*in_features"):
        replace_head(random_backbone(), 3, head=nn.Linear(512, 3))


def test_a_head_that_flattens_maps_may_take_more_features_than_the_model_has_channels() -> None:
    model = load_backbone("squeezenet1_1", weights=None)
    own = nn.Sequential(
        nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(4 * 512, 3), nn.Unflatten(1, (3, 1, 1))
    )
    replace_head(model, 3, head=own)
    assert model(torch.zeros(1, 3, 64, 64)).shape == (1, 3)


def test_a_head_put_in_by_hand_is_found() -> None:
    model = random_backbone()
    model.fc = nn.Sequential(nn.BatchNorm1d(240), nn.Linear(240, 3))
    assert find_head(model).module is model.fc


@pytest.mark.parametrize(
    "classifier",
    [nn.Linear(1280, 3), nn.Sequential(nn.Linear(1280, 8), nn.ReLU(), nn.Linear(8, 3))],
    ids=["one layer", "several layers"],
)
def test_a_classifier_rebuilt_by_hand_is_the_head(classifier: nn.Module) -> None:
    model = random_backbone("mobilenet_v2")
    model.classifier = classifier
    head = find_head(model)
    assert (head.name, head.module, head.in_features) == ("classifier", classifier, 1280)


def test_the_last_linear_layer_of_any_model_is_its_head() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 9))
    assert find_head(model).name == "3"
    assert replace_head(model, 2)(IMAGES).shape == (2, 2)


@pytest.mark.parametrize(
    "model",
    [nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3)), nn.Linear(3, 3), nn.ReLU()],
    ids=["ends in a norm", "nothing around the layer", "no parameters"],
)
def test_a_model_without_a_head_is_told_what_was_looked_for(model: nn.Module) -> None:
    with pytest.raises(CourseError, match=r"No head found.*looked for an nn\.Linear"):
        find_head(model)


def test_a_known_family_without_its_head_is_told_the_place() -> None:
    model = random_backbone()
    model.fc = nn.Identity()
    with pytest.raises(CourseError, match=r"No head found in PocketResNet.*'fc'"):
        find_head(model)


def test_a_numpy_number_of_classes_will_do() -> None:
    assert replace_head(random_backbone(), np.int64(3))(IMAGES).shape == (2, 3)


@pytest.mark.parametrize("num_classes", [1, 0, 2.5, True])
def test_fewer_than_two_classes_are_refused(num_classes) -> None:
    with pytest.raises(CourseError, match="at least 2"):
        replace_head(random_backbone(), num_classes)
