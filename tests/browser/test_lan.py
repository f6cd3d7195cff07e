"""A phone in the demo's network: the page of trust tells the truth, then the camera works."""

import asyncio
import re
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.conftest import Invite
from tests.browser.house import words
from tests.browser.looks import reads_well
from tests.browser.people import PHONE, arrive, trusting
from tests.integration.test_lan import HOST, Network

DEMO, CUSTOMER = words("demo"), words("customer")
OPEN_CAMERA = """async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
  const tracks = stream.getTracks().map((track) => `${track.kind} ${track.readyState}`);
  return [isSecureContext, ...tracks];
}"""


async def test_a_phone_is_helped_to_trust_and_then_its_camera_works(
    invite: Invite, tmp_path: Path
) -> None:
    network = Network(tmp_path)
    opened = network.open()
    _, block = await asyncio.to_thread(opened.__enter__)
    try:
        (link,) = re.findall(rf"http://{HOST}:\d+/#\S+", block)
        await a_stranger_is_told_what_to_do(invite, link)
        authority = (await asyncio.to_thread(network.plain, "/ekyc-demo-ca.crt"))[2]
        async with trusting(tmp_path / "home", authority) as browser:
            await a_phone_that_trusts_goes_on(browser, link)
    finally:
        await asyncio.to_thread(opened.__exit__, None, None, None)


async def a_stranger_is_told_what_to_do(invite: Invite, link: str) -> None:
    """The check says no, with the steps of each kind of phone and the fingerprint."""
    phone = await invite(size=PHONE)
    await phone.page.goto(link)
    await expect(phone.page.get_by_role("status")).to_contain_text(DEMO["trust.refused"])
    await expect(phone.page.locator(".fingerprint")).to_have_text(re.compile(r"(\w\w:){31}\w\w"))
    assert await phone.page.get_by_text(DEMO["trust.next"], exact=True).count() == 0
    for platform in ("ios", "android", "computer"):
        name = DEMO[f"trust.platform.{platform}"]
        await phone.page.get_by_role("button", name=name, exact=True).click()
        await reads_well(phone, f"trust, {platform}", touched=True)
    # What Chromium says of a door it does not believe.
    phone.complaints = [said for said in phone.complaints if "ERR_CERT_AUTHORITY" not in said]


async def a_phone_that_trusts_goes_on(browser: Browser, link: str) -> None:
    """No warning, the link's own page, a secure context, a real camera."""
    phone = await arrive(browser, size=PHONE)
    await phone.page.goto(link)
    await expect(phone.page.get_by_role("status")).to_contain_text(DEMO["trust.trusted"])
    await reads_well(phone, "trust, trusted", touched=True)
    await phone.page.get_by_role("link", name=DEMO["trust.next"]).click()
    await phone.page.wait_for_url(re.compile(rf"^https://{HOST}:\d+/c/$"))
    await expect(phone.page.locator("input.box")).to_have_count(5)
    assert phone.complaints == []

    # The camera the browser brings, not the one these tests hold in their hand.
    own = await phone.context.browser.new_context(permissions=["camera", "microphone"])  # type: ignore[union-attr]
    page = await own.new_page()
    await page.goto(phone.page.url)
    assert await page.evaluate(OPEN_CAMERA) == [True, "audio live", "video live"]
    await own.close()
    await phone.context.close()
