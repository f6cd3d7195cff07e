"""Waiting in line, matching, and the desk that rings."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from ekyc.domain.application import Stage
from ekyc.domain.call import Call, CallState, EndReason, Party
from ekyc.domain.decision import Verdict
from ekyc.domain.desk import DeskState
from ekyc.domain.device_test import DeviceTest, Network
from ekyc.domain.errors import (
    DecisionMissing,
    DevicesNotReady,
    NotAllowedNow,
    NotFound,
    QueueClosed,
    QueueFull,
    WrapUpShort,
)
from ekyc.domain.events import SYSTEM
from ekyc.domain.guest import Mode
from ekyc.domain.queue import BOOKED, FIRST_COME, Ticket, TicketState
from ekyc.domain.roster import DayOff
from ekyc.domain.routing import holds
from ekyc.domain.wait import Line, Span
from ekyc.journey import apply, decision, desk, draws, guests, queue, staff, waiting
from ekyc.journey import call as calling
from ekyc.journey.ending import end_call
from ekyc.settings import Group
from ekyc.storage import applications, calls, rosters, waits
from ekyc.storage import draws as facts_of_draws
from ekyc.storage import queue as rows
from tests.builders import a_member, an_application, given
from tests.fakes import START
from tests.meeting import GOOD_TEST, Scene

BLOCKED = replace(GOOD_TEST, network=Network.BLOCKED)


async def _tested(scene: Scene, test: DeviceTest = GOOD_TEST) -> None:
    """Somebody with a confirmed form tests the devices."""
    await given(scene.store, an_application())
    await queue.note_devices(scene.store, scene.clock, application_id="first", test=test)


async def test_a_customer_who_calls_now_gets_a_number_and_waits(scene: Scene) -> None:
    await scene.waits("earlier")
    await _tested(scene)
    await queue.call_now(scene.store, scene.clock, scene.queue, application_id="first")
    ticket = await scene.ticket_of()
    assert ticket is not None
    assert ticket.state is TicketState.WAITING
    assert ticket.seq == 2
    assert await _ahead(scene, ticket) == 1
    assert (await scene.application()).stage is Stage.WAITING
    assert await scene.facts() == ["precheck.made", "application.moved", "ticket.queued"]


@pytest.mark.parametrize(
    "test", [BLOCKED, replace(GOOD_TEST, camera=False), replace(GOOD_TEST, microphone=False)]
)
async def test_nobody_waits_for_a_call_that_cannot_work(scene: Scene, test: DeviceTest) -> None:
    await _tested(scene, test)
    with pytest.raises(DevicesNotReady):
        await queue.call_now(scene.store, scene.clock, scene.queue, application_id="first")


async def test_a_device_test_of_yesterday_does_not_count(scene: Scene) -> None:
    await _tested(scene)
    scene.clock.pass_s(24 * 3600)
    with pytest.raises(DevicesNotReady):
        await queue.call_now(scene.store, scene.clock, scene.queue, application_id="first")


async def test_a_weak_line_may_wait(scene: Scene) -> None:
    await _tested(scene, replace(GOOD_TEST, network=Network.WEAK))
    await queue.call_now(scene.store, scene.clock, scene.queue, application_id="first")
    assert await scene.ticket_of() is not None


async def test_a_device_test_before_the_form_is_confirmed_is_refused(scene: Scene) -> None:
    await given(scene.store, an_application(stage=Stage.DOCUMENTED))
    with pytest.raises(NotAllowedNow):
        await queue.note_devices(scene.store, scene.clock, application_id="first", test=GOOD_TEST)


async def test_a_second_click_on_call_now_takes_no_second_place(scene: Scene) -> None:
    await _tested(scene)
    clicks = [
        queue.call_now(scene.store, scene.clock, scene.queue, application_id="first")
        for _ in range(3)
    ]
    done = await asyncio.gather(*clicks, return_exceptions=True)
    assert [type(result) for result in done].count(NotAllowedNow) == 2
    ticket = await scene.ticket_of()
    assert ticket is not None
    assert ticket.seq == 1


async def test_who_leaves_the_queue_is_back_at_the_confirmed_form(scene: Scene) -> None:
    await scene.waits("first")
    await queue.leave(scene.store, scene.clock, application_id="first")
    assert await scene.ticket_of() is None
    assert (await scene.application()).stage is Stage.CONFIRMED
    assert (await scene.facts())[-1] == "ticket.left"
    with pytest.raises(NotAllowedNow):
        await queue.leave(scene.store, scene.clock, application_id="first")


async def test_who_leaves_while_it_rings_frees_the_desk_at_its_old_place(scene: Scene) -> None:
    await scene.rings()
    idle_since = (await scene.desk_of()).idle_since
    scene.clock.pass_s(3)
    await queue.leave(scene.store, scene.clock, application_id="first")
    desk_now = await scene.desk_of()
    assert desk_now.state is DeskState.AVAILABLE
    assert desk_now.idle_since == idle_since
    assert (await scene.application()).stage is Stage.CONFIRMED
    call = await scene.call_of()
    assert call.end_reason is EndReason.CUSTOMER_LEFT
    assert await scene.match() == 0


async def test_the_first_in_line_rings_at_the_desk_idle_longest(scene: Scene) -> None:
    await scene.agent("minh", "lan")
    await scene.waits("first", "second", "third")
    assert await scene.match() == 2
    assert (await scene.call_of("first")).agent_id == "minh"
    assert (await scene.call_of("second")).agent_id == "lan"
    third = await scene.ticket_of("third")
    assert third is not None
    assert third.state is TicketState.WAITING
    assert (await scene.desk_of("lan")).state is DeskState.RINGING
    assert (await scene.facts("first"))[-2:] == ["ticket.matched", "desk.rang"]


async def test_two_matchers_at_once_never_pair_anybody_twice(scene: Scene) -> None:
    await scene.waits("a", "b", "c", "d")
    await scene.agent("lan", "minh", "hoa", "nam")
    pairs = await asyncio.gather(*(scene.match() for _ in range(4)))
    assert sorted(pairs) == [0, 0, 0, 4]
    async with scene.store.read() as tx:
        ringing = await calls.unfinished(tx)
    assert len({call.agent_id for call in ringing}) == 4
    assert len({call.application_id for call in ringing}) == 4


async def test_one_turn_of_the_matcher_makes_no_more_pairs_than_its_batch(scene: Scene) -> None:
    scene.queue = scene.queue.model_copy(update={"batch": 1})
    await scene.waits("first", "second")
    await scene.agent("lan", "minh")
    assert [await scene.match() for _ in range(3)] == [1, 1, 0]


async def test_a_ring_nobody_answers_puts_the_customer_first_and_the_desk_away(
    scene: Scene,
) -> None:
    await scene.rings("first")
    await scene.waits("second")
    scene.clock.pass_s(14.9)
    assert await scene.overdue() == 0
    scene.clock.pass_s(0.2)
    assert await scene.overdue() == 1
    assert (await scene.desk_of()).state is DeskState.AWAY
    ticket = await scene.ticket_of("first")
    assert ticket is not None
    assert (ticket.state, ticket.seq, ticket.attempt) == (TicketState.WAITING, 1, 1)
    assert (await scene.facts("first"))[-1] == "desk.missed"
    await scene.agent("minh")
    await scene.match()
    assert (await scene.call_of("first")).agent_id == "minh"


async def test_an_answer_that_comes_too_late_is_refused(scene: Scene) -> None:
    call = await scene.rings()
    scene.clock.pass_s(16)
    await scene.overdue()
    with pytest.raises(NotAllowedNow):
        await desk.accept(scene.store, scene.clock, staff_id="lan", call_id=call.id)


async def test_an_attempt_that_was_overtaken_cannot_be_answered(scene: Scene) -> None:
    call = await scene.rings()
    async with scene.store.begin() as tx:  # as if a slower node still carried the old attempt
        await calls.save(tx, replace(call, attempt=0, version=call.version + 1))
    with pytest.raises(NotAllowedNow):
        await desk.accept(scene.store, scene.clock, staff_id="lan", call_id=call.id)


async def test_a_declined_ring_goes_to_the_next_agent(scene: Scene) -> None:
    call = await scene.rings()
    await desk.decline(scene.store, scene.clock, staff_id="lan", call_id=call.id)
    assert (await scene.desk_of()).state is DeskState.AWAY
    assert (await scene.facts())[-1] == "desk.declined"
    assert await scene.match() == 0
    await scene.agent("minh")
    assert await scene.match() == 1
    with pytest.raises(NotAllowedNow):
        await desk.decline(scene.store, scene.clock, staff_id="lan", call_id=call.id)


async def test_the_agents_answer_starts_the_call(scene: Scene) -> None:
    ringing = await scene.rings()
    call = await desk.accept(scene.store, scene.clock, staff_id="lan", call_id=ringing.id)
    assert call.state is CallState.LIVE
    assert (await scene.desk_of()).state is DeskState.IN_CALL
    assert (await scene.application()).stage is Stage.IN_CALL
    assert await scene.ticket_of() is None
    assert (await scene.facts())[-1] == "call.started"


async def test_a_double_click_answers_once(scene: Scene) -> None:
    call = await scene.rings()
    clicks = [
        desk.accept(scene.store, scene.clock, staff_id="lan", call_id=call.id) for _ in range(3)
    ]
    done = await asyncio.gather(*clicks, return_exceptions=True)
    assert [type(result) for result in done].count(NotAllowedNow) == 2
    assert (await scene.facts()).count("call.started") == 1


async def test_another_agents_ring_is_nobodys_business(scene: Scene) -> None:
    call = await scene.rings()
    await scene.agent("minh")
    for act in (desk.accept, desk.decline):
        with pytest.raises(NotFound):
            await act(scene.store, scene.clock, staff_id="minh", call_id=call.id)
    with pytest.raises(NotFound):
        await desk.accept(scene.store, scene.clock, staff_id="lan", call_id="no such call")


async def test_a_customer_away_for_a_minute_is_parked_and_keeps_the_number(
    scene: Scene,
) -> None:
    await scene.waits("first")
    scene.clock.pass_s(50)
    await scene.waits("second")
    scene.clock.pass_s(11)
    assert await queue.park_absent(scene.store, scene.clock, scene.queue) == 1
    await scene.agent("lan")
    assert await scene.match() == 1  # the second is served meanwhile
    assert (await scene.call_of("second")).state is CallState.RINGING
    await queue.see(scene.store, scene.clock, scene.queue, application_id="first")
    ticket = await scene.ticket_of("first")
    assert ticket is not None
    assert (ticket.state, ticket.seq) == (TicketState.WAITING, 1)
    facts = await scene.facts("first")
    assert facts[-2:] == ["ticket.parked", "ticket.returned"]


async def test_a_customer_who_stays_on_the_page_is_never_parked(scene: Scene) -> None:
    await scene.waits("first")
    for _ in range(20):
        scene.clock.pass_s(16)
        await queue.see(scene.store, scene.clock, scene.queue, application_id="first")
        assert await queue.park_absent(scene.store, scene.clock, scene.queue) == 0


async def test_a_page_seen_again_at_once_writes_nothing(scene: Scene) -> None:
    await scene.waits("first")
    before = await scene.ticket_of()
    scene.clock.pass_s(5)
    await queue.see(scene.store, scene.clock, scene.queue, application_id="first")
    assert await scene.ticket_of() == before


async def test_nobody_is_rung_for_while_the_customers_page_is_closed(scene: Scene) -> None:
    await scene.waits("first", "second")
    await queue.miss(scene.store, scene.clock, application_id="first")
    await scene.agent("lan")
    await scene.match()
    assert (await scene.call_of("second")).state is CallState.RINGING
    await queue.see(scene.store, scene.clock, scene.queue, application_id="first")
    await scene.agent("minh")
    await scene.match()
    assert (await scene.call_of("first")).state is CallState.RINGING


async def test_a_customer_who_closes_the_page_while_it_rings_is_not_rung_for_again(
    scene: Scene,
) -> None:
    call = await scene.rings()
    await queue.miss(scene.store, scene.clock, application_id="first")
    ticket = await scene.ticket_of()
    assert ticket is not None
    assert ticket.state is TicketState.MATCHED
    await desk.decline(scene.store, scene.clock, staff_id="lan", call_id=call.id)
    await scene.agent("minh")
    assert await scene.match() == 0
    await queue.see(scene.store, scene.clock, scene.queue, application_id="first")
    assert await scene.match() == 1


async def test_a_ring_is_answered_though_the_page_was_closed_and_opened_meanwhile(
    scene: Scene,
) -> None:
    call = await scene.rings()
    await queue.miss(scene.store, scene.clock, application_id="first")
    await desk.accept(scene.store, scene.clock, staff_id="lan", call_id=call.id)
    assert (await scene.application()).stage is Stage.IN_CALL
    await queue.miss(scene.store, scene.clock, application_id="nobody")
    await queue.see(scene.store, scene.clock, scene.queue, application_id="nobody")


async def test_an_agent_is_available_only_after_the_device_test(scene: Scene) -> None:
    await given(scene.store, a_member())
    with pytest.raises(DevicesNotReady):
        await scene.chooses("lan", DeskState.AVAILABLE)
    await scene.tested(works=False)
    with pytest.raises(DevicesNotReady):
        await scene.chooses("lan", DeskState.AVAILABLE)
    await scene.tested()
    await scene.chooses("lan", DeskState.AVAILABLE)
    assert (await scene.desk_of()).state is DeskState.AVAILABLE


async def test_a_new_day_begins_with_a_new_device_test(scene: Scene) -> None:
    await scene.agent("lan")
    await desk.go_home(scene.store, scene.clock, staff_id="lan")
    assert (await scene.desk_of()).state is DeskState.OFFLINE
    with pytest.raises(DevicesNotReady):
        await scene.chooses("lan", DeskState.AVAILABLE)
    await desk.go_home(scene.store, scene.clock, staff_id="lan")  # twice is as good as once


async def test_signing_out_does_not_tear_a_call_apart(scene: Scene) -> None:
    await scene.answered()
    await desk.go_home(scene.store, scene.clock, staff_id="lan")
    assert (await scene.desk_of()).state is DeskState.IN_CALL


async def test_two_browsers_of_one_agent_sit_down_once(scene: Scene) -> None:
    await given(scene.store, a_member())
    tests = [
        desk.note_devices(scene.store, scene.clock, staff_id="lan", camera=True, microphone=True)
        for _ in range(2)
    ]
    done = await asyncio.gather(*tests, return_exceptions=True)
    assert set(map(type, done)) <= {type(None), NotAllowedNow}
    assert (await scene.desk_of()).devices_at is not None


async def test_wrap_up_ends_only_with_a_decision(scene: Scene) -> None:
    call = await scene.talk()
    await calling.hang_up(scene.store, scene.clock, staff_id="lan", call_id=call.id)
    scene.clock.pass_s(11)
    with pytest.raises(DecisionMissing):
        await desk.finish_wrap_up(scene.store, scene.clock, scene.queue, staff_id="lan")
    with pytest.raises(DecisionMissing):
        await scene.chooses("lan", DeskState.BREAK)
    await _decide(scene)
    await scene.enters(call)
    await desk.finish_wrap_up(scene.store, scene.clock, scene.queue, staff_id="lan")
    assert (await scene.desk_of()).state is DeskState.AVAILABLE
    with pytest.raises(NotAllowedNow):
        await desk.finish_wrap_up(scene.store, scene.clock, scene.queue, staff_id="lan")


async def test_wrap_up_lasts_ten_seconds_at_least_but_a_break_may_begin(scene: Scene) -> None:
    call = await scene.talk()
    await _decide(scene)
    await calling.hang_up(scene.store, scene.clock, staff_id="lan", call_id=call.id)
    await scene.enters(call)
    with pytest.raises(WrapUpShort) as refused:
        await desk.finish_wrap_up(scene.store, scene.clock, scene.queue, staff_id="lan")
    assert refused.value.values == {"seconds": 10}
    await scene.chooses("lan", DeskState.BREAK)


async def test_wrap_up_after_a_customer_who_dropped_needs_no_decision(scene: Scene) -> None:
    await scene.answered()
    scene.clock.pass_s(61)
    # neither connected: the line, not the agent, is at fault, and the desk is away
    assert await scene.overdue() == 1
    assert (await scene.desk_of()).state is DeskState.AWAY
    await scene.chooses("lan", DeskState.AVAILABLE)


async def _decide(scene: Scene) -> None:
    await decision.decide(
        scene.store,
        scene.clock,
        scene.asks,
        application_id="first",
        verdict=Verdict.INCOMPLETE,
        reasons=["line-dropped"],
        note="",
        staff_id="lan",
    )


def _groups(scene: Scene, **changes: object) -> None:
    """Customers with a loan need agents who know credit; after a minute everybody helps."""
    groups = [Group(name="credit", products=["loan"], skill="credit", overflow_s=60)]
    scene.queue = scene.queue.model_copy(update={"groups": groups, **changes})


async def _calls(scene: Scene, id: str, **wants: object) -> None:
    """A customer the bank said this of calls now."""
    async with scene.store.begin() as tx:
        await applications.add(tx, an_application(id), **{"product": "", **wants})  # type: ignore[arg-type]
    await queue.note_devices(scene.store, scene.clock, application_id=id, test=GOOD_TEST)
    await queue.call_now(scene.store, scene.clock, scene.queue, application_id=id)


async def _knows(scene: Scene, agent: str, *skills: str, speaks: str = "vi") -> None:
    await staff.teach(
        scene.store,
        scene.clock,
        by=SYSTEM,
        staff_id=agent,
        speaks=speaks.split(),
        skills=skills,
    )


async def test_a_customer_who_needs_a_skill_rings_where_it_is_and_hides_nobody(
    scene: Scene,
) -> None:
    _groups(scene, batch=1)
    await _calls(scene, "first", product="loan")
    await _calls(scene, "second")
    await scene.agent("lan")
    await scene.match()
    assert (await scene.call_of("second")).agent_id == "lan"
    await scene.agent("minh")
    await _knows(scene, "minh", "credit")
    assert await scene.match() == 1
    assert (await scene.call_of("first")).agent_id == "minh"


async def test_after_the_groups_time_others_help(scene: Scene) -> None:
    _groups(scene)
    await _calls(scene, "first", product="loan")
    await scene.agent("lan")
    assert await scene.match() == 0
    scene.clock.pass_s(61)
    assert await scene.match() == 1


async def test_who_waited_long_enough_is_helped_though_others_go_first_who_did_not(
    scene: Scene,
) -> None:
    _groups(scene, batch=1, any_language_s=30)
    await _calls(scene, "first", product="loan")
    scene.clock.pass_s(30)
    await _calls(scene, "second", product="loan", vulnerable=True)
    scene.clock.pass_s(31)
    await scene.agent("lan")  # no credit: may help the first, after a minute, and nobody else
    assert await scene.match() == 1
    assert (await scene.call_of("first")).agent_id == "lan"


async def test_a_customer_waits_for_the_language_and_takes_it_along(scene: Scene) -> None:
    await _calls(scene, "first")
    await scene.agent("lan")
    await _knows(scene, "lan", speaks="en")
    assert await scene.match() == 0
    await apply.speak(scene.store, application_id="first", language="en")
    await queue.follow(scene.store, scene.clock, scene.queue, application_id="first")
    assert await scene.match() == 1
    await queue.follow(scene.store, scene.clock, scene.queue, application_id="nobody")


async def test_nobody_waits_for_ever_for_a_language_nobody_speaks(scene: Scene) -> None:
    await _calls(scene, "first")
    await scene.agent("lan")
    await _knows(scene, "lan", speaks="en")
    scene.clock.pass_s(301)
    assert await scene.match() == 1


async def test_whoever_comes_back_from_a_broken_call_waits_anew_before_another_language_helps(
    scene: Scene,
) -> None:
    call = await scene.talk("first", "lan")
    scene.clock.pass_s(600)
    async with scene.store.begin() as tx:
        dropped = EndReason.AGENT_DROPPED
        await end_call(tx, call, dropped, actor=SYSTEM, now=scene.clock.now())
    await scene.agent("minh")
    await _knows(scene, "minh", speaks="en")
    assert await scene.match() == 0
    scene.clock.pass_s(299)
    assert await scene.match() == 0
    scene.clock.pass_s(1)
    assert await scene.match() == 1
    assert (await scene.call_of("first")).agent_id == "minh"


async def _asks_anybody(scene: Scene, call: Call) -> str:
    """Who is rung when the call's agent asks for whoever is free to take it over."""
    guest = await guests.ring_anybody(
        *(scene.store, scene.clock),
        staff_id=call.agent_id,
        call_id=call.id,
        kind=Party.COLLEAGUE,
        mode=Mode.TRANSFER,
        note="",
    )
    return guest.staff_id or ""


