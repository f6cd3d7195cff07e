"""What a call's end means for ticket, desk and application: one place for every end."""

from dataclasses import replace
from datetime import datetime

from ekyc.domain import authorisation as proof
from ekyc.domain import call as talk
from ekyc.domain import desk as desks
from ekyc.domain import guest as seats
from ekyc.domain import queue as line
from ekyc.domain.application import Application, Stage
from ekyc.domain.appointment import Appointment, AppointmentState
from ekyc.domain.authorisation import AuthorisationState
from ekyc.domain.call import BROKEN_OFF, Call, CallState, EndReason, MovementState, Party
from ekyc.domain.code import Purpose
from ekyc.domain.contact import Contact
from ekyc.domain.desk import Desk, DeskState
from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.events import SYSTEM, Actor, Event
from ekyc.domain.guest import Guest, GuestState, Mode
from ekyc.domain.queue import Ticket, TicketState
from ekyc.domain.sequence import Drawing, SequenceState
from ekyc.domain.still import Still, StillState
from ekyc.journey import appointed
from ekyc.journey.discard import discard
from ekyc.journey.stage import follow, is_result_call
from ekyc.storage import (
    applications,
    appointments,
    authorisations,
    calls,
    codes,
    contacts,
    guests,
    presence,
    queue,
    sequences,
    stills,
)
from ekyc.storage.store import Tx

_RING_ENDS = {
    EndReason.NOT_ANSWERED: ("desk.missed", TicketState.WAITING),
    EndReason.DECLINED: ("desk.declined", TicketState.WAITING),
    EndReason.CUSTOMER_LEFT: ("ticket.left", TicketState.LEFT),
    EndReason.CUSTOMER_DECLINED: ("ticket.left", TicketState.LEFT),
    EndReason.WITHDRAWN: ("ticket.left", TicketState.LEFT),
}
"""How a ring ends: the fact that is told, and what becomes of the ticket."""

_GUEST_ENDS = {
    GuestState.LEFT: "guest.left",
    GuestState.DECLINED: "guest.declined",
    GuestState.MISSED: "guest.missed",
    GuestState.CANCELLED: "guest.cancelled",
}


_TAKEN_BACK = frozenset({EndReason.CUSTOMER_LEFT, EndReason.CUSTOMER_DECLINED})
"""The customer does not want this call: the next step is to choose again."""


async def end_call(tx: Tx, call: Call, reason: EndReason, *, actor: Actor, now: datetime) -> None:
    """End the call, and with it whatever it held; `NotAllowedNow` when it is over already."""
    ended = talk.end(call, reason, now=now)
    await calls.save(tx, ended)
    application = await applications.load(tx, call.application_id)
    missed = await _missed(tx, application, call, reason)
    returns = reason in BROKEN_OFF and application.stage is Stage.IN_CALL
    name, ticket_state = "call.ended", None
    if call.state is CallState.RINGING:
        name, ticket_state = _RING_ENDS[reason]
    if ticket_state is not None:
        ticket = await queue.ticket(tx, call.ticket_id)
        await queue.save_ticket(tx, ticket, line.move(ticket, ticket_state))
    elif returns:
        ticket = await queue.ticket(tx, call.ticket_id)
        here = reason is EndReason.AGENT_DROPPED
        await queue.save_ticket(tx, ticket, line.come_back(ticket, here=here, now=now))
    desk = await queue.desk(tx, call.agent_id, now=now)
    await queue.save_desk(tx, desks.move(desk, talk.desk_after(call, reason), now=now))
    if returns:
        await follow(tx, application, Stage.WAITING, actor=actor, now=now)
    elif reason in _TAKEN_BACK or (missed and application.stage is Stage.IN_CALL):
        await follow(tx, application, Stage.CONFIRMED, actor=actor, now=now)
    if missed:
        await appointed.finish(tx, *missed, actor=actor, now=now)
    await _let_go(tx, call, now=now)
    await _tell(tx, name, ended, reason, actor)
    await _tell_missed(tx, ended)
    await _tell_presented(tx, application, ended, actor)


async def _let_go(tx: Tx, call: Call, *, now: datetime) -> None:
    """Whatever was asked or open in the call is over; its entry is due if it was live."""
    await fail_movements(tx, call, "call-ended", now=now)
    await lapse_stills(tx, call, now=now)
    await lapse_authorisation(tx, call, now=now)
    await end_guests(tx, call, now=now)
    if (template := await presence.take_first_face(tx, call.id)) is not None:
        await discard(tx, [template], of=f"face-{call.id}", now=now)
    if call.live_at is not None:
        due = Contact(call_id=call.id, application_id=call.application_id, due_at=now)
        await contacts.owe(tx, due)


