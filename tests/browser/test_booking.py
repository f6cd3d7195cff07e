"""A time is booked, moved, cancelled; then it rings and is answered, or somebody misses it."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
import sqlalchemy as sa
from playwright.async_api import Locator, expect

from ekyc.app import Outside
from ekyc.domain.appointment import Appointment, AppointmentState
from ekyc.journey import booking
from ekyc.settings import Booking, Codes, Push, Queue
from ekyc.storage import appointments, schema, staff
from ekyc.storage import queue as lines
from ekyc.web.keys import STORE
from tests.browser import walk
from tests.browser.conftest import Invite
from tests.browser.house import House, opened
from tests.browser.looks import reads_well
from tests.browser.people import DESK, Person
from tests.browser.telephone import telephone
from tests.browser.walk import CUSTOMER, FORM, SLOW_MS, STAFF
from tests.builders import a_number, an_application, given
from tests.fakes import JumpingClock
from tests.push_service import Browser, PushService, push_service

pytestmark = pytest.mark.timeout(300)

RULES = Booking(slot_min=5, lead_min=1, change_until_min=0, page_s=1, answer_s=40)
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
LINE = Queue(wrap_up_s=0, ring_s=60, poll_s=0.2, presence_s=3600)
"""Nothing runs out while a page is looked at: where time is to pass, the clock is put forward."""


@dataclass(frozen=True, kw_only=True)
class Bank:
    """A bank that never closes, and its clock."""

    house: House
    clock: JumpingClock
    service: PushService


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def bank(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bank]:
    """One server for all of these; each test brings its own people."""
    clock = JumpingClock()
    folder = tmp_path_factory.mktemp("bank")
    rules: dict[str, Any] = {
        "queue": LINE,
        "booking": RULES,
        "codes": Codes(sends_per_hour=60),
    }
    async with push_service() as service:
        rules["push"] = Push(services=[service.origin])
        async with opened(folder, outside=Outside(clock=clock), **rules) as house:
            yield Bank(house=house, clock=clock, service=service)


async def may_choose(bank: Bank, customer: Person) -> str:
    """A customer whose form is confirmed looks at the times; returns the link."""
    link = await bank.house.link()
    await walk.open_link(customer, bank.house, link)
    await walk.agree(customer)
    await walk.confirm_phone(customer, bank.house)
    await walk.choose(customer, "other")
    await walk.type_form(customer, FORM)
    await walk.arrives(customer, "booking")
    return link


async def book(customer: Person, nth: int = 0) -> None:
    """Choose the nth time that is free, and book it."""
    page = customer.page
    await page.locator("input[name=slot]:not([disabled])").nth(nth).check(timeout=SLOW_MS)
    await expect(page.locator(".held b")).to_be_visible()
    await page.locator(".dock .btn.primary").click()
    await expect(page.locator("h1")).to_have_text(CUSTOMER["booking.done"])


async def view(customer: Person) -> dict[str, Any]:
    """What the server tells this customer's pages."""
    script = "fetch('/api/customer/application').then((answer) => answer.json())"
    answer: dict[str, Any] = await customer.page.evaluate(script)
    return answer


async def the_time_comes(bank: Bank, customer: Person) -> None:
    """The clock stands at the time of the appointment."""
    appointment = (await view(customer))["appointment"]
    bank.clock.jump_to(datetime.fromisoformat(appointment["at"]))


async def passes(bank: Bank, customer: Person, seconds: float) -> None:
    """So much later."""
    now = datetime.fromisoformat((await view(customer))["now"])
    await it_is(bank, now + timedelta(seconds=seconds))


async def it_is(bank: Bank, at: datetime) -> None:
    """This time has come in small steps: a leap would look as if the server had been away."""
    while (now := bank.clock.now()) < at:
        bank.clock.jump_to(min(at, now + timedelta(seconds=14)))
        await asyncio.sleep(1.5 * LINE.poll_s)


