"""A customer chooses a time, changes it, and meets an agent then, or one of them does not come."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from ekyc.domain.application import Stage
from ekyc.domain.appointment import Appointment, AppointmentState
from ekyc.domain.call import CallState, EndReason
from ekyc.domain.desk import DeskState
from ekyc.domain.errors import (
    BookedElsewhere,
    BookingsUsedUp,
    ChangeTooLate,
    HoldExpired,
    MovesUsedUp,
    NotAllowedNow,
    NotFound,
    SlotTaken,
    TooManyHolds,
)
from ekyc.domain.events import SYSTEM
from ekyc.domain.queue import BOOKED, FIRST_COME, TicketState
from ekyc.domain.roster import Span
from ekyc.domain.routing import Group, Routes
from ekyc.journey import appointed, attend, booking, desk, queue, roster
from ekyc.journey import call as calling
from ekyc.journey.withdrawal import withdraw
from ekyc.settings import Booking
from ekyc.storage import appointments, staff
from ekyc.storage import queue as lines
from tests.builders import a_member, a_number, an_application, given
from tests.fakes import START
from tests.meeting import GOOD_TEST, Scene

ZONE = "Asia/Ho_Chi_Minh"
RULES = Booking(misses_max=2, moves_max=1)
TEN = START + timedelta(hours=1)
"""Ten in the morning in Hanoi, a Saturday; the clock stands at nine."""
HALF_PAST_TEN = TEN + timedelta(minutes=30)
ALL_DAY = Span(start_min=0, end_min=1440)


@dataclass(slots=True)
class Calendar:
    """The acts of choosing a time, in one branch of the bank."""

    scene: Scene

    async def on_shift(self, *agents: str) -> None:
        """Agents who work round the clock all week."""
        for id in agents:
            await roster.set_shifts(
                self.scene.store,
                self.scene.clock,
                by="thu",
                staff_id=id,
                weekdays=range(7),
                spans=[ALL_DAY],
            )

    async def hold(self, at: datetime = TEN, customer: str = "first") -> None:
        store, clock = self.scene.store, self.scene.clock
        await booking.hold(store, clock, RULES, application_id=customer, at=at, zone=ZONE)

    async def book(
        self, at: datetime = TEN, customer: str = "first", zone: str = ""
    ) -> Appointment:
        await self.hold(at, customer)
        store, clock = self.scene.store, self.scene.clock
        await booking.book(store, clock, RULES, application_id=customer, zone=zone)
        return await self.of(customer)

    async def cancel(self, customer: str = "first") -> None:
        store, clock = self.scene.store, self.scene.clock
        await booking.cancel(store, clock, RULES, application_id=customer)

    async def of(self, customer: str = "first") -> Appointment:
        """The customer's appointment that is in force."""
        async with self.scene.store.read() as tx:
            found = await appointments.active(tx, customer)
        assert found is not None  # the tests that ask have booked
        return found

    async def states(self, customer: str = "first") -> Sequence[str]:
        async with self.scene.store.read() as tx:
            return [a.state.value for a in await appointments.of_application(tx, customer)]

    async def free(self, at: datetime) -> int:
        """Places somebody else is offered at a time."""
        days = await booking.offered(
            self.scene.store, self.scene.clock, RULES, application_id="nobody", zone=ZONE
        )
        return sum(slot.free for day in days for slot in day.slots if slot.at == at)

    async def turn(self) -> int:
        """The matcher looks at the appointments."""
        return await attend.attend(self.scene.store, self.scene.clock, RULES)

    async def sees(self, customer: str = "first") -> None:
        """The customer's page is open."""
        scene = self.scene
        await queue.see(scene.store, scene.clock, scene.queue, application_id=customer)

    async def comes(self, *, here: bool = True) -> None:
        """The time of ten o'clock comes."""
        clock = self.scene.clock
        clock.pass_s((TEN - clock.now()).total_seconds())
        await self.turn()
        if here:
            await self.sees()
            await self.turn()

    async def due(self, kind: str) -> Sequence[tuple[str, datetime]]:
        """What is written down to be sent: its word and when."""
        import sqlalchemy as sa

        from ekyc.storage.schema import jobs

        async with self.scene.store.read() as tx:
            query = sa.select(jobs.c.payload, jobs.c.due_at).where(jobs.c.kind == kind)
            found = await tx.connection.execute(query.order_by(jobs.c.due_at, jobs.c.seq))
            return [(row.payload["word"], row.due_at) for row in found]


