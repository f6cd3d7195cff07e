"""Recordings play and jump in the file page by ranges: finished, left by a crash, still growing."""

import asyncio
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from playwright.async_api import Response, expect

from ekyc.domain.call import CallState, Party, Recording, RecordingState, ring
from ekyc.domain.queue import TicketState
from ekyc.journey import sealing
from ekyc.media.finish import finish
from ekyc.sealed.form import Sealer
from ekyc.storage import calls, queue
from ekyc.storage.schema import staff
from ekyc.storage.store import new_id
from ekyc.web.keys import CLOCK, OBJECTS, RING, SETTINGS, STORE
from tests.browser import walk
from tests.browser.conftest import Invite
from tests.browser.house import House
from tests.browser.looks import reads_well
from tests.browser.people import DESK, Person
from tests.recorded import minutes

SECONDS = 60
JUMP = """async at_s => {
  const slider = document.querySelector("recording-player .seek");
  const begun = performance.now();
  slider.value = at_s;
  slider.dispatchEvent(new Event("input", {bubbles: true}));
  const videos = () => [...document.querySelectorAll(".vids video")];
  const shows = (video) =>
    !video.seeking && video.readyState >= 2 && Math.abs(video.currentTime - at_s) < 0.5;
  const passed_s = () => (performance.now() - begun) / 1000;
  while (!videos().every(shows) && passed_s() < 5) await new Promise(requestAnimationFrame);
  const took_s = passed_s();
  const pen = new OffscreenCanvas(32, 24).getContext("2d", {willReadFrequently: true});
  return {took_s, seconds: videos().map((video) => {
    pen.drawImage(video, 0, 0, 32, 24);
    const greens = pen.getImageData(0, 0, 32, 24).data.filter((_, at) => at % 4 === 1);
    return greens.reduce((sum, green) => sum + green, 0) / greens.length / 2;
  })};
}"""

PLAYS = "() => [...document.querySelectorAll('.vids video')].every(v => v.currentTime > 0.5)"
OPEN = """() => [...document.querySelectorAll(".vids video")]
  .filter(({readyState}) => readyState >= 2).length === 2"""
GROWN = """s => document.querySelector("recording-player").playback.tracks
  .every((track) => track.ends_s > s)"""


class Archive:
    """A call whose recordings the tests put there, in a file of the house."""

    def __init__(self, house: House, application: str, call: str, began: datetime) -> None:
        self.house, self.application, self.call, self._began = house, application, call, began
        self.address = f"{house.address}/staff/files/{application}"
        self.spool = house.app[SETTINGS].objects.spool

    async def record(self, party: Party, state: RecordingState) -> Recording:
        """A row without its file."""
        app = self.house.app
        recording = Recording(
            id=new_id(),
            call_id=self.call,
            party=party,
            segment=1,
            state=state,
            started_at=self._began,
        )
        async with app[STORE].begin() as tx:
            await calls.add_recording(tx, recording)
        return recording

    async def sealer(self) -> Sealer:
        """For a file of this customer."""
        app = self.house.app
        owner = await sealing.customer_key(app[STORE], app[RING], self.application)
        return Sealer(owner.data_key())

    async def write(self, path: Path, sealer: Sealer, content: list[bytes]) -> None:
        """More records of a file that is not closed."""
        sealed = b"".join(sealer.record(part) for part in content)
        before = path.read_bytes() if path.exists() else sealer.header  # noqa: ASYNC240
        await asyncio.to_thread(path.write_bytes, before + sealed)


@pytest_asyncio.fixture(loop_scope="session")
async def archive(house: House) -> Archive:
    """A call of five minutes that is over."""
    link = await house.link()
    assert link
    async with house.staff() as supervisor:
        application = (await supervisor.ask("GET", "/api/files"))["files"][0]["id"]
    now = house.app[CLOCK].now()
    async with house.app[STORE].begin() as tx:
        waited = await queue.add_ticket(tx, application, now=now)
        agent = (await tx.connection.execute(sa.select(staff.c.id))).scalars().first()
        rung = ring(
            id=new_id(),
            application_id=application,
            ticket_id=waited.id,
            agent_id=agent or "",
            attempt=1,
            now=now - timedelta(minutes=5),
        )
        live_at = now - timedelta(minutes=5)
        answered = replace(rung, accepted_at=live_at, live_at=live_at)
        await calls.add(tx, replace(answered, state=CallState.ENDED, ended_at=now))
        await queue.save_ticket(tx, waited, replace(waited, state=TicketState.LEFT))
    return Archive(house, application, rung.id, live_at)


