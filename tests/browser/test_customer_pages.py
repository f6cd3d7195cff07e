"""Every page of the customer in both languages, on a phone and on a desk, on the real server.

axe-core finds nothing, no word is missing, nothing is wider than the screen or too small to touch,
and the console stays clean.
"""

import asyncio
import io
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Route, expect

from ekyc.app import Outside
from ekyc.demo import cards
from ekyc.demo.specimen import a_specimen
from ekyc.domain.document import Candidate, FaultCode, Side, SideResult, Source
from ekyc.settings import Codes, Queue
from ekyc.storage import applications
from ekyc.web.keys import STORE
from tests.branch import eventually
from tests.browser import looks, walk
from tests.browser.conftest import Invite
from tests.browser.house import House, application_id, opened, words
from tests.browser.people import DESK, PHONE, Person
from tests.builders import a_side
from tests.fakes import ScriptedReader

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

FORM = {
    "number": "B1234567",
    "full_name": "TRẦN THỊ THANH HÀ",
    "birth_date": "12/08/1999",
    "sex": "F",
    "nationality": "Việt Nam",
    "residence": "12 Phố Mẫu, Phường Thử, TP. Ví Dụ",
    "issue_date": "22/05/2021",
    "expiry_date": "22/05/2031",
}

VOICE = """
  window.__said = [];
  window.__rates = new Set();
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const speak = (said) => {
    window.__said.push(said.text);
    window.__rates.add(said.rate);
    setTimeout(() => said.onend?.());
  };
  const value = { getVoices: () => [{ lang: "vi-VN" }], cancel() {}, speak };
  Object.defineProperty(window, "speechSynthesis", { value });
"""
"""A device with a Vietnamese voice: Chromium here has none."""


reads_well = partial(looks.reads_well, touched=True)


def a_photographed_side(
    side: Side, *faults: FaultCode, **readings: dict[Source, str]
) -> SideResult:
    """A side with its drawn picture; the fields named here were read as told, without certainty."""
    result = a_side(side, *faults)
    file = io.BytesIO()
    card = (cards.front if side is Side.FRONT else cards.back)(a_specimen(7))
    card.image.convert("RGB").save(file, "JPEG")
    told = {
        name: {source: Candidate(value=value, confidence=0.6) for source, value in said.items()}
        for name, said in readings.items()
    }
    reading = replace(result.reading, candidates={**result.reading.candidates, **told})
    return replace(result, reading=reading, straightened=file.getvalue())


def a_reader() -> ScriptedReader:
    """The first photograph is refused; then a card with one line unclear and one in conflict."""
    unclear = {"residence": {Source.OCR: "1 Phố Mau, Hà Nội"}}
    conflict = {"issue_date": {Source.QR: "2022-01-05", Source.OCR: "2021-01-05"}}
    return ScriptedReader(
        a_photographed_side(Side.FRONT, FaultCode.GLARE, FaultCode.BLUR),
        a_photographed_side(Side.FRONT, **unclear),
        a_photographed_side(Side.BACK, **conflict),
    )


async def take(person: Person) -> None:
    """Press the shutter once the camera runs."""
    await walk.button(person, "capture.take").click()


async def test_the_pages_up_to_the_form_read_well(invite: Invite, tmp_path: Path) -> None:
    soon = Codes(again_s=8)
    async with opened(tmp_path, outside=Outside(reader=a_reader()), codes=soon) as house:
        customer = await invite()
        customer.context.set_default_timeout(walk.SLOW_MS)
        await customer.page.goto(f"{house.address}/c/prepare")
        await expect(customer.page.locator(".how > li")).to_have_count(6)
        await reads_well(customer, "prepare")
        await walk.open_link(customer, house, await house.link())
        await reads_well(customer, "start")
        await walk.button(customer, "start.see").click()
        await customer.page.locator("#document").check()
        await walk.button(customer, "start.next").click()
        await reads_well(customer, "start, one missing")
        await customer.page.locator("#document").uncheck()
        await walk.agree(customer)
        await a_number_nobody_vouches_for(customer, house)
        await reads_well(customer, "code, not sent")
        await a_wrong_code(customer)
        await reads_well(customer, "code, wrong")
        await a_call_reads_another(customer)
        await the_right_code(customer, house)
        await reads_well(customer, "document")
        await walk.choose(customer, "cccd-2021")
        await photographs(customer)
        await the_form(customer)
        await customer.context.close()


