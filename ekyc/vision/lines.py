"""Reads lines of print by a net of our own: finds the lines of a crop, shows them to it one by one.

It and the OCR program are of different families and err differently: what both say is sure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from ekyc.domain import syllables
from ekyc.vision import gazetteer, line_net
from ekyc.vision.image import Pixels
from ekyc.vision.line import Box, Line, Placed, Word
from ekyc.vision.line_net import HIGH, SCALE, Sign
from ekyc.vision.ocr import flattened

INKED: Final = 0.3
"""Of the darkest print of a crop: what is paler is the paper's pattern."""

FAINTEST: Final = 0.1
"""Less contrast than that is no print."""

CORE: Final = 0.4
"""Rows with so much of a line's most ink are the line."""

LEAST_PX: Final = 4.0
SHORTEST: Final = 6
LONGEST: Final = 60
"""A line has so much ink in its fullest row, and so many rows: what has more is a picture."""

GAP: Final = 18
"""Pixels between two pieces of print that are shown to the net apart: a label and its value."""

TALLEST: Final = 24
USUAL: Final = 15
"""Rows of a line's core: a taller one is shown smaller, so that it becomes usual."""

SIDE: Final = 12
"""Paper left and right of the print."""

GRAIN: Final = 64
"""Pictures are as wide as a multiple of it: those of one width go to the net together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """Print without a gap: the rows of its core, the columns of all of it."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def middle(self) -> float:
        """Row."""
        return (self.top + self.bottom) / 2


_Read = tuple[_Piece, tuple[Word, ...]]


def read(crops: Sequence[Pixels]) -> list[list[Line]]:
    """The lines of each colour crop of a straightened side, top to bottom."""
    return [_lines(each) for each in _read(crops, SCALE)]


def placed(picture: Pixels, *, scale: float) -> list[Placed]:
    """All print of a straightened side wherever it stands, shown to the net at this scale."""
    (read,) = _read([picture], scale)
    return [
        Placed(box=_box(piece, 1 / scale), line=Line(words=words))
        for piece, words in sorted(read, key=lambda each: each[0].middle)
    ]


def _box(piece: _Piece, times: float) -> Box:
    left, top, right, bottom = (
        round(side * times) for side in (piece.left, piece.top, piece.right, piece.bottom)
    )
    return left, top, right, bottom


def _read(crops: Sequence[Pixels], scale: float) -> list[list[_Read]]:
    """What each piece of each crop says; nothing of those that say nothing."""
    shown: list[tuple[int, _Piece, Pixels]] = []
    for number, crop in enumerate(crops):
        small = _small(crop, scale)
        ink = 1 - flattened(small).astype(np.float32) / 255
        shown += [(number, piece, _part(small, piece)) for piece in _pieces(ink)]
    words: list[list[_Read]] = [[] for _ in crops]
    read = _by_width([part for _, _, part in shown])
    for (number, piece, _), signs in zip(shown, read, strict=True):
        if said := _words(signs):
            words[number].append((piece, said))
    return words


def _small(crop: Pixels, scale: float) -> Pixels:
    grey = np.asarray(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY))
    return np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def _pieces(ink: Pixels) -> Iterator[_Piece]:
    """Print that hangs together when gaps within a line are closed, line by line."""
    most = float(np.percentile(ink, 99.5))
    if most < FAINTEST:
        return
    dark = np.clip((ink - INKED * most) / (0.3 * most), 0, 1).astype(np.float32)
    joined = cv2.morphologyEx(
        (dark > 0.5).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, GAP), np.uint8)
    )
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(joined)
    for label, (left, top, wide, high, area) in enumerate(boxes.tolist()):
        if label and wide > SHORTEST // 2 and high > SHORTEST and area > SHORTEST**2:
            box = slice(top, top + high), slice(left, left + wide)
            yield from _split(np.where(labels[box] == label, dark[box], 0), left, top)


