"""The server's key: 32 random bytes in a file only its owner can read."""

import os
import secrets
from pathlib import Path

from ekyc.durable import sync_folder

KEY_BYTES = 32


class BadKey(ValueError):
    """The key is not 32 bytes in hex, or others than its owner can read it."""


def parse(text: str) -> bytes:
    """The key in `text`; `BadKey`: an empty or shortened one would sign for everybody."""
    try:
        key = bytes.fromhex(text)
    except ValueError:
        raise BadKey("not hex") from None
    if len(key) < KEY_BYTES:
        raise BadKey(f"shorter than {KEY_BYTES} bytes")
    return key


def kept(path: Path) -> bytes:
    """The key in the file, made at the first start; `BadKey`."""
    if not path.exists():
        keep(path, secrets.token_hex(KEY_BYTES))
    return parse(_read(path))


def shared(path: Path) -> str:
    """A secret another program has too, as it stands there; `BadKey`."""
    if not path.exists():
        raise BadKey(f"{path} is not there")
    text = _read(path)
    if len(text) < KEY_BYTES:
        raise BadKey(f"{path}: shorter than {KEY_BYTES} characters")
    return text


def _read(path: Path) -> str:
    if path.stat().st_mode & 0o077:
        raise BadKey(f"{path} can be read by others: chmod 600 {path}")
    return path.read_text().strip()


def keep(path: Path, text: str) -> None:
    """Write a secret that only its owner can read: all of it or nothing, never over another."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, path)
        sync_folder(path.parent)
    finally:
        aside.unlink()
