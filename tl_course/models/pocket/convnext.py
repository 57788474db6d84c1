"""pocket_convnext: a ConvNeXt for images of 64 x 64 pixels.

Liu et al., A ConvNet for the 2020s, https://arxiv.org/abs/2201.03545
"""

# Annotations are not postponed: torchvision finds a builder's weights by its annotation, as a type.

from typing import Any

from torch import nn
from torchvision.models.convnext import CNBlockConfig, ConvNeXt

from tl_course.models.pocket.weights import NUM_CLASSES, PocketWeights, build, shipped
from tl_course.models.registry import publish_weights, register_model


def _architecture(num_classes: int = NUM_CLASSES, **kwargs: Any) -> ConvNeXt:
    """Blocks at 16, 8 and 4 pixels a side: the stem divides the side by four, as in every ConvNeXt."""
    blocks = [CNBlockConfig(40, 80, 1), CNBlockConfig(80, 160, 2), CNBlockConfig(160, None, 1)]
    # torchvision's starting values (layer scale 1e-6, weights of 0.02) suit wide, deep networks and long
    # training; from them a narrow one hardly moves in a few thousand steps.
    model = ConvNeXt(blocks, stochastic_depth_prob=0.0, layer_scale=0.5, num_classes=num_classes, **kwargs)
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(module.weight, nonlinearity="linear")
    return model


@publish_weights
class PocketConvNeXt_Weights(PocketWeights):  # noqa: N801  # named as torchvision's are
    """The shipped weights of `pocket_convnext`."""

    SOURCE_V1 = shipped("pocket_convnext")
    DEFAULT = SOURCE_V1


@register_model()  # type: ignore[untyped-decorator]
def pocket_convnext(
    *, weights: PocketConvNeXt_Weights | None = None, progress: bool = True, **kwargs: Any
) -> ConvNeXt:
    """Build a small ConvNeXt, as torchvision's builders do.

    Args:
        weights: None for random ones; a member of `PocketConvNeXt_Weights` or its name.
        progress: accepted for torchvision's sake; nothing is downloaded.
        **kwargs: passed to `ConvNeXt`.

    Raises:
        CourseError: the weights are missing or damaged, or `num_classes` is not theirs.
    """
    return build(_architecture, PocketConvNeXt_Weights.verify(weights), **kwargs)
