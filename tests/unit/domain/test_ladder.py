"""The ladder of a bad line: what goes first, what never goes, and that it does not flap."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekyc.domain.ladder import Ladder, Limits, Second, Step, ceiling_kbps, is_shown, observe
from ekyc.media.ladder import limits
from ekyc.settings import Media

LIMITS = limits(Media())
CLEAR = Second(loss=0.0, rtt_ms=40, kbps=1200)
ROUGH = Second(loss=0.13, rtt_ms=40, kbps=900)
DREADFUL = Second(loss=0.5, rtt_ms=40, kbps=300)
SLOW = Second(loss=0.0, rtt_ms=1500, kbps=700)
Walk = list[tuple[float, Step]]
"""Every step with the second it was taken at."""


def walked(seconds: Iterable[Second], limits: Limits = LIMITS, *, begin: Step = Step.FULL) -> Walk:
    ladder, walk = Ladder(step=begin), []
    for at, second in enumerate(seconds, start=1):
        after = observe(ladder, second, seconds=1.0, limits=limits)
        if after.step is not ladder.step:
            walk.append((float(at), after.step))
        ladder = after
    return walk


def steps(walk: Walk) -> list[Step]:
    return [step for _, step in walk]


def test_a_clear_line_carries_everything() -> None:
    assert walked([CLEAR] * 600) == []


def test_one_bad_second_is_none() -> None:
    assert walked([CLEAR, DREADFUL, *[CLEAR] * 30] * 5) == []


def test_a_rough_line_has_lower_pictures_and_no_less() -> None:
    assert steps(walked([ROUGH] * 120)) == [Step.LOW]


@pytest.mark.parametrize("line", [DREADFUL, SLOW])
def test_a_dreadful_line_goes_down_step_by_step_to_the_least(line: Second) -> None:
    walk = walked([line] * 120)
    assert steps(walk) == [Step.LOW, Step.SOUND, Step.LEAST]
    assert walk[-1][0] <= 4 * LIMITS.down_s + 3


def test_a_line_that_is_good_again_carries_everything_again() -> None:
    walk = walked([CLEAR] * 200, begin=Step.LEAST)
    assert steps(walk) == [Step.SOUND, Step.LOW, Step.FULL]
    assert walk[-1][0] <= 3 * LIMITS.up_s + 3


def test_little_sent_alone_is_no_bad_line_but_little_of_a_line_that_is_not_good_is() -> None:
    dark = Second(loss=0.0, rtt_ms=40, kbps=20)
    assert walked([dark] * 60) == []
    starved = replace(dark, loss=(LIMITS.good_loss + LIMITS.low_loss) / 2)
    assert steps(walked([starved] * 60))[:2] == [Step.LOW, Step.SOUND]


def test_a_line_that_carries_one_step_only_is_tried_again_ever_more_seldom() -> None:
    """Good at each lower picture, bad at the full one: the way a thin line looks."""
    ladder, tried = Ladder(), []
    for at in range(1, 1201):
        line = DREADFUL if ladder.step is Step.FULL else CLEAR
        after = observe(ladder, line, seconds=1.0, limits=LIMITS)
        if after.step is Step.FULL and ladder.step is not Step.FULL:
            tried.append(at)
        ladder = after
    waits = [later - sooner for sooner, later in pairwise(tried)]
    assert waits == sorted(waits)
    assert len(tried) <= 1200 / LIMITS.longest_up_s + 4


lines = st.builds(
    Second,
    loss=st.floats(0, 1),
    rtt_ms=st.none() | st.floats(0, 5000),
    kbps=st.floats(0, 3000),
)
stretches = st.lists(st.tuples(lines, st.integers(1, 40)), min_size=1, max_size=12)


@settings(max_examples=30)
@given(stretches)
def test_whatever_the_line_does_no_step_follows_the_last_one_at_once(
    weather: list[tuple[Second, int]],
) -> None:
    walk = walked(line for line, lasting in weather for _ in range(lasting))
    heights = [list(Step).index(step) for step in [Step.FULL, *steps(walk)]]
    assert all(abs(after - before) == 1 for before, after in pairwise(heights))
    for (before, was), (at, now) in pairwise(walk):
        rises = list(Step).index(now) < list(Step).index(was)
        assert at - before >= (LIMITS.up_s if rises else LIMITS.down_s)


def test_the_agents_picture_goes_first_and_the_customers_is_always_passed_on() -> None:
    for step in Step:
        assert is_shown("customer", "agent", {"customer": step, "agent": step})
    assert is_shown("agent", "customer", {"customer": Step.LOW})
    assert not is_shown("agent", "customer", {"customer": Step.SOUND})
    assert not is_shown("agent", "customer", {"agent": Step.SOUND})


def test_a_customers_bad_line_takes_no_picture_from_anybody_else_who_looks() -> None:
    assert is_shown("agent", "supervisor", {"customer": Step.LEAST})


def caps(source: str, **lines: Step) -> int | None:
    return ceiling_kbps(source, lines, low_kbps=300, least_kbps=150)


def test_cameras_send_less_at_each_step_the_customers_for_its_own_line_alone() -> None:
    assert [caps("customer", customer=step) for step in Step] == [None, 300, 300, 150]
    assert [caps("customer", agent=step) for step in Step] == [None] * 4
    assert [caps("agent", customer=step) for step in Step] == [None, 300, 150, 150]
    assert [caps("agent", agent=step) for step in Step] == [None, 300, 150, 150]
