"""Where every document of a kind has print: titles, labels, codes, zones, beginnings of values.

A reflection that leaves no ink in such a place hides text. Boxes are left, top, right, bottom of
the straightened side: 1712 × 1080 for cards, 1712 × 1205 for a passport's page.
"""

from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np

from ekyc.domain.document import Kind, Side
from ekyc.vision.image import Pixels
from ekyc.vision.layouts.row import CARD
from ekyc.vision.line import Box

ZONE_TD1: Final[tuple[Box, ...]] = (
    (85, 795, 1600, 845),
    (85, 880, 1600, 930),
    (85, 965, 1600, 1010),
)

_ZONE_TD2: Final[tuple[Box, ...]] = ((111, 909, 1602, 950), (111, 1012, 1602, 1053))

TILE: Final = 80
"""So long is a piece of print that is judged by itself, about."""

INKED: Final[Mapping[tuple[Kind, Side], tuple[Box, ...]]] = {
    (Kind.CCCD_2021, Side.FRONT): (
        (560, 215, 1080, 275),
        (1361, 61, 1639, 339),
        (700, 360, 1120, 415),
        (525, 445, 860, 475),
        (525, 485, 760, 530),
        (525, 555, 880, 590),
        (900, 550, 1080, 590),
        (525, 610, 740, 645),
        (925, 610, 1260, 645),
        (525, 670, 900, 705),
        (525, 712, 900, 750),
        (285, 955, 480, 995),
    ),
    (Kind.CCCD_2021, Side.BACK): (
        (65, 45, 700, 75),
        (65, 150, 600, 185),
        (620, 145, 820, 185),
        *ZONE_TD1,
    ),
    (Kind.CAN_CUOC_2024, Side.FRONT): (
        (870, 215, 1150, 275),
        (545, 395, 1280, 425),
        (545, 440, 900, 485),
        (545, 535, 1080, 562),
        (545, 575, 700, 615),
        (545, 655, 990, 682),
        (545, 695, 740, 725),
        (545, 775, 830, 802),
        (545, 815, 690, 845),
    ),
    (Kind.CAN_CUOC_2024, Side.BACK): (
        (65, 42, 420, 68),
        (65, 192, 520, 218),
        (1320, 70, 1640, 390),
        (545, 355, 980, 382),
        (545, 395, 740, 425),
        (545, 455, 1060, 482),
        *ZONE_TD1,
    ),
    (Kind.CCCD_2016, Side.FRONT): (
        (760, 182, 1360, 242),
        (780, 285, 1130, 330),
        (525, 382, 670, 412),
        (525, 460, 860, 490),
        (525, 540, 650, 570),
        (525, 622, 670, 652),
        (525, 752, 740, 782),
        (65, 955, 260, 985),
    ),
    (Kind.CCCD_2016, Side.BACK): ((280, 60, 1430, 230), (445, 305, 760, 335)),
    (Kind.GPLX, Side.FRONT): (
        (660, 146, 1500, 188),
        (930, 220, 1300, 262),
        (525, 318, 780, 344),
        (525, 398, 880, 424),
        (525, 478, 850, 504),
        (525, 560, 790, 586),
        (75, 885, 260, 915),
    ),
    (Kind.GPLX, Side.BACK): (
        (400, 46, 1300, 84),
        (75, 175, 240, 205),
        (90, 680, 410, 1000),
    ),
    (Kind.PASSPORT, Side.FRONT): (
        (100, 969, 1610, 1005),
        (100, 1056, 1610, 1092),
    ),
}


def inked(kind: Kind, side: Side | None, picture: Pixels) -> tuple[Box, ...]:
    """Of a straightened side; nothing where it is not known which side that is.

    Of a card known by its zone alone that is the zone, wherever its format has it.
    """
    if kind is Kind.MRZ_ONLY:
        return ZONE_TD1 if picture.shape[:2] == CARD[::-1] else _ZONE_TD2
    return INKED.get((kind, side), ()) if side else ()


@cache
def tiles(zones: tuple[Box, ...]) -> tuple[Box, ...]:
    """The same places in pieces about as large as TILE."""
    pieces = []
    for left, top, right, bottom in zones:
        columns = np.linspace(left, right, max(1, round((right - left) / TILE)) + 1).astype(int)
        rows = np.linspace(top, bottom, max(1, round((bottom - top) / TILE)) + 1).astype(int)
        pieces += [
            (int(x), int(y), int(beyond), int(below))
            for x, beyond in pairwise(columns)
            for y, below in pairwise(rows)
        ]
    return tuple(pieces)
