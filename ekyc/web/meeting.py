"""The customer's addresses around the call: device test, queue, pass, live news, hanging up."""

from contextlib import suppress
from typing import Any

from aiohttp import web
from pydantic import Field

from ekyc.domain import errors
from ekyc.domain.access import Action
from ekyc.domain.device_test import Down, Limits, Page, judge
from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.message import Channel
from ekyc.journey import call, notice, queue, recall
from ekyc.journey.waiting import require_open, stand
from ekyc.storage import queue as line
from ekyc.web.api import Body, Routes
from ekyc.web.customer import present, shown
from ekyc.web.keys import CLOCK, LIVE, ROOMS, SENDER, SETTINGS, STORE, SUBJECT, TURN, VITALS
from ekyc.web.line_shapes import PassView
from ekyc.web.shapes import CustomerView

routes = Routes()
_APPLY = Action.APPLY
_KBPS_MAX = 10_000_000
"""Ten gigabits: what says more is no measurement."""


class DownIn(Body):
    """What came back to the page in its test."""

    kbps: float = Field(ge=0, le=_KBPS_MAX)
    loss: float = Field(ge=0, le=1)


class DeviceTestIn(Body):
    """What the server cannot see: the page's devices, the light before it, and the way back."""

    camera: bool
    microphone: bool
    speaker: bool | None = None
    light: bool | None = None
    down: DownIn | None = None

    def page(self) -> Page:
        """As the domain has it."""
        down = self.down and Down(kbps=self.down.kbps, loss=self.down.loss)
        return Page(**{**self.model_dump(), "down": down})


class NoticeIn(Body):
    """Whether the notice was said to its end; it was shown in any case."""

    spoken: bool


@routes.post("/api/customer/precheck", action=_APPLY, out=PassView, refuses=(errors.NotAllowedNow,))
async def precheck_pass(request: web.Request) -> Any:
    """A pass into a room of one's own, where media come back."""
    app = request.app
    entry = await call.give_precheck_pass(
        app[STORE], app[CLOCK], app[SETTINGS].call, application_id=request[SUBJECT]
    )
    return app[TURN].joined(entry, app[CLOCK].now())


@routes.post(
    "/api/customer/precheck/result",
    action=_APPLY,
    body=DeviceTestIn,
    out=CustomerView,
    refuses=(errors.NotAllowedNow,),
)
async def precheck_result(request: web.Request, body: DeviceTestIn) -> Any:
    """The device test is over: what the media measured in its room is the result."""
    app, rules = request.app, request.app[SETTINGS].queue
    limits = Limits(loss=rules.weak_loss, rtt_ms=rules.weak_rtt_ms, kbps=rules.weak_kbps)
    seconds = app[ROOMS].tested.seconds(call.PRECHECK + request[SUBJECT])
    test = judge(seconds, limits, body.page())
    await queue.note_devices(app[STORE], app[CLOCK], application_id=request[SUBJECT], test=test)
    return await shown(request)


@routes.post(
    "/api/customer/ticket",
    action=_APPLY,
    out=CustomerView,
    refuses=(
        errors.NotAllowedNow,
        errors.DevicesNotReady,
        errors.CallsPaused,
        errors.QueueClosed,
        errors.QueueFull,
    ),
)
async def call_now(request: web.Request) -> Any:
    """Take a place in line."""
    app = request.app
    app[VITALS].require_calls()
    zone = app[SETTINGS].bank.zone
    await require_open(app[STORE], app[CLOCK], app[SETTINGS].queue, zone=zone)
    await queue.call_now(
        app[STORE], app[CLOCK], app[SETTINGS].queue, application_id=request[SUBJECT]
    )
    return await shown(request)


@routes.delete(
    "/api/customer/ticket", action=_APPLY, out=CustomerView, refuses=(errors.NotAllowedNow,)
)
async def leave_queue(request: web.Request) -> Any:
    """Give the place up."""
    await queue.leave(request.app[STORE], request.app[CLOCK], application_id=request[SUBJECT])
    return await shown(request)


@routes.post(
    "/api/customer/ticket/recall",
    action=_APPLY,
    out=CustomerView,
    refuses=(
        errors.NotAllowedNow,
        errors.CannotBeTold,
        errors.DevicesNotReady,
        errors.CallsPaused,
        errors.QueueClosed,
        errors.QueueFull,
    ),
)
async def tell_me(request: web.Request) -> Any:
    """Leave and be told when the turn is near; who has no place yet takes one."""
    app, me = request.app, request[SUBJECT]
    rules = app[SETTINGS].queue
    async with app[STORE].read() as tx:
        waits = await line.open_ticket(tx, me) is not None
    if not waits:
        app[VITALS].require_calls()
        await require_open(app[STORE], app[CLOCK], rules, zone=app[SETTINGS].bank.zone)
    by_message = app[SENDER].reaches(Channel.SMS)
    await recall.ask(app[STORE], app[CLOCK], rules, application_id=me, by_message=by_message)
    return await shown(request)


@routes.delete(
    "/api/customer/ticket/recall",
    action=_APPLY,
    out=CustomerView,
    refuses=(errors.NotAllowedNow,),
)
async def come_back(request: web.Request) -> Any:
    """Be there again and take the place that was kept."""
    await recall.come(request.app[STORE], request.app[CLOCK], application_id=request[SUBJECT])
    return await shown(request)


@routes.post("/api/customer/pass", action=_APPLY, out=PassView, refuses=(errors.NotAllowedNow,))
async def call_pass(request: web.Request) -> Any:
    """A pass into the call."""
    app = request.app
    entry = await call.give_customer_pass(
        app[STORE], app[CLOCK], app[SETTINGS].call, application_id=request[SUBJECT]
    )
    return app[TURN].joined(entry, app[CLOCK].now())


@routes.post("/api/customer/notice", action=_APPLY, body=NoticeIn, refuses=(errors.NotAllowedNow,))
async def give_notice(request: web.Request, body: NoticeIn) -> Any:
    """The page told the customer that the call is recorded."""
    await notice.give(
        request.app[STORE],
        request.app[CLOCK],
        application_id=request[SUBJECT],
        spoken=body.spoken,
    )
    return {}


@routes.post("/api/customer/leave", action=_APPLY, out=CustomerView)
async def hang_up(request: web.Request) -> Any:
    """End the call; one that is over already is as good."""
    with suppress(NotAllowedNow):
        await call.leave(request.app[STORE], request.app[CLOCK], application_id=request[SUBJECT])
    return await shown(request)


@routes.get("/api/customer/live", action=_APPLY, gives="text/event-stream")
async def live(request: web.Request) -> web.StreamResponse:
    """News of the application; while it is read, the customer is present."""
    app, me = request.app, request[SUBJECT]
    store, clock = app[STORE], app[CLOCK]

    async def place() -> object:
        await present(request)
        async with store.read() as tx:
            ticket = await line.open_ticket(tx, me)
            if ticket is None:
                return None
            standing = await stand(tx, app[SETTINGS].queue, ticket, now=clock.now())
            return ticket.state, standing.ahead, standing.span

    app[LIVE].opened(me)
    try:
        return await app[LIVE].stream(request, f"application:{me}", mark=place)
    finally:
        if app[LIVE].closed(me):
            await queue.miss(store, clock, application_id=me)
