"""What the CRM fetches of a file: the result with its evidence, and each call's entry."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from ekyc.domain import line as rules
from ekyc.domain.access import Action
from ekyc.domain.application import SETTLED
from ekyc.domain.call import BOTH, Party
from ekyc.domain.decision import CHECKLIST, FEATURES
from ekyc.domain.document import form_of
from ekyc.domain.errors import NotDecided, NotFound
from ekyc.domain.flag import Flag
from ekyc.domain.still import Still
from ekyc.journey import customer_file
from ekyc.journey.changes import changes
from ekyc.journey.customer_file import CallStory, CustomerFile
from ekyc.storage import calls, lines
from ekyc.storage.store import Row
from ekyc.web import authorisations, callback, flag_view, presence_view
from ekyc.web.api import Routes
from ekyc.web.authorisations import AuthorisationOut, ContactOut
from ekyc.web.callback import CallbackOut
from ekyc.web.crm_presence import MovedOut, SequenceOut, moved_out, sequence_out
from ekyc.web.flag_view import FlagOut
from ekyc.web.keys import CLOCK, STORE, SUBJECT
from ekyc.web.presence_view import ClearanceOut, ComparisonOut, SignalOut
from ekyc.web.questions import QuestionOut, RoundOut, question_out, round_out

routes = Routes(for_crm=True)
Carried = Mapping[Party, Sequence[rules.Figures]]
"""What came from each party of a call."""


class VerifiedFieldOut(BaseModel):
    """One detail of the person: its value, and where it comes from."""

    name: str
    value: str
    source: str | None
    """chip, qr, mrz, ocr or typed; null when nobody gave it."""
    sources: dict[str, str]
    """What each source said."""
    confidence: float | None
    doubtful: bool


class EditOut(BaseModel):
    """What the customer wrote in the place of what was there."""

    field: str
    before: str
    source: str | None
    """Who had told what was there before; null when nobody had."""
    after: str
    at: datetime


class ChipResultOut(BaseModel):
    """What passive authentication of the chip's data came to."""

    state: str
    """authentic, not-authentic or unchecked."""
    reason: str | None
    given_at: datetime


class CheckOut(BaseModel):
    """One item of the agent's checklist, or one class of the document's features."""

    item: str
    done: bool
    at: datetime | None


class LineOut(BaseModel):
    """What came from one party, over a call."""

    party: str
    seconds: int
    """How many were measured."""
    loss: float
    """Mean share of packets that never came, 0 to 1."""
    worst_loss: float
    """In the worst second."""
    rtt_ms: float | None
    """Median of the way there and back; `kbps` and `fps` are medians too."""
    kbps: float
    fps: float
    width: int
    """Of the pictures for most of the time; `height` too."""
    height: int


class StillOut(BaseModel):
    """One photograph asked for in the call; a taken one is fetched with the media."""

    id: str
    of: str
    """document or face."""
    view: str | None
    """level, left, right, away or near (the document tilted), finger (over it), hand (before the
    face)."""
    state: str
    """asked, taken, declined or lapsed."""
    passed: bool | None
    """What the agent made of a finger or a hand."""
    asked_at: datetime


class CallOut(BaseModel):
    """One call of the application."""

    id: str
    agent: str
    rang_at: datetime
    live_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None
    equivalent: str | None
    """Which movements were asked instead of the usual ones: no-sideways, no-nodding, no-turning,
    no-moving."""
    movements: list[MovedOut]
    sequences: list[SequenceOut]
    rounds: list[RoundOut]
    questions: list[QuestionOut]
    stills: list[StillOut]
    callback: CallbackOut | None
    """The code told in the call and typed at the mailed link; null unless it was."""
    sign_at: datetime | None
    """When the customer gave the silent sign "I am not free"; never tell the customer of it."""
    lines: list[LineOut]
    authorisations: list[AuthorisationOut]
    """Changes the customer was asked to authorise."""
    contact: ContactOut | None
    """The entry after the call; null until the agent wrote it."""


class CallContactOut(BaseModel):
    """What the customer authorised in a call, and the entry after it."""

    call: str
    authorisations: list[AuthorisationOut]
    contact: ContactOut | None
    """Null until it is written."""


class ResultOut(BaseModel):
    """What the verification came to."""

    id: str
    reference: str
    external_id: str
    stage: str
    verdict: str
    reasons: list[str]
    decided_at: datetime
    decided_by: str
    """The agent's id."""
    document: str
    fields: list[VerifiedFieldOut]
    conflicts: dict[str, dict[str, str]]
    """Where two sources of one field disagree: field, then what each said."""
    chip: ChipResultOut | None
    edits: list[EditOut]
    flags: list[FlagOut]
    """What wanted a second look on the day of the verdict, the gravest first."""
    comparisons: list[ComparisonOut]
    """Faces compared, every time; a hint for the agent."""
    signals: list[SignalOut]
    """What made the person before the camera doubtful."""
    clearances: list[ClearanceOut]
    """Which of the signals a supervisor looked at before the verdict, and what was said."""
    checks: list[CheckOut]
    calls: list[CallOut]
    times: dict[str, datetime]
    """When each stage was reached last."""