@pytest.fixture
async def calendar(scene: Scene) -> Calendar:
    """One customer, and one agent who works round the clock."""
    onlooker = an_application("nobody", phone="+84900000000")
    await given(scene.store, an_application(), onlooker, a_member())
    calendar = Calendar(scene)
    await calendar.on_shift("lan")
    return calendar


async def test_a_time_is_held_then_booked_and_everybody_concerned_is_told(
    calendar: Calendar,
) -> None:
    await calendar.hold()
    assert await calendar.free(TEN) == 0
    appointment = await calendar.book(zone="America/New_York")
    assert appointment.state is AppointmentState.BOOKED
    assert (appointment.at, appointment.agent_id) == (TEN, "lan")
    assert appointment.zone == "America/New_York"
    assert (await calendar.scene.application()).stage is Stage.BOOKED
    assert await calendar.scene.facts() == ["application.moved", "booking.made"]
    messages = await calendar.due(appointed.MESSAGE)
    assert messages == [("booked", START), ("reminder", TEN - timedelta(minutes=5))]
    assert await calendar.due(appointed.PUSH) == [("reminder", TEN - timedelta(minutes=5))]
    assert await calendar.due(appointed.MAIL) == [("booked", START)]
    assert await calendar.due(appointed.INVITE) == [("booked", START)]


async def test_what_is_held_is_free_again_when_time_runs_out_or_another_is_chosen(
    calendar: Calendar,
) -> None:
    await calendar.hold()
    await calendar.hold(HALF_PAST_TEN)
    assert (await calendar.free(TEN), await calendar.free(HALF_PAST_TEN)) == (1, 0)
    calendar.scene.clock.pass_s(RULES.hold_s)
    assert await calendar.free(HALF_PAST_TEN) == 1
    with pytest.raises(HoldExpired):
        await booking.book(
            calendar.scene.store, calendar.scene.clock, RULES, application_id="first", zone=""
        )
    assert await calendar.turn() == 1
    assert set(await calendar.states()) == {"lapsed"}


async def test_somebody_elses_run_out_hold_stands_in_nobodys_way(calendar: Calendar) -> None:
    await given(calendar.scene.store, an_application("second"))
    await calendar.hold()
    calendar.scene.clock.pass_s(RULES.hold_s)
    assert (await calendar.book(customer="second")).state is AppointmentState.BOOKED


async def test_a_hold_somebody_lets_go_is_free_at_once(calendar: Calendar) -> None:
    await calendar.hold()
    await booking.let_go(calendar.scene.store, calendar.scene.clock, application_id="first")
    assert await calendar.free(TEN) == 1


async def test_as_many_customers_as_agents_get_a_time_however_many_ask_at_once(
    calendar: Calendar,
) -> None:
    names = [f"c{n}" for n in range(8)]
    await given(
        calendar.scene.store,
        a_member("minh"),
        *(an_application(name, phone=a_number(name)) for name in names),
    )
    await calendar.on_shift("minh")
    tries = (calendar.book(customer=name) for name in names)
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    booked = [one for one in outcomes if isinstance(one, Appointment)]
    refused = [one for one in outcomes if isinstance(one, BaseException)]
    assert sorted(one.agent_id for one in booked) == ["lan", "minh"]
    assert [type(one) for one in refused] == [SlotTaken] * 6


