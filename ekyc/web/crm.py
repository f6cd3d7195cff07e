"""The CRM's applications: open one, list and look them up, take one back."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, BeforeValidator, Field

from ekyc.domain.access import Action
from ekyc.domain.application import Application, Stage
from ekyc.domain.decision import Decision
from ekyc.domain.errors import (
    MailboxInvalid,
    MailboxMissing,
    MailboxUnproven,
    NotAllowedNow,
    PhoneInvalid,
)
from ekyc.domain.events import Actor
from ekyc.domain.mailbox import LONGEST
from ekyc.domain.phone import Provenance
from ekyc.journey import apply, callback, mailboxes, withdrawal
from ekyc.journey.mailboxes import Registration
from ekyc.storage import applications, decisions
from ekyc.storage.store import Tx
from ekyc.web.api import Body, Query, Routes
from ekyc.web.idempotency import once
from ekyc.web.keys import CLOCK, SECRET, SETTINGS, STORE, SUBJECT
from ekyc.web.paging import Instant, cursor, place

routes = Routes(for_crm=True)

_Text = Annotated[str, Field(min_length=1, max_length=120)]


def full_date(value: Any) -> Any:
    """A date as people write it; pydantic would also take a number of seconds."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return date.fromisoformat(value)
    raise ValueError("not a date")


class MailboxIn(Body):
    """A mail address, who vouches for it, as of which day, and where it stands or who was spoken
    to; the CRM need not say where: it stands in the bank's own records."""

    address: Annotated[str, Field(min_length=3, max_length=LONGEST)]
    source: Annotated[Provenance, BeforeValidator(Provenance)] = Provenance.CRM
    as_of: Annotated[date, BeforeValidator(full_date)]
    note: Annotated[str, Field(max_length=200)] = ""

    def registration(self) -> Registration:
        """What the journey writes down."""
        return Registration(
            address=self.address, source=self.source, as_of=self.as_of, note=self.note
        )


class ApplicationIn(Body):
    """A customer to be verified. Number and mailbox come from the bank, with their provenance."""

    external_id: _Text
    phone: Annotated[str, Field(min_length=5, max_length=30)]
    phone_source: Annotated[str, Field(min_length=1, max_length=40)] = "crm"
    phone_as_of: Annotated[date, BeforeValidator(full_date)]
    mailbox: MailboxIn | None = None
    name: Annotated[str, Field(max_length=200)] = ""
    language: Annotated[str, Field(pattern="^(vi|en)$")] | None = None
    product: Annotated[str, Field(max_length=120)] = ""
    region: Annotated[str, Field(max_length=60, description="For groups of the queue")] = ""
    vulnerable: Annotated[
        bool, Field(description="Goes before those who come first; no reason is asked")
    ] = False
    slow_speech: Annotated[
        bool, Field(description="The customer wants to be spoken to slowly; they may change it")
    ] = False
    callback: Annotated[
        bool, Field(description="No approval without a callback code; needs a mailbox")
    ] = False


class OpenedOut(BaseModel):
    """A new application; the link is shown this once."""

    id: str
    reference: str
    stage: str
    link: str
    link_expires_at: datetime


class DecisionOut(BaseModel):
    """The verdict in force."""

    verdict: str
    reasons: list[str]
    at: datetime


class ApplicationOut(BaseModel):
    """Where an application stands."""

    id: str
    reference: str
    external_id: str
    stage: str
    opened_at: datetime
    updated_at: datetime
    """The last change of stage."""
    decision: DecisionOut | None


class ApplicationsIn(Query):
    """Which applications, and how many at once."""

    stage: Stage | None = None
    since: Annotated[
        Instant | None, Field(description="Changed stage at this instant or later")
    ] = None
    external_id: _Text | None = None
    limit: Annotated[int | None, Field(ge=1, le=1000)] = None
    cursor: Annotated[str | None, Field(max_length=200, description="`next` of the last part")] = (
        None
    )


class ApplicationsOut(BaseModel):
    """One part of a list, least recently changed first."""

    applications: list[ApplicationOut]
    next: str | None
    """Ask on with it as `cursor`; null at the end."""


def public_url(request: web.Request) -> str:
    """The address customers reach this server by."""
    return (
        request.app[SETTINGS].server.public_url.rstrip("/") or f"{request.scheme}://{request.host}"
    )