async def test_a_call_is_given_to_a_colleague_who_speaks_the_customers_language_if_one_is_free(
    scene: Scene,
) -> None:
    first, second = [await scene.talk(*who) for who in (("first", "lan"), ("second", "hoa"))]
    await scene.agent("minh", "mai")
    await _knows(scene, "minh", speaks="en")  # idle longest
    assert await _asks_anybody(scene, first) == "mai"
    assert await _asks_anybody(scene, second) == "minh"  # better than nobody


async def test_two_who_ask_for_anybody_at_once_both_find_somebody(scene: Scene) -> None:
    both = [await scene.talk(*who) for who in (("first", "lan"), ("second", "hoa"))]
    await scene.agent("minh", "mai")
    rung = await asyncio.gather(*(_asks_anybody(scene, call) for call in both))
    assert sorted(rung) == ["mai", "minh"]


async def test_whom_the_bank_or_an_agent_names_goes_before_who_came_first(scene: Scene) -> None:
    await scene.waits("first", "second")
    await _calls(scene, "third", vulnerable=True)
    first = {"staff_id": "lan", "application_id": "second"}
    await queue.let_go_first(scene.store, scene.clock, **first, vulnerable=True)
    await queue.let_go_first(scene.store, scene.clock, **first, vulnerable=True)  # is so already
    await scene.agent("lan")
    await scene.match()
    assert (await scene.call_of("second")).agent_id == "lan"
    await scene.agent("minh")
    await scene.match()
    assert (await scene.call_of("third")).agent_id == "minh"
    assert (await scene.facts("second")).count("priority.given") == 1


