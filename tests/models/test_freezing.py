"""What holds for freezing whatever the stages: properties, on a small model of several families."""

from __future__ import annotations

from functools import cache

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from tl_course.models import freeze, replace_head, stage_modules, stage_parameters, stages, unfreeze

from .small_families import CLASSES, images, small_model, train_step

FAMILIES = ["ResNet", "DenseNet", "MobileNet v3", "ConvNeXt", "ViT", "Swin"]


@cache
def model_of(family: str) -> nn.Module:
    return replace_head(small_model(family), CLASSES)


def trained_stages(model: nn.Module) -> dict[str, set[bool]]:
    return {stage: {p.requires_grad for p in own} for stage, own in stage_parameters(model).items()}


def live_statistics(model: nn.Module) -> dict[str, set[bool]]:
    """Which stages' BatchNorm layers are in train mode after `model.train()`."""
    model.train()
    return {
        stage: {m.training for part in parts for m in part.modules() if isinstance(m, nn.BatchNorm2d)}
        for stage, parts in stage_modules(model).items()
    }


@st.composite
def models_and_stages(draw: st.DrawFn) -> tuple[nn.Module, list[str]]:
    model = model_of(draw(st.sampled_from(FAMILIES)))
    return model, draw(st.lists(st.sampled_from(stages(model)), unique=True))


properties = settings(max_examples=25, deadline=None, derandomize=True, database=None)


@properties
@given(models_and_stages())
def test_freeze_keeps_exactly_the_kept(drawn: tuple[nn.Module, list[str]]) -> None:
    model, kept = drawn
    freeze(unfreeze(model), keep=kept)
    assert trained_stages(model) == {stage: {stage in kept} for stage in stages(model)}


@properties
@given(models_and_stages())
def test_the_statistics_of_exactly_the_kept_follow_train(drawn: tuple[nn.Module, list[str]]) -> None:
    model, kept = drawn
    freeze(unfreeze(model), keep=kept)
    assert all(modes <= {stage in kept} for stage, modes in live_statistics(model).items())


@properties
@given(models_and_stages())
def test_unfreezing_all_and_freezing_again_is_the_identity(drawn: tuple[nn.Module, list[str]]) -> None:
    model, kept = drawn
    freeze(model, keep=kept)
    before = trained_stages(model), live_statistics(model)
    freeze(unfreeze(model), keep=kept)
    assert (trained_stages(model), live_statistics(model)) == before


@properties
@given(models_and_stages())
def test_unfreezing_stages_of_a_frozen_model_is_keeping_them(drawn: tuple[nn.Module, list[str]]) -> None:
    model, named = drawn
    freeze(model, keep=named)
    kept = trained_stages(model), live_statistics(model)
    freeze(model, keep=())
    if named:  # with no name `unfreeze` means all
        unfreeze(model, *named)
    assert (trained_stages(model), live_statistics(model)) == kept


@properties
@given(models_and_stages())
def test_a_frozen_part_is_bit_identical_after_a_step(drawn: tuple[nn.Module, list[str]]) -> None:
    model, kept = drawn
    kept = [*kept, "head"]
    freeze(model, keep=kept)
    frozen = {
        tensor: tensor.detach().clone()
        for stage, parts in stage_modules(model).items()
        if stage not in kept
        for tensor in [*stage_parameters(model)[stage], *(b for part in parts for b in part.buffers())]
    }
    train_step(model, images("ResNet"), lr=0.01)
    assert all(torch.equal(tensor, before) for tensor, before in frozen.items())
