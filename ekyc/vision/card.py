"""Finds the card in a photograph and straightens it.

A net tells where a card may lie, another where its sides run, and a search for straight edges in
the photograph itself settles them to a fraction of a pixel. What the three of them noticed on the
way is weighed into one confidence. Errors are given as shares of the card's diagonal.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from ekyc.vision import outline, sureness
from ekyc.vision.image import Pixels
from ekyc.vision.locator import Located, Start, locate
from ekyc.vision.outline import ASPECT, clockwise
from ekyc.vision.rectangle import Canvas
from ekyc.vision.refiner import Refined, refine
from ekyc.vision.sides import Settled, settle

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

STARTS: Final = 3
SECOND: Final = 4
FOLLOWED: Final = 2
"""Places of the locator, and of lines and regions, looked at once; of either so many closely."""

FAR: Final = 20_000
"""No corner lies so many pixels from the picture's."""

PASSES: Final = 3
STILL: Final = 0.006
"""Looks at one place, until no corner moves further than that."""

REACH: Final = 0.007
FAR_REACH: Final = 0.035
"""How far the last search for edges goes from where the net saw the sides, at first and if it has
to be repeated."""

FAINT: Final = 0.6
"""A side with less of it on an edge may have its true edge further off."""

CONFIRMED: Final = 0.2
"""What is left of the doubt when a code lies exactly where a card's front has it."""

PROPORTIONS: Final = (ASPECT, 125 / 88)
"""Width to height of a card and of a passport's page."""

FOCAL: Final = 1.0
"""Focal length of a phone's camera, of the picture's long side (26 mm on 36 mm: 0.72 … 1.1)."""

SURE: Final = 0.8
"""Below this confidence the photograph has to be taken again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An outline taken for the card: corners clockwise from the card's own top left, as it seems.

    `upright`: how likely that is and not the opposite corner; only a hint. `cut`: not all of it is
    in the picture; `share` of the picture's area.
    """

    quad: Pixels
    confidence: float
    upright: float
    cut: bool
    share: float
    signs: sureness.Signs | None = None

    @property
    def width_px(self) -> float:
        """The card's width in the photograph."""
        sides = _lengths(self.quad)
        return float(sides[0] + sides[2]) / 2


def find(image: Pixels, *, code: Pixels | None) -> Found | None:
    """The card in a colour photograph; `code`: corners of a QR code that may be printed on it."""
    canvas = Canvas.of(image)
    located = locate(canvas.pixels, most=STARTS)
    best: Found | None = None
    for starts in _opinions(image, canvas, located, code):
        for found in _followed(image, canvas, located, starts):
            if code is not None:
                found = _confirmed(found, code)
            if best is None or found.confidence > best.confidence:
                best = found
            if best.confidence >= SURE:
                return best
    return best


def looked_at(image: Pixels) -> Iterator[Found]:
    """What is found at every place that either opinion names: the confidence learns from it."""
    canvas = Canvas.of(image)
    located = locate(canvas.pixels, most=STARTS)
    for starts in _opinions(image, canvas, located, None):
        yield from _followed(image, canvas, located, starts)


def _opinions(
    image: Pixels, canvas: Canvas, located: Located, code: Pixels | None
) -> Iterator[list[Start]]:
    """Where the locator, or a code that may be on it, says a card lies; then where edges say so."""
    if code is None:
        yield located.starts
    else:
        around = Start(quad=canvas.to_canvas(_around(code)), fit=1.0, corners=0.5)
        yield [*located.starts[: STARTS - 1], around]
    scale = min(1.0, outline.SMALL / max(image.shape[:2]))
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    quads = outline.outlines(np.asarray(small), most=SECOND)
    yield [Start(quad=canvas.to_canvas(quad / scale), fit=1.0, corners=0.5) for quad in quads]


def _followed(
    image: Pixels, canvas: Canvas, located: Located, starts: list[Start]
) -> Iterator[Found]:
    """The starts that a first look at each finds best, looked at closely."""
    seen = [(start, _refined(canvas, _long_side_first(start.quad))) for start in starts]
    looks = [(start, look) for start, look in seen if look is not None]
    looks.sort(key=lambda pair: -pair[1].worth)
    for start, look in looks[:FOLLOWED]:
        found = _closely(image, canvas, located, start, look)
        if found is not None:
            yield found


def _refined(canvas: Canvas, quad: Pixels) -> Refined | None:
    """One look; None where it leads to no outline."""
    look = refine(canvas.pixels, quad)
    return look if look is not None and _is_outline(look.quad) else None


