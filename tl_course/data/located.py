"""Pictures in which it is known where the thing is: what a saliency map can be measured against."""

from __future__ import annotations

import numpy as np
from torch import Tensor
from torchvision.transforms.v2 import functional as v2

from tl_course.data.critters import Critters
from tl_course.data.folders import Pictures, in_memory
from tl_course.errors import CourseError


class Located(Pictures):
    """Pictures in memory and, for each, the mask of the thing that gives it its label.

    `.images` (N, 3, H, W) float, already through the transform; `.targets` and `.classes` as in `Pictures`;
    `.masks` (N, H, W) bool; `.describes` says in a phrase what the mask covers.
    """

    def __init__(
        self, images: Tensor, targets: list[int], classes: list[str], masks: np.ndarray, describes: str
    ) -> None:
        super().__init__(images, targets, classes)
        self.masks, self.describes = masks, describes

    @property
    def images(self) -> Tensor:
        """(N, 3, H, W) float."""
        return self.tensors[0]


def with_masks(critters: Critters) -> Located:
    """Critters and the masks that were drawn with them.

    Raises CourseError where the transform changes the size of the pictures, so that no mask fits.
    """
    pictures = in_memory(critters)
    images, masks = pictures.tensors[0], np.stack([critters.mask(index) for index in range(len(critters))])
    if images.shape[2:] != masks.shape[1:]:
        raise CourseError(
            f"The transform makes pictures of {images.shape[2]} x {images.shape[3]} pixels, the masks have "
            f"{masks.shape[1]} x {masks.shape[2]}. Use a transform that leaves the size as it is, such as "
            "preprocessing('pocket_resnet')."
        )
    return Located(images, pictures.targets, pictures.classes, masks, "the pixels where the animal is seen")


def on_blurred(pictures: Pictures, seed: int = 0) -> Located:
    """Each picture at half its size, in a random quarter of a strongly blurred copy of itself.

    Photos come without masks; here the truth is made: what is sharp can be recognised, the rest hardly.
    """
    images = pictures.tensors[0]
    height, width = images.shape[2:]
    half = height // 2, width // 2
    # A quarter, not any place: anywhere it would cover the centre, and a map of the centre would always hit.
    corners = np.random.default_rng(seed).integers(0, 2, (len(images), 2)) * (
        height - half[0],
        width - half[1],
    )
    small, scenes = v2.resize(images, list(half), antialias=True), blurred(images)
    masks = np.zeros((len(images), height, width), dtype=bool)
    for index, (top, left) in enumerate(corners):
        place = slice(top, top + half[0]), slice(left, left + half[1])
        scenes[index, :, place[0], place[1]] = small[index]
        masks[index, place[0], place[1]] = True
    describes = (
        "the quarter of the picture where the photo, at half its size, is sharp on its own blurred copy"
    )
    return Located(scenes, pictures.targets, pictures.classes, masks, describes)


def blurred(images: Tensor) -> Tensor:
    """Images (N, C, H, W) through a Gaussian of an eighth of the shorter side: colours stay, shapes go."""
    sigma = min(images.shape[-2:]) / 8
    size = 2 * int(2 * sigma) + 1
    # One direction after the other: the same as both at once, and far cheaper for a wide Gaussian.
    across: Tensor = v2.gaussian_blur(images, [size, 1], [sigma, sigma])
    return v2.gaussian_blur(across, [1, size], [sigma, sigma])
