"""The printed fields of an upright, straightened side, read by two families.

A net of our own reads all of them. What print alone tells the OCR program reads as well: where the
two read the same it is sure, for they err differently; where they do not it is doubtful.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Final

from ekyc.domain import address
from ekyc.domain.comparison import TEXTS
from ekyc.domain.document import NAMES, Candidate, Kind, Side, normalised
from ekyc.settings import Documents
from ekyc.vision import gazetteer, lines, ocr
from ekyc.vision.image import Pixels
from ekyc.vision.layouts import LAYOUTS, passport
from ekyc.vision.layouts.row import Row
from ekyc.vision.line import Box, Line

ALONE: Final = 0.75
"""At most, where only one of the two found anything: less than what counts as sure."""

DISPUTED: Final = 0.45

CLEAR: Final = 0.9
DIM: Final = 0.7
"""Two readers who are less sure than that of marks and tones may err alike: of 107 hurried lines
that both read so or better 1 was wrong, of 55 others 15."""

ABOVE_ZONE: Final = 0.785
"""Of a passport's page: the zone's first line stands below (ICAO 9303-4: 23.2 mm of 88)."""

PAGE_SCALE: Final = 0.75
"""A page has 13.7 pixels a millimetre, and captions smaller than a card's."""

ADDRESSES: Final = frozenset({"origin", "residence", "birth_place"})

_Said = Mapping[str, Candidate]


def rows_of(
    picture: Pixels, kind: Kind, side: Side, zone: Mapping[str, Candidate]
) -> Sequence[Row]:
    """Where this side prints what: by the table of its kind, or found on a passport's page beside
    what its zone says."""
    if kind is not Kind.PASSPORT:
        return LAYOUTS.get((kind, side), ())
    above = picture[: round(ABOVE_ZONE * picture.shape[0])]
    said = {name: candidate.value for name, candidate in zone.items()}
    return passport.rows(lines.placed(above, scale=PAGE_SCALE), said)


def read(
    picture: Pixels,
    rows: Sequence[Row],
    limits: Documents,
    *,
    known: Mapping[str, str],
    thorough: bool = True,
) -> dict[str, Candidate]:
    """What the print says; `known`: what some machine-readable source of it tells.

    Unless `thorough`, what the net reads surely and the other side tells is not asked of the OCR
    program: its start takes as long as the rest, and alone it stays in doubt.

    Where the OCR program is started for what print alone tells, it is asked about what the net read
    otherwise than those sources as well: one misreading contradicts nobody.
    """
    if not rows:
        return {}
    unread = [row for row in rows if not row.lines]
    again = iter(lines.read([_cut(picture, row.box) for row in unread]))
    ours = _said(rows, [row.lines or next(again) for row in rows])
    fit = {name for row in rows if row.confirmed for name in row.fields}
    once = fit | {name for name in known if name not in ours or _is_same(name, ours, known)}
    spared = set() if thorough else {name for row in rows for name in _told_elsewhere(row, ours)}
    enough = once | spared | (known.keys() - NAMES)  # the print goes before a zone's names
    if all(enough.issuperset(row.fields) for row in rows):
        return {n: agreed(n, c, None) if n in spared else c for n, c in ours.items()}
    asked = [row for row in rows if not once.issuperset(row.fields)]
    theirs = _said(asked, ocr.read([_cut(picture, row.box) for row in asked], limits))
    both = {
        name: agreed(name, ours.get(name), theirs.get(name))
        for name in (ours.keys() | theirs.keys()) - once
    }
    return {**{name: ours[name] for name in once & ours.keys()}, **within(rows, both)}


def within(rows: Sequence[Row], said: _Said) -> _Said:
    """No surer than their rows allow: two readers agree on what is written, not on what it is."""
    most = {name: row.most for row in rows for name in row.fields}
    return {
        name: replace(each, confidence=min(most.get(name, 1.0), each.confidence))
        for name, each in said.items()
    }


def _told_elsewhere(row: Row, said: _Said) -> list[str]:
    if not row.elsewhere:
        return []
    return [name for name in row.fields if name in said and said[name].confidence >= CLEAR]


def _is_same(name: str, said: _Said, known: Mapping[str, str]) -> bool:
    return normalised(name, said[name].value).casefold() == normalised(name, known[name]).casefold()


def _cut(picture: Pixels, box: Box) -> Pixels:
    left, top, right, bottom = box
    return picture[top:bottom, left:right]


def _said(rows: Sequence[Row], read: Sequence[Sequence[Line]]) -> _Said:
    """The fields of every row, addresses beside the lists of places, a name of its two parts."""
    said: dict[str, Candidate] = {}
    for row, found in zip(rows, read, strict=True):
        for name, candidate in row.parse(found).items():
            known = _listed(candidate) if name in ADDRESSES and row.listed else candidate
            said[name] = replace(known, confidence=min(row.most, known.confidence))
    parts = [said[name] for name in ("surname", "given_names") if name in said]
    if len(parts) == 2:
        whole = " ".join(part.value for part in parts)
        sure = min(part.confidence for part in parts)
        said.setdefault("full_name", Candidate(value=whole, confidence=sure))
    return said


def _listed(candidate: Candidate) -> Candidate:
    return address.checked(candidate, gazetteer.units())


def agreed(name: str, ours: Candidate | None, theirs: Candidate | None) -> Candidate:
    """Alike and each sure enough, both make it sure; of two that differ the net's stays, in doubt.

    One is not None.
    """
    said = [each for each in (ours, theirs) if each is not None]
    first, sure = said[0], 1 - prod(1 - each.confidence for each in said)
    if any(other.value != first.value for other in said):
        return replace(first, confidence=min(DISPUTED, first.confidence))
    dim = name in TEXTS and any(each.confidence < DIM for each in said)
    return replace(first, confidence=min(ALONE, sure) if dim or len(said) == 1 else sure)
