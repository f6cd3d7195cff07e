"""Messages about appointments: to the customer, each with a link of its own, and to the agent.

What is to be said is looked at again when its time comes: a reminder of a time that was cancelled,
or a link for somebody whose page is open already, is not sent.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Self
from zoneinfo import ZoneInfo

from ekyc.domain.appointment import MISSED, Appointment, AppointmentState
from ekyc.domain.phone import is_verified
from ekyc.domain.queue import TicketState
from ekyc.journey import appointed
from ekyc.journey.ports import Clock, Mailer, Sender
from ekyc.notify import calendar
from ekyc.notify.texts import Texts
from ekyc.notify.times import spell
from ekyc.settings import Bank, Settings
from ekyc.storage import applications, appointments, queue, staff, tokens
from ekyc.storage.store import Store, Tx

Work = Callable[[dict[str, Any]], Awaitable[None]]

_TRUE_WHILE = {
    "booked": AppointmentState.BOOKED,
    "moved": AppointmentState.BOOKED,
    "reminder": AppointmentState.BOOKED,
    "due": AppointmentState.DUE,
    "cancelled": AppointmentState.CANCELLED,
    "withdrawn": AppointmentState.CANCELLED,
    "missed-by-customer": AppointmentState.MISSED_BY_CUSTOMER,
    "missed-by-agent": AppointmentState.MISSED_BY_AGENT,
}


_NEWS = timedelta(days=1)
"""So long after a missed appointment a message that was held up still tells something new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every message is written with."""

    store: Store
    clock: Clock
    texts: Texts
    bank: Bank
    address: str
    """Where customers and staff reach this server."""
    link_hours: int
    sender: str = "ekyc@localhost"
    """The mail address invitations come from."""

    @classmethod
    def of(cls, settings: Settings, store: Store, clock: Clock, texts: Texts) -> Self:
        """As the settings have it."""
        return cls(
            store=store,
            clock=clock,
            texts=texts,
            bank=settings.bank,
            address=settings.server.address,
            link_hours=settings.applications.link_hours,
            sender=settings.mail.sender,
        )


def messenger(desk: Desk, sender: Sender) -> Work:
    """The handler of messages to customers; raises so that the runner tries again."""

    async def send(payload: dict[str, Any]) -> None:
        word, now = payload["word"], desk.clock.now()
        async with desk.store.read() as tx:
            appointment = await find(tx, payload)
            application = await applications.load(tx, appointment.application_id)
            if not await is_true(tx, appointment, word, now=now):
                return
        if not is_verified(application.phone_source):
            return  # the page alone tells them
        language, nth = application.language, payload.get("nth", 0)
        values = await greeting(desk, appointment, language)
        until = link_until(desk, appointment, now=now)
        values["link"] = await link(desk, application.id, until=until)
        text = desk.texts.say("messages", f"booking.{word}", language, **values)
        id = _message_id(appointment, word, nth)
        await sender.send(to=application.phone, text=text, id=id, language=language)
        if word == "reminder":
            await _note_reminder(desk, appointment, nth, now=now)
        elif word == "due":
            data = {"by": "message", "word": word, "nth": nth}
            async with desk.store.begin() as tx:
                fact = appointed.fact("booking.notified", appointment, now, **data)
                await tx.tell(fact, silently=True)

    return send


def _message_id(appointment: Appointment, word: str, nth: int) -> str:
    """The same at each try, another for each message; 32 hex digits, as every id."""
    return hashlib.sha256(f"{appointment.id}:{word}:{nth}".encode()).hexdigest()[:32]


async def greeting(desk: Desk, appointment: Appointment, language: str) -> dict[str, str]:
    """The bank's name and the time in words, as every message to the customer says them."""
    time = spell(
        desk.texts,
        appointment.at,
        language,
        bank=ZoneInfo(desk.bank.zone),
        own=await zone_of(appointment.zone),
    )
    return {"bank": bank_name(desk, language), "time": time}


def bank_name(desk: Desk, language: str) -> str:
    """How the bank calls itself in a language."""
    return desk.bank.name_en if language == "en" else desk.bank.name_vi


