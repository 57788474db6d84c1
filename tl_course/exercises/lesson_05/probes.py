"""What is asked of the answers of lesson 05. Nothing here knows what is expected."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from tl_course.exercises.checks import Answer, Inputs
from tl_course.exercises.plain import plain
from tl_course.exercises.small_worlds import SmallNetwork, small_network, small_pictures

FROZEN = ("frozen", "frozen backbone", "free")


def pointing_game(answer: Answer, inputs: Inputs) -> Any:
    """What comes for maps with one highest pixel each, and for maps with several."""
    found: dict[str, Any] = {"changed": []}
    for name in ("maps", "tied"):
        given = {"maps": inputs[name].numpy().copy(), "masks": inputs["masks"].numpy().copy()}
        found[name] = _number(answer(given["maps"], given["masks"]))
        before = {"maps": inputs[name].numpy(), "masks": inputs["masks"].numpy()}
        found["changed"] += [one for one in given if not np.array_equal(given[one], before[one])]
    return found


def no_map_any_more(answer: Answer, inputs: Inputs) -> Any:
    """For each state of the same model: the map, or the error, and what became of model and picture."""
    return {state: _frozen(answer, inputs, state) for state in FROZEN}


def _frozen(answer: Answer, inputs: Inputs, state: str) -> Any:
    model = strided_network(inputs["seed"]).eval().requires_grad_(state == "free")
    model.get_submodule("head").requires_grad_(state != "frozen")
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 0.5) if parameter.requires_grad else None
    before = _gradients(model)
    flags = {name: parameter.requires_grad for name, parameter in model.named_parameters()}
    image = pictures(inputs["seed"], 1, inputs["height"], inputs["width"])[0]
    try:
        found = {"map": answer(model, image, inputs["target"], model.get_submodule("late"))}
    except RuntimeError as error:
        if "grad" not in str(error):
            raise
        found = {"map": None, "error": str(error).splitlines()[0]}
    after = {name: parameter.requires_grad for name, parameter in model.named_parameters()}
    return {
        **found,
        "flags_changed": [[name, flags[name]] for name, flag in after.items() if flag != flags[name]],
        "gradients_changed": _changed(before, _gradients(model)),
        "image_asks": image.requires_grad,
    }


def maps_change_with_order(answer: Answer, inputs: Inputs) -> Any:
    """Classes and maps of as many pictures as there are classes, of another number, and of one picture."""
    images, many = (
        pictures(inputs["seed"], inputs["count"], inputs["height"], inputs["width"]),
        inputs["classes"],
    )
    model = even_network(strided_network(inputs["seed"], many), images).requires_grad_(True)
    layer = model.get_submodule("late")
    found = {"as_many": _classes_and_maps(answer(model, images[:many].clone(), layer))}
    for name, some in (("others", images[many:]), ("one", images[-1:])):
        try:
            found[name] = _classes_and_maps(answer(model, some.clone(), layer))
        except (
            IndexError,
            RuntimeError,
            TypeError,
            ValueError,
        ) as error:  # shapes that fit `many` pictures only
            found[name] = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
    return found


def _classes_and_maps(found: Any) -> dict[str, Any]:
    if not isinstance(found, tuple | list) or len(found) != 2:
        return {"no_pair": found}
    return {"said": found[0], "maps": found[1]}


def strided_network(seed: int, classes: int = 4) -> SmallNetwork:
    """A small network in train mode whose last stage has maps of half the picture's size."""
    network = small_network(seed, classes)
    conv = network.get_submodule("late.conv")
    assert isinstance(conv, nn.Conv2d)
    conv.stride = (2, 2)
    return network


def pictures(seed: int, count: int, height: int, width: int) -> Tensor:
    """Random pictures (count, 3, height, width)."""
    return torch.randn(count, 3, height, width, generator=torch.Generator().manual_seed(seed))


NOTHING, EVERYWHERE = 4, 3  # the classes of `places_network` that all or no places speak against


def places_network(seed: int, height: int, width: int) -> nn.Sequential:
    """Maps of half the picture's size in `pool`, and a linear head that reads every place by itself.

    Five classes, in train mode. Every place speaks for class EVERYWHERE and against class NOTHING.
    """
    generator = torch.Generator().manual_seed(seed)
    features = small_network(seed, width=6).get_submodule("early")
    head = nn.Linear(6 * (height // 2) * (width // 2), 5)
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.2)
        head.weight[EVERYWHERE] = head.weight[EVERYWHERE].abs()
        head.weight[NOTHING] = -head.weight[NOTHING].abs()
    layers = [("features", features), ("pool", nn.AvgPool2d(2)), ("flat", nn.Flatten())]
    return nn.Sequential(OrderedDict([*layers, ("drop", nn.Dropout(0.5)), ("head", head)])).train()


def grad_cam_by_hand(answer: Answer, inputs: Inputs) -> Any:
    """A map in train mode, two of extreme classes in eval mode, and what is left behind."""
    size = inputs["height"], inputs["width"]
    model, image = places_network(inputs["seed"], *size), pictures(inputs["seed"], 1, *size)[0]
    layer = model.get_submodule("pool")
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 0.5)
    gradients, hooks = _gradients(model), _count_hooks(model)
    forward_modes: list[bool] = []
    watch = model.get_submodule("drop").register_forward_pre_hook(
        lambda module, inputs: forward_modes.append(module.training)
    )
    found = answer(model, image.clone(), inputs["target"], layer)
    after_train, in_train_mode = all(module.training for module in model.modules()), any(forward_modes)
    everywhere = answer(model.eval(), image.clone(), EVERYWHERE, layer)
    nothing = answer(model.eval(), image.clone(), NOTHING, layer)
    after_eval = not any(module.training for module in model.modules())
    watch.remove()
    return {
        "map": found,
        "asks": isinstance(found, Tensor) and found.requires_grad,
        "everywhere": everywhere,
        "nothing": nothing,
        "forward_in_train_mode": in_train_mode,
        "modes_kept": [after_train, after_eval],
        "hooks_left": _count_hooks(model) - hooks,
        "gradients_changed": _changed(gradients, _gradients(model)),
    }


def even_network(network: SmallNetwork, images: Tensor, never: int | None = None) -> SmallNetwork:
    """The network, frozen, in eval mode, and fair to all classes on these images; it gives none `never`."""
    network.eval().requires_grad_(False)
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
    model = even_network(small_network(inputs["seed"], inputs["classes"]), images, inputs["never"])
    found = answer(model, images, inputs["masks"].numpy().copy(), inputs["layer"])
    if not isinstance(found, tuple | list) or len(found) != 2:
        return {"no_pair": found}
    hits, suspects = found
    odd_keys: list[str] = []
    if isinstance(hits, dict):
        odd_keys = [
            repr(key)[:40] for key in hits if type(key) is bool or not isinstance(key, int | np.integer)
        ]
        hits = {str(key): _number(value) for key, value in hits.items()}
    if isinstance(suspects, set | frozenset | tuple):
        suspects = list(suspects)
    suspects = [_number(item) for item in suspects] if isinstance(suspects, list) else suspects
    return {"hits": hits, "odd_keys": odd_keys, "suspects": suspects}


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
