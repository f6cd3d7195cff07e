"""The second of two nets: given about where a card lies, where each of its sides runs.

It sees the quad straightened with a margin and tells, at every place along a side, where across
it the side lies. A straight line through what it tells with certainty is the side.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import cv2
import numpy as np

from ekyc.vision import models
from ekyc.vision.image import Pixels
from ekyc.vision.outline import crossing
from ekyc.vision.rectangle import CROP, INSIDE, STRIDE, crop, mapped, shades

ENDS: Final = 0.17
"""Of a map: margin and round corners, left out."""

STEEPEST: Final = 0.3
NEAR: Final = 0.5
"""Of a side's line in the crop; places from the line that still count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refined:
    """The quad on its sides. `card`: that it is one; `upright`: that it begins at the top left.

    `clear`: the least a side's place is told with; `straight`: the least share of a side that lies
    on its line; `moved`: how far the worst corner went, of the diagonal. All but the last 0…1.
    """

    quad: Pixels
    card: float
    upright: float
    clear: float
    straight: float
    moved: float

    @property
    def worth(self) -> float:
        """How far a closer look is worth its time."""
        return self.card + self.clear + self.straight


@cache
def _net() -> Any:
    return cv2.dnn.readNetFromONNX(str(models.path("refiner.onnx")))


def refine(canvas: Pixels, quad: Pixels) -> Refined | None:
    """The quad moved onto the sides in its neighbourhood; None where they make no outline."""
    seen, there = crop(canvas, quad)
    net = _net()
    net.setInput(shades(seen))
    maps, claims = net.forward(["maps", "claims"])
    lines, clear, straight = zip(*(_line(maps[0, side], side) for side in range(4)), strict=True)
    corners = [crossing(*lines[side - 1], *lines[side]) for side in range(4)]
    if any(corner is None for corner in corners):
        return None
    placed = np.array(corners)
    moved = float(np.linalg.norm(placed - INSIDE, axis=1).max())
    if moved > CROP[0]:
        return None
    card, upright = 1 / (1 + np.exp(-claims[0].astype(float)))
    return Refined(
        quad=mapped(placed, np.linalg.inv(there)),
        card=float(card),
        upright=float(upright),
        clear=min(clear),
        straight=min(straight),
        moved=moved / float(np.linalg.norm(INSIDE[2] - INSIDE[0])),
    )


def _line(logits: Pixels, side: int) -> tuple[tuple[Pixels, Pixels], float, float]:
    """Two points of one side in the crop, how clearly it is told, how much of it is straight."""
    level = side % 2 == 0
    across = logits if level else logits.T
    likely = np.exp(across - across.max(axis=0))
    likely /= likely.sum(axis=0)
    heights = np.arange(len(across))[:, None]
    near = likely * (np.abs(heights - likely.argmax(axis=0)) <= 2)
    weights = near.sum(axis=0)
    told = (near * heights).sum(axis=0) / weights
    count = len(told)
    used = slice(int(count * ENDS), count - int(count * ENDS))
    places = np.arange(count)[used] - (count - 1) / 2
    start, slope, share = _through(places, told[used], weights[used] ** 2)
    ends = np.array([-0.5, 0.5]) * count
    points = np.stack([ends + count / 2, start + slope * ends + 0.5], axis=1) * STRIDE
    if not level:
        points = points[:, ::-1]
    return (points[0], points[1]), float(weights[used].mean()), share


def _through(places: Pixels, told: Pixels, weights: Pixels) -> tuple[float, float, float]:
    """The line most of the weight lies on: the best of many pairs, then fitted closer."""
    third = len(places) // 3
    pairs = np.meshgrid(np.arange(0, third, 2), np.arange(len(places) - third, len(places), 2))
    first, second = pairs[0].ravel(), pairs[1].ravel()
    slopes = (told[second] - told[first]) / (places[second] - places[first])
    starts = told[first] - slopes * places[first]
    away = told - (starts[:, None] + slopes[:, None] * places)
    gathered = (weights * np.exp(-(away**2) / (2 * NEAR**2))).sum(axis=1)
    best = int(np.where(np.abs(slopes) < STEEPEST, gathered, -1.0).argmax())
    line = np.array([starts[best], slopes[best]])
    shape = np.stack([np.ones_like(places), places])
    trust = weights
    for _ in range(4):
        away = told - line @ shape
        trust = weights * np.exp(-(away**2) / (2 * NEAR**2))
        normal = (shape * trust) @ shape.T + np.diag([1e-6, 1e-6])
        line = np.linalg.solve(normal, shape @ (trust * told))
    return float(line[0]), float(line[1]), float(trust.sum() / len(places))
