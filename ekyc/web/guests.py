"""Guests of a call: asked in by its agent, rung at their desks, led by a link; supervisors."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Literal

from aiohttp import web
from pydantic import Field

from ekyc.domain import errors
from ekyc.domain.access import Action
from ekyc.domain.call import Party
from ekyc.domain.guest import DeskBusy, Guest, Mode, SeatTaken
from ekyc.journey import call as calling
from ekyc.journey import guests as work
from ekyc.journey import supervision
from ekyc.storage import applications, staff
from ekyc.web import desk_view
from ekyc.web.api import Body, Routes
from ekyc.web.crm import public_url
from ekyc.web.guest_shapes import ColleagueView, InvitedView, LinkedView
from ekyc.web.guest_view import guest_shown
from ekyc.web.keys import CLOCK, SETTINGS, STORE, SUBJECT, TURN
from ekyc.web.line_shapes import PassView
from ekyc.web.shapes import DeskView

routes = Routes()
_SERVE, _SUPERVISE = Action.SERVE, Action.SUPERVISE
_REFUSES = (errors.NotFound, errors.NotAllowedNow)


class GuestIn(Body):
    """Whom to ask in: somebody of the staff by id, whoever is free (`anybody`), or by a link.

    `group` names a group of the settings: whoever is free of those who have its skill.
    """

    kind: Literal["interpreter", "colleague"]
    mode: Literal["transfer", "consult", "join"]
    to: str = Field(default="", max_length=32)
    by: Literal["desk", "anybody", "link"] = "desk"
    note: str = Field(default="", max_length=work.LONGEST_NOTE)
    group: str = Field(default="", max_length=24)


class ModeIn(Body):
    mode: Literal["listen", "whisper", "join"]


class LinkIn(Body):
    token: str = Field(min_length=1, max_length=100)


async def _done(request: web.Request, act: Callable[..., Awaitable[object]]) -> dict[str, Any]:
    """One act of who is signed in on what the address names; the desk after it."""
    named = {f"{name}_id": id for name, id in request.match_info.items()}
    await act(request.app[STORE], request.app[CLOCK], staff_id=request[SUBJECT], **named)
    return await desk_view.shown(request)


async def _shown(request: web.Request, guest: Guest, link: str | None = None) -> dict[str, Any]:
    async with request.app[STORE].read() as tx:
        names = await staff.names(tx)
    return {**guest_shown(guest, names), "link": link}


@routes.get("/api/desk/colleagues", action=_SERVE, out=list[ColleagueView])
async def colleagues(request: web.Request) -> Any:
    """Who could be rung now, longest idle first."""
    found = await work.colleagues(request.app[STORE], staff_id=request[SUBJECT])
    return [{"id": id, "name": name} for id, name in found]


@routes.post(
    "/api/calls/{call}/guests",
    action=_SERVE,
    body=GuestIn,
    out=InvitedView,
    refuses=(*_REFUSES, SeatTaken, DeskBusy),
)
async def ask_in(request: web.Request, body: GuestIn) -> Any:
    """The agent asks somebody into the call, or to take it over."""
    tools = (request.app[STORE], request.app[CLOCK])
    me, call, note = request[SUBJECT], request.match_info["call"], body.note
    mode, kind = Mode(body.mode), Party(body.kind)
    if body.by == "link":
        guest, token = await work.send_link(
            *tools, staff_id=me, call_id=call, kind=kind, mode=mode, note=note
        )
        return await _shown(request, guest, f"{public_url(request)}/guest#{token}")
    if body.by == "anybody":
        ring = partial(work.ring_anybody, *tools, skill=_skill(request, body.group))
    else:
        ring = partial(work.ring, *tools, to=body.to)
    guest = await ring(staff_id=me, call_id=call, kind=kind, mode=mode, note=note)
    return await _shown(request, guest)


def _skill(request: web.Request, group: str) -> str:
    """What the agents of a group can do; empty for everybody.

    `NotFound` for no group, or one without a skill.
    """
    if not group:
        return ""
    for known in request.app[SETTINGS].queue.groups:
        if known.name == group and known.skill:
            return known.skill
    raise errors.NotFound


@routes.delete("/api/calls/{call}/guests/{guest}", action=_SERVE, out=DeskView, refuses=_REFUSES)
async def send_out(request: web.Request) -> Any:
    """Take an invitation back, or ask the guest out."""
    return await _done(request, work.send_out)


@routes.post(
    "/api/calls/{call}/guests/{guest}/let-in", action=_SERVE, out=DeskView, refuses=_REFUSES
)
async def let_in(request: web.Request) -> Any:
    """The colleague who was consulted stays, heard and seen by the customer."""
    return await _done(request, work.let_in)


@routes.post(
    "/api/calls/{call}/guests/{guest}/give-away", action=_SERVE, out=DeskView, refuses=_REFUSES
)
async def give_away(request: web.Request) -> Any:
    """The colleague who is in becomes the call's agent."""
    return await _done(request, work.give_away)


