"""A drawn sequence can be foreseen by nobody and drawn again by everybody."""

from collections import Counter
from hashlib import sha256
from itertools import pairwise

import pytest

from ekyc.domain.movement import MEASURED, Direction
from ekyc.domain.sequence import (
    EQUIVALENTS,
    STANDARD,
    Want,
    commitment,
    drawn,
    missing,
    needed,
    orders,
    step,
)

SEEDS = [sha256(str(number).encode()).hexdigest() for number in range(600)]


def test_the_example_of_the_handbook_is_drawn_as_written() -> None:
    seed = sha256(b"an example").hexdigest()
    assert [one.value for one in drawn(seed, STANDARD, 4)] == ["left", "up", "left", "down"]
    told = commitment(seed, application_id="a" * 32, sequence_id="b" * 32)
    lines = ["ekyc-sequence-1", "a" * 32, "b" * 32, seed]
    assert told == sha256("\n".join(lines).encode()).hexdigest()


def test_no_movement_comes_twice_in_a_row_and_all_orders_are_alike() -> None:
    made = [drawn(seed, STANDARD, 3) for seed in SEEDS]
    assert all(one != two for order in made for one, two in pairwise(order))
    often = Counter(made)
    assert len(often) == orders(4, 3) == 36
    assert max(often.values()) < 3 * min(often.values()) + 12  # 16.7 of 600 each, on average


def test_four_steps_of_four_turns_are_guessed_once_in_108() -> None:
    assert orders(4, 4) == 108


def test_a_step_that_cannot_be_measured_gives_way_to_another_of_the_pool() -> None:
    pool = (Direction.EYES, Direction.SMILE, Direction.CLOSER)
    for seed in SEEDS[:20]:
        first = step(seed, pool, 1, without=())
        assert first is not None
        assert step(seed, pool, 1, without={first}) in set(pool) - {first}
    assert step(SEEDS[0], pool, 1, without=pool) is None


@pytest.mark.parametrize("want", Want)
def test_no_set_asks_for_what_its_customer_cannot_do(want: Want) -> None:
    cannot = {
        Want.NO_SIDEWAYS: {"left", "right"},
        Want.NO_NODDING: {"up", "down"},
        Want.NO_TURNING: {"left", "right", "up", "down"},
        Want.NO_MOVING: {"left", "right", "up", "down", "eyes", "smile"},
    }
    assert not cannot[want] & {one.value for one in EQUIVALENTS[want]}
    assert needed(want.value) == EQUIVALENTS[want]


def test_a_whole_sequence_stands_for_what_is_measured_and_not_for_what_is_heard() -> None:
    assert missing(None, passed=["left"], sequenced=False) == STANDARD[1:]
    assert missing(None, passed=[], sequenced=True) == ()
    assert missing("no-turning", passed=["eyes"], sequenced=True) == (Direction.NUMBER,)
    assert Direction.NUMBER not in MEASURED
