"""The matcher's turns: woken by news, by the clock, and not stopped by trouble."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from ekyc.crew import Crew
from ekyc.domain.application import Stage
from ekyc.domain.appointment import Appointment, AppointmentState
from ekyc.domain.call import CallState
from ekyc.domain.desk import DeskState
from ekyc.domain.queue import TicketState
from ekyc.jobs.matcher import Matcher
from ekyc.journey import call as calling
from ekyc.journey import desk, lapse
from ekyc.settings import Booking, Call, Queue
from ekyc.storage import appointments, queue
from ekyc.storage.store import Store
from tests.builders import a_member, an_application, given
from tests.fakes import FakeClock
from tests.meeting import Scene


@pytest.fixture
def scene(store: Store) -> Scene:
    return Scene(store=store, clock=FakeClock(), queue=Queue(), call=Call())


@pytest.fixture
def matcher(scene: Scene) -> Matcher:
    return Matcher(scene.store, scene.clock, scene.queue, scene.call, Booking())


async def test_one_turn_frees_first_and_matches_then(scene: Scene, matcher: Matcher) -> None:
    await scene.rings("first")
    await scene.agent("minh")
    scene.clock.pass_s(16)
    await matcher.turn()
    assert (await scene.desk_of("lan")).state is DeskState.AWAY
    call = await scene.call_of("first")
    assert (call.state, call.agent_id) == (CallState.RINGING, "minh")


async def test_who_is_gone_for_a_minute_is_parked_before_anybody_is_matched(
    scene: Scene, matcher: Matcher
) -> None:
    await scene.waits("first")
    await scene.agent("lan")
    scene.clock.pass_s(61)
    await matcher.turn()
    ticket = await scene.ticket_of("first")
    assert ticket is not None
    assert ticket.state is TicketState.PARKED
    assert (await scene.desk_of("lan")).state is DeskState.AVAILABLE


async def test_a_call_without_its_verdict_goes_back_in_time(scene: Scene, matcher: Matcher) -> None:
    call = await scene.talk("first", "lan")
    await calling.hang_up(scene.store, scene.clock, staff_id="lan", call_id=call.id)
    scene.clock.pass_s(scene.queue.verdict_min * 60 + 1)
    await matcher.turn()
    assert (await scene.desk_of("lan")).state is DeskState.AWAY
    assert (await scene.application("first")).stage is Stage.CONFIRMED


async def test_news_of_the_queue_wakes_the_matcher_at_once(scene: Scene, matcher: Matcher) -> None:
    async with Crew() as crew, scene.store.bus.listen("desk:lan") as bell:
        crew.start(matcher.run(), name="matcher")
        await scene.agent("lan")
        await scene.waits("first")
        async with asyncio.timeout(5):
            while (await scene.desk_of("lan")).state is not DeskState.RINGING:
                await bell.wait(1)


async def test_a_turn_that_fails_is_not_the_last(scene: Scene, matcher: Matcher) -> None:
    await scene.waits("first")
    await scene.agent("lan")
    async with scene.store.engine.begin() as connection:
        await connection.execute(sa.text("ALTER TABLE tickets RENAME TO away"))
    await matcher.turn()
    async with scene.store.engine.begin() as connection:
        await connection.execute(sa.text("ALTER TABLE away RENAME TO tickets"))
    await matcher.turn()
    assert (await scene.desk_of("lan")).state is DeskState.RINGING


# Agents whose page is gone


async def test_an_agent_whose_page_is_gone_is_not_rung_and_is_away_after_a_while(
    scene: Scene, matcher: Matcher
) -> None:
    await scene.agent("lan")
    await desk.miss(scene.store, scene.clock, staff_id="lan")
    await scene.waits("first")
    await matcher.turn()
    assert (await scene.desk_of("lan")).state is DeskState.AVAILABLE
    assert await scene.facts() == []
    scene.clock.pass_s(scene.queue.desk_presence_s + 1)
    await matcher.turn()
    assert (await scene.desk_of("lan")).state is DeskState.AWAY


async def test_an_agent_who_reloads_the_page_keeps_the_place(
    scene: Scene, matcher: Matcher
) -> None:
    await scene.agent("lan", "minh")
    before = (await scene.desk_of("lan")).idle_since
    await desk.miss(scene.store, scene.clock, staff_id="lan")
    scene.clock.pass_s(scene.queue.desk_presence_s - 1)
    await desk.see(scene.store, scene.clock, staff_id="lan")
    scene.clock.pass_s(60)
    await scene.waits("first")
    await matcher.turn()
    found = await scene.desk_of("lan")
    assert (found.state, found.idle_since) == (DeskState.RINGING, before)


async def test_a_restart_waits_for_agents_to_come_back_before_it_rings_them(
    scene: Scene, matcher: Matcher
) -> None:
    await scene.agent("lan", "minh")
    await desk.miss_all(scene.store, scene.clock)
    await desk.see(scene.store, scene.clock, staff_id="minh")
    await scene.waits("first")
    scene.clock.pass_s(scene.queue.desk_presence_s + 1)
    await matcher.turn()
    assert (await scene.desk_of("lan")).state is DeskState.AWAY
    assert (await scene.call_of("first")).agent_id == "minh"


async def test_a_turn_looks_at_no_more_late_calls_than_a_batch(scene: Scene) -> None:
    for number in range(3):
        await scene.answered(f"c{number}", f"a{number}")
    scene.clock.pass_s(scene.call.rejoin_s + 1)
    scene.queue = scene.queue.model_copy(update={"batch": 2})
    assert [await scene.overdue() for _ in range(3)] == [2, 1, 0]


async def a_booked_customer(scene: Scene) -> None:
    """The time is now; Lan is the agent."""
    now = scene.clock.now()
    await given(scene.store, a_member("lan"), an_application("first", stage=Stage.BOOKED))
    due = Appointment(
        id="time",
        application_id="first",
        agent_id="lan",
        at=now,
        minutes=30,
        state=AppointmentState.BOOKED,
        version=1,
        zone="",
        moves=0,
        held_until=now,
        changed_at=now,
    )
    async with scene.store.begin() as tx:
        await appointments.add(tx, due)


async def test_no_appointment_begins_while_the_server_drains_and_the_next_one_begins_it(
    scene: Scene, matcher: Matcher
) -> None:
    await a_booked_customer(scene)
    known = (scene.store, scene.clock, scene.queue, scene.call, Booking())
    await Matcher(*known, is_draining=lambda: True).turn()
    assert (await scene.application("first")).stage is Stage.BOOKED
    await matcher.turn()
    assert (await scene.application("first")).stage is Stage.WAITING


async def test_nobody_has_missed_a_time_at_which_the_server_was_away(
    scene: Scene, matcher: Matcher
) -> None:
    await a_booked_customer(scene)
    await matcher.turn()
    scene.clock.pass_s(1500)  # due and rung, then the server goes; the call would last 1800 s
    await matcher.turn()
    assert await _missed(scene) is AppointmentState.DUE
    scene.clock.pass_s(1800)  # and once more, until the call would have been over
    await matcher.turn()
    assert await _missed(scene) is AppointmentState.MISSED_BY_AGENT


async def _missed(scene: Scene) -> AppointmentState:
    async with scene.store.read() as tx:
        (found,) = await appointments.of_application(tx, "first")
    return found.state


async def test_no_place_is_given_up_because_the_server_was_away(
    scene: Scene, matcher: Matcher
) -> None:
    await scene.waits("first")
    async with scene.store.begin() as tx:
        ticket = await queue.open_ticket(tx, "first")
        assert ticket is not None
        until = scene.clock.now() + timedelta(seconds=300)
        away = replace(ticket, state=TicketState.PARKED, recalls=2, recall_until=until, told=True)
        await queue.save_ticket(tx, ticket, away)
    await matcher.turn()
    scene.clock.pass_s(1200)
    for _ in range(10):
        await matcher.turn()
        assert await scene.ticket_of() is not None
        scene.clock.pass_s(30)
    await matcher.turn()
    assert await scene.ticket_of() is None  # nobody came though everybody could


async def test_an_appointment_nobody_comes_to_ends_and_its_application_expires(
    scene: Scene, matcher: Matcher
) -> None:
    await a_booked_customer(scene)
    scene.clock.pass_s(7 * 86_400)  # nobody's page, nobody's desk, not even the server
    assert await lapse.expire(scene.store, scene.clock, limit=9) == 0
    await matcher.turn()
    await matcher.turn()
    assert (await scene.application("first")).stage is Stage.CONFIRMED
    assert await lapse.expire(scene.store, scene.clock, limit=9) == 1
    assert (await scene.application("first")).stage is Stage.EXPIRED
