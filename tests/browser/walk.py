"""What a customer and an agent do with their pages, step by step, by the words they read."""

import asyncio
import io
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import av
import pytest
from PIL import Image
from playwright.async_api import Locator, expect

from ekyc.demo import cards
from ekyc.demo.face import Portrait
from ekyc.demo.face import photograph as portrait_of
from ekyc.demo.frames import FrameBook
from ekyc.demo.photographs import photograph
from ekyc.demo.specimen import Specimen
from ekyc.domain.document import Side
from ekyc.domain.movement import MEASURED
from tests.browser.house import House, words
from tests.browser.people import Person

CUSTOMER, STAFF, ERRORS = words("customer"), words("staff"), words("errors")
FPS = 15
FACES = Path(__file__).parents[1] / ".cache" / "faces"
FORM = {
    "number": "B1234567",
    "full_name": "TRẦN THỊ THANH HÀ",
    "birth_date": "12/08/1999",
    "sex": "F",
    "nationality": "Việt Nam",
    "residence": "12 Phố Mẫu, Phường Thử, TP. Ví Dụ",
    "issue_date": "22/05/2021",
    "expiry_date": "22/05/2031",
}
MOVING = """() => [...document.querySelectorAll("video")].filter(
  (v) => v.srcObject?.getVideoTracks().some((t) => t.muted === false) && v.videoWidth > 0
    && v.getVideoPlaybackQuality().totalVideoFrames > 5).length >= 2"""
"""One's own picture moves at once; the other's only when both are connected."""
TRIES = 3
SLOW_MS = 30_000
"""Reading a card or starting a model on a busy machine."""


def button(person: Person, key: str, texts: dict[str, str] = CUSTOMER) -> Locator:
    """A button by its words."""
    return person.page.get_by_role("button", name=texts[key], exact=True)


async def arrives(person: Person, page: str) -> None:
    """The customer's page of this name is open and furnished."""
    address = "/c/" if page == "start" else f"/c/{page}"
    await person.page.wait_for_url(re.compile(re.escape(address) + r"(\?.*)?$"), timeout=SLOW_MS)
    await person.page.locator("h1").first.wait_for(state="attached")


async def open_link(person: Person, house: House, link: str) -> None:
    """Follow the bank's link."""
    await person.page.goto(link)
    await person.page.locator("main").wait_for()


async def agree(person: Person, *, place: bool = False) -> None:
    """Tick the four consents that are needed, none of which is ticked, and go on."""
    boxes = person.page.locator("input.box")
    await expect(boxes).to_have_count(5)
    for box in await boxes.all():
        await expect(box).not_to_be_checked()
        if place or await box.get_attribute("name") != "place":
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


def _photographs(specimen: Specimen) -> dict[Side, bytes]:
    portrait = Image.fromarray(portrait_of(Portrait.HOPPER))
    drawn = {
        Side.FRONT: cards.front(specimen, portrait=portrait),
        Side.BACK: cards.back(specimen),
    }
    return {side: photograph(card, seed=3).jpeg for side, card in drawn.items()}


async def photograph_card(person: Person, specimen: Specimen) -> None:
    """Photograph both sides and go on to the form."""
    await take_pictures(person, specimen)
    await button(person, "continue").click(timeout=SLOW_MS)
    await arrives(person, "confirm")


async def take_pictures(person: Person, specimen: Specimen) -> None:
    """Hold both sides before the camera and take the pictures; the second is on its way."""
    drawn = await asyncio.to_thread(_photographs, specimen)
    for side, picture in drawn.items():
        await person.sees(picture)
        await person.page.wait_for_timeout(400)  # the camera shows what is held before it
        await button(person, "capture.take").click()
        if side is Side.FRONT:
            await button(person, "capture.go.back").click(timeout=SLOW_MS)


async def type_form(person: Person, values: dict[str, str]) -> None:
    """Fill in the form by hand, as the document has it: dates as people write them."""
    for name, value in values.items():
        if name == "sex":
            await person.page.locator(f"#f-sex input[value={value}]").check()
        else:
            await person.page.locator(f"#f-{name}").fill(value)
    await button(person, "confirm.confirm").click()


async def confirm_form(person: Person, values: dict[str, str]) -> None:
    """Look at each doubtful line, put right what was misread, and confirm."""
    page = person.page
    for _ in range(len(values)):
        asked = page.locator("main [id^='f-']").first
        if not await asked.count():
            break
        await settle(person, asked, values)
    await button(person, "confirm.confirm").click()
    await choose_now(person)


async def settle(person: Person, asked: Locator, values: dict[str, str]) -> None:
    """Type what stands on the card into the line that is asked about, and save it."""
    name = (await asked.get_attribute("id") or "").removeprefix("f-")
    await asked.fill(values[name])
    saves = re.compile(f"{CUSTOMER['confirm.right']}|{CUSTOMER['confirm.save']}")
    await person.page.get_by_role("button", name=saves).first.click()


