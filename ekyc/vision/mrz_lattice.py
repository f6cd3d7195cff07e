"""Puts the signs found in a picture into lines and columns: a machine-readable zone is a lattice.

Print is set at a fixed pitch, so where the centres of a few signs are found, the places of all are
known; slant, perspective and the bend of an open book are two smooth functions of column and line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ekyc.vision.image import Pixels
from ekyc.vision.mrz_nets import Signs

LEAST_SURE: Final = 0.3
LEAST_SIGNS: Final = 16
LEAST_IN_LINE: Final = 8
SAME_PX: Final = 6
"""Two centres so close are one sign seen twice."""

SHAPES: Final = ((3, 30), (2, 44), (2, 36))
"""Lines and columns of the formats."""

EDGE_PX: Final = 20.0
STEP_PX: Final = (15.0, 44.0)
PITCH_PX: Final = (7.0, 30.0)
MISSING: Final = 0.55
SURPLUS: Final = 0.6
LEAST_SCORE: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Signs on one line from left to right: x, y and how surely; its course y(x)."""

    centres: Pixels
    course: Pixels
    middle: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lattice:
    """`nodes`: lines × columns × (x, y); `score`: how well the signs found fill it, 1 at most."""

    nodes: Pixels
    score: float


def centres(signs: Signs) -> Pixels:
    """x, y and how surely of each sign, the surest first; a sign seen twice counts once."""
    sure = signs.surely
    padded = np.pad(sure, 1)
    high, wide = sure.shape
    around = np.max(
        [
            padded[1 + down :, 1 + right :][:high, :wide]
            for down in (-1, 0, 1)
            for right in (-1, 0, 1)
        ],
        axis=0,
    )
    peak = (sure >= around) & (sure > LEAST_SURE)
    found = np.stack([signs.x[peak], signs.y[peak], sure[peak]], axis=1)
    kept = np.empty_like(found)
    count = 0
    for centre in found[np.argsort(-found[:, 2])]:
        near = np.abs(kept[:count, :2] - centre[:2]) <= SAME_PX
        if not near.all(axis=1).any():
            kept[count] = centre
            count += 1
    return kept[:count]


def lines(found: Pixels) -> list[Line]:
    """Centres that stand on common lines, from the top: one slope for all, then a bend for each."""
    if len(found) < LEAST_SIGNS:
        return []
    x = found[:, 0] - found[:, 0].mean()
    slopes = np.linspace(-0.12, 0.12, 49)
    slope = max(slopes.tolist(), key=lambda slope: _sharpness(found[:, 1] - slope * x, found[:, 2]))
    down = found[:, 1] - slope * x
    low = float(down.min()) - 4
    heap = np.bincount((down - low).astype(int), weights=found[:, 2], minlength=8)
    heap = np.convolve(heap, np.exp(-(np.arange(-8, 9) ** 2) / 12), "same")
    tops: list[int] = []
    for at in np.argsort(-heap).tolist():
        if heap[at] < LEAST_IN_LINE / 2 or len(tops) == 8:
            break
        if all(abs(at - other) > 9 for other in tops):
            tops.append(at)
    made = (_line(found, np.abs(down - (top + low)) < 6) for top in sorted(tops))
    return [line for line in made if line is not None]


def _sharpness(down: Pixels, weights: Pixels) -> float:
    heap = np.bincount(((down - down.min()) / 2).astype(int), weights=weights)
    return float((np.convolve(heap, [0.5, 1, 0.5], "same") ** 2).sum())


def _line(found: Pixels, on_line: Pixels) -> Line | None:
    course = np.zeros(1)
    for degree in (1, 2, 2):
        count = int(on_line.sum())
        if count < LEAST_IN_LINE:
            return None
        x, y, weight = found[on_line].T
        course = np.polyfit(x, y, degree if count >= 12 else 1, w=weight)
        on_line = np.abs(found[:, 1] - np.polyval(course, found[:, 0])) < 4.5
    if on_line.sum() < LEAST_IN_LINE:
        return None
    chosen = found[on_line]
    middle = float(np.polyval(course, found[:, 0].mean()))
    return Line(centres=chosen[np.argsort(chosen[:, 0])], course=course, middle=middle)


def runs_out(lines_: Sequence[Line], wide: int) -> bool:
    """Signs of more than one line stand at the left or right edge: a part is missing."""
    at_left = sum(bool(line.centres[0, 0] < EDGE_PX) for line in lines_)
    at_right = sum(bool(line.centres[-1, 0] > wide - EDGE_PX) for line in lines_)
    return max(at_left, at_right) > 1


def pitch(lines_: Sequence[Line]) -> float | None:
    """The gap that neighbours most often have."""
    if not lines_:
        return None
    low, high = PITCH_PX
    gaps = np.concatenate([np.diff(line.centres[:, 0]) for line in lines_])
    gaps = gaps[(gaps > low) & (gaps < high)]
    if len(gaps) < 10:
        return None
    heap, edges = np.histogram(gaps, 46, PITCH_PX)
    smooth = np.convolve(heap, [1, 2, 3, 2, 1], "same")
    likely = float(edges[smooth.argmax()] + edges[1] - edges[0]) - 0.25
    near = gaps[np.abs(gaps - likely) < 2.2]
    return float(np.median(near)) if len(near) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """A line whose signs have columns; `is_good`: they fit x(column)."""

    line: Line
    columns: Pixels
    is_good: Pixels
    across: Pixels


