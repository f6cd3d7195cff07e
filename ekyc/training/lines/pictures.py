"""Draws lines of print as a straightened photograph shows them, and knows where every sign stands.

Drawn at 20 pixels a millimetre, photographed with fewer, brought back, and given to the net at 12:
the same way a card goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ekyc.training.lines import texts
from ekyc.training.lines.texts import Chance
from ekyc.training.mrz.light import guilloche
from ekyc.vision import line_net, models

Pixels = NDArray[Any]

WIDE: Final = 384
HIGH: Final = line_net.HIGH
FINE: Final = 1 / line_net.SCALE
"""Pixels of the drawing, for one of the net's."""

ROOM: Final = 24
"""Around the drawing: what a slant or a neighbour brings in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typeface:
    """Files of one typeface; each holds some of the signs."""

    files: tuple[Path, ...]

    def file(self, sign: str) -> Path | None:
        """The file with this sign."""
        return next((file for file in self.files if ord(sign) in _signs(file)), None)


@cache
def _signs(file: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(file, lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache
def _font(file: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)


WEIGHTS: Final = (400, 500, 600, 700)


@cache
def typefaces(folder: Path) -> tuple[Typeface, ...]:
    """The typefaces of the fontsource packages unpacked below a folder, in usual weights."""
    faces = []
    for weight in WEIGHTS:
        for latin in sorted(folder.rglob(f"*-latin-{weight}-normal.woff")):
            parts = ("latin", "vietnamese", "latin-ext")
            files = (latin.with_name(latin.name.replace("-latin-", f"-{part}-")) for part in parts)
            faces.append(Typeface(files=tuple(file for file in files if file.is_file())))
    return tuple(face for face in faces if all(map(face.file, "Aệ9/Ữđ")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A grey picture HIGH × WIDE, and each sign with the x of its middle."""

    picture: Pixels
    signs: tuple[tuple[str, float], ...]


def draw(chance: Chance, folder: Path) -> Drawn:
    """One line in the middle, perhaps parts of others above and below."""
    faces = typefaces(folder)
    wide, high = round(WIDE * FINE) + 2 * ROOM, round(HIGH * FINE) + 2 * ROOM
    ink = Image.new("L", (wide, high), 0)
    face = faces[int(chance.integers(len(faces)))]
    size = round(float(np.exp(chance.uniform(np.log(25), np.log(47)))))
    middle = high / 2 + chance.normal(0, 4.0)
    signs = _print(chance, ink, faces, face, size, middle, texts.line(chance))
    for side in (-1, 1):
        if chance.random() < 0.4:
            away = side * max(size, 32) * chance.uniform(1.18, 1.75)
            other = round(size * chance.uniform(0.7, 1.2))
            _print(chance, ink, faces, face, other, middle + away, texts.line(chance))
    picture, moved = _photographed(chance, _inked(chance, np.asarray(ink, np.float32) / 255), signs)
    return Drawn(picture=picture, signs=moved)


def _print(
    chance: Chance,
    ink: Image.Image,
    faces: Sequence[Typeface],
    face: Typeface,
    size: int,
    middle: float,
    parts: Sequence[str],
) -> list[tuple[str, float]]:
    """Parts side by side, their feet together; a first of two is a smaller, paler label."""
    pen = ImageDraw.Draw(ink)
    x = ROOM + chance.uniform(2, 60) * FINE
    track = chance.uniform(-0.02, 0.05) if chance.random() < 0.4 else 0.0
    feet = middle + 0.33 * size
    signs: list[tuple[str, float]] = []
    for number, part in enumerate(parts):
        label = len(parts) == 2 and number == 0
        high = round(size * chance.uniform(0.68, 0.9)) if label else size
        shade = round(255 * chance.uniform(0.55, 1.0)) if label else 255
        if number and chance.random() < 0.1:
            face = faces[int(chance.integers(len(faces)))]
        if number:
            signs.append((" ", x + 4))
            x += chance.uniform(8, 24)
        for sign in part:
            file = face.file(sign)
            if file is None:
                continue
            font = _font(file, high)
            length = font.getlength(sign)
            if x + length > ink.width - ROOM:
                return _trimmed(signs)
            pen.text((x, feet), sign, font=font, fill=shade, anchor="ls")
            signs.append((sign, x + length / 2))
            x += length * (1 + track)
    return _trimmed(signs)


def _trimmed(signs: list[tuple[str, float]]) -> list[tuple[str, float]]:
    while signs and signs[-1][0] == " ":
        signs.pop()
    return signs


def _inked(chance: Chance, ink: Pixels) -> Pixels:
    """Dark on pale, patterned paper, as grey 0…255."""
    high, wide = ink.shape
    paper = np.full((high, wide), chance.uniform(190, 245), np.float32)
    if chance.random() < 0.85:
        paper = paper + guilloche(chance, high, wide, chance.uniform(2, 11))
    if chance.random() < 0.2:
        paper = paper - _ghost(chance, high, wide)
    if chance.random() < 0.2:
        ink = cv2.GaussianBlur(ink, (0, 0), chance.uniform(0.6, 1.6))
    dark = chance.uniform(15, 95)
    return np.asarray(paper * (1 - ink) + dark * ink, np.float32)


