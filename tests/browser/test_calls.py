"""Bad luck and refusals in the call: nobody answers, pages reload, movements are not as asked."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Geolocation, Route, expect

from ekyc.demo.face import Portrait
from ekyc.settings import Queue
from tests.browser import walk
from tests.browser.conftest import Invite
from tests.browser.house import House, opened, words
from tests.browser.looks import reads_well
from tests.browser.people import DESK, Person

pytestmark = pytest.mark.timeout(240)
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
    async with opened(tmp_path_factory.mktemp("house"), queue=Queue(wrap_up_s=0, ring_s=6)) as one:
        yield one


@asynccontextmanager
async def meeting(
    house: House, invite: Invite, login: str, *, place: bool = False
) -> AsyncIterator[Meeting]:
    """A call in which each sees the other; the agent is offline again afterwards.

    `place`: the customer agreed that it is recorded, and the browser may tell it.
    """
    agent, customer = await invite(size=DESK), await invite()
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
    await walk.incomplete(agent, "line-dropped")
    await walk.hang_up(agent)
    await walk.arrives(customer, "result")
    await walk.finish(agent)
