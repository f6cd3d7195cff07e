"""Push: each browser of a customer is told by its own push service, in the words of the message.

One job asks which browsers there are when the time comes, and makes one more for each: a service
that does not answer holds up nobody else's ring.
"""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from ekyc.domain.appointment import Appointment
from ekyc.domain.events import SYSTEM
from ekyc.domain.push import DeskDevice, Device, may_reach
from ekyc.jobs.booking import Desk, Work, find, greeting, is_true, link, link_until
from ekyc.jobs.notice import Look, Notice
from ekyc.journey import appointed, subscription
from ekyc.notify import outgoing
from ekyc.notify import push as wire
from ekyc.settings import Push as Rules
from ekyc.storage import applications, jobs, push
from ekyc.storage.store import Job, Tx

SEND = "push.send"
"""The kind of the job that tells one browser one thing."""
GONE = frozenset({404, 410})
"""RFC 8030, section 7.3: nobody subscribes there any more."""
_LARGEST_ANSWER = 4096
_TOPIC_CHARS = 32


class PushFailed(Exception):
    """The push service did not take it; the class name is all that is kept of it."""


def connector(rules: Rules) -> aiohttp.TCPConnector:
    """A connector that leads out of the house only, unless the list names an origin on loopback."""
    at_home = any(service.startswith("http://") for service in rules.services)
    return outgoing.connector(private=at_home)


def spreader(desk: Desk, look: Look) -> Work:
    """The handler of a kind of push: one job for each browser there is by now."""

    async def spread(payload: dict[str, Any]) -> None:
        now = desk.clock.now()
        async with desk.store.begin() as tx:
            notice = await look(desk, tx, payload, now)
            if notice is None:
                return
            for device in await push.of_application(tx, notice.application_id):
                key = f"{SEND}:{notice.about}:{_which(payload)}:{device.id}"
                if not await jobs.is_known(tx, key):  # a process may die after this commit
                    told = {**payload, "device": device.id}
                    await tx.later(Job(kind=SEND, key=key, payload=told, due_at=now))

    return spread


def _which(payload: Mapping[str, Any]) -> str:
    """What tells one notice from the others about the same."""
    return f"{payload['word']}:{payload['nth']}:{payload.get('since', '')}".rstrip(":")


def pusher(
    desk: Desk,
    sender: wire.Push,
    rules: Rules,
    secret: bytes,
    http: aiohttp.ClientSession,
    looks: Mapping[str, Look],
) -> Work:
    """The handler of `push.send`; raises so that the runner tries again while it is still true.

    `looks` has, by the name a payload has its id under, what finds out what is to be said.
    """

    async def send(payload: dict[str, Any]) -> None:
        now = desk.clock.now()
        look = next(found for name, found in looks.items() if name in payload)
        async with desk.store.read() as tx:
            device = await push.find(tx, payload["device"])
            notice = None if device is None else await look(desk, tx, payload, now)
        if device is None or notice is None:
            return
        message = {
            "title": notice.values["bank"],
            "body": desk.texts.say("messages", notice.sentence, notice.language, **notice.values),
            "url": await link(desk, notice.application_id, until=notice.link_until),
            "tag": topic(notice.about),
            "ring": notice.rings,
        }
        answer = await post(http, sender, rules, secret, device, message, notice.worth_s, now)
        await _note(desk, notice, device, payload, answer)

    return send


async def of_appointment(
    desk: Desk, tx: Tx, payload: Mapping[str, Any], now: datetime
) -> Notice | None:
    """What is said of an appointment."""
    appointment, word = await find(tx, payload), payload["word"]
    if not await is_true(tx, appointment, word, now=now):
        return None
    language = (await applications.load(tx, appointment.application_id)).language

    async def note(tx: Tx, name: str, data: Mapping[str, object]) -> None:
        fact = appointed.fact(name, appointment, desk.clock.now(), SYSTEM, **data)
        await tx.tell(fact, silently=True)

    return Notice(
        application_id=appointment.application_id,
        about=appointment.id,
        language=language,
        sentence=f"push.{word}",
        values=await greeting(desk, appointment, language),
        rings=word == "due",
        link_until=link_until(desk, appointment, now=now),
        worth_s=_worth_s(appointment, word, now),
        notified="booking.notified",
        note=note,
    )


async def post(
    http: aiohttp.ClientSession,
    sender: wire.Push,
    rules: Rules,
    secret: bytes,
    device: Device | DeskDevice,
    message: dict[str, Any],
    ttl_s: int,
    now: datetime,
) -> int:
    """The service's status; `PushFailed` for an address that is on the list no more."""
    to = subscription.opened(secret, device)
    if not may_reach(to.endpoint, rules.services):
        return 410  # as good as gone: the operator took the service off the list
    text = json.dumps(message, ensure_ascii=False).encode()
    try:
        body = await asyncio.to_thread(wire.encrypt, to, text)
    except ValueError:
        return 410  # no point on the curve: a page invented its keys
    headers = {
        "Authorization": sender.authorization(to.endpoint, now),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(ttl_s),
        "Urgency": "high",
        "Topic": message["tag"],
    }
    timeout = aiohttp.ClientTimeout(total=rules.timeout_s)
    async with http.post(
        to.endpoint, data=body, headers=headers, timeout=timeout, allow_redirects=False
    ) as answer:
        await answer.content.read(_LARGEST_ANSWER)
        return answer.status


async def _note(
    desk: Desk, notice: Notice, device: Device, payload: Mapping[str, Any], answer: int
) -> None:
    if answer in GONE:
        async with desk.store.begin() as tx:
            await push.forget(tx, device.id)
            await notice.note(tx, "push.ended", {"reason": "gone"})
        return
    if not 200 <= answer < 300:
        raise PushFailed
    data = {"by": "push", "word": payload["word"], "nth": payload["nth"], "device": device.id}
    async with desk.store.begin() as tx:
        await notice.note(tx, notice.notified, data)


def topic(about: str) -> str:
    """RFC 8030, section 5.4: a newer message takes an undelivered one's place. Names nothing."""
    return hashlib.sha256(about.encode()).hexdigest()[:_TOPIC_CHARS]


def _worth_s(appointment: Appointment, word: str, now: datetime) -> int:
    """How long a device that is switched off should still be told, seconds."""
    until = appointment.at + timedelta(minutes=appointment.minutes)
    return max(60, int((until - now).total_seconds())) if word == "due" else 3600
