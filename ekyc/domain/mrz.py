"""Machine-readable zones: ICAO 9303 TD1, TD2 and TD3, their check digits, and the Vietnamese TD1.

The Vietnamese card (TD1) gives the last nine digits of the number as document number, all twelve as
optional data, and behind them a check digit of the optional data that ICAO does not ask for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import combinations, pairwise
from typing import Final, Self

from ekyc.domain.citizen import NATION, NO_EXPIRY, citizen_number
from ekyc.domain.names import folded

FILLER: Final = "<"
DIGITS: Final = "0123456789"
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALPHABET: Final = DIGITS + LETTERS + FILLER
VIETNAM: Final = "VNM"
NO_EXPIRY_DATE: Final = "991231"
"""How drawn cards write "no expiry"; the form on genuine cards is not verified."""


class Format(StrEnum):
    """The three sizes of travel and identity documents."""

    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"


# What may stand where (ICAO 9303-5, -6, -4): i kind of document, a letter or filler, l letter,
# x anything, d digit, c digit or filler, s sex, m and t the tens of a month and a day, n a name.
_DATE: Final = "ddmdtd"
PATTERNS: Final[Mapping[Format, tuple[str, ...]]] = {
    Format.TD1: (
        "ia" + "laa" + "x" * 9 + "c" + "x" * 15,
        _DATE + "d" + "s" + _DATE + "d" + "laa" + "x" * 11 + "d",
        "n" * 30,
    ),
    Format.TD2: (
        "ia" + "laa" + "n" * 31,
        "x" * 9 + "d" + "laa" + _DATE + "d" + "s" + _DATE + "d" + "x" * 7 + "d",
    ),
    Format.TD3: (
        "ia" + "laa" + "n" * 39,
        "x" * 9 + "d" + "laa" + _DATE + "d" + "s" + _DATE + "d" + "x" * 14 + "c" + "d",
    ),
}
# The number of a Vietnamese card is all digits, so the pattern is narrower than ICAO's.
VIETNAMESE: Final = (
    "ia" + "laa" + "d" * 9 + "d" + "d" * 12 + "<<" + "d",
    PATTERNS[Format.TD1][1],
    PATTERNS[Format.TD1][2],
)
ALLOWED: Final[Mapping[str, str]] = {
    "i": "IACP",
    "l": LETTERS,
    "a": LETTERS + FILLER,
    "n": LETTERS + FILLER,
    "x": ALPHABET,
    "d": DIGITS,
    "c": DIGITS + FILLER,
    "s": "MF<",
    "m": "01",
    "t": "0123",
    FILLER: FILLER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mrz:
    """A zone taken apart; texts are as printed, without trailing fillers. Dates are YYMMDD."""

    format: Format
    lines: tuple[str, ...]
    issuer: str
    number: str
    nationality: str
    birth: str
    sex: str
    expiry: str
    surname: str
    given_names: str
    optional: str
    checks: Mapping[str, bool]
    repaired: bool = False

    @property
    def valid(self) -> bool:
        """Every check digit, and every other rule, is kept."""
        return all(self.checks.values())

    @property
    def is_vietnamese_card(self) -> bool:
        """A TD1 whose optional data is a citizen number."""
        return self.format is Format.TD1 and self.issuer == VIETNAM and "long number" in self.checks


def check_digit(text: str) -> str:
    """ICAO 9303-3 §4.9: weights 7, 3, 1; digits count as they are, A = 10 … Z = 35, filler 0."""
    values = (0 if sign == FILLER else int(sign, 36) for sign in text)
    return str(sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10)


def format_of(lines: Sequence[str]) -> Format | None:
    """The format these lines have the size of."""
    for format_, pattern in PATTERNS.items():
        if [len(line) for line in lines] == [len(line) for line in pattern]:
            return format_
    return None


def parse(lines: Sequence[str]) -> Mrz | None:
    """The zone these lines are; nothing when they have no format's size or signs of no alphabet.

    A zone whose check digits fail is returned all the same: `valid` says so.
    """
    format_ = format_of(lines)
    if format_ is None or not set("".join(lines)) <= set(ALPHABET):
        return None
    return _td1(tuple(lines)) if format_ is Format.TD1 else _two_lines(format_, tuple(lines))


def _td1(lines: tuple[str, ...]) -> Mrz:
    first, second, third = lines
    surname, given_names = _names(third)
    number, optional = first[5:14], first[15:30]
    checks = {
        "kind": first[0] in LETTERS,
        "number": check_digit(number) == first[14],
        "birth": check_digit(second[:6]) == second[6],
        "expiry": check_digit(second[8:14]) == second[14],
        "composite": check_digit(first[5:30] + second[:7] + second[8:15] + second[18:29])
        == second[29],
        "dates": _is_date(second[:6]) and _is_date(second[8:14]),
        "sex": second[7] in "MF<",
    }
    if first[2:5] == VIETNAM and citizen_number(optional[:12]):
        checks["long number"] = optional[3:12] == number
        checks["optional"] = check_digit(optional[:14]) == optional[14]
        number, optional = optional[:12], optional[12:14]
    elif first[14] == FILLER:  # ICAO 9303-5: a longer number goes on in the optional data
        rest, optional = _split(optional)
        number = number + rest[:-1]
        checks["number"] = bool(rest) and check_digit(number) == rest[-1]
    return Mrz(
        format=Format.TD1,
        lines=lines,
        issuer=first[2:5].strip(FILLER),
        number=number.rstrip(FILLER),
        nationality=second[15:18].strip(FILLER),
        birth=second[:6],
        sex=second[7],
        expiry=second[8:14],
        surname=surname,
        given_names=given_names,
        optional=optional.strip(FILLER),
        checks=checks,
    )


def _split(optional: str) -> tuple[str, str]:
    rest, _, more = optional.partition(FILLER)
    return rest, more


def _two_lines(format_: Format, lines: tuple[str, ...]) -> Mrz:
    """TD2 and TD3 differ in length and in the check digit of TD3's personal number."""
    first, second = lines
    surname, given_names = _names(first[5:])
    end = len(second) - 1
    optional = second[28:end] if format_ is Format.TD2 else second[28:42]
    checks = {
        "kind": first[0] in LETTERS,
        "number": check_digit(second[:9]) == second[9],
        "birth": check_digit(second[13:19]) == second[19],
        "expiry": check_digit(second[21:27]) == second[27],
        "composite": check_digit(second[:10] + second[13:20] + second[21:end]) == second[end],
        "dates": _is_date(second[13:19]) and _is_date(second[21:27]),
        "sex": second[20] in "MF<",
    }
    if format_ is Format.TD3:
        empty = not optional.strip(FILLER) and second[42] == FILLER
        checks["optional"] = empty or check_digit(optional) == second[42]
    return Mrz(
        format=format_,
        lines=lines,
        issuer=first[2:5].strip(FILLER),
        number=second[:9].rstrip(FILLER),
        nationality=second[10:13].strip(FILLER),
        birth=second[13:19],
        sex=second[20],
        expiry=second[21:27],
        surname=surname,
        given_names=given_names,
        optional=optional.strip(FILLER),
        checks=checks,
    )


