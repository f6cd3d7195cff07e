"""A movement in a call is told as it goes, judged once, and ended whatever happens."""

import time

from ekyc.domain.movement import Direction
from ekyc.domain.pose import Baseline, Pose
from ekyc.domain.room import MovementEnded, MovementProgress
from ekyc.media.movement import CANCELLED, Asked, Movement

FRONT = Baseline(yaw_deg=0.0, pitch_deg=0.0, points=((10.0, 20.0), (30.0, 20.0)))
TURN = [0, 0, 10, 20, 26, 28, 28, 28, 28, 28, 28, 20, 10, 0, 0, 0, 0, 0]
"""Degrees to the own left, ten times a second."""


class Told:
    """A movement of the customer's, and everything told about it."""

    def __init__(self, direction: Direction, *, baseline: Baseline | None = FRONT) -> None:
        self.progress: list[MovementProgress] = []
        self.ended: list[MovementEnded] = []
        self.began_s = time.monotonic()
        self.movement = Movement(
            Asked(room="r", party="customer", movement="m", direction=direction),
            baseline=baseline,
            tell=self._hear,
        )

    def _hear(self, event: MovementProgress | MovementEnded) -> None:
        if isinstance(event, MovementEnded):
            self.ended.append(event)
        else:
            self.progress.append(event)

    def turn(self, yaws: list[int], *, planarity: float = 0.15) -> None:
        """The head turns, measured ten times a second."""
        for number, yaw in enumerate(yaws):
            self.movement.seen(
                Pose(
                    at_s=self.began_s + number / 10,
                    faces=1,
                    yaw_deg=float(yaw),
                    pitch_deg=0.0,
                    roll_deg=0.0,
                    planarity=planarity,
                    points=FRONT.points,
                )
            )


def test_a_turn_to_the_asked_side_passes_with_its_angles() -> None:
    told = Told(Direction.LEFT)
    told.turn(TURN)
    (verdict,) = told.ended
    assert (verdict.passed, verdict.reason, verdict.peak_deg) == (True, None, 28.0)
    assert verdict.planarity == 0.15
    assert len(verdict.series) >= 10
    fractions = [each.fraction for each in told.progress]
    assert fractions[0] == 0.0
    assert fractions[-1] == 1.0
    assert told.progress[4].yaw_deg == 20.0


def test_a_turn_to_the_other_side_is_refused() -> None:
    told = Told(Direction.RIGHT)
    told.turn(TURN)
    assert [(each.passed, each.reason) for each in told.ended] == [(False, "wrong-direction")]


def test_a_photograph_turned_by_hand_is_refused() -> None:
    told = Told(Direction.LEFT)
    told.turn(TURN, planarity=0.02)
    assert [each.reason for each in told.ended] == ["flat"]


def test_the_own_front_is_measured_once_and_kept_for_the_next_movement() -> None:
    told = Told(Direction.FRONT, baseline=None)
    assert told.movement.front() is None
    told.turn([2] * 12)
    assert told.ended[0].passed
    assert told.movement.baseline is not None
    assert told.movement.baseline.yaw_deg == 2.0
    assert told.movement.front() == FRONT.points


def test_a_movement_nobody_measures_ends_by_itself() -> None:
    told = Told(Direction.LEFT)
    told.movement.tick(told.began_s + 1)
    assert told.ended == []
    told.movement.tick(told.began_s + 60)
    assert [each.reason for each in told.ended] == ["timeout"]


def test_a_movement_taken_back_is_told_once_and_never_judged_again() -> None:
    told = Told(Direction.LEFT)
    told.movement.end(CANCELLED)
    told.movement.end(CANCELLED)
    told.turn(TURN)
    assert [each.reason for each in told.ended] == [CANCELLED]
    assert told.movement.is_over
