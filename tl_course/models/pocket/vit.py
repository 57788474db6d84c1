"""pocket_vit: a vision transformer for images of 64 x 64 pixels, and of that size alone.

Dosovitskiy et al., An Image is Worth 16x16 Words, https://arxiv.org/abs/2010.11929. Its patches come from a
few convolutions, which learn more from few pictures than one large convolution does: Xiao et al., Early
Convolutions Help Transformers See Better, https://arxiv.org/abs/2106.14881
"""

# Annotations are not postponed: torchvision finds a builder's weights by its annotation, as a type.

from typing import Any

from torchvision.models.vision_transformer import ConvStemConfig, VisionTransformer

from tl_course.models.pocket.weights import INPUT_SIZE, NUM_CLASSES, PocketWeights, build, shipped
from tl_course.models.registry import publish_weights, register_model


def _architecture(num_classes: int = NUM_CLASSES, **kwargs: Any) -> VisionTransformer:
    """16 patches of 16 x 16 pixels and a class token through four blocks."""
    widths, strides = (24, 48, 48, 96, 128), (2, 2, 1, 2, 2)
    stem = [ConvStemConfig(width, 3, stride) for width, stride in zip(widths, strides, strict=True)]
    return VisionTransformer(
        image_size=INPUT_SIZE,
        patch_size=16,
        num_layers=4,
        num_heads=4,
        hidden_dim=128,
        mlp_dim=256,
        num_classes=num_classes,
        conv_stem_configs=stem,
        **kwargs,
    )


@publish_weights
class PocketViT_Weights(PocketWeights):  # noqa: N801  # named as torchvision's are
    """The shipped weights of `pocket_vit`."""

    SOURCE_V1 = shipped("pocket_vit")
    DEFAULT = SOURCE_V1


@register_model()  # type: ignore[untyped-decorator]
def pocket_vit(
    *, weights: PocketViT_Weights | None = None, progress: bool = True, **kwargs: Any
) -> VisionTransformer:
    """Build a small VisionTransformer, as torchvision's builders do.

    Args:
        weights: None for random ones; a member of `PocketViT_Weights` or its name.
        progress: accepted for torchvision's sake; nothing is downloaded.
        **kwargs: passed to `VisionTransformer`.

    Raises:
        CourseError: the weights are missing or damaged, or `num_classes` is not theirs.
    """
    return build(_architecture, PocketViT_Weights.verify(weights), **kwargs)
