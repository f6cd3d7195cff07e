"""Finishing recordings: an index made, kept among the objects, told; a crash's leftovers too."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

import structlog

from ekyc.domain.call import Recording, RecordingState
from ekyc.domain.errors import NotFound
from ekyc.domain.events import SYSTEM
from ekyc.domain.room import RecordingClosed
from ekyc.journey import room, sealing
from ekyc.journey.ending import fact
from ekyc.journey.ports import Clock
from ekyc.media.finish import finish, seal_clear
from ekyc.media.index import NothingRecorded
from ekyc.media.spool import Spooled, spooled
from ekyc.sealed.form import CustomerKey
from ekyc.storage import calls, jobs
from ekyc.storage.objects import Objects
from ekyc.storage.sealing import Ring
from ekyc.storage.store import Store

log = structlog.get_logger(__name__)

_ORIGINAL, _INDEX = "webm.ekr", "index.ekr"
_CLAIMED = "closed"


def finisher(
    store: Store,
    clock: Clock,
    objects: Objects,
    ring: Ring,
    spool: Path,
    recorded: Callable[[int], None] = lambda size_bytes: None,
) -> Callable[[dict[str, Any]], Awaitable[None]]:
    """The handler of `recording.finish`; harmless when it runs twice.

    A file is known by its name: after a restore the spool lies elsewhere.
    """

    async def work(payload: dict[str, Any]) -> None:
        path = spool / Path(payload["path"]).name
        own = path.with_name(f"{payload['recording']}.{_CLAIMED}")
        async with store.read() as tx:
            recording = await calls.recording(tx, payload["recording"])
        if recording.state is RecordingState.FINISHING:
            owner = await sealing.recorded_under(store, ring, recording)
            if not await asyncio.to_thread(_kept(objects, recording.id).exists):
                await asyncio.to_thread(_claim, path, own)
            recorded(await _finish(store, clock, objects, recording, own, owner))
        # Only now: until the row says finished, the file must be found under this name again.
        await asyncio.to_thread(own.unlink, missing_ok=True)

    return work


def _claim(path: Path, own: Path) -> None:
    """Take the file out of its name, which the call's next recording may be given.

    Else a job taken up again after a crash would remove that one.
    """
    if not own.exists():
        with suppress(FileNotFoundError):
            path.rename(own)


async def _finish(
    store: Store,
    clock: Clock,
    objects: Objects,
    recording: Recording,
    path: Path,
    owner: CustomerKey,
) -> int:
    """The size of what is kept now, bytes."""
    try:
        kept = await asyncio.to_thread(_keep, objects, recording.id, path, owner)
    except (NothingRecorded, FileNotFoundError):
        log.warning("recording.lost", recording=recording.id)
        after = replace(recording, state=RecordingState.LOST)
        async with store.begin() as tx:
            await calls.save_recording(tx, recording, after)
        return 0
    after = replace(recording, state=RecordingState.FINISHED, **kept)
    await _tell(store, clock, recording, after)
    return int(kept["size_bytes"])


def _keep(objects: Objects, id: str, path: Path, owner: CustomerKey) -> dict[str, Any]:
    """What the row is to say. An original among the objects is the one; it may be there already.

    A crash left it between the two, or a backup holds a recording finished while it was made.
    """
    kept = _kept(objects, id)
    original = kept if kept.exists() else path
    aside = path.with_name(f"{id}.index")
    seal_clear(original, owner)
    finished = finish(original, aside, owner=owner, id=id)
    return {
        "index_key": objects.put_file(aside, id=id, suffix=_INDEX),
        "object_key": objects.keep(original, id=id, suffix=_ORIGINAL),
        **asdict(finished),
    }


def _kept(objects: Objects, id: str) -> Path:
    return objects.path(f"{id}.{_ORIGINAL}")


async def _tell(store: Store, clock: Clock, before: Recording, after: Recording) -> None:
    async with store.begin() as tx:
        call = await calls.find(tx, after.call_id)
        assert call is not None  # the recording's row refers to it
        if await calls.save_recording(tx, before, after):
            data = {
                "recording": after.id,
                "party": after.party.value,
                "segment": after.segment,
                "duration_ms": after.duration_ms,
                "size_bytes": after.size_bytes,
                "sha256": after.sha256,
                "sealed_sha256": after.sealed_sha256,
                "is_whole": after.is_whole,
            }
            await tx.tell(fact("recording.finished", call, clock.now(), SYSTEM, **data))


async def unfinished(store: Store, spool: Path, recording: Recording) -> Path:
    """The file of a recording that is written or waits to be finished; `NotFound`."""
    if recording.state is RecordingState.FINISHING:
        async with store.read() as tx:
            due = await jobs.payloads(tx, room.FINISH)
        names = [Path(each["path"]).name for each in due if each["recording"] == recording.id]
        places = [spool / f"{recording.id}.{_CLAIMED}", *(spool / name for name in names)]
    else:
        found = await asyncio.to_thread(lambda: list(spooled(spool)))
        own = (recording.call_id, recording.party.value)
        files = [file for file in found if (file.room, file.party) == own]
        # The last of this party: an earlier one is closed, under whatever number.
        places = [file.path for file in sorted(files, key=attrgetter("segment"))[-1:]]
    for place in places:
        if await asyncio.to_thread(place.exists):
            return place
    raise NotFound


async def adopt(store: Store, clock: Clock, objects: Objects, spool: Path) -> None:
    """At the start, before any room is open: what a crash left in the spool is finished too.

    A file some job will still finish is left to it; a recording without a file is lost.
    """
    async with store.read() as tx:
        awaited = {Path(each["path"]).name for each in await jobs.payloads(tx, room.FINISH)}
        unclosed = await calls.unclosed_recordings(tx)
    begun = {(each.call_id, each.party.value): each.started_at for each in unclosed}
    for event in await asyncio.to_thread(_left_behind, spool, awaited, begun):
        await room.close_recording(store, clock, event)
    await _adopt_kept(store, clock, objects, spool)
    async with store.begin() as tx:
        for recording in await calls.unclosed_recordings(tx):
            log.warning("recording.lost", recording=recording.id)
            lost = replace(recording, state=RecordingState.LOST)
            await calls.save_recording(tx, recording, lost)


async def _adopt_kept(store: Store, clock: Clock, objects: Objects, spool: Path) -> None:
    """A backup may know a recording as being written that was among the objects a moment later."""
    async with store.read() as tx:
        unclosed = await calls.unclosed_recordings(tx)
    for recording in unclosed:
        if await asyncio.to_thread(_kept(objects, recording.id).exists):
            event = RecordingClosed(
                room=recording.call_id,
                party=recording.party.value,
                segment=recording.segment,
                path=spool / f"{recording.id}.{_ORIGINAL}",
                started_at=recording.started_at,
                duration_ms=0,
                size_bytes=0,
            )
            await room.close_recording(store, clock, event)


def _left_behind(
    spool: Path, awaited: set[str], begun: dict[tuple[str, str], datetime]
) -> list[RecordingClosed]:
    orphans = [file for file in spooled(spool) if file.path.name not in awaited]
    return [_closed(file, begun.get((file.room, file.party))) for file in orphans]


def _closed(file: Spooled, started_at: datetime | None) -> RecordingClosed:
    """How long it lasted is known once it is finished."""
    state = file.path.stat()
    return RecordingClosed(
        room=file.room,
        party=file.party,
        segment=file.segment,
        path=file.path.absolute(),
        started_at=started_at or datetime.fromtimestamp(state.st_mtime, UTC),
        duration_ms=0,
        size_bytes=state.st_size,
    )
