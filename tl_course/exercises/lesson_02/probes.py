"""What is asked of the answers of lesson 02. Nothing here knows what is expected."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tl_course.exercises.checks import Answer, Inputs
from tl_course.exercises.small_worlds import small_pictures, staged_network


def linear_model(seed: int) -> nn.Sequential:
    """From pictures of 6 x 6 pixels to 4 logits; nothing in it is random or depends on the mode."""
    model = nn.Sequential(nn.Flatten(), nn.Linear(108, 4))
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.1)
    return model


def with_token(inputs: Inputs) -> nn.Sequential:
    """A network with the stages of the inputs, and a parameter that belongs to no child, as in a ViT."""
    network = staged_network(inputs["seed"], inputs["names"])
    network.register_parameter("class_token", nn.Parameter(torch.ones(3)))
    return network


def loss_stays_high(answer: Answer, inputs: Inputs) -> Any:
    """What the first of two steps returns, the weights after each, and the mode the model is left in."""
    model = linear_model(inputs["seed"])
    optimizer = torch.optim.SGD(model.parameters(), lr=inputs["lr"])
    images, labels = small_pictures(inputs["seed"], inputs["count"]).tensors
    returned, weights = [], []
    for _ in range(2):
        returned.append(answer(model, optimizer, images, labels))
        weights.append(next(model.parameters()).detach().clone())
    return {
        "loss": _number(returned[0]),
        "has_graph": isinstance(returned[0], Tensor) and returned[0].requires_grad,
        "weights": weights,
        "training": model.training,
    }


def layer_wise_groups(answer: Answer, inputs: Inputs) -> Any:
    """The names of each group's parameters and its rate, and what an optimizer says to the groups."""
    model, stages = with_token(inputs), list(inputs["stages"])
    model.get_submodule(inputs["frozen"]).requires_grad_(False)
    flags, names = _flags(model), {id(parameter): name for name, parameter in model.named_parameters()}
    groups = _unrolled(answer(model, stages, inputs["lr"], inputs["decay"]))
    found = {"stages": stages, "flags_kept": _flags(model) == flags, "groups": groups, "refused": ""}
    if not (isinstance(groups, list) and all(_is_group(group) for group in groups)):
        return found
    groups = [{**group, "params": _unrolled(group["params"])} for group in groups]
    listed = [
        {"params": [_named(item, names) for item in _listed(group)], "lr": _number(group.get("lr"))}
        for group in groups
    ]
    return {**found, "groups": listed, "refused": _refused(groups)}


def unfreezing_schedule(answer: Answer, inputs: Inputs) -> Any:
    """Flags and modes at the start of each epoch, as the run goes on, and in a run taken up later."""
    lists = []

    def at(model: nn.Module, epoch: int) -> Any:
        lists.append(list(inputs["stages"]))
        try:
            answer(model, lists[-1], epoch, inputs["every"])
        except Exception as problem:
            if problem.args:
                problem.args = (f"in epoch {epoch}, {problem}",)
            raise
        found = {"requires_grad": _flags(model), "modes": _modes(model)}
        model.eval()  # as a measurement on validation pictures leaves it
        return found

    model, free, still = (with_token(inputs) for _ in range(3))
    still.requires_grad_(False).eval()
    return {
        "in_order": [at(model, epoch) for epoch in inputs["epochs"]],
        "resumed": [at(fresh, inputs["resumed_at"]) for fresh in (free, still)],
        "stages": next((stages for stages in lists if stages != inputs["stages"]), inputs["stages"]),
    }


def early_stopping(answer: Answer, inputs: Inputs) -> Any:
    """For each list of losses: the epoch that came back, the epochs that ran, and what the model holds."""
    return [_stopped(answer, losses, inputs["patience"]) for losses in inputs["histories"]]


def nothing_is_frozen(answer: Answer, inputs: Inputs) -> Any:
    """Flags, replaced parameters, and how far each moved in a step of an optimizer made before."""
    model = with_token(inputs)
    before = dict(model.named_parameters())
    weights = {name: parameter.detach().clone() for name, parameter in before.items()}
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    answer(model, list(inputs["keep"]))
    flags, attributes = _flags(model), {name for part in model.parameters() for name in vars(part)}
    images, labels = small_pictures(inputs["seed"], 12).tensors
    loss = F.cross_entropy(model(images), labels)
    if loss.requires_grad:
        loss.backward()
        optimizer.step()
    after = dict(model.named_parameters())
    return {
        "requires_grad": flags,
        "replaced": [name for name in before if after.get(name) is not before[name]],
        "moved": {name: (after[name].detach() - weights[name]).abs().max().item() for name in before},
        "flags_on_modules": [name for name, part in model.named_modules() if "requires_grad" in vars(part)],
        "attributes": sorted(attributes),
    }


def accuracy_nobody_gets(answer: Answer, inputs: Inputs) -> Any:
    """The report, and the epochs for which the test split was measured."""
    asked: list[int] = []

    def test_of(epoch: int) -> float:
        number = int(epoch)
        if not 1 <= number <= len(inputs["test"]):
            raise ValueError(f"there is no epoch {number}: epochs are counted from 1")
        asked.append(number)
        return inputs["test"][number - 1]

    report = answer(list(inputs["val"]), _called("test_of", test_of))
    if not isinstance(report, dict):
        return {"report": report, "asked": asked}
    return {"report": {name: _number(value) for name, value in report.items()}, "asked": asked}


