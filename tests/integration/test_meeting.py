"""Customer and agent over HTTP, events and the WebSocket; the media plane is on paper."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ekyc.app import Outside
from ekyc.domain.application import Stage
from ekyc.domain.consent import VERSION, Consent
from ekyc.domain.desk import Desk, DeskState
from ekyc.domain.room import (
    MovementEnded,
    MovementProgress,
    PartyConnected,
    PartyDropped,
    RoomLost,
)
from ekyc.settings import Call
from ekyc.storage import applications, queue
from ekyc.web.keys import BUS, STORE
from tests.branch import (
    DEVICES,
    Branch,
    a_second,
    eventually,
    heard,
    is_closed,
    opened,
    serving,
    settings_in,
)
from tests.fakes import START, FakeClock, ScriptedMedia
from tests.stores import without


@pytest.fixture
async def branch(tmp_path: Path) -> AsyncIterator[Branch]:
    async with opened(tmp_path) as branch:
        yield branch


async def test_two_people_meet_talk_and_part(branch: Branch) -> None:
    call = await branch.answered()
    assert branch.media.rooms[call] == ("customer", "agent")
    assert call in branch.media.seals
    customer_pass = await branch.token("customer", call)
    agent_pass = await branch.token("agent", call)
    async with (
        branch.socket("customer", customer_pass) as customer,
        branch.socket("agent", agent_pass) as agent,
    ):
        assert (await heard(customer, "party", who="agent"))["state"] == "absent"
        assert (await heard(customer, "recording"))["on"] is False
        await customer.send_json({"type": "offer", "sdp": "v=0"})
        assert (await heard(customer, "answer"))["sdp"] == "answer to v=0"
        await heard(agent, "recording")
        branch.connect(call)
        await heard(agent, "party", who="customer", state="connected")
        await heard(customer, "recording", on=True)
        desk = await branch.until("agent", "/api/desk", lambda seen: seen["call"]["live_since"])
        assert desk["state"] == "in_call"
        await customer.send_json({"type": "mute", "on": True})
        await heard(agent, "party", who="customer", muted=True, state="connected")
        await branch.ask("agent", "POST", "/api/desk/end", {"call": call})
        assert (await heard(customer, "ended"))["reason"] == "agent-ended"
        assert (await heard(agent, "ended"))["reason"] == "agent-ended"
        assert await is_closed(customer)
    assert branch.media.closed == [call]
    assert (await branch.ask("agent", "GET", "/api/desk"))["state"] == "wrap_up"
    refused = await branch.ask("agent", "POST", "/api/desk/done")
    assert (refused["status"], refused["code"]) == (409, "decision-missing")


FILE = "/api/files/first"


async def own(branch: Branch) -> Any:
    """The change the customer's page is asked to authorise."""
    view = await branch.ask("customer", "GET", "/api/customer/application")
    return view["call"]["authorisation"]


async def kept(branch: Branch) -> Any:
    """The call as its agent reads it in the file."""
    return (await branch.ask("agent", "GET", FILE))["calls"][0]


async def asked_for_a_change(branch: Branch) -> tuple[str, str]:
    """A caller who is known wants another address, and reads the code; address and digits."""
    call = await branch.answered()
    branch.connect(call)
    await branch.until("agent", "/api/desk", lambda seen: seen["call"]["live_since"])
    named = {"by": "reference", "said": "hs 2611 first"}
    assert (await branch.ask("agent", "POST", f"{FILE}/identifications", named))["passed"]
    await branch.ask("agent", "POST", f"{FILE}/authorisations", {"change": "another address"})
    asked = await own(branch)
    assert (asked["state"], asked["change"], asked["digits"]) == ("asked", "another address", None)
    view = await branch.ask("customer", "POST", "/api/customer/authorisation/show")
    return f"{FILE}/authorisations/{asked['id']}/confirm", view["call"]["authorisation"]["digits"]


