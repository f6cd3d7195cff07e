"""Queries on calls, their movements and recordings, and the passes into their rooms."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from ekyc.domain.call import (
    Call,
    CallState,
    EndReason,
    Movement,
    MovementState,
    Party,
    Recording,
    RecordingState,
)
from ekyc.domain.decision import Verdict
from ekyc.domain.errors import NotAllowedNow, NotFound
from ekyc.storage import schema
from ekyc.storage.store import Tx

_c = schema.calls
_m = schema.movements
_r = schema.recordings
_OPEN = [state.value for state in CallState if state is not CallState.ENDED]


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What one agent did since an instant: calls that were live and are over, their seconds."""

    done: int
    approved: int
    average_s: float | None


def _call(row: sa.RowMapping) -> Call:
    reason = row["end_reason"]
    end_reason = None if reason is None else EndReason(reason)
    return Call(**{**row, "state": CallState(row["state"]), "end_reason": end_reason})


async def add(tx: Tx, *rung: Call) -> None:
    """Calls that begin to ring; an index refuses a second one at the same desk."""
    await tx.connection.execute(sa.insert(_c), [asdict(call) for call in rung])
    for call in rung:
        _wake(tx, call)


async def find(tx: Tx, call_id: str) -> Call | None:
    """The call whose room this is; None for a room that is no call."""
    query = sa.select(_c).where(_c.c.id == call_id)
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else _call(row)


async def save(tx: Tx, moved: Call) -> None:
    """Compare the version, then swap; `NotAllowedNow` when somebody was faster."""
    update = sa.update(_c).where(_c.c.id == moved.id, _c.c.version == moved.version - 1)
    if (await tx.connection.execute(update.values(**asdict(moved)))).rowcount != 1:
        raise NotAllowedNow
    _wake(tx, moved)


def _wake(tx: Tx, call: Call) -> None:
    tx.wake(f"call:{call.id}")
    tx.wake(f"desk:{call.agent_id}")
    tx.wake(f"application:{call.application_id}")


async def of_application(tx: Tx, application_id: str) -> Sequence[Call]:
    """Every call of an application, oldest first."""
    query = sa.select(_c).where(_c.c.application_id == application_id)
    rows = await tx.connection.execute(query.order_by(_c.c.rang_at, _c.c.attempt))
    return [_call(row) for row in rows.mappings()]


async def of_customer(tx: Tx, application_id: str) -> Call | None:
    """The application's call that is not over."""
    query = sa.select(_c).where(_c.c.application_id == application_id, _c.c.state.in_(_OPEN))
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else _call(row)


async def of_agent(tx: Tx, staff_id: str) -> Call | None:
    """The agent's call that is not over."""
    query = sa.select(_c).where(_c.c.agent_id == staff_id, _c.c.state.in_(_OPEN))
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else _call(row)


async def last_ended(tx: Tx, staff_id: str) -> Call | None:
    """The answered call that ended last with this agent, whoever answered it."""
    query = sa.select(_c).where(
        _c.c.agent_id == staff_id, _c.c.accepted_at.is_not(None), _c.c.ended_at.is_not(None)
    )
    query = query.order_by(_c.c.ended_at.desc()).limit(1)
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else _call(row)


async def unfinished(tx: Tx) -> Sequence[Call]:
    """Every call that is not over."""
    query = sa.select(_c).where(_c.c.state.in_(_OPEN)).order_by(_c.c.rang_at)
    return [_call(row) for row in (await tx.connection.execute(query)).mappings()]


async def standing(tx: Tx) -> dict[str, int]:
    """How many calls are in each state that is not over."""
    query = sa.select(_c.c.state, sa.func.count().label("number")).where(_c.c.state.in_(_OPEN))
    counted = dict.fromkeys(_OPEN, 0)
    found = await tx.connection.execute(query.group_by(_c.c.state))
    return counted | {row.state: int(row.number) for row in found}


async def late(
    tx: Tx, *, rang: datetime, gone: datetime, accepted: datetime, limit: int
) -> Sequence[Call]:
    """Calls that are not over and rang, lost a party or were answered before these instants.

    Those of agents whose account is disabled are late at once.
    """
    answered = _c.c.state != CallState.RINGING.value
    agent = schema.staff
    shut_out = sa.exists().where(agent.c.id == _c.c.agent_id, agent.c.disabled_at.is_not(None))
    query = sa.select(_c).where(
        _c.c.state.in_(_OPEN),
        sa.or_(
            sa.and_(~answered, _c.c.rang_at <= rang),
            sa.and_(answered, _c.c.customer_gone_at <= gone),
            sa.and_(answered, _c.c.agent_gone_at <= gone),
            _c.c.accepted_at <= accepted,
            shut_out,
        ),
    )
    rows = await tx.connection.execute(query.order_by(_c.c.rang_at).limit(limit))
    return [_call(row) for row in rows.mappings()]


