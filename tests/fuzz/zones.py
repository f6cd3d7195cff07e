"""What somebody could print as a machine-readable zone, or a reader mistake for one.

An exception is a finding, and so is a zone called valid against its own check digits.
"""

from datetime import date
from typing import Final

from ekyc.domain import mrz
from ekyc.domain.mrz import ALPHABET

TODAY: Final = date(2026, 11, 22)
SIZES: Final = tuple({(layout.rows, layout.length) for layout in mrz.LAYOUTS.values()})
SEEDS: Final = (
    b"I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    b"I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6",
    b"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    b"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L8988901C4XXX4009078F96121096ZE184226B<<<<<<",
    b"IDVNM1900042176000190004217<<09009022F3009027VNM<<<<<<<<<<<0DANG<<THI<THU<THAO<<<<<<<<<<<<",
    b"I<UTOD23145890<7340<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
)


def every_zone(data: bytes) -> None:
    """The bytes as they are, and as signs of the alphabet in the shape of each format."""
    _parsed(data.decode("latin-1").split("\n"))
    text = "".join(
        chr(byte) if chr(byte) in ALPHABET else ALPHABET[byte % len(ALPHABET)] for byte in data
    )
    for rows, length in SIZES:
        if len(text) <= rows * length:
            filled = text.ljust(rows * length, mrz.FILLER)
            _parsed([filled[row * length :][:length] for row in range(rows)])


def _parsed(lines: list[str]) -> None:
    zone = mrz.parse(lines)
    if zone is None:
        return
    said = mrz.fields(zone, today=TODAY)
    assert all(said.values())
    if zone.valid:
        assert set(said) >= {"number", "full_name"}
        for sum_ in mrz.sums_of(zone.format, lines):
            text = "".join(lines[row][column] for row, column in sum_.over)
            row, column = sum_.digit
            assert lines[row][column] in (mrz.check_digit(text), mrz.FILLER)
