"""Queries on shifts, plans and days off."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from ekyc.domain.roster import (
    DayOff,
    Duty,
    Plan,
    Roster,
    Shift,
    Span,
    Stint,
    parse_span,
)
from ekyc.storage import schema
from ekyc.storage.store import Tx, new_id

_s = schema.shifts
_p = schema.plans
_o = schema.days_off
_c = schema.calendars


async def roster(
    tx: Tx,
    *,
    zone: str,
    opening: Sequence[str],
    since: date,
    until: date,
    drafted: bool = False,
) -> Roster:
    """Who works when on the days from one until before another, as published.

    `opening` is written as in the settings; `drafted`: as it would be once the drafts are.
    """
    query = sa.select(_o).where(_o.c.day >= since, _o.c.day < until)
    off = await tx.connection.execute(query.order_by(_o.c.day, _o.c.start_min))
    published = await plans(tx, since=since, until=until)
    drafts = await plans(tx, since=since, until=until, drafts=True) if drafted else ()
    return Roster(
        zone=ZoneInfo(zone),
        opening=tuple(parse_span(text) for text in opening),
        shifts=await shifts(tx),
        days_off=tuple(
            DayOff(day=row.day, staff_id=row.staff_id, note=row.note, span=_span(row))
            for row in off
        ),
        plans={(plan.staff_id, plan.day): plan for plan in (*published, *drafts)},
    )


def _span(row: sa.Row[Any]) -> Span:
    return Span(start_min=row.start_min, end_min=row.end_min)


async def shifts(tx: Tx) -> tuple[Shift, ...]:
    """Everybody's weekly time, by day and time."""
    found = await tx.connection.execute(sa.select(_s).order_by(_s.c.weekday, _s.c.start_min))
    return tuple(
        Shift(staff_id=row.staff_id, weekday=row.weekday, span=_span(row), duty=Duty(row.duty))
        for row in found
    )


async def set_shifts(tx: Tx, staff_id: str, weekday: int, stints: Sequence[Stint]) -> None:
    """An agent's time on one day of the week; what stood there before is gone."""
    old = sa.delete(_s).where(_s.c.staff_id == staff_id, _s.c.weekday == weekday)
    await tx.connection.execute(old)
    for stint in stints:
        values = {"staff_id": staff_id, "weekday": weekday, "id": new_id()}
        times = {"start_min": stint.span.start_min, "end_min": stint.span.end_min}
        insert = sa.insert(_s).values(**values, **times, duty=stint.duty.value)
        await tx.connection.execute(insert)
    tx.wake("roster")


async def plans(tx: Tx, *, since: date, until: date, drafts: bool = False) -> tuple[Plan, ...]:
    """What is planned for the days from one until before another, by day and agent."""
    query = sa.select(_p).where(_p.c.day >= since, _p.c.day < until, _p.c.state == _state(drafts))
    found = await tx.connection.execute(query.order_by(_p.c.day, _p.c.staff_id))
    return tuple(
        Plan(
            staff_id=row.staff_id,
            day=row.day,
            weekly=row.weekly,
            stints=tuple(
                Stint(duty=Duty(duty), span=Span(start_min=start, end_min=end))
                for duty, start, end in row.stints
            ),
        )
        for row in found
    )


def _state(draft: bool) -> str:
    return "draft" if draft else "published"


async def set_plan(tx: Tx, plan: Plan, *, draft: bool) -> None:
    """An agent's day; what was planned for it before is gone."""
    await drop_plan(tx, plan.staff_id, plan.day, draft=draft)
    stints = [[one.duty.value, one.span.start_min, one.span.end_min] for one in plan.stints]
    values = {"staff_id": plan.staff_id, "day": plan.day, "weekly": plan.weekly}
    insert = sa.insert(_p).values(id=new_id(), **values, stints=stints, state=_state(draft))
    await tx.connection.execute(insert)


async def drop_plan(tx: Tx, staff_id: str, day: date, *, draft: bool) -> None:
    """The day is as it was without this plan."""
    mine = sa.and_(_p.c.staff_id == staff_id, _p.c.day == day, _p.c.state == _state(draft))
    await tx.connection.execute(sa.delete(_p).where(mine))
    tx.wake("roster")


async def drop_drafts(tx: Tx, *, since: date, until: date) -> None:
    """Nothing is drafted for the days from one until before another."""
    drafted = sa.and_(_p.c.day >= since, _p.c.day < until, _p.c.state == _state(True))
    await tx.connection.execute(sa.delete(_p).where(drafted))
    tx.wake("roster")


async def set_day_off(tx: Tx, off: DayOff) -> None:
    """A day off, or a part of one; what begins at the same time is replaced."""
    await drop_day_off(tx, off.day, off.staff_id, start_min=off.span.start_min)
    times = {"start_min": off.span.start_min, "end_min": off.span.end_min}
    insert = sa.insert(_o).values(id=new_id(), day=off.day, staff_id=off.staff_id, note=off.note)
    await tx.connection.execute(insert.values(**times))
    tx.wake("roster")


async def drop_day_off(tx: Tx, day: date, staff_id: str | None, *, start_min: int) -> None:
    """Work as on any other day from this time on."""
    whose = _o.c.staff_id.is_(None) if staff_id is None else _o.c.staff_id == staff_id
    mine = sa.and_(_o.c.day == day, whose, _o.c.start_min == start_min)
    await tx.connection.execute(sa.delete(_o).where(mine))
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