def _ghost(chance: Chance, high: int, wide: int) -> Pixels:
    """Large pale words below the print."""
    image = Image.new("L", (wide, high), 0)
    font = ImageFont.truetype(models.path("Roboto-Regular.ttf"), int(chance.integers(40, 90)))
    at = (float(chance.uniform(-200, 200)), float(chance.uniform(-40, high - 20)))
    ImageDraw.Draw(image).text(at, "MẪU · SPECIMEN   MẪU · SPECIMEN", font=font, fill=255)
    return np.asarray(image, np.float32) * np.float32(chance.uniform(0.04, 0.14))


def _photographed(
    chance: Chance, sheet: Pixels, signs: Sequence[tuple[str, float]]
) -> tuple[Pixels, tuple[tuple[str, float], ...]]:
    """Photographed, straightened not quite right, cut to the net's size."""
    care = chance.random() ** 0.8
    share = chance.uniform(0.42, 0.5 + 0.5 * (1 - care))
    high, wide = sheet.shape
    around = cv2.getRotationMatrix2D((wide / 2, high / 2), chance.normal(0, 0.35), 1.0)
    around[0, 1] += chance.normal(0, 0.04)
    around[0, 0] *= chance.uniform(0.92, 1.06)
    sheet = cv2.warpAffine(sheet, around, (wide, high), borderMode=cv2.BORDER_REPLICATE)
    small = cv2.resize(sheet, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    small = _lit(chance, _lens(chance, np.asarray(small), care), care)
    small = _kept(chance, small, care)
    whole = cv2.resize(small, (wide, high), interpolation=cv2.INTER_LINEAR)
    moved = tuple((sign, float((around[0] @ (x, high / 2, 1) - ROOM) / FINE)) for sign, x in signs)
    inner = whole[ROOM : high - ROOM, ROOM : wide - ROOM]
    cut = cv2.resize(inner, (WIDE, HIGH), interpolation=cv2.INTER_AREA)
    return np.asarray(cut, np.float32), moved


def _lens(chance: Chance, picture: Pixels, care: float) -> Pixels:
    """Out of focus by a disc, or a Gaussian; sometimes moved."""
    blur = chance.uniform(0, 0.5 + 1.4 * care)
    if blur > 0.3 and chance.random() < 0.7:
        radius = 2 * blur
        reach, fine = int(np.ceil(radius)) + 1, 8
        axis = (np.arange((2 * reach + 1) * fine) + 0.5) / fine - reach - 0.5
        disc = (axis[None] ** 2 + axis[:, None] ** 2 <= radius**2).astype(np.float32)
        kernel = cv2.resize(disc, (2 * reach + 1,) * 2, interpolation=cv2.INTER_AREA)
        picture = np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()))
    elif blur > 0.3:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), blur))
    if chance.random() < 0.12:
        length = int(chance.integers(2, 5))
        shake = np.zeros((2 * length + 1,) * 2, np.float32)
        turn = chance.uniform(0, np.pi)
        step = length / 2 * np.array([np.cos(turn), np.sin(turn)])
        ends = [tuple(int(v) for v in np.round(length + way * step)) for way in (-1, 1)]
        cv2.line(shake, ends[0], ends[1], 1.0, 1)
        picture = np.asarray(cv2.filter2D(picture, -1, shake / shake.sum()))
    return picture


def _lit(chance: Chance, picture: Pixels, care: float) -> Pixels:
    """Dimmer, and falling off to a side."""
    wide = picture.shape[1]
    x = np.linspace(-0.5, 0.5, wide, dtype=np.float32)[None]
    light = 1 - 0.3 * care * chance.random() * (1 + np.sign(chance.normal()) * x)
    if chance.random() < 0.15:
        edge = 1 / (1 + np.exp(-(x - chance.uniform(-0.5, 0.5)) * chance.uniform(10, 60)))
        light = light * (1 - chance.uniform(0.05, 0.3) * edge)
    return np.asarray(picture * light * chance.uniform(1 - 0.55 * care, 1.06), np.float32)


def _kept(chance: Chance, picture: Pixels, care: float) -> Pixels:
    """Noise of the sensor, a tone curve, JPEG, some sharpening."""
    level = chance.uniform(0.5, 2 + 9 * care)
    noise = chance.standard_normal(picture.shape, np.float32) * level
    grain = np.sqrt(0.3 + 0.7 / 128 * np.clip(picture, 0, 255))
    picture = np.clip(picture + noise * grain * 0.8, 0, 255)
    picture = 255 * (picture / 255) ** chance.uniform(0.85, 1.2)
    if chance.random() < 0.12:
        soft = cv2.GaussianBlur(picture, (0, 0), 1.0)
        picture = np.clip(picture + chance.uniform(0.2, 0.8) * (picture - soft), 0, 255)
    quality = int(chance.uniform(95 - 42 * care, 96))
    file = cv2.imencode(".jpg", picture.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_GRAYSCALE), np.float32)
