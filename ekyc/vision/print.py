"""The printed fields of an upright, straightened side, looked at twice.

What print alone tells counts as sure only when two looks of different size and softness read the
same; what a code or a zone tells as well is looked at once, to be compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ekyc.domain import address
from ekyc.domain.document import Candidate, Kind, Side
from ekyc.settings import Documents
from ekyc.vision import gazetteer, ocr
from ekyc.vision.image import Pixels
from ekyc.vision.layouts import LAYOUTS
from ekyc.vision.layouts.row import Box, Row
from ekyc.vision.ocr import CALM, SHARP, Look

ALONE: Final = 0.75
"""At most, where only one look found anything: less than what counts as sure."""

DISPUTED: Final = 0.45
ADDRESSES: Final = frozenset({"origin", "residence", "birth_place"})
"""Beside a code's address the print stays as it was read: it is to be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crop:
    row: Row
    box: Box
    look: Look


def read(
    picture: Pixels, kind: Kind, side: Side, limits: Documents, *, known: frozenset[str]
) -> dict[str, Candidate]:
    """What the print says; `known`: the fields some machine-readable source of it tells."""
    crops = _crops(LAYOUTS.get((kind, side), ()), known)
    if not crops:
        return {}
    parts = [(_cut(picture, crop.box), crop.look) for crop in crops]
    found: dict[str, list[Candidate]] = {}
    for crop, lines in zip(crops, ocr.read(parts, limits), strict=True):
        for name, candidate in crop.row.parse(lines).items():
            found.setdefault(name, []).append(candidate)
    agreed = {name: _agreed(said, alone=name not in known) for name, said in found.items()}
    for name in agreed.keys() & ADDRESSES - known:
        agreed[name] = address.checked(agreed[name], gazetteer.units())
    return agreed


def _crops(rows: Sequence[Row], known: frozenset[str]) -> list[_Crop]:
    once = [_Crop(row=row, box=row.box, look=CALM) for row in rows]
    again = [
        _Crop(row=row, box=row.closely or row.box, look=SHARP)
        for row in rows
        if not known.issuperset(row.fields)
    ]
    return once + again


def _cut(picture: Pixels, box: Box) -> Pixels:
    left, top, right, bottom = box
    return picture[top:bottom, left:right]


def _agreed(said: Sequence[Candidate], *, alone: bool) -> Candidate:
    """Alike, the surer one counts; two that differ leave the surer one in doubt."""
    surer = max(said, key=lambda candidate: candidate.confidence)
    if any(other.value != surer.value for other in said):
        return Candidate(value=surer.value, confidence=min(DISPUTED, surer.confidence))
    if alone and len(said) == 1:
        return Candidate(value=surer.value, confidence=min(ALONE, surer.confidence))
    return surer
