"""The queue whatever comes: customers, agents, closed pages, dropped lines, clocks put wrong.

Each run acts on the real journey and the real database; its facts are then read back by the model
of `ekyc.bench.history`. Planted faults show that the model would see one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ekyc.bench.history import Operation, real_time, replay
from ekyc.clock import SteadyClock
from ekyc.domain.application import Stage
from ekyc.domain.call import BOTH, Call, CallState, Party
from ekyc.domain.decision import Verdict
from ekyc.domain.desk import DeskState
from ekyc.domain.errors import EkycError
from ekyc.domain.guest import Mode
from ekyc.domain.queue import Ticket, TicketState, leave
from ekyc.domain.room import RoomLive
from ekyc.jobs.booking import Desk
from ekyc.jobs.matcher import Matcher
from ekyc.jobs.recall import messenger
from ekyc.journey import call as calling
from ekyc.journey import codes, decision, desk, guests, queue, recall, room
from ekyc.journey.messages import Post
from ekyc.journey.ports import Clock
from ekyc.notify.texts import Texts
from ekyc.settings import Bank, Booking, Codes, Queue
from ekyc.settings import Call as CallSettings
from ekyc.storage import applications, calls, jobs, schema
from ekyc.storage import queue as lines
from ekyc.storage.bus import Bus
from ekyc.storage.schema import metadata
from ekyc.storage.store import Row, Store, rows
from tests.builders import a_member, an_application, given
from tests.fakes import START, FakeClock, Messages
from tests.meeting import GOOD_TEST, Scene

JUMPS_S = (-30.0, 3600.0, 40 * 86_400.0)
"""What the machine's clock is put wrong by."""


ACTS = ["miss", "miss", "see", "see", "leave", "first", "speak", "ask", "ask", "come"]


def recalling(store: Store, clock: Clock) -> Desk:
    """What tells customers who are away."""
    return Desk(
        store=store,
        clock=clock,
        texts=Texts(),
        bank=Bank(),
        address="https://kyc.bank.example",
        link_hours=72,
    )


def posting(box: Messages) -> Post:
    """As the codes are sent, within their caps."""
    return Post(sender=box, secret=b"s" * 32, limits=codes.limits(Codes()), block_digits=4)


class Machine:
    """A machine whose clock somebody puts wrong while its ticks go on."""

    def __init__(self) -> None:
        self.ticks, self.wrong_s = 0.0, 0.0

    def wall(self) -> datetime:
        """What it says."""
        return START + timedelta(seconds=self.ticks + self.wrong_s)