async def test_one_telephone_number_has_one_appointment(calendar: Calendar) -> None:
    await given(calendar.scene.store, an_application("second"), a_member("minh"))
    await calendar.on_shift("minh")
    await calendar.hold(customer="second")
    await calendar.book()
    with pytest.raises(BookedElsewhere):
        await calendar.hold(HALF_PAST_TEN, "second")
    with pytest.raises(BookedElsewhere):
        await booking.book(
            calendar.scene.store, calendar.scene.clock, RULES, application_id="second", zone=""
        )
    await calendar.cancel()
    assert (await calendar.book(customer="second")).state is AppointmentState.BOOKED


async def test_nobody_books_and_cancels_all_day_long(calendar: Calendar) -> None:
    for _ in range(RULES.bookings_per_day):
        await calendar.book()
        await calendar.cancel()
    with pytest.raises(TooManyHolds):  # each was told by message and mail
        await calendar.hold()
    calendar.scene.clock.pass_s(7 * 86_400)
    await calendar.hold(TEN + timedelta(days=7))


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00"])
async def test_a_time_at_the_end_of_all_calendars_is_not_offered(
    calendar: Calendar, at: str
) -> None:
    with pytest.raises(SlotTaken):
        await calendar.hold(datetime.fromisoformat(at))


async def test_nobody_looks_at_more_times_in_an_hour_than_a_person_would(
    calendar: Calendar,
) -> None:
    for _ in range(RULES.holds_per_hour):
        await calendar.hold()
    with pytest.raises(TooManyHolds):
        await calendar.hold()
    assert (await calendar.states()).count("held") == 1
    calendar.scene.clock.pass_s(3600)
    await calendar.hold(HALF_PAST_TEN + timedelta(hours=1))


async def test_one_network_takes_so_many_places_in_an_hour_and_others_still_find_theirs(
    calendar: Calendar,
) -> None:
    names, rules = [f"c{n}" for n in range(5)], Booking(places_per_network_hour=3)
    people = (an_application(name, phone=a_number(name)) for name in names)
    await given(calendar.scene.store, *people, *map(a_member, names))
    await calendar.on_shift(*names)

    async def hold(name: str, network: str) -> None:
        store, clock = calendar.scene.store, calendar.scene.clock
        await booking.hold(
            store, clock, rules, application_id=name, at=TEN, zone=ZONE, network=network
        )

    for name in names[:3]:
        await hold(name, "swarm")
    with pytest.raises(TooManyHolds):
        await hold("c3", "swarm")
    await hold("c3", "elsewhere")
    await hold("c4", "")  # this very machine, or a proxy nobody named: not counted


async def test_a_customer_is_booked_with_somebody_who_speaks_the_language_and_has_the_skill(
    calendar: Calendar,
) -> None:
    scene = calendar.scene
    visitor = an_application("visitor", phone=a_number("visitor"), language="en")
    await given(scene.store, visitor, a_member("minh", skills=("passport",)))
    await calendar.on_shift("minh")
    async with scene.store.begin() as tx:
        await staff.set_talents(tx, "lan", speaks=["vi"], skills=[])
    assert (await calendar.book(customer="visitor")).agent_id == "minh"
    routes = Routes(groups=(Group(name="papers", skill="passport"),))
    with pytest.raises(SlotTaken):  # Lan is free, and has not the skill
        await booking.hold(
            *(scene.store, scene.clock, RULES),
            application_id="first",
            at=TEN,
            zone=ZONE,
            routes=routes,
        )
    assert (await calendar.book()).agent_id == "lan"


async def test_a_customer_is_called_at_exactly_the_time_they_name(calendar: Calendar) -> None:
    exactly = TEN + timedelta(minutes=10)
    assert (await calendar.book(exactly)).at == exactly
    assert (await calendar.free(TEN), await calendar.free(HALF_PAST_TEN)) == (0, 0)
    await given(calendar.scene.store, an_application("second", phone=a_number("second")))
    for near in (TEN, TEN + timedelta(minutes=35)):
        with pytest.raises(SlotTaken):
            await calendar.hold(near, "second")
    await calendar.hold(TEN + timedelta(minutes=40), "second")


