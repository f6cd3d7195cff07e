"""Which times are offered, and how often."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from ekyc.domain.roster import Roster, Shift, Span
from ekyc.domain.slots import Terms, busy, is_slot, pick, slots

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
WHOLE = Span(start_min=0, end_min=1440)
TERMS = Terms(minutes=30)


def round_the_clock(zone: ZoneInfo, *agents: str) -> Roster:
    shifts = [Shift(staff_id=who, weekday=day, span=WHOLE) for who in agents for day in range(7)]
    return Roster(zone=zone, opening=(WHOLE,) * 7, shifts=tuple(shifts), days_off=())


def test_capacity_is_the_agents_on_shift_less_what_is_booked_or_held() -> None:
    night = Span(start_min=20 * 60, end_min=22 * 60)
    late = Shift(staff_id="thu", weekday=0, span=night)
    full = round_the_clock(BERLIN, "lan", "minh")
    roster = Roster(zone=BERLIN, opening=full.opening, shifts=(*full.shifts, late), days_off=())
    day = date(2026, 11, 23)
    nine, eight_pm = (datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (8, 19))
    taken = [(nine, "lan"), *[(eight_pm, f"gone-{n}") for n in range(5)]]
    offered = {s.at: s for s in slots(roster, day, terms=Terms(minutes=30), taken=taken)}
    assert (offered[nine].capacity, offered[nine].free) == (2, 1)
    assert (offered[eight_pm].capacity, offered[eight_pm].free) == (3, 0)
    assert len(offered) == 48


def test_the_short_and_the_long_day_offer_what_the_wall_shows_and_no_instant_twice() -> None:
    """Berlin puts the clock forward on 28 March 2027 and back on 25 October 2026."""
    roster = round_the_clock(BERLIN, "lan")
    short = [s.at for s in slots(roster, date(2027, 3, 28), terms=Terms(minutes=30), taken=[])]
    long = [s.at for s in slots(roster, date(2026, 10, 25), terms=Terms(minutes=30), taken=[])]
    assert (len(short), len(long)) == (46, 50)
    assert all(b - a == timedelta(minutes=30) for day in (short, long) for a, b in pairwise(day))
    walls = [at.astimezone(BERLIN).strftime("%H:%M") for at in short]
    assert "02:00" not in walls
    assert len(set(walls)) == len(walls)
    assert [at.astimezone(BERLIN).strftime("%H:%M") for at in long].count("02:30") == 2


def test_one_appointment_is_one_instant_whatever_a_customer_overseas_reads_on_the_wall() -> None:
    """New York changes a week after Berlin: nine in Berlin moves on its wall and back."""
    roster = round_the_clock(BERLIN, "lan")
    seen = {}
    for day in (date(2026, 10, 24), date(2026, 10, 26), date(2026, 11, 2)):
        nine = next(
            s.at
            for s in slots(roster, day, terms=Terms(minutes=30), taken=[])
            if s.at.astimezone(BERLIN).hour == 9
        )
        seen[day.isoformat()] = nine.astimezone(NEW_YORK).strftime("%H:%M %Z")
    assert seen == {
        "2026-10-24": "03:00 EDT",
        "2026-10-26": "04:00 EDT",
        "2026-11-02": "03:00 EST",
    }


ZONES = st.sampled_from(
    ["Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"]
)


@settings(max_examples=40)  # each goes through two days of slots
@given(
    zone=ZONES,
    day=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    minutes=st.sampled_from([5, 15, 20, 30, 60]),
)
def test_every_offered_time_is_a_slot_of_its_day_and_days_do_not_overlap(
    zone: str, day: date, minutes: int
) -> None:
    roster = round_the_clock(ZoneInfo(zone), "lan")
    today, tomorrow = (
        slots(roster, day + timedelta(days=n), terms=Terms(minutes=minutes), taken=[])
        for n in (0, 1)
    )
    assert all(is_slot(roster, slot.at, terms=Terms(minutes=minutes)) for slot in today)
    assert {slot.at.astimezone(roster.zone).date() for slot in today} == {day}
    assert today[-1].at + timedelta(minutes=minutes) <= tomorrow[0].at


def test_a_time_between_two_slots_or_with_nobody_there_is_none() -> None:
    roster = round_the_clock(BERLIN, "lan")
    nobody = round_the_clock(BERLIN)
    at = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert is_slot(roster, at, terms=TERMS)
    assert not is_slot(roster, at + timedelta(minutes=10), terms=TERMS)
    assert not is_slot(nobody, at, terms=TERMS)


def test_whoever_has_the_fewest_appointments_that_day_takes_the_next() -> None:
    load = {"lan": 3, "minh": 1}
    assert pick(["lan", "minh"], busy=[], load=load, terms=TERMS) == "minh"
    assert pick(["lan", "minh"], busy=["minh"], load=load, terms=TERMS) == "lan"
    assert pick(["lan", "minh"], busy=["lan", "minh"], load=load, terms=TERMS) is None
    assert pick([], busy=[], load={}, terms=TERMS) is None


def test_the_customer_of_somebody_taken_off_the_roster_still_takes_a_place() -> None:
    assert pick(["minh"], busy=["lan"], load={}, terms=TERMS) is None
    assert pick(["minh", "thu"], busy=["lan"], load={}, terms=TERMS) == "minh"


def test_an_appointment_between_two_slots_takes_both_and_their_agent_is_free_in_neither() -> None:
    nine = datetime(2026, 11, 23, 8, tzinfo=UTC)
    taken = [(nine + timedelta(minutes=10), "lan")]
    offered = {
        s.at: s
        for s in slots(
            round_the_clock(BERLIN, "lan", "minh"), date(2026, 11, 23), terms=TERMS, taken=taken
        )
    }
    half = timedelta(minutes=30)
    free = [offered[nine + n * half].free for n in (-1, 0, 1, 2)]
    assert free == [2, 1, 1, 2]
    assert busy(taken, nine, TERMS) == {"lan"}
    assert not busy(taken, nine + timedelta(minutes=40), TERMS)


def test_between_two_appointments_of_one_agent_another_is_free() -> None:
    ten = datetime(2026, 11, 23, 10, tzinfo=UTC)
    taken = [(ten, "lan"), (ten + timedelta(minutes=30), "lan")]
    between = busy(taken, ten + timedelta(minutes=15), TERMS)
    assert pick(["lan", "minh"], busy=between, load={}, terms=TERMS) == "minh"


def test_other_times_may_be_asked_for_in_steps_or_not_at_all() -> None:
    roster, nine = round_the_clock(BERLIN, "lan"), datetime(2026, 11, 23, 8, tzinfo=UTC)
    at = nine + timedelta(minutes=10)
    assert is_slot(roster, at, terms=Terms(minutes=30, exact_min=5))
    assert not is_slot(roster, at + timedelta(seconds=1), terms=Terms(minutes=30, exact_min=5))
    assert not is_slot(roster, at, terms=TERMS)


def test_some_agents_are_kept_for_who_calls_now_and_others_cannot_serve_this_customer() -> None:
    roster, day = round_the_clock(BERLIN, "lan", "minh", "thu"), date(2026, 11, 23)
    kept = Terms(minutes=30, kept=1)
    assert slots(roster, day, terms=kept, taken=[])[0].free == 2
    able = slots(roster, day, terms=kept, taken=[], able={"minh"})[0]
    assert (able.capacity, able.free) == (1, 1)
    there = ["lan", "minh", "thu"]
    assert pick(there, busy=["lan"], load={}, terms=kept, able={"minh"}) == "minh"
    assert pick(there, busy=["lan", "thu"], load={}, terms=kept, able={"minh"}) is None
    assert pick(there, busy=["minh"], load={}, terms=kept, able={"minh"}) is None


def test_the_breath_after_a_call_needs_no_shift() -> None:
    """A shift until half past nine has room for a call of 25 minutes at five past."""
    shift = Shift(staff_id="lan", weekday=0, span=Span(start_min=540, end_min=570))
    roster = Roster(zone=BERLIN, opening=(WHOLE,) * 7, shifts=(shift,), days_off=())
    terms = Terms(minutes=30, buffer_min=5, exact_min=5)
    five_past = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)
    assert is_slot(roster, five_past, terms=terms)
    assert not is_slot(roster, five_past, terms=Terms(minutes=30, exact_min=5))
