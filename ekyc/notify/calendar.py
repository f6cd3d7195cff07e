"""An appointment as a calendar takes it (RFC 5545)."""

from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event


def entry(
    *, id: str, at: datetime, minutes: int, title: str, text: str, now: datetime, version: int
) -> bytes:
    """One appointment, in UTC so that every calendar shows it in its reader's own zone."""
    event = Event()
    event.add("uid", f"{id}@ekyc")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", at.astimezone(UTC))
    event.add("dtend", at.astimezone(UTC) + timedelta(minutes=minutes))
    event.add("summary", title)
    event.add("description", text)
    event.add("sequence", version)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta(minutes=-15))
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//ekyc//appointments//")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
