"""The whole road: one customer from the link to an approved file, live, with two real browsers."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image

from ekyc.demo.face import Portrait
from ekyc.demo.specimen import a_specimen
from ekyc.domain.decision import MOVEMENTS
from tests.browser import walk
from tests.browser.conftest import Invite
from tests.browser.house import House, opened
from tests.browser.people import DESK

CHECKED_BY_MRZ = ("number", "birth_date", "sex", "expiry_date")
BY_QR = ("number", "full_name", "birth_date", "sex", "residence", "issue_date")
STAGES = [
    "opened",
    "consented",
    "phone_confirmed",
    "documented",
    "confirmed",
    "waiting",
    "in_call",
    "decided",
]


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A server of this test's own; it stands until the people have left."""
    async with opened(tmp_path) as one:
        yield one


@pytest.mark.timeout(300)
async def test_a_customer_walks_from_the_link_to_an_approved_file(
    house: House, invite: Invite
) -> None:
    specimen = a_specimen(11)
    agent, customer = await invite(size=DESK), await invite()
    await walk.sign_in(agent, house)
    await walk.become_available(agent)
    await walk.open_link(customer, house, await house.link())
    await walk.agree(customer)
    await walk.confirm_phone(customer, house)
    await walk.choose(customer, "cccd-2021")
    await walk.photograph_card(customer, specimen)
    await walk.confirm_form(customer, dict(specimen.fields))
    await walk.call_now(customer)
    await walk.answer(agent)
    await walk.arrives(customer, "call")
    await walk.film(customer, Portrait.HOPPER)
    await walk.both_meet(agent, customer)
    for direction in MOVEMENTS:
        await walk.pass_movement(agent, customer, direction)
    await walk.answer_questions(agent)
    await walk.tick_all(agent)
    await walk.approve(agent)
    await walk.hang_up(agent)
    await walk.arrives(customer, "result")
    file = await finished_file(house)
    assert_read_as_drawn(file, dict(specimen.fields))
    assert_moved(file)
    await assert_pictured(house, file)
    await assert_recorded(house, file)
    await assert_told_in_order(house, file)


async def finished_file(house: House) -> dict[str, Any]:
    """The file once its recordings are finished, as a supervisor sees it."""
    async with house.staff() as supervisor:
        listed = await supervisor.ask("GET", "/api/files")
        id = listed["files"][0]["id"]

        async def look() -> dict[str, Any]:
            return await supervisor.ask("GET", f"/api/files/{id}")

        def is_done(file: dict[str, Any]) -> bool:
            recordings = file["calls"][-1]["recordings"]
            return len(recordings) == 2 and all(r["state"] == "finished" for r in recordings)

        return await supervisor.until(look, is_done, within_s=30, what="both recordings")


def assert_read_as_drawn(file: dict[str, Any], truth: dict[str, str]) -> None:
    """Every field equals the card; the machine-readable sources say the same."""
    fields = {field["name"]: field for field in file["fields"]}
    assert {name: field["value"] for name, field in fields.items()} == {
        name: truth[name] for name in fields
    }
    for name in BY_QR:
        assert fields[name]["sources"]["qr"] == truth[name]
    for name in CHECKED_BY_MRZ:
        assert fields[name]["sources"]["mrz"] == truth[name]


def assert_moved(file: dict[str, Any]) -> None:
    """Each movement passed in the end, however often it was asked, with angles of its own."""
    asked = {movement["direction"]: movement for movement in file["calls"][-1]["movements"]}
    assert set(asked) == set(MOVEMENTS)
    for movement in asked.values():
        assert movement["state"] == "passed"
        assert abs(movement["peak_deg"]) >= movement["threshold_deg"]
        assert len(movement["series"]) > 5


async def assert_pictured(house: House, file: dict[str, Any]) -> None:
    """Of each movement the picture in which the head had gone furthest."""
    async with house.staff("huyle") as auditor:
        moved = file["calls"][-1]["movements"]
        for movement in [one for one in moved if one["state"] == "passed"]:
            async with auditor.http.get(auditor.address + movement["picture_url"]) as answer:
                picture = Image.open(BytesIO(await answer.read()))
            assert (picture.format, *picture.size) == ("JPEG", 320, 240)


async def assert_recorded(house: House, file: dict[str, Any]) -> None:
    """Both sides, picture and sound, from both-connected to hang-up, readable to the end."""
    call = file["calls"][-1]
    lasted_s = walk.seconds_between(call["live_at"], call["ended_at"])
    recordings: Sequence[dict[str, Any]] = call["recordings"]
    assert {recording["party"] for recording in recordings} == {"customer", "agent"}
    async with house.staff("huyle") as auditor:
        for recording in recordings:
            assert recording["duration_ms"] / 1000 == pytest.approx(lasted_s, abs=1.0)
            async with auditor.http.get(auditor.address + recording["url"]) as answer:
                film = await answer.read()
            assert len(film) == recording["size_bytes"]
            seen = await asyncio.to_thread(walk.decoded, film)
            assert seen["video"].until_s == pytest.approx(lasted_s, abs=1.0)
            assert seen["audio"].until_s == pytest.approx(lasted_s, abs=1.0)
            assert seen["video"].frames > lasted_s * 4  # the tests' camera gives five when still


async def assert_told_in_order(house: House, file: dict[str, Any]) -> None:
    """The CRM heard of every stage, signed (its receiver refuses else), in order."""
    told = await walk.webhooks(house, file["reference"], expected=len(STAGES))
    assert told == STAGES
