"""Training pictures: parts of zones almost upright, and whole photographs, some with a zone."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from ekyc.training.mrz import printing
from ekyc.training.mrz.light import guilloche, photographed
from ekyc.training.mrz.printing import PITCH, Chance, Pixels, stamp

PART: Final = (192, 64)
PAGE: Final = (512, 384)
"""Width and height, pixels."""

MOST_SIGNS: Final = 80
"""In one part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`centres`: x, y and number of each sign in it."""

    picture: Pixels
    centres: Pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`corners`: of the zone, from where reading begins clockwise; nothing without a zone."""

    picture: Pixels
    corners: Pixels | None


def part(chance: Chance) -> Part:
    """Some 12 columns of a zone, as the reader cuts it out: turned, slanted, bent a little."""
    texts = printing.lines(chance)
    first = int(chance.integers(-8, len(texts[0]) - 4))
    start, end = max(0, first - 5), min(len(texts[0]), first + 18)
    ink, centres = printing.zone(
        chance, [text[start:end] for text in texts], step=chance.uniform(1.35, 2.15), margin=3
    )
    ink = printing.worn(chance, ink)
    _neighbours(chance, ink)
    pitch = float(np.exp(chance.uniform(np.log(10.5), np.log(22))))
    chosen = centres[int(chance.integers(len(centres))), 1] + chance.uniform(-2, 2) * PITCH
    middle = ((first + 6 - start + 3) * PITCH, np.clip(chosen, 2 * PITCH, len(ink) - 2 * PITCH))
    view = _view(chance, pitch / PITCH, middle)
    bend = chance.normal(0, 0.0006) if chance.random() < 0.3 else 0.0
    seen, places = _bent(ink, centres, view, bend, shrink=pitch / PITCH)
    picture = photographed(chance, _on_paper(chance, seen, places, pitch), pitch)
    wide, high = PART
    x, y = places[:, 0], places[:, 1]
    near = (x > -8) & (x < wide + 8) & (y > -8) & (y < high + 8)
    kept = np.concatenate([places[near], centres[near, 2:]], axis=1)
    return Part(picture=picture, centres=kept.astype(np.float32))


