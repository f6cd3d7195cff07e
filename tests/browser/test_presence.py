"""What a customer is shown, and hears, while a face is asked to move; what the agent sees of it."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from ekyc.demo.attack import bent, held
from ekyc.demo.face import Portrait
from ekyc.demo.frames import FrameBook
from ekyc.domain.movement import MEASURED
from ekyc.domain.sequence import STANDARD, commitment, drawn
from ekyc.settings import Call as Quick
from ekyc.settings import Media, Queue
from tests.browser import walk
from tests.browser.house import House, opened
from tests.browser.looks import reads_well, speak
from tests.browser.people import DESK, Person, arrive

pytestmark = pytest.mark.timeout(180)

VOICES = """(() => {
  window.__said = [];
  const voices = [{ lang: "vi-VN", name: "Linh" }, { lang: "en-GB", name: "Kate" }];
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => voices, cancel() {}, speak: (words) => __said.push([words.lang, words.text]),
  } });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
})()"""
"""A device with a voice of both languages that writes down what it is given to say."""

OBEYS = """() => {
  let now = "";
  const show = (film) => {
    if (film !== now) __cam.play((now = film), { fps: 15 });
  };
  const look = () => {
    const { phase, asked } = document.querySelector("[data-movement]")?.dataset ?? {};
    if (phase === "move") show(asked);
    else if (phase !== "hold" && now && !now.endsWith("back")) show(`${now} back`);
  };
  window.__obeys = new MutationObserver(look);
  __obeys.observe(document.body, { subtree: true, childList: true, attributes: true });
  look();
}"""
"""The head before the camera does what the page asks for, and holds it until the page is content:
a busy machine measures few pictures a second."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """An agent and a customer in a live call; a drawn head is before the customer's camera."""

    house: House
    agent: Person
    customer: Person

    def asks(self, direction: str) -> Locator:
        return self.agent.page.locator(f"movement-panel [data-missing=movement-{direction}]")

    def prompt(self, phase: str) -> Locator:
        return self.customer.page.locator(f"[data-phase={phase}]")

    def told(self, signal: str) -> Locator:
        words = walk.STAFF[f"signal.{signal}"].partition("{")[0].strip(" (")
        return self.agent.page.locator("presence-list li", has_text=words)

    async def said(self) -> list[list[str]]:
        said: list[list[str]] = await self.customer.page.evaluate("__said")
        return said


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def call(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Call]:
    """One call for all of these."""
    async with opened(
        tmp_path_factory.mktemp("house"),
        queue=Queue(wrap_up_s=0),
        call=Quick(still_timer_s=1),
        media=Media(look_s=2),
    ) as house:
        agent, customer = await arrive(browser, size=DESK), await arrive(browser)
        await customer.context.add_init_script(VOICES)
        await walk.sign_in(agent, house, "quocbao")
        await walk.become_available(agent)
        await walk.waits(customer, house)
        await walk.answer(agent)
        await walk.arrives(customer, "call")
        await rehearse(customer)
        await walk.both_meet(agent, customer)
        await customer.page.evaluate(OBEYS)
        yield Call(house=house, agent=agent, customer=customer)
        for person in (agent, customer):
            assert person.complaints == []
            await person.context.close()


async def rehearse(customer: Person) -> None:
    """Learn each movement by heart, the way there and the way back, and look into the camera."""
    book = await asyncio.to_thread(FrameBook, Portrait.HOPPER, walk.FACES)
    await customer.sees(walk.jpeg(book.front))
    for direction in MEASURED:
        film = [walk.jpeg(picture) for picture in book.film(direction, fps=walk.FPS)]
        middle = len(film) // 2
        await customer.rehearse(direction.value, film[5:middle])
        await customer.rehearse(f"{direction.value} back", film[middle:])


async def test_a_number_is_shown_large_read_aloud_and_judged_by_the_agent(call: Call) -> None:
    await call.asks("number").click()
    digits = call.customer.page.locator(".digits")
    await expect(digits).to_have_text(re.compile(r"^\d{4}$"))
    number = await digits.inner_text()
    await expect(call.agent.page.locator(".heard b")).to_have_text(number)
    spoken = f"{walk.CUSTOMER['move.number']} {' '.join(number)}"
    assert (await call.said())[-1] == ["vi-VN", spoken]
    await reads_well(call.customer, "call, a number to be said", touched=True)
    await reads_well(call.agent, "desk, a number to be said", languages=("vi",))
    await walk.button(call.agent, "moves.heard", walk.STAFF).click()
    await expect(call.asks("number")).to_have_class(re.compile("done"))


