"""Brings a database to this version's tables: at every start, and by `ekyc migrate`."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from ekyc.storage.schema import metadata
from ekyc.storage.store import Store

_LOCK = 0x656B7963  # "ekyc": one node migrates, the others wait


async def migrate(store: Store) -> None:
    """Upgrade to the newest revision; nothing happens when it is there already."""
    if store.file is not None:
        store.file.parent.mkdir(parents=True, exist_ok=True)
    async with store.engine.begin() as connection:
        await connection.run_sync(_upgrade)


async def differences(store: Store) -> list[object]:
    """How the database differs from the tables in `schema`; empty when it does not."""
    async with store.engine.connect() as connection:
        return await connection.run_sync(_compare)


def _upgrade(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    command.upgrade(_config(connection), "head")


def _compare(connection: sa.Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"render_as_batch": True})
    return list(compare_metadata(context, metadata))


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
