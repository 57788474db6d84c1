"""The models of timm, by the name "timm:NAME". timm is imported only when one is met.

Their interface: https://huggingface.co/docs/timm/reference/models
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import torch
from torch import Tensor, nn
from torchvision.transforms import Compose, v2

from tl_course.errors import CourseError
from tl_course.models.names import origin, unknown_name
from tl_course.models.stage_rules import STEM, Openings, quarters

PREFIX = "timm:"
MANY = 7  # a model of more blocks than this is cut in quarters: to freeze by, twelve stages are too many


def load(name: str, num_classes: int | None, weights: Any) -> nn.Module:
    """Build the model "timm:NAME" as `load_backbone` does; timm itself makes the head of `num_classes`.

    Raises:
        CourseError: the name or `weights` is wrong, there are no such weights, or they cannot be had.
    """
    import timm

    known = _known_name(name)
    config = _config(known, weights)
    if weights is None:
        return timm.create_model(known, num_classes=num_classes)
    if not config.has_weights:
        raise CourseError(f"timm has no weights for {name!r}. Pass weights=None for random ones.")
    try:
        return timm.create_model(
            known, pretrained=True, num_classes=num_classes, pretrained_cfg_overlay=_cached(config)
        )
    except Exception as error:  # whatever the hub, the network or the file's format raises
        raise CourseError(_unloadable(name, config, error)) from error


def preprocessing(name: str, weights: Any) -> Callable[..., Tensor]:
    """The transform of "timm:NAME", from timm's own record of the model; nothing is built or downloaded.

    Raises:
        CourseError: the name or `weights` is wrong.
    """
    from timm.data import create_transform, resolve_data_config

    config = _config(_known_name(name), weights).to_dict()
    steps = create_transform(**resolve_data_config(pretrained_cfg=config)).transforms
    return Compose([v2.ToPILImage(), *steps])  # a tensor becomes a picture, and a picture stays one


def is_timm(model: Any) -> bool:
    """Whether `model` has the interface of timm's classifiers."""
    return hasattr(model, "get_classifier") and hasattr(model, "forward_head")


def head_names(model: Any) -> tuple[str, ...]:
    """The dotted names of the last layers, the main head's first: one, or two in a distilled model."""
    named = (getattr(model, "pretrained_cfg", None) or {}).get("classifier")
    if not named:  # built from timm's class, without its registry
        classifier = model.get_classifier()
        named = next((name for name, module in model.named_modules() if module is classifier), "head")
    return (named,) if isinstance(named, str) else tuple(named)


def openings(model: Any) -> Openings:
    """Where the stages begin, by the groups that timm makes for its layer-wise learning rates.

    The first group is the stem. What is in the head's group without being the head, such as a last norm, is
    of the deepest stage.
    """
    heads = tuple(f"{name}." for name in head_names(model))
    groups = _groups(model)
    deepest = {group for name, group in groups.items() if name.startswith(heads)}
    depths = sorted({group for name, group in groups.items() if not name.startswith(heads)} - deepest)
    starts = quarters(len(depths) - 1) if len(depths) - 1 > MANY else range(len(depths) - 1)
    names = [STEM] + [f"stage{sum(start <= depth for start in starts)}" for depth in range(len(depths) - 1)]
    stage_of = dict(zip(depths, names, strict=False)) | dict.fromkeys(deepest, names[-1])

    found: Openings = {}
    stage = STEM
    wholes = _wholes(list(groups))
    for name, group in groups.items():
        if not name.startswith(heads) and stage_of[group] != stage:
            stage = stage_of[group]
            found[wholes[name]] = stage
    return dict(sorted(found.items(), key=lambda opening: names.index(opening[1])))


def _groups(model: Any) -> dict[str, int]:
    """The names of all parameters, in the model's order, and their groups from shallow to deep."""
    from timm.models import group_parameters

    names = [name for name, _ in model.named_parameters()]
    try:
        groups = group_parameters(model, model.group_matcher(coarse=True), reverse=True)
    except (AttributeError, AssertionError):  # a few models of timm have no such groups
        groups = _groups_by_container(model, names)
    return {name: groups[name] for name in names}