async def _missed(
    tx: Tx, application: Application, call: Call, reason: EndReason
) -> tuple[Appointment, AppointmentState] | None:
    """The appointment this end undoes because nobody had said a word yet, and how.

    Whose call broke off is first in line again; not so after the verdict, so that the bank has
    missed what was to be heard.
    """
    if reason in BROKEN_OFF:
        unheard = call.live_at is None and await is_result_call(tx, application, call)
        broken = await _met_in(tx, call) if unheard else None
        return None if broken is None else (broken, AppointmentState.MISSED_BY_AGENT)
    due = await appointments.active(tx, call.application_id)
    over = due is None or due.state is not AppointmentState.DUE  # or put off just now
    if over or reason is EndReason.WITHDRAWN:
        return None
    assert due is not None  # it would be over
    if reason in _TAKEN_BACK:
        return due, AppointmentState.CANCELLED
    if call.state is CallState.RINGING:
        return None  # the next desk rings
    by_agent = reason is EndReason.AGENT_ENDED
    missed = AppointmentState.MISSED_BY_AGENT if by_agent else AppointmentState.MISSED_BY_CUSTOMER
    return due, missed


async def _met_in(tx: Tx, call: Call) -> Appointment | None:
    """The appointment a call was rung for, answered by the customer in it or not yet."""
    for one in await appointments.of_application(tx, call.application_id):
        kept = one.state is AppointmentState.KEPT and one.changed_at >= call.rang_at
        if kept or one.state is AppointmentState.DUE:
            return one
    return None


async def leave_line(tx: Tx, application_id: str, *, actor: Actor, now: datetime) -> None:
    """Give a place up at which nobody rings; `NotAllowedNow` when there is none."""
    ticket = await queue.open_ticket(tx, application_id)
    if ticket is None or ticket.state is TicketState.MATCHED:
        raise NotAllowedNow
    await queue.save_ticket(tx, ticket, line.leave(ticket))
    await tx.tell(ticket_fact("ticket.left", ticket, now, actor))


def ticket_fact(name: str, ticket: Ticket, at: datetime, actor: Actor, **more: object) -> Event:
    """A fact about a wait."""
    data: dict[str, object] = {
        "ticket": ticket.id,
        "number": ticket.seq,
        "attempt": ticket.attempt,
        "priority": ticket.priority,
        "group": ticket.group,
        "language": ticket.language,
        **more,
    }
    return Event(name=name, application_id=ticket.application_id, at=at, actor=actor, data=data)


async def _tell(tx: Tx, name: str, ended: Call, reason: EndReason, actor: Actor) -> None:
    # An ended call has the instant of its end: `end` sets both at once.
    assert ended.ended_at is not None
    data: dict[str, object] = {"reason": reason.value}
    if ended.live_at is not None:
        data["live_s"] = round((ended.ended_at - ended.live_at).total_seconds())
    await tx.tell(fact(name, ended, ended.ended_at, actor, **data))


async def _tell_missed(tx: Tx, ended: Call) -> None:
    """The entry is owed by a desk that has no wrap-up to write it in."""
    assert ended.ended_at is not None  # as above
    away = ended.end_reason is not None and talk.DESK_AFTER[ended.end_reason] is DeskState.AWAY
    if ended.live_at is not None and away:
        data = {"agent": ended.agent_id}
        await tx.tell(fact("contact.missed", ended, ended.ended_at, SYSTEM, **data))


async def _tell_presented(tx: Tx, application: Application, ended: Call, actor: Actor) -> None:
    """Whether the customer heard the result in this call."""
    assert ended.ended_at is not None  # as above
    if ended.live_at is not None and await is_result_call(tx, application, ended):
        data = {"agent": ended.agent_id}
        await tx.tell(fact("result.presented", ended, ended.ended_at, actor, **data))


async def fail_movements(tx: Tx, call: Call, reason: str, *, now: datetime) -> None:
    """Whatever was asked and not done yet has failed for this reason."""
    for movement in await calls.movements(tx, call.id):
        if movement.state is not MovementState.ASKED:
            continue
        failed = replace(movement, state=MovementState.FAILED, ended_at=now, reason=reason)
        await calls.end_movement(tx, failed)
        data = {"movement": movement.id, "direction": movement.direction, "reason": reason}
        await tx.tell(fact("movement.failed", call, now, SYSTEM, **data))
    made = await sequences.running(tx, call.id)
    if made is not None:
        await end_sequence(tx, call, made, passed=False, now=now)


