"""What a file is flagged for."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from ekyc.domain.comparison import fuse
from ekyc.domain.document import Candidate, Kind, Side, SideReading, Source
from ekyc.domain.flag import Flag, FlagCode, Limits, Other, numbers, raised
from tests.builders import a_form

TODAY = date(2026, 11, 22)
LIMITS = Limits(adult_years=18, expiring_days=30, demo=True)
CARD = a_form(number="000190000318")


def read(**said: Mapping[Source, str]) -> SideReading:
    """A side on which these fields were read, surely."""
    return SideReading(
        kind=Kind.CCCD_2021,
        side=Side.FRONT,
        rotation_deg=0,
        corners=(),
        width_px=1,
        height_px=1,
        faults=(),
        qr_text=None,
        mrz_lines=None,
        mrz_valid=None,
        candidates={
            name: {source: Candidate(value=value, confidence=0.99) for source, value in by.items()}
            for name, by in said.items()
        },
    )


def flags(side: SideReading | None = None, **more: Any) -> list[Flag]:
    typed = more.pop("typed", CARD)
    rules = {"external_id": "T24-1", "others": (), "limits": LIMITS, "today": TODAY, **more}
    return list(raised(fuse(side, None, typed), **rules))


def codes(found: list[Flag]) -> list[FlagCode]:
    return [flag.code for flag in found]


def test_an_ordinary_file_has_none() -> None:
    assert flags() == []


def test_a_number_in_another_customers_file_is_graver_than_in_ones_own() -> None:
    own = Other(id="a", reference="HS-1", external_id="T24-1")
    strangers = Other(id="b", reference="HS-2", external_id="T24-2")
    elsewhere, again = flags(others=[own, strangers])
    assert (elsewhere.code, list(elsewhere.others)) == (FlagCode.NUMBER_ELSEWHERE, [strangers])
    assert (again.code, list(again.others)) == (FlagCode.NUMBER_AGAIN, [own])


@pytest.mark.parametrize("source", [Source.QR, Source.MRZ])
def test_who_changes_what_a_machine_read_is_seen(source: Source) -> None:
    (flag,) = flags(read(expiry_date={source: "2032-03-08"}))
    assert (flag.code, flag.field, flag.source) == (FlagCode.FIELD_EDITED, "expiry_date", source)


def test_machines_that_disagree_are_a_sign_of_their_own() -> None:
    side = read(birth_date={Source.QR: "1990-03-08", Source.MRZ: "1991-03-08"})
    assert codes(flags(side)) == [FlagCode.SOURCES_DIFFER, FlagCode.FIELD_EDITED]


def test_who_mends_misread_print_is_not() -> None:
    assert flags(read(residence={Source.OCR: "7 Phô Mâu, Hà Nôi"})) == []


def test_a_name_without_its_diacritics_was_not_changed() -> None:
    assert flags(read(full_name={Source.MRZ: "MAU THI SEN"})) == []


@pytest.mark.parametrize(
    ("expiry", "code"),
    [
        ("2026-11-21", [FlagCode.EXPIRED]),
        ("2026-11-22", [FlagCode.EXPIRES_SOON]),
        ("2026-12-22", [FlagCode.EXPIRES_SOON]),
        ("2026-12-23", []),
        ("none", []),
    ],
)
def test_the_days_before_an_expiry_are_counted(expiry: str, code: list[FlagCode]) -> None:
    assert codes(flags(typed={**CARD, "expiry_date": expiry})) == code


def test_who_is_under_age_is_referred() -> None:
    (flag,) = flags(typed={**CARD, "birth_date": "2008-11-23"})
    assert (flag.code, flag.values) == (FlagCode.UNDER_AGE, {"age": 17, "years": 18})
    assert flags(typed={**CARD, "birth_date": "2008-11-22"}) == []


def test_a_specimen_hidden_behind_a_typed_number_is_seen_outside_a_demo() -> None:
    side = read(number={Source.QR: "000190000318"})
    live = Limits(adult_years=18, expiring_days=30, demo=False)
    found = flags(side, typed={**CARD, "number": "B1234567"}, limits=live)
    assert codes(found) == [FlagCode.SPECIMEN, FlagCode.FIELD_EDITED]


def test_a_file_is_found_by_the_number_it_hides() -> None:
    side = read(number={Source.QR: "000190000318", Source.OCR: "000190000319"})
    form = fuse(side, None, {"number": "B1234567"})
    assert numbers(form) == {"000190000318", "B1234567"}