@routes.get(
    "/api/v1/applications/{id}/result",
    action=Action.FETCH_RESULTS,
    out=ResultOut,
    refuses=(NotDecided,),
    validated=True,
)
async def get_result(request: web.Request) -> Any:
    """The verdict with its reasons, the person's details with their sources, and the evidence.

    Fetching it is a fact in the file.
    """
    async with request.app[STORE].read() as tx:
        file = await customer_file.load(tx, request.match_info["id"])
        carried = {story.call.id: await lines.of_call(tx, story.call.id) for story in file.calls}
        raised = await flag_view.of(tx, file, flag_view.looking(request))
    result = _result(file, carried, raised)
    await customer_file.hand_over(
        request.app[STORE],
        request.app[CLOCK],
        application_id=file.application.id,
        key_id=request[SUBJECT],
    )
    return result


@routes.get(
    "/api/v1/applications/{id}/calls/{call}/contact",
    action=Action.FETCH_RESULTS,
    out=CallContactOut,
)
async def get_contact(request: web.Request) -> Any:
    """The changes authorised in a call and its entry, as they stand now: before the verdict too.

    Fetching it is a fact in the file, which names the call.
    """
    async with request.app[STORE].read() as tx:
        call = await calls.find(tx, request.match_info["call"])
        if call is None or call.application_id != request.match_info["id"]:
            raise NotFound
        of = await changes(tx, call)
    await customer_file.hand_over(
        request.app[STORE],
        request.app[CLOCK],
        application_id=call.application_id,
        key_id=request[SUBJECT],
        call=call,
    )
    return CallContactOut(
        call=call.id,
        authorisations=authorisations.authorisations_out(of),
        contact=authorisations.contact_out(of),
    )


def _result(file: CustomerFile, carried: Mapping[str, Carried], flags: Sequence[Flag]) -> ResultOut:
    application, decision = file.application, file.decision
    if decision is None or application.stage not in SETTLED:
        raise NotDecided
    signs = {call.id: at for call, at in customer_file.signs(file)}
    return ResultOut(
        id=application.id,
        reference=application.reference,
        external_id=application.external_id,
        stage=application.stage.value,
        verdict=decision.verdict.value,
        reasons=list(decision.reasons),
        decided_at=decision.at,
        decided_by=decision.by,
        document=application.document_kind,
        fields=[_field(file, name) for name in form_of(application.document_kind).fields],
        conflicts={
            conflict.field: {source.value: said for source, said in conflict.sources.items()}
            for conflict in file.form.conflicts
        },
        chip=_chip(file),
        edits=[_edit(row) for row in file.edits],
        flags=[flag_view.crm(flag) for flag in flags],
        comparisons=[presence_view.comparison(made) for made in file.comparisons],
        signals=[presence_view.signal(kept) for kept in file.signals],
        clearances=[presence_view.clearance(made, file) for made in file.clearances],
        checks=_checks(file),
        calls=[_call(story, carried[story.call.id], signs) for story in file.calls],
        times={
            row["data"]["stage"]: row["at"]
            for row in file.events
            if row["name"] in {"application.opened", "application.moved"}
        },
    )


def _field(file: CustomerFile, name: str) -> VerifiedFieldOut:
    field = file.form.fields.get(name)
    if field is None:
        none: Mapping[str, Any] = {"source": None, "sources": {}, "confidence": None}
        return VerifiedFieldOut(name=name, value="", doubtful=False, **none)
    return VerifiedFieldOut(
        name=name,
        value=field.value,
        source=field.source.value,
        sources={source.value: said for source, said in field.sources.items()},
        confidence=field.confidence,
        doubtful=field.doubtful,
    )


def _chip(file: CustomerFile) -> ChipResultOut | None:
    kept = file.chip
    if kept is None:
        return None
    return ChipResultOut(state=kept.state, reason=kept.reason, given_at=kept.given_at)


def _edit(row: Row) -> EditOut:
    kept = {key: row[key] for key in ("before", "source", "after", "at")}
    return EditOut(field=row["name"], **kept)


def _checks(file: CustomerFile) -> list[CheckOut]:
    touched = {row["item"]: row for row in file.checks}
    return [
        CheckOut(
            item=item,
            done=bool(touched[item]["done"]) if item in touched else False,
            at=touched[item]["at"] if item in touched else None,
        )
        for item in CHECKLIST + FEATURES
    ]


def _call(story: CallStory, carried: Carried, signs: Mapping[str, datetime]) -> CallOut:
    call = story.call
    return CallOut(
        id=call.id,
        agent=call.agent_id,
        rang_at=call.rang_at,
        live_at=call.live_at,
        ended_at=call.ended_at,
        end_reason=call.end_reason and call.end_reason.value,
        equivalent=call.equivalent,
        sequences=[sequence_out(row) for row in story.sequences],
        movements=[moved_out(row) for row in story.movements],
        rounds=[round_out(row) for row in story.rounds],
        questions=[question_out(row) for row in story.questions],
        stills=[_still(row) for row in story.stills],
        callback=callback.crm(story.callback),
        sign_at=signs.get(call.id),
        lines=[
            LineOut(party=party.value, **asdict(summary))
            for party in BOTH
            if (summary := rules.summary(carried[party])) is not None
        ],
        authorisations=authorisations.authorisations_out(story.changes),
        contact=authorisations.contact_out(story.changes),
    )


def _still(row: Still) -> StillOut:
    return StillOut(
        id=row.id,
        of=row.of.value,
        view=row.view and row.view.value,
        state=row.state.value,
        passed=row.passed,
        asked_at=row.asked_at,
    )
