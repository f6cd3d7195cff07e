"""What an agent's desk is told: its state, who waits, the call, the day so far."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from ekyc.domain import call as talk
from ekyc.domain import desk as rules
from ekyc.domain.access import Action, Role, may
from ekyc.domain.appointment import AppointmentState
from ekyc.domain.call import Call, CallState
from ekyc.domain.desk import Desk, DeskState
from ekyc.domain.queue import TicketState
from ekyc.journey import call as calling
from ekyc.journey import desk as desks
from ekyc.journey import summons
from ekyc.journey.decision import rules_of
from ekyc.settings import Settings
from ekyc.storage import applications, appointments, calls, desk_push, queue, staff
from ekyc.storage.store import Row, Store, Tx
from ekyc.web import contact_view, guest_view
from ekyc.web.keys import CLOCK, ROLE, SETTINGS, STORE, SUBJECT

_AHEAD = timedelta(days=1)
_SHOWN = 100
"""Places in line shown at most."""


async def shown(request: web.Request) -> dict[str, Any]:
    """The desk of whoever asks, after whatever the request did."""
    app = request.app
    return await view(
        app[STORE], app[SETTINGS], request[SUBJECT], role=request[ROLE], now=app[CLOCK].now()
    )


async def view(
    store: Store, settings: Settings, staff_id: str, *, role: Role, now: datetime
) -> dict[str, Any]:
    """Everything the desk page shows, read in one transaction."""
    midnight = now.astimezone(ZoneInfo(settings.bank.zone)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    async with store.read() as tx:
        desk = await queue.desk(tx, staff_id, now=now)
        call = await _call(tx, desk)
        beside = [] if call is None else await guest_view.beside(tx, call.id)
        invitation = await guest_view.invitation(tx, desk, ring_s=settings.queue.ring_s, now=now)
        line = await queue.line(tx, limit=_SHOWN)
        today = await calls.today(tx, staff_id, since=midnight)
        booked = await appointments.upcoming(
            tx, since=midnight, until=now + _AHEAD, staff_id=staff_id, limit=_SHOWN
        )
        due = await appointments.due_agents(tx)
        summoned = await called(tx, settings, staff_id, role=role, now=now)
        owed = await contact_view.owed(tx, staff_id)
        devices = await desk_push.digests(tx, staff_id, now=now)
    until = rules.wrap_up_until(desk, wrap_up_s=settings.queue.wrap_up_s)
    return {
        "state": desk.state.value,
        "since": desk.since.isoformat(),
        "devices_ready": desk.devices_at is not None,
        "late_s": settings.queue.late_s,
        "queue": [waiting(row, now) | {"booked": row["application_id"] in due} for row in line],
        "groups": [group.name for group in settings.queue.groups if group.skill],
        "summons": summoned,
        "devices": devices,
        "appointments": [_booked(row, line, settings) for row in booked],
        "today": {
            "done": today.done,
            "approved": today.approved,
            "average_s": today.average_s and round(today.average_s),
        },
        "call": call
        and {
            **_shown(call, settings, now),
            "booked": call.application_id in due,
            "guests": beside,
        },
        "guest": invitation,
        "owed": owed,
        "wrap_up_until": until and until.isoformat(),
        "now": now.isoformat(),
    }


async def called(
    tx: Tx, settings: Settings, staff_id: str, *, role: Role, now: datetime
) -> list[dict[str, Any]]:
    """What needs this supervisor now; nothing needs other people."""
    if not may(role, Action.CLEAR):
        return []
    supervised = rules_of(settings.call).supervised
    found = await summons.waiting(tx, supervised, staff_id=staff_id, now=now)
    names = await staff.names(tx)
    loaded = [await applications.load(tx, one.application_id) for one in found]
    return [
        {
            "application": application.id,
            "reference": application.reference,
            "name": application.shown_name,
            "agent": names.get(one.agent_id, ""),
            "why": one.why.value,
            "at": one.at.isoformat(),
        }
        for one, application in zip(found, loaded, strict=True)
    ]


async def _call(tx: Tx, desk: Desk) -> Call | None:
    """The call that rings or runs here, or the one being wrapped up."""
    if desk.state is DeskState.WRAP_UP:
        return await desks.wrapped_up(tx, desk)
    return await calls.of_agent(tx, desk.staff_id)


def _booked(row: Row, line: Sequence[Row], settings: Settings) -> dict[str, Any]:
    state = {one["application_id"]: one["state"] for one in line}.get(row["application_id"])
    absent = row["state"] == AppointmentState.DUE.value and state == TicketState.PARKED.value
    left = settings.booking.rings_max * (row["postponed"] + 1) - row["rings"]
    return {
        "id": row["id"],
        "rings": row["rings"],
        "absent": absent,
        "may_ring": absent and left > 0,
        "accepted": row["answered_at"] is not None,
        "application": row["application_id"],
        "reference": row["reference"],
        "name": row["name"],
        "at": row["at"].isoformat(),
        "state": row["state"],
    }


def waiting(row: Row, now: datetime) -> dict[str, Any]:
    """Somebody in line; a `WaitingView`."""
    return {
        "ticket": row["id"],
        "application": row["application_id"],
        "reference": row["reference"],
        "name": row["name"],
        "document": row["document_kind"],
        "waited_s": int((now - row["since"]).total_seconds()),
        "state": row["state"],
    }


def _shown(call: Call, settings: Settings, now: datetime) -> dict[str, Any]:
    limits = calling.limits(settings.queue, settings.call)
    ringing = call.state is CallState.RINGING
    return {
        "id": call.id,
        "application": call.application_id,
        "state": call.state.value,
        "ring_seconds_left": talk.seconds_left(call, limits, now=now) if ringing else None,
        "live_since": call.live_at and call.live_at.isoformat(),
    }
