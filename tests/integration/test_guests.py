"""More than two in a call, over HTTP and the WebSocket; the media plane is on paper."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, web

from ekyc.domain import desk as desks
from ekyc.domain.call import Party
from ekyc.domain.consent import VERSION, Consent
from ekyc.domain.decision import MOVEMENTS
from ekyc.domain.desk import DeskState
from ekyc.domain.errors import PassInvalid
from ekyc.domain.events import SYSTEM
from ekyc.domain.guest import GuestState, Mode
from ekyc.domain.room import MovementEnded, PartyConnected, RoomLost, Seating
from ekyc.journey import guests as work
from ekyc.journey.call import redeem_pass
from ekyc.journey.desk import go_home
from ekyc.journey.ending import end_guest
from ekyc.journey.staff import disable
from ekyc.settings import Queue
from ekyc.settings.queue import Group
from ekyc.storage import applications, guests, queue
from ekyc.web.keys import CLOCK, ROOMS, STORE
from ekyc.web.sockets import Socket
from tests.branch import Branch, heard, is_closed, opened

FIRMS = Group(name="business", products=["firm"], skill="companies")
EVERYBODY = Group(name="everybody", products=["card"])
LINE = Queue(poll_s=0.05, wrap_up_s=0, ring_s=10, groups=[FIRMS, EVERYBODY])


@pytest.fixture
async def branch(tmp_path: Path) -> AsyncIterator[Branch]:
    async with opened(tmp_path, queue=LINE) as branch:
        yield branch


async def talking(branch: Branch) -> str:
    """A customer and an agent, connected; the colleague is free."""
    call = await branch.answered()
    branch.connect(call)
    await branch.until("agent", "/api/desk", lambda seen: seen["call"]["live_since"])
    works = {"camera": True, "microphone": True}
    await branch.ask("colleague", "POST", "/api/desk/devices", works)
    await branch.ask("colleague", "POST", "/api/desk/state", {"state": "available"})
    return call


async def asks(branch: Branch, call: str, mode: str, **more: Any) -> Any:
    """The agent asks a colleague in."""
    body = {"kind": "colleague", "mode": mode, "to": "binh", "note": "Xin xem giúp", **more}
    return await branch.ask("agent", "POST", f"/api/calls/{call}/guests", body)


async def token(branch: Branch, who: str, guest: str) -> str:
    return str((await branch.ask(who, "POST", f"/api/guests/{guest}/pass"))["pass"])


def seated(branch: Branch) -> Seating:
    return branch.media.seatings[-1][1]


async def told(branch: Branch, *names: str) -> list[tuple[str, str, str]]:
    file = await branch.ask("supervisor", "GET", "/api/files/first")
    return [
        (fact["name"], fact["data"].get("kind", ""), fact["data"].get("mode", ""))
        for fact in file["timeline"]
        if fact["name"] in names
    ]


async def silent(socket: ClientWebSocketResponse) -> list[Any]:
    """What was said before an answer to something of one's own."""
    await socket.send_json({"type": "offer", "sdp": "probe"})
    said = []
    while (message := await socket.receive_json())["type"] != "answer":
        said.append(message)
    return said


async def test_an_agent_consults_a_colleague_while_the_customer_is_on_hold(
    branch: Branch,
) -> None:
    call = await talking(branch)
    async with (
        branch.socket("customer", await branch.token("customer", call)) as customer,
        branch.socket("agent", await branch.token("agent", call)) as agent,
    ):
        guest = (await asks(branch, call, "consult"))["id"]
        refused = await asks(branch, call, "join")
        assert (refused["status"], refused["code"]) == (409, "seat-taken")
        rung = await branch.ask("colleague", "GET", "/api/desk")
        assert (rung["state"], rung["guest"]["note"]) == ("ringing", "Xin xem giúp")
        assert (rung["guest"]["agent"], rung["guest"]["ring_seconds_left"]) == ("Lan", 10)
        desk = await branch.ask("colleague", "POST", f"/api/guests/{guest}/accept")
        assert (desk["state"], desk["call"]) == ("in_call", None)
        assert (await heard(customer, "guests", hold=True))["guests"] == []
        at_agent = await heard(agent, "guests", hold=True)
        assert [(one["who"], one["pair"]) for one in at_agent["guests"]] == [("colleague", 1)]
        assert seated(branch).hears["customer"] == ["", "", ""]
        await branch.ask("agent", "POST", f"/api/calls/{call}/guests/{guest}/let-in")
        joined = await heard(customer, "guests", hold=False)
        assert [one["who"] for one in joined["guests"]] == ["colleague"]
        assert seated(branch).recorded == ["customer", "agent", "colleague"]
    assert await told(branch, "guest.asked", "guest.joined", "guest.switched") == [
        ("guest.asked", "colleague", "consult"),
        ("guest.joined", "colleague", "consult"),
        ("guest.switched", "colleague", "join"),
    ]