async def a_number_nobody_vouches_for(customer: Person, house: House) -> None:
    """It is not called; a supervisor registers another, and the page goes on by itself."""
    reference = await customer.page.evaluate(
        "fetch('/api/customer/application').then(r => r.json()).then(v => v.reference)"
    )
    id = await application_id(house, reference)
    async with house.app[STORE].begin() as tx:
        await applications.set_values(tx, id, phone_source="customer")
    await customer.page.locator(".ways").wait_for(timeout=walk.SLOW_MS)
    await reads_well(customer, "code, number not verified")
    found = {
        "number": "0901234318",
        "source": "directory",
        "as_of": "2026-01-02",
        "note": "page 12",
    }
    async with house.staff() as supervisor:
        await supervisor.ask("POST", f"/api/files/{id}/phones", found)
    await walk.button(customer, "code.send").wait_for(timeout=walk.SLOW_MS)


async def a_wrong_code(customer: Person) -> None:
    """Six digits that are not the code stay where they were typed."""
    customer.expected_statuses.add(422)
    await walk.button(customer, "code.send").click()
    await customer.page.locator("#code").fill("000000")
    await walk.button(customer, "code.confirm").click()
    await customer.page.locator(".boxes.bad").wait_for()
    await expect(customer.page.locator("#code")).to_have_value("000000")


async def a_call_reads_another(customer: Person) -> None:
    """Once the wait is over the link has a voice call read the next code."""
    call = customer.page.locator(".resend [data-by=voice]")
    await call.wait_for(timeout=walk.SLOW_MS)
    await customer.page.locator("#slow-speech").check()
    await reads_well(customer, "code, a call is offered")
    await call.click()
    await customer.page.locator(".delivery[data-state=delivered]").wait_for()
    await expect(customer.page.locator("#code")).to_have_value("")
    await reads_well(customer, "code, read aloud")


async def the_right_code(customer: Person, house: House) -> None:
    """The code as the voice says it: every digit a word, twice."""
    said = (await house.inbox("voice"))[0]["text"]
    texts = words("messages")
    digits = {texts[f"digit.{digit}"]: str(digit) for digit in range(10)}
    heard = [digits[word] for word in re.findall(r"\w+", said) if word in digits]
    assert heard[:6] == heard[6:12]
    one, other = (texts[f"digit.{digit}"] for digit in heard[:2])
    assert f"{one}. {other}. " in said, "slowly, as was wished"
    await customer.page.locator("#code").fill("".join(heard[:6]))
    await walk.button(customer, "code.confirm").click()
    await walk.arrives(customer, "document")


async def photographs(customer: Person) -> None:
    """Refused with reasons, then both sides."""
    await expect(walk.button(customer, "capture.take")).to_be_enabled()
    await reads_well(customer, "capture")
    await take(customer)
    await customer.page.locator(".cam[data-state=refused]").wait_for()
    await reads_well(customer, "capture, refused")
    await take(customer)
    await walk.button(customer, "capture.go.back").wait_for()
    await reads_well(customer, "capture, accepted")
    await walk.button(customer, "capture.go.back").click()
    await expect(customer.page.locator("h1")).to_have_text(walk.CUSTOMER["capture.back"])
    await take(customer)
    await walk.button(customer, "continue").click()
    await walk.arrives(customer, "confirm")


async def the_form(customer: Person) -> None:
    """Doubts first; then every line clear, one of them being edited."""
    page = customer.page
    await expect(page.locator(".doubt")).to_have_count(2)
    await reads_well(customer, "confirm, doubts")
    await walk.button(customer, "confirm.right").click()
    await page.locator("#c-issue_date").click()
    await expect(page.locator(".doubt")).to_have_count(0)
    await page.get_by_role("link", name=walk.CUSTOMER["confirm.retake"]).click()
    await walk.arrives(customer, "capture")
    await walk.button(customer, "continue").click()
    await walk.arrives(customer, "confirm")
    await expect(page.locator(".doubt")).to_have_count(0)
    await page.locator("#edit-birth_date").click()
    await page.locator("#f-birth_date").fill("31021990")
    await page.keyboard.press("Tab")
    await expect(page.locator("#e-birth_date")).to_be_visible()
    await reads_well(customer, "confirm, a date that is none")


