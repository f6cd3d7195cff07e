"""What every drawing here is made with: colours, noise, directions, soft edges, fingers.

`unit` is a length of one pixel in a picture 512 wide; everything is 0…255 blue, green, red.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[Any]
Chance = np.random.Generator
Size = tuple[int, int]


def colour(chance: Chance, low: float = 15, high: float = 245, strength: float = 1.0) -> Pixels:
    """Any colour; `strength` 0 is grey."""
    drawn = chance.uniform(low, high, 3)
    return np.asarray(drawn.mean() + (drawn - drawn.mean()) * strength, np.float32)


def cloud(
    chance: Chance, size: Size, *, octaves: int = 4, base: int = 4, gain: float = 0.55
) -> Pixels:
    """Smooth noise of several scales, rows × columns × 1, about as strong as one."""
    wide, high = size
    total = np.zeros((high, wide), np.float32)
    weight = 1.0
    for octave in range(octaves):
        across = min(wide, base * 2**octave)
        grid = (max(2, across * high // wide) + 1, across + 1)
        coarse = chance.standard_normal(grid).astype(np.float32)
        total += weight * cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
        weight *= gain
    return total[..., None]


def plain(size: Size, shade: Pixels) -> Pixels:
    """One colour."""
    return np.broadcast_to(shade, (size[1], size[0], 3)).astype(np.float32)


def axes(chance: Chance, size: Size, most: float = np.pi) -> tuple[Pixels, Pixels]:
    """Two coordinates in pixels along and across some direction."""
    angle = np.float32(chance.uniform(0, most))
    x = np.arange(size[0], dtype=np.float32)[None]
    y = np.arange(size[1], dtype=np.float32)[:, None]
    return x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)


def skin(chance: Chance) -> Pixels:
    """Somebody's colour."""
    return chance.uniform([50, 75, 110], [190, 205, 245]).astype(np.float32)


def finger(
    chance: Chance,
    scene: Pixels,
    tone: Pixels,
    start: Pixels,
    end: Pixels,
    width: float | None = None,
) -> None:
    """A finger from `start` to its tip at `end`, shaded, with its own shadow and perhaps a nail."""
    unit = scene.shape[1] / 512
    width = width or chance.uniform(14, 40) * unit
    along = (end - start) / (np.linalg.norm(end - start) + 1e-6)
    tip = end - along * width / 2
    part, corner = _around(scene, start, tip, width)
    if min(part.shape[:2]) < 4:
        return
    mask = np.zeros(part.shape[:2], np.uint8)
    root, top = ((int(v) for v in point - corner) for point in (start, tip))
    cv2.line(mask, tuple(root), tuple(top), 255, max(2, int(width)), cv2.LINE_AA)
    cover = cv2.GaussianBlur(mask, (0, 0), 0.7 * unit).astype(np.float32)[..., None] / 255
    round_ = soft(cover, width * 0.2)
    cast = np.roll(cover, (int(3 * unit), int(3 * unit)), (0, 1))
    part *= 1 - soft(cast, 3 * unit) * np.float32(0.35) * (1 - cover)
    part *= 1 - cover
    part += tone * (0.55 + 0.45 * round_) * cover
    if chance.random() < 0.5:
        nail = [float(shade) for shade in np.clip(tone * 1.1 + 15, 0, 255)]
        half = (max(2, int(width * 0.34)), max(2, int(width * 0.26)))
        angle = float(np.degrees(np.arctan2(along[1], along[0])))
        middle = tuple(int(v) for v in tip - corner)
        cv2.ellipse(part, middle, half, angle, 0, 360, nail, -1, cv2.LINE_AA)


def _around(scene: Pixels, start: Pixels, end: Pixels, width: float) -> tuple[Pixels, Pixels]:
    """The part of a picture that a thick line touches, and where it begins."""
    size = np.array(scene.shape[1::-1])
    first = np.clip(np.minimum(start, end) - 1.2 * width, 0, size).astype(int)
    last = np.clip(np.maximum(start, end) + 1.2 * width, 0, size).astype(int)
    return scene[first[1] : last[1], first[0] : last[0]], first


def soft(cover: Pixels, sigma: float) -> Pixels:
    """A wide blur at a quarter of the work."""
    if sigma < 3:
        return np.asarray(cv2.GaussianBlur(cover, (0, 0), sigma))[..., None]
    small = cv2.resize(cover, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(small, (0, 0), sigma / 4)
    return np.asarray(cv2.resize(blurred, cover.shape[1::-1]))[..., None]
