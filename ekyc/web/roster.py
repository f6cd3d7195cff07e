"""The roster: who works when; supervisors draft and publish, agents see their own days."""

from datetime import date, timedelta
from typing import Any, Literal

from aiohttp import web
from pydantic import Field

from ekyc.domain.access import Action
from ekyc.domain.errors import NotFound, RosterConflicts, ShiftInvalid
from ekyc.domain.roster import DayOff, Duty, Span, Stint, parse_span
from ekyc.journey import roster as planning
from ekyc.journey.roster import House
from ekyc.journey.waiting import routes as routes_of
from ekyc.web import roster_view
from ekyc.web.api import Body, Routes
from ekyc.web.keys import CLOCK, ROLE, SETTINGS, STORE, SUBJECT

routes = Routes()
_PLANNING = (ShiftInvalid, NotFound)
_CHANGING = (*_PLANNING, RosterConflicts)
_FIRST_YEAR, _LAST_YEAR = 2000, 2200
_ANY_DAY = r"^\d{4}-\d{2}-\d{2}$"
_STINTS_MAX = 48


class StintIn(Body):
    duty: Literal["available", "break", "meeting", "training"]
    span: str = Field(max_length=11)


class DraftIn(Body):
    agent: str = Field(min_length=1, max_length=32)
    days: list[str] = Field(min_length=1, max_length=7)
    stints: list[StintIn] = Field(max_length=_STINTS_MAX)
    weekly: bool


class PublishIn(Body):
    rebook: bool


class DayOffIn(Body):
    day: str = Field(pattern=_ANY_DAY)
    agent: str = Field(max_length=32)
    note: str = Field(max_length=120)
    span: str = Field(max_length=11, pattern=r"^\d\d:\d\d-\d\d:\d\d$")
    rebook: bool


class DayOnIn(Body):
    day: str = Field(pattern=_ANY_DAY)
    agent: str = Field(max_length=32)
    span: str = Field(max_length=11, pattern=r"^\d\d:\d\d-\d\d:\d\d$")


@routes.get("/api/roster", action=Action.READ_ROSTER, refuses=(NotFound,))
async def week(request: web.Request) -> Any:
    """One week, today's unless `from` names a day of another; agents see themselves alone."""
    app = request.app
    return await roster_view.week(
        *(app[STORE], app[SETTINGS]),
        monday=_monday(request),
        role=request[ROLE],
        staff_id=request[SUBJECT],
        now=app[CLOCK].now(),
    )


def _monday(request: web.Request) -> date:
    zone = roster_view.zone(request.app[SETTINGS])
    day = request.app[CLOCK].now().astimezone(zone).date()
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


def _house(request: web.Request) -> House:
    settings = request.app[SETTINGS]
    return House(
        settings=settings.booking, zone=settings.bank.zone, routes=routes_of(settings.queue)
    )


@routes.put("/api/roster/draft", action=Action.PLAN, body=DraftIn, refuses=_PLANNING)
async def draft(request: web.Request, body: DraftIn) -> Any:
    """How an agent is to spend these days; `weekly`: every week once it is published."""
    await planning.draft(
        request.app[STORE],
        _house(request),
        staff_id=body.agent,
        days=sorted({_date(day) for day in body.days}),
        stints=[Stint(duty=Duty(one.duty), span=_span(one.span)) for one in body.stints],
        weekly=body.weekly,
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


@routes.delete("/api/roster/draft", action=Action.PLAN, refuses=(NotFound,))
async def discard(request: web.Request) -> Any:
    """The week is as it was published."""
    await planning.discard(request.app[STORE], monday=_monday(request))
    return await week(request)


@routes.post("/api/roster/copy", action=Action.PLAN, refuses=(NotFound,))
async def copy_week(request: web.Request) -> Any:
    """Draft the week as the one before."""
    await planning.copy_week(request.app[STORE], _house(request), monday=_monday(request))
    return await week(request)


@routes.post("/api/roster/publish", action=Action.PLAN, body=PublishIn, refuses=_CHANGING)
async def publish(request: web.Request, body: PublishIn) -> Any:
    """The week's drafts are in force; `rebook`: also where appointments lose their agent."""
    app = request.app
    rebooked = await planning.publish(
        *(app[STORE], app[CLOCK], _house(request)),
        by=request[SUBJECT],
        monday=_monday(request),
        rebook=body.rebook,
    )
    return {**await week(request), "rebooked": _counts(rebooked)}


def _counts(rebooked: planning.Rebooked) -> dict[str, int]:
    return {"reassigned": rebooked.reassigned, "withdrawn": rebooked.withdrawn}


@routes.put("/api/roster/days-off", action=Action.PLAN, body=DayOffIn, refuses=_CHANGING)
async def take_off(request: web.Request, body: DayOffIn) -> Any:
    """Close the bank, or let one agent stay away; no agent named: the bank."""
    off = DayOff(
        day=_date(body.day), staff_id=body.agent or None, note=body.note, span=_span(body.span)
    )
    app = request.app
    rebooked = await planning.take_off(
        *(app[STORE], app[CLOCK], _house(request)),
        by=request[SUBJECT],
        off=off,
        rebook=body.rebook,
    )
    return {**await week(request), "rebooked": _counts(rebooked)}


@routes.post("/api/roster/days-on", action=Action.PLAN, body=DayOnIn, refuses=_PLANNING)
async def work(request: web.Request, body: DayOnIn) -> Any:
    """Take a day off, or a part of one, back."""
    await planning.work(
        request.app[STORE],
        request.app[CLOCK],
        by=request[SUBJECT],
        day=_date(body.day),
        staff_id=body.agent or None,
        start_min=_span(body.span).start_min,
    )
    return await week(request)