def _names(text: str) -> tuple[str, str]:
    surname, _, given = text.rstrip(FILLER).partition(FILLER * 2)
    return surname.replace(FILLER, " ").strip(), " ".join(given.replace(FILLER, " ").split())


def _is_date(text: str) -> bool:
    """A month and a day that exist; unknown parts of a date of birth are fillers."""
    month, day = text[2:4].replace(FILLER, "1"), text[4:6].replace(FILLER, "1")
    if not (month + day).isdigit():
        return False
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def fields(zone: Mrz) -> dict[str, str]:
    """What the zone says, in the fields and forms of `domain.document`."""
    said = {
        "number": zone.number,
        "full_name": f"{zone.surname} {zone.given_names}".strip(),
        "birth_date": _iso(zone.birth, _birth_century(zone)),
        "sex": zone.sex if zone.sex in "MF" else "",
        "nationality": NATION if zone.nationality == VIETNAM else zone.nationality,
        "expiry_date": _iso(zone.expiry, 2000),
    }
    if zone.is_vietnamese_card and zone.expiry == NO_EXPIRY_DATE:
        said["expiry_date"] = NO_EXPIRY
    return {name: value for name, value in said.items() if value}


def _birth_century(zone: Mrz) -> int:
    """The citizen number says it; elsewhere a person is born before the document runs out."""
    number = citizen_number(zone.number)
    if zone.is_vietnamese_card and number:
        return number.birth_year // 100 * 100
    return 2000 if zone.birth[:2] < zone.expiry[:2] else 1900


def _iso(yymmdd: str, century: int) -> str:
    try:
        year, month, day = (int(yymmdd[at : at + 2]) for at in (0, 2, 4))
        return date(century + year, month, day).isoformat()
    except ValueError:
        return ""


