"""How sure a count makes us of a rate."""

from collections.abc import Callable
from math import comb
from typing import Final

CONFIDENCE: Final = 0.95
STEPS: Final = 60


def clopper_pearson(of: int, hit: int) -> tuple[float, float]:
    """The exact two-sided 95 % interval of a rate, after `hit` of `of` (Clopper, Pearson 1934)."""
    tail = (1 - CONFIDENCE) / 2
    low = 0.0 if hit == 0 else _where(lambda rate: 1 - _at_most(of, hit - 1, rate) >= tail)
    high = 1.0 if hit == of else _where(lambda rate: _at_most(of, hit, rate) <= tail)
    return low, high


def _at_most(of: int, hit: int, rate: float) -> float:
    return sum(comb(of, k) * rate**k * (1 - rate) ** (of - k) for k in range(hit + 1))


def _where(is_beyond: Callable[[float], bool]) -> float:
    """The least rate of which it holds; it holds of all above too."""
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if is_beyond(middle) else (middle, high)
    return high
