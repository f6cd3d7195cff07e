"""Where a passport's data page prints what above its zone: every country its own way.

ICAO 9303-4 says what stands on the page and in which order, and that its captions are in the
state's language and in English or French; not where. So each row is found by its caption; whether
values stand below their captions or beside them is told by those that the zone says as well. What
has no legible caption is found by its value, where the zone says it, else by its place among the
others, and then it is in doubt.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Final

from ekyc.domain import nations
from ekyc.domain.citizen import NATION
from ekyc.domain.document import Candidate
from ekyc.domain.mrz import VIETNAM
from ekyc.domain.names import composed, distance, folded, letters_misread, words
from ekyc.vision.layouts import parsing as p
from ekyc.vision.layouts.parsing import Parse
from ekyc.vision.layouts.row import Row
from ekyc.vision.line import Box, Line, Placed

CAPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("PASSPORT NO", "PASSEPORT NO", "PASSPORT NUMBER", "SO HO CHIEU"),
    "surname": ("SURNAME", "NOM"),
    "given_names": ("GIVEN NAMES", "FORENAMES", "PRENOMS", "CHU DEM VA TEN"),
    "full_name": ("FULL NAME", "HO VA TEN"),
    "nationality": ("NATIONALITY", "NATIONALITE", "QUOC TICH"),
    "birth_date": ("DATE OF BIRTH", "DATE DE NAISSANCE", "NGAY SINH"),
    "sex": ("SEX", "SEXE", "GIOI TINH"),
    "birth_place": ("PLACE OF BIRTH", "LIEU DE NAISSANCE", "NOI SINH"),
    "personal_number": ("PERSONAL NO", "ID CARD NO", "SO GCMND", "SO DINH DANH"),
    "issue_date": ("DATE OF ISSUE", "DATE DE DELIVRANCE", "NGAY CAP"),
    "expiry_date": (
        *("DATE OF EXPIRY", "DATE OF EXPIRATION", "DATE D EXPIRATION", "VALID UNTIL"),
        "CO GIA TRI DEN",
    ),
    "": ("AUTHORITY", "AUTORITE", "PLACE OF ISSUE", "NOI CAP", "TYPE", "CODE", "LOAI", "MA SO"),
}
"""What captions say, folded; those of nothing in the form only keep others from being values."""

SHORT: Final = 4
"""A caption of fewer letters is a word by itself, read to the letter."""

MISREAD: Final = 0.2
"""Less of the letters of any other may be misread."""

BELOW: Final = 55
BESIDE: Final = 600
ASKEW: Final = 55
"""Pixels of a page (13.7 a millimetre): a value begins so far below its caption or to its right at
most, and not further left or right than that of where the caption begins."""

WIDE_SPACE: Final = 2.0
NEXT_LINE: Final = 1.2
LIKE: Final = 0.75
"""Of a line's height: what is further to the right is another column; a second line of a value is
that near, and at least so high."""

NAMED_OTHERWISE: Final = 1 / 3
"""Of a name's letters: less that differs from the zone is another alphabet or misread."""

FEWEST_LETTERS: Final = 3
IN_ORDER: Final = 0.7
"""At most: less than what counts as sure."""

TERMS: Final = (5, 10)
"""Years most passports are given for."""

IMPLIED: Final = 0.9
"""A date of issue so many years before the zone's expiry is no misreading."""

MARGIN: Final = 14
"""Pixels around a row that are cut out with it."""


