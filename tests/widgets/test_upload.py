"""What somebody uploads becomes an RGB picture as it was meant, or one line that says what to do."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import datetime, timezone
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tl_course.errors import CourseError
from tl_course.widgets import upload as room
from tl_course.widgets.upload import read_upload, upload_button, uploaded

RED, BLUE = (200, 30, 30), (30, 30, 200)


def encoded(picture: Image.Image, kind: str = "PNG", **settings: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **settings)
    return buffer.getvalue()


def read(picture: Image.Image, kind: str = "PNG", **settings: Any) -> Image.Image:
    return read_upload("mine", encoded(picture, kind, **settings))


def near(picture: Image.Image, place: tuple[int, int], colour: tuple[int, int, int], by: int = 8) -> bool:
    return bool(np.abs(np.subtract(picture.getpixel(place), colour)).max() <= by)


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(CourseError) as caught:
        read_upload(name, data)
    text = str(caught.value)
    assert name in text
    assert "\n" not in text
    return text


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "TIFF"])
def test_usual_kinds_are_read(kind: str) -> None:
    picture = read(Image.new("RGB", (30, 20), RED), kind)

    assert (picture.mode, picture.size) == ("RGB", (30, 20))
    assert near(picture, (5, 5), RED)


def test_a_photo_taken_sideways_stands_upright() -> None:
    photo = Image.new("RGB", (40, 20), RED)
    photo.paste(BLUE, (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise

    picture = read(photo, "JPEG", exif=exif)

    assert picture.size == (20, 40)
    assert near(picture, (10, 5), BLUE)
    assert near(picture, (10, 35), RED)


def test_transparent_parts_become_white() -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    clear.paste((*RED, 255), (0, 0, 10, 20))

    picture = read(clear)

    assert picture.getpixel((15, 10)) == (255, 255, 255)
    assert picture.getpixel((5, 10)) == RED


def test_a_transparent_palette_becomes_white() -> None:
    palette = Image.new("P", (20, 20), 0)
    palette.putpalette([0, 0, 0, *RED])
    palette.paste(1, (0, 0, 10, 20))

    picture = read(palette, "PNG", transparency=0)

    assert picture.getpixel((15, 10)) == (255, 255, 255)
    assert picture.getpixel((5, 10)) == RED


def test_cmyk_keeps_its_colours() -> None:
    assert near(read(Image.new("RGB", (20, 20), RED).convert("CMYK"), "JPEG"), (5, 5), RED, by=12)


def test_sixteen_bits_become_eight_and_not_white() -> None:
    deep = np.full((20, 20), 32896, dtype=np.uint16)  # 128 of 255

    assert read(Image.fromarray(deep)).getpixel((5, 5)) == (128, 128, 128)


@pytest.mark.parametrize("mode", ["L", "LA", "1", "P"])
def test_grey_and_palettes_become_rgb(mode: str) -> None:
    assert read(Image.new("L", (20, 20), 255).convert(mode)).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_read(kind: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, BLUE)]

    assert near(read(frames[0], kind, save_all=True, append_images=frames[1:]), (5, 5), RED)


def test_an_empty_file_is_refused() -> None:
    assert "empty (0 bytes)" in refusal("a.png", b"")


@pytest.mark.parametrize("data", [b"hello", b"%PDF-1.7 ...", bytes(1000)])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert "no picture" in refusal("notes.txt", data)


def test_svg_is_named() -> None:
    assert "is SVG" in refusal("a.svg", b'<?xml version="1.0"?><svg xmlns="..."></svg>')


def test_heic_is_named() -> None:
    assert "is HEIC" in refusal("IMG_1.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0" + bytes(50))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_file_that_is_cut_off_is_refused(kind: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    whole = encoded(Image.fromarray(pixels), kind)

    assert "cannot be read" in refusal("half.png", whole[: len(whole) // 2])


def test_a_file_of_too_many_bytes_is_refused_before_it_is_opened(monkeypatch) -> None:
    monkeypatch.setattr(room, "MAX_BYTES", 10)

    assert "up to 1e-05 MB" in refusal("big.png", encoded(Image.new("RGB", (20, 20))))


def png_header(width: int, height: int) -> bytes:
    """The start of a PNG file of this size, without its pixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    checksum = struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + checksum + b"\0\0\0\x0cIDAT" + bytes(16)


@pytest.mark.parametrize("side", [8_000, 12_000, 60_000])
def test_too_many_pixels_are_refused_by_the_header_alone(side: int) -> None:
    assert "pixels" in refusal("bomb.png", png_header(side, side))


def test_a_thin_strip_is_refused() -> None:
    assert "strip of 3000 x 1 pixels" in refusal("line.png", encoded(Image.new("RGB", (3000, 1))))


def test_pixels_as_fractions_are_refused() -> None:
    assert "fractions" in refusal("f.tiff", encoded(Image.new("F", (20, 20)), "TIFF"))


def test_a_long_name_is_cut() -> None:
    with pytest.raises(CourseError) as caught:
        read_upload("x" * 300, b"")

    assert len(str(caught.value)) < 120


def test_the_button_gives_name_and_picture() -> None:
    button, data = upload_button(), encoded(Image.new("RGB", (20, 20), RED))
    file = {"name": "red.png", "type": "image/png", "size": len(data), "content": memoryview(data)}
    button.value = ({**file, "last_modified": datetime.now(timezone.utc)},)

    name, picture = uploaded(button)

    assert name == "red.png"
    assert picture.getpixel((0, 0)) == RED
