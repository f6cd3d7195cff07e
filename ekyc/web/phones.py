"""Registering the number a customer is called at: by a supervisor, or by the CRM."""

from datetime import date
from typing import Annotated, Any

from aiohttp import web
from pydantic import BeforeValidator, Field

from ekyc.domain import errors
from ekyc.domain.access import Action
from ekyc.domain.application import mask_phone
from ekyc.domain.events import Actor
from ekyc.domain.phone import Phone, Provenance, is_verified
from ekyc.journey import phones as journey
from ekyc.journey.apply import parse_phone
from ekyc.journey.customer_file import CustomerFile
from ekyc.journey.phones import Registration
from ekyc.storage.store import Tx
from ekyc.web.api import Body, Routes
from ekyc.web.crm import full_date
from ekyc.web.keys import CLOCK, SETTINGS, STORE, SUBJECT
from ekyc.web.shapes import IdView

routes = Routes()
crm_routes = Routes(for_crm=True)
_REFUSES = (errors.PhoneInvalid, errors.PhoneUnproven, errors.NotAllowedNow)


class PhoneIn(Body):
    """A number, who vouches for it, as of which day, and where it stands or who was spoken to."""

    number: Annotated[str, Field(min_length=5, max_length=30)]
    source: Annotated[Provenance, BeforeValidator(Provenance)]
    as_of: Annotated[date, BeforeValidator(full_date)]
    note: Annotated[str, Field(max_length=200)]


class OrderedPhoneIn(PhoneIn):
    """What staff register; in a call by the authorisation with this id."""

    authorisation: Annotated[str, Field(max_length=32)] = ""


async def _register(
    tx: Tx, request: web.Request, body: PhoneIn, actor: Actor, *, authorisation: str = ""
) -> Phone:
    settings = request.app[SETTINGS]
    given = Registration(
        number=parse_phone(body.number, region=settings.applications.region),
        source=body.source,
        as_of=body.as_of,
        note=body.note,
        authorisation=authorisation,
    )
    return await journey.register(
        *(tx, request.app[CLOCK], given),
        application_id=request.match_info["id"],
        actor=actor,
        zone=settings.bank.zone,
    )


@routes.post(
    "/api/files/{id}/phones",
    action=Action.REGISTER,
    body=OrderedPhoneIn,
    out=IdView,
    refuses=(*_REFUSES, errors.AuthorisationMissing),
)
async def register(request: web.Request, body: OrderedPhoneIn) -> Any:
    """Put a number in force that was looked up or that a switchboard gave; supervisors alone:
    whoever is called decides who the customer is."""
    async with request.app[STORE].begin() as tx:
        actor = Actor(kind="staff", id=request[SUBJECT])
        of = {"authorisation": body.authorisation}
        phone = await _register(tx, request, body, actor, **of)
    return {"id": phone.id}


@crm_routes.put(
    "/api/v1/applications/{id}/phone",
    action=Action.INTEGRATE,
    body=PhoneIn,
    out=IdView,
    refuses=_REFUSES,
)
async def correct(request: web.Request, body: PhoneIn) -> Any:
    """Correct the customer's number, with who vouches for it."""
    async with request.app[STORE].begin() as tx:
        phone = await _register(tx, request, body, Actor(kind="crm", id=request[SUBJECT]))
    return {"id": phone.id}


tables = (routes, crm_routes)


def seen(file: CustomerFile) -> list[dict[str, Any]]:
    """Every number of a file, masked, with who vouches for it."""
    application = file.application
    masked = {phone.id: mask_phone(phone.number) for phone in file.phones}
    return [
        {
            "id": phone.id,
            "masked": masked[phone.id],
            "source": phone.source,
            "as_of": phone.as_of,
            "note": phone.note,
            "via": masked.get(phone.via) if phone.via else None,
            "by": file.names.get(phone.by, ""),
            "verified": is_verified(phone.source),
            "in_force": phone.number == application.phone
            and phone.source == application.phone_source,
        }
        for phone in file.phones
    ]
