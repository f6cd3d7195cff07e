"""Queries on desks, tickets and the device tests before them."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from ekyc.domain.desk import Desk, DeskState
from ekyc.domain.device_test import DeviceTest, Network
from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.queue import FIRST_COME, OPEN, Pair, Ticket, TicketState
from ekyc.domain.routing import SEED_BYTES, Talents, Wants
from ekyc.storage import applications, schema
from ekyc.storage.store import Row, Tx, new_id, rows

_t = schema.tickets
_d = schema.desks
PLACE = (_t.c.priority.desc(), _t.c.seq)
"""The order of the line."""
_c = schema.calls
_met = sa.select(sa.func.max(_c.c.ended_at)).where(
    _c.c.ticket_id == _t.c.id, _c.c.accepted_at.is_not(None)
)
waits_from = sa.func.coalesce(_met.correlate(_t).scalar_subquery(), _t.c.queued_at)
"""Since when a wait lasts: since the place was taken, or the last call broke off."""


def as_ticket(row: sa.RowMapping) -> Ticket:
    """A ticket's row."""
    return Ticket(**{**row, "state": TicketState(row["state"])})


def _desk(row: sa.RowMapping) -> Desk:
    return Desk(**{**row, "state": DeskState(row["state"])})


async def wants(tx: Tx, application_id: str) -> Wants:
    """What decides the application's group and priority."""
    a = schema.applications
    query = sa.select(a.c.language, a.c.product, a.c.region, a.c.vulnerable)
    row = (await tx.connection.execute(query.where(a.c.id == application_id))).mappings().one()
    return Wants(**row)


async def add_ticket(
    tx: Tx,
    application_id: str,
    *,
    now: datetime,
    priority: int = FIRST_COME,
    group: str = "",
    language: str = "vi",
) -> Ticket:
    """The next number; a second open ticket of one application is refused by an index."""
    ticket = Ticket(
        id=new_id(),
        seq=await tx.next("tickets"),
        application_id=application_id,
        state=TicketState.WAITING,
        priority=priority,
        queued_at=now,
        seen_at=now,
        gone_at=None,
        attempt=0,
        group=group,
        language=language,
        secret=secrets.token_hex(SEED_BYTES),
    )
    await tx.connection.execute(sa.insert(_t).values(**asdict(ticket)))
    _wake(tx, ticket)
    return ticket


async def ticket(tx: Tx, ticket_id: str) -> Ticket:
    """A ticket by its id; it exists, because a call names it."""
    query = sa.select(_t).where(_t.c.id == ticket_id)
    return as_ticket((await tx.connection.execute(query)).mappings().one())


async def open_ticket(tx: Tx, application_id: str) -> Ticket | None:
    """The application's wait: waiting, parked or matched."""
    states = [state.value for state in OPEN]
    query = sa.select(_t).where(_t.c.application_id == application_id, _t.c.state.in_(states))
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else as_ticket(row)


async def save_ticket(tx: Tx, before: Ticket, after: Ticket) -> None:
    """Compare state and attempt, then swap; `NotAllowedNow` when somebody was faster."""
    update = sa.update(_t).where(
        _t.c.id == before.id, _t.c.state == before.state.value, _t.c.attempt == before.attempt
    )
    if (await tx.connection.execute(update.values(**asdict(after)))).rowcount != 1:
        raise NotAllowedNow
    if after.state is not before.state:
        _wake(tx, after)


async def ring(tx: Tx, pairs: Sequence[Pair], *, now: datetime) -> None:
    """Tickets become matched and their desks ring, all in two statements.

    Attempts and versions are compared as for one; `NotAllowedNow` when anybody was faster.
    """
    found = [(pair.ticket.id, pair.ticket.attempt) for pair in pairs]
    matched = sa.update(_t).where(
        _t.c.state == TicketState.WAITING.value, sa.tuple_(_t.c.id, _t.c.attempt).in_(found)
    )
    values = {"state": TicketState.MATCHED.value, "attempt": _t.c.attempt + 1}
    await _swap(tx, matched.values(**values), len(pairs))
    idle = [(pair.desk.staff_id, pair.desk.version) for pair in pairs]
    rung = sa.update(_d).where(
        _d.c.state == DeskState.AVAILABLE.value, sa.tuple_(_d.c.staff_id, _d.c.version).in_(idle)
    )
    rings = {"state": DeskState.RINGING.value, "since": now, "version": _d.c.version + 1}
    await _swap(tx, rung.values(**rings), len(pairs))
    for pair in pairs:
        _wake(tx, pair.ticket)
        tx.wake(f"desk:{pair.desk.staff_id}")


