"""The camera of the frozen test set: a pin-hole in front of a table, a lamp, a lens, a sensor.

Levels as everybody measures them: L1 careful, L2 ordinary, L3 hurried. Nothing of it is shared with
the photographs that thresholds were chosen on.
"""

import io
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw

from ekyc.bench.documents.backgrounds import Chance, Pixels, Surface
from ekyc.domain.document import Point

SIZE: Final = (1920, 1440)
Range = tuple[float, float]


class Level(StrEnum):
    """How much care somebody took."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """`fill`: document width as a share of the widest that fits; `blur_px`, `noise` (of 255) as the
    file shows them; `light` 1 = as printed; `shade`: how much darker the dark side is."""

    fill: Range
    turn_deg: float
    tilt_deg: float
    blur_px: Range
    noise: Range
    jpeg: tuple[int, int]
    light: Range
    shade: float


CARE: Final = {
    Level.L1: Care(
        fill=(0.72, 0.85),
        turn_deg=3,
        tilt_deg=6,
        blur_px=(0.0, 0.6),
        noise=(1, 3),
        jpeg=(88, 95),
        light=(0.9, 1.05),
        shade=0.1,
    ),
    Level.L2: Care(
        fill=(0.58, 0.72),
        turn_deg=8,
        tilt_deg=12,
        blur_px=(0.6, 1.2),
        noise=(3, 6),
        jpeg=(75, 88),
        light=(0.7, 1.05),
        shade=0.35,
    ),
    Level.L3: Care(
        fill=(0.45, 0.58),
        turn_deg=20,
        tilt_deg=20,
        blur_px=(1.0, 1.7),
        noise=(6, 11),
        jpeg=(55, 75),
        light=(0.45, 0.9),
        shade=0.5,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """The file, and the true corners, clockwise from the document's own top left."""

    jpeg: bytes
    corners: tuple[Point, ...]


def shoot(
    drawn: Image.Image,
    surface: Surface,
    chance: Chance,
    care: Care,
    *,
    turned_deg: int = 0,
    fingers: int = 0,
) -> Shot:
    """Photograph a drawn side. A document turned by a quarter is photographed upright."""
    size = SIZE if turned_deg % 180 == 0 else SIZE[::-1]
    sheet = np.asarray(drawn.convert("RGB"))[..., ::-1]
    corners = _corners(drawn.size, size, chance, care, turned_deg)
    scene = _placed(sheet, corners, surface, chance, size)
    for _ in range(fingers):
        scene = _fingered(scene, corners, chance)
    scene = _exposed(_focused(_lit(scene, chance, care), chance, care), chance, care)
    file = io.BytesIO()
    quality = int(chance.integers(*care.jpeg))
    Image.fromarray(scene[..., ::-1]).save(file, "JPEG", quality=quality)
    return Shot(
        jpeg=file.getvalue(),
        corners=tuple((float(x), float(y)) for x, y in corners),
    )


def _corners(
    sheet: tuple[int, int], size: tuple[int, int], chance: Chance, care: Care, turned_deg: int
) -> Pixels:
    """Corners of the sheet through a pin-hole: turned in its plane, then tilted out of it."""
    across, down = sheet if turned_deg % 180 == 0 else sheet[::-1]
    room = min(size[0], size[1] * across / down)
    width = room * chance.uniform(*care.fill) * sheet[0] / across
    flat = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (
        width / 2,
        width * sheet[1] / sheet[0] / 2,
    )
    turn = np.radians(turned_deg + chance.uniform(-1, 1) * care.turn_deg)
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    tilt, axis = np.radians(care.tilt_deg) * np.sqrt(chance.random()), chance.uniform(0, 2 * np.pi)
    rotation, _ = cv2.Rodrigues(tilt * np.array([np.cos(axis), np.sin(axis), 0.0]))
    distance = max(size) * chance.uniform(0.75, 1.1)
    placed = np.column_stack([flat @ spin, np.zeros(4)]) @ rotation.T + (0, 0, distance)
    middle = np.array(size) * (0.5 + chance.uniform(-0.04, 0.04, 2))
    seen: Pixels = placed[:, :2] * distance / placed[:, 2:] + middle
    over = np.maximum(8 - seen.min(axis=0), 0) - np.maximum(
        seen.max(axis=0) - np.array(size) + 8, 0
    )
    return np.asarray(seen + over)