class Wall:
    """The clock as it was before: the machine's, right or wrong."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def now(self) -> datetime:
        """What the machine says."""
        return self._machine.wall()


class Branch(RuleBasedStateMachine):
    """Customers and agents; `url` names an empty database."""

    url = ""
    steady = True

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.loop.run(_empty(self.url))
        self.store = Store(self.url, bus=Bus())
        self.machine = Machine()
        steady = SteadyClock(self.machine.wall, lambda: self.machine.ticks)
        self.clock: Clock = steady if self.steady else Wall(self.machine)
        # Turns are as far apart as time passes: the server is never away.
        self.limits = Queue(batch=3, recall_wait_s=60, poll_s=1801)
        self.calls = CallSettings()
        self.scene = Scene(self.store, FakeClock(), self.limits, self.calls)
        self.matcher = Matcher(
            self.store, self.clock, self.limits, self.calls, Booking(), by_message=True
        )
        self.tell = messenger(recalling(self.store, self.clock), posting(Messages()))
        self.handed = 0
        self.customers: list[str] = []
        self.agents: list[str] = []

    def act(self, work: Awaitable[object]) -> None:
        """One act; refusals are answers too."""

        async def tried() -> None:
            with suppress(EkycError):
                await work

        self.loop.run(tried())

    def teardown(self) -> None:
        """The facts are those of a queue that is served in order; then everybody is served."""
        try:
            self.loop.run(self.judged())
            self.loop.run(self.served())
            self.loop.run(self.judged())
        finally:
            self.loop.run(self.store.close())
            self.loop.close()

    async def judged(self) -> None:
        model = replay(await facts(self.store), ring_s=self.limits.ring_s if self.steady else 0)
        assert [found.what for found in model.findings] == []
        async with self.store.read() as tx:
            kept = rows(await tx.connection.execute(sa.select(schema.tickets)))
            unfinished = await calls.unfinished(tx)
        assert model.states() == {row["id"]: row["state"] for row in kept}
        assert model.calls() == {call.id for call in unfinished}

    async def served(self) -> None:
        """Nobody is stuck: with every page open and every agent at work the line ends."""
        for _ in range(4 * len(self.customers) + 8):
            for agent in self.agents:
                await self.comes_to_work(agent)
            for customer in self.customers:
                await queue.see(self.store, self.clock, self.limits, application_id=customer)
                with suppress(EkycError):  # served by now
                    await recall.come(self.store, self.clock, application_id=customer)
            await self.matcher.turn()
            if self.agents and not await self.line():
                break
            self.machine.ticks += 16
        assert not (self.agents and await self.line())
        if self.agents:
            await self.nobody_is_forgotten()

    async def nobody_is_forgotten(self) -> None:
        """No desk has a call any more, so no application may stand as if one had."""
        async with self.store.read() as tx:
            assert not await calls.unfinished(tx)
            stages = [(await applications.load(tx, id)).stage for id in self.customers]
        assert Stage.IN_CALL not in stages

    async def line(self) -> Sequence[Ticket]:
        async with self.store.read() as tx:
            return await lines.tickets(tx, *_OPEN, limit=1)

    async def comes_to_work(self, agent: str) -> None:
        """Whatever the desk is at comes to its end, and it is available."""
        store, clock = self.store, self.clock
        await desk.see(store, clock, staff_id=agent)
        call = await self.call_of(agent)
        if call is not None and call.state is CallState.RINGING:
            await desk.accept(store, clock, staff_id=agent, call_id=call.id)
        if call is not None:
            with suppress(EkycError):
                await calling.hang_up(store, clock, staff_id=agent, call_id=call.id)
        with suppress(EkycError):
            await self.decides(agent)
        self.machine.ticks += self.limits.wrap_up_s
        await desk.note_devices(store, clock, staff_id=agent, camera=True, microphone=True)
        with suppress(EkycError):  # available already
            await self.chooses(agent, DeskState.AVAILABLE)
        async with store.read() as tx:
            assert (await lines.desk(tx, agent, now=clock.now())).state is DeskState.AVAILABLE

    async def chooses(self, agent: str, state: DeskState) -> None:
        await desk.choose(self.store, self.clock, self.limits, staff_id=agent, state=state)

    async def call_of(self, agent: str) -> Call | None:
        async with self.store.read() as tx:
            return await calls.of_agent(tx, agent)

    async def decides(self, agent: str) -> None:
        async with self.store.read() as tx:
            last = await calls.last_ended(tx, agent)
        if last is not None:
            await decision.decide(
                self.store,
                self.clock,
                self.scene.asks,
                application_id=last.application_id,
                verdict=Verdict.INCOMPLETE,
                reasons=["line-dropped"],
                note="",
                staff_id=agent,
            )

    @rule(vulnerable=st.booleans(), language=st.sampled_from(["vi", "vi", "en"]))
    def a_customer_calls(self, *, vulnerable: bool, language: str) -> None:
        id = f"customer-{len(self.customers)}"
        self.customers.append(id)
        self.act(_calls(self.store, self.clock, self.limits, id, vulnerable, language))

    @precondition(lambda self: len(self.agents) < 3)
    @rule(speaks=st.sampled_from([["vi"], ["vi", "en"]]))
    def an_agent_sits_down(self, speaks: list[str]) -> None:
        id = f"agent-{len(self.agents)}"
        self.agents.append(id)
        self.loop.run(given(self.store, a_member(id, speaks=tuple(speaks))))
        self.loop.run(self.comes_to_work(id))

    @rule(seconds=st.sampled_from([1, 9, 16, 61, 301, 1801]))
    def time_passes(self, seconds: int) -> None:
        self.machine.ticks += seconds

    @rule(jump_s=st.sampled_from(JUMPS_S))
    def the_machines_clock_is_put_wrong(self, jump_s: float) -> None:
        self.machine.wrong_s += jump_s

    @rule()
    def the_matcher_takes_its_turn(self) -> None:
        self.loop.run(self.matcher.turn())
        self.loop.run(self.told())

    async def told(self) -> None:
        """The runner hands over what is due."""
        async with self.store.read() as tx:
            due = await jobs.payloads(tx, recall.MESSAGE)
        for payload in due[self.handed :]:
            await self.tell(payload)
        self.handed = len(due)

    @precondition(lambda self: self.customers)
    @rule(data=st.data(), what=st.sampled_from(ACTS))
    def a_customer_acts(self, data: st.DataObject, what: str) -> None:
        me = {"application_id": data.draw(st.sampled_from(self.customers))}
        store, clock = self.store, self.clock
        acts: dict[str, Callable[[], Awaitable[object]]] = {
            "miss": lambda: queue.miss(store, clock, **me),
            "see": lambda: queue.see(store, clock, self.limits, **me),
            "leave": lambda: queue.leave(store, clock, **me),
            "first": lambda: queue.let_go_first(
                store, clock, staff_id="agent-0", vulnerable=True, **me
            ),
            "speak": lambda: queue.follow(store, clock, self.limits, **me),
            "ask": lambda: recall.ask(store, clock, self.limits, by_message=True, **me),
            "come": lambda: recall.come(store, clock, **me),
        }
        self.act(acts[what]())

    @precondition(lambda self: self.agents)
    @rule(data=st.data(), what=st.sampled_from(["accept", "decline", "connect", "end", "decide"]))
    def an_agent_serves(self, data: st.DataObject, what: str) -> None:
        agent = data.draw(st.sampled_from(self.agents))
        self.act(self._serves(agent, what))

    async def _serves(self, agent: str, what: str) -> None:
        call = await self.call_of(agent)
        if what == "decide":
            await self.decides(agent)
        elif call is not None and what == "connect":
            for party in BOTH:
                await self.scene.connects(call, party)
        elif call is not None:
            act = {"accept": desk.accept, "decline": desk.decline, "end": calling.hang_up}[what]
            await act(self.store, self.clock, staff_id=agent, call_id=call.id)

    @precondition(lambda self: len(self.agents) > 1)
    @rule(data=st.data())
    def an_agent_gives_the_call_away(self, data: st.DataObject) -> None:
        agent, colleague = data.draw(st.permutations(self.agents))[:2]
        self.act(self._gives_away(agent, colleague))

    async def _gives_away(self, agent: str, colleague: str) -> None:
        """It is answered and live at the latest now; the colleague is at work and free."""
        store, clock, call = self.store, self.clock, await self.call_of(agent)
        if call is None:
            return
        await self.comes_to_work(colleague)
        if call.state is CallState.RINGING:
            await desk.accept(store, clock, staff_id=agent, call_id=call.id)
        await room.hear(store, clock, RoomLive(room=call.id, at=clock.now()))
        who: dict[str, Any] = {
            "to": colleague,
            "kind": Party.COLLEAGUE,
            "mode": Mode.TRANSFER,
            "note": "",
        }
        guest = await guests.ring(store, clock, staff_id=agent, call_id=call.id, **who)
        await guests.accept(store, clock, staff_id=colleague, guest_id=guest.id)

    @precondition(lambda self: self.agents)
    @rule(data=st.data(), to=st.sampled_from(sorted(DeskState)))
    def an_agent_chooses(self, data: st.DataObject, to: DeskState) -> None:
        agent = data.draw(st.sampled_from(self.agents))
        self.act(self.chooses(agent, to))

    @precondition(lambda self: self.agents)
    @rule(data=st.data(), comes=st.booleans())
    def an_agents_page_opens_or_closes(self, data: st.DataObject, *, comes: bool) -> None:
        agent = data.draw(st.sampled_from(self.agents))
        act = desk.see if comes else desk.miss
        self.act(act(self.store, self.clock, staff_id=agent))


_OPEN = (TicketState.WAITING, TicketState.PARKED, TicketState.MATCHED)


async def _calls(
    store: Store, clock: Clock, rules: Queue, id: str, vulnerable: bool, language: str
) -> None:
    await given(store, an_application(id, language=language))
    if vulnerable:
        await queue.let_go_first(
            store, clock, staff_id="agent-0", application_id=id, vulnerable=True
        )
    await queue.note_devices(store, clock, application_id=id, test=GOOD_TEST)
    await queue.call_now(store, clock, rules, application_id=id)


async def facts(store: Store) -> Sequence[Row]:
    """Everything told, in order."""
    e = schema.events
    async with store.read() as tx:
        return rows(await tx.connection.execute(sa.select(e).order_by(e.c.sequence)))


async def _empty(url: str) -> None:
    store = Store(url, bus=Bus())
    async with store.engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            await connection.execute(sa.delete(table))
    await store.close()


def _run(url: str, *, steady: bool = True, examples: int = 4) -> None:
    branch = type("Branch", (Branch,), {"url": url, "steady": steady})
    few = settings(
        max_examples=examples,
        stateful_step_count=25,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    run_state_machine_as_test(branch, settings=few)


@pytest.mark.timeout(600)  # so many steps that a busy machine takes minutes
def test_the_queue_is_served_in_order_and_nobody_is_stuck(database_url: str) -> None:
    _run(database_url)


async def _talks(store: Store, clock: Clock) -> tuple[str, Call]:
    """Somebody called now, and the agent answered."""
    await given(store, a_member("lan"))
    await desk.note_devices(store, clock, staff_id="lan", camera=True, microphone=True)
    await desk.choose(store, clock, Queue(), staff_id="lan", state=DeskState.AVAILABLE)
    await _calls(store, clock, Queue(), "first", False, "vi")
    await queue.match(store, clock, Queue())
    async with store.read() as tx:
        call = await calls.of_agent(tx, "lan")
    assert call is not None
    return "lan", call


@pytest.mark.parametrize(("steady", "found"), [(True, []), (False, ["a ring that was too short"])])
async def test_a_clock_put_forward_ends_no_ring_and_the_model_sees_where_it_would(
    store: Store, *, steady: bool, found: list[str]
) -> None:
    machine = Machine()
    own = SteadyClock(machine.wall, lambda: machine.ticks)
    clock = own if steady else Wall(machine)
    await _talks(store, clock)
    machine.ticks, machine.wrong_s = 5.0, JUMPS_S[2]
    rules, limits = Queue(), calling.limits(Queue(), CallSettings())
    await calling.end_overdue(store, clock, limits, batch=rules.batch)
    # What really passed, beside what the facts say: they were told by the clock under test.
    told = [{**fact, "at": _true(fact["at"], machine)} for fact in await facts(store)]
    assert [one.what for one in replay(told, ring_s=rules.ring_s).findings] == found


def _true(at: datetime, machine: Machine) -> datetime:
    """Without what the clock was put wrong by."""
    wrong = timedelta(seconds=machine.wrong_s)
    return at - wrong if at - START > wrong / 2 else at


async def test_with_the_fence_off_the_model_sees_an_answer_to_an_old_ring(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, call = await _talks(store, clock)
    clock.pass_s(16)
    limits = calling.limits(Queue(), CallSettings())
    await calling.end_overdue(store, clock, limits, batch=20)
    with pytest.raises(EkycError):
        await desk.accept(store, clock, staff_id=agent, call_id=call.id)
    assert replay(await facts(store)).findings == []
    _take_the_fences_down(monkeypatch)
    await desk.accept(store, clock, staff_id=agent, call_id=call.id)
    found = [one.what for one in replay(await facts(store)).findings]
    assert found == ["answered a call that does not ring"]


def _take_the_fences_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody compares a state, a version or an attempt any more."""

    async def whatever(tx: Any, call_id: str, staff_id: str) -> Call:
        found = await calls.find(tx, call_id)
        assert found is not None
        return found

    async def swap(tx: Any, *values: Any, **more: Any) -> None:
        return None

    monkeypatch.setattr("ekyc.journey.desk._ringing", whatever)
    monkeypatch.setattr("ekyc.domain.call.accept", lambda call, now: call)
    monkeypatch.setattr("ekyc.journey.desk.line.move", lambda ticket, to: ticket)
    monkeypatch.setattr("ekyc.journey.desk.rules.move", lambda at, to, now: at)
    monkeypatch.setattr("ekyc.storage.calls.save", swap)
    monkeypatch.setattr("ekyc.storage.queue.save_ticket", swap)
    monkeypatch.setattr("ekyc.storage.queue.save_desk", swap)