def rows(placed: Sequence[Placed], zone: Mapping[str, str]) -> list[Row]:
    """The rows of a page; `zone`: what its zone says of its fields."""
    page = _Page.of(placed, zone)
    found = page.captioned()
    found += page.anchored({row.fields[0] for row in found})
    told = {row.fields[0] for row in found}
    return [*found, *page.in_order(found, told)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """A page's print, which field each piece of it is the caption of, and what the zone says."""

    placed: Sequence[Placed]
    captions: Mapping[int, str]
    zone: Mapping[str, str]

    @classmethod
    def of(cls, placed: Sequence[Placed], zone: Mapping[str, str]) -> "_Page":
        told = {at: _caption(piece.line.text) for at, piece in enumerate(placed)}
        captions = {at: field for at, field in told.items() if field is not None}
        return cls(placed=placed, captions=captions, zone=zone)

    def captioned(self) -> list[Row]:
        """The rows under captions or beside them, whichever says more of what the zone says."""
        ways = [list(self._rows(value)) for value in (self._below, self._beside)]
        return max(ways, key=lambda rows: sum(map(self._is_as_in_zone, rows)))

    def _rows(self, value: Callable[[Box], int | None]) -> Iterator[Row]:
        """One a field: of several captions of it the one whose value is the zone's, or is one."""
        found: dict[str, list[Row]] = {}
        for at, field in self.captions.items():
            if field and (first := value(self.placed[at].box)) is not None:
                found.setdefault(field, []).append(self._row(field, *self._alike(first)))
        for rows in found.values():
            yield max(rows, key=lambda row: (self._is_as_in_zone(row), bool(row.parse(row.lines))))

    def _row(self, field: str, chosen: Sequence[int], most: float = 1.0) -> Row:
        lines, parse = tuple(self.placed[at].line for at in chosen), _parse(field, self.zone)
        issue, expiry = parse(lines).get("issue_date"), self.zone.get("expiry_date", "")
        return Row(
            box=self._room(chosen),
            parse=parse,
            fields=(field,),
            lines=lines,
            most=most,
            confirmed=issue is not None and _is_implied(issue.value, expiry),
            listed=self.zone.get("nationality") == NATION,
        )

    def _is_as_in_zone(self, row: Row) -> bool:
        (field,) = row.fields
        said = row.parse(row.lines).get(field)
        return said is not None and folded(said.value) == folded(self.zone.get(field, ""))

    def _values(self) -> Iterator[tuple[int, Box]]:
        return ((at, piece.box) for at, piece in enumerate(self.placed) if at not in self.captions)

    def _below(self, caption: Box) -> int | None:
        left, _, right, bottom = caption
        under = [
            (box[1] - bottom, at)
            for at, box in self._values()
            if -2 < box[1] - bottom < BELOW and left - ASKEW < box[0] < min(left + ASKEW, right)
        ]
        return min(under)[1] if under else None

    def _beside(self, caption: Box) -> int | None:
        _, top, right, bottom = caption
        after = [
            (box[0] - right, at)
            for at, box in self._values()
            if 0 < box[0] - right < BESIDE and box[1] < bottom and top < box[3]
        ]
        return min(after)[1] if after else None

    def _alike(self, first: int) -> tuple[list[int], float]:
        """A value's pieces, and how sure it may be: small print above larger is mostly one more
        caption, in a language that CAPTIONS does not have."""
        chosen = self._lines(first)
        _, top, _, bottom = self.placed[first].box
        under = [at for at in chosen if self.placed[at].box[1] >= bottom]
        highs = [self.placed[at].box[3] - self.placed[at].box[1] for at in under]
        is_small = bottom - top < LIKE * max(highs, default=0)
        return (under, IN_ORDER) if is_small else (chosen, 1.0)

    def _lines(self, first: int) -> list[int]:
        """A value's pieces side by side, and the line it goes on in."""
        found = [first, *self._onward(first)]
        left, top, _, bottom = self.placed[first].box
        high = bottom - top
        for at, box in self._values():
            near = 0 < box[1] - bottom < NEXT_LINE * high and abs(box[0] - left) < MARGIN
            if near and box[3] - box[1] > LIKE * high:
                return [*found, at, *self._onward(at)]
        return found

    def _onward(self, at: int) -> Iterator[int]:
        """What stands to the right of a piece, not as far as another column."""
        _, top, right, bottom = self.placed[at].box
        for other, box in sorted(self._values(), key=lambda each: each[1]):
            beside = box[1] < bottom and top < box[3]
            if beside and 0 < box[0] - right < WIDE_SPACE * (bottom - top):
                yield other
                right = box[2]

    def _room(self, chosen: Sequence[int]) -> Box:
        """Around these lines, half-way to what stands above and below."""
        boxes = [self.placed[at].box for at in chosen]
        left, top = (min(box[side] for box in boxes) for side in (0, 1))
        right, bottom = (max(box[side] for box in boxes) for side in (2, 3))
        upper, lower = top - (bottom - top), bottom + (bottom - top)
        for at, piece in enumerate(self.placed):
            if at not in chosen and piece.box[0] < right and piece.box[2] > left:
                if piece.box[3] <= top:
                    upper = max(upper, (piece.box[3] + top) // 2)
                elif piece.box[1] >= bottom:
                    lower = min(lower, (piece.box[1] + bottom) // 2)
        return max(0, left - MARGIN), max(0, upper), right + MARGIN, lower

    def anchored(self, told: set[str]) -> list[Row]:
        """Rows of no legible caption that say what the zone says."""
        found = []
        for field in (each for each in _ANCHORS if each in self.zone and each not in told):
            rows = (self._row(field, [at]) for at, _ in self._values())
            if row := next(filter(self._is_as_in_zone, rows), None):
                found.append(row)
        return found

    def in_order(self, found: Sequence[Row], told: set[str]) -> Iterator[Row]:
        """The date of issue and the place of birth where their captions cannot be read."""
        taken = {row.box for row in found}
        free = [at for at, _ in self._values() if self._room([at]) not in taken]
        if "issue_date" not in told and (issue := self._issue(free)):
            yield issue
            found = [*found, issue]
        if "birth_place" not in told and (place := self._birth_place(free, found)):
            yield place

    def _issue(self, free: Sequence[int]) -> Row | None:
        """The only date between birth and expiry; in doubt unless the expiry implies it."""
        rows = [self._row("issue_date", [at]) for at in free]
        dated = [(row, said) for row in rows if (said := row.parse(row.lines).get("issue_date"))]
        if len(dated) != 1:
            return None
        row, said = dated[0]
        sure = _is_implied(said.value, self.zone.get("expiry_date", ""))
        return replace(row, most=1.0 if sure else IN_ORDER)

    def _birth_place(self, free: Sequence[int], found: Sequence[Row]) -> Row | None:
        """The only words between birth and issue, among the values (9303-4, zones II and III)."""
        place = {row.fields[0]: row.box for row in found}
        if not {"birth_date", "issue_date"} <= place.keys():
            return None
        left = min(box[0] for box in place.values())
        top, bottom = place["birth_date"][1], place["issue_date"][1]
        between = [
            at
            for at in free
            if left <= self.placed[at].box[0]
            and top <= self.placed[at].box[1]
            and self.placed[at].box[3] <= bottom
            and _is_text(self.placed[at].line.text)
        ]
        return self._row("birth_place", between, IN_ORDER) if len(between) == 1 else None


_ANCHORS: Final = ("number", "surname", "given_names", "full_name", "birth_date", "expiry_date")


def _is_text(text: str) -> bool:
    return sum(map(str.isalpha, text)) >= FEWEST_LETTERS and not any(map(str.isdigit, text))


def _caption(text: str) -> str | None:
    """The field a piece of print is the caption of; the nearest, and nothing where none is near."""
    said = words(text)
    found = (
        (_misread(phrase, said), field) for field, phrases in CAPTIONS.items() for phrase in phrases
    )
    cost, field = min(found)
    return field if cost < MISREAD else None


def _misread(phrase: str, said: Sequence[str]) -> float:
    """Share of a caption's letters."""
    letters = phrase.replace(" ", "")
    if len(letters) <= SHORT:
        return 0.0 if phrase in said else 1.0
    return letters_misread(phrase, " ".join(said)) / len(letters)


def _parse(field: str, zone: Mapping[str, str]) -> Parse:
    """How a row of this field is read; what the zone says tells how names are written."""
    home = zone.get("nationality") == NATION
    match field:
        case "number":
            return p.passport_number
        case "personal_number":
            return p.personal_number
        case "sex":
            return p.sex_letter
        case "nationality":
            return partial(_nation, zone.get(field, ""))
        case "birth_place":
            return p.place(field) if home else _place_abroad
        case "issue_date":
            return partial(_issued, zone)
        case "birth_date" | "expiry_date":
            return p.day(field)
        case _:
            return partial(_name, field, "" if home else zone.get(field, ""))


def _place_abroad(lines: Sequence[Line]) -> dict[str, Candidate]:
    """A place in another alphabet than the readers': no Vietnamese marks, no digits in words."""
    said = [line.text for line in lines if _is_text(line.text.translate(_AS_LETTERS))]
    if not said:
        return {}
    text = _latin(" ".join(said)).strip(" .;:,-'")
    text = " ".join(map(_without_digits, text.split()))
    shouted = sum(map(str.isupper, text)) > sum(map(str.islower, text))
    sure = min(line.confidence(line.text) for line in lines)
    return {"birth_place": Candidate(value=text.upper() if shouted else text, confidence=sure)}


def _latin(text: str) -> str:
    """Without the marks that only Vietnamese has."""
    apart = unicodedata.normalize("NFD", text.translate(_HORNED))
    return composed(_VIETNAMESE.sub("", apart))


_HORNED: Final = str.maketrans("ƯưƠơ", "UuOo")
_VIETNAMESE: Final = re.compile("[\u0309\u0323]")
"""The hook above and the dot below, apart from their letters."""

_AS_LETTERS: Final = str.maketrans("0158", "OISB")


def _without_digits(word: str) -> str:
    """In a word of letters a digit is a letter misread."""
    letters = sum(map(str.isalpha, word))
    return word.translate(_AS_LETTERS) if letters > len(word) / 2 else word


def _issued(zone: Mapping[str, str], lines: Sequence[Line]) -> dict[str, Candidate]:
    """A day between birth and expiry, what is none of them is another row's; surer where the
    passport was given for as many years as passports are."""
    first, last = zone.get("birth_date", ""), zone.get("expiry_date", "9")
    said = p.day("issue_date")(lines).get("issue_date")
    if said is None or not first < said.value < last:
        return {}
    sure = IMPLIED if _is_implied(said.value, last) else 0.0
    return {"issue_date": replace(said, confidence=max(sure, said.confidence))}


def _is_implied(issue: str, expiry: str) -> bool:
    """Whether it runs out TERMS years later, to the day or on the day before."""
    try:
        first, last = date.fromisoformat(issue), date.fromisoformat(expiry)
        ends = {first.replace(year=first.year + years) for years in TERMS}
    except ValueError:  # nothing that a zone says, or 29 February
        return False
    return last in ends or last + timedelta(days=1) in ends


def _name(field: str, zone: str, lines: Sequence[Line]) -> dict[str, Candidate]:
    """A name or a part of it; beside a foreign zone only the same name or quite another one.

    Other alphabets have letters that neither reader knows, and zones spell them out (`Ü`: `UE`).
    """
    said = (p.any_name if zone else p.name)(lines).get("full_name")
    if said is None:
        return {}
    if zone:
        said = replace(said, value=_latin(said.value))
    printed, coded = (" ".join(words(name)) for name in (said.value, zone))
    near = printed != coded and distance(printed, coded) < NAMED_OTHERWISE * len(coded)
    return {} if near else {field: said}


def _nation(zone: str, lines: Sequence[Line]) -> dict[str, Candidate]:
    """The zone's nation where that is printed, in words or as a code; another where that is."""
    home = VIETNAM if zone == NATION else zone
    for line in lines:
        code = home if nations.is_of(home, line.text) else nations.code_of(line.text)
        if code:
            value = NATION if code == VIETNAM else code
            return {"nationality": Candidate(value=value, confidence=line.confidence(line.text))}
    return {}
