"""Nonsense, haste and old pages: one sentence in the reader's language; nothing typed is lost."""

import io
import random
import re
import struct
import zlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image, ImageDraw
from playwright.async_api import Route, expect

from ekyc.demo import cards
from ekyc.demo.photographs import photograph
from ekyc.demo.specimen import a_specimen
from ekyc.storage.schema import links
from ekyc.web.keys import CLOCK, STORE
from tests.browser import walk
from tests.browser.conftest import Invite
from tests.browser.house import House, words
from tests.browser.looks import reads_well, speak
from tests.browser.people import Person

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
LANGUAGES = ("en", "vi")


@dataclass(frozen=True, kw_only=True)
class Nonsense:
    """A file somebody hands in for a photograph, and the sentence it gets."""

    what: str
    file: bytes
    area: str
    sentence: str
    status: int = 0
    """Of the answer, when it is a refusal."""


def a_file(picture: Image.Image, form: str = "JPEG") -> bytes:
    file = io.BytesIO()
    picture.save(file, form)
    return file.getvalue()


def a_cat() -> bytes:
    """Two ears, two eyes, whiskers; no card in sight."""
    picture = Image.effect_noise((1600, 1200), 24).convert("RGB")
    pen = ImageDraw.Draw(picture)
    for left in (520, 880):
        pen.polygon([(left, 420), (left + 100, 180), (left + 200, 420)], fill=(92, 64, 40))
    pen.ellipse((460, 320, 1140, 960), fill=(120, 84, 52))
    for left in (620, 880):
        pen.ellipse((left, 540, left + 100, 640), fill=(210, 220, 90))
    for high in (720, 760, 800):
        pen.line((380, high, 1220, high + 20), fill=(30, 20, 10), width=4)
    return a_file(picture)


