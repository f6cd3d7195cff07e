"""Queries on appointments."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from ekyc.domain.appointment import ACTIVE, Appointment, AppointmentState
from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.slots import Taken
from ekyc.storage import applications, schema
from ekyc.storage.store import Row, Tx, rows

_t = schema.appointments
_ACTIVE = [state.value for state in ACTIVE]


def _appointment(row: sa.RowMapping) -> Appointment:
    return Appointment(**{**row, "state": AppointmentState(row["state"])})


async def add(tx: Tx, appointment: Appointment) -> None:
    """A new row; indexes refuse a second one for the same agent and time, or the same customer."""
    await tx.connection.execute(sa.insert(_t).values(**asdict(appointment)))
    _wake(tx, appointment)


async def save(tx: Tx, moved: Appointment) -> None:
    """Compare the version, then swap; `NotAllowedNow` when somebody was faster."""
    update = sa.update(_t).where(_t.c.id == moved.id, _t.c.version == moved.version - 1)
    if (await tx.connection.execute(update.values(**asdict(moved)))).rowcount != 1:
        raise NotAllowedNow
    _wake(tx, moved)


def _wake(tx: Tx, appointment: Appointment) -> None:
    tx.wake("queue")
    tx.wake(f"desk:{appointment.agent_id}")
    tx.wake(f"application:{appointment.application_id}")


async def find(tx: Tx, appointment_id: str) -> Appointment | None:
    """One appointment by its id."""
    query = sa.select(_t).where(_t.c.id == appointment_id)
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else _appointment(row)


async def active(tx: Tx, application_id: str) -> Appointment | None:
    """The application's appointment: booked, or due now."""
    return await _one_in(tx, application_id, _ACTIVE)


async def held(tx: Tx, application_id: str) -> Appointment | None:
    """The time held for the application, run out or not."""
    return await _one_in(tx, application_id, [AppointmentState.HELD.value])


async def _one_in(tx: Tx, application_id: str, states: Sequence[str]) -> Appointment | None:
    query = sa.select(_t).where(_t.c.application_id == application_id, _t.c.state.in_(states))
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else _appointment(row)


async def of_application(tx: Tx, application_id: str) -> Sequence[Appointment]:
    """Every appointment of an application, the last changed last."""
    query = sa.select(_t).where(_t.c.application_id == application_id)
    found = await tx.connection.execute(query.order_by(_t.c.changed_at, _t.c.moves, _t.c.id))
    return [_appointment(row) for row in found.mappings()]


async def taken(
    tx: Tx, *, since: datetime, until: datetime, now: datetime, but_for: str = ""
) -> Taken:
    """What is booked or held from an instant until before another, in order of time.

    `but_for` leaves one customer's hold out.
    """
    query = sa.select(_t.c.at, _t.c.agent_id).where(
        _t.c.at >= since, _t.c.at < until, _counts(now, but_for)
    )
    found = await tx.connection.execute(query.order_by(_t.c.at, _t.c.agent_id))
    return [(row.at, row.agent_id) for row in found]


async def of_number(tx: Tx, phone: str, *, but_for: str) -> bool:
    """Whether another application of this telephone number has an appointment."""
    a = schema.applications
    query = (
        sa.select(_t.c.id)
        .join(a, a.c.id == _t.c.application_id)
        .where(a.c.phone == phone, a.c.id != but_for, _t.c.state.in_(_ACTIVE))
    )
    return (await tx.connection.execute(query.limit(1))).first() is not None


async def looked_at(tx: Tx, application_id: str, *, held_after: datetime) -> int:
    """How many times an application held since; `held_after` compares with a hold's end."""
    mine = sa.and_(_t.c.application_id == application_id, _t.c.held_until > held_after)
    return await _count(tx, mine)


