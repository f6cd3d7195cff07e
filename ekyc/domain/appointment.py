"""A promised time: held while the customer chooses, booked, and kept or missed by one side.

A moved appointment ends and another takes its place, so that the rows are their own history.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ekyc.domain.errors import (
    BookingsUsedUp,
    ChangeTooLate,
    HoldExpired,
    MovesUsedUp,
    NotAllowedNow,
)


class AppointmentState(StrEnum):
    """Where an appointment stands; `due` from its time until somebody answered or missed it."""

    HELD = "held"
    BOOKED = "booked"
    DUE = "due"
    KEPT = "kept"
    MISSED_BY_CUSTOMER = "missed_by_customer"
    MISSED_BY_AGENT = "missed_by_agent"
    MOVED = "moved"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


TRANSITIONS: dict[AppointmentState, frozenset[AppointmentState]] = {
    AppointmentState.HELD: frozenset({AppointmentState.BOOKED, AppointmentState.LAPSED}),
    AppointmentState.BOOKED: frozenset(
        {AppointmentState.DUE, AppointmentState.MOVED, AppointmentState.CANCELLED}
    ),
    AppointmentState.DUE: frozenset(
        {
            AppointmentState.BOOKED,  # the customer asked for some minutes
            AppointmentState.KEPT,
            AppointmentState.MISSED_BY_CUSTOMER,
            AppointmentState.MISSED_BY_AGENT,
            AppointmentState.CANCELLED,  # the customer left the queue instead
        }
    ),
    AppointmentState.KEPT: frozenset(
        {AppointmentState.MISSED_BY_AGENT}  # the call about a result broke off before a word
    ),
    AppointmentState.MISSED_BY_CUSTOMER: frozenset(),
    AppointmentState.MISSED_BY_AGENT: frozenset(),
    AppointmentState.MOVED: frozenset(),
    AppointmentState.CANCELLED: frozenset(),
    AppointmentState.LAPSED: frozenset(),
}

ACTIVE = frozenset({AppointmentState.BOOKED, AppointmentState.DUE})
"""One per application."""
TAKING = frozenset({AppointmentState.HELD}) | ACTIVE
"""These take a place in their slot."""


_ASIDE = frozenset({AppointmentState.HELD, AppointmentState.LAPSED, AppointmentState.MOVED})
"""Looked at, or replaced: these say nothing of how it went."""


class Side(StrEnum):
    """Who did not come."""

    CUSTOMER = "customer"
    AGENT = "agent"


MISSED = {
    Side.CUSTOMER: AppointmentState.MISSED_BY_CUSTOMER,
    Side.AGENT: AppointmentState.MISSED_BY_AGENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One row: a customer, an agent, an instant."""

    id: str
    application_id: str
    agent_id: str
    """Whose appointment it is; if that desk is busy, another one rings."""
    at: datetime
    minutes: int
    state: AppointmentState
    version: int
    zone: str
    """The customer's own time zone; empty when the page did not say."""
    moves: int
    """How often it was moved before."""
    held_until: datetime
    arrived_at: datetime | None = None
    """When the customer was first seen at or after the time."""
    changed_at: datetime
    rings: int = 0
    """How often the customer was rung while no page was open."""
    rung_at: datetime | None = None
    answered_at: datetime | None = None
    """When the customer took the ring before the agent was there."""
    postponed: int = 0
    """How often the customer asked for some minutes when it rang."""
    network: str = field(default="", repr=False)
    """Mark of the network it was chosen from; empty: not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The rules in force."""

    hold_s: float
    moves: int
    change_until_min: float
    misses: int
    answer_s: float
    late_s: float
    agent_late_s: float
    rings: int
    """For each time that has come; asking for some minutes makes it come again."""
    ring_again_s: float
    postpone_min: float
    postpones: int


def move(appointment: Appointment, to: AppointmentState, *, now: datetime) -> Appointment:
    """Take the next step; `NotAllowedNow` when the table has no such step."""
    if to not in TRANSITIONS[appointment.state]:
        raise NotAllowedNow
    return replace(appointment, state=to, version=appointment.version + 1, changed_at=now)


def change_until(appointment: Appointment, limits: Limits) -> datetime:
    """Until when it may be moved or cancelled."""
    return appointment.at - timedelta(minutes=limits.change_until_min)


def may_cancel(appointment: Appointment, limits: Limits, *, now: datetime) -> None:
    """`ChangeTooLate` when the time is too near."""
    if now > change_until(appointment, limits):
        raise ChangeTooLate


def may_move(appointment: Appointment, limits: Limits, *, now: datetime) -> None:
    """`ChangeTooLate` when the time is too near, `MovesUsedUp` after too many moves."""
    may_cancel(appointment, limits, now=now)
    if appointment.moves >= limits.moves:
        raise MovesUsedUp


def may_book(limits: Limits, *, misses: int) -> None:
    """`BookingsUsedUp` when the customer missed too many already; calling now stays open."""
    if misses >= limits.misses:
        raise BookingsUsedUp


