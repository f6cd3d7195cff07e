"""The customer's addresses around an appointment: what is offered, hold, book, cancel, answer."""

import asyncio
import hmac
from typing import Any

from aiohttp import web
from pydantic import AwareDatetime, Field

from ekyc.domain import errors
from ekyc.domain.access import Action
from ekyc.domain.appointment import AppointmentState
from ekyc.domain.errors import NotFound
from ekyc.domain.push import LONGEST_ENDPOINT, Limits, Subscription
from ekyc.jobs.booking import zone_of
from ekyc.journey import attend, booking, ringing, waiting
from ekyc.notify import calendar
from ekyc.notify.push import decoded
from ekyc.storage import appointments
from ekyc.web import auth, booking_view
from ekyc.web.api import Body, Routes
from ekyc.web.customer import shown
from ekyc.web.keys import CLOCK, LANGUAGE, SECRET, SETTINGS, STORE, SUBJECT, TEXTS

routes = Routes()
installed = Routes(described=False)
_APPLY = Action.APPLY
_CHOOSING = (
    errors.NotAllowedNow,
    errors.SlotTaken,
    errors.BookingsUsedUp,
    errors.ChangeTooLate,
    errors.MovesUsedUp,
    errors.BookedElsewhere,
    errors.TooManyHolds,
)


class HoldIn(Body):
    at: AwareDatetime = Field(strict=False)


class BookIn(Body):
    zone: str = Field(max_length=60)


class SubscriptionIn(Body):
    endpoint: str = Field(min_length=1, max_length=LONGEST_ENDPOINT)
    p256dh: str = Field(min_length=1, max_length=100)
    auth: str = Field(min_length=1, max_length=30)


class UnsubscribedIn(Body):
    endpoint: str = Field(min_length=1, max_length=LONGEST_ENDPOINT)


@routes.get("/api/customer/slots", action=_APPLY, refuses=(errors.NotAllowedNow,))
async def offered(request: web.Request) -> Any:
    """Every day and time that may be chosen."""
    app = request.app
    settings = app[SETTINGS]
    days = await booking.offered(
        app[STORE],
        app[CLOCK],
        settings.booking,
        application_id=request[SUBJECT],
        zone=settings.bank.zone,
        routes=waiting.routes(settings.queue),
    )
    return booking_view.offered(days, settings.booking)


@routes.put("/api/customer/hold", action=_APPLY, body=HoldIn, refuses=_CHOOSING)
async def hold(request: web.Request, body: HoldIn) -> Any:
    """Keep a time while the customer looks at it."""
    app = request.app
    await booking.hold(
        app[STORE],
        app[CLOCK],
        app[SETTINGS].booking,
        application_id=request[SUBJECT],
        at=body.at,
        zone=app[SETTINGS].bank.zone,
        routes=waiting.routes(app[SETTINGS].queue),
        network=_network(request),
    )
    return await shown(request)


def _network(request: web.Request) -> str:
    """A mark of where a request comes from; empty on this very machine."""
    network = auth.of_network(request)
    mark = hmac.digest(request.app[SECRET], f"booking.network:{network}".encode(), "sha256")
    return mark.hex() if network else ""


@routes.delete("/api/customer/hold", action=_APPLY, refuses=(errors.NotAllowedNow,))
async def let_go(request: web.Request) -> Any:
    """Look no further."""
    await booking.let_go(request.app[STORE], request.app[CLOCK], application_id=request[SUBJECT])
    return await shown(request)


@routes.post(
    "/api/customer/booking", action=_APPLY, body=BookIn, refuses=(errors.HoldExpired, *_CHOOSING)
)
async def book(request: web.Request, body: BookIn) -> Any:
    """Book what is held, in the place of an earlier appointment if there is one."""
    app = request.app
    known = await zone_of(body.zone)
    await booking.book(
        app[STORE],
        app[CLOCK],
        app[SETTINGS].booking,
        application_id=request[SUBJECT],
        zone=body.zone if known else "",
    )
    return await shown(request)


@routes.delete(
    "/api/customer/booking", action=_APPLY, refuses=(errors.NotAllowedNow, errors.ChangeTooLate)
)
async def cancel(request: web.Request) -> Any:
    """Give the appointment up."""
    app = request.app
    await booking.cancel(
        app[STORE], app[CLOCK], app[SETTINGS].booking, application_id=request[SUBJECT]
    )
    return await shown(request)


