"""What a net is shown and what it should answer, made anew each time from one photograph.

Mirrored, cropped, put on another background, in other light: no net sees a picture twice.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from ekyc.training.corners.brush import Chance, Pixels, soft
from ekyc.training.corners.scenes import SIZE, outline
from ekyc.training.corners.store import NONE, Photographs
from ekyc.vision.rectangle import CROP, INSIDE, LOOK, STRIDE, crop, halved, mapped

MIRRORED: Final = 0.3
RECOMPOSED: Final = 0.5
ZOOMED: Final = 0.35
WIDE_PICTURE: Final = 0.15
LOST: Final = 0.07
"""Shares: seen in a mirror, card put on another background, part of the photograph, of another
shape with black beside it, refiner asked about a quad that is no card."""

MISTAKEN: Final = 0.35
"""Share of the refiner's starts that are the locator's own, where these are known."""

REACH: Final = 0.12
"""Of the diagonal: a start further off shows its sides no more."""

CORNER: Final = 0.7
SIDE: Final = 0.6
"""How blunt the truth is told, in places of a map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Photographs, other backgrounds, and the locator's starts (photographs × starts × 4 × 2)."""

    photographs: Photographs
    backgrounds: Pixels
    starts: Pixels | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A picture, the maps and the claims wanted; `known`: which of the claims count."""

    picture: Pixels
    maps: Pixels
    claims: Pixels
    known: Pixels


def for_locator(chance: Chance, sources: Sources, index: int) -> Example:
    """The whole photograph: where the card is, where its corners are."""
    shot = sources.photographs
    picture, quad = shot.pictures[index], np.array(shot.quads[index])
    there_is = bool(shot.kinds[index] != NONE)
    way = _view(chance)
    seen = cv2.warpAffine(halved(picture), _centred(way * _DOUBLE), LOOK)
    quad = quad @ way[:, :2].T + way[:, 2]
    if chance.random() < RECOMPOSED:
        seen = _recomposed(chance, sources, seen, quad if there_is else None)
    shown = _shaded(chance, seen)
    maps = np.zeros((2, LOOK[1] // STRIDE, LOOK[0] // STRIDE), np.float32)
    inside = ((quad > -1) & (quad < np.array(LOOK) + 1)).all(axis=1) & there_is
    if there_is:
        area = np.zeros((LOOK[1], LOOK[0]), np.float32)
        cv2.fillConvexPoly(area, np.round((quad - 0.5) * 8).astype(np.int32), 1.0, cv2.LINE_AA, 3)
        maps[0] = cv2.resize(area, maps.shape[:0:-1], interpolation=cv2.INTER_AREA)
        for corner in quad[inside]:
            maps[1] += _spot(corner / STRIDE - 0.5, maps.shape[1:]) / inside.sum()
    claims = np.array([there_is, inside.all()], np.float32)
    return Example(
        picture=shown, maps=maps, claims=claims, known=np.array([1, there_is], np.float32)
    )


_DOUBLE: Final = np.array([[2, 2, 1], [2, 2, 1]], np.float32)
"""From the halved photograph instead of the whole."""


def _centred(way: Pixels) -> Pixels:
    """The same way, told of pixels' middles instead of their corners."""
    moved = way.copy()
    moved[:, 2] += way[:, :2].sum(axis=1) / 2 - 0.5
    return moved


def _view(chance: Chance) -> Pixels:
    """From the photograph's pixels to the locator's: all of it, a part, or with black beside."""
    scale = np.full(2, LOOK[0] / SIZE[0])
    middle, at = np.array(SIZE) / 2, np.array(LOOK) / 2
    if chance.random() < ZOOMED:
        zoom = chance.uniform(0.75, 1.3)
        scale = scale * zoom
        middle = middle + chance.uniform(-0.5, 0.5, 2) * SIZE * max(0.0, 1 - 1 / zoom)
    if chance.random() < WIDE_PICTURE:  # a lens squeezes nothing so; shapes vary all the same
        scale[int(chance.integers(2))] *= chance.uniform(0.72, 1)
    flips = np.where(chance.random(2) < (MIRRORED, MIRRORED), -1, 1)
    linear = np.diag(scale * flips)
    return np.column_stack([linear, at - linear @ middle]).astype(np.float32)


