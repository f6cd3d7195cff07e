"""The first of two nets: where in a whole photograph a card may lie.

It answers with an area and with corners; which four of them belong together is counted here.
"""

from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any, Final

import cv2
import numpy as np

from ekyc.vision import models
from ekyc.vision.image import Pixels
from ekyc.vision.outline import clockwise
from ekyc.vision.rectangle import CANVAS, LOOK, STRIDE, halved, shades

PEAKS: Final = 6
"""Places that may be corners: four true ones and two that the print or a key suggests."""

APART: Final = 2.0
"""Places of the map by which two answers must differ."""

BY_CORNERS: Final = 0.25
"""What four clear corners weigh against how well the outline fills the area."""

SCALE: Final = 8
"""OpenCV fills polygons to an eighth of a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One place a card may be; `fit`: how well it fills the area, corners counted in."""

    quad: Pixels
    fit: float
    corners: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """The likeliest places, best first; whether there is a card, and all of it, 0…1.

    `area`: where the card is thought to be, in places of the map, 0…1.
    """

    starts: list[Start]
    present: float
    whole: float
    area: Pixels

    def filled(self, quad: Pixels) -> float:
        """How well an outline in the canvas fills the area: what both share of what either has."""
        return _filled(self.area, quad / _place() - 0.5)


@cache
def _net() -> Any:
    return cv2.dnn.readNetFromONNX(str(models.path("locator.onnx")))


def locate(canvas: Pixels, *, most: int) -> Located:
    """Where a card may lie in a canvas of `rectangle.CANVAS`; corners clockwise, its pixels."""
    seen = cv2.resize(halved(canvas), LOOK, interpolation=cv2.INTER_LINEAR)
    net = _net()
    net.setInput(shades(np.asarray(seen)))
    maps, claims = net.forward(["maps", "claims"])
    area = 1 / (1 + np.exp(-maps[0, 0].astype(float)))
    present, whole = 1 / (1 + np.exp(-claims[0].astype(float)))
    found = _distinct(_starts(area, _shares(maps[0, 1])), most)
    starts = [
        Start(quad=(start.quad + 0.5) * _place(), fit=start.fit, corners=start.corners)
        for start in found
    ]
    return Located(starts=starts, present=float(present), whole=float(whole), area=area)


def _place() -> Pixels:
    """Pixels of the canvas to a place of the map."""
    return np.array(CANVAS) / LOOK * STRIDE


def _shares(logits: Pixels) -> Pixels:
    """The corners' map as shares of four."""
    likely = np.exp(logits.astype(float) - logits.max())
    return np.asarray(4 * likely / likely.sum())


def _starts(area: Pixels, shares: Pixels) -> list[Start]:
    """Every four peaks that make a card's outline, and what the area alone suggests."""
    peaks, weights = _peaks(shares)
    starts = []
    for chosen in combinations(range(len(peaks)), 4):
        corners = float(np.minimum(weights[list(chosen)], 1).mean())
        starts += _start(area, peaks[list(chosen)], corners)
    for level, handicap in ((0.5, 0.0), (0.3, 0.05), (0.75, 0.05)):
        for quad in _hulls(area > level):
            starts += _start(area, quad, -handicap / BY_CORNERS)
    return sorted(starts, key=lambda start: -start.fit)


def _peaks(shares: Pixels) -> tuple[Pixels, Pixels]:
    """The heaviest places of the corners' map, each with what lies within two of it."""
    left = shares.copy()
    rows, columns = np.mgrid[: shares.shape[0], : shares.shape[1]]
    points, weights = [], []
    for _ in range(PEAKS):
        blunt = cv2.GaussianBlur(left, (0, 0), 0.8)
        row, column = divmod(int(blunt.argmax()), left.shape[1])
        part = np.s_[max(0, row - 2) : row + 3, max(0, column - 2) : column + 3]
        here = shares[part] + 1e-9
        weights.append(float(left[part].sum()))
        across, down = (here * columns[part]).sum(), (here * rows[part]).sum()
        points.append([across / here.sum(), down / here.sum()])
        left[max(0, row - 3) : row + 4, max(0, column - 3) : column + 4] = 0
    return np.array(points), np.array(weights)


def _hulls(mask: Pixels) -> list[Pixels]:
    """The largest area's outline with four corners, and the rectangle around it."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return []
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    found = [cv2.boxPoints(cv2.minAreaRect(hull)).astype(float)]
    around = cv2.arcLength(hull, True)
    corners = hull
    for tolerance in np.arange(0.01, 0.12, 0.01):
        corners = cv2.approxPolyDP(hull, float(tolerance) * around, True)
        if len(corners) <= 4:
            break
    if len(corners) == 4:
        found.append(corners[:, 0].astype(float))
    return found


def _start(area: Pixels, points: Pixels, corners: float) -> list[Start]:
    """One quad judged, none where its corners turn back."""
    quad = clockwise(points)
    sides = np.roll(quad, -1, axis=0) - quad
    onward = np.roll(sides, -1, axis=0)
    if (sides[:, 0] * onward[:, 1] - sides[:, 1] * onward[:, 0] <= 0).any():
        return []
    fit = _filled(area, quad) + BY_CORNERS * corners
    return [Start(quad=quad, fit=fit, corners=max(0.0, corners))]


def _filled(area: Pixels, quad: Pixels) -> float:
    shape = np.zeros(area.shape, np.uint8)
    cv2.fillConvexPoly(shape, np.round(quad * SCALE).astype(np.int32), 1, cv2.LINE_8, 3)
    either = max(1e-6, float(np.maximum(shape, area).sum()))
    return float(np.minimum(shape, area).sum()) / either


def _distinct(starts: list[Start], most: int) -> list[Start]:
    kept: list[Start] = []
    for start in starts:
        if all(np.abs(start.quad - other.quad).max() >= APART for other in kept):
            kept.append(start)
        if len(kept) == most:
            break
    return kept