def a_bomb() -> bytes:
    """A PNG of 60 000 by 60 000 pixels in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 4_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def a_back() -> bytes:
    return photograph(cards.back(a_specimen(4)), seed=4).jpeg


def handed_in() -> list[Nonsense]:
    unreadable: dict[str, Any] = {"area": "errors", "sentence": "image-unreadable", "status": 422}
    noise = random.Random(3).randbytes
    return [
        Nonsense(what="a letter", file=b"Dear bank, here is my card.", **unreadable),
        Nonsense(what="half a file", file=a_back()[:20_000], **unreadable),
        Nonsense(
            what="a bomb", file=a_bomb(), area="errors", sentence="image-too-large", status=413
        ),
        Nonsense(
            what="too many bytes",
            file=noise(13_000_000),
            area="errors",
            sentence="image-too-large",
            status=413,
        ),
        Nonsense(
            what="one pixel",
            file=a_file(Image.new("RGB", (1, 1)), "PNG"),
            area="documents",
            sentence="fault.too-small",
        ),
        Nonsense(what="a cat", file=a_cat(), area="documents", sentence="fault.corner-missing"),
    ]


async def hand_in(customer: Person, nonsense: Nonsense) -> None:
    """Upload it, and read the sentence in both languages."""
    customer.expected_statuses |= {nonsense.status}
    upload = {"name": "card.jpg", "mimeType": "image/jpeg", "buffer": nonsense.file}
    chooser = customer.page.locator("input[type=file]")
    await expect(chooser).to_be_enabled(timeout=walk.SLOW_MS)  # the one before is being read
    await chooser.set_input_files(upload)  # type: ignore[arg-type]
    for language in LANGUAGES:
        said = words(nonsense.area, language)[nonsense.sentence].partition("{")[0]
        await speak(customer, language)
        await expect(customer.page.locator("main")).to_contain_text(said, timeout=walk.SLOW_MS)
    await reads_well(customer, f"capture, {nonsense.what}", touched=True)


async def to_the_form(customer: Person, house: House) -> None:
    """From the link to a form to be typed."""
    await walk.open_link(customer, house, await house.link())
    await walk.agree(customer)
    await walk.confirm_phone(customer, house)
    await walk.choose(customer, "other")


async def test_what_is_no_photograph_of_the_front_is_told_apart(
    invite: Invite, house: House
) -> None:
    customer = await invite()
    await walk.open_link(customer, house, await house.link())
    await walk.agree(customer)
    await walk.confirm_phone(customer, house)
    await walk.choose(customer, "cccd-2021")
    for nonsense in handed_in():
        await hand_in(customer, nonsense)
    await customer.context.close()


async def test_a_code_tried_six_times_is_void_and_a_new_one_is_offered(
    invite: Invite, house: House
) -> None:
    customer = await invite()
    await walk.open_link(customer, house, await house.link())
    await walk.agree(customer)
    await walk.button(customer, "code.send").click()
    await customer.page.locator("#code").wait_for()
    customer.expected_statuses |= {422, 429}
    right = re.search(r"\b\d{6}\b", (await house.inbox("sms"))[0]["text"])
    assert right
    wrong = f"{(int(right.group()) + 1) % 1_000_000:06}"
    for tries_left in (4, 3, 2, 1):
        await customer.page.locator("#code").fill(wrong)
        await customer.page.keyboard.press("Enter")
        await expect(customer.page.locator("#code-says")).to_contain_text(str(tries_left))
    await customer.page.locator("#code").fill(wrong)
    await customer.page.keyboard.press("Enter")
    void = customer.page.locator("#code-says")
    await expect(void).to_contain_text(walk.CUSTOMER["code.void"])
    await customer.page.locator("#code").fill(right.group())
    await customer.page.keyboard.press("Enter")
    await expect(void).to_contain_text(walk.CUSTOMER["code.void"])
    await expect(customer.page.locator(".resend .ring, .resend button").first).to_be_visible()
    await reads_well(customer, "code, void", touched=True)
    await customer.context.close()


async def test_a_link_that_is_too_old_says_so(invite: Invite, house: House) -> None:
    link = await house.link()
    async with house.app[STORE].begin() as tx:
        yesterday = house.app[CLOCK].now() - timedelta(days=1)
        await tx.connection.execute(sa.update(links).values(expires_at=yesterday))
    customer = await invite()
    customer.expected_statuses.add(401)
    await customer.page.goto(link)
    await expect(customer.page.locator("h1")).to_have_text(walk.CUSTOMER["closed.link-expired"])
    await reads_well(customer, "link expired", touched=True)
    await customer.context.close()


async def test_the_second_of_two_tabs_goes_where_the_first_has_gone(
    invite: Invite, house: House
) -> None:
    customer = await invite()
    await to_the_form(customer, house)
    other = await customer.context.new_page()
    other.on("console", customer.hear)
    await other.goto(f"{house.address}/c/confirm")
    await other.locator("#f-number").fill("B7654321")
    await other.keyboard.press("Tab")
    await expect(customer.page.locator("#f-number")).to_have_value("B7654321")
    await walk.type_form(customer, walk.FORM)
    await walk.arrives(customer, "booking")
    await other.wait_for_url(f"{house.address}/c/booking")
    await customer.context.close()


async def test_two_clicks_confirm_once_and_a_wrong_line_keeps_what_was_typed(
    invite: Invite, house: House
) -> None:
    customer = await invite()
    customer.expected_statuses.add(422)
    await to_the_form(customer, house)
    await walk.type_form(customer, {**walk.FORM, "number": "B 12-34/567"})
    bad = customer.page.locator("#e-number")
    for language in LANGUAGES:
        await speak(customer, language)
        await expect(bad).to_be_visible()
        said = await bad.inner_text()
        assert said in words("errors", language).values()
    await reads_well(customer, "confirm, refused", touched=True)
    for name in ("full_name", "residence"):
        await expect(customer.page.locator(f"#f-{name}")).to_have_value(walk.FORM[name])
    await customer.page.locator("#f-number").fill(walk.FORM["number"])
    await walk.button(customer, "confirm.confirm").dblclick()
    await walk.arrives(customer, "booking")
    own = "async () => (await (await fetch('/api/customer/application')).json()).id"
    async with house.staff() as supervisor:
        file = await customer.page.evaluate(own)
        facts = (await supervisor.ask("GET", f"/api/files/{file}"))["timeline"]
    assert [fact["name"] for fact in facts].count("application.confirmed") == 1
    await customer.context.close()


async def test_a_page_from_before_an_upgrade_offers_the_new_one(
    invite: Invite, house: House
) -> None:
    customer = await invite()
    await to_the_form(customer, house)

    async def upgraded(route: Route) -> None:
        answer = await route.fetch()
        headers = {**answer.headers, "ekyc-edition": "0123456789ab"}
        await route.fulfill(response=answer, headers=headers)

    await customer.page.route("**/api/customer/**", upgraded)
    await customer.page.locator("#f-full_name").fill("MẪU THỊ SEN")
    await customer.page.keyboard.press("Tab")
    told = customer.page.locator(".outdated")
    await expect(told).to_contain_text(walk.CUSTOMER["outdated"])
    await reads_well(customer, "confirm, outdated", touched=True)
    await customer.page.unroute_all(behavior="ignoreErrors")  # a stream may still hang in it
    await walk.button(customer, "outdated.reload").click()
    await expect(customer.page.locator("#f-full_name")).to_have_value("MẪU THỊ SEN")
    await expect(told).to_have_count(0)
    await customer.context.close()
