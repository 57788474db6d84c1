"""Load a backbone by name, pocket or torchvision, and the preprocessing that its weights expect."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlparse

import torch
import torchvision.models
from torch import Tensor, nn

from tl_course.errors import CourseError
from tl_course.models.heads import check_num_classes, replace_head
from tl_course.models.registry import WeightsEnum, get_model_builder, get_model_weights, list_models

# What torch raises for a file that is no state dict of this model: cut short, no checkpoint, another model's.
UNREADABLE = (RuntimeError, EOFError, OSError, pickle.UnpicklingError, KeyError, AttributeError, TypeError)


def load_backbone(
    name: str, num_classes: int | None = None, weights: str | WeightsEnum | None = "DEFAULT"
) -> nn.Module:
    """Build a pocket or torchvision classification model and load its weights.

    Args:
        name: "pocket_resnet", or a torchvision name such as "resnet18".
        num_classes: at least 2; the head is replaced by a fresh one with this many outputs. None keeps the
            head that the weights were trained with.
        weights: "DEFAULT", another member of the model's weights such as "IMAGENET1K_V1", or None for random
            ones.

    Returns:
        The model in eval mode, every parameter trainable. It takes images (N, 3, H, W) preprocessed by
        `preprocessing(name)` and gives logits (N, num_classes).

    Raises:
        CourseError: the name, `num_classes` or `weights` is wrong; the weights are damaged, or are neither on
            disk nor within reach.
    """
    name = _known_name(name)
    if num_classes is not None:
        check_num_classes(num_classes)
    member = None if weights is None else _member(name, weights)
    model = get_model_builder(name)(weights=None) if member is None else _load(name, member)
    if num_classes is not None:
        replace_head(model, num_classes)
    return model.eval()


def preprocessing(name: str, weights: str | WeightsEnum | None = "DEFAULT") -> Callable[..., Tensor]:
    """Return the transform that these weights were trained with: RGB image in, float tensor (3, H, W) out.

    The image is a PIL image or a tensor (3, H, W), uint8 or float in [0, 1]; it is resized, cropped, scaled
    to [0, 1] and normalised. With `weights=None` it is that of the default weights, so that a random model
    can be compared with a pretrained one on equal input.

    Raises:
        CourseError: the name or `weights` is wrong.
    """
    transform: Callable[..., Tensor] = _member(_known_name(name), weights or "DEFAULT").transforms()
    return transform


def _known_name(name: str) -> str:
    """The name as it is registered, which is in lower case."""
    pocket = [known for known in list_models() if known.startswith("pocket_")]
    known_names = pocket + list_models(module=torchvision.models)
    if str(name).lower() in known_names:
        return str(name).lower()
    near = get_close_matches(str(name).lower(), known_names, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Try {pocket[0]} or resnet18."
    raise CourseError(
        f"Unknown backbone {name!r} ({_origin(name)}). {hint} "
        "torchvision.models.list_models() lists every name."
    )


def _member(name: str, weights: str | WeightsEnum) -> WeightsEnum:
    family = get_model_weights(name)
    try:
        return family.verify(weights)
    except (KeyError, TypeError) as error:
        members = ", ".join(["DEFAULT", *(member.name for member in family)])
        raise CourseError(
            f"{name} has no weights {weights!r}. It has {members}; None gives random ones."
        ) from error


def _load(name: str, member: WeightsEnum) -> nn.Module:
    builder = get_model_builder(name)
    if name.startswith("pocket_"):
        return builder(weights=member)
    cached = _cache_path(member)
    if cached.is_file():
        return _load_cached(builder, member, cached)
    try:
        return builder(weights=member, progress=True)
    except (OSError, RuntimeError) as error:
        size = member.meta["_file_size"]
        raise CourseError(
            f"The weights {member} of {name!r} ({_origin(name)}) are not on this machine and could not be "
            f"downloaded: {error}. Wanted: {cached.name}, {size:.1f} MB, to be kept in {cached.parent}. "
            "Connect to the network, or put the file there. To go back to the course's own models, "
            "set TL_COURSE_PROFILE=pocket."
        ) from error


def _load_cached(builder: Callable[..., nn.Module], member: WeightsEnum, path: Path) -> nn.Module:
    try:
        return builder(weights=member, progress=False)
    except UNREADABLE as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise CourseError(
            f"The weights file {path} cannot be read as {member}: {reason}. Delete the file; "
            "the next run fetches it again."
        ) from error


def _cache_path(member: WeightsEnum) -> Path:
    """Where torch.hub keeps the file that it downloads for these weights."""
    return Path(torch.hub.get_dir()) / "checkpoints" / Path(urlparse(member.url).path).name


def _origin(name: str) -> str:
    setting = os.environ.get("TL_COURSE_BACKBONE", "")
    if setting and setting.lower() == str(name).lower():
        return "named by the setting TL_COURSE_BACKBONE"
    return "named in the call"
