"""The citizen number, how long a card lives, and what its QR code says.

Sources: Circular 59/2021/TT-BCA (number), Law on Identity 2023 article 21 (ages at which a card is
changed), Circular 06/2021/TT-BCA (the chip card). The number has no check digit.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

SPECIMEN: Final = "000"
"""A province code nobody has: every drawn card carries it."""

NATION: Final = "Việt Nam"
"""As it is printed."""

# fmt: off
PROVINCES: Final = frozenset(
    {
        1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34,
        35, 36, 37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66,
        67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95,
        96,
    }
)
# fmt: on
"""The 63 provinces of the circular's annex I; numbers given keep them after the merger of 2025."""

ABROAD: Final = 100
"""Codes from here on name the country of birth (annex II); they are not checked one by one."""

CHANGE_AGES: Final = (14, 25, 40, 60)
NO_EXPIRY: Final = "none"
NO_EXPIRY_FROM_AGE: Final = 58
"""A card issued within two years before the last change is good for life."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenNumber:
    """Twelve digits, taken apart."""

    text: str
    province: str
    sex: str
    birth_year: int

    @property
    def is_specimen(self) -> bool:
        """Drawn, nobody's."""
        return self.province == SPECIMEN

    @property
    def is_known_place(self) -> bool:
        """The code names a province of Vietnam or a country abroad."""
        return int(self.province) in PROVINCES or int(self.province) > ABROAD


def citizen_number(text: str) -> CitizenNumber | None:
    """The number's parts, or nothing when these are not twelve digits."""
    if not re.fullmatch(r"[0-9]{12}", text):
        return None
    century = 1900 + 100 * (int(text[3]) // 2)
    return CitizenNumber(
        text=text,
        province=text[:3],
        sex="F" if int(text[3]) % 2 else "M",
        birth_year=century + int(text[4:6]),
    )


def is_specimen(number: str) -> bool:
    """Twelve digits of the province nobody has."""
    found = citizen_number(number)
    return found is not None and found.is_specimen


def birthday(birth: date, age: int) -> frozenset[date]:
    """The day a person turns `age`; a leap day's child may be given either neighbour."""
    year = birth.year + age
    try:
        return frozenset({birth.replace(year=year)})
    except ValueError:
        return frozenset({date(year, 2, 28), date(year, 3, 1)})


def age_on(birth: date, day: date) -> int:
    """Full years lived."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def expiry(birth: date, issue: date) -> date | None:
    """When a card issued on `issue` runs out; None = never.

    Article 21: on the 14th, 25th, 40th and 60th birthday, and the next one when issued within two
    years before.
    """
    age = age_on(birth, issue)
    following = [change for change in CHANGE_AGES if age < change - 2]
    return max(birthday(birth, following[0])) if following else None


def is_change_day(birth: date, day: date) -> bool:
    """Whether a card of this person can run out on `day`."""
    return any(day in birthday(birth, age) for age in CHANGE_AGES)


_DATE_FORMS: Final = (
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})",
    r"(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})",
    r"(?P<day>[0-9]{2})(?P<month>[0-9]{2})(?P<year>[0-9]{4})",
)


def iso_date(text: str) -> str | None:
    """`2/9/1985`, `02091985` or `1985-09-02` → `1985-09-02`; nothing when no such day exists."""
    for pattern in _DATE_FORMS:
        if found := re.fullmatch(pattern, text):
            return _iso(**{part: int(digits) for part, digits in found.groupdict().items()})
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def sex_letter(text: str) -> str | None:
    """`Nam` → M, `Nữ` → F, as on the card, in the QR code and in the MRZ."""
    return {"NAM": "M", "M": "M", "NỮ": "F", "NU": "F", "F": "F"}.get(text.strip().upper())


def read_qr(text: str) -> Mapping[str, str] | None:
    """The fields of a citizen card's QR code, by shape; nothing when it is some other code.

    The cards of 2021 say `number|old number|name|ddmmyyyy|Nam or Nữ|residence|ddmmyyyy`. Those of
    2024 append a cancelled number and, for a child, the parents' names; their order is not
    published, so each part is known by what it looks like. The print shows the name in capitals:
    that is the form given here.
    """
    parts = [part.strip() for part in text.split("|")]
    number = next((part for part in parts if citizen_number(part)), None)
    if len(parts) < FEWEST_PARTS or number is None:
        return None
    name, residence = _name_and_residence(parts)
    birth, issue = _days(parts)
    fields = {
        "number": number,
        "old_number": next((part for part in parts if _OLD_NUMBER.fullmatch(part)), ""),
        "full_name": name.upper(),
        "birth_date": birth,
        "sex": next(filter(None, map(sex_letter, parts)), ""),
        "residence": residence,
        "issue_date": issue,
    }
    return {name: value for name, value in fields.items() if value}


FEWEST_PARTS: Final = 7
_OLD_NUMBER: Final = re.compile(r"[0-9]{9}")


def _days(parts: Sequence[str]) -> tuple[str, str]:
    """Birth and issue; of one day alone its place tells which it is."""
    days = sorted(
        day for part in parts if re.fullmatch(r"[0-9]{8}", part) and (day := iso_date(part))
    )
    if len(days) > 1:
        return days[0], days[-1]
    only = next(iter(days), "")
    is_issue = only and iso_date(parts[FEWEST_PARTS - 1]) == only
    return ("", only) if is_issue else (only, "")


def _name_and_residence(parts: Sequence[str]) -> tuple[str, str]:
    """The first words, and of the following the first with a comma or a digit, as addresses have.

    Parents' names have neither; without any such part the words next to the name are taken.
    """
    words = [p for p in parts if any(map(str.isalpha, p)) and not sex_letter(p)]
    name, *others = words or [""]
    places = [p for p in others if "," in p or any(map(str.isdigit, p))]
    return name, next(iter(places or others), "")
