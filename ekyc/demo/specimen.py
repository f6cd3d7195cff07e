"""Invented people with impossible numbers: who the drawn documents belong to.

Every Vietnamese number starts with province code 000, which nobody has; every foreign document is
of Utopia (UTO), the country ICAO keeps for specimens.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from ekyc.demo import zones
from ekyc.demo.words import (
    CITIES,
    COMMUNES,
    DISTRICTS,
    GIVEN,
    MARKS,
    MERGED,
    MIDDLE,
    STREETS,
    SURNAMES,
    UTOPIAN,
    WARDS,
)
from ekyc.domain import citizen, mrz
from ekyc.domain.document import Kind
from ekyc.domain.names import composed

TODAY: Final = date(2026, 11, 21)
VIETNAM: Final = "Việt Nam"
UTOPIA: Final = "UTO"
MERGER: Final = date(2025, 7, 1)


class Design(StrEnum):
    """What can be drawn. A kind's usual design has the kind's name."""

    CHIP_2021 = Kind.CCCD_2021.value
    IDENTITY_2024 = Kind.CAN_CUOC_2024.value
    BARCODE_2016 = Kind.CCCD_2016.value
    CMND = Kind.CMND.value
    CMND_12 = "cmnd-12"
    PASSPORT = Kind.PASSPORT.value
    PASSPORT_UTO = "passport-uto"
    LICENCE = Kind.GPLX.value
    RESIDENCE = Kind.MRZ_ONLY.value
    RESIDENCE_TD2 = "mrz-only-td2"

    @property
    def kind(self) -> Kind:
        """What the reader calls it."""
        return _KINDS.get(self) or Kind(self.value)

    @property
    def is_two_sided(self) -> bool:
        """Whether the other side says anything: not of a passport's data page or a TD2 card."""
        return self not in {Design.PASSPORT, Design.PASSPORT_UTO, Design.RESIDENCE_TD2}


