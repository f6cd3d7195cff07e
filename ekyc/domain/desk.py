"""An agent's working place: its states, and the only table of how they change.

An agent chooses between work and rest; only the queue and the call make a desk ring, talk and
wrap up. A desk that does not answer is `away` until the agent says otherwise, so that one
forgotten browser cannot swallow customer after customer.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from ekyc.domain.errors import (
    ContactMissing,
    DecisionMissing,
    DevicesNotReady,
    NotAllowedNow,
    WrapUpShort,
)


class DeskState(StrEnum):
    """What an agent is doing."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    RINGING = "ringing"
    IN_CALL = "in_call"
    WRAP_UP = "wrap_up"
    BREAK = "break"
    MEETING = "meeting"
    TRAINING = "training"
    AWAY = "away"


CHOICES = frozenset(
    {
        DeskState.OFFLINE,
        DeskState.AVAILABLE,
        DeskState.BREAK,
        DeskState.MEETING,
        DeskState.TRAINING,
    }
)
"""What an agent may pick; the other states happen to a desk."""

_TAKES_OVER = frozenset({DeskState.IN_CALL})
"""A supervisor takes a call over from whatever the desk is doing between calls."""

TRANSITIONS: dict[DeskState, frozenset[DeskState]] = {
    DeskState.OFFLINE: CHOICES - {DeskState.OFFLINE} | _TAKES_OVER,
    DeskState.AVAILABLE: CHOICES - {DeskState.AVAILABLE}
    | {DeskState.RINGING, DeskState.AWAY}  # away: the page is gone
    | _TAKES_OVER,
    DeskState.RINGING: frozenset(
        {DeskState.IN_CALL, DeskState.AWAY, DeskState.AVAILABLE}  # the customer left first
    ),
    DeskState.IN_CALL: frozenset(
        {DeskState.WRAP_UP, DeskState.AWAY, DeskState.AVAILABLE}
    ),  # away: the agent's line dropped; available: was a guest, and has nothing to wrap up
    DeskState.WRAP_UP: CHOICES | {DeskState.AWAY},  # the verdict never came
    DeskState.BREAK: CHOICES - {DeskState.BREAK} | _TAKES_OVER,
    DeskState.MEETING: CHOICES - {DeskState.MEETING} | _TAKES_OVER,
    DeskState.TRAINING: CHOICES - {DeskState.TRAINING} | _TAKES_OVER,
    DeskState.AWAY: CHOICES | _TAKES_OVER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One agent's place; version 0 is a desk nobody has sat down at yet."""

    staff_id: str
    state: DeskState = DeskState.OFFLINE
    since: datetime
    idle_since: datetime | None = None
    """When the agent last became available; a ring the customer took back does not reset it."""
    version: int = 0
    devices_at: datetime | None = None
    """When camera and microphone were last tested; forgotten when the agent goes offline."""
    gone_at: datetime | None = None
    """When the agent's last page was closed; None while one is open."""


def move(desk: Desk, to: DeskState, *, now: datetime) -> Desk:
    """Take the next step; `NotAllowedNow` when the table has no such step."""
    if to not in TRANSITIONS[desk.state]:
        raise NotAllowedNow
    idle = desk.idle_since
    if to is DeskState.AVAILABLE and desk.state is not DeskState.RINGING:
        idle = now
    return replace(
        desk,
        state=to,
        since=now,
        idle_since=idle,
        version=desk.version + 1,
        devices_at=None if to is DeskState.OFFLINE else desk.devices_at,
    )


def see(desk: Desk) -> Desk:
    """The agent's page is open; the same desk comes back when it was before."""
    if desk.gone_at is None:
        return desk
    return replace(desk, gone_at=None, version=desk.version + 1)


def miss(desk: Desk, *, now: datetime) -> Desk:
    """The agent's last page was closed; the same desk comes back when it was before."""
    if desk.gone_at is not None:
        return desk
    return replace(desk, gone_at=now, version=desk.version + 1)


def wrap_up_until(desk: Desk, *, wrap_up_s: float) -> datetime | None:
    """When the next call may come at the earliest; None outside the wrap-up."""
    if desk.state is not DeskState.WRAP_UP:
        return None
    return desk.since + timedelta(seconds=wrap_up_s)


def choose(
    desk: Desk, to: DeskState, *, undecided: bool, owes: bool, wrap_up_s: float, now: datetime
) -> Desk:
    """The agent picks a state.

    `NotAllowedNow` for a state nobody picks or while it rings or talks, `DecisionMissing` while
    the last call's application waits for its verdict, `ContactMissing` while the agent owes a
    call's entry: out of a wrap-up, and into work from wherever the desk is by then. `WrapUpShort`
    before the breath between two calls is over, `DevicesNotReady` before camera and microphone
    were tested.
    """
    if to not in CHOICES or desk.state in {DeskState.RINGING, DeskState.IN_CALL}:
        raise NotAllowedNow
    desk = replace(desk, gone_at=None)  # whoever picks is there
    until = wrap_up_until(desk, wrap_up_s=wrap_up_s)
    if until is not None and undecided:
        raise DecisionMissing
    if owes and (until is not None or to is DeskState.AVAILABLE):
        raise ContactMissing
    if to is DeskState.AVAILABLE:
        if until is not None and now < until:
            raise WrapUpShort(seconds=ceil((until - now).total_seconds()))
        if desk.devices_at is None:
            raise DevicesNotReady
    return move(desk, to, now=now)


def note_devices(desk: Desk, *, camera: bool, microphone: bool, now: datetime) -> Desk:
    """Note the result of the device test; a failed one takes back an earlier success."""
    works = camera and microphone
    return replace(desk, devices_at=now if works else None, version=desk.version + 1)
