"""An agent's appointments for the calendar program of their own, at an address with a token."""

import asyncio
from datetime import timedelta
from typing import Any

from aiohttp import web

from ekyc.domain.access import Action
from ekyc.domain.errors import NotFound
from ekyc.journey import roster
from ekyc.notify import calendar
from ekyc.storage import appointments, rosters, staff, tokens
from ekyc.storage.store import Row
from ekyc.web.api import Routes
from ekyc.web.keys import CLOCK, SETTINGS, STORE, SUBJECT, TEXTS

routes = Routes()
feeds = Routes(described=False)
_PAST = timedelta(days=7)
_SHOWN = 1000
"""Appointments at most."""


@routes.post("/api/roster/calendar", action=Action.SERVE)
async def open_calendar(request: web.Request) -> Any:
    """A new address; whoever has it sees when this agent has appointments, and of which files."""
    app = request.app
    token = await roster.open_calendar(app[STORE], app[CLOCK], staff_id=request[SUBJECT])
    return {"address": f"{app[SETTINGS].server.address}/calendar/{token}.ics"}


@routes.delete("/api/roster/calendar", action=Action.SERVE)
async def close_calendar(request: web.Request) -> Any:
    """The address is good no more."""
    app = request.app
    await roster.close_calendar(app[STORE], app[CLOCK], staff_id=request[SUBJECT])
    return {}


@feeds.get("/calendar/{token}.ics", action=Action.LOOK, gives="text/calendar", refuses=(NotFound,))
async def feed(request: web.Request) -> web.StreamResponse:
    """What a calendar program asks for every now and then: references and times, no person."""
    app, settings, now = request.app, request.app[SETTINGS], request.app[CLOCK].now()
    until = now + timedelta(days=settings.booking.days_ahead + 1)
    async with app[STORE].read() as tx:
        digest = tokens.digest(request.match_info["token"])
        owner = await rosters.calendar_of(tx, digest)
        if owner is None:
            raise NotFound
        member = await staff.by_id(tx, owner)
        found = await appointments.upcoming(
            tx, since=now - _PAST, until=until, staff_id=owner, limit=_SHOWN
        )
    assert member is not None  # the calendar's row refers to it
    entries = [_entry(request, row, member.language) for row in found]
    name = app[TEXTS].say("messages", "feed.name", member.language)
    # The library reads time zones from files.
    body = await asyncio.to_thread(calendar.feed, entries, name=name, now=now)
    return web.Response(body=body, content_type="text/calendar", charset="utf-8")


def _entry(request: web.Request, row: Row, language: str) -> calendar.Entry:
    texts, address = request.app[TEXTS], request.app[SETTINGS].server.address
    return calendar.Entry(
        id=row["application_id"],
        at=row["at"],
        minutes=row["minutes"],
        title=texts.say("messages", "mail.calendar", language, reference=row["reference"]),
        text=f"{address}/staff/files/{row['application_id']}",
        changed_at=row["changed_at"],
    )
