"""The demo's people turn when asked: a moment, the turn, the hold, and back."""

from itertools import pairwise

import pytest

from ekyc.demo.frames import HOLD_S, PATH_S, REACTION_S, TURN_S, TURNS, angles_at, path
from ekyc.domain.movement import LIMITS, Direction


@pytest.mark.parametrize("direction", TURNS)
def test_a_turn_begins_and_ends_at_the_front(direction: Direction) -> None:
    assert angles_at(direction, 0.0) == (0.0, 0.0)
    assert angles_at(direction, PATH_S) == (0.0, 0.0)
    assert angles_at(direction, 100.0) == (0.0, 0.0)


@pytest.mark.parametrize("direction", TURNS)
def test_a_turn_is_held_long_enough_to_count(direction: Direction) -> None:
    start = REACTION_S + TURN_S
    for share in (0.0, 0.5, 1.0):
        assert angles_at(direction, start + share * HOLD_S) == pytest.approx(TURNS[direction])
    assert max(map(abs, TURNS[direction])) >= LIMITS.turn_deg(direction)
    assert LIMITS.hold_s < HOLD_S


def test_a_turn_is_smooth() -> None:
    yaws = [yaw for yaw, _ in path(Direction.LEFT, fps=15)]
    assert len(yaws) == round(PATH_S * 15) + 1
    assert max(abs(b - a) for a, b in pairwise(yaws)) < 4.5
