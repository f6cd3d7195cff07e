"""The mailbox a customer is written to: registered with who vouches for it, kept sealed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidTag

from ekyc.domain import mailbox as rules
from ekyc.domain.appointment import AppointmentState
from ekyc.domain.errors import MailboxMissing, NotAllowedNow
from ekyc.domain.events import Actor, Event
from ekyc.domain.mailbox import Mailbox
from ekyc.domain.message import Channel
from ekyc.domain.phone import is_verified, named
from ekyc.journey import appointed
from ekyc.journey.authorisation import spend
from ekyc.journey.phones import OPEN
from ekyc.journey.ports import Clock
from ekyc.storage import applications, appointments, codes, mailboxes, tokens
from ekyc.storage.store import Tx, new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A mailbox and who vouches for it."""

    address: str
    source: str
    as_of: date
    note: str = ""
    authorisation: str = ""
    """The id of the customer's, for staff in a call."""


async def register(
    tx: Tx,
    clock: Clock,
    secret: bytes,
    given: Registration,
    *,
    application_id: str,
    actor: Actor,
    zone: str,
) -> Mailbox:
    """Write a mailbox down; a verified one is in force from now on, and a code or a link mailed to
    the address before is no use any more.

    Raises `NotAllowedNow` once the application is decided, `MailboxInvalid`, `MailboxUnproven`,
    and where staff do it between a call's begin and its verdict, `AuthorisationMissing`. The same
    again changes nothing.
    """
    now, address = clock.now(), rules.parse(given.address)
    application = await applications.load(tx, application_id)
    if application.stage not in OPEN:
        raise NotAllowedNow
    rules.require_proof(
        as_of=given.as_of,
        today=now.astimezone(ZoneInfo(zone)).date(),
        note=given.note,
        from_crm=actor.kind == "crm",
    )
    known = await mailboxes.of_application(tx, application_id)
    mailbox = Mailbox(
        id=new_id(),
        application_id=application_id,
        sealed=tokens.seal(secret, address),
        source=named(given.source),
        as_of=given.as_of.isoformat(),
        note=given.note.strip(),
        by=actor.id if actor.kind == "staff" else "",
        at=max(now, known[-1].at + timedelta(microseconds=1)) if known else now,
    )
    again = _said_before(secret, mailbox, known)
    if again is not None:
        return again
    of = {"named": given.authorisation, "registration_id": mailbox.id}
    ordered = await spend(tx, application, actor, **of)
    await mailboxes.add(tx, mailbox)
    if is_verified(mailbox.source):
        await codes.replace_sent(tx, application_id, {Channel.MAIL})
        await _follow(tx, secret, mailbox, mailboxes.last_verified(known), now=now)
    await tx.tell(_fact(mailbox, now, actor, ordered))
    return mailbox


async def known(tx: Tx, secret: bytes, application_id: str) -> tuple[Mailbox, str]:
    """The mailbox in force, and its address; `MailboxMissing`."""
    mailbox = await mailboxes.in_force(tx, application_id)
    address = opened(secret, mailbox) if mailbox else ""
    if mailbox is None or not address:
        raise MailboxMissing
    return mailbox, address


def opened(secret: bytes, mailbox: Mailbox) -> str:
    """The address of a mailbox; empty where the server has another key than when it was sealed."""
    try:
        return tokens.unseal(secret, mailbox.sealed)
    except InvalidTag:
        return ""


def addressee(
    secret: bytes, every: Sequence[Mailbox], payload: Mapping[str, Any]
) -> Mailbox | None:
    """Of the mailboxes of one application, whom an invitation goes to: the one in force, or the
    one it says was replaced, while no other row of its address is in force."""
    now = mailboxes.last_verified(every)
    if payload["word"] != appointed.REPLACED:
        return now if now and opened(secret, now) else None
    before = next((one for one in every if one.id == payload["mailbox"]), None)
    address = opened(secret, before) if before else ""
    return before if now and address not in ("", opened(secret, now)) else None


async def _follow(
    tx: Tx, secret: bytes, mailbox: Mailbox, before: Mailbox | None, *, now: datetime
) -> None:
    """Links and an appointment made before follow to the mailbox that is in force now."""
    is_same = before is not None and opened(secret, before) == opened(secret, mailbox)
    if before is not None and is_same:
        await applications.pass_links(tx, mailbox.application_id, mailbox=before.id, to=mailbox.id)
    appointment = await appointments.active(tx, mailbox.application_id)
    if appointment is None or appointment.state is not AppointmentState.BOOKED:
        return
    if before is not None and not is_same:
        await appointed.invite(tx, appointment, appointed.REPLACED, now=now, mailbox=before.id)
    await appointed.invite(tx, appointment, "booked", now=now, mailbox=mailbox.id)


def _said_before(secret: bytes, mailbox: Mailbox, known: Sequence[Mailbox]) -> Mailbox | None:
    """The row that says the same: the last of its kind, whether it is in force or never can be."""
    counts = is_verified(mailbox.source)
    alike = [one for one in known if is_verified(one.source) is counts]
    last = alike[-1:] if counts else alike
    return next((one for one in last if _says(secret, one) == _says(secret, mailbox)), None)


def _says(secret: bytes, mailbox: Mailbox) -> tuple[str, ...]:
    """What somebody would say again who asks a second time."""
    return opened(secret, mailbox), mailbox.source, mailbox.as_of, mailbox.note


def _fact(mailbox: Mailbox, at: datetime, actor: Actor, ordered: dict[str, str]) -> Event:
    return Event(
        name="mailbox.registered",
        application_id=mailbox.application_id,
        at=at,
        actor=actor,
        data={"mailbox": mailbox.id, "source": mailbox.source, "as_of": mailbox.as_of} | ordered,
    )
