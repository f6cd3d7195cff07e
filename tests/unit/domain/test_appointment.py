"""A promised time: what may happen to it, and who has missed it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

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
    missed,
    move,
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
    hold_s=300, moves=2, change_until_min=10, misses=2, answer_s=45, late_s=600, agent_late_s=300
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
    assert over == set(AppointmentState) - ACTIVE - {AppointmentState.HELD}


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
    assert missed(due, here=False, limits=LIMITS, now=before) is None
    assert missed(due, here=False, limits=LIMITS, now=due.at + grace) is Side.CUSTOMER


def test_an_agent_is_late_from_the_customers_coming_not_from_the_time() -> None:
    came_late = NOW + timedelta(hours=2, minutes=9)
    due = an_appointment(AppointmentState.DUE, arrived_at=came_late)
    at_grace = due.at + timedelta(seconds=600)
    assert missed(due, here=True, limits=LIMITS, now=at_grace) is None
    assert (
        missed(due, here=True, limits=LIMITS, now=came_late + timedelta(seconds=300)) is Side.AGENT
    )


def test_a_page_rings_for_so_long_and_no_longer() -> None:
    assert not unanswered(NOW, LIMITS, now=NOW + timedelta(seconds=44))
    assert unanswered(NOW, LIMITS, now=NOW + timedelta(seconds=45))