async def promised(tx: Tx, application_id: str, *, held_after: datetime) -> int:
    """How many times an application booked since, whatever became of them."""
    aside = (AppointmentState.HELD.value, AppointmentState.LAPSED.value)
    mine = sa.and_(_t.c.application_id == application_id, _t.c.held_until > held_after)
    return await _count(tx, sa.and_(mine, _t.c.state.not_in(aside)))


async def from_network(tx: Tx, network: str, *, held_after: datetime) -> int:
    """How many places customers of one network took since and still have."""
    kept = [*_ACTIVE, AppointmentState.HELD.value]
    mine = sa.and_(_t.c.network == network, _t.c.held_until > held_after, _t.c.state.in_(kept))
    return await _count(tx, mine)


async def _count(tx: Tx, condition: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(_t).where(condition)
    return int((await tx.connection.execute(query)).scalar_one())


async def load(tx: Tx, *, since: datetime, until: datetime, now: datetime) -> Mapping[str, int]:
    """How many appointments each agent has between two instants."""
    query = sa.select(_t.c.agent_id).where(_t.c.at >= since, _t.c.at < until, _counts(now, ""))
    return Counter((await tx.connection.execute(query)).scalars())


def _counts(now: datetime, but_for: str) -> sa.ColumnElement[bool]:
    """What takes a place: the booked, and what is held and has not run out."""
    held = sa.and_(
        _t.c.state == AppointmentState.HELD.value,
        _t.c.held_until > now,
        _t.c.application_id != but_for,
    )
    return sa.or_(_t.c.state.in_(_ACTIVE), held)


async def ripe(tx: Tx, *, now: datetime) -> Sequence[Appointment]:
    """What time may have changed: holds that ran out, and appointments whose time has come."""
    run_out = sa.and_(_t.c.state == AppointmentState.HELD.value, _t.c.held_until <= now)
    due = sa.and_(_t.c.state.in_(_ACTIVE), _t.c.at <= now)
    query = sa.select(_t).where(sa.or_(run_out, due)).order_by(_t.c.at, _t.c.id)
    return [_appointment(row) for row in (await tx.connection.execute(query)).mappings()]


async def to_come(tx: Tx, now: datetime, *states: AppointmentState) -> Sequence[Appointment]:
    """Everything in these states whose time is still to come, in order of time."""
    query = sa.select(_t).where(_t.c.state.in_([state.value for state in states]), _t.c.at > now)
    found = await tx.connection.execute(query.order_by(_t.c.at, _t.c.id))
    return [_appointment(row) for row in found.mappings()]


async def due_agents(tx: Tx) -> Mapping[str, str]:
    """Whose customer each due application is."""
    query = sa.select(_t.c.application_id, _t.c.agent_id).where(
        _t.c.state == AppointmentState.DUE.value
    )
    return {row.application_id: row.agent_id for row in await tx.connection.execute(query)}


async def lapse(tx: Tx, *, now: datetime) -> None:
    """Free what was held and ran out, so that somebody else may have it."""
    run_out = sa.and_(_t.c.state == AppointmentState.HELD.value, _t.c.held_until <= now)
    lapsed = {"state": AppointmentState.LAPSED.value, "version": _t.c.version + 1}
    await tx.connection.execute(sa.update(_t).where(run_out).values(**lapsed, changed_at=now))


async def upcoming(
    tx: Tx, *, since: datetime, until: datetime, staff_id: str = "", limit: int
) -> Sequence[Row]:
    """Booked and due appointments in order of time, with what an agent sees of each application."""
    a = schema.applications
    query = (
        sa.select(_t, a.c.reference, applications.shown_name, a.c.document_kind)
        .join(a, a.c.id == _t.c.application_id)
        .where(_t.c.state.in_(_ACTIVE), _t.c.at >= since, _t.c.at < until)
    )
    if staff_id:
        query = query.where(_t.c.agent_id == staff_id)
    return rows(await tx.connection.execute(query.order_by(_t.c.at, _t.c.id).limit(limit)))
