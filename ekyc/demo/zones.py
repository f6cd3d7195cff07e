"""Machine-readable zones as a printer writes them (ICAO 9303-4, -5, -6), all checks right."""

from datetime import date

from ekyc.domain.mrz import FILLER, check_digit
from ekyc.domain.names import folded


def td1(
    *,
    kind: str,
    issuer: str,
    number: str,
    full_name: str,
    birth: date,
    sex: str,
    expiry: date,
    optional: str,
) -> tuple[str, ...]:
    """Three lines of thirty."""
    first = f"{_kind(kind)}{issuer}{_checked(number, 9)}{_filled(optional, 15)}"
    dates = f"{_checked(f'{birth:%y%m%d}', 6)}{sex}{_checked(f'{expiry:%y%m%d}', 6)}"
    second = f"{dates}{issuer}{FILLER * 11}"
    composite = check_digit(first[5:30] + second[:7] + second[8:15] + second[18:29])
    return first, second + composite, _names(full_name, 30)


def td2(
    *,
    kind: str,
    issuer: str,
    number: str,
    full_name: str,
    birth: date,
    sex: str,
    expiry: date,
    optional: str,
) -> tuple[str, ...]:
    """Two lines of thirty-six."""
    second = _second(issuer, number, birth, sex, expiry) + _filled(optional, 7)
    return f"{_kind(kind)}{issuer}{_names(full_name, 31)}", second + _composite(second)


def td3(
    *,
    kind: str,
    issuer: str,
    number: str,
    full_name: str,
    birth: date,
    sex: str,
    expiry: date,
    optional: str,
) -> tuple[str, ...]:
    """Two lines of forty-four, the optional data with a check digit of their own."""
    personal = _checked(optional, 14) if optional else FILLER * 15
    second = _second(issuer, number, birth, sex, expiry) + personal
    return f"{_kind(kind)}{issuer}{_names(full_name, 39)}", second + _composite(second)


def _second(issuer: str, number: str, birth: date, sex: str, expiry: date) -> str:
    born, until = _checked(f"{birth:%y%m%d}", 6), _checked(f"{expiry:%y%m%d}", 6)
    return f"{_checked(number, 9)}{issuer}{born}{sex}{until}"


def _composite(second: str) -> str:
    """Over the second line without nationality and sex (9303-4 §4.2.2.2)."""
    return check_digit(second[:10] + second[13:20] + second[21:])


def _kind(letters: str) -> str:
    return _filled(letters, 2)


def _filled(text: str, places: int) -> str:
    return text.ljust(places, FILLER)[:places]


def _checked(text: str, places: int) -> str:
    return (whole := _filled(text, places)) + check_digit(whole)


def _names(full_name: str, places: int) -> str:
    surname, *given = folded(full_name).replace("-", " ").split()
    return _filled(f"{surname}<<{FILLER.join(given)}", places)
