"""The way from the computer to the telephone: a code to scan, its one use, the way back."""

import io
from datetime import timedelta
from typing import Any

import segno
from aiohttp import web
from pydantic import Field

from ekyc.domain import errors
from ekyc.domain.access import Action
from ekyc.domain.handover import Device, Limits
from ekyc.journey import handover
from ekyc.web import auth
from ekyc.web.api import Body, Routes
from ekyc.web.crm import public_url
from ekyc.web.customer import seen_by, shown
from ekyc.web.keys import CLOCK, SETTINGS, STORE, SUBJECT
from ekyc.web.shapes import CustomerView, HandoverOffer

routes = Routes()


class TakeIn(Body):
    token: str = Field(min_length=20, max_length=100)
    device: Device


def drawn(text: str) -> str:
    """A QR code as SVG, four modules of quiet around it; 15 % of it may be unreadable."""
    picture = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(picture, kind="svg", xmldecl=False, border=4, omitsize=True, light="#ffffff")
    return picture.getvalue().decode()


@routes.post(
    "/api/customer/handover",
    action=Action.APPLY,
    out=HandoverOffer,
    refuses=(errors.NotAllowedNow, errors.HandoverBudget),
)
async def offer(request: web.Request) -> Any:
    """A fresh code to scan, in the place of any before."""
    app, rules = request.app, request.app[SETTINGS].handover
    offered, token = await handover.offer(
        app[STORE],
        app[CLOCK],
        application_id=request[SUBJECT],
        session=auth.customer_token(request),
        limits=Limits(life=timedelta(minutes=rules.life_min), per_hour=rules.per_hour),
    )
    # In the fragment no server, no log and no referrer ever sees it.
    picture = drawn(f"{public_url(request)}/c/handover#{token}")
    return {"picture": picture, "expires_at": offered.expires_at.isoformat()}


@routes.delete("/api/customer/handover", action=Action.APPLY, out=CustomerView)
async def take_back(request: web.Request) -> Any:
    """The telephone is signed out, an unused code leads nowhere any more."""
    await handover.take_back(
        request.app[STORE], request.app[CLOCK], application_id=request[SUBJECT]
    )
    return await shown(request)


@routes.post(
    "/api/customer/handover/session",
    action=Action.LOOK,
    body=TakeIn,
    out=CustomerView,
    refuses=(errors.HandoverUsed, errors.HandoverExpired, errors.NotAllowedNow),
)
async def take(request: web.Request, body: TakeIn) -> web.StreamResponse:
    """Trade the code for a session of this telephone; once, by whoever comes first."""
    app = request.app
    taken, session = await handover.take(
        app[STORE],
        app[CLOCK],
        token=body.token,
        device=body.device,
        own_session=auth.customer_token(request),
    )
    response = web.json_response(await seen_by(app, taken.application_id, session))
    auth.set_cookie(request, response, "customer", session)
    return response