@pytest.mark.parametrize("faulty", [False, True])
async def test_with_the_order_turned_round_the_model_sees_who_was_told_too_early(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, *, faulty: bool
) -> None:
    await _away(store, clock, "first", "second", "third")
    if faulty:
        monkeypatch.setattr("ekyc.journey.recall.place", lambda ticket: -ticket.seq)
    assert await recall.recall(store, clock, Queue(recall_lead_s=0), by_message=True) >= 2
    found = [one.what for one in replay(await facts(store)).findings]
    assert ("recalled number 3 before number 1" in found) is faulty
    assert bool(found) is faulty


@pytest.mark.parametrize("faulty", [False, True])
async def test_with_patience_off_the_model_sees_a_place_that_was_given_up_too_soon(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, *, faulty: bool
) -> None:
    await _away(store, clock, "first")
    rules = Queue(recalls_max=1)
    await recall.recall(store, clock, rules, by_message=True)
    if faulty:
        monkeypatch.setattr("ekyc.domain.recall.lapse", lambda ticket, limits, now: leave(ticket))
        monkeypatch.setattr("ekyc.storage.recalls.overdue", _everybody)
    await recall.lapse(store, clock, rules)
    found = [one.what for one in replay(await facts(store)).findings]
    assert found == (["gave up a place too soon"] if faulty else [])