async def today(tx: Tx, staff_id: str, *, since: datetime) -> Today:
    """An agent's day so far."""
    query = sa.select(_c.c.live_at, _c.c.ended_at).where(
        _c.c.agent_id == staff_id, _c.c.live_at.is_not(None), _c.c.ended_at >= since
    )
    lasted = [(r.ended_at - r.live_at).total_seconds() for r in await tx.connection.execute(query)]
    d = schema.decisions
    approvals = sa.select(sa.func.count()).where(
        d.c.by == staff_id, d.c.at >= since, d.c.verdict == Verdict.APPROVE.value
    )
    return Today(
        done=len(lasted),
        approved=int((await tx.connection.execute(approvals)).scalar_one()),
        average_s=sum(lasted) / len(lasted) if lasted else None,
    )


def _movement(row: sa.RowMapping) -> Movement:
    series = tuple(tuple(point) for point in row["series"] or ())
    return Movement(**{**row, "state": MovementState(row["state"]), "series": series})


async def add_movement(tx: Tx, movement: Movement) -> None:
    """A movement that was asked for."""
    await tx.connection.execute(sa.insert(_m).values(**asdict(movement)))


async def end_movement(tx: Tx, ended: Movement) -> bool:
    """Write its outcome; False when it had one already."""
    update = sa.update(_m).where(_m.c.id == ended.id, _m.c.state == MovementState.ASKED.value)
    return (await tx.connection.execute(update.values(**asdict(ended)))).rowcount == 1


async def picture_movement(tx: Tx, movement_id: str, *, picture: str) -> None:
    """The object with the picture of its furthest point."""
    update = sa.update(_m).where(_m.c.id == movement_id)
    await tx.connection.execute(update.values(picture=picture))


async def movements(tx: Tx, call_id: str) -> Sequence[Movement]:
    """Every movement asked in a call, in order."""
    query = sa.select(_m).where(_m.c.call_id == call_id).order_by(_m.c.asked_at, _m.c.id)
    return [_movement(row) for row in (await tx.connection.execute(query)).mappings()]


async def movements_of(tx: Tx, application_id: str) -> Sequence[Movement]:
    """Every movement of every call of an application."""
    query = sa.select(_m).join(_c, _m.c.call_id == _c.c.id)
    query = query.where(_c.c.application_id == application_id).order_by(_m.c.asked_at, _m.c.id)
    return [_movement(row) for row in (await tx.connection.execute(query)).mappings()]


async def furthest_picture(tx: Tx, application_id: str, movement_id: str) -> str:
    """The name of the picture in which a movement had come furthest; `NotFound`."""
    query = sa.select(_m.c.picture).join(_c, _m.c.call_id == _c.c.id)
    query = query.where(_c.c.application_id == application_id, _m.c.id == movement_id)
    name: str | None = (await tx.connection.execute(query)).scalar_one_or_none()
    if name is None:
        raise NotFound
    return name


def _recording(row: sa.RowMapping) -> Recording:
    values = {"party": Party(row["party"]), "state": RecordingState(row["state"])}
    return Recording(**{**row, **values})


async def add_recording(tx: Tx, recording: Recording) -> None:
    """A file that is being written."""
    await tx.connection.execute(sa.insert(_r).values(**asdict(recording)))


async def save_recording(tx: Tx, before: Recording, after: Recording) -> bool:
    """Compare the state, then swap; False when it was moved on already."""
    update = sa.update(_r).where(_r.c.id == before.id, _r.c.state == before.state.value)
    return (await tx.connection.execute(update.values(**asdict(after)))).rowcount == 1


async def recording(tx: Tx, recording_id: str) -> Recording:
    """One recording; `NotFound`."""
    query = sa.select(_r).where(_r.c.id == recording_id)
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return _recording(row)


async def recordings(tx: Tx, call_id: str) -> Sequence[Recording]:
    """Every file of a call, by party and segment."""
    query = sa.select(_r).where(_r.c.call_id == call_id)
    rows = await tx.connection.execute(query.order_by(_r.c.party.desc(), _r.c.segment))
    return [_recording(row) for row in rows.mappings()]


async def unclosed_recordings(tx: Tx) -> Sequence[Recording]:
    """Files that were being written when somebody last looked."""
    query = sa.select(_r).where(_r.c.state == RecordingState.WRITING.value)
    return [_recording(row) for row in (await tx.connection.execute(query)).mappings()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """The one-use right of one party to enter one room."""

    room: str
    party: Party
    subject: str
    """The application's id for a customer, the row's id for an agent."""
    expires_at: datetime


async def add_pass(tx: Tx, given: Pass, *, digest: str, now: datetime) -> None:
    """A pass; the token itself is never kept. Passes that ran out are swept on the way."""
    table = schema.passes
    await tx.connection.execute(sa.delete(table).where(table.c.expires_at <= now))
    await tx.connection.execute(sa.insert(table).values(**asdict(given), digest=digest))


async def use_pass(tx: Tx, digest: str) -> Pass | None:
    """Take the pass away; None when there is none, or no longer."""
    table = schema.passes
    columns = (table.c.room, table.c.party, table.c.subject, table.c.expires_at)
    taken = sa.delete(table).where(table.c.digest == digest).returning(*columns)
    row = (await tx.connection.execute(taken)).mappings().one_or_none()
    return None if row is None else Pass(**{**row, "party": Party(row["party"])})
