"""What outlives a power cut: a name is durable only with the folder it stands in."""

import os
from collections.abc import Iterable
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def settle(source: Path, target: Path) -> None:
    """Give a whole, fsynced file its name, durably; what had it before is gone."""
    source.rename(target)
    for folder in {source.parent, target.parent}:
        sync_folder(folder)


def write_whole(target: Path, pieces: Iterable[bytes]) -> None:
    """A file that is there whole or not at all: written beside its name, and named at the end."""
    part = target.with_name(f"{target.name.partition('.')[0]}.part")
    try:
        with part.open("wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        settle(part, target)
    except OSError:  # a half on a full disk would take room from those who need little
        part.unlink(missing_ok=True)
        raise
