"""Documents nobody issues: random cards and passport pages, and the specimens of the demo.

A net that has seen one country's card only finds one country's card.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ekyc.demo import cards
from ekyc.demo.designs.sheet import ROBOTO
from ekyc.demo.specimen import Design as Kinds
from ekyc.demo.specimen import a_specimen
from ekyc.training.corners.brush import Chance, Pixels, cloud, colour
from ekyc.vision import models

WIDE: Final = 640
"""Pixels of a drawn document's long side."""

ID1: Final = 85.6 / 53.98
PASSPORT: Final = 125 / 88
LETTERS: Final = np.array(
    list("ABCDEFGHIKLMNOPRSTUVXYabcdefghiklmnoprstuvxy0123456789/:.-ÀÂĐÊÔƠƯạảấầậắặẹếệịọốộợụứ")
)
SIGNS: Final = np.array(list("ABCDEFGHNOPRSTUV0123456789<<<<<<<"))
SPECIMENS_FROM: Final = 700_000
"""Seeds of the people on specimens: far from those of demo, tests and measurements."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A document lying flat, blue, green, red; `radius` of its corners as a share of its width."""

    picture: Pixels
    radius: float
    page: bool = False
    specimen: bool = False


def specimens(people: int) -> Iterator[Design]:
    """Every side of every kind of document the demo draws, of so many people each."""
    for seed in range(SPECIMENS_FROM, SPECIMENS_FROM + people):
        for kind in Kinds:
            for card in cards.sides(a_specimen(seed, kind=kind)):
                drawn = np.asarray(card.image)[..., ::-1]
                high = round(WIDE * drawn.shape[0] / drawn.shape[1])
                small = cv2.resize(drawn, (WIDE, high), interpolation=cv2.INTER_AREA)
                page = WIDE / high < 1.5
                radius = 0.01 if page else 3.18 / 85.6
                yield Design(picture=small, radius=radius, page=page, specimen=True)


def invented(chance: Chance) -> Design:
    """A card or, one time in six, a passport's page, as no country prints it."""
    passport = chance.random() < 0.16
    aspect = PASSPORT if passport else ID1
    if not passport and chance.random() < 0.1:
        aspect = chance.uniform(1.42, 1.65)
    size = (WIDE, round(WIDE / aspect))
    paper = _paper(chance, size)
    ink = 1.0 if paper.mean() > 110 else 0.0
    sheet = Image.fromarray(np.clip(paper, 0, 255).astype(np.uint8))
    _pictures(chance, sheet, passport=passport)
    _print(chance, sheet, dark=ink > 0, zone=passport or chance.random() < 0.3)
    picture = np.asarray(sheet).copy()
    if chance.random() < 0.25:
        rim = [float(part) for part in colour(chance, 30, 255, 0.5)]
        thick = int(chance.integers(1, 9))
        cv2.rectangle(picture, (0, 0), (size[0] - 1, size[1] - 1), rim, thick)
    radius = 3.18 / 85.6 if chance.random() < 0.8 else chance.uniform(0, 0.05)
    if passport:
        radius = chance.uniform(0, 0.02) if chance.random() < 0.6 else 0.0
    return Design(picture=picture, radius=radius, page=passport)


def _paper(chance: Chance, size: tuple[int, int]) -> Pixels:
    """Tint, gradient, fine lines, bands. Four of ten are nearly white."""
    kind = chance.random()
    if kind < 0.4:
        tint = colour(chance, 215, 252, 0.5)
    else:
        tint = colour(chance, 150, 235, 0.8) if kind < 0.75 else colour(chance, 20, 200)
    paper: Pixels = np.broadcast_to(tint, (size[1], size[0], 3)).astype(np.float32)
    if chance.random() < 0.7:
        angle = chance.uniform(0, 2 * np.pi)
        x = np.arange(size[0], dtype=np.float32) / size[0] - 0.5
        y = np.arange(size[1], dtype=np.float32) / size[1] - 0.5
        slope = x[None] * np.cos(angle) + y[:, None] * np.sin(angle)
        share = np.clip(0.5 + slope * chance.uniform(0.6, 1.6), 0, 1)[..., None]
        paper = paper * (1 - share) + np.clip(tint + chance.uniform(-60, 40, 3), 5, 255) * share
    if chance.random() < 0.5:
        paper = paper + cloud(chance, size, base=3) * chance.uniform(2, 14)
    if chance.random() < 0.65:
        lines = _guilloche(chance, size)[..., None] * chance.uniform(0.1, 0.5)
        paper = paper + lines * chance.uniform(-120, 40, 3)
    return _banded(chance, np.ascontiguousarray(paper, np.float32))


