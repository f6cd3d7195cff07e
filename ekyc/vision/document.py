"""A photograph of one side becomes a reading: found, straightened, recognised, judged, read."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Final

import cv2
import numpy as np

from ekyc.domain import citizen
from ekyc.domain.comparison import DOUBT_BELOW
from ekyc.domain.document import (
    NAMES,
    Candidate,
    Fault,
    FaultCode,
    Kind,
    Point,
    Side,
    SideReading,
    SideResult,
    Source,
    form_of,
)
from ekyc.settings import Documents
from ekyc.vision import card as cards
from ekyc.vision import mrz as zones
from ekyc.vision import print as prints
from ekyc.vision import qr, quality, recognition
from ekyc.vision.card import WIDTH, Found
from ekyc.vision.image import Opened, Pixels, jpeg, opened
from ekyc.vision.layouts import LAYOUTS
from ekyc.vision.mrz import Zone
from ekyc.vision.qr import Symbol
from ekyc.vision.recognition import LEAST_SHARE, Seen

BY_CODE: Final = 0.99
"""A code corrects its own errors: what it says is what was printed."""

NOTHING_BELOW: Final = 0.01
"""An outline less likely than this is no card's, sharp or not: a drawn cat reaches 0.0002, a card
out of focus 0.99."""

MOST_STRETCH: Final = 0.03
"""A side taken for another stretches the zone by 6 % at least; right ones measure within 2 %."""


def read_side(photograph: bytes, *, limits: Documents) -> SideResult:
    """Everything one photograph says, and which side of which document it shows.

    Raises `ImageUnreadable` and `ImageTooLarge`.
    """
    cv2.setNumThreads(1)
    image = opened(photograph, limits)
    scene = _Scene(image.pixels)
    found = scene.outline
    for outline in (cards.whole(image.pixels), found):
        if outline is None or outline.cut or not recognition.is_card_shaped(outline):
            continue
        seen = recognition.of_outline(image.pixels, outline, scene.code_text)
        sure = outline.confidence >= cards.SURE and seen.kind is not Kind.UNKNOWN
        if sure or _confirmed(seen, scene):
            return _result(image, seen, limits)
    zone = zones.find(image.pixels, tries=limits.zone_tries)
    if zone is not None and zone.mrz.valid and not zone.mrz.is_vietnamese_card:
        seen = recognition.of_zone(image.pixels, zone, found)
        return _result(image, seen, limits)
    return _refused(image, found, zone, _reason(scene, limits))


_Candidates = Mapping[str, Mapping[Source, Candidate]]


class _Scene:
    """A photograph as a whole; a code anywhere in it is looked for only when it is asked after."""

    def __init__(self, pixels: Pixels) -> None:
        self.pixels = pixels

    @cached_property
    def code(self) -> Symbol | None:
        """The first one found."""
        return qr.read_photograph(np.asarray(cv2.cvtColor(self.pixels, cv2.COLOR_BGR2GRAY)))

    def code_text(self) -> str | None:
        """What it says."""
        return self.code.text if self.code else None

    @cached_property
    def outline(self) -> Found | None:
        """The card's; where that is in doubt the code of a chip card's front helps, and no other:
        any other only seems to lie wrong."""
        found = cards.find(self.pixels, code=None)
        if found is not None and found.confidence >= cards.SURE:
            return found
        if self.code is None or not citizen.read_qr(self.code.text):
            return found
        both = (found, cards.find(self.pixels, code=self.code.corners))
        return max(filter(None, both), key=lambda each: each.confidence, default=None)


def _confirmed(seen: Seen, scene: _Scene) -> bool:
    """Faint or missing sides are forgiven where code or zone lie and measure as they must."""
    if seen.kind is Kind.CCCD_2021 and seen.side is Side.FRONT:
        return scene.code is not None and cards.is_in_place(seen.quad, scene.code.corners)
    zone = seen.zone
    return zone is not None and zone.mrz.valid and zone.stretch < MOST_STRETCH


def _reason(scene: _Scene, limits: Documents) -> FaultCode:
    """Why nothing was surely found: what the picture itself lacks goes before its composition."""
    pixels, found, code = scene.pixels, scene.outline, scene.code
    if max(pixels.shape[:2]) < limits.card_min_px:
        return FaultCode.TOO_SMALL
    if spoilt := quality.light_fault(pixels, dark_below=quality.DARK_SCENE_BELOW):
        return spoilt
    if code is not None and citizen.read_qr(code.text):
        wide = float(np.linalg.norm(code.corners[1] - code.corners[0]))
        if wide * WIDTH / cards.QR_WIDTH < limits.card_min_px:
            return FaultCode.TOO_SMALL
    if found is None or found.cut or found.confidence < NOTHING_BELOW:
        return FaultCode.CORNER_MISSING
    if blurred := quality.blur_of(cards.straightened(pixels, found.quad)):
        return blurred
    whole = found.confidence >= cards.SURE and found.share >= LEAST_SHARE
    elsewhere = code is not None and citizen.read_qr(code.text)  # a part was taken for the whole
    return FaultCode.UNKNOWN_DOCUMENT if whole and not elsewhere else FaultCode.CORNER_MISSING


def _refused(image: Opened, found: Found | None, zone: Zone | None, code: FaultCode) -> SideResult:
    """No document, or not all of it: the whole photograph is kept, and why it was refused.

    A machine-readable zone is told all the same.
    """
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


def _faults(
    seen: Seen, judged: tuple[Fault, ...], candidates: _Candidates, limits: Documents
) -> tuple[Fault, ...]:
    """What is wrong with the picture, the first cause first, now that it is read."""
    if quality.OUTVOTED & {fault.code for fault in judged} and _is_legible(seen, candidates):
        judged = quality.faults(seen.picture, seen.side, kind=seen.kind, legible=True)
    small = _width_px(seen) < limits.card_min_px
    return (Fault(code=FaultCode.TOO_SMALL), *judged) if small else judged


def _is_legible(seen: Seen, candidates: _Candidates) -> bool:
    """Whether its zone is valid and every field was read surely, by code, zone or both readers."""
    if (seen.kind, seen.side) in ZONED and not (seen.zone and seen.zone.mrz.valid):
        return False
    form = form_of(seen.kind)
    rows = LAYOUTS.get((seen.kind, seen.side or Side.FRONT), ())
    printed = {name for row in rows for name in row.fields} or {*form.required} - form.typed
    surest = (
        max((said.confidence for said in candidates.get(name, {}).values()), default=0.0)
        for name in printed
    )
    return min(surest) >= DOUBT_BELOW


ZONED: Final = {
    (Kind.CCCD_2021, Side.BACK),
    (Kind.CAN_CUOC_2024, Side.BACK),
    (Kind.PASSPORT, Side.FRONT),
    (Kind.MRZ_ONLY, None),
}
"""The sides that carry a zone."""


def _width_px(seen: Seen) -> float:
    sides = np.linalg.norm(np.roll(seen.quad, -1, axis=0) - seen.quad, axis=1)
    return float(sides[0] + sides[2]) / 2


def _result(image: Opened, seen: Seen, limits: Documents) -> SideResult:
    zone, judged = seen.zone, quality.faults(seen.picture, seen.side, kind=seen.kind)
    candidates = _candidates(seen, limits, thorough=bool(judged))
    reading = SideReading(
        kind=seen.kind,
        side=seen.side,
        rotation_deg=_rotation(seen.quad),
        corners=_corners(seen.quad, image),
        width_px=image.width_px,
        height_px=image.height_px,
        faults=_faults(seen, judged, candidates, limits),
        qr_text=seen.symbol,
        mrz_lines=zone.mrz.lines if zone else None,
        mrz_valid=zone.mrz.valid if zone else None,
        candidates=candidates,
    )
    straightened, original = jpeg(seen.picture), jpeg(image.pixels)
    return SideResult(reading=reading, straightened=straightened, original=original)


def _rotation(quad: Pixels) -> int:
    """Quarter turns clockwise of the document's upper edge, in degrees."""
    edge = quad[1] - quad[0]
    return int(round(float(np.degrees(np.arctan2(edge[1], edge[0]))) / 90) * 90) % 360


