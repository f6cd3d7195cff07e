"""Appointments whatever comes: customers choose, move, cancel, answer, put off; time goes by.

Each run acts on the real journey and the real database, and is judged by `ekyc.bench.promises`,
which knows none of the rules' code. Planted faults show that it would see one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ekyc.bench.promises import look
from ekyc.domain.errors import EkycError
from ekyc.domain.roster import DayOff, Span
from ekyc.jobs.matcher import Matcher
from ekyc.journey import attend, booking, queue, roster
from ekyc.settings import Booking, Call, Queue
from ekyc.storage import appointments
from ekyc.storage.bus import Bus
from ekyc.storage.store import Store
from tests.builders import a_member, an_application, given
from tests.fakes import START, FakeClock
from tests.integration.journey.test_queue_machine import _empty
from tests.meeting import GOOD_TEST

ZONE = "Asia/Ho_Chi_Minh"
RULES = Booking(slot_min=20, lead_min=1, change_until_min=0, exact_min=5, moves_max=2, misses_max=2)
LINE = Queue(batch=3, poll_s=1200)
"""Turns are as far apart as time passes: the server is never away."""
HOUSE, HOUSE_ZONE = roster.House(settings=RULES, zone=ZONE), ZoneInfo(ZONE)
AGENTS, NUMBERS = ("hoa", "lan"), ("+84900000001", "+84900000002", "+84900000003")


class Diary(RuleBasedStateMachine):
    """Two agents round the clock, customers who come one by one; some share a telephone number."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.loop.run(_empty(self.url))
        self.store, self.clock = Store(self.url, bus=Bus()), FakeClock()
        self.matcher = Matcher(self.store, self.clock, LINE, Call(), RULES)
        self.customers: list[str] = []
        self.loop.run(self._opens())

    async def _opens(self) -> None:
        await given(self.store, *map(a_member, AGENTS))
        for agent in AGENTS:
            await roster.set_shifts(
                *(self.store, self.clock),
                by="thu",
                staff_id=agent,
                weekdays=range(7),
                spans=[Span(start_min=0, end_min=1440)],
            )

    def act(self, work: Awaitable[object]) -> None:
        """One act; refusals are answers too."""

        async def tried() -> None:
            with suppress(EkycError):
                await work

        self.loop.run(tried())

    def teardown(self) -> None:
        """Nobody was promised what another has; then time passes, and nothing stays open."""
        try:
            self.loop.run(self.judged())
            self.clock.pass_s(9 * 24 * 3600)
            for _ in range(12):
                self.loop.run(self.matcher.turn())
                self.clock.pass_s(RULES.late_s)
            self.loop.run(self.judged())
            self.loop.run(self.nothing_is_open())
        finally:
            self.loop.run(self.store.close())
            self.loop.close()

    async def judged(self) -> None:
        found = await look(self.store, now=self.clock.now(), length_min=RULES.slot_min)
        assert (found.doubled, found.greedy, found.strayed) == ([], [], [])

    async def nothing_is_open(self) -> None:
        async with self.store.read() as tx:
            for customer in self.customers:
                assert await appointments.active(tx, customer) is None
                assert await appointments.held(tx, customer) is None

    @precondition(lambda self: len(self.customers) < 6)
    @rule(phone=st.sampled_from(NUMBERS))
    def a_customer_comes(self, phone: str) -> None:
        id = f"customer-{len(self.customers)}"
        self.customers.append(id)
        self.loop.run(given(self.store, an_application(id, phone=phone)))

    @precondition(lambda self: self.customers)
    @rule(data=st.data(), steps=st.integers(1, 14))
    def a_time_is_looked_at_and_mostly_booked(self, data: st.DataObject, steps: int) -> None:
        me = data.draw(st.sampled_from(self.customers))
        now = self.clock.now()
        begun = now - timedelta(minutes=now.minute % 5, seconds=now.second)
        self.act(self._chooses(me, begun + timedelta(minutes=5 * steps), data.draw(st.booleans())))

    async def _chooses(self, me: str, at: Any, only_looks: bool) -> None:
        store, clock = self.store, self.clock
        await booking.hold(store, clock, RULES, application_id=me, at=at, zone=ZONE)
        if not only_looks:
            await booking.book(store, clock, RULES, application_id=me, zone="")

    @precondition(lambda self: self.customers)
    @rule(
        data=st.data(),
        what=st.sampled_from(
            ["book", "cancel", "let-go", "see", "miss", "answer", "decline", "postpone", "now"]
        ),
    )
    def a_customer_acts(self, data: st.DataObject, what: str) -> None:
        me = {"application_id": data.draw(st.sampled_from(self.customers))}
        store, clock = self.store, self.clock
        acts: dict[str, Callable[[], Awaitable[object]]] = {
            "book": lambda: booking.book(store, clock, RULES, zone="", **me),
            "cancel": lambda: booking.cancel(store, clock, RULES, **me),
            "let-go": lambda: booking.let_go(store, clock, **me),
            "see": lambda: queue.see(store, clock, LINE, **me),
            "miss": lambda: queue.miss(store, clock, **me),
            "answer": lambda: attend.answer(store, clock, **me),
            "decline": lambda: attend.decline(store, clock, **me),
            "postpone": lambda: attend.postpone(store, clock, RULES, **me),
            "now": lambda: self._calls_now(me["application_id"]),
        }
        self.act(acts[what]())

    async def _calls_now(self, me: str) -> None:
        store, clock = self.store, self.clock
        await queue.note_devices(store, clock, application_id=me, test=GOOD_TEST)
        await queue.call_now(store, clock, LINE, application_id=me)

    @rule(agent=st.sampled_from(AGENTS), back=st.booleans(), rebook=st.booleans())
    def an_agent_stays_away_or_comes_back(self, agent: str, back: bool, rebook: bool) -> None:
        store, clock = self.store, self.clock
        day = clock.now().astimezone(HOUSE_ZONE).date()
        if back:
            self.act(roster.work(store, clock, by="thu", day=day, staff_id=agent))
        else:
            off = DayOff(day=day, staff_id=agent)
            self.act(roster.take_off(store, clock, HOUSE, by="thu", off=off, rebook=rebook))

    @rule(seconds=st.sampled_from([20, 60, 290, 301, 601, 1200]))
    def time_passes(self, seconds: int) -> None:
        self.clock.pass_s(seconds)

    @rule()
    def the_matcher_takes_its_turn(self) -> None:
        self.loop.run(self.matcher.turn())


