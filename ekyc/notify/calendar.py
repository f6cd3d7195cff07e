"""An appointment as calendars take it: an entry, an invitation that moves and cancels, a feed.

RFC 5545 says what an entry is, RFC 5546 how it changes: one UID for all times of one application,
and a SEQUENCE that only grows, so that a calendar shows one entry where it stands now. Instants are
in UTC: every calendar shows them in its reader's own zone, on both sides of a change of clocks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vCalAddress

_ALARM_BEFORE = timedelta(minutes=15)
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
"""No appointment is older; seconds since then fit a calendar's 31 bits until 2094."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One appointment, in the words of its reader's language."""

    id: str
    """The application's: the same at every move, so that the calendar moves its entry too."""
    at: datetime
    minutes: int
    title: str
    text: str
    changed_at: datetime
    """When the appointment came to stand as it does: later changes come after earlier ones."""
    is_cancelled: bool = False


def entry(one: Entry, *, now: datetime) -> bytes:
    """For the reader's own calendar, once."""
    return _written([_event(one, now)])


def invitation(one: Entry, *, now: datetime, organizer: str, attendee: str) -> tuple[str, bytes]:
    """What a mail carries, with its method: REQUEST makes or moves the entry, CANCEL takes it away.

    `organizer` and `attendee` are mail addresses.
    """
    method = "CANCEL" if one.is_cancelled else "REQUEST"
    event = _event(one, now)
    event.add("organizer", vCalAddress(f"mailto:{organizer}"))
    guest = vCalAddress(f"mailto:{attendee}")
    guest.params["ROLE"], guest.params["RSVP"] = "REQ-PARTICIPANT", "FALSE"
    event.add("attendee", guest)
    return method, _written([event], method=method)


def feed(entries: Iterable[Entry], *, name: str, now: datetime) -> bytes:
    """Everything one agent has, for a calendar that asks now and again."""
    return _written([_event(one, now) for one in entries], method="PUBLISH", name=name)


def _event(one: Entry, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{one.id}@ekyc")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", one.at.astimezone(UTC))
    event.add("dtend", one.at.astimezone(UTC) + timedelta(minutes=one.minutes))
    event.add("summary", one.title)
    event.add("description", one.text)
    event.add("sequence", max(0, int((one.changed_at - _FIRST).total_seconds())))
    event.add("status", "CANCELLED" if one.is_cancelled else "CONFIRMED")
    if not one.is_cancelled:
        event.add_component(_alarm(one.title))
    return event


def _alarm(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -_ALARM_BEFORE)
    return alarm


def _written(events: Iterable[Event], *, method: str = "", name: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//ekyc//appointments//")
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())