_KINDS: Final = {
    Design.CMND_12: Kind.CMND,
    Design.PASSPORT_UTO: Kind.PASSPORT,
    Design.RESIDENCE_TD2: Kind.MRZ_ONLY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """A person and what stands on the document.

    `expiry` None: good for life, or (CMND) none printed. `birth_place` is where a birth is
    registered, on a passport the place of birth. `personal` is the citizen number of a passport,
    `licence_class` what may be driven.
    """

    design: Design
    number: str
    old_number: str
    full_name: str
    birth: date
    sex: str
    nationality: str = VIETNAM
    origin: str = ""
    residence: str = ""
    issue: date
    expiry: date | None
    mark: str = ""
    birth_place: str = ""
    personal: str = ""
    licence_class: str = ""

    @property
    def kind(self) -> Kind:
        """What the reader calls it."""
        return self.design.kind

    @property
    def until(self) -> str:
        """The date of expiry as printed."""
        return f"{self.expiry:%d/%m/%Y}" if self.expiry else "Không thời hạn"

    @property
    def sex_word(self) -> str:
        """As printed on Vietnamese cards."""
        return "Nam" if self.sex == "M" else "Nữ"

    @property
    def fields(self) -> Mapping[str, str]:
        """The truth, in the fields and forms of `domain.document`: what this document says."""
        said = {
            "number": self.number,
            "full_name": self.full_name,
            "birth_date": self.birth.isoformat(),
            "sex": self.sex,
            "nationality": self.nationality,
            "origin": self.origin,
            "birth_place": self.birth_place,
            "residence": self.residence,
            "licence_class": self.licence_class,
            "issue_date": self.issue.isoformat(),
            "expiry_date": self.expiry.isoformat() if self.expiry else citizen.NO_EXPIRY,
        }
        silent = _SILENT.get(self.design, frozenset())
        return {name: said for name, said in said.items() if said and name not in silent}

    @property
    def qr_text(self) -> str:
        """What the QR code says; of a driving licence's no form is published, so: its number."""
        if self.design is Design.LICENCE:
            return self.number
        sex = self.sex_word
        text = (
            f"{self.number}|{self.old_number}|{self.full_name.title()}|{self.birth:%d%m%Y}|{sex}"
            f"|{self.residence}|{self.issue:%d%m%Y}"
        )
        # Parents' names (children's cards) and a cancelled number follow; an adult has neither.
        return text + "|||" if self.design is Design.IDENTITY_2024 else text

    @property
    def mrz_lines(self) -> tuple[str, ...]:
        """What the machine-readable zone says; nothing where a design has none."""
        write = _ZONES.get(self.design)
        return write(self) if write else ()


_SILENT: Final[Mapping[Design, frozenset[str]]] = {
    Design.CMND: frozenset({"sex", "nationality", "expiry_date"}),
    Design.CMND_12: frozenset({"sex", "nationality", "expiry_date"}),
    Design.LICENCE: frozenset({"sex"}),
    Design.RESIDENCE: frozenset({"issue_date"}),
    Design.RESIDENCE_TD2: frozenset({"issue_date"}),
}
"""Fields a person has and the document does not print."""


def _vietnamese_card(person: Specimen) -> tuple[str, ...]:
    return mrz.vietnamese_card(
        number=person.number,
        full_name=person.full_name,
        birth=person.birth,
        sex=person.sex,
        expiry=person.expiry,
    )


def _zone(form: Callable[..., tuple[str, ...]], kind: str) -> Callable[[Specimen], tuple[str, ...]]:
    def write(person: Specimen) -> tuple[str, ...]:
        assert person.expiry is not None  # travel documents and residence cards run out
        return form(
            kind=kind,
            issuer=mrz.VIETNAM if person.nationality == VIETNAM else UTOPIA,
            number=person.number,
            full_name=person.full_name,
            birth=person.birth,
            sex=person.sex,
            expiry=person.expiry,
            optional=person.personal,
        )

    return write


_ZONES: Final[Mapping[Design, Callable[[Specimen], tuple[str, ...]]]] = {
    Design.CHIP_2021: _vietnamese_card,
    Design.IDENTITY_2024: _vietnamese_card,
    Design.PASSPORT: _zone(zones.td3, "P"),
    Design.PASSPORT_UTO: _zone(zones.td3, "P"),
    Design.RESIDENCE: _zone(zones.td1, "IR"),
    Design.RESIDENCE_TD2: _zone(zones.td2, "I"),
}


def a_specimen(
    seed: int, *, kind: Kind | Design = Design.CHIP_2021, today: date = TODAY
) -> Specimen:
    """The person of this seed, always the same; their document is still good on `today`."""
    design = Design(kind.value)
    # The 2021 card came first: its people stay who they were.
    chance = random.Random(f"specimen {seed}" + ("" if design is Design.CHIP_2021 else design))
    while True:
        person = _INVENTED[design](chance, design)
        if person.expiry is None or person.expiry > today:
            return person


FIRST_ISSUE: Final = date(2021, 3, 1)
LAST_ISSUE: Final = date(2024, 6, 30)  # from the next day on, another design is issued


def _between(chance: random.Random, first: date, last: date) -> date:
    return first + timedelta(days=chance.randrange((last - first).days))


def _born(chance: random.Random, years: tuple[int, int] = (1950, 2006)) -> date:
    return date(chance.randint(*years), chance.randint(1, 12), chance.randint(1, 28))


def _number(chance: random.Random, birth: date, sex: str) -> str:
    century = 2 * (birth.year // 100 - 19) + (sex == "F")
    return f"{citizen.SPECIMEN}{century}{birth:%y}{chance.randrange(10**6):06d}"


def _chip_card(chance: random.Random, design: Design) -> Specimen:
    sex = chance.choice("MF")
    birth = _born(chance)
    issue = _between(chance, FIRST_ISSUE, LAST_ISSUE)
    return Specimen(
        design=design,
        number=_number(chance, birth, sex),
        old_number=f"{citizen.SPECIMEN}{chance.randrange(10**6):06d}"
        if chance.random() < 0.7
        else "",
        full_name=_name(chance, sex),
        birth=birth,
        sex=sex,
        origin=", ".join(chance.choice(places) for places in (WARDS, DISTRICTS, CITIES)),
        residence=", ".join(
            chance.choice(places) for places in (STREETS, WARDS, DISTRICTS, CITIES)
        ),
        issue=issue,
        expiry=citizen.expiry(birth, issue),
        mark=chance.choice(MARKS),
    )


def _citizen(
    chance: random.Random, design: Design, first: date, last: date, years: tuple[int, int]
) -> Specimen:
    """A Vietnamese person whose document was issued between two days."""
    sex = chance.choice("MF")
    birth, issue = _born(chance, years), _between(chance, first, last)
    home = chance.choice(COMMUNES if issue < MERGER else MERGED)
    return Specimen(
        design=design,
        number=_number(chance, birth, sex),
        old_number=f"{citizen.SPECIMEN}{chance.randrange(10**6):06d}",
        full_name=_name(chance, sex),
        birth=birth,
        sex=sex,
        origin=chance.choice(COMMUNES),
        residence=f"{chance.choice(STREETS)}, {home}",
        issue=issue,
        expiry=citizen.expiry(birth, issue),
        mark=chance.choice(MARKS),
    )


def _identity_card(chance: random.Random, design: Design) -> Specimen:
    from_ = _citizen(chance, design, date(2024, 7, 1), date(2026, 10, 1), (1950, 2010))
    return replace(from_, origin="", mark="", birth_place=chance.choice(COMMUNES))


def _barcode_card(chance: random.Random, design: Design) -> Specimen:
    person = _citizen(chance, design, date(2016, 1, 4), date(2021, 2, 1), (1950, 1999))
    return replace(person, old_number="")


def _old_card(chance: random.Random, design: Design) -> Specimen:
    person = _citizen(chance, design, date(2012, 1, 1), date(2019, 12, 1), (1940, 1995))
    number = person.old_number if design is Design.CMND else person.number
    return replace(person, number=number, old_number="", expiry=None)


def _licence(chance: random.Random, design: Design) -> Specimen:
    person = _citizen(chance, design, date(2019, 1, 1), date(2026, 6, 1), (1960, 2004))
    licence_class, years = chance.choice([("A1", 0), ("A", 0), ("B2", 10), ("B", 10), ("C", 5)])
    return replace(
        person,
        number=f"{citizen.SPECIMEN}{chance.randrange(10**9):09d}",
        old_number="",
        origin="",
        mark="",
        licence_class=licence_class,
        expiry=_years_later(person.issue, years) if years else None,
    )


def _passport(chance: random.Random, design: Design) -> Specimen:
    person = _citizen(chance, design, date(2019, 1, 1), date(2026, 10, 1), (1950, 2005))
    return replace(
        person,
        number=f"SP{chance.randrange(10**7):07d}",  # two letters: no series of genuine ones
        old_number="",
        personal=person.number,
        origin="",
        residence="",
        mark="",
        birth_place=chance.choice(CITIES),
        expiry=_years_later(person.issue, 10),
    )


def _utopian(chance: random.Random, design: Design) -> Specimen:
    surnames, given = UTOPIAN
    birth = _born(chance)
    issue = _between(chance, date(2019, 1, 1), date(2026, 10, 1))
    return Specimen(
        design=design,
        number=f"{chance.choice('DLX')}{chance.randrange(10**8):08d}",
        old_number="",
        full_name=f"{chance.choice(surnames)} {chance.choice(given)}",
        birth=birth,
        sex=chance.choice("MF"),
        nationality=UTOPIA,
        issue=issue,
        expiry=_years_later(issue, 10 if design is Design.PASSPORT_UTO else 5),
        birth_place="ZENITH" if design is Design.PASSPORT_UTO else "",
    )


_INVENTED: Final[Mapping[Design, Callable[[random.Random, Design], Specimen]]] = {
    Design.CHIP_2021: _chip_card,
    Design.IDENTITY_2024: _identity_card,
    Design.BARCODE_2016: _barcode_card,
    Design.CMND: _old_card,
    Design.CMND_12: _old_card,
    Design.PASSPORT: _passport,
    Design.PASSPORT_UTO: _utopian,
    Design.LICENCE: _licence,
    Design.RESIDENCE: _utopian,
    Design.RESIDENCE_TD2: _utopian,
}


def _years_later(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28))


def _name(chance: random.Random, sex: str) -> str:
    middle = [chance.choice(MIDDLE[sex])]
    if chance.random() < 0.35:
        middle.append(chance.choice(GIVEN[sex]))
    parts = [chance.choice(SURNAMES), *middle, chance.choice(GIVEN[sex])]
    return composed(" ".join(parts)).upper()
