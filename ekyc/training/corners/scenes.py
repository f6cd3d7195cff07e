"""A photograph of a document, with its truth: pose, cover, light, lens, in about thirty ms."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from ekyc.training.corners.brush import (
    Chance,
    Pixels,
    Size,
    axes,
    cloud,
    colour,
    finger,
    skin,
    soft,
)
from ekyc.training.corners.designs import Design
from ekyc.training.corners.surfaces import surface

SIZE: Final = (512, 384)
NONE: Final = 0.06
CUT: Final = 0.12
SCAN: Final = 0.02
SAME_COLOUR: Final = 0.13
FADED: Final = 0.2
"""Shares of all photographs: no card, cut off, a scan without a rim, desk of the card's colour,
print faded to nearly white."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """`quad`: the card's corners clockwise from its own top left, None where there is no card.

    Coordinates count from the picture's own corner: the middle of the first pixel is at 0.5.
    """

    picture: Pixels
    quad: Pixels | None
    cut: bool = False


def scene(chance: Chance, design: Design, size: Size = SIZE, below: Pixels | None = None) -> Scene:
    """One photograph; `below`: what the card lies on, else drawn."""
    kind = chance.random()
    if kind < SCAN:
        return _scan(chance, design, size)
    face = _worn(chance, design)
    if below is None:
        same = chance.random() < SAME_COLOUR
        below = _same_colour(chance, face, size) if same else surface(chance, size)
    if kind < SCAN + NONE:
        return Scene(picture=_seen(chance, _lit(chance, below)), quad=None)
    cut = kind < SCAN + NONE + CUT
    quad = _pose(chance, face.shape[1] / face.shape[0], size, cut=cut)
    laid = _laid(chance, below, face, design, quad)
    return Scene(picture=_seen(chance, _lit(chance, laid)), quad=quad, cut=_outside(quad, size))


def _outside(quad: Pixels, size: Size) -> bool:
    return bool((quad < -0.5).any() or (quad > np.array(size) + 0.5).any())


def _scan(chance: Chance, design: Design, size: Size) -> Scene:
    """The document fills the picture; black beside it, as a picture of another shape is fitted."""
    high, wide = design.picture.shape[:2]
    scale = min(size[0] / wide, size[1] / high)
    fitted = np.array([wide, high]) * scale
    start = (np.array(size) - fitted) / 2
    quad = start + np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * fitted
    if chance.random() < 0.5:
        quad = np.roll(quad, 2, axis=0)
    turned = _warped(design.picture.astype(np.float32), quad, size, cv2.BORDER_CONSTANT)
    return Scene(picture=_seen(chance, turned), quad=quad.astype(np.float32))


def _worn(chance: Chance, design: Design) -> Pixels:
    """The document's print in another tint, faded, with reflections on the laminate."""
    face: Pixels = design.picture.astype(np.float32)
    if not design.specimen or chance.random() < 0.3:
        if chance.random() < 0.3 and not design.specimen:
            face = face[..., chance.permutation(3)]
        face = face * _tint(chance, 0.85, 1.1) + chance.uniform(-12, 18)
    if chance.random() < FADED:
        strength = chance.uniform(0.15, 0.6)
        face = face * strength + (1 - strength) * chance.uniform(215, 252)
    if chance.random() < 0.22:
        spots = np.zeros(face.shape[:2], np.float32)
        for _ in range(int(chance.integers(1, 4))):
            middle = tuple(int(v) for v in chance.uniform(0, 1, 2) * spots.shape[::-1])
            half = (int(chance.uniform(10, 150)), int(chance.uniform(8, 75)))
            cv2.ellipse(spots, middle, half, chance.uniform(0, 180), 0, 360, 1.0, -1)
        face = face + soft(spots, chance.uniform(4, 18)) * chance.uniform(80, 330)
    return np.ascontiguousarray(face, np.float32)


def _tint(chance: Chance, low: float, high: float) -> Pixels:
    """Three factors in single precision: double makes every picture twice as dear."""
    return chance.uniform(low, high, 3).astype(np.float32)


