"""A customer who types the form by hand, and a verdict without a call."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser import walk
from tests.browser.conftest import Invite
from tests.browser.house import House, opened, words
from tests.browser.looks import reads_well
from tests.browser.people import DESK, Person


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A server of this test's own; it stands until the people have left."""
    async with opened(tmp_path) as one:
        yield one


@pytest.mark.timeout(180)
async def test_a_customer_without_a_chip_card_is_told_why_she_is_refused(
    house: House, invite: Invite
) -> None:
    customer, agent = await invite(), await invite(size=DESK)
    await walk.open_link(customer, house, await house.link())
    await walk.agree(customer)
    await walk.confirm_phone(customer, house)
    await walk.choose(customer, "other")
    await walk.type_form(customer, walk.FORM)
    await walk.arrives(customer, "booking")
    await walk.sign_in(agent, house)
    await walk.open_newest_file(agent, house)
    approve = walk.button(agent, "decide.approve", walk.STAFF)
    await expect(approve).to_have_attribute("aria-disabled", "true")
    missing = words("errors")["missing.call"]
    await expect(agent.page.locator("main")).to_contain_text(missing)
    await walk.reject(agent, "details-differ")
    await walk.arrives(customer, "result")
    reason = words("errors")["reason.details-differ"]
    await expect(customer.page.locator("main")).to_contain_text(reason)
    await _books_a_call_about_it(customer)
    await _moves_it_and_gives_it_up(agent)
    await expect(customer.page.locator(".slots")).not_to_have_count(0)
    await customer.page.get_by_role("link", name=walk.CUSTOMER["booking.result.back"]).click()
    await walk.arrives(customer, "result")


async def _books_a_call_about_it(customer: Person) -> None:
    """From the page of the result and back; she may only book, not call now."""
    page = customer.page
    await reads_well(customer, "result, a talk is offered", touched=True)
    await page.get_by_role("link", name=walk.CUSTOMER["result.talk.book"]).click()
    await expect(page.locator("h1")).to_have_text(walk.CUSTOMER["booking.title.result"])
    await expect(page.locator("input[name=when]")).to_have_count(0)
    await page.locator("input[name=slot]:not([disabled])").first.check(timeout=walk.SLOW_MS)
    await reads_well(customer, "booking a talk", touched=True)
    await page.locator(".dock .btn.primary").click()
    await expect(page.locator("h1")).to_have_text(walk.CUSTOMER["booking.done"])
    await reads_well(customer, "a talk is booked", languages=("vi",), touched=True)


async def _moves_it_and_gives_it_up(agent: Person) -> None:
    talk = agent.page.locator("result-call")
    await expect(talk.locator("span.num")).to_be_visible(timeout=walk.SLOW_MS)
    before = await talk.locator("span.num").inner_text()
    await walk.button(agent, "talk.move", walk.STAFF).click()
    await talk.locator("select").last.select_option(index=3)
    await talk.locator("form").scroll_into_view_if_needed()
    await reads_well(agent, "file, a talk is moved")
    await walk.button(agent, "talk.book", walk.STAFF).click()
    await expect(talk.locator("span.num")).not_to_have_text(before)
    await walk.button(agent, "talk.cancel", walk.STAFF).click()
    await expect(talk.locator("span.num")).to_have_count(0)
