"""The way back from a backup: into an empty database and empty folders, after every checksum."""

import asyncio
import shutil
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ekyc.storage import backup, migrate
from ekyc.storage.backup import BackupRefused, Manifest, Places
from ekyc.storage.secret import keep
from ekyc.storage.store import Store

_PAGE = 500


async def restore(store: Store, places: Places, folder: Path) -> Manifest:
    """Bring a backup back and up to this version's tables.

    Raises `BackupRefused` before anything is written: for a damaged or foreign backup, and for a
    database or folder that holds something already. Only a database migrated by nobody is empty.
    """
    manifest = await asyncio.to_thread(_verified, folder)
    await asyncio.to_thread(_refuse_full, places, folder)
    await migrate.build(store, lambda connection: _fill(connection, folder, manifest))
    await asyncio.to_thread(_bring_files, places, folder)
    await migrate.migrate(store)
    return manifest


def _verified(folder: Path) -> Manifest:
    manifest = Manifest.read(folder)
    if manifest.revision not in migrate.known():
        raise BackupRefused(
            f"the backup was made by ekyc {manifest.version}, which is newer: restore it with that"
        )
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file() or backup.checked(path) != expected:
            raise BackupRefused(f"{name} is damaged or missing: take another backup")
    return manifest


def _refuse_full(places: Places, folder: Path) -> None:
    for place in (places.objects, places.spool):
        if place.exists() and any(place.iterdir()):
            raise BackupRefused(f"{place} is not empty: restore into a new place")
    for path in places.secrets:
        ours = folder / backup.SECRETS / path.name
        if path.exists() and ours.exists() and path.read_bytes() != ours.read_bytes():
            raise BackupRefused(f"{path} is another server's: restore into a new place")


def _fill(connection: sa.Connection, folder: Path, manifest: Manifest) -> None:
    if sa.inspect(connection).get_table_names():
        raise BackupRefused("the database is not empty: name a new one")
    migrate.upgrade(connection, manifest.revision)
    for table in backup.tables(connection):
        rows = backup.lines(folder, table.name)
        while page := [_read(table, row, connection) for row in islice(rows, _PAGE)]:
            connection.execute(sa.insert(table), page)


def _read(table: sa.Table, row: dict[str, Any], connection: sa.Connection) -> dict[str, Any]:
    """A row as the driver wants it: SQLite keeps instants without their zone, which is UTC."""
    for column in table.columns:
        if isinstance(column.type, sa.Date) and row[column.name] is not None:
            row[column.name] = date.fromisoformat(row[column.name])
        if isinstance(column.type, sa.DateTime) and row[column.name] is not None:
            at = datetime.fromisoformat(row[column.name]).astimezone(UTC)
            naive = connection.dialect.name == "sqlite"
            row[column.name] = at.replace(tzinfo=None) if naive else at
    return row


def _bring_files(places: Places, folder: Path) -> None:
    for part, place in ((backup.OBJECTS, places.objects), (backup.SPOOL, places.spool)):
        shutil.copytree(folder / part, place, dirs_exist_ok=True)
    for path in places.secrets:
        ours = folder / backup.SECRETS / path.name
        if ours.exists() and not path.exists():
            keep(path, ours.read_text(encoding="utf-8"))