def _same_colour(chance: Chance, face: Pixels, size: Size) -> Pixels:
    """A desk of the card's own colour: only shadow and rim tell them apart."""
    row = int(chance.uniform(0, 0.98) * face.shape[0])
    rim = face[row, 0 if chance.random() < 0.5 else -1]
    tint = np.median(face.reshape(-1, 3), axis=0) if chance.random() < 0.5 else rim
    desk = np.clip(tint + chance.normal(0, 6, 3), 3, 253).astype(np.float32)
    grain = cloud(chance, size, octaves=3, base=int(chance.integers(2, 12)))
    return np.asarray(desk + grain * chance.uniform(0.3, 7), np.float32)


def _pose(chance: Chance, aspect: float, size: Size, *, cut: bool) -> Pixels:
    """Corners through a pin-hole camera: turn, tilt, distance, place."""
    kind = chance.random()
    turn = chance.normal(0, 7) if kind < 0.5 else chance.uniform(-45, 45)
    if kind > 0.75:
        turn = chance.uniform(-180, 180)
    if chance.random() < 0.15:
        turn += float(chance.choice([90, 180, 270]))
    tilt, towards = min(abs(chance.normal(0, 12)), 40), chance.uniform(0, 2 * np.pi)
    focal = chance.uniform(0.75, 1.4)
    flat = np.array([[-1, -1 / aspect, 0], [1, -1 / aspect, 0], [1, 1 / aspect, 0]])
    flat = np.concatenate([flat, [[-1, 1 / aspect, 0]]])
    about = np.radians(turn)
    spin = [[np.cos(about), -np.sin(about), 0], [np.sin(about), np.cos(about), 0], [0, 0, 1]]
    lean = cv2.Rodrigues(np.array([np.cos(towards), np.sin(towards), 0]) * np.radians(tilt))[0]
    held = flat @ np.array(spin).T @ lean.T + (0, 0, 2 * focal / chance.uniform(0.3, 0.95))
    seen = held[:, :2] / held[:, 2:] * focal * size[0]
    seen = seen - (seen.min(axis=0) + seen.max(axis=0)) / 2
    placed = _cut_off(chance, seen, size) if cut else _fitted(chance, seen, size)
    return np.asarray(placed, np.float32)


def _fitted(chance: Chance, seen: Pixels, size: Size) -> Pixels:
    """Wholly in the picture, some pixels from its rim."""
    rim = chance.uniform(2, 12) * size[0] / 512
    room = np.array(size) - 2 * rim
    seen = seen * min(1.0, float((room / np.ptp(seen, axis=0)).min()))
    free = (room - np.ptp(seen, axis=0)) / 2
    reach = 0.5 if chance.random() < 0.6 else 1.0
    moved: Pixels = seen + np.array(size) / 2 + chance.uniform(-reach, reach, 2) * free
    return moved


def _cut_off(chance: Chance, seen: Pixels, size: Size) -> Pixels:
    """At least half of it in the picture, never all."""
    frame = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    placed = seen + np.array(size) / 2
    for _ in range(20):
        placed = seen + np.array(size) / 2 + chance.uniform(-0.5, 0.5, 2) * size
        inside, _ = cv2.intersectConvexConvex(placed.astype(np.float32), frame)
        share = inside / max(1.0, cv2.contourArea(placed.astype(np.float32)))
        beyond = np.maximum(-placed, placed - np.array(size)).max()
        if 0.5 < share < 0.985 and beyond > 6 * size[0] / 512:
            break
    return placed


