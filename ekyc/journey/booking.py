"""Choosing a time for the call: what is offered, hold, book, move, cancel."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ekyc.domain import application as stages
from ekyc.domain import appointment as rules
from ekyc.domain import slots
from ekyc.domain.application import Application, Stage
from ekyc.domain.appointment import Appointment, AppointmentState
from ekyc.domain.errors import (
    BookedElsewhere,
    HoldExpired,
    NotAllowedNow,
    SlotTaken,
    TooManyHolds,
)
from ekyc.domain.events import CUSTOMER
from ekyc.domain.roster import Roster, is_closed, midnight, on_shift
from ekyc.domain.routing import Routes
from ekyc.domain.slots import Slot
from ekyc.journey import able, appointed
from ekyc.journey.able import NO_ROUTES
from ekyc.journey.ending import leave_line
from ekyc.journey.ports import Clock
from ekyc.settings import Booking
from ekyc.storage import applications, appointments, rosters
from ekyc.storage.store import Store, Tx, new_id

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_MAY_CHOOSE = frozenset({Stage.CONFIRMED, Stage.WAITING, Stage.BOOKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the bank's calendar, with what can be booked on it."""

    day: date
    closed: bool
    slots: tuple[Slot, ...]


async def offered(
    store: Store,
    clock: Clock,
    settings: Booking,
    *,
    application_id: str,
    zone: str,
    routes: Routes = NO_ROUTES,
) -> tuple[Day, ...]:
    """Every day a time may be chosen on; the customer's own hold takes no place from them.

    Only agents count who speak the customer's language and have the skill of their group.
    """
    now, terms = clock.now(), appointed.terms(settings)
    first = _first(settings, now)
    async with store.read() as tx:
        days = _days(settings, now, zone)
        roster = await _roster(tx, settings, zone, days)
        allowed = await able.agents(tx, application_id, routes)
        since = now - timedelta(minutes=terms.minutes)
        until = midnight(roster.zone, days[-1] + timedelta(days=1))
        taken = await appointments.taken(
            tx, since=since, until=until, now=now, but_for=application_id
        )
    return tuple(
        Day(
            day=day,
            closed=is_closed(roster, day),
            slots=tuple(
                slot
                for slot in slots.slots(roster, day, terms=terms, taken=taken, able=allowed)
                if slot.at >= first
            ),
        )
        for day in days
    )


async def _roster(tx: Tx, settings: Booking, zone: str, days: Sequence[date]) -> Roster:
    """Who works when on these days, which follow each other."""
    until = days[-1] + timedelta(days=1)
    return await rosters.roster(tx, zone=zone, opening=settings.opening, since=days[0], until=until)


def _first(settings: Booking, now: datetime) -> datetime:
    return now + timedelta(minutes=settings.lead_min)


def _days(settings: Booking, now: datetime, zone: str) -> list[date]:
    today = now.astimezone(ZoneInfo(zone)).date()
    return [today + timedelta(days=n) for n in range(settings.days_ahead + 1)]


async def hold(
    store: Store,
    clock: Clock,
    settings: Booking,
    *,
    application_id: str,
    at: datetime,
    zone: str,
    routes: Routes = NO_ROUTES,
    network: str = "",
) -> None:
    """Keep a time for this customer while they look at it; the one held before is free again.

    `network` marks where it is asked from; empty: not counted. Raises `NotAllowedNow`, `SlotTaken`,
    `BookingsUsedUp`, `ChangeTooLate`, `MovesUsedUp`, `BookedElsewhere`, `TooManyHolds`.
    """
    now, limits = clock.now(), appointed.limits(settings)
    async with store.begin() as tx:
        application = await applications.load(tx, application_id)
        before = await _before(tx, application)
        await _is_modest(tx, application, settings, network, now=now)
        if before is not None:
            rules.may_move(before, limits, now=now)
        else:
            rules.may_book(limits, misses=await _misses(tx, application_id))
        await _let_go(tx, application_id, now=now)
        await appointments.lapse(tx, now=now)
        allowed = await able.agents(tx, application_id, routes)
        agent_id = await _agent(tx, settings, at=at, zone=zone, able=allowed, now=now)
        held = Appointment(
            id=new_id(),
            application_id=application_id,
            agent_id=agent_id,
            at=at.astimezone(UTC),
            minutes=appointed.terms(settings).call_min,
            state=AppointmentState.HELD,
            version=1,
            zone="",
            moves=0,
            held_until=now + timedelta(seconds=limits.hold_s),
            changed_at=now,
            network=network,
        )
        await appointments.add(tx, held)


async def _is_modest(
    tx: Tx, application: Application, settings: Booking, network: str, *, now: datetime
) -> None:
    """Nobody takes the times of others: one appointment for a number, so many looks an hour, and
    so many bookings a day."""
    if await appointments.of_number(tx, application.phone, but_for=application.id):
        raise BookedElsewhere
    # A hold ends `hold_s` after it was taken: its end says when that was.
    held_after = now - _HOUR + timedelta(seconds=settings.hold_s)
    looks = await appointments.looked_at(tx, application.id, held_after=held_after)
    if looks >= settings.holds_per_hour:
        raise TooManyHolds
    promised_after = now - _DAY + timedelta(seconds=settings.hold_s)
    promises = await appointments.promised(tx, application.id, held_after=promised_after)
    if promises >= settings.bookings_per_day:  # each is told by message and mail
        raise TooManyHolds
    if not network:
        return
    places = await appointments.from_network(tx, network, held_after=held_after)
    if places >= settings.places_per_network_hour:
        raise TooManyHolds


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


async def _agent(
    tx: Tx, settings: Booking, *, at: datetime, zone: str, able: Collection[str], now: datetime
) -> str:
    """Who would take the call; `SlotTaken` when nobody can, or the time is not offered."""
    horizon = now + timedelta(days=settings.days_ahead + 2)  # whatever zone it is asked for in
    if not _first(settings, now) <= at <= horizon:
        raise SlotTaken  # calendars end: no arithmetic with years nobody offered
    terms = appointed.terms(settings)
    day = at.astimezone(ZoneInfo(zone)).date()
    roster = await _roster(tx, settings, zone, [day])
    if not slots.is_slot(roster, at, terms=terms) or day not in _days(settings, now, zone):
        raise SlotTaken
    since, until = (midnight(roster.zone, day + timedelta(days=n)) for n in (0, 1))
    length = timedelta(minutes=terms.minutes)
    taken = await appointments.taken(tx, since=at - length, until=at + length, now=now)
    agent_id = slots.pick(
        on_shift(roster, at, minutes=terms.call_min),
        busy=slots.busy(taken, at, terms),
        load=await appointments.load(tx, since=since, until=until, now=now),
        terms=terms,
        able=able,
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
    `MovesUsedUp`, `BookedElsewhere`.
    """
    now, limits = clock.now(), appointed.limits(settings)
    async with store.begin() as tx:
        application = await applications.load(tx, application_id)
        before = await _before(tx, application)
        held = await appointments.held(tx, application_id)
        if held is None:
            raise HoldExpired
        if await appointments.of_number(tx, application.phone, but_for=application_id):
            raise BookedElsewhere
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
