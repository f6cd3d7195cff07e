"""Machine-readable zones: what they say, and what they must not be made to say."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekyc.domain import mrz
from ekyc.domain.mrz import Format, check_digit, fields, parse
from tests.fuzz.zones import SEEDS, every_zone

# The specimens printed in ICAO 9303, parts 3 to 6: state UTO, nobody's.
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
CARD = mrz.vietnamese_card(
    number="000190004217",
    full_name="ĐẶNG THỊ THU THẢO",
    birth=date(1990, 9, 2),
    sex="F",
    expiry=date(2030, 9, 2),
)
NAMES = st.lists(st.text(alphabet="ABCDĐEGHIKLMNOPQRSTUVXYỄỪ", min_size=1), min_size=2, max_size=4)


def test_the_specimens_of_icao_are_read() -> None:
    for lines, format_ in ((TD1, Format.TD1), (TD2, Format.TD2), (TD3, Format.TD3)):
        zone = parse(lines)
        assert zone is not None
        assert (zone.format, zone.valid, zone.issuer) == (format_, True, "UTO")
        assert (zone.surname, zone.given_names) == ("ERIKSSON", "ANNA MARIA")
    passport = parse(TD3)
    assert passport is not None
    assert (passport.number, passport.optional) == ("L898902C3", "ZE184226B")
    assert fields(passport) == {
        "number": "L898902C3",
        "full_name": "ERIKSSON ANNA MARIA",
        "birth_date": "1974-08-12",
        "sex": "F",
        "nationality": "UTO",
        "expiry_date": "2012-04-15",
    }


def test_a_vietnamese_card_gives_its_twelve_digits_and_the_century_they_name() -> None:
    zone = parse(CARD)
    assert zone is not None
    assert zone.is_vietnamese_card
    assert zone.valid
    assert fields(zone) == {
        "number": "000190004217",
        "full_name": "DANG THI THU THAO",
        "birth_date": "1990-09-02",
        "sex": "F",
        "nationality": "Việt Nam",
        "expiry_date": "2030-09-02",
    }


def test_a_card_for_life_never_runs_out() -> None:
    lines = mrz.vietnamese_card(
        number="000055004217", full_name="A B", birth=date(1955, 1, 2), sex="M", expiry=None
    )
    zone = parse(lines)
    assert zone is not None
    assert fields(zone)["expiry_date"] == "none"


def test_a_number_longer_than_nine_signs_goes_on_in_the_optional_data() -> None:
    digits = "D23145890734"
    first = f"I<UTO{digits[:9]}<{digits[9:]}{check_digit(digits)}<"
    second = "7408122F1204159UTO<<<<<<<<<<<"
    first = first.ljust(30, "<")
    composite = check_digit(first[5:30] + second[:7] + second[8:15] + second[18:29])
    zone = parse((first, second + composite, TD1[2]))
    assert zone is not None
    assert (zone.number, zone.valid) == (digits, True)


def test_a_child_born_in_this_century_is_not_a_hundred_years_old() -> None:
    second = "1501012F" + "251231" + check_digit("251231") + "UTO<<<<<<<<<<<"
    second = second[:6] + check_digit(second[:6]) + second[7:]
    composite = check_digit(TD1[0][5:30] + second[:7] + second[8:15] + second[18:29])
    zone = parse((TD1[0], second + composite, TD1[2]))
    assert zone is not None
    assert fields(zone)["birth_date"] == "2015-01-01"


@pytest.mark.parametrize(
    ("at", "sign", "check"),
    [(7, "9", "number"), (6, "9", "number"), (14, "0", "number")],
)
def test_a_changed_sign_is_found_by_its_check_digit(at: int, sign: str, check: str) -> None:
    first = TD1[0][:at] + sign + TD1[0][at + 1 :]
    zone = parse((first, *TD1[1:]))
    assert zone is not None
    assert not zone.checks[check]
    assert not zone.valid


@pytest.mark.parametrize("birth", ["741312", "740800", "74A812"])
def test_a_day_that_does_not_exist_is_not_valid(birth: str) -> None:
    second = birth + check_digit(birth) + TD1[1][7:]
    zone = parse((TD1[0], second, TD1[2]))
    assert zone is not None
    assert not zone.checks["dates"]


def test_an_unknown_day_of_birth_is_allowed_and_left_out() -> None:
    birth = "74<<<<"
    second = birth + check_digit(birth) + TD1[1][7:29]
    composite = check_digit(TD1[0][5:30] + second[:7] + second[8:15] + second[18:29])
    zone = parse((TD1[0], second + composite, TD1[2]))
    assert zone is not None
    assert zone.valid
    assert "birth_date" not in fields(zone)


def test_an_unstated_sex_is_left_out() -> None:
    second = TD1[1][:7] + "<" + TD1[1][8:]
    zone = parse((TD1[0], second, TD1[2]))
    assert zone is not None
    assert "sex" not in fields(zone)


@pytest.mark.parametrize("lines", [(), ("I<",), ("a" * 30,) * 3, ("Ü" * 44,) * 2])
def test_lines_of_no_format_are_no_zone(lines: Sequence[str]) -> None:
    assert parse(lines) is None


def test_a_zone_of_fillers_is_not_valid_though_its_sums_are() -> None:
    zone = parse(("<" * 30,) * 3)
    assert zone is not None
    assert not zone.valid


@given(
    digits=st.integers(min_value=0, max_value=10**6 - 1),
    sex=st.sampled_from("MF"),
    name=NAMES,
    birth=st.dates(min_value=date(1901, 1, 1), max_value=date(2099, 12, 31)),
    expiry=st.none() | st.dates(min_value=date(2021, 1, 1), max_value=date(2099, 12, 30)),
)
def test_every_card_that_can_be_printed_is_read_as_printed(
    digits: int, sex: str, name: list[str], birth: date, expiry: date | None
) -> None:
    century = 2 * (birth.year // 100 - 19) + (sex == "F")
    number = f"000{century}{birth:%y}{digits:06d}"
    lines = mrz.vietnamese_card(
        number=number, full_name=" ".join(name), birth=birth, sex=sex, expiry=expiry
    )
    zone = parse(lines)
    assert zone is not None
    assert zone.valid
    said = fields(zone)
    assert (said["number"], said["sex"]) == (number, sex)
    assert said["birth_date"] == birth.isoformat()
    assert said["expiry_date"] == (expiry.isoformat() if expiry else "none")


@given(
    row=st.integers(min_value=0, max_value=1),
    at=st.integers(min_value=5, max_value=28),
    sign=st.sampled_from("0123456789"),
)
def test_no_changed_digit_of_a_card_goes_unseen(row: int, at: int, sign: str) -> None:
    line = CARD[row]
    if not line[at].isdigit() or line[at] == sign:
        return
    changed = list(CARD)
    changed[row] = line[:at] + sign + line[at + 1 :]
    zone = parse(changed)
    assert zone is not None
    assert not zone.valid


def test_visas_have_no_last_check_digit_and_begin_with_v() -> None:
    wide = parse(
        (
            "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
            "L8988901C4XXX4009078F96121096ZE184226B<<<<<<",
        )
    )
    small = parse(("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"))
    assert wide is not None
    assert small is not None
    assert (wide.format, wide.valid, wide.code) == (Format.MRV_A, True, "V")
    assert (wide.optional, wide.nationality) == ("6ZE184226B", "XXX")
    assert (small.format, small.valid, small.number) == (Format.MRV_B, True, "L8988901C")


def test_a_long_number_of_a_middle_sized_card_goes_on_in_the_optional_data_too() -> None:
    digits = "D23145890734"
    second = f"{digits[:9]}<UTO7408122F1204159{digits[9:]}{check_digit(digits)}<<<"
    composite = check_digit(second[:10] + second[13:20] + second[21:35])
    zone = parse((TD2[0], second + composite))
    assert zone is not None
    assert (zone.number, zone.optional, zone.valid) == (digits, "", True)


def test_nobody_is_born_after_today() -> None:
    birth, expiry = "300101", "310101"
    second = f"{birth}{check_digit(birth)}F{expiry}{check_digit(expiry)}UTO<<<<<<<<<<<"
    composite = check_digit(TD1[0][5:30] + second[:7] + second[8:15] + second[18:29])
    zone = parse((TD1[0], second + composite, TD1[2]))
    assert zone is not None
    assert fields(zone, today=date(2026, 11, 22))["birth_date"] == "1930-01-01"


@settings(max_examples=25)
@given(data=st.sampled_from(SEEDS), at=st.integers(0, 80), sign=st.binary(min_size=1, max_size=3))
def test_what_is_printed_as_a_zone_never_breaks_the_reader(
    data: bytes, at: int, sign: bytes
) -> None:
    every_zone(data)
    every_zone(data[:at] + sign + data[at + len(sign) :])
