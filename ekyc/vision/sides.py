"""Moves the sides of an outline onto the card's true edges, to a fraction of a pixel.

Across each side the picture's colour slope is averaged along sixteen stretches: an edge adds up,
noise and print do not. Every straight line within reach is tried, the best one fitted.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from ekyc.vision.image import Pixels
from ekyc.vision.outline import crossing

STRETCHES: Final = 16
PLACES: Final = 96
ENDS: Final = (0.075, 0.925)
"""Of a side's length: the round corners are left out."""

LEAST_SUPPORT: Final = 0.3
"""A side with less evidence stays where it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """An outline on its edges; `support` per side, 0…1: the share of it that lies on an edge."""

    quad: Pixels
    support: Pixels


def settle(image: Pixels, quad: Pixels, *, reach: float, fine: bool = True) -> Settled:
    """Look for each side within `reach` of the diagonal on both sides of where it is.

    `quad`: four corners, clockwise on the screen, in pixels of the colour picture. Not `fine`: to
    the nearest pixel or so, in half the time.
    """
    diagonal = float(np.linalg.norm(quad[0] - quad[2]))
    radius = max(3.0, reach * diagonal)
    step = max(0.5, radius / 24) if fine else max(1.0, radius / 12)
    lines, support = [], []
    for side in range(4):
        start, end = quad[side], quad[(side + 1) % 4]
        offsets = np.arange(-radius, radius + step / 2, step)
        moved, found = _side(image, start, end, offsets, fine=fine)
        lines.append(moved)
        support.append(found)
    corners = [crossing(*lines[side - 1], *lines[side]) for side in range(4)]
    if any(corner is None for corner in corners):
        return Settled(quad=quad, support=np.zeros(4))
    return Settled(quad=np.array(corners), support=np.array(support))


def _side(
    image: Pixels, start: Pixels, end: Pixels, offsets: Pixels, *, fine: bool
) -> tuple[tuple[Pixels, Pixels], float]:
    along = end - start
    outward = np.array([along[1], -along[0]]) / np.linalg.norm(along)
    places = np.linspace(*ENDS, PLACES if fine else PLACES // 2)
    slope = _slope(image, start, along, outward, places, offsets)
    noise = np.percentile(slope, 60) + 0.6
    edge = slope**2 / (slope**2 + (1.5 * noise) ** 2)
    middles = places.reshape(STRETCHES, -1).mean(axis=1)
    shift, support = _best_line(edge, offsets, middles)
    if support < LEAST_SUPPORT:
        return (start, end), support
    if fine:
        shift = _fitted(slope, edge, offsets, middles, shift)
    return (start + outward * shift[0], end + outward * shift[1]), support


def _slope(
    image: Pixels, start: Pixels, along: Pixels, outward: Pixels, places: Pixels, offsets: Pixels
) -> Pixels:
    """Colour slope across the side: stretches × offsets, in grey levels per step."""
    points = start + np.outer(places, along)
    grid = points[:, None] + offsets[None, :, None] * outward
    colours = cv2.remap(
        image,
        grid[..., 0].astype(np.float32),
        grid[..., 1].astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.float32)
    step = float(offsets[1] - offsets[0])
    calm = cv2.GaussianBlur(colours, (0, 0), sigmaX=max(0.8, 0.8 / step), sigmaY=0.01)
    slope = np.zeros_like(calm)
    slope[:, 1:-1] = calm[:, 2:] - calm[:, :-2]
    summed = slope.reshape(STRETCHES, -1, len(offsets), calm.shape[2]).mean(axis=1)
    return np.asarray(np.sqrt((summed**2).sum(axis=2)))


def _best_line(edge: Pixels, offsets: Pixels, middles: Pixels) -> tuple[Pixels, float]:
    """The offsets at both ends of the line that gathers most edge; far ones pay a little."""
    ends = np.arange(0, len(offsets), max(1, round(0.7 / (offsets[1] - offsets[0]))))
    first, last = np.meshgrid(ends, ends, indexing="ij")
    index = first[..., None] * (1 - middles) + last[..., None] * middles
    low = np.clip(index.astype(int), 0, len(offsets) - 2)
    part = index - low
    rows = np.arange(len(middles))
    gathered = (edge[rows, low] * (1 - part) + edge[rows, low + 1] * part).sum(axis=2)
    spread = 2 * (0.45 * offsets[-1]) ** 2
    far = (offsets[first] ** 2 + offsets[last] ** 2) / spread
    best = np.unravel_index((gathered - 0.9 * far).argmax(), gathered.shape)
    shift = np.array([offsets[first[best]], offsets[last[best]]])
    return shift, float(gathered[best]) / len(middles)


def _fitted(slope: Pixels, edge: Pixels, offsets: Pixels, middles: Pixels, shift: Pixels) -> Pixels:
    """A straight line through the weighted peaks near the chosen one, twice, the second closer."""
    step = float(offsets[1] - offsets[0])
    shares = np.stack([1 - middles, middles], axis=1)
    line = shares @ shift
    for width in (2.0, 1.2):
        near = np.exp(
            -((offsets[None] - line[:, None]) ** 2) / (2 * (width * max(1, 1.5 * step)) ** 2)
        )
        weight = near * slope**2
        peaks = (weight * offsets).sum(axis=1) / (weight.sum(axis=1) + 1e-6)
        place = np.clip(np.round((peaks - offsets[0]) / step).astype(int), 0, len(offsets) - 1)
        trust = edge[np.arange(len(middles)), place] + 1e-3
        trust = trust * np.exp(-((peaks - line) ** 2) / (2 * 1.5**2))
        normal = shares.T @ (shares * trust[:, None]) + 1e-6 * np.eye(2)
        shift = np.linalg.solve(normal, shares.T @ (trust * peaks))
        line = shares @ shift
    return np.asarray(shift)
