"""What is written with every turn of an appointment: its fact, and the messages it makes due."""

from datetime import datetime, timedelta

from ekyc.domain import appointment as rules
from ekyc.domain.appointment import Appointment, AppointmentState, Limits
from ekyc.domain.events import CUSTOMER, SYSTEM, Actor, Event
from ekyc.domain.slots import Terms
from ekyc.journey.desk_push import tell_later
from ekyc.settings import Booking
from ekyc.storage import appointments
from ekyc.storage.store import Job, Tx

MESSAGE = "booking.message"
"""The kind of the job that sends the customer one message."""
RING = "booking.ring"
"""The kind of the job that sends the link at the time: no reminder stands in its way."""
MAIL = "booking.mail"
"""The kind of the job that sends the agent one mail."""
INVITE = "booking.invite"
"""The kind of the job that sends the customer an invitation for their own calendar."""
REPLACED = "replaced"
"""The word of an invitation that takes the entry out of a mailbox that is in force no more."""
PUSH = "booking.push"
"""The kind of the job that has each of the customer's browsers told one thing."""

_FACTS = {
    AppointmentState.KEPT: ("booking.answered", {}),
    AppointmentState.CANCELLED: ("booking.cancelled", {}),
    AppointmentState.MISSED_BY_CUSTOMER: ("booking.missed", {"by": "customer"}),
    AppointmentState.MISSED_BY_AGENT: ("booking.missed", {"by": "agent"}),
}
"""How an appointment ends: the fact that is told, and what it adds."""


def limits(settings: Booking) -> Limits:
    """The rules in force."""
    return Limits(
        hold_s=settings.hold_s,
        moves=settings.moves_max,
        change_until_min=settings.change_until_min,
        misses=settings.misses_max,
        answer_s=settings.answer_s,
        late_s=settings.late_s,
        agent_late_s=settings.agent_late_s,
        rings=settings.rings_max,
        ring_again_s=settings.ring_again_s,
        postpone_min=settings.postpone_min,
        postpones=settings.postpones_max,
    )


def terms(settings: Booking) -> Terms:
    """How the day is cut up."""
    return Terms(
        minutes=settings.slot_min,
        buffer_min=settings.buffer_min,
        kept=settings.kept_for_now,
        exact_min=settings.exact_min,
    )


async def finish(
    tx: Tx, appointment: Appointment, to: AppointmentState, *, actor: Actor, now: datetime
) -> None:
    """An appointment ends; whoever is concerned is told."""
    ended = rules.move(appointment, to, now=now)
    await appointments.save(tx, ended)
    name, data = _FACTS[to]
    await tx.tell(fact(name, ended, now, actor, **data))
    if to is AppointmentState.CANCELLED and appointment.state is AppointmentState.BOOKED:
        if actor == CUSTOMER:  # where the bank took the application back there is nothing to book
            await message(tx, ended, "cancelled", due_at=now)
        await mail(tx, ended, "cancelled", now=now)
        await invite(tx, ended, "cancelled", now=now)
    elif to in rules.MISSED.values():
        await message(tx, ended, to.value.replace("_", "-"), due_at=now)
        await push(tx, ended, to.value.replace("_", "-"), due_at=now)


async def promise(
    tx: Tx, booked: Appointment, before: Appointment | None, settings: Booking, *, now: datetime
) -> None:
    """Tell the customer and the agent of a new time, and remind the customer before it comes."""
    word = "moved" if before else "booked"
    await message(tx, booked, word, due_at=now)
    await mail(tx, booked, word, now=now)
    await invite(tx, booked, word, now=now)
    if before is not None and before.agent_id != booked.agent_id:
        await mail(tx, before, "cancelled", now=now)
    for minutes in sorted(set(settings.remind_min)):
        due_at = booked.at - timedelta(minutes=minutes)
        if due_at > now:
            await message(tx, booked, "reminder", due_at=due_at, nth=minutes)
            await push(tx, booked, "reminder", due_at=due_at, nth=minutes)
    await _announce(tx, booked, settings, now=now)


async def _announce(tx: Tx, booked: Appointment, settings: Booking, *, now: datetime) -> None:
    """Tell the agent's browsers before the time that the call is coming."""
    due_at = booked.at - timedelta(minutes=settings.announce_min)
    if due_at > now:
        await tell_later(
            *(tx, booked.agent_id, "coming"),
            about=booked.id,
            nth=booked.version,
            since=now,
            due_at=due_at,
        )


