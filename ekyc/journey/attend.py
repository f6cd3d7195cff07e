"""The time of an appointment comes: the customer is first in line, answers, or somebody misses it.

The line, the ring and the call are those of everybody who calls now; an appointment only decides
who stands where, how long the customer's page rings, and what becomes of a time nobody kept.
"""

from dataclasses import replace
from datetime import datetime

from ekyc.domain import appointment as rules
from ekyc.domain import call as talk
from ekyc.domain import queue as line
from ekyc.domain.application import SETTLED, Stage
from ekyc.domain.appointment import MISSED, Appointment, AppointmentState, Limits, Side
from ekyc.domain.call import Call, EndReason
from ekyc.domain.errors import NotAllowedNow, NotFound
from ekyc.domain.events import CUSTOMER, SYSTEM, Actor
from ekyc.domain.queue import Ticket, TicketState
from ekyc.domain.routing import Routes, group_of
from ekyc.journey import appointed
from ekyc.journey.ending import end_call, leave_line
from ekyc.journey.ports import ALWAYS, Clock
from ekyc.journey.stage import follow
from ekyc.settings import Booking
from ekyc.storage import applications, appointments, calls, queue
from ekyc.storage.store import Store, Tx

NO_ROUTES = Routes()


async def attend(
    store: Store,
    clock: Clock,
    settings: Booking,
    routes: Routes = NO_ROUTES,
    *,
    since: datetime = ALWAYS,
) -> int:
    """Look at every appointment whose time has come, each by itself; how many moved on.

    `since`: since when the server is there; nobody is late by the time it was away.
    """
    async with store.read() as tx:
        ripe = await appointments.ripe(tx, now=clock.now())
    moved = 0
    for appointment in ripe:
        moved += await _attend(store, clock, settings, routes, appointment.id, since=since)
    return moved


async def _attend(
    store: Store,
    clock: Clock,
    settings: Booking,
    routes: Routes,
    appointment_id: str,
    *,
    since: datetime,
) -> bool:
    """Look again inside the transaction: somebody may have answered, moved or cancelled it."""
    now = clock.now()
    async with store.begin() as tx:
        appointment = await appointments.find(tx, appointment_id)
        assert appointment is not None  # rows are never deleted
        match appointment.state:
            case AppointmentState.HELD if now >= appointment.held_until:
                lapsed = rules.move(appointment, AppointmentState.LAPSED, now=now)
                await appointments.save(tx, lapsed)
                return True
            case AppointmentState.BOOKED if now >= appointment.at:
                await _begin(tx, appointment, settings, routes, now=now)
                return True
            case AppointmentState.DUE:
                return await _wait(tx, appointment, settings, since=since, now=now)
            case _:
                return False


async def _begin(
    tx: Tx, appointment: Appointment, settings: Booking, routes: Routes, *, now: datetime
) -> None:
    """The customer is first in line, rung, and rung for as soon as a page of theirs is open.

    A server that was away until the call would have been over rings nobody, and has missed it.
    """
    application = await applications.load(tx, appointment.application_id)
    if application.stage not in {Stage.BOOKED, *SETTLED}:  # withdrawn meanwhile
        cancelled = AppointmentState.CANCELLED
        await appointed.finish(tx, appointment, cancelled, actor=SYSTEM, now=now)
        return
    due = rules.move(appointment, AppointmentState.DUE, now=now)
    await appointments.save(tx, due)
    wants = await queue.wants(tx, application.id)
    ticket = await queue.add_ticket(
        tx,
        application.id,
        now=now,
        priority=line.BOOKED,
        group=group_of(routes, wants),
        language=wants.language,
    )
    # An open page is seen within a moment, and takes the place.
    await queue.save_ticket(tx, ticket, line.move(ticket, TicketState.PARKED))
    await follow(tx, application, Stage.WAITING, actor=SYSTEM, now=now)
    await tx.tell(appointed.fact("booking.due", due, now))
    if rules.is_over(due, now=now):
        await _miss(tx, due, Side.AGENT, now=now)
    else:
        await appointed.ring(tx, due, settings, actor=SYSTEM, now=now)


async def _wait(
    tx: Tx, appointment: Appointment, settings: Booking, *, since: datetime, now: datetime
) -> bool:
    """Ring, wait, or find that somebody missed it; whether anything moved."""
    limits = appointed.limits(settings)
    call = await calls.of_customer(tx, appointment.application_id)
    if call is not None:
        return await _ring(tx, call, limits, since=since, now=now)
    ticket = await queue.open_ticket(tx, appointment.application_id)
    if ticket is None:  # withdrawn meanwhile
        cancelled = AppointmentState.CANCELLED
        await appointed.finish(tx, appointment, cancelled, actor=SYSTEM, now=now)
        return True
    here = ticket.state is TicketState.WAITING  # or away for a moment
    if here and appointment.arrived_at is None:
        version = appointment.version + 1
        await appointments.save(tx, replace(appointment, arrived_at=now, version=version))
        return True
    gone_at = ticket.gone_at
    side = rules.missed(
        appointment, gone_at=gone_at, here=here, since=since, limits=limits, now=now
    )
    if side is not None:
        await _miss(tx, appointment, side, now=now)
    elif not _is_here(ticket) and rules.rings_again(appointment, limits, now=now):
        await appointed.ring(tx, appointment, settings, actor=SYSTEM, now=now)
    else:
        return False
    return True


