"""How lines of print become fields, however an OCR program spells them."""

from collections.abc import Sequence

import pytest

from ekyc.domain import address
from ekyc.domain.document import Candidate, Kind, Side
from ekyc.vision import gazetteer, titles
from ekyc.vision import print as prints
from ekyc.vision.layouts import parsing
from ekyc.vision.line import Line


def lines(*texts: str, sure: float = 0.9) -> Sequence[Line]:
    return [Line(words=tuple((word, sure) for word in text.split())) for text in texts]


def values(found: dict[str, Candidate]) -> dict[str, str]:
    return {name: candidate.value for name, candidate in found.items()}


def test_a_number_is_found_among_its_label_and_letters_that_look_like_digits() -> None:
    assert values(parsing.number(lines("số/No: OOO195499751"))) == {"number": "000195499751"}
    assert parsing.number(lines("số/No: 1234")) == {}


def test_the_name_is_the_longest_line_in_capitals() -> None:
    found = parsing.name(lines("„ .", "CAO DIỆU CHÂU -", "Ngày"))
    assert values(found) == {"full_name": "CAO DIỆU CHÂU"}
    assert parsing.name(lines("Ngày sinh")) == {}


def test_a_surname_that_nobody_has_is_the_one_it_resembles_and_doubtful() -> None:
    said = parsing.name(lines("NGUYÊN THỊ THU"))["full_name"]
    assert said == Candidate(value="NGUYỄN THỊ THU", confidence=0.6)
    assert prints.agreed("full_name", said, said).confidence < 0.8


def test_a_surname_in_no_list_stays_in_doubt_though_two_read_the_same() -> None:
    said = parsing.name(lines("THIẾU VĂN THƯƠNG"))["full_name"]
    assert said.value == "THIẾU VĂN THƯƠNG"
    assert prints.agreed("full_name", said, said).confidence < 0.8


def test_an_end_torn_from_its_syllable_goes_back_to_it() -> None:
    assert values(parsing.name(lines("ÔNG THỊ HỢ P MỪ NG"))) == {"full_name": "ÔNG THỊ HỢP MỪNG"}
    assert values(parsing.name(lines("H' NHI NIÊ"))) == {"full_name": "H' NHI NIÊ"}


def test_a_label_torn_apart_is_no_part_of_the_address() -> None:
    found = parsing.place("residence")(lines("Nơi cư trú / Place of reside nce:", "Xóm Bãi"))
    assert values(found) == {"residence": "Xóm Bãi"}


@pytest.mark.parametrize("text", ["05/03/1977", "O5/03/1977", "05/! 03/: 1977", "05.03.1977"])
def test_a_date_is_read_through_specks(text: str) -> None:
    found = parsing.birth(lines(f"Ngày sinh / Date of bíth: {text}"))
    assert values(found) == {"birth_date": "1977-03-05"}


def test_what_is_no_day_is_no_date() -> None:
    assert parsing.issue(lines("Date, month, year: 31/02/2022", "12345/6/7890")) == {}


def test_a_card_for_life_says_so() -> None:
    assert values(parsing.expiry(lines("Có giá trị đến: Không thời hạn"))) == {
        "expiry_date": "none"
    }
    assert parsing.expiry(lines("Date of expiry:")) == {}


def test_sex_and_nationality_stand_in_one_line() -> None:
    found = parsing.sex_and_nationality(
        lines("Giới tính / Sex: Nứ Quốc tịch / Natlonalty: Việt Nam")
    )
    assert values(found) == {"sex": "F", "nationality": "Việt Nam"}


def test_the_nation_is_not_taken_for_the_sex() -> None:
    found = parsing.sex_and_nationality(
        lines("Giới tính / Sex: N# Quốc tịch / Nationality: Việt Nam")
    )
    assert values(found) == {"nationality": "Việt Nam"}


def test_a_misread_nation_is_mended_and_less_sure() -> None:
    found = parsing.sex_and_nationality(lines("Sex: Nam Quốc tịch / Nationality: Việt Nom"))
    assert found["nationality"] == Candidate(value="Việt Nam", confidence=0.7)
    other = parsing.sex_and_nationality(lines("Sex: Nam Quốc tịch / Nationality: Lào"))
    assert other["nationality"].value == "Lào"


def test_places_are_told_apart_by_their_labels() -> None:
    found = parsing.places(
        lines(
            "Quê quán / Place of ongin: :",
            "Xã Diễn Kỷ Huyện Hàm Thuận Bắc, Đồng Tháp",
            "Nơi thường trú / Place ofresidence. XÓm 4, Xã Hải Bối, Quận",
            "Hoàn Kiếm, Nam Định",
        )
    )
    assert values(found) == {
        "origin": "Xã Diễn Kỷ, Huyện Hàm Thuận Bắc, Đồng Tháp",
        "residence": "Xóm 4, Xã Hải Bối, Quận Hoàn Kiếm, Nam Định",
    }


def test_a_label_misread_beyond_knowing_still_ends_at_its_colon() -> None:
    found = parsing.places(lines("Nơi thường trú / Plsoe cf rxyz: TỔ 7, TP Huế"))
    assert values(found) == {"residence": "Tổ 7, TP Huế"}


def test_what_two_readers_say_alike_is_sure_and_what_one_says_alone_never() -> None:
    here, there = (
        Candidate(value=v, confidence=c) for v, c in (("Lào Cai", 0.9), ("Lảo Cai", 0.8))
    )
    assert prints.agreed("origin", here, here).confidence > 0.95
    assert prints.agreed("origin", here, there) == Candidate(value="Lào Cai", confidence=0.45)
    assert prints.agreed("origin", here, None).confidence < 0.8
    assert prints.agreed("origin", None, here).confidence < 0.8


