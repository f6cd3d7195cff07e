"""Who works when: opening hours, weekly shifts and days off, in wall-clock time of the bank's zone.

A shift is agreed by the clock on the wall and a slot is an instant, so every question here takes an
instant and looks at the wall: where the clock is put forward or back, nobody is counted on for an
hour that does not exist or forgotten in one that comes twice.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From one time of day to another, minutes after midnight; 1440 is the next midnight."""

    start_min: int
    end_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One agent's working time on one day of every week."""

    staff_id: str
    weekday: int
    """0 is Monday."""
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOff:
    """A day on which the whole bank, or one agent, does not work."""

    day: date
    staff_id: str | None
    """None: the bank is closed."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Everything that says who works when."""

    zone: tzinfo
    opening: tuple[Span | None, ...]
    """Monday first; None on a day the bank is closed every week."""
    shifts: tuple[Shift, ...]
    days_off: tuple[DayOff, ...]


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


def is_closed(roster: Roster, day: date) -> bool:
    """Whether nobody can be booked on this day, whoever is on shift."""
    return roster.opening[day.weekday()] is None or any(
        off.day == day and off.staff_id is None for off in roster.days_off
    )


def on_shift(roster: Roster, at: datetime, *, minutes: int) -> tuple[str, ...]:
    """Who works from this instant on for so long, in order of their ids; nobody while closed."""
    start = at.astimezone(roster.zone)
    end = (at + timedelta(minutes=minutes)).astimezone(roster.zone)
    opening = roster.opening[start.weekday()]
    if opening is None or is_closed(roster, start.date()) or not _covers(opening, start, end):
        return ()
    away = {off.staff_id for off in roster.days_off if off.day == start.date()}
    there = {
        shift.staff_id
        for shift in roster.shifts
        if shift.weekday == start.weekday() and _covers(shift.span, start, end)
    }
    return tuple(sorted(there - away))


def is_open(roster: Roster, at: datetime) -> bool:
    """Whether the wall's clock stands within the opening hours."""
    wall = at.astimezone(roster.zone)
    opening = roster.opening[wall.weekday()]
    closed = opening is None or is_closed(roster, wall.date())
    return not closed and opening is not None and _within(opening, wall)


def _within(span: Span, wall: datetime) -> bool:
    return span.start_min <= _wall(wall) < span.end_min


def opens(roster: Roster, at: datetime, *, within_days: int) -> datetime | None:
    """When the opening hours begin next, by the wall's clock; None when not in so many days."""
    today = at.astimezone(roster.zone)
    for ahead in range(within_days + 1):
        day = today.date() + timedelta(days=ahead)
        opening = roster.opening[day.weekday()]
        if opening is None or is_closed(roster, day):
            continue
        hour, minute = divmod(opening.start_min, 60)
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
