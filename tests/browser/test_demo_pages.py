"""The demo's two pages read well, open a customer's journey, and show what would have been sent."""

import io
from pathlib import Path

import zxingcpp
from PIL import Image
from playwright.async_api import expect

from ekyc.demo.specimen import a_specimen
from ekyc.demo.specimens import SEEDS
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
        await visitor.context.close()


async def an_inbox_fills(visitor: Person, house: House) -> None:
    """Empty at first; a signed webhook once a customer was opened."""
    await visitor.page.goto(f"{house.address}/demo/inbox")
    await expect(visitor.page.locator("main")).to_contain_text(DEMO["demo.inbox.empty"])
    await reads_well(visitor, "inbox, empty")
    await house.link()
    await expect(visitor.page.locator("main")).to_contain_text("application.opened")
    await reads_well(visitor, "inbox")


async def test_specimen_cards_are_printed_at_their_true_size(invite: Invite, house: House) -> None:
    """85.6 × 53.98 mm, on one A4 page; the picture that is downloaded reads as the card it is."""
    visitor = await invite(size=DESK)
    await visitor.page.goto(f"{house.address}/demo/")
    await visitor.page.get_by_role("link", name=DEMO["demo.cards"]).click()
    cards = visitor.page.locator("img.true-size")
    await expect(cards).to_have_count(2 * len(SEEDS))
    for card in await cards.all():
        await card.evaluate("image => image.decode()")
        box = await card.bounding_box()
        assert box
        millimetres = [round(side * 25.4 / 96, 1) for side in (box["width"], box["height"])]
        assert millimetres == [85.6, 54.0]
    await reads_well(visitor, "specimen cards")
    paper = await visitor.page.pdf(prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") == 1
    answer = await visitor.page.request.get(f"{house.address}/demo/cards/{SEEDS[0]}/front.png")
    picture = Image.open(io.BytesIO(await answer.body()))
    assert [round(dpi) for dpi in picture.info["dpi"]] == [508, 508]
    texts = [found.text for found in zxingcpp.read_barcodes(picture)]
    assert a_specimen(SEEDS[0]).qr_text in texts
    gone = await visitor.page.request.get(f"{house.address}/demo/cards/99/front.png")
    assert gone.status == 404
    await visitor.context.close()