async def test_two_clicks_on_book_make_one_appointment(calendar: Calendar) -> None:
    await calendar.hold()

    async def click() -> None:
        store, clock = calendar.scene.store, calendar.scene.clock
        await booking.book(store, clock, RULES, application_id="first", zone="")

    outcomes = await asyncio.gather(click(), click(), return_exceptions=True)
    assert sorted(map(repr, outcomes)) == sorted([repr(HoldExpired()), "None"])
    assert await calendar.states() == ["booked"]


@pytest.mark.parametrize(
    "at",
    [
        TEN + timedelta(minutes=7),  # between two slots, and no multiple of five minutes
        START + timedelta(minutes=5),  # too soon
        START - timedelta(hours=1),
        TEN + timedelta(days=8),
        datetime(2026, 11, 22, 3, tzinfo=UTC),  # a Sunday
    ],
)
async def test_a_time_that_is_not_offered_cannot_be_held(calendar: Calendar, at: datetime) -> None:
    with pytest.raises(SlotTaken):
        await calendar.hold(at)


async def test_a_moved_appointment_frees_its_old_time_and_may_not_be_moved_for_ever(
    calendar: Calendar,
) -> None:
    await calendar.book()
    moved = await calendar.book(HALF_PAST_TEN)
    assert (moved.at, moved.moves) == (HALF_PAST_TEN, 1)
    assert await calendar.free(TEN) == 1
    assert sorted(await calendar.states()) == ["booked", "moved"]
    assert (await calendar.scene.facts())[-1] == "booking.moved"
    assert (await calendar.scene.application()).stage is Stage.BOOKED
    with pytest.raises(MovesUsedUp):
        await calendar.hold(TEN)


async def test_while_another_time_is_looked_at_the_old_one_stays_booked(calendar: Calendar) -> None:
    await calendar.book()
    await calendar.hold(HALF_PAST_TEN)
    assert (await calendar.free(TEN), await calendar.free(HALF_PAST_TEN)) == (0, 0)
    calendar.scene.clock.pass_s(RULES.hold_s)
    await calendar.turn()
    assert (await calendar.free(TEN), await calendar.free(HALF_PAST_TEN)) == (0, 1)


async def test_a_cancelled_appointment_is_free_again_and_the_customer_chooses_anew(
    calendar: Calendar,
) -> None:
    await calendar.book()
    await calendar.cancel()
    assert await calendar.free(TEN) == 1
    assert (await calendar.scene.application()).stage is Stage.CONFIRMED
    assert ("cancelled", START) in await calendar.due(appointed.MESSAGE)
    assert ("cancelled", START) in await calendar.due(appointed.MAIL)
    assert ("cancelled", START) in await calendar.due(appointed.INVITE)
    with pytest.raises(NotAllowedNow):
        await calendar.cancel()
    assert (await calendar.book()).moves == 0


async def test_shortly_before_the_time_it_is_neither_moved_nor_cancelled(
    calendar: Calendar,
) -> None:
    await calendar.book()
    calendar.scene.clock.pass_s(3600 - RULES.change_until_min * 60 + 1)
    with pytest.raises(ChangeTooLate):
        await calendar.cancel()
    with pytest.raises(ChangeTooLate):
        await calendar.hold(HALF_PAST_TEN)


async def test_a_customer_in_the_queue_may_book_instead_but_not_while_it_rings(
    calendar: Calendar,
) -> None:
    await calendar.scene.waits("second")
    assert (await calendar.book(customer="second")).state is AppointmentState.BOOKED
    assert await calendar.scene.ticket_of("second") is None
    await calendar.scene.rings("third", "minh")
    await calendar.hold(HALF_PAST_TEN, "third")
    with pytest.raises(NotAllowedNow):
        await booking.book(
            calendar.scene.store, calendar.scene.clock, RULES, application_id="third", zone=""
        )


