"""How many agents a half-hour needs."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ekyc.domain import need

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = date(2026, 11, 23)


def test_the_textbooks_call_centre_needs_its_fourteen_agents() -> None:
    """100 calls in half an hour of 3 minutes each, 80 % within 20 s: 10 erlangs, 14 agents."""
    assert need.agents(100, each_s=180, share=0.8, within_s=20) == 14


def test_nobody_who_comes_needs_nobody_and_one_who_comes_needs_one() -> None:
    assert need.agents(0, each_s=300, share=0.9, within_s=90) == 0
    assert need.agents(0.25, each_s=300, share=0.9, within_s=90) == 1


def test_a_house_beyond_measure_is_told_the_most() -> None:
    assert need.agents(1e6, each_s=300, share=0.9, within_s=90) == need.MOST


def test_a_half_hour_is_foreseen_from_the_same_days_before() -> None:
    nine = datetime(2026, 11, 16, 2, tzinfo=UTC)  # nine in the morning of the Monday before
    came = {nine: 6, nine - timedelta(days=7): 2, nine + timedelta(days=1): 5}
    figures = need.usual(came, [MONDAY, MONDAY + timedelta(days=1)], zone=HANOI, weeks=4)
    assert figures[MONDAY][18] == 4
    assert figures[MONDAY][19] == 0
    assert figures[MONDAY + timedelta(days=1)][18] == 2.5  # that Tuesday, and the one before


def test_where_nobody_ever_came_nothing_is_foreseen() -> None:
    assert need.usual({}, [MONDAY], zone=HANOI, weeks=4) == {}