async def test_a_caller_reads_the_code_of_the_own_page_and_the_agent_never_sees_it(
    branch: Branch,
) -> None:
    confirm, code = await asked_for_a_change(branch)
    shown = await kept(branch)
    assert (shown["authorisations"][0]["state"], code in json.dumps(shown)) == ("shown", False)
    wrong = await branch.ask("agent", "POST", confirm, {"code": f"{int(code) ^ 1:06d}"})
    assert (wrong["status"], wrong["code"]) == (422, "code-wrong")
    assert (await kept(branch))["authorisations"][0]["tries_left"] == 4
    await branch.ask("agent", "POST", confirm, {"code": f" {code}"})
    assert (await own(branch))["state"] == "confirmed"
    assert (await kept(branch))["authorisations"][0]["identified_by"] == "reference"
    await branch.ask("customer", "POST", "/api/customer/notice", {"spoken": True})
    assert (await kept(branch))["notice"]["spoken"] is True


async def test_a_call_ends_with_its_entry_and_what_was_typed_of_it_is_kept(branch: Branch) -> None:
    confirm, code = await asked_for_a_change(branch)
    await branch.ask("agent", "POST", confirm, {"code": code})
    call = (await kept(branch))["id"]
    refusal = {"verdict": "incomplete", "reasons": ["line-dropped"]}
    await branch.ask("agent", "POST", f"{FILE}/decision", refusal)
    await branch.ask("agent", "POST", "/api/desk/end", {"call": call})
    await branch.ask("agent", "PUT", "/api/desk/contact", {"call": call, "changed": "another ad"})
    owed = (await branch.ask("agent", "GET", "/api/desk"))["owed"]
    assert (owed["call"], owed["draft"]) == (call, "another ad")
    (change,) = owed["authorisations"]
    assert change["change"] == "another address"
    held = await branch.ask("agent", "POST", "/api/desk/done")
    assert (held["status"], held["code"]) == (409, "contact-missing")
    entry = {"call": call, "changed": "another address", "authorisations": [change["id"]]}
    assert (await branch.ask("agent", "POST", "/api/desk/contact", entry))["owed"] is None
    assert (await branch.ask("agent", "POST", "/api/desk/done"))["state"] == "available"
    written = (await kept(branch))["contact"]
    assert (written["changed"], written["ordered_by"]) == ("another address", "customer")


async def test_the_agent_may_ask_for_the_other_camera_and_what_is_switched_is_written_down(
    branch: Branch,
) -> None:
    call = await branch.answered()
    async with (
        branch.socket("customer", await branch.token("customer", call)) as customer,
        branch.socket("agent", await branch.token("agent", call)) as agent,
    ):
        await heard(agent, "recording")
        await agent.send_json({"type": "flip"})
        assert (await heard(agent, "error"))["code"] == "not-allowed-now"  # nobody is there yet
        branch.connect(call)
        await heard(customer, "recording", on=True)
        await agent.send_json({"type": "flip"})
        await heard(customer, "flip")
        for on in (True, True, False):  # said twice, it is written once
            await customer.send_json({"type": "mute", "on": on})
        await agent.send_json({"type": "camera", "on": False})
        await heard(customer, "party", who="agent", dark=True)
        await customer.send_json({"type": "flip"})
        assert (await heard(customer, "error"))["code"] == "not-allowed-now"
    file = await branch.ask("agent", "GET", "/api/files/first")
    told = [fact for fact in file["timeline"] if fact["name"] in {"call.switched", "camera.asked"}]
    switched = sorted((f["data"].get("party", ""), f["data"].get("switch", "")) for f in told)
    assert switched == [
        ("", ""),  # the wish
        ("agent", "picture-off"),
        ("customer", "sound-off"),
        ("customer", "sound-on"),
    ]


async def test_the_silent_sign_reaches_the_agents_file_and_nothing_the_customer_sees(
    branch: Branch,
) -> None:
    call = await branch.answered()
    async with (
        branch.socket("customer", await branch.token("customer", call)) as customer,
        branch.socket("agent", await branch.token("agent", call)) as agent,
    ):
        branch.connect(call)
        await heard(customer, "recording", on=True)
        before = await branch.ask("customer", "GET", "/api/customer/application")
        for _ in range(2):  # held twice, or said again after a rejoin
            await customer.send_json({"type": "sign"})
        file = await branch.until("agent", "/api/files/first", lambda seen: seen["signs"])
        await customer.send_json({"type": "mute", "on": True})
        said = [json.loads((await customer.receive()).data)]
        while not said[-1].get("muted"):
            said.append(json.loads((await customer.receive()).data))
        assert {one["type"] for one in said} <= {"party", "recording"}
        await agent.send_json({"type": "sign"})
        assert (await heard(agent, "error"))["code"] == "not-allowed-now"
    after = await branch.ask("customer", "GET", "/api/customer/application")
    assert {**after, "now": ""} == {**before, "now": ""}
    assert [sign["call"] for sign in file["signs"]] == [call]
    assert "sign" in {one["code"] for one in file["may"]["approve_missing"]}
    facts = await branch.ask("agent", "GET", "/api/files/first")
    assert [f["name"] for f in facts["timeline"]].count("sign.given") == 1


