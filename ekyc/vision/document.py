"""A photograph of one side becomes a reading: found, straightened, judged, read.

The QR code and the machine-readable zone tell front from back and up from down.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from ekyc.domain import citizen
from ekyc.domain.document import (
    Candidate,
    Fault,
    FaultCode,
    Kind,
    Point,
    Side,
    SideReading,
    SideResult,
    Source,
)
from ekyc.settings import Documents
from ekyc.vision import card as cards
from ekyc.vision import mrz as zones
from ekyc.vision import print as prints
from ekyc.vision import qr, quality
from ekyc.vision.card import HEIGHT, WIDTH, Found
from ekyc.vision.image import Opened, Pixels, jpeg, opened
from ekyc.vision.mrz import Zone
from ekyc.vision.qr import Symbol

BY_QR: Final = 0.99
"""A QR code corrects its own errors: what it says is what was printed."""


MOST_STRETCH: Final = 0.03
"""A side taken for another stretches the zone by 6 % at least; right ones measure within 2 %."""

LEAST_SHARE: Final = 0.25
"""Of the photograph: a smaller outline of nothing known is a portrait or the like."""

_UNSEEN: Final = frozenset(
    {FaultCode.TOO_DARK, FaultCode.TOO_BRIGHT, FaultCode.BLUR, FaultCode.GLARE}
)
"""Faults for which a card may not be recognised at all: then they are the reason to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upright:
    """A card the right way up: its picture, its corners in the photograph, what told the way."""

    picture: Pixels
    quad: Pixels
    side: Side | None
    symbol: str | None = None
    zone: Zone | None = None
    printed: Mapping[str, Candidate] | None = None

    @property
    def kind(self) -> Kind:
        """A chip card by its side, another card by its zone."""
        if self.side is not None:
            return Kind.CCCD_2021
        return Kind.MRZ_ONLY if self.zone is not None else Kind.UNKNOWN


def read_side(photograph: bytes, *, side: Side | None, limits: Documents) -> SideResult:
    """Everything one photograph says; `side` is what was asked for.

    Raises `ImageUnreadable` and `ImageTooLarge`.
    """
    cv2.setNumThreads(1)
    image = opened(photograph, limits)
    grey = np.asarray(cv2.cvtColor(image.pixels, cv2.COLOR_BGR2GRAY))
    code = qr.read_photograph(grey)
    found = cards.find(image.pixels, code=code.corners if code else None)
    for outline in (cards.whole(image.pixels), found):
        if outline is None or outline.cut:
            continue
        upright = _upright(image.pixels, outline, code.text if code else None, limits)
        if outline.confidence >= cards.SURE or _confirmed(upright, code):
            faults = _faults(upright, outline, side, limits)
            return SideResult(
                reading=_reading(image, upright, faults, limits),
                straightened=jpeg(upright.picture),
                original=jpeg(image.pixels),
            )
    return _refused(image, found, _reason(image.pixels, found, code, limits), limits)


def _confirmed(upright: Upright, code: Symbol | None) -> bool:
    """Faint or missing sides are forgiven where code or zone lie and measure as they must."""
    if upright.side is Side.FRONT:
        return code is not None and cards.is_in_place(upright.quad, code.corners)
    zone = upright.zone
    return zone is not None and zone.mrz.valid and zone.stretch < MOST_STRETCH


def _reason(
    pixels: Pixels, found: Found | None, code: Symbol | None, limits: Documents
) -> FaultCode:
    """Why no card was surely found: what the picture itself lacks goes before its composition."""
    if max(pixels.shape[:2]) < limits.card_min_px:
        return FaultCode.TOO_SMALL
    if spoilt := quality.light_fault(pixels, dark_below=quality.DARK_SCENE_BELOW):
        return spoilt
    if code is not None and citizen.read_qr(code.text):
        wide = float(np.linalg.norm(code.corners[1] - code.corners[0]))
        if wide * WIDTH / cards.QR_WIDTH < limits.card_min_px:
            return FaultCode.TOO_SMALL
    if found is not None and not found.cut:
        blurred = quality.is_blurred(cards.straightened(pixels, found.quad))
        return FaultCode.BLUR if blurred else FaultCode.CORNER_MISSING
    return FaultCode.CORNER_MISSING


def _refused(image: Opened, found: Found | None, code: FaultCode, limits: Documents) -> SideResult:
    """No card, or not all of it: the whole photograph is kept, and why it was refused.

    A machine-readable zone is told all the same.
    """
    zone = zones.find(image.pixels, tries=limits.zone_tries)
    reading = SideReading(
        kind=Kind.UNKNOWN,
        side=None,
        rotation_deg=0,
        corners=_corners(found.quad, image) if found else (),
        width_px=image.width_px,
        height_px=image.height_px,
        faults=(Fault(code=code),),
        qr_text=None,
        mrz_lines=zone.mrz.lines if zone else None,
        mrz_valid=zone.mrz.valid if zone else None,
        candidates={},
    )
    picture = jpeg(image.pixels)
    return SideResult(reading=reading, straightened=picture, original=picture)