async def test_a_booked_customer_may_call_now_instead(calendar: Calendar) -> None:
    await calendar.book()
    scene = calendar.scene
    await queue.note_devices(scene.store, scene.clock, application_id="first", test=GOOD_TEST)
    await queue.call_now(scene.store, scene.clock, scene.queue, application_id="first")
    assert await calendar.states() == ["cancelled"]
    ticket = await scene.ticket_of()
    assert ticket is not None
    assert ticket.priority == FIRST_COME


async def test_at_the_time_the_customer_goes_before_walk_ins_to_the_agent_who_was_promised(
    calendar: Calendar,
) -> None:
    scene = calendar.scene
    await calendar.book()
    await scene.waits("walk-in")
    await scene.agent("minh")
    await _at_work(scene, "lan")
    await calendar.comes(here=False)
    assert (await scene.application()).stage is Stage.WAITING
    parked = await scene.ticket_of()
    assert parked is not None
    assert (parked.state, parked.priority) == (TicketState.PARKED, BOOKED)
    messages = await calendar.due(appointed.RING)
    assert messages == [("due", TEN + timedelta(seconds=RULES.page_s))]
    await calendar.sees()
    assert await scene.match() == 2
    assert (await scene.call_of("first")).agent_id == "lan"
    assert (await scene.call_of("walk-in")).agent_id == "minh"


async def _at_work(scene: Scene, id: str) -> None:
    """An agent of the roster sits down."""
    await scene.tested(id)
    await scene.chooses(id, DeskState.AVAILABLE)


async def test_when_the_promised_agent_is_not_there_another_one_rings(calendar: Calendar) -> None:
    await calendar.book()
    await calendar.scene.agent("minh")
    await calendar.comes()
    assert await calendar.scene.match() == 1
    assert (await calendar.scene.call_of()).agent_id == "minh"


async def _rung(calendar: Calendar) -> None:
    """The agent is there and the customer's page rings."""
    scene = calendar.scene
    await calendar.book()
    await _at_work(scene, "lan")
    await calendar.comes()
    assert await scene.match() == 1
    call = await scene.call_of()
    await desk.accept(scene.store, scene.clock, staff_id="lan", call_id=call.id)


async def test_a_customer_who_answers_has_kept_the_appointment(calendar: Calendar) -> None:
    await _rung(calendar)
    scene = calendar.scene
    await attend.answer(scene.store, scene.clock, application_id="first")
    assert await calendar.states() == ["kept"]
    assert (await scene.facts())[-1] == "booking.answered"
    scene.clock.pass_s(RULES.answer_s)
    await calendar.turn()
    assert (await scene.call_of()).state is CallState.LIVE
    with pytest.raises(NotAllowedNow):
        await attend.answer(scene.store, scene.clock, application_id="first")


async def test_whoever_took_the_ring_before_the_agent_was_there_is_asked_no_second_time(
    calendar: Calendar,
) -> None:
    scene = calendar.scene
    await calendar.book()
    with pytest.raises(NotAllowedNow):  # nothing rings yet
        await attend.answer(scene.store, scene.clock, application_id="first")
    await calendar.comes()
    await attend.answer(scene.store, scene.clock, application_id="first")
    with pytest.raises(NotAllowedNow):
        await attend.answer(scene.store, scene.clock, application_id="first")
    await _at_work(scene, "lan")
    assert await scene.match() == 1
    await desk.accept(scene.store, scene.clock, staff_id="lan", call_id=(await scene.call_of()).id)
    assert await calendar.states() == ["kept"]
    assert (await scene.facts())[-2:] == ["call.started", "booking.answered"]


