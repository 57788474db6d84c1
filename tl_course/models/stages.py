"""Stages: the named depths of a backbone, and freezing by stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import partial

from torch import nn

from tl_course.errors import CourseError
from tl_course.models.families import family_of, known_families
from tl_course.models.heads import all_heads
from tl_course.models.stage_rules import STEM

HEAD = "head"
BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)


def stages(model: nn.Module) -> list[str]:
    """Return the names of the model's stages, shallow to deep, head last.

    The first is "stem", the last "head": what `find_head` finds, and the second head of a distilled model.
    Between them are the family's own stages where it names them ("layer1" to "layer4" in a ResNet). In other
    convolutional networks "stage1", "stage2", ... each work at half the resolution of the one before; so they
    do in Swin and ConvNeXt, where only "stage1" keeps the stem's. In a ViT they are quarters of its depth. In
    a timm model they are the groups of its own `group_matcher`, or four of equal depth where there are many.

    What is between the features and the head is of the deepest stage. Class tokens and position embeddings
    are of the stem. An auxiliary head is of the stage that it hangs on.

    Raises:
        CourseError: the model is of no known family.
    """
    return list(_parts(model))


def stage_modules(model: nn.Module) -> dict[str, list[nn.Module]]:
    """Return the modules of each stage, in order. Each layer of the model is in exactly one of them.

    A parameter that no layer owns, such as a class token, is in `stage_parameters` alone.

    Raises:
        CourseError: the model is of no known family.
    """
    modules = dict(model.named_modules())
    return {
        stage: [modules[name] for name in names if name in modules] for stage, names in _parts(model).items()
    }


def stage_parameters(model: nn.Module) -> dict[str, list[nn.Parameter]]:
    """Return the parameters of each stage, in order. Every parameter of the model is in exactly one of them.

    Raises:
        CourseError: the model is of no known family.
    """
    found: dict[str, list[nn.Parameter]] = {}
    seen: set[nn.Parameter] = set()  # a parameter that two layers share is of the shallower one's stage
    for stage, names in _parts(model).items():
        own = dict.fromkeys(parameter for name in names for parameter in _parameters_of(model, name))
        found[stage] = [parameter for parameter in own if parameter not in seen]
        seen.update(own)
    return found


def freeze(model: nn.Module, keep: Iterable[str] = (HEAD,)) -> nn.Module:
    """Freeze every stage of `model` but those in `keep` (names, or one name), in place; return `model`.

    Afterwards exactly the kept stages train, whatever was frozen before. In a frozen stage no parameter takes
    a gradient, and BatchNorm layers stay in eval mode even after `model.train()`, so that their running
    statistics do not move. Dropout follows `train()` and `eval()` as ever.

    Raises:
        CourseError: the model is of no known family, or has no stage of that name.
    """
    kept = _check_names(model, (keep,) if isinstance(keep, str) else tuple(keep))
    _set_trainable(model, {stage: stage in kept for stage in stages(model)})
    return model


def unfreeze(model: nn.Module, *stages: str) -> nn.Module:
    """Undo `freeze` in the named stages of `model`, or in all when none is named, in place; return `model`.

    Raises:
        CourseError: the model is of no known family, or has no stage of that name.
    """
    named = _check_names(model, stages)
    _set_trainable(model, dict.fromkeys(named or _parts(model), True))
    return model


def count_parameters(model: nn.Module) -> int:
    """Return how many numbers the parameters of `model` hold."""
    return sum(parameter.numel() for parameter in model.parameters())


def trainable_parameters(model: nn.Module) -> int:
    """Return how many numbers the parameters hold that take a gradient."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def _parts(model: nn.Module) -> dict[str, list[str]]:
    """The dotted names of the parts of each stage, in order: modules, and parameters that no layer owns."""
    family = family_of(model)
    if family is None:
        raise CourseError(
            f"The stages of {type(model).__name__} are not known; known families are {known_families()}. "
            "Use one of these, or set requires_grad yourself."
        )
    heads = [head.name for head in all_heads(model)]
    inside_heads = tuple(f"{head}." for head in heads)
    rule = family.openings(model)
    openings = {name: stage for name, stage in rule.items() if not name.startswith(inside_heads)}
    found: dict[str, list[str]] = {stage: [] for stage in (STEM, *openings.values())}
    stage = STEM
    for name, opened in _walk(model, {*openings, *heads}):
        stage = openings.get(name, stage)
        if not opened and name not in heads:
            found[stage].append(name)
    return {**_merged(model, found), HEAD: heads}


def _walk(module: nn.Module, marks: set[str], place: str = "") -> Iterator[tuple[str, bool]]:
    """Every part's name, in order, and whether it is opened: with a mark inside, its parts follow."""
    yield from ((f"{place}{name}", False) for name, _ in module.named_parameters(recurse=False))
    for name, child in module.named_children():
        inside = f"{place}{name}."
        opened = any(mark.startswith(inside) for mark in marks)
        yield f"{place}{name}", opened
        if opened:
            yield from _walk(child, marks, inside)


def _merged(model: nn.Module, found: dict[str, list[str]]) -> dict[str, list[str]]:
    """A stage without parameters, such as a last pooling alone, is of the stage before."""
    merged: dict[str, list[str]] = {}
    for stage, names in found.items():
        if merged and not any(True for name in names for _ in _parameters_of(model, name)):
            merged[next(reversed(merged))].extend(names)
        else:
            merged[stage] = names
    return merged


def _parameters_of(model: nn.Module, name: str) -> Iterator[nn.Parameter]:
    """The parameters of the module, or the one parameter, of this name."""
    place, _, last = name.rpartition(".")
    part = getattr(model.get_submodule(place), last)
    yield from (part,) if isinstance(part, nn.Parameter) else part.parameters()


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


def _set_trainable(model: nn.Module, trainable: dict[str, bool]) -> None:
    """Freeze or unfreeze these stages; others stay as they are."""
    modules, parameters = stage_modules(model), stage_parameters(model)
    for stage, train in trainable.items():
        for parameter in parameters[stage]:
            parameter.requires_grad_(train)
        for layer in (layer for module in modules[stage] for layer in module.modules()):
            if isinstance(layer, BATCH_NORMS):
                _let_train(layer, train, model.training)


def _let_train(layer: nn.Module, trainable: bool, training: bool) -> None:
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