@lru_cache(maxsize=64)
def _rounded(size: Size, radius: int) -> Pixels:
    """A document's shape: 1 inside, 0 in the corners cut round."""
    wide, high = size[0] * 2, size[1] * 2
    shape = np.zeros((high, wide), np.uint8)
    bend = 2 * radius
    cv2.rectangle(shape, (bend, 0), (wide - 1 - bend, high - 1), 255, -1)
    cv2.rectangle(shape, (0, bend), (wide - 1, high - 1 - bend), 255, -1)
    for x in (bend, wide - 1 - bend):
        for y in (bend, high - 1 - bend):
            cv2.circle(shape, (x, y), bend, 255, -1)
    return cv2.resize(shape, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def outline(size: Size, quad: Pixels, radius: float, face: Size = (640, 404)) -> Pixels:
    """How much of each pixel a document covers whose corners lie at `quad`."""
    shape = _rounded(face, round(radius * face[0]))
    return _warped(shape, quad, size, cv2.BORDER_CONSTANT)[..., None]


def _warped(face: Pixels, quad: Pixels, size: Size, border: int) -> Pixels:
    high, wide = face.shape[:2]
    sheet = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32) - 0.5
    way = cv2.getPerspectiveTransform(sheet, quad.astype(np.float32) - np.float32(0.5))
    return np.asarray(cv2.warpPerspective(face, way, size, borderMode=border))


def _laid(chance: Chance, below: Pixels, face: Pixels, design: Design, quad: Pixels) -> Pixels:
    """The document on its surface, with hands, shadows and the rim of its thickness."""
    size = (below.shape[1], below.shape[0])
    unit = size[0] / 512
    shrink = float(np.linalg.norm(quad[1] - quad[0])) / face.shape[1]
    if shrink < 0.8:  # a camera averages what falls into one pixel
        face = cv2.GaussianBlur(face, (0, 0), max(0.3, 0.42 / shrink - 0.2))
    shape = (face.shape[1], face.shape[0])
    cover = outline(size, quad, design.radius, shape)
    seen = _warped(face, quad, size, cv2.BORDER_REPLICATE)
    middle = quad.mean(axis=0)
    if chance.random() < 0.12:
        tone = skin(chance)
        for _ in range(3):
            start = middle + chance.uniform(-80, 80, 2) * unit
            end = start + chance.normal(0, 130, 2) * unit
            finger(chance, below, tone, start, end, chance.uniform(40, 110) * unit)
    if chance.random() < 0.72:
        cast = np.roll(cover, tuple(int(v) for v in chance.uniform(-7, 7, 2) * unit), (0, 1))
        shadow = soft(cast, chance.uniform(0.6, 8) * unit) * chance.uniform(0.03, 0.6)
        below = below * (1 - shadow * (1 - cover))
    if chance.random() < 0.3:
        below = _rim(chance, below, cover, unit)
    if design.page and chance.random() < 0.6:
        below = _other_page(chance, below, quad)
    laid = np.ascontiguousarray(below * (1 - cover) + seen * cover, np.float32)
    if chance.random() < 0.25:
        _held(chance, laid, quad)
    return laid


def _rim(chance: Chance, below: Pixels, cover: Pixels, unit: float) -> Pixels:
    """The card's thickness, lit or dark, on one side."""
    shift = np.array([[1, 0, chance.uniform(-1.3, 1.3)], [0, 1, chance.uniform(-1.3, 1.3)]])
    shift[:, 2] *= unit
    moved = cv2.warpAffine(cover, shift, (cover.shape[1], cover.shape[0]))[..., None]
    rim = np.clip(moved - cover, 0, 1) * chance.uniform(0.3, 1)
    return np.asarray(below * (1 - rim) + colour(chance, 20, 250, 0.3) * rim)


def _other_page(chance: Chance, below: Pixels, quad: Pixels) -> Pixels:
    """An open passport's page above the one with the data."""
    page = np.array([2 * quad[0] - quad[3], 2 * quad[1] - quad[2], quad[1], quad[0]])
    cover = np.zeros(below.shape[:2], np.float32)
    cv2.fillConvexPoly(cover, np.round(page).astype(np.int32), 1.0, cv2.LINE_AA)
    size = (below.shape[1], below.shape[0])
    paper = colour(chance, 170, 245, 0.5) + 5 * cloud(chance, size, base=6)
    return np.asarray(below * (1 - cover[..., None]) + paper * cover[..., None])


