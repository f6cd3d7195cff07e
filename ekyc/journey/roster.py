"""Who works when: the planners' acts. Shifts are drafted and published, absences hold at once.

What is published or taken off may leave appointments without their agent. Such a change is refused,
unless the planner says that they are to be rebooked: whoever else is free at the time has them, and
a customer nobody is left for is told and chooses anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ekyc.domain import application as stages
from ekyc.domain import appointment as rules
from ekyc.domain import slots
from ekyc.domain.access import SERVING
from ekyc.domain.application import Stage
from ekyc.domain.appointment import Appointment, AppointmentState
from ekyc.domain.errors import NotFound, RosterConflicts
from ekyc.domain.events import Actor, Event
from ekyc.domain.roster import (
    DayOff,
    Duty,
    Plan,
    Roster,
    Span,
    Stint,
    drawn_up,
    midnight,
    on_shift,
    stints_of,
)
from ekyc.domain.routing import Routes
from ekyc.journey import able, appointed
from ekyc.journey.able import NO_ROUTES
from ekyc.journey.ports import Clock
from ekyc.settings import Booking
from ekyc.storage import applications, appointments, rosters, staff, tokens
from ekyc.storage.staff import Member
from ekyc.storage.store import Store, Tx

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Where the planners work: what is promised to customers, and by which clock."""

    settings: Booking
    zone: str
    routes: Routes = NO_ROUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebooked:
    """What became of the appointments a change left without their agent."""

    reassigned: int = 0
    withdrawn: int = 0


async def set_shifts(
    store: Store,
    clock: Clock,
    *,
    by: str,
    staff_id: str,
    weekdays: Sequence[int],
    spans: Sequence[Span],
) -> None:
    """An agent's time for calls on these days of every week, at once; `ShiftInvalid`, `NotFound`.

    For a house nobody is booked in yet.
    """
    stints = drawn_up(Stint(duty=Duty.AVAILABLE, span=span) for span in spans)
    async with store.begin() as tx:
        await _member(tx, staff_id)
        for weekday in weekdays:
            await rosters.set_shifts(tx, staff_id, weekday, stints)
        await _tell(tx, clock, "roster.changed", by, agent=staff_id)


async def draft(
    store: Store,
    house: House,
    *,
    staff_id: str,
    days: Sequence[date],
    stints: Sequence[Stint],
    weekly: bool = False,
) -> None:
    """How an agent is to spend these days, or such a day of every week once it is published.

    What stands already is no draft. Raises `ShiftInvalid`, `NotFound`.
    """
    drawn = drawn_up(stints)
    async with store.begin() as tx:
        await _member(tx, staff_id)
        for day in days:
            plan = Plan(staff_id=staff_id, day=day, stints=drawn, weekly=weekly)
            await _draft(tx, await _roster(tx, house, day), plan)


async def _draft(tx: Tx, published: Roster, plan: Plan) -> None:
    stands = plan.stints == stints_of(published, plan.staff_id, plan.day)
    if stands and not plan.weekly:
        await rosters.drop_plan(tx, plan.staff_id, plan.day, draft=True)
    else:
        await rosters.set_plan(tx, plan, draft=True)


async def copy_week(store: Store, house: House, *, monday: date) -> None:
    """Draft every agent's week as the one before was published."""
    async with store.begin() as tx:
        roster = await _roster(tx, house, monday - WEEK, days=14)
        for member in await staff.by_roles(tx, *SERVING):
            for day in (monday + timedelta(days=n) for n in range(7)):
                stints = stints_of(roster, member.id, day - WEEK)
                await _draft(tx, roster, Plan(staff_id=member.id, day=day, stints=stints))


async def discard(store: Store, *, monday: date) -> None:
    """The week is as it was published."""
    async with store.begin() as tx:
        await rosters.drop_drafts(tx, since=monday, until=monday + WEEK)


async def publish(
    store: Store, clock: Clock, house: House, *, by: str, monday: date, rebook: bool = False
) -> Rebooked:
    """From now on the week is as drafted; `RosterConflicts` unless it may be rebooked.

    Without a draft nothing happens.
    """
    async with store.begin() as tx:
        drafts = await rosters.plans(tx, since=monday, until=monday + WEEK, drafts=True)
        if not drafts:
            return Rebooked()
        before = await _ahead(tx, house, now=clock.now())
        for plan in drafts:
            await _put_in_force(tx, plan)
        rebooked = await _settle(tx, clock, house, before, by=by, rebook=rebook)
        counts = {"reassigned": rebooked.reassigned, "withdrawn": rebooked.withdrawn}
        data = {"week": monday.isoformat(), "changes": len(drafts), **counts}
        await _tell(tx, clock, "roster.published", by, **data)
    return rebooked


async def _put_in_force(tx: Tx, plan: Plan) -> None:
    await rosters.drop_plan(tx, plan.staff_id, plan.day, draft=True)
    if plan.weekly:
        await rosters.drop_plan(tx, plan.staff_id, plan.day, draft=False)
        await rosters.set_shifts(tx, plan.staff_id, plan.day.weekday(), plan.stints)
    else:
        await rosters.set_plan(tx, plan, draft=False)