def _split(dark: Pixels, left: int, top: int) -> Iterator[_Piece]:
    """What hangs together may be two lines that touch; a sign by itself is one."""
    high, wide = dark.shape
    if wide <= high <= LONGEST:
        yield _Piece(top=top, bottom=top + high, left=left, right=left + wide)
        return
    rows = dark.sum(axis=1, keepdims=True)
    soft = cv2.GaussianBlur(rows, (1, 0), sigmaX=0.1, sigmaY=1.2, borderType=cv2.BORDER_CONSTANT)
    for first, last in _cores(np.asarray(soft)[:, 0]):
        columns = np.flatnonzero(dark[first:last].any(axis=0))
        if SHORTEST <= last - first <= LONGEST and len(columns):
            start, end = int(columns[0]), int(columns[-1]) + 1
            yield _Piece(top=top + first, bottom=top + last, left=left + start, right=left + end)


def _cores(rows: Pixels) -> Iterator[tuple[int, int]]:
    """From the fullest row of each line as far as it is full."""
    left, most = rows.copy(), float(rows.max())
    while left.max() > max(LEAST_PX, 0.35 * most):
        peak = int(left.argmax())
        enough = CORE * rows[peak]
        top = bottom = peak
        while top > 0 and rows[top - 1] >= enough:
            top -= 1
        while bottom < len(rows) and rows[bottom] >= enough:
            bottom += 1
        beyond = (bottom - top) // 2 + 1
        left[max(0, top - beyond) : bottom + beyond] = 0
        yield top, bottom


def _part(small: Pixels, piece: _Piece) -> Pixels:
    """The piece in the middle of HIGH rows, paper at both ends."""
    high = piece.bottom - piece.top
    shrunk = USUAL / high if high > TALLEST else 1.0
    wide = round((piece.right - piece.left) * shrunk) + 2 * SIDE
    left, top = piece.left - SIDE / shrunk, piece.middle - HIGH / 2 / shrunk
    matrix = np.array([[1 / shrunk, 0, left], [0, 1 / shrunk, top]])
    soft = cv2.GaussianBlur(small, (0, 0), 0.4 / shrunk) if shrunk < 1 else small
    flags = cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR
    part = cv2.warpAffine(soft, matrix, (wide, HIGH), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    paper = float(np.median(part))
    beyond = -wide % GRAIN
    return np.asarray(cv2.copyMakeBorder(part, 0, 0, 0, beyond, cv2.BORDER_CONSTANT, value=paper))


def _by_width(pictures: Sequence[Pixels]) -> list[list[Sign]]:
    """All that are equally wide at once."""
    said: list[list[Sign]] = [[] for _ in pictures]
    for wide in sorted({picture.shape[1] for picture in pictures}):
        chosen = [at for at, picture in enumerate(pictures) if picture.shape[1] == wide]
        for at, signs in zip(chosen, line_net.read([pictures[at] for at in chosen]), strict=True):
            said[at] = signs
    return said


def _words(signs: Sequence[Sign]) -> tuple[Word, ...]:
    """Words with the likelihood of their least sure sign."""
    words: list[Word] = []
    word: list[Sign] = []
    for sign in (*signs, Sign(text=" ", likely=1.0)):
        if sign.text != " ":
            word.append(sign)
        elif word:
            words.append(_word(word))
            word = []
    return tuple(words)


def _word(signs: Sequence[Sign]) -> Word:
    """As read, but for marks in doubt that make no usual syllable."""
    first = next((at for at, sign in enumerate(signs) if sign.text.isalpha()), len(signs))
    last = max((at + 1 for at, sign in enumerate(signs) if sign.text.isalpha()), default=first)
    said = [(sign.text, sign.likely) for sign in signs]
    inner = [sign.variants for sign in signs[first:last]]
    if any(len(variants) > 1 for variants in inner):
        way = syllables.spelled(inner, gazetteer.syllables())
        said[first:last] = [variants[at] for variants, at in zip(inner, way, strict=True)]
    return "".join(text for text, _ in said), min(likely for _, likely in said)


def _lines(pieces: Sequence[_Read]) -> list[Line]:
    """Pieces whose cores lie side by side, from left to right, are one line."""
    rows: list[list[_Read]] = []
    for piece, words in sorted(pieces, key=lambda each: each[0].middle):
        above = rows[-1][-1][0] if rows else None
        if above is not None and piece.top < above.middle < piece.bottom:
            rows[-1].append((piece, words))
        else:
            rows.append([(piece, words)])
    return [
        Line(words=tuple(word for _, words in sorted(row, key=_left) for word in words))
        for row in rows
    ]


def _left(each: _Read) -> int:
    return each[0].left
