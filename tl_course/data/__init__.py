"""Pictures: the pocket world, image folders, subsets."""

from tl_course.data.critters import CRITTERS, Critters, verify_pocket
from tl_course.data.folders import ImageFolder, load_splits, read_image

__all__ = [
    "CRITTERS",
    "Critters",
    "ImageFolder",
    "load_splits",
    "read_image",
    "verify_pocket",
]
