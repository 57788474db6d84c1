"""Stages: the named depths of a backbone, and freezing by stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from functools import partial

from torch import nn
from torchvision.models.efficientnet import EfficientNet
from torchvision.models.mobilenetv2 import MobileNetV2
from torchvision.models.mobilenetv3 import MobileNetV3
from torchvision.models.resnet import ResNet
from torchvision.models.squeezenet import SqueezeNet

from tl_course.errors import CourseError
from tl_course.models.heads import find_head

STEM, HEAD = "stem", "head"


def stages(model: nn.Module) -> list[str]:
    """Return the names of the model's stages, shallow to deep, head last.

    A ResNet has "stem", "layer1" to "layer4" and "head". In SqueezeNet, MobileNet and EfficientNet a stage is
    what works at one resolution: "stem" at half the image's, then "stage1", "stage2", ... each at half of the
    one before, and "head". The head is what `find_head` finds; layers between the features and the head are
    of the deepest stage.

    Raises:
        CourseError: the model is of no known family.
    """
    return list(stage_modules(model))


def stage_modules(model: nn.Module) -> dict[str, list[nn.Module]]:
    """Return the modules of each stage, in order. Every parameter of the model is in exactly one of them.

    Raises:
        CourseError: the model is of no known family.
    """
    opened_stage = _stage_rule(model)
    head = find_head(model).module
    found: dict[str, list[nn.Module]] = {}
    stage = STEM
    for name, module in _parts(model, head):
        if found:  # the first part is the stem, whatever it is
            stage = opened_stage(name, module, len(found)) or stage
        found.setdefault(stage, []).append(module)
    return {**found, HEAD: [head]}


def stage_parameters(model: nn.Module) -> dict[str, list[nn.Parameter]]:
    """Return the parameters of each stage, in order. Every parameter of the model is in exactly one of them.

    Raises:
        CourseError: the model is of no known family.
    """
    return {
        stage: [parameter for module in modules for parameter in module.parameters()]
        for stage, modules in stage_modules(model).items()
    }


def freeze(model: nn.Module, keep: Iterable[str] = (HEAD,)) -> nn.Module:
    """Freeze every stage of `model` but those in `keep` (names, or one name), in place; return `model`.

    Afterwards exactly the kept stages train, whatever was frozen before. In a frozen stage no parameter takes
    a gradient, and BatchNorm layers stay in eval mode even after `model.train()`, so that their running
    statistics do not move. Dropout follows `train()` and `eval()` as ever.

    Raises:
        CourseError: the model is of no known family, or has no stage of that name.
    """
    kept = _check_names(model, (keep,) if isinstance(keep, str) else tuple(keep))
    for stage, modules in stage_modules(model).items():
        for module in modules:
            _set_trainable(module, stage in kept, model.training)
    return model


def unfreeze(model: nn.Module, *stages: str) -> nn.Module:
    """Undo `freeze` in the named stages of `model`, or in all when none is named, in place; return `model`.

    Raises:
        CourseError: the model is of no known family, or has no stage of that name.
    """
    named = _check_names(model, stages)
    for stage, modules in stage_modules(model).items():
        if stage in named or not named:
            for module in modules:
                _set_trainable(module, True, model.training)
    return model


def count_parameters(model: nn.Module) -> int:
    """Return how many numbers the parameters of `model` hold."""
    return sum(parameter.numel() for parameter in model.parameters())


def trainable_parameters(model: nn.Module) -> int:
    """Return how many numbers the parameters hold that take a gradient."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


# A rule for one family: (name of a part, the part, number of stages before it) -> the stage it opens, if any.
StageRule = Callable[[str, nn.Module, int], str | None]


def _by_layer_name(name: str, module: nn.Module, number: int) -> str | None:
    return name if name.startswith("layer") else None


def _by_resolution(name: str, module: nn.Module, number: int) -> str | None:
    return f"stage{number}" if _halves_resolution(module) else None


STAGE_RULES: dict[type[nn.Module], StageRule] = {
    ResNet: _by_layer_name,
    SqueezeNet: _by_resolution,
    MobileNetV2: _by_resolution,
    MobileNetV3: _by_resolution,
    EfficientNet: _by_resolution,
}


def _stage_rule(model: nn.Module) -> StageRule:
    for family, rule in STAGE_RULES.items():
        if isinstance(model, family):
            return rule
    known = ", ".join(sorted(family.__name__ for family in STAGE_RULES))
    raise CourseError(
        f"The stages of {type(model).__name__} are not known; known families are {known}. Use one of these, "
        "or set requires_grad yourself."
    )


def _parts(model: nn.Module, head: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """The model's children in order without the head, `features` and `classifier` opened into their own."""
    for name, child in model.named_children():
        opened = name in ("features", "classifier") and child is not head
        parts = child.named_children() if opened else ((name, child),)
        yield from ((part, module) for part, module in parts if module is not head)


def _halves_resolution(module: nn.Module) -> bool:
    layers = (layer for layer in module.modules() if isinstance(layer, (nn.Conv2d, nn.MaxPool2d)))
    return any(layer.stride in (2, (2, 2)) for layer in layers)


def _check_names(model: nn.Module, names: tuple[str, ...]) -> tuple[str, ...]:
    known = stages(model)
    for name in names:
        if name not in known:
            nearest = get_close_matches(str(name), known, n=1, cutoff=0)[0]
            raise CourseError(
                f"{type(model).__name__} has no stage {name!r}. Did you mean {nearest!r}? "
                f"Its stages are {', '.join(known)}."
            )
    return names


def _set_trainable(module: nn.Module, trainable: bool, training: bool) -> None:
    module.requires_grad_(trainable)
    for layer in module.modules():
        if not isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)):
            continue
        if not trainable:
            # An attribute of the layer itself: it outlives model.train(), deepcopy and pickle, serves every
            # kind of BatchNorm, and changes neither the layer's type nor its state dict.
            vars(layer)["train"] = partial(_stay_in_eval, layer)
            layer.eval()
        elif vars(layer).pop("train", None):
            layer.train(training)


def _stay_in_eval(layer: nn.Module, mode: bool = True) -> nn.Module:
    layer.training = False
    return layer
