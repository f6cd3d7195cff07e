"""What a straightened document shows that is not its print: a screen's grid, a finger, a missing
corner, a punched hole.

All in a copy 856 pixels wide, 10 a millimetre of a card. Thresholds: from drawn photographs.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final

import cv2
import numpy as np

from ekyc.domain.document import FaultCode
from ekyc.vision.image import Pixels
from ekyc.vision.line import Box
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

ALIKE: Final = 9.0
SHADED: Final = 45.0
"""So far a finger's colour, and its light, differ from its own at the rim (LAB)."""

HIDDEN: Final = 0.5
"""Share of a piece of print over which a finger lies."""

INKLESS: Final = 0.5
"""From ink to paper, against what is usual on this photograph: under a finger there is no ink."""

COARSE: Final = 4
"""Skin is looked for in one pixel of so many, each way."""

LEGS: Final = np.arange(70, 175, 5.0)
"""Of a cut corner, 7 to 17 mm: as many lines as pairs of them are tried."""

ACROSS: Final = 4.0
"""How far from a line on both sides colours are compared: a shadow's edge is softer than that."""

CUT_ABOVE: Final = 10.0
"""Least change of colour along nine tenths of such a line (LAB): of whole corners 6.5 at most (126
good photographs), of cut ones 17 at least."""

HOLE: Final = (2.0, 3.8)
"""Radius of a punched hole, millimetres."""

CARD, PAGE = 85.6, 125.0
"""Millimetres across: what is less wide for its height is a passport's page."""

WEIGHTS: Final = np.array([1.0, 1.6, 1.6], np.float32)
"""Of light, red and yellow in a change of colour."""

AROUND: Final = np.radians(np.arange(0, 360, 15))
STEP: Final = 16.0
ROUND: Final = 0.9
"""The share of directions in which inside and outside differ by more than STEP."""

PLAIN: Final = 20.0
"""What is seen through a hole varies by less (of good print that looks round: by 25 and more)."""


def fault(card: Pixels, printed: tuple[Box, ...]) -> FaultCode | None:
    """A finger over print, a cut corner, a hole or a screen's grid, the cheapest first.

    `printed`: pieces of places where this side has print (`inked`), as far as they are known.
    """
    small = _small(card)
    if is_covered(card, small, printed):
        return FaultCode.COVERED
    if cut_corner(small) > CUT_ABOVE or punched(small) > ROUND:
        return FaultCode.DAMAGED
    return FaultCode.SCREEN if grid(small) > GRID_ABOVE else None


def _small(card: Pixels) -> Pixels:
    high = round(card.shape[0] * WIDE / card.shape[1])
    return np.asarray(cv2.resize(card, (WIDE, high), interpolation=cv2.INTER_AREA))


