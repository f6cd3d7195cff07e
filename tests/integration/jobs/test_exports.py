"""A film of both parties of a call: what is seen and heard in it, and what becomes of it."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import sqlalchemy as sa
from av.container import InputContainer
from numpy.typing import NDArray

from ekyc.domain.call import Call, EndReason, Party, Recording
from ekyc.domain.errors import ExportNotReady, ExportsBusy, NotFound
from ekyc.domain.events import SYSTEM
from ekyc.domain.export import Export, ExportState, Problem
from ekyc.jobs.exports import Studio, composer
from ekyc.jobs.sweeper import discarder
from ekyc.journey import export, lapse, sealing, segments
from ekyc.journey.discard import DISCARD
from ekyc.journey.ending import end_call
from ekyc.notify.texts import Texts
from ekyc.sealed.reader import Stream
from ekyc.settings import Call as CallSettings
from ekyc.settings import Export as Rules
from ekyc.settings import Objects as Places
from ekyc.settings import Queue, Settings
from ekyc.storage import applications, calls, exports, schema
from ekyc.storage.objects import Objects
from ekyc.storage.sealing import Ring
from ekyc.storage.store import Store
from ekyc.vision.lettering import words
from tests.fakes import START, FakeClock
from tests.meeting import Scene
from tests.recorded import filmed, keep

RED, BLUE = (200, 30, 30), (30, 30, 200)
TEXTS = Texts()
FPS, WIDE, HIGH = 5, 320, 240


class Archive:
    """A branch, a call that is over in it, and those who make films."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        self.scene, self.folder = scene, folder
        self.objects = Objects(folder / "objects")
        self.ring = Ring.made(folder / "seal.keys")
        self.spool = folder / "spool"
        self.spool.mkdir()

    def studio(self, **rules: Any) -> Studio:
        """With these limits."""
        small = Rules(fps=FPS, width_px=WIDE, height_px=HIGH)
        places = Places(folder=self.folder / "objects", spool=self.spool, min_free_mb=0)
        return Studio(
            store=self.scene.store,
            clock=self.scene.clock,
            objects=self.objects,
            ring=self.ring,
            texts=TEXTS,
            settings=Settings(objects=places, export=small.model_copy(update=rules)),
        )

    async def recorded(self) -> Call:
        """Red for ten seconds at 440 Hz; blue at 1000 Hz from 2 to 4 s, then from 8 to 10 s."""
        call = await self.scene.talk()
        await self.is_kept(call, Party.CUSTOMER, 0, filmed(RED, 440, seconds=10))
        await self.is_kept(call, Party.AGENT, 2, filmed(BLUE, 1000, seconds=2))
        async with self.scene.store.begin() as tx:
            known = await calls.recordings(tx, call.id)
            again = segments.opened(call, Party.AGENT, known, START)
            await calls.add_recording(tx, again)
        await self.is_kept(call, Party.AGENT, 8, filmed(BLUE, 1000, seconds=2))
        await self.ends(call)
        return call

    async def is_kept(
        self, call: Call, party: Party, begins_s: int, content: list[bytes]
    ) -> Recording:
        """A party's recording that was being written is finished."""
        async with self.scene.store.read() as tx:
            known = await calls.recordings(tx, call.id)
        own = [each for each in known if each.party is party][-1]
        begun = replace(own, started_at=START + timedelta(seconds=begins_s))
        kept, _ = await keep(self.scene.store, self.ring, self.objects, begun, self.folder, content)
        return kept

    async def ends(self, call: Call) -> None:
        """The agent hangs up."""
        async with self.scene.store.begin() as tx:
            now = self.scene.clock.now()
            await end_call(tx, call, EndReason.AGENT_ENDED, actor=SYSTEM, now=now)

    async def asks(self, call: Call, *, waiting_max: int = 9, staff_id: str = "lan") -> Export:
        """Somebody wants the film."""
        return await export.ask(
            self.scene.store,
            self.scene.clock,
            application_id=call.application_id,
            call_id=call.id,
            staff_id=staff_id,
            language="vi",
            waiting_max=waiting_max,
        )

    async def makes(self, asked: Export, **rules: Any) -> Export:
        """The job; what became of it."""
        await composer(self.studio(**rules))({"export": asked.id})
        return await self.now(asked)

    async def now(self, asked: Export) -> Export:
        async with self.scene.store.read() as tx:
            found = await exports.find(tx, asked.id)
        assert found is not None
        return found

    async def told(self) -> Sequence[str]:
        """The facts about exports."""
        return [name for name in await self.scene.facts() if name.startswith("export.")]


@pytest.fixture
def archive(store: Store, tmp_path: Path) -> Archive:
    scene = Scene(store=store, clock=FakeClock(), queue=Queue(), call=CallSettings())
    return Archive(scene, tmp_path)


