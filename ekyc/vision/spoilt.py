"""What a straightened document shows that is not its print: a screen's grid, a finger, a missing
corner, a punched hole.

All in a copy 856 pixels wide, 10 a millimetre of a card. Thresholds: from drawn photographs.
"""

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np

from ekyc.domain.document import FaultCode
from ekyc.vision.image import Pixels
from ekyc.vision.outline import CARD_ABOVE

WIDE: Final = 856

GRID_ABOVE: Final = 2.4
"""A screen's grid stands out of the spectrum so far, in nats (Fourier, logarithm of magnitude)."""

LOWEST, HIGHEST = 0.09, 0.48
"""Cycles a pixel: coarser is print, finer is noise."""

RIM: Final = 14
"""Millimetres and a half inside the edge there is paper on every document."""

REDDER: Final = 7.0
"""Skin against the paper of the rim, in LAB's a, whatever its tone."""

LITTLE: Final = 3.0
DARKER: Final = 25.0

FINGER: Final = 0.05
"""Of the document's width: a finger's least breadth at the rim (a child's is 5 mm)."""

LEGS: Final = np.arange(70, 175, 4.0)
"""Of a cut corner, 7 to 17 mm: as many lines as pairs of them are tried."""

ACROSS: Final = 4.0
"""How far from a line on both sides colours are compared: a shadow's edge is softer than that."""

CUT_ABOVE: Final = 10.0
"""Least change of colour along nine tenths of such a line (LAB): of whole corners 5 at most, of cut
ones 17 at least, in the photographs it was chosen on."""

HOLE: Final = (2.0, 3.8)
"""Radius of a punched hole, millimetres."""

CARD, PAGE = 85.6, 125.0
"""Millimetres across: what is less wide for its height is a passport's page."""

AROUND: Final = np.radians(np.arange(0, 360, 15))
STEP: Final = 16.0
ROUND: Final = 0.92
"""The share of directions in which inside and outside differ by more than STEP."""


def faults(card: Pixels) -> Iterator[FaultCode]:
    """What of these a document shows: measured (`ekyc bench gates`), refusing nobody so far."""
    if shows_grid(card):
        yield FaultCode.SCREEN
    if is_covered(card):
        yield FaultCode.COVERED
    elif is_damaged(card):
        yield FaultCode.DAMAGED


def shows_grid(card: Pixels) -> bool:
    """Whether this is the picture of a screen: its pixels beat with the camera's (moiré)."""
    return grid(_small(card)) > GRID_ABOVE


def is_covered(card: Pixels) -> bool:
    """Whether something of the colour of skin reaches over the rim."""
    return finger(_small(card)) > FINGER


def is_damaged(card: Pixels) -> bool:
    """Whether a corner was cut off or a hole punched."""
    small = _small(card)
    return cut_corner(small) > CUT_ABOVE or punched(small) > ROUND


def _small(card: Pixels) -> Pixels:
    high = round(card.shape[0] * WIDE / card.shape[1])
    return np.asarray(cv2.resize(card, (WIDE, high), interpolation=cv2.INTER_AREA))


def grid(small: Pixels) -> float:
    """How far the strongest regular pattern stands out of its surroundings in the spectrum."""
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)
    calm = cv2.GaussianBlur(grey, (0, 0), 0.7)
    fine = (calm - cv2.GaussianBlur(calm, (0, 0), 8))[12:524, 12:844]
    high, wide = fine.shape
    window = np.hanning(high)[:, None] * np.hanning(wide)
    size = np.log1p(np.abs(np.fft.fftshift(np.fft.fft2(fine * window)))).astype(np.float32)
    above = size - cv2.GaussianBlur(size, (0, 0), 9)
    y, x = np.mgrid[0:high, 0:wide]
    dy, dx = np.abs(y - high // 2), np.abs(x - wide // 2)
    away = np.hypot(dy / high, dx / wide)
    counts = (away > LOWEST) & (away < HIGHEST) & (dy > 4) & (dx > 4)  # axes: edges of the window
    return float(np.percentile(above[counts], 99.995))


def finger(small: Pixels) -> float:
    """The longest stretch of the rim that is as red as skin, as a share of the width."""
    lab = cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 2), cv2.COLOR_BGR2LAB).astype(np.float32)
    rims = (lab[RIM, RIM:-RIM], lab[-RIM, RIM:-RIM], lab[RIM:-RIM, RIM], lab[RIM:-RIM, -RIM])
    usual = np.median(np.concatenate(rims), axis=0)
    longest = 0
    for rim in rims:
        light, red, yellow = (rim - usual).T
        much = (red > REDDER) & (rim[:, 2] > 128)
        # On pinkish paper less; a shadow is darker too, and never redder and yellower at once.
        some = (red > LITTLE) & (yellow > LITTLE) & (light < -DARKER)
        longest = max(longest, _run(much | some))
    return float(longest / small.shape[1])