def _counted(line: Line, pitch: float) -> _Counted:
    """Walk along the line by the pitch, then fit a bend and round again."""
    x = line.centres[:, 0]
    steps = np.maximum(0, np.round(np.diff(x) / pitch))
    columns = np.concatenate([[0.0], np.cumsum(steps)])
    good = np.ones(len(x), bool)
    across = np.polyfit(columns, x, 1)
    for _ in range(4):
        if good.sum() < 6:
            break
        across = np.polyfit(columns[good], x[good], 2 if good.sum() > 14 else 1)
        gap = np.maximum(np.polyval(np.polyder(across), columns), 5)
        columns = columns + np.round((x - np.polyval(across, columns)) / gap)
        good = np.abs(x - np.polyval(across, columns)) < 0.3 * pitch
    return _Counted(line=line, columns=columns, is_good=good, across=across)


def _column_at(counted: _Counted, x: float) -> float:
    if np.polyval(np.polyder(counted.across), 0) <= 0:
        return 0.0
    columns = np.arange(-60, 110)
    return float(np.interp(x, np.polyval(counted.across, columns), columns))


def fit(lines_: Sequence[Line], pitch: float, shapes: Sequence[tuple[int, int]]) -> Lattice | None:
    """The lattice of one of these shapes that the lines fill best."""
    counted = [_counted(line, pitch) for line in lines_]
    found = [
        lattice
        for chosen, columns in _choices(counted, shapes)
        if (lattice := _lattice(chosen, columns)) and lattice.score >= LEAST_SCORE
    ]
    return max(found, key=lambda lattice: lattice.score, default=None)


def _choices(
    counted: Sequence[_Counted], shapes: Sequence[tuple[int, int]]
) -> Iterator[tuple[Sequence[_Counted], int]]:
    """Neighbouring lines about equally far apart."""
    for rows, columns in shapes:
        for first in range(len(counted) - rows + 1):
            chosen = counted[first : first + rows]
            gaps = np.diff([one.line.middle for one in chosen])
            fits = STEP_PX[0] <= gaps.min() and gaps.max() <= STEP_PX[1]
            if fits and gaps.max() <= 1.35 * gaps.min():
                yield chosen, columns


def _lattice(counted: Sequence[_Counted], length: int) -> Lattice | None:
    """All lines to one count of columns, then the best first column, then a smooth fit."""
    longest = max(counted, key=lambda one: len(one.columns))
    x0 = float(np.median(longest.line.centres[:, 0]))
    zero = _column_at(longest, x0)
    shifts = [0 if one is longest else round(zero - _column_at(one, x0)) for one in counted]
    columns = np.concatenate([one.columns + n for one, n in zip(counted, shifts, strict=True)])
    good = np.concatenate([one.is_good for one in counted])
    x, y, weight = np.concatenate([one.line.centres for one in counted]).T
    row = np.concatenate([np.full(len(one.columns), float(n)) for n, one in enumerate(counted)])
    if good.sum() < LEAST_SIGNS - 2:
        return None
    low, high = int(columns[good].min()), int(columns[good].max())
    ends = sorted((low, high - length + 1))
    score, first = max(
        (_filled(columns - first, row, weight, good, length, len(counted)), first)
        for first in range(ends[0] - 1, ends[1] + 2)
    )
    columns = columns - first
    inside = good & (columns >= 0) & (columns < length)
    if inside.sum() < LEAST_SIGNS - 2:
        return None
    nodes = _smooth(columns, row, np.stack([x, y]), weight * inside, (len(counted), length))
    return Lattice(nodes=nodes, score=score / (length * len(counted)))


def _filled(
    columns: Pixels, row: Pixels, weight: Pixels, good: Pixels, length: int, rows: int
) -> float:
    """What stands inside, less what is missing, less what stands outside."""
    inside = good & (columns >= 0) & (columns < length)
    taken = len(np.unique(columns[inside] + 1000 * row[inside]))
    missing = length * rows - taken
    return float(weight[inside].sum() - MISSING * missing - SURPLUS * weight[good & ~inside].sum())


def _terms(column: Pixels, row: Pixels) -> Pixels:
    return np.stack([np.ones_like(column), column, column**2, row, row * column, column**3], axis=1)


_STIFF: Final = np.diag([0, 0, 2e-3, 1e-4, 2e-3, 2e-2])
"""Bends and twists have to be paid for."""


def _smooth(
    columns: Pixels, row: Pixels, places: Pixels, weight: Pixels, shape: tuple[int, int]
) -> Pixels:
    """x and y as smooth functions of column and line; signs far off count less and less."""
    rows, length = shape
    terms = _terms((columns - length / 2) / length, row)
    count = weight.copy()
    solved = np.zeros((6, 2))
    for _ in range(4):
        weighted = terms * count[:, None]
        solved = np.linalg.solve(weighted.T @ weighted + _STIFF, weighted.T @ (places * count).T)
        apart = np.hypot(*(places.T - terms @ solved).T)
        count = weight / (1 + (apart / 2) ** 2)
    every = (np.arange(length) - length / 2) / length
    return np.stack([_terms(every, np.full(length, float(n))) @ solved for n in range(rows)])
