"""The pocket backbones: members of five families, small enough to train on a laptop, for 64 x 64 pixels."""

from __future__ import annotations

from tl_course.models.pocket.convnext import PocketConvNeXt_Weights, pocket_convnext
from tl_course.models.pocket.efficientnet import PocketEfficientNet_Weights, pocket_efficientnet
from tl_course.models.pocket.mobilenet import PocketMobileNet_Weights, pocket_mobilenet
from tl_course.models.pocket.resnet import PocketResNet, PocketResNet_Weights, pocket_resnet
from tl_course.models.pocket.vit import PocketViT_Weights, pocket_vit
from tl_course.models.pocket.weights import INPUT_SIZE, MEAN, POCKET, STD

__all__ = [
    "INPUT_SIZE",
    "MEAN",
    "POCKET",
    "STD",
    "PocketConvNeXt_Weights",
    "PocketEfficientNet_Weights",
    "PocketMobileNet_Weights",
    "PocketResNet",
    "PocketResNet_Weights",
    "PocketViT_Weights",
    "pocket_convnext",
    "pocket_efficientnet",
    "pocket_mobilenet",
    "pocket_resnet",
    "pocket_vit",
]
