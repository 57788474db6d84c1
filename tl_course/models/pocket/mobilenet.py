"""pocket_mobilenet: a MobileNetV3 for images of 64 x 64 pixels.

Howard et al., Searching for MobileNetV3, https://arxiv.org/abs/1905.02244
"""

# Annotations are not postponed: torchvision finds a builder's weights by its annotation, as a type.

from typing import Any

from torchvision.models.mobilenetv3 import InvertedResidualConfig, MobileNetV3

from tl_course.models.pocket.weights import NUM_CLASSES, PocketWeights, build, shipped
from tl_course.models.registry import publish_weights, register_model


def _architecture(num_classes: int = NUM_CLASSES, **kwargs: Any) -> MobileNetV3:
    """Inverted residual blocks at 32, 16, 8 and 4 pixels a side, the deeper with squeeze-and-excitation."""
    rows = [  # channels in, kernel, expanded, out, squeeze-and-excitation, activation, stride
        (16, 3, 16, 16, False, "RE", 1),
        (16, 3, 64, 24, False, "RE", 2),
        (24, 3, 96, 56, True, "HS", 2),
        (56, 3, 168, 56, True, "HS", 1),
        (56, 3, 224, 96, True, "HS", 2),
        (96, 3, 288, 96, True, "HS", 1),
    ]
    blocks = [InvertedResidualConfig(*row, dilation=1, width_mult=1.0) for row in rows]
    return MobileNetV3(blocks, last_channel=256, num_classes=num_classes, dropout=0.0, **kwargs)


@publish_weights
class PocketMobileNet_Weights(PocketWeights):  # noqa: N801  # named as torchvision's are
    """The shipped weights of `pocket_mobilenet`."""

    SOURCE_V1 = shipped("pocket_mobilenet")
    DEFAULT = SOURCE_V1


@register_model()  # type: ignore[untyped-decorator]
def pocket_mobilenet(
    *, weights: PocketMobileNet_Weights | None = None, progress: bool = True, **kwargs: Any
) -> MobileNetV3:
    """Build a small MobileNetV3, as torchvision's builders do.

    Args:
        weights: None for random ones; a member of `PocketMobileNet_Weights` or its name.
        progress: accepted for torchvision's sake; nothing is downloaded.
        **kwargs: passed to `MobileNetV3`.

    Raises:
        CourseError: the weights are missing or damaged, or `num_classes` is not theirs.
    """
    return build(_architecture, PocketMobileNet_Weights.verify(weights), **kwargs)
