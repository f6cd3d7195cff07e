"""The agent's addresses of photographs in the call: one, a tilted series, what was made of it."""

from typing import Any, Literal, Self

from aiohttp import web
from pydantic import model_validator

from ekyc.domain import errors
from ekyc.domain.access import Action
from ekyc.domain.still import StillOf, View, shown_on
from ekyc.journey import stills as journey
from ekyc.web.api import Body, Routes
from ekyc.web.keys import CLOCK, SETTINGS, STORE, SUBJECT
from ekyc.web.shapes import IdView

routes = Routes()
_SERVE = Action.SERVE


class StillIn(Body):
    """Either what is to be seen, or in which view."""

    of: Literal["document", "face"] | None = None
    view: Literal["level", "left", "right", "away", "near", "finger", "hand"] | None = None

    @model_validator(mode="after")
    def _says_one(self) -> Self:
        if (self.of is None) is (self.view is None):
            raise ValueError("of or view")
        return self


class JudgedIn(Body):
    passed: bool


@routes.post(
    "/api/files/{id}/stills",
    action=_SERVE,
    body=StillIn,
    out=IdView,
    refuses=(errors.NotAllowedNow, errors.TooManyStills),
)
async def ask_still(request: web.Request, body: StillIn) -> Any:
    """Ask the customer for a photograph in the call: of the document or the face, or in a view.

    Views: the document level, tilted left, right, away or near, a finger over it; a hand before
    the face.
    """
    app = request.app
    view = None if body.view is None else View(body.view)
    of = StillOf.DOCUMENT if body.of is None else StillOf(body.of)
    still = await journey.ask(
        app[STORE],
        app[CLOCK],
        staff_id=request[SUBJECT],
        application_id=request.match_info["id"],
        of=of if view is None else shown_on(view),
        views=() if view is None else (view,),
        most=app[SETTINGS].call.stills_max,
    )
    return {"id": still.id}


@routes.post(
    "/api/files/{id}/tilts",
    action=_SERVE,
    out=IdView,
    refuses=(errors.NotAllowedNow, errors.TooManyStills),
)
async def ask_tilt(request: web.Request) -> Any:
    """Lead the customer through tilting the document: one photograph after another."""
    app, rules = request.app, request.app[SETTINGS].call
    still = await journey.ask(
        app[STORE],
        app[CLOCK],
        staff_id=request[SUBJECT],
        application_id=request.match_info["id"],
        of=StillOf.DOCUMENT,
        views=tuple(View(name) for name in rules.tilt_of),
        most=rules.stills_max,
    )
    return {"id": still.id}


@routes.post(
    "/api/files/{id}/stills/{still}/judged",
    action=_SERVE,
    body=JudgedIn,
    out=IdView,
    refuses=(errors.NotAllowedNow,),
)
async def judge_still(request: web.Request, body: JudgedIn) -> Any:
    """Say whether the finger over the document, or the hand before the face, looked genuine."""
    judged = await journey.judge(
        request.app[STORE],
        request.app[CLOCK],
        staff_id=request[SUBJECT],
        application_id=request.match_info["id"],
        still_id=request.match_info["still"],
        passed=body.passed,
    )
    return {"id": judged.id}
