"""Draws what stands in machine-readable zones and around them, as ink on nothing (0 none, 1 full).

Lines hold random signs rather than names and dates: the network must learn shapes, not a language.
"""

from functools import cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ekyc.domain.mrz import ALPHABET, FILLER
from ekyc.vision import models

Pixels = NDArray[Any]
Chance = np.random.Generator

PITCH: Final = 32
"""Pixels a character in these drawings; pictures are made from them by shrinking."""

CELL: Final = (48, 64)
"""Width and height of one drawn sign: more than a pitch, so that wide signs are whole."""

SYSTEM_FONTS: Final = Path("/usr/share/fonts")
OCR_B: Final = ("OCRBS.otf", "OCRBL.otf", "OCRBF.otf")
"""Sharp, light and fat, of Debian's fonts-ocr-b; the plain one ships with the product."""

LOOK_ALIKES: Final = ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf")
PRINT: Final = (
    "DejaVuSans.ttf",
    "DejaVuSans-Bold.ttf",
    "DejaVuSansCondensed.ttf",
    "DejaVuSerif.ttf",
    "DejaVuSerifCondensed-Bold.ttf",
    "DejaVuSansMono.ttf",
)
SIZES: Final = ((3, 30), (2, 36), (2, 44))
"""Lines and signs a line of the formats of ICAO 9303."""


class NoFont(Exception):
    """A font is missing: apt install fonts-ocr-b fonts-dejavu."""


@cache
def font_file(name: str) -> str:
    """Where the font lies."""
    if name in models.SHA256:
        return str(models.path(name))
    found = next(iter(sorted(SYSTEM_FONTS.rglob(name))), None)
    if found is None:
        raise NoFont(name)
    return str(found)


def _typeface(chance: Chance) -> str:
    if chance.random() < 0.1:
        return str(chance.choice(LOOK_ALIKES))
    return str(chance.choice(("OCRB.otf", "OCRB.otf", "OCRB.otf", *OCR_B)))


@cache
def _signs(name: str, height: float) -> tuple[Pixels, ...]:
    """Every sign of the alphabet in a CELL, capitals `height` × PITCH tall, each in its middle."""
    font = ImageFont.truetype(font_file(name), 100)
    capital = -font.getbbox("H", anchor="ls")[1]
    share = 1.0 if name.startswith("OCR") else 0.93  # look-alikes are set a little narrower
    across = share * PITCH / font.getlength("H")
    along = height * PITCH / capital
    return tuple(_sign(font, sign, across, along, capital) for sign in ALPHABET)


def _sign(
    font: ImageFont.FreeTypeFont, sign: str, across: float, along: float, capital: float
) -> Pixels:
    image = Image.new("L", (220, 230), 0)
    ImageDraw.Draw(image).text((50, 150), sign, font=font, fill=255, anchor="ls")
    ink = cv2.GaussianBlur(np.asarray(image, np.float32) / 255, (0, 0), 0.5 / across)
    wide, high = CELL
    middle = 50 + font.getlength(sign) / 2
    place = np.array(
        [
            [across, 0, wide / 2 - across * middle],
            [0, along, high / 2 + along * capital / 2 - along * 150],
        ]
    )
    return np.asarray(cv2.warpAffine(ink, place, CELL))


def line(chance: Chance, length: int) -> str:
    """One line of signs: of all kinds, like a name, or mostly digits; fillers in runs."""
    kind = chance.random()
    letters, digits = ALPHABET[10:36], ALPHABET[:10]
    if kind < 0.5:
        return "".join(chance.choice(list(ALPHABET), length, p=_EVENLY))
    if kind < 0.75:
        words = [
            "".join(chance.choice(list(letters), int(chance.integers(1, 10))))
            for _ in range(int(chance.integers(2, 6)))
        ]
        text = FILLER.join([words[0] + FILLER, *words[1:]])
        return text[:length].ljust(length, FILLER)
    parts: list[str] = []
    while len("".join(parts)) < length:
        source = (digits, digits, letters, FILLER)[int(chance.integers(4))]
        parts.append("".join(chance.choice(list(source), int(chance.integers(1, 12)))))
    return "".join(parts)[:length]


_EVENLY: Final = [0.8 / 36] * 36 + [0.2]


def lines(chance: Chance) -> list[str]:
    """All lines of a zone of some format."""
    rows, length = SIZES[int(chance.integers(len(SIZES)))]
    return [line(chance, length) for _ in range(rows)]


