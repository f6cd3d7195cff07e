"""A backup: every row of one instant as lines of JSON, every file, and the checksums of all.

Rows are written the same way from SQLite and PostgreSQL and read back into either. Order matters:
first the rows, then the spool, then the objects, then both again. An object is complete before a
row names it. What was being written in that instant lies, a moment later, in the spool under one of
two names or among the objects: whatever one look misses by a renaming, the next one finds.

Whatever is not async here blocks; call it in a thread.
"""

import asyncio
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ekyc.storage import migrate
from ekyc.storage.store import Store

MANIFEST = "manifest.json"
ROWS, OBJECTS, SPOOL, SECRETS = "rows", "objects", "spool", "secrets"
FORM = 1
"""Of the folder; a restore refuses forms it does not know."""

_NOT_OURS = frozenset({"alembic_version"})
_PAGE = 500
_CHUNK = 1 << 20
_NAMED = (
    ("photographs", ("original", "straightened")),
    ("recordings", ("object_key", "index_key")),
    ("stills", ("original",)),
    ("portraits", ("picture",)),
    ("chips", ("data",)),
    ("exports", ("object_key", "index_key")),
)
"""Which columns name objects."""


class BackupRefused(Exception):
    """The folder or the database is not what the work needs; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds: `files` maps each path to its SHA-256 and size in bytes."""

    form: int
    version: str
    revision: str
    made_at: str
    rows: Mapping[str, int]
    files: Mapping[str, tuple[str, int]]

    @property
    def size_bytes(self) -> int:
        """Of all files."""
        return sum(size for _, size in self.files.values())

    def write(self, folder: Path) -> None:
        """Last of all: a backup without it is not complete."""
        aside = folder / f"{MANIFEST}.part"
        aside.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        aside.rename(folder / MANIFEST)

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Raises `BackupRefused`."""
        try:
            said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise BackupRefused(f"{folder} holds no complete backup: no {MANIFEST}") from None
        if said.get("form") != FORM:
            raise BackupRefused(f"{folder} was written by another version: form {said.get('form')}")
        files = {name: (sha256, size) for name, (sha256, size) in said.pop("files").items()}
        return cls(**said, files=files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where a server keeps what is not in the database."""

    objects: Path
    spool: Path
    secrets: Sequence[Path]
    """Files made up once: the server's key, and what stands beside it."""


async def save(store: Store, places: Places, folder: Path, *, version: str) -> Manifest:
    """Write a backup into an empty or new folder; raises `BackupRefused`."""
    await asyncio.to_thread(_made, folder)
    made_at = datetime.now(UTC).isoformat()
    revision, rows = await store.snapshot(lambda seen: _write_rows(seen, folder / ROWS))
    files = await asyncio.to_thread(_copy, places, folder)
    manifest = Manifest(
        form=FORM, version=version, revision=revision, made_at=made_at, rows=rows, files=files
    )
    await asyncio.to_thread(manifest.write, folder)
    return manifest


def _made(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise BackupRefused(f"{folder} is not empty: name a new folder")
    for part in (ROWS, OBJECTS, SPOOL, SECRETS):
        (folder / part).mkdir(mode=0o700, parents=True)


def _copy(places: Places, folder: Path) -> dict[str, tuple[str, int]]:
    """Bring every file over; the checksums of all that is in the backup now, rows included."""
    spooled: dict[tuple[int, int], Path] = {}
    for source, part in ((places.spool, SPOOL), (places.objects, OBJECTS)) * 2:
        for path in _finished(source):
            target = folder / part / path.relative_to(source)
            file = None if target.exists() else _copied(path, target)
            if file in spooled:  # an earlier look at what this is now, or at what was lost
                spooled.pop(file).unlink()
            if file and part == SPOOL:
                spooled[file] = target
    for path in places.secrets:
        if path.exists():
            _copied(path, folder / SECRETS / path.name)
    return {str(path.relative_to(folder)): checked(path) for path in sorted(_files(folder))}


def missing(folder: Path, manifest: Manifest) -> Sequence[str]:
    """Objects that rows name and the backup does not hold."""
    there = {Path(name).name for name in manifest.files if name.startswith(f"{OBJECTS}/")}
    named = {
        row[column]
        for table, columns in _NAMED
        if table in manifest.rows  # an older version may not have had it
        for row in lines(folder, table)
        for column in columns
        if row.get(column)  # a backup of an older version has no index
    }
    return sorted(named - there)


def lines(folder: Path, table: str) -> Iterator[dict[str, Any]]:
    """The rows of a table, as they were written."""
    with (folder / ROWS / f"{table}.jsonl").open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def checked(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
        return digest.hexdigest(), file.tell()


def tables(connection: sa.Connection) -> Sequence[sa.Table]:
    """The database's own tables, those others refer to first."""
    found = sa.MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name not in _NOT_OURS]


def _write_rows(connection: sa.Connection, folder: Path) -> tuple[str, dict[str, int]]:
    revision = migrate.revision(connection)
    if revision is None:
        raise BackupRefused("the database has no tables yet: there is nothing to back up")
    counts = {}
    for table in tables(connection):
        with (folder / f"{table.name}.jsonl").open("w", encoding="utf-8") as file:
            counts[table.name] = 0
            found = connection.execution_options(yield_per=_PAGE).execute(sa.select(table))
            for row in found.mappings():
                file.write(json.dumps(dict(row), ensure_ascii=False, default=_instant) + "\n")
                counts[table.name] += 1
    return revision, counts


def _instant(value: object) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if not isinstance(value, datetime):
        raise TypeError(type(value).__name__)
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _finished(folder: Path) -> list[Path]:
    """Pictures and recordings; not what is set aside while it is written."""
    return [path for path in _files(folder) if path.suffix in {".jpg", ".webm", ".closed", ".ekr"}]


def _copied(source: Path, target: Path) -> tuple[int, int] | None:
    """Device and inode, which a recording keeps under all its names.

    None: it vanished meanwhile, and has another name now, or was deleted with its rows.
    """
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        file = source.open("rb")
    except FileNotFoundError:
        return None
    with file, target.open("xb") as copy:
        while chunk := file.read(_CHUNK):
            copy.write(chunk)
        state = os.fstat(file.fileno())
    return state.st_dev, state.st_ino
