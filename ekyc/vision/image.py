"""Opens photographs nobody vouches for, and writes pictures that carry nothing but pixels.

Pillow decodes four formats and nothing else; the size is looked at before a pixel is decoded
(a 49 kB PNG can ask for 2.3 GB). OpenCV never sees the raw bytes.
"""

import io
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import cv2
import numpy as np
import pi_heif
from numpy.typing import NDArray
from PIL import Image, ImageOps

from ekyc.domain.errors import ImageTooLarge, ImageUnreadable
from ekyc.settings import Documents

Pixels = NDArray[Any]
"""Rows × columns × blue, green, red (or rows × columns, grey), 8 bits each."""

FORMATS: Final = ("JPEG", "PNG", "WEBP", "HEIF")
PORTRAIT_FORMATS: Final = ("JPEG", "JPEG2000")
"""What a chip holds (ISO/IEC 19794-5); customers send no JPEG 2000."""

JPEG_QUALITY: Final = 92
SHRINKABLE: Final = frozenset({"RGB", "RGBA", "L", "LA"})
"""Modes that Pillow averages pixels of; others become RGB first."""

PNG: Final = b"\x89PNG\r\n\x1a\n"
MOST_CHUNKS: Final = 10_000
"""Of a PNG: in the 12 MB that a photograph may have, cameras write some 1 500 of 8 kB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A photograph held upright; `scale` turns its pixels into those of the file."""

    pixels: Pixels
    scale: float
    width_px: int
    height_px: int


def opened(photograph: bytes, limits: Documents, *, formats: tuple[str, ...] = FORMATS) -> Opened:
    """Decode, turn as EXIF says (once) and shrink to the working size.

    Raises `ImageTooLarge` by bytes or by pixels, `ImageUnreadable` for everything that is not a
    whole picture in one of these formats.
    """
    if len(photograph) > limits.photo_max_bytes:
        raise _too_large(limits)
    try:
        return _decoded(photograph, limits, formats)
    except ImageTooLarge:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large(limits) from error
    except Exception as error:  # a broken file may break a decoder in any way it likes
        raise ImageUnreadable from error


def _too_large(limits: Documents) -> ImageTooLarge:
    return ImageTooLarge.over(max_bytes=limits.photo_max_bytes, max_pixels=limits.photo_max_pixels)


def _decoded(photograph: bytes, limits: Documents, formats: tuple[str, ...]) -> Opened:
    _know_heif()
    _count_chunks(photograph)
    with Image.open(io.BytesIO(photograph), formats=formats) as image:
        wide, high = image.size
        # Transparency and CMYK count double: while they are shrunk Pillow holds them twice.
        if wide * high * (2 if len(image.getbands()) > 3 else 1) > limits.photo_max_pixels:
            raise _too_large(limits)
        most = limits.photo_long_side_px
        image.draft("RGB", (most, most))  # a JPEG is decoded at half size where that is enough
        small: Image.Image = (
            image if image.mode in SHRINKABLE else image.convert(_plain(image.mode))
        )
        # Before it is turned: a turned copy of forty million pixels costs 120 MB more.
        small.thumbnail((most, most), Image.Resampling.BOX, reducing_gap=None)
        upright = ImageOps.exif_transpose(small).convert("RGB")
    if (upright.width > upright.height) != (wide > high):
        wide, high = high, wide
    pixels = np.asarray(cv2.cvtColor(np.asarray(upright), cv2.COLOR_RGB2BGR))
    return Opened(pixels=pixels, scale=wide / upright.width, width_px=wide, height_px=high)


def _plain(mode: str) -> str:
    """Grey stays grey until it is small: a third of the memory."""
    return "L" if mode in {"1", "I", "I;16", "F"} else "RGB"


def _count_chunks(photograph: bytes) -> None:
    """A PNG of a million tiny chunks would keep Pillow busy for seconds."""
    at, number = len(PNG), 0
    while photograph.startswith(PNG) and at + 8 <= len(photograph):
        at += 12 + int.from_bytes(photograph[at : at + 4], "big")
        number += 1
        if number > MOST_CHUNKS:
            raise ImageUnreadable


@cache
def _know_heif() -> None:
    """The decode-only library: it turns the picture upright by itself and clears the tag."""
    pi_heif.register_heif_opener()


def jpeg(pixels: Pixels) -> bytes:
    """A JPEG of these pixels, without any metadata."""
    file = io.BytesIO()
    in_order = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)  # six times faster than a view backwards
    Image.fromarray(in_order).save(file, "JPEG", quality=JPEG_QUALITY)
    return file.getvalue()