async def test_a_customer_who_is_not_there_is_rung_again_by_rule_and_by_the_agent(
    calendar: Calendar,
) -> None:
    scene = calendar.scene
    await calendar.book()
    await calendar.comes(here=False)
    appointment = await calendar.of()
    assert appointment.rings == 1
    scene.clock.pass_s(RULES.ring_again_s)
    assert await calendar.turn() == 1
    assert await calendar.turn() == 0
    await attend.ring(
        scene.store, scene.clock, RULES, staff_id="lan", appointment_id=appointment.id
    )
    assert (await calendar.of()).rings == RULES.rings_max == 3
    assert (await scene.facts()).count("booking.rung") == 3
    assert [word for word, _ in await calendar.due(appointed.PUSH)] == ["reminder", *["due"] * 3]
    with pytest.raises(NotAllowedNow):  # often enough
        await attend.ring(
            scene.store, scene.clock, RULES, staff_id="lan", appointment_id=appointment.id
        )
    with pytest.raises(NotFound):
        await attend.ring(
            scene.store, scene.clock, RULES, staff_id="minh", appointment_id=appointment.id
        )


async def test_nobody_rings_a_customer_whose_page_is_open(calendar: Calendar) -> None:
    scene = calendar.scene
    await calendar.book()
    await calendar.comes()
    scene.clock.pass_s(RULES.ring_again_s)
    await calendar.sees()
    assert await calendar.turn() == 0
    with pytest.raises(NotAllowedNow):
        await attend.ring(
            scene.store,
            scene.clock,
            RULES,
            staff_id="lan",
            appointment_id=(await calendar.of()).id,
        )


@pytest.mark.parametrize("when", ["absent", "here", "ringing", "answered"])
async def test_a_customer_may_decline_at_any_moment_and_choose_again(
    calendar: Calendar, when: str
) -> None:
    scene = calendar.scene
    await _until(calendar, when)
    await attend.decline(scene.store, scene.clock, application_id="first")
    assert await calendar.states() == ["cancelled"]
    assert (await scene.application()).stage is Stage.CONFIRMED
    assert await scene.ticket_of() is None
    assert "booking.declined" in await scene.facts()
    if when in {"ringing", "answered"}:
        assert (await scene.call_of()).end_reason is EndReason.CUSTOMER_DECLINED
    with pytest.raises(NotAllowedNow):
        await attend.decline(scene.store, scene.clock, application_id="first")


async def _until(calendar: Calendar, when: str) -> None:
    """The time has come, so far."""
    scene = calendar.scene
    await calendar.book()
    await _at_work(scene, "lan")
    await calendar.comes(here=when != "absent")
    if when in {"ringing", "answered"}:
        assert await scene.match() == 1
    if when == "answered":
        call = await scene.call_of()
        await desk.accept(scene.store, scene.clock, staff_id="lan", call_id=call.id)


@pytest.mark.parametrize("when", ["absent", "here", "ringing", "answered"])
async def test_a_customer_may_ask_for_some_minutes_and_is_rung_anew_then(
    calendar: Calendar, when: str
) -> None:
    scene = calendar.scene
    await _until(calendar, when)
    await attend.postpone(scene.store, scene.clock, RULES, application_id="first")
    later = await calendar.of()
    assert (later.state, later.postponed) == (AppointmentState.BOOKED, 1)
    assert later.at == scene.clock.now() + timedelta(minutes=RULES.postpone_min)
    assert (await scene.application()).stage is Stage.BOOKED
    assert await scene.ticket_of() is None
    if when == "answered":
        scene.clock.pass_s(scene.queue.wrap_up_s)
        await scene.chooses("lan", DeskState.AVAILABLE)  # nothing is left to decide
    scene.clock.pass_s((later.at - scene.clock.now()).total_seconds())
    await calendar.turn()
    await calendar.sees()
    assert await scene.match() == 1
    assert (await scene.call_of()).agent_id == "lan"


async def test_minutes_are_not_asked_for_for_ever(calendar: Calendar) -> None:
    scene = calendar.scene
    await calendar.book()
    await calendar.comes()
    for _ in range(RULES.postpones_max):
        await attend.postpone(scene.store, scene.clock, RULES, application_id="first")
        scene.clock.pass_s(RULES.postpone_min * 60)
        await calendar.turn()
    with pytest.raises(NotAllowedNow):
        await attend.postpone(scene.store, scene.clock, RULES, application_id="first")


