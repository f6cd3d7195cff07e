"""Shaded shapes of all sizes over each other: what a busy photograph looks like to a net."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from ekyc.training.corners.brush import Chance, Pixels, Size, cloud, colour, plain


def leaves(chance: Chance, size: Size) -> Pixels:
    """From one wall to wall down to crumbs, as things lie in the world."""
    scene = plain(size, colour(chance)).copy()
    palette = [colour(chance, 5, 250, chance.uniform(0.2, 1)) for _ in range(chance.integers(3, 9))]
    grain = cloud(chance, size, octaves=5, base=int(chance.integers(2, 10)), gain=0.7)
    steep = chance.uniform(0.8, 2.2)
    for _ in range(int(chance.integers(12, 80))):
        radius = 16 * size[0] / 512 * (chance.random() + 1e-3) ** (-1 / steep)
        _leaf(chance, scene, palette, grain, min(radius, size[0] * 0.45))
    return scene


def _leaf(
    chance: Chance, scene: Pixels, palette: Sequence[Pixels], grain: Pixels, radius: float
) -> None:
    high, wide = scene.shape[:2]
    middle = chance.uniform(-0.04, 1.04, 2) * (wide, high)
    left, top = np.maximum(middle - radius, 0).astype(int)
    right, bottom = np.minimum(middle + radius, (wide, high)).astype(int)
    if right - left < 3 or bottom - top < 3:
        return
    shape = np.zeros((bottom - top, right - left), np.uint8)
    _SHAPES[int(chance.integers(len(_SHAPES)))](chance, shape, middle - (left, top), radius)
    cover = shape.astype(np.float32)[..., None] / 255
    x = (np.arange(left, right, dtype=np.float32) - middle[0]) / radius
    y = (np.arange(top, bottom, dtype=np.float32) - middle[1]) / radius
    slope = chance.uniform(-0.4, 0.4) * (x[None] * np.cos(radius) + y[:, None] * np.sin(radius))
    tint = palette[int(chance.integers(len(palette)))] * np.clip(1 + slope, 0.3, 1.6)[..., None]
    leaf = np.clip(tint + grain[top:bottom, left:right] * chance.uniform(0, 14), 0, 255)
    part = scene[top:bottom, left:right]
    part *= 1 - cover
    part += leaf * cover


def _oval(chance: Chance, shape: Pixels, at: Pixels, radius: float) -> None:
    half = (int(radius * 0.9) + 1, int(radius * chance.uniform(0.2, 0.9)) + 1)
    middle = (int(at[0]), int(at[1]))
    cv2.ellipse(shape, middle, half, chance.uniform(0, 180), 0, 360, 255, -1, cv2.LINE_AA)


def _bar(chance: Chance, shape: Pixels, at: Pixels, radius: float) -> None:
    sides = (radius * chance.uniform(0.5, 1.4), radius * chance.uniform(0.05, 1.2))
    box = cv2.boxPoints(((float(at[0]), float(at[1])), sides, chance.uniform(0, 180)))
    cv2.fillConvexPoly(shape, box.astype(np.int32), 255, cv2.LINE_AA)


def _shard(chance: Chance, shape: Pixels, at: Pixels, radius: float) -> None:
    angles = np.sort(chance.uniform(0, 2 * np.pi, 7))
    reach = radius * chance.uniform(0.3, 1, (7, 1))
    around = at + np.stack([np.cos(angles), np.sin(angles)], axis=1) * reach
    cv2.fillPoly(shape, [around.astype(np.int32)], 255, cv2.LINE_AA)


def _ring(chance: Chance, shape: Pixels, at: Pixels, radius: float) -> None:
    thick = max(1, int(radius * chance.uniform(0.05, 0.3)))
    cv2.circle(shape, (int(at[0]), int(at[1])), int(radius * 0.8) + 1, 255, thick, cv2.LINE_AA)


_SHAPES: Final = (_oval, _bar, _shard, _ring)