async def choose_now(person: Person) -> None:
    """Call now rather than at another time."""
    await arrives(person, "booking")
    await person.page.locator("input[name=when][value=now]").check()
    await person.page.get_by_role("link", name=CUSTOMER["booking.now.go"]).click()
    await arrives(person, "precheck")


async def call_now(person: Person) -> None:
    """Wait for the device test's verdict, then call."""
    call = button(person, "precheck.call")
    await expect(call).to_have_attribute("aria-disabled", "false", timeout=SLOW_MS)
    await call.click()


async def waits(customer: Person, house: House, *, place: bool = False) -> None:
    """A customer who typed the form is in the queue."""
    await open_link(customer, house, await house.link())
    await agree(customer, place=place)
    await confirm_phone(customer, house)
    await choose(customer, "other")
    await type_form(customer, FORM)
    await choose_now(customer)
    await call_now(customer)


async def film(person: Person, portrait: Portrait) -> None:
    """Learn every movement of the head by heart, and look into the camera."""
    films = await asyncio.to_thread(_films, portrait)
    for name, frames in films.items():
        await person.rehearse(name, frames)
    await person.sees(films["left"][0])


def _films(portrait: Portrait) -> dict[str, list[bytes]]:
    book = FrameBook(portrait, FACES)
    return {
        direction.value: [jpeg(picture) for picture in book.film(direction, fps=FPS)]
        for direction in MEASURED
    }


async def sign_in(
    agent: Person, house: House, login: str = "minhanh", *, arrives_at: str = "desk"
) -> None:
    """Both factors, then the desk, or the files of those who have none."""
    before = {message["id"] for message in await house.inbox("totp")}
    agent.expected_statuses.add(401)  # the desk asks who is there, and nobody is
    await agent.page.goto(f"{house.address}/staff/desk")
    await agent.page.wait_for_url(re.compile(r"/staff/sign-in(#.*)?$"), timeout=SLOW_MS)
    await agent.page.locator("input[name=login]").fill(login)
    await agent.page.locator("input[name=password]").fill(house.password)
    await button(agent, "sign-in.next", STAFF).click()
    await agent.page.locator("input[name=code]").wait_for()
    fresh = [m for m in await house.inbox("totp") if m["id"] not in before]
    digits = re.search(r"\b\d{6}\b", fresh[0]["text"])
    assert digits
    await agent.page.locator("input[name=code]").fill(digits.group())
    await button(agent, "sign-in.enter", STAFF).click()
    await agent.page.wait_for_url(re.compile(rf"^[^#]*/staff/{arrives_at}$"), timeout=SLOW_MS)


async def open_newest_file(agent: Person, house: House) -> None:
    """The file last touched, from the list."""
    await agent.page.goto(f"{house.address}/staff/files")
    await agent.page.locator("tbody a").first.click()
    await agent.page.wait_for_url(re.compile(r"/staff/files/[0-9a-f]{32}$"), timeout=SLOW_MS)


async def become_available(agent: Person) -> None:
    """Test the devices, then take calls."""
    await button(agent, "test.start", STAFF).click()
    available = agent.page.locator("state-switch button.ok")
    await expect(available).to_have_attribute("aria-disabled", "false", timeout=SLOW_MS)
    await available.click()
    # Whoever waits already rings at once, and the desk is no longer free.
    free = agent.page.locator("state-switch button.ok[aria-pressed=true]")
    await expect(free.or_(agent.page.locator("ring-card button.lotus")).first).to_be_visible()


async def answer(agent: Person) -> None:
    """Take the call that rings."""
    await button(agent, "ring.accept", STAFF).click(timeout=SLOW_MS)


async def both_meet(agent: Person, customer: Person) -> None:
    """Each sees moving pictures of the other."""
    for person in (agent, customer):
        await person.page.wait_for_function(MOVING, timeout=SLOW_MS)


async def ask_movement(
    agent: Person, customer: Person, direction: str, *, does: str | None = None
) -> Locator:
    """Ask, have the customer do it (or something else), and wait for the verdict."""
    asked = agent.page.locator(f"movement-panel [data-missing=movement-{direction}]")
    await expect(asked).to_have_attribute("aria-disabled", "false", timeout=SLOW_MS)
    await asked.click()
    told = customer.page.locator("[data-phase=move], [data-phase=failed]")
    await told.first.wait_for(timeout=SLOW_MS)
    if does != "nothing":
        await customer.perform(does or direction)
    await expect(asked).to_have_class(re.compile("done|fail"), timeout=SLOW_MS)
    return asked


async def pass_movement(agent: Person, customer: Person, direction: str) -> None:
    """Ask until it is passed, as an agent does: a picture that came late fails an honest turn."""
    verdict = ""
    for _ in range(TRIES):
        asked = await ask_movement(agent, customer, direction)
        if "done" in (await asked.get_attribute("class") or ""):
            return
        verdict = await asked.inner_text()
    pytest.fail(f"{direction} was not passed in {TRIES} tries: {verdict}")