async def test_a_colleague_who_is_in_is_given_the_call_and_the_agent_is_sent_away(
    branch: Branch,
) -> None:
    call = await talking(branch)
    guest = (await asks(branch, call, "join"))["id"]
    await branch.ask("colleague", "POST", f"/api/guests/{guest}/accept")
    async with (
        branch.socket("agent", await branch.token("agent", call)) as agent,
        branch.socket("colleague", await token(branch, "colleague", guest)) as colleague,
    ):
        branch.media.report(PartyConnected(room=call, party="colleague", at=branch.clock.now()))
        seen = await heard(agent, "guests")
        while not seen["guests"] or seen["guests"][0]["state"] != "connected":
            seen = await heard(agent, "guests")
        old = await branch.token("agent", call)
        await branch.ask("agent", "POST", f"/api/calls/{call}/guests/{guest}/give-away")
        assert await heard(agent, "transferred")
        assert await is_closed(agent)
        assert await heard(colleague, "ended", reason="left")
    async with branch.socket("agent", old) as late:  # a pass from before lets nobody in
        assert (await heard(late, "error"))["code"] == "pass-invalid"
    assert (call, "agent") in branch.media.dropped
    before, after = [await branch.ask(who, "GET", "/api/desk") for who in ("agent", "colleague")]
    assert (before["state"], before["call"]) == ("wrap_up", None)
    assert (after["state"], after["call"]["id"]) == ("in_call", call)


async def test_a_transferred_calls_old_agent_writes_nothing_more(branch: Branch) -> None:
    call = await talking(branch)
    guest = (await asks(branch, call, "transfer", by="anybody", to=""))["id"]
    await branch.ask("colleague", "POST", f"/api/guests/{guest}/accept")
    refusals = [
        await branch.ask("agent", "POST", "/api/desk/end", {"call": call}),
        await branch.ask("agent", "POST", "/api/desk/pass", {"call": call}),
        await branch.ask("agent", "POST", "/api/files/first/movements", {"direction": "left"}),
        await branch.ask("agent", "PUT", "/api/files/first/checklist", {"item": "x", "done": True}),
        await branch.ask("agent", "PUT", "/api/files/first/note", {"text": "late"}),
        await asks(branch, call, "join"),
    ]
    assert {each["status"] for each in refusals} <= {403, 404, 409}
    decided = {"verdict": "incomplete", "reasons": ["unable-to-verify"], "note": ""}
    refused = await branch.ask("agent", "POST", "/api/files/first/decision", decided)
    assert (refused["status"], refused["code"]) == (403, "not-allowed")
    done = await branch.ask("agent", "POST", "/api/desk/done")
    assert done["state"] == "available"
    file = await branch.ask("colleague", "GET", "/api/files/first")
    moved = [fact["data"] for fact in file["timeline"] if fact["name"] == "call.transferred"]
    assert [(one["from"], one["to"]) for one in moved] == [("lan", "binh")]


