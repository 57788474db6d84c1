"""What is asked of the answers of lesson 03. Nothing here knows what is expected."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Optimizer

from tl_course.exercises.checks import Answer, Inputs
from tl_course.exercises.small_worlds import (
    colour_network,
    coloured_photos,
    small_network,
    small_pictures,
)
from tl_course.models import load_backbone
from tl_course.models.registry import ImageClassification, Weights

SIDE = 64  # pixels of a picture, where networks of torchvision and of the course look at some


def stale_optimizer(answer: Answer, inputs: Inputs) -> Any:
    """What came back, what the optimizer holds, and what one step of training moves."""
    torch.manual_seed(inputs["seed"])
    model = load_backbone(inputs["name"], weights=None)
    returned = answer(model, inputs["num_classes"], inputs["lr"])
    parts = list(returned) if isinstance(returned, list | tuple) else [returned]
    kinds = [isinstance(part, kind) for part, kind in zip(parts, (nn.Module, Optimizer), strict=False)]
    if kinds != [True, True] or len(parts) != 2:
        return {"returned": [type(part).__name__ for part in parts]}
    return {"returned": ["model", "optimizer"], **_one_step(*parts)}


def _one_step(model: nn.Module, optimizer: Optimizer) -> dict[str, Any]:
    named = dict(model.named_parameters())
    before = {name: parameter.detach().clone() for name, parameter in named.items()}
    held = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
    logits = model(torch.randn(4, 3, SIDE, SIDE))
    loss = F.cross_entropy(logits, torch.arange(4) % logits.shape[1])
    if loss.requires_grad:
        loss.backward()
    optimizer.step()
    return {
        "outputs": logits.shape[1],
        "trains": [name for name, parameter in named.items() if parameter.requires_grad],
        "held": [name for name, parameter in named.items() if id(parameter) in held],
        "strange": len(held - {id(parameter) for parameter in named.values()}),
        "rates": [group["lr"] for group in optimizer.param_groups],
        "moved": [name for name in named if not torch.equal(named[name], before[name])],
    }


def missing_normalisation(answer: Answer, inputs: Inputs) -> Any:
    """Classes of pictures of the expected size, asked twice, and of larger ones."""
    model = colour_network(inputs["seed"], inputs["classes"])
    preset = partial(
        ImageClassification, crop_size=inputs["side"], resize_size=inputs["side"], mean=inputs["mean"],
        std=inputs["std"],
    )  # fmt: skip
    weights = Weights(url="", transforms=preset, meta={})

    def ask(width: int, height: int) -> list[Any]:
        pictures = coloured_photos(inputs["seed"], inputs["count"], width, height)
        return [_number(answer(model.train(), weights, picture)) for picture in pictures]

    fitting = [ask(inputs["side"], inputs["side"]) for _ in range(2)]
    return {"fitting": fitting, "larger": ask(*inputs["larger"])}


def _number(value: Any) -> Any:
    """A tensor of one number is as good as the number, also as a dictionary's value."""
    if isinstance(value, dict):
        return {key: _number(item) for key, item in value.items()}
    return value.item() if isinstance(value, Tensor) and value.numel() == 1 else value


def shuffled_validation(answer: Answer, inputs: Inputs) -> Any:
    """Differences of a model from itself, and of two models."""
    one, other = small_network(inputs["seed"]), small_network(inputs["seed"] + 1)
    pictures = small_pictures(inputs["seed"], inputs["count"])
    torch.manual_seed(inputs["seed"])
    return {"itself": answer(one, one, pictures), "two": answer(one, other, pictures)}