async def _swap(tx: Tx, update: sa.Update, wanted: int) -> None:
    if (await tx.connection.execute(update)).rowcount != wanted:
        raise NotAllowedNow


def _wake(tx: Tx, ticket: Ticket) -> None:
    tx.wake("queue")
    tx.wake(f"application:{ticket.application_id}")


async def tickets(tx: Tx, *states: TicketState, limit: int) -> Sequence[Ticket]:
    """Tickets in these states, first in line first."""
    wanted = [state.value for state in states]
    query = sa.select(_t).where(_t.c.state.in_(wanted)).order_by(*PLACE).limit(limit)
    return [as_ticket(row) for row in (await tx.connection.execute(query)).mappings()]


async def ready_tickets(
    tx: Tx, *, limit: int, helped_since: Sequence[datetime] = ()
) -> Mapping[str, tuple[Ticket, datetime]]:
    """Who waits with an open page, and since when: the first in line of each group and language.

    So many of each, and again as many of those who wait since before each of `helped_since`:
    agents who help out may serve them. Nobody stands hidden behind those whom no idle agent may
    serve, be it those who go first and have not waited long enough to be helped. By the ticket's
    id.
    """
    here = (_t.c.state == TicketState.WAITING.value, _t.c.gone_at.is_(None))
    lines = await tx.connection.execute(
        sa.select(_t.c.group, _t.c.language).where(*here).distinct()
    )
    found: dict[str, tuple[Ticket, datetime]] = {}
    for line in lines.mappings().all():
        own = sa.select(_t, waits_from.label("since")).where(
            *here, *(_t.c[name] == line[name] for name in line)
        )
        for query in [own, *(own.where(waits_from <= since) for since in helped_since)]:
            rows = await tx.connection.execute(query.order_by(*PLACE).limit(limit))
            found |= {row["id"]: _waiting(row) for row in rows.mappings()}
    return found


def _waiting(row: sa.RowMapping) -> tuple[Ticket, datetime]:
    values = dict(row)
    begun: datetime = values.pop("since")
    return Ticket(**{**values, "state": TicketState(values["state"])}), begun


async def absent(tx: Tx) -> Sequence[Ticket]:
    """Who waits though the page is closed at this moment, first in line first."""
    gone = (_t.c.state == TicketState.WAITING.value, _t.c.gone_at.is_not(None))
    query = sa.select(_t).where(*gone).order_by(*PLACE)
    return [as_ticket(row) for row in (await tx.connection.execute(query)).mappings()]


async def unseen(tx: Tx, *, before: datetime, limit: int) -> Sequence[Ticket]:
    """Who waits but was not seen since an instant."""
    query = sa.select(_t).where(_t.c.state == TicketState.WAITING.value, _t.c.seen_at < before)
    query = query.order_by(_t.c.seen_at).limit(limit)
    return [as_ticket(row) for row in (await tx.connection.execute(query)).mappings()]


async def line(tx: Tx, *, limit: int) -> Sequence[Row]:
    """Who waits, first in line first, with what an agent sees of each application.

    Then whose place is kept: so many of each, for those who went never come back, perhaps, and
    came before everybody who is there.
    """
    a, parked = schema.applications, _t.c.state == TicketState.PARKED.value
    query = (
        sa.select(
            _t, waits_from.label("since"), a.c.reference, applications.shown_name, a.c.document_kind
        )
        .join(a, a.c.id == _t.c.application_id)
        .order_by(*PLACE)
        .limit(limit)
    )
    present = query.where(_t.c.state.in_([state.value for state in OPEN]), ~parked)
    both = [await tx.connection.execute(one) for one in (present, query.where(parked))]
    return [row for found in both for row in rows(found)]


async def standing(tx: Tx) -> dict[str, int]:
    """How many tickets are in each open state."""
    states = [state.value for state in OPEN]
    query = sa.select(_t.c.state, sa.func.count().label("number")).where(_t.c.state.in_(states))
    found = await tx.connection.execute(query.group_by(_t.c.state))
    return dict.fromkeys(states, 0) | {row.state: int(row.number) for row in found}