async def test_a_call_is_given_to_whoever_is_free_of_a_named_group(branch: Branch) -> None:
    call = await talking(branch)
    refused = await asks(branch, call, "transfer", by="anybody", to="", group="business")
    assert (refused["status"], refused["code"]) == (409, "desk-busy")  # nobody has the skill
    for group in ("nobody knows", "everybody"):  # one that is not, one without a skill
        unknown = await asks(branch, call, "transfer", by="anybody", to="", group=group)
        assert unknown["status"] == 404
    await branch.ask(
        "supervisor", "PUT", "/api/agents/binh", {"speaks": ["vi"], "skills": ["companies"]}
    )
    assert (await branch.ask("agent", "GET", "/api/desk"))["groups"] == ["business"]
    guest = await asks(branch, call, "transfer", by="anybody", to="", group="business")
    assert (guest["kind"], guest["mode"]) == ("colleague", "transfer")
    rings = await branch.ask("colleague", "GET", "/api/desk")
    assert rings["guest"]["id"] == guest["id"]


async def test_a_colleague_who_does_not_answer_is_away_and_the_call_goes_on(
    branch: Branch,
) -> None:
    call = await talking(branch)
    await asks(branch, call, "transfer")
    branch.clock.pass_s(11)
    desk = await branch.until("agent", "/api/desk", lambda seen: not seen["call"]["guests"])
    assert desk["state"] == "in_call"
    assert (await branch.ask("colleague", "GET", "/api/desk"))["state"] == "away"
    busy = await asks(branch, call, "transfer")
    assert (busy["status"], busy["code"]) == (409, "desk-busy")
    assert await told(branch, "guest.missed") == [("guest.missed", "colleague", "transfer")]


async def test_an_interpreter_comes_by_a_link_and_leaves_the_call_to_the_others(
    branch: Branch,
) -> None:
    call = await talking(branch)
    for kind, mode in (("colleague", "join"), ("interpreter", "consult")):
        refused = await asks(branch, call, mode, kind=kind, by="link", to="")
        assert (refused["status"], refused["code"]) == (409, "not-allowed-now")
    asked = await asks(branch, call, "join", kind="interpreter", by="link", to="", note="Korean")
    secret = asked["link"].partition("/guest#")[2]
    shown = await branch.ask("customer", "POST", "/api/guest", {"token": secret})
    assert shown == {"kind": "interpreter", "state": "asked", "note": "Korean", "language": "vi"}
    wrong = await branch.ask("customer", "POST", "/api/guest/pass", {"token": "another"})
    assert wrong["status"] == 404
    async with branch.socket("customer", await branch.token("customer", call)) as customer:
        given = await branch.ask("customer", "POST", "/api/guest/pass", {"token": secret})
        async with branch.socket("customer", given["pass"]) as interpreter:
            assert (await heard(interpreter, "recording"))["on"] is True
            seen = await heard(customer, "guests")
            while not seen["guests"]:
                seen = await heard(customer, "guests")
            assert [(one["who"], one["pair"]) for one in seen["guests"]] == [("interpreter", 1)]
            await interpreter.send_json({"type": "sign"})  # only the customer's page may
            assert (await heard(interpreter, "error"))["code"] == "not-allowed-now"
        given = await branch.ask("customer", "POST", "/api/guest/pass", {"token": secret})
        async with branch.socket("customer", given["pass"]) as interpreter:  # comes back
            await interpreter.send_json({"type": "leave"})
            assert await is_closed(interpreter)
        assert (await heard(customer, "guests", guests=[]))["hold"] is False
    gone = await branch.ask("customer", "POST", "/api/guest/pass", {"token": secret})
    assert gone["status"] == 404
    assert (await branch.ask("agent", "GET", "/api/desk"))["state"] == "in_call"


async def looks_in(branch: Branch, call: str, mode: str) -> Any:
    return await branch.ask("supervisor", "POST", f"/api/calls/{call}/supervision", {"mode": mode})


async def listens_for_a_moment(branch: Branch, call: str, agent: ClientWebSocketResponse) -> None:
    """The agent sees the supervisor, who whispers, go and come."""
    await looks_in(branch, call, "listen")
    assert await heard(agent, "guests", guests=[])
    await looks_in(branch, call, "whisper")
    assert (await heard(agent, "guests"))["guests"]


