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
    prepared = {name: _named(answer(picture(inputs, "RGB"), get_weight(name))) for name in inputs["weights"]}
    modes: dict[str, Any] = {}
    for mode in ("L", "RGBA"):
        try:
            modes[mode] = _named(answer(picture(inputs, mode), get_weight(inputs["weights"][0])))
        except Exception as problem:  # only a part of the task: what it meets here is told with the others
            modes[mode] = f"{type(problem).__name__}: {problem}"
    return {"prepared": prepared, "modes": modes}


def picture(inputs: Inputs, mode: str) -> Image.Image:
    """Random pixels, in a range that no interpolation leaves; an alpha channel is random too."""
    width, height = inputs["size"]
    random = np.random.default_rng(inputs["seed"])
    image = Image.fromarray(random.integers(48, 208, (height, width, 3), dtype=np.uint8)).convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.fromarray(random.integers(0, 256, (height, width), dtype=np.uint8)))
    return image


def loss_by_batch_size(answer: Answer, inputs: Inputs) -> Any:
    """The two numbers that came back; whether the model was in train mode at each pass, and at the end."""
    model = small_network(inputs["seed"], inputs["classes"]).eval()
    modes: list[bool] = []
    model.register_forward_hook(lambda module, *_: modes.append(_awake(module)))
    data = small_pictures(inputs["seed"], inputs["count"], inputs["classes"])
    found = _numbers(answer(model, DataLoader(data, inputs["batch_size"])))
    return {"answer": found, "modes": [*modes, _awake(model)]}


def exact_evaluation(answer: Answer, inputs: Inputs) -> Any:
    """What came back where a class is missing among the labels; where only that stops it, the problem."""
    try:
        return _evaluated(answer, inputs, inputs["classes"] - 1)
    except (IndexError, RuntimeError, ValueError) as problem:
        _evaluated(answer, inputs, inputs["classes"])  # raises again, unless the missing class was the cause
        return {"problem": f"{type(problem).__name__}: {problem}"}


def _evaluated(answer: Answer, inputs: Inputs, classes: int) -> Any:
    """The measurements, what a forward pass was like, and the modes that two models are left in."""
    loader = DataLoader(small_pictures(inputs["seed"], inputs["count"], classes), inputs["batch_size"])
    passes: list[tuple[bool, bool]] = []

    def note(model: nn.Module, images: Any, logits: Tensor) -> None:
        passes.append((_awake(model), logits.requires_grad))

    found, modes = [], []
    for training in (True, False):
        model = small_network(inputs["seed"], inputs["classes"]).train(training)
        model.register_forward_hook(note)
        found.append(_numbers(answer(model, loader)))
        modes.append(model.training)
    if isinstance(found[0], dict) and "confusion" in found[0]:
        found[0]["confusion"] = _named(found[0]["confusion"])
    return {
        "answer": found[0],
        "in_train_mode": any(awake for awake, _ in passes),
        "graph": any(graph for _, graph in passes),
        "modes_after": modes,
    }


def backbone_walks_away(answer: Answer, inputs: Inputs) -> Any:
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
    passes: list[list[tuple[int, bool]]] = [[], []]
    for turn, training in enumerate((True, False)):
        backbone = small_backbone(inputs["seed"]).train(training)
        data = _Counted(small_pictures(inputs["seed"], inputs["count"]))

        def note(module: nn.Module, images: Any, features: Tensor, turn: int = turn) -> None:
            passes[turn].append((len(features), _awake(module)))

        backbone.register_forward_hook(note)
        found.append(answer(backbone, DataLoader(data, inputs["batch_size"])))
        modes.append(backbone.training)
        reads.append(data.count)
    pair = list(found[0]) if isinstance(found[0], tuple | list) else found[0]
    tensors = [item for item in pair if isinstance(item, Tensor)] if isinstance(pair, list) else []
    return {
        "answer": [_named(item) for item in pair] if isinstance(pair, list) else pair,
        "graph": any(tensor.requires_grad for tensor in tensors),
        "inference": any(tensor.is_inference() for tensor in tensors),
        "in_train_mode": any(awake for _, awake in passes[0]),
        "read": reads[0],
        "through": sum(count for count, _ in passes[0]),
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
    """What became of a network that came with every parameter free, and of one with every one frozen."""
    return [_frozen(answer, inputs, free) for free in (True, False)]


def _frozen(answer: Answer, inputs: Inputs, free: bool) -> Any:
    """Flags, moved statistics and modes after the answer and two forward passes."""
    _, late, head = inputs["names"]
    model = small_network(inputs["seed"], names=inputs["names"]).requires_grad_(free).train(free)
    dropout = nn.Dropout(0.0).train(free)  # drops nothing: a second pass gives the same
    model.get_submodule(late).add_module("drop", dropout)
    before = {name: buffer.clone() for name, buffer in model.named_buffers()}
    answer(model, head)
    images = small_pictures(inputs["seed"], 12).tensors[0]
    with torch.no_grad():
        alone, together = model.pooled(images[:4]), model.pooled(images)[:4]
    return {
        "requires_grad": {name: parameter.requires_grad for name, parameter in model.named_parameters()},
        "moved": {name: (buffer - before[name]).abs().max().item() for name, buffer in model.named_buffers()},
        "batch_effect": (alone - together).abs().max().item(),
        "dropout_awake": dropout.training,
        "head_in_train_mode": model.get_submodule(f"{head}.0").training,
    }


def two_accuracies(answer: Answer, inputs: Inputs) -> Any:
    """For a model in train mode, then in eval mode: what came back, what moved, the modes that are left."""
    loader = DataLoader(
        small_pictures(inputs["seed"], inputs["count"], inputs["classes"]), inputs["batch_size"]
    )
    found, moved, after, passes = [], [], [], []
    for training in (True, False):
        model = small_network(inputs["seed"], inputs["classes"]).train(training)
        model.register_forward_hook(lambda module, *_: passes.append(_awake(module)))
        before = {name: buffer.clone() for name, buffer in model.named_buffers()}
        found.append(_numbers(answer(model, loader)))
        moved += [(buffer - before[name]).abs().max().item() for name, buffer in model.named_buffers()]
        after.append([module.training for module in model.modules()])
    return {"accuracy": found, "moved": max(moved), "training_after": after, "in_train_mode": any(passes)}


def _awake(model: nn.Module) -> bool:
    """Whether a BatchNorm or dropout layer is in train mode."""
    return any(
        module.training for module in model.modules() if isinstance(module, nn.BatchNorm2d | nn.Dropout)
    )


def _named(value: Any) -> Any:
    """An array by its type's name: as plain data it would be a tensor."""
    return f"an {type(value).__name__} object" if isinstance(value, np.ndarray) else value


def _numbers(value: Any) -> Any:
    """Tensors without a dimension as the numbers that they hold."""
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_numbers(item) for item in value]
    return value.item() if isinstance(value, Tensor) and value.ndim == 0 else value
