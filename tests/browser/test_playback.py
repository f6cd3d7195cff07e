"""Recordings play and jump in the file page by ranges: finished, left by a crash, still growing."""

import asyncio
import re
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import av
import pytest
import pytest_asyncio
import sqlalchemy as sa
from av.container import InputContainer
from playwright.async_api import Response, expect

from ekyc.domain.call import BOTH, CallState, Party, Recording, RecordingState, ring
from ekyc.domain.export import Export, ExportState, Problem
from ekyc.domain.line import Figures
from ekyc.domain.queue import TicketState
from ekyc.journey import sealing
from ekyc.media.finish import finish
from ekyc.sealed.form import Sealer
from ekyc.storage import calls, exports, lines, queue, tokens
from ekyc.storage.schema import applications, staff
from ekyc.storage.staff import add_session
from ekyc.storage.store import new_id
from ekyc.web.keys import CLOCK, OBJECTS, RING, SETTINGS, STORE
from tests.browser import walk
from tests.browser.conftest import Invite
from tests.browser.house import House, words
from tests.browser.looks import reads_well
from tests.browser.people import DESK, Person
from tests.plane import BLUE, RED
from tests.recorded import filmed, minutes

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
        self.house, self.application, self.call, self.began = house, application, call, began
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
            started_at=self.began,
        )
        async with app[STORE].begin() as tx:
            await calls.add_recording(tx, recording)
        return recording

    async def export(self, state: ExportState, *, percent: int) -> Export:
        """A film somebody asked for, as far as it is."""
        app = self.house.app
        async with app[STORE].begin() as tx:
            by = (await tx.connection.execute(sa.select(staff.c.id))).scalars().first()
            film = Export(
                id=new_id(),
                call_id=self.call,
                state=state,
                asked_by=by or "",
                asked_at=self.began,
                language="vi",
                percent=percent,
            )
            await exports.add(tx, film)
        return film

    async def fails(self, film: Export) -> None:
        """It took too long."""
        after = replace(film, state=ExportState.FAILED, problem=Problem.TIMEOUT)
        async with self.house.app[STORE].begin() as tx:
            await exports.save(tx, film, after)

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
    await house.link()
    async with house.app[STORE].read() as tx:
        newest = sa.select(applications.c.id).order_by(applications.c.opened_at.desc())
        application = (await tx.connection.execute(newest)).scalars().first() or ""
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
    """An auditor has the file before them, signed in a while ago."""
    auditor, app, token = await invite(size=DESK), archive.house.app, tokens.new()
    now = app[CLOCK].now()
    async with app[STORE].begin() as tx:
        id = sa.select(staff.c.id).where(staff.c.login == "huyle")
        who = (await tx.connection.execute(id)).scalar_one()
        until = now + timedelta(hours=1)
        await add_session(tx, who, digest=tokens.digest(token), now=now, expires_at=until)
    await auditor.context.add_cookies(
        [{"name": "ekyc_staff", "value": token, "url": archive.house.address}]
    )
    await auditor.page.goto(archive.address)
    await auditor.page.wait_for_selector("main h1")
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


async def measured(archive: Archive) -> None:
    """How the line was: the customer's bad for six seconds, the agent's gone at the end."""
    good = Figures(second=0, kbps=900, loss=0, rtt_ms=24, fps=30, width=640, height=480)
    customer = [replace(good, second=n, kbps=880 + n % 7 * 20) for n in range(SECONDS)]
    for n in range(20, 26):
        customer[n] = replace(good, second=n, kbps=260, loss=0.3, fps=12, width=320, height=240)
    agent = [replace(good, second=n, loss=0.15 if 30 < n < 34 else 0) for n in range(SECONDS - 9)]
    async with archive.house.app[STORE].begin() as tx:
        await lines.add(tx, archive.call, Party.CUSTOMER, customer)
        await lines.add(tx, archive.call, Party.AGENT, agent)


async def test_a_finished_recording_plays_and_jumps_by_ranges_and_says_what_is_missing(
    invite: Invite, archive: Archive
) -> None:
    content = await asyncio.to_thread(minutes, SECONDS)
    for party in BOTH:
        broken_off = await archive.record(party, RecordingState.FINISHING)
        file = archive.spool / f"{broken_off.id}.closed"
        await archive.write(file, await archive.sealer(), content)
        await archived(archive, broken_off, file)
    await measured(archive)
    auditor = await looks_in(invite, archive)
    await auditor.page.locator(".play").click()
    await auditor.page.wait_for_function(PLAYS)
    begins = watched(auditor)
    for at_s in (55, 20):
        await jumps(auditor, at_s)
        shown = await auditor.page.locator(".stage time").get_attribute("datetime") or ""
        seconds = (datetime.fromisoformat(shown) - archive.began).total_seconds()
        assert seconds == pytest.approx(at_s, abs=3)  # it plays on
    assert max(begins) > len(b"".join(content)) / 2, "read from the beginning"
    warned = auditor.page.locator("recording-more .alert")
    await expect(warned).to_have_count(2)
    await expect(warned.first).to_have_text(walk.STAFF["player.partly-customer"])
    await reads_well(auditor, "file, recordings that broke off")
    plot = auditor.page.locator("line-plot")
    await expect(plot.get_by_role("img").first).to_have_accessible_name(re.compile("00:20.*00:26"))
    await plot.locator("summary").click()
    worst = plot.get_by_role("row").filter(has_text=walk.STAFF["call.customer"])
    await expect(worst.first).to_contain_text("30,0 %")
    assert await auditor.accessibility_faults() == []


async def test_an_auditor_has_one_film_made_of_both_sides(invite: Invite, archive: Archive) -> None:
    for party, colour, hz in ((Party.CUSTOMER, RED, 440.0), (Party.AGENT, BLUE, 1000.0)):
        left = await archive.record(party, RecordingState.FINISHING)
        file = archive.spool / f"{left.id}.closed"
        content = await asyncio.to_thread(partial(filmed, colour, hz, seconds=4))
        await archive.write(file, await archive.sealer(), content)
        await archived(archive, left, file)
    running = await archive.export(ExportState.RUNNING, percent=42)
    auditor = await looks_in(invite, archive)
    await expect(auditor.page.locator("progress")).to_have_attribute("value", "42")
    await reads_well(auditor, "file, a film is made", languages=("vi",))
    await archive.fails(running)
    alert = auditor.page.locator("recording-more .alert.bad")
    await expect(alert).to_have_text(words("errors")["export.timeout"])
    await reads_well(auditor, "file, a film failed", languages=("vi",))
    await walk.button(auditor, "film.again", walk.STAFF).click()
    link = auditor.page.locator("recording-more a[download]")
    await link.wait_for(timeout=walk.SLOW_MS)
    await reads_well(auditor, "file, a film can be downloaded")
    async with auditor.page.expect_download() as begun:
        await link.click()
    download = await begun.value
    assert download.suggested_filename.startswith("HS-")
    seen = await asyncio.to_thread(_seen, str(await download.path()))
    assert seen == (4 * 15, (1280, 528))


def _seen(file: str) -> tuple[int, tuple[int, int]]:
    """How many pictures, and how large."""
    with av.open(file, "r") as film:
        assert isinstance(film, InputContainer)
        pictures = list(film.decode(video=0))
    return len(pictures), (pictures[-1].width, pictures[-1].height)


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
