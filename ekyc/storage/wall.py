"""Queries for the supervisors' wall: who talks, who works, how long customers waited today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ekyc.domain.access import Role
from ekyc.domain.call import CallState, MovementState
from ekyc.domain.decision import MOVEMENTS
from ekyc.domain.queue import TicketState
from ekyc.storage import applications, schema
from ekyc.storage.store import Row, Tx, rows

_ANSWERED = (CallState.LIVE.value, CallState.DROPPED.value)
_c, _m, _t, _d, _s, _a = (
    schema.calls,
    schema.movements,
    schema.tickets,
    schema.desks,
    schema.staff,
    schema.applications,
)


async def talking(tx: Tx) -> Sequence[Row]:
    """Every call that was answered and is not over, the longest first."""
    columns = (_c.c.id, _c.c.application_id, _c.c.agent_id, _c.c.state, _c.c.accepted_at)
    query = (
        sa.select(*columns, _a.c.reference, applications.shown_name, _s.c.name.label("agent"))
        .join(_a, _a.c.id == _c.c.application_id)
        .join(_s, _s.c.id == _c.c.agent_id)
        .where(_c.c.state.in_(_ANSWERED))
        .order_by(_c.c.accepted_at)
    )
    return rows(await tx.connection.execute(query))


async def moved(tx: Tx) -> dict[str, int]:
    """How many of the turns each running call has seen done, of those that saw any."""
    done = (
        sa.select(_m.c.call_id, sa.func.count(_m.c.direction.distinct()).label("done"))
        .join(_c, _c.c.id == _m.c.call_id)
        .where(_c.c.state.in_(_ANSWERED))
        .where(_m.c.state == MovementState.PASSED.value, _m.c.direction.in_(MOVEMENTS))
        .group_by(_m.c.call_id)
    )
    return {row.call_id: row.done for row in await tx.connection.execute(done)}


async def desks(tx: Tx) -> Sequence[Row]:
    """Everybody who has a desk and may still sign in, by name; offline where nobody ever sat."""
    serving = (Role.AGENT.value, Role.SUPERVISOR.value)
    query = (
        sa.select(_s.c.id, _s.c.name, _d.c.state, _d.c.since)
        .join(_d, _d.c.staff_id == _s.c.id, isouter=True)
        .where(_s.c.role.in_(serving), _s.c.disabled_at.is_(None))
        .order_by(_s.c.name)
    )
    return rows(await tx.connection.execute(query))


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """The waits that ended since an instant."""

    seconds: Sequence[tuple[datetime, float]]
    """When a desk rang for a customer for the first time, and after how long."""
    left: int
    """How many went before anybody answered."""


async def waits(tx: Tx, *, since: datetime) -> Waits:
    """How long customers waited, of those who took a place since an instant."""
    first = (
        sa.select(_t.c.queued_at, sa.func.min(_c.c.rang_at).label("rang_at"))
        .join(_c, _c.c.ticket_id == _t.c.id)
        .where(_t.c.queued_at >= since)
        .group_by(_t.c.id, _t.c.queued_at)
        .order_by(_t.c.queued_at)
    )
    found = (await tx.connection.execute(first)).all()
    gone = sa.select(sa.func.count()).where(
        _t.c.queued_at >= since, _t.c.state == TicketState.LEFT.value
    )
    return Waits(
        seconds=[(row.rang_at, (row.rang_at - row.queued_at).total_seconds()) for row in found],
        left=int((await tx.connection.execute(gone)).scalar_one()),
    )
