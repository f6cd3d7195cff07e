"""Calling now: the device test, the wait with its kept place, and who rings at whose desk."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from ekyc.domain import application as stages
from ekyc.domain import call as talk
from ekyc.domain import queue as rules
from ekyc.domain import routing
from ekyc.domain.application import Stage
from ekyc.domain.appointment import AppointmentState, is_owed
from ekyc.domain.call import CallState, EndReason
from ekyc.domain.desk import Desk
from ekyc.domain.device_test import DeviceTest, is_ready
from ekyc.domain.errors import DevicesNotReady, NotAllowedNow
from ekyc.domain.events import CUSTOMER, SYSTEM, Actor, Event
from ekyc.domain.queue import Pair, Ticket, TicketState
from ekyc.journey import appointed, stage
from ekyc.journey.desk_push import tell
from ekyc.journey.ending import end_call, leave_line, ticket_fact
from ekyc.journey.ports import Clock
from ekyc.journey.waiting import place, promise, require_room, routes
from ekyc.settings import Queue
from ekyc.storage import applications, appointments, calls, desk_push, queue, waits
from ekyc.storage.store import Store, Tx, new_id


async def note_devices(
    store: Store, clock: Clock, *, application_id: str, test: DeviceTest
) -> None:
    """Keep what the customer's device test showed, good or not; `NotAllowedNow`."""
    now = clock.now()
    async with store.begin() as tx:
        application = await applications.load(tx, application_id)
        if application.stage not in {Stage.CONFIRMED, Stage.WAITING, Stage.BOOKED}:
            raise NotAllowedNow
        result = {**asdict(test), "network": test.network.value}
        await applications.add_precheck(tx, application_id, id=new_id(), result=result, now=now)
        await tx.tell(_fact("precheck.made", application_id, now, CUSTOMER, **result))


async def call_now(store: Store, clock: Clock, settings: Queue, *, application_id: str) -> None:
    """Take a place in line; `NotAllowedNow`, `DevicesNotReady` without a good test, `QueueFull`.

    Whoever has an appointment gives it up; whoever was missed by us goes before walk-ins.
    """
    now = clock.now()
    async with store.begin() as tx:
        await require_room(tx, settings)
        ticket = await take_place(tx, settings, application_id, now=now)
        await promise(tx, settings, ticket, now=now)


async def take_place(tx: Tx, settings: Queue, application_id: str, *, now: datetime) -> Ticket:
    """The next number, full or not; `NotAllowedNow`, `DevicesNotReady`."""
    application = await applications.load(tx, application_id)
    waiting = stages.move(application, Stage.WAITING, now=now)
    since = now - timedelta(minutes=settings.device_test_min)
    if not is_ready(await queue.device_test(tx, application_id, since=since)):
        raise DevicesNotReady
    wants = await queue.wants(tx, application_id)
    first = rules.VULNERABLE if wants.vulnerable else rules.FIRST_COME
    ticket = await queue.add_ticket(
        tx,
        application_id,
        now=now,
        priority=max(first, await _give_up_appointment(tx, application_id, now=now)),
        group=routing.group_of(routes(settings), wants),
        language=wants.language,
    )
    await applications.save(tx, waiting, actor=CUSTOMER)
    await tx.tell(_queued(ticket, settings, now))
    return ticket


def _queued(ticket: Ticket, settings: Queue, now: datetime) -> Event:
    """With a commitment to how the agent will be drawn, where agents are."""
    if settings.allocation != "random":
        return ticket_fact("ticket.queued", ticket, now, CUSTOMER)
    told = routing.commitment(ticket.secret, ticket_id=ticket.id, attempt=1)
    return ticket_fact("ticket.queued", ticket, now, CUSTOMER, commitment=told)


async def follow(store: Store, clock: Clock, settings: Queue, *, application_id: str) -> None:
    """The customer speaks another language: the open wait moves to who speaks it, place kept."""
    async with store.begin() as tx:
        ticket = await queue.open_ticket(tx, application_id)
        if ticket is None:
            return
        wants = await queue.wants(tx, application_id)
        group = routing.group_of(routes(settings), wants)
        moved = replace(ticket, language=wants.language, group=group)
        if moved != ticket:
            await queue.save_ticket(tx, ticket, moved)
            await tx.tell(ticket_fact("ticket.rerouted", moved, clock.now(), CUSTOMER))
            tx.wake("queue")


