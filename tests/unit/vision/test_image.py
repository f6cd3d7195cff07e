"""What people upload as a photograph, and what is kept of it."""

import io

import numpy as np
import pytest
from PIL import Image

from ekyc.domain.errors import ImageTooLarge, ImageUnreadable
from ekyc.settings import Documents
from ekyc.vision.image import jpeg, opened
from tests.fuzz.photographs import every_photograph, seeds

LIMITS = Documents()


def a_picture(wide: int = 60, high: int = 40) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (wide, high), (200, 0, 0))
    picture.paste((0, 0, 200), (wide // 2, 0, wide, high))
    return picture


def a_file(picture: Image.Image, form: str, **more: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **more)
    return file.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_of_any_usual_kind_is_opened(form: str) -> None:
    picture = opened(a_file(a_picture(), form), LIMITS)
    assert picture.pixels.shape == (40, 60, 3)
    assert picture.pixels[20, 5, 2] > 150  # red, given last
    assert picture.pixels[20, 55, 0] > 150


def test_a_photograph_taken_sideways_is_turned_once() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to see it upright
    picture = opened(a_file(a_picture(), "JPEG", exif=exif, quality=95), LIMITS)
    assert (picture.width_px, picture.height_px) == (40, 60)
    assert picture.pixels[5, 20, 2] > 150  # what was left is on top


def test_a_large_photograph_is_shrunk_and_says_by_how_much() -> None:
    picture = opened(a_file(a_picture(2400, 1800), "JPEG"), Documents(photo_long_side_px=1200))
    assert picture.pixels.shape == (900, 1200, 3)
    assert (picture.width_px, picture.height_px, picture.scale) == (2400, 1800, 2.0)


def test_transparency_palettes_and_grey_become_colour() -> None:
    for mode in ("RGBA", "P", "L", "LA"):
        assert opened(a_file(a_picture().convert(mode), "PNG"), LIMITS).pixels.shape == (40, 60, 3)


def test_where_the_photograph_was_taken_is_not_kept() -> None:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (10.0, 20.0, 30.0)}
    kept = jpeg(opened(a_file(a_picture(), "JPEG", exif=exif), LIMITS).pixels)
    assert not Image.open(io.BytesIO(kept)).getexif()


def test_a_bomb_is_refused_by_its_size_before_it_is_decoded() -> None:
    whole = a_file(Image.new("1", (8000, 8000)), "PNG")
    assert len(whole) < 20_000
    with pytest.raises(ImageTooLarge):
        opened(whole, LIMITS)


def test_too_many_bytes_are_refused_unseen() -> None:
    with pytest.raises(ImageTooLarge):
        opened(b"\0" * 200_001, Documents(photo_max_bytes=200_000))


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"hello",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        a_file(a_picture(), "JPEG")[:400],
        a_file(a_picture(), "PNG")[:80],
        a_file(a_picture(), "TIFF"),
        a_file(a_picture(), "BMP"),
    ],
    ids=["empty", "text", "eps", "gif", "half a jpeg", "half a png", "tiff", "bmp"],
)
def test_anything_else_is_refused(file: bytes) -> None:
    with pytest.raises(ImageUnreadable):
        opened(file, LIMITS)


def test_every_byte_of_a_photograph_may_be_broken() -> None:
    whole = np.frombuffer(a_file(a_picture(), "JPEG"), np.uint8)
    chance = np.random.default_rng(1)
    for _ in range(60):
        broken = whole.copy()
        broken[chance.integers(2, len(broken), 8)] = chance.integers(0, 256, 8)
        try:
            opened(broken.tobytes(), LIMITS)
        except (ImageUnreadable, ImageTooLarge):
            continue


@pytest.mark.parametrize("name", seeds())
def test_a_photograph_cut_short_anywhere_is_refused_or_read(name: str) -> None:
    whole = seeds()[name]
    every_photograph(whole)
    for end in range(0, len(whole), 7):
        every_photograph(whole[:end])
