"""What becomes of a recording after the call, and of one a crash cut off."""

import asyncio
import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from jsonschema import Draft202012Validator

from ekyc.domain import catalogue
from ekyc.domain.call import Call, Party, Recording, RecordingState
from ekyc.domain.room import RecordingClosed
from ekyc.jobs.recordings import adopt, finisher
from ekyc.journey import room, sealing, webhooks
from ekyc.media import webm
from ekyc.sealed.form import Damaged
from ekyc.settings import Call as CallSettings
from ekyc.settings import Queue
from ekyc.storage import applications, calls, schema
from ekyc.storage.objects import Objects
from ekyc.storage.sealing import Ring
from ekyc.storage.store import Store
from tests.fakes import START, FakeClock
from tests.meeting import Scene
from tests.recorded import parts, sealed_recording
from tests.samples import opened


@pytest.fixture
def scene(store: Store) -> Scene:
    return Scene(store=store, clock=FakeClock(), queue=Queue(), call=CallSettings())


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    folder = tmp_path / "spool"
    folder.mkdir()
    return folder


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return Objects(tmp_path / "objects")


@pytest.fixture
def ring(tmp_path: Path) -> Ring:
    return Ring.made(tmp_path / "seal.keys")


HEADER = parts()[0]


async def film(
    scene: Scene,
    ring: Ring,
    spool: Path,
    call: Call,
    *,
    content: list[bytes] | None = None,
    cut: int = 0,
) -> Path:
    """A recording as a worker leaves it, perhaps with its end missing."""
    owner = await sealing.customer_key(scene.store, ring, call.application_id)
    whole = sealed_recording(owner, content)
    path = spool / f"{call.id}-customer-1.webm.ekr"
    await asyncio.to_thread(path.write_bytes, whole[: len(whole) - cut])
    return path


async def played(scene: Scene, ring: Ring, objects: Objects, recording: Recording) -> bytes:
    """What a player is given."""
    owner = await sealing.recorded_under(scene.store, ring, recording)
    assert recording.object_key is not None
    source = objects.open(recording.object_key, owner=owner, index=recording.index_key)
    return await asyncio.to_thread(source.read, 0, source.size)


async def closes(scene: Scene, call: Call, path: Path) -> dict[str, Any]:
    """The worker reports the end; the payload of the job that makes due."""
    event = RecordingClosed(
        room=call.id,
        party="customer",
        segment=1,
        path=path,
        started_at=START,
        duration_ms=500,
        size_bytes=0,
    )
    await room.hear(scene.store, scene.clock, event)
    return (await due(scene))[-1]


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def due(scene: Scene) -> list[dict[str, Any]]:
    async with scene.store.read() as tx:
        query = sa.select(schema.jobs.c.payload).where(schema.jobs.c.kind == room.FINISH)
        return list((await tx.connection.execute(query)).scalars())


async def kept(scene: Scene, call: Call) -> dict[Party, Recording]:
    async with scene.store.read() as tx:
        return {r.party: r for r in await calls.recordings(tx, call.id)}


async def test_a_finished_recording_lies_among_the_objects_and_is_told_once(
    scene: Scene, spool: Path, objects: Objects, ring: Ring
) -> None:
    call = await scene.talk()
    path = await film(scene, ring, spool, call)
    payload = await closes(scene, call, path)
    work = finisher(scene.store, scene.clock, objects, ring, spool)
    await work(payload)
    await work(payload)  # the process died before the job was marked done
    recording = (await kept(scene, call))[Party.CUSTOMER]
    assert recording.state is RecordingState.FINISHED
    content = await played(scene, ring, objects, recording)
    assert recording.size_bytes == len(content)
    assert recording.sha256 == hashlib.sha256(content).hexdigest()
    with opened(content) as reader:
        assert len(list(reader.decode(video=0))) == 8
    assert names(spool) == []
    assert (await scene.facts()).count("recording.finished") == 1
    async with scene.store.read() as tx:
        told = (await applications.events(tx, "first"))[-1]["sequence"]
    _, body = await webhooks.message(scene.store, told)
    Draft202012Validator(catalogue.schema("recording.finished")).validate(body)


async def test_the_original_is_kept_as_it_was_recorded(
    scene: Scene, spool: Path, objects: Objects, ring: Ring
) -> None:
    call = await scene.talk()
    path = await film(scene, ring, spool, call)
    original = await asyncio.to_thread(path.read_bytes)
    payload = await closes(scene, call, path)
    await finisher(scene.store, scene.clock, objects, ring, spool)(payload)
    recording = (await kept(scene, call))[Party.CUSTOMER]
    assert recording.object_key is not None
    assert await asyncio.to_thread(objects.read, recording.object_key) == original
    assert recording.sealed_bytes == len(original)
    assert recording.sealed_sha256 == hashlib.sha256(original).hexdigest()
    assert recording.is_whole is True
    content = await played(scene, ring, objects, recording)
    assert content.endswith(b"".join(parts()[1:]))