async def test_the_pages_around_the_call_read_well(invite: Invite, tmp_path: Path) -> None:
    async with opened(tmp_path, queue=Queue(ring_s=60, wrap_up_s=0)) as house:
        customer, agent = await invite(), await invite(size=DESK)
        customer.context.set_default_timeout(walk.SLOW_MS)
        await walk.open_link(customer, house, await house.link())
        await walk.agree(customer)
        await walk.confirm_phone(customer, house)
        await walk.choose(customer, "other")
        await reads_well(customer, "confirm, typed")
        await walk.type_form(customer, FORM)
        await walk.choose_now(customer)
        await the_device_check(customer)
        await the_waiting_room(customer, house)
        await walk.sign_in(agent, house)
        await walk.become_available(agent)
        await comes_when_told(customer, house)
        await the_call(agent, customer, house, invite)
        await reads_well(customer, "result, incomplete")
        await walk.button(customer, "result.resume").click()
        await walk.arrives(customer, "confirm")
        await expect(customer.page.locator("#f-number")).to_have_value(FORM["number"])
        for person in (agent, customer):
            await person.context.close()


async def the_device_check(customer: Person) -> None:
    """Camera refused, then allowed without a reload."""
    await customer.page.evaluate("window.__cam.deny(true)")
    call = walk.button(customer, "precheck.call")
    await expect(call).to_have_attribute("aria-disabled", "false", timeout=walk.SLOW_MS)
    await customer.page.locator("#slow-speech").check()
    await customer.page.locator("details.freedom summary").click()
    await walk.button(customer, "precheck.heard").click()
    await customer.page.locator("[data-check=speaker][data-state=ok]").wait_for()
    figures = await customer.page.locator("[data-check=network] .num").inner_text()
    assert figures.count("kbit/s") == 2, "both ways"
    await reads_well(customer, "precheck")
    await customer.page.add_init_script("window.__cam.deny(true)")
    await customer.page.reload()
    await customer.page.locator("[data-check=camera][data-state=bad]").wait_for()
    await reads_well(customer, "precheck, blocked")
    await customer.page.evaluate("window.__cam.deny(false)")
    await walk.button(customer, "again").click()
    await walk.call_now(customer)
    await walk.arrives(customer, "waiting")


async def the_waiting_room(customer: Person, house: House) -> None:
    """First in line; leaving is asked about, another time looked at, to be told asked for."""
    await reads_well(customer, "waiting")
    await walk.button(customer, "waiting.leave").click()
    await customer.page.locator("dialog[open]").wait_for()
    faults = await customer.accessibility_faults()
    assert faults == []
    await walk.button(customer, "waiting.leave.no").click()
    await customer.page.get_by_role("link", name=walk.CUSTOMER["waiting.book"]).click()
    await walk.arrives(customer, "booking")
    await reads_well(customer, "booking, from the queue")
    await customer.page.get_by_role("link", name=walk.CUSTOMER["booking.waits.back"]).click()
    await walk.arrives(customer, "waiting")
    await walk.button(customer, "waiting.tell").click()
    await walk.button(customer, "waiting.stay").click()
    await walk.button(customer, "waiting.tell").click()
    await walk.button(customer, "waiting.stay").wait_for()
    await reads_well(customer, "waiting, away")
    await customer.page.goto(f"{house.address}/healthz")  # no page is open any more


async def comes_when_told(customer: Person, house: House) -> None:
    """The page was closed; an agent is at work now, so the link comes, and the place is taken."""
    link = await eventually(lambda: _told(house), within_s=walk.SLOW_MS / 1000)
    await customer.page.goto(link)
    await walk.button(customer, "waiting.here").wait_for(timeout=walk.SLOW_MS)
    await reads_well(customer, "waiting, told that the turn is near")
    await walk.button(customer, "waiting.here").click()


