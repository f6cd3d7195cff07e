"""Bad luck and refusals in the call: nobody answers, pages reload, movements are not as asked."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Geolocation, Locator, Route, expect

from ekyc.demo.face import Portrait
from ekyc.domain.application import Stage
from ekyc.journey import queue as line
from ekyc.settings import Alerts, Queue
from ekyc.storage import applications, queue
from ekyc.web.keys import CLOCK, STORE
from tests.browser import walk
from tests.browser.conftest import Invite
from tests.browser.house import House, opened, words
from tests.browser.looks import reads_well
from tests.browser.people import DESK, Person
from tests.builders import an_application

pytestmark = pytest.mark.timeout(240)
GUESTS = words("guests")
HERE = Geolocation(latitude=10.776889, longitude=106.700912, accuracy=20)


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """Two people in a live call."""

    house: House
    agent: Person
    customer: Person


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One server for all of these; each test brings its own people."""
    rules: dict[str, Any] = {
        "queue": Queue(wrap_up_s=0, ring_s=6),
        "alerts": Alerts(every_s=0.5, nobody_s=0),
    }
    async with opened(tmp_path_factory.mktemp("house"), **rules) as one:
        yield one


@asynccontextmanager
async def meeting(
    house: House, invite: Invite, login: str, *, place: bool = False, script: str = ""
) -> AsyncIterator[Meeting]:
    """A call in which each sees the other; the agent is offline again afterwards.

    `place`: the customer agreed that it is recorded, and the browser may tell it; `script` runs in
    both their pages.
    """
    agent, customer = await invite(size=DESK), await invite()
    for person in (agent, customer):
        await person.context.add_init_script(script)
    if place:
        await customer.context.grant_permissions(["camera", "microphone", "geolocation"])
        await customer.context.set_geolocation(HERE)
    await walk.sign_in(agent, house, login)
    await walk.become_available(agent)
    await walk.waits(customer, house, place=place)
    await walk.answer(agent)
    await walk.arrives(customer, "call")
    await walk.film(customer, Portrait.HOPPER)
    await walk.both_meet(agent, customer)
    yield Meeting(house=house, agent=agent, customer=customer)


async def test_a_customer_who_turns_the_wrong_way_or_not_at_all_is_refused_with_the_reason(
    house: House, invite: Invite
) -> None:
    async with meeting(house, invite, "minhanh", place=True) as call:
        for who in (call.customer.page.locator(".who .where"), call.agent.page.locator(".cust")):
            await expect(who).to_contain_text("10.777, 106.701 (±20 m)")
        shown = await call.customer.page.locator(".who time").get_attribute("datetime") or ""
        assert abs((datetime.now(UTC) - datetime.fromisoformat(shown)).total_seconds()) < 5
        wrong = await walk.ask_movement(call.agent, call.customer, "left", does="right")
        await expect(wrong).to_have_class(re.compile("fail"))
        await expect(wrong).to_contain_text(walk.STAFF["fail.wrong-direction"])
        still = await walk.ask_movement(call.agent, call.customer, "up", does="nothing")
        await expect(still).to_contain_text(walk.STAFF["fail.timeout"])
        await walk.tick_all(call.agent)
        approve = walk.button(call.agent, "decide.approve", walk.STAFF)
        await expect(approve).to_have_attribute("aria-disabled", "true")
        await walk.reject(call.agent, "movements-failed")
        await walk.hang_up(call.agent)
        await walk.arrives(call.customer, "result")
        reason = words("errors")["reason.movements-failed"]
        await expect(call.customer.page.locator("main")).to_contain_text(reason)
        await walk.finish(call.agent)


async def test_a_tick_stands_although_the_file_was_asked_for_while_it_was_on_its_way(
    house: House, invite: Invite
) -> None:
    async with meeting(house, invite, "quocbao") as call:
        page = call.agent.page

        async def late(route: Route) -> None:
            async with page.expect_response(re.compile("/api/files/[0-9a-f]+$")):
                await page.evaluate(
                    "document.querySelector('desk-page').call.dispatchEvent(new Event('moved'))"
                )
            await route.continue_()

        await page.route("**/checklist", late)
        box = page.locator("check-list input[type=checkbox]").first
        await box.click()
        await expect(page.locator("check-list .pill")).to_contain_text("1/5", timeout=3_000)
        await expect(box).to_be_checked()
        await walk.incomplete(call.agent, "line-dropped")
        await walk.hang_up(call.agent)
        await walk.arrives(call.customer, "result")
        await walk.finish(call.agent)