async def test_a_silent_sign_calls_the_supervisor_until_one_has_looked(branch: Branch) -> None:
    call = await branch.answered()
    async with (
        branch.server.app[STORE].bus.listen("supervisors") as bell,
        branch.socket("customer", await branch.token("customer", call)) as customer,
        branch.server.app[STORE].bus.listen("application:first") as page,
    ):
        branch.connect(call)
        await heard(customer, "recording", on=True)
        await page.wait(0)
        await customer.send_json({"type": "sign"})
        assert await bell.wait(10)
        assert not await page.wait(0)  # the customer's page does not stir
    desk = await branch.ask("supervisor", "GET", "/api/desk")
    assert [(one["application"], one["agent"], one["why"]) for one in desk["summons"]] == [
        ("first", "Lan", "sign")
    ]
    assert (await branch.ask("agent", "GET", "/api/desk"))["summons"] == []
    for who, marks in (("supervisor", ["sign"]), ("agent", [])):
        files = await branch.ask(who, "GET", "/api/files")
        assert [one["summons"] for one in files["files"]] == [marks]
    await branch.ask("agent", "GET", "/api/files/first")  # the agent's own look counts for nothing
    assert (await branch.ask("supervisor", "GET", "/api/desk"))["summons"]
    file = await branch.ask("supervisor", "GET", "/api/files/first")
    assert [f["data"]["why"] for f in file["timeline"] if f["name"] == "supervisor.called"] == [
        "sign"
    ]
    assert (await branch.ask("supervisor", "GET", "/api/desk"))["summons"] == []


async def test_whoever_is_forced_is_turned_away_without_a_word_of_it(branch: Branch) -> None:
    call = await branch.answered()
    verdict = {"verdict": "incomplete", "reasons": ["forced"], "note": ""}
    file = await branch.ask("agent", "POST", "/api/files/first/decision", verdict)
    assert [reason["code"] for reason in file["decision"]["reasons"]] == ["forced"]
    await branch.ask("agent", "POST", "/api/desk/end", {"call": call})
    view = await branch.ask("customer", "GET", "/api/customer/application")
    assert [one["code"] for one in view["decision"]["reasons"]] == ["unable-to-verify"]
    assert "forced" not in json.dumps(view)


async def says_where(branch: Branch, call: str, *places: dict[str, object]) -> None:
    """The customer's page says so, and the agent hears what became of it."""
    customer_pass, agent_pass = [await branch.token(who, call) for who in ("customer", "agent")]
    async with (
        branch.socket("customer", customer_pass) as customer,
        branch.socket("agent", agent_pass) as agent,
    ):
        branch.connect(call)
        await heard(customer, "recording", on=True)
        for place in places:
            branch.clock.pass_s(1)
            await customer.send_json({"type": "place", **place})
            told = await heard(agent, "place", state=place["state"])
            is_known = place["state"] == "known"
            assert (told["latitude"], told["accuracy_m"]) == (
                (10.777, 20.0) if is_known else (None, None)
            )


WHERE = {"state": "known", "latitude": 10.776889, "longitude": 106.700912, "accuracy_m": 12.4}