async def seen_and_heard(
    archive: Archive, made: Export
) -> tuple[list[NDArray[np.uint8]], NDArray[np.float64]]:
    """Every picture and all the sound, decoded to the end."""
    owner = await sealing.customer_key(archive.scene.store, archive.ring, "first")
    assert made.object_key is not None

    def decode() -> tuple[list[NDArray[np.uint8]], NDArray[np.float64]]:
        assert made.object_key is not None
        source = archive.objects.open(made.object_key, owner=owner, index=made.index_key)
        with contextlib.closing(source), av.open(Stream(source), "r") as film:
            assert isinstance(film, InputContainer)
            assert film.duration == pytest.approx(10_000_000, abs=200_000)
            pictures = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
            film.seek(0)
            sounds = [frame.to_ndarray().mean(axis=0) for frame in film.decode(audio=0)]
        return [np.asarray(p, np.uint8) for p in pictures], np.concatenate(sounds)

    return await asyncio.to_thread(decode)


def tones(sound: NDArray[np.float64], begin_s: float, end_s: float) -> set[int]:
    """The loud frequencies in a part, to the nearest 20 Hz."""
    part = sound[round(begin_s * 48_000) : round(end_s * 48_000)]
    strength = np.abs(np.fft.rfft(part)) / len(part)
    hertz = np.fft.rfftfreq(len(part), 1 / 48_000)
    loud = strength > 0.2 * strength.max()
    return {round(hz / 20) * 20 for hz in hertz[loud]}


def is_of(picture: NDArray[np.uint8], left: int, colour: tuple[int, int, int]) -> bool:
    tile = picture[20 : HIGH - 20, left + 20 : left + WIDE - 20].astype(int)
    return bool(np.abs(tile.reshape(-1, 3).mean(axis=0) - colour).max() < 25)