async def test_a_customer_whose_agent_does_not_answer_is_first_again(
    house: House, invite: Invite
) -> None:
    agent, customer = await invite(size=DESK), await invite()
    await walk.sign_in(agent, house, "quocbao")
    await walk.become_available(agent)
    await walk.waits(customer, house)
    await walk.button(agent, "ring.accept", walk.STAFF).wait_for(timeout=walk.SLOW_MS)
    away = agent.page.get_by_text(walk.STAFF["idle.away"])
    await away.wait_for(timeout=walk.SLOW_MS)
    await walk.arrives(customer, "waiting")
    await walk.return_to_work(agent)
    await walk.answer(agent)
    await walk.arrives(customer, "call")
    await walk.both_meet(agent, customer)
    await walk.incomplete(agent, "place-unsuitable")
    await walk.hang_up(agent)
    await walk.arrives(customer, "result")
    await walk.finish(agent)


async def another_tab(person: Person, path: str) -> Person:
    """The same person opens this page once more."""
    page = await person.context.new_page()
    await page.goto(path)
    return Person(context=person.context, page=page)


async def test_two_tabs_do_not_tear_a_call_apart(house: House, invite: Invite) -> None:
    async with meeting(house, invite, "quocbao") as call:
        second = await another_tab(call.customer, f"{house.address}/c/call")
        await walk.both_meet(call.agent, second)
        aside = call.customer.page.locator("main[data-state=elsewhere]")
        await expect(aside).to_contain_text(walk.CUSTOMER["call.elsewhere"])
        await reads_well(call.customer, "call, elsewhere", touched=True)
        await walk.button(call.customer, "call.elsewhere.here").click()
        await walk.both_meet(call.agent, call.customer)
        await expect(second.page.locator("main[data-state=elsewhere]")).to_be_visible()
        await second.page.close()

        other_desk = await another_tab(call.agent, f"{house.address}/staff/desk")
        await walk.both_meet(other_desk, call.customer)
        sign = call.agent.page.locator(".sign.elsewhere")
        await expect(sign).to_contain_text(walk.STAFF["stand.elsewhere"])
        await reads_well(call.agent, "desk, elsewhere")
        await walk.button(call.agent, "stand.elsewhere-do", walk.STAFF).click()
        await walk.both_meet(call.agent, call.customer)
        await expect(other_desk.page.locator(".sign.elsewhere")).to_be_visible()
        await other_desk.page.close()
        await walk.incomplete(call.agent, "line-dropped")
        await walk.hang_up(call.agent)
        await walk.arrives(call.customer, "result")
        await walk.finish(call.agent)


async def test_a_customer_who_reloads_keeps_the_place_and_the_call(
    house: House, invite: Invite
) -> None:
    agent, customer = await invite(size=DESK), await invite()
    await walk.waits(customer, house)
    await walk.arrives(customer, "waiting")
    await customer.page.reload()
    await walk.arrives(customer, "waiting")
    await expect(customer.page.locator("main")).to_contain_text(
        walk.CUSTOMER["waiting.position"].replace("{n}", "1")
    )
    await walk.sign_in(agent, house, "minhanh")
    await walk.become_available(agent)
    await walk.answer(agent)
    await walk.arrives(customer, "call")
    await walk.both_meet(agent, customer)
    await customer.page.reload()
    await walk.arrives(customer, "call")
    await walk.both_meet(agent, customer)
    async with house.staff() as supervisor:
        newest = (await supervisor.ask("GET", "/api/files"))["files"][0]

        async def look() -> dict[str, Any]:
            return await supervisor.ask("GET", f"/api/files/{newest['id']}")

        def is_told(file: dict[str, Any]) -> bool:  # pictures may be there before the fact
            return "call.resumed" in [fact["name"] for fact in file["timeline"]]

        file = await supervisor.until(look, is_told, within_s=10, what="call.resumed")
    assert len(file["calls"]) == 1
    await has_something_changed(agent, customer)
    await walk.incomplete(agent, "line-dropped")
    await walk.hang_up(agent)
    await walk.arrives(customer, "result")
    await writes_the_entry(agent)
    await walk.finish(agent)
    await finds_it_in_the_file(agent, house)


