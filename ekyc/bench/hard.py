"""Photographs that are hard to find a card in: on paper, on a desk of its colour, held, on clutter.

Drawn by code of its own: nothing here is shared with `ekyc.training`, so that what was learnt there
is asked for here in other shapes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ekyc.demo.words import CITIES, DISTRICTS, SURNAMES, WARDS
from ekyc.vision import models

Pixels = NDArray[Any]
Chance = np.random.Generator
SIZE: Final = (1600, 1200)
ID1: Final = (1011, 638)
PASSPORT: Final = (1250, 880)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One photograph; `corners` from the card's own top left, None where none is shown."""

    picture: Pixels
    corners: Pixels | None
    place: str
    cut: bool = False


def shot(chance: Chance, face: Pixels, place: str, scene: Pixels | None = None) -> Shot:
    """The face lying at a place of PLACES, or on `scene`, a photograph without a card."""
    below = _fitted(chance, scene) if scene is not None else PLACES[place](chance, face)
    below = np.asarray(below, np.float32)
    if place == "no card":
        return Shot(picture=_taken(chance, below), corners=None, place=place)
    cut = place == "cut off"
    corners = _thrown(chance, face.shape[1] / face.shape[0], cut=cut)
    pale = face.astype(np.float32)
    if place in ("white paper", "printed page") and chance.random() < 0.5:
        pale = 255 - (255 - pale) * chance.uniform(0.35, 0.8)
    laid = _lying(chance, below, pale, corners)
    if place == "fingers":
        _hold(chance, laid, corners)
    return Shot(picture=_taken(chance, laid), corners=corners, place=place, cut=cut)


def design(chance: Chance) -> Pixels:
    """A card or page of some other country that there is not, blue, green, red."""
    size = PASSPORT if chance.random() < 0.2 else ID1
    tones = [tuple(int(v) for v in chance.integers(120, 256, 3)) for _ in range(2)]
    sheet = Image.linear_gradient("L").resize(size).rotate(float(chance.choice([0, 90, 180])))
    sheet = Image.composite(
        Image.new("RGB", size, tones[0]), Image.new("RGB", size, tones[1]), sheet.resize(size)
    )
    pen = ImageDraw.Draw(sheet)
    for row in range(0, size[1], int(chance.integers(9, 30))):
        tone = tuple(int(v) for v in chance.integers(140, 240, 3))
        pen.arc((-size[0], row - 300, 2 * size[0], row + 300), 0, 180, fill=tone)
    ink = tuple(int(v) for v in chance.integers(0, 90, 3))
    pen.text((size[0] * 0.3, 24), _words(chance, 3).upper(), font=_font(48), fill=ink)
    left = int(size[0] * chance.uniform(0.04, 0.1))
    box = (left, int(size[1] * 0.22), left + int(size[0] * 0.26), int(size[1] * 0.72))
    pen.rectangle(box, fill=tuple(int(v) for v in chance.integers(150, 230, 3)))
    middle = (box[0] + box[2]) // 2
    pen.ellipse((middle - 62, box[1] + 40, middle + 62, box[1] + 200), fill=(190, 150, 128))
    pen.pieslice((middle - 110, box[3] - 110, middle + 110, box[3] + 110), 180, 360, fill=ink)
    for row in range(int(chance.integers(4, 8))):
        at = (box[2] + 40, size[1] * 0.2 + row * 62)
        pen.text(at, _words(chance, 4), font=_font(int(chance.integers(24, 40))), fill=ink)
    if chance.random() < 0.5:
        zone = ImageFont.truetype(models.path("OCRB.otf"), 42)
        for row in range(2):
            line = "".join(chance.choice(list("UTO<<<A4B7C1"), 36))
            pen.text((40, size[1] - 130 + 56 * row), line, font=zone, fill=(20, 20, 20))
    return np.asarray(sheet)[..., ::-1].copy()


def _words(chance: Chance, number: int) -> str:
    of = SURNAMES + CITIES + WARDS
    return " ".join(of[int(place)] for place in chance.integers(len(of), size=number))[:46]


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(models.path("Roboto-Regular.ttf"), size)


def _white(chance: Chance, _: Pixels) -> Pixels:
    tone = chance.uniform(222, 250) + chance.normal(0, 2, 3)
    fibres = cv2.GaussianBlur(chance.normal(0, 6, (SIZE[1], SIZE[0], 1)), (0, 0), 1.2)
    return np.asarray(tone + fibres[..., None])