def _held(chance: Chance, laid: Pixels, quad: Pixels) -> None:
    """Up to three fingers over the rim."""
    tone, middle = skin(chance), quad.mean(axis=0)
    long_side = float(np.linalg.norm(quad[1] - quad[0]))
    for _ in range(int(chance.integers(1, 4))):
        side = int(chance.integers(4))
        place = chance.uniform(0.1, 0.9)
        touched = quad[side] * (1 - place) + quad[(side + 1) % 4] * place
        inward = (middle - touched) / np.linalg.norm(middle - touched)
        width = chance.uniform(0.08, 0.2) * long_side
        tip = touched + inward * width * chance.uniform(0.1, 1.1)
        start = touched - inward * 3 * long_side + chance.normal(0, 0.3, 2) * long_side
        finger(chance, laid, tone, start, tip, width)


def _lit(chance: Chance, laid: Pixels) -> Pixels:
    """Light that falls off, perhaps a shadow with an edge across all, a colour cast."""
    size = (laid.shape[1], laid.shape[0])
    slope = axes(chance, size, 2 * np.pi)[0] / size[0]
    slope = slope - slope.mean()
    light = chance.uniform(0.4, 1.08) * (1 - chance.uniform(0, 0.6) * slope)
    if chance.random() < 0.4:
        if chance.random() < 0.5:
            steep = chance.uniform(15, 250)
            edge = 1 / (1 + np.exp(-np.clip((slope - chance.uniform(-0.3, 0.3)) * steep, -30, 30)))
        else:
            corners = chance.uniform(-0.2, 1.2, (int(chance.integers(3, 6)), 2)) * size
            edge = np.zeros((size[1], size[0]), np.float32)
            cv2.fillPoly(edge, [corners.astype(np.int32)], 1.0, cv2.LINE_AA)
            edge = soft(edge, chance.uniform(0.6, 14) * size[0] / 512)[..., 0]
        light = light * (1 - edge * chance.uniform(0.1, 0.55))
    return np.asarray(laid * (light[..., None] * _tint(chance, 0.88, 1.12)), np.float32)


def _seen(chance: Chance, lit: Pixels) -> Pixels:
    """Through the lens, off the sensor, out of the file."""
    unit = lit.shape[1] / 512
    blur = abs(chance.normal(0, 0.7)) * unit
    if blur > 0.25:
        lit = cv2.GaussianBlur(lit, (0, 0), min(blur, 2.0 * unit))
    if chance.random() < 0.08:
        lit = cv2.filter2D(lit, -1, _shake(chance, int(chance.integers(3, 8) * unit)))
    noise = chance.uniform(0.5, 10) * (1.0 if chance.random() < 0.7 else 0.2)
    y, x = (int(v) for v in chance.integers(0, 128, 2))
    grain = _grain(lit.shape[1], lit.shape[0])[y : y + lit.shape[0], x : x + lit.shape[1]]
    photograph: Pixels = np.clip(lit + grain * noise, 0, 255).astype(np.uint8)
    if chance.random() < 0.5:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(chance.uniform(40, 95))]
        done, file = cv2.imencode(".jpg", photograph, quality)
        assert done  # a picture in memory always becomes a JPEG
        photograph = np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR))
    return np.asarray(photograph)


def _shake(chance: Chance, length: int) -> Pixels:
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1
    middle = ((length - 1) / 2, (length - 1) / 2)
    turned = cv2.warpAffine(
        kernel, cv2.getRotationMatrix2D(middle, chance.uniform(0, 180), 1), (length, length)
    )
    return np.asarray(turned / max(1e-3, float(turned.sum())))


@lru_cache(maxsize=2)
def _grain(wide: int, high: int) -> Pixels:
    noise = np.random.default_rng(5).standard_normal((high + 128, wide + 128, 3))
    return np.asarray(cv2.GaussianBlur(noise.astype(np.float32), (0, 0), 0.5) * 1.5)