async def test_a_customer_who_lets_it_ring_has_missed_it_and_the_agent_is_free(
    calendar: Calendar,
) -> None:
    await _rung(calendar)
    scene = calendar.scene
    scene.clock.pass_s(RULES.answer_s - 1)
    assert await calendar.turn() == 0
    scene.clock.pass_s(1)
    assert await calendar.turn() == 1
    call = await scene.call_of()
    assert (call.state, call.end_reason) == (CallState.ENDED, EndReason.CUSTOMER_MISSED)
    assert await calendar.states() == ["missed_by_customer"]
    assert (await scene.application()).stage is Stage.CONFIRMED
    scene.clock.pass_s(scene.queue.wrap_up_s)
    await scene.chooses("lan", DeskState.AVAILABLE)  # nothing is left to decide
    words = [word for word, _ in await calendar.due(appointed.MESSAGE)]
    assert words[-1] == "missed-by-customer"


async def test_an_agent_who_hangs_up_before_the_customer_answered_has_missed_it(
    calendar: Calendar,
) -> None:
    await _rung(calendar)
    scene = calendar.scene
    call = await scene.call_of()
    await calling.hang_up(scene.store, scene.clock, staff_id="lan", call_id=call.id)
    assert await calendar.states() == ["missed_by_agent"]
    assert (await scene.application()).stage is Stage.CONFIRMED


async def test_a_customer_who_does_not_come_has_missed_it_after_the_grace(
    calendar: Calendar,
) -> None:
    await calendar.book()
    await calendar.comes(here=False)
    calendar.scene.clock.pass_s(RULES.late_s - 1)
    assert await calendar.turn() == 1  # rung once more
    assert await calendar.states() == ["due"]
    calendar.scene.clock.pass_s(1)
    assert await calendar.turn() == 1
    assert await calendar.states() == ["missed_by_customer"]
    assert await calendar.scene.ticket_of() is None
    facts = await calendar.scene.facts()
    assert facts[-3:] == ["application.moved", "ticket.left", "booking.missed"]


async def test_a_customer_nobody_rings_for_is_told_so_and_goes_first_when_calling_now(
    calendar: Calendar,
) -> None:
    scene = calendar.scene
    await calendar.book()
    await calendar.comes()
    scene.clock.pass_s(RULES.agent_late_s)
    assert await calendar.turn() == 1
    assert await calendar.states() == ["missed_by_agent"]
    assert (await scene.application()).stage is Stage.CONFIRMED
    await queue.note_devices(scene.store, scene.clock, application_id="first", test=GOOD_TEST)
    await queue.call_now(scene.store, scene.clock, scene.queue, application_id="first")
    ticket = await scene.ticket_of()
    assert ticket is not None
    assert ticket.priority == BOOKED
    scene.clock.pass_s(60)
    await _at_work(scene, "lan")
    await scene.match()
    store, clock, call = scene.store, scene.clock, await scene.call_of()
    await desk.accept(store, clock, staff_id="lan", call_id=call.id)
    await calling.hang_up(store, clock, staff_id="lan", call_id=call.id)
    scene.clock.pass_s(scene.queue.verdict_min * 60 + 1)
    await desk.end_forgotten(store, clock, scene.queue)
    await queue.note_devices(store, clock, application_id="first", test=GOOD_TEST)
    await queue.call_now(store, clock, scene.queue, application_id="first")
    ticket = await scene.ticket_of()
    assert ticket is not None
    assert ticket.priority == FIRST_COME  # what was missed is made good


async def test_an_agent_who_does_not_answer_the_ring_leaves_the_customer_to_another(
    calendar: Calendar,
) -> None:
    scene = calendar.scene
    await calendar.book()
    await _at_work(scene, "lan")
    await calendar.comes()
    await scene.match()
    scene.clock.pass_s(scene.queue.ring_s)
    assert await scene.overdue() == 1
    assert await calendar.states() == ["due"]
    assert "desk.missed" in await scene.facts()
    await scene.agent("minh")
    assert await scene.match() == 1


