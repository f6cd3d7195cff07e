"""What the roster's page shows of a week: everybody's days, what is booked, and who is missing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from ekyc.domain import need
from ekyc.domain.access import SERVING, Action, Role, may
from ekyc.domain.appointment import AppointmentState
from ekyc.domain.roster import (
    DayOff,
    Roster,
    absences,
    is_closed,
    midnight,
    stints_of,
    write_span,
)
from ekyc.domain.slots import Taken, Terms, slots
from ekyc.journey import appointed
from ekyc.journey import roster as planning
from ekyc.settings import Settings
from ekyc.storage import applications, appointments, rosters, staff, waits
from ekyc.storage.staff import Member
from ekyc.storage.store import Store, Tx

_WEEKS = 4
"""Of the past, from which the need is foreseen."""
_CALLS = 50
"""Whose length is taken for that of the next ones."""


def zone(settings: Settings) -> tzinfo:
    """The bank's."""
    return ZoneInfo(settings.bank.zone)


async def week(
    store: Store, settings: Settings, *, monday: date, role: Role, staff_id: str, now: datetime
) -> dict[str, Any]:
    """Seven days; planners see drafts and everybody, others themselves as published."""
    plans = may(role, Action.PLAN)
    days = [monday + timedelta(days=n) for n in range(7)]
    booking = settings.booking
    after = monday + planning.WEEK
    async with store.read() as tx:
        work = partial(
            rosters.roster,
            tx,
            zone=settings.bank.zone,
            opening=booking.opening,
            since=monday,
            until=after,
        )
        published, roster = await work(), await work(drafted=plans)
        drafts = await rosters.plans(tx, since=monday, until=after, drafts=True) if plans else ()
        members = await staff.by_roles(tx, *SERVING)
        since, until = (midnight(roster.zone, monday + timedelta(days=n)) for n in (0, 7))
        taken = await appointments.taken(tx, since=since, until=until, now=now)
        needed = await _need(tx, settings, days, now=now) if plans else {}
        conflicts = await _conflicts(tx, settings, published, roster, now=now) if drafts else []
    names = {member.id: member.name for member in members}
    drafted = {(plan.staff_id, plan.day): plan.weekly for plan in drafts}
    shown = [one for one in members if plans or one.id == staff_id]
    terms = appointed.terms(booking)
    return {
        "zone": settings.bank.zone,
        "today": now.astimezone(roster.zone).date().isoformat(),
        "may_plan": plans,
        "changes": len(drafts),
        "kept": booking.kept_for_now,
        "slot_min": booking.slot_min,
        "conflicts": [{**one, "agent": names.get(one["agent"], "")} for one in conflicts],
        "days": [_day(roster, day, taken, terms, needed.get(day)) for day in days],
        "agents": [_agent(roster, member, days, drafted) for member in shown],
    }


async def _need(
    tx: Tx, settings: Settings, days: Sequence[date], *, now: datetime
) -> Mapping[date, tuple[int, ...]]:
    """How many agents each half-hour wants, as customers came in the weeks before."""
    rules = settings.queue
    began = midnight(zone(settings), now.astimezone(zone(settings)).date())
    came = await waits.arrivals(tx, since=began - timedelta(days=7 * _WEEKS), until=began)
    lasts_s = await waits.each_s(tx, last=_CALLS)
    each_s = (rules.call_min * 60 if lasts_s is None else lasts_s) + rules.wrap_up_s
    usual = need.usual(came, days, zone=zone(settings), weeks=_WEEKS)
    return {
        day: tuple(
            need.agents(n, each_s=each_s, share=rules.sla_share, within_s=rules.late_s)
            for n in figures
        )
        for day, figures in usual.items()
    }


async def _conflicts(
    tx: Tx, settings: Settings, published: Roster, drafted: Roster, *, now: datetime
) -> list[dict[str, str]]:
    """Appointments the drafts would leave without their agent."""
    minutes = appointed.terms(settings.booking).call_min
    booked = AppointmentState.BOOKED
    found = await planning.stranded(tx, published, drafted, booked, minutes=minutes, now=now)
    return [
        {
            "at": one.at.isoformat(),
            "agent": one.agent_id,
            "application": one.application_id,
            "reference": (await applications.load(tx, one.application_id)).reference,
        }
        for one in found
    ]


def _day(
    roster: Roster, day: date, taken: Taken, terms: Terms, needed: tuple[int, ...] | None
) -> dict[str, Any]:
    offered = slots(roster, day, terms=terms, taken=taken)
    opening = roster.opening[day.weekday()]
    return {
        "day": day.isoformat(),
        "opening": write_span(opening) if opening else "",
        "closed": is_closed(roster, day),
        "off": [_off(one) for one in absences(roster, day, None)],
        "need": needed and list(needed),
        "booked": sum(slot.taken for slot in offered),
        "slots": [
            {
                "at": slot.at.isoformat(),
                "from": slot.at.astimezone(roster.zone).strftime("%H:%M"),
                "capacity": slot.capacity,
                "taken": slot.taken,
            }
            for slot in offered
        ],
    }


def _off(one: DayOff) -> dict[str, str]:
    return {"span": write_span(one.span), "note": one.note}


def _agent(
    roster: Roster,
    member: Member,
    days: Sequence[date],
    drafted: Mapping[tuple[str, date], bool],
) -> dict[str, Any]:
    return {
        "id": member.id,
        "name": member.name,
        "speaks": list(member.speaks),
        "skills": list(member.skills),
        "days": [
            {
                "stints": [
                    {"duty": one.duty.value, "span": write_span(one.span)}
                    for one in stints_of(roster, member.id, day)
                ],
                "off": [_off(one) for one in absences(roster, day, member.id)],
                "drafted": (member.id, day) in drafted,
                "weekly": drafted.get((member.id, day), False),
            }
            for day in days
        ],
    }
