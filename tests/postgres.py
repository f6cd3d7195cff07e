"""A PostgreSQL of the tests' own, and a database of a test's own."""

import uuid
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from ekyc.bench.postgres import FAST, NoPostgres, Postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a running server without a database: `127.0.0.1:PORT`."""
    try:
        with Postgres.running(*FAST) as server:
            yield server.address
    except NoPostgres as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture
async def postgres_url(postgres_server: str) -> AsyncIterator[str]:
    """SQLAlchemy URL of an empty database, gone after the test."""
    name = f"t{uuid.uuid4().hex}"
    admin = await asyncpg.connect(f"postgresql://ekyc@{postgres_server}/postgres")
    await admin.execute(f"CREATE DATABASE {name}")
    yield f"postgresql+asyncpg://ekyc@{postgres_server}/{name}"
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()