def _guilloche(chance: Chance, size: tuple[int, int]) -> Pixels:
    wide, high = size
    layer = np.zeros((high, wide), np.uint8)
    number, swing = int(chance.integers(10, 50)), chance.uniform(4, 50)
    pace, drift = chance.uniform(0.006, 0.05), chance.uniform(0, 0.15)
    x = np.arange(-10, max(size) + 10, 5)
    upright = chance.random() < 0.3
    for row in range(number):
        y = row * (wide if upright else high) / number + swing * (
            np.sin(x * pace + row * drift) + 0.3 * np.sin(2.7 * x * pace)
        )
        points = np.stack([y, x] if upright else [x, y], axis=1)
        cv2.polylines(layer, [(points * 8).astype(np.int32)], False, 255, 1, cv2.LINE_AA, 3)
    if chance.random() < 0.5:
        middle = tuple(int(v) for v in chance.uniform(0.2, 0.8, 2) * size)
        for radius in range(12, int(chance.uniform(70, 220)), int(chance.integers(6, 14))):
            cv2.circle(layer, middle, radius, 255, 1, cv2.LINE_AA)
    return layer.astype(np.float32) / 255


def _banded(chance: Chance, paper: Pixels) -> Pixels:
    """A header, a stripe down, a magnetic strip."""
    high, wide = paper.shape[:2]
    if chance.random() < 0.35:
        band = int(chance.uniform(0.08, 0.28) * high)
        top = 0 if chance.random() < 0.7 else high - band
        paper[top : top + band] = paper[top : top + band] * 0.2 + colour(chance) * 0.8
    if chance.random() < 0.12:
        left = int(chance.uniform(0, 0.7) * wide)
        paper[:, left : left + int(chance.uniform(0.05, 0.3) * wide)] = colour(chance)
    if chance.random() < 0.05:
        top = int(chance.uniform(0.06, 0.15) * high)
        paper[top : top + int(0.24 * high)] = colour(chance, 5, 50)
    return paper


