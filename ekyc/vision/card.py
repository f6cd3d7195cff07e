"""Finds the card in a photograph and straightens it.

Outlines are found in a small copy, their sides settled on edges in a middling one, the best one
in full. Shape and, on the front, the place of the QR code tell the card from what only looks
like one. Errors are given as shares of the card's diagonal.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from ekyc.vision import outline
from ekyc.vision.image import Pixels
from ekyc.vision.outline import ASPECT, clockwise
from ekyc.vision.sides import settle

WIDTH: Final = 1712
HEIGHT: Final = 1080
"""The straightened card: 20 pixels a millimetre."""

QR_BOX: Final = np.array([[1361, 61], [1639, 61], [1639, 339], [1361, 339]], float)
"""About where a chip card's front has its code (the symbol without its quiet zone)."""

QR_WIDTH: Final = 278

QR_PLAY: Final = 0.006
"""The code may be printed that far from there, of the diagonal."""

QR_SKEW: Final = 0.008
"""Its corners are known to a pixel, so its sides to about a hundredth."""

SCAN_PLAY: Final = 0.04
"""A picture's proportion may be that far (of its logarithm) from a card's to be a scan of one."""

NEAR_CODE: Final = 6
"""Candidates looked at closely when a code tells where the card must be."""

MIDDLING: Final = 800
CANDIDATES: Final = 10
STRETCHED: Final = 3
FOCAL: Final = 1.0
"""Focal length of a phone's camera, of the picture's long side (26 mm on 36 mm: 0.72 … 1.1)."""

CONFIRMED: Final = 0.4
"""What is left of the doubt about faint sides when the code lies exactly where it must."""

SURE: Final = 0.5
"""Below this confidence the photograph has to be taken again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An outline taken for the card: corners clockwise, beginning with a long side's.

    `cut`: not all of it is in the picture; `share` of the picture's area.
    """

    quad: Pixels
    support: Pixels
    confidence: float
    cut: bool
    share: float

    @property
    def width_px(self) -> float:
        """The card's width in the photograph."""
        sides = _lengths(self.quad)
        return float(sides[0] + sides[2]) / 2


def find(image: Pixels, *, code: Pixels | None) -> Found | None:
    """The card in a colour photograph; `code`: corners of a QR code that may be printed on it."""
    size = image.shape[1], image.shape[0]
    small = _shrunk(image, outline.SMALL)
    middling = _shrunk(image, MIDDLING)
    to_small, to_middling = small.shape[1] / size[0], middling.shape[1] / size[0]
    candidates = outline.outlines(small, most=CANDIDATES)
    if code is not None:
        candidates.append(_around(code * to_small))
    quads = [quad / to_small for quad in _with_stretched(candidates)]
    if code is not None:
        symbol = code
        quads.sort(key=lambda quad: _misplaced(quad, symbol))
        quads = quads[:NEAR_CODE]
    best: tuple[float, Pixels] | None = None
    for candidate in quads:
        settled = settle(middling, candidate * to_middling, reach=0.015, fine=False)
        quad = _long_side_first(settled.quad) / to_middling
        score = _score(quad, settled.support, size, code)
        if best is None or score > best[0]:
            best = score, quad
    return _judged(image, best[1], code) if best else None


def whole(image: Pixels) -> Found | None:
    """The picture itself where it has a card's shape: a scan without a rim. Never sure alone."""
    high, wide = image.shape[:2]
    if abs(np.log(wide / high / ASPECT)) > SCAN_PLAY:
        return None
    quad = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], float)
    return Found(quad=quad, support=np.zeros(4), confidence=0.0, cut=False, share=1.0)


def is_in_place(quad: Pixels, code: Pixels) -> bool:
    """Whether a code lies on this card where a front has it, and is square there."""
    return _misplaced(quad, code) < QR_PLAY and _skewed(quad, code) < QR_SKEW


def straightened(image: Pixels, quad: Pixels, *, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Pixels:
    """The document alone, of this size; `quad` begins with the corner that becomes the top left."""
    wide, high = size
    sheet = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    to_sheet = cv2.getPerspectiveTransform(quad.astype(np.float32), sheet)
    return np.asarray(cv2.warpPerspective(image, to_sheet, size, flags=cv2.INTER_CUBIC))


def _shrunk(image: Pixels, long_side: int) -> Pixels:
    scale = min(1.0, long_side / max(image.shape[:2]))
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def _lengths(quad: Pixels) -> Pixels:
    return np.asarray(np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1))


def _long_side_first(quad: Pixels) -> Pixels:
    ordered = clockwise(quad)
    sides = _lengths(ordered)
    return ordered if sides[0] + sides[2] >= sides[1] + sides[3] else np.roll(ordered, -1, axis=0)


def _mapped(points: Pixels, from_: Pixels, to: Pixels) -> Pixels:
    transform = cv2.getPerspectiveTransform(from_.astype(np.float32), to.astype(np.float32))
    return np.asarray(
        cv2.perspectiveTransform(points[None].astype(np.float32), transform)[0], float
    )


def _around(code: Pixels) -> Pixels:
    """Where the card is if its code lies as printed: right within a few percent."""
    sheet = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], float)
    return clockwise(_mapped(sheet, QR_BOX, code))


