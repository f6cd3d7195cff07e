"""Addresses beside the lists of communes, districts and provinces, of before and after July 2025.

A printed address is followed from its province inwards. Where each place lies in the next larger
one it is surer than its letters alone; a place that is not there is doubtful, and one misread by a
few letters or marks is mended where only one place can be meant.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

from ekyc.domain.document import Candidate
from ekyc.domain.names import composed, distance, folded

UNKNOWN: Final = 0.65
"""At most, when a place in it is in no list: in doubt, even where two readers read the same."""

MENDED: Final = 0.6
"""At most, when a place was mended: the customer is asked, even where both readers' words were
mended alike. Communes that were merged long ago are in no list, and may resemble one that is."""

CHAINED: Final = 0.5
"""What is left of the doubt about an address whose places lie in one another."""

MISREAD: Final = 0.25
"""Letters and marks of a name that may be misread: so many of its letters, or LEAST of them."""

LEAST: Final = 2

TYPES: Final = (
    *("Xã ", "Phường ", "Thị trấn ", "Đặc khu ", "Quận ", "Huyện ", "Thị xã ", "Thành phố "),
    *("Tỉnh ", "TP. ", "TP "),
)
"""What begins the name of a unit; half of all cards leave it out."""

_ALWAYS: Final = {folded(word): word for word in ("Thôn", "Khóm", "Xóm", "Ngách", "Đường")}
_BEFORE_NUMBERS: Final = {folded(word): word for word in ("Số", "Tổ", "Ngõ", "Đội", "Hẻm", "Ấp")}
"""Words of streets and hamlets that mean one thing, the second only where a number follows: `Ngô
Quyền` is somebody's street."""

_SMALLER: Final = (
    *("THON ", "KHOM ", "XOM ", "SO ", "TO ", "NGO ", "DOI ", "AP ", "BAN ", "BUON ", "LANG "),
    *("KHU ", "KHOI ", "TIEU KHU ", "DUONG ", "PHO ", "HEM ", "NGACH "),
)
"""What begins with these is smaller than a commune, unless a commune is written just so."""

Path = tuple[str, ...]
"""Names from a province inwards; of nothing: all of Vietnam."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """`inside`: what lies directly in a province or district; of the empty path the provinces."""

    inside: Mapping[Path, frozenset[str]]

    @classmethod
    def of(cls, units: Iterable[tuple[str, str, Iterable[str]]]) -> Self:
        """From provinces, their districts (none since July 2025) and communes."""
        inside: dict[Path, set[str]] = {(): set()}
        for province, district, communes in units:
            path: Path = (province,)
            inside[()].add(province)
            if district:
                inside.setdefault(path, set()).add(district)
                path = (province, district)
            inside.setdefault(path, set()).update(communes)
        return cls(inside={path: frozenset(names) for path, names in inside.items()})

    @property
    def names(self) -> frozenset[str]:
        """Of every unit, as it is written in full."""
        return frozenset().union(*self.inside.values())


def checked(said: Candidate, gazetteer: Gazetteer) -> Candidate:
    """The address with its confidence raised or lowered by the lists, and mended where one can."""
    texts = [composed(text) for text in said.value.split(",")]
    followed = _followed(texts, (), gazetteer)
    if followed is None:
        return replace(said, confidence=min(UNKNOWN, said.confidence))
    if followed.parts != texts:
        return Candidate(value=", ".join(followed.parts), confidence=min(MENDED, said.confidence))
    if len(texts) == 1:
        return said
    return replace(said, confidence=1 - CHAINED * (1 - said.confidence))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Followed:
    """An address as it should be spelled, how many of its places are known, and how many letters
    and marks were read otherwise."""

    parts: list[str]
    known: int = 0
    cost: int = 0


def _followed(texts: list[str], path: Path, gazetteer: Gazetteer) -> _Followed | None:
    """From the largest place inwards; None where one is unknown or may be two.

    A district and a commune of today may share a name: what lies in it tells which is meant.
    """
    units = gazetteer.inside.get(path)
    if not units or not texts:
        return _Followed(parts=[_street(text) for text in texts])
    *inner, last = texts
    ways = []
    for unit, cost in _meant(last, units):
        way = _followed(inner, (*path, unit), gazetteer)
        if way is not None:
            parts = [*way.parts, _spelled(last, unit)]
            ways.append(_Followed(parts=parts, known=way.known + 1, cost=way.cost + cost))
    ways.sort(key=lambda way: (-way.known, way.cost))
    alike = [way for way in ways if (way.known, way.cost) == (ways[0].known, ways[0].cost)]
    return ways[0] if ways and all(way.parts == ways[0].parts for way in alike) else None


def _street(text: str) -> str:
    """A street, house or hamlet: only its kind can be mended."""
    words = text.split()
    for at, word in enumerate(words):
        numbered = words[at + 1 : at + 2] and words[at + 1][0].isdigit()
        kinds = _ALWAYS | _BEFORE_NUMBERS if numbered else _ALWAYS
        if word[:1].isupper() and not word.isupper():
            words[at] = kinds.get(folded(word), word)
    return " ".join(words)


def _meant(text: str, units: frozenset[str]) -> list[tuple[str, int]]:
    """The units that are written so, or those that are most nearly, and what they differ in."""
    if exact := [(unit, 0) for unit in units if text in {unit, bare(unit)}]:
        return exact
    if any(map(str.isdigit, text)) or folded(text).startswith(_SMALLER):
        return []
    letters = len(folded(bare(text)).replace(" ", ""))
    allowed = min(letters / 2, max(LEAST, MISREAD * letters))
    costs = [(unit, _cost(text, unit)) for unit in units if not any(map(str.isdigit, unit))]
    least = min((cost for _, cost in costs), default=0)
    return [(unit, cost) for unit, cost in costs if cost == least <= allowed]


def _cost(text: str, unit: str) -> int:
    """Letters and marks that differ, with what the unit is or without."""
    alone = distance(_apart(bare(text)), _apart(bare(unit)))
    return min(
        alone, distance(_apart(text), _apart(unit)), distance(_apart(text), _apart(bare(unit)))
    )


def _apart(text: str) -> str:
    """Every mark a sign of its own; small, for place names are printed either way."""
    return unicodedata.normalize("NFD", text.casefold())


def _spelled(text: str, unit: str) -> str:
    """As the card writes it: in full, or the name alone."""
    if bare(text) == bare(unit):
        return text
    full, alone = (distance(_apart(text), _apart(name)) for name in (unit, bare(unit)))
    return unit if full < alone else bare(unit)


def bare(name: str) -> str:
    """`Tỉnh Nghệ An` → `Nghệ An`, yet `Phường 11` as it is."""
    for kind in TYPES:
        rest = name.removeprefix(kind)
        if rest != name and not rest.isdigit():
            return rest
    return name