async def _told(house: House) -> str:
    newest = (await house.inbox("sms"))[0]["text"]
    found = re.search(r"https?://\S+/c/#\S+$", newest)
    return found.group() if found else ""


async def a_code_in_the_call(agent: Person, customer: Person, house: House) -> None:
    """Sent by the agent, typed back by the customer, seen by the agent."""
    await walk.work_on(agent, "code")
    await walk.button(agent, "finish.send", walk.STAFF).click()
    field = customer.page.locator(".sheet code-input input")
    await field.wait_for(timeout=walk.SLOW_MS)
    customer.expected_statuses.add(422)
    await field.fill("000000")
    await walk.button(customer, "call.code.send").click()
    await customer.page.locator(".sheet .boxes.bad").wait_for()
    await reads_well(customer, "call, a wrong code")
    await agent.page.locator("[data-code=live]").wait_for()
    assert await agent.accessibility_faults() == []
    newest = (await house.inbox("sms"))[0]["text"]
    await field.fill(re.findall(r"\b\d{6}\b", newest)[0])
    await walk.button(customer, "call.code.send").click()
    await agent.page.locator("[data-code=confirmed]").wait_for(timeout=walk.SLOW_MS)
    await expect(field).to_have_count(0)


async def a_callback_code(agent: Person, customer: Person, house: House, invite: Invite) -> None:
    """Mailed as a link, told by the agent, typed where the mail is read."""
    await walk.button(agent, "callback.ask", walk.STAFF).click()
    told = agent.page.locator("[data-told]")
    await told.wait_for(timeout=walk.SLOW_MS)
    await looks.reads_well(agent, "desk, callback told", languages=("vi",))
    await customer.page.locator(".sheet[data-callback]").wait_for(timeout=walk.SLOW_MS)
    await reads_well(customer, "call, a link was mailed")
    mail = (await house.inbox("mail"))[0]
    digits = (await told.inner_text()).replace(" ", "")
    assert digits not in mail["text"]
    link = re.findall(r"http\S+/c/callback#\S+", mail["text"])[0]
    reader = await invite()
    reader.expected_statuses.add(422)
    await reader.page.goto(link)
    field = reader.page.locator("code-input input")
    await field.wait_for(timeout=walk.SLOW_MS)
    await reads_well(reader, "callback, open")
    await field.fill(f"{(int(digits) + 1) % 10**6:06d}")
    await walk.button(reader, "code.confirm").click()
    await expect(reader.page.locator("#callback-says .err")).to_contain_text("4")
    await field.fill(digits)
    await walk.button(reader, "code.confirm").click()
    await reader.page.locator("[data-callback=confirmed]").wait_for(timeout=walk.SLOW_MS)
    await reads_well(reader, "callback, confirmed")
    await agent.page.locator("callback-panel [data-callback=confirmed]").wait_for()
    await looks.reads_well(agent, "desk, callback confirmed", languages=("en",))
    await expect(customer.page.locator(".sheet[data-callback]")).to_have_count(0)
    await reader.context.close()


async def the_call(agent: Person, customer: Person, house: House, invite: Invite) -> None:
    """Ringing, talking, moving, and the end."""
    await customer.page.locator(".ringing").wait_for(timeout=walk.SLOW_MS)
    assert await customer.accessibility_faults() == []
    await customer.page.add_init_script("window.__cam.deny(false);" + VOICE)
    ring = agent.page.locator("ring-card .pill", has_text=walk.STAFF["speech.slow"])
    await expect(ring).to_be_visible(timeout=walk.SLOW_MS)
    await walk.answer(agent)
    await walk.arrives(customer, "call")
    notice = customer.page.locator(".said", has_text=walk.CUSTOMER["call.notice"])
    await notice.wait_for(timeout=walk.SLOW_MS)
    await customer.page.locator(".rec").wait_for()
    await walk.both_meet(agent, customer)
    assert await customer.page.evaluate("__said") == [walk.CUSTOMER["call.notice"]]
    assert await customer.page.evaluate("[...__rates]") == [0.7]
    slowly = agent.page.locator(".case .pill", has_text=walk.STAFF["speech.slow"])
    await expect(slowly).to_be_visible()
    spoken = f"{walk.STAFF['event.notice.given']} {walk.STAFF['notice-spoken.true']}"
    await agent.page.get_by_role("tab", name=walk.STAFF["tab.history"]).click()
    await expect(agent.page.locator("file-timeline")).to_contain_text(
        re.compile(r"\s*".join(map(re.escape, spoken.split(" "))))
    )
    await expect(agent.page.get_by_text(walk.STAFF["notice.say-it"])).to_have_count(0)
    await reads_well(customer, "call")
    await a_code_in_the_call(agent, customer, house)
    await a_callback_code(agent, customer, house, invite)
    await walk.work_on(agent, "movement")
    await agent.page.locator("movement-panel [data-missing=movement-left]").click()
    await customer.page.locator("[data-phase]").wait_for(timeout=walk.SLOW_MS)
    assert await customer.accessibility_faults() == []
    await walk.incomplete(agent, "place-unsuitable")
    await walk.hang_up(agent)
    await walk.arrives(customer, "result")


