"""Registering the mailbox a customer is written to: by a supervisor, or by the CRM."""

from dataclasses import replace
from typing import Annotated, Any

from aiohttp import web
from pydantic import Field

from ekyc.domain import errors, mailbox
from ekyc.domain.access import Action
from ekyc.domain.events import Actor
from ekyc.domain.mailbox import Mailbox
from ekyc.domain.phone import is_verified
from ekyc.journey import mailboxes as journey
from ekyc.journey.customer_file import CustomerFile
from ekyc.storage.store import Tx
from ekyc.web.api import Routes
from ekyc.web.crm import MailboxIn
from ekyc.web.keys import CLOCK, SECRET, SETTINGS, STORE, SUBJECT
from ekyc.web.shapes import IdView

routes = Routes()
crm_routes = Routes(for_crm=True)
_REFUSES = (errors.MailboxInvalid, errors.MailboxUnproven, errors.NotAllowedNow)


class OrderedMailboxIn(MailboxIn):
    """What staff register; in a call by the authorisation with this id."""

    authorisation: Annotated[str, Field(max_length=32)] = ""


async def _register(
    tx: Tx, request: web.Request, body: MailboxIn, actor: Actor, *, authorisation: str = ""
) -> Mailbox:
    given = replace(body.registration(), authorisation=authorisation)
    return await journey.register(
        *(tx, request.app[CLOCK], request.app[SECRET], given),
        application_id=request.match_info["id"],
        actor=actor,
        zone=request.app[SETTINGS].bank.zone,
    )


@routes.post(
    "/api/files/{id}/mailboxes",
    action=Action.REGISTER,
    body=OrderedMailboxIn,
    out=IdView,
    refuses=(*_REFUSES, errors.AuthorisationMissing),
)
async def register(request: web.Request, body: OrderedMailboxIn) -> Any:
    """Put a mailbox in force that was looked up; supervisors alone, as with numbers."""
    async with request.app[STORE].begin() as tx:
        actor = Actor(kind="staff", id=request[SUBJECT])
        of = {"authorisation": body.authorisation}
        found = await _register(tx, request, body, actor, **of)
    return {"id": found.id}


@crm_routes.put(
    "/api/v1/applications/{id}/mailbox",
    action=Action.INTEGRATE,
    body=MailboxIn,
    out=IdView,
    refuses=_REFUSES,
)
async def correct(request: web.Request, body: MailboxIn) -> Any:
    """Give or correct the customer's mailbox, with who vouches for it."""
    async with request.app[STORE].begin() as tx:
        found = await _register(tx, request, body, Actor(kind="crm", id=request[SUBJECT]))
    return {"id": found.id}


tables = (routes, crm_routes)


def seen(file: CustomerFile, secret: bytes) -> list[dict[str, Any]]:
    """Every mailbox of a file, masked, with who vouches for it."""
    verified = [one.id for one in file.mailboxes if is_verified(one.source)]
    return [
        {
            "id": one.id,
            "masked": mailbox.mask(journey.opened(secret, one)),
            "source": one.source,
            "as_of": one.as_of,
            "note": one.note,
            "by": file.names.get(one.by, ""),
            "verified": is_verified(one.source),
            "in_force": one.id in verified[-1:],
        }
        for one in file.mailboxes
    ]
