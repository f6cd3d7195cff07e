"""Why a photograph has to be taken again: one measured reason each.

Thresholds were chosen on drawn photographs (good ones of all levels of care against each fault):
what they reach there is an upper bound of what can be promised for real ones.
"""

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np

from ekyc.domain.document import Fault, FaultCode, Kind, Side
from ekyc.vision import spoilt
from ekyc.vision.image import Pixels
from ekyc.vision.inked import inked, tiles
from ekyc.vision.line import Box

SIZE: Final = (1012, 638)
RIM: Final = 20

DARK_BELOW: Final = 55.0
DARK_SCENE_BELOW: Final = 40.0
BRIGHT_ABOVE: Final = 248.0
GREY_BELOW: Final = 1.0
"""Median grey; mean distance from the median colour in LAB's a and b."""

FINE_BELOW: Final = 0.305
"""High to middling frequencies: out of focus below."""

EVEN_BELOW: Final = 0.6
"""Weakest to strongest of eight directions of edges: moved below."""

GLARE_ABOVE: Final = 0.09
FLAT_BELOW: Final = 1.6
"""Share of a card whose print is not known under white blobs without any edge inside."""

PARTLY: Final = frozenset({Kind.PASSPORT, Kind.MRZ_ONLY})
"""Of these only the zone's place is known: elsewhere a reflection counts by its size."""

REACH: Final = 2048.0
STEPS: Final = 16384
"""Slopes of grey are less (Sobel: 4 × 255 either way); so finely they are counted."""

WASHED_DARKEST: Final = 205.0
WASHED_MEDIAN: Final = 230.0
"""A tile where print must be, and is not: even its darkest twenty-fifth is bright (0 of 220 good
photographs have one, every reflection over such print has)."""


OUTVOTED: Final = frozenset({FaultCode.TOO_DARK, FaultCode.BLUR, FaultCode.MOTION})
"""They are judged lest something be misread: what was read surely all the same outvotes them, but
for a picture so dark that its portrait shows nobody."""


def faults(
    card: Pixels, side: Side | None, *, kind: Kind = Kind.UNKNOWN, legible: bool = False
) -> tuple[Fault, ...]:
    """What is wrong with a straightened document, the first cause first; as far as it is known.

    `legible`: all of it was read surely.
    """
    small = np.asarray(cv2.resize(card, SIZE, interpolation=cv2.INTER_AREA)[RIM:-RIM, RIM:-RIM])
    zones = inked(kind, side, card)
    partly = not zones or kind in PARTLY
    found = tuple(_found(card, small, zones, partly=partly, legible=legible))
    if not found and (other := spoilt.fault(card, tiles(zones))):
        found = (other,)
    return tuple(Fault(code=code) for code in found)


def _found(
    card: Pixels, small: Pixels, zones: tuple[Box, ...], *, partly: bool, legible: bool
) -> Iterator[FaultCode]:
    if spoiling := light_fault(small, dark_below=DARK_SCENE_BELOW if legible else DARK_BELOW):
        yield spoiling
        return  # nothing else can be judged
    if not legible and (blurred := blur_fault(small)):
        yield blurred
    if washed_out(card, zones) or (partly and glare(small) > GLARE_ABOVE):
        yield FaultCode.GLARE
    if colour(small) < GREY_BELOW:
        yield FaultCode.BLACK_AND_WHITE


def light_fault(picture: Pixels, *, dark_below: float = DARK_BELOW) -> FaultCode | None:
    """Whether most of a picture is nearly black or nearly white."""
    light = float(np.median(cv2.cvtColor(np.ascontiguousarray(_thin(picture)), cv2.COLOR_BGR2GRAY)))
    if light < dark_below:
        return FaultCode.TOO_DARK
    return FaultCode.TOO_BRIGHT if light > BRIGHT_ABOVE else None


def blur_of(card: Pixels) -> FaultCode | None:
    """Out of focus, or moved, in a straightened card."""
    small = cv2.resize(card, SIZE, interpolation=cv2.INTER_AREA)[RIM:-RIM, RIM:-RIM]
    return blur_fault(np.asarray(small))


