"""A recording's file while it grows: locked, written by one thread, on the disk every second.

Every record is sealed before it is handed to the disk. Names are
`<room>-<party>-<segment>.webm.ekr`, so that files a crash left behind can be told apart.
"""

import asyncio
import fcntl
import os
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from ekyc.domain.seal import DataKey
from ekyc.durable import sync_folder
from ekyc.media import webm
from ekyc.sealed.form import Sealer

log = structlog.get_logger(__name__)

_NAME = re.compile(r"(?P<room>[0-9A-Za-z_-]+)-(?P<party>[a-z]+)-(?P<segment>[0-9]+)\.webm(\.ekr)?")


class StillWritten(Exception):
    """A recording's file is held by the worker that writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spooled:
    """A recording's file, by its name."""

    room: str
    party: str
    segment: int
    path: Path


def spooled(folder: Path) -> Iterator[Spooled]:
    """Every recording in the spool, still growing or left behind."""
    for path in sorted(folder.glob("*.webm*")):
        match = _NAME.fullmatch(path.name)
        if match:
            yield Spooled(
                room=match["room"],
                party=match["party"],
                segment=int(match["segment"]),
                path=path,
            )


def lock(descriptor: int) -> None:
    """Claim a recording's file for this process; raises `StillWritten`."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StillWritten from None


class SpoolFile:
    """One growing file; every method returns at once, the disk is waited for in `disk`.

    A record that does not fit on the disk is taken back whole, so that what follows can be read;
    `lost` hears of each, from any thread.
    """

    def __init__(
        self,
        path: Path,
        *,
        key: DataKey,
        disk: ThreadPoolExecutor,
        fsync_s: float,
        backlog_bytes: int,
        lost: Callable[[], None] = lambda: None,
    ) -> None:
        self.path, self._tell_lost = path, lost
        self._sealer = Sealer(key)
        self._begun = self._sealer.header
        self._disk, self._fsync_s, self._backlog_bytes = disk, fsync_s, backlog_bytes
        self._given = self._taken = 0  # bytes; each is counted by one thread only
        self._synced_at = 0.0
        self._size = self._lost = self._refused = 0
        self.has_begun = False
        """Whether a record is stored."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        self._descriptor = os.open(path, flags, 0o600)
        lock(self._descriptor)
        disk.submit(sync_folder, path.parent)
        self._later(self._put, b"")

    def write(self, record: bytes, *, sync: bool = False) -> None:
        """Append one whole record; on the disk within the sync interval, or at once."""
        if self._given - self._taken + len(record) > self._backlog_bytes:
            self._refused += 1
            self._refuse(f"more than {self._backlog_bytes} bytes wait for the disk")
            return
        self._given += len(record)
        refused, self._refused = self._refused, 0
        self._later(self._append, record, sync, refused)

    def mark(self, label: str) -> None:
        """Note a moment of the recording, and make everything before it durable."""
        self.write(webm.note(label), sync=True)

    async def close(self) -> int:
        """Write and sync what is left, and the end marker; the file's size in bytes."""
        try:
            await asyncio.wrap_future(self._disk.submit(self._close))
        except OSError as error:
            self._refuse(type(error).__name__)
        return self._size

    def _later(self, work: Callable[..., None], *arguments: Any) -> None:
        done: Future[None] = self._disk.submit(work, *arguments)
        done.add_done_callback(self._settled)

    def _settled(self, done: "Future[None]") -> None:
        if (error := done.exception()) is not None:
            self._refuse(type(error).__name__)

    def _refuse(self, reason: str) -> None:
        self._lost += 1
        log.error("recording.record-lost", file=self.path.name, lost=self._lost, reason=reason)
        self._tell_lost()

    # In the disk's thread

    def _append(self, record: bytes, sync: bool, refused: int) -> None:
        self._taken += len(record)
        self._sealer.miss(refused)
        try:
            self._put(self._sealer.record(record))
            self.has_begun = True
        except OSError:
            self._sealer.take_back()
            raise
        if sync or self._is_sync_due():
            os.fdatasync(self._descriptor)
            self._synced_at = time.monotonic()

    def _is_sync_due(self) -> bool:
        """While more waits it is not: a slow disk would fall behind until records were lost."""
        is_time = time.monotonic() - self._synced_at >= self._fsync_s
        return is_time and self._taken == self._given

    def _put(self, sealed: bytes) -> None:
        """All of it or nothing; the header goes before the first that fits."""
        both = self._begun + sealed
        view = memoryview(both)
        try:
            while view:  # write() may take a part and say nothing, on a disk that fills up
                view = view[os.write(self._descriptor, view) :]
        except OSError:
            os.ftruncate(self._descriptor, self._size)
            raise
        self._size += len(both)
        self._begun = b""

    def _close(self) -> None:
        try:
            self._sealer.miss(self._refused)
            self._put(self._sealer.end())
            os.fdatasync(self._descriptor)
        finally:
            os.close(self._descriptor)