async def by_the_message(bank: Bank, customer: Person) -> None:
    """The customer closed the page, and comes back by the link of the last message."""
    link = re.search(r"http\S+$", await newest_message(bank))
    assert link is not None  # every message of an appointment leads back to it
    await customer.page.goto(f"{bank.house.address}/demo/")
    await customer.context.clear_cookies()
    await walk.open_link(customer, bank.house, link.group())
    await walk.arrives(customer, "booking")


async def newest_message(bank: Bank) -> str:
    """The text of the last message to a customer."""
    return str((await bank.house.inbox("sms"))[0]["text"])


async def is_told(customer: Person, key: str) -> None:
    """A sentence stands on the page."""
    sentence = customer.page.get_by_text(CUSTOMER[key])
    await expect(sentence).to_be_visible(timeout=SLOW_MS)


async def the_choice_reads_well(customer: Person) -> None:
    """Each way, and a time that is held."""
    await reads_well(customer, "booking, choose", touched=True)
    await customer.page.locator("input[name=when][value=now]").check()
    await reads_well(customer, "booking, now", touched=True)
    await customer.page.locator("input[name=when][value=later]").check()
    await customer.page.locator("input[name=slot]:not([disabled])").nth(2).check()
    await expect(customer.page.locator(".held b")).to_be_visible()
    last = customer.page.locator("label:has(input[name=slot]:not([disabled]))").last
    exactly = (await last.inner_text()).strip()[:5]
    await customer.page.locator("input[name=time]").fill(exactly)
    await walk.button(customer, "booking.exact.hold").click()
    await expect(customer.page.locator(".held")).to_contain_text(exactly)
    await reads_well(customer, "booking, held", touched=True)


async def test_a_time_is_booked_moved_and_cancelled_and_each_is_told(
    bank: Bank, invite: Invite
) -> None:
    customer = await invite()
    await may_choose(bank, customer)
    await the_choice_reads_well(customer)
    await book(customer, nth=2)
    await reads_well(customer, "booking, booked", touched=True)
    first = (await view(customer))["appointment"]["at"]
    await expect(customer.page.locator("main")).to_contain_text("GMT+7")
    assert "GMT+7" in await newest_message(bank)

    await by_the_message(bank, customer)
    await walk.button(customer, "booking.move").click()
    await expect(customer.page.locator("h1")).to_have_text(CUSTOMER["booking.title.move"])
    await reads_well(customer, "booking, move", touched=True)
    await book(customer, nth=4)
    assert (await view(customer))["appointment"]["at"] != first

    async with customer.page.expect_download() as calendar:
        await customer.page.get_by_text(CUSTOMER["booking.calendar"]).click()
    entry = (await (await calendar.value).path()).read_text("utf-8")
    assert "BEGIN:VEVENT" in entry

    await by_the_message(bank, customer)
    await walk.button(customer, "booking.cancel").click()
    dialog = customer.page.get_by_role("dialog")
    await dialog.get_by_role("button", name=CUSTOMER["booking.cancel.yes"]).click()
    await expect(customer.page.locator("h1")).to_have_text(CUSTOMER["booking.title"])
    assert (await view(customer))["stage"] == "confirmed"


async def test_a_customer_overseas_reads_both_clocks(bank: Bank, invite: Invite) -> None:
    customer = await invite(zone="America/New_York")
    await may_choose(bank, customer)
    await expect(customer.page.locator(".tz")).to_contain_text("America/New York")
    await reads_well(customer, "booking, overseas", touched=True)
    await book(customer, nth=3)
    await expect(customer.page.locator(".tz.own")).to_contain_text("GMT-")
    await expect(customer.page.locator(".when")).to_contain_text("GMT+7")
    await reads_well(customer, "booking, booked overseas", touched=True)
    texts = [message["text"] for message in await bank.house.inbox("sms")]
    assert any("GMT+7" in text and re.search(r"GMT-[45]", text) for text in texts[:2])


