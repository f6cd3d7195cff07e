"""Telling a customer who is away: by SMS with a link that leads back, and by the browser.

The messages cost and are capped as codes are: they go to the same numbers, out of the same day's
money. What is capped is not sent, and says so as a fact.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ekyc.domain import code as rules
from ekyc.domain.application import Application
from ekyc.domain.errors import CodeBudget, CodeDayBudget, CodesPaused, EkycError
from ekyc.domain.events import SYSTEM
from ekyc.domain.message import Channel, Message, MessageState
from ekyc.domain.phone import is_verified
from ekyc.domain.queue import Ticket, TicketState
from ekyc.jobs.booking import Desk, Work, bank_name, link
from ekyc.jobs.notice import Notice
from ekyc.journey.ending import ticket_fact
from ekyc.journey.messages import RECALL, Post, hand_over
from ekyc.journey.one_time import by_telephone
from ekyc.journey.recall import NEAR
from ekyc.storage import applications, messages, queue, recalls
from ekyc.storage.store import Tx

_CAPPED = (CodeBudget, CodeDayBudget, CodesPaused)
_OFFER_S = 3600
"""A device that is switched off is told that the place is gone for so long."""


def messenger(desk: Desk, post: Post) -> Work:
    """The handler of `recall.message`; raises so that the runner tries again."""

    async def send(payload: dict[str, Any]) -> None:
        now = desk.clock.now()
        async with desk.store.read() as tx:
            found = await _true(tx, payload, now=now)
        if found is None or not post.sender.reaches(Channel.SMS):
            return
        ticket, application = found
        if not is_verified(application.phone_source):
            return
        try:
            message = await _charged(desk, post, application, payload, now=now)
            if message.state in {MessageState.SENDING, MessageState.FAILED}:
                text = await _text(desk, ticket, application, payload, now=now)
                language = application.language
                to = application.phone
                await hand_over(
                    desk.store, desk.clock, post, message, to=to, text=text, language=language
                )
        except _CAPPED as error:
            await _refused(desk, ticket, payload, error)
            return
        async with desk.store.begin() as tx:
            data = {"by": "message", "word": payload["word"], "nth": payload["nth"]}
            await _note(desk, tx, ticket, "recall.notified", data)

    return send


async def _true(
    tx: Tx, payload: Mapping[str, Any], *, now: datetime
) -> tuple[Ticket, Application] | None:
    """Whom it is about, as long as it is still so and of use."""
    ticket = await queue.ticket(tx, payload["ticket"])
    is_away = ticket.state is TicketState.PARKED and ticket.recalls == payload["nth"]
    in_time = ticket.recall_until is not None and now < ticket.recall_until
    if payload["word"] == NEAR and not (is_away and in_time):
        return None
    if payload["word"] != NEAR and not await recalls.lapsed(tx, ticket.application_id):
        return None
    return ticket, await applications.load(tx, ticket.application_id)


async def _charged(
    desk: Desk, post: Post, application: Application, payload: Mapping[str, Any], *, now: datetime
) -> Message:
    """The message, written down and paid for before it is handed over, once for each try."""
    async with desk.store.begin() as tx:
        message = await messages.find(tx, _message_id(payload))
        if message is None:
            message = by_telephone(
                *(post, application, RECALL, Channel.SMS),
                address="",
                now=now,
                id=_message_id(payload),
            )
            marks = (message.number, message.block, message.address)
            sent = await messages.sent(tx, *marks, now=now)
            rules.may_send(None, sent=sent, channel=Channel.SMS, now=now, limits=post.limits)
            await messages.add(tx, message)
        elif message.state is MessageState.FAILED:
            spent = await messages.spent(tx, now=now)
            rules.afford(spent, Channel.SMS, post.limits)
            await messages.charge(tx, message.id, post.limits.costs_vnd[Channel.SMS])
    return message


def _message_id(payload: Mapping[str, Any]) -> str:
    """The same at each try, another for each message; 32 hex digits, as every id."""
    named = ":".join(str(payload[key]) for key in ("ticket", "word", "nth", "since"))
    return hashlib.sha256(named.encode()).hexdigest()[:32]


async def _text(
    desk: Desk,
    ticket: Ticket,
    application: Application,
    payload: Mapping[str, Any],
    *,
    now: datetime,
) -> str:
    values = _values(desk, ticket, application.language)
    until = now + timedelta(hours=desk.link_hours)
    values["link"] = await link(desk, application.id, until=until)
    return desk.texts.say("messages", f"recall.{payload['word']}", application.language, **values)


def _values(desk: Desk, ticket: Ticket, language: str) -> dict[str, str]:
    # Whoever was told has been given a time to come by: `recall` sets both at once.
    assert ticket.recall_until is not None
    until = ticket.recall_until.astimezone(ZoneInfo(desk.bank.zone))
    return {"bank": bank_name(desk, language), "until": f"{until:%H:%M}"}


async def _refused(
    desk: Desk, ticket: Ticket, payload: Mapping[str, Any], error: EkycError
) -> None:
    """Told once: a process may die after this and before the job is marked done."""
    now = desk.clock.now()
    data = {"word": payload["word"], "nth": payload["nth"], "reason": error.code}
    fact = ticket_fact("recall.refused", ticket, now, SYSTEM, **data)
    async with desk.store.begin() as tx:
        since = datetime.fromisoformat(payload["since"]) - timedelta(seconds=1)
        if not await applications.was_told(tx, fact, since=since):
            await tx.tell(fact, silently=True)


async def _note(desk: Desk, tx: Tx, ticket: Ticket, name: str, data: Mapping[str, object]) -> None:
    await tx.tell(ticket_fact(name, ticket, desk.clock.now(), SYSTEM, **data), silently=True)
    if name == "recall.notified":
        await recalls.note_told(tx, ticket)


async def of_recall(desk: Desk, tx: Tx, payload: Mapping[str, Any], now: datetime) -> Notice | None:
    """What a browser is told."""
    found = await _true(tx, payload, now=now)
    if found is None:
        return None
    ticket, application = found
    is_near = payload["word"] == NEAR
    until = ticket.recall_until
    assert until is not None  # whoever was told has been given a time to come by

    async def note(tx: Tx, name: str, data: Mapping[str, object]) -> None:
        await _note(desk, tx, ticket, name, data)

    return Notice(
        application_id=application.id,
        about=ticket.id,
        language=application.language,
        sentence=f"push.recall-{payload['word']}",
        values=_values(desk, ticket, application.language),
        rings=is_near,
        link_until=now + timedelta(hours=desk.link_hours),
        worth_s=max(60, int((until - now).total_seconds())) if is_near else _OFFER_S,
        notified="recall.notified",
        note=note,
    )
