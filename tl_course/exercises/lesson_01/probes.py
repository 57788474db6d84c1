"""What is asked of the answers of lesson 01. Nothing here knows what is expected."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision.models import get_weight

from tl_course.data import Pictures
from tl_course.exercises.checks import Answer, Inputs
from tl_course.exercises.small_worlds import small_network, small_pictures
from tl_course.profiles import load_profile

CATS_AND_DOGS = ("cat", "dog")
LR = 0.1


def match_preprocessing(answer: Answer, inputs: Inputs) -> Any:
    """An RGB picture prepared for each of the weights, then one in other modes for the first of them."""
    prepared = {name: answer(picture(inputs, "RGB"), get_weight(name)) for name in inputs["weights"]}
    modes: dict[str, Any] = {}
    for mode in ("L", "RGBA"):
        try:
            modes[mode] = answer(picture(inputs, mode), get_weight(inputs["weights"][0]))
        except Exception as problem:  # only a part of the task: what it meets here is told with the others
            modes[mode] = f"{type(problem).__name__}: {problem}"
    return {"prepared": prepared, "modes": modes}


def picture(inputs: Inputs, mode: str) -> Image.Image:
    """Random pixels; an alpha channel is opaque."""
    width, height = inputs["size"]
    pixels = np.random.default_rng(inputs["seed"]).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels).convert(mode)


def mean_of_means(answer: Answer, inputs: Inputs) -> Any:
    """The two numbers that came back."""
    data = small_pictures(inputs["seed"], inputs["count"])
    return _numbers(answer(small_network(inputs["seed"]).eval(), DataLoader(data, inputs["batch_size"])))


def exact_evaluation(answer: Answer, inputs: Inputs) -> Any:
    """The measurements, what a forward pass was like, and the modes that two models are left in."""
    data = small_pictures(inputs["seed"], inputs["count"], inputs["classes"] - 1)
    loader = DataLoader(data, inputs["batch_size"])
    passes: list[tuple[bool, bool]] = []

    def note(model: nn.Module, images: Any, logits: Tensor) -> None:
        passes.append((model.training, logits.requires_grad))

    found, modes = [], []
    for training in (True, False):
        model = small_network(inputs["seed"], inputs["classes"]).train(training)
        model.register_forward_hook(note)
        found.append(_numbers(answer(model, loader)))
        modes.append(model.training)
    return {
        "answer": found[0],
        "in_train_mode": any(training for training, _ in passes),
        "graph": any(graph for _, graph in passes),
        "modes_after": modes,
    }


def drifting_batchnorm(answer: Answer, inputs: Inputs) -> Any:
    """The head's weights, how far the statistics moved, and the head's mode at each step."""
    model, head = network_with_a_head(inputs["seed"], inputs["head"])
    modes: list[bool] = []
    before = {name: buffer.clone() for name, buffer in model.named_buffers()}
    loader = DataLoader(small_pictures(inputs["seed"], inputs["count"]), inputs["batch_size"])
    optimizer = torch.optim.SGD(head.parameters(), lr=LR)
    optimizer.register_step_pre_hook(lambda *_: modes.append(head[0].training))
    answer(model, inputs["head"], loader, optimizer, inputs["epochs"])
    return {
        "weight": head.get_parameter("1.weight").detach(),
        "moved": max((buffer - before[name]).abs().max().item() for name, buffer in model.named_buffers()),
        "head_modes": modes,
    }


def network_with_a_head(seed: int, name: str) -> tuple[nn.Module, nn.Sequential]:
    """A network and its head. The dropout drops nothing, so that training is the same each time."""
    model = small_network(seed, names=("early", "late", name))
    head = model.get_submodule(name)
    assert isinstance(head, nn.Sequential)
    assert isinstance(head[0], nn.Dropout)
    head[0].p = 0.0
    return model, head


class _Counted(Dataset):
    """A dataset that counts the pictures it gave."""

    def __init__(self, data: Dataset) -> None:
        self.data, self.count = data, 0

    def __len__(self) -> int:
        return len(self.data)  # type: ignore[arg-type]

    def __getitem__(self, index: int) -> Any:
        self.count += 1
        return self.data[index]


def feature_cache(answer: Answer, inputs: Inputs) -> Any:
    """What came back for a backbone in train mode, what it cost, and the modes that two are left in."""
    found, modes, reads = [], [], []
    through = [0, 0]
    for turn, training in enumerate((True, False)):
        backbone = small_backbone(inputs["seed"]).train(training)
        data = _Counted(small_pictures(inputs["seed"], inputs["count"]))

        def note(module: nn.Module, images: tuple[Tensor], features: Tensor, turn: int = turn) -> None:
            through[turn] += len(features)

        backbone.register_forward_hook(note)
        found.append(answer(backbone, DataLoader(data, inputs["batch_size"])))
        modes.append(backbone.training)
        reads.append(data.count)
    tensors = (
        [item for item in found[0] if isinstance(item, Tensor)] if isinstance(found[0], tuple | list) else []
    )
    return {
        "answer": found[0],
        "graph": any(tensor.requires_grad for tensor in tensors),
        "inference": any(tensor.is_inference() for tensor in tensors),
        "read": reads[0],
        "through": through[0],
        "modes_after": modes,
    }


def small_backbone(seed: int) -> nn.Module:
    """A network whose head gives on the features (N, 8) as they are."""
    model = small_network(seed)
    model.head = nn.Identity()
    return model


def cats_and_dogs(answer: Answer, inputs: Inputs) -> Any:
    """The answers of each round."""
    found = []
    for drawn in inputs["rounds"]:
        images, labels = _pictures(drawn["train"])
        found.append(answer(Pictures(images, labels, list(CATS_AND_DOGS)), _pictures(drawn["pictures"])[0]))
    return found


def _pictures(pictures: list[list[Any]]) -> tuple[Tensor, list[int]]:
    """The prepared images (N, 3, 64, 64) at [split, index], and their labels among cats and dogs."""
    profile = load_profile("pocket")
    read = [getattr(profile, split)[index] for split, index in pictures]
    names = [profile.classes[label] for _, label in read]
    return torch.stack([image for image, _ in read]), [CATS_AND_DOGS.index(name) for name in names]


def freeze_backbone(answer: Answer, inputs: Inputs) -> Any:
    """Flags, moved statistics and modes after the answer and two forward passes."""
    head = inputs["names"][-1]
    model = small_network(inputs["seed"], names=inputs["names"]).eval()
    before = {name: buffer.clone() for name, buffer in model.named_buffers()}
    answer(model, head)
    images = small_pictures(inputs["seed"], 12).tensors[0]
    with torch.no_grad():
        alone, together = model.pooled(images[:4]), model.pooled(images)[:4]
    return {
        "requires_grad": {name: parameter.requires_grad for name, parameter in model.named_parameters()},
        "moved": {name: (buffer - before[name]).abs().max().item() for name, buffer in model.named_buffers()},
        "batch_effect": (alone - together).abs().max().item(),
        "head_in_train_mode": model.get_submodule(f"{head}.0").training,
    }


def missing_eval(answer: Answer, inputs: Inputs) -> Any:
    """The accuracy, what became of the statistics, and the modes of all modules before and after."""
    model = small_network(inputs["seed"]).train(inputs["training"])
    before = {name: buffer.clone() for name, buffer in model.named_buffers()}
    loader = DataLoader(small_pictures(inputs["seed"], inputs["count"]), batch_size=inputs["batch_size"])
    value = answer(model, loader)
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    return {
        "accuracy": value,
        "moved": max((buffer - before[name]).abs().max().item() for name, buffer in model.named_buffers()),
        "training_after": [module.training for module in (model, *norms)],
    }


def _numbers(value: Any) -> Any:
    """Tensors without a dimension as the numbers that they hold."""
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_numbers(item) for item in value]
    return value.item() if isinstance(value, Tensor) and value.ndim == 0 else value
