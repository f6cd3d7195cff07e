"""Reads the machine-readable zone of a straightened card by comparing it with the OCR-B typeface.

OCR-B is printed at a fixed pitch, so a straightened zone is a grid: the grid is found by a few
characters, then every place is compared with all 37 (normalised correlation). Which characters the
zone most likely holds is decided by `domain.mrz`, with the check digits. No OCR program is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ekyc.domain import mrz
from ekyc.domain.document import Candidate
from ekyc.vision import card, models
from ekyc.vision.image import Pixels

PITCH: Final = 16
"""Pixels a character in the copy that is read: 9 are enough (measured), 16 cost little."""

CELL: Final = 24
"""Height of what is compared, a little less than a row."""

COLUMNS: Final = 30
SPARE: Final = 2
ROWS: Final = 3
SCALE: Final = PITCH / (2.54 * 20)
"""The straightened card has 20 pixels a millimetre, the zone ten characters an inch."""

STEP: Final = 84 * SCALE
"""From line to line: 4.2 mm."""

TOP: Final = 0.6
"""Of the card's height: the zone lies below."""

HEIGHTS: Final = (15.0, 15.9, 16.8)
"""Heights of a capital, in pixels of the copy: print differs a little."""

SCOUTS: Final = "<0N8TAHM"
SHARPNESS: Final = 30.0
"""Correlation → nats: two characters 0.1 apart differ by three."""

LEAST_FIT: Final = 0.5
"""Mean correlation below this is no zone (drawn zones 0.7 to 0.9, other print below 0.4)."""