def _is_here(ticket: Ticket) -> bool:
    return ticket.state is TicketState.WAITING and ticket.gone_at is None


async def _ring(tx: Tx, call: Call, limits: Limits, *, since: datetime, now: datetime) -> bool:
    """The agent is there; a customer who does not answer within the time misses it."""
    if not talk.is_answered(call):
        return False
    # An answered call has its instant of answer: `accept` sets both at once.
    assert call.accepted_at is not None
    if not rules.unanswered(max(call.accepted_at, since), limits, now=now):
        return False
    await end_call(tx, call, EndReason.CUSTOMER_MISSED, actor=SYSTEM, now=now)
    return True


async def _miss(tx: Tx, appointment: Appointment, side: Side, *, now: datetime) -> None:
    """The place in line is given up; the customer may choose again."""
    application = await applications.load(tx, appointment.application_id)
    await follow(tx, application, Stage.CONFIRMED, actor=SYSTEM, now=now)
    await leave_line(tx, appointment.application_id, actor=SYSTEM, now=now)
    await appointed.finish(tx, appointment, MISSED[side], actor=SYSTEM, now=now)


async def answer(store: Store, clock: Clock, *, application_id: str) -> None:
    """The customer takes the ring: the call the agent has begun, or the one that is to come.

    Raises `NotAllowedNow` when nothing rings.
    """
    now = clock.now()
    async with store.begin() as tx:
        due = await _due(tx, application_id)
        if due.answered_at is not None:
            raise NotAllowedNow
        call = await calls.of_customer(tx, application_id)
        if call is not None and talk.is_answered(call):
            kept = AppointmentState.KEPT
            await appointed.finish(tx, due, kept, actor=CUSTOMER, now=now)
            return
        ready = replace(due, answered_at=now, version=due.version + 1)
        await appointments.save(tx, ready)
        await tx.tell(appointed.fact("booking.accepted", ready, now, CUSTOMER))


async def decline(store: Store, clock: Clock, *, application_id: str) -> None:
    """The customer does not take the call and chooses again; `NotAllowedNow` when none rings."""
    now = clock.now()
    async with store.begin() as tx:
        due = await _due(tx, application_id)
        await tx.tell(appointed.fact("booking.declined", due, now, CUSTOMER))
        cancelled = AppointmentState.CANCELLED
        await appointed.finish(tx, due, cancelled, actor=CUSTOMER, now=now)
        await _take_back(tx, application_id, Stage.CONFIRMED, now=now)


async def postpone(store: Store, clock: Clock, settings: Booking, *, application_id: str) -> None:
    """Ring again in some minutes; `NotAllowedNow` when nothing rings, or often enough."""
    now = clock.now()
    async with store.begin() as tx:
        due = await _due(tx, application_id)
        later = rules.postpone(due, appointed.limits(settings), now=now)
        await appointments.save(tx, later)
        data = {"from": due.at.isoformat()}
        await tx.tell(appointed.fact("booking.postponed", later, now, CUSTOMER, **data))
        await _take_back(tx, application_id, Stage.BOOKED, now=now)


async def ring(
    store: Store, clock: Clock, settings: Booking, *, staff_id: str, appointment_id: str
) -> None:
    """The agent rings a customer who is not there once more.

    Raises `NotFound` for another's appointment, `NotAllowedNow` when the customer is there, when it
    is not time, or when it was done often enough.
    """
    now, actor = clock.now(), Actor(kind="staff", id=staff_id)
    async with store.begin() as tx:
        appointment = await appointments.find(tx, appointment_id)
        if appointment is None or appointment.agent_id != staff_id:
            raise NotFound
        ticket = await queue.open_ticket(tx, appointment.application_id)
        if ticket is None or ticket.state is TicketState.MATCHED or _is_here(ticket):
            raise NotAllowedNow
        await appointed.ring(tx, appointment, settings, actor=actor, now=now)


async def _due(tx: Tx, application_id: str) -> Appointment:
    """The appointment whose time has come; `NotAllowedNow`."""
    appointment = await appointments.active(tx, application_id)
    if appointment is None or appointment.state is not AppointmentState.DUE:
        raise NotAllowedNow
    return appointment


async def _take_back(tx: Tx, application_id: str, to: Stage, *, now: datetime) -> None:
    """Nobody waits, rings or talks any more; the application stands where it is to stand."""
    call = await calls.of_customer(tx, application_id)
    if call is None:
        await leave_line(tx, application_id, actor=CUSTOMER, now=now)
    else:
        await end_call(tx, call, EndReason.CUSTOMER_DECLINED, actor=CUSTOMER, now=now)
    application = await applications.load(tx, application_id)
    if application.stage is not to:
        await follow(tx, application, to, actor=CUSTOMER, now=now)
