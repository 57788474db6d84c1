"""The ants and bees of the PyTorch transfer-learning tutorial: real photos for the imagenet profile."""

from __future__ import annotations

from pathlib import Path

import torch
from torchvision.datasets.utils import download_and_extract_archive

from tl_course.errors import CourseError

URL = "https://download.pytorch.org/tutorial/hymenoptera_data.zip"


def ants_bees_folder() -> Path:
    """The folder with train/ and val/, downloaded (47 MB) to torch's cache on first use.

    Raises CourseError when it is not there and cannot be downloaded.
    """
    cache = Path(torch.hub.get_dir()).parent / "tl_course"
    folder = cache / "hymenoptera_data"
    if (folder / "train").is_dir() and (folder / "val").is_dir():
        return folder
    try:
        download_and_extract_archive(URL, str(cache), remove_finished=True)
    except (OSError, RuntimeError) as problem:
        raise CourseError(
            f"The imagenet profile needs photos: it would download the ants and bees (47 MB) to {folder}, "
            f"and that failed ({problem}). Connect to a network, or set TL_COURSE_DATA to an image folder of "
            "your own, or go back to the pocket profile: TL_COURSE_PROFILE=pocket."
        ) from None
    return folder
