"""The demo's finished files: really photographed, read, filmed and measured, and made once."""

import asyncio
from pathlib import Path

import pytest

from ekyc.bench.films import play
from ekyc.demo.past import make
from ekyc.demo.stories import STORIES
from ekyc.domain.access import Role
from ekyc.media.ebml import Bytes
from ekyc.web.keys import SETTINGS
from tests.integration.web.conftest import House

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

FACES = Path(__file__).parents[2] / ".cache" / "faces"


async def test_a_demo_makes_itself_a_finished_file_once(demo: House) -> None:
    settings = demo.app[SETTINGS]
    FACES.mkdir(parents=True, exist_ok=True)  # a head is drawn once for all tests
    settings.secret_file.with_name("cache").symlink_to(FACES)
    approved = STORIES[0]
    for _ in range(2):
        await make(demo.app, [approved])
    agent = demo[Role.AGENT]
    listed = (await agent.told("GET", "/api/files"))["files"]
    (made,) = [each for each in listed if each["verdict"]]
    file = await agent.told("GET", f"/api/files/{made['id']}")
    assert file["decision"]["verdict"] == "approve"
    assert "demo" in file["decision"]["note"]
    assert {each["state"] for each in file["photographs"]} == {"accepted"}
    (call,) = file["calls"]
    assert [m["direction"] for m in call["movements"] if m["state"] == "passed"] == [*approved.asks]
    assert all(len(movement["series"]) > 10 for movement in call["movements"])
    assert {each["party"] for each in call["recordings"]} == {"customer", "agent"}
    for recording in call["recordings"]:
        given = await agent.ask("GET", recording["url"])
        film = (await given.text("latin-1")).encode("latin-1")
        played = await asyncio.to_thread(play, recording["id"], Bytes(film))
        assert not played.error
        assert played.until_ms >= recording["duration_ms"] - 100
    assert (await demo[Role.PUBLIC].told("GET", "/api/demo/inbox"))["messages"] == []
