"""The agent's addresses of a random sequence and of the equivalent set."""

from typing import Any, Literal

from aiohttp import web

from ekyc.domain import errors
from ekyc.domain.access import Action
from ekyc.domain.movement import Direction
from ekyc.domain.sequence import Want
from ekyc.journey import sequence as journey
from ekyc.web.api import Body, Routes
from ekyc.web.keys import CLOCK, MEDIA, ROOMS, SETTINGS, STORE, SUBJECT
from ekyc.web.shapes import IdView

routes = Routes()


class EquivalentIn(Body):
    want: Literal["no-sideways", "no-nodding", "no-turning", "no-moving"] | None


@routes.post(
    "/api/files/{id}/sequences",
    action=Action.SERVE,
    out=IdView,
    refuses=(errors.NotAllowedNow,),
)
async def begin_sequence(request: web.Request) -> Any:
    """Draw a random sequence of movements and ask for them one after another."""
    app, rules = request.app, request.app[SETTINGS].call
    made = await journey.begin(
        app[STORE],
        app[CLOCK],
        app[MEDIA],
        staff_id=request[SUBJECT],
        application_id=request.match_info["id"],
        standard=[Direction(name) for name in rules.sequence_of],
        steps=rules.sequence_steps,
    )
    await app[ROOMS].tell_sequence(made.call_id)
    return {"id": made.id}


@routes.put(
    "/api/files/{id}/equivalent",
    action=Action.SERVE,
    body=EquivalentIn,
    out=IdView,
    refuses=(errors.NotAllowedNow,),
)
async def choose_equivalent(request: web.Request, body: EquivalentIn) -> Any:
    """Ask other movements of a customer who cannot make the usual ones."""
    app = request.app
    call_id = await journey.choose_equivalent(
        app[STORE],
        app[CLOCK],
        staff_id=request[SUBJECT],
        application_id=request.match_info["id"],
        want=None if body.want is None else Want(body.want),
    )
    await app[ROOMS].tell_sequence(call_id)  # one that ran has given way
    return {"id": request.match_info["id"]}
