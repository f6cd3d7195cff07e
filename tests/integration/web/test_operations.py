"""What those who watch the server see: readiness part by part, figures without a person."""

import asyncio
from pathlib import Path

import pytest

from ekyc.domain.access import Role
from ekyc.domain.pulse import Pulse
from ekyc.settings import Objects, Server
from ekyc.storage import queue
from ekyc.web.keys import METRICS, STORE, VITALS
from tests.branch import eventually, opened
from tests.integration.web.conftest import House


async def _ready(house: House) -> tuple[int, dict[str, str]]:
    answer = await house[Role.PUBLIC].ask("GET", "/readyz")
    said = await answer.json()
    return answer.status, {check["name"]: check["state"] for check in said["checks"]}


async def test_a_server_is_ready_when_every_part_answers(house: House) -> None:
    async def look() -> bool:  # the pose worker needs a moment to come up
        return (await _ready(house))[0] == 200

    await eventually(look, within_s=60)
    _, parts = await _ready(house)
    well = ("clock", "database", "objects", "spool", "media", "pose", "disk", "server")
    assert parts == {**dict.fromkeys(well, "ok"), "documents": "idle"}


async def test_a_part_that_is_ill_is_named_and_a_server_that_stops_is_not_ready(
    house: House,
) -> None:
    house.media.is_ill = True
    status, parts = await _ready(house)
    assert (status, parts["media"]) == (503, "ConnectionError")
    house.media.is_ill = False
    house.app[VITALS].is_draining = True
    status, parts = await _ready(house)
    assert (status, parts["server"]) == (503, "draining")


async def test_the_figures_count_facts_answers_calls_and_work_and_name_nobody(
    house: House,
) -> None:
    body = {"external_id": "CANARY", "phone": "0901234777", "phone_as_of": "2026-11-20"}
    await house[Role.CRM].told("POST", "/api/v1/applications", body)
    await house[Role.PUBLIC].ask("GET", "/staff/files/CANARY")
    await house[Role.PUBLIC].ask("CANARY", "/canary")
    house.app[METRICS].recorded(1000)
    house.media.pulses = {
        0: Pulse(
            rooms=2,
            tasks=9,
            handles=40,
            resident_bytes=90_000_000,
            lags=(1, 2, 3, 0, 0, 0, 1, 0),
            lag_s=1.25,
            datagrams=7400,
            passed_on=7000,
            unsent=3,
            refused={"strangers": 12, "over_budget": 0, "malformed": 1},
        )
    }
    answer = await house[Role.PUBLIC].ask("GET", "/metrics")
    assert answer.content_type == "text/plain"
    lines = (await answer.text()).splitlines()
    assert 'ekyc_facts_total{name="application.opened"} 1.0' in lines
    created = 'ekyc_answers_total{method="POST",route="/api/v1/applications",status="201"} 1.0'
    assert created in lines
    assert 'ekyc_calls{state="ringing"} 0.0' in lines
    assert 'ekyc_tickets{state="waiting"} 0.0' in lines
    assert "ekyc_recorded_bytes_total 1000.0" in lines
    assert "ekyc_takes_calls 1.0" in lines
    assert "ekyc_clock_jump_seconds 0.0" in lines
    assert 'ekyc_media_passed_on_total{worker="0"} 7000.0' in lines
    assert 'ekyc_media_refused_total{reason="strangers",worker="0"} 12.0' in lines
    assert 'ekyc_media_loop_lag_seconds_bucket{le="0.02",worker="0"} 6.0' in lines
    assert 'ekyc_media_loop_lag_seconds_count{worker="0"} 7.0' in lines
    personal = ("CANARY", "canary", "901234777")
    assert [line for line in lines if any(word in line for word in personal)] == []


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
async def test_the_figures_are_not_for_whom_a_proxy_passed_on(house: House, header: str) -> None:
    answer = await house[Role.PUBLIC].ask("GET", "/metrics", headers={header: "127.0.0.1"})
    assert answer.status == 403


async def test_the_figures_are_for_the_networks_of_the_settings_alone(tmp_path: Path) -> None:
    server = Server(runtime_dir=tmp_path / "run", drain_s=1, metrics_networks=["10.0.0.0/8"])
    async with (
        opened(tmp_path, server=server) as branch,
        branch.people["agent"].get("/metrics") as answer,
    ):
        assert answer.status == 403


async def test_without_room_for_recordings_no_new_call_begins(tmp_path: Path) -> None:
    full = Objects(folder=tmp_path / "objects", spool=tmp_path / "spool", min_free_mb=1_000_000_000)
    async with opened(tmp_path, objects=full) as branch:
        await branch.tests_devices()
        refused = await branch.ask("customer", "POST", "/api/customer/ticket")
        assert (refused["status"], refused["code"]) == (503, "calls-paused")
        async with branch.server.app[STORE].read() as tx:
            assert await queue.open_ticket(tx, "first") is None


async def test_a_server_that_drains_waits_for_a_running_call_and_begins_no_other(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as branch:
        call = await branch.answered()
        app = branch.server.app
        draining = asyncio.create_task(app[VITALS].drain(app[STORE], 30))
        await asyncio.sleep(0.3)
        assert not draining.done()
        assert not app[VITALS].takes_calls()
        await branch.ask("agent", "POST", "/api/desk/end", {"call": call})
        async with asyncio.timeout(10):
            await draining


async def test_a_call_that_does_not_end_is_waited_for_no_longer_than_set(tmp_path: Path) -> None:
    async with opened(tmp_path) as branch:
        await branch.answered()
        app = branch.server.app
        async with asyncio.timeout(10):
            await app[VITALS].drain(app[STORE], 0.2)