def watched(person: Person) -> list[int]:
    """Where the parts begin that the browser is given of recordings."""
    begins: list[int] = []

    def note(response: Response) -> None:
        if "/recordings/" in response.url and response.status == 206:
            begins.append(int(response.headers["content-range"].split()[1].partition("-")[0]))

    person.page.on("response", note)
    return begins


async def jumps(person: Person, at_s: float) -> None:
    """Within a second both sides show the picture of that second."""
    seen: dict[str, Any] = await person.page.evaluate(JUMP, at_s)
    assert seen["took_s"] < 1, seen
    for second in seen["seconds"]:
        assert second == pytest.approx(at_s, abs=1.5)


async def looks_in(invite: Invite, archive: Archive) -> Person:
    """An auditor has the file before them."""
    auditor = await invite(size=DESK)
    await walk.sign_in(auditor, archive.house, "huyle", arrives_at="files")
    await auditor.page.goto(archive.address)
    return auditor


async def test_what_is_not_finished_plays_and_jumps_by_ranges(
    invite: Invite, archive: Archive
) -> None:
    content = await asyncio.to_thread(minutes, SECONDS)
    await archive.record(Party.CUSTOMER, RecordingState.WRITING)
    file, sealer = archive.spool / f"{archive.call}-customer-1.webm.ekr", await archive.sealer()
    await archive.write(file, sealer, content[: SECONDS // 2])
    orphan = await archive.record(Party.AGENT, RecordingState.FINISHING)
    await archive.write(
        archive.spool / f"{orphan.id}.closed", await archive.sealer(), content[:SECONDS]
    )
    auditor = await looks_in(invite, archive)
    await reads_well(auditor, "file, recordings not finished", languages=("vi",))
    await walk.button(auditor, "player.so-far", walk.STAFF).click()
    await auditor.page.wait_for_function(OPEN)
    for at_s in (25, 3):
        await jumps(auditor, at_s)
    await archive.write(file, sealer, content[SECONDS // 2 :])
    await walk.button(auditor, "player.so-far-again", walk.STAFF).click()
    await auditor.page.wait_for_function(GROWN, arg=SECONDS - 2)
    await auditor.page.wait_for_function(OPEN)
    begins = watched(auditor)
    await jumps(auditor, 55)
    assert max(begins) > len(b"".join(content)) / 2, "read from the beginning"


async def test_a_finished_recording_plays_and_jumps_by_ranges_and_says_what_is_missing(
    invite: Invite, archive: Archive
) -> None:
    content = await asyncio.to_thread(minutes, SECONDS)
    for party in Party:
        broken_off = await archive.record(party, RecordingState.FINISHING)
        file = archive.spool / f"{broken_off.id}.closed"
        await archive.write(file, await archive.sealer(), content)
        await archived(archive, broken_off, file)
    auditor = await looks_in(invite, archive)
    await auditor.page.locator(".play").click()
    await auditor.page.wait_for_function(PLAYS)
    begins = watched(auditor)
    for at_s in (55, 20):
        await jumps(auditor, at_s)
    assert max(begins) > len(b"".join(content)) / 2, "read from the beginning"
    warned = auditor.page.locator("recording-more .alert")
    await expect(warned).to_have_count(2)
    await expect(warned.first).to_have_text(walk.STAFF["player.partly-customer"])
    await reads_well(auditor, "file, recordings that broke off")


async def archived(archive: Archive, recording: Recording, file: Path) -> None:
    """The job finishes what was left; its end marker is missing, so it is not whole."""
    app = archive.house.app
    owner = await sealing.recorded_under(app[STORE], app[RING], recording)

    def keep() -> Recording:
        index = file.with_name("aside")
        finished = finish(file, index, owner=owner, id=recording.id)
        return replace(
            recording,
            state=RecordingState.FINISHED,
            index_key=app[OBJECTS].put_file(index, id=recording.id, suffix="index.ekr"),
            object_key=app[OBJECTS].put_file(file, id=recording.id, suffix="webm.ekr"),
            **asdict(finished),
        )

    after = await asyncio.to_thread(keep)
    assert after.is_whole is False
    async with app[STORE].begin() as tx:
        await calls.save_recording(tx, recording, after)
