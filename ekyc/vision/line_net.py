"""The net that reads lines of print: what goes in, what comes out. OpenCV runs it.

`ekyc.training.lines` teaches it, MODELS.md says how. Its answer goes by columns: at the middle of a
sign the sign, between signs nothing.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ekyc.domain.names import folded
from ekyc.domain.syllables import LEAST
from ekyc.vision import models
from ekyc.vision.mrz_nets import levelled

Pixels = NDArray[Any]

HIGH: Final = 40
"""Pixels of a line's picture, the line in its middle."""

CELL: Final = 4
"""Columns of the picture, for one of the answer."""

SCALE: Final = 0.6
"""Of a straightened side of 20 pixels a millimetre: print of 25 to 47 pixels fits."""

_TONES: Final = (
    "aăâeêioôơuưy",
    "áắấéếíóốớúứý",
    "àằầèềìòồờùừỳ",
    "ảẳẩẻểỉỏổởủửỷ",
    "ãẵẫẽễĩõỗỡũữỹ",
    "ạặậẹệịọộợụựỵ",
)
_PLAIN: Final = "0123456789bcdđfghjklmnpqrstvwxzBCDĐFGHJKLMNPQRSTVWXZ /.,:-()'·&;"
ALPHABET: Final = _PLAIN + "".join(_TONES) + "".join(_TONES).upper()
"""The signs it knows; the class after the last says that there is none."""

NOTHING: Final = len(ALPHABET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One sign, and how likely it is there, 0…1; `variants`: it and what it may be as well, with
    other marks, the likeliest first."""

    text: str
    likely: float
    variants: tuple[tuple[str, float], ...] = ()


def read(pictures: Sequence[Pixels]) -> list[list[Sign]]:
    """The signs of grey pictures of one size, HIGH pixels tall, from left to right."""
    seen = np.stack([levelled(picture) for picture in pictures])[:, None]
    net = _net()
    net.setInput(np.ascontiguousarray(seen, np.float32))
    answer = np.asarray(net.forward())[:, :, 0]
    likely = np.exp(answer - answer.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    return [_signs(each) for each in likely]


def _signs(likely: Pixels) -> list[Sign]:
    """The likeliest of each column; neighbours that say the same say it once (Graves, CTC).

    So do neighbours that differ in marks or size alone: the net looks twice at a wide letter.
    """
    signs: list[Sign] = []
    before = NOTHING
    for column, kind in enumerate(likely.argmax(axis=0).tolist()):
        sign = _sign(likely[:, column], kind) if kind != NOTHING else None
        if sign and before != NOTHING and _SHAPES[kind] == _SHAPES[before]:
            signs[-1] = max(signs[-1], sign, key=_sure)
        elif sign:
            signs.append(sign)
        before = kind
    return signs


def _sign(likely: Pixels, kind: int) -> Sign:
    marked = sorted(((float(likely[each]), each) for each in _MARKED[kind]), reverse=True)
    return Sign(
        text=ALPHABET[kind],
        likely=float(likely[kind]),
        variants=tuple((ALPHABET[each], share) for share, each in marked if share > LEAST),
    )


_SHAPES: Final = [unicodedata.normalize("NFD", sign)[0].casefold() for sign in ALPHABET]


_BASES: Final = [folded(sign) + "Aa"[sign.islower()] for sign in ALPHABET]
_MARKED: Final = [[at for at, base in enumerate(_BASES) if base == own] for own in _BASES]
"""Of every sign those that differ from it in marks alone."""


def _sure(sign: Sign) -> float:
    return sign.likely


@cache
def _net() -> Any:
    return cv2.dnn.readNetFromONNX(str(models.path("lines.onnx")), cv2.dnn.ENGINE_CLASSIC)
