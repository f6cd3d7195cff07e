"""Where in a photograph a machine-readable zone may be, at any angle; cuts it out level."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from ekyc.vision import mrz_nets
from ekyc.vision.image import Pixels

PITCH: Final = 16
"""Pixels a character in what is cut out: 9 are enough (measured), 16 cost little."""

LEAST_CELLS: Final = 25
LONG: Final = 4.0
"""A zone is so many times as long as it is high."""

MOST_BANDS: Final = 2
"""Of one look at the photograph."""

COLUMNS: Final = (30.2, 40.2)
"""Pitches from end to end, taken for granted until the signs are seen: TD1, and the longer two."""

SLENDER: Final = 9.2
"""A band so many times as long as it is high has two lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A bar: its middle, size and the direction it reads in (clockwise, radians), in pixels."""

    x: float
    y: float
    length: float
    height: float
    turn: float
    weight: float = 0.0

    @property
    def pitch(self) -> float:
        """Pixels a character, by the shape."""
        return self.length / COLUMNS[self.length / self.height >= SLENDER]

    def is_like(self, other: "Band") -> bool:
        """The same place again."""
        near = np.hypot(self.x - other.x, self.y - other.y) < 0.15 * other.height
        sized = abs(self.length / other.length - 1) < 0.04
        return bool(near and sized and abs(self.height / other.height - 1) < 0.12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A level picture of a band; `to_photo` leads from its pixels to those of the photograph."""

    picture: Pixels
    to_photo: Pixels
    scale: float


def find(grey: Pixels, side_px: int, surely: float) -> list[Band]:
    """Bands in the photograph seen at this size, the most likely first."""
    scale = side_px / max(grey.shape)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    seen = mrz_nets.bands(np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=way)))
    mask = (seen.surely > surely).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    found = []
    for number in range(1, count):
        if stats[number, cv2.CC_STAT_AREA] < LEAST_CELLS:
            continue
        inside = labels == number
        sure = seen.surely[inside]
        turn = np.arctan2((seen.sine[inside] * sure).sum(), (seen.cosine[inside] * sure).sum())
        y, x = np.nonzero(inside)
        if bar := _bar(x, y, sure, float(turn)):
            found.append(_grown(bar, mrz_nets.CELL / scale))
    return sorted(found, key=lambda band: -band.weight)[:MOST_BANDS]


def _grown(band: Band, factor: float) -> Band:
    """From cells to pixels of the photograph."""
    return Band(
        x=(band.x + 0.5) * factor,
        y=(band.y + 0.5) * factor,
        length=band.length * factor,
        height=band.height * factor,
        turn=band.turn,
        weight=band.weight,
    )


def _bar(x: Pixels, y: Pixels, sure: Pixels, turn: float) -> Band | None:
    """The straight bar inside a blob that may have grown into the print beside it.

    The sharpest of all angles, the way round that it seems to read in, and only rows about as long
    as the longest.
    """

    def sharpness(angle: float) -> float:
        return float((_rows(x, y, sure, angle)[0] ** 2).sum())

    coarse = max((turn + np.radians(np.arange(-88, 90, 4))).tolist(), key=sharpness)
    turn = max((coarse + np.radians(np.arange(-3, 4))).tolist(), key=sharpness)
    rows, across = _rows(x, y, sure, turn)
    smooth = np.convolve(rows, [0.25, 0.5, 0.25], "same")
    enough = 0.6 * np.sort(smooth)[-3:].mean()
    low = high = int(smooth.argmax())
    while low > 0 and smooth[low - 1] > enough:
        low -= 1
    while high + 1 < len(smooth) and smooth[high + 1] > enough:
        high += 1
    top = float(across.min())
    inside = (across - top >= low) & (across - top < high + 1)
    along = (x * np.cos(turn) + y * np.sin(turn))[inside]
    start, end = np.percentile(along, (0.5, 99.5))
    length, height = float(end - start) + 1, high - low + 1.6
    if length / height < LONG:
        return None
    u, v = (start + end) / 2, top + (low + high + 1) / 2 - 0.5
    return Band(
        x=float(u * np.cos(turn) - v * np.sin(turn)),
        y=float(u * np.sin(turn) + v * np.cos(turn)),
        length=length,
        height=height,
        turn=turn,
        weight=float(sure[inside].sum()),
    )


def _rows(x: Pixels, y: Pixels, sure: Pixels, turn: float) -> tuple[Pixels, Pixels]:
    """How much lies in each row when seen at this angle, and how far down each cell lies."""
    across = y * np.cos(turn) - x * np.sin(turn)
    return np.bincount((across - across.min()).astype(int), weights=sure), across


def cut(grey: Pixels, band: Band, pitch: float) -> Cut:
    """The band and some room around it, level, PITCH pixels for `pitch` in the photograph."""
    scale = pitch / PITCH
    wide, high = (
        int(-(-side // mrz_nets.GRAIN) * mrz_nets.GRAIN)
        for side in (band.length / scale + 4.6 * PITCH, band.height / scale + 3.2 * PITCH)
    )
    cos, sin = np.cos(band.turn) * scale, np.sin(band.turn) * scale
    left = band.x - cos * wide / 2 + sin * high / 2
    top = band.y - sin * wide / 2 - cos * high / 2
    to_photo = np.array([[cos, -sin, left], [sin, cos, top]])
    x, y = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
    picture = sampled(grey, *mapped(to_photo, x, y), scale)
    return Cut(picture=picture, to_photo=to_photo, scale=scale)


def mapped(matrix: Pixels, x: Pixels, y: Pixels) -> tuple[Pixels, Pixels]:
    """Points through a 2 × 3 matrix."""
    (a, b, c), (d, e, f) = matrix
    return a * x + b * y + c, d * x + e * y + f


def sampled(grey: Pixels, x: Pixels, y: Pixels, scale: float) -> Pixels:
    """The photograph at these points, which lie `scale` pixels apart.

    Where that is more than one, the part that is needed is shrunk first: no pixel is left out.
    """
    margin = 8
    left, top = max(0, int(x.min()) - margin), max(0, int(y.min()) - margin)
    part = grey[top : int(y.max()) + margin, left : int(x.max()) + margin]
    if not part.size:
        return np.zeros(x.shape, np.uint8)
    if scale > 1.4:
        share = 1.1 / scale
        small = cv2.resize(part, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    else:
        small = part
    down, across = small.shape[0] / part.shape[0], small.shape[1] / part.shape[1]
    x = ((x - left + 0.5) * across - 0.5).astype(np.float32)
    y = ((y - top + 0.5) * down - 0.5).astype(np.float32)
    return np.asarray(cv2.remap(small, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))