def _placed(
    sheet: Pixels, corners: Pixels, surface: Surface, chance: Chance, size: tuple[int, int]
) -> Pixels:
    """The sheet on its surface; drawn at twice the size, so that edges fall between pixels."""
    high, wide = sheet.shape[:2]
    outline = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    twice = (size[0] * 2, size[1] * 2)
    to_photo = cv2.getPerspectiveTransform(outline, (corners * 2).astype(np.float32))
    mask = Image.new("L", (wide, high), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, wide - 1, high - 1), 64, fill=255)
    shape = np.asarray(mask)
    layers = np.dstack([np.where(shape[..., None] > 0, sheet, 0), shape])
    seen = cv2.warpPerspective(layers, to_photo, twice, flags=cv2.INTER_LINEAR)
    small = cv2.resize(seen, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    covered = small[..., 3:] / 255
    table = surface(chance, size, sheet[::8, ::8].mean(axis=(0, 1)))
    away = np.roll(covered[..., 0], chance.integers(-12, 13, 2), (0, 1))
    dark = cv2.GaussianBlur(away, (0, 0), chance.uniform(3, 16)) * chance.uniform(0.1, 0.5)
    ground = np.clip(table, 0, 255) * (1 - dark[..., None])
    return np.asarray(ground.astype(np.float32) * (1 - covered) + small[..., :3])


def _fingered(scene: Pixels, corners: Pixels, chance: Chance) -> Pixels:
    """A finger over one side, away from the corners."""
    side = int(chance.integers(4))
    along = corners[(side + 1) % 4] - corners[side]
    reach = float(np.linalg.norm(along))
    inward = np.array([-along[1], along[0]]) / reach
    tip = (
        corners[side]
        + along * chance.uniform(0.25, 0.75)
        + inward * reach * chance.uniform(0.01, 0.05)
    )
    root = tip - inward * reach * 0.9 + along * chance.uniform(-0.15, 0.15)
    thick = max(2, int(reach * chance.uniform(0.07, 0.11)))
    mask = np.zeros(scene.shape[:2], np.float32)
    points = [tuple(int(part) for part in point) for point in (tip, root)]
    cv2.line(mask, points[0], points[1], 1.0, thick, cv2.LINE_AA)
    soft = cv2.GaussianBlur(mask, (0, 0), 1.2)[..., None]
    skin = np.array([110, 145, 200], np.float32) * chance.uniform(0.5, 1.15)
    return np.asarray(scene * (1 - soft) + skin * soft)


def _lit(scene: Pixels, chance: Chance, care: Care) -> Pixels:
    """A lamp to one side, perhaps somebody's shadow, warm or cold light."""
    high, wide = scene.shape[:2]
    x = np.linspace(-0.5, 0.5, wide, dtype=np.float32)[None]
    y = np.linspace(-0.5, 0.5, high, dtype=np.float32)[:, None]
    lamp = chance.uniform(-1.2, 1.2, 2).astype(np.float32)
    away = (x - lamp[0]) ** 2 + (y - lamp[1]) ** 2
    fall = 1 - care.shade * (away - away.min()) / (away.max() - away.min())
    light: Pixels = fall * np.float32(chance.uniform(*care.light) / fall.mean())
    if care.shade > 0.2 and chance.random() < 0.5:
        turn, place = chance.uniform(0, 2 * np.pi), chance.uniform(-0.25, 0.25)
        edge = (
            x * np.float32(np.cos(turn)) + y * np.float32(np.sin(turn)) - np.float32(place)
        ) * 40
        light = light * (1 - np.float32(0.45 * care.shade) / (1 + np.exp(-edge)))
    warm = chance.normal(0, 0.03)
    cast = np.array([1 - warm, 1.0, 1 + warm], np.float32)
    return np.asarray(scene.astype(np.float32) * light[..., None] * cast)


def _focused(scene: Pixels, chance: Chance, care: Care) -> Pixels:
    """A disc of confusion: its standard deviation is half its radius."""
    radius = 2 * chance.uniform(*care.blur_px)
    if radius < 0.3:
        return scene
    reach, fine = int(np.ceil(radius)) + 1, 8
    axis = (np.arange((2 * reach + 1) * fine) + 0.5) / fine - reach - 0.5
    disc = (axis[None] ** 2 + axis[:, None] ** 2 <= radius**2).astype(np.float32)
    kernel = cv2.resize(disc, (2 * reach + 1, 2 * reach + 1), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.filter2D(scene.astype(np.float32), -1, kernel / kernel.sum()))


def _exposed(scene: Pixels, chance: Chance, care: Care) -> Pixels:
    """Shot noise that grows with light, colour noise softer than grey noise, a tone curve."""
    high, wide = scene.shape[:2]
    level = np.float32(0.75 * chance.uniform(*care.noise))
    grain = level * np.sqrt(0.3 + 0.7 / 128 * np.clip(scene[..., 1:2], 0, 255))
    grey = chance.standard_normal((high, wide, 1), np.float32)
    tint = chance.standard_normal((high // 2, wide // 2, 3), np.float32)
    noise = np.float32(0.6) * cv2.resize(tint, (wide, high)) + np.float32(0.85) * grey
    noisy = np.clip(scene + grain * noise, 0, 255).astype(np.uint8)
    curve = 255 * (np.arange(256) / 255) ** chance.uniform(0.92, 1.08)
    return np.asarray(cv2.LUT(noisy, np.round(curve).astype(np.uint8)))
