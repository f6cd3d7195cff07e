"""Machine-readable zones: ICAO 9303 TD1, TD2, TD3, MRV-A and MRV-B, and the Vietnamese TD1.

The Vietnamese card (TD1) gives the last nine digits of the number as document number, all twelve as
optional data, and behind them a check digit of the optional data that ICAO does not ask for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

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
    """The sizes of travel and identity documents and of visas."""

    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"
    MRV_A = "MRV-A"
    MRV_B = "MRV-B"


Place = tuple[int, int]
"""Line and column of one sign."""

Span = tuple[int, int, int]
"""Line, first column, column behind the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where everything stands (ICAO 9303-4 to -7); a check digit stands behind what it checks.

    `kinds`: the letters a zone may begin with; `composite`: what the last digit of the zone checks.
    """

    length: int
    rows: int
    kinds: str
    number: Span
    birth: Span
    sex: Place
    expiry: Span
    nationality: Span
    names: Span
    optional: tuple[Span, ...]
    checked_optional: Span | None = None
    composite: tuple[Span, ...] = ()


def _two_lines(
    length: int,
    kinds: str,
    *,
    end: int,
    checked: Span | None = None,
    composite: tuple[Span, ...] = (),
) -> Layout:
    return Layout(
        length=length,
        rows=2,
        kinds=kinds,
        number=(1, 0, 9),
        birth=(1, 13, 19),
        sex=(1, 20),
        expiry=(1, 21, 27),
        nationality=(1, 10, 13),
        names=(0, 5, length),
        optional=((1, 28, end),),
        checked_optional=checked,
        composite=composite,
    )


ISSUER: Final[Span] = (0, 2, 5)
LAYOUTS: Final[Mapping[Format, Layout]] = {
    Format.TD1: Layout(
        length=30,
        rows=3,
        kinds="IAC",
        number=(0, 5, 14),
        birth=(1, 0, 6),
        sex=(1, 7),
        expiry=(1, 8, 14),
        nationality=(1, 15, 18),
        names=(2, 0, 30),
        optional=((0, 15, 30), (1, 18, 29)),
        composite=((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)),
    ),
    Format.TD2: _two_lines(36, "IAC", end=35, composite=((1, 0, 10), (1, 13, 20), (1, 21, 35))),
    Format.TD3: _two_lines(
        44,
        "P",
        end=42,
        checked=(1, 28, 42),
        composite=((1, 0, 10), (1, 13, 20), (1, 21, 43)),
    ),
    Format.MRV_A: _two_lines(44, "V", end=44),
    Format.MRV_B: _two_lines(36, "V", end=36),
}
VISA: Final = "V"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A check digit: what it is over, sign by sign, and where it stands."""

    name: str
    over: tuple[Place, ...]
    digit: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Mrz:
    """A zone taken apart; texts are as printed, without trailing fillers. Dates are YYMMDD."""

    format: Format
    lines: tuple[str, ...]
    code: str
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

    @property
    def valid(self) -> bool:
        """Every check digit, and every other rule, is kept."""
        return all(self.checks.values())

    @property
    def is_vietnamese_card(self) -> bool:
        """A TD1 whose optional data is a citizen number."""
        return "long number" in self.checks


def check_digit(text: str) -> str:
    """ICAO 9303-3 §4.9: weights 7, 3, 1; digits count as they are, A = 10 … Z = 35, filler 0."""
    return str(sum(value_of(sign) * WEIGHTS[n % 3] for n, sign in enumerate(text)) % 10)


WEIGHTS: Final = (7, 3, 1)


def value_of(sign: str) -> int:
    """What a sign counts in a sum."""
    return 0 if sign == FILLER else int(sign, 36)


def format_of(lines: Sequence[str]) -> Format | None:
    """The format these lines have the size of; visas begin with V."""
    sizes = [len(line) for line in lines]
    for format_, layout in LAYOUTS.items():
        is_visa = layout.kinds == VISA
        if sizes == [layout.length] * layout.rows and is_visa == lines[0].startswith(VISA):
            return format_
    return None


def text_at(lines: Sequence[str], span: Span) -> str:
    """The signs of a span."""
    row, start, end = span
    return lines[row][start:end]


def places_of(span: Span) -> tuple[Place, ...]:
    """The places of a span."""
    row, start, end = span
    return tuple((row, column) for column in range(start, end))


def sums_of(format_: Format, lines: Sequence[str]) -> tuple[Sum, ...]:
    """Every check digit of this zone."""
    layout = LAYOUTS[format_]
    sums = [
        _number_sum(format_, lines),
        _behind("birth", layout.birth),
        _behind("expiry", layout.expiry),
    ]
    if layout.checked_optional:
        sums.append(_behind("optional", layout.checked_optional))
    elif _is_vietnamese(format_, lines):
        sums.append(_behind("optional", (0, 15, 29)))
    if layout.composite:
        over = tuple(place for span in layout.composite for place in places_of(span))
        sums.append(Sum(name="composite", over=over, digit=(1, layout.length - 1)))
    return tuple(sums)


def _behind(name: str, span: Span) -> Sum:
    row, _, end = span
    return Sum(name=name, over=places_of(span), digit=(row, end))


def _number_sum(format_: Format, lines: Sequence[str]) -> Sum:
    """A longer number goes on in the optional data, its check digit behind it (9303-5, -6)."""
    layout = LAYOUTS[format_]
    more = len(_rest(format_, lines)) - 1
    if more < 1:
        return _behind("number", layout.number)
    start = layout.optional[0][1]
    row = layout.number[0]
    over = places_of(layout.number) + places_of((row, start, start + more))
    return Sum(name="number", over=over, digit=(row, start + more))


