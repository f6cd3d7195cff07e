"""From the CRM's request to the customer's consents."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers

from ekyc.domain import consent
from ekyc.domain.application import Application, Stage, move
from ekyc.domain.errors import (
    HandoverOver,
    LinkExpired,
    LinkInvalid,
    PhoneInvalid,
    SignInNeeded,
    TooManyRequests,
)
from ekyc.domain.events import CUSTOMER, Actor, Event
from ekyc.domain.handover import EndedBy
from ekyc.domain.phone import named
from ekyc.journey import handover
from ekyc.journey.ports import Clock
from ekyc.storage import applications, handovers, mailboxes, tokens
from ekyc.storage.store import Store, Tx, new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the CRM says about a customer; `phone_source` is where the number comes from (B6)."""

    external_id: str
    phone: str
    phone_source: str
    phone_as_of: str
    name: str
    language: str
    product: str
    region: str = ""
    vulnerable: bool = False
    slow_speech: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A new application and the one time its link's token is known."""

    application: Application
    link_token: str
    link_expires_at: datetime


def parse_phone(number: str, *, region: str) -> str:
    """E.164, or `PhoneInvalid`."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        raise PhoneInvalid from None
    if not phonenumbers.is_possible_number(parsed):
        raise PhoneInvalid
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


async def open_application(
    tx: Tx,
    clock: Clock,
    request: Request,
    *,
    actor: Actor,
    region: str,
    zone: str,
    link_hours: int,
) -> Opened:
    """Open an application and make its link; `PhoneInvalid`."""
    now = clock.now()
    token, expires_at = tokens.new(), now + timedelta(hours=link_hours)
    application = Application(
        id=new_id(),
        reference=await _reference(tx, now.astimezone(ZoneInfo(zone))),
        stage=Stage.OPENED,
        version=1,
        external_id=request.external_id,
        language=request.language,
        phone=parse_phone(request.phone, region=region),
        phone_source=named(request.phone_source),
        phone_as_of=request.phone_as_of,
        name=request.name,
        document_kind="",
        opened_at=now,
        updated_at=now,
        slow_speech=request.slow_speech,
    )
    await applications.add(
        tx,
        application,
        product=request.product,
        region=request.region,
        vulnerable=request.vulnerable,
    )
    await applications.add_link(
        tx, application.id, digest=tokens.digest(token), expires_at=expires_at
    )
    await tx.tell(_fact("application.opened", application, now, actor, stage=Stage.OPENED.value))
    return Opened(application=application, link_token=token, link_expires_at=expires_at)


async def _reference(tx: Tx, now: datetime) -> str:
    number = await tx.next(f"reference-{now:%y%m}")
    return f"HS-{now:%y%m}-{number:04d}"


def _fact(name: str, application: Application, at: datetime, actor: Actor, **data: object) -> Event:
    return Event(name=name, application_id=application.id, at=at, actor=actor, data=data)


async def _is_in_force(tx: Tx, application_id: str, mailbox: str) -> bool:
    in_force = await mailboxes.in_force(tx, application_id)
    return in_force is not None and in_force.id == mailbox


async def open_session(
    store: Store, clock: Clock, *, link_token: str, hours: int
) -> tuple[str, str]:
    """Trade a link for a session; returns the application's id and the session's token.

    Raises `LinkExpired`, and `LinkInvalid` for one nobody knows or that was mailed to a mailbox
    another has replaced. The link stays good until it expires: a customer comes
    back by it, and each time the earlier sessions end, a telephone's too.
    """
    now, session_token = clock.now(), tokens.new()
    async with store.begin() as tx:
        found = await applications.link(tx, tokens.digest(link_token))
        if found is None:
            raise LinkInvalid
        application_id, expires_at, mailbox = found
        if now >= expires_at:
            raise LinkExpired
        if mailbox and not await _is_in_force(tx, application_id, mailbox):
            raise LinkInvalid
        await handover.end_open(tx, application_id, EndedBy.LINK, now=now)
        await applications.add_session(
            tx,
            application_id,
            digest=tokens.digest(session_token),
            expires_at=now + timedelta(hours=hours),
        )
        application = await applications.load(tx, application_id)
        await tx.tell(_fact("session.opened", application, now, CUSTOMER))
    return application_id, session_token


async def session(store: Store, clock: Clock, *, token: str) -> str:
    """The application of a live session; `SignInNeeded`, `HandoverOver` on a telephone."""
    async with store.read() as tx:
        digest = tokens.digest(token)
        application_id = await applications.session(tx, digest, now=clock.now())
        given = None if application_id else await handovers.of_telephone(tx, digest)
    if application_id is not None:
        return application_id
    raise HandoverOver if given and given.ended_at else SignInNeeded


async def agree(
    store: Store,
    clock: Clock,
    *,
    application_id: str,
    given: Iterable[str],
    version: str,
    language: str,
    optional: Collection[consent.Consent] = (),
) -> None:
    """Write down the consents, each a fact of its own; `ConsentsMissing`, `NotAllowedNow`."""
    now = clock.now()
    kinds = consent.agree(given, version=version, optional=optional)
    async with store.begin() as tx:
        moved = move(await applications.load(tx, application_id), Stage.CONSENTED, now=now)
        await applications.add_consents(
            tx, application_id, kinds, version=version, language=language, now=now
        )
        await applications.save(tx, moved, actor=CUSTOMER)


async def speak(store: Store, *, application_id: str, language: str) -> None:
    """Change the language the customer is spoken to in."""
    async with store.begin() as tx:
        await applications.set_values(tx, application_id, language=language)


async def speak_slowly(
    store: Store, clock: Clock, *, application_id: str, slow: bool, per_hour: int
) -> None:
    """Keep whether the customer wants to be spoken to slowly; said again, nothing changes.

    Raises `TooManyRequests` once it was changed `per_hour` times within an hour: each is a fact.
    """
    now = clock.now()
    async with store.begin() as tx:
        application = await applications.load(tx, application_id)
        if application.slow_speech is slow:
            return
        fact = _fact("speech.wished", application, now, CUSTOMER, slow=slow)
        if await applications.times_told(tx, fact, since=now - timedelta(hours=1)) >= per_hour:
            raise TooManyRequests
        await applications.set_values(tx, application_id, slow_speech=slow)
        await tx.tell(fact)
