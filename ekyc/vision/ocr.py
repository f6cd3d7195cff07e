"""Reads lines of print through pytesseract: all crops of a side in one picture, one program start.

The program is the system's tesseract where there is one, else the stand-in on the tesserocr wheel;
the model (vie, best_int) is our own in both cases.
"""

import os
import shutil
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import pytesseract
from PIL import Image

from ekyc.settings import Documents
from ekyc.vision import models, tesseract_stand_in
from ekyc.vision.image import Pixels
from ekyc.vision.line import Line

# One thread a process: tesseract's own threads fight for the same cores and cost four times more.
os.environ["OMP_THREAD_LIMIT"] = "1"

MARGIN: Final = 24
DARKEST: Final = 0.02


SCALE: Final = 0.6
CALM: Final = 0.8
"""How crops are shown to the program: capitals of 16 to 25 pixels, fine lines softened (sigma);
measured on drawn fronts."""

MODEL: Final = "vie.traineddata"
# All crops are dark on light: what reads badly is not tried again inverted.
_CONFIG: Final = "--psm 6 --oem 1 -c tessedit_do_invert=0"


def program(limits: Documents) -> str:
    """The program that is started: named, found, or the stand-in."""
    return limits.ocr_program or shutil.which("tesseract") or tesseract_stand_in.command()


def read(crops: Sequence[Pixels], limits: Documents) -> list[list[Line]]:
    """The lines of each colour crop, top to bottom; nothing when the program is too slow."""
    prepared = [prepare(crop) for crop in crops]
    tops = np.cumsum([0, *(crop.shape[0] for crop in prepared)])
    try:
        table = _run(_stacked(prepared), limits)
    except RuntimeError:  # the time was over and the program was killed: the customer types instead
        return [[] for _ in crops]
    return _sorted_into(table, tops)


def prepare(crop: Pixels) -> Pixels:
    """Grey, freed from the paper's pattern: divided by its background, stretched to full contrast.

    Measured against six other ways on drawn cards: this one reads most lines.
    """
    grey = cv2.GaussianBlur(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY), (0, 0), CALM)
    flat = flattened(np.asarray(grey))
    stretched = cv2.LUT(flat, _stretching(flat))
    small = cv2.resize(stretched, None, fx=SCALE, fy=SCALE, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.copyMakeBorder(small, *(MARGIN,) * 4, cv2.BORDER_CONSTANT, value=255))


def flattened(grey: Pixels) -> Pixels:
    """Divided by what lies behind the print: paper becomes white, whatever light falls on it."""
    return np.asarray(cv2.divide(grey, np.maximum(_paper(grey), 1), scale=255))


def _paper(grey: Pixels) -> Pixels:
    """What lies behind the print; smooth, so half the size tells it in a quarter of the time."""
    closed = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    half = cv2.resize(closed, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    size = (grey.shape[1], grey.shape[0])
    smooth = cv2.resize(cv2.medianBlur(half, 15), size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(smooth)


def _stretching(flat: Pixels) -> Pixels:
    """A new shade for each: the darkest fiftieth becomes black, nearly white paper white."""
    shades = np.cumsum(cv2.calcHist([flat], [0], None, [256], [0, 256]))
    black = int(np.searchsorted(shades, DARKEST * shades[-1]))
    return np.clip((np.arange(256) - black) / max(235 - black, 1) * 255, 0, 255).astype(np.uint8)


def _stacked(crops: Sequence[Pixels]) -> Pixels:
    wide = max(crop.shape[1] for crop in crops)
    return np.vstack(
        [
            cv2.copyMakeBorder(crop, 0, 0, 0, wide - crop.shape[1], cv2.BORDER_CONSTANT, value=255)
            for crop in crops
        ]
    )


def _run(picture: Pixels, limits: Documents) -> dict[str, list[str]]:
    pytesseract.pytesseract.tesseract_cmd = program(limits)
    folder = models.path(MODEL).parent
    plain = Image.fromarray(picture)
    plain.format = "PPM"  # handed over as it is: a PNG costs more to pack than to read
    table: dict[str, list[str]] = pytesseract.image_to_data(
        plain,
        lang="vie",
        config=f"--tessdata-dir {folder} {_CONFIG}",
        timeout=limits.ocr_timeout_s,
        output_type=pytesseract.Output.DICT,
    )
    return table


def _sorted_into(table: dict[str, list[str]], tops: Pixels) -> list[list[Line]]:
    """Words go to the crop their middle lies in, and there into lines."""
    lines: list[dict[tuple[int, ...], list[tuple[str, float]]]] = [{} for _ in tops[:-1]]
    for at, text in enumerate(table["text"]):
        confidence = float(table["conf"][at])
        if not str(text).strip() or confidence < 0:
            continue
        middle = int(table["top"][at]) + int(table["height"][at]) / 2
        crop = min(int(np.searchsorted(tops, middle, side="right")) - 1, len(lines) - 1)
        key = tuple(int(table[part][at]) for part in ("block_num", "par_num", "line_num"))
        lines[crop].setdefault(key, []).append((str(text), confidence / 100))
    return [[Line(words=tuple(words)) for words in crop.values()] for crop in lines]
