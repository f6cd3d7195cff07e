"""How sure the corners are: what was noticed on the way to them, weighed as a training found out.

`python -m ekyc.training.corners calibrate` fits the weights on photographs of its own.
"""

from dataclasses import astuple, dataclass
from typing import Final

import numpy as np

from ekyc.vision.image import Pixels

LEAST: Final = 1e-3
"""Nothing is taken for nearer to none or all than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What speaks for and against four corners.

    Shares 0…1: `present`, `whole` (what the locator says of the picture), `fit` (how well the quad
    fills the area it says), `corners` (of the place it named), `card`, `clear`, `straight` (what
    the refiner says of the quad), `support` (the
    least share of a side on an edge). Of the diagonal: `moved` by the last look, `way` since the
    first, `settled` by the edges, `over` the picture's rim. `shape`: logarithm of the proportion
    against that of a card or a passport.
    """

    present: float
    whole: float
    fit: float
    corners: float
    card: float
    clear: float
    straight: float
    support: float
    moved: float
    way: float
    settled: float
    over: float
    shape: float


SHARES: Final = 8
"""So many of the signs, the first ones, are shares; the rest are lengths."""

WEIGHTS: Final = (
    -0.5548,
    0.0814,
    1.3025,
    0.2964,
    0.1770,
    -0.1962,
    0.8119,
    1.6826,
    -0.3168,
    -0.2430,
    -1.1315,
    -1.0333,
    -1.5654,
)
OFFSET: Final = -22.5038


def confidence(signs: Signs) -> float:
    """How likely every corner is within one hundredth, all of the card in the picture."""
    return float(1 / (1 + np.exp(-(scaled(signs) @ np.array(WEIGHTS) + OFFSET))))


def scaled(signs: Signs) -> Pixels:
    """The signs so that equal steps mean about equally much."""
    values = np.array(astuple(signs))
    shares = np.clip(values[:SHARES], 0, 1)
    lengths = np.maximum(values[SHARES:], 0)
    odds = np.log((shares + LEAST) / (1 - shares + LEAST))
    return np.concatenate([odds, np.log(lengths + LEAST)])
