"""The two networks of machine-readable zones: what goes in, what comes out. OpenCV runs them.

`ekyc.training` teaches them, MODELS.md says how; both look at any size of picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ekyc.domain.mrz import ALPHABET
from ekyc.vision import models

Pixels = NDArray[Any]

CELL: Final = 4
"""Both networks answer for squares of so many pixels."""

GRAIN: Final = 16
"""Sides of what the networks see are multiples of this."""

AROUND: Final = 33
"""Pixels `levelled` calls near: two characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """How surely each cell lies in a zone, and cosine and sine of the direction it reads in."""

    surely: Pixels
    cosine: Pixels
    sine: Pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """For each cell: which sign (37 × rows × columns), how surely one at all, and its centre."""

    kinds: Pixels
    surely: Pixels
    x: Pixels
    y: Pixels


def bands(grey: Pixels) -> Bands:
    """Where zones are in a grey picture."""
    high, wide = grey.shape
    around = int(np.median(grey[::4, ::4]))
    down, right = -high % GRAIN, -wide % GRAIN
    framed = cv2.copyMakeBorder(grey, 0, down, 0, right, cv2.BORDER_CONSTANT, value=around)
    answer = _answer("mrz-band.onnx", scaled(framed)[None, None])[0]
    answer = answer[:, : -(-high // CELL), : -(-wide // CELL)]
    surely = 1 / (1 + np.exp(-np.clip(answer[0], -30, 30)))
    return Bands(surely=surely, cosine=answer[1], sine=answer[2])


def signs(pictures: Sequence[Pixels]) -> list[Signs]:
    """The signs in pictures of one size, whose lines lie level."""
    seen = np.stack([levelled(picture) for picture in pictures])[:, None]
    answer = _answer("mrz-glyphs.onnx", seen)
    nothing = len(ALPHABET)
    likely = np.exp(answer[:, : nothing + 1] - answer[:, : nothing + 1].max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    surely = 1 - likely[:, nothing]
    kinds = likely[:, :nothing] / np.maximum(surely, 1e-9)[:, None]
    row, column = np.mgrid[0 : answer.shape[2], 0 : answer.shape[3]]
    x, y = answer[:, nothing + 1] + column + 0.5, answer[:, nothing + 2] + row + 0.5
    return [
        Signs(kinds=kinds[n], surely=surely[n], x=CELL * x[n], y=CELL * y[n])
        for n in range(len(pictures))
    ]


@cache
def _net(name: str) -> Any:
    return cv2.dnn.readNetFromONNX(str(models.path(name)), cv2.dnn.ENGINE_CLASSIC)


def _answer(name: str, seen: Pixels) -> Pixels:
    net = _net(name)
    net.setInput(np.ascontiguousarray(seen, np.float32))
    return np.asarray(net.forward())


def levelled(picture: Pixels) -> Pixels:
    """Grey, less the mean nearby, over the deviation nearby: light, shade and paper go."""
    grey = picture.astype(np.float32) / 255
    around = (AROUND, AROUND)
    mean = cv2.blur(grey, around, borderType=cv2.BORDER_REFLECT_101)
    square = cv2.blur(grey * grey, around, borderType=cv2.BORDER_REFLECT_101)
    spread = np.sqrt(np.maximum(square - mean * mean, 0))
    return np.asarray((grey - mean) / (spread + 0.04))


def scaled(picture: Pixels) -> Pixels:
    """Grey from −2 to 2."""
    return np.asarray((picture.astype(np.float32) / 255 - 0.5) * 4)