def blur_fault(small: Pixels) -> FaultCode | None:
    """Whether the hand moved, or the lens was out of focus."""
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)
    if evenness(grey) < EVEN_BELOW:
        return FaultCode.MOTION
    return FaultCode.BLUR if fineness(grey) < FINE_BELOW else None


def _thin(picture: Pixels) -> Pixels:
    """Every third pixel across and down: shares are the same, in a ninth of the time."""
    return picture[::3, ::3]


def washed_out(card: Pixels, zones: tuple[Box, ...]) -> bool:
    """Whether a reflection hides print that every document of this kind and side has."""
    grey = np.asarray(cv2.cvtColor(card, cv2.COLOR_BGR2GRAY))
    return any(
        _is_washed(grey[top:bottom, left:right]) for left, top, right, bottom in tiles(zones)
    )


def _is_washed(tile: Pixels) -> bool:
    darkest, median = np.percentile(tile, (4, 50))
    return bool(darkest > WASHED_DARKEST and median > WASHED_MEDIAN)


def fineness(grey: Pixels) -> float:
    """The finest detail against middling detail: falls when the lens was not in focus."""
    bands = [
        _strong(cv2.GaussianBlur(grey, (0, 0), s) - cv2.GaussianBlur(grey, (0, 0), 2 * s))
        for s in (0.6, 2.0)
    ]
    return bands[0] / max(bands[1], 1e-6)


def evenness(grey: Pixels) -> float:
    """How alike edges of all directions are: falls when the hand moved."""
    smooth = cv2.GaussianBlur(grey, (0, 0), 0.8)
    # Every other row tells as much, in half of the time.
    across, down = (np.ascontiguousarray(cv2.Sobel(smooth, 5, *way)[::2]) for way in _WAYS)
    angles = np.arange(8) * np.pi / 8
    edges = [_strong(cv2.addWeighted(across, np.cos(a), down, np.sin(a), 0)) for a in angles]
    return min(edges) / max(*edges, 1e-6)


_WAYS: Final = ((1, 0), (0, 1))


def _strong(differences: Pixels) -> float:
    """What a hundredth is beyond, whatever the sign; counting takes less time than sorting."""
    counts = cv2.calcHist([differences], [0], None, [2 * STEPS], [-REACH, REACH]).ravel()
    beyond = np.cumsum(counts[:STEPS] + counts[: STEPS - 1 : -1])
    return REACH * (1 - int(np.searchsorted(beyond, differences.size / 100)) / STEPS)


def glare(small: Pixels) -> float:
    """Share of the card that a reflection has whitened: bright, colourless, without an edge."""
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)
    hue = cv2.cvtColor(small, cv2.COLOR_BGR2HSV)
    value, saturation = hue[..., 2], hue[..., 1]
    bright = min(252.0, max(225.0, float(np.percentile(value, 50)) * 1.18))
    white = ((value >= bright) & (saturation < 38)).astype(np.uint8)
    white = np.asarray(cv2.morphologyEx(white, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8)))
    smooth = cv2.GaussianBlur(grey, (0, 0), 0.7)
    edge = np.hypot(cv2.Sobel(smooth, 5, 1, 0) / 8, cv2.Sobel(smooth, 5, 0, 1) / 8)
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(white, connectivity=8)
    flat = 0
    for label in range(1, count):
        area = int(boxes[label, cv2.CC_STAT_AREA])
        if area < 200:
            continue
        inside = cv2.erode((labels == label).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        if inside.any() and float(edge[inside].mean()) < FLAT_BELOW:
            flat += area
    return flat / white.size


def colour(small: Pixels) -> float:
    """How colourful the card is; a black-and-white copy is not."""
    thin = np.ascontiguousarray(_thin(small))
    lab = cv2.cvtColor(thin, cv2.COLOR_BGR2LAB)[..., 1:].astype(np.float32)
    away = lab - np.median(lab, axis=(0, 1))
    return float(np.hypot(away[..., 0], away[..., 1]).mean())
