"""When supervisors are alerted to the queue, how often, and when it is over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ekyc.domain.alert import (
    TRANSITIONS,
    AlertState,
    Figures,
    Limits,
    Why,
    acknowledge,
    begin,
    counted,
    look,
)
from ekyc.domain.errors import NotAllowedNow

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
LIMITS = Limits(late=2, missed_share=0.3, promises=20, calm_s=300, repeat_s=900, repeats=2)
CALM = Figures(late=0, unserved=0, promises=0, longer=0)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_what_is_wrong_is_counted_above_its_mark_alone() -> None:
    assert counted(CALM, LIMITS) == {}
    assert counted(replace(CALM, late=1), LIMITS) == {}
    assert counted(replace(CALM, late=2, unserved=1), LIMITS) == {Why.LATE: 2, Why.NOBODY: 1}
    assert counted(replace(CALM, late=9), replace(LIMITS, late=0)) == {}
    assert counted(replace(CALM, promises=19, longer=19), LIMITS) == {}
    assert counted(replace(CALM, promises=100, longer=30), LIMITS) == {}
    assert counted(replace(CALM, promises=100, longer=31), LIMITS) == {Why.RANGES: 31}


def test_an_alert_nobody_sees_is_told_three_times_and_no_more() -> None:
    alert = begin("a", Why.LATE, 2, now=NOW)
    assert (alert.told, look(alert, 5, LIMITS, now=at(899))) == (1, alert)
    told = []
    for turn in range(1, 6):
        alert = look(alert, turn, LIMITS, now=at(900 * turn))
        told.append((alert.told, alert.count))
    assert told == [(2, 1), (3, 2), (3, 2), (3, 2), (3, 2)]


def test_what_got_twice_as_bad_since_somebody_saw_it_is_told_anew() -> None:
    seen = acknowledge(begin("a", Why.LATE, 2, now=NOW), by="thu", now=at(10))
    assert look(seen, 3, LIMITS, now=at(900)) == seen
    assert look(seen, 4, LIMITS, now=at(899)) == seen
    again = look(seen, 4, LIMITS, now=at(900))
    assert (again.state, again.told, again.count) == (AlertState.RAISED, 2, 4)
    assert again.acknowledged_by is None


def test_a_figure_that_goes_to_and_fro_about_its_mark_is_one_alert() -> None:
    alert = begin("a", Why.LATE, 2, now=NOW)
    for seconds in range(60, 600, 120):
        alert = look(alert, 0, LIMITS, now=at(seconds))
        assert alert.quiet_at == at(seconds)
        alert = look(alert, 2, LIMITS, now=at(seconds + 60))
        assert (alert.state, alert.quiet_at, alert.told) == (AlertState.RAISED, None, 1)
    quiet = look(alert, 0, LIMITS, now=at(700))
    assert look(quiet, 0, LIMITS, now=at(999)) == quiet
    over = look(quiet, 0, LIMITS, now=at(1000))
    assert (over.state, over.ended_at) == (AlertState.ENDED, at(1000))


def test_one_that_was_seen_is_told_no_more_and_ends_by_itself() -> None:
    seen = acknowledge(begin("a", Why.NOBODY, 1, now=NOW), by="thuha", now=at(10))
    assert (seen.acknowledged_by, look(seen, 1, LIMITS, now=at(9000))) == ("thuha", seen)
    with pytest.raises(NotAllowedNow):
        acknowledge(seen, by="mai", now=at(20))
    over = look(look(seen, 0, LIMITS, now=at(30)), 0, LIMITS, now=at(330))
    assert over.state is AlertState.ENDED
    with pytest.raises(NotAllowedNow):
        acknowledge(over, by="mai", now=at(400))


def test_each_change_has_a_version_and_an_end_is_an_end() -> None:
    alert = begin("a", Why.LATE, 2, now=NOW)
    assert look(alert, 0, LIMITS, now=NOW).version == 2
    assert look(alert, 1, LIMITS, now=NOW).version == 1
    assert TRANSITIONS[AlertState.ENDED] == frozenset()
