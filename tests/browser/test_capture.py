"""The camera page: what it says while the document is held up, and the picture it takes."""

import io
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter
from playwright.async_api import Locator, expect

from ekyc.app import Outside
from ekyc.demo import cards
from ekyc.demo.specimen import a_specimen
from ekyc.domain.document import FaultCode, Side
from ekyc.settings import Capture
from tests.browser import walk
from tests.browser.conftest import Invite
from tests.browser.house import House, opened
from tests.browser.looks import reads_well
from tests.browser.people import Person
from tests.builders import a_side
from tests.fakes import ScriptedReader

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SCENE = (1920, 1440)
FITS = 1080
"""Pixels of the card's width: a telephone shows the middle of such a scene, and the frame in it."""
Spoil = Callable[[Image.Image], Image.Image]
FRONT, BACK = cards.front(a_specimen(11)).image, cards.back(a_specimen(11)).image


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A server whose page takes pictures by itself, and takes none from the device."""
    async with opened(tmp_path_factory.mktemp("capture"), capture=Capture()) as one:
        yield one


def held_up(card: Image.Image, *, width: int = FITS, spoil: Spoil = lambda scene: scene) -> bytes:
    """The card flat over a dark table, as the camera sees it."""
    scene = Image.new("RGB", SCENE, (74, 66, 58))
    flat = card.convert("RGBA").resize((width, round(width * card.height / card.width)))
    flat = flat.rotate(1, Image.Resampling.BICUBIC, expand=True)
    scene.paste(flat, ((SCENE[0] - flat.width) // 2, (SCENE[1] - flat.height) // 2), flat)
    file = io.BytesIO()
    spoil(scene).save(file, "JPEG", quality=92)
    return file.getvalue()


def under_a_lamp(scene: Image.Image) -> Image.Image:
    """A white reflection over the middle of the card."""
    light = Image.new("L", SCENE)
    ImageDraw.Draw(light).ellipse((700, 560, 1150, 850), fill=255)
    return Image.composite(
        Image.new("RGB", SCENE, "white"), scene, light.filter(ImageFilter.GaussianBlur(20))
    )


SPOILT: dict[str, bytes] = {
    "nearer": held_up(FRONT, width=660),
    "dark": held_up(FRONT, spoil=lambda scene: ImageEnhance.Brightness(scene).enhance(0.12)),
    "focus": held_up(FRONT, spoil=lambda scene: scene.filter(ImageFilter.GaussianBlur(4))),
    "glare": held_up(FRONT, spoil=under_a_lamp),
}


def say(advice: str) -> str:
    """The sentence of an advice."""
    return walk.CUSTOMER[f"capture.say.{advice}"]


async def to_the_camera(customer: Person, house: House) -> Locator:
    """From the link to the running camera; the sentence that guides."""
    await walk.open_link(customer, house, await house.link())
    await walk.agree(customer)
    await walk.confirm_phone(customer, house)
    await walk.choose(customer, "cccd-2021")
    await expect(walk.button(customer, "capture.take")).to_be_enabled()
    return customer.page.locator(".hint")


async def test_the_page_says_what_to_do_and_takes_the_picture_when_all_holds(
    house: House, invite: Invite
) -> None:
    customer = await invite()
    hint = await to_the_camera(customer, house)
    await expect(hint).to_have_text(say("place"))
    for advice, picture in SPOILT.items():
        await customer.sees(picture)
        await expect(hint).to_have_text(say(advice), timeout=walk.SLOW_MS)
        await expect(customer.page.locator(".cam")).to_have_attribute("data-guide", "fix")
    await reads_well(customer, "capture, guided to less light", touched=True)
    await customer.sees(held_up(FRONT))
    onwards = walk.button(customer, "capture.go.back")
    await expect(onwards).to_be_visible(timeout=walk.SLOW_MS)
    await customer.sees(held_up(BACK))
    await onwards.click()
    await walk.button(customer, "continue").click(timeout=walk.SLOW_MS)
    await walk.arrives(customer, "confirm")
    await customer.context.close()


async def test_the_keyboard_alone_takes_both_pictures(house: House, invite: Invite) -> None:
    customer = await invite()
    hint = await to_the_camera(customer, house)
    keys = customer.page.keyboard
    await walk.button(customer, "capture.auto").focus()
    await keys.press("Space")
    for before, side, onwards in (
        (say("place"), FRONT, "capture.go.back"),
        (say("turn"), BACK, "continue"),
    ):
        await expect(hint).to_have_text(before)
        await customer.sees(held_up(side))
        await expect(hint).to_have_text(
            say("press"), timeout=walk.SLOW_MS
        )  # nothing is taken by itself any more
        await walk.button(customer, "capture.take").focus()
        await keys.press("Enter")
        await expect(walk.button(customer, onwards)).to_be_focused(timeout=walk.SLOW_MS)
        await keys.press("Enter")
    await walk.arrives(customer, "confirm")
    await customer.context.close()


async def test_after_three_pictures_that_failed_a_customer_goes_on_to_an_agent(
    invite: Invite, tmp_path: Path
) -> None:
    failing = ScriptedReader(*[a_side(Side.FRONT, FaultCode.BLUR)] * 3)
    async with opened(tmp_path, outside=Outside(reader=failing)) as house:
        customer = await invite()
        await to_the_camera(customer, house)
        offered = walk.button(customer, "capture.call")
        for _ in range(3):
            await expect(offered).to_have_count(0)
            await walk.button(customer, "capture.take").click()
            refused = customer.page.locator(".cam[data-state=refused]")
            await refused.wait_for(timeout=walk.SLOW_MS)
        await expect(offered).to_be_visible(timeout=walk.SLOW_MS)
        await reads_well(customer, "capture, help offered", touched=True)
        await offered.click()
        await walk.arrives(customer, "confirm")
        said = customer.page.locator(".notice", has_text=walk.CUSTOMER["confirm.assist.call"])
        await expect(said).to_be_visible()
        await customer.context.close()
