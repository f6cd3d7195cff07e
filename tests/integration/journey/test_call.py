"""Entering the call, dropping out of it, coming back, and every way it ends."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePath

import pytest
import sqlalchemy as sa

from ekyc.domain.application import Stage
from ekyc.domain.call import BOTH, Call, CallState, EndReason, MovementState, Party, RecordingState
from ekyc.domain.decision import Verdict
from ekyc.domain.desk import DeskState
from ekyc.domain.errors import NotAllowedNow, NotFound, PassInvalid
from ekyc.domain.queue import COMES_BACK, TicketState
from ekyc.domain.room import (
    LineStepped,
    MovementEnded,
    MovementProgress,
    PartyConnected,
    PartyDropped,
    RecordingClosed,
    RoomEvent,
    RoomLive,
    RoomLost,
)
from ekyc.journey import call as calling
from ekyc.journey import decision, desk, queue, room, staff
from ekyc.storage import applications, calls, schema, wall
from ekyc.storage import queue as line
from tests.builders import an_application, given
from tests.fakes import ScriptedMedia
from tests.meeting import Scene


async def hear(scene: Scene, event: RoomEvent) -> None:
    await room.hear(scene.store, scene.clock, event)


async def drops(scene: Scene, call: Call, party: Party) -> None:
    await hear(scene, PartyDropped(room=call.id, party=party.value, at=scene.clock.now()))


async def hang_up(scene: Scene, call: Call) -> None:
    await calling.hang_up(scene.store, scene.clock, staff_id="lan", call_id=call.id)


async def passes(scene: Scene, call: Call) -> list[str]:
    store, clock, rules = scene.store, scene.clock, scene.call
    entries = [
        await calling.give_customer_pass(store, clock, rules, application_id="first"),
        await calling.give_agent_pass(store, clock, rules, staff_id="lan", call_id=call.id),
    ]
    return [entry.token for entry in entries]


async def test_whoever_is_shut_out_talks_to_nobody_any_more_and_the_customer_is_first_in_line(
    scene: Scene,
) -> None:
    call = await scene.talk()
    assert await scene.overdue() == 0
    await staff.disable(scene.store, scene.clock, login="lan")
    assert await scene.overdue() == 1
    ended = await scene.call_of("first")
    assert (ended.id, ended.end_reason) == (call.id, EndReason.AGENT_DROPPED)
    async with scene.store.read() as tx:
        told = {row["name"]: row["data"] for row in await applications.events(tx, "first")}
    assert told["contact.missed"] == {"call": call.id, "agent": "lan"}  # no wrap-up is left for it
    assert (await scene.application("first")).stage is Stage.WAITING
    ticket = await scene.ticket_of("first")
    assert ticket is not None
    assert ticket.priority == COMES_BACK
    assert await scene.overdue() == 0


async def test_whoever_is_shut_out_while_it_rings_does_not_answer(scene: Scene) -> None:
    await scene.rings()
    await staff.disable(scene.store, scene.clock, login="lan")
    assert await scene.overdue() == 1
    ticket = await scene.ticket_of("first")
    assert ticket is not None
    assert ticket.state is TicketState.WAITING


async def test_each_party_enters_with_a_pass_of_its_own_once(scene: Scene) -> None:
    call = await scene.answered()
    tokens = await passes(scene, call)
    entered = [await calling.redeem_pass(scene.store, scene.clock, token=token) for token in tokens]
    assert [(given.room, given.party, given.subject) for given in entered] == [
        (call.id, Party.CUSTOMER, "first"),
        (call.id, Party.AGENT, "lan"),
    ]
    for token in [*tokens, "never given"]:
        with pytest.raises(PassInvalid):
            await calling.redeem_pass(scene.store, scene.clock, token=token)


async def test_a_pass_is_good_for_thirty_seconds(scene: Scene) -> None:
    call = await scene.answered()
    token, _ = await passes(scene, call)
    scene.clock.pass_s(30)
    with pytest.raises(PassInvalid):
        await calling.redeem_pass(scene.store, scene.clock, token=token)


async def test_only_the_digest_of_a_pass_is_kept(scene: Scene) -> None:
    call = await scene.answered()
    token, _ = await passes(scene, call)
    async with scene.store.read() as tx:
        kept = (await tx.connection.execute(sa.select(schema.passes))).all()
    assert kept
    assert token not in repr(kept)


async def test_a_pass_dies_with_its_call(scene: Scene) -> None:
    call = await scene.answered()
    token, _ = await passes(scene, call)
    await hang_up(scene, call)
    with pytest.raises(PassInvalid):
        await calling.redeem_pass(scene.store, scene.clock, token=token)


async def test_nobody_gets_a_pass_before_the_agent_answers(scene: Scene) -> None:
    call = await scene.rings()
    with pytest.raises(NotAllowedNow):
        await calling.give_customer_pass(
            scene.store, scene.clock, scene.call, application_id="first"
        )
    with pytest.raises(NotAllowedNow):
        await calling.give_agent_pass(
            scene.store, scene.clock, scene.call, staff_id="lan", call_id=call.id
        )
    with pytest.raises(NotFound):
        await calling.give_agent_pass(
            scene.store, scene.clock, scene.call, staff_id="minh", call_id=call.id
        )


async def test_the_device_test_has_a_room_of_its_own(scene: Scene) -> None:
    await given(scene.store, an_application(), an_application("early", stage=Stage.DOCUMENTED))
    entry = await calling.give_precheck_pass(
        scene.store, scene.clock, scene.call, application_id="first"
    )
    entered = await calling.redeem_pass(scene.store, scene.clock, token=entry.token)
    assert (entered.room, entered.party) == ("precheck-first", Party.CUSTOMER)
    await hear(scene, PartyConnected(room="precheck-first", party="customer", at=scene.clock.now()))
    with pytest.raises(NotAllowedNow):
        await calling.give_precheck_pass(
            scene.store, scene.clock, scene.call, application_id="early"
        )


async def test_a_call_is_live_and_recorded_once_both_are_connected(scene: Scene) -> None:
    call = await scene.answered()
    await scene.connects(call, Party.CUSTOMER)
    assert (await scene.call_of()).live_at is None
    await scene.connects(call, Party.AGENT)
    await hear(scene, RoomLive(room=call.id, at=scene.clock.now()))
    call = await scene.call_of()
    assert call.live_at == scene.clock.now()
    async with scene.store.read() as tx:
        kept = await calls.recordings(tx, call.id)
    assert [(r.party, r.segment, r.state) for r in kept] == [
        (Party.CUSTOMER, 1, RecordingState.WRITING),
        (Party.AGENT, 1, RecordingState.WRITING),
    ]
    assert (await scene.facts())[-1] == "call.live"


@pytest.mark.parametrize("party", BOTH)
async def test_a_dropped_party_resumes_the_same_call_within_a_minute(
    scene: Scene, party: Party
) -> None:
    call = await scene.talk()
    await drops(scene, call, party)
    await drops(scene, call, party)  # noticed by the worker and by the socket
    assert (await scene.call_of()).state is CallState.DROPPED
    scene.clock.pass_s(59)
    assert await scene.overdue() == 0
    await scene.connects(call, party)
    assert (await scene.call_of()).state is CallState.LIVE
    assert (await scene.facts())[-2:] == ["call.dropped", "call.resumed"]


async def test_a_reload_faster_than_any_notice_is_told_as_a_new_connection(scene: Scene) -> None:
    call = await scene.talk()
    await scene.connects(call, Party.CUSTOMER)
    assert (await scene.call_of()) == call
    assert (await scene.facts())[-1] == "call.resumed"


async def test_who_drops_before_both_were_there_has_a_minute_all_the_same(scene: Scene) -> None:
    call = await scene.answered()
    await scene.connects(call, Party.AGENT)
    scene.clock.pass_s(30)
    await drops(scene, call, Party.AGENT)
    assert (await scene.call_of()).agent_gone_at == scene.clock.now()
    assert "call.dropped" not in await scene.facts()


async def test_a_customer_who_stays_away_is_first_again_when_seen(scene: Scene) -> None:
    call = await scene.talk()
    await scene.waits("second")
    await drops(scene, call, Party.CUSTOMER)
    scene.clock.pass_s(60)
    assert await scene.overdue() == 1
    call = await scene.call_of()
    assert (call.state, call.end_reason) == (CallState.ENDED, EndReason.CUSTOMER_DROPPED)
    assert (await scene.application()).stage is Stage.WAITING
    assert (await scene.desk_of()).state is DeskState.WRAP_UP
    ticket = await scene.ticket_of()
    assert ticket is not None
    assert (ticket.state, ticket.priority) == (TicketState.PARKED, COMES_BACK)
    scene.clock.pass_s(10)  # nothing is left to decide: the agent takes the next customer
    await scene.enters(call)
    await desk.finish_wrap_up(scene.store, scene.clock, scene.queue, staff_id="lan")
    await queue.see(scene.store, scene.clock, scene.queue, application_id="first")
    await queue.see(scene.store, scene.clock, scene.queue, application_id="second")
    assert await scene.match() == 1
    again = await scene.call_of()
    assert (again.state, again.attempt) == (CallState.RINGING, 2)


async def test_an_agent_who_stays_away_leaves_the_customer_first_in_line(scene: Scene) -> None:
    call = await scene.talk()
    await drops(scene, call, Party.AGENT)
    scene.clock.pass_s(60)
    await scene.overdue()
    assert (await scene.desk_of()).state is DeskState.AWAY
    ticket = await scene.ticket_of()
    assert ticket is not None
    assert ticket.state is TicketState.WAITING
    await scene.agent("minh")
    assert await scene.match() == 1
    assert (await scene.call_of()).agent_id == "minh"


async def test_a_call_that_breaks_off_changes_no_wait_before_it_and_begins_another(
    scene: Scene,
) -> None:
    came = scene.clock.now()
    await scene.waits("first")
    scene.clock.pass_s(120)
    await scene.agent("lan")
    await scene.match()
    call = await scene.call_of()
    await desk.accept(scene.store, scene.clock, staff_id="lan", call_id=call.id)
    for party in BOTH:
        await scene.connects(call, party)
    scene.clock.pass_s(900)
    await drops(scene, call, Party.AGENT)
    scene.clock.pass_s(60)
    await scene.overdue()
    broke_off, ticket = scene.clock.now(), await scene.ticket_of()
    assert ticket is not None
    async with scene.store.read() as tx:
        waited = await wall.waits(tx, since=came)
        (shown,) = await line.line(tx, limit=9)
        assert await line.waits_since(tx) == broke_off
        assert await line.late(tx, before=broke_off) == 0
    assert [seconds for _, seconds in waited.seconds] == [120]
    assert (ticket.queued_at, shown["since"]) == (came, broke_off)


async def test_a_call_nobody_reaches_ends_like_a_dropped_one(scene: Scene) -> None:
    await scene.answered()
    scene.clock.pass_s(60)
    await scene.overdue()
    assert (await scene.call_of()).end_reason is EndReason.LINE_DROPPED
    assert (await scene.desk_of()).state is DeskState.AWAY
    assert (await scene.application()).stage is Stage.WAITING


async def test_a_decided_application_does_not_return_to_the_queue(scene: Scene) -> None:
    call = await scene.talk()
    await decision.decide(
        scene.store,
        scene.clock,
        scene.asks,
        application_id="first",
        verdict=Verdict.REJECT,
        reasons=["not-free"],
        note="",
        staff_id="lan",
    )
    await drops(scene, call, Party.CUSTOMER)
    scene.clock.pass_s(60)
    await scene.overdue()
    assert (await scene.application()).stage is Stage.DECIDED
    assert await scene.ticket_of() is None


async def test_no_call_lasts_longer_than_half_an_hour(scene: Scene) -> None:
    await scene.talk()
    scene.clock.pass_s(30 * 60 - 1)
    assert await scene.overdue() == 0
    scene.clock.pass_s(1)
    assert await scene.overdue() == 1
    assert (await scene.call_of()).end_reason is EndReason.TOO_LONG
    assert (await scene.desk_of()).state is DeskState.WRAP_UP
    assert (await scene.application()).stage is Stage.IN_CALL


async def test_two_looks_at_the_clock_end_a_call_once(scene: Scene) -> None:
    await scene.talk()
    scene.clock.pass_s(30 * 60)
    ended = await asyncio.gather(scene.overdue(), scene.overdue())
    assert sum(ended) == 1
    assert (await scene.facts()).count("call.ended") == 1


async def test_the_agent_hangs_up_and_wraps_up(scene: Scene) -> None:
    call = await scene.talk()
    with pytest.raises(NotFound):
        await calling.hang_up(scene.store, scene.clock, staff_id="minh", call_id=call.id)
    await hang_up(scene, call)
    assert (await scene.desk_of()).state is DeskState.WRAP_UP
    assert (await scene.call_of()).end_reason is EndReason.AGENT_ENDED
    with pytest.raises(NotAllowedNow):
        await hang_up(scene, call)


async def test_the_customer_hangs_up_and_the_agent_decides(scene: Scene) -> None:
    await scene.talk()
    await calling.leave(scene.store, scene.clock, application_id="first")
    assert (await scene.call_of()).end_reason is EndReason.CUSTOMER_ENDED
    assert (await scene.application()).stage is Stage.IN_CALL
    assert (await scene.desk_of()).state is DeskState.WRAP_UP
    with pytest.raises(NotAllowedNow):
        await calling.leave(scene.store, scene.clock, application_id="first")


async def test_a_dying_media_worker_gives_both_a_minute_to_come_back(scene: Scene) -> None:
    call = await scene.talk()
    await hear(scene, RoomLost(room=call.id))
    assert (await scene.call_of()).state is CallState.DROPPED
    for party in BOTH:
        await scene.connects(call, party)
    scene.clock.pass_s(1)
    for _ in range(2):  # the second time as when the database's answer was lost
        await hear(scene, RoomLive(room=call.id, at=scene.clock.now()))
    assert (await scene.call_of()).state is CallState.LIVE
    assert "call.live" not in await scene.facts()  # it was live before
    async with scene.store.read() as tx:
        kept = await calls.recordings(tx, call.id)
    assert [(r.party, r.segment) for r in kept if r.party is Party.AGENT] == [
        (Party.AGENT, 1),
        (Party.AGENT, 2),
    ]


async def test_after_a_crash_of_the_server_the_call_can_be_joined_again(scene: Scene) -> None:
    call = await scene.talk()
    await room.lose_all(scene.store, scene.clock)
    assert (await scene.call_of()).state is CallState.DROPPED
    token, _ = await passes(scene, call)
    assert (await calling.redeem_pass(scene.store, scene.clock, token=token)).room == call.id


async def test_a_server_that_stops_sends_its_customers_back_to_the_queue(scene: Scene) -> None:
    await scene.talk()
    await scene.rings("second", "minh")
    await calling.end_all(scene.store, scene.clock)
    assert (await scene.call_of()).end_reason is EndReason.SERVER_STOPPED
    assert (await scene.application()).stage is Stage.WAITING
    assert (await scene.desk_of()).state is DeskState.AWAY
    assert (await scene.call_of("second")).state is CallState.RINGING  # its own clock ends it
    await calling.end_all(scene.store, scene.clock)  # nobody talks any more


async def ask(scene: Scene, media: ScriptedMedia, direction: str = "left") -> str:
    movement = await calling.ask_movement(
        scene.store,
        scene.clock,
        media,
        staff_id="lan",
        application_id="first",
        direction=direction,
    )
    return movement.id


def verdict(call: Call, movement: str, *, passed: bool) -> MovementEnded:
    return MovementEnded(
        room=call.id,
        movement=movement,
        direction="left",
        passed=passed,
        reason=None if passed else "wrong-direction",
        peak_deg=27.5,
        planarity=0.14,
        seconds=2.1,
        limits_version="2026-11",
        series=((0.0, 1.0, 2.0, None), (0.1, 27.5, 2.0, 0.14)),
    )


@pytest.mark.parametrize("passed", [True, False])
async def test_a_movement_is_asked_measured_and_kept_with_its_angles(
    scene: Scene, passed: bool
) -> None:
    call, media = await scene.talk(), ScriptedMedia()
    movement = await ask(scene, media)
    assert media.asked == [(call.id, movement, "left")]
    await hear(scene, verdict(call, movement, passed=passed))
    await hear(scene, verdict(call, movement, passed=not passed))  # a verdict stands
    async with scene.store.read() as tx:
        (kept,) = await calls.movements(tx, call.id)
    assert kept.state is (MovementState.PASSED if passed else MovementState.FAILED)
    assert kept.reason == (None if passed else "wrong-direction")
    assert kept.series == ((0.0, 1.0, 2.0, None), (0.1, 27.5, 2.0, 0.14))
    assert (await scene.facts())[-1] == ("movement.passed" if passed else "movement.failed")


async def test_a_movement_asked_anew_replaces_the_one_that_runs(scene: Scene) -> None:
    call, media = await scene.talk(), ScriptedMedia()
    first, second = await ask(scene, media), await ask(scene, media, "right")
    await hear(scene, verdict(call, first, passed=True))
    async with scene.store.read() as tx:
        kept = {m.id: (m.state, m.reason) for m in await calls.movements(tx, call.id)}
    assert kept == {
        first: (MovementState.FAILED, "replaced"),
        second: (MovementState.ASKED, None),
    }


async def test_a_movement_interrupted_by_a_drop_has_failed(scene: Scene) -> None:
    call, media = await scene.talk(), ScriptedMedia()
    await ask(scene, media)
    await drops(scene, call, Party.CUSTOMER)
    with pytest.raises(NotAllowedNow):
        await ask(scene, media)
    async with scene.store.read() as tx:
        (kept,) = await calls.movements(tx, call.id)
    assert (kept.state, kept.reason) == (MovementState.FAILED, "interrupted")


async def test_only_the_agent_in_the_call_asks_for_movements(scene: Scene) -> None:
    await scene.talk()
    for staff_id, application_id in (("minh", "first"), ("lan", "second")):
        with pytest.raises(NotFound):
            await calling.ask_movement(
                scene.store,
                scene.clock,
                ScriptedMedia(),
                staff_id=staff_id,
                application_id=application_id,
                direction="left",
            )


async def test_the_end_of_a_call_ends_the_movement_that_runs(scene: Scene) -> None:
    call, media = await scene.talk(), ScriptedMedia()
    passed = await ask(scene, media)
    await hear(scene, verdict(call, passed, passed=True))
    scene.clock.pass_s(1)
    await ask(scene, media, "right")
    await hang_up(scene, call)
    async with scene.store.read() as tx:
        kept = [movement.reason for movement in await calls.movements(tx, call.id)]
    assert kept == [None, "call-ended"]


def closed(call: Call, scene: Scene, **changes: object) -> RecordingClosed:
    values: dict[str, object] = {
        "room": call.id,
        "party": "customer",
        "segment": 1,
        "path": PurePath("spool") / f"{call.id}-customer-1.webm",
        "started_at": scene.clock.now(),
        "duration_ms": 61_000,
        "size_bytes": 7_000_000,
        **changes,
    }
    return RecordingClosed(**values)  # type: ignore[arg-type]


async def finishing_jobs(scene: Scene) -> list[dict[str, str]]:
    async with scene.store.read() as tx:
        query = sa.select(schema.jobs.c.payload).where(schema.jobs.c.kind == room.FINISH)
        return list((await tx.connection.execute(query)).scalars())


async def test_a_closed_recording_makes_its_finishing_due_once(scene: Scene) -> None:
    call = await scene.talk()
    event = closed(call, scene)
    await hang_up(scene, call)
    await hear(scene, event)
    await hear(scene, event)
    (job,) = await finishing_jobs(scene)
    async with scene.store.read() as tx:
        kept = await calls.recording(tx, job["recording"])
    assert job["path"] == str(event.path)
    assert (kept.state, kept.duration_ms) == (RecordingState.FINISHING, 61_000)


async def test_segments_numbered_anew_after_a_restart_keep_their_own_rows(scene: Scene) -> None:
    call = await scene.talk()
    await hear(scene, closed(call, scene))
    scene.clock.pass_s(20)
    await room.lose_all(scene.store, scene.clock)
    await hear(scene, RoomLive(room=call.id, at=scene.clock.now()))
    await hear(scene, closed(call, scene, segment=1))
    async with scene.store.read() as tx:
        kept = [r for r in await calls.recordings(tx, call.id) if r.party is Party.CUSTOMER]
    assert [(r.segment, r.state) for r in kept] == [
        (1, RecordingState.FINISHING),
        (2, RecordingState.FINISHING),
    ]


async def test_a_recording_nobody_heard_begin_is_kept_all_the_same(scene: Scene) -> None:
    call = await scene.answered()
    await hear(scene, closed(call, scene))
    assert len(await finishing_jobs(scene)) == 1
    with pytest.raises(NotFound):
        async with scene.store.read() as tx:
            await calls.recording(tx, "no such recording")


async def test_rooms_that_are_no_call_and_pictures_of_progress_leave_no_trace(
    scene: Scene,
) -> None:
    call = await scene.talk()
    facts = await scene.facts()
    now = scene.clock.now()
    stranger = call.id[::-1]
    progress = MovementProgress(
        room=call.id,
        movement="m",
        direction="left",
        phase="move",
        fraction=0.5,
        yaw_deg=10.0,
        pitch_deg=0.0,
    )
    events: list[RoomEvent] = [
        progress,
        PartyDropped(room=stranger, party="customer", at=now),
        RoomLive(room=stranger, at=now),
        RoomLost(room=stranger),
        closed(call, scene, room=stranger),
        verdict(call, "no such movement", passed=True),
        replace(verdict(call, "m", passed=True), room=stranger),
    ]
    for event in events:
        await hear(scene, event)
    assert await scene.facts() == facts


async def test_what_a_room_reports_after_the_end_changes_nothing(scene: Scene) -> None:
    call = await scene.talk()
    await hang_up(scene, call)
    facts = await scene.facts()
    await scene.connects(call, Party.CUSTOMER)
    await drops(scene, call, Party.AGENT)
    await hear(scene, RoomLive(room=call.id, at=scene.clock.now() + timedelta(seconds=1)))
    assert await scene.facts() == facts


async def test_what_a_bad_line_cost_stands_in_the_file_while_the_call_goes_on(scene: Scene) -> None:
    call = await scene.talk()
    worse = LineStepped(
        room=call.id,
        party="customer",
        at=scene.clock.now(),
        step="low",
        loss=0.2,
        rtt_ms=40.0,
        kbps=300.0,
    )
    await hear(scene, worse)
    async with scene.store.read() as tx:
        told = [e for e in await applications.events(tx, "first") if e["name"] == "call.stepped"]
    assert [fact["data"] for fact in told] == [
        {
            "call": call.id,
            "party": "customer",
            "step": "low",
            "loss": 0.2,
            "rtt_ms": 40.0,
            "kbps": 300.0,
        }
    ]
    await hang_up(scene, call)
    await hear(scene, worse)
    assert list(await scene.facts()).count("call.stepped") == 1
