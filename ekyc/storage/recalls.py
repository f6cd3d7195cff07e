"""Queries on customers who are away: whose turn may be told, and who did not come."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from ekyc.domain.appointment import AppointmentState
from ekyc.domain.phone import Provenance
from ekyc.domain.queue import Ticket, TicketState
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


async def ready(
    tx: Tx, *, most: int, by_message: bool, limit: int, now: datetime
) -> Sequence[Ticket]:
    """Who may be recalled now if the turn is near: so many of each group and language.

    First in line first; nobody stands hidden behind customers whose agents are not at work.
    """
    waited = sa.or_(_t.c.recall_until.is_(None), _t.c.recall_until <= now)
    may = (_PARKED, _t.c.recalls < most, waited, _reached(by_message=by_message))
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


async def asked(tx: Tx) -> int:
    """How many are away and asked to be told."""
    query = sa.select(sa.func.count()).where(_PARKED, _t.c.asked)
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
