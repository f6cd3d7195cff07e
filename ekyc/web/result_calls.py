"""Calls about a result: staff see the times there are, book one with the customer, take it back."""

from typing import Any

from aiohttp import web
from pydantic import AwareDatetime, Field

from ekyc.domain import errors
from ekyc.domain.access import Action
from ekyc.domain.events import Actor
from ekyc.journey import booking, waiting
from ekyc.web import booking_view
from ekyc.web.api import Body, Routes
from ekyc.web.files import shown
from ekyc.web.keys import CLOCK, SETTINGS, STORE, SUBJECT
from ekyc.web.shapes import FileView

routes = Routes()
_DECIDE = Action.DECIDE
_CHOOSING = (
    errors.NotFound,
    errors.NotAllowedNow,
    errors.SlotTaken,
    errors.BookingsUsedUp,
    errors.ChangeTooLate,
    errors.MovesUsedUp,
    errors.BookedElsewhere,
)


class ArrangedIn(Body):
    at: AwareDatetime = Field(strict=False)


@routes.get("/api/files/{id}/slots", action=_DECIDE, refuses=(errors.NotFound,))
async def offered(request: web.Request) -> Any:
    """Every day and time this customer may be called at."""
    app = request.app
    settings = app[SETTINGS]
    days = await booking.offered(
        *(app[STORE], app[CLOCK], settings.booking),
        application_id=request.match_info["id"],
        zone=settings.bank.zone,
        routes=waiting.routes(settings.queue),
    )
    return booking_view.offered(days, settings.booking)


@routes.put(
    "/api/files/{id}/appointment",
    action=_DECIDE,
    body=ArrangedIn,
    out=FileView,
    refuses=_CHOOSING,
)
async def arrange(request: web.Request, body: ArrangedIn) -> Any:
    """Book the call, in the place of an earlier appointment if there is one."""
    app = request.app
    settings = app[SETTINGS]
    await booking.arrange(
        *(app[STORE], app[CLOCK], settings.booking),
        by=request[SUBJECT],
        application_id=request.match_info["id"],
        at=body.at,
        zone=settings.bank.zone,
        routes=waiting.routes(settings.queue),
    )
    return await shown(request)


@routes.delete(
    "/api/files/{id}/appointment",
    action=_DECIDE,
    out=FileView,
    refuses=(errors.NotFound, errors.NotAllowedNow, errors.ChangeTooLate),
)
async def take_back(request: web.Request) -> Any:
    """Give the call up; the customer is told."""
    app = request.app
    await booking.take_back(
        *(app[STORE], app[CLOCK], app[SETTINGS].booking),
        by=Actor(kind="staff", id=request[SUBJECT]),
        application_id=request.match_info["id"],
    )
    return await shown(request)
