"""The customer's file: everything kept about one application, gathered in one read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ekyc.domain.application import Application, Stage
from ekyc.domain.call import Call, Movement, Recording, RecordingState
from ekyc.domain.chip import KeptChip
from ekyc.domain.clearance import Clearance
from ekyc.domain.code import Code
from ekyc.domain.comparison import Comparison, beside_crm
from ekyc.domain.decision import Decision
from ekyc.domain.errors import NotFound
from ekyc.domain.events import SYSTEM, Actor, Event
from ekyc.domain.export import Export
from ekyc.domain.likeness import Comparison as FaceComparison
from ekyc.domain.message import Message
from ekyc.domain.phone import Phone
from ekyc.domain.place import Place
from ekyc.domain.portrait import KeptPortrait
from ekyc.domain.question import Question, Round
from ekyc.domain.routing import Wants
from ekyc.domain.sequence import Drawing
from ekyc.domain.still import Still
from ekyc.journey.ports import SUPERVISORS, Clock
from ekyc.storage import (
    applications,
    calls,
    chips,
    decisions,
    documents,
    exports,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFile:
    """Everything, as it stands now."""

    application: Application
    wants: Wants
    events: Sequence[Row]
    consents: Sequence[Row]
    phones: Sequence[Phone]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """One photograph, portrait, still, recording, or what was cut out of it, for the CRM."""

    id: str
    kind: str
    of: str
    """front or back of a document; chip, app or card; document or face; a party; a movement's
    direction."""
    variant: str
    state: str
    """ready, coming or lost."""
    object_key: str | None
    index_key: str | None
    """What goes before a sealed recording."""
    sha256: str | None
    content_type: str
    made_at: datetime


async def media(tx: Tx, application_id: str) -> Sequence[Medium]:
    """Every photograph, straightened and as it was taken; portraits; faces that were compared; of
    calls the
    furthest points of movements, stills, recordings.

    Raises `NotFound`.
    """
    await applications.load(tx, application_id)
    found = []
    for taken in await documents.photographs(tx, application_id):
        found += [_picture(taken, "straightened"), _picture(taken, "original")]
    found += [_holder(kept) for kept in await portraits.of_application(tx, application_id)]
    for made in await presence.comparisons(tx, application_id):
        found += _faces(made)
    for call in await calls.of_application(tx, application_id):
        moved = await calls.movements(tx, call.id)
        found += [_moved(movement) for movement in moved if movement.picture]
        found += [_still(still) for still in await stills.of_call(tx, call.id) if still.original]
        found += [_film(recording) for recording in await calls.recordings(tx, call.id)]
    return found


def _picture(taken: Photograph, variant: str) -> Medium:
    is_original = variant == "original"
    return Medium(
        id=f"{taken.id}-{variant}",
        kind="photograph",
        of=taken.side,
        variant=variant,
        state="ready",
        object_key=taken.original if is_original else taken.straightened,
        index_key=None,
        sha256=taken.original_sha256 if is_original else None,
        content_type="image/jpeg",
        made_at=taken.taken_at,
    )


def _holder(kept: KeptPortrait) -> Medium:
    return Medium(
        id=kept.id,
        kind="portrait",
        of=kept.of.value,
        variant="original",
        state="ready",
        object_key=kept.picture,
        index_key=None,
        sha256=kept.picture_sha256,
        content_type="image/jpeg",
        made_at=kept.kept_at,
    )


def _still(still: Still) -> Medium:
    return Medium(
        id=still.id,
        kind="still",
        of=still.of.value,
        variant=still.view.value if still.view else "original",
        state="ready",
        object_key=still.original,
        index_key=None,
        sha256=still.original_sha256,
        content_type="image/jpeg",
        made_at=still.ended_at or still.asked_at,
    )


def _moved(movement: Movement) -> Medium:
    return Medium(
        id=f"{movement.id}-picture",
        kind="movement",
        of=movement.direction,
        variant="original",
        state="ready",
        object_key=movement.picture,
        index_key=None,
        sha256=None,
        content_type="image/jpeg",
        made_at=movement.ended_at or movement.asked_at,
    )


def _faces(made: FaceComparison) -> Sequence[Medium]:
    """Both faces of a comparison, cut out."""
    keys = {"live": made.live, "portrait": made.portrait}
    return [
        Medium(
            id=f"{made.id}-{variant}",
            kind="face",
            of=made.of,
            variant=variant,
            state="ready",
            object_key=key,
            index_key=None,
            sha256=None,
            content_type="image/jpeg",
            made_at=made.at,
        )
        for variant, key in keys.items()
        if key is not None
    ]


_FILM = {RecordingState.FINISHED: "ready", RecordingState.LOST: "lost"}


def _film(recording: Recording) -> Medium:
    return Medium(
        id=recording.id,
        kind="recording",
        of=recording.party.value,
        variant=str(recording.segment),
        state=_FILM.get(recording.state, "coming"),
        object_key=recording.object_key,
        index_key=recording.index_key,
        sha256=recording.sha256,
        content_type="video/webm",
        made_at=recording.started_at,
    )


async def hand_over(
    store: Store,
    clock: Clock,
    *,
    application_id: str,
    key_id: str,
    medium: Medium | None = None,
    part: bool = False,
) -> None:
    """The CRM takes the result (`result.fetched`) or a medium (`media.fetched`).

    Every time is a fact; only the parts of one file within `LOOK` are one.
    """
    taken = Event(
        name="media.fetched" if medium else "result.fetched",
        application_id=application_id,
        at=clock.now(),
        actor=Actor(kind="crm", id=key_id),
        data={"medium": medium.id, "kind": medium.kind} if medium else {},
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