ATTACKS = {
    "flat": (("timeout", "flat"), "flat-picture"),
    "two": (("several-faces",), "several-faces"),
    "bent": (("timeout", "flat"), None),
}
"""What is held before the camera, why it may fail, and the signal that tells of it."""


async def test_what_is_held_up_instead_of_a_face_is_refused_and_the_agent_sees_why(
    call: Call,
) -> None:
    await call.customer.page.evaluate("__obeys.disconnect()")
    front = (await asyncio.to_thread(FrameBook, Portrait.HOPPER, walk.FACES)).front
    turns = np.linspace(0.0, -45.0, 20)  # to the right
    half = front[:, 160:480]
    films = {
        "flat": [held(front, turn, 0.0) for turn in turns],
        "bent": [bent(front, turn, radius=1.0) for turn in turns],
        "two": [np.hstack([half, half])],
    }
    for name, (reasons, signal) in ATTACKS.items():
        await call.customer.rehearse(name, [walk.jpeg(picture) for picture in films[name]])
        await call.customer.sees(walk.jpeg(front))
        asked = await walk.ask_movement(call.agent, call.customer, "right", does=name)
        why = re.compile("|".join(walk.STAFF[f"fail.{reason}"] for reason in reasons))
        await expect(asked).to_contain_text(why, timeout=walk.SLOW_MS)
        await expect(asked).to_have_class(re.compile("fail"))
        if signal:
            await expect(call.told(signal)).to_be_visible(timeout=walk.SLOW_MS)
    await reads_well(call.agent, "desk, with signals")
    await call.customer.sees(walk.jpeg(front))
    await call.customer.page.evaluate(OBEYS)


async def test_prompts_are_said_in_the_customers_language_unless_they_are_switched_off(
    call: Call,
) -> None:
    await speak(call.customer, "en")
    await call.asks("eyes").click()
    await expect(call.asks("eyes")).to_have_class(re.compile("done"), timeout=walk.SLOW_MS)
    said = [text for language, text in await call.said() if language == "en-GB"]
    assert "Open your eyes" in said
    await expect(call.prompt("passed")).to_have_count(0)
    await call.asks("smile").click()
    voice = call.customer.page.get_by_role("button", name="Read prompts aloud")
    await voice.click()
    await expect(voice).to_have_attribute("aria-pressed", "false")
    before = await call.said()
    await expect(call.asks("smile")).to_have_class(re.compile("done"), timeout=walk.SLOW_MS)
    assert await call.said() == before
    await voice.click()
    await speak(call.customer, "vi")


async def test_a_random_sequence_runs_by_itself_and_can_be_drawn_again(call: Call) -> None:
    file = await a_sequence(call)
    made = file["calls"][-1]["sequences"][-1]
    seed, id = made["seed"], made["id"]
    assert made["commitment"] == commitment(seed, application_id=file["id"], sequence_id=id)
    asked = [m["direction"] for m in file["calls"][-1]["movements"] if m["sequence"] == id]
    assert asked == [one.value for one in drawn(seed, STANDARD, 4)]
    await expect(call.agent.page.locator(".drawn small")).to_contain_text(made["commitment"][:8])
    await reads_well(call.agent, "desk, a random sequence", languages=("vi",))


async def a_sequence(call: Call) -> dict[str, Any]:
    """The file after a whole one; asked for again when a busy machine measured too little."""
    begin = call.agent.page.locator("[data-sequence]")
    for _ in range(walk.TRIES):
        await begin.click()
        await expect(begin).to_have_attribute("data-sequence", "running", timeout=walk.SLOW_MS)
        kicker = call.customer.page.locator(".say .k")
        await expect(kicker).to_have_text(re.compile(r"/4$"), timeout=walk.SLOW_MS)
        over = re.compile("passed|failed")
        await expect(begin).to_have_attribute("data-sequence", over, timeout=2 * walk.SLOW_MS)
        if await begin.get_attribute("data-sequence") == "passed":
            return await own_file(call)
    file = await own_file(call)
    reasons = [(m["direction"], m["reason"]) for m in file["calls"][-1]["movements"]]
    return pytest.fail(f"no whole sequence: {reasons}", pytrace=False)