async def let_go_first(
    store: Store, clock: Clock, *, staff_id: str, application_id: str, vulnerable: bool
) -> None:
    """An agent lets a customer go before others, or takes that back; `NotFound`.

    Who waits already moves at once. A customer cannot do it; why is not asked.
    """
    now, actor = clock.now(), Actor(kind="staff", id=staff_id)
    async with store.begin() as tx:
        await applications.load(tx, application_id)
        if (await queue.wants(tx, application_id)).vulnerable == vulnerable:
            return
        await applications.set_values(tx, application_id, vulnerable=vulnerable)
        data: dict[str, object] = {}
        ticket = await queue.open_ticket(tx, application_id)
        if ticket is not None and ticket.priority in {rules.FIRST_COME, rules.VULNERABLE}:
            priority = rules.VULNERABLE if vulnerable else rules.FIRST_COME
            await queue.save_ticket(tx, ticket, replace(ticket, priority=priority))
            data = {"ticket": ticket.id, "priority": priority}
            tx.wake("queue")
        name = "priority.given" if vulnerable else "priority.taken"
        await tx.tell(_fact(name, application_id, now, actor, **data))


async def _give_up_appointment(tx: Tx, application_id: str, *, now: datetime) -> int:
    """Calling now takes the place of an appointment; what the new ticket's priority is."""
    booked = await appointments.active(tx, application_id)
    if booked is not None:
        cancelled = AppointmentState.CANCELLED
        await appointed.finish(tx, booked, cancelled, actor=CUSTOMER, now=now)
    earlier = await appointments.of_application(tx, application_id)
    answered = [call.accepted_at for call in await calls.of_application(tx, application_id)]
    return rules.BOOKED if is_owed(earlier, answered) else rules.FIRST_COME


async def leave(store: Store, clock: Clock, *, application_id: str) -> None:
    """Give the place up, even while it rings at a desk; `NotAllowedNow` when nobody waits."""
    now = clock.now()
    async with store.begin() as tx:
        call = await calls.of_customer(tx, application_id)
        if call is not None and call.state is CallState.RINGING:
            await end_call(tx, call, EndReason.CUSTOMER_LEFT, actor=CUSTOMER, now=now)
            return
        application = await applications.load(tx, application_id)
        await stage.follow(tx, application, Stage.CONFIRMED, actor=CUSTOMER, now=now)
        await leave_line(tx, application_id, actor=CUSTOMER, now=now)
        due = await appointments.active(tx, application_id)
        if due is not None:
            cancelled = AppointmentState.CANCELLED
            await appointed.finish(tx, due, cancelled, actor=CUSTOMER, now=now)


async def see(store: Store, clock: Clock, settings: Queue, *, application_id: str) -> None:
    """The customer's page is open: keep the place, or take it again. Writes only when due.

    Who asked to be told is away though a page is open, until they say that they are back.
    """
    now = clock.now()
    async with store.read() as tx:
        ticket = await queue.open_ticket(tx, application_id)
    if ticket is None or not _is_news(ticket, now, settings):
        return
    with suppress(NotAllowedNow):  # matched or left a moment ago: nothing to keep
        async with store.begin() as tx:
            ticket = await queue.open_ticket(tx, application_id)
            if ticket is not None and not ticket.asked:
                await take_again(tx, ticket, now=now)


async def take_again(tx: Tx, ticket: Ticket, *, now: datetime) -> None:
    """The customer is there: a parked ticket takes its place again."""
    await queue.save_ticket(tx, ticket, rules.see(ticket, now=now))
    if ticket.gone_at is not None:
        tx.wake("queue")
    if ticket.state is TicketState.PARKED:
        await tx.tell(ticket_fact("ticket.returned", ticket, now, CUSTOMER))


def _is_news(ticket: Ticket, now: datetime, settings: Queue) -> bool:
    if ticket.asked:
        return False
    if ticket.state is TicketState.PARKED or ticket.gone_at is not None:
        return True
    return now - ticket.seen_at > timedelta(seconds=settings.presence_s / 4)


async def miss(store: Store, clock: Clock, *, application_id: str) -> None:
    """The customer's last page was closed: nobody is rung for until it is open again.

    A ring that is under way goes on; the place it gives back is of somebody who is not there.
    """
    now = clock.now()
    with suppress(NotAllowedNow):  # matched or left a moment ago
        async with store.begin() as tx:
            ticket = await queue.open_ticket(tx, application_id)
            if ticket is not None and ticket.state is not TicketState.PARKED:
                await queue.save_ticket(tx, ticket, rules.miss(ticket, now=now))


