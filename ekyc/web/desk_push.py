"""Push to desks: whoever sits at one turns it on for a browser, and off."""

from typing import Any

from aiohttp import web

from ekyc.domain import errors
from ekyc.domain.access import Action
from ekyc.domain.push import Limits
from ekyc.journey import desk_push
from ekyc.web import auth, desk_view
from ekyc.web.api import Routes
from ekyc.web.booking import SubscriptionIn, UnsubscribedIn, subscription
from ekyc.web.keys import CLOCK, SECRET, SETTINGS, STORE, SUBJECT
from ekyc.web.shapes import DeskView

routes = Routes()
_SERVE = Action.SERVE


@routes.put(
    "/api/staff/push",
    action=_SERVE,
    body=SubscriptionIn,
    out=DeskView,
    refuses=(errors.PushRefused,),
)
async def subscribe(request: web.Request, body: SubscriptionIn) -> Any:
    """Tell this browser of rings, calls that come and summons, until this session ends."""
    app, rules = request.app, request.app[SETTINGS].push
    await desk_push.subscribe(
        *(app[STORE], app[CLOCK]),
        staff_id=request[SUBJECT],
        session=request.cookies[auth.cookie_name(request, "staff")],
        secret=app[SECRET],
        subscription=subscription(body, is_on=rules.enabled),
        limits=Limits(services=rules.services, devices=rules.devices_max),
    )
    return await desk_view.shown(request)


@routes.delete("/api/staff/push", action=_SERVE, body=UnsubscribedIn, out=DeskView)
async def unsubscribe(request: web.Request, body: UnsubscribedIn) -> Any:
    """Tell this browser no more."""
    await desk_push.unsubscribe(
        request.app[STORE],
        request.app[CLOCK],
        staff_id=request[SUBJECT],
        endpoint=body.endpoint,
    )
    return await desk_view.shown(request)
