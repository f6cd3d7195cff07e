"""Brings a database to this version's tables: at every start, and by `ekyc migrate`.

alembic is loaded only when there is something to do: most starts find the newest tables, and its
half a second of imports would be a good part of theirs.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ekyc.storage.schema import metadata
from ekyc.storage.store import Store

if TYPE_CHECKING:
    from alembic.config import Config

VERSIONS = Path(__file__).parent / "migrations" / "versions"
_LOCK = 0x656B7963  # "ekyc": one node migrates, the others wait


class DatabaseTooNew(Exception):
    """The database was made by a newer version; the text says what to do."""


async def migrate(store: Store) -> None:
    """Upgrade to the newest revision; nothing happens when it is there already.

    Raises `DatabaseTooNew`.
    """
    await build(store, _upgrade)


async def build(store: Store, work: Callable[[sa.Connection], None]) -> None:
    """Make tables and rows by hand, all of them or none."""
    if store.file is not None:
        store.file.parent.mkdir(parents=True, exist_ok=True)
    async with store.unbounded() as connection:
        await connection.run_sync(work)


async def differences(store: Store) -> list[object]:
    """How the database differs from the tables in `schema`; empty when it does not."""
    async with store.engine.connect() as connection:
        return await connection.run_sync(_compare)


def _upgrade(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    found = revision(connection)
    if found == newest():
        return
    if found is not None and found not in known():
        raise DatabaseTooNew(
            f"its tables are those of revision {found}, this version of ekyc knows up to"
            f" {newest()}: start the version that made them, or restore a backup made before"
        )
    upgrade(connection, "head")


def upgrade(connection: sa.Connection, to: str) -> None:
    """Bring the tables to a revision."""
    from alembic import command

    command.upgrade(_config(connection), to)


def known() -> frozenset[str]:
    """Every revision of this version; a migration's file begins with its own."""
    return frozenset(file.name.partition("_")[0] for file in VERSIONS.glob("[0-9]*.py"))


def newest() -> str:
    """The last revision."""
    return max(known())


def revision(connection: sa.Connection) -> str | None:
    """The revision of the tables; None in a database without them."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version"))
    return found.scalar_one_or_none()


def _compare(connection: sa.Connection) -> list[object]:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    context = MigrationContext.configure(connection, opts={"render_as_batch": True})
    return list(compare_metadata(context, metadata))


def _config(connection: sa.Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    config.attributes["connection"] = connection
    return config
