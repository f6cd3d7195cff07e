"""A backup taken while people work, brought back elsewhere: the same file, byte for byte."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from ekyc.domain.call import RecordingState
from ekyc.domain.document import Side
from ekyc.domain.room import RecordingClosed
from ekyc.journey import sealing
from ekyc.settings import Database
from ekyc.storage import calls, documents
from ekyc.storage.documents import Photograph
from ekyc.storage.store import new_id
from ekyc.web.keys import OBJECTS, RING, STORE
from tests.branch import Branch, eventually, opened
from tests.builders import a_side
from tests.fakes import START
from tests.recorded import sealed_recording

pytestmark = pytest.mark.slow
LOOKS = {"file.viewed", "recording.viewed"}


@dataclass(frozen=True, kw_only=True)
class Place:
    """A directory and a database of one server."""

    folder: Path
    url: str

    @property
    def database(self) -> Database:
        """For the settings."""
        return Database(url=self.url)

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command of this server's operator."""
        ours = {
            "EKYC_DATABASE__URL": self.url,
            "EKYC_OBJECTS__FOLDER": f"{self.folder}/objects",
            "EKYC_OBJECTS__SPOOL": f"{self.folder}/spool",
            "EKYC_SECRET_FILE": f"{self.folder}/secret.key",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        return subprocess.run(
            [sys.executable, "-m", "ekyc", *words],
            env={**os.environ, **ours},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def _sqlite(folder: Path) -> Place:
    folder.mkdir()
    return Place(folder=folder, url=f"sqlite+aiosqlite:///{folder}/ekyc.sqlite3")


@pytest.fixture(
    params=[
        ("sqlite", "sqlite"),
        pytest.param(("postgresql", "postgresql"), marks=pytest.mark.postgres),
        pytest.param(("sqlite", "postgresql"), marks=pytest.mark.postgres),
    ],
    ids="-to-".join,
)
async def places(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[list[Place]]:
    """The old server's place and an empty one, on the same kind of database or another."""
    made: list[Place] = []
    names: list[str] = []
    admin = None
    for number, engine in enumerate(request.param):
        place = _sqlite(tmp_path / f"server{number}")
        if engine == "postgresql":
            address = request.getfixturevalue("postgres_server")
            admin = admin or await asyncpg.connect(f"postgresql://ekyc@{address}/postgres")
            names.append(f"t{new_id()}")
            await admin.execute(f"CREATE DATABASE {names[-1]}")
            url = f"postgresql+asyncpg://ekyc@{address}/{names[-1]}"
            place = Place(folder=place.folder, url=url)
        made.append(place)
    yield made
    if admin is not None:
        for name in names:
            await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


async def _photographed(branch: Branch) -> None:
    app = branch.server.app
    store, put = app[STORE], partial(app[OBJECTS].put, suffix="jpg")
    owner = await sealing.customer_key(store, app[RING], "first")
    for side in Side:
        original, sha256 = await asyncio.to_thread(put, os.urandom(70_000), owner=owner)
        straight, _ = await asyncio.to_thread(put, os.urandom(50_000), owner=owner)
        async with store.begin() as tx:
            await documents.add_photograph(
                tx,
                Photograph(
                    id=new_id(),
                    application_id="first",
                    side=side.value,
                    state="accepted",
                    origin="camera",
                    original=original,
                    original_sha256=sha256,
                    straightened=straight,
                    faults=[],
                    reading=a_side(side).reading.to_json(),
                    taken_at=START,
                ),
            )


async def _talked(branch: Branch, place: Place) -> None:
    """A call: the customer's recording is finished, the agent's still lies in the spool."""
    call = await branch.answered()
    branch.connect(call)
    await _recordings(branch, call, RecordingState.WRITING, RecordingState.WRITING)
    spool, app = place.folder / "spool", branch.server.app
    film = sealed_recording(await sealing.customer_key(app[STORE], app[RING], "first"))
    for party in ("customer", "agent"):
        (spool / f"{call}-{party}-1.webm.ekr").write_bytes(film)
    branch.media.report(
        RecordingClosed(
            room=call,
            party="customer",
            segment=1,
            path=spool / f"{call}-customer-1.webm.ekr",
            started_at=START,
            duration_ms=500,
            size_bytes=1,
        )
    )
    await _recordings(branch, call, RecordingState.FINISHED, RecordingState.WRITING)
    await branch.ask("agent", "POST", "/api/desk/end", {"call": call})


async def _recordings(branch: Branch, call: str, *states: RecordingState) -> None:
    """Wait until customer's and agent's recording are so."""

    async def look() -> bool:
        async with branch.server.app[STORE].read() as tx:
            found = {r.party.value: r.state for r in await calls.recordings(tx, call)}
        return found == dict(zip(("customer", "agent"), states, strict=True))

    await eventually(look)


async def _bytes(branch: Branch, path: str) -> bytes:
    async with branch.people["agent"].get(path) as answer:
        assert answer.status == 200, path
        return await answer.read()


async def _seen(branch: Branch) -> dict[str, Any]:
    """The customer's file as an agent sees it, and every picture and film in it."""
    file = await branch.ask("agent", "GET", "/api/files/first")
    films = [r for call in file["calls"] for r in call["recordings"] if r["party"] == "customer"]
    addresses = [photograph["url"] for photograph in file["photographs"]]
    addresses += [f"{address}?original=1" for address in addresses]
    addresses += [film["url"] for film in films]
    told = ("id", "reference", "stage", "name", "consents", "photographs", "fields", "note")
    return {
        **{name: file[name] for name in told},
        "timeline": [e for e in file["timeline"] if e["name"] not in LOOKS],
        "films": films,
        "bytes": {address: await _bytes(branch, address) for address in addresses},
    }


def _secrets(place: Place, with_keys: bool) -> list[str]:
    """What only the owner of these files can read."""
    files = [place.folder / "secret.key", *[place.folder / "seal.keys"][: int(with_keys)]]
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600] * len(files)
    return [file.read_text() for file in files]


async def test_a_backup_taken_while_people_work_gives_the_same_file_elsewhere(
    places: list[Place], tmp_path: Path
) -> None:
    """The sealing keys go along when asked for; else the operator brings them."""
    old, new = places
    backup = tmp_path / "backup"
    with_keys = new.url.startswith("sqlite")
    async with opened(old.folder, database=old.database) as branch:
        await _photographed(branch)
        await _talked(branch, old)
        before = await _seen(branch)
        assert len(before["bytes"]) == 5
        words = ["--json", "--with-seal-keys"] if with_keys else ["--json"]
        taken = await asyncio.to_thread(old.run, "backup", str(backup), *words)
    assert (taken.returncode, taken.stderr) == (0, ""), taken.stdout
    said = json.loads(taken.stdout)
    assert (said["ok"], said["missing"], said["key_inside"]) == (True, [], True)
    brought = await asyncio.to_thread(new.run, "restore", str(backup))
    assert (brought.returncode, brought.stderr) == (0, ""), brought.stdout
    assert "the server's key is inside" in brought.stdout
    assert _secrets(new, with_keys) == _secrets(old, with_keys)
    assert (said["seal_keys_inside"], (new.folder / "seal.keys").exists()) == (with_keys, with_keys)
    if not with_keys:
        assert f"without {new.folder}/seal.keys" in brought.stdout
        shutil.copy(old.folder / "seal.keys", new.folder)  # out of the operator's own safe
    async with opened(new.folder, is_new=False, database=new.database) as branch:
        after = await _seen(branch)
        (call,) = (await branch.ask("agent", "GET", "/api/files/first"))["calls"]
        # What was being written in the instant of the backup is finished by the new server.
        await _recordings(branch, call["id"], RecordingState.FINISHED, RecordingState.FINISHED)
    length = len(before["timeline"])
    assert after.pop("timeline")[:length] == before.pop("timeline")
    assert after == before


@pytest.fixture
async def saved(tmp_path: Path) -> tuple[Place, Path]:
    """A small server and its backup."""
    old = _sqlite(tmp_path / "old")
    async with opened(old.folder, database=old.database) as branch:
        await _photographed(branch)
    backup = tmp_path / "backup"
    taken = await asyncio.to_thread(old.run, "backup", str(backup))
    assert taken.returncode == 0, taken.stdout
    return old, backup


def _refusal(ended: "subprocess.CompletedProcess[str]") -> str:
    assert ended.returncode == 2, ended.stdout
    assert "Traceback" not in ended.stderr
    return str(json.loads(ended.stdout)["error"]["message"])


async def test_a_backup_is_for_its_owner_alone_and_never_written_over(
    saved: tuple[Place, Path],
) -> None:
    old, backup = saved
    assert [path for path in backup.rglob("*") if path.stat().st_mode & 0o077] == []
    again = await asyncio.to_thread(old.run, "backup", str(backup))
    assert "not empty" in _refusal(again)


async def test_a_restore_is_refused_where_something_lies_already(
    saved: tuple[Place, Path], tmp_path: Path
) -> None:
    old, backup = saved
    assert "not empty" in _refusal(await asyncio.to_thread(old.run, "restore", str(backup)))
    migrated = _sqlite(tmp_path / "migrated")
    assert migrated.run("migrate").returncode == 0
    assert "the database is not empty" in _refusal(
        await asyncio.to_thread(migrated.run, "restore", str(backup))
    )
    keyed = _sqlite(tmp_path / "keyed")
    (keyed.folder / "secret.key").write_text("ab" * 32)
    assert "another server's" in _refusal(
        await asyncio.to_thread(keyed.run, "restore", str(backup))
    )
    assert not (keyed.folder / "ekyc.sqlite3").exists()


@pytest.mark.parametrize("harm", ["change", "remove", "unfinished", "newer"])
async def test_a_damaged_or_foreign_backup_is_refused_before_anything_is_written(
    saved: tuple[Place, Path], tmp_path: Path, harm: str
) -> None:
    _, backup = saved
    picture = next((backup / "objects").rglob("*.jpg.ekr"))
    manifest = backup / "manifest.json"
    if harm == "change":
        picture.write_bytes(picture.read_bytes()[:-1] + b"?")
    elif harm == "remove":
        picture.unlink()
    elif harm == "unfinished":
        manifest.unlink()
    else:
        manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "revision": "9999"}))
    new = _sqlite(tmp_path / "new")
    refused = _refusal(await asyncio.to_thread(new.run, "restore", str(backup)))
    expected = {"unfinished": "no complete backup", "newer": "newer"}.get(harm, picture.name)
    assert expected in refused
    assert list(new.folder.iterdir()) == []


async def test_a_backup_says_which_picture_the_server_has_lost(
    saved: tuple[Place, Path], tmp_path: Path
) -> None:
    old, _ = saved
    lost = next((old.folder / "objects").rglob("*.jpg.ekr"))
    lost.unlink()
    taken = await asyncio.to_thread(old.run, "backup", str(tmp_path / "another"))
    assert taken.returncode == 1
    assert f"MISSING  {lost.name}" in taken.stdout
