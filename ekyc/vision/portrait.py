"""The portrait on a document: cut from the straightened side, and how large it was photographed."""

import io
from collections.abc import Mapping
from math import dist
from typing import Final

from PIL import Image

from ekyc.domain.document import Kind, Portrait, Side, SideResult
from ekyc.settings import Documents

Share = tuple[float, float, float, float]
"""Left, top, right, bottom as shares of the side's width and height."""

ID_1: Final = (85.6, 53.98)
ID_3: Final = (125.0, 88.0)
MARGIN_MM: Final = 1.0
"""Straightened sides are right within a millimetre; the frame of a cut portrait may show."""

QUALITY: Final = 95


def _share(size: tuple[float, float], box: tuple[float, float, float, float]) -> Share:
    wide, high = size
    left, top, right, bottom = box
    return (
        max(0.0, (left - MARGIN_MM) / wide),
        max(0.0, (top - MARGIN_MM) / high),
        min(1.0, (right + MARGIN_MM) / wide),
        min(1.0, (bottom + MARGIN_MM) / high),
    )


BOXES: Final[Mapping[Kind, Share]] = {
    Kind.CCCD_2021: _share(ID_1, (3.5, 16.5, 23.5, 46.5)),
    Kind.CAN_CUOC_2024: _share(ID_1, (3.5, 17.0, 23.5, 47.0)),
    Kind.CCCD_2016: _share(ID_1, (3.5, 15.0, 23.5, 45.0)),
    Kind.GPLX: _share(ID_1, (3.5, 12.5, 23.5, 42.5)),
    Kind.PASSPORT: _share(ID_3, (6.0, 18.0, 41.0, 63.0)),
}
"""Where a front shows its holder, in millimetres: 20 × 30 on the cards (Circular 06/2021), 35 × 45
on a passport's page; their places are those of the drawn specimens."""


def cut(result: SideResult, limits: Documents) -> Portrait | None:
    """The portrait of an accepted front of a kind whose layout is known."""
    reading = result.reading
    share = BOXES.get(reading.kind)
    if share is None or not reading.ok or reading.side is not Side.FRONT:
        return None
    with Image.open(io.BytesIO(result.straightened), formats=("JPEG",)) as side:
        wide, high = side.size
        left, top, right, bottom = share
        box = (round(left * wide), round(top * high), round(right * wide), round(bottom * high))
        picture = side.convert("RGB").crop(box)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=QUALITY)
    return Portrait(picture=file.getvalue(), width_px=_width(result, share, limits))


def _width(result: SideResult, share: Share, limits: Documents) -> int:
    """Pixels of the photograph as it is kept; the cut picture may have been drawn larger."""
    reading = result.reading
    a, b, c, d = reading.corners
    card = (dist(a, b) + dist(c, d)) / 2
    kept = min(1.0, limits.photo_long_side_px / max(reading.width_px, reading.height_px))
    return round(card * kept * (share[2] - share[0]))