async def end_sequence(
    tx: Tx, call: Call, made: Drawing, *, passed: bool, now: datetime
) -> Drawing:
    """A sequence is over, and its seed is no secret any more."""
    state = SequenceState.PASSED if passed else SequenceState.FAILED
    ended = replace(made, state=state, ended_at=now)
    if await sequences.end(tx, ended):
        data = {"sequence": made.id, "passed": passed, "seed": made.seed}
        await tx.tell(fact("sequence.revealed", call, now, SYSTEM, **data))
        tx.wake(f"desk:{call.agent_id}")
    return ended


async def lapse_stills(tx: Tx, call: Call, *, now: datetime) -> None:
    """Whatever was asked for and not taken is not wanted any more."""
    still = await stills.open_one(tx, call.id)
    if still is None:
        return
    await stills.end(tx, replace(still, state=StillState.LAPSED, ended_at=now))
    await tx.tell(fact("still.lapsed", call, now, SYSTEM, **still_data(still)))


async def lapse_authorisation(tx: Tx, call: Call, *, now: datetime) -> None:
    """No change is authorised any more by whatever the customer was asked and did not do."""
    asked = await authorisations.open_one(tx, call.id)
    if asked is None:
        return
    lapsed = proof.move(asked, AuthorisationState.LAPSED, now=now)
    await authorisations.save(tx, lapsed, before=asked.state)
    await codes.replace_live(tx, call.application_id, Purpose.AUTHORISE)
    await tx.tell(fact("authorisation.lapsed", call, now, SYSTEM, authorisation=asked.id))


async def end_guests(tx: Tx, call: Call, *, now: datetime) -> None:
    """The call is over, for its guests too."""
    for guest in await guests.open_in(tx, call.id):
        asked = guest.state is GuestState.ASKED
        to = GuestState.CANCELLED if asked else GuestState.LEFT
        await end_guest(tx, call, guest, to, actor=SYSTEM, now=now)


async def end_guest(
    tx: Tx, call: Call, guest: Guest, to: GuestState, *, actor: Actor, now: datetime
) -> None:
    """An invitation is over, and the desk that rang or talked for it is free again."""
    ended = seats.move(guest, to, now=now)
    await guests.save(tx, ended)
    if at_desk(guest):
        desk = await queue.desk(tx, guest.staff_id or "", now=now)
        await _free(tx, desk, to, now=now)
    await tell_guest(tx, _GUEST_ENDS[to], call, ended, actor, now)


async def _free(tx: Tx, desk: Desk, to: GuestState, *, now: datetime) -> None:
    """A guest has nothing to wrap up; who does not answer is away, as with any ring."""
    unanswered = to in {GuestState.MISSED, GuestState.DECLINED}
    after = DeskState.AWAY if unanswered else DeskState.AVAILABLE
    if desk.state in {DeskState.RINGING, DeskState.IN_CALL}:
        await queue.save_desk(tx, desks.move(desk, after, now=now))


def at_desk(guest: Guest) -> bool:
    """Whether the guest sits at a desk that rings and talks; supervisors look in from elsewhere."""
    return guest.staff_id is not None and guest.kind is not Party.SUPERVISOR


async def tell_guest(
    tx: Tx, name: str, call: Call, guest: Guest, actor: Actor, now: datetime
) -> None:
    """Say what became of a guest; the customer's page stirs only for those it is shown."""
    data = {"guest": guest.id, "kind": guest.kind.value, "mode": guest.mode.value}
    silently = guest.kind is Party.SUPERVISOR and guest.mode is not Mode.JOIN
    tx.wake(f"desk:{call.agent_id}")  # who may be another than the one who asked
    await tx.tell(fact(name, call, now, actor, **data), silently=silently)


def still_data(still: Still) -> dict[str, object]:
    """What a fact about a still tells of it."""
    said: dict[str, object] = {"still": still.id, "of": still.of.value}
    return said if still.view is None else said | {"view": still.view.value}


def fact(name: str, call: Call, at: datetime, actor: Actor, **data: object) -> Event:
    """A fact about a call."""
    told = {"call": call.id, **data}
    return Event(name=name, application_id=call.application_id, at=at, actor=actor, data=told)
