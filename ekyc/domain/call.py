"""One conversation: how it rings, breaks off, resumes and ends, and what its end means.

A party that has not connected yet counts as gone since the answer, so that one rule covers a
customer who never appears and one whose line drops.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from ekyc.domain.desk import DeskState
from ekyc.domain.errors import NotAllowedNow


class CallState(StrEnum):
    """Where a call stands; `live` begins with the agent's answer."""

    RINGING = "ringing"
    LIVE = "live"
    DROPPED = "dropped"
    ENDED = "ended"


TRANSITIONS: dict[CallState, frozenset[CallState]] = {
    CallState.RINGING: frozenset({CallState.LIVE, CallState.ENDED}),
    CallState.LIVE: frozenset({CallState.DROPPED, CallState.ENDED}),
    CallState.DROPPED: frozenset({CallState.LIVE, CallState.ENDED}),
    CallState.ENDED: frozenset(),
}


class Party(StrEnum):
    """Who takes part; all but the first two are guests (`domain.guest`)."""

    CUSTOMER = "customer"
    AGENT = "agent"
    INTERPRETER = "interpreter"
    COLLEAGUE = "colleague"
    SUPERVISOR = "supervisor"


BOTH = (Party.CUSTOMER, Party.AGENT)
"""Those without whom there is no call."""


class EndReason(StrEnum):
    """Why a call ended."""

    NOT_ANSWERED = "not-answered"
    DECLINED = "declined"
    CUSTOMER_LEFT = "customer-left"
    CUSTOMER_MISSED = "customer-missed"
    CUSTOMER_DECLINED = "customer-declined"
    AGENT_ENDED = "agent-ended"
    CUSTOMER_ENDED = "customer-ended"
    CUSTOMER_DROPPED = "customer-dropped"
    AGENT_DROPPED = "agent-dropped"
    LINE_DROPPED = "line-dropped"
    TOO_LONG = "too-long"
    SERVER_STOPPED = "server-stopped"
    WITHDRAWN = "withdrawn"


BROKEN_OFF = frozenset(
    {
        EndReason.CUSTOMER_DROPPED,
        EndReason.AGENT_DROPPED,
        EndReason.LINE_DROPPED,
        EndReason.SERVER_STOPPED,
    }
)
"""Nobody wanted these ends: the customer is first in line again."""

DESK_AFTER: dict[EndReason, DeskState] = {
    EndReason.NOT_ANSWERED: DeskState.AWAY,
    EndReason.DECLINED: DeskState.AWAY,
    EndReason.CUSTOMER_LEFT: DeskState.AVAILABLE,
    EndReason.CUSTOMER_MISSED: DeskState.WRAP_UP,
    EndReason.CUSTOMER_DECLINED: DeskState.WRAP_UP,
    EndReason.AGENT_ENDED: DeskState.WRAP_UP,
    EndReason.CUSTOMER_ENDED: DeskState.WRAP_UP,
    EndReason.CUSTOMER_DROPPED: DeskState.WRAP_UP,
    EndReason.AGENT_DROPPED: DeskState.AWAY,  # perhaps nobody sits there
    EndReason.LINE_DROPPED: DeskState.AWAY,
    EndReason.TOO_LONG: DeskState.WRAP_UP,
    EndReason.SERVER_STOPPED: DeskState.AWAY,
    EndReason.WITHDRAWN: DeskState.WRAP_UP,
}
"""What the agent's desk does once the call is over."""


