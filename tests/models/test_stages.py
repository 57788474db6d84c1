"""Stages, and freezing by stage: parameters and BatchNorm statistics."""

from __future__ import annotations

import copy
import io
import pickle
from collections import OrderedDict

import pytest
import torch
from torch import nn

from tl_course.errors import CourseError
from tl_course.models import (
    count_parameters,
    freeze,
    load_backbone,
    replace_head,
    stage_modules,
    stages,
    trainable_parameters,
    unfreeze,
)

BY_LAYER = ["stem", "layer1", "layer2", "layer3", "layer4", "head"]
BY_RESOLUTION = ["stem", "stage1", "stage2", "stage3", "stage4", "head"]
FAMILIES = {
    "pocket_resnet": BY_LAYER,
    "resnet18": BY_LAYER,
    "squeezenet1_1": ["stem", "stage1", "stage2", "stage3", "head"],
    "mobilenet_v2": BY_RESOLUTION,
    "mobilenet_v3_small": BY_RESOLUTION,
    "efficientnet_b0": BY_RESOLUTION,
}
WITH_BATCHNORM = [name for name in FAMILIES if name != "squeezenet1_1"]
IMAGES = torch.rand(4, 3, 64, 64, generator=torch.Generator().manual_seed(0))


def backbone(name: str = "pocket_resnet") -> nn.Module:
    return load_backbone(name, num_classes=3, weights=None)


def statistics(module: nn.Module) -> dict[str, torch.Tensor]:
    return {name: buffer.clone() for name, buffer in module.named_buffers()}


def same(before: dict[str, torch.Tensor], after: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(before[name], after[name]) for name in before)


def train_an_epoch(model: nn.Module) -> None:
    """Three optimizer steps in train mode."""
    model.train()
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(IMAGES), torch.tensor([0, 1, 2, 0])).backward()
        optimizer.step()


def through_pickle(model: nn.Module) -> nn.Module:
    return pickle.loads(pickle.dumps(model))


def through_torch_save(model: nn.Module) -> nn.Module:
    file = io.BytesIO()
    torch.save(model, file)
    file.seek(0)
    return torch.load(file, weights_only=False)


@pytest.mark.parametrize(("name", "expected"), FAMILIES.items())
def test_stages_run_from_shallow_to_deep_with_the_head_last(name: str, expected: list[str]) -> None:
    assert stages(backbone(name)) == expected


@pytest.mark.parametrize("name", FAMILIES)
def test_every_parameter_is_in_exactly_one_stage(name: str) -> None:
    model = backbone(name)
    staged = [
        id(p) for modules in stage_modules(model).values() for module in modules for p in module.parameters()
    ]
    assert sorted(staged) == sorted(id(p) for p in model.parameters())


@pytest.mark.parametrize("name", FAMILIES)
def test_every_stage_holds_parameters(name: str) -> None:
    held = {
        stage: sum(map(count_parameters, modules)) for stage, modules in stage_modules(backbone(name)).items()
    }
    assert min(held.values()) > 0


@pytest.mark.parametrize("name", ["squeezenet1_1", "mobilenet_v2", "mobilenet_v3_small", "efficientnet_b0"])
def test_each_stage_works_at_half_the_resolution_of_the_one_before(name: str) -> None:
    model, sides = backbone(name), []
    in_features = set(model.features.children())
    for modules in list(stage_modules(model).values())[:-1]:
        last = [module for module in modules if module in in_features][-1]
        last.register_forward_hook(lambda *call: sides.append(call[2].shape[-1]))
    model(torch.zeros(1, 3, 256, 256))
    halved = [round(256 / 2**depth) for depth in range(1, len(sides) + 1)]
    assert sides == pytest.approx(halved, abs=1)  # SqueezeNet does not pad, and loses a pixel


def test_layers_between_features_and_head_are_of_the_deepest_stage() -> None:
    model = backbone("mobilenet_v3_small")
    assert model.classifier[0] in stage_modules(model)["stage4"]


def test_a_classifier_rebuilt_by_hand_is_the_head_stage() -> None:
    model = backbone("mobilenet_v2")
    model.classifier = nn.Linear(1280, 3)
    assert stage_modules(model)["head"] == [model.classifier]


@pytest.mark.parametrize("name", FAMILIES)
def test_freeze_leaves_the_head_alone_to_train(name: str) -> None:
    model = freeze(backbone(name))
    (head,) = stage_modules(model)["head"]
    trainable = {id(p) for p in model.parameters() if p.requires_grad}
    assert trainable == {id(p) for p in head.parameters()}


def test_freeze_leaves_every_layer_of_ones_own_head_to_train() -> None:
    own = nn.Sequential(nn.Linear(240, 8), nn.ReLU(), nn.Linear(8, 3))
    model = freeze(replace_head(backbone(), 3, head=own))
    assert trainable_parameters(model) == (240 * 8 + 8) + (8 * 3 + 3)


def test_a_layer_of_ones_own_head_may_have_the_name_of_a_stage() -> None:
    own = nn.Sequential(OrderedDict(layer1=nn.Linear(240, 8), layer9=nn.Linear(8, 3)))
    model = replace_head(backbone(), 3, head=own)
    assert stages(model) == BY_LAYER
    assert stage_modules(model)["head"] == [own]