CHANGE = "Gửi sao kê qua e-mail thay vì bưu điện"


async def has_something_changed(agent: Person, customer: Person) -> None:
    """The caller is known, the own page asks, and the code on it is read to the agent."""
    unheard = agent.page.locator("call-signs .rec-on [role=status]")
    await expect(unheard).to_have_text(walk.STAFF["notice.say-it"])  # Chromium here has no voice
    await walk.work_on(agent, "change")
    await reads_well(agent, "change, who is it", languages=("vi",))
    await walk.authorise(agent, customer, CHANGE)
    await reads_well(customer, "call, change asked", touched=True)
    await customer.page.reload()
    await walk.button(customer, "change.show").wait_for(timeout=walk.SLOW_MS)
    await walk.button(customer, "change.show").click()
    await customer.page.locator("[data-change=shown]").wait_for()
    await reads_well(customer, "call, change shown", touched=True)
    agent.expected_statuses.add(422)  # a wrong code
    code = agent.page.locator("change-panel input[name=code]")
    await code.fill("000000")
    await walk.button(agent, "change.check", walk.STAFF).click()
    await expect(agent.page.locator("change-panel .badc")).to_contain_text("4")  # tries are left
    await reads_well(agent, "change, waiting")
    digits = await customer.page.locator("[data-change=shown] .digits").inner_text()
    await code.fill(digits)
    await walk.button(agent, "change.check", walk.STAFF).click()
    stands = agent.page.locator("change-panel [data-stands=confirmed]")
    await expect(stands).to_contain_text(walk.STAFF["authorisation.confirmed"])
    await reads_well(agent, "change, authorised", languages=("en",))
    await expect(customer.page.locator(".sheet.said")).to_contain_text(
        walk.CUSTOMER["change.over.confirmed"]
    )


async def writes_the_entry(agent: Person) -> None:
    """Typed, kept over a reload, and written; only then the wrap-up ends."""
    page = agent.page
    await expect(walk.button(agent, "wrap.done", walk.STAFF)).to_have_attribute(
        "aria-disabled", "true"
    )
    text = page.locator("contact-entry textarea")
    await expect(text).to_have_value(CHANGE)
    await text.fill(f"{CHANGE}.")
    await expect(page.locator("contact-entry small")).to_have_text(walk.STAFF["note.saved"])
    await page.reload()
    await expect(text).to_have_value(f"{CHANGE}.", timeout=walk.SLOW_MS)
    await reads_well(agent, "wrap-up, entry")
    await walk.button(agent, "contact.keep", walk.STAFF).click()
    await expect(page.locator("contact-entry section")).to_have_count(0)


async def finds_it_in_the_file(agent: Person, house: House) -> None:
    """What was changed stands in the file, with on whose order."""
    await walk.open_newest_file(agent, house)
    changes = agent.page.locator("file-side section[aria-labelledby=h-changes]")
    await expect(changes).to_contain_text(walk.STAFF["ordered-by.customer"])
    await changes.scroll_into_view_if_needed()
    await reads_well(agent, "file, changes", languages=("vi",))


def third(person: Person, who: str) -> Locator:
    """The tile of a guest on somebody's page."""
    return person.page.locator(f"[data-guest={who}]")


async def plays(tile: Locator) -> None:
    """Pictures come by this tile."""
    video = await tile.locator("video").element_handle(timeout=walk.SLOW_MS)
    assert video is not None
    await tile.page.wait_for_function(
        "v => v.videoWidth > 0 && v.getVideoPlaybackQuality().totalVideoFrames > 3",
        arg=video,
        timeout=walk.SLOW_MS,
    )


async def handed_over(call: Meeting, to: Person) -> None:
    """Somebody else has the call, and ends it; the agent before has nothing to decide."""
    await expect(call.agent.page.locator("#h-wrap")).to_be_visible()
    await walk.finish(call.agent)
    await walk.incomplete(to, "line-dropped")
    await walk.hang_up(to)
    await walk.arrives(call.customer, "result")


