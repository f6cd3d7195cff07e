"""Pictures a crash left between the disk and the store are removed; all others are left alone."""

import asyncio
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ekyc.jobs.strays import sweep
from ekyc.storage import documents
from ekyc.storage.customer_keys import a_key
from ekyc.storage.documents import Photograph
from ekyc.storage.objects import Objects
from ekyc.storage.store import Store
from tests.builders import an_application, given
from tests.fakes import START, FakeClock

BEFORE = START - timedelta(seconds=5)


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return Objects(tmp_path / "objects")


async def put(objects: Objects, *, at: datetime = BEFORE) -> str:
    """A picture that was written then."""
    key, _ = await asyncio.to_thread(objects.put, b"a face", suffix="jpg", owner=a_key())
    os.utime(objects.path(key), (at.timestamp(), at.timestamp()))
    return key


async def belongs_to_somebody(store: Store, original: str, straightened: str) -> None:
    await given(store, an_application())
    async with store.begin() as tx:
        await documents.add_photograph(
            tx,
            Photograph(
                id="taken",
                application_id="first",
                side="front",
                state="refused",
                origin="camera",
                original=original,
                original_sha256="",
                straightened=straightened,
                faults=[],
                reading={},
                taken_at=BEFORE,
                current=False,
            ),
        )


async def test_a_picture_without_a_customer_is_removed_and_a_customers_stays(
    store: Store, objects: Objects
) -> None:
    theirs = [await put(objects), await put(objects)]
    await belongs_to_somebody(store, *theirs)
    forgotten = await put(objects)
    half = objects.path(await put(objects))
    half = half.rename(half.with_name(f"{forgotten[:32]}.part"))
    assert await sweep(store, FakeClock(), objects, settle_s=0) == 2
    assert not objects.path(forgotten).exists()
    assert not half.exists()
    assert all(objects.path(key).exists() for key in theirs)


async def test_recordings_and_what_is_written_after_the_start_are_left_alone(
    store: Store, objects: Objects
) -> None:
    fresh = objects.path(await put(objects, at=START + timedelta(seconds=1)))
    recording = objects.path(await put(objects))
    recording = recording.rename(recording.with_name(f"{fresh.name[:32]}.webm.ekr"))
    assert await sweep(store, FakeClock(), objects, settle_s=0) == 0
    assert fresh.exists()
    assert recording.exists()


async def test_a_row_that_comes_a_moment_later_saves_its_pictures(
    store: Store, objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = [await put(objects), await put(objects)]

    async def meanwhile(seconds: float) -> None:
        assert seconds == 60
        await belongs_to_somebody(store, *late)

    monkeypatch.setattr("ekyc.jobs.strays.asyncio.sleep", meanwhile)
    assert await sweep(store, FakeClock(), objects, settle_s=60) == 0
    assert all(objects.path(key).exists() for key in late)
