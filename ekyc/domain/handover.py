"""The hand-over: for a while the journey goes on on the customer's telephone.

The computer that is signed in shows a code; whoever opens it first, once and within minutes, has a
session of their own. The computer sees it at once and may take the journey back. A hand-over for
photographs ends by itself with the photographs; one for the call lasts until it is taken back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ekyc.domain.application import Stage
from ekyc.domain.errors import HandoverBudget, HandoverExpired, HandoverUsed, NotAllowedNow


class Purpose(StrEnum):
    """What the telephone is for."""

    PHOTOGRAPHS = "photographs"
    CALL = "call"


class HandoverState(StrEnum):
    """Offered: the code is shown. Taken: the journey goes on elsewhere."""

    OFFERED = "offered"
    TAKEN = "taken"
    ENDED = "ended"


class Device(StrEnum):
    """What took over, as its browser says: for the customer to recognise, not for the server."""

    IOS = "ios"
    ANDROID = "android"
    COMPUTER = "computer"


class EndedBy(StrEnum):
    """Why a hand-over is over: its work is done, it was taken back, another code took its place,
    or the customer opened the bank's link anew."""

    DONE = "done"
    BACK = "back"
    REPLACED = "replaced"
    LINK = "link"


TRANSITIONS: dict[HandoverState, frozenset[HandoverState]] = {
    HandoverState.OFFERED: frozenset({HandoverState.TAKEN, HandoverState.ENDED}),
    HandoverState.TAKEN: frozenset({HandoverState.ENDED}),
    HandoverState.ENDED: frozenset(),
}

_PURPOSES: Mapping[Stage, Purpose] = {
    Stage.PHONE_CONFIRMED: Purpose.PHOTOGRAPHS,
    Stage.DOCUMENTED: Purpose.PHOTOGRAPHS,
    Stage.CONFIRMED: Purpose.CALL,
    Stage.BOOKED: Purpose.CALL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a code lives, and how many an application gets within an hour."""

    life: timedelta
    per_hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """One code and what became of it; tokens and sessions are known by their digests alone."""

    id: str
    application_id: str
    purpose: Purpose
    state: HandoverState
    token: str
    computer: str
    """The session that offered it."""
    offered_at: datetime
    expires_at: datetime
    telephone: str | None = None
    """The session it was traded for."""
    device: Device | None = None
    taken_at: datetime | None = None
    ended_at: datetime | None = None


def purpose_at(stage: Stage) -> Purpose:
    """What a telephone could do now; `NotAllowedNow` when nothing."""
    if stage not in _PURPOSES:
        raise NotAllowedNow
    return _PURPOSES[stage]


def require_room(offered_within_the_hour: int, limits: Limits) -> None:
    """`HandoverBudget` once an application had all its codes."""
    if offered_within_the_hour >= limits.per_hour:
        raise HandoverBudget


def take(
    handover: Handover, *, stage: Stage, telephone: str, device: Device, now: datetime
) -> Handover:
    """The telephone takes over.

    Raises `HandoverUsed` for a code that led somewhere before, `HandoverExpired` for one that is
    too old, was replaced, or whose work was done at the computer meanwhile.
    """
    if handover.taken_at is not None:
        raise HandoverUsed
    is_open = HandoverState.TAKEN in TRANSITIONS[handover.state] and now < handover.expires_at
    if not is_open or _PURPOSES.get(stage) is not handover.purpose:
        raise HandoverExpired
    return replace(
        handover, state=HandoverState.TAKEN, telephone=telephone, device=device, taken_at=now
    )


def end(handover: Handover, *, now: datetime) -> Handover:
    """It is over; `NotAllowedNow` when it was before."""
    if HandoverState.ENDED not in TRANSITIONS[handover.state]:
        raise NotAllowedNow
    return replace(handover, state=HandoverState.ENDED, ended_at=now)
