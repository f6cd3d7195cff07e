"""When somebody who is away is told, how often, and when the place is given up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.queue import TicketState, leave, match, see
from ekyc.domain.recall import Limits, ask, is_near, lapse, pause_s, recall
from ekyc.domain.wait import Span
from tests.unit.domain.test_queue import NOW, a_desk, a_ticket

LIMITS = Limits(lead_s=180, wait_s=300, most=2)
LATER = NOW + timedelta(seconds=300)


def test_who_asks_to_be_told_keeps_the_number_and_nobody_is_rung_for_them() -> None:
    first, second = ask(a_ticket(1)), a_ticket(2)
    assert (first.state, first.asked, first.seq) == (TicketState.PARKED, True, 1)
    assert [pair.ticket for pair in match([first, second], [a_desk("lan")], batch=9)] == [second]
    back = see(first, now=LATER)
    assert not back.asked
    assert [pair.ticket for pair in match([second, back], [a_desk("lan")], batch=9)] == [back]


def test_who_closed_the_page_may_ask_as_well_and_nobody_whose_turn_it_is() -> None:
    assert ask(a_ticket(state=TicketState.PARKED)).asked
    for state in (TicketState.MATCHED, TicketState.SERVED, TicketState.LEFT):
        with pytest.raises(NotAllowedNow):
            ask(a_ticket(state=state))


def test_a_turn_is_near_by_the_low_end_of_the_range_and_never_while_nobody_works() -> None:
    assert is_near(Span(low_s=180, high_s=900), LIMITS)
    assert not is_near(Span(low_s=240, high_s=900), LIMITS)
    assert not is_near(None, LIMITS)


def test_somebody_is_told_twice_with_time_to_come_between_and_no_more() -> None:
    once = recall(ask(a_ticket()), LIMITS, now=NOW)
    assert (once.recalls, once.recall_until) == (1, LATER)
    with pytest.raises(NotAllowedNow):
        recall(once, LIMITS, now=LATER - timedelta(seconds=1))
    twice = recall(once, LIMITS, now=LATER)
    with pytest.raises(NotAllowedNow):
        recall(replace(twice, told=True), LIMITS, now=LATER + timedelta(hours=1))
    with pytest.raises(NotAllowedNow):
        recall(a_ticket(), LIMITS, now=NOW)
    assert recall(ask(see(twice, now=LATER)), LIMITS, now=LATER).recalls == 1


def test_who_could_not_be_told_is_recalled_after_a_pause_that_grows_for_a_while() -> None:
    pauses = [pause_s(recalls, LIMITS) / LIMITS.wait_s for recalls in (1, 2, 3, 4, 5, 6, 7, 99)]
    assert pauses == [0, 1, 2, 4, 8, 16, 16, 16]
    untold = replace(ask(a_ticket()), recalls=2, recall_until=NOW)
    with pytest.raises(NotAllowedNow):
        recall(untold, LIMITS, now=NOW + timedelta(seconds=299))
    assert recall(untold, LIMITS, now=NOW + timedelta(seconds=300)).recalls == 3
    with pytest.raises(NotAllowedNow):
        recall(ask(a_ticket()), replace(LIMITS, most=0), now=NOW)


def test_a_place_is_given_up_after_the_last_time_and_only_if_the_customer_was_told() -> None:
    once = replace(recall(ask(a_ticket()), LIMITS, now=NOW), told=True)
    twice = recall(once, LIMITS, now=LATER)
    over = LATER + timedelta(seconds=300)
    for ticket, now in ((once, over), (twice, LATER), (replace(twice, told=False), over)):
        with pytest.raises(NotAllowedNow):
            lapse(ticket, LIMITS, now=now)
    gone = lapse(twice, LIMITS, now=over)
    assert (gone.state, gone.told) == (TicketState.LEFT, True)
    assert not leave(twice).told  # given up by choice: nothing was missed
