"""A backup taken while recordings are finished: each is in it once, under its last name."""

import shutil
from collections.abc import AsyncIterator, Callable, Generator
from pathlib import Path, PosixPath

import pytest
import sqlalchemy as sa

from ekyc.storage import migrate
from ekyc.storage.backup import Places, save
from ekyc.storage.objects import Objects
from ekyc.storage.store import Store, new_id
from tests.stores import opened

ID = new_id()
GROWING, CLOSED, KEPT = "call-customer-1.webm.ekr", f"{ID}.closed", f"{ID}.webm.ekr"
FILM = b"a film, sealed"


class Busy(PosixPath):
    """A folder in which something happens after each look into it, before what was seen is read."""

    happens: list[Callable[[], object]]

    def rglob(self, pattern: str) -> Generator["Busy", None, None]:
        """As ever."""
        found = list(super().rglob(pattern))
        if self.happens:
            self.happens.pop(0)()
        yield from found


@pytest.fixture
async def store(empty_database: Path, tmp_path: Path) -> AsyncIterator[Store]:
    """A database with the newest tables and no row: these tests are about files."""
    path = shutil.copy(empty_database, tmp_path / "ekyc.sqlite3")
    async with opened(f"sqlite+aiosqlite:///{path}") as one:
        async with one.engine.begin() as connection:
            await connection.execute(sa.text("CREATE TABLE alembic_version (version_num TEXT)"))
            await connection.execute(
                sa.text("INSERT INTO alembic_version VALUES (:newest)"),
                {"newest": migrate.newest()},
            )
        yield one


@pytest.fixture
def spool(tmp_path: Path) -> Busy:
    folder = Busy(tmp_path / "spool")
    folder.mkdir()
    folder.happens = []
    (folder / GROWING).write_bytes(FILM)
    return folder


@pytest.fixture
def objects(tmp_path: Path) -> Busy:
    folder = Busy(tmp_path / "objects")
    folder.mkdir()
    folder.happens = []
    return folder


def closes(spool: Path) -> Callable[[], object]:
    """The finishing of a recording begins."""
    return lambda: (spool / GROWING).rename(spool / CLOSED)


def keeps(spool: Path, objects: Path) -> Callable[[], object]:
    """It ends."""

    def keep() -> None:
        Objects(objects).keep(spool / CLOSED, id=ID, suffix="webm.ekr")
        (spool / CLOSED).unlink()

    return keep


async def copied(store: Store, spool: Path, objects: Path, folder: Path) -> dict[str, bytes]:
    """Name and content of every recording in a backup taken now."""
    places = Places(objects=objects, spool=spool, secrets=())
    manifest = await save(store, places, folder, version="1")
    files = [folder / name for name in manifest.files if not name.startswith("rows/")]
    return {file.name: file.read_bytes() for file in files}


async def test_a_recording_renamed_before_it_is_read_is_copied_under_its_new_name(
    store: Store, spool: Busy, objects: Busy, tmp_path: Path
) -> None:
    spool.happens = [closes(spool)]
    assert await copied(store, spool, objects, tmp_path / "backup") == {CLOSED: FILM}


async def test_a_recording_that_is_always_elsewhere_is_found_among_the_objects(
    store: Store, spool: Busy, objects: Busy, tmp_path: Path
) -> None:
    spool.happens = [closes(spool), keeps(spool, objects)]
    assert await copied(store, spool, objects, tmp_path / "backup") == {KEPT: FILM}


async def test_a_recording_that_grew_on_and_was_finished_is_in_it_once_and_whole(
    store: Store, spool: Busy, objects: Busy, tmp_path: Path
) -> None:
    def grows_and_is_finished() -> None:
        with (spool / GROWING).open("ab") as file:
            file.write(b", and more")
        closes(spool)()
        keeps(spool, objects)()

    objects.happens = [grows_and_is_finished]
    whole = FILM + b", and more"
    assert await copied(store, spool, objects, tmp_path / "backup") == {KEPT: whole}


async def test_a_recording_that_only_grows_is_copied_as_it_was(
    store: Store, spool: Busy, objects: Busy, tmp_path: Path
) -> None:
    assert await copied(store, spool, objects, tmp_path / "backup") == {GROWING: FILM}