async def test_nobody_is_told_of_a_supervisor_who_listens_and_the_customer_of_no_whisper(
    branch: Branch,
) -> None:
    call = await talking(branch)
    refused = await branch.ask(
        "agent", "POST", f"/api/calls/{call}/supervision", {"mode": "listen"}
    )
    assert refused["status"] == 403
    async with (
        branch.socket("customer", await branch.token("customer", call)) as customer,
        branch.socket("agent", await branch.token("agent", call)) as agent,
    ):
        await silent(customer)
        await silent(agent)
        page = await branch.ask("customer", "GET", "/api/customer/application")
        guest = (await looks_in(branch, call, "listen"))["id"]
        async with branch.socket("supervisor", await token(branch, "supervisor", guest)) as ear:
            branch.media.report(
                PartyConnected(room=call, party="supervisor", at=branch.clock.now())
            )
            await heard(ear, "recording")
            await ear.send_json({"type": "mute", "on": True})
            await silent(ear)
            assert await silent(agent) == []
            await looks_in(branch, call, "whisper")
            whispering = await heard(agent, "guests")
            while not whispering["guests"]:
                whispering = await heard(agent, "guests")
            assert [one["mode"] for one in whispering["guests"]] == ["whisper"]
            assert "supervisor" not in seated(branch).hears["customer"]
            await listens_for_a_moment(branch, call, agent)
            assert await silent(customer) == []
            await ear.send_json({"type": "leave"})
            assert await is_closed(ear)
        assert await silent(customer) == []
        after = await branch.ask("customer", "GET", "/api/customer/application")
        assert {**after, "now": ""} == {**page, "now": ""}
    assert await told(branch, "guest.joined", "guest.switched", "guest.left") == [
        ("guest.joined", "supervisor", "listen"),
        ("guest.switched", "supervisor", "whisper"),
        ("guest.switched", "supervisor", "listen"),
        ("guest.switched", "supervisor", "whisper"),
        ("guest.left", "supervisor", "whisper"),
    ]


async def test_a_supervisor_who_joined_takes_the_call_over(branch: Branch) -> None:
    call = await talking(branch)
    async with branch.socket("customer", await branch.token("customer", call)) as customer:
        await looks_in(branch, call, "join")
        joined = await heard(customer, "guests")
        while not joined["guests"]:
            joined = await heard(customer, "guests")
        assert [(one["who"], one["pair"]) for one in joined["guests"]] == [("supervisor", 2)]
        desk = await branch.ask("supervisor", "POST", f"/api/calls/{call}/take-over")
        assert (desk["state"], desk["call"]["id"]) == ("in_call", call)
        assert await heard(customer, "transferred")
    refused = await branch.ask("agent", "POST", "/api/files/first/movements", {"direction": "up"})
    assert refused["status"] == 404


async def test_the_end_of_the_call_is_the_end_for_its_guests(branch: Branch) -> None:
    call = await talking(branch)
    guest = (await asks(branch, call, "join"))["id"]
    await branch.ask("colleague", "POST", f"/api/guests/{guest}/accept")
    await branch.ask("supervisor", "POST", f"/api/calls/{call}/supervision", {"mode": "listen"})
    await branch.ask("agent", "POST", "/api/desk/end", {"call": call})
    desk = await branch.ask("colleague", "GET", "/api/desk")
    assert (desk["state"], desk["guest"]) == ("available", None)
    left = await told(branch, "guest.left")
    assert sorted(kind for _, kind, _ in left) == ["colleague", "supervisor"]


async def test_a_pass_from_before_the_transfer_takes_no_seat_from_the_agent_after(
    branch: Branch,
) -> None:
    call = await talking(branch)
    guest = (await asks(branch, call, "transfer"))["id"]
    app = branch.server.app
    before = await redeem_pass(app[STORE], app[CLOCK], token=await branch.token("agent", call))
    await branch.ask("colleague", "POST", f"/api/guests/{guest}/accept")
    given = await branch.ask("colleague", "POST", "/api/desk/pass", {"call": call})
    async with branch.socket("colleague", given["pass"]) as after:
        await heard(after, "recording")
        with pytest.raises(PassInvalid):  # redeemed in time, and sat down too late
            await app[ROOMS].enter(before, Socket(web.WebSocketResponse()))
        assert "replaced" not in {said["type"] for said in await silent(after)}