async def park_absent(store: Store, clock: Clock, settings: Queue) -> int:
    """Take whoever was not seen for too long out of line, keeping the number; how many."""
    now = clock.now()
    before = now - timedelta(seconds=settings.presence_s)
    async with store.begin() as tx:
        absent = await queue.unseen(tx, before=before, limit=settings.batch)
        for ticket in absent:
            await queue.save_ticket(tx, ticket, rules.move(ticket, TicketState.PARKED))
            await tx.tell(ticket_fact("ticket.parked", ticket, now, SYSTEM))
            await waits.was_absent(tx, ticket.id)
    return len(absent)


async def match(store: Store, clock: Clock, settings: Queue) -> int:
    """Let the first in line ring at the desks idle longest, one batch in one transaction.

    Writers take turns, so whoever matches leads the queue until the commit, on one node or on ten;
    the order is exact. The number of pairs comes back.
    """
    now = clock.now()
    async with store.begin() as tx:
        desks = await queue.idle_desks(tx)
        if not desks:
            return 0
        among = routes(settings)
        limit = min(len(desks), settings.batch)
        since = routing.helped_since(among, now=now)
        ready = await queue.ready_tickets(tx, limit=limit, helped_since=since)
        places = {id: place(ticket, begun) for id, (ticket, begun) in ready.items()}
        talents = {desk.staff_id: can for desk, can in desks}
        pairs = rules.match(
            [ticket for ticket, _ in ready.values()],
            [desk for desk, _ in desks],
            batch=settings.batch,
            promised=await appointments.due_agents(tx),
            able=lambda t, desk: routing.serves(
                among, talents[desk.staff_id], places[t.id], now=now
            ),
            choose=_drawn if settings.allocation == "random" else rules.longest_idle,
        )
        if pairs:
            await ring(tx, pairs, now=now, absent=await queue.absent(tx))
    return len(pairs)


def _drawn(ticket: Ticket, able: Sequence[Desk]) -> Pair:
    """By the ticket's secret; who waited before agents were drawn has none."""
    if not ticket.secret:
        return rules.longest_idle(ticket, able)
    by_id = {desk.staff_id: desk for desk in able}
    chosen = routing.draw(ticket.secret, by_id, attempt=ticket.attempt + 1)
    return Pair(ticket=ticket, desk=by_id[chosen], pool=tuple(by_id))


async def ring(
    tx: Tx, pairs: Sequence[Pair], *, now: datetime, absent: Sequence[Ticket] = ()
) -> None:
    """Let each ticket ring at its desk, in a few statements; `NotAllowedNow` when one is taken.

    The fact names those of `absent` who were passed over: they came before, their page is closed.
    """
    await queue.ring(tx, pairs, now=now)
    begun, facts = [], []
    for pair in pairs:
        ticket = rules.move(pair.ticket, TicketState.MATCHED)
        call = talk.ring(
            id=new_id(),
            application_id=ticket.application_id,
            ticket_id=ticket.id,
            agent_id=pair.desk.staff_id,
            attempt=ticket.attempt,
            now=now,
        )
        begun.append(call)
        data = {"call": call.id, "agent": call.agent_id}
        passed = [other.seq for other in absent if rules.place(other) < rules.place(ticket)]
        drawn = _disclosed(ticket, pair)
        facts.append(ticket_fact("ticket.matched", ticket, now, SYSTEM, passed=passed, **drawn))
        facts.append(_fact("desk.rang", ticket.application_id, now, SYSTEM, **data))
    await calls.add(tx, *begun)
    await tx.tell_all(facts)
    called = {call.agent_id: call.id for call in begun}
    for agent_id in await desk_push.having(tx, called, now=now):
        await tell(tx, [agent_id], "ring", about=called[agent_id], now=now)


def _disclosed(ticket: Ticket, pair: Pair) -> dict[str, object]:
    """Where it was drawn: by what seed, among whom."""
    if not pair.pool:
        return {}
    return routing.disclosed(ticket.secret, pair.pool, ticket_id=ticket.id, attempt=ticket.attempt)


def _fact(name: str, application_id: str, at: datetime, actor: Actor, **data: object) -> Event:
    return Event(name=name, application_id=application_id, at=at, actor=actor, data=data)
