"""A picture that somebody uploads: read as what it shows, or refused in one line."""

from __future__ import annotations

import io
import warnings
from typing import Any

import ipywidgets
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from tl_course.errors import CourseError

# A front end sends the file in one message, and tornado's servers close the connection at 10 MiB.
MAX_BYTES = 8_000_000
MAX_PIXELS = 50_000_000
MAX_ASPECT = 20  # the preprocessing scales the short side up: a thin strip would become huge
_HEIF = (b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1", b"avif")


def upload_button() -> ipywidgets.FileUpload:
    """A button that takes one picture; the last file stays until another one is chosen."""
    return ipywidgets.FileUpload(
        accept="image/*",
        description="Upload a picture",
        tooltip=f"JPEG or PNG, up to {MAX_BYTES / 1e6:g} MB",
        layout={"width": "auto"},
    )


def uploaded(button: ipywidgets.FileUpload) -> tuple[str, Image.Image]:
    """Name and RGB picture of the file that was chosen last. Raises CourseError as `read_upload` does."""
    file: Any = button.value[-1]
    return file["name"], read_upload(file["name"], bytes(file["content"]))


def read_upload(name: str, data: bytes) -> Image.Image:
    """The RGB picture in an uploaded file, upright, with 8 bits a colour; transparent parts become white.

    Of an animation it is the first frame.

    Raises CourseError, in one line, where the file is empty, too large, cut off, or no picture.
    """
    name = name if len(name) <= 60 else f"{name[:57]}..."
    if not data:
        raise CourseError(f"{name} is empty (0 bytes). Choose another file.")
    if len(data) > MAX_BYTES:
        raise CourseError(
            f"{name} has {len(data) / 1e6:.0f} MB; up to {MAX_BYTES / 1e6:g} MB can be read. Save it smaller."
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd metadata and of many pixels: checked below
        return _decoded(name, data)


def _decoded(name: str, data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data)) as image:
            _check_size(name, *image.size)  # the header alone was read so far
            image.load()
            upright = ImageOps.exif_transpose(image)
    except UnidentifiedImageError:
        raise _unknown(name, data) from None
    except Image.DecompressionBombError:
        raise CourseError(f"{name} has far too many pixels. Save it smaller.") from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError) as problem:
        reason = " ".join(str(problem).split()) or type(problem).__name__
        raise CourseError(f"{name} cannot be read: {reason}. It may be cut off; upload it anew.") from None
    return _as_rgb(name, upright)


def _check_size(name: str, width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise CourseError(
            f"{name} has {width} x {height} pixels; up to {MAX_PIXELS / 1e6:g} million can be read. Save it "
            "smaller."
        )
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise CourseError(f"{name} is a strip of {width} x {height} pixels. Cut out the part that matters.")


def _as_rgb(name: str, image: Image.Image) -> Image.Image:
    if image.mode == "F":
        raise CourseError(f"{name} stores its pixels as fractions. Save it as PNG or JPEG.")
    if image.mode.startswith("I"):  # Pillow would cut 16 bits at 255, all white
        values = np.asarray(image).astype(np.float64)
        return Image.fromarray((values.clip(0, 65535) / 257).round().astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        ground = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(ground, clear).convert("RGB")
    return image.convert("RGB")


def _unknown(name: str, data: bytes) -> CourseError:
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF:
        return CourseError(f"{name} is HEIC or AVIF, which cannot be read here. Save it as JPEG or PNG.")
    if b"<svg" in data[:2000].lower():
        return CourseError(f"{name} is SVG: a drawing without pixels. Save it as PNG.")
    return CourseError(f"{name} is no picture that can be read. Upload a JPEG or PNG file.")