async def test_a_guest_who_is_out_hears_nothing_though_another_sat_down_at_once(
    branch: Branch,
) -> None:
    call = await talking(branch)
    asked = await asks(branch, call, "join", kind="interpreter", by="link", to="")
    secret = asked["link"].partition("/guest#")[2]
    given = await branch.ask("customer", "POST", "/api/guest/pass", {"token": secret})
    async with branch.socket("customer", given["pass"]) as first:
        await heard(first, "recording")
        store, now = branch.server.app[STORE], branch.clock.now()
        async with store.begin() as tx:  # the room sees both at once
            out = await guests.find(tx, asked["id"])
            assert out is not None
            talk = await work.call_of(tx, out)
            await end_guest(tx, talk, out, GuestState.LEFT, actor=SYSTEM, now=now)
            second = work.asked_in(talk, Party.INTERPRETER, Mode.JOIN, by="lan", note="", now=now)
            await guests.add(tx, second)
            await work.come_in(tx, talk, second, actor=SYSTEM, now=now)
        assert await heard(first, "ended", reason="left")
        assert await is_closed(first)
    assert (call, "interpreter") in branch.media.dropped


async def test_a_guest_is_not_told_where_the_customer_is(branch: Branch) -> None:
    call = await talking(branch)
    app = branch.server.app
    asked = await asks(branch, call, "join", kind="interpreter", by="link", to="")
    secret = asked["link"].partition("/guest#")[2]
    given = await branch.ask("customer", "POST", "/api/guest/pass", {"token": secret})
    async with branch.socket("agent", await branch.token("agent", call)) as agent:
        await heard(agent, "recording")
        async with app[STORE].begin() as tx:
            now = branch.clock.now()
            await applications.add_consents(
                tx, "first", [Consent.PLACE], version=VERSION, language="vi", now=now
            )
        async with branch.socket("customer", await branch.token("customer", call)) as customer:
            await customer.send_json({"type": "place", "state": "refused"})
            await heard(agent, "place")
            async with branch.socket("customer", given["pass"]) as interpreter:
                assert "place" not in {said["type"] for said in await silent(interpreter)}


async def test_who_takes_a_call_over_calls_off_its_transfer_and_hears_of_its_guests(
    branch: Branch,
) -> None:
    call = await talking(branch)
    await looks_in(branch, call, "join")
    guest = (await asks(branch, call, "transfer"))["id"]
    await branch.ask("supervisor", "POST", f"/api/calls/{call}/take-over")
    late = await branch.ask("colleague", "POST", f"/api/guests/{guest}/accept")
    assert (late["status"], late["code"]) == (409, "not-allowed-now")
    assert (await branch.ask("colleague", "GET", "/api/desk"))["state"] == "available"


async def test_the_desk_that_took_a_call_over_is_woken_by_the_guests_of_the_one_before(
    branch: Branch,
) -> None:
    call = await talking(branch)
    asked = await asks(branch, call, "join", kind="interpreter", by="link", to="")
    await looks_in(branch, call, "listen")
    await branch.ask("supervisor", "POST", f"/api/calls/{call}/take-over")
    async with branch.server.app[STORE].bus.listen("desk:thu") as bell:
        secret = asked["link"].partition("/guest#")[2]
        await branch.ask("customer", "POST", "/api/guest/pass", {"token": secret})
        assert await bell.wait(2)


async def test_a_supervisor_who_looks_in_is_not_rung_by_a_colleague(branch: Branch) -> None:
    call = await talking(branch)
    works = {"camera": True, "microphone": True}
    await branch.ask("supervisor", "POST", "/api/desk/devices", works)
    await branch.ask("supervisor", "POST", "/api/desk/state", {"state": "available"})
    free = await branch.ask("agent", "GET", "/api/desk/colleagues")
    assert {one["id"] for one in free} == {"binh", "thu"}
    await looks_in(branch, call, "listen")
    free = await branch.ask("agent", "GET", "/api/desk/colleagues")
    assert [one["id"] for one in free] == ["binh"]
    busy = await asks(branch, call, "join", to="thu")
    assert (busy["status"], busy["code"]) == (409, "desk-busy")


