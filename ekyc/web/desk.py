"""The agent's addresses: the desk's state, the ring, the call, the movements."""

import time
from typing import Any, Literal

from aiohttp import web
from pydantic import Field

from ekyc.domain import errors
from ekyc.domain.access import Action, may
from ekyc.domain.desk import DeskState
from ekyc.journey import attend
from ekyc.journey import call as calling
from ekyc.journey import desk as work
from ekyc.journey.ports import SUPERVISORS
from ekyc.storage import queue
from ekyc.web import auth, desk_view
from ekyc.web.api import Body, Routes
from ekyc.web.keys import CLOCK, LIVE, MEDIA, ROLE, ROOMS, SETTINGS, STORE, SUBJECT, TURN
from ekyc.web.line_shapes import PassView
from ekyc.web.shapes import DeskView, IdView

routes = Routes()
_SERVE = Action.SERVE

_WORKING = frozenset({DeskState.AVAILABLE, DeskState.RINGING, DeskState.IN_CALL, DeskState.WRAP_UP})
_SESSION_S = 60.0
"""So often an open desk at work counts as using the session."""


class StateIn(Body):
    state: str = Field(pattern="^(available|break|meeting|training|offline)$")


class DevicesIn(Body):
    camera: bool
    microphone: bool


class CallIn(Body):
    call: str = Field(min_length=1, max_length=32)


class AppointmentIn(Body):
    appointment: str = Field(min_length=1, max_length=32)


class MovementIn(Body):
    direction: Literal["left", "right", "up", "down", "front", "eyes", "smile", "closer", "number"]


class HeardIn(Body):
    passed: bool


@routes.get("/api/desk", action=_SERVE, out=DeskView)
async def look(request: web.Request) -> Any:
    """Where the desk stands; who looks is there."""
    await work.see(request.app[STORE], request.app[CLOCK], staff_id=request[SUBJECT])
    return await desk_view.shown(request)


@routes.post(
    "/api/desk/state",
    action=_SERVE,
    body=StateIn,
    out=DeskView,
    refuses=(
        errors.NotAllowedNow,
        errors.DevicesNotReady,
        errors.DecisionMissing,
        errors.ContactMissing,
        errors.WrapUpShort,
    ),
)
async def choose(request: web.Request, body: StateIn) -> Any:
    """Work or rest."""
    app = request.app
    await work.choose(
        app[STORE],
        app[CLOCK],
        app[SETTINGS].queue,
        staff_id=request[SUBJECT],
        state=DeskState(body.state),
    )
    return await desk_view.shown(request)


@routes.post("/api/desk/devices", action=_SERVE, body=DevicesIn, out=DeskView)
async def note_devices(request: web.Request, body: DevicesIn) -> Any:
    """What the device test showed."""
    await work.note_devices(
        request.app[STORE],
        request.app[CLOCK],
        staff_id=request[SUBJECT],
        camera=body.camera,
        microphone=body.microphone,
    )
    return await desk_view.shown(request)


@routes.post(
    "/api/desk/accept",
    action=_SERVE,
    body=CallIn,
    out=DeskView,
    refuses=(errors.NotFound, errors.NotAllowedNow),
)
async def accept(request: web.Request, body: CallIn) -> Any:
    """Answer the ring."""
    app = request.app
    call = await work.accept(app[STORE], app[CLOCK], staff_id=request[SUBJECT], call_id=body.call)
    await app[ROOMS].prepare(call)
    return await desk_view.shown(request)


@routes.post(
    "/api/desk/decline",
    action=_SERVE,
    body=CallIn,
    out=DeskView,
    refuses=(errors.NotFound, errors.NotAllowedNow),
)
async def decline(request: web.Request, body: CallIn) -> Any:
    """Leave the ring to somebody else."""
    await work.decline(
        request.app[STORE], request.app[CLOCK], staff_id=request[SUBJECT], call_id=body.call
    )
    return await desk_view.shown(request)


@routes.post(
    "/api/desk/ring",
    action=_SERVE,
    body=AppointmentIn,
    out=DeskView,
    refuses=(errors.NotFound, errors.NotAllowedNow),
)
async def ring(request: web.Request, body: AppointmentIn) -> Any:
    """Ring a booked customer who is not there once more."""
    app = request.app
    await attend.ring(
        app[STORE],
        app[CLOCK],
        app[SETTINGS].booking,
        staff_id=request[SUBJECT],
        appointment_id=body.appointment,
    )
    return await desk_view.shown(request)


