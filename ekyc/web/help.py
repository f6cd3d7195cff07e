"""A person's help after photographs that failed."""

from typing import Any

from aiohttp import web

from ekyc.domain import errors
from ekyc.domain.access import Action
from ekyc.domain.help import Way
from ekyc.journey import help
from ekyc.web.api import Body, Routes
from ekyc.web.customer import shown
from ekyc.web.keys import CLOCK, SETTINGS, STORE, SUBJECT
from ekyc.web.shapes import CustomerView

routes = Routes()


class HelpIn(Body):
    way: Way


@routes.post(
    "/api/customer/help",
    action=Action.APPLY,
    body=HelpIn,
    out=CustomerView,
    refuses=(errors.NotAllowedNow,),
)
async def ask_help(request: web.Request, body: HelpIn) -> Any:
    """Go on without good photographs, with a person's help."""
    app = request.app
    await help.ask(
        app[STORE],
        app[CLOCK],
        application_id=request[SUBJECT],
        way=body.way,
        enough=app[SETTINGS].capture.failures,
    )
    return await shown(request)
