"""Push to whoever sits at a desk: a ring, a call that is coming, a summons.

What is to be said is looked at again when its time comes. It names nobody, and leads to the page.
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from ekyc.domain.appointment import AppointmentState
from ekyc.domain.call import CallState
from ekyc.domain.events import SYSTEM, Event
from ekyc.domain.guest import GuestState
from ekyc.jobs.booking import Desk, Work, bank_name
from ekyc.jobs.push import GONE, PushFailed, post, topic
from ekyc.notify import push as wire
from ekyc.notify.times import spell
from ekyc.settings import Push as Rules
from ekyc.storage import appointments, calls, desk_push, guests, jobs, staff
from ekyc.storage.staff import Member
from ekyc.storage.store import Job, Tx

SEND = "desk.push.send"
"""The kind of the job that tells one browser of a desk one thing."""
_FRESH = timedelta(minutes=2)
"""A summons told later than this would call to what somebody has seen."""
_WORTH_S = 60
"""A device that is switched off need not be told later: seconds."""
_PAGES = {"summons": "/staff/wall", "alert": "/staff/wall"}
_RINGS = frozenset({"ring", "asked"})


def spreader(desk: Desk) -> Work:
    """The handler of `desk.push`: one job for each browser there is by now."""

    async def spread(payload: dict[str, Any]) -> None:
        now = desk.clock.now()
        async with desk.store.begin() as tx:
            if not await _is_true(tx, payload, now=now):
                return
            for device in await desk_push.of_staff(tx, payload["staff"], now=now):
                which = f"{payload['word']}:{payload['about']}:{payload['since']}"
                key = f"{SEND}:{topic(which)}:{device.id}"
                if not await jobs.is_known(tx, key):  # a process may die after this commit
                    told = {**payload, "device": device.id}
                    await tx.later(Job(kind=SEND, key=key, payload=told, due_at=now))

    return spread


def pusher(
    desk: Desk, sender: wire.Push, rules: Rules, secret: bytes, http: aiohttp.ClientSession
) -> Work:
    """The handler of `desk.push.send`; raises so that the runner tries again while it is true."""

    async def send(payload: dict[str, Any]) -> None:
        now, word = desk.clock.now(), payload["word"]
        async with desk.store.read() as tx:
            device = await desk_push.find(tx, payload["device"], now=now)
            member = await staff.by_id(tx, payload["staff"])
            if device is None or member is None or not await _is_true(tx, payload, now=now):
                return
            values = await _values(desk, tx, payload, member)
        message = {
            "title": values["bank"],
            "body": desk.texts.say("messages", f"desk.push.{word}", member.language, **values),
            "url": f"{desk.address}{_PAGES.get(word, '/staff/desk')}",
            "tag": topic(payload["about"]),
            "ring": word in _RINGS,
            "quiet": True,
        }
        answer = await post(http, sender, rules, secret, device, message, _WORTH_S, now)
        if answer in GONE:
            async with desk.store.begin() as tx:
                await desk_push.forget(tx, device.id)
                ended = {"reason": "gone", "staff": member.id}
                fact = Event(name="push.ended", application_id="", at=now, actor=SYSTEM, data=ended)
                await tx.tell(fact)
        elif not 200 <= answer < 300:
            raise PushFailed

    return send


async def _values(desk: Desk, tx: Tx, payload: dict[str, Any], member: Member) -> dict[str, str]:
    values = {"bank": bank_name(desk, member.language), "time": ""}
    if payload["word"] == "coming":
        one = await appointments.find(tx, payload["about"])
        assert one is not None  # it was looked at a moment ago
        zone = ZoneInfo(desk.bank.zone)
        values["time"] = spell(desk.texts, one.at, member.language, bank=zone, own=None)
    return values


async def _is_true(tx: Tx, payload: dict[str, Any], *, now: datetime) -> bool:
    """Whether what would be said is still so."""
    about, staff_id = payload["about"], payload["staff"]
    match payload["word"]:
        case "ring":
            call = await calls.find(tx, about)
            return call is not None and (call.state, call.agent_id) == (
                CallState.RINGING,
                staff_id,
            )
        case "asked":
            guest = await guests.find(tx, about)
            return guest is not None and guest.state is GuestState.ASKED
        case "coming":
            one = await appointments.find(tx, about)
            mine = one is not None and one.agent_id == staff_id and now < one.at
            return mine and one is not None and one.state is AppointmentState.BOOKED
        case _:
            return now < datetime.fromisoformat(payload["since"]) + _FRESH
