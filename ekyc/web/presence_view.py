"""Comparisons of faces and signals, as staff and the CRM are told them, and their pictures."""

from collections.abc import Collection, Sequence
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from ekyc.domain import clearance as rules
from ekyc.domain.access import Action
from ekyc.domain.application import Stage
from ekyc.domain.clearance import Clearance
from ekyc.domain.errors import NotFound
from ekyc.domain.likeness import Comparison
from ekyc.domain.presence import Signal
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


class ClearanceOut(BaseModel):
    """A supervisor looked at these signals, and the agent could approve."""

    call: str
    signals: list[str]
    note: str
    by: str
    """The supervisor's id."""
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


def clearance(made: Clearance, file: CustomerFile) -> ClearanceOut:
    """For the CRM."""
    return ClearanceOut(
        call=made.call_id,
        signals=_named(made, file),
        note=made.note,
        by=made.by,
        at=made.at.isoformat(),
    )


def _named(made: Clearance, file: CustomerFile) -> list[str]:
    return [kept.signal.value for kept in file.signals if kept.id in made.signals]


def seen(file: CustomerFile, supervised: Collection[Signal]) -> dict[str, Any]:
    """What was seen before the camera and what was made of it, for the staff's pages."""
    return {
        "comparisons": _comparisons(file),
        "signals": _signals(file, supervised),
        "clearances": _clearances(file),
    }


def _comparisons(file: CustomerFile) -> list[dict[str, Any]]:
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


def _signals(file: CustomerFile, supervised: Collection[Signal]) -> list[dict[str, Any]]:
    """For the staff's pages, oldest first, with the second of the call."""
    stories = {story.call.id: story.call for story in file.calls}
    waiting = _waiting(file, supervised)
    return [
        {
            "id": kept.id,
            "uncleared": kept.id in waiting,
            "signal": kept.signal.value,
            "figure": kept.figure,
            "at": kept.at.isoformat(),
            "call_s": seconds_into(stories[kept.call_id], kept.at),
        }
        for kept in file.signals
    ]


def _waiting(file: CustomerFile, supervised: Collection[Signal]) -> tuple[str, ...]:
    """Ids of the signals of the call that goes on which a supervisor has not cleared."""
    if file.application.stage is not Stage.IN_CALL or not file.calls:
        return ()
    call = file.calls[-1].call
    raised = {kept.id: kept.signal for kept in file.signals if kept.call_id == call.id}
    return rules.uncleared(raised, file.clearances, supervised=supervised, agent_id=call.agent_id)


def _clearances(file: CustomerFile) -> list[dict[str, Any]]:
    """For the staff's pages, oldest first."""
    return [
        {
            "signals": _named(made, file),
            "note": made.note,
            "by": file.names.get(made.by, ""),
            "at": made.at.isoformat(),
        }
        for made in file.clearances
    ]


def may_clear(file: CustomerFile, staff_id: str) -> bool:
    """Whether this supervisor's look would count: not whose own call it is."""
    return bool(file.calls) and file.calls[-1].call.agent_id != staff_id


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
        name = await calls.furthest_picture(tx, id, request.match_info["movement"])
    await customer_file.look(
        request.app[STORE], request.app[CLOCK], application_id=id, staff_id=request[SUBJECT]
    )
    return await given(request, name, application_id=id, content_type="image/jpeg")