async def test_a_face_that_leaves_is_called_back_and_the_movement_goes_on(call: Call) -> None:
    await call.asks("front").click()
    await expect(call.asks("front")).to_have_class(re.compile("done"), timeout=walk.SLOW_MS)
    await call.customer.page.evaluate("__obeys.disconnect()")
    await call.asks("left").click()
    await call.prompt("move").wait_for(timeout=walk.SLOW_MS)
    book = await asyncio.to_thread(FrameBook, Portrait.HOPPER, walk.FACES)
    await call.customer.sees(walk.jpeg(np.full_like(book.front, 90)))
    await expect(call.prompt("lost")).to_contain_text(
        walk.CUSTOMER["move.lost"], timeout=walk.SLOW_MS
    )
    await reads_well(call.customer, "call, the face is lost", languages=("vi",), touched=True)
    await call.customer.sees(walk.jpeg(book.front))
    await call.prompt("move").wait_for(timeout=walk.SLOW_MS)
    await call.customer.page.evaluate(OBEYS)
    await expect(call.asks("left")).to_have_class(re.compile("done"), timeout=walk.SLOW_MS)


async def test_a_customer_who_cannot_turn_is_asked_for_an_equivalent_set(call: Call) -> None:
    choice = call.agent.page.locator("movement-panel select")
    await choice.select_option("no-turning")
    wanted = call.agent.page.locator("movement-panel .wanted")
    await expect(call.asks("closer")).to_have_class(re.compile("wanted"), timeout=walk.SLOW_MS)
    await expect(wanted).to_have_count(4)
    await reads_well(call.agent, "desk, an equivalent set", languages=("vi",))
    assert (await own_file(call))["calls"][-1]["equivalent"] == "no-turning"
    await choice.select_option("")
    await expect(call.asks("left")).to_have_class(re.compile("wanted"), timeout=walk.SLOW_MS)


async def test_questions_are_asked_one_by_one_and_stand_on_the_customers_page(call: Call) -> None:
    await walk.work_on(call.agent, "questions")
    await reads_well(call.agent, "desk, before the questions", languages=("vi",))
    await walk.button(call.agent, "questions.draw", walk.STAFF).click()
    asked, read = call.agent.page.locator(".asked"), call.customer.page.locator("[data-question]")
    outcomes = call.agent.page.locator("question-panel .outcomes li")
    await expect(outcomes).to_have_count(5)
    for number in range(5):
        topic = await asked.get_attribute("data-topic")
        await expect(read).to_have_attribute("data-question", topic or "", timeout=walk.SLOW_MS)
        await expect(read).to_contain_text(await asked.locator("blockquote").inner_text())
        if number == 1:
            await reads_well(call.customer, "call, a question", touched=True)
            await reads_well(call.agent, "desk, a question", languages=("en",))
        await walk.button(call.agent, "questions.right", walk.STAFF).click()
        await expect(outcomes.nth(number)).to_have_class("passed")
    await expect(read).to_have_count(0)
    missing = call.agent.page.locator("decision-bar .why")
    await expect(missing).not_to_contain_text(walk.ERRORS["missing.questions"])
    await walk.work_on(call.agent, "movement")


async def test_the_document_is_tilted_before_the_camera_and_seen_side_by_side(
    call: Call,
) -> None:
    agent, customer = call.agent, call.customer
    await walk.work_on(agent, "document")
    await agent.page.get_by_role("button", name=walk.STAFF["doc.tilt"]).click()
    await walk.button(customer, "still.open").click(timeout=walk.SLOW_MS)
    for view in ("level", "left", "right", "away"):
        asked = customer.page.locator(f"[data-view={view}]")
        await expect(asked).to_contain_text(walk.CUSTOMER[f"view.{view}"], timeout=walk.SLOW_MS)
        if view == "left":
            await reads_well(customer, "call, a tilt", touched=True)
            await reads_well(agent, "desk, a tilt", languages=("en",))
        await walk.button(customer, "view.take").click()
        seen = agent.page.locator(f"document-panel [data-view={view}] img")
        await expect(seen).to_be_visible(timeout=walk.SLOW_MS)
    said = {text for _, text in await call.said()}
    assert {walk.CUSTOMER[f"view.{view}"] for view in ("level", "left", "away")} <= said
    await agent.page.get_by_role("button", name=walk.STAFF["doc.compare"]).click()
    beside = agent.page.locator("dialog.side-by-side img")
    await expect(beside).to_have_count(4)
    for picture in await beside.all():
        await expect(picture).to_have_js_property("complete", True)
    await reads_well(agent, "desk, tilts side by side", languages=("vi",))
    await agent.page.keyboard.press("Escape")


