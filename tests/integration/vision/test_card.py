"""Finding a card, its print and its faults in pictures drawn on the spot."""

import cv2
import numpy as np
import pytest
import segno

from ekyc.domain.document import FaultCode, Kind, Side
from ekyc.vision import card, qr, quality
from ekyc.vision.image import Pixels
from ekyc.vision.inked import INKED
from ekyc.vision.sides import settle
from tests.zones import CARD, a_document

CORNERS = np.array([[90.5, 80.2], [540.3, 95.7], [530.1, 378.4], [84.8, 369.9]])


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


def test_a_code_out_of_focus_is_brought_back_and_read() -> None:
    text = "Xã Đa Tốn, " * 11
    sharp = a_code(text, 300)
    disc = np.hypot(*np.mgrid[-6:7, -6:7]) < 5.5
    blurred = cv2.filter2D(sharp, -1, disc / disc.sum(), borderType=cv2.BORDER_REPLICATE)
    assert qr.read_photograph(np.asarray(blurred)) is None
    found = qr.read_closely(np.asarray(blurred))
    assert found is not None
    assert found.text == text


def test_a_code_in_a_soft_and_grainy_photograph_is_brought_back_and_read() -> None:
    text = "Xã Đa Tốn, " * 11
    soft = cv2.GaussianBlur(a_code(text, 300), (0, 0), 3.3) * 0.7 + 20
    grain = cv2.GaussianBlur(np.random.default_rng(3).normal(0, 6, soft.shape), (0, 0), 1)
    found = qr.read_closely(np.clip(soft + grain, 0, 255).astype(np.uint8))
    assert found is not None
    assert found.text == text


def test_the_dark_and_the_glaring_are_told_before_anything_else() -> None:
    for light, code in ((20, FaultCode.TOO_DARK), (254, FaultCode.TOO_BRIGHT)):
        picture = np.full((card.HEIGHT, card.WIDTH, 3), light, np.uint8)
        assert [fault.code for fault in quality.faults(picture, None)] == [code]


def test_a_black_and_white_copy_is_told() -> None:
    codes = {
        fault.code
        for fault in quality.faults(
            cv2.cvtColor(a_document(CARD) // 4 * 3, cv2.COLOR_GRAY2BGR), Side.BACK
        )
    }
    assert FaultCode.BLACK_AND_WHITE in codes


BACK = INKED[Kind.CCCD_2021, Side.BACK]


def test_a_reflection_counts_where_it_hides_print() -> None:
    back = np.asarray(cv2.cvtColor(a_document(CARD), cv2.COLOR_GRAY2BGR))
    back[30:190, 60:820] = np.random.default_rng(1).integers(0, 255, (160, 760, 3))
    assert not quality.washed_out(back, BACK)
    beside, over = back.copy(), back.copy()
    beside[300:700, 1000:1600] = 255
    over[780:900, 700:1000] = 255
    assert not quality.washed_out(beside, BACK)
    assert quality.washed_out(over, BACK)


def test_blur_is_told_from_sharpness_in_and_out_of_focus_and_moved() -> None:
    sharp = np.random.default_rng(1).integers(60, 220, (108, 172, 3)).astype(np.uint8)
    sharp = np.asarray(
        cv2.resize(sharp, (card.WIDTH, card.HEIGHT), interpolation=cv2.INTER_NEAREST)
    )
    assert quality.blur_of(sharp) is None
    assert quality.blur_of(np.asarray(cv2.GaussianBlur(sharp, (0, 0), 6))) is FaultCode.BLUR
    assert quality.blur_of(np.asarray(cv2.blur(sharp, (41, 1)))) is FaultCode.MOTION
