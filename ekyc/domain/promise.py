"""Figures of the waits of a day: the share within the promised time, and the curve over the day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from statistics import median

STEP = timedelta(minutes=30)
"""Waits of half an hour are one point of the curve."""


def share_within(seconds: Sequence[float], promised_s: float) -> float | None:
    """The share that waited no longer than promised; None when nobody waited."""
    return sum(one <= promised_s for one in seconds) / len(seconds) if seconds else None


def ninth_decile(seconds: Sequence[float]) -> float:
    """What nine of ten did not exceed (nearest rank); of at least one."""
    return sorted(seconds)[ceil(0.9 * len(seconds)) - 1]


def band(
    told: Sequence[tuple[datetime, float, float]], *, since: datetime
) -> tuple[tuple[datetime, float, float], ...]:
    """Of each half hour in which somebody was told how long it takes: its beginning, and the
    middle one of the shortest and of the longest waits that were told."""
    steps: dict[int, list[tuple[float, float]]] = {}
    for at, low_s, high_s in told:
        steps.setdefault((at - since) // STEP, []).append((low_s, high_s))
    return tuple(
        (since + n * STEP, median(low for low, _ in spans), median(high for _, high in spans))
        for n, spans in sorted(steps.items())
    )


def curve(
    waited: Sequence[tuple[datetime, float]], *, since: datetime
) -> tuple[tuple[datetime, float, int], ...]:
    """Of each half hour in which a wait ended: its beginning, the ninth decile, how many."""
    steps: dict[int, list[float]] = {}
    for at, seconds in waited:
        steps.setdefault((at - since) // STEP, []).append(seconds)
    return tuple(
        (since + n * STEP, ninth_decile(seconds), len(seconds))
        for n, seconds in sorted(steps.items())
    )