async def test_a_recording_an_older_version_left_in_the_clear_is_sealed_and_finished(
    scene: Scene, spool: Path, objects: Objects, ring: Ring
) -> None:
    call = await scene.talk()
    clear = b"".join(parts())
    path = spool / f"{call.id}-customer-1.webm"
    await asyncio.to_thread(path.write_bytes, clear[:-40])
    await adopt(scene.store, scene.clock, objects, spool)
    (payload,) = await due(scene)
    await finisher(scene.store, scene.clock, objects, ring, spool)(payload)
    recording = (await kept(scene, call))[Party.CUSTOMER]
    assert recording.object_key is not None
    assert parts()[1] not in await asyncio.to_thread(objects.read, recording.object_key)
    with opened(await played(scene, ring, objects, recording)) as reader:
        assert len(list(reader.decode(video=0))) == 4
    assert names(spool) == []


async def test_files_exchanged_between_two_recordings_do_not_open(
    scene: Scene, spool: Path, objects: Objects, ring: Ring
) -> None:
    found: list[Recording] = []
    call = await scene.talk()
    for _ in range(2):  # a media worker died between
        path = await film(scene, ring, spool, call)
        event = RecordingClosed(
            room=call.id,
            party="customer",
            segment=len(found) + 1,
            path=path,
            started_at=START + timedelta(seconds=len(found)),
            duration_ms=500,
            size_bytes=0,
        )
        await room.hear(scene.store, scene.clock, event)
        await finisher(scene.store, scene.clock, objects, ring, spool)((await due(scene))[-1])
        async with scene.store.read() as tx:
            recorded = await calls.recordings(tx, call.id)
        found = [r for r in recorded if r.state is RecordingState.FINISHED]
    for name in ("object_key", "index_key"):
        one, other = (objects.path(str(getattr(each, name))) for each in found)
        aside = one.with_suffix(".aside")
        one.rename(aside)
        other.rename(one)
        aside.rename(other)
        with pytest.raises(Damaged):
            await played(scene, ring, objects, found[0])


async def test_a_crash_between_keeping_and_telling_leaves_one_file(
    scene: Scene, spool: Path, objects: Objects, ring: Ring
) -> None:
    call = await scene.talk()
    payload = await closes(scene, call, await film(scene, ring, spool, call))
    work = finisher(scene.store, scene.clock, objects, ring, spool)
    await work(payload)
    async with scene.store.begin() as tx:  # as if that transaction had never been committed
        recording = (await calls.recordings(tx, call.id))[0]
        assert recording.party is Party.CUSTOMER
        undone = replace(recording, state=RecordingState.FINISHING, object_key=None)
        await calls.save_recording(tx, recording, undone)
    await film(scene, ring, spool, call)
    await work(payload)
    again = (await kept(scene, call))[Party.CUSTOMER]
    assert again.object_key == recording.object_key


async def test_a_job_done_again_leaves_the_calls_next_recording_alone(
    scene: Scene, spool: Path, objects: Objects, ring: Ring
) -> None:
    """A crash before the job was marked done, and they talk again before it is its turn."""
    call = await scene.talk()
    payload = await closes(scene, call, await film(scene, ring, spool, call))
    work = finisher(scene.store, scene.clock, objects, ring, spool)
    await work(payload)
    growing = await film(scene, ring, spool, call)
    await work(payload)
    assert names(spool) == [growing.name]


@pytest.mark.parametrize(
    "content",
    [None, [], [HEADER], [HEADER, webm.note("ekyc gap 12")]],
    ids=["no-file", "empty", "header", "header-and-gap"],
)
async def test_a_recording_without_a_picture_is_lost_and_says_so(
    scene: Scene, spool: Path, objects: Objects, ring: Ring, content: list[bytes] | None
) -> None:
    call = await scene.talk()
    path = spool / f"{call.id}-customer-1.webm.ekr"
    if content is not None:
        await film(scene, ring, spool, call, content=content)
    await finisher(scene.store, scene.clock, objects, ring, spool)(await closes(scene, call, path))
    assert (await kept(scene, call))[Party.CUSTOMER].state is RecordingState.LOST
    assert names(spool) == []


async def test_what_a_crash_left_in_the_spool_is_finished_at_the_start(
    scene: Scene, spool: Path, objects: Objects, ring: Ring
) -> None:
    call = await scene.talk()
    # The customer's file broke off in its second cluster, the agent's never reached the disk.
    await film(scene, ring, spool, call, cut=60)
    await adopt(scene.store, scene.clock, objects, spool)
    (payload,) = await due(scene)
    await finisher(scene.store, scene.clock, objects, ring, spool)(payload)
    found = await kept(scene, call)
    assert found[Party.CUSTOMER].state is RecordingState.FINISHED
    assert found[Party.CUSTOMER].started_at == START
    assert found[Party.CUSTOMER].is_whole is False
    with opened(await played(scene, ring, objects, found[Party.CUSTOMER])) as reader:
        assert len(list(reader.decode(video=0))) == 4
    assert found[Party.AGENT].state is RecordingState.LOST


async def test_a_file_some_job_will_finish_is_left_to_it(
    scene: Scene, spool: Path, objects: Objects, ring: Ring
) -> None:
    call = await scene.talk()
    await closes(scene, call, await film(scene, ring, spool, call))
    await adopt(scene.store, scene.clock, objects, spool)
    assert len(await due(scene)) == 1


async def test_a_file_of_nobodys_call_stays_where_it_is(
    scene: Scene, spool: Path, objects: Objects, ring: Ring
) -> None:
    call = await scene.talk()
    path = await film(scene, ring, spool, replace(call, id="stranger"))
    await adopt(scene.store, scene.clock, objects, spool)
    assert path.exists()
    assert await due(scene) == []
