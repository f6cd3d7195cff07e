"""The demo's two pages read well, open a customer's journey, and show what would have been sent."""

from pathlib import Path

from playwright.async_api import expect

from tests.browser.conftest import Invite
from tests.browser.house import House, opened, words
from tests.browser.looks import reads_well
from tests.browser.people import DESK, Person

DEMO = words("demo")


async def test_a_visitor_finds_both_sides_of_the_demo(invite: Invite, tmp_path: Path) -> None:
    async with opened(tmp_path) as house:
        visitor = await invite(size=DESK)
        await visitor.page.goto(f"{house.address}/demo/")
        await expect(visitor.page.locator("main")).to_contain_text(house.password)
        await reads_well(visitor, "demo")
        await an_inbox_fills(visitor, house)


async def an_inbox_fills(visitor: Person, house: House) -> None:
    """Empty at first; a signed webhook once a customer was opened."""
    await visitor.page.goto(f"{house.address}/demo/inbox")
    await expect(visitor.page.locator("main")).to_contain_text(DEMO["demo.inbox.empty"])
    await reads_well(visitor, "inbox, empty")
    await house.link()
    await expect(visitor.page.locator("main")).to_contain_text("application.opened")
    await reads_well(visitor, "inbox")
