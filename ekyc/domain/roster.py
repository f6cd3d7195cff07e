"""Who works when: opening hours, weekly shifts, planned days and absences, by wall-clock time.

A shift is agreed by the clock on the wall and a slot is an instant, so every question here takes an
instant and looks at the wall: where the clock is put forward or back, nobody is counted on for an
hour that does not exist or forgotten in one that comes twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

from ekyc.domain.errors import ShiftInvalid

DAY_MIN = 24 * 60
HALF_HOUR_MIN = 30
"""Days are planned in half-hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From one time of day to another, minutes after midnight; 1440 is the next midnight."""

    start_min: int
    end_min: int


WHOLE_DAY = Span(start_min=0, end_min=DAY_MIN)


class Duty(StrEnum):
    """A kind of time; customers are booked and called in the first alone."""

    AVAILABLE = "available"
    BREAK = "break"
    MEETING = "meeting"
    TRAINING = "training"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stint:
    """A stretch of one agent's day, spent in one way."""

    duty: Duty
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One stint of one agent on one day of every week."""

    staff_id: str
    weekday: int
    """0 is Monday."""
    span: Span
    duty: Duty = Duty.AVAILABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One agent's stints on one day, in the place of the weekly ones."""

    staff_id: str
    day: date
    stints: tuple[Stint, ...]
    weekly: bool = False
    """Of a draft: once published, so on this day of every week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOff:
    """A day, or a part of one, on which the whole bank, or one agent, does not work."""

    day: date
    staff_id: str | None
    """None: the bank is closed."""
    note: str = ""
    span: Span = WHOLE_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Everything that says who works when."""

    zone: tzinfo
    opening: tuple[Span | None, ...]
    """Monday first; None on a day the bank is closed every week."""
    shifts: tuple[Shift, ...]
    days_off: tuple[DayOff, ...]
    plans: Mapping[tuple[str, date], Plan] = field(default_factory=dict)
    """Of an agent's day; whoever has none that day works as every week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """One day: when the bank is open, and when each agent can be booked or called."""

    open: tuple[Span, ...]
    available: Mapping[str, tuple[Span, ...]]


def parse_span(text: str) -> Span | None:
    """08:00-17:30; None for an empty text, `ValueError` for anything else that is no span."""
    if not text:
        return None
    start, end = (_minute(part) for part in text.split("-"))
    if start >= end:
        raise ValueError(text)
    return Span(start_min=start, end_min=end)


def write_span(span: Span) -> str:
    """As `parse_span` reads it."""
    return "-".join(f"{m // 60:02d}:{m % 60:02d}" for m in (span.start_min, span.end_min))


def _minute(text: str) -> int:
    hours, _, minutes = text.partition(":")
    at = int(hours) * 60 + int(minutes)
    if not (len(hours) == 2 == len(minutes) and 0 <= at <= DAY_MIN and int(minutes) < 60):
        raise ValueError(text)
    return at


def without(spans: Iterable[Span], cuts: Sequence[Span]) -> tuple[Span, ...]:
    """What is left of the spans once the cuts are taken out, in order."""
    left = list(spans)
    for cut in cuts:
        left = [
            Span(start_min=start, end_min=end)
            for one in left
            for start, end in (
                (one.start_min, min(one.end_min, cut.start_min)),
                (max(one.start_min, cut.end_min), one.end_min),
            )
            if start < end
        ]
    return tuple(sorted(left, key=_start))


def _start(span: Span) -> int:
    return span.start_min


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans that touch or overlap made one, in order: a call may go from one into the next."""
    whole: list[Span] = []
    for span in sorted(spans, key=_start):
        if whole and span.start_min <= whole[-1].end_min:
            end = max(whole[-1].end_min, span.end_min)
            whole[-1] = Span(start_min=whole[-1].start_min, end_min=end)
        else:
            whole.append(span)
    return tuple(whole)


def drawn_up(stints: Iterable[Stint]) -> tuple[Stint, ...]:
    """A day's stints in order, neighbours of one kind made one.

    `ShiftInvalid` when they overlap, are empty, leave the day or do not keep to half-hours.
    """
    ordered = sorted(stints, key=lambda stint: stint.span.start_min)
    for stint in ordered:
        start, end = stint.span.start_min, stint.span.end_min
        if not 0 <= start < end <= DAY_MIN or start % HALF_HOUR_MIN or end % HALF_HOUR_MIN:
            raise ShiftInvalid
    if any(one.span.end_min > after.span.start_min for one, after in pairwise(ordered)):
        raise ShiftInvalid
    day: list[Stint] = []
    for stint in ordered:
        before = day[-1] if day else None
        if before and (before.duty, before.span.end_min) == (stint.duty, stint.span.start_min):
            span = Span(start_min=before.span.start_min, end_min=stint.span.end_min)
            day[-1] = Stint(duty=stint.duty, span=span)
        else:
            day.append(stint)
    return tuple(day)