@pytest.mark.parametrize("read", ["Xã Đa Tồn, Huyện Gia Lâm, Hà Nội", "Xã Nowhere, Hà Nội"])
def test_an_address_that_was_mended_or_is_in_no_list_stays_in_doubt_though_two_read_the_same(
    read: str,
) -> None:
    said = address.checked(Candidate(value=read, confidence=0.99), gazetteer.units())
    assert prints.agreed("residence", said, said).confidence < 0.8


def test_two_who_are_unsure_of_marks_may_err_alike_but_not_of_digits() -> None:
    one, other = (Candidate(value="2021-05-22", confidence=c) for c in (0.9, 0.6))
    assert prints.agreed("full_name", one, other).confidence < 0.8
    assert prints.agreed("issue_date", one, other).confidence > 0.95


@pytest.mark.parametrize(
    "text", ["Ngày 22 tháng 05 năm 2021", "Ngày / date 22 tháng / month 05 năm / year 2021"]
)
def test_a_date_in_words_is_a_date(text: str) -> None:
    assert values(parsing.issue(lines(text))) == {"issue_date": "2021-05-22"}


def test_values_are_told_from_labels_on_their_own_line() -> None:
    assert values(parsing.name(lines("Họ và tên: CAO DIỆU CHÂU"))) == {"full_name": "CAO DIỆU CHÂU"}
    said = parsing.places(lines("Nơi cư trú / Place of residence:", "Tổ 7, Xã Hải Bối, Hà Nội"))
    assert values(said) == {"residence": "Tổ 7, Xã Hải Bối, Hà Nội"}
    said = parsing.place("origin")(lines("Quẽ quản: Xã Hải Bối, Hà Nội"))
    assert "Xã Hải Bối, Hà Nội" in values(said)["origin"]
    assert values(parsing.nationality(lines("Quốc tịch / Nationality: VIỆT NAM"))) == {
        "nationality": "Việt Nam"
    }


def test_old_numbers_passport_numbers_and_classes_have_their_own_shapes() -> None:
    assert values(parsing.old_number(lines("SỐ 000763527"))) == {"number": "000763527"}
    assert values(parsing.passport_number(lines("P VNM SP6342074"))) == {"number": "SP6342074"}
    assert values(parsing.licence_class(lines("Hạng / Class: B2"))) == {"licence_class": "B2"}
    assert parsing.licence_class(lines("Hạng / Class: X9")) == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Độc lập - Tự do - Hạnh phúc CĂN CƯỚC CỘNG DÂN", (Kind.CCCD_2016, Side.FRONT)),
        (
            "SOCIALIST REPUBLIC OF VIET NAM Independence - Freedom - Happiness CĂN CƯỚC"
            " IDENTITY CARD",
            (Kind.CAN_CUOC_2024, Side.FRONT),
        ),
        ("GIẤY CHỨNG MINH NHÂN DÂN", (Kind.CMND, Side.FRONT)),
        ("BỘ CÔNG AN GIẤY PHÉP LÁI XE / DRIVER'S LICENSE", (Kind.GPLX, Side.FRONT)),
        ("Đặc điểm nhận dạng: Sẹo chấm", (Kind.CCCD_2016, Side.BACK)),
        ("Đặc điểm nhận dạng / Personal identification:", (Kind.CCCD_2021, Side.BACK)),
        ("a letter from home", None),
    ],
)
def test_a_side_is_known_by_its_title(text: str, told: tuple[Kind, Side] | None) -> None:
    assert titles.of_text(text, coded=False) == told


def test_citizen_cards_of_2016_and_2021_are_told_apart_by_a_code_nobody_could_read() -> None:
    title = "CĂN CƯỚC CÔNG DÂN"
    assert titles.of_text(title, coded=True) == (Kind.CCCD_2021, Side.FRONT)
    assert titles.of_text(title, coded=False) == (Kind.CCCD_2016, Side.FRONT)
    covered = titles.of_text(f"{title} Citizen ldentity Card", coded=False)
    assert covered == (Kind.CCCD_2021, Side.FRONT)


def test_only_the_words_of_a_value_count_for_its_confidence() -> None:
    line = Line(words=(("Sex:", 0.1), ("Nam", 0.9)))
    assert line.confidence("Nam") == 0.9
    assert line.confidence("else") == 0.1


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("05 Feb 1985", "1985-02-05"),
        ("20 FEB /FÉV 2026", "2026-02-20"),
        ("12 0CT /0CT 2023", "2023-10-12"),
        ("09 AOÛT 2012", "2012-08-09"),
        ("1406 2019", "2019-06-14"),
        ("14.02.1972", "1972-02-14"),
        ("31 FEB 2026", None),
        ("05 XYZ 1985", None),
    ],
)
def test_days_of_passports_are_read_however_their_months_are_written(
    text: str, day: str | None
) -> None:
    assert values(parsing.day("issue_date")(lines(text))).get("issue_date") == day


def test_a_foreign_number_may_be_torn_or_all_digits() -> None:
    assert values(parsing.passport_number(lines("X3367257 3"))) == {"number": "X33672573"}
    assert values(parsing.passport_number(lines("No 123456789"))) == {"number": "123456789"}
    assert parsing.passport_number(lines("PASSPORT")) == {}
