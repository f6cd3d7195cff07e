"""Reading lines of print by the net, from pictures drawn on the spot."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ekyc.settings import Documents
from ekyc.vision import lines, models
from ekyc.vision import print as prints
from ekyc.vision.image import Pixels
from ekyc.vision.layouts import parsing
from ekyc.vision.layouts.row import Row

PAPER = (236, 240, 232)


def a_crop(*texts: tuple[float, float, str, int], size: tuple[int, int] = (1180, 60)) -> Pixels:
    """A part of a straightened side: x, y, what is printed there, and how large."""
    image = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(image)
    for x, y, text, high in texts:
        font = ImageFont.truetype(models.path("Roboto-Regular.ttf"), high)
        pen.text((x, y), text, font=font, fill=(24, 24, 28))
    grain = np.random.default_rng(3).normal(0, 3, (size[1], size[0], 3))
    return np.clip(np.asarray(image)[..., ::-1] + grain, 0, 255).astype(np.uint8)


def said(crop: Pixels) -> list[str]:
    (read,) = lines.read([crop])
    return [line.text for line in read]


def test_a_name_is_read_with_every_mark_and_tone() -> None:
    assert said(a_crop((20, 6, "NGUYỄN THỊ ÁNH TUYẾT", 44))) == ["NGUYỄN THỊ ÁNH TUYẾT"]


def test_a_label_and_the_larger_value_beside_it_are_one_line() -> None:
    crop = a_crop((20, 14, "Giới tính / Sex:", 30), (250, 6, "Nữ", 38))
    assert said(crop) == ["Giới tính / Sex: Nữ"]


def test_two_lines_that_nearly_touch_are_read_one_by_one() -> None:
    crop = a_crop((20, 8, "Xã Lưỡng Vượng, Huyện", 36), (20, 52, "Yên Sơn", 36), size=(1180, 110))
    assert said(crop) == ["Xã Lưỡng Vượng, Huyện", "Yên Sơn"]


def test_what_is_out_of_focus_and_grainy_is_read_all_the_same() -> None:
    crop = cv2.GaussianBlur(a_crop((20, 8, "Số 8, Thôn Hạ, Bắc Giang", 38)), (0, 0), 2.4)
    grain = np.random.default_rng(4).normal(0, 5, crop.shape)
    crop = np.clip(crop * 0.6 + grain, 0, 255).astype(np.uint8)
    assert said(crop) == ["Số 8, Thôn Hạ, Bắc Giang"]


def test_what_the_other_sides_code_tells_starts_no_second_reader(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    program = tmp_path / "program"
    program.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo tesseract 5.3.0 && exit\ntouch {asked}\nexit 1\n'
    )
    program.chmod(0o755)
    crop = a_crop((20, 8, "22/05/2021", 40))
    row = Row(box=(0, 0, 1180, 60), parse=parsing.issue, fields=("issue_date",), elsewhere=True)
    limits = Documents(ocr_program=str(program))
    for thorough in (False, True):
        said = prints.read(crop, [row], limits, known={}, thorough=thorough)
        assert said["issue_date"].value == "2021-05-22"
        assert said["issue_date"].confidence < 0.8
        assert asked.exists() is thorough


@pytest.mark.parametrize("light", [40, 235])
def test_empty_paper_says_nothing(light: int) -> None:
    grain = np.random.default_rng(5).normal(light, 4, (80, 900, 3))
    assert said(np.clip(grain, 0, 255).astype(np.uint8)) == []


def test_large_print_is_read_like_small() -> None:
    crop = a_crop((20, 10, "000123456789", 62), size=(900, 90))
    assert said(crop) == ["000123456789"]
