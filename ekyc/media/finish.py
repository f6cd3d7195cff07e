"""Finishes a recording: an index beside it, so that it plays and seeks; itself it stays as it is.

The index is a sealed file too. What is played is the front out of the index, then the clusters out
of the original; docs/sealed-recording.md has the form.
"""

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from ekyc.domain.seal import DataKey
from ekyc.durable import sync_folder
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
        _write_index(index, content, owner.data_key(), bytes.fromhex(id))
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
        sealer = Sealer(owner.data_key())
        part = path.with_name(f"{path.name}.part")
        with part.open("wb") as file:
            file.write(sealer.header)
            while content := clear.read(_CHUNK):
                file.write(sealer.record(content))
            file.write(sealer.end())
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        sync_folder(path.parent)


def _write_index(index: Path, content: bytes, key: DataKey, file_id: bytes) -> None:
    part = index.with_name(f"{index.name}.part")
    with part.open("wb") as file:
        file.write(sealed(content, key, file_id=file_id))
        file.flush()
        os.fsync(file.fileno())
    part.rename(index)
    sync_folder(index.parent)


def _sha256(source: Source) -> str:
    digest = hashlib.sha256()
    for at in range(0, source.size, _CHUNK):
        digest.update(source.read(at, _CHUNK))
    return digest.hexdigest()
