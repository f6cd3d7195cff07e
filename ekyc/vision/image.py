"""Opens photographs nobody vouches for, and writes pictures that carry nothing but pixels.

Pillow decodes four formats and nothing else; the size is looked at before a pixel is decoded
(a 49 kB PNG can ask for 2.3 GB). OpenCV never sees the raw bytes.
"""

import io
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

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
    with Image.open(io.BytesIO(photograph), formats=formats) as image:
        wide, high = image.size
        if wide * high > limits.photo_max_pixels:
            raise _too_large(limits)
        most = limits.photo_long_side_px
        image.draft("RGB", (most, most))  # a JPEG is decoded at half size where that is enough
        upright = ImageOps.exif_transpose(image).convert("RGB")
    if (upright.width > upright.height) != (wide > high):
        wide, high = high, wide
    upright.thumbnail((most, most), Image.Resampling.BOX, reducing_gap=None)
    pixels = np.ascontiguousarray(np.asarray(upright)[..., ::-1])
    return Opened(pixels=pixels, scale=wide / upright.width, width_px=wide, height_px=high)


@cache
def _know_heif() -> None:
    """The decode-only library: it turns the picture upright by itself and clears the tag."""
    pi_heif.register_heif_opener()


def jpeg(pixels: Pixels) -> bytes:
    """A JPEG of these pixels, without any metadata."""
    file = io.BytesIO()
    Image.fromarray(pixels[..., ::-1]).save(file, "JPEG", quality=JPEG_QUALITY)
    return file.getvalue()
