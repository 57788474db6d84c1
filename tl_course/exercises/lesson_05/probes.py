"""What is asked of the answers of lesson 05. Nothing here knows what is expected."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor, nn

from tl_course.exercises.checks import Answer, Inputs
from tl_course.exercises.plain import plain
from tl_course.exercises.small_worlds import SmallNetwork, small_network, small_pictures

FROZEN = ("frozen", "frozen backbone", "free")


def pointing_game(answer: Answer, inputs: Inputs) -> Any:
    """What comes for maps with one highest pixel each, and for maps with several."""
    arrays = {name: values.numpy() for name, values in inputs.items()}
    return {
        "share": _number(answer(arrays["maps"].copy(), arrays["masks"].copy())),
        "tied": _number(answer(arrays["tied"].copy(), arrays["masks"].copy())),
    }


def frozen_grad_cam(answer: Answer, inputs: Inputs) -> Any:
    """For each state of the same model: the map, or the error, and what became of model and picture."""
    return {state: _frozen(answer, inputs, state) for state in FROZEN}


def _frozen(answer: Answer, inputs: Inputs, state: str) -> Any:
    model = small_network(inputs["seed"]).eval().requires_grad_(state == "free")
    model.get_submodule("head").requires_grad_(state != "frozen")
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 0.5) if parameter.requires_grad else None
    before = _gradients(model)
    flags = {name: parameter.requires_grad for name, parameter in model.named_parameters()}
    image = small_pictures(inputs["seed"], 3).tensors[0][1]
    try:
        found = {"map": answer(model, image, inputs["target"], model.get_submodule("late"))}
    except RuntimeError as error:
        if "grad" not in str(error):
            raise
        found = {"map": None, "error": str(error).splitlines()[0]}
    after = {name: parameter.requires_grad for name, parameter in model.named_parameters()}
    return {
        **found,
        "flags_changed": [name for name, flag in after.items() if flag != flags[name]],
        "gradients_changed": _changed(before, _gradients(model)),
        "image_asks": image.requires_grad,
    }


def wrong_class(answer: Answer, inputs: Inputs) -> Any:
    """Classes and maps of as many pictures as there are classes, and of another number of pictures."""
    images, many = small_pictures(inputs["seed"], inputs["count"]).tensors[0], inputs["classes"]
    model = even_network(inputs["seed"], images, many).requires_grad_(True)
    layer = model.get_submodule("late")
    found = {"as_many": _classes_and_maps(answer(model, images[:many].clone(), layer))}
    try:
        found["others"] = _classes_and_maps(answer(model, images[many:].clone(), layer))
    except (IndexError, RuntimeError, ValueError) as error:  # shapes that fit for `many` pictures only
        found["others"] = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
    return found


def _classes_and_maps(pair: Any) -> dict[str, Any]:
    said, maps = pair
    return {"said": said, "maps": maps}


def places_network(seed: int, height: int, width: int, classes: int = 4) -> nn.Sequential:
    """Maps of half the picture's size in `pool`, and a linear head that reads every place by itself.

    In train mode; nothing speaks for the last class anywhere.
    """
    generator = torch.Generator().manual_seed(seed)
    features = small_network(seed, width=6).get_submodule("early")
    head = nn.Linear(6 * (height // 2) * (width // 2), classes)
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.2)
        head.weight[-1] = -head.weight[-1].abs()
    layers = [("features", features), ("pool", nn.AvgPool2d(2)), ("flat", nn.Flatten())]
    return nn.Sequential(OrderedDict([*layers, ("drop", nn.Dropout(0.5)), ("head", head)])).train()


def places_picture(seed: int, height: int, width: int) -> Tensor:
    """A random picture (3, height, width)."""
    return torch.randn(3, height, width, generator=torch.Generator().manual_seed(seed))


def grad_cam_by_hand(answer: Answer, inputs: Inputs) -> Any:
    """A map in train mode, one of a class that nothing speaks for in eval mode, and what is left behind."""
    size = inputs["height"], inputs["width"]
    model, image = places_network(inputs["seed"], *size), places_picture(inputs["seed"], *size)
    layer = model.get_submodule("pool")
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 0.5)
    gradients, hooks = _gradients(model), _count_hooks(model)
    forward_modes: list[bool] = []
    watch = model.get_submodule("drop").register_forward_pre_hook(
        lambda module, inputs: forward_modes.append(module.training)
    )
    found = answer(model, image.clone(), inputs["target"], layer)
    after_train = all(module.training for module in model.modules())
    nothing = answer(model.eval(), image.clone(), 3, layer)
    after_eval = not any(module.training for module in model.modules())
    watch.remove()
    return {
        "map": found,
        "nothing": nothing,
        "forward_in_train_mode": any(forward_modes[:1]),
        "modes_kept": [after_train, after_eval],
        "hooks_left": _count_hooks(model) - hooks,
        "gradients_changed": _changed(gradients, _gradients(model)),
    }


def even_network(seed: int, images: Tensor, classes: int, never: int | None = None) -> SmallNetwork:
    """A frozen network in eval mode that is fair to all classes on these images, but gives none `never`."""
    network = small_network(seed, classes).eval().requires_grad_(False)
    head = network.get_submodule("head.1")
    scores = network(images)
    head.get_parameter("weight").div_(scores.std(0)[:, None])
    head.get_parameter("bias").sub_(scores.mean(0)).div_(scores.std(0))
    if never is not None:
        head.get_parameter("bias")[never] = -100
    return network


def explain_predictions(answer: Answer, inputs: Inputs) -> Any:
    """The shares of hits and the suspects, for a frozen model."""
    images = small_pictures(inputs["seed"], inputs["count"], side=inputs["side"]).tensors[0]
    model = even_network(inputs["seed"], images, inputs["classes"], inputs["never"])
    hits, suspects = answer(model, images, inputs["masks"].numpy().copy(), inputs["layer"])
    if isinstance(hits, dict):
        hits = {str(_number(key)): _number(value) for key, value in hits.items()}
    if isinstance(suspects, set | frozenset | tuple):
        suspects = list(suspects)
    return {
        "hits": hits,
        "suspects": [_number(item) for item in suspects] if isinstance(suspects, list) else suspects,
    }


def _number(value: Any) -> Any:
    """Plain data; a tensor of no dimension as the number in it."""
    value = plain(value)
    return value.item() if isinstance(value, Tensor) and value.ndim == 0 else value


def _gradients(model: nn.Module) -> dict[str, Tensor | None]:
    return {
        name: None if parameter.grad is None else parameter.grad.clone()
        for name, parameter in model.named_parameters()
    }


def _changed(before: dict[str, Tensor | None], after: dict[str, Tensor | None]) -> list[str]:
    """The parameters whose gradient is not what it was."""
    pairs = [(name, before[name], after[name]) for name in before]
    return [
        name
        for name, one, other in pairs
        if (one is None) != (other is None)
        or (one is not None and other is not None and not one.equal(other))
    ]


def _count_hooks(model: nn.Module) -> int:
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return sum(len(getattr(module, kind)) for module in model.modules() for kind in kinds)