def temperature_scaling(answer: Answer, inputs: Inputs) -> Any:
    """The temperature for each set of logits, and whether the logits are as they were."""
    found = {}
    for name in ("sure", "modest"):
        logits = inputs[name].clone()
        temperature = _number(answer(logits, inputs["labels"].clone()))
        same = logits.shape == inputs[name].shape and torch.equal(logits.detach(), inputs[name])
        found[name] = {"temperature": temperature, "logits_kept": same}
    return found


def compare_strategies(answer: Answer, inputs: Inputs) -> Any:
    """The comparison, and every run that was asked for."""
    calls: list[list[Any]] = []

    def run(strategy: str, lr: float, seed: int, split: str) -> float:
        for name, value, known in (
            ("strategy", strategy, list(inputs["table"])),
            ("lr", lr, inputs["rates"]),
            ("seed", seed, [*inputs["seeds"], inputs["tune_seed"]]),
            ("split", split, ["val", "test"]),
        ):
            if value not in known:
                raise ValueError(f"run() got {name}={value!r}; it takes one of {known}")
        calls.append([strategy, lr, seed, split])
        return inputs["table"][strategy][str(lr)][str(seed)][split]

    found = answer(_called("run", run), list(inputs["rates"]), list(inputs["seeds"]), inputs["tune_seed"])
    if not isinstance(found, dict):
        return {"found": found, "calls": calls}
    return {"found": {name: _numbers(value) for name, value in found.items()}, "calls": calls}


def _stopped(answer: Answer, losses: list[float], patience: int) -> Any:
    """Each epoch adds 1 to all parameters and running statistics, so the model says which epoch it is of."""
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    tensors = [*model.parameters(), *(buffer for buffer in model.buffers() if buffer.is_floating_point())]
    with torch.no_grad():
        for tensor in tensors:
            tensor.zero_()
    ran, measured = 0, []

    def train_epoch(model: nn.Module) -> None:
        nonlocal ran
        _expect_module("train_epoch", model)
        ran += 1
        if ran > len(losses):
            raise RuntimeError(f"train_epoch was called {ran} times, and `epochs` is {len(losses)}")
        buffers = [buffer for buffer in model.buffers() if buffer.is_floating_point()]
        with torch.no_grad():
            for tensor in [*model.parameters(), *buffers]:
                tensor.add_(1)

    def val_loss(model: nn.Module) -> float:
        _expect_module("val_loss", model)
        measured.append(ran)
        return losses[ran - 1] if ran else 10.0

    functions = _called("train_epoch", train_epoch), _called("val_loss", val_loss)
    best = _number(answer(model, *functions, len(losses), patience))
    parameters = [parameter.detach().mean().item() for parameter in model.parameters()]
    statistics = [buffer.mean().item() for buffer in model.buffers() if buffer.is_floating_point()]
    return {
        "best": best, "ran": ran, "measured": measured, "parameters": parameters, "statistics": statistics,
    }  # fmt: skip


def _expect_module(name: str, model: Any) -> None:
    if not isinstance(model, nn.Module):
        raise TypeError(f"{name}(model) takes the model, and got {model!r:.40}; train_epoch returns nothing")


def _called(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function under the name that the task gives it, which is the one in Python's messages."""
    function.__qualname__ = name
    return function


def _flags(model: nn.Module) -> dict[str, bool]:
    return {name: parameter.requires_grad for name, parameter in model.named_parameters()}


def _modes(model: nn.Module) -> dict[str, bool]:
    """Whether it is in train mode, for every module below the model."""
    return {name: module.training for name, module in model.named_modules() if name}


def _is_group(group: Any) -> bool:
    return isinstance(group, dict) and isinstance(group.get("params"), Iterable)


def _unrolled(items: Any) -> Any:
    """A list in place of a tuple or an iterator, which can be read only once."""
    return list(items) if isinstance(items, tuple | Iterator) else items


def _listed(group: dict[str, Any]) -> list[Any]:
    return [group["params"]] if isinstance(group["params"], Tensor) else list(group["params"])


def _named(item: Any, names: dict[int, str]) -> str:
    """The parameter's name, of a pair (name, parameter) too; for anything else what kind of thing it is."""
    item = item[1] if isinstance(item, tuple) and len(item) == 2 else item
    other = "another tensor" if isinstance(item, Tensor) else f"a {type(item).__name__}"
    return names.get(id(item), other)


def _refused(groups: list[dict[str, Any]]) -> str:
    """What an optimizer says against the groups; empty where it takes them."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            torch.optim.SGD([dict(group) for group in groups], lr=0.1)
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}".splitlines()[0]
    return ""


def _number(value: Any) -> Any:
    """The number in a tensor or array of one; anything else as it is."""
    one = getattr(value, "item", None)
    size = value.numel() if isinstance(value, Tensor) else getattr(value, "size", None)
    return one() if callable(one) and size == 1 else value


def _numbers(value: Any) -> Any:
    """A list of numbers, where it is a tensor, an array or a list of such numbers."""
    if isinstance(value, list | tuple):
        return [_number(item) for item in value]
    value = _number(value)
    return value.tolist() if hasattr(value, "tolist") and hasattr(value, "shape") else value
