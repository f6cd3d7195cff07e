"""What a customer and an agent do with their pages, step by step, by the words they read."""

import asyncio
import io
import re
from pathlib import Path

from PIL import Image
from playwright.async_api import Locator, expect

from ekyc.demo import cards
from ekyc.demo.face import Portrait
from ekyc.demo.face import photograph as portrait_of
from ekyc.demo.frames import FrameBook, path
from ekyc.demo.photographs import photograph
from ekyc.demo.specimen import Specimen
from ekyc.domain.document import Side
from ekyc.domain.movement import Direction
from tests.browser.house import House, words
from tests.browser.people import Person

CUSTOMER, STAFF = words("customer"), words("staff")
FPS = 15
SLOW_MS = 30_000
"""Reading a card or starting a model on a busy machine."""


def button(person: Person, key: str, texts: dict[str, str] = CUSTOMER) -> Locator:
    """A button by its words."""
    return person.page.get_by_role("button", name=texts[key])


async def arrives(person: Person, page: str) -> None:
    """The customer's page of this name is open and furnished."""
    address = "/c/" if page == "start" else f"/c/{page}"
    await person.page.wait_for_url(re.compile(re.escape(address) + r"(\?.*)?$"), timeout=SLOW_MS)
    await person.page.locator("h1").first.wait_for(state="attached")


async def open_link(person: Person, house: House, link: str) -> None:
    """Follow the bank's link."""
    await person.page.goto(link)
    await person.page.locator("main").wait_for()


async def agree(person: Person) -> None:
    """Tick the four consents, none of which is ticked, and go on."""
    boxes = person.page.locator("input.box")
    await expect(boxes).to_have_count(4)
    for box in await boxes.all():
        await expect(box).not_to_be_checked()
        await box.check()
    await button(person, "start.agree").click()
    await arrives(person, "code")


async def confirm_phone(person: Person, house: House) -> None:
    """Have a code sent, read it in the inbox, type it."""
    before = {message["id"] for message in await house.inbox("sms")}
    await button(person, "code.send").click()
    await person.page.locator("#code").wait_for()
    fresh = [m for m in await house.inbox("sms") if m["id"] not in before]
    digits = re.search(r"\b\d{6}\b", fresh[0]["text"])
    assert digits
    await person.page.locator("#code").fill(digits.group())
    await button(person, "code.confirm").click()
    await arrives(person, "document")


async def choose(person: Person, kind: str) -> None:
    """Say which document it is."""
    await person.page.locator(f"input[name=kind][value={kind}]").check()
    await button(person, "continue").click()
    await arrives(person, "capture" if kind == "cccd-2021" else "confirm")


def jpeg(picture: object) -> bytes:
    """An RGB array as a file."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=92)  # type: ignore[arg-type]
    return file.getvalue()


async def photograph_card(person: Person, specimen: Specimen) -> None:
    """Hold both sides before the camera and take the pictures."""
    portrait = Image.fromarray(portrait_of(Portrait.HOPPER))
    drawn = {
        Side.FRONT: cards.front(specimen, portrait=portrait),
        Side.BACK: cards.back(specimen),
    }
    for side, card in drawn.items():
        taken = await asyncio.to_thread(photograph, card, seed=3)
        await person.sees(taken.jpeg)
        await person.page.wait_for_timeout(400)  # the camera shows what is held before it
        await button(person, "capture.take").click()
        go_on = "capture.go.back" if side is Side.FRONT else "continue"
        await button(person, go_on).click(timeout=SLOW_MS)
    await arrives(person, "confirm")


async def type_form(person: Person, values: dict[str, str]) -> None:
    """Fill in the form by hand, as the document has it: dates as people write them."""
    for name, value in values.items():
        if name == "sex":
            await person.page.locator(f"#f-sex input[value={value}]").check()
        else:
            await person.page.locator(f"#f-{name}").fill(value)
    await button(person, "confirm.confirm").click()


async def film(person: Person, book: FrameBook) -> None:
    """Learn every turn of the head by heart."""
    for direction in (Direction.LEFT, Direction.RIGHT, Direction.UP, Direction.DOWN):
        frames = [jpeg(book.frame(*angles)) for angles in path(direction, fps=FPS)]
        await person.rehearse(direction.value, frames)
    await person.sees(jpeg(book.frame(0.0, 0.0)))


async def sign_in(agent: Person, house: House, login: str = "minhanh") -> None:
    """Both factors, then the desk."""
    before = {message["id"] for message in await house.inbox("totp")}
    await agent.page.goto(f"{house.address}/staff/desk")
    await agent.page.wait_for_url("**/staff/sign-in*")
    await agent.page.locator("input[name=login]").fill(login)
    await agent.page.locator("input[name=password]").fill(house.password)
    await button(agent, "sign-in.next", STAFF).click()
    await agent.page.locator("input[name=code]").wait_for()
    fresh = [m for m in await house.inbox("totp") if m["id"] not in before]
    digits = re.search(r"\b\d{6}\b", fresh[0]["text"])
    assert digits
    await agent.page.locator("input[name=code]").fill(digits.group())
    await button(agent, "sign-in.enter", STAFF).click()
    await agent.page.wait_for_url("**/staff/desk")


def frame_book(folder: Path, portrait: Portrait) -> FrameBook:
    """A person's pictures, drawn once for all tests."""
    return FrameBook(portrait, folder)
