"""Customer files: the list, one file, its pictures and recordings; each look into one is a fact."""

from dataclasses import astuple
from typing import Annotated, Any

from aiohttp import web
from pydantic import Field

from ekyc.domain import errors
from ekyc.domain.access import Action, may
from ekyc.domain.application import Stage
from ekyc.domain.call import BOTH, Recording
from ekyc.domain.decision import Verdict
from ekyc.domain.errors import NotFound
from ekyc.domain.message import Channel
from ekyc.journey import clearance, customer_file, decision, queue
from ekyc.storage import calls, documents, lines, portraits, stills
from ekyc.web import desk_view, so_far
from ekyc.web.api import Body, Query, Routes
from ekyc.web.file_view import view
from ekyc.web.flag_view import looking
from ekyc.web.keys import CLOCK, LANGUAGE, ROLE, SECRET, SENDER, SETTINGS, STORE, SUBJECT, TEXTS
from ekyc.web.objects import given, handed_out
from ekyc.web.paging import cursor, place
from ekyc.web.shapes import FilesView, FileView, LineView, SoFarView

routes = Routes()
_READ = Action.READ_FILES


class FilesIn(Query):
    """Which files, and how many at once."""

    stage: Stage | None = None
    limit: Annotated[int | None, Field(ge=1, le=1000)] = None
    cursor: Annotated[str | None, Field(max_length=200, description="`next` of the last part")] = (
        None
    )


class RecordingIn(Query):
    """How far a recording went that was not finished; without it, all of a finished one."""

    to: Annotated[int | None, Field(ge=0, le=1 << 53)] = None


class CheckIn(Body):
    item: str = Field(max_length=24)
    done: bool


class PriorityIn(Body):
    vulnerable: bool


class NoteIn(Body):
    text: str = Field(max_length=decision.LONGEST_NOTE)


class ClearanceIn(Body):
    """The signals a supervisor looked at, by id, and what there is to say of them."""

    signals: list[str] = Field(min_length=1, max_length=100)
    note: str = Field(max_length=decision.LONGEST_NOTE)


class DecisionIn(Body):
    verdict: str = Field(pattern="^(approve|reject|incomplete)$")
    reasons: list[str] = Field(max_length=20)
    note: str = Field(default="", max_length=decision.LONGEST_NOTE)


async def shown(request: web.Request) -> dict[str, Any]:
    """The file after whatever the request did; one who may not decide sees no way to."""
    file = await view(
        request.app[STORE],
        request.app[TEXTS],
        request.match_info["id"],
        staff_id=request[SUBJECT],
        language=request[LANGUAGE],
        look=looking(request),
        asks=decision.rules_of(request.app[SETTINGS].call),
        secret=request.app[SECRET],
    )
    if not may(request[ROLE], Action.DECIDE):
        file["may"] |= {"decide": False, "approve": False, "reject": False, "incomplete": False}
    file["may"]["clear"] &= may(request[ROLE], Action.CLEAR)
    file["may"]["register"] &= may(request[ROLE], Action.REGISTER)
    file["may"]["mail"] &= request.app[SENDER].reaches(Channel.MAIL)
    talks = request.app[SETTINGS].booking.result_calls
    file["may"]["arrange"] &= talks and may(request[ROLE], Action.DECIDE)
    file["may"]["export"] = may(request[ROLE], Action.EXPORT)
    for call in file["calls"]:
        call["export"] = call["export"] if file["may"]["export"] else None
    return file


@routes.get("/api/files", action=_READ, query=FilesIn, out=FilesView)
async def newest(request: web.Request, query: FilesIn) -> Any:
    """The files last touched, newest first, part by part.

    What is touched while somebody reads on moves to the front: whoever asks from there sees it.
    """
    most = request.app[SETTINGS].staff.files_max
    limit = min(query.limit or most, most)
    after = place(query.cursor) if query.cursor is not None else None
    found = await customer_file.newest(
        request.app[STORE], stage=query.stage, limit=limit + 1, after=after
    )
    entries = found[:limit]
    called = await _called(request)
    last = entries[-1].application if len(found) > limit else None
    return {
        "next": cursor((last.updated_at, last.id)) if last else None,
        "files": [
            {
                "id": entry.application.id,
                "reference": entry.application.reference,
                "name": entry.application.shown_name,
                "stage": entry.application.stage.value,
                "verdict": entry.decision and entry.decision.verdict.value,
                "updated_at": entry.application.updated_at.isoformat(),
                "document": entry.application.document_kind,
                "summons": called.get(entry.application.id, []),
            }
            for entry in entries
        ],
    }