async def asks_in(agent: Person, way: str) -> Locator:
    """The dialog "ask somebody in", with a way chosen; the button that does it."""
    await walk.button(agent, "ask-in.open", walk.STAFF).click()
    dialog = agent.page.locator("ask-in dialog")
    await dialog.locator(f"input[value={way}]").check()
    return dialog.locator("button[type=submit]")


async def opens_while_it_is_busy(guest: Person, link: str) -> None:
    """The server cannot answer at first: the link is none the worse for it."""
    guest.expected_statuses.add(503)
    await guest.page.route("**/api/guest", lambda route: route.fulfill(status=503))
    await guest.page.goto(link)
    title = guest.page.locator("h1")
    await expect(title).to_have_text(walk.CUSTOMER["closed.other"], timeout=walk.SLOW_MS)
    await reads_well(guest, "guest, unreached", touched=True)
    await guest.page.unroute("**/api/guest")
    await walk.button(guest, "again").click()


async def test_an_interpreter_comes_by_a_link_is_seen_by_role_and_recorded_beside_the_others(
    house: House, invite: Invite
) -> None:
    interpreter = await invite()
    async with meeting(house, invite, "minhanh") as call:
        await (await asks_in(call.agent, "link")).click()
        link = await call.agent.page.locator("ask-in input[readonly]").input_value()
        await reads_well(call.agent, "ask in, link", languages=("vi",))
        await call.agent.page.keyboard.press("Escape")
        await opens_while_it_is_busy(interpreter, link)
        enter = walk.button(interpreter, "guest.enter")
        await expect(interpreter.page.locator("main")).to_contain_text(
            walk.CUSTOMER["guest.recorded"]
        )
        await reads_well(interpreter, "guest, before", touched=True)
        await enter.click()
        await plays(third(call.customer, "interpreter"))
        await plays(third(call.agent, "interpreter"))
        await expect(call.customer.page.locator("main")).to_contain_text(
            GUESTS["guest.interpreter"]
        )
        await expect(interpreter.page.locator("main")).to_contain_text(
            walk.CUSTOMER["call.recording"]
        )
        await reads_well(interpreter, "guest, in", touched=True)
        await reads_well(call.customer, "call, interpreter", touched=True)
        await reads_well(call.agent, "desk, interpreter")
        await walk.button(call.agent, "guests.do-send-out", walk.STAFF).click()
        await expect(interpreter.page.locator("h1")).to_have_text(walk.CUSTOMER["guest.over"])
        await expect(third(call.customer, "interpreter")).to_have_count(0)

        await walk.incomplete(call.agent, "line-dropped")
        await walk.hang_up(call.agent)
        await walk.arrives(call.customer, "result")
        await walk.finish(call.agent)
    async with house.staff() as supervisor:
        newest = (await supervisor.ask("GET", "/api/files"))["files"][0]
        file = await supervisor.ask("GET", f"/api/files/{newest['id']}")
    parties = {recording["party"] for recording in file["calls"][-1]["recordings"]}
    assert parties == {"customer", "agent", "interpreter"}


async def test_a_colleague_is_asked_while_the_customer_waits_and_is_handed_the_call(
    house: House, invite: Invite
) -> None:
    colleague = await invite(size=DESK)
    async with meeting(house, invite, "minhanh") as call:
        await walk.sign_in(colleague, house, "quocbao")
        await walk.become_available(colleague)
        await (await asks_in(call.agent, "consult")).click()
        await walk.button(colleague, "ring.accept", walk.STAFF).click(timeout=walk.SLOW_MS)
        await expect(call.customer.page.locator(".overlay.held")).to_contain_text(
            walk.CUSTOMER["call.hold"]
        )
        await plays(third(call.agent, "colleague"))
        await reads_well(call.customer, "call, on hold", touched=True)
        await reads_well(colleague, "desk, guest")
        await walk.button(call.agent, "guests.do-give-away", walk.STAFF).click()
        await walk.both_meet(colleague, call.customer)
        await handed_over(call, colleague)
        await walk.finish(colleague)


