"""How lines of print become fields, however an OCR program spells them."""

from collections.abc import Sequence

import pytest

from ekyc.domain.document import Candidate
from ekyc.vision import print as prints
from ekyc.vision.ocr import Line


def lines(*texts: str, sure: float = 0.9) -> Sequence[Line]:
    return [Line(words=tuple((word, sure) for word in text.split())) for text in texts]


def values(found: dict[str, Candidate]) -> dict[str, str]:
    return {name: candidate.value for name, candidate in found.items()}


def test_a_number_is_found_among_its_label_and_letters_that_look_like_digits() -> None:
    assert values(prints._number(lines("số/No: OOO195499751"))) == {"number": "000195499751"}
    assert prints._number(lines("số/No: 1234")) == {}


def test_the_name_is_the_longest_line_in_capitals() -> None:
    found = prints._name(lines("„ .", "CAO DIỆU CHÂU -", "Ngày"))
    assert values(found) == {"full_name": "CAO DIỆU CHÂU"}
    assert prints._name(lines("Ngày sinh")) == {}


@pytest.mark.parametrize("text", ["05/03/1977", "O5/03/1977", "05/! 03/: 1977", "05.03.1977"])
def test_a_date_is_read_through_specks(text: str) -> None:
    found = prints._birth(lines(f"Ngày sinh / Date of bíth: {text}"))
    assert values(found) == {"birth_date": "1977-03-05"}


def test_what_is_no_day_is_no_date() -> None:
    assert prints._issue(lines("Date, month, year: 31/02/2022", "12345/6/7890")) == {}


def test_a_card_for_life_says_so() -> None:
    assert values(prints._expiry(lines("Có giá trị đến: Không thời hạn"))) == {
        "expiry_date": "none"
    }
    assert prints._expiry(lines("Date of expiry:")) == {}


def test_sex_and_nationality_stand_in_one_line() -> None:
    found = prints._sex_and_nationality(
        lines("Giới tính / Sex: Nứ Quốc tịch / Natlonalty: Việt Nam")
    )
    assert values(found) == {"sex": "F", "nationality": "Việt Nam"}


def test_the_nation_is_not_taken_for_the_sex() -> None:
    found = prints._sex_and_nationality(
        lines("Giới tính / Sex: N# Quốc tịch / Nationality: Việt Nam")
    )
    assert values(found) == {"nationality": "Việt Nam"}


def test_a_misread_nation_is_mended_and_less_sure() -> None:
    found = prints._sex_and_nationality(lines("Sex: Nam Quốc tịch / Nationality: Việt Nom"))
    assert found["nationality"] == Candidate(value="Việt Nam", confidence=0.7)
    other = prints._sex_and_nationality(lines("Sex: Nam Quốc tịch / Nationality: Lào"))
    assert other["nationality"].value == "Lào"


def test_places_are_told_apart_by_their_labels() -> None:
    found = prints._places(
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
    found = prints._places(lines("Nơi thường trú / Plsoe cf rxyz: TỔ 7, TP Huế"))
    assert values(found) == {"residence": "Tổ 7, TP Huế"}


def test_two_looks_that_differ_leave_doubt() -> None:
    here, there = (
        Candidate(value=v, confidence=c) for v, c in (("Lào Cai", 0.9), ("Lảo Cai", 0.8))
    )
    assert prints._agreed(here, here) == here
    assert prints._agreed(here, there) == Candidate(value="Lào Cai", confidence=0.45)


def test_only_the_words_of_a_value_count_for_its_confidence() -> None:
    line = Line(words=(("Sex:", 0.1), ("Nam", 0.9)))
    assert line.confidence("Nam") == 0.9
    assert line.confidence("else") == 0.1