def _with_stretched(candidates: list[Pixels]) -> list[Pixels]:
    """The candidates, and the first ones with a side moved so that the shape is a card's.

    Where one side is too faint to be found, a line of print or the portrait's edge is taken
    instead: the other three are right, and the shape tells where the fourth must be.
    """
    found: list[Pixels] = []
    for place, candidate in enumerate(candidates):
        variants = _stretched(candidate) if place < STRETCHED else []
        for quad in (candidate, *variants):
            if all(np.abs(quad - other).max() > 4 for other in found):
                found.append(quad)
    return found


def _stretched(quad: Pixels) -> list[Pixels]:
    ordered = _long_side_first(quad)
    sides = _lengths(ordered)
    grow = ASPECT * float((sides[1] + sides[3]) / (sides[0] + sides[2]))
    if abs(np.log(grow)) < 0.012:
        return []
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], float)
    variants = []
    for axis, factor in ((0, grow), (1, 1 / grow)):
        for keep in (0.0, 1.0):
            shape = unit.copy()
            shape[:, axis] = keep + (shape[:, axis] - keep) * factor
            variants.append(clockwise(_mapped(shape, unit, ordered)))
    return variants


def _true_aspect(quad: Pixels, size: tuple[int, int]) -> float:
    """Width to height of the rectangle seen as `quad` by a camera of FOCAL length."""
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    focal = FOCAL * max(size)
    centred = ((quad - np.array(size) / 2) / focal).astype(np.float32)
    seen = cv2.getPerspectiveTransform(unit, centred)
    return float(np.linalg.norm(seen[:, 0]) / np.linalg.norm(seen[:, 1]))


def _misplaced(quad: Pixels, code: Pixels) -> float:
    """How far the code lies from its place on this card, whichever way round, of the diagonal."""
    expected = QR_BOX / (WIDTH, HEIGHT)
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], float)
    place = _mapped(code, quad, unit).mean(axis=0)
    both = (expected.mean(axis=0), 1 - expected.mean(axis=0))
    scale = np.array([WIDTH, HEIGHT]) / np.hypot(WIDTH, HEIGHT)
    return float(min(np.linalg.norm((place - other) * scale) for other in both))


def _skewed(quad: Pixels, code: Pixels) -> float:
    """How far the code is from square once the card is straightened: log of its sides' ratio."""
    sheet = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], float)
    sides = _mapped(code, quad, sheet)
    along, down = (
        sides[1] + sides[2] - sides[0] - sides[3],
        sides[2] + sides[3] - sides[0] - sides[1],
    )
    turned = abs(along[0]) < abs(along[1])
    wide, high = (abs(down[0]), abs(along[1])) if turned else (abs(along[0]), abs(down[1]))
    return abs(float(np.log(wide / high)))


def _score(quad: Pixels, support: Pixels, size: tuple[int, int], code: Pixels | None) -> float:
    area = cv2.contourArea(quad.astype(np.float32)) / (size[0] * size[1])
    shape = abs(np.log(max(_true_aspect(quad, size), 0.1) / ASPECT))
    score = float(support.mean() + support.min() - 2.0 * shape + 0.3 * min(area, 0.6))
    if code is not None:
        score -= 30.0 * max(0.0, _misplaced(quad, code) - QR_PLAY)
        score -= 12.0 * max(0.0, _skewed(quad, code) - QR_SKEW)
    return score


def _judged(image: Pixels, quad: Pixels, code: Pixels | None) -> Found:
    """The sides settled in full resolution, and how sure this is the card, all of it."""
    settled = settle(image, quad, reach=0.007)
    size = image.shape[1], image.shape[0]
    final = _long_side_first(settled.quad)
    shape = abs(np.log(max(_true_aspect(final, size), 0.1) / ASPECT))
    doubt = 3.0 * max(0.0, 0.75 - settled.support.min()) + 6.0 * max(0.0, shape - 0.02)
    if code is not None:
        off = max(0.0, _misplaced(final, code) - QR_PLAY) + max(0.0, _skewed(final, code) - QR_SKEW)
        doubt = 20.0 * off + (doubt if off else CONFIRMED * doubt)
    return Found(
        quad=final,
        support=settled.support,
        confidence=float(np.clip(1.0 - doubt, 0.0, 1.0)),
        cut=_is_cut(final, size),
        share=cv2.contourArea(final.astype(np.float32)) / (size[0] * size[1]),
    )


def _is_cut(quad: Pixels, size: tuple[int, int]) -> bool:
    """A corner outside the picture, or a side that is the picture's own edge."""
    diagonal = float(np.linalg.norm(quad[0] - quad[2]))
    outside = np.maximum(-quad, quad - np.array(size)).max()
    near = 0.005 * diagonal
    rims = (
        quad[:, 0] < near,
        quad[:, 0] > size[0] - near,
        quad[:, 1] < near,
        quad[:, 1] > size[1] - near,
    )
    on_rim = any((rim & np.roll(rim, 1)).any() for rim in rims)
    return bool(outside > 0.003 * diagonal) or on_rim