async def test_a_link_opened_without_a_network_works_once_it_is_back(
    invite: Invite, house: House
) -> None:
    customer, link = await invite(), await house.link()
    opening = "**/api/customer/session"
    await customer.page.route(opening, lambda route: route.abort())
    await customer.page.goto(link)
    again = walk.button(customer, "again")
    await expect(customer.page.get_by_role("alert")).to_contain_text(
        walk.CUSTOMER["error.unreachable"]
    )
    await customer.page.unroute(opening)
    await again.click()
    await expect(customer.page.locator("input.box")).to_have_count(5)
    assert "#" not in customer.page.url
    customer.complaints.clear()  # Chromium reports the request that did not get through
    await customer.context.close()


async def test_a_page_says_that_the_network_is_gone_and_goes_on_when_it_is_back(
    invite: Invite, house: House
) -> None:
    customer = await invite()
    await walk.open_link(customer, house, await house.link())
    await walk.agree(customer)
    await walk.confirm_phone(customer, house)
    await customer.context.set_offline(True)
    await customer.page.locator("input[value=other]").check()
    await walk.button(customer, "continue").click()
    await expect(customer.page.locator(".trouble")).to_contain_text(
        walk.CUSTOMER["error.unreachable"]
    )
    await expect(customer.page.locator(".offline")).to_have_text(walk.CUSTOMER["offline"])
    assert await customer.accessibility_faults() == []
    await customer.context.set_offline(False)
    await expect(customer.page.locator(".offline")).to_have_count(0)
    await walk.button(customer, "continue").click()
    await walk.arrives(customer, "confirm")
    customer.complaints.clear()  # Chromium reports each request of the time without a network
    await customer.context.close()


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_a_link_that_does_not_work_says_so_in_words(
    invite: Invite, house: House, size: Any
) -> None:
    customer = await invite(size=size)
    customer.expected_statuses.add(401)
    await customer.page.goto(f"{house.address}/c/#{'x' * 43}")
    await expect(customer.page.locator("h1")).to_have_text(walk.CUSTOMER["closed.link-invalid"])
    assert "#" not in customer.page.url
    assert await customer.accessibility_faults() == []
    await customer.page.goto(f"{house.address}/c/waiting")
    await expect(customer.page.locator("h1")).to_have_text(walk.CUSTOMER["closed.sign-in-needed"])
    assert await customer.accessibility_faults() == []
    await customer.context.close()


async def test_a_language_chosen_before_the_first_answer_stays(
    invite: Invite, house: House
) -> None:
    customer, answered = await invite(), asyncio.Event()
    customer.expected_statuses.add(401)  # the choice is told before there is a session

    async def late(route: Route) -> None:
        await answered.wait()
        await route.continue_()

    await customer.page.route("**/api/customer/session", late)
    await customer.page.goto(await house.link("vi"))
    await looks.speak(customer, "en")
    answered.set()
    heading = customer.page.get_by_role("heading", level=1)
    await expect(heading).to_have_text(words("customer", "en")["start.title"])
    await customer.page.reload()
    await expect(heading).to_have_text(words("customer", "en")["start.title"])
    await customer.context.close()