@pytest.mark.parametrize("name", WITH_BATCHNORM)
def test_frozen_statistics_are_bit_identical_after_an_epoch(name: str) -> None:
    model = freeze(backbone(name))
    before = statistics(model)
    train_an_epoch(model)
    assert same(before, statistics(model))


def test_freezing_in_train_mode_stops_the_statistics_at_once() -> None:
    model = freeze(backbone().train())
    before = statistics(model)
    model(IMAGES)
    assert same(before, statistics(model))


def test_the_kept_head_learns_meanwhile() -> None:
    model = freeze(backbone())
    before = model.fc.weight.detach().clone()
    train_an_epoch(model)
    assert not torch.equal(model.fc.weight, before)


def test_statistics_of_kept_stages_move_and_of_frozen_ones_do_not() -> None:
    model = freeze(backbone(), keep=("layer4", "head"))
    frozen, kept = statistics(model.layer3), statistics(model.layer4)
    train_an_epoch(model)
    assert same(frozen, statistics(model.layer3))
    assert not any(torch.equal(kept[name], value) for name, value in statistics(model.layer4).items())


def test_training_one_part_of_the_model_wakes_no_frozen_layer() -> None:
    model = freeze(backbone())
    model.layer4.train()
    model.bn1.train()
    assert not any(m.training for m in model.modules() if isinstance(m, nn.BatchNorm2d))


@pytest.mark.parametrize("duplicate", [copy.deepcopy, through_pickle, through_torch_save])
def test_a_duplicate_of_a_frozen_model_is_frozen(duplicate) -> None:
    model = duplicate(freeze(backbone()))
    before = statistics(model)
    train_an_epoch(model)
    assert same(before, statistics(model))


def test_a_duplicate_is_unfrozen_on_its_own() -> None:
    model = freeze(backbone())
    unfreeze(copy.deepcopy(model))
    assert trainable_parameters(model) == count_parameters(model.fc)
    assert not model.train().bn1.training


def test_unfreezing_the_original_does_not_reach_its_duplicate() -> None:
    model = freeze(backbone())
    duplicate = copy.deepcopy(model)
    unfreeze(model).train()
    assert not duplicate.train().bn1.training


def test_freezing_does_not_change_the_state_dict() -> None:
    model = backbone()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    after = freeze(model).state_dict()
    assert list(after) == list(before)
    assert same(before, after)


def test_a_frozen_model_takes_the_state_of_another() -> None:
    model, other = freeze(backbone()), backbone()
    model.load_state_dict(other.state_dict())
    assert torch.equal(model(IMAGES), other(IMAGES))
    assert not model.train().bn1.training


def test_gradients_still_flow_through_frozen_stages_to_the_image() -> None:
    image = IMAGES.clone().requires_grad_()
    freeze(backbone(), keep=()).train()(image).sum().backward()
    assert image.grad is not None
    assert image.grad.abs().sum() > 0


def test_dropout_follows_train_and_eval() -> None:
    model = freeze(backbone("mobilenet_v2"))
    assert model.train().classifier[0].training
    assert not model.eval().classifier[0].training


def test_freeze_again_says_anew_what_trains() -> None:
    model = freeze(freeze(backbone()), keep=("layer4", "head"))
    assert trainable_parameters(model) == count_parameters(model.layer4) + count_parameters(model.fc)
    assert model.train().layer4[0].bn1.training


def test_keep_takes_one_name_as_it_takes_several() -> None:
    model = freeze(backbone(), keep="layer1")
    assert trainable_parameters(model) == count_parameters(model.layer1)


def test_keep_nothing_freezes_everything() -> None:
    assert trainable_parameters(freeze(backbone(), keep=())) == 0


def test_unfreeze_without_names_restores_everything() -> None:
    model = unfreeze(freeze(backbone()))
    before = statistics(model)
    train_an_epoch(model)
    assert trainable_parameters(model) == count_parameters(model)
    assert not any(torch.equal(before[name], value) for name, value in statistics(model).items())


def test_unfreeze_named_stages_leaves_the_rest_frozen() -> None:
    model = unfreeze(freeze(backbone(), keep=()), "layer3", "layer4")
    assert trainable_parameters(model) == count_parameters(model.layer3) + count_parameters(model.layer4)
    model.train()
    assert model.layer3[0].bn1.training
    assert not model.layer2[0].bn1.training


@pytest.mark.parametrize("training", [True, False])
def test_unfrozen_layers_take_the_mode_of_the_model(training: bool) -> None:
    model = unfreeze(freeze(backbone().train(training)), "layer4")
    assert model.layer4[0].bn1.training is training


@pytest.mark.parametrize(
    "act", [lambda model: freeze(model, keep=("layr4",)), lambda model: unfreeze(model, "layr4")]
)
def test_a_misspelt_stage_suggests_the_nearest_and_changes_nothing(act) -> None:
    model = freeze(backbone())
    with pytest.raises(CourseError, match=r"no stage 'layr4'\. Did you mean 'layer4'"):
        act(model)
    assert trainable_parameters(model) == count_parameters(model.fc)


def test_stages_of_an_unknown_family_name_the_known_ones() -> None:
    with pytest.raises(CourseError, match=r"stages of Sequential are not known.*AlexNet.*ResNet.*timm"):
        stages(nn.Sequential(nn.Linear(2, 2)))
