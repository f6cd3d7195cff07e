"""What somebody could hand in as a photograph: refused in words, or a picture within its limits."""

import io
import struct
from typing import Final

import numpy as np
from PIL import Image

from ekyc.domain.errors import ImageTooLarge, ImageUnreadable
from ekyc.settings import Documents
from ekyc.vision.image import PORTRAIT_FORMATS, opened

LIMITS: Final = Documents(photo_max_pixels=1_000_000, photo_max_bytes=100_000)
"""The least they may be: what is tried is as large as that, and a million tries are wanted."""

SIZE: Final = (24, 16)


def seeds() -> dict[str, bytes]:
    """One small picture of each format and of the modes that are treated apart."""
    wide, high = SIZE
    shades = np.arange(wide * high * 3, dtype=np.uint8).reshape(high, wide, 3)
    picture = Image.fromarray(shades)
    exif = Image.Exif()
    exif[0x0112] = 6  # turned, as telephones write it
    made = {
        "jpeg": _file(picture, "JPEG", exif=exif),
        "progressive": _file(picture, "JPEG", progressive=True),
        "png": _file(picture, "PNG"),
        "palette": _file(picture.convert("P"), "PNG"),
        "webp": _file(picture, "WEBP"),
        "jpeg2000": _file(picture, "JPEG2000"),
    }
    box = struct.pack(">I4s4s", 24, b"ftyp", b"heic") + b"\0\0\0\0mif1heic"
    return made | {"heif": box + made["jpeg"]}


def _file(picture: Image.Image, kind: str, **how: object) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **how)
    return written.getvalue()


def every_photograph(data: bytes) -> None:
    """As a customer's photograph, and as a portrait of a chip."""
    _open(data)
    _open(data, formats=PORTRAIT_FORMATS)


def _open(data: bytes, **how: tuple[str, ...]) -> None:
    try:
        found = opened(data, LIMITS, **how)
    except (ImageTooLarge, ImageUnreadable):
        return
    high, wide, planes = found.pixels.shape
    assert planes == 3
    assert found.pixels.dtype == np.uint8
    assert 0 < max(wide, high) <= LIMITS.photo_long_side_px
    assert found.width_px * found.height_px <= LIMITS.photo_max_pixels