async def _called(request: web.Request) -> dict[str, list[str]]:
    """Why files need the supervisor who asks, by the application's id."""
    app, me = request.app, request[SUBJECT]
    found: dict[str, list[str]] = {}
    async with app[STORE].read() as tx:
        for one in await desk_view.called(
            tx, app[SETTINGS], me, role=request[ROLE], now=app[CLOCK].now()
        ):
            found.setdefault(one["application"], []).append(one["why"])
    return found


@routes.put(
    "/api/files/{id}/priority",
    action=Action.SERVE,
    body=PriorityIn,
    out=FileView,
    refuses=(errors.NotFound,),
)
async def let_go_first(request: web.Request, body: PriorityIn) -> Any:
    """Let a customer go before others, or not any more; nobody asks why."""
    await queue.let_go_first(
        request.app[STORE],
        request.app[CLOCK],
        staff_id=request[SUBJECT],
        application_id=request.match_info["id"],
        vulnerable=body.vulnerable,
    )
    return await shown(request)


@routes.get("/api/files/{id}", action=_READ, out=FileView)
async def file(request: web.Request) -> Any:
    """One file; the look is written down."""
    answer = await shown(request)
    await _looked(request)
    return answer


async def _looked(request: web.Request, recording: str | None = None) -> None:
    await customer_file.look(
        request.app[STORE],
        request.app[CLOCK],
        application_id=request.match_info["id"],
        staff_id=request[SUBJECT],
        recording=recording,
    )


@routes.get(
    "/api/files/{id}/photographs/{photograph}", action=_READ, gives="image/jpeg", parts=True
)
async def photograph(request: web.Request) -> web.StreamResponse:
    """A picture: straightened, or as taken with `?original=1`."""
    async with request.app[STORE].read() as tx:
        taken = await documents.photographs(tx, request.match_info["id"])
    wanted = [one for one in taken if one.id == request.match_info["photograph"]]
    if not wanted:
        raise NotFound
    await _looked(request)
    original = request.query.get("original") == "1"
    key = wanted[0].original if original else wanted[0].straightened
    return await given(
        request, key, application_id=wanted[0].application_id, content_type="image/jpeg"
    )


@routes.get("/api/files/{id}/portraits/{portrait}", action=_READ, gives="image/jpeg", parts=True)
async def portrait(request: web.Request) -> web.StreamResponse:
    """A picture of the holder: from the print, the chip, or the bank's own app."""
    async with request.app[STORE].read() as tx:
        kept = await portraits.of_application(tx, request.match_info["id"])
    wanted = [one for one in kept if one.id == request.match_info["portrait"]]
    if not wanted:
        raise NotFound
    await _looked(request)
    return await given(
        request,
        wanted[0].picture,
        application_id=wanted[0].application_id,
        content_type="image/jpeg",
    )


@routes.get("/api/files/{id}/stills/{still}", action=_READ, gives="image/jpeg", parts=True)
async def still(request: web.Request) -> web.StreamResponse:
    """A photograph that was taken in a call."""
    async with request.app[STORE].read() as tx:
        wanted = await stills.find(tx, request.match_info["still"])
        call = None if wanted is None else await calls.find(tx, wanted.call_id)
    if wanted is None or wanted.original is None:
        raise NotFound
    if call is None or call.application_id != request.match_info["id"]:
        raise NotFound
    await _looked(request)
    return await given(
        request, wanted.original, application_id=call.application_id, content_type="image/jpeg"
    )


@routes.get(
    "/api/files/{id}/recordings/{recording}",
    action=_READ,
    query=RecordingIn,
    gives="video/webm",
    parts=True,
)
async def recording(request: web.Request, query: RecordingIn) -> web.StreamResponse:
    """A recording, by ranges; the look is written down."""
    row, application_id = await _recorded(request)
    if query.to is not None:
        source = await so_far.opened(request, row, query.to)
        await _looked(request, row.id)
        tag = f"{row.id}-{query.to}"
        headers = {"Content-Type": "video/webm"}
        return await handed_out(request, source, headers=headers, tag=tag)
    if row.object_key is None:
        raise NotFound
    await _looked(request, row.id)
    return await given(
        request,
        row.object_key,
        application_id=application_id,
        content_type="video/webm",
        index=row.index_key,
        sha256=row.sha256,
    )