def _rest(format_: Format, lines: Sequence[str]) -> str:
    """What follows the ninth sign of a long number, check digit included; else nothing."""
    layout = LAYOUTS[format_]
    row, _, end = layout.number
    if format_ not in (Format.TD1, Format.TD2) or lines[row][end] != FILLER:
        return ""
    return text_at(lines, layout.optional[0]).partition(FILLER)[0]


def _is_vietnamese(format_: Format, lines: Sequence[str]) -> bool:
    return (
        format_ is Format.TD1
        and text_at(lines, ISSUER) == VIETNAM
        and citizen_number(lines[0][15:27]) is not None
    )


def parse(lines: Sequence[str]) -> Mrz | None:
    """The zone these lines are; nothing when they have no format's size or signs of no alphabet.

    A zone whose check digits fail is returned all the same: `valid` says so.
    """
    format_ = format_of(lines)
    if format_ is None or not set("".join(lines)) <= set(ALPHABET):
        return None
    layout = LAYOUTS[format_]
    number, optional = _number(format_, lines)
    surname, given_names = _names(text_at(lines, layout.names))
    return Mrz(
        format=format_,
        lines=tuple(lines),
        code=lines[0][:2].rstrip(FILLER),
        issuer=text_at(lines, ISSUER).strip(FILLER),
        number=number,
        nationality=text_at(lines, layout.nationality).strip(FILLER),
        birth=text_at(lines, layout.birth),
        sex=lines[layout.sex[0]][layout.sex[1]],
        expiry=text_at(lines, layout.expiry),
        surname=surname,
        given_names=given_names,
        optional=optional,
        checks=_checks(format_, lines),
    )


def _number(format_: Format, lines: Sequence[str]) -> tuple[str, str]:
    """The whole number, and the optional data without what belongs to it."""
    layout = LAYOUTS[format_]
    optional = "".join(text_at(lines, span) for span in layout.optional)
    if _is_vietnamese(format_, lines):
        return lines[0][15:27], (lines[0][27:29] + lines[1][18:29]).strip(FILLER)
    rest = _rest(format_, lines)
    number = text_at(lines, layout.number).rstrip(FILLER) + rest[:-1]
    return number, optional[len(rest) :].strip(FILLER)


def _checks(format_: Format, lines: Sequence[str]) -> dict[str, bool]:
    layout = LAYOUTS[format_]
    checks = {sum_.name: _is_right(sum_, lines) for sum_ in sums_of(format_, lines)}
    if _is_vietnamese(format_, lines):
        checks["long number"] = lines[0][18:27] == lines[0][5:14]
    dates = (text_at(lines, layout.birth), text_at(lines, layout.expiry))
    checks["dates"] = all(map(_is_date, dates))
    checks["sex"] = lines[layout.sex[0]][layout.sex[1]] in "MF<"
    # Fillers alone would satisfy every sum.
    checks["kind"] = lines[0][0] in LETTERS and lines[0][2] in LETTERS
    checks["filled"] = bool(text_at(lines, layout.number).strip(FILLER)) and (
        text_at(lines, layout.names)[0] in LETTERS
    )
    return checks


def _is_right(sum_: Sum, lines: Sequence[str]) -> bool:
    """TD3 may leave the check digit of empty optional data empty too."""
    text = "".join(lines[row][column] for row, column in sum_.over)
    row, column = sum_.digit
    empty = sum_.name == "optional" and not text.strip(FILLER) and lines[row][column] == FILLER
    return empty or lines[row][column] == check_digit(text)


def _names(text: str) -> tuple[str, str]:
    surname, _, given = text.rstrip(FILLER).partition(FILLER * 2)
    return surname.replace(FILLER, " ").strip(), " ".join(given.replace(FILLER, " ").split())


def _is_date(text: str) -> bool:
    """A month and a day that exist; unknown parts of a date of birth are fillers."""
    year, month, day = (text[at : at + 2] for at in (0, 2, 4))
    parts = [year, month.replace(FILLER, "1"), day.replace(FILLER, "1")]
    if not "".join(parts).replace(FILLER, "0").isdigit():
        return False
    return 1 <= int(parts[1]) <= 12 and 1 <= int(parts[2]) <= 31


def fields(zone: Mrz, *, today: date | None = None) -> dict[str, str]:
    """What the zone says, in the fields and forms of `domain.document`.

    `today` tells centuries apart: nobody is born after it.
    """
    said = {
        "number": zone.number,
        "full_name": f"{zone.surname} {zone.given_names}".strip(),
        "birth_date": _iso(zone.birth, _birth_century(zone, today)),
        "sex": zone.sex if zone.sex in "MF" else "",
        "nationality": NATION if zone.nationality == VIETNAM else zone.nationality,
        "expiry_date": _iso(zone.expiry, 2000),
    }
    if zone.is_vietnamese_card and zone.expiry == NO_EXPIRY_DATE:
        said["expiry_date"] = NO_EXPIRY
    return {name: value for name, value in said.items() if value}


def _birth_century(zone: Mrz, today: date | None) -> int:
    """The citizen number says it; elsewhere a person is born before the document runs out."""
    number = citizen_number(zone.number)
    if zone.is_vietnamese_card and number:
        return number.birth_year // 100 * 100
    born = _iso(zone.birth, 2000)
    is_past = today is None or born <= today.isoformat()
    return 2000 if is_past and zone.birth[:2] < zone.expiry[:2] else 1900


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
