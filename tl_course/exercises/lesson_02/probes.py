"""What is asked of the answers of lesson 02. Nothing here knows what is expected."""

from __future__ import annotations

from collections.abc import Iterable
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


def softmax_before_loss(answer: Answer, inputs: Inputs) -> Any:
    """The loss that the first of two steps gives, and the weights after each."""
    model = linear_model(inputs["seed"])
    optimizer = torch.optim.SGD(model.parameters(), lr=inputs["lr"])
    images, labels = small_pictures(inputs["seed"], inputs["count"]).tensors
    losses, weights = [], []
    for _ in range(2):
        losses.append(_number(answer(model, optimizer, images, labels)))
        weights.append(next(model.parameters()).detach().clone())
    return {"loss": losses[0], "weights": weights}


def layer_wise_groups(answer: Answer, inputs: Inputs) -> Any:
    """For each group the names of its parameters and its rate; or what came instead of groups."""
    model = staged_network(inputs["seed"], inputs["names"])
    model.get_submodule(inputs["frozen"]).requires_grad_(False)
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    groups = answer(model, list(inputs["stages"]), inputs["lr"], inputs["decay"])
    if not (isinstance(groups, list | tuple) and all(_is_group(group) for group in groups)):
        return {"groups": groups}
    return {
        "groups": [
            {
                "params": [names.get(id(parameter), "another tensor") for parameter in _listed(group)],
                "lr": _number(group.get("lr")),
            }
            for group in groups
        ]
    }


def unfreezing_schedule(answer: Answer, inputs: Inputs) -> Any:
    """Flags and modes at the start of each epoch, as the run goes on, and in a run taken up later."""

    def at(model: nn.Module, epoch: int) -> Any:
        answer(model, list(inputs["stages"]), epoch, inputs["every"])
        found = {"requires_grad": _flags(model), "modes": _modes(model)}
        model.eval()  # as a measurement on validation pictures leaves it
        return found

    model = staged_network(inputs["seed"], inputs["names"])
    free, still = (staged_network(inputs["seed"], inputs["names"]) for _ in range(2))
    still.requires_grad_(False).eval()
    return {
        "in_order": [at(model, epoch) for epoch in inputs["epochs"]],
        "resumed": [at(fresh, inputs["resumed_at"]) for fresh in (free, still)],
    }


def early_stopping(answer: Answer, inputs: Inputs) -> Any:
    """For each list of losses: the epoch that came back, the epochs that ran, and what the model holds."""
    return [_stopped(answer, losses, inputs["patience"]) for losses in inputs["histories"]]


def requires_grad_on_a_copy(answer: Answer, inputs: Inputs) -> Any:
    """Flags, replaced parameters, and how far each moved in a step of an optimizer made before."""
    model = staged_network(inputs["seed"], inputs["names"])
    before = dict(model.named_parameters())
    weights = {name: parameter.detach().clone() for name, parameter in before.items()}
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    answer(model, list(inputs["keep"]))
    flags = _flags(model)
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
    }


def best_epoch_reported(answer: Answer, inputs: Inputs) -> Any:
    """The report, and the epochs for which the test split was measured."""
    asked: list[int] = []

    def test_of(epoch: int) -> float:
        number = int(epoch)
        if not 1 <= number <= len(inputs["test"]):
            raise ValueError(f"there is no epoch {number}: epochs are counted from 1")
        asked.append(number)
        return inputs["test"][number - 1]

    report = answer(list(inputs["val"]), test_of)
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

    found = answer(run, list(inputs["rates"]), list(inputs["seeds"]), inputs["tune_seed"])
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
    ran = 0

    def train_epoch(trained: nn.Module) -> None:
        nonlocal ran
        ran += 1
        if ran > len(losses):
            raise RuntimeError(f"train_epoch was called {ran} times, and `epochs` is {len(losses)}")
        buffers = [buffer for buffer in trained.buffers() if buffer.is_floating_point()]
        with torch.no_grad():
            for tensor in [*trained.parameters(), *buffers]:
                tensor.add_(1)

    def val_loss(measured: nn.Module) -> float:
        return losses[ran - 1]

    best = _number(answer(model, train_epoch, val_loss, len(losses), patience))
    parameters = [parameter.detach().mean().item() for parameter in model.parameters()]
    statistics = [buffer.mean().item() for buffer in model.buffers() if buffer.is_floating_point()]
    return {"best": best, "ran": ran, "parameters": parameters, "statistics": statistics}


def _flags(model: nn.Module) -> dict[str, bool]:
    return {name: parameter.requires_grad for name, parameter in model.named_parameters()}


def _modes(model: nn.Module) -> dict[str, bool]:
    """Whether it is in train mode, for every layer whose answer depends on it."""
    kinds = (nn.BatchNorm2d, nn.Dropout)
    return {name: module.training for name, module in model.named_modules() if isinstance(module, kinds)}


def _is_group(group: Any) -> bool:
    return isinstance(group, dict) and isinstance(group.get("params"), Iterable)


def _listed(group: dict[str, Any]) -> list[Any]:
    """The group's parameters, as an optimizer reads them."""
    return [group["params"]] if isinstance(group["params"], Tensor) else list(group["params"])


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