def _groups_by_container(model: Any, names: list[str]) -> dict[str, int]:
    """Each item of a child that is a container opens a group; what is before the first is the stem."""
    head = head_names(model)[0].partition(".")[0]
    containers = {
        name for name, child in model.named_children() if isinstance(child, nn.Sequential | nn.ModuleList)
    }
    groups: dict[str, int] = {}
    items: list[str] = []
    for name in names:
        child, _, inside = name.partition(".")
        item = f"{child}.{inside.partition('.')[0]}"
        if child in containers and child != head and item not in items:
            items.append(item)
        groups[name] = len(names) if child == head else len(items)
    return groups


def _wholes(names: list[str]) -> dict[str, str]:
    """For each parameter the largest module that begins with it, else the parameter itself."""
    first: dict[str, str] = {}
    for name in names:
        levels = name.split(".")
        for depth in range(1, len(levels)):
            first.setdefault(".".join(levels[:depth]), name)
    wholes: dict[str, str] = {}
    for module, name in first.items():  # a module comes before the modules inside it
        wholes.setdefault(name, module)
    return {name: wholes.get(name, name) for name in names}


def _known_name(name: str) -> str:
    """The name without the prefix, if timm has such a model and such a tag."""
    import timm

    known = str(name)[len(PREFIX) :]
    architecture, dot, tag = known.partition(".")
    if architecture not in timm.list_models():
        near = [f"{PREFIX}{model}" for model in timm.list_models()]
        raise unknown_name(name, near, f"{PREFIX}resnet18", "timm.list_models()")
    tagged = list(timm.models.get_arch_pretrained_cfgs(architecture))
    if dot and known not in tagged:
        there = ", ".join(f"{PREFIX}{model}" for model in tagged) or f"{PREFIX}{architecture} alone"
        raise CourseError(f"timm has no weights {tag!r} of {PREFIX}{architecture}. There are {there}.")
    return known


def _config(known: str, weights: Any) -> Any:
    """timm's record of these weights, a PretrainedCfg."""
    import timm

    if weights not in (None, "DEFAULT"):
        tagged = ", ".join(f"{PREFIX}{model}" for model in timm.list_pretrained(known))
        raise CourseError(
            f"{PREFIX}{known} has no weights {weights!r}. Pass 'DEFAULT', or None for random ones; others "
            f"are named with the model: {tagged}."
        )
    return timm.get_pretrained_cfg(known) or timm.models.PretrainedCfg()


def _cached(config: Any) -> dict[str, str] | None:
    """For timm, the weights file where it is on this machine: timm would ask the network first, and wait."""
    _, kept = _source(config)
    return {"file": str(kept)} if kept.is_file() and not config.custom_load else None


def _unloadable(name: str, config: Any, error: Exception) -> str:
    reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".:")
    wanted, kept = _source(config)
    if kept.is_file():
        return (
            f"The weights file {kept} of {name!r} cannot be read: {reason}. Delete the file; the next run "
            "fetches it again."
        )
    return (
        f"The weights of {name!r} ({origin(name)}) are not on this machine and could not be downloaded: "
        f"{reason}. Wanted: {wanted}, to be kept in {kept}. Connect to the network. To go back to the "
        "course's own models, set TL_COURSE_PROFILE=pocket."
    )


def _source(config: Any) -> tuple[str, Path]:
    """What is downloaded for these weights, in words, and where it is kept."""
    from huggingface_hub import constants, try_to_load_from_cache

    if not config.hf_hub_id:
        file = Path(urlparse(config.url).path).name
        return file, Path(torch.hub.get_dir()) / "checkpoints" / file
    files = [config.hf_hub_filename] if config.hf_hub_filename else ["model.safetensors", "pytorch_model.bin"]
    cached = [try_to_load_from_cache(config.hf_hub_id, file) for file in files]
    kept = next((Path(path) for path in cached if isinstance(path, str)), Path(constants.HF_HUB_CACHE))
    return f"{files[0]} of the Hugging Face repository {config.hf_hub_id}", kept
