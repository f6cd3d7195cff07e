"""Words drawn as brightness: white on black, for films."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ekyc.vision import models

Luma = NDArray[np.uint8]
"""(height, width), 16 (black) to 235 (white): BT.601, as VP8 has it."""

_BLACK, _WHITE = 16, 235


def words(text: str, *, width: int, height: int, size: int) -> Luma:
    """In the middle of a box, on as many lines as they need; `size` is in pixels."""
    font = _font(size)
    lines = _lines(text, font, width - size)
    step = size * 5 // 4
    picture = Image.new("L", (width, height), _BLACK)
    pen = ImageDraw.Draw(picture)
    top = (height - step * len(lines)) // 2 + step // 2
    for number, line in enumerate(lines):
        pen.text((width // 2, top + number * step), line, _WHITE, font, anchor="mm")
    return np.asarray(picture, np.uint8)


def _lines(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(models.path("Roboto-Regular.ttf"), size)
