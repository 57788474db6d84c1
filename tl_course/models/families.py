"""The families of backbones: where each keeps its heads and its stages. A new family is one line here."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn
from torchvision.models import (
    VGG,
    AlexNet,
    ConvNeXt,
    DenseNet,
    EfficientNet,
    GoogLeNet,
    Inception3,
    MaxVit,
    MNASNet,
    MobileNetV2,
    MobileNetV3,
    RegNet,
    ResNet,
    ShuffleNetV2,
    SqueezeNet,
    SwinTransformer,
    VisionTransformer,
)

from tl_course.models import timm_models
from tl_course.models.stage_rules import StageRule, by_name, by_quarters, by_resolution, by_turns


@dataclass(frozen=True)
class Family:
    """What the models of one family have in common. All names are dotted, as in `named_modules`.

    - `head`: a place, not a kind of layer, so that a head of many layers is found whole
    - `openings`: the rule that says where the stages begin; what comes before the first one is the stem
    - `auxiliary`: the last layers of auxiliary heads, which only training uses; a model may lack them
    - `twins`: further heads, whose logits and the main ones are averaged (distilled models)
    - `is_fixed`: the head is nowhere but at its place; else a classifier rebuilt by hand is found too
    """

    head: str
    openings: StageRule
    auxiliary: tuple[str, ...] = ()
    twins: tuple[str, ...] = ()
    is_fixed: bool = False


# GoogLeNet's auxiliary heads hang on inception4a and inception4d, though the model lists them at its end.
_GOOGLENET = by_name(r"(inception\d)\w", aux1="inception4", aux2="inception4", avgpool="inception5")

FAMILIES: dict[type[nn.Module], Family] = {
    AlexNet: Family("classifier.6", by_resolution("features")),
    ConvNeXt: Family("classifier.2", by_turns("features")),
    DenseNet: Family("classifier", by_name(r"denseblock\d")),
    EfficientNet: Family("classifier.1", by_resolution("features")),
    GoogLeNet: Family("fc", _GOOGLENET, auxiliary=("aux1.fc2", "aux2.fc2")),
    Inception3: Family("fc", by_name(r"(Mixed_\d)\w"), auxiliary=("AuxLogits.fc",)),
    MNASNet: Family("classifier.1", by_resolution("layers")),
    MaxVit: Family("classifier.5", by_resolution("blocks", first=0)),
    MobileNetV2: Family("classifier.1", by_resolution("features")),
    MobileNetV3: Family("classifier.3", by_resolution("features")),
    RegNet: Family("fc", by_name(r"block\d")),
    ResNet: Family("fc", by_name(r"layer\d")),  # ResNeXt and Wide ResNet are of this class too
    ShuffleNetV2: Family("fc", by_name(r"stage\d")),
    SqueezeNet: Family("classifier.1", by_resolution("features")),
    SwinTransformer: Family("head", by_turns("features")),
    VGG: Family("classifier.6", by_resolution("features")),
    VisionTransformer: Family("heads.head", by_quarters("encoder.layers")),
}


def family_of(model: nn.Module) -> Family | None:
    """The family of `model`; None for a model of one's own."""
    if timm_models.is_timm(model):
        head, *twins = timm_models.head_names(model)
        return Family(head, timm_models.openings, twins=tuple(twins), is_fixed=True)
    return next((family for kind, family in FAMILIES.items() if isinstance(model, kind)), None)


def known_families() -> str:
    """The families' names, for an error message."""
    return ", ".join(sorted(kind.__name__ for kind in FAMILIES)) + " and the models of timm"