def _run(flags: Pixels) -> int:
    """The most true ones in a row."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return int((edges[1::2] - edges[::2]).max()) if len(edges) else 0


def cut_corner(small: Pixels) -> float:
    """Of the clearest straight line across a corner: how much colour changes all along it."""
    soft = cv2.GaussianBlur(small, (0, 0), 1.0)
    lab = cv2.cvtColor(soft, cv2.COLOR_BGR2LAB).astype(np.float32)
    views = (lab, lab[:, ::-1], lab[::-1], lab[::-1, ::-1])
    return max(_cut(np.ascontiguousarray(view[:200, :200])) for view in views)


def _cut(corner: Pixels) -> float:
    """The same of one corner, turned to the top left."""
    right, down = (legs.ravel() for legs in np.meshgrid(LEGS, LEGS))
    along = np.linspace(0.12, 0.88, 24)
    x, y = np.outer(right, 1 - along), np.outer(down, along)
    length = np.hypot(right, down)[:, None]
    across, below = ACROSS * down[:, None] / length, ACROSS * right[:, None] / length
    step = _at(corner, x + across, y + below) - _at(corner, x - across, y - below)
    step = step * (1.0, 1.6, 1.6)
    usual = np.median(step, axis=1, keepdims=True)
    size = np.linalg.norm(usual, axis=2)
    alike = (step * usual).sum(axis=2) / (size + 1e-6)
    return float(np.percentile(alike, 10, axis=1).max())


def _at(lab: Pixels, x: Pixels, y: Pixels) -> Pixels:
    places = x.astype(np.float32), y.astype(np.float32)
    return np.asarray(cv2.remap(lab, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def punched(small: Pixels) -> float:
    """Of the roundest candidate for a hole: in how many directions it ends in a step."""
    lab = cv2.cvtColor(cv2.medianBlur(small, 5), cv2.COLOR_BGR2LAB).astype(np.float32)
    best, mm = 0.0, WIDE / (CARD if WIDE / small.shape[0] > CARD_ABOVE else PAGE)
    for plane in range(3):
        grey = np.clip(
            lab[..., plane] * (1 if plane == 0 else 3) - (0 if plane == 0 else 256), 0, 255
        )
        circles = cv2.HoughCircles(
            grey.astype(np.uint8),
            cv2.HOUGH_GRADIENT,
            1,
            40,
            param1=90,
            param2=20,
            minRadius=round(HOLE[0] * mm),
            maxRadius=round(HOLE[1] * mm),
        )
        for x, y, radius in circles[0][:6] if circles is not None else ():
            best = max(best, _ends(lab, float(x), float(y), float(radius)))
    return best


def _ends(lab: Pixels, x: float, y: float, radius: float) -> float:
    """The share of directions in which colour changes across the circle, the same way as usual."""
    inside, outside = (_ring(lab, x, y, radius * share) for share in (0.78, 1.22))
    step = (outside - inside) * (1.0, 1.6, 1.6)
    usual = np.median(step, axis=0)
    size = float(np.linalg.norm(usual))
    if size < STEP:
        return 0.0
    return float(((step @ usual) / size > STEP * 0.6).mean())


def _ring(lab: Pixels, x: float, y: float, radius: float) -> Pixels:
    across, down = x + radius * np.cos(AROUND), y + radius * np.sin(AROUND)
    return np.asarray(_at(lab, across[None], down[None])[0])
