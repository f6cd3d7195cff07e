"""How long somebody is told to wait, and whether that was true."""

from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekyc.domain.wait import Calibration, Line, Span, calibrated, forecast, score, turns


def a_line(ahead: int = 5, agents: int = 3, idle: int = 0, each_s: float = 480) -> Line:
    return Line(ahead=ahead, agents=agents, idle=idle, each_s=each_s)


def test_nobody_at_work_is_no_promise() -> None:
    assert forecast(a_line(agents=0), Calibration()) is None
    assert score(a_line(agents=0), 60) is None


def test_who_is_next_at_a_free_desk_waits_a_minute_at_most() -> None:
    line = a_line(ahead=0, idle=1)
    assert turns(line) == 0
    assert forecast(line, Calibration()) == Span(low_s=0, high_s=60)
    assert score(line, 3) is None


@given(
    ahead=st.integers(0, 300),
    agents=st.integers(1, 80),
    idle=st.integers(0, 10),
    each_s=st.floats(30, 3600),
    z=st.floats(-3, 3),
)
def test_a_range_is_whole_minutes_outwards_and_what_came_has_its_place(
    ahead: int, agents: int, idle: int, each_s: float, z: float
) -> None:
    line = a_line(ahead, agents, idle, each_s)
    span = forecast(line, Calibration(low_z=min(z, 0), high_z=max(z, 0.1)))
    assert span is not None
    assert span.low_s % 60 == span.high_s % 60 == 0
    assert 0 <= span.low_s < span.high_s
    for came_s in (span.low_s + 1, span.high_s - 1):
        found = score(line, came_s)
        assert found is None or -4 <= found <= 4


@pytest.mark.parametrize("n", [1, 4, 40])
def test_nine_in_ten_of_what_the_formula_expects_lie_within(n: int) -> None:
    line = a_line(ahead=n - 1, agents=1, each_s=6000)
    span = forecast(line, Calibration())
    assert span is not None
    low, high = (score(line, came) for came in (span.low_s, span.high_s))
    assert low is not None
    assert high is not None
    share = NormalDist().cdf(high) - NormalDist().cdf(low)
    assert 0.89 < share < 0.92


def test_what_came_moves_and_widens_the_range() -> None:
    assert calibrated([0.5] * 19) == Calibration()
    late = calibrated([2.0 + 0.01 * n for n in range(100)])
    assert 2 <= late.low_z < late.high_z <= 3
    line = a_line()
    before, after = forecast(line, Calibration()), forecast(line, late)
    assert before is not None
    assert after is not None
    assert after.low_s > before.low_s


def test_a_range_holds_its_ends() -> None:
    span = Span(low_s=60, high_s=120)
    assert [span.holds(came) for came in (59, 60, 120, 121)] == [False, True, True, False]
