"""What supervisors are told of the waits of a day."""

from datetime import timedelta

from ekyc.domain.promise import STEP, band, curve, ninth_decile, share_within
from tests.fakes import START


def test_the_share_within_the_promise_counts_who_waited_just_as_long() -> None:
    assert share_within([], 90) is None
    assert share_within([10, 90, 91, 400], 90) == 0.5


def test_nine_of_ten_did_not_wait_longer() -> None:
    assert ninth_decile([7]) == 7
    assert ninth_decile([*range(1, 11)]) == 9
    assert ninth_decile([5, 1]) == 5


def test_the_curve_has_a_point_for_each_half_hour_somebody_waited_in() -> None:
    waited = [
        (START + timedelta(minutes=1), 10.0),
        (START + timedelta(minutes=29), 30.0),
        (START + timedelta(minutes=61), 5.0),
    ]
    assert curve(waited, since=START) == ((START, 30.0, 2), (START + 2 * STEP, 5.0, 1))


def test_the_band_is_what_most_were_told_in_each_half_hour() -> None:
    told = [(START, 0.0, 60.0), (START, 30.0, 120.0), (START, 60.0, 600.0)]
    later = START + STEP
    assert band([*told, (later, 5.0, 10.0)], since=START) == (
        (START, 30.0, 120.0),
        (later, 5.0, 10.0),
    )
    assert band([], since=START) == ()
