"""What a phone or a webcam makes of a document: a drawn photograph, with the truth about it.

Levels as everybody measures them: L1 careful, L2 ordinary, L3 hurried; `frame` is one picture of a
webcam over a plain table. One fault can be asked for. The same seed gives the same photograph.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ekyc.demo.designs.sheet import RADIUS, Card
from ekyc.domain.document import FaultCode, Point

Pixels = NDArray[Any]
Range = tuple[float, float]
Chance = np.random.Generator


class Level(StrEnum):
    """How much care somebody took."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    FRAME = "frame"


class Harm(StrEnum):
    """What was done to the document itself."""

    CUT = "cut"
    PUNCHED = "punched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finger:
    """Over a document: from `root` to `tip`, in shares of its width and height; `thick` of its
    width. `skin`: BGR; `round_`: how much darker its sides are."""

    root: Point
    tip: Point
    thick: float
    skin: tuple[float, float, float]
    round_: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """One way of taking a picture; ranges are drawn from evenly.

    `fill`: card width as a share of the widest that fits; `turn_deg` in the picture, `tilt_deg` out
    of its plane; `blur_px`, `noise` (of 255) and `jpeg` as the file shows them; `light` 1 = as
    drawn; `shade`: how much darker the dark side is; `offset`: of the picture's size.
    """

    fill: Range
    turn_deg: float
    tilt_deg: float
    blur_px: Range
    noise: Range
    jpeg: tuple[int, int]
    light: Range
    shade: float
    offset: Point = (0.0, 0.0)
    plain: bool = False
    motion_px: int = 0
    glare: int = 0
    grey: bool = False
    screen: bool = False
    harm: Harm | None = None


