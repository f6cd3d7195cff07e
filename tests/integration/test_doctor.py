"""`ekyc doctor`: what is missing is found, named, and comes with what to do."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from ekyc.settings import Database, Documents, Ice, Objects, Settings
from ekyc.storage import migrate, schema, secret
from ekyc.storage.bus import Bus
from ekyc.storage.store import Job, Store
from ekyc.web import doctor
from ekyc.web.doctor import Check
from tests.branch import settings_in
from tests.fakes import START, FakeClock

NOW = FakeClock(datetime.now(UTC))


@pytest.fixture(autouse=True)
def _no_slow_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading mediapipe takes seconds; one test does it for all."""

    async def there(module: str) -> Check:
        return Check(name=f"library-{module}", ok=True, detail="")

    monkeypatch.setattr(doctor, "_library", there)


@asynccontextmanager
async def database(settings: Settings, *, migrated: bool = True) -> AsyncIterator[Store]:
    store = Store(settings.database.url, bus=Bus())
    if migrated:
        await migrate.migrate(store)
    yield store
    await store.close()


async def examined(settings: Settings, clock: FakeClock = NOW) -> dict[str, Check]:
    async with database(settings, migrated=False) as store:
        return {check.name: check for check in await doctor.examine(settings, store, clock)}


async def ill(settings: Settings, name: str, clock: FakeClock = NOW) -> Check:
    """The one thing that is not ok, with what to do about it."""
    checks = await examined(settings, clock)
    assert [check.name for check in checks.values() if not check.ok] == [name]
    assert checks[name].fix
    return checks[name]


async def test_a_fresh_checkout_is_well_and_looking_changes_nothing(tmp_path: Path) -> None:
    checks = await examined(settings_in(tmp_path))
    assert [check for check in checks.values() if not check.ok] == []
    assert await asyncio.to_thread(os.listdir, tmp_path) == []


async def test_a_server_that_ran_is_well(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, secret=SecretStr("ab" * 32))
    async with database(settings):
        checks = await examined(settings)
    assert checks["database"].detail == "reachable, with this version's tables"
    assert checks["work"].ok
    assert checks["secret"].detail == "set"


async def test_a_database_of_another_version_is_told_to_migrate(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    async with database(settings) as store, store.engine.begin() as connection:
        await connection.execute(sa.text("ALTER TABLE applications DROP COLUMN note"))
    assert (await ill(settings, "database")).fix == "ekyc migrate"


async def test_a_database_that_does_not_answer_is_named_without_its_password(
    tmp_path: Path,
) -> None:
    url = "postgresql+asyncpg://ekyc:hush@127.0.0.1:1/ekyc"
    check = await ill(settings_in(tmp_path, database=Database(url=url)), "database")
    assert "hush" not in f"{check.detail} {check.fix}"


async def test_work_that_was_put_aside_is_told(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    async with database(settings) as store, store.begin() as tx:
        await tx.later(Job(kind="post", key="1", payload={}, due_at=START))
        await tx.connection.execute(sa.update(schema.jobs).values(state="dead"))
    assert "1 put aside" in (await ill(settings, "work")).detail


async def test_a_key_that_others_can_read_is_told(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    await asyncio.to_thread(secret.kept, settings.secret_file)
    assert (await examined(settings))["secret"].ok
    settings.secret_file.chmod(0o644)
    assert "chmod 600" in str((await ill(settings, "secret")).fix)


async def test_an_ocr_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    documents = Documents(ocr_program=str(tmp_path / "tesseract"))
    assert "tesseract" in str((await ill(settings_in(tmp_path, documents=documents), "ocr")).fix)


async def test_an_ocr_program_that_fails_is_told(tmp_path: Path) -> None:
    program = tmp_path / "tesseract"
    program.write_text("#!/bin/sh\necho no model >&2\nexit 1\n")
    program.chmod(0o755)
    documents = Documents(ocr_program=str(program))
    assert "no model" in (await ill(settings_in(tmp_path, documents=documents), "ocr")).detail


async def test_a_folder_nobody_may_write_is_told(tmp_path: Path) -> None:
    objects = Objects(folder=Path("/proc/recordings"), spool=tmp_path / "spool")
    check = await ill(settings_in(tmp_path, objects=objects), "folder-objects")
    assert "/proc" in check.detail


async def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE_GB", 10**9)
    checks = await examined(settings_in(tmp_path))
    assert {name for name, check in checks.items() if not check.ok} == {
        "folder-objects",
        "folder-spool",
        "folder-runtime",
        "folder-secret",
    }


async def test_ports_that_are_taken_are_told(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("", 0))
        port = taken.getsockname()[1]
        ice = Ice(port_min=port, port_max=port)
        assert "taken" in (await ill(settings_in(tmp_path, ice=ice), "udp")).detail


@pytest.mark.parametrize(("hosts", "ok"), [(["127.0.0.1"], True), (["203.0.113.7"], False)])
async def test_only_addresses_of_this_machine_are_advertised(
    tmp_path: Path, hosts: list[str], ok: bool
) -> None:
    checks = await examined(settings_in(tmp_path, ice=Ice(hosts=hosts)))
    assert checks["addresses"].ok is ok


async def test_a_clock_before_this_version_is_told(tmp_path: Path) -> None:
    await ill(settings_in(tmp_path), "clock", FakeClock(datetime(2020, 1, 1, tzinfo=UTC)))


async def test_a_damaged_model_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ekyc.vision import models

    def damaged(name: str) -> Any:
        raise models.ModelDamaged(name)

    monkeypatch.setattr(models, "path", damaged)
    await ill(settings_in(tmp_path), "models")


async def test_a_program_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_PROGRAM_S", 0.2)
    assert (await doctor._run("sleep", "60"))[0] != 0
