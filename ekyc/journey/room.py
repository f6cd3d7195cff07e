"""What the room of a call reports, made into facts: who came, who dropped, what was measured.

Rooms that are no call (a customer's device test) leave no trace here.
"""

from dataclasses import replace
from datetime import datetime

from ekyc.domain import call as rules
from ekyc.domain.call import (
    BOTH,
    Call,
    Movement,
    MovementState,
    Party,
    Recording,
    RecordingState,
)
from ekyc.domain.events import SYSTEM
from ekyc.domain.room import (
    LineStepped,
    MovementEnded,
    PartyConnected,
    PartyDropped,
    RecordingClosed,
    RecordingInterrupted,
    RoomEvent,
    RoomLive,
    RoomLost,
)
from ekyc.journey import guests
from ekyc.journey.ending import fact, fail_movements
from ekyc.journey.ports import Clock
from ekyc.journey.segments import opened
from ekyc.storage import calls
from ekyc.storage.store import Job, Store, Tx

FINISH = "recording.finish"
"""The kind of the job that makes a closed recording seekable and keeps it."""


async def hear(store: Store, clock: Clock, event: RoomEvent) -> None:
    """Write down what a room reported; progress and quality are for the pages only."""
    match event:
        case PartyConnected() | PartyDropped():
            await _came_or_went(store, event)
        case RoomLive():
            await _live(store, event)
        case MovementEnded():
            await _moved(store, clock, event)
        case RecordingClosed():
            await close_recording(store, clock, event)
        case RecordingInterrupted() | LineStepped():
            await _marked(store, event)
        case RoomLost():
            await _lost(store, event.room, clock.now())
        case _:
            pass


async def _came_or_went(store: Store, event: PartyConnected | PartyDropped) -> None:
    party, came = Party(event.party), isinstance(event, PartyConnected)
    if party not in BOTH and came:
        await guests.connected(store, call_id=event.room, kind=party)
    elif party not in BOTH:
        await guests.dropped(store, call_id=event.room, kind=party, at=event.at)
    elif isinstance(event, PartyConnected):
        await _connected(store, event)
    else:
        await _dropped(store, event.room, [party], event.at)


async def _connected(store: Store, event: PartyConnected) -> None:
    """A new connection in a live call is told even when nobody noticed the old one drop."""
    async with store.begin() as tx:
        call = await calls.find(tx, event.room)
        if call is None or not rules.is_answered(call):
            return
        back = rules.connect(call, Party(event.party))
        if back is not call:
            await calls.save(tx, back)
        if call.live_at is not None:
            await tx.tell(fact("call.resumed", call, event.at, SYSTEM, party=event.party))


async def _lost(store: Store, room: str, now: datetime) -> None:
    """Nobody is connected any more; whoever was may come back."""
    await _dropped(store, room, list(BOTH), now)
    for kind in (party for party in Party if party not in BOTH):
        await guests.dropped(store, call_id=room, kind=kind, at=now)


async def _dropped(store: Store, room: str, parties: list[Party], at: datetime) -> None:
    async with store.begin() as tx:
        call = await calls.find(tx, room)
        if call is None:
            return
        for party in parties:
            call = await _drop(tx, call, party, at)
        if rules.is_answered(call) and Party.CUSTOMER in parties:
            await fail_movements(tx, call, "interrupted", now=at)


async def _drop(tx: Tx, call: Call, party: Party, at: datetime) -> Call:
    lost = rules.drop(call, party, now=at)
    if lost is call:
        return call
    await calls.save(tx, lost)
    if call.live_at is not None:
        await tx.tell(fact("call.dropped", call, at, SYSTEM, party=party.value))
    return lost


async def lose_all(store: Store, clock: Clock) -> None:
    """At the start: no room has outlived the last process; whoever was talking may rejoin."""
    async with store.read() as tx:
        answered = [call.id for call in await calls.unfinished(tx) if rules.is_answered(call)]
    for call_id in answered:
        await _lost(store, call_id, clock.now())