async def reassign(
    tx: Tx,
    appointment: Appointment,
    agent_id: str,
    settings: Booking,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Another agent has it, at the same time: both agents are told, the customer need not be."""
    taken = rules.reassign(appointment, agent_id, now=now)
    await appointments.save(tx, taken)
    before = {"from": appointment.agent_id}
    await tx.tell(fact("booking.reassigned", taken, now, actor, **before))
    await mail(tx, taken, "booked", now=now)
    await mail(tx, appointment, "cancelled", now=now)
    await _announce(tx, taken, settings, now=now)


async def take_back(tx: Tx, appointment: Appointment, *, actor: Actor, now: datetime) -> None:
    """The bank cannot keep it: the customer is told and chooses anew."""
    await finish(tx, appointment, AppointmentState.CANCELLED, actor=actor, now=now)
    await message(tx, appointment, "withdrawn", due_at=now)
    await push(tx, appointment, "withdrawn", due_at=now)


async def ring(
    tx: Tx, appointment: Appointment, settings: Booking, *, actor: Actor, now: datetime
) -> None:
    """Ring a customer who is not there: every browser at once, and the link if that is not enough.

    Raises `NotAllowedNow` when it is not time, or was done often enough.
    """
    rung = rules.ring(appointment, limits(settings), now=now)
    await appointments.save(tx, rung)
    await tx.tell(fact("booking.rung", rung, now, actor, ring=rung.rings))
    await push(tx, rung, "due", due_at=now, nth=rung.rings)
    late = now + timedelta(seconds=settings.page_s)
    await message(tx, rung, "due", due_at=late, nth=rung.rings, kind=RING)


async def meet(tx: Tx, application_id: str, *, now: datetime) -> None:
    """The agent is there: whoever took the ring before that has kept the appointment."""
    due = await appointments.active(tx, application_id)
    if due is not None and due.answered_at is not None:
        await finish(tx, due, AppointmentState.KEPT, actor=CUSTOMER, now=now)


async def message(
    tx: Tx,
    appointment: Appointment,
    word: str,
    *,
    due_at: datetime,
    nth: int = 0,
    kind: str = MESSAGE,
) -> None:
    """Write down one message to the customer; `word` names its sentence."""
    await tx.later(
        Job(
            kind=kind,
            key=f"{kind}:{appointment.id}:{word}:{nth}",
            payload={"appointment": appointment.id, "word": word, "nth": nth},
            due_at=due_at,
        )
    )


async def push(
    tx: Tx, appointment: Appointment, word: str, *, due_at: datetime, nth: int = 0
) -> None:
    """Write down that the customer's browsers are to be told, whichever they are by then."""
    await tx.later(
        Job(
            kind=PUSH,
            key=f"{PUSH}:{appointment.id}:{word}:{nth}",
            payload={"appointment": appointment.id, "word": word, "nth": nth},
            due_at=due_at,
        )
    )


async def mail(tx: Tx, appointment: Appointment, word: str, *, now: datetime) -> None:
    """Write down one mail to the agent."""
    await _post(tx, MAIL, appointment, word, now=now)


async def invite(
    tx: Tx, appointment: Appointment, word: str, *, now: datetime, mailbox: str = ""
) -> None:
    """Write down one invitation to the customer, to whichever mailbox is in force by then;
    `mailbox` names one that came to be known after the appointment was made, or was `REPLACED`."""
    await _post(tx, INVITE, appointment, word, now=now, mailbox=mailbox)


async def _post(
    tx: Tx, kind: str, appointment: Appointment, word: str, *, now: datetime, mailbox: str = ""
) -> None:
    version = appointment.version
    told = {"appointment": appointment.id, "word": word, "version": version, "mailbox": mailbox}
    await tx.later(
        Job(
            kind=kind,
            key=f"{kind}:{appointment.id}:{word}:{version}{mailbox and f':{mailbox}'}",
            payload={**told, "agent": appointment.agent_id, "since": now.isoformat()},
            due_at=now,
        )
    )


def fact(
    name: str, appointment: Appointment, at: datetime, actor: Actor = SYSTEM, **data: object
) -> Event:
    """A fact about an appointment."""
    told = {
        "appointment": appointment.id,
        "time": appointment.at.isoformat(),
        "agent": appointment.agent_id,
    }
    return Event(
        name=name,
        application_id=appointment.application_id,
        at=at,
        actor=actor,
        data={**told, **data},
    )
