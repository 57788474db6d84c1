"""Grad-CAM of small networks without autograd.

Behind the last stage of a SmallNetwork come a mean over the places and a linear head. So the gradient of a
class's score is the same at every place of a map: the head's weight over the number of places.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tl_course.exercises.small_worlds import SmallNetwork


def scores_of(network: SmallNetwork, images: Tensor) -> Tensor:
    """Logits (N, classes) in eval mode."""
    with torch.no_grad():
        return network.eval()(images)


def evidence(network: SmallNetwork, images: Tensor) -> Tensor:
    """The weighted sums at the last stage for every class, (N, classes, h, w); nothing is cut."""
    maps, weights = _last_stage(network, images)[1], head_weights(network)
    return torch.einsum("kc,nchw->nkhw", weights, maps) / maps[0, 0].numel()


def class_maps(network: SmallNetwork, images: Tensor) -> Tensor:
    """Maps at the last stage for every class, (N, classes, h, w); negative values cut, not scaled."""
    return evidence(network, images).relu()


def class_maps_before_relu(network: SmallNetwork, images: Tensor) -> Tensor:
    """The same one layer before, at the last stage's BatchNorm.

    The ReLU between passes the gradient on where its input is positive; the mean over the places takes a
    map's share of such places.
    """
    maps, after = _last_stage(network, images)
    shares = (after > 0).double().mean((2, 3)).float()
    weighted = torch.einsum("kc,nc,nchw->nkhw", head_weights(network), shares, maps)
    return weighted.relu() / maps[0, 0].numel()


def scaled(maps: Tensor) -> Tensor:
    """Each map (..., H, W) divided by its highest pixel; zeros stay zeros."""
    return maps / maps.amax((-2, -1), keepdim=True).clamp(min=1e-12)


def ranged(maps: Tensor) -> Tensor:
    """Each map (..., H, W) from 0 to 1; constant ones become zeros."""
    return scaled(maps - maps.amin((-2, -1), keepdim=True))


def head_weights(network: SmallNetwork) -> Tensor:
    """(classes, units) of the linear head."""
    head = network.get_submodule(network.names[-1])
    return next(layer.weight for layer in head.modules() if isinstance(layer, nn.Linear)).detach()


def _last_stage(network: SmallNetwork, images: Tensor) -> tuple[Tensor, Tensor]:
    """What its BatchNorm gives, and what the ReLU makes of that."""
    first, last, _ = (network.eval().get_submodule(name) for name in network.names)
    with torch.no_grad():
        maps = last.get_submodule("norm")(last.get_submodule("conv")(first(images)))
    return maps, maps.relu()