async def tick_all(agent: Person) -> None:
    """What the agent saw for herself."""
    for box in await agent.page.locator("check-list input[type=checkbox]").all():
        await box.check()
    await work_on(agent, "document")
    for box in await agent.page.locator("document-panel input[type=checkbox]").all():
        await box.check()
    await work_on(agent, "movement")


async def work_on(agent: Person, task: str) -> None:
    """Turn to one kind of work in the call."""
    await agent.page.locator(f"#task-{task}").click()


async def answer_questions(agent: Person) -> None:
    """Questions are drawn, and the customer answers each of them well."""
    await work_on(agent, "questions")
    await button(agent, "questions.draw", STAFF).click()
    passed = agent.page.locator("question-panel .outcomes .passed")
    asked = agent.page.locator("question-panel .outcomes li")
    await asked.first.wait_for()
    for number in range(await asked.count()):
        await button(agent, "questions.right", STAFF).click()
        await expect(passed).to_have_count(number + 1)
    await work_on(agent, "movement")


async def approve(agent: Person) -> None:
    """Give the verdict; nothing is missing any more."""
    approve = button(agent, "decide.approve", STAFF)
    await expect(approve).to_have_attribute("aria-disabled", "false")
    await approve.click()
    dialog = agent.page.get_by_role("dialog")
    await dialog.get_by_role("button", name=STAFF["decide.approve-do"], exact=True).click()


async def reject(agent: Person, reason: str) -> None:
    """Give the verdict with its reason."""
    await _refuse(agent, "reject", reason)


async def incomplete(agent: Person, reason: str) -> None:
    """Ask the customer to try again."""
    await _refuse(agent, "incomplete", reason)


async def _refuse(agent: Person, verdict: str, reason: str) -> None:
    await button(agent, f"decide.{verdict}", STAFF).click()
    dialog = agent.page.get_by_role("dialog")
    await dialog.locator(f"input[name=reason][value={reason}]").check()
    await dialog.get_by_role("button", name=STAFF[f"decide.{verdict}-do"]).click()


async def authorise(agent: Person, customer: Person, change: str) -> None:
    """The agent knows who calls; the customer's page asks, shows a code, and it is read aloud."""
    page = agent.page
    await work_on(agent, "change")
    await page.locator("change-panel select[name=by]").select_option("reference")
    reference = re.search(r"HS-\d+-\d+", await page.locator(".case").inner_text())
    assert reference
    await page.locator("change-panel input[name=said]").fill(reference.group().replace("-", " "))
    await button(agent, "change.compare", STAFF).click()
    await page.locator("change-panel input[name=change]").fill(change)
    await button(agent, "change.ask", STAFF).click()
    await expect(customer.page.locator("[data-change=asked] blockquote")).to_have_text(change)


async def finish(agent: Person) -> None:
    """Wrap up, and leave the desk: the next to sit down there tests the devices anew."""
    await agent.page.locator("wrap-up").wait_for()
    nothing = button(agent, "contact.nothing", STAFF)
    if await nothing.count():  # who handed the call over owes no entry
        await nothing.click()
    await button(agent, "wrap.done", STAFF).click()
    await agent.page.locator("state-switch button[aria-pressed=true].ok").wait_for()
    offline = agent.page.locator("state-switch button").last
    await offline.click()
    await expect(offline).to_have_attribute("aria-pressed", "true")


async def return_to_work(agent: Person) -> None:
    """Back after a ring that was missed."""
    await agent.page.locator("state-switch button.ok").click()


async def hang_up(agent: Person) -> None:
    """End the call."""
    await button(agent, "call.hang-up", STAFF).click()


def seconds_between(start: str, end: str) -> float:
    """Two instants as the API writes them."""
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """One track of a film, decoded to its last frame."""

    frames: int
    until_s: float


def decoded(film: bytes) -> dict[str, Decoded]:
    """Every track of a WebM, decoded; raises when a frame is broken."""
    tracks: dict[str, Decoded] = {}
    for kind in ("video", "audio"):
        with av.open(io.BytesIO(film), "r") as container:
            times = [
                float(frame.time)
                for frame in container.decode(**{kind: 0})
                if isinstance(frame, av.VideoFrame | av.AudioFrame) and frame.time is not None
            ]
        tracks[kind] = Decoded(frames=len(times), until_s=times[-1])
    return tracks


async def webhooks(house: House, reference: str, *, expected: int) -> list[str]:
    """The stages the CRM was told of this application, oldest first."""
    told: list[str] = []
    for _ in range(50):
        lines = [message["text"] for message in await house.inbox("webhook")]
        told = [line.rpartition(" ")[2] for line in reversed(lines) if reference in line]
        if len(told) >= expected:
            return told
        await asyncio.sleep(0.2)
    return told