_COSTS_NOTHING = frozenset({EndReason.WITHDRAWN, EndReason.CUSTOMER_DECLINED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call; its id is its room's name."""

    id: str
    application_id: str
    ticket_id: str
    agent_id: str
    attempt: int
    """The ticket's attempt this call belongs to."""
    state: CallState
    version: int
    rang_at: datetime
    accepted_at: datetime | None = None
    live_at: datetime | None = None
    """When both were connected for the first time: the recordings' zero."""
    customer_gone_at: datetime | None = None
    agent_gone_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: EndReason | None = None
    equivalent: str | None = None
    """Which movements are asked instead of the usual ones, by what the customer cannot do."""


class MovementState(StrEnum):
    """What became of one asked movement."""

    ASKED = "asked"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One movement the agent asked for, and what was measured."""

    id: str
    call_id: str
    direction: str
    state: MovementState
    asked_at: datetime
    ended_at: datetime | None = None
    reason: str | None = None
    peak_deg: float | None = None
    """Of a turn; `peak` of any measured movement, in the unit of `threshold`."""
    peak: float | None = None
    threshold: float | None = None
    """What was needed then: degrees of a turn, else a share or a score."""
    sequence_id: str | None = None
    """The random sequence it is a step of."""
    number: str | None = None
    """What was to be said aloud; the agent judged it."""
    planarity: float | None = None
    seconds: float | None = None
    limits_version: str | None = None
    series: tuple[tuple[float | None, ...], ...] = ()
    """(seconds since asked, yaw, pitch, planarity, extent) of every measured picture."""
    picture: str | None = None
    """The object with the picture in which it had come furthest."""


class RecordingState(StrEnum):
    """Where one party's file stands; `lost` only when a crash left nothing to finish."""

    WRITING = "writing"
    FINISHING = "finishing"
    FINISHED = "finished"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One party's picture and sound; a new segment begins when a media worker died."""

    id: str
    call_id: str
    party: Party
    segment: int
    state: RecordingState
    started_at: datetime
    duration_ms: int | None = None
    size_bytes: int | None = None
    """As it is played and downloaded; `sha256` too."""
    sha256: str | None = None
    object_key: str | None = None
    """The original, as it was recorded."""
    index_key: str | None = None
    """What a player needs before it; none in files older than sealing."""
    sealed_bytes: int | None = None
    """Of the original's file; `sealed_sha256` too."""
    sealed_sha256: str | None = None
    is_whole: bool | None = None
    """False: it broke off, or a part of it did not fit on the disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The rules in force, seconds."""

    ring_s: float
    rejoin_s: float
    longest_s: float


def ring(
    *, id: str, application_id: str, ticket_id: str, agent_id: str, attempt: int, now: datetime
) -> Call:
    """A new call that rings at one desk."""
    return Call(
        id=id,
        application_id=application_id,
        ticket_id=ticket_id,
        agent_id=agent_id,
        attempt=attempt,
        state=CallState.RINGING,
        version=1,
        rang_at=now,
    )


def accept(call: Call, *, now: datetime) -> Call:
    """The agent answers: both have `rejoin_s` to connect."""
    if call.state is not CallState.RINGING:
        raise NotAllowedNow
    return replace(
        _move(call, CallState.LIVE), accepted_at=now, customer_gone_at=now, agent_gone_at=now
    )


def connect(call: Call, party: Party) -> Call:
    """A party's media flows; a dropped call resumes once nobody is gone.

    The same call comes back when nothing is new.
    """
    if party not in BOTH or not is_answered(call) or _gone_at(call, party) is None:
        return call
    back = replace(_set_gone(call, party, None), version=call.version + 1)
    return back if gone(back) else replace(back, state=CallState.LIVE)


def go_live(call: Call, *, now: datetime) -> Call:
    """Both were connected for the first time; the same call comes back when it was live before."""
    if not is_answered(call) or call.live_at is not None:
        return call
    return replace(call, live_at=now, version=call.version + 1)


def drop(call: Call, party: Party, *, now: datetime) -> Call:
    """A party's line broke; a call that was live counts as dropped until the party is back."""
    if party not in BOTH or not is_answered(call) or _gone_at(call, party) is not None:
        return call
    state = CallState.LIVE if call.live_at is None else CallState.DROPPED
    lost = _set_gone(call, party, now)
    return replace(lost, state=state, version=call.version + 1)


def hand_over(call: Call, agent_id: str, *, now: datetime) -> Call:
    """Another agent has the call from now on, and the time of a rejoin to connect."""
    if not is_answered(call) or agent_id == call.agent_id:
        raise NotAllowedNow
    state = CallState.LIVE if call.live_at is None else CallState.DROPPED
    version = call.version + 1
    return replace(call, agent_id=agent_id, agent_gone_at=now, state=state, version=version)


def end(call: Call, reason: EndReason, *, now: datetime) -> Call:
    """The call is over, once and for all."""
    return replace(_move(call, CallState.ENDED), ended_at=now, end_reason=reason)


def desk_after(call: Call, reason: EndReason) -> DeskState:
    """What the agent's desk does when the call ends now; a ring taken back costs nothing."""
    if call.state is CallState.RINGING and reason in _COSTS_NOTHING:
        return DeskState.AVAILABLE
    return DESK_AFTER[reason]


def gone(call: Call) -> frozenset[Party]:
    """Who is not connected."""
    return frozenset(party for party in BOTH if _gone_at(call, party) is not None)


def is_answered(call: Call) -> bool:
    """Whether the call was answered and is not over."""
    return call.state in {CallState.LIVE, CallState.DROPPED}


def is_complete(call: Call) -> bool:
    """Whether both talk to each other now."""
    return call.state is CallState.LIVE and call.live_at is not None and not gone(call)


def deadline(call: Call, limits: Limits) -> datetime | None:
    """When a ring or a rejoin runs out; None while everybody is there, and once it is over."""
    if call.state is CallState.RINGING:
        return call.rang_at + timedelta(seconds=limits.ring_s)
    if not is_answered(call):
        return None
    since = [at for at in (call.customer_gone_at, call.agent_gone_at) if at is not None]
    return min(since) + timedelta(seconds=limits.rejoin_s) if since else None


def seconds_left(call: Call, limits: Limits, *, now: datetime) -> int | None:
    """Whole seconds before a ring or a rejoin runs out; None while everybody is there."""
    at = deadline(call, limits)
    return None if at is None else max(0, ceil((at - now).total_seconds()))


def overdue(call: Call, limits: Limits, *, now: datetime) -> EndReason | None:
    """Why this call must end now; None while it may go on."""
    at = deadline(call, limits)
    if at is not None and now >= at:
        ringing = call.state is CallState.RINGING
        return EndReason.NOT_ANSWERED if ringing else _who_dropped(gone(call))
    if not is_answered(call):
        return None
    # An answered call has its instant of answer: `accept` sets both at once.
    assert call.accepted_at is not None
    longest = call.accepted_at + timedelta(seconds=limits.longest_s)
    return EndReason.TOO_LONG if now >= longest else None


def shut_out(call: Call) -> EndReason:
    """How a call ends whose agent's account was disabled: its customer is first in line again."""
    return EndReason.AGENT_DROPPED if is_answered(call) else EndReason.NOT_ANSWERED


def _move(call: Call, to: CallState) -> Call:
    if to not in TRANSITIONS[call.state]:
        raise NotAllowedNow
    return replace(call, state=to, version=call.version + 1)


def _gone_at(call: Call, party: Party) -> datetime | None:
    return call.customer_gone_at if party is Party.CUSTOMER else call.agent_gone_at


def _set_gone(call: Call, party: Party, at: datetime | None) -> Call:
    if party is Party.CUSTOMER:
        return replace(call, customer_gone_at=at)
    return replace(call, agent_gone_at=at)


def _who_dropped(missing: frozenset[Party]) -> EndReason:
    if missing == {Party.CUSTOMER}:
        return EndReason.CUSTOMER_DROPPED
    if missing == {Party.AGENT}:
        return EndReason.AGENT_DROPPED
    return EndReason.LINE_DROPPED
