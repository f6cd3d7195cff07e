"""The number a customer is called at: registered with who vouches for it, hop by hop."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ekyc.domain import phone as rules
from ekyc.domain.application import Application, Stage
from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.events import Actor, Event
from ekyc.domain.message import Channel
from ekyc.domain.phone import Phone, Provenance
from ekyc.journey.authorisation import spend
from ekyc.journey.ports import Clock
from ekyc.storage import applications, codes, phones
from ekyc.storage.store import Tx, new_id

OPEN = frozenset(
    {
        Stage.OPENED,
        Stage.CONSENTED,
        Stage.PHONE_CONFIRMED,
        Stage.DOCUMENTED,
        Stage.CONFIRMED,
        Stage.BOOKED,
        Stage.WAITING,
        Stage.IN_CALL,
    }
)
"""Stages at which a customer may still be called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A number and who vouches for it; `number` is E.164."""

    number: str
    source: Provenance
    as_of: date
    note: str
    authorisation: str = ""
    """The id of the customer's, for staff in a call."""


async def register(
    tx: Tx, clock: Clock, given: Registration, *, application_id: str, actor: Actor, zone: str
) -> Phone:
    """Write a number down; a verified one is in force from now on, and a code to the one before is
    no use any more.

    One a switchboard gave names the number in force, which was called. Raises `NotAllowedNow` once
    the application is decided, `PhoneUnproven`, and where staff do it between a call's begin and
    its verdict, `AuthorisationMissing`. The same again changes nothing.
    """
    now = clock.now()
    application = await applications.load(tx, application_id)
    if application.stage not in OPEN:
        raise NotAllowedNow
    rules.require_proof(
        given.source,
        as_of=given.as_of,
        today=now.astimezone(ZoneInfo(zone)).date(),
        note=given.note,
        in_force=application.phone_source,
    )
    before = await _in_force(tx, application)
    is_hop = given.source is Provenance.SWITCHBOARD
    phone = Phone(
        id=new_id(),
        application_id=application_id,
        number=given.number,
        source=given.source.value,
        as_of=given.as_of.isoformat(),
        note=given.note.strip(),
        via=before.id if is_hop else None,
        by=actor.id if actor.kind == "staff" else "",
        at=max(now, before.at + timedelta(microseconds=1)),
    )
    again = await _said_before(tx, phone, before)
    if again is not None:
        return again
    of = {"named": given.authorisation, "registration_id": phone.id}
    ordered = await spend(tx, application, actor, **of)
    await phones.add(tx, phone)
    if rules.is_verified(phone.source):
        values = {"phone": phone.number, "phone_source": phone.source, "phone_as_of": phone.as_of}
        await applications.set_values(tx, application_id, **values)
        await codes.replace_sent(tx, application_id, {Channel.SMS, Channel.VOICE})
    await tx.tell(_fact(phone, now, actor, ordered))
    return phone


async def _said_before(tx: Tx, phone: Phone, in_force: Phone) -> Phone | None:
    """The row that says the same: the one in force, or what the customer said, which never is."""
    own_word = not rules.is_verified(phone.source)
    known = await phones.of_application(tx, phone.application_id) if own_word else [in_force]
    return next((one for one in known if _says(one) == _says(phone)), None)


def _says(phone: Phone) -> tuple[str, ...]:
    """What somebody would say again who asks a second time."""
    return phone.number, phone.source, phone.as_of, phone.note


async def _in_force(tx: Tx, application: Application) -> Phone:
    """The row of the number in force; the first number gets its own when a second one comes."""
    known = await phones.of_application(tx, application.id)
    in_force = application.phone, application.phone_source
    found = [one for one in known if (one.number, one.source) == in_force]
    if found:
        return found[-1]
    first = Phone(
        id=new_id(),
        application_id=application.id,
        number=application.phone,
        source=application.phone_source,
        as_of=application.phone_as_of,
        note="",
        via=None,
        by="",
        at=application.opened_at,
    )
    await phones.add(tx, first)
    return first


def _fact(phone: Phone, at: datetime, actor: Actor, ordered: dict[str, str]) -> Event:
    data = {"phone": phone.id, "source": phone.source, "as_of": phone.as_of, **ordered}
    return Event(
        name="phone.registered",
        application_id=phone.application_id,
        at=at,
        actor=actor,
        data=data | ({"via": phone.via} if phone.via else {}),
    )
