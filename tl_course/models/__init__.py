"""Backbones: load them, find and replace their heads, freeze them by stage."""

from __future__ import annotations

from tl_course.models.backbones import load_backbone, preprocessing
from tl_course.models.heads import Head, find_head, replace_head
from tl_course.models.pocket_resnet import PocketResNet, PocketResNet_Weights, pocket_resnet
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
    "Head",
    "PocketResNet",
    "PocketResNet_Weights",
    "count_parameters",
    "find_head",
    "freeze",
    "load_backbone",
    "pocket_resnet",
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