async def _note_reminder(desk: Desk, appointment: Appointment, nth: int, *, now: datetime) -> None:
    """Once for each reminder: a process may die after this and before the job is marked done."""
    fact = appointed.fact("booking.reminded", appointment, now)
    due_at = appointment.at - timedelta(minutes=nth)
    async with desk.store.begin() as tx:
        if not await applications.was_told(tx, fact, since=due_at - timedelta(seconds=1)):
            await tx.tell(fact)


async def find(tx: Tx, payload: Mapping[str, Any]) -> Appointment:
    """The appointment a job is about."""
    appointment = await appointments.find(tx, payload["appointment"])
    assert appointment is not None  # rows are never deleted
    return appointment


async def is_true(tx: Tx, appointment: Appointment, word: str, *, now: datetime) -> bool:
    """Whether what the message says is still so."""
    if appointment.state is not _TRUE_WHILE[word]:
        return False
    if word == "reminder":
        return now < appointment.at
    if appointment.state in MISSED.values():
        return now < appointment.changed_at + _NEWS
    if word == "due":  # somebody whose page is open is rung there
        ticket = await queue.open_ticket(tx, appointment.application_id)
        return ticket is not None and (
            ticket.state is TicketState.PARKED or ticket.gone_at is not None
        )
    return True


def link_until(desk: Desk, appointment: Appointment, *, now: datetime) -> datetime:
    """A link in what is said of an appointment outlives it."""
    return max(now, appointment.at) + timedelta(hours=desk.link_hours)


async def link(desk: Desk, application_id: str, *, until: datetime, mailbox: str = "") -> str:
    """A new address the customer comes back by, good while the `mailbox` it goes to is in force;
    only the digest of its token is kept."""
    token = tokens.new()
    async with desk.store.begin() as tx:
        digest = tokens.digest(token)
        await applications.add_link(
            tx, application_id, digest=digest, expires_at=until, mailbox=mailbox
        )
    return f"{desk.address}/c/#{token}"


async def zone_of(name: str) -> tzinfo | None:
    """A zone by its name; None when there is no such zone. Its file is read beside the loop."""
    try:
        return await asyncio.to_thread(ZoneInfo, name) if name else None
    except (KeyError, ValueError, OSError):  # unknown, no name at all, a folder of names
        return None


def mailer(desk: Desk, post: Mailer | None) -> Work:
    """The handler of mail to agents; with no server or no address the page alone tells them."""

    async def send(payload: dict[str, Any]) -> None:
        async with desk.store.read() as tx:
            appointment = await find(tx, payload)
            application = await applications.load(tx, appointment.application_id)
            member = await staff.by_id(tx, payload.get("agent", appointment.agent_id))
        assert member is not None  # accounts are never deleted
        if post is None or not member.mail or member.disabled_at is not None:
            return
        language, word = member.language, payload["word"]
        # A time that was left is taken back whatever became of it, so a cancellation is always so.
        if word != "cancelled" and appointment.state is not _TRUE_WHILE[word]:
            return
        zone = ZoneInfo(desk.bank.zone)
        values = {
            "reference": application.reference,
            "time": spell(desk.texts, appointment.at, language, bank=zone, own=None),
            "link": f"{desk.address}/staff/desk",
        }
        subject = desk.texts.say("messages", f"mail.{word}.subject", language, **values)
        text = desk.texts.say("messages", f"mail.{word}", language, **values)
        now = desk.clock.now()
        since = datetime.fromisoformat(payload["since"]) if "since" in payload else now
        one = calendar.Entry(
            id=application.id,
            at=appointment.at,
            minutes=appointment.minutes,
            title=desk.texts.say("messages", "mail.calendar", language, **values),
            text=text,
            changed_at=since,
            is_cancelled=word == "cancelled",
        )
        invitation = await asyncio.to_thread(  # the library reads time zones from files
            calendar.invitation, one, now=now, organizer=desk.sender, attendee=member.mail
        )
        id = f"{appointment.id}.{word}.{payload.get('version', 0)}"
        await post.mail(to=member.mail, subject=subject, text=text, id=id, invitation=invitation)

    return send
