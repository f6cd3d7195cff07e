"""The call-back that keeps the place: away, told in time, back at the old number, or given up."""

import asyncio
import re
from typing import Any

import pytest

from ekyc.domain.application import Stage
from ekyc.domain.errors import CannotBeTold, CodesPaused, NotAllowedNow, QueueFull
from ekyc.domain.message import MessageState, Receipt
from ekyc.domain.queue import TicketState
from ekyc.jobs.booking import Desk
from ekyc.jobs.recall import messenger
from ekyc.journey import apply, codes, queue, recall
from ekyc.journey.messages import Post, report
from ekyc.notify.texts import Texts
from ekyc.settings import Bank, Codes, Queue
from ekyc.storage import applications, jobs, recalls
from ekyc.storage.store import Store
from tests.builders import an_application, given
from tests.fakes import FakeClock, Messages
from tests.meeting import GOOD_TEST, Scene

RULES = Queue(recall_lead_s=0)
"""A turn is near when it may come within the minute: the next call's end brings it."""


@pytest.fixture
def box() -> Messages:
    return Messages()


class Runner:
    """Does the work that recalls make due, once each."""

    def __init__(self, store: Store, clock: FakeClock, box: Messages, rules: Codes) -> None:
        desk = Desk(
            store=store,
            clock=clock,
            texts=Texts(),
            bank=Bank(),
            address="https://kyc.bank.example",
            link_hours=72,
        )
        post = Post(sender=box, secret=b"s" * 32, limits=codes.limits(rules), block_digits=4)
        self._store, self._work, self._done = store, messenger(desk, post), 0

    async def turn(self) -> None:
        """Whatever was written down since the last one."""
        async with self._store.read() as tx:
            due = await jobs.payloads(tx, recall.MESSAGE)
        for payload in due[self._done :]:
            await self._work(payload)
        self._done = len(due)


@pytest.fixture
def runner(store: Store, clock: FakeClock, box: Messages) -> Runner:
    return Runner(store, clock, box, Codes())


async def asks(scene: Scene, id: str, **rules: Any) -> None:
    """A customer leaves and wants to be told."""
    await recall.ask(scene.store, scene.clock, Queue(**rules), application_id=id, by_message=True)


async def told(scene: Scene) -> int:
    return await recall.recall(scene.store, scene.clock, RULES, by_message=True)


async def test_who_is_told_comes_by_the_link_and_is_served_before_later_numbers(
    scene: Scene, box: Messages, runner: Runner
) -> None:
    await scene.waits("zero", "first", "second", "third")
    await asks(scene, "second")
    await queue.see(scene.store, scene.clock, scene.queue, application_id="second")
    ticket = await scene.ticket_of("second")
    assert ticket is not None
    assert (ticket.state, ticket.asked) == (TicketState.PARKED, True)  # an open page is not enough
    assert await told(scene) == 0  # nobody is at work
    await scene.agent("lan")
    assert await told(scene) == 0  # two are before
    assert await scene.match() == 1
    assert await told(scene) == 0
    await queue.leave(scene.store, scene.clock, application_id="first")
    assert await told(scene) == 1
    await runner.turn()
    ((to, text),) = box.sent
    assert to == (await scene.application("second")).phone
    assert "trước 09:05" in text
    token = re.search(r"https://kyc\.bank\.example/c/#(\S+)$", text)
    assert token is not None
    opened = await apply.open_session(scene.store, scene.clock, link_token=token[1], hours=1)
    assert opened[0] == "second"
    await recall.come(scene.store, scene.clock, application_id="second")
    await scene.agent("minh")
    assert await scene.match() == 1
    assert (await scene.call_of("second")).agent_id == "minh"
    assert "ticket.returned" in await scene.keeps_its_word()
    assert [name for name in await scene.facts("second") if name.startswith("recall")] == [
        "recall.asked",
        "recall.made",
        "recall.notified",
    ]


async def test_who_lost_the_page_is_told_as_well_and_is_back_as_soon_as_it_is_open(
    scene: Scene, clock: FakeClock, box: Messages, runner: Runner
) -> None:
    await scene.waits("first")
    await scene.agent("lan")
    await queue.miss(scene.store, clock, application_id="first")
    clock.pass_s(61)
    assert await queue.park_absent(scene.store, clock, scene.queue) == 1
    assert await told(scene) == 1
    await runner.turn()
    assert len(box.sent) == 1
    await queue.see(scene.store, clock, scene.queue, application_id="first")
    ticket = await scene.ticket_of()
    assert ticket is not None
    assert (ticket.state, ticket.recalls) == (TicketState.WAITING, 0)


async def test_no_more_are_told_than_can_be_served(scene: Scene) -> None:
    ids = [f"customer-{number}" for number in range(6)]
    await scene.waits(*ids)
    for id in ids:
        await asks(scene, id)
    await scene.agent("lan", "minh")
    assert await told(scene) == 3
    assert await told(scene) == 0
    for number, id in enumerate(ids):
        ticket = await scene.ticket_of(id)
        assert ticket is not None
        assert ticket.recalls == (1 if number < 3 else 0)


async def test_who_does_not_come_is_told_twice_then_the_place_is_given_up_and_a_time_offered(
    scene: Scene, clock: FakeClock, box: Messages, runner: Runner
) -> None:
    await scene.waits("first")
    await asks(scene, "first")
    await scene.agent("lan")
    for _ in range(2):
        assert await told(scene) == 1
        await runner.turn()
        assert await recall.lapse(scene.store, clock, scene.queue) == 0
        clock.pass_s(301)
    assert await told(scene) == 0
    assert await recall.lapse(scene.store, clock, scene.queue) == 1
    await runner.turn()
    assert (await scene.application()).stage is Stage.CONFIRMED
    assert await scene.ticket_of() is None
    assert ["nhường chỗ" in text for _, text in box.sent] == [False, False, True]
    assert (await scene.facts())[-4:] == [
        "application.moved",
        "recall.lapsed",
        "ticket.left",
        "recall.notified",
    ]
    with pytest.raises(NotAllowedNow):
        await recall.come(scene.store, clock, application_id="first")
    async with scene.store.read() as tx:
        assert await recalls.lapsed(tx, "first")
    shaped = await scene.keeps_its_word()
    assert shaped > {"ticket.parked", "recall.asked", "recall.made", "recall.lapsed"}


