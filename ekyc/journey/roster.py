"""Who works when: the supervisor's acts."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from ekyc.domain.access import SERVING
from ekyc.domain.errors import NotFound, ShiftInvalid
from ekyc.domain.events import Actor, Event
from ekyc.domain.roster import DAY_MIN, DayOff, Span
from ekyc.journey.ports import Clock
from ekyc.storage import rosters, staff, tokens
from ekyc.storage.staff import Member
from ekyc.storage.store import Store, Tx


async def set_shifts(
    store: Store,
    clock: Clock,
    *,
    by: str,
    staff_id: str,
    weekdays: Sequence[int],
    spans: Sequence[Span],
) -> None:
    """An agent's working time on these days of every week; `ShiftInvalid`, `NotFound`."""
    ordered = sorted(spans, key=lambda span: span.start_min)
    inside = all(0 <= span.start_min < span.end_min <= DAY_MIN for span in ordered)
    if not inside or any(one.end_min > next.start_min for one, next in pairwise(ordered)):
        raise ShiftInvalid
    async with store.begin() as tx:
        await _member(tx, staff_id)
        for weekday in weekdays:
            await rosters.set_shifts(tx, staff_id, weekday, ordered)
        await _tell(tx, clock, by, agent=staff_id)


async def take_off(
    store: Store, clock: Clock, *, by: str, day: date, staff_id: str | None, note: str
) -> None:
    """Close the bank, or let one agent stay away, for a day; `NotFound`."""
    async with store.begin() as tx:
        if staff_id is not None:
            await _member(tx, staff_id)
        await rosters.set_day_off(tx, DayOff(day=day, staff_id=staff_id, note=note))
        await _tell(tx, clock, by, agent=staff_id or "", day=day.isoformat())


async def work(store: Store, clock: Clock, *, by: str, day: date, staff_id: str | None) -> None:
    """Take a day off back."""
    async with store.begin() as tx:
        await rosters.drop_day_off(tx, day, staff_id)
        await _tell(tx, clock, by, agent=staff_id or "", day=day.isoformat())


async def open_calendar(store: Store, clock: Clock, *, staff_id: str) -> str:
    """A new token for the agent's own calendar program; the one before is good no more."""
    token, now = tokens.new(), clock.now()
    async with store.begin() as tx:
        await rosters.set_calendar(tx, staff_id, digest=tokens.digest(token), now=now)
        await _tell_calendar(tx, clock, staff_id, is_open=True)
    return token


async def close_calendar(store: Store, clock: Clock, *, staff_id: str) -> None:
    """No calendar program is shown anything any more."""
    async with store.begin() as tx:
        await rosters.set_calendar(tx, staff_id, digest=None, now=clock.now())
        await _tell_calendar(tx, clock, staff_id, is_open=False)


async def _tell_calendar(tx: Tx, clock: Clock, staff_id: str, *, is_open: bool) -> None:
    name = "calendar.opened" if is_open else "calendar.closed"
    actor = Actor(kind="staff", id=staff_id)
    await tx.tell(Event(name=name, application_id="", at=clock.now(), actor=actor))


async def _member(tx: Tx, staff_id: str) -> Member:
    member = await staff.by_id(tx, staff_id)
    if member is None or member.role not in SERVING:
        raise NotFound
    return member


async def _tell(tx: Tx, clock: Clock, by: str, **data: object) -> None:
    actor = Actor(kind="staff", id=by)
    await tx.tell(
        Event(name="roster.changed", application_id="", at=clock.now(), actor=actor, data=data)
    )