def _pictures(chance: Chance, sheet: Image.Image, *, passport: bool) -> None:
    """A portrait, signs of state, a chip, a code."""
    wide, high = sheet.size
    millimetre = wide / (125 if passport else 85.6)
    if chance.random() < (0.95 if passport else 0.75):
        across = int(chance.uniform(17, 30) * millimetre)
        down = int(across * chance.uniform(1.2, 1.45))
        left = int(chance.uniform(0.02, 0.09) * wide)
        x = left if chance.random() < 0.8 else wide - across - left
        y = int(chance.uniform(0.1, max(0.11, 0.85 - down / high)) * high)
        portrait = _portrait(chance, across, down)
        sheet.paste(portrait, (x, y))
        if chance.random() < 0.25:
            ghost = portrait.resize((across // 2, down // 2)).convert("L").convert("RGB")
            sheet.paste(ghost, (int(chance.uniform(0.6, 0.85) * wide), int(high * 0.4)))
    pen = ImageDraw.Draw(sheet)
    for _ in range(int(chance.integers(0, 4))):
        _sign(chance, pen, wide, high)
    if chance.random() < 0.35:
        _code(chance, sheet, int(chance.uniform(13, 22) * millimetre))


def _portrait(chance: Chance, wide: int, high: int) -> Image.Image:
    """A head and shoulders of nobody."""
    back = colour(chance, 170, 252, 0.5) if chance.random() < 0.7 else colour(chance, 60, 250)
    image: Pixels = np.full((300, 220, 3), back, np.uint8)
    tone = [float(part) for part in chance.uniform([90, 110, 150], [185, 205, 245])]
    hair = [float(part) for part in chance.uniform(5, 80, 3)]
    coat = [float(part) for part in colour(chance)]
    cv2.ellipse(image, (110, 300), (100, 90), 0, 0, 360, coat, -1)
    cv2.rectangle(image, (90, 170), (130, 235), tone, -1)
    if chance.random() < 0.5:
        cv2.ellipse(image, (110, 145), (76, 115), 0, 0, 360, hair, -1)
    cv2.ellipse(image, (110, 108), (64, 76), 0, 180, 360, hair, -1)
    cv2.ellipse(image, (110, 135), (55, 80), 0, 0, 360, tone, -1)
    for eye in (88, 132):
        cv2.ellipse(image, (eye, 129), (9, 6), 0, 0, 360, (20, 20, 20), -1)
    cv2.ellipse(image, (110, 174), (20, 5), 0, 0, 360, (70, 70, 150), -1)
    image = cv2.GaussianBlur(image, (0, 0), 2)
    if chance.random() < 0.35:
        image = np.repeat(image.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    small = cv2.resize(image, (wide, high), interpolation=cv2.INTER_AREA)
    return Image.fromarray(small)


def _sign(chance: Chance, pen: ImageDraw.ImageDraw, wide: int, high: int) -> None:
    """A disc, a chip, a flag or a ring."""
    x, y = chance.uniform(0.02, 0.9) * wide, chance.uniform(0.02, 0.7) * high
    length = chance.uniform(0.04, 0.14) * wide
    box = (x, y, x + length, y + length * 0.8)
    tint = tuple(int(part) for part in colour(chance))
    kind = chance.integers(4)
    if kind == 0:
        pen.ellipse((x, y, x + length, y + length), fill=tint)
    elif kind == 1:
        pen.rounded_rectangle(box, length / 8, fill=(80, 175, 212), outline=(40, 100, 120))
    elif kind == 2:
        pen.rectangle(box, fill=tint)
        other = tuple(int(part) for part in colour(chance))
        pen.regular_polygon((x + length / 2, y + length * 0.4, max(2, length / 5)), 5, fill=other)
    else:
        pen.ellipse((x, y, x + length, y + length), outline=tint, width=max(1, int(length / 12)))


def _code(chance: Chance, sheet: Image.Image, length: int) -> None:
    """Squares that look like a QR code."""
    modules = (chance.random((33, 33)) < 0.5).astype(np.uint8) * 255
    for row, column in ((0, 0), (0, 26), (26, 0)):
        modules[row : row + 7, column : column + 7] = 0
        modules[row + 1 : row + 6, column + 1 : column + 6] = 255
        modules[row + 2 : row + 5, column + 2 : column + 5] = 0
    framed = np.pad(modules, 2, constant_values=255)
    small = cv2.resize(framed, (length, length), interpolation=cv2.INTER_AREA)
    x = int(chance.uniform(0.03, 0.8) * sheet.width)
    y = int(chance.uniform(0.04, 0.55) * sheet.height)
    sheet.paste(Image.fromarray(small).convert("RGB"), (x, y))


def _print(chance: Chance, sheet: Image.Image, *, dark: bool, zone: bool) -> None:
    """Lines of text and, perhaps, a machine-readable zone."""
    wide, high = sheet.size
    pen = ImageDraw.Draw(sheet)
    ink = colour(chance, 5, 90) if dark else colour(chance, 180, 250)
    left = chance.uniform(0.03, 0.45) * wide
    y, below = chance.uniform(0.03, 0.15) * high, high * (0.74 if zone else 0.96)
    for _ in range(int(chance.integers(3, 14))):
        size = int((chance.uniform(0.035, 0.085) if chance.random() < 0.9 else 0.12) * high)
        if y + size > below:
            break
        x = left + chance.uniform(0, 0.08) * wide
        words = [_letters(chance, LETTERS, 2, 9) for _ in range(int(chance.integers(1, 6)))]
        text = " ".join(words)[: max(3, int((wide * 0.97 - x) / size / 0.52))]
        shade = ink if chance.random() < 0.85 else colour(chance, 5, 160)
        pen.text((x, y), text, font=_font(chance, size), fill=tuple(int(v) for v in shade))
        y += size * chance.uniform(1.05, 1.9)
    if zone:
        _zone(chance, sheet, pen, tuple(int(v) for v in (ink if dark else colour(chance, 10, 60))))


def _letters(chance: Chance, of: Pixels, least: int, most: int) -> str:
    return "".join(chance.choice(of, int(chance.integers(least, most))))


def _font(chance: Chance, size: int) -> ImageFont.FreeTypeFont:
    files = (ROBOTO.regular, ROBOTO.bold)
    return ImageFont.truetype(files[int(chance.integers(2))], max(7, size))


def _zone(
    chance: Chance, sheet: Image.Image, pen: ImageDraw.ImageDraw, ink: tuple[int, ...]
) -> None:
    wide, high = sheet.size
    rows, columns = (2, 44) if chance.random() < 0.5 else (3, 30)
    size = int(wide / columns * 1.45)
    font = ImageFont.truetype(models.path("OCRB.otf"), size)
    top = high - rows * size * 1.25 - chance.uniform(0.02, 0.06) * high
    if chance.random() < 0.4:
        band = tuple(int(v) for v in colour(chance, 215, 250, 0.4))
        pen.rectangle((0, top - 6, wide, high), fill=band)
    for row in range(rows):
        for column, sign in enumerate(chance.choice(SIGNS, columns)):
            at = (0.045 * wide + column * 0.91 * wide / columns, top + row * size * 1.2)
            pen.text(at, str(sign), font=font, fill=ink)