def _ruled(chance: Chance, face: Pixels) -> Pixels:
    page = Image.fromarray(np.clip(_white(chance, face), 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(page)
    step, ink = int(chance.integers(26, 90)), tuple(int(v) for v in chance.integers(90, 215, 3))
    both = chance.random() < 0.5
    for at in range(-SIZE[0], 2 * SIZE[0], step):
        pen.line((-SIZE[0], at, 2 * SIZE[0], at), fill=ink, width=int(chance.integers(1, 4)))
        if both:
            pen.line((at, -SIZE[0], at, 2 * SIZE[0]), fill=ink, width=2)
    return _askew(chance, page)


def _printed(chance: Chance, face: Pixels) -> Pixels:
    page = Image.fromarray(np.clip(_white(chance, face), 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(page)
    size = int(chance.choice([18, 26, 40, 110]))
    y = -200.0
    while y < SIZE[1] + 200:
        line = ", ".join(DISTRICTS[int(k)] for k in chance.integers(len(DISTRICTS), size=12))
        pen.text((-150 + chance.uniform(0, 60), y), line, font=_font(size), fill=(25, 25, 30))
        y += size * (2.4 if chance.random() < 0.15 else 1.35)
    return _askew(chance, page)


def _askew(chance: Chance, page: Image.Image) -> Pixels:
    turned = page.rotate(
        chance.uniform(-35, 35), Image.Resampling.BILINEAR, fillcolor=(228, 229, 230)
    )
    return np.asarray(turned, np.float32)[..., ::-1]


def _own_colour(chance: Chance, face: Pixels) -> Pixels:
    rim = np.concatenate([face[:8].reshape(-1, 3), face[-8:].reshape(-1, 3)])
    grain = cv2.GaussianBlur(chance.normal(0, 20, (SIZE[1], SIZE[0], 1)), (0, 0), 3)
    return np.asarray(np.median(rim, axis=0) + chance.normal(0, 4, 3) + grain[..., None])


def _desk(chance: Chance, _: Pixels) -> Pixels:
    tone = chance.uniform(30, 200, 3)
    grain = cv2.resize(chance.normal(0, 1, (SIZE[1], 5)), SIZE, interpolation=cv2.INTER_LINEAR)
    return np.asarray(tone * (1 + 0.08 * grain[..., None]))


def _busy(chance: Chance, _: Pixels) -> Pixels:
    """Cells of all colours and a shelf of backs of books, blurred a little."""
    seeds = chance.uniform(0, 1, (int(chance.integers(40, 220)), 2)) * (SIZE[0] / 4, SIZE[1] / 4)
    tones = chance.integers(0, 256, (len(seeds), 3))
    y, x = np.mgrid[0 : SIZE[1] // 4, 0 : SIZE[0] // 4]
    away = np.stack([(x - sx) ** 2 + (y - sy) ** 2 for sx, sy in seeds])
    cells = tones[away.argmin(axis=0)].astype(np.uint8)
    page = Image.fromarray(cells).resize(SIZE, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(page)
    x0 = int(chance.integers(0, 800))
    for book in range(int(chance.integers(0, 14))):
        wide = int(chance.integers(30, 120))
        tone = tuple(int(v) for v in chance.integers(0, 256, 3))
        pen.rectangle((x0, 80 + 9 * book, x0 + wide, 1100), fill=tone)
        x0 += wide + 3
    return np.asarray(page.filter(ImageFilter.GaussianBlur(chance.uniform(0.5, 3))), np.float32)


PLACES: Final[dict[str, Callable[[Chance, Pixels], Pixels]]] = {
    "white paper": _white,
    "ruled paper": _ruled,
    "printed page": _printed,
    "its own colour": _own_colour,
    "fingers": _desk,
    "busy": _busy,
    "photograph": _busy,
    "cut off": _desk,
    "no card": _busy,
}


def scenes(folder: Path) -> list[Pixels]:
    """The photographs of a folder, without cards, to lay cards on."""
    read = (cv2.imread(str(file)) for file in sorted(folder.iterdir()))
    return [picture for picture in read if picture is not None]


def _fitted(chance: Chance, scene: Pixels) -> Pixels:
    """The middle of a photograph or a part of it, filling the picture."""
    high, wide = scene.shape[:2]
    across = min(wide, high * SIZE[0] / SIZE[1]) * chance.uniform(0.6, 1)
    down = across * SIZE[1] / SIZE[0]
    x, y = chance.uniform(0, wide - across), chance.uniform(0, high - down)
    part = scene[int(y) : int(y + down), int(x) : int(x + across)]
    return np.asarray(cv2.resize(part, SIZE, interpolation=cv2.INTER_CUBIC), np.float32)


def _thrown(chance: Chance, aspect: float, *, cut: bool) -> Pixels:
    """Corners of a card seen by a camera that leans over it."""
    flat = np.array([[-1, -1 / aspect, 0], [1, -1 / aspect, 0], [1, 1 / aspect, 0]])
    flat = np.concatenate([flat, [[-1, 1 / aspect, 0]]])
    turn = chance.normal(0, 8) + float(chance.choice([0, 0, 0, 90, 180, 270]))
    lean = chance.uniform(-18, 18, 2)
    focal = SIZE[0] * chance.uniform(0.75, 1.1)
    camera = np.array([[focal, 0, SIZE[0] / 2], [0, focal, SIZE[1] / 2], [0, 0, 1]])
    way = cv2.Rodrigues(np.radians([lean[0], lean[1], 0.0]))[0]
    spin = cv2.Rodrigues(np.radians([0.0, 0.0, turn]))[0]
    far = np.array([0, 0, 2 * focal / (SIZE[0] * chance.uniform(0.45, 0.8))])
    seen = cv2.projectPoints(flat, cv2.Rodrigues(way @ spin)[0], far, camera, None)[0][:, 0]
    room = np.array(SIZE) - 40
    seen = (seen - seen.mean(axis=0)) * min(1.0, float((room / np.ptp(seen, axis=0)).min()))
    low, high = 20 - seen.min(axis=0), np.array(SIZE) - 20 - seen.max(axis=0)
    if not cut:
        return np.asarray(seen + chance.uniform(low, np.maximum(low, high)))
    beyond = np.ptp(seen, axis=0) * chance.uniform(0.06, 0.3)
    aside = np.where(chance.random(2) < 0.5, low - beyond, high + beyond)
    middle = chance.uniform(low, np.maximum(low, high))
    return np.asarray(seen + np.where(np.arange(2) == chance.integers(2), aside, middle))


def _lying(chance: Chance, below: Pixels, face: Pixels, corners: Pixels) -> Pixels:
    high, wide = face.shape[:2]
    sheet = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32) - 0.5
    way = cv2.getPerspectiveTransform(sheet, corners.astype(np.float32) - np.float32(0.5))
    shrink = np.linalg.norm(corners[1] - corners[0]) / wide
    if shrink < 1:
        face = cv2.GaussianBlur(face, (0, 0), 0.4 / shrink)
    seen = cv2.warpPerspective(face, way, SIZE, borderMode=cv2.BORDER_REPLICATE)
    shape = Image.new("L", (wide, high), 0)
    bend = 37 if high / wide > 0.62 and wide == ID1[0] else 12
    ImageDraw.Draw(shape).rounded_rectangle((0, 0, wide - 1, high - 1), bend, fill=255)
    cover = cv2.warpPerspective(np.asarray(shape, np.float32) / 255, way, SIZE)[..., None]
    if chance.random() < 0.8:
        shift = tuple(int(v) for v in chance.integers(-14, 15, 2))
        cast = cv2.GaussianBlur(np.roll(cover, shift, (0, 1)), (0, 0), chance.uniform(4, 22))
        below = below * (1 - cast[..., None] * chance.uniform(0.08, 0.5) * (1 - cover))
    return np.ascontiguousarray(below * (1 - cover) + seen * cover, np.float32)


def _hold(chance: Chance, laid: Pixels, corners: Pixels) -> None:
    """A thumb on one side, two fingers on the one across."""
    tone = [float(v) for v in chance.uniform([70, 95, 140], [170, 190, 235])]
    middle, side = corners.mean(axis=0), int(chance.integers(4))
    for which, place in ((side, 0.5), (side + 2, 0.35), (side + 2, 0.65)):
        one, two = corners[which % 4], corners[(which + 1) % 4]
        rim = one + (two - one) * (place + chance.uniform(-0.1, 0.1))
        inward = (middle - rim) / np.linalg.norm(middle - rim)
        wide = int(chance.uniform(60, 110))
        tip, root = rim + inward * wide * 0.4, rim - inward * 900
        ends = [tuple(int(v) for v in point) for point in (root, tip)]
        cv2.line(laid, ends[0], ends[1], [v * 0.7 for v in tone], wide + 10, cv2.LINE_AA)
        cv2.line(laid, ends[0], ends[1], tone, wide, cv2.LINE_AA)


def _taken(chance: Chance, scene: Pixels) -> Pixels:
    """Light from one side, a soft lens, noise, a JPEG."""
    across = np.linspace(-0.5, 0.5, SIZE[0])[None] * chance.normal()
    down = np.linspace(-0.5, 0.5, SIZE[1])[:, None] * chance.normal()
    light = chance.uniform(0.55, 1.02) * (1 + 0.25 * (across + down))
    seen = cv2.GaussianBlur(scene * light[..., None].astype(np.float32), (0, 0), 0.5)
    seen = cv2.GaussianBlur(seen, (0, 0), chance.uniform(0.4, 1.6))
    seen = seen + chance.normal(0, chance.uniform(1, 6), seen.shape)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(chance.integers(60, 93))]
    done, file = cv2.imencode(".jpg", np.clip(seen, 0, 255).astype(np.uint8), quality)
    assert done  # a picture in memory always becomes a JPEG
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR))