@routes.post("/api/customer/answer", action=_APPLY, refuses=(errors.NotAllowedNow,))
async def answer(request: web.Request) -> Any:
    """Take the call that rings."""
    await attend.answer(request.app[STORE], request.app[CLOCK], application_id=request[SUBJECT])
    return await shown(request)


@routes.post("/api/customer/decline", action=_APPLY, refuses=(errors.NotAllowedNow,))
async def decline(request: web.Request) -> Any:
    """Do not take the call that rings; another time may be chosen."""
    await attend.decline(request.app[STORE], request.app[CLOCK], application_id=request[SUBJECT])
    return await shown(request)


@routes.post("/api/customer/postpone", action=_APPLY, refuses=(errors.NotAllowedNow,))
async def postpone(request: web.Request) -> Any:
    """Let it ring again in some minutes."""
    app = request.app
    await attend.postpone(
        app[STORE], app[CLOCK], app[SETTINGS].booking, application_id=request[SUBJECT]
    )
    return await shown(request)


@installed.get("/c/manifest.webmanifest", action=Action.LOOK, gives="application/manifest+json")
async def manifest(request: web.Request) -> web.StreamResponse:
    """What makes the pages installable: a telephone of iOS rings pages on its home screen only."""
    bank = request.app[SETTINGS].bank
    name = bank.name_en if request[LANGUAGE] == "en" else bank.name_vi
    return web.json_response(
        {
            "name": name,
            "short_name": name,
            "lang": request[LANGUAGE],
            "id": "/c/",
            "start_url": "/c/",
            "scope": "/c/",
            "display": "standalone",
            "background_color": "#f6f5f1",
            "theme_color": "#0b5d4e",
            "icons": [
                {"src": f"/static/icon-{size}.png", "sizes": f"{size}x{size}", "purpose": purpose}
                for size, purpose in ((192, "any"), (512, "any"), (512, "maskable"))
            ],
        },
        content_type="application/manifest+json",
    )


@routes.put(
    "/api/customer/push",
    action=_APPLY,
    body=SubscriptionIn,
    refuses=(errors.PushRefused,),
)
async def subscribe(request: web.Request, body: SubscriptionIn) -> Any:
    """Ring this browser too, also while no page is open."""
    app, rules = request.app, request.app[SETTINGS].push
    await ringing.subscribe(
        app[STORE],
        app[CLOCK],
        application_id=request[SUBJECT],
        secret=app[SECRET],
        subscription=subscription(body, is_on=rules.enabled),
        limits=Limits(services=rules.services, devices=rules.devices_max),
    )
    return await shown(request)


def subscription(body: SubscriptionIn, *, is_on: bool) -> Subscription:
    """As the browser said it; `PushRefused` where nobody is rung."""
    try:
        public, auth = decoded(body.p256dh), decoded(body.auth)
    except ValueError:
        raise errors.PushRefused from None
    if not is_on:
        raise errors.PushRefused
    return Subscription(endpoint=body.endpoint, public=public, auth=auth)


@routes.delete("/api/customer/push", action=_APPLY, body=UnsubscribedIn)
async def unsubscribe(request: web.Request, body: UnsubscribedIn) -> Any:
    """Ring this browser no more."""
    await ringing.unsubscribe(
        request.app[STORE],
        request.app[CLOCK],
        application_id=request[SUBJECT],
        endpoint=body.endpoint,
    )
    return await shown(request)


@routes.get(
    "/api/customer/appointment.ics", action=_APPLY, gives="text/calendar", refuses=(NotFound,)
)
async def calendar_entry(request: web.Request) -> web.StreamResponse:
    """The appointment for the customer's own calendar."""
    app = request.app
    async with app[STORE].read() as tx:
        appointment = await appointments.active(tx, request[SUBJECT])
    if appointment is None or appointment.state is not AppointmentState.BOOKED:
        raise NotFound
    language = "en" if request.query.get("language") == "en" else "vi"
    bank = app[SETTINGS].bank
    name = bank.name_en if language == "en" else bank.name_vi
    one = calendar.Entry(
        id=request[SUBJECT],
        at=appointment.at,
        minutes=appointment.minutes,
        title=app[TEXTS].say("messages", "booking.calendar", language, bank=name),
        text=app[TEXTS].say("messages", "booking.calendar.text", language),
        changed_at=appointment.changed_at,
    )
    # The library reads time zones from files.
    entry = await asyncio.to_thread(calendar.entry, one, now=app[CLOCK].now())
    headers = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
    return web.Response(body=entry, content_type="text/calendar", charset="utf-8", headers=headers)