def stints_of(roster: Roster, staff_id: str, day: date) -> tuple[Stint, ...]:
    """How an agent's day is spent: as planned for it, else as every week; absences not yet out."""
    plan = roster.plans.get((staff_id, day))
    if plan is not None:
        return plan.stints
    return tuple(
        Stint(duty=shift.duty, span=shift.span)
        for shift in roster.shifts
        if (shift.staff_id, shift.weekday) == (staff_id, day.weekday())
    )


def absences(roster: Roster, day: date, staff_id: str | None) -> tuple[DayOff, ...]:
    """When an agent is away that day, or, nobody named, the bank is closed."""
    return tuple(off for off in roster.days_off if (off.day, off.staff_id) == (day, staff_id))


def open_spans(roster: Roster, day: date) -> tuple[Span, ...]:
    """When the bank is open that day; empty when it is closed."""
    opening = roster.opening[day.weekday()]
    if opening is None:
        return ()
    return without([opening], [off.span for off in absences(roster, day, None)])


def staffing(roster: Roster, day: date) -> Staffing:
    """Who can be booked or called that day, and when; nobody's breaks, meetings and absences."""
    planned = {staff_id for staff_id, on in roster.plans if on == day}
    weekly = {shift.staff_id for shift in roster.shifts if shift.weekday == day.weekday()}
    available = {}
    for staff_id in planned | weekly:
        stints = stints_of(roster, staff_id, day)
        there = merged(stint.span for stint in stints if stint.duty is Duty.AVAILABLE)
        away = [off.span for off in absences(roster, day, staff_id)]
        available[staff_id] = without(there, away)
    return Staffing(open=open_spans(roster, day), available=available)


def is_closed(roster: Roster, day: date) -> bool:
    """Whether nobody can be booked on this day, whoever is on shift."""
    return not open_spans(roster, day)


def on_shift(roster: Roster, at: datetime, *, minutes: int) -> tuple[str, ...]:
    """Who can be called from this instant on for so long, in order of their ids."""
    day = at.astimezone(roster.zone).date()
    return available(staffing(roster, day), at, zone=roster.zone, minutes=minutes)


def available(staffed: Staffing, at: datetime, *, zone: tzinfo, minutes: int) -> tuple[str, ...]:
    """The same where the day was looked up before; nobody while the bank is closed."""
    start = at.astimezone(zone)
    end = (at + timedelta(minutes=minutes)).astimezone(zone)
    if not any(_covers(span, start, end) for span in staffed.open):
        return ()
    return tuple(
        sorted(
            staff_id
            for staff_id, spans in staffed.available.items()
            if any(_covers(span, start, end) for span in spans)
        )
    )


def is_open(roster: Roster, at: datetime) -> bool:
    """Whether the wall's clock stands within the opening hours."""
    wall = at.astimezone(roster.zone)
    return any(_within(span, wall) for span in open_spans(roster, wall.date()))


def _within(span: Span, wall: datetime) -> bool:
    return span.start_min <= _wall(wall) < span.end_min


def opens(roster: Roster, at: datetime, *, within_days: int) -> datetime | None:
    """When opening hours begin next, by the wall's clock; None when not in so many days."""
    today = at.astimezone(roster.zone)
    for ahead in range(within_days + 1):
        day = today.date() + timedelta(days=ahead)
        for span in open_spans(roster, day):
            hour, minute = divmod(span.start_min, 60)
            begins = datetime(day.year, day.month, day.day, hour, minute, tzinfo=roster.zone)
            if begins > today:
                return begins
    return None


def _covers(span: Span, start: datetime, end: datetime) -> bool:
    """Whether the clock on the wall stays within the span, also where it is put forward or back."""
    first, last = _wall(start), _wall(end)
    if end.date() > start.date():
        last += DAY_MIN
    return span.start_min <= first < span.end_min and last <= span.end_min


def _wall(at: datetime) -> int:
    return at.hour * 60 + at.minute


def midnight(zone: tzinfo, day: date) -> datetime:
    """The instant a day begins in a zone, UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
