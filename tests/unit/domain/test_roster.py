"""Who works when, by the clock on the wall."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from ekyc.domain.roster import (
    DayOff,
    Duty,
    Plan,
    Roster,
    Shift,
    Span,
    Stint,
    drawn_up,
    is_closed,
    is_open,
    on_shift,
    opens,
    parse_span,
    write_span,
)

HANOI, BERLIN = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Europe/Berlin")
MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 29)
DAY = Span(start_min=8 * 60, end_min=20 * 60)


def a_roster(*shifts: Shift, zone: ZoneInfo = HANOI, off: tuple[DayOff, ...] = ()) -> Roster:
    opening = (DAY,) * 6 + (None,)
    return Roster(zone=zone, opening=opening, shifts=shifts, days_off=off)


def a_shift(who: str, start: str, end: str, weekday: int = 0) -> Shift:
    span = parse_span(f"{start}-{end}")
    assert span is not None  # a shift is never empty
    return Shift(staff_id=who, weekday=weekday, span=span)


def at(day: date, hour: int, minute: int = 0, zone: ZoneInfo = HANOI) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)


def test_agents_are_there_within_their_shift_and_not_a_minute_longer() -> None:
    roster = a_roster(a_shift("lan", "09:00", "12:00"), a_shift("minh", "11:00", "17:00"))
    assert on_shift(roster, at(MONDAY, 8, 30), minutes=30) == ()
    assert on_shift(roster, at(MONDAY, 9), minutes=30) == ("lan",)
    assert on_shift(roster, at(MONDAY, 11, 30), minutes=30) == ("lan", "minh")
    assert on_shift(roster, at(MONDAY, 11, 45), minutes=30) == ("minh",)
    assert on_shift(roster, at(date(2026, 11, 24), 9), minutes=30) == ()


def test_nobody_is_counted_on_outside_opening_hours_or_on_a_closed_day() -> None:
    shifts = [a_shift("lan", "00:00", "24:00", weekday=day) for day in range(7)]
    holiday = DayOff(day=MONDAY, staff_id=None, note="Tết")
    roster = a_roster(*shifts, off=(holiday,))
    assert is_closed(roster, MONDAY)
    assert is_closed(roster, SUNDAY)
    assert on_shift(roster, at(MONDAY, 9), minutes=30) == ()
    assert on_shift(roster, at(SUNDAY, 9), minutes=30) == ()
    tuesday = date(2026, 11, 24)
    assert not is_closed(roster, tuesday)
    assert on_shift(roster, at(tuesday, 7, 45), minutes=30) == ()
    assert on_shift(roster, at(tuesday, 19, 30), minutes=30) == ("lan",)
    assert on_shift(roster, at(tuesday, 19, 45), minutes=30) == ()


def test_an_agent_who_is_off_does_not_close_the_bank() -> None:
    away = DayOff(day=MONDAY, staff_id="lan")
    shifts = (a_shift("lan", "09:00", "17:00"), a_shift("minh", "09:00", "17:00"))
    roster = a_roster(*shifts, off=(away,))
    assert on_shift(roster, at(MONDAY, 9), minutes=30) == ("minh",)


def test_a_shift_until_midnight_takes_a_call_that_ends_at_midnight() -> None:
    whole = Span(start_min=0, end_min=1440)
    shift = Shift(staff_id="lan", weekday=0, span=whole)
    roster = Roster(zone=HANOI, opening=(whole,) * 7, shifts=(shift,), days_off=())
    assert on_shift(roster, at(MONDAY, 23, 30), minutes=30) == ("lan",)
    assert on_shift(roster, at(MONDAY, 23, 45), minutes=30) == ()


def test_the_night_the_clock_changes_is_lived_by_the_wall() -> None:
    """In Berlin 02:00 to 03:00 is missing on 28 March 2027 and comes twice on 25 October 2026."""
    night = Span(start_min=0, end_min=4 * 60)
    shift = Shift(staff_id="lan", weekday=6, span=Span(start_min=60, end_min=150))  # 01:00-02:30
    roster = Roster(zone=BERLIN, opening=(night,) * 7, shifts=(shift,), days_off=())
    spring, autumn = date(2027, 3, 28), date(2026, 10, 25)
    half_past_one = at(spring, 1, 30, BERLIN)
    assert on_shift(roster, half_past_one, minutes=30) == ()  # it would end at 03:00
    assert on_shift(roster, at(spring, 1, 0, BERLIN), minutes=30) == ("lan",)
    first_two, second_two = (datetime(2026, 10, 25, hour, tzinfo=UTC) for hour in (0, 1))
    assert first_two.astimezone(BERLIN).hour == second_two.astimezone(BERLIN).hour == 2
    assert on_shift(roster, first_two, minutes=30) == ("lan",)
    assert on_shift(roster, second_two, minutes=30) == ("lan",)
    assert on_shift(roster, at(autumn, 3, 0, BERLIN), minutes=30) == ()


@pytest.mark.parametrize("text", ["08:00-20:00", "00:00-24:00", "09:05-09:10"])
def test_a_span_is_written_as_it_is_read(text: str) -> None:
    span = parse_span(text)
    assert span is not None
    assert write_span(span) == text


def test_no_text_is_no_span() -> None:
    assert parse_span("") is None


@pytest.mark.parametrize(
    "text", ["20:00-08:00", "8:00-9:00", "08:00", "08:00-24:01", "a-b", "08:60-09:00"]
)
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_span(text)


def test_breaks_meetings_and_training_are_no_time_for_customers() -> None:
    day = [
        Shift(staff_id="lan", weekday=0, span=Span(start_min=540, end_min=720)),
        Shift(staff_id="lan", weekday=0, span=Span(start_min=720, end_min=780), duty=Duty.BREAK),
        Shift(staff_id="lan", weekday=0, span=Span(start_min=780, end_min=900)),
        Shift(staff_id="minh", weekday=0, span=DAY, duty=Duty.TRAINING),
    ]
    roster = a_roster(*day)
    assert on_shift(roster, at(MONDAY, 11, 30), minutes=30) == ("lan",)
    assert on_shift(roster, at(MONDAY, 11, 45), minutes=30) == ()
    assert on_shift(roster, at(MONDAY, 13), minutes=30) == ("lan",)


def test_a_planned_day_takes_the_weekly_ones_place_and_another_day_does_not() -> None:
    stint = Stint(duty=Duty.AVAILABLE, span=Span(start_min=840, end_min=900))
    plan = Plan(staff_id="lan", day=MONDAY, stints=(stint,))
    roster = replace(a_roster(a_shift("lan", "09:00", "12:00")), plans={("lan", MONDAY): plan})
    assert on_shift(roster, at(MONDAY, 9), minutes=30) == ()
    assert on_shift(roster, at(MONDAY, 14), minutes=60) == ("lan",)
    assert on_shift(roster, at(date(2026, 11, 30), 9), minutes=30) == ("lan",)


def test_a_bank_that_closes_early_opens_again_the_next_morning() -> None:
    early = DayOff(day=MONDAY, staff_id=None, span=Span(start_min=17 * 60, end_min=1440))
    roster = a_roster(a_shift("lan", "08:00", "20:00"), off=(early,))
    assert not is_closed(roster, MONDAY)
    assert on_shift(roster, at(MONDAY, 16, 30), minutes=30) == ("lan",)
    assert on_shift(roster, at(MONDAY, 16, 45), minutes=30) == ()
    assert (is_open(roster, at(MONDAY, 16)), is_open(roster, at(MONDAY, 17))) == (True, False)
    begins = opens(roster, at(MONDAY, 18), within_days=7)
    assert begins == at(date(2026, 11, 24), 8)


def test_a_bank_closed_over_noon_opens_again_the_same_day() -> None:
    noon = DayOff(day=MONDAY, staff_id=None, span=Span(start_min=12 * 60, end_min=13 * 60))
    roster = a_roster(a_shift("lan", "08:00", "20:00"), off=(noon,))
    assert opens(roster, at(MONDAY, 12, 15), within_days=7) == at(MONDAY, 13)
    assert on_shift(roster, at(MONDAY, 11, 30), minutes=60) == ()
    assert on_shift(roster, at(MONDAY, 13), minutes=60) == ("lan",)


def test_neighbouring_half_hours_of_one_kind_are_one_stint() -> None:
    halves = [
        Stint(duty=duty, span=Span(start_min=start, end_min=start + 30))
        for duty, start in ((Duty.BREAK, 510), (Duty.AVAILABLE, 450), (Duty.AVAILABLE, 480))
    ]
    assert drawn_up(halves) == (
        Stint(duty=Duty.AVAILABLE, span=Span(start_min=450, end_min=510)),
        Stint(duty=Duty.BREAK, span=Span(start_min=510, end_min=540)),
    )
