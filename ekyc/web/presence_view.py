"""Comparisons of faces and signals, as staff and the CRM are told them, and their pictures."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from ekyc.domain.access import Action
from ekyc.domain.errors import NotFound
from ekyc.domain.likeness import Comparison
from ekyc.journey import customer_file
from ekyc.journey.customer_file import CustomerFile, seconds_into
from ekyc.storage import calls, presence
from ekyc.storage.presence import KeptSignal
from ekyc.web.api import Routes
from ekyc.web.keys import CLOCK, STORE, SUBJECT
from ekyc.web.objects import given

routes = Routes()


class ComparisonOut(BaseModel):
    """A portrait compared with the face in a call: a hint, by these limits."""

    call: str
    portrait: str
    """The portrait's id, as in the media."""
    outcome: str
    """match, refer or no-match."""
    score: float | None
    """Cosine, -1 to 1; none where the portrait shows no face that was found."""
    match_at: float
    refer_at: float
    model: str
    at: str


class SignalOut(BaseModel):
    """What made the person before the camera doubtful; it decided nothing."""

    call: str
    signal: str
    figure: float
    limits_version: str
    at: str


def comparison(made: Comparison) -> ComparisonOut:
    """For the CRM."""
    return ComparisonOut(
        call=made.call_id,
        portrait=made.portrait_id,
        outcome=made.outcome.value,
        score=made.score,
        match_at=made.match_at,
        refer_at=made.refer_at,
        model=made.model,
        at=made.at.isoformat(),
    )


def signal(kept: KeptSignal) -> SignalOut:
    """For the CRM."""
    return SignalOut(
        call=kept.call_id,
        signal=kept.signal.value,
        figure=kept.figure,
        limits_version=kept.limits_version,
        at=kept.at.isoformat(),
    )


def comparisons(file: CustomerFile) -> list[dict[str, Any]]:
    """For the staff's pages: the last of each portrait, with the addresses of both faces."""
    last = {made.portrait_id: made for made in file.comparisons}
    return [_shown(made) for made in last.values()]


def _shown(made: Comparison) -> dict[str, Any]:
    address = f"/api/files/{made.application_id}/comparisons/{made.id}"
    return {
        "id": made.id,
        "of": made.of,
        "outcome": made.outcome.value,
        "score": made.score,
        "match_at": made.match_at,
        "refer_at": made.refer_at,
        "model": made.model,
        "looks": made.looks,
        "too_small": made.is_too_small,
        "at": made.at.isoformat(),
        "live_url": f"{address}/live",
        "portrait_url": f"{address}/portrait" if made.portrait else None,
    }


def signals(file: CustomerFile) -> list[dict[str, Any]]:
    """For the staff's pages, oldest first, with the second of the call."""
    stories = {story.call.id: story.call for story in file.calls}
    return [
        {
            "signal": kept.signal.value,
            "figure": kept.figure,
            "at": kept.at.isoformat(),
            "call_s": seconds_into(stories[kept.call_id], kept.at),
        }
        for kept in file.signals
    ]


@routes.get(
    "/api/files/{id}/comparisons/{comparison}/{which:live|portrait}",
    action=Action.READ_FILES,
    gives="image/jpeg",
    parts=True,
)
async def picture(request: web.Request) -> web.StreamResponse:
    """One of the two faces of a comparison, cut out."""
    id = request.match_info["id"]
    async with request.app[STORE].read() as tx:
        made: Sequence[Comparison] = await presence.comparisons(tx, id)
    wanted = [one for one in made if one.id == request.match_info["comparison"]]
    key = getattr(wanted[0], request.match_info["which"]) if wanted else None
    if key is None:
        raise NotFound
    await customer_file.look(
        request.app[STORE], request.app[CLOCK], application_id=id, staff_id=request[SUBJECT]
    )
    return await given(request, key, application_id=id, content_type="image/jpeg")


@routes.get(
    "/api/files/{id}/movements/{movement}",
    action=Action.READ_FILES,
    gives="image/jpeg",
    parts=True,
)
async def furthest(request: web.Request) -> web.StreamResponse:
    """The picture in which a movement had come furthest."""
    id = request.match_info["id"]
    async with request.app[STORE].read() as tx:
        moved = await calls.movements_of(tx, id)
    wanted = [one for one in moved if one.id == request.match_info["movement"]]
    if not wanted or wanted[0].picture is None:
        raise NotFound
    await customer_file.look(
        request.app[STORE], request.app[CLOCK], application_id=id, staff_id=request[SUBJECT]
    )
    return await given(request, wanted[0].picture, application_id=id, content_type="image/jpeg")
