"""What a customer's face has to do where no turn of the head is asked."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from ekyc.domain.challenge import (
    LIMITS,
    Baseline,
    Direction,
    Phase,
    Pose,
    Reason,
    Step,
    ask,
    observe,
)
from ekyc.domain.movement import GESTURES
from ekyc.domain.pose import Features

FPS = 9
QUIET = Features(eyes=(0.30, 0.28), smile=0.1, size=0.4)
FRONT = Baseline(yaw_deg=0.0, pitch_deg=0.0, points=((1.0, 2.0),), features=QUIET)
DONE = {
    Direction.EYES: replace(QUIET, eyes=(0.12, 0.15)),
    Direction.SMILE: replace(QUIET, smile=0.7),
    Direction.CLOSER: replace(QUIET, size=0.52),
}


def shown(step: Step, features: Iterable[Features], *, yaw: float = 0.0) -> Step:
    """Let the step see a face with these features, nine pictures a second."""
    for seen in features:
        at_s = step.started_s + len(step.samples) / FPS
        pose = Pose(
            at_s=at_s,
            faces=1,
            yaw_deg=yaw,
            pitch_deg=0.0,
            planarity=0.01,
            points=FRONT.points,
            features=seen,
        )
        step = observe(step, pose)
    return step


def made(features: Features, *, seconds: float = 1.2, own: Features = QUIET) -> list[Features]:
    """Quiet, then this for so long, then quiet again."""
    return [own] * 3 + [features] * round(seconds * FPS) + [own] * 6


def asked(direction: Direction, own: Features = QUIET) -> Step:
    return ask(direction, at_s=10.0, baseline=replace(FRONT, features=own))


@pytest.mark.parametrize("direction", GESTURES)
def test_a_face_that_does_as_asked_and_is_quiet_again_passes(direction: Direction) -> None:
    step = shown(asked(direction), made(DONE[direction]))
    assert step.passed
    assert step.peak is not None
    assert step.peak >= LIMITS.needed(direction)
    assert (step.peak_deg, step.planarity) == (None, None)
    assert max(point[4] or 0.0 for point in step.series) == pytest.approx(step.peak, abs=0.01)


@pytest.mark.parametrize("direction", GESTURES)
def test_a_face_that_does_something_else_does_not(direction: Direction) -> None:
    others = [features for other, features in DONE.items() if other is not direction]
    for features in others:
        assert shown(asked(direction), made(features)).phase is Phase.MOVE


def test_one_eye_closed_is_not_both() -> None:
    winking = replace(QUIET, eyes=(0.05, 0.28))
    assert shown(asked(Direction.EYES), made(winking)).phase is Phase.MOVE


def test_a_blink_is_no_second() -> None:
    step = shown(asked(Direction.EYES), made(DONE[Direction.EYES], seconds=0.4))
    assert step.phase is Phase.MOVE
    assert step.hold is None


def test_eyes_that_stay_closed_are_not_back_yet() -> None:
    step = shown(asked(Direction.EYES), made(DONE[Direction.EYES], seconds=2.5)[:20])
    assert step.phase is Phase.NEUTRAL
    assert shown(step, [QUIET] * 5).passed


def test_narrow_eyes_are_measured_against_themselves() -> None:
    own = replace(QUIET, eyes=(0.19, 0.18))
    closed = replace(own, eyes=(0.04, 0.05))
    assert shown(asked(Direction.EYES, own), made(closed, own=own)).passed


@pytest.mark.parametrize(
    ("direction", "own"),
    [
        (Direction.SMILE, replace(QUIET, smile=0.8)),
        (Direction.EYES, replace(QUIET, eyes=(0.08, 0.1))),
        (Direction.CLOSER, replace(QUIET, size=0.75)),
    ],
)
def test_who_cannot_be_measured_is_told_so_and_not_refused_for_it(
    direction: Direction, own: Features
) -> None:
    assert shown(asked(direction, own), [own] * 3).reason is Reason.UNSUITABLE


def test_the_own_quiet_face_is_measured_with_the_own_front() -> None:
    step = shown(ask(Direction.SMILE, at_s=0.0), [QUIET] * 8)
    assert step.baseline is not None
    assert step.baseline.features == QUIET
    assert shown(step, made(DONE[Direction.SMILE])).passed


def test_a_smile_nobody_saw_begin_is_no_quiet_face() -> None:
    step = shown(asked(Direction.SMILE), [QUIET] * 3)
    later = replace(step, started_s=step.started_s + 2.0)  # no picture came for two seconds
    step = shown(later, [DONE[Direction.SMILE]] * 12)
    assert step.phase is Phase.CALIBRATE
    assert shown(step, made(DONE[Direction.SMILE])).passed


def test_who_sat_back_since_comes_closer_from_there() -> None:
    nearer = replace(QUIET, size=0.5)
    step = shown(asked(Direction.CLOSER), [nearer] * 8)
    assert step.phase is Phase.MOVE
    assert not shown(step, [replace(QUIET, size=0.55)] * 6).ended
    assert shown(step, made(replace(QUIET, size=0.64), own=nearer)).passed


def test_a_turn_of_the_head_is_another_movement() -> None:
    step = shown(asked(Direction.SMILE), [QUIET] * 3)
    step = shown(step, [QUIET], yaw=12.0)
    assert shown(step, [QUIET] * 6, yaw=25.0).reason is Reason.WRONG_DIRECTION


def test_a_face_whose_features_nobody_measured_proves_nothing() -> None:
    step = ask(Direction.SMILE, at_s=0.0, baseline=replace(FRONT, features=None))
    for i in range(10):
        pose = Pose(at_s=i / FPS, faces=1, yaw_deg=0.0, pitch_deg=0.0, points=FRONT.points)
        step = observe(step, pose)
    assert step.reason is Reason.UNSUITABLE