async def test_at_the_time_the_agent_is_rung_then_the_customer_who_answers(
    bank: Bank, invite: Invite
) -> None:
    customer, agent = await invite(), await invite(size=DESK)
    await walk.sign_in(agent, bank.house, "minhanh")
    await walk.become_available(agent)
    await may_choose(bank, customer)
    await book(customer, nth=1)
    await the_time_comes(bank, customer)
    await walk.arrives(customer, "waiting")
    await expect(agent.page.get_by_text(STAFF["booked.ring"])).to_be_visible(timeout=SLOW_MS)
    await walk.answer(agent)
    await walk.button(customer, "waiting.answer").wait_for(timeout=SLOW_MS)
    await walk.button(customer, "waiting.answer").click()
    await walk.arrives(customer, "call")
    await walk.both_meet(agent, customer)
    await walk.incomplete(agent, "place-unsuitable")
    await walk.hang_up(agent)
    await walk.arrives(customer, "result")
    await walk.finish(agent)


async def test_a_telephone_with_no_page_open_rings_and_a_touch_opens_the_page_to_answer(
    bank: Bank, invite: Invite, tmp_path: Path
) -> None:
    agent, browser = await invite(size=DESK), bank.service.subscribe()
    async with telephone(tmp_path / "profile", bank.house.address, browser) as phone:
        customer = phone.person
        await may_choose(bank, customer)
        await book(customer, nth=1)
        await _rings_from_now_on(bank, customer)
        at = datetime.fromisoformat((await view(customer))["appointment"]["at"])
        await walk.sign_in(agent, bank.house, await _promised(bank, customer))
        await walk.become_available(agent)
        await phone.lies_in_a_pocket()
        await customer.page.wait_for_timeout(8_000)  # until the server counts the page as closed
        bank.clock.jump_to(at)
        message = await _pushed(customer, browser)
        await _rings_again(agent)
        assert (await _pushed(customer, browser, nth=1))["tag"] == message["tag"]
        assert bank.service.refused == []

        shown = await phone.gets(message)
        assert shown["title"] == "Ngân hàng Sen"
        assert "GMT+7" in shown["body"]
        old = await customer.context.new_page()  # of the same bank, signed out meanwhile
        await customer.context.clear_cookies()
        await old.goto(f"{bank.house.address}/c/")
        await phone.is_touched(shown)
        await walk.arrives(customer, "waiting")
        state = "waiting, rung for an appointment"  # a ring has no switch of languages
        await reads_well(customer, state, languages=("vi",), touched=True)
        await walk.button(customer, "waiting.answer").click()
        await _meet_and_part(agent, customer)
        assert customer.complaints == []


async def _rings_from_now_on(bank: Bank, customer: Person) -> None:
    """The customer turns ringing on; the browser is given the server's own key."""
    await reads_well(customer, "booking, ringing offered", touched=True)
    await walk.button(customer, "push.on").click()
    said = CUSTOMER["push.is-on"].partition("{")[0].strip()
    await expect(customer.page.get_by_text(said)).to_be_visible(timeout=SLOW_MS)
    await customer.page.reload()  # the server knows this browser, for this application
    await expect(customer.page.get_by_text(said)).to_be_visible(timeout=SLOW_MS)
    config = await customer.page.evaluate("fetch('/api/config').then((a) => a.json())")
    bank.service.known_key = config["push"]


async def _promised(bank: Bank, customer: Person) -> str:
    """The login of the agent whose appointment it is."""
    async with bank.house.app[STORE].read() as tx:
        appointment = await appointments.active(tx, (await view(customer))["id"])
        assert appointment is not None  # it was booked a moment ago
        member = await staff.by_id(tx, appointment.agent_id)
    assert member is not None  # the appointment's row refers to it
    return member.login


async def _rings_again(agent: Person) -> None:
    """The agent sees that the customer is not there, and rings once more."""
    await expect(agent.page.get_by_text(STAFF["booked.absent"])).to_be_visible(timeout=SLOW_MS)
    await reads_well(agent, "desk, a booked customer is not there")
    await walk.button(agent, "booked.again", STAFF).click()


