"""Films of both parties of a call: asked for on the file page, downloaded, each of it a fact."""

from typing import Any

from aiohttp import web
from pydantic import Field

from ekyc.domain import errors
from ekyc.domain.access import Action
from ekyc.journey import export
from ekyc.storage import applications
from ekyc.web.api import Body, Routes
from ekyc.web.files import shown
from ekyc.web.keys import CLOCK, LANGUAGE, SETTINGS, STORE, SUBJECT
from ekyc.web.objects import given
from ekyc.web.shapes import FileView

routes = Routes()


class ExportIn(Body):
    call: str = Field(max_length=32)


@routes.post(
    "/api/files/{id}/exports",
    action=Action.EXPORT,
    body=ExportIn,
    out=FileView,
    refuses=(errors.ExportNotReady, errors.ExportsBusy),
)
async def ask(request: web.Request, body: ExportIn) -> Any:
    """Have a film made of both parties of a call, in the asker's language; the file shows how far.

    Who asks again is shown the film there is.
    """
    await export.ask(
        request.app[STORE],
        request.app[CLOCK],
        application_id=request.match_info["id"],
        call_id=body.call,
        staff_id=request[SUBJECT],
        language=request[LANGUAGE],
        waiting_max=request.app[SETTINGS].export.waiting_max,
    )
    return await shown(request)


@routes.get(
    "/api/files/{id}/exports/{export}", action=Action.EXPORT, gives="video/webm", parts=True
)
async def download(request: web.Request) -> web.StreamResponse:
    """The film; that it was taken out is written down."""
    taken = await export.take(
        request.app[STORE],
        request.app[CLOCK],
        application_id=request.match_info["id"],
        export_id=request.match_info["export"],
        staff_id=request[SUBJECT],
    )
    assert taken.object_key is not None  # it is finished
    async with request.app[STORE].read() as tx:
        application = await applications.load(tx, request.match_info["id"])
    return await given(
        request,
        taken.object_key,
        application_id=application.id,
        content_type="video/webm",
        index=taken.index_key,
        sha256=taken.sha256,
        name=f"{application.reference}.webm",
    )
