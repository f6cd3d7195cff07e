"""The CRM's API, first part: open an application, look at it, read the API's description."""

import hashlib
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, Field

from ekyc.domain.access import Action
from ekyc.domain.errors import BodyInvalid, IdempotencyConflict
from ekyc.domain.events import Actor
from ekyc.journey import apply
from ekyc.storage import applications, crm, decisions, tokens
from ekyc.storage.store import Tx
from ekyc.web.api import Body, Routes, openapi
from ekyc.web.keys import CLOCK, SECRET, SETTINGS, STORE, SUBJECT

routes = Routes(documented=True)
description = Routes()

_Text = Annotated[str, Field(min_length=1, max_length=120)]


class ApplicationIn(Body):
    """A customer to be verified. The number comes from the bank, with its provenance."""

    external_id: _Text
    phone: Annotated[str, Field(min_length=5, max_length=30)]
    phone_source: Annotated[str, Field(min_length=1, max_length=40)] = "crm"
    phone_as_of: date
    name: Annotated[str, Field(max_length=200)] = ""
    language: Annotated[str, Field(pattern="^(vi|en)$")] | None = None
    product: Annotated[str, Field(max_length=120)] = ""


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
    decision: DecisionOut | None


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
    errors=(401, 403, 409, 415, 422),
)
async def create_application(request: web.Request, body: ApplicationIn) -> Any:
    """Open an application; an Idempotency-Key makes a repeated request harmless."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > 120 or not key.isascii():
        raise BodyInvalid("Idempotency-Key")
    sha256 = hashlib.sha256(await request.read()).hexdigest()
    async with request.app[STORE].begin() as tx:
        answer = await _earlier(tx, request, key, sha256) if key else None
        if answer is None:
            answer = await _open(tx, request, body)
            if key:
                await crm.remember(
                    tx,
                    request[SUBJECT],
                    key,
                    request_sha256=sha256,
                    answer=tokens.seal(request.app[SECRET], answer.model_dump_json()),
                    now=request.app[CLOCK].now(),
                )
    return answer


async def _earlier(tx: Tx, request: web.Request, key: str, sha256: str) -> OpenedOut | None:
    hours = request.app[SETTINGS].crm.idempotency_hours
    since = request.app[CLOCK].now() - timedelta(hours=hours)
    found = await crm.answered(tx, request[SUBJECT], key, since=since)
    if found is None:
        return None
    if found[0] != sha256:
        raise IdempotencyConflict
    return OpenedOut.model_validate_json(tokens.unseal(request.app[SECRET], found[1]))


async def _open(tx: Tx, request: web.Request, body: ApplicationIn) -> OpenedOut:
    settings = request.app[SETTINGS]
    values = body.model_dump() | {"phone_as_of": body.phone_as_of.isoformat()}
    values["language"] = body.language or settings.applications.language
    opened = await apply.open_application(
        tx,
        request.app[CLOCK],
        apply.Request(**values),
        actor=Actor(kind="crm", id=request[SUBJECT]),
        region=settings.applications.region,
        zone=settings.bank.zone,
        link_hours=settings.applications.link_hours,
    )
    return OpenedOut(
        id=opened.application.id,
        reference=opened.application.reference,
        stage=opened.application.stage.value,
        link=f"{public_url(request)}/c/#{opened.link_token}",
        link_expires_at=opened.link_expires_at,
    )


@routes.get(
    "/api/v1/applications/{id}",
    action=Action.INTEGRATE,
    out=ApplicationOut,
    errors=(401, 403, 404),
)
async def get_application(request: web.Request) -> Any:
    """Where an application stands, and its verdict."""
    async with request.app[STORE].read() as tx:
        application = await applications.load(tx, request.match_info["id"])
        decision = await decisions.last(tx, application.id)
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


@description.get("/api/v1/openapi.json", action=Action.LOOK)
async def get_description(request: web.Request) -> Any:
    """This API, as OpenAPI 3.1."""
    return openapi([routes])