async def _meet_and_part(agent: Person, customer: Person) -> None:
    await walk.answer(agent)
    await walk.arrives(customer, "call")
    await walk.both_meet(agent, customer)
    await walk.incomplete(agent, "place-unsuitable")
    await walk.hang_up(agent)
    await walk.arrives(customer, "result")
    await walk.finish(agent)


async def _pushed(customer: Person, browser: Browser, nth: int = 0) -> dict[str, Any]:
    """What the push service was given for this browser, and could open."""
    for _ in range(120):
        if len(browser.messages) > nth:
            return browser.messages[nth]
        await customer.page.wait_for_timeout(250)
    return cast("dict[str, Any]", pytest.fail("nothing reached the push service"))


async def test_a_customer_who_lets_it_ring_is_offered_another_time(
    bank: Bank, invite: Invite
) -> None:
    customer, agent = await invite(), await invite(size=DESK)
    agent.expected_statuses.add(409)  # the call may end while the desk still enters it
    await walk.sign_in(agent, bank.house, "quocbao")
    await walk.become_available(agent)
    await may_choose(bank, customer)
    await book(customer, nth=1)
    await the_time_comes(bank, customer)
    await walk.answer(agent)
    await walk.button(customer, "waiting.answer").wait_for(timeout=SLOW_MS)
    await passes(bank, customer, RULES.answer_s)
    await walk.arrives(customer, "booking")
    await is_told(customer, "booking.missed.customer")
    await reads_well(customer, "booking, missed by the customer", touched=True)
    await walk.finish(agent)
    await book(customer, nth=1)


async def test_a_customer_who_is_not_there_gets_the_link_and_has_missed_it_in_the_end(
    bank: Bank, invite: Invite
) -> None:
    customer = await invite()
    link = await may_choose(bank, customer)
    await book(customer, nth=1)
    at = datetime.fromisoformat((await view(customer))["appointment"]["at"])
    await customer.page.close()
    customer.page = await customer.context.new_page()
    await customer.page.wait_for_timeout(
        8_000
    )  # the server notices a closed page in 2.5 s, if it is not busy
    before = {message["id"] for message in await bank.house.inbox("sms")}
    bank.clock.jump_to(at)
    due = CUSTOMER["booking.missed.customer"]
    words = {"due": "Đã đến giờ gọi video", "missed": "chưa gặp được Quý khách"}
    await _is_sent(bank, customer, words["due"], before)
    await it_is(bank, at + timedelta(seconds=RULES.late_s))
    await _is_sent(bank, customer, words["missed"], before)
    await walk.open_link(customer, bank.house, link)
    await walk.arrives(customer, "booking")
    await expect(customer.page.get_by_text(due)).to_be_visible()


async def _is_sent(bank: Bank, customer: Person, word: str, before: set[str]) -> None:
    """A message says so that was not there before."""
    for _ in range(120):
        inbox = await bank.house.inbox("sms")
        if any(word in message["text"] for message in inbox if message["id"] not in before):
            return
        await customer.page.wait_for_timeout(500)
    pytest.fail(f"no message says: {word}")


async def test_a_customer_nobody_rings_for_hears_that_it_was_us(bank: Bank, invite: Invite) -> None:
    customer = await invite()
    await may_choose(bank, customer)
    await book(customer, nth=1)
    await the_time_comes(bank, customer)
    await walk.arrives(customer, "waiting")
    later = CUSTOMER["waiting.postpone.other"].format(n=5)
    await customer.page.get_by_role("button", name=later).click()
    await walk.arrives(customer, "booking")
    await the_time_comes(bank, customer)
    await walk.arrives(customer, "waiting")
    await walk.button(customer, "waiting.answer").click()
    await is_told(customer, "waiting.appointment.text")
    await passes(bank, customer, RULES.agent_late_s)
    await walk.arrives(customer, "booking")
    await is_told(customer, "booking.missed.agent")
    await reads_well(customer, "booking, missed by the agent", touched=True)


