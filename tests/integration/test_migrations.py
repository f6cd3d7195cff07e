"""Migrations: an empty database and the tables in `schema` meet, forwards and back."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from ekyc.storage import migrate, staff
from ekyc.storage.store import Store
from tests.builders import an_application, given
from tests.stores import ENGINES, opened


@pytest.fixture(params=ENGINES)
def nothing_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'new' / 'ekyc.sqlite3'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


async def _tables(store: Store) -> set[str]:
    async with store.engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names()))


async def _back_to_nothing(store: Store) -> None:
    async with store.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(migrate._config(sync), "base"))


async def test_a_new_database_is_brought_to_the_tables_and_back_and_there_again(
    nothing_url: str,
) -> None:
    async with opened(nothing_url) as store:
        await migrate.migrate(store)
        assert await migrate.differences(store) == []
        await _back_to_nothing(store)
        assert await _tables(store) == {"alembic_version"}
        await migrate.migrate(store)
        assert await migrate.differences(store) == []


def test_the_newest_file_is_alembics_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.VERSIONS.parent))
    assert ScriptDirectory.from_config(config).get_current_head() == migrate.newest()


async def test_a_second_start_changes_nothing(nothing_url: str) -> None:
    async with opened(nothing_url) as store:
        await migrate.migrate(store)
        await given(store, an_application())
        await migrate.migrate(store)
        async with store.read() as tx:
            found = await tx.connection.execute(sa.text("SELECT count(*) FROM applications"))
            assert found.scalar_one() == 1


async def test_staff_from_before_there_were_appointments_keep_their_accounts(
    nothing_url: str,
) -> None:
    async with opened(nothing_url) as store:
        if store.file is not None:
            store.file.parent.mkdir(parents=True, exist_ok=True)
        async with store.engine.begin() as connection:
            await connection.run_sync(lambda sync: command.upgrade(migrate._config(sync), "0001"))
            account = sa.text(
                "INSERT INTO staff (id, login, name, role, language, password, totp_secret,"
                " totp_used) VALUES ('lan', 'lan', 'Lan', 'agent', 'vi', '', '', 0)"
            )
            await connection.execute(account)
        await migrate.migrate(store)
        async with store.read() as tx:
            lan = await staff.by_id(tx, "lan")
        assert lan is not None
        assert (lan.name, lan.mail) == ("Lan", "")


async def test_a_missing_column_is_noticed(nothing_url: str) -> None:
    async with opened(nothing_url) as store:
        await migrate.migrate(store)
        async with store.engine.begin() as connection:
            await connection.execute(sa.text("ALTER TABLE applications DROP COLUMN note"))
        assert len(await migrate.differences(store)) == 1
