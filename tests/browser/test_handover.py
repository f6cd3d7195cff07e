"""From the computer to the telephone: the code on the screen is scanned, really."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
import sqlalchemy as sa
import zxingcpp
from PIL import Image
from playwright.async_api import expect

from ekyc.demo.specimen import a_specimen
from ekyc.domain.application import Stage
from ekyc.storage import applications
from ekyc.storage.schema import handovers
from ekyc.web.keys import STORE
from tests.browser import walk
from tests.browser.conftest import Invite
from tests.browser.house import House
from tests.browser.looks import reads_well
from tests.browser.people import DESK, Person

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SIGNED_OUT, GONE = 401, 410


async def scanned(computer: Person) -> str:
    """What a camera reads off the screen."""
    await computer.page.locator(".scan img").wait_for()
    screen = await computer.page.screenshot()
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(screen)))
    return str(code.text)


async def hand_over(computer: Person) -> None:
    """Ask for the code."""
    await computer.page.get_by_role("link", name=walk.CUSTOMER["capture.telephone"]).click()


async def go_on(telephone: Person, address: str) -> None:
    """Open what was scanned and say yes."""
    await telephone.page.goto(address)
    await walk.button(telephone, "takeover.go").click()


async def is_told(person: Person, title: str) -> None:
    """The page is closed to this person, and says why."""
    heading = person.page.get_by_role("heading", name=walk.CUSTOMER[title])
    await expect(heading).to_be_visible(timeout=walk.SLOW_MS)


@dataclass(frozen=True)
class Three:
    """The customer's computer and telephone, and somebody else's telephone."""

    application: str
    computer: Person
    telephone: Person
    stranger: Person


@pytest_asyncio.fixture(loop_scope="session")
async def three(house: House, invite: Invite) -> Three:
    """The computer stands at the photograph; its customer's number is confirmed."""
    computer, telephone, stranger = await invite(size=DESK), await invite(), await invite()
    telephone.expected_statuses.add(SIGNED_OUT)
    stranger.expected_statuses.add(GONE)
    application = await stands_at(Stage.PHONE_CONFIRMED, computer, house)
    await walk.arrives(computer, "capture")
    return Three(application, computer, telephone, stranger)


async def stands_at(stage: Stage, computer: Person, house: House) -> str:
    """Open a new link, and be so far already; the application's id."""
    await walk.open_link(computer, house, await house.link())
    asked = "fetch('/api/customer/application').then((it) => it.json())"
    known = str((await computer.page.evaluate(asked))["id"])
    async with house.app[STORE].begin() as tx:
        await applications.set_values(tx, known, stage=stage.value, document_kind="cccd-2021")
    return known


async def let_run_out(house: House, application: str) -> None:
    """The code's minutes are over."""
    async with house.app[STORE].begin() as tx:
        own = handovers.c.application_id == application
        past = datetime.now(UTC) - timedelta(seconds=1)
        await tx.connection.execute(sa.update(handovers).where(own).values(expires_at=past))
        tx.wake(f"application:{application}")


async def test_the_card_is_photographed_with_the_telephone_and_the_computer_goes_on(
    house: House, three: Three
) -> None:
    computer, telephone = three.computer, three.telephone
    await hand_over(computer)
    address = await scanned(computer)
    assert address.startswith(f"{house.address}/c/handover#")
    await reads_well(computer, "hand-over, code", touched=True)
    await telephone.page.goto(address)
    await expect(walk.button(telephone, "takeover.go")).to_be_visible()
    await reads_well(telephone, "hand-over, asked on the telephone", touched=True)
    await walk.button(telephone, "takeover.go").click()
    await walk.arrives(telephone, "capture")
    assert "#" not in telephone.page.url
    await is_told(computer, "handover.away")
    await reads_well(computer, "hand-over, taken", touched=True)
    await walk.take_pictures(telephone, a_specimen(11))
    await is_told(telephone, "closed.handover-over")
    await walk.arrives(computer, "confirm")


async def test_a_code_runs_out_a_stranger_is_refused_and_a_telephone_is_cut_off(
    house: House, three: Three
) -> None:
    computer, telephone = three.computer, three.telephone
    await hand_over(computer)
    old = await scanned(computer)
    await let_run_out(house, three.application)
    again = walk.button(computer, "handover.make")
    await expect(again).to_be_visible()
    assert await computer.accessibility_faults() == []
    await go_on(three.stranger, old)
    await is_told(three.stranger, "closed.handover-expired")
    await again.click()
    address = await scanned(computer)
    assert address != old
    await go_on(telephone, address)
    await walk.arrives(telephone, "capture")
    await go_on(three.stranger, address)
    await is_told(three.stranger, "closed.handover-used")
    await walk.button(computer, "handover.back").click()
    await walk.arrives(computer, "capture")
    await is_told(telephone, "closed.handover-over")


async def test_the_call_is_begun_on_the_telephone_and_may_be_fetched_back(
    house: House, invite: Invite
) -> None:
    computer, telephone = await invite(size=DESK), await invite()
    telephone.expected_statuses.add(SIGNED_OUT)
    await stands_at(Stage.CONFIRMED, computer, house)
    await walk.arrives(computer, "booking")
    await walk.choose_now(computer)
    await hand_over(computer)
    address = await scanned(computer)
    await reads_well(computer, "hand-over of the call, code", touched=True)
    await go_on(telephone, address)
    await walk.arrives(telephone, "precheck")
    await is_told(computer, "handover.away")
    told = computer.page.get_by_text(walk.CUSTOMER["handover.away.call"])
    await expect(told).to_be_visible()
    await reads_well(computer, "hand-over of the call, taken", touched=True)
    await walk.call_now(telephone)
    await walk.arrives(telephone, "waiting")
    await walk.button(computer, "handover.back").click()
    await walk.arrives(computer, "waiting")
    await is_told(telephone, "closed.handover-over")
    await walk.button(computer, "waiting.leave").click()
    await walk.button(computer, "waiting.leave.yes").click()
    await walk.arrives(computer, "booking")
