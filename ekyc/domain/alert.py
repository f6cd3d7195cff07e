"""Alerts: the queue does not keep its promise, and a supervisor has to know.

Raised at once, told again some times until a supervisor acknowledges it, or once it is twice as bad
as what was acknowledged, and over when what it is
about has not been so for a while: a figure that goes to and fro about its mark is one alert.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ekyc.domain.errors import NotAllowedNow


class Why(StrEnum):
    """What is wrong: waits beyond the mark, nobody at work who may serve, ranges that were not
    kept."""

    LATE = "late"
    NOBODY = "nobody"
    RANGES = "ranges"


class AlertState(StrEnum):
    """How far an alert has come."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    ENDED = "ended"


TRANSITIONS: dict[AlertState, frozenset[AlertState]] = {
    AlertState.RAISED: frozenset({AlertState.ACKNOWLEDGED, AlertState.ENDED}),
    AlertState.ACKNOWLEDGED: frozenset({AlertState.RAISED, AlertState.ENDED}),
    AlertState.ENDED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The queue at one moment."""

    late: int
    """Who waits longer than the mark."""
    unserved: int
    """Who waits for a while, with nobody at work who may serve them."""
    promises: int
    """Ranges something came of lately."""
    longer: int
    """Of these, how many waits took longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When an alert is raised, told again, and over."""

    late: int
    """So many late customers raise one; 0: none does."""
    missed_share: float
    """Of the ranges, a larger share of waits that took longer raises one."""
    promises: int
    """With fewer ranges nothing is said of them."""
    calm_s: float
    repeat_s: float
    repeats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert; there is one of a kind at a time."""

    id: str
    why: Why
    state: AlertState
    version: int
    count: int
    """How many customers or waits it was about when it was told last."""
    told: int
    told_at: datetime
    raised_at: datetime
    quiet_at: datetime | None = None
    """Since when it has not been so; None while it is."""
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    ended_at: datetime | None = None


_WORSE = 2
"""So many times as many customers as somebody has seen are told anew."""


def counted(figures: Figures, limits: Limits) -> Mapping[Why, int]:
    """What is wrong now, and of how many."""
    late = figures.late if limits.late and figures.late >= limits.late else 0
    known = figures.promises >= limits.promises
    missed = known and figures.longer > limits.missed_share * figures.promises
    found = {
        Why.LATE: late,
        Why.NOBODY: figures.unserved,
        Why.RANGES: figures.longer if missed else 0,
    }
    return {why: count for why, count in found.items() if count}


def begin(id: str, why: Why, count: int, *, now: datetime) -> Alert:
    """A new alert, told at once."""
    return Alert(
        id=id,
        why=why,
        state=AlertState.RAISED,
        version=1,
        count=count,
        told=1,
        told_at=now,
        raised_at=now,
    )


def look(alert: Alert, count: int, limits: Limits, *, now: datetime) -> Alert:
    """The alert after another look, of `count` it is about now: the same, told again, or over."""
    if count:
        again = replace(alert, quiet_at=None)
        is_due = now >= alert.told_at + timedelta(seconds=limits.repeat_s)
        worse = alert.state is AlertState.ACKNOWLEDGED and count >= _WORSE * alert.count
        if worse and is_due:  # seen, but not like this
            anew = _move(again, AlertState.RAISED)
            unseen = replace(anew, acknowledged_by=None, acknowledged_at=None)
            again = replace(unseen, count=count, told=alert.told + 1, told_at=now)
        elif alert.state is AlertState.RAISED and alert.told <= limits.repeats and is_due:
            again = replace(again, count=count, told=alert.told + 1, told_at=now)
    elif alert.quiet_at is None:
        again = replace(alert, quiet_at=now)
    elif now >= alert.quiet_at + timedelta(seconds=limits.calm_s):
        again = replace(_move(alert, AlertState.ENDED), ended_at=now)
    else:
        again = alert
    return again if again == alert else replace(again, version=alert.version + 1)


def acknowledge(alert: Alert, *, by: str, now: datetime) -> Alert:
    """A supervisor has seen it; `NotAllowedNow` when somebody was faster or it is over."""
    seen = _move(alert, AlertState.ACKNOWLEDGED)
    return replace(seen, acknowledged_by=by, acknowledged_at=now, version=alert.version + 1)


def _move(alert: Alert, to: AlertState) -> Alert:
    if to not in TRANSITIONS[alert.state]:
        raise NotAllowedNow
    return replace(alert, state=to)
