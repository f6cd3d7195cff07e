"""What the agent sees when the card's sources, and the customer, do not say the same."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from ekyc.domain.comparison import Comparison, beside_crm, fuse
from ekyc.domain.document import Candidate, Kind, Side, SideReading, Source
from ekyc.domain.names import distance, folded, words

Heard = Mapping[str, Mapping[Source, str]]
QR, MRZ, OCR, TYPED = Source.QR, Source.MRZ, Source.OCR, Source.TYPED


def a_side(heard: Heard, confidence: float = 0.9) -> SideReading:
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
            field: {
                source: Candidate(value=value, confidence=confidence)
                for source, value in sources.items()
            }
            for field, sources in heard.items()
        },
    )


def compare(heard: Heard, confidence: float = 0.9, **typed: str) -> Comparison:
    return fuse(a_side(heard, confidence), None, typed)


def test_nothing_read_is_nothing_known() -> None:
    assert fuse(None, None, None) == Comparison(fields={}, conflicts=())


def test_the_qr_code_counts_before_the_zone_and_the_zone_before_the_print() -> None:
    seen = compare({"number": {OCR: "1", MRZ: "2", QR: "3"}, "expiry_date": {OCR: "a", MRZ: "b"}})
    assert (seen.fields["number"].value, seen.fields["number"].source) == ("3", QR)
    assert seen.fields["expiry_date"].value == "b"
    assert {conflict.field for conflict in seen.conflicts} == {"number", "expiry_date"}
    assert seen.fields["number"].doubtful
    assert seen.fields["number"].confidence == 0.5


def test_sources_that_agree_make_each_other_surer() -> None:
    field = compare({"sex": {OCR: "F", QR: "F"}}, confidence=0.7).fields["sex"]
    assert field.confidence == pytest.approx(0.91)
    assert not field.doubtful
    assert field.sources == {QR: "F", OCR: "F"}


def test_print_read_alone_and_unsurely_is_doubtful() -> None:
    assert compare({"origin": {OCR: "Xã Mẫu"}}, confidence=0.7).fields["origin"].doubtful
    assert not compare({"origin": {OCR: "Xã Mẫu"}}, confidence=0.8).fields["origin"].doubtful


def test_a_name_known_only_from_the_zone_lacks_its_diacritics_and_is_doubtful() -> None:
    field = compare({"full_name": {MRZ: "DANG THI THAO"}}, confidence=0.99).fields["full_name"]
    assert field.doubtful


def test_the_printed_name_is_preferred_to_the_zone_which_has_no_diacritics() -> None:
    seen = compare({"full_name": {MRZ: "DANG THI THAO", OCR: "ĐẶNG THỊ THẢO"}})
    assert seen.fields["full_name"].value == "ĐẶNG THỊ THẢO"
    assert seen.fields["full_name"].confidence == 0.9
    assert seen.conflicts == ()


def test_a_long_name_cut_off_in_the_zone_is_no_conflict() -> None:
    printed = "CÔNG TẰNG TÔN NỮ HOÀNG PHƯƠNG THẢO NGUYÊN"
    zone = "CONG TANG TON NU HOANG PHUONG"
    assert compare({"full_name": {QR: printed, MRZ: zone}}).conflicts == ()
    assert compare({"full_name": {QR: printed, MRZ: "CONG TANG TON NU"}}).conflicts


def test_another_name_in_the_zone_is_a_conflict() -> None:
    assert compare({"full_name": {QR: "ĐẶNG THỊ THẢO", MRZ: "DANG VAN HAI"}}).conflicts


def test_a_misread_tone_or_letter_of_the_print_is_no_conflict() -> None:
    residence = {QR: "Số 12 Ngõ 45, Xã Đa Tốn, Huyện Gia Lâm"}
    tone = residence | {OCR: "Số 12 Ngõ 45, Xã Đa Tổn, Huyện Gia Lam"}
    seen = compare({"residence": tone})
    assert seen.conflicts == ()
    assert seen.fields["residence"].confidence == 0.9


@pytest.mark.parametrize("printed", ["Số 13 Ngõ 45, Xã Đa Tốn", "Số 12 Ngõ 45, Xã Hải Bối"])
def test_another_house_or_village_in_print_is_a_conflict(printed: str) -> None:
    assert compare({"residence": {QR: "Số 12 Ngõ 45, Xã Đa Tốn", OCR: printed}}).conflicts


def test_two_sides_of_different_people_are_found_out() -> None:
    front = a_side({"number": {QR: "000190004217"}})
    back = a_side({"number": {MRZ: "000190004218"}})
    (conflict,) = fuse(front, back, None).conflicts
    assert conflict.field == "number"
    assert conflict.sources == {QR: "000190004217", MRZ: "000190004218"}


def test_of_two_sides_the_surer_reading_of_a_source_counts() -> None:
    unsure, sure = a_side({"number": {OCR: "1"}}, 0.5), a_side({"number": {OCR: "2"}}, 0.9)
    assert fuse(unsure, sure, None).fields["number"].value == "2"
    assert fuse(sure, unsure, None).fields["number"].value == "2"


def test_what_the_customer_types_counts_and_the_agent_sees_what_it_was() -> None:
    seen = compare({"residence": {QR: "12 Phố Mẫu"}}, residence="14 Phố Mẫu", origin=" ")
    field = seen.fields["residence"]
    assert (field.value, field.source, field.doubtful) == ("14 Phố Mẫu", TYPED, False)
    assert seen.conflicts[0].sources == {QR: "12 Phố Mẫu", TYPED: "14 Phố Mẫu"}
    assert "origin" not in seen.fields


def test_a_typed_tone_mark_against_the_qr_code_is_shown() -> None:
    assert compare({"full_name": {QR: "ĐẶNG HÀ"}}, full_name="ĐẶNG HẢ").conflicts
    assert not compare({"full_name": {OCR: "ĐẶNG HÀ"}}, full_name="Đặng Hả").conflicts


def test_the_old_number_and_the_fields_come_in_their_order() -> None:
    seen = compare({"old_number": {QR: "012345678"}, "number": {QR: "1"}})
    assert list(seen.fields) == ["number", "old_number"]


def test_folding_takes_every_vietnamese_letter_to_its_capital() -> None:
    assert folded("Đặng  thị Ửng Nguyễn") == "DANG THI UNG NGUYEN"
    assert words("Số 108/27 Đường Lê-Lợi") == ["SO", "108", "27", "DUONG", "LE", "LOI"]
    assert (distance("", "AB"), distance("AB", "B"), distance("AB", "AC")) == (2, 1, 1)


def test_print_that_could_hardly_be_read_contradicts_nobody() -> None:
    assert compare({"number": {QR: "1", OCR: "2"}}, confidence=0.4).conflicts == ()
    assert compare({"number": {QR: "1", OCR: "2"}}, confidence=0.6).conflicts


def test_one_word_on_a_card_is_shown_as_doubtful_and_on_another_document_is_not() -> None:
    assert compare({}, full_name="SUHARTO").fields["full_name"].doubtful
    assert not compare({}, full_name="ĐẶNG SEN").fields["full_name"].doubtful
    assert not fuse(None, None, {"full_name": "SUHARTO"}).fields["full_name"].doubtful


def test_another_name_at_the_crm_is_a_conflict_with_its_source() -> None:
    seen = compare({"full_name": {OCR: "ĐẶNG SEN"}, "number": {OCR: "1", QR: "3"}})
    (number, name) = beside_crm(seen, "Trần Thị Mẫu").conflicts
    assert (number.field, name.field) == ("number", "full_name")
    assert name.sources == {OCR: "ĐẶNG SEN", Source.CRM: "Trần Thị Mẫu"}
    assert beside_crm(seen, "Trần Thị Mẫu").fields == seen.fields


def test_the_crm_adds_its_word_to_a_conflict_there_is_and_opens_none_of_its_own_kind() -> None:
    seen = compare({"full_name": {OCR: "ĐẶNG SEN"}}, full_name="ĐẶNG THẢO")
    (conflict,) = beside_crm(seen, "Đặng Lan").conflicts
    assert set(conflict.sources) == {OCR, TYPED, Source.CRM}


@pytest.mark.parametrize("name", ["", "  ", "ĐẶNG SEN", "Dang Sen", "đặng  sen"])
def test_a_crm_without_a_name_or_without_its_marks_contradicts_nobody(name: str) -> None:
    seen = compare({"full_name": {OCR: "ĐẶNG SEN"}})
    assert beside_crm(seen, name) == seen
    assert beside_crm(fuse(None, None, None), "Đặng Sen").conflicts == ()


def test_two_machine_readable_sources_that_differ_are_a_signal() -> None:
    (apart,) = compare({"birth_date": {QR: "1990-09-02", MRZ: "1991-09-02"}}).conflicts
    assert apart.signal
    (misread,) = compare({"birth_date": {QR: "1990-09-02", OCR: "1991-09-02"}}).conflicts
    assert not misread.signal
    (unsure,) = compare({"sex": {QR: "F", MRZ: "M"}}, confidence=0.6).conflicts
    assert not unsure.signal


def test_a_broken_rule_puts_each_of_its_fields_in_doubt_but_what_was_typed() -> None:
    read: Heard = {"number": {OCR: "000190004217"}, "birth_date": {OCR: "1991-09-02"}}
    seen = compare(read)
    assert seen.fields["number"].doubtful
    assert seen.fields["birth_date"].doubtful
    seen = compare(read, birth_date="1991-09-02")
    assert not seen.fields["birth_date"].doubtful
    right: Heard = {"number": {OCR: "000190004217"}, "birth_date": {OCR: "1990-09-02"}}
    assert not compare(right).fields["birth_date"].doubtful


def test_a_foreigners_name_from_the_zone_lacks_nothing() -> None:
    said = a_side({"full_name": {MRZ: "ERIKSSON ANNA"}, "nationality": {MRZ: "UTO"}})
    foreign = replace(said, kind=Kind.PASSPORT)
    assert not fuse(foreign, None, None).fields["full_name"].doubtful
    vietnamese = a_side({"full_name": {MRZ: "DANG SEN"}, "nationality": {MRZ: "Việt Nam"}})
    seen = fuse(replace(vietnamese, kind=Kind.PASSPORT), None, None)
    assert seen.fields["full_name"].doubtful
