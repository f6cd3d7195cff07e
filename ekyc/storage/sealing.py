"""The sealing keys: a file its owner alone can read, one key a line, the newest last.

They wrap the customers' keys and nothing else. The newest wraps; the others open what they wrapped.
"""

import fcntl
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from ekyc.storage.secret import KEY_BYTES, BadKey, keep

_ABOUT = "# Sealing keys, the newest last. Without them no recording opens: keep a copy elsewhere."


class NoSealingKey(Exception):
    """The key that wrapped a customer's key is not in the file any more."""


class Ring:
    """The keys of one file, read again when it changes: a running server learns of a new one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._keys: dict[str, bytes] = {}
        self._read_at = 0

    @classmethod
    def made(cls, path: Path) -> "Ring":
        """The ring in this file; a first key is made where there is no file. `BadKey`."""
        if not path.exists():
            keep(path, f"{_ABOUT}\n{_new()}\n")
        ring = cls(path)
        ring.ids()
        return ring

    def ids(self) -> list[str]:
        """Ids of the keys, the newest last; `BadKey`, `OSError`."""
        state = self.path.stat()
        if state.st_mtime_ns != self._read_at:
            if state.st_mode & 0o077:
                raise BadKey(f"{self.path} can be read by others: chmod 600 {self.path}")
            self._keys = _parsed(self.path.read_text(encoding="utf-8"), self.path)
            self._read_at = state.st_mtime_ns
        return list(self._keys)

    def wrap(self, key: bytes) -> tuple[str, bytes]:
        """A customer's key under the newest of ours, and that one's id."""
        newest = self.ids()[-1]
        return newest, aes_key_wrap(self._keys[newest], key)

    def unwrap(self, id: str, wrapped: bytes) -> bytes:
        """A customer's key; `NoSealingKey`."""
        if id not in self._keys:
            self.ids()
        try:
            return aes_key_unwrap(self._keys[id], wrapped)
        except (KeyError, InvalidUnwrap):
            raise NoSealingKey(f"{self.path} does not hold the sealing key {id}") from None

    def renew(self) -> str:
        """A new key at the end of the file: its id. Whoever is killed here leaves the old file."""
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)  # of two at once, neither may lose the other's key
            text = self.path.read_text(encoding="utf-8").rstrip("\n")
            aside = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}")
            keep(aside, f"{text}\n{_new()}\n")
            aside.replace(self.path)
            os.fsync(folder)
            return self.ids()[-1]
        finally:
            os.close(folder)


def _new() -> str:
    return f"{secrets.token_hex(4)} {secrets.token_hex(KEY_BYTES)}"


def _parsed(text: str, path: Path) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        id, _, digits = line.strip().partition(" ")
        try:
            key = bytes.fromhex(digits)
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES or id in keys:
            raise BadKey(f"{path}: a line is an id of its own, a space, and 32 bytes in hex")
        keys[id] = key
    if not keys:
        raise BadKey(f"{path} holds no key")
    return keys
