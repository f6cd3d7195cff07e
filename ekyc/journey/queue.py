"""Calling now: the device test, the wait with its kept place, and who rings at whose desk."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta

from ekyc.domain import application as stages
from ekyc.domain import call as talk
from ekyc.domain import queue as rules
from ekyc.domain.application import Stage
from ekyc.domain.appointment import AppointmentState, outcome
from ekyc.domain.call import CallState, EndReason
from ekyc.domain.device_test import DeviceTest, is_ready
from ekyc.domain.errors import DevicesNotReady, NotAllowedNow
from ekyc.domain.events import CUSTOMER, SYSTEM, Actor, Event
from ekyc.domain.queue import Pair, Ticket, TicketState
from ekyc.journey import appointed
from ekyc.journey.ending import end_call, leave_line, ticket_fact
from ekyc.journey.ports import Clock
from ekyc.settings import Queue
from ekyc.storage import applications, appointments, calls, queue
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
    """Take a place in line; `NotAllowedNow`, `DevicesNotReady` without a good recent test.

    Whoever has an appointment gives it up; whoever was missed by us goes before walk-ins.
    """
    now = clock.now()
    async with store.begin() as tx:
        application = await applications.load(tx, application_id)
        waiting = stages.move(application, Stage.WAITING, now=now)
        since = now - timedelta(minutes=settings.device_test_min)
        if not is_ready(await queue.device_test(tx, application_id, since=since)):
            raise DevicesNotReady
        priority = await _give_up_appointment(tx, application_id, now=now)
        ticket = await queue.add_ticket(tx, application_id, now=now, priority=priority)
        await applications.save(tx, waiting, actor=CUSTOMER)
        await tx.tell(ticket_fact("ticket.queued", ticket, now, CUSTOMER))


async def _give_up_appointment(tx: Tx, application_id: str, *, now: datetime) -> int:
    """Calling now takes the place of an appointment; what the new ticket's priority is."""
    booked = await appointments.active(tx, application_id)
    if booked is not None:
        cancelled = AppointmentState.CANCELLED
        await appointed.finish(tx, booked, cancelled, actor=CUSTOMER, now=now)
    last = outcome(await appointments.of_application(tx, application_id))
    we_missed = last is AppointmentState.MISSED_BY_AGENT
    return rules.BOOKED if we_missed else rules.FIRST_COME


async def leave(store: Store, clock: Clock, *, application_id: str) -> None:
    """Give the place up, even while it rings at a desk; `NotAllowedNow` when nobody waits."""
    now = clock.now()
    async with store.begin() as tx:
        call = await calls.of_customer(tx, application_id)
        if call is not None and call.state is CallState.RINGING:
            await end_call(tx, call, EndReason.CUSTOMER_LEFT, actor=CUSTOMER, now=now)
            return
        application = await applications.load(tx, application_id)
        moved = stages.move(application, Stage.CONFIRMED, now=now)
        await applications.save(tx, moved, actor=CUSTOMER)
        await leave_line(tx, application_id, actor=CUSTOMER, now=now)
        due = await appointments.active(tx, application_id)
        if due is not None:
            cancelled = AppointmentState.CANCELLED
            await appointed.finish(tx, due, cancelled, actor=CUSTOMER, now=now)


async def see(store: Store, clock: Clock, settings: Queue, *, application_id: str) -> None:
    """The customer's page is open: keep the place, or take it again. Writes only when due."""
    now = clock.now()
    async with store.read() as tx:
        ticket = await queue.open_ticket(tx, application_id)
    if ticket is None or not _is_news(ticket, now, settings):
        return
    with suppress(NotAllowedNow):  # matched or left a moment ago: nothing to keep
        async with store.begin() as tx:
            await queue.save_ticket(tx, ticket, rules.see(ticket, now=now))
            if ticket.gone_at is not None:
                tx.wake("queue")
            if ticket.state is TicketState.PARKED:
                await tx.tell(ticket_fact("ticket.returned", ticket, now, CUSTOMER))


def _is_news(ticket: Ticket, now: datetime, settings: Queue) -> bool:
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
    return len(absent)


async def match(store: Store, clock: Clock, settings: Queue) -> int:
    """Let the first in line ring at the desks idle longest, one batch in one transaction.

    Writers take turns, so whoever matches leads the queue until the commit, on one node or on ten;
    the order is exact. The number of pairs comes back.
    """
    async with store.begin() as tx:
        idle = await queue.idle_desks(tx, limit=settings.batch)
        ready = await queue.ready_tickets(tx, limit=len(idle))
        promised = await appointments.due_agents(tx)
        pairs = rules.match(ready, idle, batch=settings.batch, promised=promised)
        if pairs:
            await ring(tx, pairs, now=clock.now())
    return len(pairs)


async def ring(tx: Tx, pairs: Sequence[Pair], *, now: datetime) -> None:
    """Let each ticket ring at its desk, in a few statements; `NotAllowedNow` when one is taken."""
    await queue.ring(tx, pairs, now=now)
    rung = [(rules.move(pair.ticket, TicketState.MATCHED), pair.desk) for pair in pairs]
    begun = [
        talk.ring(
            id=new_id(),
            application_id=ticket.application_id,
            ticket_id=ticket.id,
            agent_id=desk.staff_id,
            attempt=ticket.attempt,
            now=now,
        )
        for ticket, desk in rung
    ]
    await calls.add(tx, *begun)
    facts: list[Event] = []
    for (ticket, _), call in zip(rung, begun, strict=True):
        data = {"call": call.id, "agent": call.agent_id}
        facts.append(ticket_fact("ticket.matched", ticket, now, SYSTEM))
        facts.append(_fact("desk.rang", ticket.application_id, now, SYSTEM, **data))
    await tx.tell_all(facts)


def _fact(name: str, application_id: str, at: datetime, actor: Actor, **data: object) -> Event:
    return Event(name=name, application_id=application_id, at=at, actor=actor, data=data)
