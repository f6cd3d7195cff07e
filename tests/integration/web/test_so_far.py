"""A recording that is not finished plays as far as it went, and never changes under its player."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from ekyc.domain.access import Role
from ekyc.domain.call import Recording, RecordingState
from ekyc.jobs.recordings import finisher
from ekyc.journey import sealing
from ekyc.sealed.form import Sealer
from ekyc.storage import calls, schema
from ekyc.web.keys import OBJECTS, RING, SETTINGS
from tests.integration.web.conftest import Guest, House
from tests.integration.web.test_crm_file import body, facts
from tests.meeting import Scene
from tests.recorded import parts
from tests.samples import opened


class Growing:
    """The customer's recording in a call that is going on; its worker writes record by record."""

    def __init__(self, house: House, recording: Recording, path: Path, sealer: Sealer) -> None:
        self.house, self.recording, self.path, self._sealer = house, recording, path, sealer
        self._guest = house[Role.AUDITOR]
        self.address = f"/api/files/first/recordings/{recording.id}"

    async def grows(self, content: bytes, *, cut: int = 0) -> None:
        """One more record, or all of it but its end."""
        sealed = self._sealer.record(content)
        await self.adds(sealed[: len(sealed) - cut])

    async def adds(self, sealed: bytes) -> None:
        """Bytes as they are."""
        before = await asyncio.to_thread(self.path.read_bytes)
        await asyncio.to_thread(self.path.write_bytes, before + sealed)

    async def ends(self) -> None:
        """The end marker; the job finishes it."""
        await self.adds(self._sealer.end())
        app, store = self.house.app, self.house.store
        closed = replace(self.recording, state=RecordingState.FINISHING)
        async with store.begin() as tx:
            await calls.save_recording(tx, self.recording, closed)
        spool = app[SETTINGS].objects.spool
        work = finisher(store, self.house.clock, app[OBJECTS], app[RING], spool)
        await work({"recording": self.recording.id, "path": str(self.path)})

    async def so_far(self) -> tuple[str, int]:
        """Where it plays, and for how many milliseconds."""
        told = await self._guest.told("GET", f"{self.address}/so-far")
        return told["url"], told["duration_ms"]

    async def read(self, url: str, span: str = "") -> tuple[int, bytes]:
        """What a player is answered."""
        headers = {"Range": f"bytes={span}"} if span else {}
        answer = await self._guest.ask("GET", url, headers=headers)
        return answer.status, await body(answer)


@pytest.fixture
async def growing(house: House) -> Growing:
    settings = house.app[SETTINGS]
    scene = Scene(store=house.store, clock=house.clock, queue=settings.queue, call=settings.call)
    call = await scene.talk("talking", "binh")
    async with house.store.begin() as tx:
        moved = sa.update(schema.calls).where(schema.calls.c.id == call.id)
        await tx.connection.execute(moved.values(application_id="first"))
        recording = (await calls.recordings(tx, call.id))[0]
    owner = await sealing.customer_key(house.store, house.app[RING], "first")
    sealer = Sealer(owner.data_key())
    name = f"{call.id}-{recording.party.value}-{recording.segment}.webm.ekr"
    path = settings.objects.spool / name
    await asyncio.to_thread(path.write_bytes, sealer.header)
    return Growing(house, recording, path, sealer)


def shown(film: bytes) -> int:
    with opened(film) as reader:
        assert reader.duration is not None
        return len(list(reader.decode(video=0)))


async def test_a_player_keeps_what_it_began_while_the_recording_grows_and_is_finished(
    growing: Growing,
) -> None:
    header, first, second = parts()
    await growing.grows(header + first)
    await growing.adds(b"\0\0")  # half a record's head
    url, duration_ms = await growing.so_far()
    status, film = await growing.read(url)
    assert (status, shown(film), duration_ms) == (200, 4, 264)
    await asyncio.to_thread(_cut, growing.path, 2)
    await growing.grows(second)
    assert await growing.read(url) == (200, film)
    for begin, end in ((0, 1), (5, 300), (len(film) - 40, len(film))):
        assert await growing.read(url, f"{begin}-{end - 1}") == (206, film[begin:end])
    assert (await growing.read(url, f"{len(film)}-"))[0] == 416
    longer, duration_ms = await growing.so_far()
    assert longer != url
    assert (shown((await growing.read(longer))[1]), duration_ms) == (8, 528)
    await growing.ends()
    assert await growing.read(url) == (200, film)
    assert await growing.read(longer, "0-9") == (206, (await growing.read(longer))[1][:10])
    assert len(await facts(growing.house, "recording.viewed")) == 1


def _cut(path: Path, count: int) -> None:
    path.write_bytes(path.read_bytes()[:-count])


async def test_what_was_never_recorded_is_not_there(growing: Growing) -> None:
    auditor = growing.house[Role.AUDITOR]

    async def missing(path: str) -> bool:
        return (await auditor.ask("GET", path)).status == 404

    assert await missing(f"{growing.address}/so-far")  # a header of the seal, nothing in it
    await asyncio.to_thread(growing.path.write_bytes, b"")
    assert await missing(f"{growing.address}/so-far")
    await asyncio.to_thread(growing.path.unlink)
    assert await missing(f"{growing.address}/so-far")
    assert await missing(growing.address)


async def test_a_part_beyond_what_was_recorded_and_another_file_are_not_there(
    growing: Growing,
) -> None:
    header, first, _ = parts()
    await growing.grows(header + first)
    url, _ = await growing.so_far()
    auditor: Guest = growing.house[Role.AUDITOR]
    most = int(url.rpartition("=")[2])
    for other in (
        f"{growing.address}?to={most + 1}",
        f"{growing.address}?to=0",
        url.replace("/first/", "/talking/"),
        f"/api/files/talking/recordings/{growing.recording.id}/so-far",
    ):
        assert (await auditor.ask("GET", other)).status == 404, other
    for odd in ("-1", "x", str(1 << 54), ""):
        assert (await auditor.ask("GET", f"{growing.address}?to={odd}")).status == 422, odd