def _run(url: str, *, examples: int = 5) -> None:
    diary = type("Diary", (Diary,), {"url": url})
    few = settings(
        max_examples=examples,
        stateful_step_count=30,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    run_state_machine_as_test(diary, settings=few)


def test_nobody_is_promised_what_another_has_and_nothing_stays_open(database_url: str) -> None:
    _run(database_url)


@pytest.mark.parametrize("fault", ["busy", "number"])
async def test_with_a_rule_off_the_judge_sees_who_was_promised_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    clock, at = FakeClock(), START + timedelta(hours=1)

    async def never(*_: object, **__: object) -> bool:
        return False

    if fault == "busy":
        monkeypatch.setattr("ekyc.domain.slots.busy", lambda *_: [])
    else:
        monkeypatch.setattr("ekyc.storage.appointments.of_number", never)
    number = NUMBERS[0] if fault == "number" else NUMBERS[1]
    second = an_application("second", phone=number)
    await given(store, an_application("first", phone=NUMBERS[0]), second)
    agents = AGENTS if fault == "number" else AGENTS[:1]
    await given(store, *map(a_member, agents))
    for agent in agents:
        whole = Span(start_min=0, end_min=1440)
        await roster.set_shifts(
            store, clock, by="thu", staff_id=agent, weekdays=range(7), spans=[whole]
        )
    for id, when in (("first", at), ("second", at + timedelta(minutes=5))):
        await booking.hold(store, clock, RULES, application_id=id, at=when, zone=ZONE)
        await booking.book(store, clock, RULES, application_id=id, zone="")
    found = await look(store, now=clock.now(), length_min=RULES.slot_min)
    assert (len(found.doubled), len(found.greedy)) == ((1, 0) if fault == "busy" else (0, 1))
    assert found.strayed == []
