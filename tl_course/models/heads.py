"""Find and replace a model's head: the last layer, which turns features into one logit a class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from numbers import Integral

from torch import nn

from tl_course.errors import CourseError
from tl_course.models.families import family_of, known_families


@dataclass(frozen=True)
class Head:
    """A head in its model: dotted `name`, `module`, and `in_features`, the number of features it takes."""

    name: str
    module: nn.Module
    in_features: int


def find_head(model: nn.Module) -> Head:
    """Return the head of `model`.

    Known families (`families.FAMILIES`, and timm's) keep it in one place; where a classifier was rebuilt by
    hand, it is the part around that place. In any other model it is the last layer with parameters, which
    must be an `nn.Linear`.

    Raises:
        CourseError: there is no head to be found.
    """
    family = family_of(model)
    if family is None:
        return _last_linear(model)
    name = family.head if family.is_fixed else _around(model, family.head)
    return _head(model, name, f"a layer with weights at {family.head!r}")


def all_heads(model: nn.Module) -> list[Head]:
    """Return every head that has a part in the model's answer, the main one first.

    That is one, or two in a distilled model of timm, which averages their logits in eval mode.

    Raises:
        CourseError: there is no head to be found.
    """
    return [find_head(model), *_further_heads(model, auxiliary=False)]


def auxiliary_heads(model: nn.Module) -> list[Head]:
    """Return the last layers of the auxiliary heads, which only training uses (GoogLeNet, Inception v3)."""
    return _further_heads(model, auxiliary=True)


def replace_head(model: nn.Module, num_classes: int, head: nn.Module | None = None) -> nn.Module:
    """Put a fresh head for `num_classes` classes in `model`, in place, and return `model`.

    The new head is of the old one's kind (a 1x1 convolution in SqueezeNet, else linear; with or without a
    bias), on its device and in its dtype; it is trainable even where the old one was frozen. `head` puts a
    module of your own there instead, such as `nn.Sequential(nn.Dropout(0.5), nn.Linear(in_features,
    num_classes))`. Auxiliary heads and the second head of a distilled model get a fresh last layer too.

    Raises:
        CourseError: `num_classes` is no whole number of at least 2, `model` has no head to be found, or
            `head` takes another number of features or ends in another number of outputs.
    """
    check_num_classes(num_classes)
    main, *others = [*all_heads(model), *auxiliary_heads(model)]
    own = None if head is None else _checked_head(head, main, num_classes)
    for old, given in ((main, own), *((other, None) for other in others)):
        new = _fresh_head(old, num_classes) if given is None else given
        reference = next(old.module.parameters())
        model.set_submodule(old.name, new.to(reference.device, reference.dtype).train(model.training))
    if hasattr(model, "num_classes"):
        model.num_classes = num_classes  # type: ignore[assignment]  # SqueezeNet and timm remember it
    return model


def check_num_classes(num_classes: int) -> None:
    """Raise CourseError unless `num_classes` is a whole number of at least 2."""
    if isinstance(num_classes, bool) or not isinstance(num_classes, Integral) or num_classes < 2:
        raise CourseError(
            f"num_classes={num_classes!r}: a classifier needs a whole number of classes, at least 2. "
            "Pass the number of your classes, such as len(profile.classes)."
        )


def _further_heads(model: nn.Module, auxiliary: bool) -> list[Head]:
    family = family_of(model)
    if family is None:
        return []
    names, present = family.auxiliary if auxiliary else family.twins, dict(model.named_modules())
    return [_head(model, name, f"a layer with weights at {name!r}") for name in names if name in present]


def _around(model: nn.Module, place: str) -> str:
    """This place, or the part around it where a classifier was rebuilt by hand; "" where there is none."""
    last = _last_layer(model, within=place.partition(".")[0])
    while place and not f"{last}.".startswith(f"{place}."):
        place = place.rpartition(".")[0]
    return place


def _last_linear(model: nn.Module) -> Head:
    last = _last_layer(model)
    name = last if isinstance(model.get_submodule(last), nn.Linear) else ""
    return _head(model, name, "an nn.Linear as last layer with parameters")


def _head(model: nn.Module, name: str, sought: str) -> Head:
    module = dict(model.named_modules()).get(name)
    first = next(_weight_layers(module), None) if name and module is not None else None
    if module is None or first is None:
        raise CourseError(_no_head(model, sought))
    return Head(name, module, _sizes(first)[0])


def _last_layer(model: nn.Module, within: str = "") -> str:
    """The dotted name of the last layer that has parameters, inside this child; "" when there is none."""
    layers = [name for name, module in model.named_modules() if any(True for _ in module.parameters(False))]
    inside = [name for name in layers if not within or f"{name}.".startswith(f"{within}.")]
    return inside[-1] if inside else ""


def _no_head(model: nn.Module, sought: str) -> str:
    last = _last_layer(model)
    found = f"{last!r} ({type(model.get_submodule(last)).__name__})" if last else "none inside it"
    return (
        f"No head found in {type(model).__name__}: looked for {sought}, but the last layer with parameters "
        f"is {found}. Use a model that ends in an nn.Linear or is one of {known_families()}, with its head "
        "in place; load_backbone(name, num_classes=...) gives a head to a model that has none."
    )


def _weight_layers(module: nn.Module) -> Iterator[nn.Linear | nn.Conv2d]:
    return (layer for layer in module.modules() if isinstance(layer, (nn.Linear, nn.Conv2d)))


def _fresh_head(old: Head, num_classes: int) -> nn.Module:
    *_, last = _weight_layers(old.module)
    bias = last.bias is not None
    if isinstance(last, nn.Conv2d):
        return nn.Conv2d(old.in_features, num_classes, kernel_size=1, bias=bias)
    return nn.Linear(old.in_features, num_classes, bias=bias)


def _checked_head(head: nn.Module, old: Head, num_classes: int) -> nn.Module:
    layers = list(_weight_layers(head))
    if not layers:
        return head  # some other kind of layer: only its output could tell
    inputs, outputs = _sizes(layers[0])[0], _sizes(layers[-1])[1]
    if outputs != num_classes:
        raise CourseError(
            f"The given head ends in {outputs} outputs, but num_classes={num_classes}. Make the two equal."
        )
    if inputs != old.in_features and not _reshapes(head):
        raise CourseError(
            f"The given head takes {inputs} features, but the model gives it {old.in_features}. "
            "Take the number from find_head(model).in_features."
        )
    return head


def _sizes(layer: nn.Linear | nn.Conv2d) -> tuple[int, int]:
    """The number of features that a layer takes and gives."""
    if isinstance(layer, nn.Linear):
        return layer.in_features, layer.out_features
    return layer.in_channels, layer.out_channels


def _reshapes(head: nn.Module) -> bool:
    """Whether a layer of the head may change the number of features without having weights."""
    return any(isinstance(layer, (nn.Flatten, nn.Unflatten, nn.PixelUnshuffle)) for layer in head.modules())