@routes.get("/api/files/{id}/recordings/{recording}/so-far", action=_READ, out=SoFarView)
async def recorded_so_far(request: web.Request) -> Any:
    """Where a recording can be played that is not finished, as far as it went until now."""
    row, application_id = await _recorded(request)
    to, duration_ms = await so_far.length(request, row)
    url = f"/api/files/{application_id}/recordings/{row.id}?to={to}"
    return {"url": url, "duration_ms": duration_ms}


@routes.get("/api/files/{id}/calls/{call}/line", action=_READ, out=LineView)
async def line(request: web.Request) -> Any:
    """What came from each party of a call, second by second."""
    media = request.app[SETTINGS].media
    async with request.app[STORE].read() as tx:
        call = await calls.find(tx, request.match_info["call"])
        if call is None or call.application_id != request.match_info["id"]:
            raise NotFound
        found = await lines.of_call(tx, call.id)
    return {
        **{party.value: [astuple(figures) for figures in found[party]] for party in BOTH},
        "weak": {"loss": media.ladder_low_loss, "rtt_ms": media.ladder_low_rtt_ms},
        "bad": {"loss": media.ladder_sound_loss, "rtt_ms": media.ladder_sound_rtt_ms},
    }


async def _recorded(request: web.Request) -> tuple[Recording, str]:
    """The recording, and whose it is; `NotFound` when it is in another file."""
    async with request.app[STORE].read() as tx:
        row = await calls.recording(tx, request.match_info["recording"])
        call = await calls.find(tx, row.call_id)
    if call is None or call.application_id != request.match_info["id"]:
        raise NotFound
    return row, call.application_id


@routes.put(
    "/api/files/{id}/checklist",
    action=Action.DECIDE,
    body=CheckIn,
    out=FileView,
    refuses=(errors.NotAllowedNow,),
)
async def tick(request: web.Request, body: CheckIn) -> Any:
    """One item of the checklist."""
    await decision.tick(
        request.app[STORE],
        request.app[CLOCK],
        application_id=request.match_info["id"],
        item=body.item,
        done=body.done,
        staff_id=request[SUBJECT],
    )
    return await shown(request)


@routes.put(
    "/api/files/{id}/note",
    action=Action.DECIDE,
    body=NoteIn,
    out=FileView,
    refuses=(errors.NotAllowedNow,),
)
async def write_note(request: web.Request, body: NoteIn) -> Any:
    """The note only staff see."""
    await decision.write_note(
        request.app[STORE],
        request.app[CLOCK],
        application_id=request.match_info["id"],
        text=body.text,
        staff_id=request[SUBJECT],
    )
    return await shown(request)


@routes.post(
    "/api/files/{id}/clearances",
    action=Action.CLEAR,
    body=ClearanceIn,
    out=FileView,
    refuses=(errors.NotAllowedNow, errors.NoteMissing),
)
async def clear(request: web.Request, body: ClearanceIn) -> Any:
    """A supervisor looked at signals of another's call."""
    await clearance.clear(
        request.app[STORE],
        request.app[CLOCK],
        decision.rules_of(request.app[SETTINGS].call).supervised,
        application_id=request.match_info["id"],
        signals=body.signals,
        note=body.note,
        staff_id=request[SUBJECT],
    )
    return await shown(request)


@routes.post(
    "/api/files/{id}/decision",
    action=Action.DECIDE,
    body=DecisionIn,
    out=FileView,
    refuses=(errors.NotAllowedNow, errors.ApproveMissing, errors.ReasonMissing),
)
async def decide(request: web.Request, body: DecisionIn) -> Any:
    """The verdict."""
    await decision.decide(
        request.app[STORE],
        request.app[CLOCK],
        decision.rules_of(request.app[SETTINGS].call),
        application_id=request.match_info["id"],
        verdict=Verdict(body.verdict),
        reasons=body.reasons,
        note=body.note,
        staff_id=request[SUBJECT],
    )
    return await shown(request)