def clock_on(picture: NDArray[np.uint8]) -> str:
    """The figures between the names: those of the right hour or of UTC that are most alike."""
    bar = picture[HIGH:, WIDE // 2 : WIDE // 2 + WIDE].mean(axis=2).ravel()

    def likeness(told: str) -> float:
        drawn = words(told, width=WIDE, height=48, size=24).ravel()
        return float(np.corrcoef(bar, drawn)[0, 1])

    hours = ("09:00", "02:00", "09:01")
    told = [f"21/11/2026 {hour}:0{s} UTC+07:00" for hour in hours for s in range(10)]
    return max(told, key=likeness)


ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What a film is made of does not depend on the database."""


@ON_SQLITE
async def test_both_are_seen_beside_each_other_and_heard_together_with_the_time(
    archive: Archive,
) -> None:
    call = await archive.recorded()
    asked = await archive.asks(call)
    made = await archive.makes(asked)
    assert (made.state, made.percent, made.problem) == (ExportState.FINISHED, 100, None)
    pictures, sound = await seen_and_heard(archive, made)
    assert len(pictures) == 10 * FPS  # the last picture came at 9.98 s
    assert pictures[0].shape == (HIGH + 48, 2 * WIDE, 3)
    assert all(is_of(picture, 0, RED) for picture in pictures)
    beside = {second: pictures[second * FPS + 2] for second in range(10)}
    assert [second for second in beside if is_of(beside[second], WIDE, BLUE)] == [2, 3, 4, 5, 8, 9]
    slate = beside[7][:HIGH, WIDE:]
    assert slate.max() > 180  # the words
    assert np.median(slate) < 60
    for second in (0, 4, 9):
        assert clock_on(beside[second]) == f"21/11/2026 09:00:0{second} UTC+07:00"
    assert tones(sound, 0.5, 1.9) == {440}
    assert tones(sound, 2.2, 3.8) == {440, 1000}
    assert tones(sound, 5.0, 7.0) == {440}
    assert tones(sound, 8.2, 9.8) == {440, 1000}
    assert await archive.told() == ["export.asked", "export.finished"]
    assert list(archive.spool.iterdir()) == []
    assert made.object_key is not None
    assert b"webm" not in await asyncio.to_thread(archive.objects.read, made.object_key)


@ON_SQLITE
async def test_who_asks_again_is_given_the_same_film_and_a_failed_one_is_made_anew(
    archive: Archive,
) -> None:
    call = await archive.recorded()
    asked = await archive.asks(call)
    assert (await archive.asks(call)).id == asked.id
    failed = await archive.makes(asked, size_max_mb=0)
    assert (failed.state, failed.problem) == (ExportState.FAILED, Problem.TOO_LARGE)
    again = await archive.asks(call)
    assert again.id != asked.id
    late = await archive.makes(again, longest_min=0.0001)
    assert (late.state, late.problem) == (ExportState.FAILED, Problem.TIMEOUT)
    assert (await archive.makes(again)).state is ExportState.FAILED  # the job comes twice
    assert await archive.told() == ["export.asked", "export.failed"] * 2
    assert list(archive.spool.iterdir()) == []


@ON_SQLITE
async def test_a_changed_recording_makes_no_film(archive: Archive) -> None:
    call = await archive.recorded()
    async with archive.scene.store.read() as tx:
        (key, *_) = [each.object_key for each in await calls.recordings(tx, call.id)]
    assert key is not None
    path = archive.objects.path(key)
    content = bytearray(await asyncio.to_thread(path.read_bytes))
    content[len(content) // 2] ^= 1
    await asyncio.to_thread(path.write_bytes, content)
    failed = await archive.makes(await archive.asks(call))
    assert (failed.state, failed.problem) == (ExportState.FAILED, Problem.DAMAGED)


@ON_SQLITE
async def test_a_server_that_is_stopped_half_way_makes_the_film_when_it_is_back(
    archive: Archive,
) -> None:
    asked = await archive.asks(await archive.recorded())
    working = asyncio.create_task(archive.makes(asked))
    film = archive.spool / f"{asked.id}.export"
    async with asyncio.timeout(20):
        while not film.exists():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working
    assert (await archive.now(asked)).state is ExportState.RUNNING
    assert list(archive.spool.iterdir()) == []
    assert (await archive.makes(asked)).state is ExportState.FINISHED


async def test_what_is_not_over_or_was_never_recorded_is_refused_and_so_are_too_many(
    archive: Archive,
) -> None:
    call = await archive.scene.talk()
    with pytest.raises(ExportNotReady):
        await archive.asks(call)
    await archive.ends(call)
    with pytest.raises(ExportNotReady):  # being written, as far as anybody knows
        await archive.asks(call)
    async with archive.scene.store.begin() as tx:
        await tx.connection.execute(sa.update(schema.recordings).values(state="lost"))
    with pytest.raises(NotFound):
        await archive.asks(call)
    async with archive.scene.store.begin() as tx:
        await tx.connection.execute(sa.update(schema.recordings).values(state="finished"))
    with pytest.raises(ExportsBusy):
        await archive.asks(call, waiting_max=0)
    with pytest.raises(NotFound):
        await archive.asks(replace(call, application_id="second"))
    empty = await archive.makes(await archive.asks(call))
    assert (empty.state, empty.problem) == (ExportState.FAILED, Problem.NOTHING)


async def test_a_download_is_told_once_and_the_film_is_removed_after_its_days(
    archive: Archive,
) -> None:
    store, clock = archive.scene.store, archive.scene.clock
    made = await a_film(archive)

    async def take(by: str) -> Export:
        return await export.take(
            store, clock, application_id="first", export_id=made.id, staff_id=by
        )

    for by in ("lan", "lan", "thu"):
        assert (await take(by)).sha256 == made.sha256
    assert (await archive.told()).count("export.fetched") == 2
    clock.pass_s(7 * 86_400 - 1)
    assert await export.remove(store, clock, limit=9) == 0
    clock.pass_s(1)
    assert await export.remove(store, clock, limit=9) == 1
    assert await export.remove(store, clock, limit=9) == 0
    with pytest.raises(NotFound):
        await take("lan")
    assert (await archive.told())[-1] == "export.removed"
    await discards(archive)
    assert made.object_key is not None
    assert not archive.objects.path(made.object_key).exists()
    again = await archive.asks(await archive.scene.call_of())
    assert again.id != made.id


async def test_a_film_goes_with_its_application(archive: Archive) -> None:
    made = await a_film(archive)
    async with archive.scene.store.begin() as tx:
        await applications.set_values(tx, "first", stage="expired")
    archive.scene.clock.pass_s(40 * 86_400)
    store, clock = archive.scene.store, archive.scene.clock
    assert await lapse.delete(store, clock, after_days=30, limit=9) == 1
    await discards(archive)
    assert [p for p in (archive.folder / "objects").rglob("*") if p.is_file()] == []
    await composer(archive.studio())({"export": made.id})  # its job comes late
    assert list(archive.spool.iterdir()) == []


async def a_film(archive: Archive) -> Export:
    """Of a call in which the customer alone was recorded; nobody will look at it."""
    store, clock = archive.scene.store, archive.scene.clock
    call = await archive.scene.talk()
    await archive.is_kept(call, Party.CUSTOMER, 0, filmed(RED, 440, seconds=1))
    async with store.begin() as tx:
        lost = sa.update(schema.recordings).where(schema.recordings.c.party == "agent")
        await tx.connection.execute(lost.values(state="lost"))
    await archive.ends(call)
    work = await export.begin(store, export_id=(await archive.asks(call)).id)
    assert work is not None
    owner = await sealing.customer_key(store, archive.ring, "first")
    put = partial(archive.objects.put, b"a film", suffix="webm", owner=owner)
    key, sha256 = await asyncio.to_thread(put)
    kept = {"object_key": key, "sha256": sha256, "size_bytes": 6, "duration_ms": 1}
    assert await export.finish(store, clock, work.export, keep_days=7, **kept)
    return await archive.now(work.export)


async def discards(archive: Archive) -> None:
    """The job that removes files."""
    async with archive.scene.store.read() as tx:
        query = sa.select(schema.jobs.c.payload).where(schema.jobs.c.kind == DISCARD)
        payloads = (await tx.connection.execute(query)).scalars().all()
    for payload in payloads:
        await discarder(archive.objects)(payload)
