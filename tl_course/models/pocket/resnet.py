"""pocket_resnet: a ResNet small enough to train on a laptop, for images of 64 x 64 pixels.

He et al., Deep Residual Learning for Image Recognition, https://arxiv.org/abs/1512.03385
"""

# Annotations are not postponed: torchvision finds a builder's weights by its annotation, as a type.

from typing import Any

from torch import nn
from torchvision.models.resnet import BasicBlock, ResNet

from tl_course.models.pocket.weights import NUM_CLASSES, PocketWeights, build, shipped
from tl_course.models.registry import publish_weights, register_model

WIDTHS = (24, 48, 96, 240)  # channels of layer1 to layer4


class PocketResNet(ResNet):
    """torchvision's ResNet, narrower, one block in each layer, without pooling after the first convolution.

    Takes images (N, 3, H, W), gives logits (N, num_classes). At 64 x 64, layer1 to layer4 see 32, 16, 8 and 4
    pixels a side.
    """

    def __init__(self, num_classes: int = NUM_CLASSES, widths: tuple[int, int, int, int] = WIDTHS) -> None:
        # ResNet.__init__ fixes the widths at 64 to 512: skip it, and set here what its _make_layer reads.
        nn.Module.__init__(self)
        self._norm_layer = nn.BatchNorm2d
        self.inplanes, self.dilation, self.groups, self.base_width = widths[0], 1, 1, 64

        self.conv1 = nn.Conv2d(3, widths[0], kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.Identity()  # 64 pixels leave none to spare: after a pool layer4 would see 2 x 2
        self.layer1 = self._make_layer(BasicBlock, widths[0], blocks=1)
        self.layer2 = self._make_layer(BasicBlock, widths[1], blocks=1, stride=2)
        self.layer3 = self._make_layer(BasicBlock, widths[2], blocks=1, stride=2)
        self.layer4 = self._make_layer(BasicBlock, widths[3], blocks=1, stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(widths[3], num_classes)

        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")


@publish_weights
class PocketResNet_Weights(PocketWeights):  # noqa: N801  # named as torchvision's are
    """The shipped weights of `pocket_resnet`."""

    SOURCE_V1 = shipped("pocket_resnet")
    DEFAULT = SOURCE_V1


@register_model()  # type: ignore[untyped-decorator]
def pocket_resnet(
    *, weights: PocketResNet_Weights | None = None, progress: bool = True, **kwargs: Any
) -> PocketResNet:
    """Build a PocketResNet, as torchvision's builders do.

    Args:
        weights: None for random ones; a member of `PocketResNet_Weights` or its name.
        progress: accepted for torchvision's sake; nothing is downloaded.
        **kwargs: passed to `PocketResNet`.

    Raises:
        CourseError: the weights are missing or damaged, or `num_classes` is not theirs.
    """
    return build(PocketResNet, PocketResNet_Weights.verify(weights), **kwargs)
