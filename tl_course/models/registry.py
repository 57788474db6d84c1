"""torchvision's model registry: the one file that reaches into its private modules.

`register_model`, `Weights` and `WeightsEnum` are what torchvision builds its own models with, but it keeps
them in `torchvision.models._api`; the preprocessing preset lives in `torchvision.transforms._presets`.
"""

from __future__ import annotations

import torchvision.models
from torchvision.models import get_model_builder, get_model_weights, list_models
from torchvision.models._api import Weights, WeightsEnum, register_model
from torchvision.transforms._presets import ImageClassification

__all__ = [
    "ImageClassification",
    "Weights",
    "WeightsEnum",
    "get_model_builder",
    "get_model_weights",
    "list_models",
    "publish_weights",
    "register_model",
]


def publish_weights(weights: type[WeightsEnum]) -> type[WeightsEnum]:
    """Class decorator: let `torchvision.models.get_weight("Name_Weights.MEMBER")` find these weights.

    `get_weight` looks the class up among torchvision's own attributes, so it must be one of them.
    """
    setattr(torchvision.models, weights.__name__, weights)
    return weights
