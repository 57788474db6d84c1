"""What `grad_cam` is given: checked and laid out."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from tl_course.errors import CourseError

_HALF = (torch.float16, torch.bfloat16)


def checked_model(model: Any) -> nn.Module:
    """`model`, if maps can be computed with its parameters; else a CourseError."""
    if not isinstance(model, nn.Module):
        raise CourseError(f"grad_cam explains an nn.Module, not {_described(model)}. Pass the model itself.")
    kinds = {parameter.dtype for parameter in model.parameters()}
    if not kinds:
        raise CourseError(f"{type(model).__name__} has no parameters: there is nothing learnt to explain.")
    for kind in _HALF:
        if kind in kinds:
            raise CourseError(
                f"{type(model).__name__} has parameters in {kind}, in which small gradients vanish. "
                "Call model.float() before grad_cam."
            )
    return model


def as_batch(image: Any, model: nn.Module) -> Tensor:
    """One picture (3, H, W) or a batch (N, 3, H, W) as a batch, where and in the type that the model is.

    Raises:
        CourseError: `image` is something else, is empty, or holds NaN or infinity.
    """
    _check_kind(image)
    _check_shape(image)
    if not image.isfinite().all():
        raise CourseError("The image holds NaN or infinity. Look at the picture and at the transform.")
    images = image.detach() if image.ndim == 4 else image.detach()[None]
    parameter = next(model.parameters())
    if images.is_inference():
        images = images.clone()  # autograd takes no tensor that was made in inference mode
    return images.to(parameter.device, parameter.dtype)


def checked_targets(target: Any, pictures: int, num_classes: int) -> list[int] | None:
    """The class of each picture, or None where the model shall choose.

    Raises:
        CourseError: `target` is no class index, or not one for each picture.
    """
    if target is None:
        return None
    wanted = f"a class index from 0 to {num_classes - 1}, one for each picture, or None"
    try:
        indices = torch.as_tensor(target)
    except (TypeError, ValueError, RuntimeError):
        indices = torch.empty(0)
    if indices.is_floating_point() or indices.is_complex() or indices.dtype == torch.bool:
        raise CourseError(
            f"target={target!r} is no class index. Pass {wanted}; the index of a class by its name is "
            "classes.index(name)."
        )
    if indices.ndim > 1 or (indices.ndim == 1 and len(indices) != pictures):
        raise CourseError(
            f"target has the shape {tuple(indices.shape)} for a batch of {pictures}. Pass {wanted}."
        )
    chosen: list[int] = indices.expand(pictures).tolist()
    for index in chosen:
        if not 0 <= index < num_classes:
            raise CourseError(
                f"target {index} with a model of {num_classes} classes, which are 0 to {num_classes - 1}. "
                f"Pass {wanted}."
            )
    return chosen


def _check_kind(image: Any) -> None:
    if not isinstance(image, Tensor):
        raise CourseError(
            f"grad_cam takes a preprocessed picture, a float tensor (3, H, W), not {_described(image)}. "
            "Make one with preprocessing(name)(image), with the name of the backbone."
        )
    if not image.is_floating_point():
        raise CourseError(
            f"The image is a tensor of {image.dtype}, not of preprocessed float values. "
            "Make one with preprocessing(name)(image), with the name of the backbone."
        )


def _check_shape(image: Tensor) -> None:
    shape = tuple(image.shape)
    if image.ndim in (3, 4) and shape[-3] == 3 and min(shape) > 0:
        return
    message = f"The image has the shape {shape}; wanted is (3, H, W), or (N, 3, H, W) for a batch."
    if image.ndim in (3, 4) and shape[-1] == 3:
        order = (2, 0, 1) if image.ndim == 3 else (0, 3, 1, 2)
        message += f" Its colours come last: image.permute{order} puts them first."
    else:
        message += " Make one with preprocessing(name)(image), with the name of the backbone."
    raise CourseError(message)


def _described(value: Any) -> str:
    kind = type(value)
    place = "" if kind.__module__ == "builtins" else f"{kind.__module__.partition('.')[0]}."
    return f"a {place}{kind.__name__}"
