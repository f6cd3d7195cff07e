"""Choosing a time for the call: what is offered, hold, book, move, cancel."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ekyc.domain import application as stages
from ekyc.domain import appointment as rules
from ekyc.domain import slots
from ekyc.domain.application import Application, Stage
from ekyc.domain.appointment import Appointment, AppointmentState
from ekyc.domain.errors import HoldExpired, NotAllowedNow, SlotTaken
from ekyc.domain.events import CUSTOMER
from ekyc.domain.roster import Roster, is_closed, midnight, on_shift
from ekyc.domain.slots import Slot
from ekyc.journey import appointed
from ekyc.journey.ending import leave_line
from ekyc.journey.ports import Clock
from ekyc.settings import Booking
from ekyc.storage import applications, appointments, rosters
from ekyc.storage.store import Store, Tx, new_id

_MAY_CHOOSE = frozenset({Stage.CONFIRMED, Stage.WAITING, Stage.BOOKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the bank's calendar, with what can be booked on it."""

    day: date
    closed: bool
    slots: tuple[Slot, ...]


async def offered(
    store: Store, clock: Clock, settings: Booking, *, application_id: str, zone: str
) -> tuple[Day, ...]:
    """Every day a time may be chosen on; the customer's own hold takes no place from them."""
    now = clock.now()
    first = _first(settings, now)
    async with store.read() as tx:
        roster = await rosters.roster(tx, zone=zone, opening=settings.opening)
        days = _days(settings, now, roster)
        until = midnight(roster.zone, days[-1] + timedelta(days=1))
        taken = await appointments.taken(
            tx, since=now, until=until, now=now, but_for=application_id
        )
    return tuple(
        Day(
            day=day,
            closed=is_closed(roster, day),
            slots=tuple(
                slot
                for slot in slots.slots(roster, day, minutes=settings.slot_min, taken=taken)
                if slot.at >= first
            ),
        )
        for day in days
    )


def _first(settings: Booking, now: datetime) -> datetime:
    return now + timedelta(minutes=settings.lead_min)


def _days(settings: Booking, now: datetime, roster: Roster) -> list[date]:
    today = now.astimezone(roster.zone).date()
    return [today + timedelta(days=n) for n in range(settings.days_ahead + 1)]


async def hold(
    store: Store,
    clock: Clock,
    settings: Booking,
    *,
    application_id: str,
    at: datetime,
    zone: str,
) -> None:
    """Keep a time for this customer while they look at it; the one held before is free again.

    Raises `NotAllowedNow`, `SlotTaken`, `BookingsUsedUp`, `ChangeTooLate`, `MovesUsedUp`.
    """
    now, limits = clock.now(), appointed.limits(settings)
    async with store.begin() as tx:
        application = await applications.load(tx, application_id)
        before = await _before(tx, application)
        if before is not None:
            rules.may_move(before, limits, now=now)
        else:
            rules.may_book(limits, misses=await _misses(tx, application_id))
        await _let_go(tx, application_id, now=now)
        await appointments.lapse(tx, now=now)
        agent_id = await _agent(tx, settings, at=at, zone=zone, now=now)
        held = Appointment(
            id=new_id(),
            application_id=application_id,
            agent_id=agent_id,
            at=at.astimezone(UTC),
            minutes=settings.slot_min,
            state=AppointmentState.HELD,
            version=1,
            zone="",
            moves=0,
            held_until=now + timedelta(seconds=limits.hold_s),
            changed_at=now,
        )
        await appointments.add(tx, held)


async def _before(tx: Tx, application: Application) -> Appointment | None:
    """The appointment a new time would replace; `NotAllowedNow` where none may be chosen."""
    before = await appointments.active(tx, application.id)
    is_due = before is not None and before.state is AppointmentState.DUE
    if application.stage not in _MAY_CHOOSE or is_due:
        raise NotAllowedNow
    return before


async def _misses(tx: Tx, application_id: str) -> int:
    missed = AppointmentState.MISSED_BY_CUSTOMER
    return sum(a.state is missed for a in await appointments.of_application(tx, application_id))


async def _let_go(tx: Tx, application_id: str, *, now: datetime) -> None:
    held = await appointments.held(tx, application_id)
    if held is not None:
        await appointments.save(tx, rules.move(held, AppointmentState.LAPSED, now=now))


async def _agent(tx: Tx, settings: Booking, *, at: datetime, zone: str, now: datetime) -> str:
    """Who would take the call; `SlotTaken` when nobody can, or the time is not offered."""
    roster = await rosters.roster(tx, zone=zone, opening=settings.opening)
    day = at.astimezone(ZoneInfo(zone)).date()
    is_offered = slots.is_slot(roster, at, minutes=settings.slot_min)
    if not is_offered or at < _first(settings, now) or day not in _days(settings, now, roster):
        raise SlotTaken
    since, until = (midnight(roster.zone, day + timedelta(days=n)) for n in (0, 1))
    agent_id = slots.pick(
        on_shift(roster, at, minutes=settings.slot_min),
        busy=await appointments.busy(tx, at, now=now),
        load=await appointments.load(tx, since=since, until=until, now=now),
    )
    if agent_id is None:
        raise SlotTaken
    return agent_id


async def let_go(store: Store, clock: Clock, *, application_id: str) -> None:
    """Free what is held: the customer looks no further."""
    async with store.begin() as tx:
        await _let_go(tx, application_id, now=clock.now())


async def book(
    store: Store, clock: Clock, settings: Booking, *, application_id: str, zone: str
) -> None:
    """The held time is promised, in the place of an earlier appointment if there is one.

    `zone` is the customer's own. Raises `NotAllowedNow`, `HoldExpired`, `ChangeTooLate`,
    `MovesUsedUp`.
    """
    now, limits = clock.now(), appointed.limits(settings)
    async with store.begin() as tx:
        application = await applications.load(tx, application_id)
        before = await _before(tx, application)
        held = await appointments.held(tx, application_id)
        if held is None:
            raise HoldExpired
        booked = rules.book(held, before, zone=zone, limits=limits, now=now)
        if before is not None:
            moved = rules.move(before, AppointmentState.MOVED, now=now)
            await appointments.save(tx, moved)
        await appointments.save(tx, booked)
        if application.stage is Stage.WAITING:
            await leave_line(tx, application_id, actor=CUSTOMER, now=now)
        if application.stage is not Stage.BOOKED:
            moved_on = stages.move(application, Stage.BOOKED, now=now)
            await applications.save(tx, moved_on, actor=CUSTOMER)
        data = {"from": before.at.isoformat()} if before else {}
        name = "booking.moved" if before else "booking.made"
        await tx.tell(appointed.fact(name, booked, now, CUSTOMER, **data))
        await appointed.promise(tx, booked, before, settings, now=now)


async def cancel(store: Store, clock: Clock, settings: Booking, *, application_id: str) -> None:
    """Give the appointment up; `NotAllowedNow` without one, `ChangeTooLate`."""
    now = clock.now()
    async with store.begin() as tx:
        appointment = await appointments.active(tx, application_id)
        if appointment is None or appointment.state is not AppointmentState.BOOKED:
            raise NotAllowedNow
        rules.may_cancel(appointment, appointed.limits(settings), now=now)
        await _let_go(tx, application_id, now=now)
        cancelled = AppointmentState.CANCELLED
        await appointed.finish(tx, appointment, cancelled, actor=CUSTOMER, now=now)
        application = await applications.load(tx, application_id)
        moved = stages.move(application, Stage.CONFIRMED, now=now)
        await applications.save(tx, moved, actor=CUSTOMER)
