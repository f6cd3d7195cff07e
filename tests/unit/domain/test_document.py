"""What customers type about their document, and what a reading keeps."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekyc.domain import citizen
from ekyc.domain.document import (
    Candidate,
    Fault,
    FaultCode,
    Kind,
    Side,
    SideReading,
    Source,
    form_of,
    normalised,
)
from ekyc.domain.form import check_fields
from tests.fuzz.codes import SEEDS, every_code

TODAY = date(2026, 11, 21)
THAO = {
    "number": "000190004217",
    "full_name": "ĐẶNG THỊ THU THẢO",
    "birth_date": "1990-09-02",
    "sex": "F",
    "nationality": "Việt Nam",
    "origin": "Xã Mẫu, Huyện Thử",
    "residence": "12 Phố Mẫu, Phường Thử",
    "issue_date": "2021-05-22",
    "expiry_date": "2030-09-02",
}


def faults(kind: Kind = Kind.CCCD_2021, *, demo: bool = True, **changed: str) -> dict[str, str]:
    return with_changes(changed, kind, demo=demo)


def with_changes(
    changed: dict[str, str], kind: Kind = Kind.CCCD_2021, *, demo: bool = True
) -> dict[str, str]:
    return check_fields(kind, THAO | changed, today=TODAY, demo=demo)


def test_a_customer_who_typed_the_card_as_printed_may_go_on() -> None:
    assert faults() == {}


def test_an_empty_form_names_every_field() -> None:
    missing = check_fields(Kind.CCCD_2021, {"sex": " "}, today=TODAY, demo=True)
    assert missing == {name: "field-missing" for name in form_of(Kind.CCCD_2021).fields}


def test_another_document_needs_no_place_of_origin_and_may_have_letters_in_its_number() -> None:
    assert faults(Kind.OTHER, number="C1234567", origin="") == {}
    assert faults(Kind.MRZ_ONLY, number="C?1", origin="") == {"number": "number-characters"}


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.UNKNOWN])
def test_every_kind_asks_for_its_own_fields_and_no_other(kind: Kind) -> None:
    form = form_of(kind)
    missing = check_fields(kind, {"anything": "else"}, today=TODAY, demo=True)
    assert missing.keys() == form.required
    assert form.optional | form.typed <= set(form.fields)


def test_a_card_of_2024_tells_where_the_birth_was_registered_and_is_no_older() -> None:
    newer = {"birth_place": "Xã Mẫu", "issue_date": "2025-02-03"}
    assert with_changes(newer, Kind.CAN_CUOC_2024) == {}
    early = newer | {"issue_date": "2024-06-30"}
    assert with_changes(early, Kind.CAN_CUOC_2024) == {"issue_date": "issue-before-kind"}


def test_a_passport_and_a_licence_run_out_on_any_day() -> None:
    for kind in (Kind.PASSPORT, Kind.GPLX):
        changed = {"number": "P1234567", "expiry_date": "2031-05-21", "licence_class": "B"}
        assert with_changes(changed, kind) == {}


def test_a_drawn_specimen_is_refused_outside_the_demo() -> None:
    assert faults(demo=False) == {"number": "number-specimen"}
    assert faults(Kind.OTHER, demo=False) == {"number": "number-specimen"}


@pytest.mark.parametrize("kind", [Kind.OTHER, Kind.CCCD_2021])
@pytest.mark.parametrize("name", ["SUHARTO", "JOHN SMITH JR.", "O’NEIL ANNE-MARIE", "Y BLOM"])
def test_people_with_one_name_or_a_dot_at_its_end_are_let_through(kind: Kind, name: str) -> None:
    assert "full_name" not in faults(kind, full_name=name)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("number", "00019000421", "number-invalid"),
        ("number", "00019000421x", "number-invalid"),
        ("number", "003190004217", "number-place"),
        ("number", "0" * 21, "field-too-long"),
        ("full_name", "THẢO 2", "name-invalid"),
        ("full_name", "...", "name-invalid"),
        ("full_name", "ĐẶNG TH1 THẢO", "name-invalid"),
        ("full_name", "A " * 51 + "B", "field-too-long"),
        ("birth_date", "1990-02-30", "date-invalid"),
        ("birth_date", "2027-01-01", "birth-impossible"),
        ("birth_date", "1890-01-01", "birth-impossible"),
        ("birth_date", "1991-09-02", "number-birth"),
        ("sex", "X", "sex-invalid"),
        ("sex", "M", "number-sex"),
        ("nationality", "1", "field-characters"),
        ("origin", "Xã\u200b\x07Mẫu", "field-characters"),
        ("residence", "x" * 251, "field-too-long"),
        ("issue_date", "none", "date-invalid"),
        ("issue_date", "2026-11-22", "issue-future"),
        ("issue_date", "1990-09-02", "issue-before-birth"),
        ("issue_date", "2020-12-31", "issue-before-chip"),
        ("expiry_date", "2021-05-22", "expiry-before-issue"),
        ("expiry_date", "2026-11-20", "document-expired"),
        ("expiry_date", "2030-09-03", "expiry-birthday"),
        ("expiry_date", "none", "expiry-needed"),
    ],
)
def test_a_slip_is_told_at_its_own_field(field: str, value: str, code: str) -> None:
    assert with_changes({field: value})[field] == code


def test_a_number_abroad_or_of_a_province_is_known() -> None:
    assert faults(demo=False, number="001190004217") == {}
    assert faults(demo=False, number="184190004217") == {}


def test_somebody_who_got_the_card_at_58_keeps_it_for_life() -> None:
    changed = {"number": "000160004217", "birth_date": "1960-03-04", "expiry_date": "none"}
    assert with_changes(changed) == {}


def test_rules_between_fields_are_silent_about_fields_that_are_wrong_themselves() -> None:
    assert faults(birth_date="?", number="?") == {
        "number": "number-invalid",
        "birth_date": "date-invalid",
    }
    assert faults(expiry_date="?", issue_date="?", sex="?") == {
        "sex": "sex-invalid",
        "issue_date": "date-invalid",
        "expiry_date": "date-invalid",
    }


def test_no_expiry_is_not_questioned_while_the_issue_date_is_unknown() -> None:
    assert faults(expiry_date="none", issue_date="?") == {"issue_date": "date-invalid"}


def test_an_expiry_is_not_compared_with_an_issue_date_that_is_wrong() -> None:
    assert faults(issue_date="?") == {"issue_date": "date-invalid"}


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("birth_date", "2/9/1990", "1990-09-02"),
        ("issue_date", "02091990", "1990-09-02"),
        ("expiry_date", "Không thời hạn", "none"),
        ("expiry_date", "soon", "soon"),
        ("sex", "Nữ", "F"),
        ("sex", "nam", "M"),
        ("sex", "?", "?"),
        ("full_name", "Đặng  Thị", "ĐẶNG THỊ"),
        ("number", "000 190 004217", "000190004217"),
        ("residence", " 12  Phố ", "12 Phố"),
    ],
)
def test_typing_habits_are_evened_out(field: str, typed: str, kept: str) -> None:
    assert normalised(field, typed) == kept


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)))
def test_a_date_survives_being_printed_and_read(day: date) -> None:
    assert citizen.iso_date(f"{day:%d/%m/%Y}") == day.isoformat()
    assert citizen.iso_date(day.isoformat()) == day.isoformat()


def test_the_number_tells_century_and_sex() -> None:
    number = citizen.citizen_number("000305123456")
    assert number is not None
    assert (number.birth_year, number.sex, number.is_known_place) == (2005, "F", False)
    assert citizen.citizen_number("000090123456x") is None


@pytest.mark.parametrize(
    ("birth", "issue", "expiry"),
    [
        (date(1990, 9, 2), date(2021, 5, 22), date(2030, 9, 2)),
        (date(1997, 9, 2), date(2021, 5, 22), date(2037, 9, 2)),  # issued at 23: good until 40
        (date(1963, 9, 2), date(2022, 5, 22), None),
        (date(1996, 2, 29), date(2018, 5, 22), date(2021, 3, 1)),
    ],
)
def test_a_card_lives_until_the_next_birthday_of_change(
    birth: date, issue: date, expiry: date | None
) -> None:
    assert citizen.expiry(birth, issue) == expiry


def test_a_leap_days_child_may_be_given_either_neighbour() -> None:
    birth = date(1996, 2, 29)
    assert citizen.is_change_day(birth, date(2021, 2, 28))
    assert citizen.is_change_day(birth, date(2021, 3, 1))
    assert not citizen.is_change_day(birth, date(2021, 3, 2))


def test_the_qr_code_of_a_card_is_read_by_shape() -> None:
    text = "000190004217||Đặng Thị Thu Thảo|02091990|Nữ|12 Phố Mẫu|22052021"
    assert citizen.read_qr(text) == {
        "number": "000190004217",
        "full_name": "ĐẶNG THỊ THU THẢO",
        "birth_date": "1990-09-02",
        "sex": "F",
        "residence": "12 Phố Mẫu",
        "issue_date": "2021-05-22",
    }
    newer = citizen.read_qr(text.replace("||", "|012345678|") + "|||")
    assert newer is not None
    assert newer["old_number"] == "012345678"


def test_what_the_code_of_2024_appends_or_orders_otherwise_changes_nothing() -> None:
    own = "000190004217|Đặng Thị Thu Thảo|02091990|Nữ|12 Phố Mẫu, Xã Thử|22052025"
    parents = "012345678|000090000001|Đặng Văn Cha|Trần Thị Mẹ"
    said = {
        "number": "000190004217",
        "old_number": "012345678",
        "full_name": "ĐẶNG THỊ THU THẢO",
        "birth_date": "1990-09-02",
        "sex": "F",
        "residence": "12 Phố Mẫu, Xã Thử",
        "issue_date": "2025-05-22",
    }
    assert citizen.read_qr(f"{own}|{parents}") == said
    assert citizen.read_qr(own.replace("|Đặng", "|012345678|Đặng", 1) + "|||") == said


def test_one_day_alone_is_birth_or_issue_by_its_place() -> None:
    birth = citizen.read_qr("000190004217||A B|02091990|Nữ|C|")
    issue = citizen.read_qr("000190004217||A B||Nữ|C|22052021")
    assert birth is not None
    assert issue is not None
    assert (birth.get("birth_date"), birth.get("issue_date")) == ("1990-09-02", None)
    assert (issue.get("birth_date"), issue.get("issue_date")) == (None, "2021-05-22")


def test_what_a_qr_code_garbles_is_left_out() -> None:
    assert citizen.read_qr("000190004217||A B|99999999|?|C|1") == {
        "number": "000190004217",
        "full_name": "A B",
        "residence": "C",
    }


@pytest.mark.parametrize("text", ["https://example.com", "1|2|3|4|5|6|7", "000190004217|only"])
def test_any_other_qr_code_is_not_a_card(text: str) -> None:
    assert citizen.read_qr(text) is None


def a_reading(**changed: object) -> SideReading:
    values: dict[str, object] = {
        "kind": Kind.CCCD_2021,
        "side": Side.FRONT,
        "rotation_deg": 180,
        "corners": ((1.5, 2.0), (90.0, 2.0), (90.0, 60.0), (1.0, 60.0)),
        "width_px": 100,
        "height_px": 75,
        "faults": (),
        "qr_text": "a|b",
        "mrz_lines": ("I<", "1", "A"),
        "mrz_valid": True,
        "candidates": {"number": {Source.QR: Candidate(value="1", confidence=0.99)}},
    }
    return SideReading(**(values | changed))  # type: ignore[arg-type]


def test_a_reading_survives_storage() -> None:
    full = a_reading()
    bare = a_reading(
        side=None, corners=(), qr_text=None, mrz_lines=None, mrz_valid=None, candidates={}
    )
    for reading in (full, bare):
        assert SideReading.from_json(reading.to_json()) == reading


def test_a_photograph_with_a_fault_or_of_an_unknown_thing_is_not_good_enough() -> None:
    assert a_reading().ok
    assert not a_reading(faults=(Fault(code=FaultCode.BLUR),)).ok
    assert not a_reading(kind=Kind.UNKNOWN).ok


@settings(max_examples=25)
@given(data=st.sampled_from(SEEDS), at=st.integers(0, 80), sign=st.binary(min_size=1, max_size=3))
def test_what_is_printed_as_a_code_never_breaks_the_reader(
    data: bytes, at: int, sign: bytes
) -> None:
    every_code(data)
    every_code(data[:at] + sign + data[at + len(sign) :])
