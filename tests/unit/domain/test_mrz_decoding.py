"""Decoding zones: what unclear signs are taken for, and what must never be made valid."""

import random
from collections.abc import Sequence
from datetime import date

import pytest

from ekyc.domain import mrz
from ekyc.domain.mrz import ALPHABET, Format, check_digit
from ekyc.domain.mrz_decoding import Cell, Level, decode

# The specimens printed in ICAO 9303, parts 3 to 7: state UTO, nobody's.
TD1 = (
    "I<UTOD231458907<<<<<<<<<<<<<<<",
    "7408122F1204159UTO<<<<<<<<<<<6",
    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
)
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
TD3 = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)
MRV_A = (
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L8988901C4XXX4009078F96121096ZE184226B<<<<<<",
)
MRV_B = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<")
CARD = mrz.vietnamese_card(
    number="000190004217",
    full_name="ĐẶNG THỊ THU THẢO",
    birth=date(1990, 9, 2),
    sex="F",
    expiry=date(2030, 9, 2),
)


def clearly(lines: Sequence[str], **unclear: Cell) -> list[list[Cell]]:
    """Readings of single places that leave no doubt, but for `r<row>c<column>`."""
    cells: list[list[Cell]] = [
        [{other: 0.0 if other == sign else -9.0 for other in ALPHABET} for sign in line]
        for line in lines
    ]
    for place, cell in unclear.items():
        row, column = place[1:].split("c")
        cells[int(row)][int(column)] = {sign: cell.get(sign, -9.0) for sign in ALPHABET}
    return cells


def test_what_is_read_clearly_is_taken_as_read() -> None:
    for lines in (CARD, TD1, TD2, TD3, MRV_A, MRV_B):
        read = decode(clearly(lines))
        assert read is not None
        assert (read.zone.lines, read.level, read.sure) == (tuple(lines), Level.RAW, True)


def test_a_letter_where_only_a_digit_can_stand_is_the_digit_that_looks_like_it() -> None:
    assert CARD[0][9] == "0"
    read = decode(clearly(CARD, r0c9={"O": -0.1, "0": -0.9}))
    assert read is not None
    assert (read.zone.lines, read.level) == (CARD, Level.GRAMMAR)


def test_an_unclear_digit_is_settled_by_the_sums_and_flagged() -> None:
    read = decode(clearly(TD1, r0c9={"7": -0.4, TD1[0][9]: -1.1}))
    assert read is not None
    assert (read.zone.lines, read.level, read.sure) == (TD1, Level.REPAIRED, False)


def test_a_clearly_misprinted_digit_is_not_mended() -> None:
    changed = list(CARD)
    changed[0] = CARD[0][:9] + ("7" if CARD[0][9] != "7" else "1") + CARD[0][10:]
    read = decode(clearly(changed))
    assert read is not None
    assert (read.zone.valid, read.level) == (False, Level.INVALID)
    assert read.zone.lines == tuple(changed)


def test_two_repairs_as_likely_as_each_other_are_none() -> None:
    assert TD1[0][13] == "0"
    unclear = {"7": -0.5, "0": -1.0, "A": -1.2}  # 0 and A count the same in every sum
    read = decode(clearly(TD1, r0c13=unclear))
    assert read is not None
    assert not read.zone.valid
    surer = decode(clearly(TD1, r0c13=unclear | {"A": -2.5}))
    assert surer is not None
    assert (surer.zone.lines, surer.level) == (TD1, Level.REPAIRED)


def test_a_repair_that_costs_too_much_is_not_made() -> None:
    read = decode(clearly(TD1, r0c9={"7": -0.05, TD1[0][9]: -2.9}))
    assert read is not None
    assert not read.zone.valid


def test_too_few_places_are_no_zone() -> None:
    assert decode(clearly(CARD[:2])) is None
    assert decode([]) is None


def test_the_number_that_stands_twice_on_a_vietnamese_card_settles_an_unclear_digit() -> None:
    right = CARD[0][9]
    wrong = "7" if right != "7" else "1"
    read = decode(clearly(CARD, r0c9={wrong: -0.4, right: -1.1}))
    assert read is not None
    assert (read.zone.lines, read.level) == (CARD, Level.REPAIRED)


def test_a_zone_of_fillers_is_refused_in_every_format() -> None:
    for layout in mrz.LAYOUTS.values():
        read = decode(clearly(["<" * layout.length] * layout.rows))
        assert read is not None
        assert read.level is Level.INVALID


def test_names_keep_one_double_filler_and_end_in_fillers() -> None:
    lines = (*TD1[:2], "NGUYEN<VAN<<ANH<MINH<<<<<<<<<<")
    read = decode(clearly(lines, r2c26={"K": -0.5, "<": -1.0}))
    assert read is not None
    assert (read.zone.lines, read.level) == (lines, Level.GRAMMAR)
    assert (read.zone.surname, read.zone.given_names) == ("NGUYEN VAN", "ANH MINH")


def test_a_doubtful_sign_of_a_name_is_not_sure_though_all_sums_hold() -> None:
    read = decode(clearly(TD1, r2c3={"K": -0.8, "X": -0.9}))
    assert read is not None
    assert (read.level, read.sure) == (Level.RAW, False)
    assert read.worst_of(mrz.places_of((2, 0, 30))) < 0.5
    assert read.worst_of(mrz.places_of((0, 0, 30))) == 1


@pytest.mark.parametrize("format_", list(Format))
def test_a_zone_with_one_printed_digit_changed_is_never_taken_as_it_stands(format_: Format) -> None:
    chance = random.Random(4)
    lines = {"TD1": TD1, "TD2": TD2, "TD3": TD3, "MRV-A": MRV_A, "MRV-B": MRV_B}[format_]
    sums = mrz.sums_of(format_, lines)
    places = sorted({place for sum_ in sums for place in (*sum_.over, sum_.digit)})
    for row, column in chance.sample(places, 6):
        was = lines[row][column]
        if not was.isdigit():
            continue
        sign = chance.choice([digit for digit in mrz.DIGITS if digit != was])
        doctored = list(lines)
        doctored[row] = doctored[row][:column] + sign + doctored[row][column + 1 :]
        blurred = {
            f"r{line}c{place}": {doctored[line][place]: -0.3, chance.choice(ALPHABET): -1.6}
            for line, place in chance.sample(places, 6)
            if (line, place) != (row, column)
        }
        read = decode(clearly(doctored, **blurred))
        assert read is not None
        assert read.level in (Level.REPAIRED, Level.INVALID)
        assert read.zone.lines[row][column] == sign
        clear = decode(clearly(doctored))
        assert clear is not None
        assert clear.level is Level.INVALID


def test_a_long_number_of_a_small_card_is_mended_by_its_own_check_digit() -> None:
    digits = "D23145890734"
    first = f"I<UTO{digits[:9]}<{digits[9:]}{check_digit(digits)}<".ljust(30, "<")
    second = TD1[1][:29]
    composite = check_digit(first[5:30] + second[:7] + second[8:15] + second[18:29])
    lines = (first, second + composite, TD1[2])
    read = decode(clearly(lines, r0c16={"8": -0.5, first[16]: -1.1}))
    assert read is not None
    assert (read.zone.lines, read.zone.number, read.level) == (lines, digits, Level.REPAIRED)
