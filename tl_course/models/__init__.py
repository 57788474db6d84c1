"""Backbones: load them, find and replace their heads, freeze them by stage."""

from __future__ import annotations

from tl_course.models.backbones import load_backbone, preprocessing
from tl_course.models.heads import Head, find_head, replace_head
from tl_course.models.parameter_groups import parameter_groups
from tl_course.models.pocket import (
    POCKET,
    PocketConvNeXt_Weights,
    PocketEfficientNet_Weights,
    PocketMobileNet_Weights,
    PocketResNet,
    PocketResNet_Weights,
    PocketViT_Weights,
    pocket_convnext,
    pocket_efficientnet,
    pocket_mobilenet,
    pocket_resnet,
    pocket_vit,
)
from tl_course.models.stages import (
    count_parameters,
    freeze,
    stage_modules,
    stage_parameters,
    stages,
    trainable_parameters,
    unfreeze,
)
from tl_course.models.weight_files import read_card, save_weights, verify

__all__ = [
    "POCKET",
    "Head",
    "PocketConvNeXt_Weights",
    "PocketEfficientNet_Weights",
    "PocketMobileNet_Weights",
    "PocketResNet",
    "PocketResNet_Weights",
    "PocketViT_Weights",
    "count_parameters",
    "find_head",
    "freeze",
    "load_backbone",
    "parameter_groups",
    "pocket_convnext",
    "pocket_efficientnet",
    "pocket_mobilenet",
    "pocket_resnet",
    "pocket_vit",
    "preprocessing",
    "read_card",
    "replace_head",
    "save_weights",
    "stage_modules",
    "stage_parameters",
    "stages",
    "trainable_parameters",
    "unfreeze",
    "verify",
]
