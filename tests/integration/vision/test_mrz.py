"""Finding and reading drawn machine-readable zones with the real networks, at any angle."""

import cv2
import numpy as np
import pytest

from ekyc.domain.mrz_decoding import Level
from ekyc.vision import card, mrz
from tests.zones import CARD, ZONES, a_document, seen


@pytest.mark.parametrize(
    ("turn_deg", "format_"),
    [(8, "TD1"), (97, "TD2"), (172, "TD3"), (263, "MRV-A"), (350, "MRV-B")],
)
def test_a_zone_of_every_format_is_read_whichever_way_it_lies(turn_deg: int, format_: str) -> None:
    zone = mrz.find(seen(a_document(ZONES[format_]), turn_deg=turn_deg))
    assert zone is not None
    assert (zone.mrz.format.value, zone.mrz.lines) == (format_, ZONES[format_])
    assert zone.level in (Level.RAW, Level.GRAMMAR)
    assert abs((zone.turn_deg - turn_deg + 180) % 360 - 180) < 2


def test_the_corners_are_those_of_the_print() -> None:
    zone = mrz.find(seen(a_document(CARD), turn_deg=0))
    assert zone is not None
    left, top = zone.corners[0]
    right, bottom = zone.corners[2]
    begin, end = (800 + 0.6 * (x - card.WIDTH / 2) for x in (80, 80 + 1524))
    assert abs(left - begin) < 10
    assert abs(right - end) < 10
    assert 800 + 0.6 * 240 < top < bottom < 800 + 0.6 * 540


def test_a_zone_on_a_bent_page_is_read() -> None:
    photo = seen(a_document(ZONES["TD3"]), turn_deg=0, share=0.8)
    x, y = np.meshgrid(np.arange(1600, dtype=np.float32), np.arange(1600, dtype=np.float32))
    bent = cv2.remap(photo, x, y - 4e-5 * (x - 500) ** 2, cv2.INTER_LINEAR)
    zone = mrz.find(np.asarray(bent))
    assert zone is not None
    assert zone.mrz.lines == ZONES["TD3"]


def test_a_doctored_zone_is_read_as_printed_and_not_valid() -> None:
    first, second = ZONES["TD3"]
    doctored = (first, second[:13] + "9" + second[14:])
    zone = mrz.find(seen(a_document(doctored), turn_deg=180))
    assert zone is not None
    assert (zone.mrz.lines, zone.mrz.valid, zone.sure) == (doctored, False, False)


def test_lines_of_fillers_are_no_valid_zone() -> None:
    zone = mrz.find(seen(a_document(("<" * 44, "<" * 44)), turn_deg=0))
    assert zone is None or not zone.mrz.valid


def test_a_page_of_other_print_has_no_zone() -> None:
    assert mrz.find(seen(a_document([" "]), turn_deg=90)) is None


def test_a_straightened_card_is_read_where_its_zone_must_be() -> None:
    zone = mrz.read(a_document(CARD))
    assert zone is not None
    assert (zone.mrz.lines, zone.sure) == (CARD, True)
    assert zone.stretch < 0.02
    said = zone.candidates()
    assert said["number"].value == "000190004217"
    assert said["number"].confidence == mrz.VALID
    assert said["full_name"].confidence <= mrz.UNSURE


def test_a_card_with_a_misprinted_digit_says_little_and_unsurely() -> None:
    zone = mrz.read(a_document((CARD[0], CARD[1][:2] + "7" + CARD[1][3:], CARD[2])))
    assert zone is not None
    assert not zone.mrz.valid
    assert "birth_date" not in zone.candidates()
    assert zone.candidates()["number"].confidence == mrz.UNCHECKED


def test_plain_paper_has_no_zone() -> None:
    assert mrz.read(np.full((card.HEIGHT, card.WIDTH, 3), 220, np.uint8)) is None


def test_a_page_photographed_from_its_side_is_read_to_both_ends() -> None:
    photo = seen(a_document(ZONES["TD3"]), turn_deg=0, share=0.7)
    square = np.array([[0, 0], [1600, 0], [1600, 1600], [0, 1600]], np.float32)
    aslant = square + np.array([[160, 220], [0, 0], [0, 0], [160, -220]], np.float32)
    view = cv2.getPerspectiveTransform(square, aslant)
    zone = mrz.find(np.asarray(cv2.warpPerspective(photo, view, (1600, 1600))))
    assert zone is not None
    assert zone.mrz.lines == ZONES["TD3"]