def _spot(at: Pixels, shape: tuple[int, ...]) -> Pixels:
    """A blunt point, its sum one."""
    y = np.exp(-((np.arange(shape[0]) - at[1]) ** 2) / (2 * CORNER**2))
    x = np.exp(-((np.arange(shape[1]) - at[0]) ** 2) / (2 * CORNER**2))
    spot = y[:, None] * x[None]
    return np.asarray(spot / max(float(spot.sum()), 1e-6), np.float32)


def for_refiner(chance: Chance, sources: Sources, index: int) -> Example:
    """A quad straightened: where its true sides are, whether it is a card, which way up."""
    shot = sources.photographs
    quad = np.array(shot.quads[index]) if shot.kinds[index] != NONE else None
    start, turned = _start(chance, sources, index, quad)
    seen, way = crop(shot.pictures[index], start)
    truth = None if quad is None else mapped(np.roll(quad, -2 * turned, axis=0), way)
    if truth is not None and not _within_reach(truth):
        truth = None
    if truth is not None and chance.random() < RECOMPOSED:
        seen = _recomposed(chance, sources, seen, truth)
    mirrored = chance.random() < MIRRORED
    if mirrored:
        seen = seen[:, ::-1]
        truth = None if truth is None else (truth * (-1, 1) + (CROP[0], 0))[[1, 0, 3, 2]]
    maps = _sides(truth)
    claims = np.array([truth is not None, not turned], np.float32)
    known = np.array([1, truth is not None and not mirrored], np.float32)
    return Example(picture=_shaded(chance, seen), maps=maps, claims=claims, known=known)


def _within_reach(truth: Pixels) -> bool:
    diagonal = np.linalg.norm(INSIDE[2] - INSIDE[0])
    return bool(np.isfinite(truth).all() and np.abs(truth - INSIDE).max() < REACH * diagonal)


def _start(
    chance: Chance, sources: Sources, index: int, quad: Pixels | None
) -> tuple[Pixels, bool]:
    """Where the refiner is asked to look, long side first; whether that is upside down."""
    starts = sources.starts
    if starts is not None and chance.random() < MISTAKEN:
        start = starts[index, int(chance.integers(starts.shape[1]))]
        if start.any():
            return _as_seen(chance, start.astype(float), quad)
    if quad is None or chance.random() < LOST:
        middle = chance.uniform(0.3, 0.7, 2) * SIZE
        wide = chance.uniform(0.25, 0.9) * SIZE[0]
        flat = np.array([[-0.5, -0.315], [0.5, -0.315], [0.5, 0.315], [-0.5, 0.315]]) * wide
        return _as_seen(chance, middle + flat + chance.normal(0, 0.04, (4, 2)) * wide, quad)
    diagonal = float(np.linalg.norm(quad[2] - quad[0]))
    spread = float(chance.choice([0.004, 0.01, 0.02, 0.04], p=[0.2, 0.3, 0.3, 0.2]))
    each = np.clip(chance.normal(0, spread, (4, 2)), -0.09, 0.09)
    all_ = np.clip(chance.normal(0, 0.6 * spread, (1, 2)), -0.05, 0.05)
    start = quad + (each + all_) * diagonal
    if chance.random() < 0.15:  # one side taken for another line
        side = int(chance.integers(4))
        one, two = side, (side + 1) % 4
        shift = chance.uniform(-0.12, 0.12)
        start[one] += shift * (quad[side - 1] - quad[one])
        start[two] += shift * (quad[(side + 2) % 4] - quad[two])
    return _as_seen(chance, start, quad)


def _as_seen(chance: Chance, start: Pixels, quad: Pixels | None) -> tuple[Pixels, bool]:
    """The start in one of its two ways round; upside down is what the truth says it is."""
    if chance.random() < 0.5:
        start = np.roll(start, 2, axis=0)
    if quad is None:
        return start, False
    off = [np.abs(np.roll(quad, -2 * way, axis=0) - start).max() for way in (0, 1)]
    return start, bool(off[1] < off[0])


