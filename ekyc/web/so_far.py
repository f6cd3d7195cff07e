"""A recording that is not finished, played as far as it went when somebody began to look.

What a player reads must not change under it. A recording only grows, so the number of bytes there
were names one state of it for ever, whatever was added since; the file may even be finished.
"""

import asyncio
from collections import OrderedDict
from pathlib import Path

from aiohttp import web

from ekyc.domain.call import Recording, RecordingState
from ekyc.domain.errors import NotFound
from ekyc.jobs import recordings
from ekyc.journey import sealing
from ekyc.media.index import Front, NothingRecorded, front
from ekyc.sealed.form import HEADER_BYTES, CustomerKey
from ekyc.sealed.playable import Playable
from ekyc.sealed.reader import Reader, Source
from ekyc.storage import calls
from ekyc.storage.objects import SEALED
from ekyc.web.keys import OBJECTS, RING, SETTINGS, STORE

_KEPT = 16


FRONTS: web.AppKey["Fronts"] = web.AppKey("fronts")


class Fronts:
    """The last fronts that were made: each needs a walk through the whole recording."""

    def __init__(self) -> None:
        self._made: OrderedDict[tuple[str, int], Front] = OrderedDict()
        self._turn = asyncio.Lock()

    async def of(self, id: str, recording: Source, to: int) -> Front:
        """What is played before the clusters of so many bytes; raises `NothingRecorded`."""
        async with self._turn:
            made = self._made.pop((id, to), None)
            if made is None:
                made = await asyncio.to_thread(front, _Beginning(recording, to))
            self._made[id, to] = made
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return made


class _Beginning:
    """The first bytes of a source."""

    def __init__(self, whole: Source, size: int) -> None:
        self._whole, self.size = whole, size

    def read(self, at: int, count: int) -> bytes:
        """So many bytes from there, fewer at the end."""
        return self._whole.read(at, max(0, min(count, self.size - at)))

    def close(self) -> None:
        """The whole stays open."""


async def length(request: web.Request, recording: Recording) -> tuple[int, int]:
    """How many bytes there are now, and how many milliseconds in them; `NotFound`."""
    source = await _opened(request, recording)
    try:
        made = await _front(request, recording, source, source.size)
        return source.size, made.duration_ms
    finally:
        await asyncio.to_thread(source.close)


async def opened(request: web.Request, recording: Recording, to: int) -> Playable:
    """The recording as it was at so many bytes; `NotFound` when it never was so long."""
    source = await _opened(request, recording)
    try:
        if to > source.size:
            raise NotFound
        made = await _front(request, recording, source, to)
    except BaseException:
        await asyncio.to_thread(source.close)
        raise
    return Playable(made.content, source, begin=made.begin, end=made.end)


async def _front(request: web.Request, recording: Recording, source: Reader, to: int) -> Front:
    try:
        return await request.app[FRONTS].of(recording.id, source, to)
    except NothingRecorded:
        raise NotFound from None


async def _opened(request: web.Request, recording: Recording) -> Reader:
    owner = await sealing.recorded_under(request.app[STORE], request.app[RING], recording)
    for _ in range(2):  # it may be moved to the finished ones just now
        try:
            return await asyncio.to_thread(_reader, await _path(request, recording.id), owner)
        except FileNotFoundError:
            continue
    raise NotFound


def _reader(path: Path, owner: CustomerKey) -> Reader:
    if path.stat().st_size < HEADER_BYTES:
        raise NotFound  # begun a moment ago
    return Reader(path, owner)


async def _path(request: web.Request, id: str) -> Path:
    async with request.app[STORE].read() as tx:
        recording = await calls.recording(tx, id)
    if recording.object_key is not None and recording.object_key.endswith(SEALED):
        return request.app[OBJECTS].path(recording.object_key)
    if recording.state in {RecordingState.WRITING, RecordingState.FINISHING}:
        spool = request.app[SETTINGS].objects.spool
        return await recordings.unfinished(request.app[STORE], spool, recording)
    raise NotFound
