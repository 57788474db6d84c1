"""What the controls of the Grad-CAM studio say, and what is said of the map that they ask for."""

from __future__ import annotations

from dataclasses import dataclass

from tl_course.profiles import Profile
from tl_course.widgets.maps import Explained

YOURS = -1  # among the classes to choose a picture from: the one that was uploaded
SAID = -1  # among the target classes: the one that the model gives


@dataclass(frozen=True)
class Choice:
    """What the controls say. `uploads` counts the uploaded pictures, so that a new one is another choice."""

    source: int
    number: int
    backbone: str
    layer: str
    method: str
    target: int
    uploads: int


def picture_name(profile: Profile, choice: Choice) -> str:
    """A chosen picture in words."""
    if choice.source == YOURS:
        return "your picture"
    return f"{profile.classes[choice.source]} number {choice.number}"


def reading(profile: Profile, choice: Choice, one: Explained) -> str:
    """What the model says, what the map is of, and what was measured, in sentences."""
    classes = profile.classes
    said = f"{choice.backbone} says {classes[one.answer]} (softmax {one.probabilities[one.answer]:.2f})"
    truth = "" if choice.source == YOURS else f"; it is {classes[choice.source]}"
    asked = "asks for no class" if choice.method == "eigencam" else f"asks for {classes[one.target]}"
    sentences = [f"{said}{truth}.", f"The map of {choice.method} at {choice.layer} {asked}.",
                 f"{one.measured[0].upper()}{one.measured[1:]}."]  # fmt: skip
    if one.is_zero:
        sentences.append(
            f"The map is zero everywhere: at this layer nothing speaks for {classes[one.target]}, or the "
            "scores do not depend on these places, as behind the last attention of a ViT."
        )
    return " ".join(sentences)
