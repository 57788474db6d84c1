"""The Grad-CAM that lesson 05 writes by hand is the library's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
import torch
import torch.nn.functional as F

from tl_course import grad_cam, load_backbone, load_profile
from tl_course.explain import cam_layer

LESSON = Path(__file__).parents[2] / "notebooks" / "05_grad_cam.ipynb"
MOST_LINES = 25


def sources() -> list[str]:
    """The lesson's cells that define `my_grad_cam` and what it needs."""
    cells = [cell.source for cell in nbformat.read(LESSON, as_version=4).cells if cell.cell_type == "code"]
    return [source for source in cells if source.startswith(("def my_grad_cam", "def scaled"))]


@pytest.fixture(scope="module")
def by_hand() -> Any:
    names: dict[str, Any] = {"F": F, "torch": torch}
    for source in sources():
        exec(source, names)
    return names["my_grad_cam"]


def test_it_is_written_in_about_twenty_lines() -> None:
    lines = [line for source in sources() for line in source.splitlines() if line.strip()]

    assert len(lines) <= MOST_LINES


@pytest.mark.parametrize("backbone", ["pocket_resnet", "pocket_mobilenet", "pocket_efficientnet"])
def test_its_maps_are_those_of_the_library(by_hand: Any, backbone: str) -> None:
    model, dataset = load_backbone(backbone), load_profile().val
    for index in range(0, len(dataset), 36):
        image = dataset[index][0]
        target = int(model(image[None]).argmax())

        cam = by_hand(model, image.clone().requires_grad_(), target, cam_layer(model, image).module)

        np.testing.assert_allclose(cam, grad_cam(model, image, target), atol=1e-5)
