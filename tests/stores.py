"""The real store for a test: SQLite in its own file, and PostgreSQL under the marker `postgres`."""

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa

from ekyc.storage.bus import Bus
from ekyc.storage.schema import metadata
from ekyc.storage.store import Store

MEMORY = Path("/dev/shm")
"""A file system in memory: what is tested does not depend on how long a disk takes to sync."""

ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@asynccontextmanager
async def opened(url: str, **bounds: Any) -> AsyncIterator[Store]:
    """A store on this database, closed afterwards."""
    store = Store(url, bus=Bus(), **bounds)
    try:
        yield store
    finally:
        await store.close()


async def make_tables(store: Store) -> None:
    """What migrations make, without the way there."""
    async with store.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)


async def _make(url: str) -> None:
    async with opened(url) as store:
        await make_tables(store)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table and no row; copied, because making it takes longer."""
    path = tmp_path_factory.mktemp("database") / "empty.sqlite3"
    asyncio.run(_make(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_tables(postgres_server: str) -> Iterator[str]:
    """A PostgreSQL database with every table, `HOST:PORT/NAME`; emptied for each test."""
    database = f"{postgres_server}/tables"

    async def work(order: str) -> None:
        admin = await asyncpg.connect(f"postgresql://ekyc@{postgres_server}/postgres")
        await admin.execute(order)
        await admin.close()

    asyncio.run(work("CREATE DATABASE tables"))
    asyncio.run(_make(f"postgresql+asyncpg://ekyc@{database}"))
    yield database
    asyncio.run(work("DROP DATABASE tables WITH (FORCE)"))


@pytest.fixture(scope="session")
def sqlite_folder() -> Iterator[Path]:
    """Where each test's SQLite file lies, one after the other."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of this test's own with every table and no row."""
    if request.param == "sqlite":
        folder: Path = request.getfixturevalue("sqlite_folder")
        for file in folder.iterdir():
            file.unlink()
        path = shutil.copy(request.getfixturevalue("empty_database"), folder / "ekyc.sqlite3")
        return f"sqlite+aiosqlite:///{path}"
    database = request.getfixturevalue("postgres_tables")
    asyncio.run(_empty(f"postgresql://ekyc@{database}"))
    return f"postgresql+asyncpg://ekyc@{database}"


@asynccontextmanager
async def without(file: Path, table: str) -> AsyncIterator[None]:
    """A SQLite file in which every statement on this table fails, as when the disk has gone."""

    def rename(name: str, to: str) -> None:
        with closing(sqlite3.connect(file)) as database, database:
            database.execute(f"ALTER TABLE {name} RENAME TO {to}")

    await asyncio.to_thread(rename, table, f"{table}_away")
    try:
        yield
    finally:
        await asyncio.to_thread(rename, f"{table}_away", table)


async def _empty(url: str) -> None:
    connection = await asyncpg.connect(url)
    for table in reversed(metadata.sorted_tables):
        await connection.execute(str(sa.delete(table)))
    await connection.close()


@pytest.fixture(scope="session")
def known_stores() -> dict[str, Store]:
    """Stores by address: what SQLAlchemy has compiled once serves every test."""
    return {}


@pytest.fixture
async def store(database_url: str, known_stores: dict[str, Store]) -> AsyncIterator[Store]:
    """A store with nothing in it; files of SQLite, because in memory there is no WAL."""
    if database_url not in known_stores:
        known_stores[database_url] = Store(database_url, bus=Bus())
    store = known_stores[database_url]
    store.bus = Bus()
    yield store
    await store.close()