async def test_messages_are_within_the_day_s_money_and_who_was_not_told_keeps_the_place(
    scene: Scene, clock: FakeClock, box: Messages
) -> None:
    runner = await asyncio.to_thread(Runner, scene.store, clock, box, Codes(budget_per_day_vnd=1))
    await scene.waits("first")
    await asks(scene, "first")
    await scene.agent("lan")
    for _ in range(2):
        assert await told(scene) == 1
        await runner.turn()
        clock.pass_s(301)
    assert await told(scene) == 0
    assert await recall.lapse(scene.store, clock, scene.queue) == 0
    assert box.sent == []
    async with scene.store.read() as tx:
        facts = await applications.events(tx, "first")
    refused = [fact["data"]["reason"] for fact in facts if fact["name"] == "recall.refused"]
    assert refused == [CodesPaused.code] * 2
    ticket = await scene.ticket_of()
    assert ticket is not None
    assert ticket.state is TicketState.PARKED
    async with scene.store.read() as tx:
        assert await recalls.asked(tx, most=RULES.recalls_max) == 0  # keeps nobody from asking


async def test_whom_no_recall_reached_is_recalled_until_one_does_ever_more_rarely(
    scene: Scene, clock: FakeClock, box: Messages, runner: Runner
) -> None:
    await scene.waits("first")
    await asks(scene, "first")
    await scene.agent("lan")
    wait_s = RULES.recall_wait_s
    for pause_s in (0, wait_s, 2 * wait_s):  # none of these is handed over
        assert await told(scene) == 1
        if pause_s:
            clock.pass_s(wait_s + pause_s - 1)
            assert await told(scene) == 0
            clock.pass_s(1)
        else:
            clock.pass_s(wait_s)
    assert await told(scene) == 1
    await runner.turn()
    assert len(box.sent) == 1
    assert await recall.lapse(scene.store, clock, scene.queue) == 0
    clock.pass_s(9 * wait_s)
    assert await told(scene) == 0
    assert await recall.lapse(scene.store, clock, scene.queue) == 1
    with pytest.raises(CannotBeTold):
        await asks(scene, "first", recalls_max=0)
    assert await recall.recall(scene.store, clock, Queue(recalls_max=0), by_message=True) == 0


async def test_what_a_provider_reports_of_a_recall_is_no_word_about_codes(
    scene: Scene, box: Messages, runner: Runner
) -> None:
    await scene.waits("first")
    await asks(scene, "first")
    await scene.agent("lan")
    await told(scene)
    await runner.turn()
    receipt = Receipt(provider="messages", state=MessageState.DELIVERED)
    assert await report(scene.store, scene.clock, message_id=box.ids[0], receipt=receipt)
    assert "recall.delivered" in await scene.facts()


async def test_who_came_back_meanwhile_is_sent_nothing(
    scene: Scene, box: Messages, runner: Runner
) -> None:
    await scene.waits("first")
    await asks(scene, "first")
    await scene.agent("lan")
    await told(scene)
    await recall.come(scene.store, scene.clock, application_id="first")
    await runner.turn()
    assert box.sent == []


async def test_where_the_queue_is_full_a_place_is_kept_for_who_is_told(scene: Scene) -> None:
    await scene.waits("first")
    await given(scene.store, an_application("second"))
    await queue.note_devices(scene.store, scene.clock, application_id="second", test=GOOD_TEST)
    with pytest.raises(QueueFull):
        await queue.call_now(
            scene.store, scene.clock, Queue(waiting_max=1), application_id="second"
        )
    with pytest.raises(QueueFull):
        await asks(scene, "second", waiting_max=1, asked_max=0)
    await asks(scene, "second", waiting_max=1)
    ticket = await scene.ticket_of("second")
    assert ticket is not None
    assert (ticket.state, ticket.seq) == (TicketState.PARKED, 2)


async def test_nobody_is_promised_a_word_that_cannot_reach_them(scene: Scene) -> None:
    await scene.waits("first")
    with pytest.raises(CannotBeTold):
        await recall.ask(
            scene.store, scene.clock, scene.queue, application_id="first", by_message=False
        )
    with pytest.raises(CannotBeTold):
        await asks(scene, "first", recalls_max=0)
    async with scene.store.begin() as tx:
        await applications.set_values(tx, "first", phone_source="customer")
    with pytest.raises(CannotBeTold):
        await asks(scene, "first")


async def test_nobody_is_told_whose_appointment_rings_by_itself(scene: Scene) -> None:
    await scene.waits("first", "second")
    for id in ("first", "second"):
        await queue.miss(scene.store, scene.clock, application_id=id)
    scene.clock.pass_s(61)
    await queue.park_absent(scene.store, scene.clock, scene.queue)
    await scene.agent("lan")
    async with scene.store.begin() as tx:
        await applications.set_values(tx, "first", phone_source="customer")
    assert await told(scene) == 1  # the first cannot be told, and holds up nobody
    async with scene.store.read() as tx:
        facts = await applications.events(tx, "second")
    (made,) = [fact["data"] for fact in facts if fact["name"] == "recall.made"]
    assert made["passed"] == [1]