async def test_a_supervisor_plans_and_an_agent_sees_her_own_week(
    bank: Bank, invite: Invite
) -> None:
    supervisor, agent = await invite(size=DESK), await invite(size=DESK)
    await walk.sign_in(supervisor, bank.house, "thuha")
    await _was_busy(bank)
    await supervisor.page.goto(f"{bank.house.address}/staff/roster")
    await supervisor.page.get_by_role("button", name=STAFF["roster.after"]).click()
    await expect(supervisor.page.locator(".rg .f2 td").nth(28)).not_to_have_text("0")
    await _drafts_by_keys(supervisor)
    await _drafts_by_the_form(supervisor)
    await _takes_a_booked_agent_off(bank, supervisor)
    await supervisor.page.goto(f"{bank.house.address}/staff/agents")
    speaks = supervisor.page.locator("tbody tr").first.get_by_role("checkbox")
    await expect(speaks.nth(1)).to_be_checked()
    await reads_well(supervisor, "agents")
    await speaks.nth(1).click()
    await expect(speaks.first).to_be_disabled()  # whoever speaks no language could serve nobody
    await speaks.nth(1).click()
    await expect(speaks.first).to_be_enabled()
    await _sees_her_own_week(bank, agent)


def _next_monday(bank: Bank, hour: int) -> datetime:
    today = bank.clock.now().astimezone(HANOI)
    monday = today.date() + timedelta(days=7 - today.weekday())
    return datetime(monday.year, monday.month, monday.day, hour, tzinfo=HANOI)


async def _was_busy(bank: Bank) -> None:
    """Sixty customers came at two of the Monday before: somebody is needed then."""
    await given(bank.house.app[STORE], an_application("busy", phone=a_number("busy")))
    at = _next_monday(bank, 14) - timedelta(days=14)
    async with bank.house.app[STORE].begin() as tx:
        for _ in range(60):
            ticket = await lines.add_ticket(tx, "busy", now=at)
            left = sa.update(schema.tickets).where(schema.tickets.c.id == ticket.id)
            await tx.connection.execute(left.values(state="left"))


def _half(person: Person, at: int) -> Locator:
    """A half-hour of the first agent's day."""
    return person.page.locator(f'tbody tr:first-child td[data-at="{at}"]')


def _changes(n: int) -> str:
    return STAFF["roster.changes.other"].format(n=n)


async def _drafts_by_keys(supervisor: Person) -> None:
    """A break from nine to ten, moved, taken back, made again and published."""
    page, pill = supervisor.page, supervisor.page.locator(".bar .pill.warn")
    await expect(page.locator(".dt .now")).to_have_count(0)  # next week is there
    await _half(supervisor, 18).click()
    await page.keyboard.press("Shift+ArrowRight")
    await page.keyboard.press("2")
    await expect(pill).to_have_text(_changes(1))
    await page.keyboard.press("Alt+ArrowRight")
    await expect(_half(supervisor, 20)).to_have_class(re.compile("brk"))
    await expect(_half(supervisor, 18)).to_have_class(re.compile("work"))
    await page.keyboard.press("Control+z")
    await page.keyboard.press("Control+z")
    await expect(pill).to_have_count(0)  # it stands as published: nothing is drafted
    await page.keyboard.press("3")
    await expect(pill).to_have_text(_changes(1))
    await reads_well(supervisor, "roster, drafted")
    await walk.button(supervisor, "roster.publish", STAFF).click()
    await expect(page.get_by_text(STAFF["roster.in-force"])).to_be_visible()
    await expect(pill).to_have_count(0)