async def test_a_priority_that_is_taken_back_leaves_an_appointments(scene: Scene) -> None:
    await scene.waits("first")
    mine = {"staff_id": "lan", "application_id": "first"}
    await queue.let_go_first(scene.store, scene.clock, **mine, vulnerable=True)
    await queue.let_go_first(scene.store, scene.clock, **mine, vulnerable=False)
    ticket = await scene.ticket_of()
    assert ticket is not None
    assert ticket.priority == FIRST_COME
    async with scene.store.begin() as tx:
        await rows.save_ticket(tx, ticket, replace(ticket, priority=BOOKED))
    await queue.let_go_first(scene.store, scene.clock, **mine, vulnerable=True)
    booked = await scene.ticket_of()
    assert booked is not None
    assert booked.priority == BOOKED
    with pytest.raises(NotFound):
        await queue.let_go_first(
            scene.store, scene.clock, staff_id="lan", application_id="nobody", vulnerable=True
        )


async def test_who_is_drawn_can_be_drawn_again_by_anybody(scene: Scene) -> None:
    _groups(scene, allocation="random")
    await _calls(scene, "first")
    await scene.agent("hoa", "lan", "minh")
    await scene.match()
    call = await scene.call_of()
    await desk.decline(scene.store, scene.clock, staff_id=call.agent_id, call_id=call.id)
    await scene.match()
    async with scene.store.read() as tx:
        told = [row for row in await applications.events(tx, "first") if "matched" in row["name"]]
        (queued,) = [
            row for row in await applications.events(tx, "first") if row["name"] == "ticket.queued"
        ]
    first, second = (row["data"] for row in told)
    assert first["pool"] == ["hoa", "lan", "minh"]
    assert holds(queued["data"]["commitment"], first, agent=call.agent_id)
    again = (await scene.call_of()).agent_id
    assert again != call.agent_id
    assert holds(first["commitment"], second, agent=again)
    found = await draws.check(scene.store)
    assert (found.checked, found.uncommitted, found.broken) == (2, 0, [])


