"""What the pocket backbones share: shipped weights in torchvision's manner, and how a builder loads them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from torch import Tensor, nn

from tl_course.errors import CourseError
from tl_course.models.registry import ImageClassification, Weights, WeightsEnum
from tl_course.models.weight_files import card_meta, load_weights

POCKET = ("pocket_resnet", "pocket_mobilenet", "pocket_efficientnet", "pocket_convnext", "pocket_vit")
INPUT_SIZE = 64  # pixels, height and width
NUM_CLASSES = 57  # of the source task
MEAN = (0.5, 0.5, 0.5)  # of red, green and blue values in [0, 1]
STD = (0.25, 0.25, 0.25)

Model = TypeVar("Model", bound=nn.Module)


def shipped(name: str) -> Weights:
    """The weights of the pocket backbone `name`, learned on the source task."""
    preset = partial(ImageClassification, crop_size=INPUT_SIZE, resize_size=INPUT_SIZE, mean=MEAN, std=STD)
    return Weights(url=f"{name}.safetensors", transforms=preset, meta={})  # its meta is in the card


class PocketWeights(WeightsEnum):
    """Weights learned on the course's source task. Their `.meta` and state dict come from shipped files."""

    @property
    def backbone(self) -> str:
        """The name of the backbone that they belong to."""
        return str(self.url).removesuffix(".safetensors")

    @property
    def meta(self) -> dict[str, Any]:
        """Categories, parameter count, source accuracy in percent, and the command that made the weights."""
        return card_meta(self.backbone)

    def get_state_dict(self, *args: Any, **kwargs: Any) -> dict[str, Tensor]:
        """Return the shipped weights; arguments about downloading (`progress`, `check_hash`) have no effect.

        Raises:
            CourseError: the file or its card is missing, or the file is damaged.
        """
        return load_weights(self.backbone)


def build(architecture: Callable[..., Model], weights: PocketWeights | None, **kwargs: Any) -> Model:
    """Call `architecture(**kwargs)` and load `weights` into it; None leaves it random.

    Raises:
        CourseError: the weights are missing or damaged, or `num_classes` is not theirs.
    """
    if weights is None:
        return architecture(**kwargs)
    num_categories = len(weights.meta["categories"])
    if kwargs.setdefault("num_classes", num_categories) != num_categories:
        raise CourseError(
            f"{weights} has a head for {num_categories} classes, not {kwargs['num_classes']}. "
            f"Call load_backbone({weights.backbone!r}, num_classes=...), which replaces the head."
        )
    model = architecture(**kwargs)
    model.load_state_dict(weights.get_state_dict())
    return model
