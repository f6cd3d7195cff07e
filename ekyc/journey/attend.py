"""The time of an appointment comes: the customer is first in line, answers, or somebody misses it.

The line, the ring and the call are those of everybody who calls now; an appointment only decides
who stands where, how long the customer's page rings, and what becomes of a time nobody kept.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from ekyc.domain import application as stages
from ekyc.domain import appointment as rules
from ekyc.domain import call as talk
from ekyc.domain import queue as line
from ekyc.domain.application import Stage
from ekyc.domain.appointment import MISSED, Appointment, AppointmentState, Limits, Side
from ekyc.domain.call import Call, EndReason
from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.events import CUSTOMER, SYSTEM
from ekyc.domain.queue import Ticket, TicketState
from ekyc.journey import appointed
from ekyc.journey.ending import end_call, leave_line
from ekyc.journey.ports import Clock
from ekyc.settings import Booking
from ekyc.storage import applications, appointments, calls, queue
from ekyc.storage.store import Store, Tx


async def attend(store: Store, clock: Clock, settings: Booking) -> int:
    """Look at every appointment whose time has come, each by itself; how many moved on."""
    async with store.read() as tx:
        ripe = await appointments.ripe(tx, now=clock.now())
    moved = 0
    for appointment in ripe:
        moved += await _attend(store, clock, settings, appointment.id)
    return moved


async def _attend(store: Store, clock: Clock, settings: Booking, appointment_id: str) -> bool:
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
                await _begin(tx, appointment, settings, now=now)
                return True
            case AppointmentState.DUE:
                return await _wait(tx, appointment, appointed.limits(settings), now=now)
            case _:
                return False


async def _begin(tx: Tx, appointment: Appointment, settings: Booking, *, now: datetime) -> None:
    """The customer is first in line, and rung for as soon as a page of theirs is open."""
    application = await applications.load(tx, appointment.application_id)
    if application.stage is not Stage.BOOKED:  # withdrawn meanwhile
        cancelled = AppointmentState.CANCELLED
        await appointed.finish(tx, appointment, cancelled, actor=SYSTEM, now=now)
        return
    due = rules.move(appointment, AppointmentState.DUE, now=now)
    await appointments.save(tx, due)
    ticket = await queue.add_ticket(tx, application.id, now=now, priority=line.BOOKED)
    # An open page is seen within a moment, and takes the place.
    await queue.save_ticket(tx, ticket, line.move(ticket, TicketState.PARKED))
    waiting = stages.move(application, Stage.WAITING, now=now)
    await applications.save(tx, waiting, actor=SYSTEM)
    await tx.tell(appointed.fact("booking.due", due, now))
    await appointed.message(tx, due, "due", due_at=now + timedelta(seconds=settings.page_s))


async def _wait(tx: Tx, appointment: Appointment, limits: Limits, *, now: datetime) -> bool:
    """Ring, wait, or find that somebody missed it; whether anything moved."""
    call = await calls.of_customer(tx, appointment.application_id)
    if call is not None:
        return await _ring(tx, call, limits, now=now)
    ticket = await queue.open_ticket(tx, appointment.application_id)
    if ticket is None:  # withdrawn meanwhile
        cancelled = AppointmentState.CANCELLED
        await appointed.finish(tx, appointment, cancelled, actor=SYSTEM, now=now)
        return True
    here = _is_here(ticket)
    if here and appointment.arrived_at is None:
        version = appointment.version + 1
        await appointments.save(tx, replace(appointment, arrived_at=now, version=version))
        return True
    side = rules.missed(appointment, here=here, limits=limits, now=now)
    if side is not None:
        await _miss(tx, appointment, side, now=now)
    return side is not None


def _is_here(ticket: Ticket) -> bool:
    return ticket.state is TicketState.WAITING and ticket.gone_at is None


async def _ring(tx: Tx, call: Call, limits: Limits, *, now: datetime) -> bool:
    """The agent is there; a customer who does not answer within the time misses it."""
    if not talk.is_answered(call):
        return False
    # An answered call has its instant of answer: `accept` sets both at once.
    assert call.accepted_at is not None
    if not rules.unanswered(call.accepted_at, limits, now=now):
        return False
    await end_call(tx, call, EndReason.CUSTOMER_MISSED, actor=SYSTEM, now=now)
    return True


async def _miss(tx: Tx, appointment: Appointment, side: Side, *, now: datetime) -> None:
    """The place in line is given up; the customer may choose again."""
    application = await applications.load(tx, appointment.application_id)
    moved = stages.move(application, Stage.CONFIRMED, now=now)
    await applications.save(tx, moved, actor=SYSTEM)
    await leave_line(tx, appointment.application_id, actor=SYSTEM, now=now)
    await appointed.finish(tx, appointment, MISSED[side], actor=SYSTEM, now=now)


async def answer(store: Store, clock: Clock, *, application_id: str) -> None:
    """The customer takes the call the agent has begun; `NotAllowedNow` when none rings."""
    async with store.begin() as tx:
        appointment = await appointments.active(tx, application_id)
        call = await calls.of_customer(tx, application_id)
        if appointment is None or call is None or not talk.is_answered(call):
            raise NotAllowedNow
        kept = AppointmentState.KEPT
        await appointed.finish(tx, appointment, kept, actor=CUSTOMER, now=clock.now())