async def _everybody(tx: Any, **bounds: Any) -> Sequence[Ticket]:
    return await lines.tickets(tx, TicketState.PARKED, limit=9)


async def _away(store: Store, clock: FakeClock, *ids: str) -> None:
    """An agent is at work, and these took a place and asked to be told."""
    await given(store, a_member("lan"))
    await desk.note_devices(store, clock, staff_id="lan", camera=True, microphone=True)
    await desk.choose(store, clock, Queue(), staff_id="lan", state=DeskState.AVAILABLE)
    for id in ids:
        await _calls(store, clock, Queue(), id, False, "vi")
        await recall.ask(store, clock, Queue(), application_id=id, by_message=True)


@pytest.mark.parametrize("locked", [True, False])
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgres
async def test_with_the_locks_off_the_model_sees_customers_who_are_matched_twice(
    database_url: str, monkeypatch: pytest.MonkeyPatch, *, locked: bool
) -> None:
    clock = FakeClock()
    nodes = [Store(database_url, bus=Bus()) for _ in range(4)]
    scene = Scene(nodes[0], clock, Queue(), CallSettings())
    await scene.agent("hoa", "lan", "minh")
    for id in ("a", "b", "c"):
        await _calls(nodes[0], clock, Queue(), id, False, "vi")
    if not locked:
        monkeypatch.setattr("ekyc.storage.store._WRITER", None)
        swap = _whatever_once_all_have_looked(len(nodes))
        monkeypatch.setattr("ekyc.storage.queue._swap", swap)
        await _drop_the_belt(nodes[0])
    try:
        done = await asyncio.gather(
            *(queue.match(node, clock, Queue()) for node in nodes), return_exceptions=True
        )
        model = replay(await facts(nodes[0]))
    finally:
        if not locked:
            await _belt(nodes[0])
        for node in nodes:
            await node.close()
    assert sum(one for one in done if isinstance(one, int)) >= 3
    assert (model.findings == []) is locked


