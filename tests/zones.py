"""Drawn documents with a machine-readable zone, and what a camera makes of them."""

from collections.abc import Sequence
from datetime import date

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ekyc.domain import mrz as rules
from ekyc.vision import card, models
from ekyc.vision.image import Pixels

CARD = rules.vietnamese_card(
    number="000190004217",
    full_name="ĐẶNG THỊ THU THẢO",
    birth=date(1990, 9, 2),
    sex="F",
    expiry=date(2030, 9, 2),
)
# The specimens printed in ICAO 9303, parts 4 to 7: state UTO, nobody's.
ZONES = {
    "TD1": CARD,
    "TD2": ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"),
    "TD3": (
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    ),
    "MRV-A": (
        "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L8988901C4XXX4009078F96121096ZE184226B<<<<<<",
    ),
    "MRV-B": ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"),
}


def a_document(lines: Sequence[str]) -> Pixels:
    """Paper the size of a straightened card with some print, and the zone along its lower edge."""
    pitch = 1524 / max(map(len, lines))
    step = 84.0 * pitch / 50.8
    paper = Image.new("L", (card.WIDTH, card.HEIGHT), 226)
    pen = ImageDraw.Draw(paper)
    print_ = ImageFont.truetype(models.path("Roboto-Regular.ttf"), 34)
    for row in range(9):
        pen.text(
            (90, 60 + 62 * row), "Nơi cư trú / Place of residence 12/03/1987", fill=60, font=print_
        )
    signs = ImageFont.truetype(models.path("OCRB.otf"), 70 * pitch / 50.8)
    top = card.HEIGHT - 30 - step * len(lines)
    for row, line in enumerate(lines):
        for column, sign in enumerate(line):
            pen.text((80 + column * pitch, top + row * step), sign, fill=25, font=signs)
    return np.asarray(paper)


def seen(document: Pixels, *, turn_deg: float, share: float = 0.6) -> Pixels:
    """The document on a table, turned clockwise, a little blurred and noisy."""
    size = 1600
    matrix = cv2.getRotationMatrix2D((card.WIDTH / 2, card.HEIGHT / 2), -turn_deg, share)
    matrix[0, 2] += (size - card.WIDTH) / 2
    matrix[1, 2] += (size - card.HEIGHT) / 2
    smooth = cv2.GaussianBlur(document, (0, 0), 0.5 / share)
    photo = cv2.warpAffine(smooth, matrix, (size, size), borderValue=120)
    noise = np.random.default_rng(3).normal(0, 3, photo.shape)
    grey = np.clip(photo + noise, 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)
