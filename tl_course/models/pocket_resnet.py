"""pocket_resnet: a ResNet small enough to train on a laptop, for images of 64 x 64 pixels.

He et al., Deep Residual Learning for Image Recognition, https://arxiv.org/abs/1512.03385
"""

# Annotations are not postponed: torchvision finds a builder's weights by its annotation, as a type.

from functools import partial
from typing import Any

from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock, ResNet

from tl_course.errors import CourseError
from tl_course.models.registry import (
    ImageClassification,
    Weights,
    WeightsEnum,
    publish_weights,
    register_model,
)
from tl_course.models.weight_files import card_meta, load_weights

INPUT_SIZE = 64  # pixels, height and width
MEAN = (0.5, 0.5, 0.5)  # of red, green and blue values in [0, 1]
STD = (0.25, 0.25, 0.25)
WIDTHS = (24, 48, 96, 240)  # channels of layer1 to layer4


class PocketResNet(ResNet):
    """torchvision's ResNet, narrower, one block in each layer, without pooling after the first convolution.

    Takes images (N, 3, H, W), gives logits (N, num_classes). At 64 x 64, layer1 to layer4 see 32, 16, 8 and 4
    pixels a side.
    """

    def __init__(self, num_classes: int = 57, widths: tuple[int, int, int, int] = WIDTHS) -> None:
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
class PocketResNet_Weights(WeightsEnum):  # noqa: N801  # named as torchvision's are
    """Weights learned on the course's source task. Their `.meta` and state dict come from shipped files."""

    SOURCE_V1 = Weights(
        url="pocket_resnet.safetensors",
        transforms=partial(
            ImageClassification, crop_size=INPUT_SIZE, resize_size=INPUT_SIZE, mean=MEAN, std=STD
        ),
        meta={},  # in the card, read when asked for
    )
    DEFAULT = SOURCE_V1

    @property
    def meta(self) -> dict[str, Any]:
        """Categories, parameter count, source accuracy in percent, and the command that made the weights."""
        return card_meta("pocket_resnet")

    def get_state_dict(self, *args: Any, **kwargs: Any) -> dict[str, Tensor]:
        """Return the shipped weights; arguments about downloading (`progress`, `check_hash`) have no effect.

        Raises:
            CourseError: the file or its card is missing, or the file is damaged.
        """
        return load_weights("pocket_resnet")


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
    weights = PocketResNet_Weights.verify(weights)
    if weights is None:
        return PocketResNet(**kwargs)
    num_categories = len(weights.meta["categories"])
    if kwargs.setdefault("num_classes", num_categories) != num_categories:
        raise CourseError(
            f"{weights} has a head for {num_categories} classes, not {kwargs['num_classes']}. "
            "Call load_backbone('pocket_resnet', num_classes=...), which replaces the head."
        )
    model = PocketResNet(**kwargs)
    model.load_state_dict(weights.get_state_dict(progress=progress, check_hash=True))
    return model
