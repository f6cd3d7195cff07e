"""The entry after a call, at the desk that owes it."""

from typing import Any

from aiohttp import web
from pydantic import Field

from ekyc.domain import contact as rules
from ekyc.domain import errors
from ekyc.domain.access import Action
from ekyc.domain.authorisation import MOST
from ekyc.journey import contact as journey
from ekyc.web import desk_view
from ekyc.web.api import Body, Routes
from ekyc.web.keys import CLOCK, STORE, SUBJECT
from ekyc.web.shapes import DeskView

routes = Routes()
_SERVE = Action.SERVE


class DraftIn(Body):
    """What was typed so far of a call's entry."""

    call: str = Field(min_length=1, max_length=32)
    changed: str = Field(max_length=rules.LONGEST)


class ContactIn(Body):
    """What was changed in a call, and by which authorisations; nothing: neither."""

    call: str = Field(min_length=1, max_length=32)
    changed: str = Field(default="", max_length=rules.LONGEST)
    authorisations: list[str] = Field(default=[], max_length=MOST)


@routes.put(
    "/api/desk/contact",
    action=_SERVE,
    body=DraftIn,
    refuses=(errors.NotFound, errors.NotAllowedNow),
)
async def draft(request: web.Request, body: DraftIn) -> Any:
    """Keep what was typed, for whatever happens to the page."""
    await journey.draft(
        request.app[STORE], staff_id=request[SUBJECT], call_id=body.call, text=body.changed
    )
    return {}


@routes.post(
    "/api/desk/contact",
    action=_SERVE,
    body=ContactIn,
    out=DeskView,
    refuses=(
        errors.NotFound,
        errors.NotAllowedNow,
        errors.AuthorisationMissing,
        errors.ChangeMissing,
    ),
)
async def enter(request: web.Request, body: ContactIn) -> Any:
    """Write the entry; the desk is free for the next call."""
    await journey.enter(
        request.app[STORE],
        request.app[CLOCK],
        staff_id=request[SUBJECT],
        call_id=body.call,
        changed=body.changed,
        authorised=body.authorisations,
    )
    return await desk_view.shown(request)