@routes.post(
    "/api/v1/applications",
    action=Action.INTEGRATE,
    body=ApplicationIn,
    out=OpenedOut,
    status=201,
    refuses=(PhoneInvalid, MailboxInvalid, MailboxMissing, MailboxUnproven),
    idempotent=True,
)
async def create_application(request: web.Request, body: ApplicationIn) -> Any:
    """Open an application; an Idempotency-Key makes a repeated request harmless."""
    return await once(request, OpenedOut, lambda tx: _open(tx, request, body))


async def _open(tx: Tx, request: web.Request, body: ApplicationIn) -> OpenedOut:
    settings, actor = request.app[SETTINGS], Actor(kind="crm", id=request[SUBJECT])
    values = body.model_dump(exclude={"mailbox", "callback"})
    values["phone_as_of"] = body.phone_as_of.isoformat()
    values["language"] = body.language or settings.applications.language
    opened = await apply.open_application(
        tx,
        request.app[CLOCK],
        apply.Request(**values),
        actor=actor,
        region=settings.applications.region,
        zone=settings.bank.zone,
        link_hours=settings.applications.link_hours,
    )
    if body.mailbox is not None:
        await mailboxes.register(
            *(tx, request.app[CLOCK], request.app[SECRET], body.mailbox.registration()),
            application_id=opened.application.id,
            actor=actor,
            zone=settings.bank.zone,
        )
    if body.callback:
        await callback.want(
            *(tx, request.app[CLOCK]),
            application_id=opened.application.id,
            wanted=True,
            actor=actor,
        )
    return OpenedOut(
        id=opened.application.id,
        reference=opened.application.reference,
        stage=opened.application.stage.value,
        link=f"{public_url(request)}/c/#{opened.link_token}",
        link_expires_at=opened.link_expires_at,
    )


@routes.get(
    "/api/v1/applications",
    action=Action.INTEGRATE,
    query=ApplicationsIn,
    out=ApplicationsOut,
    validated=True,
)
async def list_applications(request: web.Request, query: ApplicationsIn) -> Any:
    """Applications by their last change of stage, the longest ago first, part by part.

    What changes while somebody reads on comes again at the end: nothing is missed.
    """
    most = request.app[SETTINGS].crm.page_max
    limit = min(query.limit or most, most)
    async with request.app[STORE].read() as tx:
        found = await applications.changed(
            tx,
            stage=query.stage,
            since=query.since,
            external_id=query.external_id,
            after=place(query.cursor) if query.cursor is not None else None,
            limit=limit + 1,
        )
        shown = found[:limit]
        decided = await decisions.in_force(tx, [application.id for application in shown])
    last = shown[-1] if len(found) > limit else None
    return ApplicationsOut(
        applications=[_out(application, decided.get(application.id)) for application in shown],
        next=cursor((last.updated_at, last.id)) if last else None,
    )


@routes.get(
    "/api/v1/applications/{id}", action=Action.INTEGRATE, out=ApplicationOut, validated=True
)
async def get_application(request: web.Request) -> Any:
    """Where an application stands, and its verdict."""
    async with request.app[STORE].read() as tx:
        application = await applications.load(tx, request.match_info["id"])
        return _out(application, await decisions.last(tx, application.id))


@routes.post(
    "/api/v1/applications/{id}/cancel",
    action=Action.INTEGRATE,
    out=ApplicationOut,
    refuses=(NotAllowedNow,),
    idempotent=True,
)
async def cancel_application(request: web.Request) -> Any:
    """Take an application back that is not decided; a call or a wait it is in ends."""

    async def cancel(tx: Tx) -> ApplicationOut:
        withdrawn = await withdrawal.withdraw(
            tx,
            request.app[CLOCK],
            application_id=request.match_info["id"],
            actor=Actor(kind="crm", id=request[SUBJECT]),
        )
        return _out(withdrawn, await decisions.last(tx, withdrawn.id))

    return await once(request, ApplicationOut, cancel)


def _out(application: Application, decision: Decision | None) -> ApplicationOut:
    return ApplicationOut(
        id=application.id,
        reference=application.reference,
        external_id=application.external_id,
        stage=application.stage.value,
        opened_at=application.opened_at,
        updated_at=application.updated_at,
        decision=decision
        and DecisionOut(
            verdict=decision.verdict.value, reasons=list(decision.reasons), at=decision.at
        ),
    )