async def test_a_hand_before_the_face_is_photographed_and_judged(call: Call) -> None:
    agent, customer = call.agent, call.customer
    await walk.work_on(agent, "document")
    hand = agent.page.locator("document-panel [data-view=hand]")
    await hand.locator("button").click()
    await walk.button(customer, "still.open").click(timeout=walk.SLOW_MS)
    await reads_well(customer, "call, a hand", languages=("vi",), touched=True)
    await walk.button(customer, "view.take").click()
    judged = hand.get_by_role("button", name=walk.STAFF["doc.passed"], exact=True)
    await judged.click(timeout=walk.SLOW_MS)
    await expect(hand).to_have_class(re.compile("done"))
    await expect(customer.page.locator("[data-view=hand]")).to_have_count(0, timeout=walk.SLOW_MS)
    for box in await agent.page.locator("document-panel input[type=checkbox]").all():
        await box.check()
    await reads_well(agent, "desk, the document looked at", languages=("vi",))
    last = (await own_file(call))["calls"][-1]["stills"][-1]
    assert (last["view"], last["state"], last["passed"]) == ("hand", "taken", True)
    await walk.work_on(agent, "movement")


BUILT = """() => [...document.querySelectorAll("main *:not(.net, .net *)")]
  .map((one) => `${one.tagName} ${one.getAttribute("class")} ${one.hidden}`).join("\\n")"""
"""How a page is built, whatever its clocks and its line say."""


async def test_a_customer_who_is_not_free_tells_the_agent_and_nobody_beside_her(call: Call) -> None:
    agent, customer = call.agent.page, call.customer.page
    note = agent.locator("sign-note .silent")
    await expect(customer.locator(".call .sheet")).to_have_count(0, timeout=walk.SLOW_MS)
    before, heard = await customer.evaluate(BUILT), await call.said()
    middle = await customer.locator(".self").bounding_box()
    assert middle
    await customer.mouse.move(middle["x"] + 40, middle["y"] + 40)
    await customer.mouse.down()
    await customer.wait_for_timeout(500)
    await customer.mouse.up()
    await customer.wait_for_timeout(2_000)
    await expect(note).to_have_count(0)  # touched, not held
    await customer.mouse.down()
    await expect(note).to_contain_text(walk.STAFF["sign.now-do"], timeout=walk.SLOW_MS)
    assert await customer.evaluate(BUILT) == before
    await customer.mouse.up()
    assert await customer.evaluate(BUILT) == before
    assert await call.said() == heard
    await reads_well(call.agent, "desk, the silent sign")
    missing = walk.button(call.agent, "decide.approve", walk.STAFF)
    await expect(missing).to_have_attribute("aria-disabled", "true")
    assert len((await own_file(call))["signs"]) == 1


async def own_file(call: Call) -> dict[str, Any]:
    """The customer's file as the agent's page gets it: a code signs in once in its half minute."""
    desk = await call.agent.page.request.get(f"{call.house.address}/api/desk")
    application = (await desk.json())["call"]["application"]
    answer = await call.agent.page.request.get(f"{call.house.address}/api/files/{application}")
    file: dict[str, Any] = await answer.json()
    return file


async def test_somebody_else_who_comes_back_is_told_to_the_agent_and_to_a_supervisor(
    call: Call, browser: Browser
) -> None:
    other = await asyncio.to_thread(FrameBook, Portrait.COLLINS, walk.FACES)
    await expect(call.told("another-person")).to_have_count(0)
    await call.customer.page.reload()
    await call.customer.sees(walk.jpeg(other.front))
    await walk.both_meet(call.agent, call.customer)
    await expect(call.told("another-person")).to_be_visible(timeout=2 * walk.SLOW_MS)
    await expect(call.agent.page.locator(".decided")).to_have_count(0)  # the agent decides
    await a_supervisor_has_to_look_first(call, browser)


async def a_supervisor_has_to_look_first(call: Call, browser: Browser) -> None:
    """Before who has seen the sign may approve."""
    why = call.agent.page.locator("decision-bar .why")
    await expect(why).to_contain_text(walk.ERRORS["missing.clearance"])
    supervisor = await arrive(browser, size=DESK)
    await walk.sign_in(supervisor, call.house, "thuha")
    file = await own_file(call)
    await supervisor.page.goto(f"{call.house.address}/staff/files/{file['id']}")
    await supervisor.page.locator("form.clear textarea").fill("Đã xem bản ghi, cùng một người.")
    await reads_well(supervisor, "file-clearing")
    await walk.button(supervisor, "clearance.do", walk.STAFF).click()
    await expect(supervisor.page.locator(".cleared")).to_contain_text("cùng một người")
    await expect(why).not_to_contain_text(walk.ERRORS["missing.clearance"])
    assert supervisor.complaints == []
    await supervisor.context.close()