LINES = """const Own = window.RTCPeerConnection;
window.__lines = [];
window.RTCPeerConnection = class extends Own {
  constructor(...args) { super(...args); window.__lines.push(this); }
};"""
"""Keeps a page's connections in a test's reach."""

CAME = """async () => {
  const pairs = [];
  for (const { receiver } of window.__lines.at(-1).getTransceivers()) {
    const told = [...(await receiver.getStats()).values()];
    const came = told.find((one) => one.type === "inbound-rtp");
    pairs.push({ packets: came?.packetsReceived ?? 0, energy: came?.totalAudioEnergy ?? 0 });
  }
  const sum = (some, of) => some.reduce((all, one) => all + one[of], 0);
  const [agent, guests] = [pairs.slice(0, 2), pairs.slice(2)];
  return { agent: sum(agent, "packets"), guests: sum(guests, "packets"),
    energy: sum(guests, "energy") };
}"""
"""What came to a page: packets from the other party, and from whoever else; the latter's sound."""


async def test_a_supervisor_whispers_from_the_wall_and_the_customer_hears_nothing_of_it(
    house: House, invite: Invite
) -> None:
    supervisor = await invite(size=DESK)
    async with meeting(house, invite, "quocbao", script=LINES) as call:
        await walk.sign_in(supervisor, house, "thuha")
        await supervisor.page.goto(f"{house.address}/staff/wall")
        row = supervisor.page.locator("table.lc tbody tr")
        await row.first.wait_for(timeout=walk.SLOW_MS)
        await _is_alerted(supervisor, house)
        await row.locator(".acts button").nth(0).click()
        await plays(supervisor.page.locator("guest-stage .customer"))
        await plays(supervisor.page.locator("guest-stage .agent"))
        await expect(third(call.agent, "supervisor")).to_have_count(0)
        await reads_well(supervisor, "wall, listening")
        await supervisor.page.locator(".sup button").nth(0).click()
        await expect(third(call.agent, "supervisor")).to_be_visible(timeout=walk.SLOW_MS)
        heard = f"async () => (await ({CAME})()).guests > 50"  # the agent hears the whisper
        await call.agent.page.wait_for_function(heard, timeout=walk.SLOW_MS)
        came = await call.customer.page.evaluate(CAME)
        assert came["agent"] > 100
        assert (came["guests"], came["energy"]) == (0, 0)
        await expect(third(call.customer, "supervisor")).to_have_count(0)
        await _listens_again(supervisor, call.agent)
        await supervisor.page.locator(".sup button").nth(1).click()
        await plays(third(call.customer, "supervisor"))
        assert (await call.customer.page.evaluate(CAME))["guests"] > 0  # the measure does measure
        await reads_well(call.customer, "call, supervisor", touched=True)
        takes = supervisor.page.get_by_role("button", name=walk.STAFF["wall.take-over"])
        await takes.click()
        await walk.both_meet(supervisor, call.customer)
        await handed_over(call, supervisor)


async def _is_alerted(supervisor: Person, house: House) -> None:
    """Somebody waits whose language nobody speaks; the supervisor has seen it."""
    store, now = house.app[STORE], house.app[CLOCK].now()
    async with store.begin() as tx:
        waiting = an_application("unserved", stage=Stage.WAITING, opened_at=now, updated_at=now)
        await applications.add(tx, waiting, product="")
        await queue.add_ticket(tx, "unserved", now=now, language="km")
    seen = walk.button(supervisor, "wall.acknowledge", walk.STAFF)
    await seen.wait_for(timeout=walk.SLOW_MS)
    await reads_well(supervisor, "wall")
    await seen.click()
    await expect(seen).to_have_count(0)
    await expect(supervisor.page.locator(".als .alert.info")).to_have_count(1)
    await reads_well(supervisor, "wall, seen")
    await line.leave(store, house.app[CLOCK], application_id="unserved")


async def _listens_again(supervisor: Person, agent: Person) -> None:
    """Who only listens sends nothing any more, and is no more seen."""
    await supervisor.page.locator(".sup button").nth(0).click()
    mine = supervisor.page.locator("guest-stage .mine")
    await expect(mine).to_have_count(0, timeout=walk.SLOW_MS)
    await expect(third(agent, "supervisor")).to_have_count(0, timeout=walk.SLOW_MS)
