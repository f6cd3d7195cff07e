"""Flags: what on a file wants a second look. A flag decides nothing: a person does."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from ekyc.domain import citizen
from ekyc.domain.chip import ChipReason, ChipState, KeptChip
from ekyc.domain.comparison import MACHINE, Comparison, Conflict
from ekyc.domain.document import Source, normalised
from ekyc.domain.names import words

NUMBERS: Final = ("number", "personal_number")
"""Fields that name one person: the document's number and the holder's own."""


class FlagCode(StrEnum):
    """What was noticed, the gravest first; its sentence is `flag.<code>` in the catalogue."""

    CHIP_REFUSED = "chip-not-authentic"
    SPECIMEN = "number-specimen"
    NUMBER_ELSEWHERE = "number-elsewhere"
    NUMBER_AGAIN = "number-again"
    SOURCES_DIFFER = "sources-differ"
    FIELD_EDITED = "field-edited"
    EXPIRED = "document-expired"
    EXPIRES_SOON = "expires-soon"
    UNDER_AGE = "under-age"
    CHIP_UNCHECKED = "chip-unchecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another application that shows the same number."""

    id: str
    reference: str
    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One thing noticed; `values` fill the sentence's placeholders, `others` are its files."""

    code: FlagCode
    field: str | None = None
    source: Source | None = None
    reason: ChipReason | None = None
    values: Mapping[str, int] = dataclasses.field(default_factory=dict)
    others: Sequence[Other] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the bank set: the age of a contract of one's own, and the days before an expiry."""

    adult_years: int
    expiring_days: int
    demo: bool


def raised(
    form: Comparison,
    *,
    external_id: str,
    others: Sequence[Other],
    limits: Limits,
    today: date,
    chip: KeptChip | None = None,
) -> tuple[Flag, ...]:
    """Every flag of a file on a day, the gravest first.

    `others` are the applications with a number of this one; `external_id` is the CRM's own name
    for the customer, by which it is told whether somebody else shows the number.
    """
    found = [
        *_of_the_number(form, external_id, others, limits),
        *_of_the_sources(form.conflicts),
        *_of_the_days(form, limits, today),
        *_of_the_chip(chip),
    ]
    return tuple(sorted(found, key=lambda flag: list(FlagCode).index(flag.code)))


def numbers(form: Comparison) -> frozenset[str]:
    """Every number this file shows: the one in force, and those a machine read."""
    return frozenset(
        normalised("number", value)
        for name in NUMBERS
        if name in form.fields
        for value in _told(form, name)
    )


def _told(form: Comparison, name: str) -> set[str]:
    field = form.fields[name]
    read = {value for source, value in field.sources.items() if source in MACHINE}
    return {*read, field.value} - {""}


def _of_the_number(
    form: Comparison, external_id: str, others: Sequence[Other], limits: Limits
) -> Iterator[Flag]:
    if not limits.demo and any(citizen.is_specimen(number) for number in numbers(form)):
        yield Flag(code=FlagCode.SPECIMEN, field="number")
    elsewhere = tuple(other for other in others if other.external_id != external_id)
    again = tuple(other for other in others if other.external_id == external_id)
    for code, files in ((FlagCode.NUMBER_ELSEWHERE, elsewhere), (FlagCode.NUMBER_AGAIN, again)):
        if files:
            yield Flag(code=code, field="number", values={"count": len(files)}, others=files)


def _of_the_sources(conflicts: Sequence[Conflict]) -> Iterator[Flag]:
    """Machines disagree, or the customer with a machine; print may well be misread."""
    for conflict in conflicts:
        if conflict.signal:
            yield Flag(code=FlagCode.SOURCES_DIFFER, field=conflict.field)
        if source := _overruled(conflict):
            yield Flag(code=FlagCode.FIELD_EDITED, field=conflict.field, source=source)


def _overruled(conflict: Conflict) -> Source | None:
    """The machine-readable source that says something else than the customer wrote."""
    typed = conflict.sources.get(Source.TYPED)
    said = ((source, conflict.sources.get(source)) for source in Source if source in MACHINE)
    differing = [
        s for s, read in said if typed and read and not _alike(conflict.field, typed, read)
    ]
    return differing[0] if differing else None


def _alike(name: str, left: str, right: str) -> bool:
    if name == "full_name":
        return words(left) == words(right)
    return normalised(name, left).casefold() == normalised(name, right).casefold()


def _of_the_days(form: Comparison, limits: Limits, today: date) -> Iterator[Flag]:
    until, born = _day(form, "expiry_date"), _day(form, "birth_date")
    if until is not None:
        left = (until - today).days
        if left < 0:
            yield Flag(code=FlagCode.EXPIRED, field="expiry_date", values={"days": -left})
        elif left <= limits.expiring_days:
            yield Flag(code=FlagCode.EXPIRES_SOON, field="expiry_date", values={"days": left})
    if born is not None and born <= today:
        age = citizen.age_on(born, today)
        if age < limits.adult_years:
            values = {"age": age, "years": limits.adult_years}
            yield Flag(code=FlagCode.UNDER_AGE, field="birth_date", values=values)


def _of_the_chip(chip: KeptChip | None) -> Iterator[Flag]:
    codes = {ChipState.REFUSED: FlagCode.CHIP_REFUSED, ChipState.UNCHECKED: FlagCode.CHIP_UNCHECKED}
    if chip is not None and chip.state in codes:
        yield Flag(code=codes[chip.state], reason=chip.reason)


def _day(form: Comparison, name: str) -> date | None:
    field = form.fields.get(name)
    iso = citizen.iso_date(field.value) if field else None
    return date.fromisoformat(iso) if iso else None