def vietnamese_card(
    *, number: str, full_name: str, birth: date, sex: str, expiry: date | None
) -> tuple[str, ...]:
    """The three lines of a Vietnamese card with these fields, all check digits right."""
    optional = f"{number}<<"
    first = f"IDVNM{number[3:]}{check_digit(number[3:])}{optional}{check_digit(optional)}"
    born = f"{birth:%y%m%d}"
    until = f"{expiry:%y%m%d}" if expiry else NO_EXPIRY_DATE
    second = f"{born}{check_digit(born)}{sex}{until}{check_digit(until)}{VIETNAM}{FILLER * 11}"
    composite = check_digit(first[5:30] + second[:7] + second[8:15] + second[18:29])
    surname, *given = folded(full_name).split()
    third = f"{surname}<<{'<'.join(given)}"
    return first, second + composite, third[:30].ljust(30, FILLER)


Cell = Mapping[str, float]
"""What one place may read: sign → log-probability."""

CLEAR: Final = 3.0
MAX_COST: Final = 2.0
MARGIN: Final = 1.0
"""Nats. A sign read this much more clearly than the others is never overruled; a repair may cost so
much likelihood and must beat the next one by the margin: without these guards 13 of 72 zones with
a misprinted digit came out "valid" (measured)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    row: int
    column: int
    sign: str
    cost: float

    def to(self, lines: Sequence[str]) -> list[str]:
        line = lines[self.row]
        changed = line[: self.column] + self.sign + line[self.column + 1 :]
        return [*lines[: self.row], changed, *lines[self.row + 1 :]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Repair:
    cost: float
    zone: Mrz

    @classmethod
    def of(cls, lines: Sequence[str], changes: Sequence[_Change]) -> Self | None:
        for change in changes:
            lines = change.to(lines)
        zone = parse(lines)
        cost = sum(change.cost for change in changes)
        return cls(cost=cost, zone=zone) if zone and zone.valid else None


def decode(cells: Sequence[Sequence[Cell]]) -> Mrz | None:
    """The zone that these readings of single places most likely are.

    First the best allowed sign of each place; when a check digit fails, the one or two cheapest
    changes that make all of them right, if no other repair is nearly as likely. Such a zone is
    flagged `repaired`: a person has to look. Nothing found: the plain reading, not valid.
    """
    plain = ["".join(max(cell, key=cell.__getitem__) for cell in row) for row in cells]
    format_ = format_of(plain)
    if format_ is None:
        return None
    patterns = [PATTERNS[format_]]
    if plain[0][2:5] == VIETNAM and format_ is Format.TD1:
        patterns.insert(0, VIETNAMESE)
    for pattern in patterns:
        lines = _allowed(cells, pattern)
        zone = parse(lines)
        if zone and zone.valid:
            return zone
        if repaired := _repaired(cells, lines, pattern):
            return repaired
    return parse(_allowed(cells, patterns[-1]))


def _allowed(cells: Sequence[Sequence[Cell]], pattern: Sequence[str]) -> list[str]:
    """The best sign of each place among those that may stand there, unless one is read clearly."""
    return [
        "".join(_sign(cell, ALLOWED[kind]) for cell, kind in zip(row, kinds, strict=True))
        for row, kinds in zip(cells, pattern, strict=True)
    ]


def _sign(cell: Cell, allowed: str) -> str:
    best = max(cell, key=cell.__getitem__)
    fitting = max((sign for sign in cell if sign in allowed), key=cell.__getitem__, default=best)
    return best if cell[best] - cell[fitting] > CLEAR else fitting


def _repaired(
    cells: Sequence[Sequence[Cell]], lines: Sequence[str], pattern: Sequence[str]
) -> Mrz | None:
    changes = sorted(_changes(cells, lines, pattern), key=lambda change: change.cost)[:12]
    tries = [*((change,) for change in changes), *combinations(changes, 2)]
    found = [repair for tried in tries if (repair := _Repair.of(lines, tried))]
    found.sort(key=lambda repair: repair.cost)
    if not found or found[0].cost > MAX_COST:
        return None
    if any(second.cost - first.cost < MARGIN for first, second in pairwise(found[:2])):
        return None
    return replace(found[0].zone, repaired=True)


def _changes(
    cells: Sequence[Sequence[Cell]], lines: Sequence[str], pattern: Sequence[str]
) -> Iterator[_Change]:
    """Each other sign a checked place may be, with the likelihood it costs; names are unchecked."""
    for row, (line, kinds) in enumerate(zip(lines, pattern, strict=True)):
        for column, (sign, kind) in enumerate(zip(line, kinds, strict=True)):
            cell = cells[row][column]
            for other, probability in cell.items():
                cost = cell[sign] - probability
                if other != sign and kind != "n" and other in ALLOWED[kind] and cost <= CLEAR:
                    yield _Change(row=row, column=column, sign=other, cost=cost)
