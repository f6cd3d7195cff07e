"""The customer's file: everything kept about one application, gathered in one read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ekyc.domain.application import Application, Stage
from ekyc.domain.appointment import Appointment
from ekyc.domain.call import Call, Movement, Recording
from ekyc.domain.chip import KeptChip
from ekyc.domain.clearance import Clearance
from ekyc.domain.code import Code
from ekyc.domain.comparison import Comparison, beside_crm
from ekyc.domain.decision import Decision
from ekyc.domain.errors import NotFound
from ekyc.domain.events import SYSTEM, Actor, Event
from ekyc.domain.export import Export
from ekyc.domain.likeness import Comparison as FaceComparison
from ekyc.domain.mailbox import Mailbox
from ekyc.domain.message import Message
from ekyc.domain.phone import Phone
from ekyc.domain.place import Place
from ekyc.domain.portrait import KeptPortrait
from ekyc.domain.question import Question, Round
from ekyc.domain.routing import Wants
from ekyc.domain.sequence import Drawing
from ekyc.domain.still import Still
from ekyc.journey.changes import Changes, changes
from ekyc.journey.kept_media import Medium
from ekyc.journey.ports import SUPERVISORS, Clock
from ekyc.storage import (
    applications,
    appointments,
    callbacks,
    calls,
    chips,
    decisions,
    documents,
    exports,
    mailboxes,
    messages,
    phones,
    places,
    portraits,
    presence,
    questions,
    queue,
    sequences,
    staff,
    stills,
)
from ekyc.storage.documents import Photograph
from ekyc.storage.presence import KeptSignal
from ekyc.storage.store import Row, Store, Tx

LOOK = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStory:
    """One call with what was asked and recorded in it."""

    call: Call
    movements: Sequence[Movement]
    sequences: Sequence[Drawing]
    rounds: Sequence[Round]
    questions: Sequence[Question]
    stills: Sequence[Still]
    recordings: Sequence[Recording]
    places: Sequence[tuple[datetime, Place]]
    """Where the customer was, each time that was news."""
    export: Export | None
    """The film of both parties that was asked for last."""
    code: tuple[Code, Message | None] | None
    """The code asked for in the call, until it is swept, and how far its message came."""
    callback: callbacks.Story | None
    changes: Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFile:
    """Everything, as it stands now."""

    application: Application
    wants: Wants
    events: Sequence[Row]
    consents: Sequence[Row]
    phones: Sequence[Phone]
    mailboxes: Sequence[Mailbox]
    photographs: Sequence[Photograph]
    portraits: Sequence[KeptPortrait]
    chip: KeptChip | None
    comparisons: Sequence[FaceComparison]
    signals: Sequence[KeptSignal]
    clearances: Sequence[Clearance]
    form: Comparison
    typed: Mapping[str, str]
    edits: Sequence[Row]
    calls: Sequence[CallStory]
    checks: Sequence[Row]
    decision: Decision | None
    appointment: Appointment | None
    """The one in force."""
    names: Mapping[str, str]
    """Staff names by id."""


async def load(tx: Tx, application_id: str) -> CustomerFile:
    """The file; `NotFound`."""
    application = await applications.load(tx, application_id)
    return CustomerFile(
        application=application,
        wants=await queue.wants(tx, application_id),
        events=await applications.events(tx, application_id),
        consents=await applications.consents(tx, application_id),
        phones=await phones.of_application(tx, application_id),
        mailboxes=await mailboxes.of_application(tx, application_id),
        photographs=await documents.photographs(tx, application_id),
        portraits=await portraits.of_application(tx, application_id),
        chip=await chips.current(tx, application_id),
        comparisons=await presence.comparisons(tx, application_id),
        signals=await presence.signals(tx, application_id),
        clearances=await presence.clearances(tx, application_id),
        form=beside_crm(await documents.compare(tx, application_id), application.name),
        typed=await documents.typed(tx, application_id),
        edits=await documents.edits(tx, application_id),
        calls=await _calls(tx, application_id),
        checks=await decisions.checks(tx, application_id),
        decision=await decisions.last(tx, application_id),
        appointment=await appointments.active(tx, application_id),
        names=await staff.names(tx),
    )


async def _calls(tx: Tx, application_id: str) -> Sequence[CallStory]:
    return [
        CallStory(
            call=call,
            movements=await calls.movements(tx, call.id),
            sequences=await sequences.of_call(tx, call.id),
            rounds=await questions.rounds(tx, call.id),
            questions=await questions.of_call(tx, call.id),
            stills=await stills.of_call(tx, call.id),
            recordings=await calls.recordings(tx, call.id),
            places=await places.of_call(tx, call.id),
            export=await exports.last(tx, call.id),
            code=await messages.of_call(tx, call.id),
            callback=await callbacks.story(tx, call.id),
            changes=await changes(tx, call),
        )
        for call in await calls.of_application(tx, application_id)
    ]


async def look(
    store: Store,
    clock: Clock,
    *,
    application_id: str,
    staff_id: str,
    recording: str | None = None,
) -> None:
    """Somebody reads the file (`file.viewed`) or plays a recording (`recording.viewed`).

    A page asks for a file again with every change, a player for a recording part by part: going on
    within `LOOK` is one look. A silent sign since then makes it another: it called a supervisor.
    """
    seen = Event(
        name="recording.viewed" if recording else "file.viewed",
        application_id=application_id,
        at=clock.now(),
        actor=Actor(kind="staff", id=staff_id),
        data={"recording": recording} if recording else {},
    )
    await _tell(store, seen, once_in=await _since_the_sign(store, seen) or LOOK)


async def _since_the_sign(store: Store, seen: Event) -> timedelta | None:
    """How long ago the last silent sign was given, if that is within `LOOK`."""
    async with store.read() as tx:
        since, of = seen.at - LOOK, seen.application_id
        given = await applications.signs(tx, since=since, application_id=of)
    return seen.at - given[-1]["at"] if given else None


async def take_out(store: Store, clock: Clock, *, recording_id: str) -> Recording:
    """Somebody at the server's own machine opens a sealed recording (`recording.viewed`).

    Raises `NotFound`.
    """
    async with store.read() as tx:
        recording = await calls.recording(tx, recording_id)
        call = await calls.find(tx, recording.call_id)
    if call is None or recording.index_key is None:
        raise NotFound
    seen = Event(
        name="recording.viewed",
        application_id=call.application_id,
        at=clock.now(),
        actor=SYSTEM,
        data={"recording": recording.id},
    )
    await _tell(store, seen, once_in=timedelta())
    return recording


async def _tell(store: Store, seen: Event, *, once_in: timedelta) -> None:
    async with store.read() as tx:
        if once_in and await applications.was_told(tx, seen, since=seen.at - once_in):
            return
    async with store.begin() as tx:
        await tx.tell(seen)
        tx.wake(SUPERVISORS)  # whom it called is called no more


async def hand_over(
    store: Store,
    clock: Clock,
    *,
    application_id: str,
    key_id: str,
    medium: Medium | None = None,
    call: Call | None = None,
    part: bool = False,
) -> None:
    """The CRM takes the result or the changes of one `call` (`result.fetched`), or a medium
    (`media.fetched`).

    Every time is a fact; only the parts of one file within `LOOK` are one.
    """
    data = {"medium": medium.id, "kind": medium.kind} if medium else {}
    taken = Event(
        name="media.fetched" if medium else "result.fetched",
        application_id=application_id,
        at=clock.now(),
        actor=Actor(kind="crm", id=key_id),
        data=data | ({"call": call.id} if call else {}),
    )
    await _tell(store, taken, once_in=LOOK if part else timedelta())


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the list of files."""

    application: Application
    decision: Decision | None


async def newest(
    store: Store, *, stage: Stage | None, limit: int, after: tuple[datetime, str] | None = None
) -> Sequence[Entry]:
    """The files last touched, newest first, `after` an entry seen before: its instant and id."""
    async with store.read() as tx:
        found = await applications.newest(tx, stage=stage, limit=limit, after=after)
        decided = await decisions.in_force(tx, [application.id for application in found])
    return [
        Entry(application=application, decision=decided.get(application.id))
        for application in found
    ]


def signs(file: CustomerFile) -> Sequence[tuple[Call, datetime]]:
    """The calls in which the customer gave the silent sign, and when."""
    given = {row["data"]["call"]: row["at"] for row in file.events if row["name"] == "sign.given"}
    return [(story.call, given[story.call.id]) for story in file.calls if story.call.id in given]


def seconds_into(call: Call, at: datetime) -> float | None:
    """Where on the call's recordings an instant lies; None outside."""
    if call.live_at is None or at < call.live_at:
        return None
    if call.ended_at is not None and at > call.ended_at:
        return None
    return round((at - call.live_at).total_seconds(), 2)
