"""Find and replace a model's head: the last layer, which turns features into one logit a class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from numbers import Integral

from torch import nn
from torchvision.models.efficientnet import EfficientNet
from torchvision.models.mobilenetv2 import MobileNetV2
from torchvision.models.mobilenetv3 import MobileNetV3
from torchvision.models.resnet import ResNet
from torchvision.models.squeezenet import SqueezeNet

from tl_course.errors import CourseError

# Where a family keeps its head: a place, not a kind of layer, so that a head of many layers is found whole.
HEAD_NAMES: dict[type[nn.Module], str] = {
    ResNet: "fc",
    SqueezeNet: "classifier.1",
    MobileNetV2: "classifier.1",
    MobileNetV3: "classifier.3",
    EfficientNet: "classifier.1",
}


@dataclass(frozen=True)
class Head:
    """A head in its model: dotted `name`, `module`, and `in_features`, the number of features it takes."""

    name: str
    module: nn.Module
    in_features: int


def find_head(model: nn.Module) -> Head:
    """Return the head of `model`.

    Known families (`HEAD_NAMES`) keep it in one place; where a classifier was rebuilt by hand, it is the part
    around that place. In any other model it is the last layer with parameters, which must be an `nn.Linear`.

    Raises:
        CourseError: there is no head to be found.
    """
    last = _last_layer(model)
    place = next((name for family, name in HEAD_NAMES.items() if isinstance(model, family)), None)
    name = last if place is None else _part_around(place, last)
    if not name or (place is None and not isinstance(model.get_submodule(last), nn.Linear)):
        raise CourseError(_no_head(model, place, last))
    module = model.get_submodule(name)
    first = next(_weight_layers(module), None)
    if first is None:
        raise CourseError(_no_head(model, place, last))
    return Head(name, module, first.in_features if isinstance(first, nn.Linear) else first.in_channels)


def replace_head(model: nn.Module, num_classes: int, head: nn.Module | None = None) -> nn.Module:
    """Put a fresh head for `num_classes` classes in `model`, in place, and return `model`.

    The new head is of the old one's kind (a 1x1 convolution in SqueezeNet, else linear), on its device and in
    its dtype; it is trainable even where the old one was frozen. `head` puts a module of your own there
    instead, such as `nn.Sequential(nn.Dropout(0.5), nn.Linear(in_features, num_classes))`.

    Raises:
        CourseError: `num_classes` is no whole number of at least 2, `model` has no head to be found, or
            `head` ends in another number of outputs.
    """
    check_num_classes(num_classes)
    old = find_head(model)
    new = _fresh_head(old, num_classes) if head is None else _checked_head(head, num_classes)
    reference = next(old.module.parameters())
    model.set_submodule(old.name, new.to(reference.device, reference.dtype).train(model.training))
    if hasattr(model, "num_classes"):
        model.num_classes = num_classes  # type: ignore[assignment]  # torchvision's SqueezeNet remembers it
    return model


def check_num_classes(num_classes: int) -> None:
    """Raise CourseError unless `num_classes` is a whole number of at least 2."""
    if isinstance(num_classes, bool) or not isinstance(num_classes, Integral) or num_classes < 2:
        raise CourseError(
            f"num_classes={num_classes!r}: a classifier needs a whole number of classes, at least 2. "
            "Pass the number of your classes, such as len(profile.classes)."
        )


def _last_layer(model: nn.Module) -> str:
    """The dotted name of the last layer with parameters of its own; "" when the model has none inside."""
    layers = [name for name, module in model.named_modules() if any(True for _ in module.parameters(False))]
    return layers[-1] if layers else ""


def _part_around(place: str, last: str) -> str:
    """The innermost part at or above `place` that holds the layer `last`; "" when that is the whole model."""
    while place and not f"{last}.".startswith(f"{place}."):
        place = place.rpartition(".")[0]
    return place


def _no_head(model: nn.Module, place: str | None, last: str) -> str:
    sought = f"a layer with weights at {place!r}" if place else "an nn.Linear as last layer with parameters"
    found = f"{last!r} ({type(model.get_submodule(last)).__name__})" if last else "none inside it"
    known = ", ".join(sorted(family.__name__ for family in HEAD_NAMES))
    return (
        f"No head found in {type(model).__name__}: looked for {sought}, but the last layer with parameters "
        f"is {found}. Use a model that ends in an nn.Linear or is one of {known}, with its head in place."
    )


def _weight_layers(module: nn.Module) -> Iterator[nn.Linear | nn.Conv2d]:
    return (layer for layer in module.modules() if isinstance(layer, (nn.Linear, nn.Conv2d)))


def _fresh_head(old: Head, num_classes: int) -> nn.Module:
    if isinstance(next(_weight_layers(old.module)), nn.Conv2d):
        return nn.Conv2d(old.in_features, num_classes, kernel_size=1)
    return nn.Linear(old.in_features, num_classes)


def _checked_head(head: nn.Module, num_classes: int) -> nn.Module:
    layers = list(_weight_layers(head))
    if not layers:
        return head  # some other kind of layer: only its output could tell
    outputs = layers[-1].out_features if isinstance(layers[-1], nn.Linear) else layers[-1].out_channels
    if outputs != num_classes:
        raise CourseError(
            f"The given head ends in {outputs} outputs, but num_classes={num_classes}. Make the two equal."
        )
    return head