LEVELS: Final = {
    Level.L1: Conditions(
        fill=(0.74, 0.88),
        turn_deg=3,
        tilt_deg=6,
        blur_px=(0.0, 0.6),
        noise=(1, 3),
        jpeg=(88, 95),
        light=(0.9, 1.05),
        shade=0.1,
    ),
    Level.L2: Conditions(
        fill=(0.6, 0.74),
        turn_deg=8,
        tilt_deg=12,
        blur_px=(0.6, 1.2),
        noise=(3, 6),
        jpeg=(75, 88),
        light=(0.7, 1.05),
        shade=0.35,
    ),
    Level.L3: Conditions(
        fill=(0.47, 0.6),
        turn_deg=20,
        tilt_deg=20,
        blur_px=(1.0, 1.7),
        noise=(6, 11),
        jpeg=(55, 75),
        light=(0.45, 0.9),
        shade=0.5,
    ),
    Level.FRAME: Conditions(
        fill=(0.55, 0.9),
        turn_deg=4,
        tilt_deg=6,
        blur_px=(0.2, 0.6),
        noise=(1, 3),
        jpeg=(85, 92),
        light=(0.85, 1.05),
        shade=0.15,
        plain=True,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Photograph:
    """The file, and where the card's corners are in it (clockwise from the card's own top left)."""

    jpeg: bytes
    corners: tuple[Point, ...]
    width_px: int
    height_px: int


def photograph(
    card: Card,
    *,
    seed: int,
    level: Level | str = Level.L1,
    fault: FaultCode | None = None,
    turned_deg: int = 0,
    size: tuple[int, int] = (1920, 1440),
    fingers: Sequence[Finger] = (),
) -> Photograph:
    """A photograph of the card on some table, held by `fingers`; `fault` is one of FAULTS."""
    chance = np.random.default_rng([seed, *card.side.encode(), *Level(level).encode()])
    conditions = LEVELS[Level(level)]
    if fault:
        conditions = FAULTS[fault](conditions, chance)
    corners = _corners(card.image.size, conditions, chance, size, turned_deg)
    scene = _scene(card, conditions, chance, size, corners)
    for finger in fingers:
        scene = _held(scene, corners, finger)
    scene = _lit(scene, conditions, chance)
    scene = _seen(scene, conditions, chance)
    quality = int(chance.integers(*conditions.jpeg))
    done, file = cv2.imencode(".jpg", scene, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done  # a picture in memory always becomes a JPEG
    return Photograph(
        jpeg=file.tobytes(),
        corners=tuple((float(x), float(y)) for x, y in corners),
        width_px=size[0],
        height_px=size[1],
    )


def _cut(conditions: Conditions, chance: Chance) -> Conditions:
    aside = 0.24 * float(chance.choice([-1, 1]))
    return replace(conditions, offset=(aside, 0.0) if chance.random() < 0.5 else (0.0, aside * 1.5))


FAULTS: Final[dict[FaultCode, Callable[[Conditions, Chance], Conditions]]] = {
    FaultCode.BLUR: lambda usual, _: replace(usual, blur_px=(3.2, 4.0)),
    FaultCode.MOTION: lambda usual, _: replace(usual, motion_px=25),
    FaultCode.CORNER_MISSING: _cut,
    FaultCode.GLARE: lambda usual, _: replace(usual, glare=3),
    FaultCode.TOO_DARK: lambda usual, _: replace(usual, light=(0.1, 0.15)),
    FaultCode.TOO_BRIGHT: lambda usual, _: replace(usual, light=(1.9, 2.2)),
    FaultCode.TOO_SMALL: lambda usual, _: replace(usual, fill=(0.2, 0.25)),
    FaultCode.BLACK_AND_WHITE: lambda usual, _: replace(usual, grey=True),
    FaultCode.SCREEN: lambda usual, _: replace(usual, screen=True),
    FaultCode.DAMAGED: lambda usual, chance: replace(
        usual, harm=Harm.CUT if chance.random() < 0.5 else Harm.PUNCHED
    ),
}


def _corners(
    sheet: tuple[int, int],
    conditions: Conditions,
    chance: Chance,
    size: tuple[int, int],
    turned_deg: int,
) -> Pixels:
    """The card's corners through a pin-hole camera whose picture is as wide as its distance."""
    wide, high = size
    across, down = sheet
    sideways = turned_deg % 180 == 90
    room = min(wide, high / down * across) if not sideways else min(high, wide / down * across)
    width = room * chance.uniform(*conditions.fill)
    flat = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (width / 2, width * down / across / 2)
    turn = np.radians(chance.uniform(-1, 1) * conditions.turn_deg + turned_deg)
    aside, ahead = np.radians(chance.uniform(-1, 1, 2) * conditions.tilt_deg)
    x = flat[:, 0] * np.cos(turn) - flat[:, 1] * np.sin(turn)
    y = flat[:, 0] * np.sin(turn) + flat[:, 1] * np.cos(turn)
    depth = 1 + (x * np.sin(aside) + y * np.sin(ahead)) / (1.1 * wide)
    middle = np.array(size) * (0.5 + np.array(conditions.offset) + chance.uniform(-0.03, 0.03, 2))
    seen = np.stack([x * np.cos(aside) / depth, y * np.cos(ahead) / depth], axis=1) + middle
    return seen.astype(np.float32)


def _scene(
    card: Card,
    conditions: Conditions,
    chance: Chance,
    size: tuple[int, int],
    corners: Pixels,
) -> Pixels:
    """The card with its drop shadow on a table, 0…255 BGR, as a perfect camera sees it."""
    drawn = np.asarray(card.image)[..., ::-1].astype(np.float32)
    across, down = card.image.size
    if conditions.glare:
        drawn = drawn + _reflections(conditions.glare, chance, card.image.size)
    sheet = np.array([[0, 0], [across, 0], [across, down], [0, down]], np.float32)
    shrink = float(np.linalg.norm(corners[0] - corners[1])) / across
    if shrink < 0.95:  # a camera averages what falls into one pixel
        drawn = np.asarray(cv2.GaussianBlur(drawn, (0, 0), 0.45 / shrink - 0.25), np.float32)
    to_photo = cv2.getPerspectiveTransform(sheet, corners)
    seen = cv2.warpPerspective(drawn, to_photo, size, flags=cv2.INTER_LINEAR)
    shape = _mask(card.image.size)
    if conditions.harm:
        shape = _harmed(shape, conditions.harm, chance)
    mask = cv2.warpPerspective(shape, to_photo, size, flags=cv2.INTER_LINEAR)
    below = np.roll(mask, (10, 8), (0, 1))
    shadow = cv2.GaussianBlur(below, (0, 0), 12) * 0.45 * (1 - mask)
    table = _table(chance, size, plain=conditions.plain) * (1 - shadow[..., None])
    scene: Pixels = table * (1 - mask[..., None]) + seen * mask[..., None]
    return scene


@cache
def _mask(sheet: tuple[int, int]) -> Pixels:
    shape = Image.new("L", sheet, 0)
    ImageDraw.Draw(shape).rounded_rectangle((0, 0, sheet[0] - 1, sheet[1] - 1), RADIUS, fill=255)
    return np.asarray(shape, np.float32) / 255


def _harmed(shape: Pixels, harm: Harm, chance: Chance) -> Pixels:
    """A corner cut off, its legs 9 to 15 mm, or a hole of 5 to 7 mm punched."""
    whole = shape.copy()
    high, wide = whole.shape
    if harm is Harm.CUT:
        legs = chance.uniform(180, 300, 2)
        corner = np.array([[0, 0], [legs[0], 0], [0, legs[1]]])
        if chance.random() < 0.5:
            corner = (wide, 0) + corner * (-1, 1)
        if chance.random() < 0.5:
            corner = (0, high) + corner * (1, -1)
        cv2.fillPoly(whole, [corner.astype(np.int32)], 0.0)
    else:
        middle = (int(chance.uniform(0.1, 0.9) * wide), int(chance.uniform(0.12, 0.88) * high))
        cv2.circle(whole, middle, int(chance.uniform(50, 70)), 0.0, -1, cv2.LINE_AA)
    return whole


def _held(scene: Pixels, corners: Pixels, finger: Finger) -> Pixels:
    """With a finger, darker towards its sides."""
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    to_photo = cv2.getPerspectiveTransform(unit, corners)
    ends = cv2.perspectiveTransform(np.array([[finger.root, finger.tip]], np.float32), to_photo)
    root, tip = ((round(x), round(y)) for x, y in ends[0].tolist())
    width = float(np.linalg.norm(corners[1] - corners[0]))
    mask = np.zeros(scene.shape[:2], np.float32)
    cv2.line(mask, root, tip, 1.0, max(1, round(width * finger.thick)), cv2.LINE_AA)
    soft = cv2.GaussianBlur(mask, (0, 0), 2)[..., None]
    middle = cv2.GaussianBlur(mask, (0, 0), width * 0.04)[..., None]
    skin = np.array(finger.skin, np.float32) * (1 - finger.round_ + finger.round_ * middle)
    held: Pixels = scene * (1 - soft) + skin * soft
    return held


def _reflections(count: int, chance: Chance, sheet: tuple[int, int]) -> Pixels:
    """Bright spots of a lamp on the laminate, over the text."""
    wide, high = sheet
    spots = np.zeros((high, wide), np.float32)
    for _ in range(count):
        middle = (int(chance.uniform(0.35, 0.85) * wide), int(chance.uniform(0.3, 0.9) * high))
        axes = (int(chance.uniform(120, 260)), int(chance.uniform(60, 140)))
        cv2.ellipse(spots, middle, axes, chance.uniform(0, 180), 0, 360, 1.0, -1)
    bright: Pixels = cv2.GaussianBlur(spots, (0, 0), 28)[..., None] * chance.uniform(230, 330)
    return bright


def _table(chance: Chance, size: tuple[int, int], *, plain: bool) -> Pixels:
    """One of six surfaces, with a little grain."""
    colour = chance.integers(40, 225, 3).astype(np.float32)
    kinds: list[Callable[[Chance, tuple[int, int], Pixels], Any]] = [
        lambda chance, size, colour: colour,
        _wood,
        _weave,
        lambda chance, size, colour: np.full(3, chance.integers(205, 245), np.float32),
        _clutter,
        _marble,
    ]
    kind = kinds[0] if plain else kinds[chance.integers(len(kinds))]
    surface = np.broadcast_to(kind(chance, size, colour), (size[1], size[0], 3))
    grained: Pixels = np.clip(surface + chance.normal(0, 3, surface.shape), 0, 255)
    return grained.astype(np.float32)


def _wood(chance: Chance, size: tuple[int, int], _: Pixels) -> Pixels:
    grain = chance.normal(0, 1, (size[1] // 8, 12)).astype(np.float32)
    grown = cv2.resize(grain, size, interpolation=cv2.INTER_CUBIC)[..., None]
    wood: Pixels = np.array([60, 105, 160], np.float32) * (1 + 0.18 * grown)
    return wood


def _weave(chance: Chance, size: tuple[int, int], colour: Pixels) -> Pixels:
    y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    across, along = chance.uniform(4, 14, 2)
    weave: Pixels = colour + 18 * (np.sin(x / across) * np.sin(y / along))[..., None]
    return weave


def _clutter(chance: Chance, size: tuple[int, int], colour: Pixels) -> Pixels:
    """Forty sheets of paper in all colours: many edges that are none of the card's."""
    image = np.broadcast_to(colour, (size[1], size[0], 3)).copy()
    for _ in range(40):
        x, y = int(chance.integers(size[0])), int(chance.integers(size[1]))
        wide, high = chance.integers(20, size[0] // 3, 2)
        shade = [float(part) for part in chance.integers(20, 240, 3)]
        cv2.rectangle(image, (x, y), (x + int(wide), y + int(high)), shade, -1)
    return image


def _marble(chance: Chance, size: tuple[int, int], colour: Pixels) -> Pixels:
    blobs = chance.normal(0, 25, (size[1] // 40 + 2, size[0] // 40 + 2, 3)).astype(np.float32)
    marble: Pixels = colour + cv2.resize(blobs, size, interpolation=cv2.INTER_CUBIC)
    return marble


def _lit(scene: Pixels, conditions: Conditions, chance: Chance) -> Pixels:
    """Light falling off to one side, perhaps the edge of somebody's shadow, a colour cast."""
    high, wide = scene.shape[:2]
    angle = chance.uniform(0, 2 * np.pi)
    across = (np.arange(wide, dtype=np.float32) / wide - 0.5) * np.float32(np.cos(angle))
    along = (np.arange(high, dtype=np.float32) / high - 0.5) * np.float32(np.sin(angle))
    slope = across[None] + along[:, None]
    light = chance.uniform(*conditions.light) * (1 - 0.9 * conditions.shade * slope)
    if conditions.shade > 0.2 and chance.random() < 0.6:
        edge = 1 / (1 + np.exp(-60 * (slope - chance.uniform(-0.2, 0.2))))
        light = light * (1 - 0.5 * conditions.shade * edge)
    cast = chance.uniform(0.93, 1.07, 3)
    lit: Pixels = (scene * light[..., None] * cast).astype(np.float32)
    return lit


def _seen(scene: Pixels, conditions: Conditions, chance: Chance) -> Pixels:
    """Through the lens and off the sensor: focus, a shake of the hand, noise."""
    blur = chance.uniform(*conditions.blur_px)
    if blur > 0.15:
        scene = cv2.GaussianBlur(scene, (0, 0), blur)
    if conditions.motion_px:
        scene = cv2.filter2D(scene, -1, _shake(conditions.motion_px, chance.uniform(0, 180)))
    if conditions.screen:
        scene = _beaten(scene, chance)
    if conditions.grey:
        scene = np.repeat(cv2.cvtColor(scene, cv2.COLOR_BGR2GRAY)[..., None], 3, axis=2)
    noise = chance.normal(0, 1.6 * chance.uniform(*conditions.noise), scene.shape)
    if conditions.grey:
        noise = np.repeat(noise[..., :1], 3, axis=2)
    speckled = scene + cv2.GaussianBlur(noise.astype(np.float32), (0, 0), 0.6)
    return np.clip(speckled, 0, 255).astype(np.uint8)


def _beaten(scene: Pixels, chance: Chance) -> Pixels:
    """Two gratings of a screen's pixels and the slow waves where they beat with the camera's."""
    y, x = np.mgrid[0 : scene.shape[0], 0 : scene.shape[1]].astype(np.float32)
    for strength, least, most in ((0.07, 3.2, 7.0), (0.07, 3.2, 7.0), (0.05, 18.0, 40.0)):
        turn, pitch = chance.uniform(0, np.pi), chance.uniform(least, most)
        bent = 6 * np.sin(y / 90) if least > 10 else 0.0
        waves = np.sin(2 * np.pi * (x * np.cos(turn) + y * np.sin(turn) + bent) / pitch)
        scene = scene * (1 + strength * waves[..., None])
    return np.asarray(scene)


def _shake(length_px: int, angle_deg: float) -> Pixels:
    kernel = np.zeros((length_px, length_px), np.float32)
    kernel[length_px // 2] = 1
    turn = cv2.getRotationMatrix2D((length_px / 2, length_px / 2), angle_deg, 1)
    turned: Pixels = cv2.warpAffine(kernel, turn, (length_px, length_px))
    return np.asarray(turned / turned.sum())