async def test_an_agent_who_was_chosen_instead_of_drawn_is_found(scene: Scene) -> None:
    """Whoever writes facts chooses another agent, or another seed: either does not fit."""
    _groups(scene, allocation="random")
    await _calls(scene, "first")
    await scene.agent("hoa", "lan", "minh")
    await scene.match()
    async with scene.store.read() as tx:
        told = await facts_of_draws.facts(tx, after=0, limit=9)
    others = [id for id in ("hoa", "lan", "minh") if id != told[-1]["data"]["agent"]]
    rang = {**told[-1], "data": {**told[-1]["data"], "agent": others[0]}}
    matched = {**told[-2], "data": {**told[-2]["data"], "seed": "00" * 32}}
    for falsified in ([*told[:-1], rang], [*told[:-2], matched, told[-1]]):
        found = draws.Draws()
        found.take(falsified)
        assert found.broken == [told[-2]["sequence"]]
    unknown = draws.Draws()
    unknown.take(told[-2:])  # who waited already when agents began to be drawn
    assert (unknown.checked, unknown.uncommitted, unknown.broken) == (1, 1, [])


async def test_who_waited_before_agents_were_drawn_meets_the_one_idle_longest(
    scene: Scene,
) -> None:
    _groups(scene, allocation="random")
    await scene.waits("first")
    ticket = await scene.ticket_of()
    assert ticket is not None
    async with scene.store.begin() as tx:
        await rows.save_ticket(tx, ticket, replace(ticket, secret=""))
    await scene.agent("minh", "lan")
    await scene.match()
    assert (await scene.call_of()).agent_id == "minh"


