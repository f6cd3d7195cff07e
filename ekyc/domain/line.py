"""What came from a party, second by second, as it is kept in the customer's file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, median

from ekyc.domain.room import Quality


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One second of a call."""

    second: int
    """Since both were connected for the first time."""
    kbps: float
    loss: float
    """Share of packets that never came, 0 to 1."""
    rtt_ms: float | None
    fps: float
    width: int
    height: int


def of_call(
    heard: Sequence[Quality], *, live_at: datetime, last: int, longest_s: float
) -> list[Figures]:
    """What was measured once the call was live, each in a second of its own after `last`.

    A worker measures about once a second: two of its looks may fall into one second, and then the
    later one stands for the next. No more is kept than the longest call has seconds.
    """
    kept = []
    for quality in heard:
        passed_s = (quality.at - live_at).total_seconds()
        second = max(int(passed_s), last + 1)
        if passed_s < 0 or second > passed_s + 1 or second >= longest_s:
            continue
        last = second
        kept.append(
            Figures(
                second=second,
                kbps=quality.kbps,
                loss=quality.loss,
                rtt_ms=quality.rtt_ms,
                fps=quality.fps,
                width=quality.width,
                height=quality.height,
            )
        )
    return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A party's line over a call, in a handful of figures."""

    seconds: int
    """How many were measured."""
    loss: float
    worst_loss: float
    rtt_ms: float | None
    kbps: float
    fps: float
    width: int
    height: int


def summary(series: Sequence[Figures]) -> Summary | None:
    """Means and medians; the size is the one that stood longest. None when nothing was measured."""
    if not series:
        return None
    trips = [figures.rtt_ms for figures in series if figures.rtt_ms is not None]
    sizes = [(figures.width, figures.height) for figures in series]
    width, height = max(set(sizes), key=lambda size: (sizes.count(size), size))
    return Summary(
        seconds=len(series),
        loss=round(fmean(figures.loss for figures in series), 4),
        worst_loss=max(figures.loss for figures in series),
        rtt_ms=round(median(trips), 1) if trips else None,
        kbps=round(median(figures.kbps for figures in series), 1),
        fps=round(median(figures.fps for figures in series), 1),
        width=width,
        height=height,
    )
