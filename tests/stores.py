"""The real store for a test: SQLite in its own file, or an empty PostgreSQL database."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ekyc.storage.bus import Bus
from ekyc.storage.schema import metadata
from ekyc.storage.store import Store


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


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table and no row; copied, because making it takes longer."""
    path = tmp_path_factory.mktemp("database") / "empty.sqlite3"

    async def make() -> None:
        async with opened(f"sqlite+aiosqlite:///{path}") as store:
            await make_tables(store)

    asyncio.run(make())
    return path


@pytest.fixture
async def store(tmp_path: Path, empty_database: Path) -> AsyncIterator[Store]:
    """A store of this test's own; files of SQLite, because in memory there is no WAL."""
    path = tmp_path / "ekyc.sqlite3"
    shutil.copy(empty_database, path)
    async with opened(f"sqlite+aiosqlite:///{path}") as store:
        yield store
