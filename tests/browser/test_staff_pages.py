"""Every page of the staff in both languages, on a desk and on a phone, on the real server.

axe-core finds nothing, no word is missing, nothing is wider than the screen, the console stays
clean; and the recordings of both sides play in step.
"""

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.async_api import expect

from ekyc.app import Outside
from ekyc.demo import cards
from ekyc.demo.specimen import a_specimen
from ekyc.domain.call import CallState, Party, Recording, RecordingState, ring
from ekyc.domain.document import Candidate, Portrait, Side, SideResult, Source
from ekyc.domain.queue import TicketState
from ekyc.settings import Queue, Staff
from ekyc.storage import calls, queue
from ekyc.storage.schema import applications, staff
from ekyc.web.keys import CLOCK, STORE
from tests.browser import walk
from tests.browser.conftest import Invite
from tests.browser.house import House, opened, words
from tests.browser.looks import reads_well
from tests.browser.people import DESK, Person
from tests.builders import a_side
from tests.fakes import ScriptedReader

IN_STEP = """() => {
  const videos = [...document.querySelectorAll(".vids video")];
  const at = videos.map((video) => video.currentTime);
  return {sides: videos.length, at: Math.min(...at), apart: Math.max(...at) - Math.min(...at),
    playing: videos.every((video) => !video.paused && video.readyState >= 3)};
}"""

pytestmark = pytest.mark.timeout(300)


async def asked_about_reads_well(person: Person, state: str) -> None:
    """The same for an open dialog, which covers the language switch."""
    await person.page.locator("dialog[open]").wait_for()
    spoken = await person.page.evaluate("document.documentElement.lang")
    await reads_well(person, state, languages=(spoken,))


async def test_signing_in_reads_well(invite: Invite, house: House) -> None:
    agent = await invite(size=DESK)
    agent.expected_statuses.add(401)
    await agent.page.goto(f"{house.address}/staff/sign-in")
    await agent.page.locator("input[name=login]").fill("minhanh")
    await agent.page.locator("input[name=password]").fill("not this one")
    await walk.button(agent, "sign-in.next", walk.STAFF).click()
    refused = words("errors")["sign-in-refused"]
    await expect(agent.page.get_by_role("alert")).to_contain_text(refused)
    await reads_well(agent, "sign-in, refused")
    await agent.page.locator("input[name=password]").fill(house.password)
    await walk.button(agent, "sign-in.next", walk.STAFF).click()
    await agent.page.locator("input[name=code]").wait_for()
    await reads_well(agent, "sign-in, code")
    await agent.context.close()


async def test_the_desk_between_calls_reads_well(invite: Invite, house: House) -> None:
    agent = await invite(size=DESK)
    await walk.sign_in(agent, house)
    await agent.page.locator("device-test").wait_for()
    await reads_well(agent, "desk, offline")
    await agent.page.evaluate("window.__cam.deny(true)")
    await walk.button(agent, "test.start", walk.STAFF).click()
    await agent.page.locator(".tst .alert").wait_for()
    await reads_well(agent, "desk, camera blocked")
    await agent.page.evaluate("window.__cam.deny(false)")
    await walk.button(agent, "test.again", walk.STAFF).click()
    await agent.page.locator(".tst video").wait_for()
    await expect(agent.page.locator(".tst .pill.ok")).to_be_visible()
    await reads_well(agent, "desk, devices tested")
    for state in ("available", "break"):
        await agent.page.locator("state-switch").get_by_text(walk.STAFF[f"state.{state}"]).click()
        await agent.page.locator(f".rdy[data-state={state}]").wait_for()
        await reads_well(agent, f"desk, {state}")
    await agent.context.close()


