"""A promised time: what may happen to it, and who has missed it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from ekyc.domain.appointment import (
    ACTIVE,
    TRANSITIONS,
    Appointment,
    AppointmentState,
    Limits,
    Side,
    book,
    may_book,
    may_cancel,
    may_move,
    may_postpone,
    missed,
    move,
    postpone,
    ring,
    rings_again,
    unanswered,
)
from ekyc.domain.errors import (
    BookingsUsedUp,
    ChangeTooLate,
    HoldExpired,
    MovesUsedUp,
    NotAllowedNow,
)

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LIMITS = Limits(
    hold_s=300,
    moves=2,
    change_until_min=10,
    misses=2,
    answer_s=45,
    late_s=600,
    agent_late_s=300,
    rings=2,
    ring_again_s=150,
    postpone_min=5,
    postpones=1,
)


def an_appointment(
    state: AppointmentState = AppointmentState.BOOKED, **changes: object
) -> Appointment:
    appointment = Appointment(
        id="one",
        application_id="first",
        agent_id="lan",
        at=NOW + timedelta(hours=2),
        minutes=30,
        state=state,
        version=1,
        zone="",
        moves=0,
        held_until=NOW + timedelta(minutes=5),
        changed_at=NOW,
    )
    return replace(appointment, **changes)  # type: ignore[arg-type]


def test_only_what_is_over_goes_nowhere() -> None:
    over = {state for state, to in TRANSITIONS.items() if not to}
    goes_on = ACTIVE | {AppointmentState.HELD, AppointmentState.KEPT}
    assert over == set(AppointmentState) - goes_on


def test_a_missed_appointment_cannot_be_answered_any_more() -> None:
    late = an_appointment(AppointmentState.MISSED_BY_CUSTOMER)
    with pytest.raises(NotAllowedNow):
        move(late, AppointmentState.KEPT, now=NOW)


def test_a_held_time_is_booked_while_it_is_held() -> None:
    held = an_appointment(AppointmentState.HELD)
    booked = book(held, None, zone="Europe/Berlin", limits=LIMITS, now=NOW)
    assert (booked.state, booked.moves, booked.zone) == (
        AppointmentState.BOOKED,
        0,
        "Europe/Berlin",
    )
    with pytest.raises(HoldExpired):
        book(held, None, zone="", limits=LIMITS, now=held.held_until)


def test_each_move_counts_until_they_are_used_up() -> None:
    held, before = an_appointment(AppointmentState.HELD), an_appointment(moves=1)
    assert book(held, before, zone="", limits=LIMITS, now=NOW).moves == 2
    with pytest.raises(MovesUsedUp):
        may_move(an_appointment(moves=2), LIMITS, now=NOW)


def test_shortly_before_the_time_nothing_is_changed_any_more() -> None:
    appointment = an_appointment()
    last = appointment.at - timedelta(minutes=10)
    may_cancel(appointment, LIMITS, now=last)
    for act in (may_cancel, may_move):
        with pytest.raises(ChangeTooLate):
            act(appointment, LIMITS, now=last + timedelta(seconds=1))


def test_whoever_missed_too_many_can_only_call_now() -> None:
    may_book(LIMITS, misses=1)
    with pytest.raises(BookingsUsedUp):
        may_book(LIMITS, misses=2)


def test_a_customer_who_does_not_come_has_missed_it_after_the_grace() -> None:
    due = an_appointment(AppointmentState.DUE)
    grace = timedelta(seconds=600)
    before = due.at + grace - timedelta(seconds=1)
    never = partial(missed, due, here=False, gone_at=None, since=NOW, limits=LIMITS)
    assert never(now=before) is None
    assert never(now=due.at + grace) is Side.CUSTOMER


def test_nobody_is_late_before_the_server_could_ring() -> None:
    due = an_appointment(AppointmentState.DUE)
    rung = due.at + timedelta(minutes=11)  # it was away at the time
    due, grace = replace(due, changed_at=rung), timedelta(seconds=600)
    never = partial(missed, due, here=False, gone_at=None, since=NOW, limits=LIMITS)
    assert never(now=rung + grace - timedelta(seconds=1)) is None
    assert never(now=rung + grace) is Side.CUSTOMER


def test_nobody_is_late_by_the_time_the_server_was_away() -> None:
    due = an_appointment(AppointmentState.DUE)
    back = due.at + timedelta(minutes=11)
    never = partial(missed, due, here=False, gone_at=None, limits=LIMITS)
    assert never(since=back, now=back + timedelta(seconds=599)) is None
    assert never(since=back, now=back + timedelta(seconds=600)) is Side.CUSTOMER
    over = due.at + timedelta(minutes=due.minutes)
    assert never(since=over, now=over) is Side.AGENT
    waits = replace(due, arrived_at=due.at)
    here = partial(missed, waits, here=True, gone_at=None, limits=LIMITS)
    assert here(since=over, now=over + timedelta(seconds=299)) is None
    assert here(since=over, now=over + timedelta(seconds=300)) is Side.AGENT


def test_whoever_came_and_lost_the_line_is_waited_for_from_then_on() -> None:
    gone = NOW + timedelta(hours=2, minutes=9)
    due = an_appointment(AppointmentState.DUE, arrived_at=gone - timedelta(minutes=2))
    away = partial(missed, due, here=False, gone_at=gone, since=NOW, limits=LIMITS)
    assert away(now=due.at + timedelta(seconds=600)) is None
    assert away(now=gone + timedelta(seconds=600)) is Side.CUSTOMER


def test_an_agent_is_late_from_the_customers_coming_not_from_the_time() -> None:
    came_late = NOW + timedelta(hours=2, minutes=9)
    due = an_appointment(AppointmentState.DUE, arrived_at=came_late)
    at_grace = due.at + timedelta(seconds=600)
    here = partial(missed, due, here=True, gone_at=None, since=NOW, limits=LIMITS)
    assert here(now=at_grace) is None
    assert here(now=came_late + timedelta(seconds=300)) is Side.AGENT


def test_a_page_rings_for_so_long_and_no_longer() -> None:
    assert not unanswered(NOW, LIMITS, now=NOW + timedelta(seconds=44))
    assert unanswered(NOW, LIMITS, now=NOW + timedelta(seconds=45))


def test_somebody_who_is_not_there_is_rung_again_after_a_while_and_not_for_ever() -> None:
    due = an_appointment(AppointmentState.DUE)
    assert rings_again(due, LIMITS, now=NOW)
    rung = ring(due, LIMITS, now=NOW)
    assert (rung.rings, rung.rung_at, rung.version) == (1, NOW, 2)
    assert not rings_again(rung, LIMITS, now=NOW + timedelta(seconds=149))
    assert rings_again(rung, LIMITS, now=NOW + timedelta(seconds=150))
    twice = ring(rung, LIMITS, now=NOW + timedelta(seconds=150))
    assert not rings_again(twice, LIMITS, now=NOW + timedelta(hours=1))
    with pytest.raises(NotAllowedNow):
        ring(twice, LIMITS, now=NOW + timedelta(hours=1))


@pytest.mark.parametrize("state", [state for state in AppointmentState if state != "due"])
def test_nobody_is_rung_or_put_off_before_or_after_the_time(state: AppointmentState) -> None:
    with pytest.raises(NotAllowedNow):
        ring(an_appointment(state), LIMITS, now=NOW)
    with pytest.raises(NotAllowedNow):
        postpone(an_appointment(state), LIMITS, now=NOW)


def test_a_customer_may_ask_for_some_minutes_and_is_rung_anew_then() -> None:
    due = an_appointment(
        AppointmentState.DUE, rings=2, rung_at=NOW, arrived_at=NOW, answered_at=NOW
    )
    later = postpone(due, LIMITS, now=NOW)
    assert (later.state, later.at) == (AppointmentState.BOOKED, NOW + timedelta(minutes=5))
    assert (later.arrived_at, later.answered_at, later.postponed) == (None, None, 1)
    again = move(later, AppointmentState.DUE, now=later.at)
    assert ring(again, LIMITS, now=later.at).rings == 3
    assert not may_postpone(again, LIMITS)
    with pytest.raises(NotAllowedNow):
        postpone(again, LIMITS, now=later.at)
