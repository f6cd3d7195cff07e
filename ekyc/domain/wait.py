"""How long somebody will wait: a range that says what is known, and is held against what came.

With agents who each take some time per customer, the (n+1)th in line is served when n+1 of the
calls under way and to come have ended. That is like the time of the (n+1)th event of many
independent sources: gamma distributed (Palm–Khinchin), its mean (n+1) × time per customer ÷ agents.
The distribution's quantiles come from the cube-root transformation of Wilson and Hilferty (1931),
which makes every forecast comparable with every other: what came is a number of standard deviations
from what was expected. Of the last of these numbers the range takes its ends (recalibration, as in
Kuleshov et al. 2018): whatever the formula leaves out, people who give up or agents who go
home, widens or moves the range instead of making it wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from statistics import quantiles

COVERS = 0.9
"""Of customers, this share is to be served within the range; the target is 0.8."""

KEPT = 200
"""So many of the last outcomes say where the range ends."""

_ENOUGH = 20
"""With fewer outcomes the formula's own quantiles stand."""

_Z = 1.645
"""Of the standard normal distribution: nine in ten lie within."""

_WIDEST_Z = 4.0
_STEP_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a forecast is made of."""

    ahead: int
    """Who waits before, for the same agents."""
    agents: int
    """Who is at work and may serve this customer."""
    idle: int
    """Who of them is free now."""
    each_s: float
    """What one customer took of an agent's time, on average, of late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From so long to so long, seconds; whole minutes outwards, for people."""

    low_s: int
    high_s: int

    def holds(self, came_s: float) -> bool:
        """Whether it came within."""
        return self.low_s <= came_s <= self.high_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Where the range ends, in standard deviations from what is expected."""

    low_z: float = -_Z
    high_z: float = _Z


def turns(line: Line) -> int:
    """How many calls have to end before this customer is served; 0: nobody is before."""
    return max(0, line.ahead + 1 - line.idle)


def forecast(line: Line, calibration: Calibration) -> Span | None:
    """The range; None while nobody is at work who may serve this customer."""
    if not line.agents:
        return None
    n = turns(line)
    if not n:
        return Span(low_s=0, high_s=_STEP_S)
    low, high = (_at(line, n, z) for z in (calibration.low_z, calibration.high_z))
    low_s = floor(low / _STEP_S) * _STEP_S
    return Span(low_s=low_s, high_s=max(low_s + _STEP_S, ceil(high / _STEP_S) * _STEP_S))


def _mean(line: Line, n: int) -> float:
    return n * line.each_s / line.agents


def _at(line: Line, n: int, z: float) -> float:
    """The instant so many standard deviations from the mean of a gamma of shape n."""
    root = 1 - 1 / (9 * n) + z / (3 * n**0.5)
    return _mean(line, n) * float(max(0.0, root) ** 3)


def score(line: Line, came_s: float) -> float | None:
    """How far what came lies from what was expected; None where nothing was."""
    n = turns(line)
    if not n or not line.agents or line.each_s <= 0:
        return None
    ratio: float = max(0.0, came_s) / _mean(line, n)
    z = (ratio ** (1 / 3) - 1 + 1 / (9 * n)) * 3 * n**0.5
    return float(max(-_WIDEST_Z, min(_WIDEST_Z, z)))


def calibrated(scores: Sequence[float]) -> Calibration:
    """Where the range ends by what came of late; the formula's ends until enough has come."""
    last = scores[-KEPT:]
    if len(last) < _ENOUGH:
        return Calibration()
    outside = round((1 - COVERS) / 2 * 100)
    cuts = quantiles(last, n=100, method="inclusive")
    return Calibration(low_z=cuts[outside - 1], high_z=cuts[-outside])
