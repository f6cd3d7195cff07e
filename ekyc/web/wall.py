"""The supervisors' wall, and its news."""

from typing import Any

from aiohttp import web
from pydantic import BaseModel

from ekyc.domain import errors
from ekyc.domain.access import Action
from ekyc.journey import alerts
from ekyc.journey.ports import SUPERVISORS
from ekyc.web import wall_view
from ekyc.web.api import Routes
from ekyc.web.guest_shapes import SummonsView
from ekyc.web.keys import CLOCK, LIVE, ROOMS, SETTINGS, STORE, SUBJECT
from ekyc.web.shapes import WaitingView

routes = Routes()
_SUPERVISE = Action.SUPERVISE


class CallLine(BaseModel):
    """A call that goes on, how the customer's media arrive in it, and who is in it beside."""

    id: str
    application: str
    reference: str
    name: str
    agent: str
    agent_id: str
    state: str
    since: str
    moved: int
    movements: int
    line: dict[str, float | None] | None
    guests: list[dict[str, str]]


class DeskLine(BaseModel):
    """Somebody who takes calls, and what they are doing."""

    id: str
    name: str
    state: str
    since: str | None


class AlertLine(BaseModel):
    """The queue does not keep its promise; shown until that is over."""

    id: str
    why: str
    count: int
    since: str
    acknowledged_by: str | None
    """The name of who has seen it; null: nobody has."""


class WaitPoint(BaseModel):
    """Waits that ended within half an hour."""

    at: str
    p90_s: int
    customers: int


class RangePoint(BaseModel):
    """What customers who came within half an hour were told to expect."""

    at: str
    low_s: int
    high_s: int


class Watching(BaseModel):
    """The call the supervisor who asks looks into."""

    id: str
    call: str
    mode: str


class WallView(BaseModel):
    """Everything on the wall; instants are ISO 8601, UTC."""

    now: str
    sla_s: float
    sla_share: float
    longest_call_s: float
    within: float | None
    served: int
    left: int
    waits: list[WaitPoint]
    expected: list[RangePoint]
    in_range: dict[str, int]
    """How many of today's waits came out within what was told, of how many."""
    summons: list[SummonsView]
    alerts: list[AlertLine]
    waiting: int
    parked: int
    waits_since: str | None
    late: int
    queue: list[WaitingView]
    """The first of them; the figures before count everybody."""
    calls: list[CallLine]
    desks: list[DeskLine]
    watching: Watching | None


@routes.get("/api/wall", action=_SUPERVISE, out=WallView)
async def look(request: web.Request) -> Any:
    """The house at this moment."""
    app = request.app
    return await wall_view.view(
        app[STORE], app[SETTINGS], request[SUBJECT], app[ROOMS].lines(), now=app[CLOCK].now()
    )


@routes.post(
    "/api/wall/alerts/{id}/acknowledge",
    action=_SUPERVISE,
    out=WallView,
    refuses=(errors.NotFound, errors.NotAllowedNow),
)
async def acknowledge(request: web.Request) -> Any:
    """An alert is seen to: it is told no more."""
    app = request.app
    await alerts.acknowledge(
        app[STORE],
        app[CLOCK],
        staff_id=request[SUBJECT],
        alert_id=request.match_info["id"],
    )
    return await look(request)


@routes.get("/api/wall/live", action=_SUPERVISE, gives="text/event-stream")
async def live(request: web.Request) -> web.StreamResponse:
    """News of the line, of desks and calls, and of what needs a supervisor."""

    async def nothing() -> None:
        """What changes is told by the topics."""

    topics = ("queue", SUPERVISORS, f"desk:{request[SUBJECT]}")
    return await request.app[LIVE].stream(request, *topics, mark=nothing)
