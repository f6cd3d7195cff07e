"""Exports: asked for, made by a job, taken out, removed again; each of these is a fact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ekyc.domain import export as rules
from ekyc.domain.call import Call, Recording, RecordingState
from ekyc.domain.errors import ExportNotReady, ExportsBusy, NotFound
from ekyc.domain.events import SYSTEM, Actor
from ekyc.domain.export import Export, ExportState, Problem
from ekyc.journey.discard import discard
from ekyc.journey.ending import fact
from ekyc.journey.ports import Clock
from ekyc.storage import applications, calls, exports
from ekyc.storage.store import Job, Store, Tx, new_id

COMPOSE = "export.compose"
"""The kind of the job that makes the film."""

LOOK = timedelta(minutes=15)
"""The parts of one download are one fact."""

_UNFINISHED = frozenset({RecordingState.WRITING, RecordingState.FINISHING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is to be made: the call began with `live_at`."""

    export: Export
    application_id: str
    began: datetime
    recordings: Sequence[Recording]


async def ask(
    store: Store,
    clock: Clock,
    *,
    application_id: str,
    call_id: str,
    staff_id: str,
    language: str,
    waiting_max: int,
) -> Export:
    """A film of this call, made soon; the one there is when there is one.

    Raises `NotFound`, `ExportNotReady`, `ExportsBusy`.
    """
    now = clock.now()
    async with store.begin() as tx:
        call = await calls.find(tx, call_id)
        if call is None or call.application_id != application_id:
            raise NotFound
        standing = await exports.last(tx, call_id)
        if standing is not None and standing.state in rules.STANDING:
            return standing
        await _refuse_unready(tx, call)
        if await exports.unfinished(tx) >= waiting_max:
            raise ExportsBusy
        asked = Export(
            id=new_id(),
            call_id=call_id,
            state=ExportState.DUE,
            asked_by=staff_id,
            asked_at=now,
            language=language,
        )
        await exports.add(tx, asked)
        by = Actor(kind="staff", id=staff_id)
        await tx.tell(fact("export.asked", call, now, by, export=asked.id))
        payload = {"export": asked.id}
        await tx.later(Job(kind=COMPOSE, key=f"export:{asked.id}", payload=payload, due_at=now))
    return asked


async def _refuse_unready(tx: Tx, call: Call) -> None:
    recorded = await calls.recordings(tx, call.id)
    if not any(each.state is not RecordingState.LOST for each in recorded):
        raise NotFound
    if call.ended_at is None or any(each.state in _UNFINISHED for each in recorded):
        raise ExportNotReady


async def begin(store: Store, *, export_id: str) -> Work | None:
    """The work, from the start; None when there is nothing to do any more."""
    async with store.begin() as tx:
        export = await exports.find(tx, export_id)
        if export is None or not rules.may_move(export, ExportState.RUNNING):
            return None
        call = await calls.find(tx, export.call_id)
        assert call is not None  # the export's row refers to it
        running = replace(export, state=ExportState.RUNNING, percent=0)
        await exports.save(tx, export, running)
        recorded = await calls.recordings(tx, call.id)
        return Work(
            export=running,
            application_id=call.application_id,
            began=call.live_at or call.rang_at,
            recordings=[each for each in recorded if each.object_key is not None],
        )


async def go_on(store: Store, export: Export, *, percent: int) -> Export:
    """So much is done."""
    further = replace(export, percent=percent)
    async with store.begin() as tx:
        await exports.save(tx, export, further)
    return further


async def finish(
    store: Store, clock: Clock, export: Export, *, keep_days: int, **kept: Any
) -> bool:
    """The film is among the objects; False when its row is gone and nobody will ever ask for it."""
    now = clock.now()
    until = now + timedelta(days=keep_days)
    after = replace(export, state=ExportState.FINISHED, percent=100, expires_at=until, **kept)
    data = {name: kept[name] for name in ("duration_ms", "size_bytes", "sha256")}
    return await _end(store, export, after, "export.finished", now, data)


async def fail(store: Store, clock: Clock, export: Export, problem: Problem) -> None:
    """There will be no film; whoever asked may ask again."""
    after = replace(export, state=ExportState.FAILED, problem=problem)
    await _end(store, export, after, "export.failed", clock.now(), {"code": problem.value})


async def _end(
    store: Store, before: Export, after: Export, name: str, now: datetime, data: Mapping[str, Any]
) -> bool:
    async with store.begin() as tx:
        call = await calls.find(tx, after.call_id)
        if call is None or not await exports.save(tx, before, after):
            return False
        await tx.tell(fact(name, call, now, SYSTEM, export=after.id, **data))
    return True


async def take(
    store: Store, clock: Clock, *, application_id: str, export_id: str, staff_id: str
) -> Export:
    """Somebody downloads it (`export.fetched`); `NotFound`."""
    now = clock.now()
    async with store.read() as tx:
        export = await exports.find(tx, export_id)
        call = None if export is None else await calls.find(tx, export.call_id)
        if export is None or call is None or call.application_id != application_id:
            raise NotFound
        if export.state is not ExportState.FINISHED:
            raise NotFound
        by = Actor(kind="staff", id=staff_id)
        taken = fact("export.fetched", call, now, by, export=export.id)
        is_known = await applications.was_told(tx, taken, since=now - LOOK)
    if not is_known:
        async with store.begin() as tx:
            await tx.tell(taken)
    return export


async def remove(store: Store, clock: Clock, *, limit: int) -> int:
    """Films that were kept long enough are removed; how many."""
    now = clock.now()
    async with store.read() as tx:
        found = await exports.lapsed(tx, now=now, limit=limit)
    removed = 0
    for export in found:
        gone = replace(export, state=ExportState.REMOVED, object_key=None, index_key=None)
        async with store.begin() as tx:
            call = await calls.find(tx, export.call_id)
            if call is None or not await exports.save(tx, export, gone):
                continue
            keys = [key for key in (export.object_key, export.index_key) if key]
            await discard(tx, keys, of=export.id, now=now)
            await tx.tell(fact("export.removed", call, now, SYSTEM, export=export.id))
            removed += 1
    return removed
