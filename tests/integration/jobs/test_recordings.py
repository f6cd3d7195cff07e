"""What becomes of a recording after the call, and of one a crash cut off."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from jsonschema import Draft202012Validator

from ekyc.domain import catalogue
from ekyc.domain.call import Call, Party, Recording, RecordingState
from ekyc.domain.room import RecordingClosed
from ekyc.jobs.recordings import adopt, finisher
from ekyc.journey import room, webhooks
from ekyc.media import webm
from ekyc.settings import Call as CallSettings
from ekyc.settings import Queue
from ekyc.storage import applications, calls, schema
from ekyc.storage.objects import Objects
from ekyc.storage.store import Store
from tests.fakes import START, FakeClock
from tests.meeting import Scene
from tests.samples import opened, pictures


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


def film(spool: Path, call: Call, party: Party = Party.CUSTOMER, *, cut: int = 0) -> Path:
    """A recording of half a second as a worker leaves it, perhaps with its end missing."""
    cluster = webm.Cluster()
    for number, picture in enumerate(pictures(8)):
        cluster.add(webm.VIDEO, number * 66, picture, number == 0)
    content = webm.header(width=160, height=120, started_at=START) + cluster.take()
    path = spool / f"{call.id}-{party.value}-1.webm"
    path.write_bytes(content[: len(content) - cut])
    return path


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
    scene: Scene, spool: Path, objects: Objects
) -> None:
    call = await scene.talk()
    path = film(spool, call)
    payload = await closes(scene, call, path)
    work = finisher(scene.store, scene.clock, objects, spool)
    await work(payload)
    await work(payload)  # the process died before the job was marked done
    recording = (await kept(scene, call))[Party.CUSTOMER]
    assert recording.state is RecordingState.FINISHED
    assert recording.object_key is not None
    content = await asyncio.to_thread(objects.read, recording.object_key)
    assert recording.size_bytes == len(content)
    with opened(content) as reader:
        assert len(list(reader.decode(video=0))) == 8
    assert names(spool) == []
    assert (await scene.facts()).count("recording.finished") == 1
    async with scene.store.read() as tx:
        told = (await applications.events(tx, "first"))[-1]["sequence"]
    _, body = await webhooks.message(scene.store, told)
    Draft202012Validator(catalogue.schema("recording.finished")).validate(body)


async def test_a_crash_between_keeping_and_telling_leaves_one_file(
    scene: Scene, spool: Path, objects: Objects
) -> None:
    call = await scene.talk()
    payload = await closes(scene, call, film(spool, call))
    work = finisher(scene.store, scene.clock, objects, spool)
    await work(payload)
    async with scene.store.begin() as tx:  # as if that transaction had never been committed
        recording = (await calls.recordings(tx, call.id))[0]
        assert recording.party is Party.CUSTOMER
        undone = replace(recording, state=RecordingState.FINISHING, object_key=None)
        await calls.save_recording(tx, recording, undone)
    film(spool, call)
    await work(payload)
    again = (await kept(scene, call))[Party.CUSTOMER]
    assert again.object_key == recording.object_key


async def test_a_job_done_again_leaves_the_calls_next_recording_alone(
    scene: Scene, spool: Path, objects: Objects
) -> None:
    """A crash before the job was marked done, and they talk again before it is its turn."""
    call = await scene.talk()
    payload = await closes(scene, call, film(spool, call))
    work = finisher(scene.store, scene.clock, objects, spool)
    await work(payload)
    growing = film(spool, call)
    await work(payload)
    assert names(spool) == [growing.name]


HEADER = webm.header(width=160, height=120, started_at=START)


@pytest.mark.parametrize(
    "content",
    [None, b"", HEADER, HEADER + webm.note("ekyc gap 12")],
    ids=["no-file", "empty", "header", "header-and-gap"],
)
async def test_a_recording_without_a_picture_is_lost_and_says_so(
    scene: Scene, spool: Path, objects: Objects, content: bytes | None
) -> None:
    call = await scene.talk()
    path = spool / f"{call.id}-customer-1.webm"
    if content is not None:
        path.write_bytes(content)
    await finisher(scene.store, scene.clock, objects, spool)(await closes(scene, call, path))
    assert (await kept(scene, call))[Party.CUSTOMER].state is RecordingState.LOST
    assert names(spool) == []


async def test_what_a_crash_left_in_the_spool_is_finished_at_the_start(
    scene: Scene, spool: Path, objects: Objects
) -> None:
    call = await scene.talk()
    film(spool, call, cut=40)  # the customer's file broke off, the agent's never reached the disk
    await adopt(scene.store, scene.clock, objects, spool)
    (payload,) = await due(scene)
    await finisher(scene.store, scene.clock, objects, spool)(payload)
    found = await kept(scene, call)
    assert found[Party.CUSTOMER].state is RecordingState.FINISHED
    assert found[Party.CUSTOMER].started_at == START
    assert found[Party.AGENT].state is RecordingState.LOST


async def test_a_file_some_job_will_finish_is_left_to_it(
    scene: Scene, spool: Path, objects: Objects
) -> None:
    call = await scene.talk()
    await closes(scene, call, film(spool, call))
    await adopt(scene.store, scene.clock, objects, spool)
    assert len(await due(scene)) == 1


async def test_a_file_of_nobodys_call_stays_where_it_is(
    scene: Scene, spool: Path, objects: Objects
) -> None:
    call = await scene.talk()
    path = film(spool, replace(call, id="stranger"))
    await adopt(scene.store, scene.clock, objects, spool)
    assert path.exists()
    assert await due(scene) == []
