"""The printed fields of an upright, straightened side, read by two families.

A net of our own reads all of them. What print alone tells the OCR program reads as well: where the
two read the same it is sure, for they err differently; where they do not it is doubtful.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Final

from ekyc.domain import address
from ekyc.domain.document import Candidate, Kind, Side
from ekyc.settings import Documents
from ekyc.vision import gazetteer, lines, ocr
from ekyc.vision.image import Pixels
from ekyc.vision.layouts import LAYOUTS
from ekyc.vision.layouts.row import Box, Row
from ekyc.vision.line import Line

ALONE: Final = 0.75
"""At most, where only one of the two found anything: less than what counts as sure."""

DISPUTED: Final = 0.45

ADDRESSES: Final = frozenset({"origin", "residence", "birth_place"})

_Said = Mapping[str, Candidate]


def read(
    picture: Pixels, kind: Kind, side: Side, limits: Documents, *, known: frozenset[str]
) -> dict[str, Candidate]:
    """What the print says; `known`: the fields some machine-readable source of it tells."""
    rows = LAYOUTS.get((kind, side), ())
    if not rows:
        return {}
    ours = _said(rows, lines.read([_cut(picture, row.box) for row in rows]))
    alone = [row for row in rows if not known.issuperset(row.fields)]
    crops = [_cut(picture, row.box) for row in alone]
    theirs = _said(alone, ocr.read(crops, limits) if crops else [])
    once = {name: candidate for name, candidate in ours.items() if name in known}
    return once | {
        name: agreed(ours.get(name), theirs.get(name))
        for name in (ours.keys() | theirs.keys()) - known
    }


def _cut(picture: Pixels, box: Box) -> Pixels:
    left, top, right, bottom = box
    return picture[top:bottom, left:right]


def _said(rows: Sequence[Row], read: Sequence[Sequence[Line]]) -> _Said:
    """The fields of every row, addresses beside the lists of places."""
    said: dict[str, Candidate] = {}
    for row, found in zip(rows, read, strict=True):
        said |= row.parse(found)
    for name in said.keys() & ADDRESSES:
        said[name] = address.checked(said[name], gazetteer.units())
    return said


def agreed(ours: Candidate | None, theirs: Candidate | None) -> Candidate:
    """Alike, both make it sure; of two that differ the net's stays, in doubt. One is not None."""
    said = [each for each in (ours, theirs) if each is not None]
    first, sure = said[0], 1 - prod(1 - each.confidence for each in said)
    if len(said) == 1:
        return replace(first, confidence=min(ALONE, sure))
    if first.value != said[1].value:
        return replace(first, confidence=min(DISPUTED, first.confidence))
    return replace(first, confidence=sure)
