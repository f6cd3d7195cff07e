"""What both corner nets are told and what they answer: sizes, shades, one place for each."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from ekyc.vision.image import Pixels

CANVAS: Final = (512, 384)
"""Photographs are fitted into this: what the refiner's crops are cut from."""

LOOK: Final = (128, 96)
"""What the locator sees of all that."""

CROP: Final = (160, 112)
"""What the refiner sees: the straightened card with a margin."""

MARGIN: Final = 0.14
"""Of the crop, on each side."""

STRIDE: Final = 4
"""Pixels of a picture to one place of a map."""

INSIDE: Final = np.array(
    [
        [MARGIN * CROP[0], MARGIN * CROP[1]],
        [(1 - MARGIN) * CROP[0], MARGIN * CROP[1]],
        [(1 - MARGIN) * CROP[0], (1 - MARGIN) * CROP[1]],
        [MARGIN * CROP[0], (1 - MARGIN) * CROP[1]],
    ],
    np.float32,
)
"""Where a quad's corners lie in its crop."""


def shades(picture: Pixels) -> Pixels:
    """A picture as a net takes it: 1 × 3 × rows × columns, about −2…2."""
    planes = (picture.astype(np.float32) - 127.5) / 64
    return np.ascontiguousarray(planes.transpose(2, 0, 1)[None])


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """A photograph fitted into CANVAS, lying if it stood, black beside it."""

    pixels: Pixels
    shape: tuple[int, int]
    scale: float
    start: Pixels
    stands: bool

    @classmethod
    def of(cls, photograph: Pixels) -> "Canvas":
        """Any photograph's."""
        high, wide = photograph.shape[:2]
        stands = high > wide
        lying = max(high, wide), min(high, wide)
        scale = min(CANVAS[0] / lying[0], CANVAS[1] / lying[1])
        size = (round(wide * scale), round(high * scale))
        small = cv2.resize(photograph, size, interpolation=cv2.INTER_AREA)
        if stands:
            small = cv2.rotate(small, cv2.ROTATE_90_COUNTERCLOCKWISE)
        pixels = np.zeros((CANVAS[1], CANVAS[0], 3), np.uint8)
        x, y = (CANVAS[0] - small.shape[1]) // 2, (CANVAS[1] - small.shape[0]) // 2
        pixels[y : y + small.shape[0], x : x + small.shape[1]] = small
        shape = (high, wide)
        return cls(pixels=pixels, shape=shape, scale=scale, start=np.array([x, y]), stands=stands)

    def to_photograph(self, points: Pixels) -> Pixels:
        """Points of the canvas in the photograph."""
        lying = (points - self.start) / self.scale
        if not self.stands:
            return np.asarray(lying)
        return np.stack([self.shape[1] - lying[:, 1], lying[:, 0]], axis=1)

    def to_canvas(self, points: Pixels) -> Pixels:
        """Points of the photograph in the canvas."""
        if self.stands:
            points = np.stack([points[:, 1], self.shape[1] - points[:, 0]], axis=1)
        return np.asarray(points * self.scale + self.start)


def halved(canvas: Pixels) -> Pixels:
    """At half the size bilinear sampling skips no pixel on the way to the locator's."""
    half = (CANVAS[0] // 2, CANVAS[1] // 2)
    return np.asarray(cv2.resize(canvas, half, interpolation=cv2.INTER_AREA))


def crop(canvas: Pixels, quad: Pixels) -> tuple[Pixels, Pixels]:
    """The quad straightened with its margin, black beyond the picture; and the way there."""
    corners = quad.astype(np.float32)
    wide = max(np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[3]))
    times = 2 if wide > 2.2 * CROP[0] * (1 - 2 * MARGIN) else 1
    source = canvas
    if times > 1:  # bilinear sampling skips pixels when it shrinks by more than two
        source = cv2.resize(canvas, None, fx=1 / times, fy=1 / times, interpolation=cv2.INTER_AREA)
    half = np.float32(0.5)
    there = cv2.getPerspectiveTransform(corners / times - half, INSIDE - half)
    seen = cv2.warpPerspective(source, there, CROP, flags=cv2.INTER_LINEAR)
    return np.asarray(seen), np.asarray(cv2.getPerspectiveTransform(corners, INSIDE))


def mapped(points: Pixels, way: Pixels) -> Pixels:
    """Points through a perspective."""
    there = cv2.perspectiveTransform(points[None].astype(np.float32), way.astype(np.float64))
    return np.asarray(there[0], float)
