"""Choosing a time for the call: what is offered, hold, book, move, cancel."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ekyc.domain import appointment as rules
from ekyc.domain import slots
from ekyc.domain.application import SETTLED, Application, Stage
from ekyc.domain.appointment import Appointment, AppointmentState
from ekyc.domain.errors import (
    BookedElsewhere,
    HoldExpired,
    NotAllowedNow,
    SlotTaken,
    TooManyHolds,
)
from ekyc.domain.events import CUSTOMER, Actor
from ekyc.domain.roster import Roster, is_closed, midnight, on_shift
from ekyc.domain.routing import Routes
from ekyc.domain.slots import Slot
from ekyc.journey import able, appointed
from ekyc.journey.able import NO_ROUTES
from ekyc.journey.ending import leave_line
from ekyc.journey.ports import Clock
from ekyc.journey.stage import follow, has_result
from ekyc.settings import Booking
from ekyc.storage import applications, appointments, calls, rosters
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
    async with store.read() as tx:
        first = _first(settings, await applications.load(tx, application_id), now)
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


def _first(settings: Booking, application: Application, now: datetime) -> datetime:
    """Whoever explains a result has it to read for a while before."""
    is_settled = application.stage in SETTLED
    return now + timedelta(minutes=settings.result_lead_min if is_settled else settings.lead_min)


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
    now = clock.now()
    async with store.begin() as tx:
        application = await applications.load(tx, application_id)
        before = await _before(tx, application, settings)
        await _is_modest(tx, application, settings, network, now=now)
        held = await _hold(tx, application, before, settings, at, zone, routes, now=now)
        await appointments.add(tx, replace(held, network=network))


async def _hold(
    tx: Tx,
    application: Application,
    before: Appointment | None,
    settings: Booking,
    at: datetime,
    zone: str,
    routes: Routes,
    *,
    now: datetime,
) -> Appointment:
    """The time with the agent who would have it, not yet written down."""
    limits = appointed.limits(settings)
    if before is not None:
        rules.may_move(before, limits, now=now)
    else:
        rules.may_book(limits, misses=await _misses(tx, application.id))
    await _let_go(tx, application.id, now=now)
    await appointments.lapse(tx, now=now)
    allowed = await able.agents(tx, application.id, routes)
    first = _first(settings, application, now)
    agent_id = await _agent(tx, settings, at=at, zone=zone, able=allowed, first=first, now=now)
    return Appointment(
        id=new_id(),
        application_id=application.id,
        agent_id=agent_id,
        at=at.astimezone(UTC),
        minutes=appointed.terms(settings).call_min,
        state=AppointmentState.HELD,
        version=1,
        zone="",
        moves=0,
        held_until=now + timedelta(seconds=limits.hold_s),
        changed_at=now,
    )


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


async def _before(tx: Tx, application: Application, settings: Booking) -> Appointment | None:
    """The appointment a new time would replace; `NotAllowedNow` where none may be chosen."""
    before = await appointments.active(tx, application.id)
    is_due = before is not None and before.state is AppointmentState.DUE
    may = application.stage in _MAY_CHOOSE or await _may_talk(tx, application, settings)
    if not may or is_due:
        raise NotAllowedNow
    return before


async def _may_talk(tx: Tx, application: Application, settings: Booking) -> bool:
    """Whether a call about the result may be booked: there is one, and no call goes on."""
    talks = await calls.of_customer(tx, application.id) is not None
    return settings.result_calls and not talks and await has_result(tx, application)


async def _misses(tx: Tx, application_id: str) -> int:
    missed = AppointmentState.MISSED_BY_CUSTOMER
    return sum(a.state is missed for a in await appointments.of_application(tx, application_id))


async def _let_go(tx: Tx, application_id: str, *, now: datetime) -> None:
    held = await appointments.held(tx, application_id)
    if held is not None:
        await appointments.save(tx, rules.move(held, AppointmentState.LAPSED, now=now))


async def _agent(
    tx: Tx,
    settings: Booking,
    *,
    at: datetime,
    zone: str,
    able: Collection[str],
    first: datetime,
    now: datetime,
) -> str:
    """Who would take the call; `SlotTaken` when nobody can, or the time is not offered."""
    horizon = now + timedelta(days=settings.days_ahead + 2)  # whatever zone it is asked for in
    if not first <= at <= horizon:
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
    now = clock.now()
    async with store.begin() as tx:
        application = await applications.load(tx, application_id)
        before = await _before(tx, application, settings)
        held = await appointments.held(tx, application_id)
        if held is None:
            raise HoldExpired
        if await appointments.of_number(tx, application.phone, but_for=application_id):
            raise BookedElsewhere
        await _book(tx, application, held, before, settings, zone, actor=CUSTOMER, now=now)


async def _book(
    tx: Tx,
    application: Application,
    held: Appointment,
    before: Appointment | None,
    settings: Booking,
    zone: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    booked = rules.book(held, before, zone=zone, limits=appointed.limits(settings), now=now)
    if before is not None:
        await appointments.save(tx, rules.move(before, AppointmentState.MOVED, now=now))
    await appointments.save(tx, booked)
    if application.stage is Stage.WAITING:
        await leave_line(tx, application.id, actor=actor, now=now)
    if application.stage is not Stage.BOOKED:
        await follow(tx, application, Stage.BOOKED, actor=actor, now=now)
    data = {"from": before.at.isoformat()} if before else {}
    name = "booking.moved" if before else "booking.made"
    await tx.tell(appointed.fact(name, booked, now, actor, **data))
    await appointed.promise(tx, booked, before, settings, now=now)


async def arrange(
    store: Store,
    clock: Clock,
    settings: Booking,
    *,
    by: str,
    application_id: str,
    at: datetime,
    zone: str,
    routes: Routes = NO_ROUTES,
) -> None:
    """A member of staff books, or moves, the call about the result with the customer.

    Before the verdict customers choose for themselves. Raises `NotAllowedNow`, `SlotTaken`,
    `ChangeTooLate`, `MovesUsedUp`, `BookingsUsedUp`, `BookedElsewhere`.
    """
    now, actor = clock.now(), Actor(kind="staff", id=by)
    async with store.begin() as tx:
        application = await applications.load(tx, application_id)
        if application.stage not in SETTLED:
            raise NotAllowedNow
        before = await _before(tx, application, settings)
        if await appointments.of_number(tx, application.phone, but_for=application_id):
            raise BookedElsewhere
        held = await _hold(tx, application, before, settings, at, zone, routes, now=now)
        await appointments.add(tx, held)
        own = before.zone if before else ""
        await _book(tx, application, held, before, settings, own, actor=actor, now=now)


async def cancel(store: Store, clock: Clock, settings: Booking, *, application_id: str) -> None:
    """The customer gives the appointment up; `NotAllowedNow` without one, `ChangeTooLate`."""
    async with store.begin() as tx:
        application = await applications.load(tx, application_id)
        await _cancel(tx, application, settings, actor=CUSTOMER, now=clock.now())


async def take_back(
    store: Store, clock: Clock, settings: Booking, *, by: Actor, application_id: str
) -> None:
    """Staff give the call about the result up, and the customer is told; raises as `cancel`."""
    async with store.begin() as tx:
        application = await applications.load(tx, application_id)
        if application.stage not in SETTLED:
            raise NotAllowedNow
        appointment = await _cancel(tx, application, settings, actor=by, now=clock.now())
        await appointed.message(tx, appointment, "cancelled", due_at=clock.now())


async def _cancel(
    tx: Tx, application: Application, settings: Booking, *, actor: Actor, now: datetime
) -> Appointment:
    appointment = await appointments.active(tx, application.id)
    if appointment is None or appointment.state is not AppointmentState.BOOKED:
        raise NotAllowedNow
    rules.may_cancel(appointment, appointed.limits(settings), now=now)
    await _let_go(tx, application.id, now=now)
    await appointed.finish(tx, appointment, AppointmentState.CANCELLED, actor=actor, now=now)
    await follow(tx, application, Stage.CONFIRMED, actor=actor, now=now)
    return appointment