@routes.post("/api/guests/{guest}/accept", action=_SERVE, out=DeskView, refuses=_REFUSES)
async def accept(request: web.Request) -> Any:
    """Answer a colleague's ring."""
    return await _done(request, work.accept)


@routes.post("/api/guests/{guest}/decline", action=_SERVE, out=DeskView, refuses=_REFUSES)
async def decline(request: web.Request) -> Any:
    """Leave a colleague's ring unanswered."""
    return await _done(request, work.decline)


@routes.post("/api/guests/{guest}/pass", action=_SERVE, out=PassView, refuses=_REFUSES)
async def guest_pass(request: web.Request) -> Any:
    """A pass into the call one is in as a guest, or looks into as a supervisor."""
    return await _pass(request, request.match_info["guest"], request[SUBJECT])


@routes.delete("/api/guests/{guest}", action=_SERVE, out=DeskView, refuses=(errors.NotFound,))
async def leave(request: web.Request) -> Any:
    """Go; the call goes on."""
    return await _done(request, work.leave)


async def _pass(request: web.Request, guest_id: str, staff_id: str | None) -> dict[str, Any]:
    app = request.app
    entry = await calling.give_guest_pass(
        app[STORE], app[CLOCK], app[SETTINGS].call, guest_id=guest_id, staff_id=staff_id
    )
    return app[TURN].joined(entry, app[CLOCK].now())


@routes.post(
    "/api/calls/{call}/supervision",
    action=_SUPERVISE,
    body=ModeIn,
    out=InvitedView,
    refuses=(*_REFUSES, errors.NotAllowed, SeatTaken),
)
async def look_in(request: web.Request, body: ModeIn) -> Any:
    """Listen, whisper or join; said again it changes between them."""
    guest = await supervision.look_in(
        request.app[STORE],
        request.app[CLOCK],
        staff_id=request[SUBJECT],
        call_id=request.match_info["call"],
        mode=Mode(body.mode),
    )
    return await _shown(request, guest)


@routes.post("/api/calls/{call}/take-over", action=_SUPERVISE, out=DeskView, refuses=_REFUSES)
async def take_over(request: web.Request) -> Any:
    """Become the call's agent; the one before wraps up."""
    return await _done(request, supervision.take_over)


@routes.post(
    "/api/guest", action=Action.LOOK, body=LinkIn, out=LinkedView, refuses=(errors.NotFound,)
)
async def by_link(request: web.Request, body: LinkIn) -> Any:
    """What a guest's link leads to."""
    guest = await work.by_link(request.app[STORE], token=body.token)
    async with request.app[STORE].read() as tx:
        application = await applications.load(tx, guest.application_id)
    return {
        "kind": guest.kind.value,
        "state": guest.state.value,
        "note": guest.note,
        "language": application.language,
    }


@routes.post("/api/guest/pass", action=Action.LOOK, body=LinkIn, out=PassView, refuses=_REFUSES)
async def pass_by_link(request: web.Request, body: LinkIn) -> Any:
    """Come in by a link, or come back; a pass into the call."""
    guest = await work.come_by_link(request.app[STORE], request.app[CLOCK], token=body.token)
    return await _pass(request, guest.id, None)