async def test_a_customer_who_leaves_the_line_at_the_time_has_cancelled(
    calendar: Calendar,
) -> None:
    await calendar.book()
    await calendar.comes()
    scene = calendar.scene
    await queue.leave(scene.store, scene.clock, application_id="first")
    assert await calendar.states() == ["cancelled"]
    assert (await scene.application()).stage is Stage.CONFIRMED


async def test_whoever_was_not_rung_in_time_has_missed_nothing(calendar: Calendar) -> None:
    await calendar.book()
    scene = calendar.scene
    scene.clock.pass_s((TEN - scene.clock.now()).total_seconds() + RULES.late_s)  # a server away
    await calendar.turn()
    await calendar.turn()
    assert await calendar.states() == ["due"]
    scene.clock.pass_s(RULES.late_s)
    await calendar.turn()
    assert await calendar.states() == ["missed_by_customer"]


async def test_a_customer_who_waits_for_a_late_agent_may_lose_the_line_for_a_moment(
    calendar: Calendar,
) -> None:
    await calendar.book()
    await calendar.comes()
    scene = calendar.scene
    scene.clock.pass_s(RULES.agent_late_s - 1)
    await calendar.sees()
    await queue.miss(scene.store, scene.clock, application_id="first")
    scene.clock.pass_s(RULES.late_s - RULES.agent_late_s + 1)
    await calendar.turn()
    assert await calendar.states() == ["missed_by_agent"]


async def test_who_missed_too_many_is_not_offered_another_time(calendar: Calendar) -> None:
    for _ in range(RULES.misses_max):
        now = calendar.scene.clock.now()
        later = now.replace(minute=0, second=0) + timedelta(hours=1)
        await calendar.book(later)
        calendar.scene.clock.pass_s((later - now).total_seconds())
        await calendar.turn()
        calendar.scene.clock.pass_s(RULES.late_s)
        await calendar.turn()
    with pytest.raises(BookingsUsedUp):
        await calendar.hold(calendar.scene.clock.now().replace(minute=0) + timedelta(hours=2))


async def test_a_dropped_line_before_the_answer_brings_the_customer_back_first(
    calendar: Calendar,
) -> None:
    await _rung(calendar)
    scene = calendar.scene
    await calling.end_all(scene.store, scene.clock)  # the server stops
    await calendar.sees()
    assert await calendar.states() == ["due"]
    ticket = await scene.ticket_of()
    assert ticket is not None
    assert (ticket.state, ticket.priority) == (TicketState.WAITING, BOOKED)


async def test_an_application_the_bank_takes_back_gives_its_time_back_and_nobody_is_invited(
    calendar: Calendar,
) -> None:
    await calendar.book()
    scene = calendar.scene
    async with scene.store.begin() as tx:
        await withdraw(tx, scene.clock, application_id="first", actor=SYSTEM)
    assert await calendar.states() == ["cancelled"]
    assert await calendar.free(TEN) == 1
    assert "cancelled" not in [word for word, _ in await calendar.due(appointed.MESSAGE)]
    for kind in (appointed.MAIL, appointed.INVITE):
        assert "cancelled" in [word for word, _ in await calendar.due(kind)]


async def test_an_agents_own_appointments_stand_in_order(calendar: Calendar) -> None:
    await given(calendar.scene.store, an_application("second", phone=a_number("second")))
    await calendar.book(HALF_PAST_TEN)
    await calendar.book(TEN, "second")
    async with calendar.scene.store.read() as tx:
        seen = await appointments.upcoming(
            tx, since=START, until=START + timedelta(days=1), staff_id="lan", limit=10
        )
        assert [row["reference"] for row in seen] == ["HS-2611-second", "HS-2611-first"]
        assert await lines.open_ticket(tx, "first") is None
