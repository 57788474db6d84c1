"""Grad-CAM and its relatives, for every model that the course knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from tl_course.errors import CourseError
from tl_course.explain.inputs import as_batch, checked_model, checked_targets
from tl_course.explain.layers import CamLayer, try_out
from tl_course.explain.map_reader import MapReader
from tl_course.training.passes import device_of, modes_restored, seeded

METHODS = {  # and where each is described
    "gradcam": "Selvaraju et al. 2017, arXiv:1610.02391",
    "gradcam++": "Chattopadhay et al. 2018, arXiv:1710.11063",
    "hirescam": "Draelos and Carin 2020, arXiv:2011.08891",
    "eigencam": "Muhammad and Yeasin 2020, arXiv:2008.00299",
    "layercam": "Jiang et al. 2021, doi:10.1109/TIP.2021.3089943",
    "scorecam": "Wang et al. 2020, arXiv:1910.01279",
}
_WITHOUT_GRADIENTS = ("eigencam", "scorecam")


def grad_cam(
    model: nn.Module,
    image: Tensor,
    target: int | Sequence[int] | Tensor | np.ndarray | None = None,
    layer: str | nn.Module | None = None,
    method: str = "gradcam",
    *,
    batch_size: int = 32,
) -> np.ndarray:
    """Return where in the picture the evidence for a class is, as far as one layer tells.

    The map is that of pytorch-grad-cam: negative values cut, the rest scaled to [0, 1] for each picture by
    itself. A map that is zero everywhere (nothing speaks for the class) stays zero. The model is left as it
    was: modes, frozen parameters, gradients, hooks; it may be frozen, in train mode, and on any device.

    - `image`: preprocessed float tensor (3, H, W), or a batch (N, 3, H, W)
    - `target`: class index, one for each picture of a batch, or None: the class that the model finds most
      probable. EigenCAM asks for no class.
    - `layer`: dotted name, module of the model, name of a stage (its last map), or None: the deepest map that
      the scores depend on; `cam_layer` tells which. Behind the last attention of a ViT they depend on the
      class token alone: maps from there are zero.
    - `method`: one of `METHODS`
    - `batch_size`: so many pictures (in ScoreCAM masked ones too) pass through the model at once

    Returns:
        float32 array (H, W), or (N, H, W) for a batch, in [0, 1].

    Raises:
        CourseError: an argument is wrong, the model gives no class scores, or the maps are not finite.
    """
    _check_method(method)
    _check_batch_size(batch_size)
    with _at_rest(checked_model(model)):
        images = as_batch(image, model)
        trial = try_out(model, images[:1])
        chosen, reader = trial.find(layer), trial.reader
        targets = checked_targets(target, len(images), trial.scores.shape[1])
        del trial  # and with it every layer's output
        maps = np.concatenate([
            _maps(model, chosen, reader, method, images[part], targets and targets[part], batch_size)
            for part in (slice(start, start + batch_size) for start in range(0, len(images), batch_size))
        ])  # fmt: skip
    if not np.isfinite(maps).all():
        raise CourseError(f"The maps at {chosen.name!r} are not finite. Look at the weights of the model.")
    return maps if image.ndim == 4 else maps[0]


def cam_layer(model: nn.Module, image: Tensor, layer: str | nn.Module | None = None) -> CamLayer:
    """Return the (name, module) that `grad_cam` takes its map from, given the same arguments.

    Raises:
        CourseError: as `grad_cam` does.
    """
    with _at_rest(checked_model(model)):
        return try_out(model, as_batch(image, model)[:1]).find(layer)


def _check_method(method: str) -> None:
    if method not in METHODS:
        near = get_close_matches(str(method).lower().replace("-", ""), METHODS, n=1, cutoff=0)[0]
        raise CourseError(
            f"Unknown method {method!r}. Did you mean {near!r}? Methods are {', '.join(METHODS)}."
        )


def _check_batch_size(batch_size: int) -> None:
    if batch_size < 1:
        raise CourseError(f"batch_size is {batch_size}: it must be at least 1")


@contextmanager
def _at_rest(model: nn.Module) -> Iterator[None]:
    """Within it the model is in eval mode and frozen, whatever the caller's modes; afterwards as before."""
    device = device_of(model)
    kept = [(parameter, parameter.requires_grad, parameter.grad) for parameter in model.parameters()]
    with (
        modes_restored(model),
        seeded(device),
        torch.autocast(device.type, enabled=False),
        torch.inference_mode(False),
        torch.enable_grad(),
    ):
        try:
            model.eval().requires_grad_(False)
            yield
        finally:
            for parameter, requires_grad, gradient in kept:
                parameter.requires_grad_(requires_grad)
                parameter.grad = gradient  # the library clears them


def _maps(
    model: nn.Module,
    layer: CamLayer,
    reader: MapReader,
    method: str,
    images: Tensor,
    targets: list[int] | None,
    batch_size: int,
) -> np.ndarray:
    """The library's maps (N, H, W) of one batch."""
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    from tl_course.explain.methods import CLASSES

    wanted = None if targets is None else [ClassifierOutputTarget(index) for index in targets]
    # Around the library's own hook, which keeps what the first one gives.
    hooks = [layer.module.register_forward_hook(_begin_graph)]
    cam = CLASSES[method](model, [layer.module], reshape_transform=reader)
    hooks.append(layer.module.register_forward_hook(_hand_on_copy))
    cam.batch_size = batch_size
    try:
        with torch.set_grad_enabled(method not in _WITHOUT_GRADIENTS), np.errstate(all="ignore"):
            return cam(images.contiguous(memory_format=torch.channels_last), wanted)
    except RuntimeError as error:
        if "does not require grad" not in str(error):
            raise
        raise CourseError(
            f"The class scores do not depend on the layer {layer.name!r}, or the model cuts the gradient "
            "between the two (torch.no_grad, detach). Take another layer."
        ) from error
    finally:
        cam.activations_and_grads.release()
        for hook in hooks:
            hook.remove()


def _begin_graph(module: nn.Module, inputs: Any, output: Tensor) -> Tensor:
    """No gradient is wanted below the layer, nor is there one where all parameters are frozen."""
    return output.detach().requires_grad_(torch.is_grad_enabled())


def _hand_on_copy(module: nn.Module, inputs: Any, output: Tensor) -> Tensor:
    """What follows may change its input in place, as many a ReLU does; what the library keeps must not."""
    if not output.isfinite().all():
        raise CourseError(
            f"A layer {type(module).__name__} gives NaN or infinity. Look at the model's weights."
        )
    return output.clone()