async def test_a_customers_place_reaches_agent_recording_and_file_rounded_and_no_fact(
    branch: Branch,
) -> None:
    call = await branch.answered()
    async with branch.server.app[STORE].begin() as tx:
        now = branch.clock.now()
        await applications.add_consents(
            tx, "first", [Consent.PLACE], version=VERSION, language="vi", now=now
        )
    view = await branch.ask("customer", "GET", "/api/customer/application")
    assert view["call"]["place_decimals"] == 3
    await says_where(branch, call, WHERE, WHERE, {"state": "refused"}, WHERE)
    assert branch.media.places[0] == (
        *(call, "customer"),
        '{"latitude":10.777,"longitude":106.701,"accuracy_m":20.0}',
    )
    assert branch.media.places[2] == (call, "customer", "")
    file = await branch.ask("agent", "GET", "/api/files/first")
    told = [(place["state"], place["latitude"]) for place in file["calls"][0]["places"]]
    assert told == [("known", 10.777), ("refused", None), ("known", 10.777)]
    facts = [fact["data"] for fact in file["timeline"] if fact["name"] == "place.told"]
    assert facts == [{"call": call, "state": s} for s in ("known", "refused", "known")]
    assert "10.77" not in json.dumps(file["timeline"])


async def test_without_the_consent_nobody_asks_and_nothing_is_kept(branch: Branch) -> None:
    call = await branch.answered()
    view = await branch.ask("customer", "GET", "/api/customer/application")
    assert view["call"]["place_decimals"] is None
    async with branch.socket("customer", await branch.token("customer", call)) as customer:
        await customer.send_json({"type": "place", **WHERE})
        assert (await heard(customer, "error"))["code"] == "not-allowed-now"
    async with branch.socket("agent", await branch.token("agent", call)) as agent:
        await agent.send_json({"type": "place", **WHERE})
        assert (await heard(agent, "error"))["code"] == "not-allowed-now"
    file = await branch.ask("agent", "GET", "/api/files/first")
    assert (file["calls"][0]["places"], branch.media.places) == ([], [])


async def test_a_customer_hears_that_the_agent_dropped_and_came_back(branch: Branch) -> None:
    call = await branch.answered()
    async with branch.socket("customer", await branch.token("customer", call)) as customer:
        branch.connect(call)
        await heard(customer, "recording", on=True)
        agent_pass = await branch.token("agent", call)
        branch.media.report(PartyDropped(room=call, party="agent", at=branch.clock.now()))
        assert (await heard(customer, "dropped"))["seconds_left"] == 60
        view = await branch.ask("customer", "GET", "/api/customer/application")
        assert view["call"] == {
            "id": call,
            "state": "dropped",
            "seconds_left": 60,
            "still": None,
            "question": None,
            "code": None,
            "authorisation": None,
            "callback": False,
            "place_decimals": None,
        }
        async with branch.socket("agent", agent_pass) as agent:
            await heard(agent, "recording", on=True)
            branch.media.report(PartyConnected(room=call, party="agent", at=branch.clock.now()))
            await heard(customer, "party", who="agent", state="connected")


async def test_who_closes_the_socket_is_dropped_and_who_reloads_is_not(branch: Branch) -> None:
    call = await branch.answered()
    async with branch.socket("customer", await branch.token("customer", call)) as old:
        await heard(old, "recording")
        async with branch.socket("customer", await branch.token("customer", call)) as new:
            await heard(new, "recording")
            await heard(old, "replaced")
            assert await is_closed(old)
            assert branch.media.dropped == []

    async def is_dropped() -> bool:
        return branch.media.dropped == [(call, "customer")]

    await eventually(is_dropped)


async def test_a_worker_that_dies_sends_both_back_to_join_again(branch: Branch) -> None:
    call = await branch.answered()
    async with branch.socket("customer", await branch.token("customer", call)) as customer:
        branch.connect(call)
        await heard(customer, "recording", on=True)
        branch.media.rooms.clear()
        branch.media.report(RoomLost(room=call))
        await heard(customer, "dropped", party="customer")
        assert await is_closed(customer)
    async with branch.socket("customer", await branch.token("customer", call)) as customer:
        await heard(customer, "recording", on=True)
        assert call in branch.media.rooms


