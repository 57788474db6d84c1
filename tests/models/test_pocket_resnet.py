"""pocket_resnet sees the resolutions that its documentation promises."""

from __future__ import annotations

import pytest
import torch

from tl_course.models import pocket_resnet


@pytest.mark.parametrize(("layer", "side"), [("layer1", 32), ("layer2", 16), ("layer3", 8), ("layer4", 4)])
def test_each_layer_sees_the_promised_resolution(layer: str, side: int) -> None:
    model, shapes = pocket_resnet().eval(), []
    model.get_submodule(layer).register_forward_hook(lambda *call: shapes.append(call[2].shape[-2:]))
    model(torch.zeros(1, 3, 64, 64))
    assert shapes == [(side, side)]


def test_its_first_filters_are_large_enough_to_look_at() -> None:
    assert pocket_resnet().conv1.weight.shape[1:] == (3, 7, 7)
