"""What the CRM fetches of a file: photographs, portraits, stills and recordings."""

from datetime import datetime
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from ekyc.domain.access import Action
from ekyc.domain.errors import NotFound
from ekyc.journey import customer_file, kept_media
from ekyc.journey.kept_media import Medium
from ekyc.web.api import Routes
from ekyc.web.keys import CLOCK, STORE, SUBJECT
from ekyc.web.objects import given

routes = Routes(for_crm=True)


class MediumOut(BaseModel):
    """One photograph, still or recording, or a picture cut out of it."""

    id: str
    kind: str
    """photograph, portrait, face (of a comparison), movement (at its furthest), still (a photograph
    asked for in a call) or recording."""
    of: str
    """front or back; a portrait's chip, app or card; a movement's direction; a still's document or
    face; a party."""
    variant: str
    """straightened or original; live or portrait of a comparison; a recording's segment; how a
    still was held: level, left, right, away, near, finger or hand."""
    state: str
    """ready, coming (still being finished) or lost."""
    content_type: str
    sha256: str | None
    """Of the file as it is downloaded, where it was taken."""
    made_at: datetime
    url: str


class MediaOut(BaseModel):
    """Everything there is to see and hear."""

    media: list[MediumOut]


@routes.get("/api/v1/applications/{id}/media", action=Action.FETCH_MEDIA, out=MediaOut)
async def list_media(request: web.Request) -> Any:
    """The photographs, portraits, stills and recordings of an application."""
    async with request.app[STORE].read() as tx:
        media = await kept_media.of_application(tx, request.match_info["id"])
    at = f"/api/v1/applications/{request.match_info['id']}/media"
    return MediaOut(media=[_medium(medium, f"{at}/{medium.id}") for medium in media])


def _medium(medium: Medium, url: str) -> MediumOut:
    return MediumOut(
        id=medium.id,
        kind=medium.kind,
        of=medium.of,
        variant=medium.variant,
        state=medium.state,
        content_type=medium.content_type,
        sha256=medium.sha256,
        made_at=medium.made_at,
        url=url,
    )


@routes.get(
    "/api/v1/applications/{id}/media/{medium}",
    action=Action.FETCH_MEDIA,
    gives="*/*",
    parts=True,
)
async def get_medium(request: web.Request) -> web.StreamResponse:
    """One file, whole or by ranges; each download is a fact in the file."""
    async with request.app[STORE].read() as tx:
        media = await kept_media.of_application(tx, request.match_info["id"])
    wanted = [medium for medium in media if medium.id == request.match_info["medium"]]
    if not wanted or wanted[0].object_key is None:
        raise NotFound
    if request.method == "GET":
        await customer_file.hand_over(
            request.app[STORE],
            request.app[CLOCK],
            application_id=request.match_info["id"],
            key_id=request[SUBJECT],
            medium=wanted[0],
            part="Range" in request.headers,
        )
    return await given(
        request,
        wanted[0].object_key,
        application_id=request.match_info["id"],
        content_type=wanted[0].content_type,
        index=wanted[0].index_key,
        sha256=wanted[0].sha256,
    )
