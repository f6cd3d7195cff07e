"""What a telephone does to a call: silence, another camera, a call that comes in, a pulled plug."""

import asyncio
import base64
import io
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, Route, expect

from ekyc.domain.room import RecordingInterrupted
from ekyc.media.plane import MediaPlane
from ekyc.settings import Media, Queue
from ekyc.storage import calls
from ekyc.web.keys import MEDIA, STORE
from tests.browser import walk
from tests.browser.house import House, opened
from tests.browser.looks import reads_well
from tests.browser.people import DESK, Person, arrive
from tests.lossy import Way, through

pytestmark = pytest.mark.timeout(180)

SHOWS = """([where, wanted]) => {
  const video = document.querySelector(where);
  const canvas = Object.assign(document.createElement('canvas'), { width: 8, height: 8 });
  const pen = canvas.getContext('2d');
  pen.drawImage(video, 0, 0, 8, 8);
  const pixel = [...pen.getImageData(4, 4, 1, 1).data].slice(0, 3);
  return pixel.every((value, at) => Math.abs(value - wanted[at]) < 60);
}"""
RED, BLUE = (200, 20, 20), (20, 20, 200)


@dataclass(frozen=True, kw_only=True)
class Call:
    """Two people in a live call; the customer's phone has a camera on either side."""

    house: House
    agent: Person
    customer: Person
    ways: list[Way]
    """The customer's ways to the server, the newest last: one for each connection."""

    async def agent_sees(self, colour: tuple[int, int, int]) -> None:
        wanted = [".cust video", list(colour)]
        await self.agent.page.wait_for_function(SHOWS, arg=wanted, timeout=walk.SLOW_MS)

    async def camera(self, act: str, *arguments: object, of: Person | None = None) -> None:
        """Something happens to somebody's devices; the customer's, if nobody is named."""
        page = (of or self.customer).page
        await page.evaluate("([a, b]) => window.__cam[a](...b)", [act, arguments])

    def trouble(self) -> Any:
        return expect(self.customer.page.locator("section[data-trouble]"))


ANSWERED = """(() => {
  const plain = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = async function ({ type, sdp }) {
    return plain.call(this, { type, sdp: await window.__through(sdp) });
  };
})()"""
"""The page's media go to the server by a network the test holds in its hand."""
CAME = """async () => {
  const came = { audio: 0, video: 0 };
  for (const one of (await __lines.at(-1).getStats()).values())
    if (one.type === 'inbound-rtp') came[one.kind] += one.packetsReceived;
  return came;
}"""
SENDS_LITTLE = """async most => {
  for (const one of (await __lines.at(-1).getStats()).values())
    if (one.type === 'outbound-rtp' && one.kind === 'video') return one.targetBitrate <= most;
}"""
QUICK = Media(ladder_sound_loss=0.4, ladder_down_s=1, ladder_up_s=1, ladder_longest_up_s=8)
"""The ladder in seconds that a test can wait for, its steps further apart."""