def _neighbours(chance: Chance, ink: Pixels) -> None:
    """Other print close above or below."""
    if chance.random() < 0.5:
        return
    high, wide = ink.shape
    for _ in range(int(chance.integers(1, 4))):
        other = printing.some_print(chance, chance.uniform(0.35, 1.1))
        above, below = chance.uniform(-0.2, 2) * PITCH, high - chance.uniform(0.5, 2.4) * PITCH
        top = round(above if chance.random() < 0.5 else below) - len(other) // 2
        stamp(ink, other, int(chance.integers(-wide // 2, wide)), top, 0.9)


def _view(chance: Chance, scale: float, middle: tuple[float, float]) -> Pixels:
    """From the drawing to the picture: small turn, slant and perspective around `middle`."""
    turn = np.radians(chance.normal(0, 2.5))
    aspect, slant = chance.uniform(0.9, 1.1), chance.normal(0, 0.05)
    cos, sin = np.cos(turn) * scale, np.sin(turn) * scale
    linear = np.array([[cos * aspect, slant * scale - sin], [sin * aspect, cos]])
    affine = np.eye(3)
    affine[:2, :2] = linear
    affine[:2, 2] = -linear @ np.array(middle)
    tilt = np.eye(3)
    tilt[2, :2] = chance.normal(0, 0.00035), chance.normal(0, 0.0007)
    back = np.eye(3)
    back[:2, 2] = PART[0] / 2, PART[1] / 2
    return np.asarray(back @ tilt @ affine)


def _bent(
    ink: Pixels, centres: Pixels, view: Pixels, bend: float, *, shrink: float
) -> tuple[Pixels, Pixels]:
    """The ink and the centres through the view, then bent like the page of an open book."""
    if shrink < 0.6:  # what falls into one pixel is averaged
        ink = cv2.GaussianBlur(ink, (0, 0), 0.35 / shrink)
    wide, high = PART
    x, y = np.meshgrid(np.arange(wide, dtype=np.float64), np.arange(high, dtype=np.float64))
    flat = np.stack([x, y - bend * (x - wide / 2) ** 2, np.ones_like(x)], axis=-1)
    source = flat @ np.linalg.inv(view).T
    source = (source[..., :2] / source[..., 2:]).astype(np.float32)
    seen = cv2.remap(ink, source[..., 0], source[..., 1], cv2.INTER_LINEAR)
    places = cv2.perspectiveTransform(centres[None, :, :2].astype(np.float64), view)[0]
    places[:, 1] += bend * (places[:, 0] - wide / 2) ** 2
    return np.asarray(seen), places


def _on_paper(chance: Chance, ink: Pixels, places: Pixels, pitch: float) -> Pixels:
    wide, high = PART
    bright = chance.uniform(95, 250)
    contrast = chance.uniform(0.22, 0.97) if chance.random() < 0.5 else chance.uniform(0.6, 0.97)
    strength = chance.uniform(0, 0.16) * bright * contrast
    paper = bright + guilloche(chance, high, wide, strength)
    if chance.random() < 0.3:  # the card ends below the zone
        edge = places[:, 1].max() + chance.uniform(0.8, 2) * pitch
        y, x = np.ogrid[0:high, 0:wide]
        beyond = y > edge + chance.normal(0, 0.03) * x
        table = chance.uniform(10, 250) + 10 * chance.normal(0, 1, paper.shape)
        paper = np.where(beyond, table, paper)
    return np.asarray(paper * (1 - contrast * ink), np.float32)


def page(chance: Chance) -> Page:
    """A document of any kind somewhere in the picture, at any angle; seven in ten have a zone."""
    wide = 700
    high = round(wide * chance.uniform(0.6, 0.82))
    sheet = _sheet(chance, high, wide)
    corners = _zone_on(chance, sheet) if chance.random() < 0.7 else None
    to_page, scale = _placed(chance, high, wide, corners)
    if scale < 0.8:
        sheet = np.asarray(cv2.GaussianBlur(sheet, (0, 0), 0.35 / scale))
    seen = cv2.warpPerspective(sheet, to_page, PAGE)
    mask = cv2.warpPerspective(np.ones((high, wide), np.float32), to_page, PAGE)
    picture = _table(chance) * (1 - mask) + seen * mask
    picture = photographed(chance, picture, 9.0 if chance.random() < 0.5 else 14.0)
    if corners is not None:
        corners = cv2.perspectiveTransform(corners[None], to_page)[0]
    return Page(picture=picture, corners=corners)


def _sheet(chance: Chance, high: int, wide: int) -> Pixels:
    """Paper with print, perhaps paragraphs, a portrait, codes, fingerprints, rules: no zone."""
    bright = chance.uniform(120, 250)
    sheet = bright + guilloche(chance, high, wide, chance.uniform(0, 0.12) * bright)
    for _ in range(int(chance.integers(2, 22))):
        scale, dark = chance.uniform(0.2, 0.75), chance.uniform(0.4, 0.95)
        share = 0.72 if chance.random() < 0.85 else 1.0
        at = (int(chance.integers(-50, wide - 60)), int(chance.integers(0, round(high * share))))
        _put(sheet, printing.some_print(chance, scale), at, dark)
    for likely, add in (
        (0.35, _paragraph),
        (0.8, _portrait),
        (0.25, _bars),
        (0.25, _code),
        (0.2, _fingerprint),
        (0.15, _rules),
    ):
        if chance.random() < likely:
            add(chance, sheet)
    return np.asarray(sheet, np.float32)


def _put(sheet: Pixels, print_: Pixels, at: tuple[int, int], dark: float) -> None:
    left, top = at
    high, wide = print_.shape
    part = sheet[max(0, top) : max(0, top + high), max(0, left) : max(0, left + wide)]
    if part.size:
        ink = print_[max(0, -top) :, max(0, -left) :][: part.shape[0], : part.shape[1]]
        part *= 1 - dark * ink


def _paragraph(chance: Chance, sheet: Pixels) -> None:
    """Dense small print in straight lines of equal length: what looks most like a zone."""
    high, wide = sheet.shape
    scale = chance.uniform(0.2, 0.5)
    step = round(84 * scale * chance.uniform(0.7, 1.1))
    left, top = int(chance.integers(0, wide // 2)), int(chance.integers(0, high))
    length = int(chance.integers(150, wide))
    ink = np.zeros_like(sheet)
    for row in range(int(chance.integers(2, 12))):
        parts = [printing.some_print(chance, scale) for _ in range(4)]
        print_ = np.concatenate([part[: round(84 * scale)] for part in parts], axis=1)
        stamp(ink, print_[:, :length], left, top + row * step)
    sheet *= 1 - chance.uniform(0.4, 0.95) * ink


def _portrait(chance: Chance, sheet: Pixels) -> None:
    high, wide = sheet.shape
    left, top = int(chance.integers(10, wide - 300)), int(chance.integers(10, high // 2))
    across = int(chance.integers(120, 260))
    coarse = chance.uniform(20, 230, (7, 6)).astype(np.float32)
    face = cv2.resize(coarse, (across, across * 5 // 4), interpolation=cv2.INTER_CUBIC)
    part = sheet[top : top + len(face), left : left + across]
    part[:] = face[: part.shape[0], : part.shape[1]]


def _bars(chance: Chance, sheet: Pixels) -> None:
    high, wide = sheet.shape
    bars = np.repeat((chance.random(90) < 0.5).astype(np.float32), 3)[None].repeat(50, axis=0)
    _put(sheet, bars, (int(chance.integers(wide - 280)), int(chance.integers(high - 60))), 0.85)


def _code(chance: Chance, sheet: Pixels) -> None:
    high, wide = sheet.shape
    count = int(chance.integers(21, 41))
    dots = (chance.random((count, count)) < 0.5).astype(np.float32).repeat(4, 0).repeat(4, 1)
    _put(sheet, dots, (int(chance.integers(wide - 170)), int(chance.integers(high // 2))), 0.9)


def _fingerprint(chance: Chance, sheet: Pixels) -> None:
    ink = np.zeros_like(sheet)
    high, wide = sheet.shape
    middle = (int(chance.integers(wide)), int(chance.integers(high)))
    step, tall = int(chance.integers(4, 9)), chance.uniform(1, 1.5)
    for radius in range(6, int(chance.integers(40, 110)), step):
        start = chance.uniform(0, 180)
        axes = (radius, round(radius * tall))
        cv2.ellipse(ink, middle, axes, 0, start, start + chance.uniform(120, 320), 1.0, 2, 16)
    sheet *= 1 - chance.uniform(0.3, 0.8) * ink


def _rules(chance: Chance, sheet: Pixels) -> None:
    """Lines of a form."""
    step, first = int(chance.integers(12, 40)), int(chance.integers(40))
    dark = chance.uniform(0.2, 0.8)
    sheet[first::step] *= 1 - dark
    if chance.random() < 0.4:
        sheet[:, first::step] *= 1 - dark


def _zone_on(chance: Chance, sheet: Pixels) -> Pixels:
    """Print a zone, mostly along the lower edge; its corners on the sheet."""
    high, wide = sheet.shape
    texts = printing.lines(chance)
    ink, centres = printing.zone(chance, texts, step=chance.uniform(1.4, 2.1), margin=1)
    ink = printing.worn(chance, ink)
    scale = chance.uniform(0.7, 0.96) * wide / (len(texts[0]) * PITCH)
    ink = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    left = round((wide - ink.shape[1]) / 2 + chance.normal(0, 12))
    top = round(high - len(ink) - chance.uniform(-0.008, 0.06) * high)
    if chance.random() < 0.2:
        top = int(chance.integers(0, high - len(ink)))
    if chance.random() < 0.35:  # the strip is often left white
        strip = sheet[max(0, top - int(chance.integers(0, 10))) :]
        strip[:] = chance.uniform(170, 250) + 0.3 * (strip - strip.mean())
    _put(sheet, ink, (left, top), chance.uniform(0.5, 0.95))
    around = 0.62 * PITCH * scale
    low = centres[:, :2].min(axis=0) * scale + (left, top) - around
    far = centres[:, :2].max(axis=0) * scale + (left, top) + around
    return np.array([low, (far[0], low[1]), far, (low[0], far[1])], np.float32)


def _placed(chance: Chance, high: int, wide: int, corners: Pixels | None) -> tuple[Pixels, float]:
    """From the sheet to the page, and the scale; a near shot is often aimed at the zone."""
    share = float(np.exp(chance.uniform(np.log(0.42), np.log(1.3))))
    turn = np.radians(90 * int(chance.integers(4)) + chance.normal(0, 9))
    if chance.random() < 0.2:
        turn = chance.uniform(0, 2 * np.pi)
    scale = share * PAGE[0] / wide
    cos, sin = np.cos(turn) * scale, np.sin(turn) * scale
    around = np.array([[cos, -sin], [sin, cos]])
    sheet = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float64)
    middle = np.array(PAGE) / 2 + chance.normal(0, 0.07, 2) * PAGE
    placed = (sheet - (wide / 2, high / 2)) @ around.T + middle
    placed += chance.normal(0, 0.02 * wide * scale, (4, 2))
    if corners is not None and share > 0.85 and chance.random() < 0.7:
        zone = (corners.mean(axis=0) - (wide / 2, high / 2)) @ around.T + middle
        placed += (np.array(PAGE) / 2 - zone) * chance.uniform(0.4, 1)
    matrix = cv2.getPerspectiveTransform(sheet.astype(np.float32), placed.astype(np.float32))
    return np.asarray(matrix), scale


def _table(chance: Chance) -> Pixels:
    """What the document lies on: something plain, sheets of paper, printed paper."""
    wide, high = PAGE
    table = chance.uniform(10, 245) + guilloche(chance, high, wide, chance.uniform(0, 25))
    kind = int(chance.integers(3))
    if kind == 0:
        for _ in range(int(chance.integers(5, 30))):
            x, y = int(chance.integers(-50, wide)), int(chance.integers(-50, high))
            size = chance.integers(10, 200, 2)
            far = (x + int(size[0]), y + int(size[1]))
            cv2.rectangle(table, (x, y), far, chance.uniform(10, 245), -1)
    if kind == 1:
        for _ in range(int(chance.integers(1, 12))):
            other = printing.some_print(chance, chance.uniform(0.25, 0.8))
            other = np.rot90(other, int(chance.integers(4)))
            _put(table, other, (int(chance.integers(wide)), int(chance.integers(high))), 0.8)
    return np.asarray(table, np.float32)