def _sides(truth: Pixels | None) -> Pixels:
    """Per side a map: at each place along it, where across it the side lies. Nothing if unknown."""
    high, wide = CROP[1] // STRIDE, CROP[0] // STRIDE
    maps = np.zeros((4, high, wide), np.float32)
    if truth is None:
        return maps
    for side, (one, two) in enumerate(((0, 1), (1, 2), (3, 2), (0, 3))):
        level = side % 2 == 0
        start, end = truth[one] / STRIDE - 0.5, truth[two] / STRIDE - 0.5
        axis = 0 if level else 1
        places = np.arange(wide if level else high)
        share = (places - start[axis]) / (end[axis] - start[axis])
        height = start[1 - axis] + share * (end[1 - axis] - start[1 - axis])
        across = np.arange(high if level else wide)
        blunt = np.exp(-((across[None] - height[:, None]) ** 2) / (2 * SIDE**2))
        seen = (share > 0) & (share < 1) & (height > -0.5) & (height < len(across) - 0.5)
        told = blunt / np.maximum(blunt.sum(axis=1, keepdims=True), 1e-6) * seen[:, None]
        maps[side] = told.T if level else told
    return maps


def _recomposed(chance: Chance, sources: Sources, seen: Pixels, quad: Pixels | None) -> Pixels:
    """The same card on another background, with a shadow; without a card only that."""
    size = (seen.shape[1], seen.shape[0])
    other = _background(chance, sources, size)
    if quad is None:
        return other
    radius = 3.18 / 85.6 if chance.random() < 0.85 else 0.01
    cover = outline(size, quad, radius)
    if chance.random() < 0.7:
        cover = cv2.GaussianBlur(cover, (0, 0), chance.uniform(0.3, 0.8))[..., None]
    level = float(seen.mean()) / max(20.0, float(other.mean()))
    below = other * level ** chance.uniform(0, 1)
    if chance.random() < 0.7:
        cast = np.roll(cover, tuple(int(v) for v in chance.integers(-2, 3, 2)), (0, 1))
        shadow = soft(cast, chance.uniform(0.8, 4)) * chance.uniform(0.1, 0.6)
        below = below * (1 - shadow)
    return np.asarray(seen * cover + below * (1 - cover), np.float32)


def _background(chance: Chance, sources: Sources, size: tuple[int, int]) -> Pixels:
    """A real photograph's crop, or another training photograph, whatever lies in it."""
    real = sources.backgrounds
    if len(real) and chance.random() < 0.6:
        shot = real[int(chance.integers(len(real)))]
    else:
        ready = sources.photographs.ready
        blank = ready[sources.photographs.kinds[ready] == NONE]
        shot = sources.photographs.pictures[int(chance.choice(blank))]
    across = int(SIZE[0] * chance.uniform(0.45, 1))
    down = min(SIZE[1], across * size[1] // size[0])
    x, y = int(chance.integers(SIZE[0] - across + 1)), int(chance.integers(SIZE[1] - down + 1))
    part = shot[y : y + down, x : x + across]
    if chance.random() < 0.5:
        part = part[:, ::-1]
    grown = cv2.resize(np.ascontiguousarray(part), size, interpolation=cv2.INTER_AREA)
    return np.asarray(grown * np.float32(chance.uniform(0.6, 1.15)), np.float32)


def _shaded(chance: Chance, seen: Pixels) -> Pixels:
    """In other light, with noise, now and then without colour; bytes."""
    shown = seen.astype(np.float32)
    if chance.random() < 0.3:
        shown = shown * chance.uniform(0.6, 1.25) + chance.uniform(-25, 25)
    if chance.random() < 0.1:
        shown = np.repeat(shown.mean(axis=2, keepdims=True), 3, axis=2)
    if chance.random() < 0.15:
        noise = chance.standard_normal(shown.shape, np.float32)
        shown = shown + noise * chance.uniform(1, 9)
    return np.clip(shown, 0, 255).astype(np.uint8)
