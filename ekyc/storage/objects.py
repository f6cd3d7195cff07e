"""Finished files: written aside, fsynced with their folder, renamed; keys are ours, never a user's.

All functions block; call them in a thread.
"""

import hashlib
import re
import uuid
from contextlib import closing
from datetime import datetime
from pathlib import Path

from ekyc.durable import settle, sync_folder, write_whole
from ekyc.sealed.form import CustomerKey, Damaged, sealed
from ekyc.sealed.playable import Playable
from ekyc.sealed.reader import Reader, Source

_KEY = re.compile(r"[0-9a-f]{32}\.((jpg|webm|bin)(\.ekr)?|index\.ekr)")
_PICTURE = re.compile(r"[0-9a-f]{32}\.(jpg|(jpg|bin)\.ekr|part)")
SEALED = ".ekr"
"""How the key of a sealed object ends."""


class Objects:
    """A folder of immutable files, spread over 256 sub-folders."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes, *, suffix: str, owner: CustomerKey) -> tuple[str, str]:
        """Seal and keep `content`; returns its key, and its own SHA-256 in hex."""
        id = uuid.uuid4()
        key, target = self._place(id.hex, f"{suffix}{SEALED}")
        write_whole(target, [sealed(content, owner.data_key(), file_id=id.bytes)])
        return key, hashlib.sha256(content).hexdigest()

    def put_file(self, source: Path, *, id: str, suffix: str) -> str:
        """Move a finished, fsynced file of the same file system in; returns its key.

        The same `id` gives the same key: work done twice leaves one file.
        """
        key, target = self._place(id, suffix)
        settle(source, target)
        return key

    def keep(self, source: Path, *, id: str, suffix: str) -> str:
        """Give a finished, fsynced file of the same file system a place here too; returns its key.

        What lies there already stays: an original is never written over.
        """
        key, target = self._place(id, suffix)
        if not target.exists():
            target.hardlink_to(source)
            sync_folder(target.parent)
        return key

    def open(self, key: str, *, owner: CustomerKey, index: str | None = None) -> Source:
        """A sealed object, to be read at any place; a recording with its index. `Damaged`."""
        if index is not None:
            return Playable.opened(self.path(index), self.path(key), owner)
        reader = Reader(self.path(key), owner)
        if not reader.is_whole or reader.header.file_id.hex() != key.partition(".")[0]:
            reader.close()
            raise Damaged("it broke off, or is another object's")
        return reader

    def _place(self, id: str, suffix: str) -> tuple[str, Path]:
        """A key, and where it will lie: the folder stands durably."""
        key = f"{id}.{suffix}"
        target = self.path(key)
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            for folder in (self._folder, self._folder.parent):
                sync_folder(folder)
        return key, target

    def path(self, key: str) -> Path:
        """Where a key's file lies; `ValueError` for anything that is not a key of ours."""
        if not _KEY.fullmatch(key):
            raise ValueError("not a key")
        return self._folder / key[:2] / key

    def discard(self, *keys: str) -> None:
        """Remove files that nothing refers to."""
        for key in keys:
            self.path(key).unlink(missing_ok=True)

    def pictures(self, *, before: datetime) -> list[Path]:
        """Photographs, half-written ones too, whose files were last changed before an instant."""
        limit = before.timestamp()
        return [
            file
            for file in self._folder.glob("??/*")
            if _PICTURE.fullmatch(file.name) and file.stat().st_mtime < limit
        ]

    def whole(self, key: str, *, owner: CustomerKey) -> bytes:
        """All of an object, sealed or from before they were. `Damaged`."""
        if not key.endswith(SEALED):
            return self.read(key)
        with closing(self.open(key, owner=owner)) as source:
            return source.read(0, source.size)

    def read(self, key: str) -> bytes:
        """The whole file."""
        return self.path(key).read_bytes()