VALID: Final = 0.97
UNSURE: Final = 0.85
REPAIRED: Final = 0.6
UNCHECKED: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A zone as read; `worst`: the least probability of any of its characters.

    `stretch`: how far pitch and row step are from what a straightened card has, as a share.
    """

    mrz: mrz.Mrz
    worst: float
    fit: float
    stretch: float

    def candidates(self) -> dict[str, Candidate]:
        """What it says about each field; checked fields are sure, a name is as sure as read."""
        said = mrz.fields(self.mrz)
        return {
            name: Candidate(value=value, confidence=self._confidence(name))
            for name, value in said.items()
            if self.mrz.valid or self.mrz.checks.get(_CHECKED.get(name, ""), False)
        }

    def _confidence(self, name: str) -> float:
        if not self.mrz.valid:
            return UNCHECKED
        if self.mrz.repaired:
            return REPAIRED
        if name == "full_name":
            return min(UNSURE, self.worst)
        return VALID if self.worst >= 0.5 else UNSURE


_CHECKED: Final = {"number": "number", "birth_date": "birth", "expiry_date": "expiry"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """Centres of the characters, in the copy: x = left + pitch · column, one y a row."""

    rows: tuple[float, ...]
    left: float
    pitch: float
    fit: float


def read(straightened: Pixels) -> Zone | None:
    """The zone of a straightened card the right way up; nothing where there is none."""
    strip = _strip(straightened)
    scout = _responses(strip, SCOUTS, HEIGHTS[1]).max(axis=0)
    grid = _grid(np.clip(scout, 0, None) ** 2)
    if grid.fit < LEAST_FIT**2:
        return None
    height = max(HEIGHTS, key=lambda height: _fit_of(strip, grid, height))
    scores = _scores(strip, grid, mrz.ALPHABET, height)
    starts = range(len(scores[0]) - COLUMNS + 1)
    step = (grid.rows[-1] - grid.rows[0]) / (ROWS - 1)
    stretch = max(abs(grid.pitch / PITCH - 1), abs(step / STEP - 1))
    zones = [_zone(scores[:, start : start + COLUMNS], stretch) for start in starts]
    return max(filter(None, zones), key=lambda zone: (zone.mrz.valid, zone.fit), default=None)


def _zone(scores: Pixels, stretch: float) -> Zone | None:
    """The zone these correlations stand for, rows × columns × signs."""
    fit = float(scores.max(axis=2).mean())
    likely = SHARPNESS * (scores - scores.max(axis=2, keepdims=True))
    likely -= np.log(np.exp(likely).sum(axis=2, keepdims=True))
    cells = [
        [dict(zip(mrz.ALPHABET, place.tolist(), strict=True)) for place in row] for row in likely
    ]
    zone = mrz.decode(cells) if fit >= LEAST_FIT else None
    if zone is None:
        return None
    chosen = (
        cell[sign]
        for row, line in zip(cells, zone.lines, strict=True)
        for cell, sign in zip(row, line, strict=True)
    )
    return Zone(mrz=zone, worst=float(np.exp(min(chosen))), fit=fit, stretch=stretch)


def _strip(straightened: Pixels) -> Pixels:
    """The lower part, small and grey, with room around so that every window fits."""
    lower = straightened[round(TOP * straightened.shape[0]) :]
    grey = cv2.cvtColor(lower, cv2.COLOR_BGR2GRAY) if lower.ndim == 3 else lower
    scale = SCALE * card.WIDTH / straightened.shape[1]
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    margin = CELL // 2
    framed = cv2.copyMakeBorder(small, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    return np.asarray(framed, np.float32)


@cache
def _glyphs(height: float) -> dict[str, Pixels]:
    """Every character of the alphabet, `height` pixels tall, in a window of PITCH × CELL."""
    large = 10
    font = ImageFont.truetype(models.path("OCRB.otf"), 200)
    _, top, _, bottom = font.getbbox("H")
    font = font.font_variant(size=200 * height * large / (bottom - top))
    _, top, _, bottom = font.getbbox("H")
    advance = font.getlength("H")
    glyphs = {}
    for sign in mrz.ALPHABET:
        image = Image.new("L", (PITCH * large, CELL * large), 255)
        at = ((PITCH * large - advance) / 2, (CELL * large - bottom - top) / 2)
        ImageDraw.Draw(image).text(at, sign, font=font, fill=0)
        small = image.resize((PITCH, CELL), Image.Resampling.BOX)
        glyphs[sign] = np.asarray(cv2.GaussianBlur(np.asarray(small, np.float32), (0, 0), 0.8))
    return glyphs


def _responses(picture: Pixels, signs: Iterable[str], height: float) -> Pixels:
    """Correlation with each character around each pixel: signs × rows × columns."""
    glyphs = _glyphs(height)
    maps = [cv2.matchTemplate(picture, glyphs[sign], cv2.TM_CCOEFF_NORMED) for sign in signs]
    return np.stack(maps)


def _grid(answer: Pixels) -> _Grid:
    """Three rows and thirty columns that gather the most; sub-pixel in the pitch."""
    high, wide = answer.shape
    by_row = answer.sum(axis=1)
    first, step = np.meshgrid(np.arange(high), np.arange(23, 31, 0.5), indexing="ij")
    rows = first[..., None] + step[..., None] * np.arange(ROWS)
    inside = rows[..., -1] < high
    gathered = by_row[np.clip(np.round(rows).astype(int), 0, high - 1)].sum(axis=2) * inside
    rows = rows[np.unravel_index(gathered.argmax(), gathered.shape)]
    bands = [answer[max(0, round(y) - 1) : round(y) + 2].max(axis=0) for y in rows.tolist()]
    profile = np.sum(bands, axis=0)
    left, pitch = np.meshgrid(
        np.arange(0, 6 * PITCH, 1.0), PITCH * np.arange(0.93, 1.07, 0.005), indexing="ij"
    )
    columns = left[..., None] + pitch[..., None] * np.arange(COLUMNS)
    low = np.clip(columns.astype(int), 0, wide - 2)
    part = columns - low
    values = (profile[low] * (1 - part) + profile[low + 1] * part) * (columns < wide - 1)
    gathered = values.sum(axis=2)
    best = np.unravel_index(gathered.argmax(), gathered.shape)
    return _Grid(
        rows=tuple(rows.tolist()),
        left=float(left[best]),
        pitch=float(pitch[best]),
        fit=float(gathered[best]) / (ROWS * COLUMNS),
    )


def _fit_of(strip: Pixels, grid: _Grid, height: float) -> float:
    return float(_scores(strip, grid, SCOUTS, height).max(axis=2).mean())


def _scores(strip: Pixels, grid: _Grid, signs: str, height: float) -> Pixels:
    """The best correlation of each sign within two pixels of each place: rows × columns × signs.

    SPARE columns more on both sides: a line may be taken to begin one character off.
    """
    play = 2
    columns = range(-SPARE, COLUMNS + SPARE)
    scores = np.zeros((ROWS, len(columns), len(signs)))
    for row, y in enumerate(grid.rows):
        top = max(0, round(y) - play)
        answer = _responses(strip[top : round(y) + play + CELL], signs, height).max(axis=1)
        for place, column in enumerate(columns):
            x = round(grid.left + grid.pitch * column)
            near = answer[:, max(0, x - play) : max(0, x + play + 1)]
            if near.size:
                scores[row, place] = near.max(axis=1)
    return scores
