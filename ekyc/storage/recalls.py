"""Queries on customers who are away: whose turn may be told, and who did not come."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from ekyc.domain.appointment import AppointmentState
from ekyc.domain.phone import Provenance
from ekyc.domain.queue import Ticket, TicketState
from ekyc.domain.recall import DOUBLINGS, Limits, pause_s
from ekyc.storage import schema
from ekyc.storage.queue import PLACE, as_ticket
from ekyc.storage.store import Tx

_t = schema.tickets
_PARKED = _t.c.state == TicketState.PARKED.value


def _reached(*, by_message: bool) -> sa.ColumnElement[bool]:
    """Whether the customer can be told; at a booked time the appointment rings by itself."""
    a, d, b = schema.applications, schema.devices, schema.appointments
    rung = sa.exists().where(d.c.application_id == _t.c.application_id)
    verified = sa.exists().where(
        a.c.id == _t.c.application_id, a.c.phone_source != Provenance.CUSTOMER.value
    )
    due = sa.exists().where(
        b.c.application_id == _t.c.application_id, b.c.state == AppointmentState.DUE.value
    )
    return sa.and_(sa.or_(rung, verified) if by_message else rung, ~due)


def _may_be_recalled(bounds: Limits, *, now: datetime) -> sa.ColumnElement[bool]:
    """Whom `domain.recall.recall` does not refuse, of those who are away."""
    n, until = _t.c.recalls, _t.c.recall_until
    waited = [sa.and_(n < bounds.most, until <= now)]
    for recalls in range(bounds.most, bounds.most + DOUBLINGS + 1):
        over = until <= now - timedelta(seconds=pause_s(recalls, bounds))
        last = recalls == bounds.most + DOUBLINGS
        waited.append(sa.and_(~_t.c.told, n >= recalls if last else n == recalls, over))
    return sa.or_(until.is_(None), *waited)


async def ready(
    tx: Tx, bounds: Limits, *, by_message: bool, limit: int, now: datetime
) -> Sequence[Ticket]:
    """Who may be recalled now if the turn is near: so many of each group and language.

    First in line first; nobody stands hidden behind customers whose agents are not at work.
    """
    may = (_PARKED, _may_be_recalled(bounds, now=now), _reached(by_message=by_message))
    lines = await tx.connection.execute(sa.select(_t.c.group, _t.c.language).where(*may).distinct())
    found: list[Ticket] = []
    for line in lines.mappings().all():
        own = sa.select(_t).where(*may, *(_t.c[name] == line[name] for name in line))
        rows = await tx.connection.execute(own.order_by(*PLACE).limit(limit))
        found += [as_ticket(row) for row in rows.mappings()]
    return found


async def unreached(tx: Tx, ticket: Ticket, *, by_message: bool) -> Sequence[int]:
    """The numbers of those who are away in the same line before this one and cannot be told."""
    mine = (_t.c.group == ticket.group, _t.c.language == ticket.language)
    earlier = sa.or_(
        _t.c.priority > ticket.priority,
        sa.and_(_t.c.priority == ticket.priority, _t.c.seq < ticket.seq),
    )
    query = sa.select(_t.c.seq).where(_PARKED, *mine, earlier, ~_reached(by_message=by_message))
    return (await tx.connection.execute(query.order_by(_t.c.seq))).scalars().all()


async def overdue(tx: Tx, *, most: int, limit: int, now: datetime) -> Sequence[Ticket]:
    """Who was told the last time and did not come."""
    query = sa.select(_t).where(_PARKED, _t.c.told, _t.c.recalls >= most, _t.c.recall_until <= now)
    rows = await tx.connection.execute(query.order_by(*PLACE).limit(limit))
    return [as_ticket(row) for row in rows.mappings()]


async def asked(tx: Tx, *, most: int) -> int:
    """How many are away and asked to be told; not whom that many recalls did not reach."""
    expected = sa.or_(_t.c.told, _t.c.recalls < most)
    query = sa.select(sa.func.count()).where(_PARKED, _t.c.asked, expected)
    return int((await tx.connection.execute(query)).scalar_one())


async def note_told(tx: Tx, ticket: Ticket) -> None:
    """One of the recalls of this absence was handed over."""
    update = sa.update(_t).where(_t.c.id == ticket.id, _PARKED, _t.c.recalls >= 1)
    await tx.connection.execute(update.values(told=True))


async def lapsed(tx: Tx, application_id: str) -> bool:
    """Whether the customer's last place was given up because nobody came."""
    query = sa.select(_t.c.state, _t.c.told, _t.c.recall_until)
    query = query.where(_t.c.application_id == application_id).order_by(_t.c.seq.desc()).limit(1)
    row = (await tx.connection.execute(query)).one_or_none()
    return row is not None and row.state == TicketState.LEFT.value and row.told
