"""Addresses beside the lists of communes, districts and provinces, of before and after July 2025.

A printed address that names known places is surer than its letters alone; one with a place nobody
knows is doubtful, and a letter or mark misread is mended where only one place can be meant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Self

from ekyc.domain.document import Candidate
from ekyc.domain.names import composed, distance, folded

UNKNOWN: Final = 0.75
"""At most, when a place in it is in no list: less than what counts as sure."""

MENDED: Final = 0.7
"""At most, when a place was mended: the customer is asked."""

CHAINED: Final = 0.5
"""What is left of the doubt about an address whose places lie in one another."""

MISREAD: Final = 1
"""Letters without their marks that may be misread in the name of one place."""

TYPES: Final = ("XA ", "PHUONG ", "THI TRAN ", "DAC KHU ", "QUAN ", "HUYEN ", "THI XA ")
"""What begins the name of a unit below a province, without marks."""

_CITY: Final = "THANH PHO "
_PROVINCE: Final = ("TINH ", _CITY, "TP. ", "TP ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """`names`: folded → every spelling; `within`: folded name → folded names it lies in."""

    names: Mapping[str, frozenset[str]]
    provinces: Mapping[str, frozenset[str]]
    within: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, units: Iterable[tuple[str, str, Iterable[str]]]) -> Self:
        """From provinces, their districts (none since July 2025) and communes."""
        names: dict[str, set[str]] = {}
        provinces: dict[str, set[str]] = {}
        within: dict[str, set[str]] = {}
        for province, district, communes in units:
            bare = _bare(province)
            provinces.setdefault(folded(bare), set()).update({bare, province})
            if district:
                names.setdefault(folded(district), set()).add(district)
                within.setdefault(folded(district), set()).add(folded(bare))
            for commune in communes:
                names.setdefault(folded(commune), set()).add(commune)
                within.setdefault(folded(commune), set()).add(folded(district or bare))
        return cls(
            names={name: frozenset(spelled) for name, spelled in names.items()},
            provinces={name: frozenset(spelled) for name, spelled in provinces.items()},
            within={name: frozenset(larger) for name, larger in within.items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One place of an address as it should be spelled; `known` in a list, or `mended` to be."""

    text: str
    known: bool
    mended: bool = False


def checked(said: Candidate, gazetteer: Gazetteer) -> Candidate:
    """The address with its confidence raised or lowered by the lists, and mended where one can."""
    texts = [composed(text) for text in said.value.split(",")]
    parts = [_part(text, gazetteer, last=text is texts[-1]) for text in texts]
    if not all(part.known for part in parts):
        return replace(said, confidence=min(UNKNOWN, said.confidence))
    value = ", ".join(part.text for part in parts)
    if any(part.mended for part in parts):
        return Candidate(value=value, confidence=min(MENDED, said.confidence))
    if _is_chain([part.text for part in parts], gazetteer):
        return replace(said, confidence=1 - CHAINED * (1 - said.confidence))
    return said


def _bare(province: str) -> str:
    """`Tỉnh Nghệ An` → `Nghệ An`: a card prints provinces without their kind."""
    for kind in _PROVINCE:
        if folded(province).startswith(kind):
            return province[len(kind) :]
    return province


def _part(text: str, gazetteer: Gazetteer, *, last: bool) -> _Part:
    """A province where it stands last; streets and hamlets are in no list and pass."""
    if last:
        return _looked_up(_bare(text), text, gazetteer.provinces)
    plain = folded(text)
    if not plain.startswith((*TYPES, _CITY)):
        return _Part(text=text, known=True)
    return _looked_up(text, text, gazetteer.names)


def _looked_up(name: str, text: str, names: Mapping[str, frozenset[str]]) -> _Part:
    plain = folded(name)
    spelled = names.get(plain, frozenset())
    if name in spelled:
        return _Part(text=text, known=True)
    likely = spelled or _near(plain, names)
    if len(likely) == 1 and not any(map(str.isdigit, name)):
        return _Part(text=text.replace(name, next(iter(likely))), known=True, mended=True)
    return _Part(text=text, known=False)


def _near(plain: str, names: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Spellings of every place as far away as one misread letter."""
    return frozenset(
        spelling
        for other, spelled in names.items()
        if abs(len(other) - len(plain)) <= MISREAD and distance(other, plain) <= MISREAD
        for spelling in spelled
    )


def _is_chain(texts: list[str], gazetteer: Gazetteer) -> bool:
    """Whether each place lies in the next larger one."""
    places = [folded(text) for text in texts[:-1]]
    chain = [place for place in places if place in gazetteer.names]
    chain.append(folded(_bare(texts[-1])))
    steps = pairwise(chain)
    return len(chain) > 1 and all(larger in gazetteer.within[place] for place, larger in steps)
