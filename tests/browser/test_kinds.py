"""Every kind of document held before the page's camera: read into the form, or refused and why."""

import io
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date
from typing import Final

import cv2
import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter
from playwright.async_api import Browser, Locator, expect

from ekyc.demo import cards
from ekyc.demo.specimen import Design, Specimen, a_specimen
from ekyc.domain import citizen
from ekyc.domain.document import DATES, FaultCode, Kind, Side, form_of
from ekyc.settings import Capture, Documents
from tests.browser import walk
from tests.browser.house import House, opened, words
from tests.browser.looks import reads_well, speak
from tests.browser.people import Person, arrive

pytestmark = [pytest.mark.slow, pytest.mark.tesseract, pytest.mark.timeout(300)]

SCENE: Final = (1920, 1440)
FITS: Final = 1080
"""Pixels of the document's width: so it fills the page's frame on a telephone."""
TABLE: Final = (74, 66, 58)
READ_MS: Final = 90_000
"""Until the camera has taken a side by itself and it is read, on a busy machine."""
SEED: Final = 11
OTHER: Final = {"vi": "en", "en": "vi"}

Spoil = Callable[[Image.Image], Image.Image]
Pixels = NDArray[np.uint8]

SHOWN = """name => {
  const typed = document.querySelector(`#f-${name}`);
  if (typed) return typed.value ?? typed.querySelector("input:checked")?.value ?? "";
  return document.querySelector(`#edit-${name}`)?.closest(".f").querySelector("dd.num").innerText;
}"""
"""What stands in one line of the form, to be looked at again or clear."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A server whose page takes pictures by itself."""
    folder, limits = tmp_path_factory.mktemp("kinds"), Documents(photographs_max=60)
    async with opened(folder, capture=Capture(), documents=limits) as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def customer(browser: Browser, house: House) -> AsyncIterator[Person]:
    """One customer for all kinds, who may choose another document again and again."""
    person = await arrive(browser)
    await walk.open_link(person, house, await house.link())
    await walk.agree(person)
    await walk.confirm_phone(person, house)
    yield person
    await person.context.close()
    assert person.complaints == []


def drawn(specimen: Specimen, side: Side, *, width: int = FITS) -> Image.Image:
    """A side as large as the camera sees it."""
    flat = cards.draw(specimen, side).image.convert("RGBA")
    return flat.resize((width, round(width * flat.height / flat.width)))


def held_up(flat: Image.Image, *, aside: int = 0) -> Image.Image:
    """The document over a dark table, a little turned."""
    scene = Image.new("RGB", SCENE, TABLE)
    turned = flat.rotate(1, Image.Resampling.BICUBIC, expand=True)
    left, top = (SCENE[0] - turned.width) // 2 + aside, (SCENE[1] - turned.height) // 2
    scene.paste(turned, (left, top), turned)
    return scene


def a_file(scene: Image.Image) -> bytes:
    file = io.BytesIO()
    scene.save(file, "JPEG", quality=92)
    return file.getvalue()


async def turn_to(customer: Person, house: House, kind: Kind, language: str) -> None:
    """Choose this document, in this language; the camera runs."""
    await customer.page.goto(f"{house.address}/c/document?again")
    wanted = customer.page.locator(f"input[name=kind][value={kind}]")
    await wanted.wait_for()
    await speak(customer, language)
    await wanted.check()
    await button(customer, "continue", language).click()
    await walk.arrives(customer, "capture")
    await expect(button(customer, "capture.take", language)).to_be_enabled()


def button(customer: Person, key: str, language: str) -> Locator:
    return walk.button(customer, key, words("customer", language))


TWO_SIDES: Final = (
    (Design.CHIP_2021, "vi"),
    (Design.IDENTITY_2024, "en"),
    (Design.BARCODE_2016, "vi"),
    (Design.LICENCE, "en"),
)
"""With the language in which the front is taken; the back is taken in the other."""

ONE_SIDE: Final = tuple(
    (design, language) for language in OTHER for design in (Design.PASSPORT, Design.RESIDENCE)
)
"""By turns: who chooses again what was read already is led on to the form."""


@pytest.mark.parametrize(("design", "first"), [*TWO_SIDES, *ONE_SIDE])
async def test_the_form_says_in_both_languages_what_the_camera_saw_by_itself(
    house: House, customer: Person, design: Design, first: str
) -> None:
    person, form = a_specimen(SEED, kind=design), form_of(design.kind)
    shown = (Side.BACK,) if design is Design.RESIDENCE else form.sides
    pictures = [a_file(held_up(drawn(person, side))) for side in shown]
    await turn_to(customer, house, design.kind, first)
    await customer.sees(pictures[0])
    if len(pictures) > 1:
        await expect(button(customer, "capture.go.back", first)).to_be_visible(timeout=READ_MS)
        await customer.sees(pictures[1])
        await speak(customer, OTHER[first])
        await button(customer, "capture.go.back", OTHER[first]).click()
    last = first if len(pictures) == 1 else OTHER[first]
    await button(customer, "continue", last).click(timeout=READ_MS)
    await walk.arrives(customer, "confirm")
    for language in OTHER:
        await says(customer, person, language)


async def says(customer: Person, person: Specimen, language: str) -> None:
    """The form, in this language."""
    await speak(customer, language)
    title = words("customer", language)["confirm.title"]
    await expect(customer.page.get_by_role("heading", level=1)).to_have_text(title)
    form = form_of(person.design.kind)
    told = {name: await customer.page.evaluate(SHOWN, name) for name in form.fields}
    truth = {name: as_shown(name, person, language) for name in form.fields}
    assert told == {name: said for name, said in truth.items() if name not in form.typed} | {
        name: "" for name in form.typed
    }


