"""pocket_efficientnet: an EfficientNetV2 for images of 64 x 64 pixels.

Tan and Le, EfficientNetV2: Smaller Models and Faster Training, https://arxiv.org/abs/2104.00298
"""

# Annotations are not postponed: torchvision finds a builder's weights by its annotation, as a type.

from typing import Any

from torchvision.models.efficientnet import EfficientNet, FusedMBConvConfig, MBConvConfig

from tl_course.models.pocket.weights import NUM_CLASSES, PocketWeights, build, shipped
from tl_course.models.registry import publish_weights, register_model


def _architecture(num_classes: int = NUM_CLASSES, **kwargs: Any) -> EfficientNet:
    """Fused blocks at 32 and 16 pixels a side: depthwise ones would be slower there."""
    blocks = [  # expansion, kernel, stride, channels in, channels out, blocks
        FusedMBConvConfig(1, 3, 1, 16, 16, 1),
        FusedMBConvConfig(3, 3, 2, 16, 40, 1),
        MBConvConfig(4, 3, 2, 40, 64, 1),
        MBConvConfig(4, 3, 2, 64, 112, 2),
    ]
    return EfficientNet(
        blocks, dropout=0.0, stochastic_depth_prob=0.0, num_classes=num_classes, last_channel=320, **kwargs
    )


@publish_weights
class PocketEfficientNet_Weights(PocketWeights):  # noqa: N801  # named as torchvision's are
    """The shipped weights of `pocket_efficientnet`."""

    SOURCE_V1 = shipped("pocket_efficientnet")
    DEFAULT = SOURCE_V1


@register_model()  # type: ignore[untyped-decorator]
def pocket_efficientnet(
    *, weights: PocketEfficientNet_Weights | None = None, progress: bool = True, **kwargs: Any
) -> EfficientNet:
    """Build a small EfficientNetV2, as torchvision's builders do.

    Args:
        weights: None for random ones; a member of `PocketEfficientNet_Weights` or its name.
        progress: accepted for torchvision's sake; nothing is downloaded.
        **kwargs: passed to `EfficientNet`.

    Raises:
        CourseError: the weights are missing or damaged, or `num_classes` is not theirs.
    """
    return build(_architecture, PocketEfficientNet_Weights.verify(weights), **kwargs)
