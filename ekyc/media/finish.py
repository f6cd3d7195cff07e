"""Finishes a recording: an index beside it, so that it plays and seeks; itself it stays as it is.

The index is a sealed file too. What is played is the front out of the index, then the clusters out
of the original; docs/sealed-recording.md has the form.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ekyc.durable import write_whole
from ekyc.media.index import NothingRecorded, front
from ekyc.media.spool import lock
from ekyc.sealed.form import HEADER_BYTES, CustomerKey, Sealer, sealed
from ekyc.sealed.playable import Playable, index_content
from ekyc.sealed.reader import Reader, Source

WEBM = bytes.fromhex("1A45DFA3")
"""How every WebM begins."""

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What is known of a recording once it is finished."""

    duration_ms: int
    size_bytes: int
    """As it is played and downloaded."""
    sha256: str
    """The same."""
    sealed_bytes: int
    """Of the original's file."""
    sealed_sha256: str
    is_whole: bool
    """False: it broke off, or a part of it did not fit on the disk."""


def finish(original: Path, index: Path, *, owner: CustomerKey, id: str) -> Finished:
    """Write the `index` of a recording that is complete, or that a crash cut off.

    Blocks for some microseconds per recorded second. `id` is the recording's own, 32 hex digits.
    Raises `StillWritten` while a worker holds the file, `NothingRecorded` when there is neither
    picture nor sound in it, `Damaged`; running it twice gives the same recording.
    """
    with original.open("rb") as held:
        lock(held.fileno())
        os.fsync(held.fileno())  # a worker that was killed had no time to
        if os.fstat(held.fileno()).st_size < HEADER_BYTES:
            raise NothingRecorded
        with Reader(original, owner) as recording:
            made = front(recording)
            played = Playable(made.content, recording, begin=made.begin, end=made.end)
            sha256 = _sha256(played)
            is_whole = recording.is_whole and not recording.missing
            content = index_content(
                made.content, begin=made.begin, end=made.end, file_id=recording.header.file_id
            )
        write_whole(index, [sealed(content, owner.data_key(), file_id=bytes.fromhex(id))])
        digest = hashlib.file_digest(held, "sha256")
        return Finished(
            duration_ms=made.duration_ms,
            size_bytes=played.size,
            sha256=sha256,
            sealed_bytes=held.tell(),
            sealed_sha256=digest.hexdigest(),
            is_whole=is_whole,
        )


def seal_clear(path: Path, owner: CustomerKey) -> None:
    """Seal a recording that a version before sealing left behind; nothing else is touched."""
    with contextlib.suppress(FileNotFoundError), path.open("rb") as clear:
        if clear.read(len(WEBM)) != WEBM:
            return
        clear.seek(0)
        write_whole(path, _sealed(clear, owner))


def _sealed(clear: BinaryIO, owner: CustomerKey) -> Iterator[bytes]:
    sealer = Sealer(owner.data_key())
    yield sealer.header
    while content := clear.read(_CHUNK):
        yield sealer.record(content)
    yield sealer.end()


def _sha256(source: Source) -> str:
    digest = hashlib.sha256()
    for at in range(0, source.size, _CHUNK):
        digest.update(source.read(at, _CHUNK))
    return digest.hexdigest()
