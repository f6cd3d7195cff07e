"""Queries on shifts and days off."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from ekyc.domain.roster import DayOff, Roster, Shift, Span, parse_span
from ekyc.storage import schema
from ekyc.storage.store import Tx, new_id

_s = schema.shifts
_o = schema.days_off
_c = schema.calendars


async def roster(tx: Tx, *, zone: str, opening: Sequence[str]) -> Roster:
    """Who works when, as it stands; `opening` is written as in the settings."""
    off = await tx.connection.execute(sa.select(_o).order_by(_o.c.day))
    return Roster(
        zone=ZoneInfo(zone),
        opening=tuple(parse_span(text) for text in opening),
        shifts=await shifts(tx),
        days_off=tuple(DayOff(day=row.day, staff_id=row.staff_id, note=row.note) for row in off),
    )


async def shifts(tx: Tx) -> tuple[Shift, ...]:
    """Everybody's weekly working time, by day and time."""
    found = await tx.connection.execute(sa.select(_s).order_by(_s.c.weekday, _s.c.start_min))
    return tuple(
        Shift(
            staff_id=row.staff_id,
            weekday=row.weekday,
            span=Span(start_min=row.start_min, end_min=row.end_min),
        )
        for row in found
    )


async def set_shifts(tx: Tx, staff_id: str, weekday: int, spans: Sequence[Span]) -> None:
    """An agent's working time on one day of the week; what stood there before is gone."""
    old = sa.delete(_s).where(_s.c.staff_id == staff_id, _s.c.weekday == weekday)
    await tx.connection.execute(old)
    for span in spans:
        values = {"staff_id": staff_id, "weekday": weekday, "id": new_id()}
        times = {"start_min": span.start_min, "end_min": span.end_min}
        await tx.connection.execute(sa.insert(_s).values(**values, **times))
    tx.wake("roster")


async def set_day_off(tx: Tx, off: DayOff) -> None:
    """A day off; one that stood there before is replaced."""
    await drop_day_off(tx, off.day, off.staff_id)
    await tx.connection.execute(
        sa.insert(_o).values(id=new_id(), day=off.day, staff_id=off.staff_id, note=off.note)
    )
    tx.wake("roster")


async def drop_day_off(tx: Tx, day: date, staff_id: str | None) -> None:
    """Work as on any other day."""
    whose = _o.c.staff_id.is_(None) if staff_id is None else _o.c.staff_id == staff_id
    await tx.connection.execute(sa.delete(_o).where(_o.c.day == day, whose))
    tx.wake("roster")


async def set_calendar(tx: Tx, staff_id: str, *, digest: str | None, now: datetime) -> None:
    """The address of an agent's calendar; the one before is good no more. None: no address."""
    await tx.connection.execute(sa.delete(_c).where(_c.c.staff_id == staff_id))
    if digest is not None:
        values = {"staff_id": staff_id, "digest": digest, "made_at": now}
        await tx.connection.execute(sa.insert(_c).values(**values))


async def calendar_of(tx: Tx, digest: str) -> str | None:
    """Whose calendar the token with this digest opens; nobody's once the account is disabled."""
    s = schema.staff
    query = (
        sa.select(_c.c.staff_id)
        .join(s, s.c.id == _c.c.staff_id)
        .where(_c.c.digest == digest, s.c.disabled_at.is_(None))
    )
    found: str | None = (await tx.connection.execute(query)).scalar_one_or_none()
    return found