async def test_a_database_that_is_away_for_a_while_costs_two_who_talk_nothing(
    branch: Branch, tmp_path: Path
) -> None:
    call = await branch.answered()
    branch.connect(call)
    await branch.until("agent", "/api/desk", lambda seen: seen["call"]["live_since"])
    app, now = branch.server.app, branch.clock.now()
    async with branch.socket("customer", await branch.token("customer", call)) as customer:
        await heard(customer, "recording", on=True)
        async with without(tmp_path / "ekyc.sqlite3", "calls"):
            app[BUS].publish(f"call:{call}")  # its watcher looks, and sees nothing
            branch.media.report(PartyDropped(room=call, party="agent", at=now))
            branch.media.report(PartyConnected(room=call, party="agent", at=now))
            branch.media.rooms.clear()
            branch.media.report(RoomLost(room=call))
            assert await is_closed(customer)  # whatever can be written: the room is gone
            branch.media.report(PartyConnected(room=call, party="agent", at=now))

    def written(file: Any) -> list[tuple[str, str]]:
        names = {"call.dropped", "call.resumed"}
        told = [fact for fact in file["timeline"] if fact["name"] in names]
        return [(fact["name"], fact["data"]["party"]) for fact in told]

    file = await branch.until("agent", "/api/files/first", lambda seen: len(written(seen)) == 5)
    assert written(file) == [
        ("call.dropped", "agent"),
        ("call.resumed", "agent"),
        ("call.dropped", "customer"),
        ("call.dropped", "agent"),
        ("call.resumed", "agent"),
    ]
    async with branch.socket("customer", await branch.token("customer", call)) as customer:
        await heard(customer, "recording", on=True)
        assert call in branch.media.rooms
        await branch.ask("agent", "POST", "/api/desk/end", {"call": call})
        assert (await heard(customer, "ended"))["reason"] == "agent-ended"
        assert await is_closed(customer)


async def test_both_see_a_movement_and_how_the_line_is(branch: Branch) -> None:
    call = await branch.answered()
    async with branch.socket("customer", await branch.token("customer", call)) as customer:
        branch.connect(call)
        await heard(customer, "recording", on=True)
        asked = await branch.ask(
            "agent", "POST", "/api/files/first/movements", {"direction": "left"}
        )
        named = {"room": call, "movement": asked["id"], "direction": "left"}
        branch.media.report(
            MovementProgress(**named, phase="move", fraction=0.4, yaw_deg=9.0, pitch_deg=0.0)
        )
        branch.media.report(_verdict(named))
        branch.media.report(a_second(call))
        progress = await heard(customer, "movement", state="asked")
        assert (progress["phase"], progress["fraction"]) == ("move", 0.4)
        verdict = await heard(customer, "movement", state="failed")
        assert (verdict["id"], verdict["reason"]) == (asked["id"], "timeout")
        assert (await heard(customer, "quality"))["kbps"] == 800.0
        path = "/api/files/first/movements"
        number = await branch.ask("agent", "POST", path, {"direction": "number"})
        said = await heard(customer, "movement", state="asked", phase="say")
        assert (said["id"], len(said["number"])) == (number["id"], 4)
        await branch.ask("agent", "POST", f"{path}/{number['id']}/heard", {"passed": True})
        assert (await heard(customer, "movement", state="passed"))["number"] == said["number"]
    refused = await branch.ask("agent", "POST", "/api/files/first/movements", {"direction": "in"})
    assert refused["code"] == "body-invalid"


def _verdict(named: dict[str, str]) -> MovementEnded:
    return MovementEnded(
        room=named["room"],
        movement=named["movement"],
        direction=named["direction"],
        passed=False,
        reason="timeout",
        peak_deg=4.0,
        planarity=0.2,
        seconds=8.0,
        limits_version="1",
        series=(),
    )


async def test_the_device_test_hears_itself_and_leaves_no_room_behind(branch: Branch) -> None:
    given = await branch.ask("customer", "POST", "/api/customer/precheck")
    async with branch.socket("customer", given["pass"]) as customer:
        await customer.send_json({"type": "offer", "sdp": "v=0"})
        await heard(customer, "answer")
        assert branch.media.rooms == {"precheck-first": ("customer",)}
        assert not branch.media.seals
        quality = a_second("precheck-first")
        branch.media.report(quality)
        await heard(customer, "quality")

    async def is_gone() -> bool:
        return not branch.media.rooms

    await eventually(is_gone)
    seen = {"speaker": True, "light": False, "down": {"kbps": 640.0, "loss": 0.02}}
    view = await branch.ask(
        "customer", "POST", "/api/customer/precheck/result", {**DEVICES, **seen}
    )
    line = {"kbps": 800.0, "loss": 0.01, "rtt_ms": 30.0, "down_kbps": 640.0, "down_loss": 0.02}
    assert view["device_test"] == {**DEVICES, "network": "ok", **line}
    file = await branch.ask("agent", "GET", "/api/files/first")
    (made,) = [fact["data"] for fact in file["timeline"] if fact["name"] == "precheck.made"]
    assert (made["kbps"], made["loss"], made["width"]) == (800.0, 0.01, 640)
    assert (made["speaker"], made["light"]) == (True, False)


