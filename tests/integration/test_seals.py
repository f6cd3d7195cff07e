"""The operator's commands around sealing, on a server with one recording."""

import asyncio
import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ekyc.app import open_store
from ekyc.cli import app
from ekyc.domain.call import Party
from ekyc.journey import sealing
from ekyc.settings import Call, Queue
from ekyc.storage import applications, calls
from ekyc.storage.bus import Bus
from ekyc.storage.migrate import migrate
from ekyc.storage.objects import Objects
from tests.branch import settings_in
from tests.fakes import FakeClock
from tests.meeting import Scene
from tests.recorded import keep


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its folder; the commands find it by their environment."""
    monkeypatch.setenv("EKYC_DATABASE__URL", f"sqlite+aiosqlite:///{tmp_path}/ekyc.sqlite3")
    monkeypatch.setenv("EKYC_SECRET_FILE", f"{tmp_path}/secret.key")
    monkeypatch.setenv("EKYC_OBJECTS__FOLDER", f"{tmp_path}/objects")
    return tmp_path


async def recorded(folder: Path) -> tuple[str, bytes]:
    """The id of a customer's recording, and what a player is given."""
    settings = settings_in(folder)
    store = open_store(settings, Bus())
    await migrate(store)
    scene = Scene(store=store, clock=FakeClock(), queue=Queue(), call=Call())
    call = await scene.talk()
    async with store.read() as tx:
        (recording, *_) = await calls.recordings(tx, call.id)
    assert recording.party is Party.CUSTOMER
    ring = await sealing.ring(store, settings.seal_keys)
    _, content = await keep(store, ring, Objects(settings.objects.folder), recording, folder)
    await store.close()
    return recording.id, content


async def viewed(folder: Path) -> int:
    """How often the file says that a recording was opened."""
    store = open_store(settings_in(folder), Bus())
    async with store.read() as tx:
        names = [row["name"] for row in await applications.events(tx, "first")]
    await store.close()
    return names.count("recording.viewed")


def said(*words: str, code: int = 0) -> str:
    ended = CliRunner().invoke(app, ["seal", *words])
    assert ended.exit_code == code, ended.output
    return ended.stdout


def test_an_auditor_opens_a_recording_by_hand_also_after_the_sealing_key_changed(
    server: Path,
) -> None:
    id, content = asyncio.run(recorded(server))
    assert hashlib.sha256(content).hexdigest() in said("open", id, str(server / "one.webm"))
    (key,) = json.loads(said("list", "--json"))["keys"]
    assert (key["customers"], key["held"]) == (1, True)
    assert "1 customers' keys are under it" in said("renew")
    old, new = json.loads(said("list", "--json"))["keys"]
    assert (old["id"], old["customers"], new["customers"]) == (key["id"], 0, 1)
    said("open", id, str(server / "two.webm"))
    assert [(server / name).read_bytes() for name in ("one.webm", "two.webm")] == [content] * 2
    assert (server / "one.webm").stat().st_mode & 0o077 == 0
    assert asyncio.run(viewed(server)) == 2
    refused = json.loads(said("open", id, str(server / "two.webm"), code=2))
    assert refused["error"]["code"] == "recording-unreadable"
    assert json.loads(said("open", "no-such", "x", code=2))["error"]["code"] == "not-found"


def test_a_missing_sealing_key_is_named(server: Path) -> None:
    id, _ = asyncio.run(recorded(server))
    file = server / "seal.keys"
    file.rename(server / "away")
    assert "MISSING in" in said("list", code=1)
    message = json.loads(said("open", id, str(server / "x"), code=2))["error"]["message"]
    assert "put back the sealing keys" in message
    assert not file.exists()