async def since(tx: Tx, ticket: Ticket) -> datetime:
    """Since when this customer waits, or would: the place may not be taken yet."""
    query = sa.select(waits_from.label("since")).where(_t.c.id == ticket.id)
    begun: datetime | None = (await tx.connection.execute(query)).scalar_one_or_none()
    return begun or ticket.queued_at


async def waits_since(tx: Tx) -> datetime | None:
    """Since when the one who waits longest waits."""
    query = sa.select(sa.func.min(waits_from)).where(_t.c.state == TicketState.WAITING.value)
    first: datetime | None = (await tx.connection.execute(query)).scalar_one_or_none()
    return first


async def late(tx: Tx, *, before: datetime) -> int:
    """How many wait since before an instant."""
    query = sa.select(sa.func.count()).where(
        _t.c.state == TicketState.WAITING.value, waits_from < before
    )
    return int((await tx.connection.execute(query)).scalar_one())


async def desk(tx: Tx, staff_id: str, *, now: datetime) -> Desk:
    """The agent's desk; offline when nobody has sat down at it yet."""
    query = sa.select(_d).where(_d.c.staff_id == staff_id)
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return Desk(staff_id=staff_id, since=now) if row is None else _desk(row)


async def idle_desks(tx: Tx) -> Sequence[tuple[Desk, Talents]]:
    """Who is available with an open page, longest idle first, and what they can do."""
    m = schema.staff
    query = sa.select(_d, m.c.speaks, m.c.skills).join(m, m.c.id == _d.c.staff_id)
    query = query.where(_d.c.state == DeskState.AVAILABLE.value, _d.c.gone_at.is_(None))
    query = query.order_by(_d.c.idle_since, _d.c.staff_id)
    return [_able(row) for row in (await tx.connection.execute(query)).mappings()]


def _able(row: sa.RowMapping) -> tuple[Desk, Talents]:
    values = dict(row)
    speaks, skills = frozenset(values.pop("speaks")), frozenset(values.pop("skills"))
    desk = Desk(**{**values, "state": DeskState(values["state"])})
    return desk, Talents(speaks=speaks, skills=skills)


async def available_desks(tx: Tx) -> Sequence[Desk]:
    """Everybody who is available, with an open page or without."""
    query = sa.select(_d).where(_d.c.state == DeskState.AVAILABLE.value)
    return [_desk(row) for row in (await tx.connection.execute(query)).mappings()]


async def deserted_desks(tx: Tx, *, before: datetime, limit: int) -> Sequence[Desk]:
    """Who is available though the page is gone since before an instant."""
    query = sa.select(_d).where(_d.c.state == DeskState.AVAILABLE.value, _d.c.gone_at < before)
    query = query.order_by(_d.c.gone_at).limit(limit)
    return [_desk(row) for row in (await tx.connection.execute(query)).mappings()]


async def wrapping_up(tx: Tx, *, before: datetime, limit: int) -> Sequence[Desk]:
    """Whose wrap-up began before an instant, longest first."""
    query = sa.select(_d).where(_d.c.state == DeskState.WRAP_UP.value, _d.c.since < before)
    query = query.order_by(_d.c.since).limit(limit)
    return [_desk(row) for row in (await tx.connection.execute(query)).mappings()]


async def save_desk(tx: Tx, moved: Desk) -> None:
    """Compare the version, then swap; `NotAllowedNow` when somebody was faster."""
    if moved.version == 1:
        await tx.connection.execute(sa.insert(_d).values(**asdict(moved)))
    else:
        update = sa.update(_d).where(
            _d.c.staff_id == moved.staff_id, _d.c.version == moved.version - 1
        )
        if (await tx.connection.execute(update.values(**asdict(moved)))).rowcount != 1:
            raise NotAllowedNow
    tx.wake("queue")
    tx.wake(f"desk:{moved.staff_id}")


async def device_test(
    tx: Tx, application_id: str, *, since: datetime | None = None
) -> DeviceTest | None:
    """What the customer's last device test, since an instant if one is named, showed."""
    table = schema.prechecks
    query = sa.select(table.c.result).where(table.c.application_id == application_id)
    if since is not None:
        query = query.where(table.c.at >= since)
    query = query.order_by(table.c.at.desc()).limit(1)
    result = (await tx.connection.execute(query)).scalar_one_or_none()
    return result and DeviceTest(**{**result, "network": Network(result["network"])})
