"""Push: each browser of a customer is told by its own push service, in the words of the message.

One job asks which browsers there are when the time comes, and makes one more for each: a service
that does not answer holds up nobody else's ring.
"""

import asyncio
import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from ekyc.domain.appointment import Appointment
from ekyc.domain.push import Device, may_reach
from ekyc.jobs.booking import Desk, Work, find, greeting, is_true, link
from ekyc.journey import appointed, ringing
from ekyc.notify import outgoing
from ekyc.notify import push as wire
from ekyc.settings import Push as Rules
from ekyc.storage import applications, jobs, push
from ekyc.storage.store import Job

SEND = "push.send"
"""The kind of the job that tells one browser one thing."""
_GONE = frozenset({404, 410})
"""RFC 8030, section 7.3: nobody subscribes there any more."""
_LARGEST_ANSWER = 4096
_TOPIC_CHARS = 32


class PushFailed(Exception):
    """The push service did not take it; the class name is all that is kept of it."""


def connector(rules: Rules) -> aiohttp.TCPConnector:
    """A connector that leads out of the house only, unless the list names an origin on loopback."""
    at_home = any(service.startswith("http://") for service in rules.services)
    return outgoing.connector(private=at_home)


def spreader(desk: Desk) -> Work:
    """The handler of `booking.push`: one job for each browser there is by now."""

    async def spread(payload: dict[str, Any]) -> None:
        async with desk.store.begin() as tx:
            appointment = await find(tx, payload)
            for device in await push.of_application(tx, appointment.application_id):
                key = f"{SEND}:{appointment.id}:{payload['word']}:{payload['nth']}:{device.id}"
                if not await jobs.is_known(tx, key):  # a process may die after this commit
                    told = {**payload, "device": device.id}
                    now = desk.clock.now()
                    await tx.later(Job(kind=SEND, key=key, payload=told, due_at=now))

    return spread


def pusher(
    desk: Desk, sender: wire.Push, rules: Rules, secret: bytes, http: aiohttp.ClientSession
) -> Work:
    """The handler of `push.send`; raises so that the runner tries again while it is still true."""

    async def send(payload: dict[str, Any]) -> None:
        word, now = payload["word"], desk.clock.now()
        async with desk.store.read() as tx:
            appointment = await find(tx, payload)
            application = await applications.load(tx, appointment.application_id)
            device = await push.find(tx, payload["device"])
            if device is None or not await is_true(tx, appointment, word, now=now):
                return
        values = await greeting(desk, appointment, application.language)
        message = {
            "title": values["bank"],
            "body": desk.texts.say("messages", f"push.{word}", application.language, **values),
            "url": await link(desk, appointment, now=now),
            "tag": _topic(appointment),
            "ring": word == "due",
        }
        ttl_s = _worth_s(appointment, word, now)
        answer = await _post(http, sender, rules, secret, device, message, ttl_s, now)
        await _note(desk, appointment, device, payload, answer, now=now)

    return send


async def _post(
    http: aiohttp.ClientSession,
    sender: wire.Push,
    rules: Rules,
    secret: bytes,
    device: Device,
    message: dict[str, Any],
    ttl_s: int,
    now: datetime,
) -> int:
    """The service's status; `PushFailed` for an address that is on the list no more."""
    to = ringing.opened(secret, device)
    if not may_reach(to.endpoint, rules.services):
        return 410  # as good as gone: the operator took the service off the list
    text = json.dumps(message, ensure_ascii=False).encode()
    body = await asyncio.to_thread(wire.encrypt, to, text)
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
    desk: Desk,
    appointment: Appointment,
    device: Device,
    payload: dict[str, Any],
    answer: int,
    *,
    now: datetime,
) -> None:
    if answer in _GONE:
        async with desk.store.begin() as tx:
            await push.forget(tx, device.id)
            fact = appointed.fact("push.ended", appointment, now, reason="gone")
            await tx.tell(fact, silently=True)
        return
    if not 200 <= answer < 300:
        raise PushFailed
    data = {"by": "push", "word": payload["word"], "nth": payload["nth"], "device": device.id}
    async with desk.store.begin() as tx:
        await tx.tell(appointed.fact("booking.notified", appointment, now, **data), silently=True)


def _topic(appointment: Appointment) -> str:
    """RFC 8030, section 5.4: a newer message takes an undelivered one's place. Names nothing."""
    return hashlib.sha256(appointment.id.encode()).hexdigest()[:_TOPIC_CHARS]


def _worth_s(appointment: Appointment, word: str, now: datetime) -> int:
    """How long a device that is switched off should still be told, seconds."""
    until = appointment.at + timedelta(minutes=appointment.minutes)
    return max(60, int((until - now).total_seconds())) if word == "due" else 3600
