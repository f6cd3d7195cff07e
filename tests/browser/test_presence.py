"""What a customer is shown, and hears, while a face is asked to move; what the agent sees of it."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from ekyc.demo.face import Portrait
from ekyc.settings import Queue
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
  let done = "";
  const look = () => {
    const { phase, asked, movement } = document.querySelector("[data-movement]")?.dataset ?? {};
    if (phase !== "move" || movement === done) return;
    done = movement;
    __cam.play(asked, { fps: 15 });
  };
  window.__obeys = new MutationObserver(look);
  __obeys.observe(document.body, { subtree: true, childList: true, attributes: true });
  look();
}"""
"""The head before the camera does what the page asks for, once each time."""


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

    async def said(self) -> list[list[str]]:
        said: list[list[str]] = await self.customer.page.evaluate("__said")
        return said


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def call(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Call]:
    """One call for all of these."""
    async with opened(tmp_path_factory.mktemp("house"), queue=Queue(wrap_up_s=0)) as house:
        agent, customer = await arrive(browser, size=DESK), await arrive(browser)
        await customer.context.add_init_script(VOICES)
        await walk.sign_in(agent, house, "quocbao")
        await walk.become_available(agent)
        await walk.waits(customer, house)
        await walk.answer(agent)
        await walk.arrives(customer, "call")
        await walk.film(customer, Portrait.HOPPER)
        await walk.both_meet(agent, customer)
        await customer.page.evaluate(OBEYS)
        yield Call(house=house, agent=agent, customer=customer)
        for person in (agent, customer):
            assert person.complaints == []
            await person.context.close()


async def test_a_number_is_shown_large_read_aloud_and_judged_by_the_agent(call: Call) -> None:
    await call.asks("number").click()
    digits = call.customer.page.locator(".digits")
    await expect(digits).to_have_text(re.compile(r"^\d{4}$"))
    number = await digits.inner_text()
    await expect(call.agent.page.locator(".heard b")).to_have_text(number)
    spoken = f"{walk.CUSTOMER['move.number']} {' '.join(number)}"
    assert (await call.said())[-1] == ["vi-VN", spoken]
    await reads_well(call.customer, "call, a number to be said", touched=True)
    await reads_well(call.agent, "desk, a number to be said")
    await walk.button(call.agent, "moves.heard", walk.STAFF).click()
    await expect(call.asks("number")).to_have_class(re.compile("done"))
    await expect(call.prompt("passed")).to_be_visible()


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