class InventedNetwork(nn.Module):
    """A family that nobody knows. `gate` weighs channels by their means; the head is made before `neck`.

    Made last is not called last: `neck` comes before the head in the forward pass. `wide` is a 3 x 3
    convolution that has as many outputs as the head.
    """

    def __init__(self, place: str, kind: str, inputs: int, source_classes: int, bias: bool) -> None:
        """`place` is the dotted name of the head, "outer.inner"; `kind` is "Linear" or "Conv2d"."""
        super().__init__()
        outer, inner = place.split(".")
        self.place, self.kind = place, kind
        self.stem = nn.Conv2d(3, 8, 3, stride=4, padding=1)
        self.gate = nn.Sequential(nn.Linear(8, 2), nn.ReLU(), nn.Linear(2, 8), nn.Sigmoid())
        self.wide = nn.Conv2d(8, source_classes, 3, padding=1)
        if kind == "Linear":
            head: nn.Module = nn.Linear(inputs, source_classes, bias=bias)
            neck: nn.Module = nn.Linear(source_classes, inputs)
        else:
            head = nn.Conv2d(inputs, source_classes, 1, bias=bias)
            neck = nn.Conv2d(source_classes, inputs, 1)
        self.add_module(outer, nn.ModuleDict({"drop": nn.Dropout(0.2), inner: head}))
        self.neck = neck

    def forward(self, images: Tensor) -> Tensor:
        """Logits, (N, source_classes)."""
        maps = self.stem(images).relu()
        maps = maps * self.gate(maps.mean((2, 3)))[:, :, None, None]
        maps = self.wide(maps).relu()
        outer, inner = self.place.split(".")
        head = self.get_submodule(outer)
        features = self.neck(maps.mean((2, 3)) if self.kind == "Linear" else maps)
        logits = head.get_submodule(inner)(head.get_submodule("drop")(features.relu()))
        return logits if self.kind == "Linear" else logits.mean((2, 3))


def head_of_an_unknown_family(answer: Answer, inputs: Inputs) -> Any:
    """For each network what came back, its layers afterwards, and what else has changed."""
    return [_with_new_head(answer, spec, inputs["num_classes"]) for spec in inputs["networks"]]


def _with_new_head(answer: Answer, spec: dict[str, Any], num_classes: int) -> dict[str, Any]:
    torch.manual_seed(spec["seed"])
    if spec["family"] == "invented":
        invented = ("place", "kind", "inputs", "source_classes", "bias")
        model: nn.Module = InventedNetwork(**{name: spec[name] for name in invented})
    else:
        model = load_backbone(spec["family"], weights=None)
    model.eval().requires_grad_(False)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    old = before[f"{spec['place']}.weight"]
    returned = answer(model, num_classes, spec["source_classes"])
    after = model.state_dict()
    same = [name for name in before if name in after and torch.equal(after[name], before[name])]
    return {
        "returned": returned,
        "outputs": _outputs(model),
        "lost": [name for name in before if name not in same],
        "added": [name for name in after if name not in before],
        "head": _layer(dict(model.named_modules()).get(spec["place"]), old),
    }


def _outputs(model: nn.Module) -> Any:
    """The shape of an answer to two pictures, or why there is none."""
    try:
        with torch.no_grad():
            return list(model.eval()(torch.zeros(2, 3, SIDE, SIDE)).shape)
    except Exception as problem:  # the answer has put a layer where it does not fit: that is what came
        return type(problem).__name__


def _layer(layer: nn.Module | None, old: Tensor) -> dict[str, Any]:
    if not isinstance(layer, nn.Linear | nn.Conv2d):
        return {"kind": type(layer).__name__}
    rows = min(len(layer.weight), len(old))
    return {
        "kind": type(layer).__name__,
        "shape": list(layer.weight.shape),
        "bias": layer.bias is not None,
        "trains": layer.weight.requires_grad,
        "copied": layer.weight.shape[1:] == old.shape[1:] and torch.equal(layer.weight[:rows], old[:rows]),
    }


def compare_two_families(answer: Answer, inputs: Inputs) -> Any:
    """The report on each pair of networks."""
    return [_report(answer, pair) for pair in inputs["pairs"]]


def _report(answer: Answer, pair: dict[str, Any]) -> Any:
    names = list(pair["costs"])
    photos = coloured_photos(pair["seed"], len(pair["labels"]), *pair["size"])
    report = answer(
        {name: colour_network(pair["seed"] + place, pair["classes"]) for place, name in enumerate(names)},
        {name: ImageClassification(**pair["presets"][name]) for name in names},
        pair["costs"],
        list(zip(photos, pair["labels"], strict=True)),
    )
    return _number(report)
