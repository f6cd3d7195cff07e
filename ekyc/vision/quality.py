"""Why a photograph has to be taken again: one measured reason each.

Thresholds were chosen on drawn photographs (good ones of two levels of care against each fault);
they are upper bounds of what can be promised for real ones.
"""

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np

from ekyc.domain.document import Fault, FaultCode
from ekyc.vision.image import Pixels

SIZE: Final = (1012, 638)
RIM: Final = 20

DARK_BELOW: Final = 55.0
BRIGHT_ABOVE: Final = 248.0
GREY_BELOW: Final = 1.0
"""Median grey; mean distance from the median colour in LAB's a and b."""

FINE_BELOW: Final = 0.285
"""High to middling frequencies: out of focus below."""

EVEN_BELOW: Final = 0.6
"""Weakest to strongest of eight directions of edges: moved below."""

GLARE_ABOVE: Final = 0.02
FLAT_BELOW: Final = 1.6
"""Share of the card under white blobs without any edge inside."""


def faults(card: Pixels) -> tuple[Fault, ...]:
    """What is wrong with a straightened card, the first cause first."""
    small = cv2.resize(card, SIZE, interpolation=cv2.INTER_AREA)[RIM:-RIM, RIM:-RIM]
    return tuple(Fault(code=code) for code in _found(np.asarray(small)))


def _found(small: Pixels) -> Iterator[FaultCode]:
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)
    light = float(np.median(grey))
    if light < DARK_BELOW:
        yield FaultCode.TOO_DARK
        return  # nothing else can be judged in the dark
    if light > BRIGHT_ABOVE:
        yield FaultCode.TOO_BRIGHT
        return
    if fineness(grey) < FINE_BELOW or evenness(grey) < EVEN_BELOW:
        yield FaultCode.BLUR
    if glare(small, grey) > GLARE_ABOVE:
        yield FaultCode.GLARE
    if colour(small) < GREY_BELOW:
        yield FaultCode.BLACK_AND_WHITE


def fineness(grey: Pixels) -> float:
    """The finest detail against middling detail: falls when the lens was not in focus."""
    bands = [
        np.percentile(
            np.abs(cv2.GaussianBlur(grey, (0, 0), s) - cv2.GaussianBlur(grey, (0, 0), 2 * s)), 99
        )
        for s in (0.6, 2.0)
    ]
    return float(bands[0] / max(float(bands[1]), 1e-6))


def evenness(grey: Pixels) -> float:
    """How alike edges of all directions are: falls when the hand moved."""
    smooth = cv2.GaussianBlur(grey, (0, 0), 0.8)
    across, down = cv2.Sobel(smooth, 5, 1, 0), cv2.Sobel(smooth, 5, 0, 1)
    angles = np.arange(8) * np.pi / 8
    edges = [np.percentile(np.abs(across * np.cos(a) + down * np.sin(a)), 99) for a in angles]
    return float(min(edges) / max(*edges, 1e-6))


def glare(small: Pixels, grey: Pixels) -> float:
    """Share of the card that a reflection has whitened: bright, colourless, without an edge."""
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
    lab = cv2.cvtColor(small, cv2.COLOR_BGR2LAB)[..., 1:].astype(np.float32)
    away = lab - np.median(lab, axis=(0, 1))
    return float(np.hypot(away[..., 0], away[..., 1]).mean())