async def reads_on(auditor: Person) -> None:
    """Five files in parts of two, with the keyboard; whoever comes back finds the same place."""
    rows = auditor.page.locator(".srch tbody tr")
    await expect(rows).to_have_count(2)
    await auditor.page.locator("select").select_option("opened")
    await reads_well(auditor, "files, the first part")
    more = walk.button(auditor, "files.more", walk.STAFF)
    await more.focus()
    await auditor.page.keyboard.press("Enter")
    await expect(rows).to_have_count(4)
    await expect(rows.nth(2).locator("a")).to_be_focused()
    said = walk.STAFF["files.shown.other"].format(n=4)
    await expect(auditor.page.locator("main [role=status]")).to_have_text(said)
    await auditor.page.reload()
    await expect(rows).to_have_count(4)
    await expect(auditor.page.locator("select")).to_have_value("opened")
    await more.click()
    await expect(rows).to_have_count(5)
    await expect(more).to_have_count(0)
    await expect(rows.nth(4).locator("a")).to_be_focused()
    await reads_well(auditor, "files, all of them")


async def test_an_auditor_finds_files_and_no_desk(invite: Invite, tmp_path: Path) -> None:
    async with opened(tmp_path, staff=Staff(files_max=2)) as house:
        for _ in range(5):
            await house.link()
        async with house.app[STORE].begin() as tx:
            shown = sa.update(applications).values(document_kind="cccd-2021")
            await tx.connection.execute(shown)
        auditor = await invite(size=DESK)
        await walk.sign_in(auditor, house, "huyle", arrives_at="files")
        await expect(auditor.page.locator("nav a[href='/staff/desk']")).to_have_count(0)
        await reads_on(auditor)
        await auditor.page.locator("select").select_option("decided")
        await auditor.page.locator(".empty").wait_for()
        await reads_well(auditor, "files, none at this stage")
        await auditor.page.locator("select").select_option("")
        await auditor.page.locator(".srch tbody a").first.click()
        await auditor.page.locator("file-side").wait_for()
        await reads_well(auditor, "file, just opened")
        await auditor.page.locator("feature-sheet button").first.press("Enter")
        await asked_about_reads_well(auditor, "file, what to look at on the card")
        await auditor.page.keyboard.press("Escape")
        await expect(auditor.page.locator("dialog[open]")).to_have_count(0)
        await expect(auditor.page.locator("decision-bar button")).to_have_count(0)
        await auditor.context.close()


async def test_a_recording_lost_to_a_crash_is_said_to_be_lost(
    invite: Invite, tmp_path: Path
) -> None:
    async with opened(tmp_path) as house:
        await house.link()
        async with house.staff() as supervisor:
            file = (await supervisor.ask("GET", "/api/files"))["files"][0]["id"]
        call = await a_call_over(house, file)
        await recorded(house, call, Party.AGENT, RecordingState.LOST)
        auditor = await invite(size=DESK)
        await walk.sign_in(auditor, house, "huyle", arrives_at="files")
        await auditor.page.goto(f"{house.address}/staff/files/{file}")
        player = auditor.page.locator("recording-player")
        await expect(player).to_contain_text(walk.STAFF["player.lost"])
        await reads_well(auditor, "file, the recording is lost")
        await recorded(house, call, Party.CUSTOMER, RecordingState.FINISHED)
        await auditor.page.reload()
        await expect(player.locator("figure").last).to_contain_text(walk.STAFF["player.side-lost"])
        await reads_well(auditor, "file, one side's recording is lost")


async def a_call_over(house: House, application: str) -> str:
    """A call of a minute with whichever agent comes first."""
    now = house.app[CLOCK].now()
    async with house.app[STORE].begin() as tx:
        waited = await queue.add_ticket(tx, application, now=now)
        agent = (await tx.connection.execute(sa.select(staff.c.id))).scalars().first()
        rung = ring(
            id="c" * 32,
            application_id=application,
            ticket_id=waited.id,
            agent_id=agent or "",
            attempt=1,
            now=now - timedelta(seconds=61),
        )
        live_at = now - timedelta(seconds=60)
        answered = replace(rung, accepted_at=live_at, live_at=live_at)
        over = replace(answered, state=CallState.ENDED, ended_at=now)
        await calls.add(tx, over)
        await queue.save_ticket(tx, waited, replace(waited, state=TicketState.LEFT))
    return over.id