async def test_a_page_that_says_its_line_is_good_is_not_believed(branch: Branch) -> None:
    async def waits() -> tuple[str, str]:
        view = await branch.ask("customer", "POST", "/api/customer/precheck/result", DEVICES)
        refused = await branch.ask("customer", "POST", "/api/customer/ticket")
        return view["device_test"]["network"], refused["code"]

    assert await waits() == ("blocked", "devices-not-ready")
    await branch.tests_devices()
    branch.clock.pass_s(61)  # the page cannot hand in an old measurement as a new test
    assert await waits() == ("blocked", "devices-not-ready")
    claim = {**DEVICES, "network": "ok", "kbps": 900, "loss": 0}
    refused = await branch.ask("customer", "POST", "/api/customer/precheck/result", claim)
    assert refused["code"] == "body-invalid"


async def test_a_used_pass_a_strangers_page_and_a_rude_message_are_refused(
    branch: Branch,
) -> None:
    call = await branch.answered()
    token = await branch.token("customer", call)
    async with branch.socket("customer", token) as customer:
        await heard(customer, "recording")
        async with branch.socket("customer", token) as again:
            assert (await heard(again, "error"))["code"] == "pass-invalid"
            assert await is_closed(again)
        await customer.send_str("hello")
        assert (await heard(customer, "error"))["code"] == "body-invalid"
        assert await is_closed(customer)
    for elsewhere in ("https://evil.example", "null"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await branch.people["customer"].ws_connect("/ws/call", origin=elsewhere)
        assert refused.value.status == 403
    home = str(branch.server.make_url("")).rstrip("/")
    async with branch.people["customer"].ws_connect("/ws/call", origin=home) as socket:
        await socket.send_json({"type": "ping"})
        assert (await heard(socket, "error"))["code"] == "not-allowed-now"


async def test_a_flood_of_messages_ends_the_socket(branch: Branch) -> None:
    call = await branch.answered()
    async with branch.socket("customer", await branch.token("customer", call)) as customer:
        with suppress(ConnectionResetError):
            for _ in range(200):
                await customer.send_json({"type": "ping"})
        assert (await heard(customer, "error"))["code"] == "too-many-requests"
        assert await is_closed(customer)


async def test_a_message_larger_than_the_limit_ends_the_socket(branch: Branch) -> None:
    call = await branch.answered()
    async with branch.socket("customer", await branch.token("customer", call)) as customer:
        await heard(customer, "recording")
        await customer.send_json({"type": "offer", "sdp": "v" * 70_000})
        assert await is_closed(customer)


async def test_a_silent_socket_is_closed(tmp_path: Path) -> None:
    async with opened(tmp_path, call=Call(ws_silence_s=0.3)) as branch:
        call = await branch.answered()
        async with branch.socket("customer", await branch.token("customer", call)) as customer:
            assert await is_closed(customer)


async def test_who_hangs_up_on_the_socket_ends_the_call(branch: Branch) -> None:
    call = await branch.answered()
    async with branch.socket("customer", await branch.token("customer", call)) as customer:
        await customer.send_json({"type": "leave"})
        assert (await heard(customer, "ended"))["reason"] == "customer-ended"
    view = await branch.ask("customer", "POST", "/api/customer/leave")  # the page asks too
    assert (view["stage"], view["call"], view["page"]) == ("in_call", None, "result")


async def test_the_deadline_ends_the_call_for_everybody(branch: Branch) -> None:
    call = await branch.answered()
    async with branch.socket("agent", await branch.token("agent", call)) as agent:
        branch.connect(call)
        await heard(agent, "recording", on=True)
        branch.media.report(PartyDropped(room=call, party="customer", at=branch.clock.now()))
        await heard(agent, "dropped", party="customer")
        branch.clock.pass_s(61)
        assert (await heard(agent, "ended"))["reason"] == "customer-dropped"
    view = await branch.ask("customer", "GET", "/api/customer/application")
    assert (view["page"], view["ticket"]["state"]) == ("waiting", "waiting")  # seen just now


async def _next_event(stream: aiohttp.ClientResponse) -> str:
    async with asyncio.timeout(10):
        async for line in stream.content:
            if line.startswith(b"event:"):
                return line.decode().split()[1]
    return ""


def _unheard_ms(branch: Branch) -> list[int]:
    """How long the kernel waits for each browser to acknowledge what was sent."""
    assert branch.server.runner is not None
    assert branch.server.runner.server is not None
    ends = [one.transport for one in branch.server.runner.server.connections]
    sockets = [end.get_extra_info("socket") for end in ends if end is not None]
    return [one.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) for one in sockets]