async def _stand(scene: Scene, ticket: Ticket) -> waiting.Standing:
    async with scene.store.read() as tx:
        return await waiting.stand(tx, scene.queue, ticket, now=scene.clock.now())


async def _ahead(scene: Scene, ticket: Ticket) -> int:
    return (await _stand(scene, ticket)).ahead


async def test_only_who_wants_the_same_agents_stands_before_a_customer(scene: Scene) -> None:
    _groups(scene)
    await _calls(scene, "first", product="loan")
    await _calls(scene, "second")
    second = await scene.ticket_of("second")
    assert second is not None
    assert (await _stand(scene, second)).span is None  # nobody is at work
    assert await _ahead(scene, second) == 1
    await scene.agent("lan")
    assert await _ahead(scene, second) == 0
    await _knows(scene, "lan", "credit")
    assert await _ahead(scene, second) == 1


async def test_what_a_customer_is_told_to_wait_is_held_against_what_came(scene: Scene) -> None:
    await scene.answered("talking", "lan")
    await _calls(scene, "first")
    ticket = await scene.ticket_of()
    assert ticket is not None
    standing = await _stand(scene, ticket)
    assert standing.span is not None
    assert standing.line == Line(ahead=0, agents=1, idle=0, each_s=scene.queue.call_min * 60 + 10)
    assert standing.span.low_s < 360 < standing.span.high_s
    scene.clock.pass_s(300)
    await queue.see(scene.store, scene.clock, scene.queue, application_id="first")
    await scene.agent("minh")
    await scene.match()
    call = await scene.call_of()
    await desk.accept(scene.store, scene.clock, staff_id="minh", call_id=call.id)
    async with scene.store.read() as tx:
        kept, scores = await waits.kept(tx), await waits.scores(tx)
    assert (kept.within, kept.shorter, kept.longer) == (1, 0, 0)
    assert len(scores) == 1


