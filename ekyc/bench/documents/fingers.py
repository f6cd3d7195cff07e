"""Fingers over a drawn document: over its print, or holding it by the edges as people do.

Skin of every tone, more or less round; one to three tips, 10 to 16 mm thick.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ekyc.demo.photographs import Finger
from ekyc.vision.line import Box

Pixels = NDArray[Any]
Chance = np.random.Generator
Size = tuple[int, int]

TONES: Final = np.array([[150, 180, 225], [110, 145, 200], [70, 100, 150], [45, 62, 95]])
"""From light to dark, BGR; any between them."""

THICK: Final = (0.12, 0.19)
HELD: Final = (0.023, 0.093)
"""So far in over an edge reaches who holds a document: 2 to 8 mm of a card."""

CLEAR: Final = 0.02
"""Beside a finger that covers no print there is so much of the width to the next print at least."""

DEEPEST: Final = 0.5
"""Of the width: nobody's finger lies farther in."""

LONG: Final = 0.8


def over_print(pieces: Sequence[Box], size: Size, chance: Chance) -> tuple[Finger, ...]:
    """One finger over some piece of print, from the nearest edge or another not too far."""
    piece = pieces[int(chance.integers(len(pieces)))]
    middle = np.array([piece[0] + piece[2], piece[1] + piece[3]]) / 2 / size[0]
    high = size[1] / size[0]
    depths = np.array([middle[1], 1 - middle[0], high - middle[1], middle[0]])
    sides = [side for side in range(4) if depths[side] < DEEPEST]
    side = int(chance.choice(sides)) if sides else int(depths.argmin())
    return (_finger(side, middle, size, chance, _skin(chance)),)


def by_the_edges(pieces: Sequence[Box], size: Size, chance: Chance) -> tuple[Finger, ...]:
    """One to three fingers over one edge or two opposite ones, none of them near any print."""
    skin, side = _skin(chance), int(chance.integers(4))
    held = []
    for _ in range(int(chance.integers(1, 4))):
        side = (side + int(chance.choice([0, 2]))) % 4
        held += [next(_beside(side, pieces, size, chance, skin), None)]
    return tuple(finger for finger in held if finger)


def _beside(
    side: int, pieces: Sequence[Box], size: Size, chance: Chance, skin: Pixels
) -> Iterator[Finger]:
    high = size[1] / size[0]
    for _ in range(30):
        thick, reach, along = (
            chance.uniform(*THICK),
            chance.uniform(*HELD),
            chance.uniform(0.1, 0.9),
        )
        deep = reach - thick / 2  # the line's own end is round
        tip = ((along, deep), (1 - deep, along * high), (along, high - deep), (deep, along * high))
        finger = _finger(side, np.array(tip[side]), size, chance, skin, thick=thick)
        if not any(_lies_over(finger, piece, size) for piece in pieces):
            yield finger


def _finger(
    side: int, tip: Pixels, size: Size, chance: Chance, skin: Pixels, thick: float | None = None
) -> Finger:
    """With its tip there (in widths); it comes from above, the right, below or the left."""
    outward = np.array([(0, -1), (1, 0), (0, 1), (-1, 0)][side], float)
    slant = outward[::-1] * chance.uniform(-0.4, 0.4)
    root, shares = tip + LONG * (outward + slant), np.array([1, size[0] / size[1]])
    return Finger(
        root=tuple((root * shares).tolist()),
        tip=tuple((tip * shares).tolist()),
        thick=thick or float(chance.uniform(*THICK)),
        skin=tuple(skin.tolist()),
        round_=float(chance.uniform(0.1, 0.35)),
    )


def _skin(chance: Chance) -> Pixels:
    at, tone = np.modf(chance.uniform(0, len(TONES) - 1))
    light = TONES[int(tone)]
    return np.asarray(light + at * (TONES[int(tone) + 1] - light))


def _lies_over(finger: Finger, piece: Box, size: Size) -> bool:
    """Whether some part of a piece of print is nearer to the finger's middle line than its side."""
    across, down = (np.linspace(*ends, 7) for ends in (piece[::2], piece[1::2]))
    places = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2) / size[0]
    shares = np.array([1, size[1] / size[0]])
    root, tip = np.array(finger.root) * shares, np.array(finger.tip) * shares
    way = tip - root
    share = np.clip((places - root) @ way / (way @ way), 0, 1)
    away = np.linalg.norm(places - root - share[:, None] * way, axis=1)
    return bool(away.min() < finger.thick / 2 + CLEAR)