def as_shown(name: str, person: Specimen, language: str) -> str:
    """A value of the document as the page writes it."""
    value = person.fields.get(name, "")
    if name == "sex" and value:
        return words("documents", language)[f"sex.{value}"]
    if value == citizen.NO_EXPIRY:
        return words("documents", language)["expiry.none"]
    return f"{date.fromisoformat(value):%d/%m/%Y}" if name in DATES and value else value


def moved(scene: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(cv2.blur(np.asarray(scene), (25, 1)), np.uint8))


def under_a_lamp(scene: Image.Image) -> Image.Image:
    light = Image.new("L", SCENE)
    ImageDraw.Draw(light).ellipse((700, 560, 1150, 850), fill=255)
    white = Image.new("RGB", SCENE, "white")
    return Image.composite(white, scene, light.filter(ImageFilter.GaussianBlur(20)))


def under_a_finger(scene: Image.Image) -> Image.Image:
    """A finger from below, over name, birth and sex."""
    pen, skin = ImageDraw.Draw(scene), (212, 162, 132)
    pen.line((820, 1440, 820, 700), skin, 160)
    pen.ellipse((740, 620, 899, 780), skin)
    return scene.filter(ImageFilter.GaussianBlur(0.7))


def on_a_screen(scene: Image.Image) -> Image.Image:
    """The screen's pixels beat with the camera's."""
    y, x = np.mgrid[0 : SCENE[1], 0 : SCENE[0]].astype(np.float32)
    waves = np.sin(1.3 * x + 0.4 * y) + np.sin(1.1 * y - 0.3 * x)
    return Image.fromarray(
        np.clip(np.asarray(scene) * (1 + 0.07 * waves[..., None]), 0, 255).astype(np.uint8)
    )


def punched(flat: Image.Image) -> Image.Image:
    ImageDraw.Draw(flat).ellipse((760, 560, 830, 630), fill=(0, 0, 0, 0))
    return flat


def spoilt(fault: FaultCode) -> Image.Image:
    """A chip card's front, photographed badly or not what it should be."""
    person = a_specimen(SEED)
    if fault is FaultCode.EXPIRED:
        passport = a_specimen(SEED, kind=Design.PASSPORT)
        return held_up(drawn(replace(passport, expiry=date(2020, 1, 1)), Side.FRONT))
    if fault is FaultCode.CMND_ENDED:
        return held_up(drawn(a_specimen(SEED, kind=Design.CMND), Side.FRONT))
    if fault is FaultCode.TOO_SMALL:
        return held_up(drawn(person, Side.FRONT, width=560))
    flat = drawn(person, Side.FRONT)
    if fault is FaultCode.DAMAGED:
        return held_up(punched(flat))
    return SPOILT[fault](held_up(flat, aside=500 if fault is FaultCode.CORNER_MISSING else 0))


SPOILT: Final[dict[FaultCode, Spoil]] = {
    FaultCode.CORNER_MISSING: lambda scene: scene,
    FaultCode.TOO_DARK: lambda scene: ImageEnhance.Brightness(scene).enhance(0.12),
    FaultCode.TOO_BRIGHT: lambda scene: ImageEnhance.Brightness(scene).enhance(2.4),
    FaultCode.BLUR: lambda scene: scene.filter(ImageFilter.GaussianBlur(4)),
    FaultCode.MOTION: moved,
    FaultCode.GLARE: under_a_lamp,
    FaultCode.BLACK_AND_WHITE: lambda scene: scene.convert("L").convert("RGB"),
    FaultCode.SCREEN: on_a_screen,
    FaultCode.COVERED: under_a_finger,
}
REFUSED: Final = (
    *SPOILT,
    FaultCode.TOO_SMALL,
    FaultCode.DAMAGED,
    FaultCode.EXPIRED,
    FaultCode.CMND_ENDED,
)


async def test_each_fault_is_told_in_both_languages_and_typing_by_hand_is_left(
    house: House, customer: Person
) -> None:
    """After three that failed a person's help is offered too."""
    await turn_to(customer, house, Kind.CCCD_2021, "vi")
    await button(customer, "capture.auto", "vi").click()
    language = "vi"
    for number, fault in enumerate(REFUSED, 1):
        await customer.sees(a_file(spoilt(fault)))
        await customer.page.wait_for_timeout(300)  # the camera shows what is held before it
        await button(customer, "capture.take", language).click()
        await is_told(customer, fault, language, helped=number >= 3)
        language = OTHER[language]
        await speak(customer, language)
        await is_told(customer, fault, language, helped=number >= 3)
    await reads_well(customer, "capture, refused for the last time", touched=True)
    await button(customer, "capture.type", "vi").click()
    await walk.arrives(customer, "confirm")
    await walk.type_form(customer, walk.FORM)
    await walk.arrives(customer, "booking")


async def is_told(customer: Person, fault: FaultCode, language: str, *, helped: bool) -> None:
    """The page says what is wrong, and what is left to do."""
    told = customer.page.locator(".cam[data-state=refused] .hint")
    sentence = words("documents", language)[f"fault.{fault}"]
    await expect(told).to_have_text(sentence, timeout=walk.SLOW_MS)
    for way in ("capture.call", "capture.type"):
        await expect(button(customer, way, language)).to_have_count(int(helped))
