"""The rules between the fields of one document: what cannot be true at the same time.

Sources: Circular 59/2021/TT-BCA (the number says sex and year of birth), Law on Identity 2023
article 21 (a card runs out on a birthday of change), the years in which each card came into being.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from ekyc.domain import citizen
from ekyc.domain.document import CITIZEN_CARDS, Kind

OLDEST_YEARS: Final = 120
FIRST_ISSUE: Final = {
    Kind.CCCD_2016: date(2016, 1, 1),  # Circular 61/2015/TT-BCA
    Kind.CCCD_2021: date(2021, 1, 1),  # Circular 06/2021/TT-BCA took effect in that month
    Kind.CAN_CUOC_2024: date(2024, 7, 1),  # Circular 16/2024/TT-BCA
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A rule that is not kept: told at `field`, under `code` of the `errors` catalogue.

    `between`: every field the rule speaks about; any of them may be the wrong one.
    """

    field: str
    code: str
    between: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The fields that stand by themselves, as values."""

    kind: Kind
    number: citizen.CitizenNumber | None
    sex: str | None
    birth: date | None
    issue: date | None
    expiry: date | None
    forever: bool

    @classmethod
    def of(cls, kind: Kind, values: Mapping[str, str]) -> Self:
        """From fields in their normal form; dates that are none are left out."""

        def day(name: str) -> date | None:
            text = values.get(name, "")
            return date.fromisoformat(text) if citizen.iso_date(text) == text else None

        card = kind in CITIZEN_CARDS
        return cls(
            kind=kind,
            number=citizen.citizen_number(values.get("number", "")) if card else None,
            sex=values.get("sex"),
            birth=day("birth_date"),
            issue=day("issue_date"),
            expiry=day("expiry_date"),
            forever=values.get("expiry_date") == citizen.NO_EXPIRY,
        )


def contradictions(facts: Facts) -> list[Broken]:
    """What cannot be true together, whatever day it is."""
    return [broken for rule in _RULES if (broken := rule(facts))]


def untimely(facts: Facts, today: date) -> list[Broken]:
    """What cannot be, or does not count, on this day."""
    found = []
    if facts.birth and not (
        facts.birth <= today and citizen.age_on(facts.birth, today) <= OLDEST_YEARS
    ):
        found.append(_broken("birth_date", "birth-impossible"))
    if facts.issue and facts.issue > today:
        found.append(_broken("issue_date", "issue-future"))
    if facts.expiry and facts.expiry < today and not _expiry_before_issue(facts):
        found.append(_broken("expiry_date", "document-expired"))
    return found


def _broken(field: str, code: str, *others: str) -> Broken:
    return Broken(field=field, code=code, between=frozenset({field, *others}))


def _issue_before_birth(facts: Facts) -> Broken | None:
    early = facts.issue and facts.birth and facts.issue <= facts.birth
    return _broken("issue_date", "issue-before-birth", "birth_date") if early else None


def _expiry_before_issue(facts: Facts) -> Broken | None:
    early = facts.expiry and facts.issue and facts.expiry <= facts.issue
    return _broken("expiry_date", "expiry-before-issue", "issue_date") if early else None


def _birth_of_number(facts: Facts) -> Broken | None:
    differs = facts.number and facts.birth and facts.birth.year != facts.number.birth_year
    return _broken("birth_date", "number-birth", "number") if differs else None


def _sex_of_number(facts: Facts) -> Broken | None:
    differs = facts.number and facts.sex and facts.sex != facts.number.sex
    return _broken("sex", "number-sex", "number") if differs else None


def _first_issue(facts: Facts) -> Broken | None:
    first = FIRST_ISSUE.get(facts.kind)
    if first is None or facts.issue is None or facts.issue >= first:
        return None
    chip = facts.kind is Kind.CCCD_2021
    return _broken("issue_date", "issue-before-chip" if chip else "issue-before-kind")


def _change_day(facts: Facts) -> Broken | None:
    """A card runs out on a birthday of change, or never when issued late in life."""
    if facts.birth is None or facts.kind not in CITIZEN_CARDS:
        return None
    if facts.expiry is not None:
        fits = citizen.is_change_day(facts.birth, facts.expiry)
        return None if fits else _broken("expiry_date", "expiry-birthday", "birth_date")
    if facts.forever and facts.issue is not None:
        late = citizen.age_on(facts.birth, facts.issue) >= citizen.NO_EXPIRY_FROM_AGE
        broken = _broken("expiry_date", "expiry-needed", "birth_date", "issue_date")
        return None if late else broken
    return None


_RULES: Final[tuple[Callable[[Facts], Broken | None], ...]] = (
    _issue_before_birth,
    _expiry_before_issue,
    _birth_of_number,
    _sex_of_number,
    _first_issue,
    _change_day,
)
