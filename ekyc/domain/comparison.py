"""The conflict map: what QR, MRZ, OCR and the customer say about each field, and which counts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import combinations
from typing import Final

from ekyc.domain.citizen import NATION
from ekyc.domain.consistency import Facts, contradictions
from ekyc.domain.document import (
    CITIZEN_CARDS,
    EXTRAS,
    FIELDS,
    NAMES,
    Candidate,
    Kind,
    SideReading,
    Source,
    normalised,
)
from ekyc.domain.names import distance, words

DOUBT_BELOW: Final = 0.80
"""A value nobody else confirms is shown as doubtful below this confidence."""

HEARSAY_BELOW: Final = 0.5
"""Print read less surely than this contradicts nobody: it is noise."""

CONFLICT_CONFIDENCE: Final = 0.5
WORDS_ON_A_CARD: Final = 2
"""Surname and given name: a shorter name on a citizen's card is possible, yet rather misread."""

TEXTS: Final = frozenset(
    {"full_name", "nationality", "origin", "birth_place", "residence", "surname", "given_names"}
)
MRZ_LINE: Final = 30
MACHINE: Final = frozenset({Source.CHIP, Source.QR, Source.MRZ})
"""They prove themselves by signature, check digits or error correction: nothing is misread."""

_PLACES: Final = (*FIELDS, *EXTRAS)
_ORDER: Final = (Source.CHIP, Source.TYPED, Source.QR, Source.MRZ, Source.OCR)
_NAME_ORDER: Final = (Source.TYPED, Source.QR, Source.OCR, Source.CHIP, Source.MRZ)
"""Neither zone has diacritics, printed or in the chip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field after all sources were heard."""

    value: str
    confidence: float
    doubtful: bool
    source: Source
    sources: Mapping[Source, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Sources that cannot all be right.

    `signal`: two machine-readable ones are among them; that is a sign of fraud, not of misreading.
    """

    field: str
    sources: Mapping[Source, str]
    signal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Fields some source spoke about, in the order of FIELDS, and the fields in conflict."""

    fields: Mapping[str, Field]
    conflicts: tuple[Conflict, ...]


class _Agreement(IntEnum):
    """How well two values go together."""

    DIFFERENT = 0
    LIKE = 1  # equal but for what one source cannot write or may misread: diacritics, a letter
    SAME = 2


def fuse(
    front: SideReading | None,
    back: SideReading | None,
    typed: Mapping[str, str] | None,
    chip: Mapping[str, str] | None = None,
) -> Comparison:
    """Weigh all sources: authentic chip > typed > QR > MRZ > OCR, agreement raises confidence.

    Typed values count as they are, yet stay in the conflict map: the agent sees what was changed.
    Nobody overrules a chip.
    """
    heard = _heard(front, back, typed or {})
    for name, value in (chip or {}).items():
        heard.setdefault(name, {})[Source.CHIP] = Candidate(value=value, confidence=1.0)
    kind = next((side.kind for side in (front, back) if side), Kind.OTHER)
    fields = {}
    conflicts = []
    for name in _PLACES:
        if not (said := heard.get(name)):
            continue
        fields[name], conflict = _weigh(name, said)
        if conflict:
            conflicts.append(conflict)
    for name in _doubted(kind, fields):
        fields[name] = replace(fields[name], doubtful=True)
    return Comparison(fields=fields, conflicts=tuple(conflicts))


def _doubted(kind: Kind, fields: Mapping[str, Field]) -> set[str]:
    """What is sure by itself and yet cannot be quite right; nobody doubts what was typed.

    A name without diacritics from a Vietnamese zone, one word for a citizen's name, and every field
    of a rule that is broken: one of them is wrong, none says which.
    """
    facts = Facts.of(kind, {name: field.value for name, field in fields.items()})
    typed = {name for name, field in fields.items() if field.source is Source.TYPED}
    doubted = {name for broken in contradictions(facts) for name in broken.between} - typed
    name, nation = fields.get("full_name"), fields.get("nationality")
    if name and kind in CITIZEN_CARDS and len(words(name.value)) < WORDS_ON_A_CARD:
        doubted.add("full_name")
    vietnamese = kind in CITIZEN_CARDS or (nation is not None and nation.value == NATION)
    if name and name.source is Source.MRZ and vietnamese:
        doubted.add("full_name")
    return doubted & fields.keys()


def beside_crm(form: Comparison, name: str) -> Comparison:
    """Beside the name the CRM opened the application with: another person's is a conflict.

    A CRM may write names without diacritics and in capitals: that is no difference.
    """
    field = form.fields.get("full_name")
    if field is None or not name.strip() or words(name) == words(field.value):
        return form
    said = Conflict(field="full_name", sources={**field.sources, Source.CRM: name})
    others = (conflict for conflict in form.conflicts if conflict.field != said.field)
    conflicts = sorted((said, *others), key=lambda conflict: _PLACES.index(conflict.field))
    return replace(form, conflicts=tuple(conflicts))


def _heard(
    front: SideReading | None, back: SideReading | None, typed: Mapping[str, str]
) -> dict[str, dict[Source, Candidate]]:
    """Every source's value per field; of two sides the surer one counts."""
    heard: dict[str, dict[Source, Candidate]] = {}
    for side in (front, back):
        for name, sources in (side.candidates if side else {}).items():
            known = heard.setdefault(name, {})
            for source, said in sources.items():
                if source not in known or said.confidence > known[source].confidence:
                    known[source] = said
    for name, value in typed.items():
        if value.strip():
            said = Candidate(value=normalised(name, value), confidence=1.0)
            heard.setdefault(name, {})[Source.TYPED] = said
    return heard


def _weigh(name: str, said: Mapping[Source, Candidate]) -> tuple[Field, Conflict | None]:
    order = _NAME_ORDER if name in NAMES else _ORDER
    ranked = [source for source in order if source in said]
    chosen = ranked[0]
    agreements = {other: _agreement(name, said, chosen, other) for other in ranked[1:]}
    in_conflict = _Agreement.DIFFERENT in agreements.values()
    missed = 1.0 - said[chosen].confidence
    for other, agreement in agreements.items():
        if agreement is _Agreement.SAME:
            missed *= 1.0 - said[other].confidence
    confidence = 1.0 - missed
    if in_conflict and chosen not in {Source.TYPED, Source.CHIP}:
        confidence = min(confidence, CONFLICT_CONFIDENCE)
    field = Field(
        value=said[chosen].value,
        confidence=round(confidence, 4),
        doubtful=confidence < DOUBT_BELOW,
        source=chosen,
        sources={source: said[source].value for source in Source if source in said},
    )
    if not in_conflict:
        return field, None
    return field, Conflict(field=name, sources=field.sources, signal=_machines_differ(name, said))


def _machines_differ(name: str, said: Mapping[Source, Candidate]) -> bool:
    """Two machine-readable sources, both read surely, cannot both be right."""
    sure = [s for s in Source if s in MACHINE & said.keys() and said[s].confidence >= DOUBT_BELOW]
    pairs = combinations(sure, 2)
    return any(_agreement(name, said, *pair) is _Agreement.DIFFERENT for pair in pairs)


def _agreement(
    name: str, said: Mapping[Source, Candidate], chosen: Source, other: Source
) -> _Agreement:
    left, right = said[chosen].value, said[other].value
    if normalised(name, left).casefold() == normalised(name, right).casefold():
        return _Agreement.SAME
    ocr = said[other] if other is Source.OCR else None
    if ocr is not None and ocr.confidence < HEARSAY_BELOW:
        return _Agreement.LIKE
    if name not in TEXTS:
        return _Agreement.DIFFERENT
    if {Source.MRZ, Source.CHIP} & {chosen, other} and name in NAMES:
        return _like_mrz_name(left, right)
    misread = Source.OCR in (chosen, other)
    return _like_text(words(left), words(right)) if misread else _Agreement.DIFFERENT


def _like_mrz_name(left: str, right: str) -> _Agreement:
    """Names without diacritics; line 3 has no check digit and ends at 30 characters.

    One letter in twelve may be misread there: it would be no sign of a changed card.
    """
    full, cut = sorted((words(left), words(right)), key=lambda name: -sum(map(len, name)))
    printed, zone = "".join(full), "".join(cut)
    if len(zone) + len(cut) >= MRZ_LINE:  # the fillers between and the double one: a full line
        printed = printed[: len(zone)]
    close = distance(printed, zone) <= len(printed) // 12
    return _Agreement.LIKE if close else _Agreement.DIFFERENT


def _like_text(left: list[str], right: list[str]) -> _Agreement:
    """Equal without diacritics, but for one letter in ten misread; digits are read surely."""
    a, b = "".join(left), "".join(right)
    if [sign for sign in a if sign.isdigit()] != [sign for sign in b if sign.isdigit()]:
        return _Agreement.DIFFERENT
    close = distance(a, b) <= max(len(a), len(b)) // 10
    return _Agreement.LIKE if close else _Agreement.DIFFERENT
