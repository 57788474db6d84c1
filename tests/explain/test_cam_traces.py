"""`grad_cam` leaves the model, the random numbers and the memory as they were."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from tl_course import freeze, grad_cam
from tl_course.errors import CourseError
from tl_course.explain import METHODS, cam_layer

from ..models.small_families import images, small_model


def used() -> nn.Module:
    """A model as training leaves it: partly frozen, in train mode, with gradients and a hook."""
    model = freeze(small_model("ResNet"), keep=("layer4", "head")).train()
    model.layer3.eval()
    model(images("ResNet"))[:, 0].sum().backward()
    model.layer4.register_forward_hook(lambda *visit: None)
    return model


def state(model: nn.Module) -> dict[str, Any]:
    """Everything that a call could change."""
    parameters = dict(model.named_parameters())
    return {
        "modes": {name: module.training for name, module in model.named_modules()},
        "hooks": {name: len(module._forward_hooks) for name, module in model.named_modules()},
        "frozen": {name: not parameter.requires_grad for name, parameter in parameters.items()},
        "gradients": {name: id(parameter.grad) for name, parameter in parameters.items()},
        "values": {name: value.sum().item() for name, value in model.state_dict().items()},
        "gradient values": [p.grad.sum().item() for p in parameters.values() if p.grad is not None],
        "random numbers": torch.get_rng_state().tolist(),
        "gradients are on": torch.is_grad_enabled(),
    }


def one_that_fails(model: nn.Module, pictures: Tensor) -> None:
    def fail(*visit: object) -> None:
        if len(visit[-1]) > 1:  # not in the trial with one picture, but in the pass of the library
            raise KeyboardInterrupt

    hook = model.avgpool.register_forward_hook(fail)
    with pytest.raises(KeyboardInterrupt):
        grad_cam(model, pictures)
    hook.remove()


def one_that_is_refused(model: nn.Module, pictures: Tensor) -> None:
    with pytest.raises(CourseError, match="no layer 'layer9'"):
        grad_cam(model, pictures, layer="layer9")


CALLS: dict[str, Callable[[nn.Module, Tensor], object]] = {
    **{
        method: lambda model, pictures, method=method: grad_cam(model, pictures, method=method)
        for method in METHODS
    },
    "cam_layer": cam_layer,
    "one that fails": one_that_fails,
    "one that is refused": one_that_is_refused,
}


@pytest.mark.parametrize("call", CALLS)
def test_the_model_is_as_before(call: str) -> None:
    model, pictures = used(), images("ResNet")
    before = state(model)
    CALLS[call](model, pictures)

    assert state(model) == before


class Noisy(nn.Module):
    """Random in eval mode too."""

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.dropout(x, 0.5, training=True)


def test_a_model_that_draws_random_numbers_gives_one_map_and_leaves_the_callers_draws() -> None:
    model = nn.Sequential(Noisy(), small_model("ResNet"))
    before = torch.get_rng_state()
    first, second = (grad_cam(model, images("ResNet")) for _ in range(2))

    assert first.tolist() == second.tolist()
    assert torch.equal(torch.get_rng_state(), before)


def test_frozen_batch_norm_stays_in_eval_mode_when_training_goes_on() -> None:
    model = used()
    grad_cam(model, images("ResNet"))
    model.train()

    assert not model.bn1.training
    assert model.layer4[0].bn1.training


def test_the_picture_is_not_changed() -> None:
    pictures = images("ResNet")
    grad_cam(nn.Sequential(nn.ReLU(inplace=True), small_model("ResNet")), pictures)

    assert torch.equal(pictures, images("ResNet"))


@pytest.mark.parametrize("method", ["gradcam", "scorecam"])
def test_many_calls_keep_no_tensor_alive(method: str) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 4, 3, stride=4), nn.ReLU(), nn.Flatten(), nn.Linear(256, 3))
    picture = torch.randn(3, 32, 32)

    def tensors() -> int:
        return sum(issubclass(type(thing), Tensor) for thing in gc.get_objects())

    grad_cam(model, picture, method=method)
    gc.collect()
    gc.disable()  # nothing may wait for the collector either
    before = tensors()
    try:
        for _ in range(200):
            grad_cam(model, picture, method=method)
        after = tensors()
    finally:
        gc.enable()

    assert after == before