async def take_off(
    store: Store, clock: Clock, house: House, *, by: str, off: DayOff, rebook: bool = False
) -> Rebooked:
    """Close the bank, or let one agent stay away, for a day or a part of one.

    It holds at once. Raises `NotFound`, and `RosterConflicts` unless it may be rebooked.
    """
    async with store.begin() as tx:
        if off.staff_id is not None:
            await _member(tx, off.staff_id)
        before = await _ahead(tx, house, now=clock.now())
        await rosters.set_day_off(tx, off)
        rebooked = await _settle(tx, clock, house, before, by=by, rebook=rebook)
        counts = {"reassigned": rebooked.reassigned, "withdrawn": rebooked.withdrawn}
        data = {"agent": off.staff_id or "", "day": off.day.isoformat(), **counts}
        await _tell(tx, clock, "roster.changed", by, **data)
    return rebooked


async def work(
    store: Store, clock: Clock, *, by: str, day: date, staff_id: str | None, start_min: int = 0
) -> None:
    """Take a day off, or the part of one that begins then, back."""
    async with store.begin() as tx:
        await rosters.drop_day_off(tx, day, staff_id, start_min=start_min)
        data = {"agent": staff_id or "", "day": day.isoformat()}
        await _tell(tx, clock, "roster.changed", by, **data)


async def stranded(
    tx: Tx, before: Roster, after: Roster, state: AppointmentState, *, minutes: int, now: datetime
) -> Sequence[Appointment]:
    """Appointments whose agent was there before a change and is not after it, in order."""
    return [
        one
        for one in await appointments.to_come(tx, now, state)
        if one.agent_id in on_shift(before, one.at, minutes=minutes)
        and one.agent_id not in on_shift(after, one.at, minutes=minutes)
    ]


async def _settle(
    tx: Tx, clock: Clock, house: House, before: Roster, *, by: str, rebook: bool
) -> Rebooked:
    """Rebook what a change stranded; `RosterConflicts`, and with it no change, if it may not."""
    now, minutes = clock.now(), appointed.terms(house.settings).call_min
    after = await _ahead(tx, house, now=now)
    booked, held = AppointmentState.BOOKED, AppointmentState.HELD
    homeless = await stranded(tx, before, after, booked, minutes=minutes, now=now)
    if homeless and not rebook:
        raise RosterConflicts(n=len(homeless))
    for one in await stranded(tx, before, after, held, minutes=minutes, now=now):
        await appointments.save(tx, rules.move(one, AppointmentState.LAPSED, now=now))
    reassigned = 0
    for one in homeless:
        reassigned += await _rebook(tx, house, after, one, by=by, now=now)
    return Rebooked(reassigned=reassigned, withdrawn=len(homeless) - reassigned)


async def _rebook(
    tx: Tx, house: House, roster: Roster, one: Appointment, *, by: str, now: datetime
) -> bool:
    """Whether somebody else has the appointment now; else it is given up and the customer told."""
    actor = Actor(kind="staff", id=by)
    other = await _other(tx, house, roster, one, now=now)
    if other is None:
        await appointed.take_back(tx, one, actor=actor, now=now)
        application = await applications.load(tx, one.application_id)
        if application.stage is Stage.BOOKED:
            moved = stages.move(application, Stage.CONFIRMED, now=now)
            await applications.save(tx, moved, actor=actor)
        return False
    await appointed.reassign(tx, one, other, house.settings, actor=actor, now=now)
    return True


async def _other(
    tx: Tx, house: House, roster: Roster, one: Appointment, *, now: datetime
) -> str | None:
    """Who else can take it; a promise goes before what is kept for those who call now."""
    terms = replace(appointed.terms(house.settings), kept=0)
    length = timedelta(minutes=terms.minutes)
    taken = await appointments.taken(tx, since=one.at - length, until=one.at + length, now=now)
    others = [place for place in taken if place != (one.at, one.agent_id)]
    day = one.at.astimezone(roster.zone).date()
    since, until = (midnight(roster.zone, day + timedelta(days=n)) for n in (0, 1))
    return slots.pick(
        on_shift(roster, one.at, minutes=terms.call_min),
        busy=slots.busy(others, one.at, terms),
        load=await appointments.load(tx, since=since, until=until, now=now),
        terms=terms,
        able=await able.agents(tx, one.application_id, house.routes),
    )


async def _ahead(tx: Tx, house: House, *, now: datetime) -> Roster:
    """The roster in force, as far as anybody is booked."""
    today = now.astimezone(ZoneInfo(house.zone)).date()
    return await _roster(tx, house, today, days=house.settings.days_ahead + 2)


async def _roster(tx: Tx, house: House, since: date, *, days: int = 1) -> Roster:
    until = since + timedelta(days=days)
    opening = house.settings.opening
    return await rosters.roster(tx, zone=house.zone, opening=opening, since=since, until=until)


async def open_calendar(store: Store, clock: Clock, *, staff_id: str) -> str:
    """A new token for the agent's own calendar program; the one before is good no more."""
    token, now = tokens.new(), clock.now()
    async with store.begin() as tx:
        await rosters.set_calendar(tx, staff_id, digest=tokens.digest(token), now=now)
        await _tell(tx, clock, "calendar.opened", staff_id)
    return token


async def close_calendar(store: Store, clock: Clock, *, staff_id: str) -> None:
    """No calendar program is shown anything any more."""
    async with store.begin() as tx:
        await rosters.set_calendar(tx, staff_id, digest=None, now=clock.now())
        await _tell(tx, clock, "calendar.closed", staff_id)


async def _member(tx: Tx, staff_id: str) -> Member:
    member = await staff.by_id(tx, staff_id)
    if member is None or member.role not in SERVING:
        raise NotFound
    return member


async def _tell(tx: Tx, clock: Clock, name: str, by: str, **data: object) -> None:
    actor = Actor(kind="staff", id=by)
    await tx.tell(Event(name=name, application_id="", at=clock.now(), actor=actor, data=data))
