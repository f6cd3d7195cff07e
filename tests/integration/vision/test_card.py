"""Finding a card, its print and its faults in pictures drawn on the spot."""

from datetime import date

import cv2
import numpy as np
import pytest
import segno

from ekyc.domain import mrz as rules
from ekyc.domain.document import FaultCode, Side
from ekyc.vision import card, mrz, qr, quality
from ekyc.vision.image import Pixels
from ekyc.vision.sides import settle

CORNERS = np.array([[90.5, 80.2], [540.3, 95.7], [530.1, 378.4], [84.8, 369.9]])
LINES = rules.vietnamese_card(
    number="000190004217",
    full_name="Đặng Thị Thu Thảo",
    birth=date(1990, 9, 2),
    sex="F",
    expiry=date(2030, 9, 2),
)


def a_table(light: int = 90) -> Pixels:
    noise = np.random.default_rng(1).normal(light, 4, (480, 640, 3))
    return np.clip(noise, 0, 255).astype(np.uint8)


def a_table_with_a_card() -> Pixels:
    picture = a_table()
    outline = np.round(CORNERS * 16).astype(np.int32)
    cv2.fillConvexPoly(picture, outline, (205, 225, 215), cv2.LINE_AA, 4)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.7))


def test_a_card_on_a_table_is_found_to_a_fraction_of_a_pixel() -> None:
    found = card.find(a_table_with_a_card(), code=None)
    assert found is not None
    assert np.abs(found.quad - CORNERS).max() < 1.0
    assert found.confidence > 0.7
    assert not found.cut
    assert found.width_px == pytest.approx(448, abs=3)


def test_a_table_without_a_card_has_none_that_is_sure() -> None:
    found = card.find(a_table(), code=None)
    assert found is None or found.confidence < card.SURE


def test_an_outline_that_is_off_is_drawn_to_the_edge() -> None:
    settled = settle(a_table_with_a_card(), CORNERS + np.array([3, -2]), reach=0.015)
    assert np.abs(settled.quad - CORNERS).max() < 1.0
    assert settled.support.min() > 0.7


def test_a_card_at_the_rim_is_cut() -> None:
    found = card.find(a_table_with_a_card()[:, 100:], code=None)
    assert found is None or found.cut or found.confidence < card.SURE


def test_a_straightened_card_begins_with_the_corner_given_first() -> None:
    picture = a_table()
    cv2.circle(picture, (530, 378), 40, (0, 0, 255), -1)
    assert card.straightened(picture, CORNERS)[-40, -40, 2] == 255
    assert card.straightened(picture, np.roll(CORNERS, 2, axis=0))[40, 40, 2] == 255


def a_back() -> Pixels:
    """A zone on white, as on a straightened card."""
    glyphs = mrz._glyphs(15.9)
    small = np.full((337, 539), 255, np.float32)
    for row, line in enumerate(LINES):
        for column, sign in enumerate(line):
            top, left = 244 + 26 * row, 24 + 16 * column
            tile = small[top : top + mrz.CELL, left : left + mrz.PITCH]
            np.minimum(tile, glyphs[sign], out=tile)
    grown = cv2.resize(small, (card.WIDTH, card.HEIGHT), interpolation=cv2.INTER_CUBIC)
    grey = np.clip(grown, 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def test_a_zone_is_read_by_its_typeface() -> None:
    zone = mrz.read(a_back())
    assert zone is not None
    assert zone.mrz.lines == LINES
    said = zone.candidates()
    assert said["number"].value == "000190004217"
    assert said["number"].confidence == mrz.VALID
    assert said["full_name"].confidence <= mrz.UNSURE


def test_a_zone_with_a_misprinted_digit_says_little_and_unsurely() -> None:
    picture = a_back()
    scale = card.WIDTH / 539
    left, top = round((24 + 16 * 2) * scale), round((244 + 26) * scale)
    wide, high = round(16 * scale), round(24 * scale)
    four = round((24 + 16 * 29) * scale)
    picture[top : top + high, left : left + wide] = picture[top : top + high, four : four + wide]
    zone = mrz.read(picture)
    assert zone is not None
    assert not zone.mrz.valid
    assert "birth_date" not in zone.candidates()
    assert zone.candidates()["number"].confidence == mrz.UNCHECKED


def test_plain_paper_has_no_zone() -> None:
    assert mrz.read(np.full((card.HEIGHT, card.WIDTH, 3), 220, np.uint8)) is None


def a_code(text: str, pixels: int) -> Pixels:
    modules = np.array([[0 if dark else 255 for dark in row] for row in segno.make(text).matrix])
    framed = np.pad(modules.astype(np.uint8), 4, constant_values=255)
    grown = cv2.resize(framed, (pixels, pixels), interpolation=cv2.INTER_AREA)
    return np.asarray(grown)


def test_a_code_says_its_vietnamese_as_written_and_where_it_is() -> None:
    text = "000190004217||Đặng Thị Thu Thảo|02091990|Nữ|Phố Mẫu|22052021"
    table = np.full((400, 600), 130, np.uint8)
    table[50:290, 300:540] = a_code(text, 240)
    symbol = qr.read_photograph(table)
    assert symbol is not None
    assert symbol.text == text
    assert np.abs(symbol.corners.mean(axis=0) - (420, 170)).max() < 4


def test_a_code_too_small_for_a_first_look_is_read_closely() -> None:
    tiny = np.asarray(cv2.GaussianBlur(a_code("0" * 60, 74), (0, 0), 0.6))
    assert qr.read_closely(tiny) is not None
    assert qr.read_photograph(np.full((50, 50), 200, np.uint8)) is None


def test_the_dark_and_the_glaring_are_told_before_anything_else() -> None:
    for light, code in ((20, FaultCode.TOO_DARK), (254, FaultCode.TOO_BRIGHT)):
        picture = np.full((card.HEIGHT, card.WIDTH, 3), light, np.uint8)
        assert [fault.code for fault in quality.faults(picture, None)] == [code]


def test_a_black_and_white_copy_is_told() -> None:
    codes = {fault.code for fault in quality.faults(a_back() // 4 * 3, Side.BACK)}
    assert FaultCode.BLACK_AND_WHITE in codes


def test_a_reflection_counts_where_it_hides_print() -> None:
    back = a_back()
    back[30:190, 60:820] = np.random.default_rng(1).integers(0, 255, (160, 760, 3))
    assert not quality.washed_out(back, Side.BACK)
    beside, over = back.copy(), back.copy()
    beside[300:700, 1000:1600] = 255
    over[780:900, 700:1000] = 255
    assert not quality.washed_out(beside, Side.BACK)
    assert quality.washed_out(over, Side.BACK)


def test_blur_is_told_from_sharpness_in_and_out_of_focus_and_moved() -> None:
    sharp = np.random.default_rng(1).integers(60, 220, (108, 172, 3)).astype(np.uint8)
    sharp = np.asarray(
        cv2.resize(sharp, (card.WIDTH, card.HEIGHT), interpolation=cv2.INTER_NEAREST)
    )
    assert not quality.is_blurred(sharp)
    assert quality.is_blurred(np.asarray(cv2.GaussianBlur(sharp, (0, 0), 6)))
    assert quality.is_blurred(np.asarray(cv2.blur(sharp, (41, 1))))