async def _live(store: Store, event: RoomLive) -> None:
    async with store.begin() as tx:
        call = await calls.find(tx, event.room)
        if call is None or not rules.is_answered(call):
            return
        live = rules.go_live(call, now=event.at)
        if live is not call:
            await calls.save(tx, live)
            await tx.tell(fact("call.live", call, event.at, SYSTEM))
        known = await calls.recordings(tx, call.id)
        if event.at in {one.started_at for one in known}:
            return  # written before, and only the answer was lost
        for party in BOTH:
            await calls.add_recording(tx, opened(call, party, known, event.at))
        tx.wake(f"application:{call.application_id}")


async def close_recording(store: Store, clock: Clock, event: RecordingClosed) -> None:
    """A file will not grow any more: finishing it becomes due work in the same transaction."""
    now = clock.now()
    async with store.begin() as tx:
        call = await calls.find(tx, event.room)
        if call is None:
            return
        before = await _writing(tx, call, event)
        if before is None:
            return
        after = replace(
            before,
            state=RecordingState.FINISHING,
            started_at=event.started_at,
            duration_ms=event.duration_ms,
            size_bytes=event.size_bytes,
        )
        await calls.save_recording(tx, before, after)
        payload = {"recording": before.id, "path": str(event.path)}
        job = Job(kind=FINISH, key=f"recording:{before.id}", payload=payload, due_at=now)
        await tx.later(job)
        tx.wake(f"application:{call.application_id}")


async def _marked(store: Store, event: RecordingInterrupted | LineStepped) -> None:
    """What reviewers of a recording must know: a part is missing, a line carried less."""
    async with store.begin() as tx:
        call = await calls.find(tx, event.room)
        if call is None:
            return
        if isinstance(event, RecordingInterrupted):
            name = "recording.interrupted"
            await tx.tell(fact(name, call, event.at, SYSTEM, party=event.party))
        elif call.live_at is not None and rules.is_answered(call):
            figures = {"loss": event.loss, "rtt_ms": event.rtt_ms, "kbps": event.kbps}
            data = {"party": event.party, "step": event.step, **figures}
            await tx.tell(fact("call.stepped", call, event.at, SYSTEM, **data))


async def _writing(tx: Tx, call: Call, event: RecordingClosed) -> Recording | None:
    """The row of this file: opened with it or made now; None when the file was heard of before."""
    party = Party(event.party)
    known = [r for r in await calls.recordings(tx, call.id) if r.party is party]
    open_rows = [r for r in known if r.state is RecordingState.WRITING]
    if not open_rows and event.started_at in {r.started_at for r in known}:
        return None
    for recording in open_rows:
        if recording.segment == event.segment:
            return recording
    if open_rows:  # numbered anew since the server started again
        return open_rows[0]
    late = opened(call, party, known, event.started_at)
    await calls.add_recording(tx, late)
    return late


async def _moved(store: Store, clock: Clock, event: MovementEnded) -> None:
    now = clock.now()
    async with store.begin() as tx:
        call = await calls.find(tx, event.room)
        if call is None:
            return
        asked = [m for m in await calls.movements(tx, call.id) if m.id == event.movement]
        if not asked or not await calls.end_movement(tx, _outcome(asked[0], event, now)):
            return
        data = {"movement": event.movement, "direction": event.direction}
        if event.reason is not None:
            data["reason"] = event.reason
        name = "movement.passed" if event.passed else "movement.failed"
        await tx.tell(fact(name, call, now, SYSTEM, **data))
        tx.wake(f"desk:{call.agent_id}")


def _outcome(asked: Movement, event: MovementEnded, now: datetime) -> Movement:
    return replace(
        asked,
        state=MovementState.PASSED if event.passed else MovementState.FAILED,
        ended_at=now,
        reason=event.reason,
        peak_deg=event.peak_deg,
        peak=event.peak,
        threshold=event.threshold,
        planarity=event.planarity,
        seconds=event.seconds,
        limits_version=event.limits_version,
        series=event.series,
    )
