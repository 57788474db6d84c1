"""Pictures: the pocket world, image folders, subsets."""

from tl_course.data.critters import CRITTERS, Critters, verify_pocket
from tl_course.data.folders import ImageFolder, Pictures, in_memory, load_splits, read_image
from tl_course.data.located import Located, blurred, on_blurred, with_masks
from tl_course.data.source_task import SOURCE_CLASSES, SourceTask

__all__ = [
    "CRITTERS",
    "SOURCE_CLASSES",
    "Critters",
    "ImageFolder",
    "Located",
    "Pictures",
    "SourceTask",
    "blurred",
    "in_memory",
    "load_splits",
    "on_blurred",
    "read_image",
    "verify_pocket",
    "with_masks",
]
