"""The roster: who works when; supervisors plan, agents see their own days."""

from datetime import date, datetime, timedelta
from typing import Any

from aiohttp import web
from pydantic import Field

from ekyc.domain.access import SERVING, Action, may
from ekyc.domain.errors import NotFound, ShiftInvalid
from ekyc.domain.roster import Roster, Span, is_closed, midnight, parse_span, write_span
from ekyc.domain.slots import Taken, Terms, slots
from ekyc.journey import appointed
from ekyc.journey import roster as planning
from ekyc.storage import appointments, rosters, staff
from ekyc.storage.staff import Member
from ekyc.web.api import Body, Routes
from ekyc.web.keys import CLOCK, ROLE, SETTINGS, STORE, SUBJECT

routes = Routes()
_PLANNING = (ShiftInvalid, NotFound)
_FIRST_YEAR, _LAST_YEAR = 2000, 2200


class ShiftsIn(Body):
    agent: str = Field(min_length=1, max_length=32)
    weekdays: list[int] = Field(min_length=1, max_length=7)
    spans: list[str] = Field(max_length=4)


class DayOffIn(Body):
    day: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    agent: str = Field(max_length=32)
    note: str = Field(max_length=120)


@routes.get("/api/roster", action=Action.READ_ROSTER, refuses=(NotFound,))
async def week(request: web.Request) -> Any:
    """One week, today's unless `from` names a day of another; agents see themselves alone."""
    app, settings = request.app, request.app[SETTINGS]
    now = app[CLOCK].now()
    async with app[STORE].read() as tx:
        roster = await rosters.roster(tx, zone=settings.bank.zone, opening=settings.booking.opening)
        monday = _monday(request, roster, now)
        since, until = (midnight(roster.zone, monday + timedelta(days=n)) for n in (0, 7))
        members = await staff.by_roles(tx, *SERVING)
        taken = await appointments.taken(tx, since=since, until=until, now=now)
    plans = may(request[ROLE], Action.PLAN)
    shown = [one for one in members if plans or one.id == request[SUBJECT]]
    days = [monday + timedelta(days=n) for n in range(7)]
    return {
        "zone": settings.bank.zone,
        "today": now.astimezone(roster.zone).date().isoformat(),
        "may_plan": plans,
        "days": [_day(roster, day, taken, appointed.terms(settings.booking)) for day in days],
        "agents": [_agent(roster, member, days) for member in shown],
    }


def _monday(request: web.Request, roster: Roster, now: datetime) -> date:
    day = now.astimezone(roster.zone).date()
    if asked := request.query.get("from"):
        day = _date(asked)
    return day - timedelta(days=day.weekday())


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise NotFound
    return day


def _day(roster: Roster, day: date, taken: Taken, terms: Terms) -> dict[str, Any]:
    offered = slots(roster, day, terms=terms, taken=taken)
    opening = roster.opening[day.weekday()]
    note = next((off.note for off in roster.days_off if (off.day, off.staff_id) == (day, None)), "")
    return {
        "day": day.isoformat(),
        "opening": write_span(opening) if opening else "",
        "closed": is_closed(roster, day),
        "off": any((off.day, off.staff_id) == (day, None) for off in roster.days_off),
        "note": note,
        "booked": sum(slot.taken for slot in offered),
        "slots": [
            {"at": slot.at.isoformat(), "capacity": slot.capacity, "taken": slot.taken}
            for slot in offered
        ],
    }


def _agent(roster: Roster, member: Member, days: list[date]) -> dict[str, Any]:
    mine = [shift for shift in roster.shifts if shift.staff_id == member.id]
    away = {off.day for off in roster.days_off if off.staff_id == member.id}
    return {
        "id": member.id,
        "name": member.name,
        "days": [
            {
                "spans": [write_span(s.span) for s in mine if s.weekday == day.weekday()],
                "off": day in away,
            }
            for day in days
        ],
    }


@routes.put("/api/roster/shifts", action=Action.PLAN, body=ShiftsIn, refuses=_PLANNING)
async def set_shifts(request: web.Request, body: ShiftsIn) -> Any:
    """An agent's working time on these days of every week."""
    if not all(0 <= weekday <= 6 for weekday in body.weekdays):
        raise ShiftInvalid
    await planning.set_shifts(
        request.app[STORE],
        request.app[CLOCK],
        by=request[SUBJECT],
        staff_id=body.agent,
        weekdays=sorted(set(body.weekdays)),
        spans=[_span(text) for text in body.spans],
    )
    return await week(request)


def _span(text: str) -> Span:
    try:
        span = parse_span(text)
    except ValueError:
        raise ShiftInvalid from None
    if span is None:
        raise ShiftInvalid
    return span


@routes.put("/api/roster/days-off", action=Action.PLAN, body=DayOffIn, refuses=_PLANNING)
async def take_off(request: web.Request, body: DayOffIn) -> Any:
    """Close the bank, or let one agent stay away, for a day; no agent named: the bank."""
    await planning.take_off(
        request.app[STORE],
        request.app[CLOCK],
        by=request[SUBJECT],
        day=_date(body.day),
        staff_id=body.agent or None,
        note=body.note,
    )
    return await week(request)


@routes.post("/api/roster/days-on", action=Action.PLAN, body=DayOffIn, refuses=_PLANNING)
async def work(request: web.Request, body: DayOffIn) -> Any:
    """Take a day off back."""
    await planning.work(
        request.app[STORE],
        request.app[CLOCK],
        by=request[SUBJECT],
        day=_date(body.day),
        staff_id=body.agent or None,
    )
    return await week(request)