@routes.post(
    "/api/desk/pass",
    action=_SERVE,
    body=CallIn,
    out=PassView,
    refuses=(errors.NotFound, errors.NotAllowedNow),
)
async def call_pass(request: web.Request, body: CallIn) -> Any:
    """A pass into the call."""
    app = request.app
    entry = await calling.give_agent_pass(
        app[STORE],
        app[CLOCK],
        app[SETTINGS].call,
        staff_id=request[SUBJECT],
        call_id=body.call,
    )
    return app[TURN].joined(entry, app[CLOCK].now())


@routes.post(
    "/api/desk/end",
    action=_SERVE,
    body=CallIn,
    out=DeskView,
    refuses=(errors.NotFound, errors.NotAllowedNow),
)
async def hang_up(request: web.Request, body: CallIn) -> Any:
    """End the call and wrap up."""
    await calling.hang_up(
        request.app[STORE], request.app[CLOCK], staff_id=request[SUBJECT], call_id=body.call
    )
    return await desk_view.shown(request)


@routes.post(
    "/api/desk/done",
    action=_SERVE,
    out=DeskView,
    refuses=(
        errors.NotAllowedNow,
        errors.DevicesNotReady,
        errors.DecisionMissing,
        errors.ContactMissing,
        errors.WrapUpShort,
    ),
)
async def finish_wrap_up(request: web.Request) -> Any:
    """Ready for the next customer."""
    app = request.app
    await work.finish_wrap_up(
        app[STORE], app[CLOCK], app[SETTINGS].queue, staff_id=request[SUBJECT]
    )
    return await desk_view.shown(request)


@routes.get("/api/desk/live", action=_SERVE, gives="text/event-stream")
async def live(request: web.Request) -> web.StreamResponse:
    """News of the desk and the line; a desk at work keeps its session, an open page its agent."""
    app, me, used_s = request.app, request[SUBJECT], time.monotonic()

    async def keep_session() -> None:
        nonlocal used_s
        if time.monotonic() - used_s < _SESSION_S:
            return
        used_s = time.monotonic()
        async with app[STORE].read() as tx:
            desk = await queue.desk(tx, me, now=app[CLOCK].now())
        if desk.state in _WORKING:
            await auth.admit(request, _SERVE)

    app[LIVE].opened(me)
    try:
        await work.see(app[STORE], app[CLOCK], staff_id=me)
        topics = [f"desk:{me}", "queue"]
        if may(request[ROLE], Action.CLEAR):
            topics.append(SUPERVISORS)
        return await app[LIVE].stream(request, *topics, mark=keep_session)
    finally:
        if app[LIVE].closed(me):
            await work.miss(app[STORE], app[CLOCK], staff_id=me)


@routes.post(
    "/api/files/{id}/movements",
    action=_SERVE,
    body=MovementIn,
    out=IdView,
    refuses=(errors.NotAllowedNow,),
)
async def ask_movement(request: web.Request, body: MovementIn) -> Any:
    """Ask the customer for one movement."""
    app = request.app
    movement = await calling.ask_movement(
        app[STORE],
        app[CLOCK],
        app[MEDIA],
        staff_id=request[SUBJECT],
        application_id=request.match_info["id"],
        direction=body.direction,
    )
    if movement.number is not None:
        app[ROOMS].tell_spoken(movement)
    await app[ROOMS].tell_sequence(movement.call_id)  # one that ran has given way
    return {"id": movement.id}


@routes.post(
    "/api/files/{id}/movements/{movement}/heard",
    action=_SERVE,
    body=HeardIn,
    out=IdView,
    refuses=(errors.NotAllowedNow,),
)
async def judge_number(request: web.Request, body: HeardIn) -> Any:
    """Say whether the customer read out the number that was shown."""
    app = request.app
    judged = await calling.judge_number(
        app[STORE],
        app[CLOCK],
        staff_id=request[SUBJECT],
        application_id=request.match_info["id"],
        movement_id=request.match_info["movement"],
        passed=body.passed,
    )
    app[ROOMS].tell_spoken(judged)
    return {"id": judged.id}