async def test_open_pages_are_told_of_news_and_a_closed_one_is_not_rung_for(
    branch: Branch,
) -> None:
    await branch.tests_devices()
    customer, agent = branch.people["customer"], branch.people["agent"]
    async with agent.get("/api/desk/live") as desk_news:
        assert desk_news.content_type == "text/event-stream"
        async with customer.get("/api/customer/live") as news:
            for stream in (desk_news, news):  # what they saw before may be old
                assert await _next_event(stream) == "changed"
            assert _unheard_ms(branch).count(20_000) == 2
            await branch.ask("customer", "POST", "/api/customer/ticket")
            assert await _next_event(news) == "changed"
            assert await _next_event(desk_news) == "changed"
        store = branch.server.app[STORE]

        async def is_noticed() -> object:  # that the page is closed
            async with store.read() as tx:
                ticket = await queue.open_ticket(tx, "first")
            return ticket and ticket.gone_at

        await eventually(is_noticed)
    desk = await branch.ask("agent", "GET", "/api/desk")
    assert [(row["reference"], row["state"]) for row in desk["queue"]] == [
        ("HS-2611-first", "waiting")
    ]


async def test_signing_out_closes_the_desk(branch: Branch) -> None:
    await branch.ask("agent", "POST", "/api/desk/devices", {"camera": True, "microphone": True})
    await branch.ask("agent", "POST", "/api/desk/state", {"state": "available"})
    await branch.ask("agent", "POST", "/api/staff/sign-out")
    async with branch.server.app[STORE].read() as tx:
        desk = await queue.desk(tx, "lan", now=START)
    assert desk.state.value == "offline"


async def test_a_server_that_stops_ends_its_calls_and_tells_both(tmp_path: Path) -> None:
    async with opened(tmp_path) as branch:
        call = await branch.answered()
        async with branch.socket("agent", await branch.token("agent", call)) as agent:
            await heard(agent, "recording")
            stopping = asyncio.create_task(branch.server.close())
            assert (await heard(agent, "ended"))["reason"] == "server-stopped"
            await stopping
    outside = Outside(clock=FakeClock(), media=ScriptedMedia())
    async with serving(settings_in(tmp_path), outside) as server, server.app[STORE].read() as tx:
        assert (await applications.load(tx, "first")).stage is Stage.WAITING


async def test_an_agent_who_closes_the_page_is_noticed_and_one_who_looks_is_back(
    branch: Branch,
) -> None:
    await branch.ask("agent", "POST", "/api/desk/devices", {"camera": True, "microphone": True})
    await branch.ask("agent", "POST", "/api/desk/state", {"state": "available"})
    store = branch.server.app[STORE]

    async def desk() -> Desk:
        async with store.read() as tx:
            return await queue.desk(tx, "lan", now=START)

    async def is_gone() -> bool:
        return (await desk()).gone_at is not None

    async with branch.people["agent"].get("/api/desk/live"):
        assert not await is_gone()
    await eventually(is_gone)
    await branch.ask("agent", "GET", "/api/desk")
    assert not await is_gone()
    async with branch.people["agent"].get("/api/desk/live"):
        pass
    await eventually(is_gone)
    branch.clock.pass_s(16)

    async def is_away() -> bool:
        return (await desk()).state is DeskState.AWAY

    await eventually(is_away)
