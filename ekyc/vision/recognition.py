"""Which document a photograph shows, which side of it, and which way up.

What is coded tells first: a citizen card's QR code, a machine-readable zone. What has neither is
known by its printed title. A card is straightened by its outline, what only its zone was found of
by the zone: ICAO 9303 says where on a page it stands.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from ekyc.domain import citizen
from ekyc.domain.document import Kind, Side
from ekyc.domain.mrz import Format
from ekyc.vision import card as cards
from ekyc.vision import mrz as zones
from ekyc.vision import qr, titles
from ekyc.vision.card import HEIGHT, WIDTH, Found
from ekyc.vision.dense import Contrast
from ekyc.vision.image import Pixels
from ekyc.vision.layouts.row import CARD, PAGE
from ekyc.vision.mrz import Zone
from ekyc.vision.outline import CARD_ABOVE

LEAST_SHARE: Final = 0.1
"""Of the photograph: a smaller outline of nothing known is a portrait or the like."""

LARGE_CODE: Final = 300
"""Pixels of a straightened card: the code of 2021 is 280 wide, that of 2024 (18 mm) 330."""


CODED: Final = {
    (Kind.CCCD_2021, Side.FRONT),
    (Kind.CAN_CUOC_2024, Side.BACK),
    (Kind.CCCD_2016, Side.BACK),
    (Kind.GPLX, Side.BACK),
}
"""The sides that may carry a code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A side the right way up: its picture, its corners in the photograph, and what told the way.

    `symbol`: what a code on it says.
    """

    kind: Kind
    side: Side | None
    picture: Pixels
    quad: Pixels
    symbol: str | None = None
    zone: Zone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """An outline straightened, one way up."""

    picture: Pixels
    quad: Pixels
    contrast: Contrast

    @property
    def turned(self) -> "_Way":
        """Upside down; no second straightening, which is dear."""
        return _Way(
            picture=np.asarray(cv2.rotate(self.picture, cv2.ROTATE_180)),
            quad=np.roll(self.quad, 2, axis=0),
            contrast=self.contrast.turned,
        )


def of_outline(pixels: Pixels, found: Found, code: Callable[[], str | None]) -> Seen:
    """What a card-shaped outline shows; `code`: what a code somewhere in the photograph says."""
    picture = cards.straightened(pixels, found.quad)
    way = _Way(picture=picture, quad=found.quad, contrast=Contrast.of(picture))
    ways = (way, way.turned)
    if coded := next(filter(None, map(_by_code, ways)), None):
        return coded
    zoned = [(way, zone) for way in ways if (zone := _zone(way))]
    if zoned:
        return _by_zone(*max(zoned, key=lambda each: (each[1].mrz.valid, each[1].fit)))
    if found.confidence >= cards.SURE and found.share >= LEAST_SHARE:
        for way in ways:
            if told := titles.told(way.picture, coded=way.contrast.shows_code):
                return _seen(way, *told, symbol=code() if told in CODED else None)
    return _seen(ways[0], Kind.UNKNOWN, None, symbol=code())


def _seen(
    way: _Way,
    kind: Kind,
    side: Side | None,
    *,
    symbol: str | None = None,
    zone: Zone | None = None,
) -> Seen:
    return Seen(kind=kind, side=side, picture=way.picture, quad=way.quad, symbol=symbol, zone=zone)


def _by_code(way: _Way) -> Seen | None:
    """A citizen card's code at the top right: of 2021 on the front, of 2024 on the back."""
    if not way.contrast.shows_code:
        return None
    corner = way.picture[: HEIGHT * 2 // 5, WIDTH * 3 // 4 :]
    code = qr.read_closely(np.asarray(cv2.cvtColor(corner, cv2.COLOR_BGR2GRAY)))
    if code is None or not citizen.read_qr(code.text):
        return None
    if np.linalg.norm(code.corners[1] - code.corners[0]) < LARGE_CODE:
        return _seen(way, Kind.CCCD_2021, Side.FRONT, symbol=code.text)
    return _seen(way, Kind.CAN_CUOC_2024, Side.BACK, symbol=code.text, zone=_zone(way))


def _zone(way: _Way) -> Zone | None:
    return zones.read(way.picture) if way.contrast.shows_zone else None


def _by_zone(way: _Way, zone: Zone) -> Seen:
    """A Vietnamese card's back, told apart by its code's place; any other card by its zone alone.

    What is as dense as a code and cannot be read may be fingerprints: the title tells.
    """
    if zone.mrz.valid and not zone.mrz.is_vietnamese_card:
        return _seen(way, Kind.MRZ_ONLY, None, zone=zone)
    newer = way.contrast.shows_code and titles.is_back_of_2024(way.picture)
    kind = Kind.CAN_CUOC_2024 if newer else Kind.CCCD_2021
    return _seen(way, kind, Side.BACK, zone=zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """A format's page: its size in millimetres, and where its zone stands."""

    size: tuple[float, float]
    zone: tuple[float, float, float, float]
    picture: tuple[int, int]

    def quad(self, corners: Pixels) -> Pixels:
        """The page's corners in the photograph, from its zone's."""
        left, top, right, bottom = self.zone
        printed = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
        wide, high = self.size
        page = np.array([[[0, 0], [wide, 0], [wide, high], [0, high]]], np.float32)
        seen = cv2.getPerspectiveTransform(printed, corners.astype(np.float32))
        return np.asarray(cv2.perspectiveTransform(page, seen)[0], float)


_PAGES: Final[Mapping[Format, _Page]] = {
    Format.TD1: _Page(size=(85.6, 54.0), zone=(3.7, 40.0, 80.5, 51.5), picture=CARD),
    Format.TD2: _Page(size=(105.0, 74.0), zone=(6.5, 56.0, 98.5, 65.5), picture=PAGE),
    Format.TD3: _Page(size=(125.0, 88.0), zone=(6.3, 70.5, 118.7, 79.9), picture=PAGE),
}
"""ICAO 9303-5, -6 and -4: size of the document, and the zone's print (left, top, right, bottom)."""


def of_zone(pixels: Pixels, zone: Zone, found: Found | None) -> Seen:
    """A page known by its zone; straightened by a sure outline around it, else by the zone."""
    page = _PAGES.get(zone.mrz.format, _PAGES[Format.TD3])
    quad = page.quad(np.array(zone.corners))
    if found is not None and not found.cut and found.confidence >= cards.SURE:
        quad = _nearest(found.quad, quad)
    kind = Kind.PASSPORT if zone.mrz.format is Format.TD3 else Kind.MRZ_ONLY
    return Seen(
        kind=kind,
        side=Side.FRONT if kind is Kind.PASSPORT else None,
        picture=cards.straightened(pixels, quad, size=page.picture),
        quad=quad,
        zone=zone,
    )


NEAR: Final = 0.15
"""Of its diagonal: an outline whose corners are further from the zone's page is something else."""


def _nearest(outline: Pixels, page: Pixels) -> Pixels:
    """The outline beginning with the page's own corner, where it is this page's; else the page."""
    ways = [np.roll(outline, turned, axis=0) for turned in range(4)]
    best = min(ways, key=lambda way: float(np.abs(way - page).max()))
    far = np.linalg.norm(best - page, axis=1).max() / np.linalg.norm(page[0] - page[2])
    return best if far < NEAR else page


def is_card_shaped(found: Found) -> bool:
    """Whether an outline is a card's and not a passport's page."""
    sides = np.linalg.norm(np.roll(found.quad, -1, axis=0) - found.quad, axis=1)
    one, other = sorted((float(sides[0] + sides[2]), float(sides[1] + sides[3])))
    return other / one > CARD_ABOVE