def _closely(
    image: Pixels, canvas: Canvas, located: Located, start: Start, look: Refined
) -> Found | None:
    """One place: looked at again, then the photograph's edges, then how sure that is."""
    again: Refined | None = look
    for _ in range(PASSES - 1):
        again = _refined(canvas, look.quad)
        if again is None:
            return None
        look = again
        if look.moved < STILL:
            break
    size = image.shape[1], image.shape[0]
    seen = canvas.to_photograph(look.quad)
    settled = _settled(image, seen - 0.5)
    quad = settled.quad if _is_outline(settled.quad) else seen
    diagonal = float(np.linalg.norm(quad[2] - quad[0]))
    signs = sureness.Signs(
        present=located.present,
        whole=located.whole,
        fit=located.filled(look.quad),
        corners=start.corners,
        card=look.card,
        clear=look.clear,
        straight=look.straight,
        support=float(settled.support.min()),
        moved=look.moved,
        way=_apart(start.quad, look.quad),
        settled=float(np.linalg.norm(quad - seen, axis=1).max()) / diagonal,
        over=float(np.maximum(-quad, quad - np.array(size)).max()) / diagonal,
        shape=_misshapen(quad, size),
    )
    return Found(
        quad=quad if look.upright >= 0.5 else np.roll(quad, 2, axis=0),
        confidence=sureness.confidence(signs),
        upright=max(look.upright, 1 - look.upright),
        cut=_is_cut(quad, size),
        share=float(cv2.contourArea(quad.astype(np.float32))) / (size[0] * size[1]),
        signs=signs,
    )


def _settled(image: Pixels, seen: Pixels) -> Settled:
    """The sides on edges close by; where these are faint, on better ones further off."""
    near = settle(image, seen, reach=REACH)
    if near.support.min() > FAINT:
        return near
    coarse = settle(image, seen, reach=FAR_REACH, fine=False)
    if not _is_outline(coarse.quad):
        return near
    far = settle(image, coarse.quad, reach=REACH)
    return far if far.support.mean() > near.support.mean() else near


def _confirmed(found: Found, code: Pixels) -> Found:
    """Where a code lies exactly as a front has it, little doubt is left."""
    if not is_in_place(found.quad, code):
        return found
    return replace(found, confidence=1 - CONFIRMED * (1 - found.confidence))


def whole(image: Pixels) -> Found | None:
    """The picture itself where it has a card's shape: a scan without a rim. Never sure alone."""
    high, wide = image.shape[:2]
    if abs(np.log(wide / high / ASPECT)) > SCAN_PLAY:
        return None
    quad = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], float)
    return Found(quad=quad, confidence=0.0, upright=0.5, cut=False, share=1.0)


def is_in_place(quad: Pixels, code: Pixels) -> bool:
    """Whether a code lies on this card where a front has it, and is square there."""
    return _misplaced(quad, code) < QR_PLAY and _skewed(quad, code) < QR_SKEW


def straightened(image: Pixels, quad: Pixels, *, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Pixels:
    """The document alone, of this size; `quad` begins with the corner that becomes the top left."""
    wide, high = size
    sheet = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    to_sheet = cv2.getPerspectiveTransform(quad.astype(np.float32), sheet)
    return np.asarray(cv2.warpPerspective(image, to_sheet, size, flags=cv2.INTER_CUBIC))


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


def _true_aspect(quad: Pixels, size: tuple[int, int]) -> float:
    """Width to height of the rectangle seen as `quad` by a camera of FOCAL length."""
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    focal = FOCAL * max(size)
    centred = ((quad - np.array(size) / 2) / focal).astype(np.float32)
    seen = cv2.getPerspectiveTransform(unit, centred)
    return float(np.linalg.norm(seen[:, 0]) / np.linalg.norm(seen[:, 1]))


def _misshapen(quad: Pixels, size: tuple[int, int]) -> float:
    """How far from a card's proportion and a passport's: the smaller logarithm."""
    seen = max(_true_aspect(quad, size), 0.1)
    return float(min(abs(np.log(seen / proportion)) for proportion in PROPORTIONS))


def _apart(one: Pixels, two: Pixels) -> float:
    """How far the worst corner is from the same of another outline, whichever way round."""
    ways = (np.roll(one, turn, axis=0) - two for turn in range(4))
    most = min(float(np.linalg.norm(way, axis=1).max()) for way in ways)
    return most / float(np.linalg.norm(two[2] - two[0]))


def _is_outline(quad: Pixels) -> bool:
    """Four corners that turn the same way, none of them far out."""
    sides = np.roll(quad, -1, axis=0) - quad
    onward = np.roll(sides, -1, axis=0)
    turns = sides[:, 0] * onward[:, 1] - sides[:, 1] * onward[:, 0]
    return bool(np.isfinite(quad).all() and (turns > 0).all() and np.abs(quad).max() < FAR)


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