def grid(small: Pixels) -> float:
    """How far the strongest regular pattern stands out of its surroundings in the spectrum.

    A picture's spectrum is the same on both sides of its middle: one is looked at.
    """
    grey = cv2.cvtColor(small[12:524, 12:844], cv2.COLOR_BGR2GRAY).astype(np.float32)
    window, counts = _window(*grey.shape)
    parts = cv2.dft((grey - grey.mean()) * window, flags=cv2.DFT_COMPLEX_OUTPUT)
    half = np.roll(parts[:, : grey.shape[1] // 2], grey.shape[0] // 2, axis=0)
    size = np.log1p(cv2.magnitude(half[..., 0], half[..., 1]))
    above = size - cv2.GaussianBlur(size, (0, 0), 9)
    return float(np.percentile(above[counts], 99.995))


@cache
def _window(high: int, wide: int) -> tuple[Pixels, Pixels]:
    """What fades a picture out towards its edges, and which frequencies count."""
    window = np.hanning(high)[:, None] * np.hanning(wide)
    dy, dx = np.abs(np.arange(high) - high // 2)[:, None], np.arange(wide // 2)[None]
    away = np.hypot(dy / high, dx / wide)
    counts = (away > LOWEST) & (away < HIGHEST) & (dy > 4) & (dx > 4)  # axes: edges of the window
    return window.astype(np.float32), counts


def is_covered(card: Pixels, small: Pixels, printed: tuple[Box, ...]) -> bool:
    """Whether a finger hides print: it comes in over the rim, and there is no ink under it.

    Who holds a document by its edge covers none; a portrait beside a finger is no print.
    """
    skin = fingers(small)
    if not printed or not skin.any():
        return False
    grey = np.asarray(cv2.cvtColor(card, cv2.COLOR_BGR2GRAY))
    ink = np.array([_ink(grey, piece) for piece in printed])
    step = card.shape[1] / skin.shape[1]
    hidden = np.array([_share(skin, piece, step) for piece in printed])
    return bool(((hidden > HIDDEN) & (ink < INKLESS * np.median(ink))).any())


def _ink(grey: Pixels, piece: Box) -> float:
    left, top, right, bottom = piece
    darkest, paper = np.percentile(grey[top:bottom, left:right], (4, 60))
    return float(paper - darkest)


def _share(skin: Pixels, piece: Box, step: float) -> float:
    left, top, right, bottom = (int(edge / step) for edge in piece)
    return float(skin[top : max(bottom, top + 1), left : max(right, left + 1)].mean())


def fingers(small: Pixels) -> Pixels:
    """What comes in over the rim in the colour of skin, followed by its own colour; every COARSEth
    pixel each way."""
    soft = cv2.GaussianBlur(small, (0, 0), 2)[::COARSE, ::COARSE]
    lab = cv2.cvtColor(soft, cv2.COLOR_BGR2LAB).astype(np.float32)
    rim = RIM // COARSE
    rims = (lab[rim, rim:-rim], lab[-rim, rim:-rim], lab[rim:-rim, rim], lab[rim:-rim, -rim])
    light, red, yellow = np.moveaxis(lab - np.median(np.concatenate(rims), axis=0), 2, 0)
    much = (red > REDDER) & (lab[..., 2] > 128)
    # On pinkish paper less; a shadow is darker too, and never redder and yellower at once.
    some = (red > LITTLE) & (yellow > LITTLE) & (light < -DARKER)
    skin, found = much | some, np.zeros(much.shape, bool)
    for turn in range(4):
        of_side = np.rot90(found, turn)
        for inside in _over_the_rim(np.rot90(skin, turn), np.rot90(lab, turn), rim):
            of_side |= inside
    return found


def _over_the_rim(skin: Pixels, lab: Pixels, rim: int) -> Iterator[Pixels]:
    """Of each finger over the upper side: what is connected with it and of its colour."""
    ends = np.flatnonzero(np.diff(np.pad(skin[rim].astype(np.int8), 1)))
    for left, right in zip(ends[::2], ends[1::2], strict=True):
        if right - left < round(FINGER * WIDE / COARSE):
            continue
        own = np.median(lab[rim : rim + 2, left + 1 : right - 1].reshape(-1, 3), axis=0)
        light, red, yellow = np.moveaxis(lab - own, 2, 0)
        alike = ((np.hypot(red, yellow) < ALIKE) & (np.abs(light) < SHADED)).astype(np.uint8)
        alike[:rim] = 0
        whole = cv2.morphologyEx(alike, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
        _, labels = cv2.connectedComponents(whole, connectivity=4)
        yield np.isin(labels, np.setdiff1d(labels[rim : rim + 2, left:right], 0))


def cut_corner(small: Pixels) -> float:
    """Of the clearest straight line across a corner: how much colour changes all along it."""
    views = (small, small[:, ::-1], small[::-1], small[::-1, ::-1])
    return max(_cut(np.ascontiguousarray(view[:200, :200])) for view in views)


def _cut(corner: Pixels) -> float:
    """The same of one corner, turned to the top left."""
    soft = cv2.GaussianBlur(corner, (0, 0), 1.0)
    lab = cv2.cvtColor(soft, cv2.COLOR_BGR2LAB).astype(np.float32)
    near, far = _lines()
    step = (_at(lab, *near) - _at(lab, *far)) * WEIGHTS
    usual = np.median(step, axis=1, keepdims=True)
    size = np.linalg.norm(usual, axis=2)
    alike = (step * usual).sum(axis=2) / (size + 1e-6)
    return float(np.percentile(alike, 10, axis=1).max())


@cache
def _lines() -> tuple[tuple[Pixels, Pixels], tuple[Pixels, Pixels]]:
    """Places to either side of every line across a corner, x and y."""
    right, down = (legs.ravel() for legs in np.meshgrid(LEGS, LEGS))
    along = np.linspace(0.12, 0.88, 16)
    x, y = np.outer(right, 1 - along), np.outer(down, along)
    length = np.hypot(right, down)[:, None]
    across, below = ACROSS * down[:, None] / length, ACROSS * right[:, None] / length
    return (x + across, y + below), (x - across, y - below)


def _at(lab: Pixels, x: Pixels, y: Pixels) -> Pixels:
    places = x.astype(np.float32), y.astype(np.float32)
    return np.asarray(cv2.remap(lab, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def punched(small: Pixels) -> float:
    """Of the roundest candidate for a hole: in how many directions it ends in a step."""
    lab = cv2.cvtColor(cv2.medianBlur(small, 5), cv2.COLOR_BGR2LAB)
    half = cv2.resize(lab, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.float32)
    mm = WIDE / 2 / (CARD if WIDE / small.shape[0] > CARD_ABOVE else PAGE)
    colours = (half[..., 0], half[..., 1] * 3 - 256, half[..., 2] * 3 - 256)
    whole = lab.astype(np.float32)
    found = (circle for plane in colours for circle in _circles(np.clip(plane, 0, 255), mm))
    return max((_ends(whole, x, y, radius) for x, y, radius in found), default=0.0)


def _circles(half: Pixels, mm: float) -> Iterator[tuple[float, float, float]]:
    """As large as a hole, in pixels of the whole picture."""
    circles = cv2.HoughCircles(
        half.astype(np.uint8),
        cv2.HOUGH_GRADIENT,
        1,
        20,
        param1=90,
        param2=20,
        minRadius=round(HOLE[0] * mm),
        maxRadius=round(HOLE[1] * mm),
    )
    for x, y, radius in circles[0][:6] if circles is not None else ():
        yield 2 * float(x) + 0.5, 2 * float(y) + 0.5, 2 * float(radius)


def _ends(lab: Pixels, x: float, y: float, radius: float) -> float:
    """The share of directions in which colour changes across the circle, the same way as usual."""
    inside, outside = (_ring(lab, x, y, radius * share) for share in (0.78, 1.22))
    step = (outside - inside) * WEIGHTS
    usual = np.median(step, axis=0)
    size = float(np.linalg.norm(usual))
    if size < STEP or not _is_plain(lab, round(x), round(y), round(radius * 0.6)):
        return 0.0
    return float(((step @ usual) / size > STEP * 0.6).mean())


def _is_plain(lab: Pixels, x: int, y: int, reach: int) -> bool:
    within = lab[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]
    return bool(within.reshape(-1, 3).std(axis=0).max() < PLAIN)


def _ring(lab: Pixels, x: float, y: float, radius: float) -> Pixels:
    across, down = x + radius * np.cos(AROUND), y + radius * np.sin(AROUND)
    return np.asarray(_at(lab, across[None], down[None])[0])
