"""Printed addresses beside the lists of places: known, mended, or in doubt."""

import pytest

from ekyc.domain.address import Gazetteer, checked
from ekyc.domain.document import Candidate

PLACES = Gazetteer.of(
    [
        ("Thành phố Hà Nội", "Huyện Gia Lâm", ["Xã Đa Tốn", "Xã Bát Tràng"]),
        ("Tỉnh Nghệ An", "Huyện Diễn Châu", ["Xã Diễn Kỷ", "Xã Diễn Kỳ"]),
        ("Tỉnh Nghệ An", "", ["Xã Diễn Châu", "Xã Diễn Thịnh"]),
    ]
)


def looked_at(value: str, confidence: float = 0.9) -> Candidate:
    return checked(Candidate(value=value, confidence=confidence), PLACES)


@pytest.mark.parametrize(
    "value",
    [
        "Tổ 7, Xã Đa Tốn, Huyện Gia Lâm, Hà Nội",
        "Xã Bát Tràng, Huyện Gia Lâm, Thành phố Hà Nội",
        "Thôn Thượng, Xã Diễn Châu, Nghệ An",
        "Thôn Thượng, Diễn Châu, Nghệ An",
        "Xã Diễn Kỳ, Diễn Châu, Nghệ An",
    ],
)
def test_places_that_lie_in_one_another_make_an_address_surer(value: str) -> None:
    seen = looked_at(value)
    assert seen.value == value
    assert seen.confidence == pytest.approx(0.95)


def test_places_that_do_not_lie_in_one_another_are_in_doubt() -> None:
    seen = looked_at("Xã Đa Tốn, Huyện Gia Lâm, Nghệ An")
    assert seen == Candidate(value="Xã Đa Tốn, Huyện Gia Lâm, Nghệ An", confidence=0.65)


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("Đa Tồn, Gia Lâm, Hà Nội", "Đa Tốn, Gia Lâm, Hà Nội"),
        ("Ngỗ 9 Ngô Huế, Đa Tốn, Gia Lâm, Hà Nội", "Ngõ 9 Ngô Huế, Đa Tốn, Gia Lâm, Hà Nội"),
        ("Số 8, Bát Tràng, Gia Lẩm, Hà Nội", "Số 8, Bát Tràng, Gia Lâm, Hà Nội"),
        ("Xã Bat Trang, Huyện Gia Lâm, TP. Hà Nội", "Xã Bát Tràng, Huyện Gia Lâm, TP. Hà Nội"),
    ],
)
def test_a_name_printed_alone_is_looked_for_in_the_place_it_lies_in(
    read: str, printed: str
) -> None:
    assert looked_at(read) == Candidate(value=printed, confidence=0.6)


@pytest.mark.parametrize("read", ["Xã Đa Tổn", "Xã Da Tốn", "Xã Đa Tôm"])
def test_a_misread_letter_or_mark_is_mended_and_the_customer_asked(read: str) -> None:
    mended = looked_at(f"{read}, Huyện Gia Lâm, Hà Nội")
    assert mended == Candidate(value="Xã Đa Tốn, Huyện Gia Lâm, Hà Nội", confidence=0.6)


@pytest.mark.parametrize("read", ["Xã Diễn Ky", "Xã Nowhere", "Phường 25"])
def test_what_could_be_two_places_or_none_stays_and_is_in_doubt(read: str) -> None:
    seen = looked_at(f"{read}, Huyện Diễn Châu, Nghệ An")
    assert seen == Candidate(value=f"{read}, Huyện Diễn Châu, Nghệ An", confidence=0.65)


def test_an_unsure_address_is_not_made_sure_by_known_places() -> None:
    assert looked_at("Xã Đa Tốn, Huyện Gia Lâm, Hà Nội", confidence=0.45).confidence < 0.8