async def recorded(house: House, call: str, party: Party, state: RecordingState) -> None:
    """What is left of one party's recording."""
    recording = Recording(
        id=party.value.ljust(32, "0"),
        call_id=call,
        party=party,
        segment=1,
        state=state,
        started_at=house.app[CLOCK].now(),
        duration_ms=60_000 if state is RecordingState.FINISHED else None,
    )
    async with house.app[STORE].begin() as tx:
        await calls.add_recording(tx, recording)


async def test_the_desk_in_a_call_and_the_file_after_it_read_well(
    invite: Invite, tmp_path: Path
) -> None:
    reader = ScriptedReader(a_photographed_side(Side.FRONT), a_photographed_side(Side.BACK))
    rules = Queue(ring_s=120, wrap_up_s=0)
    async with opened(tmp_path, outside=Outside(reader=reader), queue=rules) as house:
        agent, customer = await invite(size=DESK), await invite()
        await walk.sign_in(agent, house)
        await walk.become_available(agent)
        await calls_now(customer, house)
        await agent.page.locator("ring-card button.lotus").wait_for(timeout=walk.SLOW_MS)
        await reads_well(agent, "desk, ringing")
        await walk.answer(agent)
        await walk.arrives(customer, "call")
        await walk.both_meet(agent, customer)
        await the_call(agent, customer, house)
        await the_wrap_up(agent)
        await the_file(agent)
        for person in (agent, customer):
            await person.context.close()


def a_photographed_side(side: Side) -> SideResult:
    """A side with its drawn picture; QR and print disagree about the day of issue.

    The place of birth is in the code too: who changes it is seen.
    """
    result = a_side(side)
    file = io.BytesIO()
    card = (cards.front if side is Side.FRONT else cards.back)(a_specimen(7))
    card.image.convert("RGB").save(file, "JPEG")
    said = result.reading.candidates
    if side is Side.BACK:
        days = {Source.QR: "2022-01-05", Source.OCR: "2021-01-05"}
        issued = {source: Candidate(value=day, confidence=0.9) for source, day in days.items()}
        said = {**said, "issue_date": issued}
    else:
        said = {**said, "origin": {Source.QR: said["origin"][Source.OCR], **said["origin"]}}
    picture = file.getvalue()
    reading = replace(result.reading, candidates=said)
    holder = Portrait(picture=picture, width_px=120) if side is Side.FRONT else None
    return replace(result, reading=reading, straightened=picture, original=picture, portrait=holder)


async def calls_now(customer: Person, house: House) -> None:
    """From the link into the queue, with a card that was photographed."""
    await walk.open_link(customer, house, await house.link())
    await walk.agree(customer)
    await walk.confirm_phone(customer, house)
    await walk.choose(customer, "cccd-2021")
    for go_on in ("capture.go.back", "continue"):
        await walk.button(customer, "capture.take").click()
        await walk.button(customer, go_on).click(timeout=walk.SLOW_MS)
    await walk.arrives(customer, "confirm")
    await customer.page.locator("#c-issue_date").click()
    await customer.page.locator("#edit-origin").click()
    await customer.page.locator("#f-origin").fill("Hà Nam")
    await customer.page.keyboard.press("Tab")
    await walk.button(customer, "confirm.confirm").click()
    await walk.choose_now(customer)
    await walk.call_now(customer)


