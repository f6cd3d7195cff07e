"""Queries on what a wait is forecast from, on forecasts, and on what came of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from ekyc.domain.desk import DeskState
from ekyc.domain.queue import Ticket, TicketState
from ekyc.domain.routing import Talents
from ekyc.domain.wait import KEPT, Line, Span
from ekyc.storage import schema
from ekyc.storage.store import Tx

_f = schema.forecasts
_HALF_HOUR_S = 1800
_AT_WORK = (DeskState.AVAILABLE, DeskState.RINGING, DeskState.IN_CALL, DeskState.WRAP_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWork:
    """An agent at work."""

    talents: Talents
    is_idle: bool


async def at_work(tx: Tx) -> Sequence[AtWork]:
    """Who serves customers now; who is available but whose page is closed does not."""
    d, m = schema.desks, schema.staff
    query = sa.select(d.c.state, d.c.gone_at, m.c.speaks, m.c.skills)
    query = query.join(m, m.c.id == d.c.staff_id)
    query = query.where(d.c.state.in_([state.value for state in _AT_WORK]))
    found = []
    for row in await tx.connection.execute(query):
        idle = row.state == DeskState.AVAILABLE.value
        if not (idle and row.gone_at is not None):
            can = Talents(speaks=frozenset(row.speaks), skills=frozenset(row.skills))
            found.append(AtWork(talents=can, is_idle=idle))
    return found


async def before(tx: Tx, ticket: Ticket, *, now: datetime) -> Mapping[tuple[str, str], int]:
    """How many stand before this ticket, by group and language.

    Those who wait, and those who are away and were told just now that their turn is near.
    """
    t = schema.tickets
    earlier = sa.or_(
        t.c.priority > ticket.priority,
        sa.and_(t.c.priority == ticket.priority, t.c.seq < ticket.seq),
    )
    query = sa.select(t.c.group, t.c.language, sa.func.count().label("waiting"))
    expected = sa.and_(t.c.state == TicketState.PARKED.value, t.c.recall_until > now)
    query = query.where(sa.or_(t.c.state == TicketState.WAITING.value, expected), earlier)
    found = await tx.connection.execute(query.group_by(t.c.group, t.c.language))
    return {(row["group"], row["language"]): row["waiting"] for row in found.mappings()}


async def each_s(tx: Tx, *, last: int) -> float | None:
    """From ring to end, on average, of so many of the last calls; None before the first."""
    c = schema.calls
    query = sa.select(c.c.rang_at, c.c.ended_at)
    query = query.where(c.c.accepted_at.is_not(None), c.c.ended_at.is_not(None))
    found = await tx.connection.execute(query.order_by(c.c.rang_at.desc()).limit(last))
    lasted = [(row.ended_at - row.rang_at).total_seconds() for row in found]
    return sum(lasted) / len(lasted) if lasted else None


async def arrivals(tx: Tx, *, since: datetime, until: datetime) -> Mapping[datetime, int]:
    """How many customers took a place in line, by the half-hour's beginning, UTC."""
    t = schema.tickets
    second = sa.extract("epoch", t.c.queued_at)
    half_hour = sa.cast(second - second % _HALF_HOUR_S, sa.Integer).label("half_hour")
    query = sa.select(half_hour, sa.func.count().label("came"))
    query = query.where(t.c.queued_at >= since, t.c.queued_at < until).group_by(half_hour)
    found = await tx.connection.execute(query)
    return {datetime.fromtimestamp(row.half_hour, UTC): row.came for row in found}


async def promise(tx: Tx, ticket: Ticket, line: Line, span: Span) -> None:
    """What this customer is told first."""
    known = {"ahead": line.ahead, "agents": line.agents, "idle": line.idle, "each_s": line.each_s}
    told = {"low_s": span.low_s, "high_s": span.high_s, "ticket_id": ticket.id}
    await tx.connection.execute(sa.insert(_f).values(**known, **told, at=ticket.queued_at))


async def promised(tx: Tx, ticket_id: str) -> Line | None:
    """What the forecast was made of, as long as nothing came of it."""
    query = sa.select(_f.c.ahead, _f.c.agents, _f.c.idle, _f.c.each_s)
    query = query.where(_f.c.ticket_id == ticket_id, _f.c.came_s.is_(None), ~_f.c.absent)
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else Line(**row)


async def came(tx: Tx, ticket_id: str, *, came_s: float, score: float | None) -> None:
    """An agent answered after so long."""
    update = sa.update(_f).where(_f.c.ticket_id == ticket_id)
    await tx.connection.execute(update.values(came_s=came_s, score=score))


async def was_absent(tx: Tx, ticket_id: str) -> None:
    """The customer was away: the wait says nothing about the forecast."""
    update = sa.update(_f).where(_f.c.ticket_id == ticket_id, _f.c.came_s.is_(None))
    await tx.connection.execute(update.values(absent=True))


async def scores(tx: Tx) -> Sequence[float]:
    """Of the last forecasts something came of, oldest first."""
    query = sa.select(_f.c.score).where(_f.c.score.is_not(None))
    found = (await tx.connection.execute(query.order_by(_f.c.at.desc()).limit(KEPT))).scalars()
    return list(found)[::-1]


async def told(tx: Tx, *, since: datetime) -> Sequence[tuple[datetime, float, float]]:
    """When a customer was told how long it takes, and between which waits, in order."""
    query = sa.select(_f.c.at, _f.c.low_s, _f.c.high_s).where(_f.c.at >= since)
    found = await tx.connection.execute(query.order_by(_f.c.at))
    return [(row.at, row.low_s, row.high_s) for row in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Of the last promises: how many were kept, and how many waits were shorter or longer."""

    within: int = 0
    shorter: int = 0
    longer: int = 0


async def kept(tx: Tx, *, since: datetime | None = None) -> Kept:
    """What came of the last promises; of those since an instant, where one is named."""
    query = sa.select(_f.c.came_s, _f.c.low_s, _f.c.high_s).where(_f.c.came_s.is_not(None))
    if since is not None:
        query = query.where(_f.c.at >= since)
    rows = (await tx.connection.execute(query.order_by(_f.c.at.desc()).limit(KEPT))).all()
    return Kept(
        within=sum(row.low_s <= row.came_s <= row.high_s for row in rows),
        shorter=sum(row.came_s < row.low_s for row in rows),
        longer=sum(row.came_s > row.high_s for row in rows),
    )
