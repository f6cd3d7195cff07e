"""`ekyc doctor`: what is missing is found, named, and comes with what to do."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ifaddr
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from ekyc.demo.authority import Authority
from ekyc.settings import Bank, Database, Documents, Ice, Objects, Server, Settings
from ekyc.storage import migrate, schema, secret
from ekyc.storage.bus import Bus
from ekyc.storage.store import Job, Store
from ekyc.web import doctor, doctor_machine, doctor_network, pages
from ekyc.web.check import Check
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
        "folder-database",
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


async def test_an_ocr_program_without_our_language_is_told(tmp_path: Path) -> None:
    program = tmp_path / "tesseract"
    program.write_text("#!/bin/sh\necho eng\n")
    program.chmod(0o755)
    documents = Documents(ocr_program=str(program))
    assert "Vietnamese" in (await ill(settings_in(tmp_path, documents=documents), "ocr")).detail


@pytest.fixture
def certified(tmp_path: Path) -> Server:
    """A server with a certificate of its own, good for kyc.local."""
    Authority(tmp_path, NOW.now().replace(microsecond=0)).tls(["192.168.1.5"], "kyc")
    return Server(
        runtime_dir=tmp_path / "run",
        public_url="https://kyc.local",
        tls_certificate=str(tmp_path / "server.pem"),
        tls_key=str(tmp_path / "server.key"),
    )


def _tls(server: Server, days: float = 0) -> Check:
    return doctor_network.tls(server, NOW.now() + timedelta(days))


async def test_a_certificate_that_fits_is_well_for_its_names_and_dates(
    tmp_path: Path, certified: Server
) -> None:
    checks = await examined(settings_in(tmp_path, server=certified))
    assert checks["tls"].ok
    assert "192.168.1.5, kyc.local until 20" in checks["tls"].detail


@pytest.mark.parametrize(
    ("days", "said"), [(-1, "not valid before"), (390, "ends on"), (398, "ended on")]
)
def test_a_certificate_out_of_its_dates_is_told(certified: Server, days: int, said: str) -> None:
    check = _tls(certified, days)
    assert (check.ok, said in check.detail) == (False, True)
    assert check.fix


def test_a_certificate_for_another_name_is_told(certified: Server) -> None:
    check = _tls(certified.model_copy(update={"public_url": "https://kyc.bank.example"}))
    assert (check.ok, "not for kyc.bank.example" in check.detail) == (False, True)


def test_a_key_of_another_certificate_is_told(tmp_path: Path, certified: Server) -> None:
    shutil.copy(tmp_path / "ca.key", certified.tls_key)
    assert "do not belong together" in _tls(certified).detail


def test_a_certificates_key_that_others_can_read_is_told(certified: Server) -> None:
    Path(certified.tls_key).chmod(0o640)
    assert f"chmod 600 {certified.tls_key}" in str(_tls(certified).fix)


@pytest.mark.parametrize("name", ["server.pem", "server.key"])
@pytest.mark.parametrize("is_there", [True, False])
def test_a_certificate_that_cannot_be_read_is_told(
    tmp_path: Path, certified: Server, name: str, is_there: bool
) -> None:
    (tmp_path / name).unlink()
    if is_there:
        (tmp_path / name).write_text("torn")
    assert "two PEM files" in str(_tls(certified).fix)


async def test_a_server_for_others_without_https_is_told(tmp_path: Path) -> None:
    server = Server(runtime_dir=tmp_path / "run", host="192.168.1.5")
    assert "no camera" in (await ill(settings_in(tmp_path, server=server), "tls")).detail
    behind = server.model_copy(update={"public_url": "https://kyc.bank.example"})
    assert _tls(behind).ok


async def test_a_clock_that_jumps_is_told(tmp_path: Path) -> None:
    class Jumping(FakeClock):
        def now(self) -> datetime:
            self.pass_s(3600)
            return super().now()

    check = await ill(settings_in(tmp_path), "clock", Jumping(NOW.now()))
    assert "jumped" in check.detail


async def test_a_zone_without_data_is_told(tmp_path: Path) -> None:
    bank = Bank.model_construct(**{**Bank().model_dump(), "zone": "Asia/Sen"})
    settings = settings_in(tmp_path).model_copy(update={"bank": bank})
    assert "Asia/Sen" in (await ill(settings, "zone")).detail


async def test_workers_that_would_keep_the_network_are_told() -> None:
    check = await doctor_machine.walls("/bin/false")  # a Python whose kernel allows no namespace
    assert (check.ok, "userns" in str(check.fix)) == (False, True)


@pytest.mark.parametrize("torn", ["vendor/lit.js", "fonts/be-vietnam-pro-latin-400-normal.woff2"])
def test_a_part_of_the_pages_that_is_damaged_or_gone_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, torn: str
) -> None:
    copy = tmp_path / "static"
    shutil.copytree(pages.STATIC, copy)
    monkeypatch.setattr(pages, "STATIC", copy)
    assert doctor_machine.static().ok
    (copy / torn).write_bytes(b"") if torn.endswith("js") else (copy / torn).unlink()
    assert torn in doctor_machine.static().detail


def test_a_range_of_one_port_is_told() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("", 0))
        port = free.getsockname()[1]
    assert "takes two" in str(doctor_network.udp(Ice(port_min=port, port_max=port)).fix)


def test_a_public_address_that_a_router_maps_here_is_well_and_said() -> None:
    check = doctor_network.addresses(Ice(hosts=["8.8.8.8"]))
    assert (check.ok, "router must map" in check.detail) == (True, True)


def test_a_network_inside_the_machine_is_not_to_be_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    adapter = ifaddr.Adapter("docker0", "docker0", [ifaddr.IP("172.17.0.1", 16, "docker0")])
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: [adapter])
    check = doctor_network.addresses(Ice())
    assert (check.ok, "inside this machine: 172.17.0.1 (docker0)" in check.detail) == (False, True)
    monkeypatch.setattr(ifaddr, "get_adapters", list)
    assert "none but loopback" in doctor_network.addresses(Ice()).detail
