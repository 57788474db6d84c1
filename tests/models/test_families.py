"""Every classifier of torchvision: its head, its stages, freezing them, training them."""

from __future__ import annotations

import pytest
import torch
import torchvision.models
from torch import nn
from torchvision.models.regnet import BlockParams

from tl_course.models import find_head, freeze, replace_head, stage_parameters, stages, unfreeze
from tl_course.models.families import FAMILIES

from .small_families import CLASSES, SMALL, images, logits, small_model, train_step

NAMES = torchvision.models.list_models(module=torchvision.models)


@pytest.fixture(scope="module", params=NAMES)
def full_size(request: pytest.FixtureRequest) -> nn.Module:
    """The model of this name as it is, but without memory: on the meta device."""
    block_params = BlockParams.from_init_params
    options = {"init_weights": False} if request.param in ("googlenet", "inception_v3") else {}
    with pytest.MonkeyPatch.context() as patch, torch.device("meta"):

        def computed(**given: object) -> BlockParams:
            with torch.device("cpu"):  # RegNet computes its widths with tensors
                return block_params(**given)

        patch.setattr(BlockParams, "from_init_params", computed)
        return torchvision.models.get_model(request.param, **options)


def test_the_head_is_where_the_logits_come_out(full_size: nn.Module) -> None:
    module = find_head(full_size).module
    assert (module.out_channels if isinstance(module, nn.Conv2d) else module.out_features) == 1000


def test_stages_run_from_the_stem_to_the_head(full_size: nn.Module) -> None:
    names = stages(full_size)
    assert (names[0], names[-1]) == ("stem", "head")
    assert 5 <= len(names) <= 7


def test_every_parameter_is_in_exactly_one_stage(full_size: nn.Module) -> None:
    staged = [id(p) for parameters in stage_parameters(full_size).values() for p in parameters]
    assert sorted(staged) == sorted(id(p) for p in full_size.parameters())


def test_every_stage_has_parameters(full_size: nn.Module) -> None:
    assert all(stage_parameters(full_size).values())


def test_a_fresh_head_takes_the_features_of_the_old(full_size: nn.Module) -> None:
    old = find_head(full_size)
    try:
        replace_head(full_size, 5)
        new = find_head(full_size)
        assert (new.name, new.in_features) == (old.name, old.in_features)
        assert new.module.weight.shape == (5, *old.module.weight.shape[1:])
    finally:
        full_size.set_submodule(old.name, old.module)


# --- one small model of each family ---


def state(model: nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def moved(before: dict[str, torch.Tensor], model: nn.Module) -> set[str]:
    return {name for name, value in model.state_dict().items() if not torch.equal(before[name], value)}


def test_every_family_has_a_small_model() -> None:
    assert {type(small_model(family)) for family in SMALL} == set(FAMILIES)


@pytest.mark.parametrize("family", SMALL)
def test_all_heads_give_the_new_number_of_classes(family: str) -> None:
    model = replace_head(small_model(family), CLASSES).train()
    assert {tuple(each.shape) for each in logits(model(images(family)))} == {(2, CLASSES)}


@pytest.mark.parametrize("family", SMALL)
def test_a_frozen_model_learns_in_its_head_alone(family: str) -> None:
    model = freeze(replace_head(small_model(family), CLASSES))
    before, head = state(model), find_head(model)
    train_step(model, images(family))
    assert moved(before, model) == {f"{head.name}.{name}" for name, _ in head.module.named_parameters()}


@pytest.mark.parametrize("family", SMALL)
def test_an_unfrozen_model_learns_in_every_stage(family: str) -> None:
    model = unfreeze(freeze(replace_head(small_model(family), CLASSES)))
    before = [[p.detach().clone() for p in parameters] for parameters in stage_parameters(model).values()]
    train_step(model, images(family))
    learned = [
        stage
        for (stage, parameters), old in zip(stage_parameters(model).items(), before, strict=True)
        if not all(map(torch.equal, parameters, old))
    ]
    assert learned == stages(model)
    assert all(parameter.grad is not None for parameter in model.parameters())
