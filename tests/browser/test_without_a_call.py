"""A customer who types the form by hand, and a verdict without a call."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser import walk
from tests.browser.conftest import Invite
from tests.browser.house import House, opened, words
from tests.browser.people import DESK


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
