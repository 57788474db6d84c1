"""Load a backbone by name, pocket, torchvision or timm, and the preprocessing that its weights expect."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlparse

import torch
import torchvision.models
from torch import Tensor, nn

from tl_course.errors import CourseError
from tl_course.models import timm_models
from tl_course.models.heads import check_num_classes, replace_head
from tl_course.models.names import origin, unknown_name
from tl_course.models.registry import WeightsEnum, get_model_builder, get_model_weights, list_models

# What torch raises for a file that is no state dict of this model: cut short, no checkpoint, another model's.
UNREADABLE = (RuntimeError, EOFError, OSError, pickle.UnpicklingError, KeyError, AttributeError, TypeError)


def load_backbone(
    name: str, num_classes: int | None = None, weights: str | WeightsEnum | None = "DEFAULT"
) -> nn.Module:
    """Build a pocket, torchvision or timm classification model and load its weights.

    Args:
        name: "pocket_resnet"; a torchvision name such as "resnet18"; or "timm:" and a name of timm's, such as
            "timm:resnet18", with the tag of other weights than its default ones: "timm:resnet18.a1_in1k".
        num_classes: at least 2; the head is replaced by a fresh one with this many outputs. None keeps the
            head that the weights were trained with.
        weights: "DEFAULT", another member of the model's weights such as "IMAGENET1K_V1", or None for random
            ones. torchvision's pretrained GoogLeNet comes without auxiliary heads, a random one with them.

    Returns:
        The model in eval mode, every parameter trainable. It takes images (N, 3, H, W) preprocessed by
        `preprocessing(name)` and gives logits (N, num_classes).

    Raises:
        CourseError: the name, `num_classes` or `weights` is wrong; the weights are damaged, or are neither on
            disk nor within reach.
    """
    if num_classes is not None:
        check_num_classes(num_classes)
    if str(name).startswith(timm_models.PREFIX):
        return timm_models.load(name, num_classes, weights).eval()
    name = _known_name(name)
    model = _random(name) if weights is None else _load(name, _member(name, weights))
    if num_classes is not None:
        replace_head(model, num_classes)
    return model.eval()


def preprocessing(name: str, weights: str | WeightsEnum | None = "DEFAULT") -> Callable[..., Tensor]:
    """Return the transform that these weights were trained with: RGB image in, float tensor (3, H, W) out.

    The image is a PIL image or a tensor (3, H, W), uint8 or float in [0, 1]; it is resized, cropped, scaled
    to [0, 1] and normalised. With `weights=None` it is that of the default weights, so that a random model
    can be compared with a pretrained one on equal input. That of a "timm:" name is timm's, also for a model
    that timm has no weights for.

    Raises:
        CourseError: the name or `weights` is wrong.
    """
    if str(name).startswith(timm_models.PREFIX):
        return timm_models.preprocessing(name, weights)
    transform: Callable[..., Tensor] = _member(_known_name(name), weights or "DEFAULT").transforms()
    return transform


def _known_name(name: str) -> str:
    """The name as it is registered, which is in lower case."""
    pocket = [known for known in list_models() if known.startswith("pocket_")]
    known_names = pocket + list_models(module=torchvision.models)
    if str(name).lower() in known_names:
        return str(name).lower()
    raise unknown_name(name, known_names, f"{pocket[0]} or resnet18", "torchvision.models.list_models()")


def _member(name: str, weights: str | WeightsEnum) -> WeightsEnum:
    family = get_model_weights(name)
    try:
        return family.verify(weights)
    except (KeyError, TypeError) as error:
        members = ", ".join(["DEFAULT", *(member.name for member in family)])
        raise CourseError(
            f"{name} has no weights {weights!r}. It has {members}; None gives random ones."
        ) from error


def _random(name: str) -> nn.Module:
    # Both warn that this default will change.
    options = {"init_weights": True} if name in ("googlenet", "inception_v3") else {}
    return get_model_builder(name)(weights=None, **options)


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
            f"The weights {member} of {name!r} ({origin(name)}) are not on this machine and could not be "
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