def plain(colour: tuple[int, int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(file, "PNG")
    return file.getvalue()


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def call(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Call]:
    """One call for all of these: each leaves it as it was."""
    folder = tmp_path_factory.mktemp("house")
    ways: list[Way] = []
    async with (
        opened(folder, queue=Queue(wrap_up_s=0), media=QUICK) as house,
        AsyncExitStack() as on,
    ):

        async def by_the_way(answer: str) -> str:
            way, led = await on.enter_async_context(through(answer))
            ways.append(way)
            return led

        agent, customer = await arrive(browser, size=DESK), await arrive(browser)
        await customer.context.add_init_script("__cam.cameras(2)")
        await customer.page.expose_function("__through", by_the_way)
        await customer.context.add_init_script(ANSWERED)
        await walk.sign_in(agent, house, "quocbao")
        await walk.become_available(agent)
        await walk.waits(customer, house)
        await walk.answer(agent)
        await walk.arrives(customer, "call")
        await walk.both_meet(agent, customer)
        await customer.sees(plain(RED))
        yield Call(house=house, agent=agent, customer=customer, ways=ways)
        for person in (agent, customer):
            assert person.complaints == []
            await person.context.close()


async def test_who_is_silent_or_dark_is_seen_to_be_so(call: Call) -> None:
    tile = expect(call.agent.page.locator(".cust figcaption"))
    await walk.button(call.customer, "call.mute").click()
    await tile.to_contain_text(walk.STAFF["call.customer-muted"])
    await walk.button(call.customer, "call.unmute").click()
    await tile.not_to_contain_text(walk.STAFF["call.customer-muted"])
    await walk.button(call.customer, "call.camera.off").click()
    await tile.to_contain_text(walk.STAFF["call.customer-dark"])
    await walk.button(call.customer, "call.camera.on").click()
    await tile.not_to_contain_text(walk.STAFF["call.customer-dark"])


async def test_the_agent_asks_for_the_other_camera_and_sees_what_is_before_it(call: Call) -> None:
    await call.agent_sees(RED)
    await call.camera("show", base64.b64encode(plain(BLUE)).decode(), "environment")
    await call.agent.page.get_by_role("button", name=walk.STAFF["call.flip"]).click()
    wish = call.customer.page.get_by_text(walk.CUSTOMER["call.flip.asked"])
    await expect(wish).to_be_visible()
    await reads_well(call.customer, "call, camera asked for", touched=True)
    await walk.button(call.customer, "call.flip.do").click()
    await call.agent_sees(BLUE)
    await expect(wish).not_to_be_visible()
    await walk.button(call.customer, "call.flip").click()
    await call.agent_sees(RED)


async def test_a_telephone_call_takes_the_camera_and_the_page_takes_it_back(call: Call) -> None:
    await call.camera("take", "video")
    await call.trouble().to_contain_text(walk.CUSTOMER["call.held.camera"])
    tile = expect(call.agent.page.locator(".cust figcaption"))
    await tile.to_contain_text(walk.STAFF["call.customer-dark"])
    await reads_well(call.customer, "call, camera held", touched=True)
    await call.camera("free")
    await call.customer.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await call.trouble().to_have_count(0)
    await tile.not_to_contain_text(walk.STAFF["call.customer-dark"])
    await call.agent_sees(RED)


async def test_a_pulled_plug_is_told_with_the_way_out_and_mended_by_putting_it_back(
    call: Call,
) -> None:
    await call.camera("unplug", "audio")
    said = call.customer.page.locator("section[data-trouble=none]")
    await expect(said).to_contain_text(walk.CUSTOMER["device.microphone.none"])
    tile = expect(call.agent.page.locator(".cust figcaption"))
    await tile.to_contain_text(walk.STAFF["call.customer-muted"])
    await call.camera("plug")
    await call.trouble().to_have_count(0)
    await tile.not_to_contain_text(walk.STAFF["call.customer-muted"])
    await call.agent_sees(RED)


async def ask_for_the_document(call: Call) -> Any:
    """The agent's wish, as the customer reads it."""
    await call.agent.page.get_by_role("button", name=walk.STAFF["stills.ask.document"]).click()
    wish = call.customer.page.get_by_text(walk.CUSTOMER["still.asked.document"])
    await expect(wish).to_be_visible(timeout=walk.SLOW_MS)
    return wish


async def test_a_photograph_asked_for_arrives_beside_the_video_and_sharper(call: Call) -> None:
    customer, agent = call.customer, call.agent
    await ask_for_the_document(call)
    await walk.button(customer, "still.open").click()
    await call.agent_sees(BLUE)  # the camera that looks away
    await reads_well(customer, "call, photograph framed", languages=("vi",), touched=True)
    await walk.button(customer, "still.take").click()
    shown = customer.page.get_by_alt_text(walk.CUSTOMER["still.picture"])
    await expect(shown).to_be_visible(timeout=walk.SLOW_MS)
    tries = []

    async def lose_the_first(route: Route) -> None:
        tries.append(route.request.method)
        await (route.abort() if len(tries) == 1 else route.continue_())

    await customer.page.route("**/api/customer/stills/*", lose_the_first)
    await walk.button(customer, "still.send").click()
    strip = agent.page.locator("still-strip .stills")
    await expect(strip).to_have_attribute("data-state", "taken", timeout=walk.SLOW_MS)
    assert tries == ["PUT", "PUT"]
    await customer.page.unroute("**/api/customer/stills/*")
    customer.complaints[:] = [c for c in customer.complaints if "ERR_FAILED" not in c]
    await expect(strip.locator("img")).to_be_visible()
    await call.agent_sees(RED)  # the camera is turned back by itself


async def test_a_customer_may_send_no_photograph(call: Call) -> None:
    wish = await ask_for_the_document(call)
    await walk.button(call.customer, "still.later").click()
    await expect(wish).not_to_be_visible()
    strip = call.agent.page.locator("still-strip .stills")
    await expect(strip).to_have_attribute("data-state", "declined", timeout=walk.SLOW_MS)


async def test_an_agent_whose_camera_is_taken_is_told_and_takes_it_back(call: Call) -> None:
    agent = call.agent.page
    told = expect(agent.locator(".agt [role=alert]"))
    await call.camera("take", "video", of=call.agent)
    await told.to_contain_text(walk.STAFF["call.held.camera"])
    await call.camera("free", of=call.agent)
    await agent.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await told.to_have_count(0)
    await walk.both_meet(call.agent, call.customer)


async def test_a_bad_line_keeps_the_sound_and_carries_pictures_again_once_it_is_good(
    call: Call,
) -> None:
    customer, agent, way = call.customer, call.agent, call.ways[-1]
    why, told = (p.page.locator("[data-weak]") for p in (customer, agent))
    sound = customer.page.get_by_role("heading", name=walk.CUSTOMER["line.sound-alone"])
    most = QUICK.ladder_low_kbps * 1000
    sends_more = f"async most => !(await ({SENDS_LITTLE})(most))"
    await customer.page.wait_for_function(sends_more, arg=most, timeout=walk.SLOW_MS)
    way.down = 0.2  # nothing is lost of what the camera sends: it does as it is told
    await expect(why).to_contain_text(walk.CUSTOMER["line.customer-low"], timeout=walk.SLOW_MS)
    await customer.page.wait_for_function(SENDS_LITTLE, arg=most, timeout=walk.SLOW_MS)
    way.up, way.down = 0.7, 0.0
    await expect(sound).to_be_visible(timeout=walk.SLOW_MS)
    await expect(told).to_have_attribute("data-weak", re.compile("customer-(sound|least)"))
    before = await customer.page.evaluate(CAME)
    await asyncio.gather(
        reads_well(customer, "call, sound alone", languages=("vi",), touched=True),
        reads_well(agent, "console, sound alone", languages=("vi",)),
    )
    after = await customer.page.evaluate(CAME)
    assert after["audio"] > before["audio"]
    assert after["video"] == before["video"]
    way.up = 0.0
    await expect(why).to_have_count(0, timeout=walk.SLOW_MS)
    await expect(told).to_have_count(0, timeout=walk.SLOW_MS)
    await expect(sound).to_have_count(0)
    more = f"async least => (await ({CAME})()).video > least"
    await customer.page.wait_for_function(more, arg=after["video"] + 20, timeout=walk.SLOW_MS)
    await call.agent_sees(RED)


async def test_the_agent_is_told_at_once_when_a_recording_cannot_be_stored(call: Call) -> None:
    """By what a media worker says whose disk is full."""
    app, media = call.house.app, call.house.app[MEDIA]
    assert isinstance(media, MediaPlane)
    async with app[STORE].read() as tx:
        (running,) = await calls.unfinished(tx)
    now = datetime.now(UTC)
    media._pass_on(RecordingInterrupted(room=running.id, party="customer", at=now))
    await expect(call.agent.page.get_by_text(walk.STAFF["recording.torn"])).to_be_visible()
    await reads_well(call.agent, "console, recording torn", languages=("vi",))


async def test_what_was_off_and_what_was_photographed_stand_in_the_file(call: Call) -> None:
    async with call.house.staff() as supervisor:
        newest = (await supervisor.ask("GET", "/api/files"))["files"][0]
        file = await supervisor.ask("GET", f"/api/files/{newest['id']}")
        still = file["calls"][-1]["stills"][0]
        async with supervisor.http.get(supervisor.address + still["url"]) as answer:
            picture = Image.open(io.BytesIO(await answer.read()))
    facts = [fact for fact in file["timeline"] if fact["call_s"] is not None]
    told = [fact["data"] for fact in facts if fact["name"] == "call.switched"]
    switched = [data["switch"] for data in told if data["party"] == "customer"]
    of_agent = [data["switch"] for data in told if data["party"] == "agent"]
    assert of_agent == ["picture-off", "picture-on"]
    assert switched[:4] == ["sound-off", "sound-on", "picture-off", "picture-on"]
    assert switched[4:] == ["picture-off", "picture-on", "sound-off", "sound-on"]
    assert [fact["name"] for fact in facts].count("camera.asked") == 1
    assert [fact["name"] for fact in facts if fact["name"].startswith("still.")] == [
        *("still.asked", "still.taken"),
        *("still.asked", "still.declined"),
    ]
    stepped = [fact["data"] for fact in facts if fact["name"] == "call.stepped"]
    steps = [line["step"] for line in stepped if line["party"] == "customer"]
    assert {"low", "sound"} < set(steps)
    assert steps[-1] == "full"
    assert picture.size == (1920, 1440)  # the call's own picture is 1280 × 720
    assert picture.resize((1, 1)).tobytes()[2] > 100  # blue
    await walk.incomplete(call.agent, "line-dropped")
    await walk.hang_up(call.agent)
    await walk.arrives(call.customer, "result")
    await call.agent.page.goto(f"{call.house.address}/staff/files/{file['id']}")
    taken = call.agent.page.locator("document-photos.stills img")
    await expect(taken).to_be_visible()
    await reads_well(call.agent, "file, photograph of the call", languages=("vi",))