async def test_a_wait_with_the_page_closed_says_nothing_of_what_was_told(scene: Scene) -> None:
    await scene.answered("talking", "lan")
    await _calls(scene, "first")
    scene.clock.pass_s(70)
    await queue.park_absent(scene.store, scene.clock, scene.queue)
    await queue.see(scene.store, scene.clock, scene.queue, application_id="first")
    await scene.agent("minh")
    await scene.match()
    call = await scene.call_of()
    await desk.accept(scene.store, scene.clock, staff_id="minh", call_id=call.id)
    async with scene.store.read() as tx:
        assert await waits.scores(tx) == []


async def test_with_as_many_waiting_as_may_nobody_else_may_call_now(scene: Scene) -> None:
    scene.queue = scene.queue.model_copy(update={"waiting_max": 1})
    await _calls(scene, "first")
    with pytest.raises(QueueFull):
        await _calls(scene, "second")
    assert await scene.ticket_of("second") is None
    scene.clock.pass_s(61)
    assert await queue.park_absent(scene.store, scene.clock, scene.queue) == 1
    await queue.call_now(scene.store, scene.clock, scene.queue, application_id="second")
    with pytest.raises(QueueFull):
        await _calls(scene, "third")
    await queue.leave(scene.store, scene.clock, application_id="second")
    await queue.call_now(scene.store, scene.clock, scene.queue, application_id="third")
    await queue.see(scene.store, scene.clock, scene.queue, application_id="first")
    back = await scene.ticket_of("first")
    assert back is not None  # whoever has a place keeps it, full or not
    assert back.state is TicketState.WAITING