def zone(chance: Chance, texts: list[str], *, step: float, margin: int) -> tuple[Pixels, Pixels]:
    """The ink of these lines, `step` pitches apart, and the centre and number of each sign."""
    signs = _signs(_typeface(chance), 0.04 * round(chance.uniform(20.5, 27.5)))
    wide = (len(texts[0]) + 2 * margin) * PITCH
    high = round((len(texts) - 1) * step * PITCH) + 2 * margin * PITCH
    ink = np.zeros((high, wide), np.float32)
    shake = chance.uniform(0, 1.2) if chance.random() < 0.5 else 0.0
    centres = []
    for row, text in enumerate(texts):
        shift = chance.normal(0, 2) if chance.random() < 0.3 else 0.0
        noise = chance.normal(0, 1, (len(text), 2)) * shake
        for column, sign in enumerate(text):
            x = (margin + column + 0.5) * PITCH + shift + noise[column, 0]
            y = (margin + row * step) * PITCH + noise[column, 1]
            left, top = round(x - CELL[0] / 2), round(y - CELL[1] / 2)
            number = ALPHABET.index(sign)
            stamp(ink, signs[number], left, top)
            centres.append((left + CELL[0] / 2, top + CELL[1] / 2, number))
    return ink, np.array(centres, np.float32)


def stamp(ink: Pixels, print_: Pixels, left: int, top: int, strength: float = 1.0) -> None:
    """Add print to the ink where both overlap."""
    high, wide = print_.shape
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(ink.shape[0], top + high), min(ink.shape[1], left + wide)
    if y1 > y0 and x1 > x0:
        part = print_[y0 - top : y1 - top, x0 - left : x1 - left] * strength
        np.maximum(ink[y0:y1, x0:x1], part, out=ink[y0:y1, x0:x1])


def worn(chance: Chance, ink: Pixels) -> Pixels:
    """Ink that spread or grew thin, print with gaps."""
    if chance.random() < 0.75:
        spread = cv2.GaussianBlur(ink, (0, 0), chance.uniform(0.8, 2.4))
        ink = 1 / (1 + np.exp(-(spread - chance.uniform(0.22, 0.66)) * chance.uniform(8, 20)))
        ink = (ink - ink.min()) / max(1e-3, float(ink.max() - ink.min()))
    if chance.random() < 0.2:
        small = chance.random((ink.shape[0] // 3, ink.shape[1] // 3), np.float32)
        grain = cv2.resize(small, ink.shape[::-1], interpolation=cv2.INTER_LINEAR)
        ink = ink * np.clip((grain - chance.uniform(0.02, 0.25)) * 8, 0.15, 1)
    return np.asarray(ink, np.float32)


@cache
def prints(count: int = 300) -> tuple[Pixels, ...]:
    """Lines of other print, capitals about 40 pixels tall: words, numbers, dates, dotted rules."""
    chance = np.random.default_rng(5)
    return tuple(_print(chance) for _ in range(count))


def _print(chance: Chance) -> Pixels:
    font = ImageFont.truetype(font_file(str(chance.choice(PRINT))), 56)
    text = " ".join(_word(chance) for _ in range(int(chance.integers(1, 9))))
    right = font.getbbox(text, anchor="ls")[2]
    image = Image.new("L", (int(right) + 8, 84), 0)
    ImageDraw.Draw(image).text((4, 60), text, font=font, fill=255, anchor="ls")
    return np.asarray(image, np.float32) / 255


_LETTERS: Final = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộúùủũụứừửữựýỳỷỹỵ"


def _word(chance: Chance) -> str:
    kind = chance.random()
    size = int(chance.integers(1, 10))
    if kind < 0.15:
        return "".join(chance.choice(list("0123456789/.-"), size))
    if kind < 0.2:
        return "".join(chance.choice(list("._-·<>|="), 1)) * int(chance.integers(3, 30))
    word = "".join(chance.choice(list(_LETTERS), size))
    return (word, word.upper(), word.capitalize())[int(chance.integers(3))]


def some_print(chance: Chance, scale: float) -> Pixels:
    """One of the lines, smaller by `scale`."""
    pool = prints()
    chosen = pool[int(chance.integers(len(pool)))]
    small = cv2.resize(chosen, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small)