def _whatever_once_all_have_looked(nodes: int) -> Callable[..., Awaitable[None]]:
    """Nobody writes before everybody has read, and nobody looks whether a row was still so."""
    looked, known = asyncio.Barrier(nodes), set[int]()

    async def swap(tx: Any, update: sa.Update, wanted: int) -> None:
        if id(tx) not in known:
            known.add(id(tx))
            await asyncio.wait_for(looked.wait(), 30)
        await tx.connection.execute(update)

    return swap


async def _drop_the_belt(store: Store) -> None:
    async with store.engine.begin() as connection:
        for name in ("uq_calls_agent", "uq_calls_ticket"):
            await connection.execute(sa.text(f"DROP INDEX {name}"))


async def _belt(store: Store) -> None:
    """As it was, for the tests that come after."""
    async with store.engine.begin() as connection:
        await connection.execute(sa.delete(schema.calls))
        for index in schema.calls.indexes:
            if index.name in {"uq_calls_agent", "uq_calls_ticket"}:
                await connection.run_sync(index.create)


async def test_what_customers_were_told_and_when_is_the_order_of_the_facts(store: Store) -> None:
    """Thirty call at once, some leave again; each asks and is answered at a time of its own."""
    clock, loop = FakeClock(), asyncio.get_running_loop()
    operations: list[Operation] = []

    async def does(fact: str, id: str, act: Awaitable[object]) -> None:
        asked_s = loop.time()
        try:
            await act
            done = True
        except EkycError:
            done = False
        known = {"fact": fact, "key": id}
        operations.append(Operation(**known, asked_s=asked_s, answered_s=loop.time(), done=done))

    async def customer(number: int) -> None:
        id = f"c{number}"
        await asyncio.sleep(number % 7 / 500)
        await does("ticket.queued", id, _calls(store, clock, Queue(), id, False, "vi"))
        if number % 3 == 0:
            await does("ticket.left", id, queue.leave(store, clock, application_id=id))
            await does("ticket.left", id, queue.leave(store, clock, application_id=id))

    await asyncio.gather(*(customer(number) for number in range(12)))
    told = await facts(store)
    assert replay(told).findings == []
    assert real_time(operations, told) == []
    backwards = [{**fact, "sequence": -fact["sequence"]} for fact in told]
    assert real_time(operations, backwards) != []