def _candidates(seen: Seen, limits: Documents, *, thorough: bool) -> _Candidates:
    """What code, zone and print say; `thorough`: whether the picture has to prove itself."""
    said: dict[str, dict[Source, Candidate]] = {}
    for name, value in _coded(seen).items():
        said.setdefault(name, {})[Source.QR] = Candidate(value=value, confidence=BY_CODE)
    zoned = _zoned(seen)
    for name, candidate in zoned.items():
        said.setdefault(name, {})[Source.MRZ] = candidate
    if seen.side is not None:
        rows = prints.rows_of(seen.picture, seen.kind, seen.side, zoned)
        known = {name: next(iter(sources.values())).value for name, sources in said.items()}
        if not _coded(seen) and not _is_foreign(seen):  # their zones know no diacritics
            known = {name: value for name, value in known.items() if name not in NAMES}
        printed = prints.read(seen.picture, rows, limits, known=known, thorough=thorough)
        for name, candidate in printed.items():
            said.setdefault(name, {})[Source.OCR] = candidate
    return said


def _is_foreign(seen: Seen) -> bool:
    return seen.kind is Kind.PASSPORT and seen.zone is not None and seen.zone.mrz.issuer != "VNM"


def _coded(seen: Seen) -> Mapping[str, str]:
    """What a code says: a citizen card's fields, of other cards a bare number."""
    if seen.symbol is None:
        return {}
    if seen.kind in {Kind.GPLX, Kind.CCCD_2016} and re.fullmatch(r"[0-9]{12}", seen.symbol):
        return {"number": seen.symbol}
    return citizen.read_qr(seen.symbol) or {}


def _zoned(seen: Seen) -> Mapping[str, Candidate]:
    """What the zone says, with the parts of the name and a passport's personal number."""
    if seen.zone is None:
        return {}
    said = dict(seen.zone.candidates())
    mrz, name = seen.zone.mrz, said.get("full_name")
    if name is not None and seen.kind in {Kind.PASSPORT, Kind.MRZ_ONLY}:
        parts = {"surname": mrz.surname, "given_names": mrz.given_names}
        for field, value in parts.items():
            said[field] = Candidate(value=value, confidence=name.confidence)
    personal = citizen.citizen_number(mrz.optional[:12])
    if seen.kind is Kind.PASSPORT and mrz.valid and personal:
        confidence = said["number"].confidence if "number" in said else 0.5
        said["personal_number"] = Candidate(value=personal.text, confidence=confidence)
    return {field: candidate for field, candidate in said.items() if candidate.value}