async def _drafts_by_the_form(supervisor: Person) -> None:
    """A shift from eight to half past four with training in it, on every weekday; thrown away."""
    page = supervisor.page
    await _half(supervisor, 18).click()
    side = page.locator("roster-side")
    await side.get_by_label(STAFF["roster.start"]).select_option("08:00")
    await side.get_by_label(STAFF["roster.end"]).select_option("16:30")
    await side.get_by_label(STAFF["roster.kind"]).select_option("training")
    await side.get_by_label(STAFF["roster.weekdays"]).check()
    await walk.button(supervisor, "roster.save", STAFF).click()
    await expect(page.locator(".bar .pill.warn")).to_have_text(_changes(5))
    await expect(_half(supervisor, 19)).to_have_class(re.compile("train"))
    await expect(page.locator("tbody tr:first-child .tot")).to_contain_text("8,5")
    await walk.button(supervisor, "roster.discard", STAFF).click()
    await expect(page.locator(".bar .pill.warn")).to_have_count(0)


async def _takes_a_booked_agent_off(bank: Bank, supervisor: Person) -> None:
    """A customer is booked at two: the absence is refused, left, then made with the rebooking."""
    page = supervisor.page
    agent = await _half(supervisor, 18).get_attribute("data-agent")
    assert agent is not None  # every half-hour is somebody's
    await _somebody_is_booked(bank, agent)
    supervisor.expected_statuses.add(409)
    side, dialog = page.locator("roster-side"), page.locator("ask-dialog dialog")
    for answer in ("roster.rebook.no", "roster.rebook.yes"):
        await side.get_by_role("button", name=STAFF["roster.add"], exact=True).last.click()
        await side.get_by_label(STAFF["roster.from"]).last.select_option("09:00")
        await side.get_by_label(STAFF["roster.note"]).fill("Khám sức khỏe")
        if answer.endswith("no"):
            await reads_well(supervisor, "roster, absence", languages=("vi",))
        await walk.button(supervisor, "roster.take-off", STAFF).click()
        await expect(dialog).to_be_visible()
        await dialog.get_by_role("button", name=STAFF[answer]).click()
        await expect(dialog).to_be_hidden()
    await expect(page.get_by_text(STAFF["roster.reassigned.other"].format(n=1))).to_be_visible()
    await expect(page.locator(".hol")).to_contain_text("09:00–24:00")
    await side.locator(".hol button").click()
    await expect(side.locator(".hol li")).to_have_count(0)


async def _somebody_is_booked(bank: Bank, agent: str) -> None:
    """At two of next Monday, with this agent."""
    store, clock, at = bank.house.app[STORE], bank.clock, _next_monday(bank, 14)
    await given(store, an_application("monday", phone=a_number("monday")))
    held = Appointment(
        id="monday",
        application_id="monday",
        agent_id=agent,
        at=at.astimezone(UTC),
        minutes=RULES.slot_min,
        state=AppointmentState.HELD,
        version=1,
        zone="",
        moves=0,
        held_until=clock.now() + timedelta(hours=1),
        changed_at=clock.now(),
    )
    async with store.begin() as tx:
        await appointments.add(tx, held)
    await booking.book(store, clock, RULES, application_id="monday", zone=HANOI.key)


async def _makes_a_calendar(agent: Person) -> None:
    """The address on the page is one a calendar program gets its answer at."""
    await walk.button(agent, "roster.calendar", STAFF).click()
    address = await agent.page.locator(".calendar code").inner_text()
    answer = await agent.context.request.get(address)
    assert "BEGIN:VCALENDAR" in await answer.text()


async def _sees_her_own_week(bank: Bank, agent: Person) -> None:
    """Her own days and no others', nothing to change, and her calendar."""
    await walk.sign_in(agent, bank.house, "quocbao")
    await expect(agent.page.get_by_text(STAFF["queue.title"]).first).to_be_visible()
    await reads_well(agent, "desk, with appointments")
    await agent.page.goto(f"{bank.house.address}/staff/roster")
    await expect(agent.page.locator(".rg tbody tr")).to_have_count(7)
    await expect(agent.page.locator("roster-side, roster-grid, [role=gridcell]")).to_have_count(0)
    await _makes_a_calendar(agent)
    await reads_well(agent, "roster of an agent")
