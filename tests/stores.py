"""The real store for a test: SQLite in its own file, and PostgreSQL under the marker `postgres`."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

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
async def opened(url: str) -> AsyncIterator[Store]:
    """A store on this database, closed afterwards."""
    store = Store(url, bus=Bus())
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


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of this test's own with every table and no row."""
    if request.param == "sqlite":
        with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
            path = Path(folder) / "ekyc.sqlite3"
            shutil.copy(request.getfixturevalue("empty_database"), path)
            yield f"sqlite+aiosqlite:///{path}"
        return
    database = request.getfixturevalue("postgres_tables")
    asyncio.run(_empty(f"postgresql://ekyc@{database}"))
    yield f"postgresql+asyncpg://ekyc@{database}"


async def _empty(url: str) -> None:
    connection = await asyncpg.connect(url)
    for table in reversed(metadata.sorted_tables):
        await connection.execute(str(sa.delete(table)))
    await connection.close()


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A store of this test's own; files of SQLite, because in memory there is no WAL."""
    async with opened(database_url) as store:
        yield store