async def test_the_wall_names_whoever_is_beside_in_a_call_and_counts_a_turn_once(
    branch: Branch,
) -> None:
    call = await talking(branch)
    await looks_in(branch, call, "whisper")
    branch.clock.pass_s(1)
    await asks(branch, call, "join")
    for direction, passed in (("left", True), ("left", True), ("up", False)):
        made = {"direction": direction}
        await branch.ask("agent", "POST", "/api/files/first/movements", made)
        _, movement, _ = branch.media.asked[-1]
        branch.media.report(_turn(call, movement, direction, passed=passed))
        await branch.until("agent", "/api/files/first", lambda file: not _asked(file))
    wall = await branch.ask("supervisor", "GET", "/api/wall")
    (row,) = wall["calls"]
    assert (row["id"], row["moved"], row["movements"]) == (call, 1, len(MOVEMENTS))
    assert row["guests"] == [
        {"kind": "supervisor", "mode": "whisper"},
        {"kind": "colleague", "mode": "join"},
    ]


def _asked(file: Any) -> list[Any]:
    return [one for one in file["calls"][-1]["movements"] if one["state"] == "asked"]


def _turn(call: str, movement: str, direction: str, *, passed: bool) -> MovementEnded:
    return MovementEnded(
        room=call,
        movement=movement,
        direction=direction,
        passed=passed,
        reason=None if passed else "timeout",
        peak_deg=30.0,
        planarity=0.2,
        seconds=2.0,
        limits_version="1",
        series=(),
    )


async def test_a_supervisor_with_a_customer_looks_into_no_other_call(branch: Branch) -> None:
    call = await talking(branch)
    async with branch.server.app[STORE].begin() as tx:
        desk = await queue.desk(tx, "thu", now=branch.clock.now())
        talks = desks.move(desk, DeskState.IN_CALL, now=branch.clock.now())
        await queue.save_desk(tx, talks)
    refused = await looks_in(branch, call, "listen")
    assert (refused["status"], refused["code"]) == (409, "not-allowed-now")


async def test_a_supervisor_who_signs_out_listens_no_more(branch: Branch) -> None:
    call = await talking(branch)
    guest = (await looks_in(branch, call, "listen"))["id"]
    async with branch.socket("supervisor", await token(branch, "supervisor", guest)) as ear:
        await heard(ear, "recording")
        app = branch.server.app
        await go_home(app[STORE], app[CLOCK], staff_id="thu")
        assert await heard(ear, "ended", reason="left")
        assert await is_closed(ear)
    assert (call, "supervisor") in branch.media.dropped
    listed = await told(branch, "guest.left")
    assert listed == [("guest.left", "supervisor", "listen")]


async def test_whoever_is_shut_out_listens_no_more_and_is_not_waited_for(branch: Branch) -> None:
    call = await talking(branch)
    guest = (await looks_in(branch, call, "listen"))["id"]
    await asks(branch, call, "join")
    async with branch.socket("supervisor", await token(branch, "supervisor", guest)) as ear:
        await heard(ear, "recording")
        app = branch.server.app
        for login in ("thu", "binh"):
            await disable(app[STORE], app[CLOCK], login=login)
        assert await heard(ear, "ended", reason="left")
        assert await is_closed(ear)
    over = {"guest.left", "guest.missed"}
    file = await branch.until(
        "agent",
        "/api/files/first",
        lambda seen: {fact["name"] for fact in seen["timeline"]} >= over,
    )
    gone = [(one["name"], one["data"]["kind"]) for one in file["timeline"] if one["name"] in over]
    assert sorted(gone) == [("guest.left", "supervisor"), ("guest.missed", "colleague")]


async def test_a_guest_whose_room_was_lost_is_shown_as_gone_until_they_are_back(
    branch: Branch,
) -> None:
    call = await talking(branch)
    await looks_in(branch, call, "join")
    branch.media.report(PartyConnected(room=call, party="supervisor", at=branch.clock.now()))
    async with branch.socket("agent", await branch.token("agent", call)) as agent:
        seen = await heard(agent, "guests")
        while not seen["guests"] or seen["guests"][0]["state"] != "connected":
            seen = await heard(agent, "guests")
        branch.media.report(RoomLost(room=call))
        assert await is_closed(agent)
    async with branch.socket("agent", await branch.token("agent", call)) as agent:
        assert (await heard(agent, "guests"))["guests"][0]["state"] == "absent"