def book(
    held: Appointment, before: Appointment | None, *, zone: str, limits: Limits, now: datetime
) -> Appointment:
    """The held time becomes the appointment; `before` is the one it replaces.

    Raises `HoldExpired`, and what `may_move` raises.
    """
    if held.state is not AppointmentState.HELD or now >= held.held_until:
        raise HoldExpired
    if before is not None:
        may_move(before, limits, now=now)
    booked = move(held, AppointmentState.BOOKED, now=now)
    return replace(booked, zone=zone, moves=before.moves + 1 if before else 0)


def reassign(appointment: Appointment, agent_id: str, *, now: datetime) -> Appointment:
    """Another agent has it, at the same time; `NotAllowedNow` once it is due or over."""
    if appointment.state is not AppointmentState.BOOKED:
        raise NotAllowedNow
    version = appointment.version + 1
    return replace(appointment, agent_id=agent_id, version=version, changed_at=now)


def is_over(appointment: Appointment, *, now: datetime) -> bool:
    """Whether the call would be over, had it begun in time."""
    return now >= appointment.at + timedelta(minutes=appointment.minutes)


def missed(
    appointment: Appointment,
    *,
    gone_at: datetime | None,
    here: bool,
    since: datetime,
    limits: Limits,
    now: datetime,
) -> Side | None:
    """Who has missed a due appointment nobody rings for at this moment; None while it may wait.

    A customer who came and went is waited for as long as one who has not come yet, from `gone_at`
    on. Nobody is late before they could be rung: a server that was away at the time rang nobody,
    nor could anybody come to it. `since`: since when it is there; if it was away until the call
    would have been over, it has missed whoever is not there.
    """
    arrived = appointment.arrived_at
    if (
        here
        and arrived is not None
        and now >= max(arrived, since) + timedelta(seconds=limits.agent_late_s)
    ):
        return Side.AGENT
    if not here and is_over(appointment, now=since):
        return Side.AGENT
    awaited = max(appointment.at, appointment.changed_at, gone_at or appointment.at, since)
    if not here and now >= awaited + timedelta(seconds=limits.late_s):
        return Side.CUSTOMER
    return None


def ring(appointment: Appointment, limits: Limits, *, now: datetime) -> Appointment:
    """Ring a customer who is not there; `NotAllowedNow` when it is not time, or often enough."""
    if appointment.state is not AppointmentState.DUE or not may_ring(appointment, limits):
        raise NotAllowedNow
    rings = appointment.rings + 1
    return replace(appointment, rings=rings, rung_at=now, version=appointment.version + 1)


def may_ring(appointment: Appointment, limits: Limits) -> bool:
    """Whether a customer who is not there may be rung once more."""
    return appointment.rings < limits.rings * (appointment.postponed + 1)


def rings_again(appointment: Appointment, limits: Limits, *, now: datetime) -> bool:
    """Whether the next ring of a customer who is not there is due."""
    since = appointment.rung_at
    waited = since is None or now >= since + timedelta(seconds=limits.ring_again_s)
    return waited and may_ring(appointment, limits)


def may_postpone(appointment: Appointment, limits: Limits) -> bool:
    """Whether a customer who is rung may ask for some minutes."""
    due = appointment.state is AppointmentState.DUE
    return due and appointment.postponed < limits.postpones


def postpone(appointment: Appointment, limits: Limits, *, now: datetime) -> Appointment:
    """Ring in some minutes instead; `NotAllowedNow` when it is not time, or often enough.

    The time is counted from this instant: it stands between the slots, so it takes nobody's.
    """
    if not may_postpone(appointment, limits):
        raise NotAllowedNow
    later = move(appointment, AppointmentState.BOOKED, now=now)
    return replace(
        later,
        at=now + timedelta(minutes=limits.postpone_min),
        arrived_at=None,
        answered_at=None,
        rung_at=None,
        postponed=appointment.postponed + 1,
    )


def outcome(earlier: Iterable[Appointment]) -> AppointmentState | None:
    """How the last appointment ended, the oldest given first; None while one is in force."""
    told = [one.state for one in earlier if one.state not in _ASIDE]
    return told[-1] if told and told[-1] not in ACTIVE else None


def is_owed(earlier: Sequence[Appointment], answered: Iterable[datetime | None]) -> bool:
    """Whether the bank missed the last appointment and has answered no call since.

    `answered`: when an agent accepted each of the customer's calls.
    """
    if outcome(earlier) is not AppointmentState.MISSED_BY_AGENT:
        return False
    missed_at = max(one.changed_at for one in earlier if one.state not in _ASIDE)
    return not any(at is not None and at > missed_at for at in answered)


def unanswered(accepted_at: datetime, limits: Limits, *, now: datetime) -> bool:
    """Whether the customer's page has rung for long enough since the agent was there."""
    return now >= accepted_at + timedelta(seconds=limits.answer_s)
