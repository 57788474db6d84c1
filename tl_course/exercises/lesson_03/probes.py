"""What is asked of the answers of lesson 03. Nothing here knows what is expected."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.utils.data import Dataset
from torchvision.transforms import InterpolationMode

from tl_course.exercises.checks import Answer, Inputs
from tl_course.exercises.small_worlds import (
    colour_network,
    coloured_photos,
    small_network,
    small_pictures,
    striped_photos,
)
from tl_course.models import load_backbone
from tl_course.models.registry import ImageClassification, Weights

SIDE = 64  # pixels of a picture, where networks of torchvision and of the course look at some


def loss_stands_still(answer: Answer, inputs: Inputs) -> Any:
    """What came back, what the optimizer holds, and what one step of training moves."""
    torch.manual_seed(inputs["seed"])
    model = load_backbone(inputs["name"], weights=None)
    old = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
    returned = answer(model, inputs["num_classes"], inputs["lr"])
    parts = list(returned) if isinstance(returned, list | tuple) else [returned]
    kinds = [isinstance(part, kind) for part, kind in zip(parts, (nn.Module, Optimizer), strict=False)]
    if kinds != [True, True] or len(parts) != 2:
        return {"returned": [type(part).__name__ for part in parts]}
    return {"returned": ["model", "optimizer"], **_one_step(parts[0], parts[1], old)}


def _one_step(model: nn.Module, optimizer: Optimizer, old: dict[str, Tensor]) -> dict[str, Any]:
    named = dict(model.named_parameters())
    pieces = [name for name in named if name in old and _is_piece(named[name], old[name])]
    before = {name: parameter.detach().clone() for name, parameter in named.items()}
    held = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
    logits = model(torch.randn(4, 3, SIDE, SIDE))
    loss = F.cross_entropy(logits, torch.arange(4) % logits.shape[1])
    if loss.requires_grad:
        loss.backward()
    optimizer.step()
    return {
        "pieces": pieces,
        "outputs": logits.shape[1],
        "trains": [name for name, parameter in named.items() if parameter.requires_grad],
        "held": [name for name, parameter in named.items() if id(parameter) in held],
        "strange": len(held - {id(parameter) for parameter in named.values()}),
        "rates": [group["lr"] for group in optimizer.param_groups],
        "moved": [name for name in named if not torch.equal(named[name], before[name])],
    }


def _is_piece(new: Tensor, old: Tensor) -> bool:
    """Whether a weight is the first rows of a larger one."""
    fits = new.ndim > 1 and new.shape[1:] == old.shape[1:] and len(new) < len(old)
    return fits and torch.equal(new, old[: len(new)])


def _modes(model: nn.Module) -> list[bool]:
    """Fills up with whether `model` is in train mode, each time that its dropout runs."""
    modes: list[bool] = []
    for layer in model.modules():
        if isinstance(layer, nn.Dropout):
            layer.register_forward_pre_hook(lambda layer, _: modes.append(layer.training))
    return modes


def disagrees_with_itself(answer: Answer, inputs: Inputs) -> Any:
    """Differences of a model from itself, and of two models."""
    one, other = small_network(inputs["seed"]), small_network(inputs["seed"] + 1)
    modes = [_modes(one), _modes(other)]
    pictures = small_pictures(inputs["seed"], inputs["count"])
    torch.manual_seed(inputs["seed"])
    found = {"itself": answer(one, one, pictures)}
    one.train()
    found["two"] = answer(one, other, pictures)
    return {**{name: _number(value) for name, value in found.items()}, "in_train_mode": any(map(any, modes))}


def bad_in_the_app(answer: Answer, inputs: Inputs) -> Any:
    """Classes of pictures of the expected size, of larger ones, and of larger ones with fine stripes."""
    model = colour_network(inputs["seed"], inputs["classes"])
    modes = _modes(model)

    def ask(pictures: list[Image.Image], interpolation: str) -> list[Any]:
        preset = partial(
            ImageClassification, crop_size=inputs["side"], resize_size=inputs["side"], mean=inputs["mean"],
            std=inputs["std"], interpolation=InterpolationMode[interpolation],
        )  # fmt: skip
        weights = Weights(url="", transforms=preset, meta={})
        return [_number(answer(model.train(), weights, picture)) for picture in pictures]

    seed, count, side = inputs["seed"], inputs["count"], inputs["side"]
    return {
        "fitting": ask(coloured_photos(seed, count, side, side), "BILINEAR"),
        "larger": ask(coloured_photos(seed, count, *inputs["larger"]), "BILINEAR"),
        "striped": ask(striped_photos(seed, count, *inputs["larger"]), "NEAREST"),
        "in_train_mode": any(modes),
    }


def _number(value: Any) -> Any:
    """A tensor of one number is as good as the number, also in a list or as a dictionary's value."""
    if isinstance(value, dict):
        return {key: _number(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_number(item) for item in value]
    return value.item() if isinstance(value, Tensor) and value.numel() == 1 else value


class InventedNetwork(nn.Module):
    """A family that nobody knows. `gate` weighs channels by their means; the head is made before `neck`.

    Made last is not called last: `neck` comes before the head in the forward pass. `wide` is a 3 x 3
    convolution that has as many outputs as the head; it is made before the head or after it.
    """

    def __init__(
        self, place: str, kind: str, inputs: int, source_classes: int, bias: bool, decoy_first: bool
    ) -> None:
        """`place` is the dotted name of the head, "outer.inner"; `kind` is "Linear" or "Conv2d"."""
        super().__init__()
        outer, inner = place.split(".")
        self.place, self.kind = place, kind
        self.stem = nn.Conv2d(3, 8, 3, stride=4, padding=1)
        self.gate = nn.Sequential(nn.Linear(8, 2), nn.ReLU(), nn.Linear(2, 8), nn.Sigmoid())
        wide = nn.Conv2d(8, source_classes, 3, padding=1)
        if decoy_first:
            self.wide = wide
        if kind == "Linear":
            head: nn.Module = nn.Linear(inputs, source_classes, bias=bias)
            neck: nn.Module = nn.Linear(source_classes, inputs)
        else:
            head = nn.Conv2d(inputs, source_classes, 1, bias=bias)
            neck = nn.Conv2d(source_classes, inputs, 1)
        self.add_module(outer, nn.ModuleDict({"drop": nn.Dropout(0.2), inner: head}))
        self.neck, self.wide = neck, wide

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
        invented = ("place", "kind", "inputs", "source_classes", "bias", "decoy_first")
        model: nn.Module = InventedNetwork(**{name: spec[name] for name in invented})
    else:
        model = load_backbone(spec["family"], weights=None)
    model.train(spec["training"]).requires_grad_(not spec["frozen"])
    layers, free = _states(model, spec["place"])
    before = {name: value.clone() for name, value in model.state_dict().items()}
    old = before[f"{spec['place']}.weight"]
    returned = answer(model, num_classes, spec["source_classes"])
    after = model.state_dict()
    same = [name for name in before if name in after and torch.equal(after[name], before[name])]
    layers_after, free_after = _states(model, spec["place"])
    return {
        "thawed": [name for name in free if not free[name] and free_after.get(name)],
        "froze": [name for name in free if free[name] and not free_after.get(name, True)],
        "switched": [name for name in layers if layers_after.get(name, layers[name]) != layers[name]],
        "returned": returned,
        "outputs": _outputs(model),
        "lost": [name for name in before if name not in same],
        "added": [name for name in after if name not in before],
        "head": _layer(dict(model.named_modules()).get(spec["place"]), old),
    }


def _states(model: nn.Module, head: str) -> tuple[dict[str, bool], dict[str, bool]]:
    """Of each layer whether it is in train mode, of each parameter whether it trains, without the head."""
    layers = {name: layer.training for name, layer in model.named_modules() if not name.startswith(head)}
    parameters = {name: one.requires_grad for name, one in model.named_parameters()}
    return layers, {name: free for name, free in parameters.items() if not name.startswith(f"{head}.")}


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
    return {
        "kind": type(layer).__name__,
        "shape": list(layer.weight.shape),
        "bias": layer.bias is not None,
        "trains": layer.weight.requires_grad,
        "copied": _is_piece(layer.weight, old),
    }


class Photos(Dataset[Any]):
    """Pairs of (PIL image, label) as a dataset that is no list."""

    def __init__(self, pairs: list[Any]) -> None:
        """`pairs` are given out as they are."""
        self.pairs = pairs

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, index: int) -> Any:
        return self.pairs[index]


def compare_two_families(answer: Answer, inputs: Inputs) -> Any:
    """The report on each pair of networks."""
    return [_report(answer, pair) for pair in inputs["pairs"]]


def _report(answer: Answer, pair: dict[str, Any]) -> Any:
    names = list(pair["costs"])
    photos = coloured_photos(pair["seed"], len(pair["labels"]), *pair["size"])
    pictures = list(zip(photos, pair["labels"], strict=True))
    models = {name: colour_network(pair["seed"] + place, pair["classes"]) for place, name in enumerate(names)}
    modes = [_modes(model) for model in models.values()]
    transforms = {name: ImageClassification(**pair["presets"][name]) for name in names}
    report = answer(models, transforms, pair["costs"], Photos(pictures) if pair["dataset"] else pictures)
    return {"report": _number(report), "in_train_mode": any(map(any, modes))}