async def the_call(agent: Person, customer: Person, house: House) -> None:
    """Live, a movement, a photograph enlarged, a verdict about to be given, the customer gone."""
    page = agent.page
    await page.locator("call-signs .pill.rec-on").wait_for(timeout=walk.SLOW_MS)
    await reads_well(agent, "call")
    await page.locator("[data-missing=movement-left]").click()
    await page.locator(".chl.now").wait_for()
    assert await agent.accessibility_faults() == []
    await page.locator("[data-missing=movement-left]:not(.now)").wait_for(timeout=walk.SLOW_MS)
    await expect(page.locator(".flag .mk.bad")).to_have_count(3)
    await walk.answer_questions(agent)
    await beside_the_photographs(agent)
    await page.locator("file-panel .ids button").first.click()
    await asked_about_reads_well(agent, "call, a photograph enlarged")
    await page.keyboard.press("Escape")
    await page.get_by_role("tab", name=walk.STAFF["tab.history"]).click()
    await reads_well(agent, "call, history", languages=("vi",))
    await page.get_by_role("tab", name=walk.STAFF["tab.documents"]).click()
    await page.locator("note-box textarea").fill("Nói rõ, một mình trong phòng.")
    await expect(page.locator("note-box small")).to_have_text(walk.STAFF["note.saved"])
    await walk.button(agent, "decide.reject", walk.STAFF).click()
    await page.locator("dialog[open] .btn.bad").click()
    await expect(page.locator("dialog[open] .alert")).to_have_text(walk.STAFF["decide.no-reason"])
    await asked_about_reads_well(agent, "call, reject without a reason")
    await page.keyboard.press("Escape")
    await customer.page.goto(f"{house.address}/healthz")
    await page.locator(".sign.gone").wait_for(timeout=walk.SLOW_MS)
    await reads_well(agent, "call, the customer is gone", languages=("en",))


async def beside_the_photographs(agent: Person) -> None:
    """The portrait that is too small, and what the customer changed."""
    page, changed = agent.page, words("documents")["field.origin"]
    await expect(page.locator("flag-list .alert")).to_contain_text(changed)
    too_small = walk.STAFF["portraits.too-small"]
    await expect(page.locator("portrait-list .badc")).to_contain_text(too_small)


async def the_wrap_up(agent: Person) -> None:
    """Hung up without a verdict: it is asked about twice, then given."""
    await walk.hang_up(agent)
    await asked_about_reads_well(agent, "call, hanging up undecided")
    await walk.button(agent, "hang.end", walk.STAFF).click()
    await agent.page.locator("wrap-up").wait_for()
    await reads_well(agent, "wrap-up, undecided")
    await walk.incomplete(agent, "line-dropped")
    await agent.page.locator(".decided").wait_for()
    await reads_well(agent, "wrap-up, decided", languages=("en",))
    await agent.page.locator("wrap-up a").click()


async def the_file(agent: Person) -> None:
    """Recordings, both sides in step, from the start and after a jump; every angle as a number."""
    page = agent.page
    await page.locator(".play").wait_for(timeout=walk.SLOW_MS)
    edit = page.locator(".cmp .cont")
    await expect(edit).to_contain_text("Hà Nội")
    await expect(edit).to_contain_text(walk.STAFF["actor.customer"])
    asked = page.locator("[aria-labelledby=h-questions]")
    await expect(asked.get_by_text(walk.STAFF["question-state.passed"])).to_have_count(5)
    await reads_well(agent, "file")
    await page.locator(".play").click()
    await plays_in_step(agent, after_s=1.0)
    await page.locator(".lanes .bnd").first.click()
    jumped_to = float(await page.locator(".lanes .bnd").first.get_attribute("data-at") or 0)
    await plays_in_step(agent, after_s=jumped_to)
    await page.locator(".play").click()
    moves = page.get_by_role("region", name=walk.STAFF["plot.title"], exact=True)
    await moves.locator(".twin summary").click()
    await reads_well(agent, "file, after playing", languages=("en",))


async def plays_in_step(agent: Person, *, after_s: float) -> None:
    """Both sides run past this second of the call, at most a sixth of a second apart."""
    await agent.page.wait_for_function(
        f"s => {{ const now = ({IN_STEP})(); return now.playing && now.at > s; }}", arg=after_s
    )
    seen = await agent.page.evaluate(IN_STEP)
    assert seen["sides"] == 2
    assert seen["apart"] < 0.17