def _corners(quad: Pixels, image: Opened) -> tuple[Point, ...]:
    return tuple((float(x) * image.scale, float(y) * image.scale) for x, y in quad)


def _upright(pixels: Pixels, found: Found, symbol: str | None, limits: Documents) -> Upright:
    """The way the QR code says, or the zone, or else the print of a front."""
    views = []
    for turned in (0, 2):
        quad = np.roll(found.quad, turned, axis=0)
        picture = cards.straightened(pixels, quad)
        text = _code_top_right(picture)
        if text is not None and citizen.read_qr(text):
            return Upright(picture=picture, quad=quad, side=Side.FRONT, symbol=text)
        zone = zones.read(picture)
        rank = (zone is not None and zone.mrz.valid, zone.fit if zone else 0.0)
        views.append((rank, picture, quad, zone))
    _, picture, quad, zone = max(views, key=lambda view: view[0])
    sure = found.confidence >= cards.SURE and found.share >= LEAST_SHARE
    if zone is None and sure and not quality.is_blurred(picture):
        for _, front, way, _ in views:  # its code may be hidden or spoilt
            printed = prints.read(front, Side.FRONT, limits)
            if "number" in printed:
                return Upright(picture=front, quad=way, side=Side.FRONT, printed=printed)
    side = Side.BACK if zone is not None and not _is_foreign(zone) else None
    return Upright(picture=picture, quad=quad, side=side, symbol=symbol, zone=zone)


def _is_foreign(zone: Zone) -> bool:
    """Some other country's card, read without a fault."""
    return zone.mrz.valid and not zone.mrz.is_vietnamese_card


def _code_top_right(picture: Pixels) -> str | None:
    corner = picture[: HEIGHT * 2 // 5, WIDTH * 3 // 4 :]
    found = qr.read_closely(np.asarray(cv2.cvtColor(corner, cv2.COLOR_BGR2GRAY)))
    return found.text if found else None


def _faults(
    upright: Upright, found: Found, asked: Side | None, limits: Documents
) -> tuple[Fault, ...]:
    """What is wrong, the first cause first."""
    judged = [fault.code for fault in quality.faults(upright.picture, upright.side)]
    if upright.kind is Kind.MRZ_ONLY and asked is None:
        return tuple(Fault(code=code) for code in judged)
    if upright.side is None and not _UNSEEN & set(judged[:1]):
        return (Fault(code=_unrecognised(upright, found)),)
    codes: list[FaultCode] = []
    if found.width_px < limits.card_min_px:
        codes.append(FaultCode.TOO_SMALL)
    return tuple(Fault(code=code) for code in (*codes, *judged))


def _unrecognised(upright: Upright, found: Found) -> FaultCode:
    """A card's code elsewhere, or an outline of little area: a part was taken for the whole."""
    part = citizen.read_qr(upright.symbol or "") or found.share < LEAST_SHARE
    return FaultCode.CORNER_MISSING if part else FaultCode.UNKNOWN_DOCUMENT


def _reading(
    image: Opened, upright: Upright, faults: tuple[Fault, ...], limits: Documents
) -> SideReading:
    zone = upright.zone
    return SideReading(
        kind=upright.kind,
        side=upright.side,
        rotation_deg=_rotation(upright.quad),
        corners=_corners(upright.quad, image),
        width_px=image.width_px,
        height_px=image.height_px,
        faults=faults,
        qr_text=upright.symbol,
        mrz_lines=zone.mrz.lines if zone else None,
        mrz_valid=zone.mrz.valid if zone else None,
        candidates=_candidates(upright, limits),
    )


def _rotation(quad: Pixels) -> int:
    """Quarter turns clockwise of the card's upper edge, in degrees."""
    edge = quad[1] - quad[0]
    return int(round(float(np.degrees(np.arctan2(edge[1], edge[0]))) / 90) * 90) % 360


def _candidates(upright: Upright, limits: Documents) -> Mapping[str, Mapping[Source, Candidate]]:
    said: dict[str, dict[Source, Candidate]] = {}
    printed = upright.printed
    if printed is None:
        printed = prints.read(upright.picture, upright.side, limits) if upright.side else {}
    for name, candidate in printed.items():
        said.setdefault(name, {})[Source.OCR] = candidate
    code = citizen.read_qr(upright.symbol or "") if upright.side else None
    for name, value in (code or {}).items():
        said.setdefault(name, {})[Source.QR] = Candidate(value=value, confidence=BY_QR)
    for name, candidate in (upright.zone.candidates() if upright.zone else {}).items():
        said.setdefault(name, {})[Source.MRZ] = candidate
    return said