async def test_outside_the_hours_a_customer_is_told_when_they_begin(scene: Scene) -> None:
    """It is Saturday, nine in the morning in Hanoi."""
    zone = "Asia/Ho_Chi_Minh"

    async def refused(opening: list[str]) -> Mapping[str, object]:
        closed = scene.queue.model_copy(update={"opening": opening})
        with pytest.raises(QueueClosed) as told:
            await waiting.require_open(scene.store, scene.clock, closed, zone=zone)
        return told.value.values

    await waiting.require_open(scene.store, scene.clock, scene.queue, zone=zone)
    later = ["08:00-17:00"] * 5 + ["10:00-12:00", ""]
    assert await refused(later) == {"day": "21/11/2026", "time": "10:00"}
    weekdays = ["08:00-17:00"] * 5 + ["", ""]
    assert await refused(weekdays) == {"day": "23/11/2026", "time": "08:00"}
    assert await refused([""] * 7) == {"day": "–", "time": "–"}
    async with scene.store.begin() as tx:
        await rosters.set_day_off(tx, DayOff(day=date(2026, 11, 21), staff_id=None, note="Tết"))
    assert await refused(["00:00-24:00"] * 7) == {"day": "22/11/2026", "time": "00:00"}


async def test_what_awaits_who_would_call_now_is_known_before(scene: Scene) -> None:
    """Nobody at work; the range behind those who wait; full; closed until ten."""
    zone = "Asia/Ho_Chi_Minh"
    await given(scene.store, an_application("second"))

    async def ahead(**rules: object) -> waiting.Prospect:
        own, now = scene.queue.model_copy(update=rules), scene.clock.now()
        async with scene.store.read() as tx:
            return await waiting.prospect(tx, own, "second", zone=zone, now=now)

    nobody = await ahead()
    assert (nobody.is_open, nobody.is_full, nobody.span) == (True, False, None)
    await scene.agent("lan")
    idle = await ahead()
    assert idle.span == Span(low_s=0, high_s=60)
    await scene.waits("first", "third", "fourth")
    behind = (await ahead()).span
    assert behind is not None
    assert behind.low_s > 60
    assert (await ahead(waiting_max=3)).is_full
    closed = await ahead(opening=["10:00-17:00"] * 7)
    assert closed.opens_at == START + timedelta(hours=1)
    assert not closed.is_open


async def test_who_waits_too_long_is_counted(scene: Scene) -> None:
    await scene.waits("first")
    async with scene.store.read() as tx:
        assert await rows.late(tx, before=scene.clock.now()) == 0
        assert await rows.late(tx, before=scene.clock.now() + timedelta(seconds=1)) == 1


async def test_places_kept_for_the_absent_hide_nobody_who_waits(scene: Scene) -> None:
    await scene.waits("gone", "away", "here", "next")
    for customer in ("gone", "away"):
        await queue.miss(scene.store, scene.clock, application_id=customer)
    scene.clock.pass_s(scene.queue.presence_s + 1)
    for customer in ("here", "next"):
        await queue.see(scene.store, scene.clock, scene.queue, application_id=customer)
    assert await queue.park_absent(scene.store, scene.clock, scene.queue) == 2
    async with scene.store.read() as tx:
        shown = [row["application_id"] for row in await rows.line(tx, limit=1)]
    assert shown == ["here", "gone"]
