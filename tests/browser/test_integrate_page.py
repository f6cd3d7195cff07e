"""The API's page reads well, and opens to every address, answer and refusal."""

from playwright.async_api import expect

from tests.browser.conftest import Invite
from tests.browser.house import House
from tests.browser.looks import reads_well
from tests.browser.people import DESK


async def test_who_integrates_finds_every_address_and_event(invite: Invite, house: House) -> None:
    visitor = await invite(size=DESK)
    await visitor.page.goto(f"{house.address}/integrate")
    main = visitor.page.locator("main")
    await expect(main).to_contain_text("/api/v1/applications/{id}/cancel")
    await expect(main).to_contain_text("call.dropped")
    await reads_well(visitor, "api")
    for address in ("/api/v1/applications", "/api/v1/applications/{id}/result"):
        one = visitor.page.locator("summary").filter(
            has=visitor.page.get_by_text(address, exact=True)
        )
        for each in await one.all():
            await each.click()
    await visitor.page.locator("summary").filter(has_text="call.dropped").click()
    await expect(visitor.page.get_by_text("idempotency-conflict").first).to_be_visible()
    await expect(visitor.page.get_by_text("not-decided").first).to_be_visible()
    await reads_well(visitor, "api, opened")
