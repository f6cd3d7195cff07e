"""The matcher's turns: woken by news, by the clock, and not stopped by trouble."""

import asyncio

import pytest
import sqlalchemy as sa

from ekyc.crew import Crew
from ekyc.domain.call import CallState
from ekyc.domain.desk import DeskState
from ekyc.domain.queue import TicketState
from ekyc.jobs.matcher import Matcher
from ekyc.settings import Booking, Call, Queue
from ekyc.storage.store import Store
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
