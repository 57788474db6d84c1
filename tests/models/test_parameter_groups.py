"""Each parameter is in one group, which learns at the rate of its depth."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torchvision.models import get_model, mobilenet_v3_small

from tl_course.errors import CourseError
from tl_course.models import freeze, load_backbone, parameter_groups, stage_parameters, stages

FAMILIES = ["pocket_resnet", "mobilenet_v3_small", "squeezenet1_1"]
quick = settings(deadline=None, max_examples=20, database=None, derandomize=True)


@cache
def network(name: str = "pocket_resnet") -> nn.Module:
    torch.manual_seed(0)
    return get_model(name, weights=None, num_classes=3)


def rates_of_stages(groups: list[dict]) -> dict[str, float]:
    rates: dict[str, set[float]] = {}
    for group in groups:
        rates.setdefault(group["stage"], set()).add(group["lr"])
    assert all(len(of_stage) == 1 for of_stage in rates.values())
    return {stage: of_stage.pop() for stage, of_stage in rates.items()}


@quick
@given(name=st.sampled_from(FAMILIES), data=st.data())
def test_every_parameter_is_in_exactly_one_group_whatever_is_frozen(name: str, data: st.DataObject) -> None:
    model = network(name)
    freeze(model, keep=data.draw(st.sets(st.sampled_from(stages(model)))))
    grouped = [id(p) for group in parameter_groups(model, lr=1e-3) for p in group["params"]]
    assert sorted(grouped) == sorted(id(p) for p in model.parameters())


@quick
@given(
    name=st.sampled_from(FAMILIES),
    lr=st.floats(1e-6, 10),
    decay=st.floats(0.1, 1, exclude_max=True),
)
def test_rates_rise_by_one_factor_from_stage_to_stage_up_to_lr(name: str, lr: float, decay: float) -> None:
    model = network(name)
    rates = rates_of_stages(parameter_groups(model, lr, decay))
    assert list(rates) == stages(model)
    assert rates["head"] == lr
    for shallower, deeper in pairwise(rates.values()):
        assert shallower == pytest.approx(decay * deeper)


@quick
@given(name=st.sampled_from(FAMILIES), lr=st.floats(1e-6, 10))
def test_decay_of_one_is_one_rate_for_all(name: str, lr: float) -> None:
    assert {group["lr"] for group in parameter_groups(network(name), lr)} == {lr}


def test_parameters_are_of_the_stage_that_their_group_names() -> None:
    of_stage = {stage: set(map(id, params)) for stage, params in stage_parameters(network()).items()}
    for group in parameter_groups(network(), lr=1e-3):
        assert set(map(id, group["params"])) <= of_stage[group["stage"]]


def undecayed(model: nn.Module) -> set[str]:
    names = {id(p): name for name, p in model.named_parameters()}
    groups = parameter_groups(model, lr=1e-3, weight_decay=0.05)
    assert {group["weight_decay"] for group in groups} == {0.0, 0.05}
    return {names[id(p)] for group in groups if group["weight_decay"] == 0 for p in group["params"]}


@pytest.mark.parametrize("name", FAMILIES)
def test_norms_and_biases_are_all_that_does_not_decay(name: str) -> None:
    model = network(name)
    expected = set()
    for path, module in model.named_modules():
        if isinstance(module, nn.BatchNorm2d):
            expected |= {f"{path}.weight", f"{path}.bias"}
        elif getattr(module, "bias", None) is not None:
            expected.add(f"{path}.bias")
    assert undecayed(model) == expected


def test_tokens_positions_and_scales_do_not_decay() -> None:
    model = mobilenet_v3_small(num_classes=3)
    model.features[1].class_token = nn.Parameter(torch.zeros(1, 1, 8))
    model.features[1].pos_embedding = nn.Parameter(torch.zeros(1, 5, 8))
    model.features[1].layer_scale = nn.Parameter(torch.ones(8, 1, 1))
    model.features[1].attention = nn.MultiheadAttention(8, 2)
    found = undecayed(model)
    assert {f"features.1.{name}" for name in ("class_token", "pos_embedding", "layer_scale")} <= found
    assert "features.1.attention.in_proj_weight" not in found
    assert "features.1.attention.in_proj_bias" in found


def test_what_timm_names_as_not_decaying_does_not() -> None:
    model = load_backbone("timm:vit_tiny_patch16_224", num_classes=3, weights=None)
    tokens = model.no_weight_decay() & {name for name, _ in model.named_parameters()}
    norms_and_biases = {name for name, p in model.named_parameters() if p.ndim < 2}
    assert tokens >= {"cls_token", "pos_embed"}
    assert undecayed(model) == norms_and_biases | tokens


@pytest.mark.parametrize(
    "make",
    [torch.optim.AdamW, lambda groups: torch.optim.SGD(groups, lr=1.0, momentum=0.9)],
    ids=["AdamW", "SGD"],
)
def test_optimizers_move_each_trained_stage_at_its_own_rate(make: object) -> None:
    model = freeze(get_model("pocket_resnet", weights=None, num_classes=3), keep=("layer4", "head"))
    optimizer = make(parameter_groups(model, lr=1e-2, decay=0.1, weight_decay=0.0))  # type: ignore[operator]
    before = {stage: [p.clone() for p in params] for stage, params in stage_parameters(model).items()}
    for parameters in stage_parameters(model).values():
        for parameter in parameters:
            parameter.grad = torch.ones_like(parameter) if parameter.requires_grad else None
    optimizer.step()
    moves = {
        stage: max((p - old).abs().max().item() for p, old in zip(params, before[stage], strict=True))
        for stage, params in stage_parameters(model).items()
    }
    assert moves["head"] == pytest.approx(1e-2, rel=1e-3)
    assert moves["layer4"] == pytest.approx(1e-3, rel=1e-3)
    assert moves["layer3"] == moves["stem"] == 0


@pytest.mark.parametrize("lr", [0.0, -1e-3, float("inf"), float("nan")])
def test_impossible_rate_is_an_error(lr: float) -> None:
    with pytest.raises(CourseError, match=r"lr=.*must be above 0 and finite"):
        parameter_groups(network(), lr)


@pytest.mark.parametrize("decay", [0.0, -0.5, 1.1, float("nan")])
def test_impossible_decay_is_an_error(decay: float) -> None:
    with pytest.raises(CourseError, match=r"decay=.*above 0 and at most 1"):
        parameter_groups(network(), 1e-3, decay)


@pytest.mark.parametrize("weight_decay", [-0.1, float("inf"), float("nan")])
def test_impossible_weight_decay_is_an_error(weight_decay: float) -> None:
    with pytest.raises(CourseError, match=r"weight_decay=.*must be 0 or a small number above"):
        parameter_groups(network(), 1e-3, weight_decay=weight_decay)


def test_model_of_an_unknown_family_is_an_error() -> None:
    with pytest.raises(CourseError, match="Linear"):
        parameter_groups(nn.Linear(4, 3), 1e-3)
