"""What a customer's head has to do for a movement to count, and what is refused."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    tick,
)
from ekyc.domain.movement import MEASURED

FPS = 10
FRONT = Baseline(yaw_deg=2.0, pitch_deg=-5.0, points=((100.0, 80.0), (140.0, 80.0)))
SOLID, PAPER = 0.15, 0.01
TURNS: dict[Direction, tuple[float, float]] = {
    Direction.LEFT: (28.0, 0.0),
    Direction.RIGHT: (-28.0, 0.0),
    Direction.UP: (0.0, 18.0),
    Direction.DOWN: (0.0, -18.0),
}
Angles = tuple[float, float]


def a_pose(at_s: float, yaw: float = 0.0, pitch: float = 0.0, **more: object) -> Pose:
    """A face turned by this much against `FRONT`."""
    pose = Pose(
        at_s=at_s,
        faces=1,
        yaw_deg=FRONT.yaw_deg + yaw,
        pitch_deg=FRONT.pitch_deg + pitch,
        roll_deg=0.0,
        planarity=SOLID,
        points=FRONT.points,
    )
    return replace(pose, **more)  # type: ignore[arg-type]


def no_face(at_s: float) -> Pose:
    return Pose(at_s=at_s, faces=0)


def still(angles: Angles, seconds: float) -> list[Angles]:
    return [angles] * round(seconds * FPS)


def a_turn(to: Angles, *, hold_s: float = 1.2) -> list[Angles]:
    """From the front to there in 0.6 s, held, and back."""
    out = [(to[0] * i / 6, to[1] * i / 6) for i in range(7)]
    return [*still((0.0, 0.0), 0.3), *out, *still(to, hold_s), *out[::-1], *still((0.0, 0.0), 0.6)]


def watch(step: Step, angles: Iterable[Angles], **more: object) -> Step:
    """Let the step see these angles, one frame after the other."""
    for yaw, pitch in angles:
        step = observe(step, a_pose(_next_s(step), yaw, pitch, **more))
    return step


def _next_s(step: Step) -> float:
    seen = step.samples[-1].t_s + 1 / FPS if step.samples else 0.0
    return step.started_s + seen


def asked(direction: Direction, **more: object) -> Step:
    return ask(direction, at_s=50.0, baseline=FRONT, **more)  # type: ignore[arg-type]


def turned(direction: Direction = Direction.LEFT) -> Step:
    """A step in the middle of its hold."""
    step = watch(asked(direction), a_turn(TURNS[direction])[:11])
    assert step.phase is Phase.HOLD
    return step


@pytest.mark.parametrize("direction", TURNS)
def test_a_customer_who_turns_as_asked_and_comes_back_passes(direction: Direction) -> None:
    step = watch(asked(direction), a_turn(TURNS[direction]))
    assert step.passed
    assert step.reason is None
    assert step.peak_deg == pytest.approx(max(map(abs, TURNS[direction])))
    assert step.planarity == SOLID
    assert 1.5 < step.seconds < 3.5


def test_facing_straight_measures_the_customers_own_front() -> None:
    step = watch(ask(Direction.FRONT, at_s=0.0), still((0.0, 0.0), 0.8))
    assert step.passed
    assert step.baseline == FRONT
    assert step.peak_deg == 0.0


def test_facing_straight_again_measures_the_front_anew() -> None:
    step = watch(asked(Direction.FRONT), still((6.0, 3.0), 0.8))
    assert step.baseline == Baseline(yaw_deg=8.0, pitch_deg=-2.0, points=FRONT.points)


def test_without_a_known_front_a_movement_measures_it_first() -> None:
    step = watch(ask(Direction.LEFT, at_s=0.0), still((0.0, 0.0), 0.5))
    assert step.phase is Phase.CALIBRATE
    step = watch(step, still((0.0, 0.0), 0.3))
    assert step.phase is Phase.MOVE
    assert watch(step, a_turn((28.0, 0.0))).passed


def test_a_whole_call_carries_its_front_from_step_to_step() -> None:
    step = watch(ask(Direction.FRONT, at_s=0.0), still((0.0, 0.0), 0.8))
    for direction, to in TURNS.items():
        step = ask(direction, at_s=step.started_s + 20.0, baseline=step.baseline)
        step = watch(step, a_turn(to))
        assert step.passed, direction
    assert step.baseline == FRONT


def test_a_customer_who_moved_the_telephone_gets_a_new_front() -> None:
    step = watch(asked(Direction.UP), still((0.0, 11.0), 0.8))
    assert step.phase is Phase.MOVE
    assert step.baseline is not None
    assert step.baseline.pitch_deg == FRONT.pitch_deg + 11.0


def test_a_restless_or_turned_face_is_no_front() -> None:
    restless = [(6.0 * (i % 2), 0.0) for i in range(30)]
    assert watch(ask(Direction.FRONT, at_s=0.0), restless).phase is Phase.CALIBRATE
    assert watch(ask(Direction.FRONT, at_s=0.0), still((25.0, 0.0), 3)).phase is Phase.CALIBRATE
    assert watch(ask(Direction.FRONT, at_s=0.0), still((0.0, 31.0), 3)).phase is Phase.CALIBRATE


@pytest.mark.parametrize("direction", TURNS)
@pytest.mark.parametrize("made", TURNS)
def test_every_other_movement_than_the_asked_one_is_refused(
    direction: Direction, made: Direction
) -> None:
    step = watch(asked(direction), a_turn(TURNS[made]))
    assert step.reason is (None if made is direction else Reason.WRONG_DIRECTION)


def test_a_mirrored_picture_turns_the_wrong_way() -> None:
    mirrored = [(-yaw, pitch) for yaw, pitch in a_turn((28.0, 0.0))]
    assert watch(asked(Direction.LEFT), mirrored).reason is Reason.WRONG_DIRECTION


def test_a_customer_who_starts_to_the_wrong_side_may_correct_it_at_once() -> None:
    there = [(-14.0, 0.0), (-24.0, 0.0), (-26.0, 0.0), (-10.0, 0.0), (0.0, 0.0)]
    assert watch(asked(Direction.LEFT), [(0.0, 0.0), *there, *a_turn((28.0, 0.0))]).passed


def test_wavering_between_two_wrong_sides_counts_each_for_itself() -> None:
    waver = [(0.0, 0.0), *[(0.0, 16.0), (0.0, 16.0), (0.0, -16.0), (0.0, -16.0)] * 3]
    assert not watch(asked(Direction.LEFT), waver).ended


def test_a_still_photograph_runs_out_of_time() -> None:
    step = watch(asked(Direction.LEFT), still((0.0, 0.0), 8.5), planarity=PAPER)
    assert step.reason is Reason.TIMEOUT


@pytest.mark.parametrize("direction", TURNS)
def test_a_flat_photograph_turned_in_the_hand_is_refused(direction: Direction) -> None:
    step = watch(asked(direction), a_turn(TURNS[direction]), planarity=PAPER)
    assert step.reason is Reason.FLAT
    assert step.planarity == PAPER


@pytest.mark.parametrize("planarity", [0.055, 0.0649])
def test_a_bent_photograph_is_refused_by_the_floor_of_each_axis(planarity: float) -> None:
    for direction, to in TURNS.items():
        assert watch(asked(direction), a_turn(to), planarity=planarity).reason is Reason.FLAT


def test_a_photograph_bent_like_a_head_is_refused_by_how_little_its_relief_grows() -> None:
    solid = watch(asked(Direction.LEFT), a_turn((24.0, 0.0)), planarity=0.102)
    assert solid.passed
    assert watch(asked(Direction.LEFT), a_turn((24.0, 0.0)), planarity=0.089).reason is Reason.FLAT
    assert watch(asked(Direction.LEFT), a_turn((32.0, 0.0)), planarity=0.1).reason is Reason.FLAT
    assert watch(asked(Direction.UP), a_turn((0.0, 26.0)), planarity=0.064).reason is Reason.FLAT
    down = watch(asked(Direction.DOWN), a_turn((0.0, -32.0)), planarity=0.08)
    assert down.reason is Reason.FLAT


def test_nothing_to_compare_with_never_passes() -> None:
    assert watch(turned(), still((28.0, 0.0), 9), planarity=None).reason is Reason.TIMEOUT


def test_two_glimpses_are_no_hold_however_far_apart() -> None:
    step = observe(asked(Direction.LEFT), a_pose(50.0))
    for at_s in (50.3, 50.8):
        step = observe(step, a_pose(at_s, 28.0))
    assert step.phase is Phase.HOLD
    assert observe(step, a_pose(51.1, 28.0)).phase is Phase.NEUTRAL


def test_a_hold_may_sag_but_not_break() -> None:
    assert watch(turned(), [(16.0, 0.0)] * 4).phase is Phase.NEUTRAL
    broken = watch(turned(), [(12.0, 0.0)])
    assert broken.phase is Phase.MOVE
    assert broken.hold is None


@pytest.mark.parametrize(("direction", "to"), [("left", (28.0, 17.0)), ("up", (19.0, 18.0))])
def test_a_turn_far_off_its_axis_does_not_count(direction: str, to: Angles) -> None:
    assert watch(asked(Direction(direction)), a_turn(to)).phase is Phase.MOVE


def test_a_customer_who_stays_turned_is_waited_for_then_timed_out() -> None:
    step = watch(turned(), still((28.0, 0.0), 3))
    assert step.phase is Phase.NEUTRAL
    assert watch(step, still((28.0, 0.0), 8)).reason is Reason.TIMEOUT


def test_a_glimpse_of_the_front_is_not_yet_back() -> None:
    step = watch(turned(), still((28.0, 0.0), 0.4))
    step = watch(step, [(8.0, 0.0), (-4.0, 0.0), (12.0, 0.0), (0.0, 0.0), (0.0, 0.0)])
    assert step.phase is Phase.NEUTRAL
    assert watch(step, still((0.0, 0.0), 0.3)).passed


def test_time_passes_without_any_pose() -> None:
    assert not tick(asked(Direction.LEFT), 57.9).ended
    late = tick(asked(Direction.LEFT), 58.1)
    assert late.reason is Reason.TIMEOUT
    assert late.seconds == pytest.approx(8.1)
    assert tick(late, 99.0) is late


def test_front_movement_and_way_back_have_their_own_time() -> None:
    step = watch(ask(Direction.LEFT, at_s=0.0), still((22.0, 0.0), 7))
    step = watch(step, still((0.0, 0.0), 7.5))
    step = watch(step, [*still((28.0, 0.0), 7), *still((0.0, 0.0), 0.6)])
    assert step.passed
    assert step.seconds > 16


def test_what_is_decided_stays_decided() -> None:
    passed = watch(asked(Direction.LEFT), a_turn((28.0, 0.0)))
    assert watch(passed, still((-28.0, 0.0), 0.1)) is passed


def test_a_face_gone_for_a_moment_is_forgiven() -> None:
    step = observe(turned(), no_face(51.2))
    assert step.phase is Phase.MOVE
    assert watch(step, [*still((28.0, 0.0), 0.6), *still((0.0, 0.0), 0.5)]).passed


def gone(step: Step, seconds: float) -> Step:
    """Nobody is seen for so long."""
    for _ in range(round(seconds * FPS)):
        step = observe(step, no_face(_next_s(step)))
    return step


def test_the_time_stands_still_while_the_face_is_gone_and_the_movement_begins_again() -> None:
    step = gone(watch(asked(Direction.LEFT), still((0.0, 0.0), 0.5)), 7.5)
    assert step.phase is Phase.LOST
    assert step.progress == 0.0
    step = watch(step, still((28.0, 0.0), 1))
    assert step.phase is Phase.CALIBRATE, "nobody saw how it turned"
    assert watch(step, a_turn((28.0, 0.0))).passed


def test_a_head_that_turned_out_of_sight_comes_back_a_little_and_goes_on() -> None:
    step = gone(turned(), 3)
    assert step.phase is Phase.LOST
    step = watch(step, still((28.0, 0.0), 0.2))
    assert step.phase is Phase.HOLD
    assert 0.6 < step.progress < 0.9, "what nobody saw does not count"
    assert watch(step, [*still((28.0, 0.0), 0.4), *still((0.0, 0.0), 0.5)]).passed


@pytest.mark.parametrize(("missed_s", "phase"), [(0.1, Phase.NEUTRAL), (0.5, Phase.HOLD)])
def test_a_picture_missed_in_a_hold_counts_and_a_longer_gap_does_not(
    missed_s: float, phase: Phase
) -> None:
    step = watch(gone(turned(), missed_s), still((28.0, 0.0), 0.1))
    assert step.phase is phase
    assert watch(step, still((28.0, 0.0), 0.2)).phase is Phase.NEUTRAL, "what was seen adds up"


def test_paper_that_was_hidden_while_turned_begins_at_the_front_again() -> None:
    step = watch(asked(Direction.LEFT), still((28.0, 0.0), 0.2), planarity=PAPER)
    assert watch(gone(step, 2), still((28.0, 0.0), 1)).phase is Phase.CALIBRATE


def test_paper_that_sags_and_is_missed_keeps_nothing_of_its_hold() -> None:
    step = watch(asked(Direction.LEFT), [(0.0, 0.0), (22.0, 0.0), (16.0, 0.0)], planarity=PAPER)
    assert step.hold is not None
    step = watch(observe(step, no_face(_next_s(step))), [(16.0, 0.0)], planarity=PAPER)
    assert (step.phase, step.hold) == (Phase.CALIBRATE, None)


def test_a_head_that_turned_out_of_sight_after_its_hold_only_has_to_come_back() -> None:
    step = watch(turned(), still((28.0, 0.0), 0.5))
    assert step.phase is Phase.NEUTRAL
    step = watch(gone(step, 2), [(28.0, 0.0), (14.0, 0.0)])
    assert step.phase is Phase.NEUTRAL
    assert watch(step, still((0.0, 0.0), 0.5)).passed


def test_a_face_gone_on_the_way_back_turns_once_more() -> None:
    step = watch(turned(), still((28.0, 0.0), 0.5))
    assert step.phase is Phase.NEUTRAL
    step = watch(gone(step, 2), still((0.0, 0.0), 0.5))
    assert not step.ended
    assert watch(step, a_turn((28.0, 0.0))).passed


def test_a_face_gone_for_good_is_lost() -> None:
    step = gone(turned(), 9.8)
    assert step.reason is Reason.FACE_LOST
    assert tick(gone(turned(), 1), 70.0).reason is Reason.FACE_LOST


def test_nobody_before_the_camera_yet_is_waited_for() -> None:
    step = ask(Direction.FRONT, at_s=0.0)
    for i in range(30):
        step = observe(step, no_face(i / FPS))
    assert step.phase is Phase.LOST
    assert step.angles is None
    assert watch(step, still((0.0, 0.0), 0.8)).passed


def test_a_face_that_leaves_while_its_front_is_measured_starts_over() -> None:
    step = watch(ask(Direction.FRONT, at_s=0.0), still((0.0, 0.0), 0.5))
    step = observe(observe(step, no_face(0.5)), no_face(1.6))
    assert step.calm == ()
    assert watch(step, still((0.0, 0.0), 0.5)).phase is Phase.CALIBRATE


def test_a_photograph_swapped_unseen_has_to_begin_at_the_front() -> None:
    step = watch(asked(Direction.LEFT), still((0.0, 0.0), 0.5))
    step = observe(step, no_face(50.5))
    step = watch(step, still((28.0, 0.0), 2))
    assert step.phase is Phase.CALIBRATE
    assert step.hold is None
    assert watch(step, a_turn((28.0, 0.0))).passed


def test_a_picture_that_stood_still_meanwhile_counts_as_unseen() -> None:
    step = watch(asked(Direction.LEFT), still((0.0, 0.0), 0.5))
    assert observe(step, a_pose(51.4, 28.0)).phase is Phase.CALIBRATE


@pytest.mark.parametrize(
    ("direction", "stretch", "reason"),
    [
        (Direction.LEFT, 1.1, None),
        (Direction.LEFT, 0.8, Reason.FLAT),
        (Direction.DOWN, 0.9, None),
        (Direction.DOWN, 1.1, Reason.FLAT),
        (Direction.UP, 1.1, None),
        (Direction.UP, 1.3, Reason.FLAT),
    ],
)
def test_bent_paper_is_seen_from_its_side_where_a_head_is_not(
    direction: Direction, stretch: float, reason: Reason | None
) -> None:
    assert watch(asked(direction), a_turn(TURNS[direction]), stretch=stretch).reason is reason


@pytest.mark.parametrize(("planarity", "phase"), [(SOLID, Phase.HOLD), (PAPER, Phase.CALIBRATE)])
@pytest.mark.parametrize("last_deg", [18.0, 8.0])
def test_a_picture_missed_on_the_way_costs_a_solid_head_nothing(
    last_deg: float, planarity: float, phase: Phase
) -> None:
    step = watch(asked(Direction.LEFT), [(0.0, 0.0), (last_deg, 0.0)], planarity=planarity)
    step = watch(observe(step, no_face(_next_s(step))), [(28.0, 0.0)], planarity=planarity)
    assert step.phase is phase


def test_a_head_that_had_set_out_and_was_gone_for_long_begins_at_the_front() -> None:
    step = watch(asked(Direction.LEFT), [(0.0, 0.0), (8.0, 0.0)])
    for _ in range(5):
        step = observe(step, no_face(_next_s(step)))
    assert watch(step, [(28.0, 0.0)]).phase is Phase.CALIBRATE


def test_a_face_found_again_at_the_front_goes_on() -> None:
    step = watch(asked(Direction.LEFT), still((0.0, 0.0), 0.5))
    step = observe(step, no_face(50.5))
    assert watch(step, a_turn((28.0, 0.0))).passed


def test_a_second_face_that_stays_ends_the_step() -> None:
    step = observe(turned(), a_pose(51.2, faces=2))
    assert step.phase is Phase.MOVE
    step = observe(step, a_pose(51.5, faces=2))
    assert not step.ended
    assert observe(step, a_pose(51.8, faces=2)).reason is Reason.SEVERAL_FACES


def test_somebody_who_only_walks_by_is_forgiven() -> None:
    step = observe(turned(), a_pose(51.2, faces=2))
    assert watch(step, [*still((28.0, 0.0), 0.6), *still((0.0, 0.0), 0.5)]).passed


def test_a_cut_to_another_picture_is_a_jump() -> None:
    step = watch(asked(Direction.LEFT), still((0.0, 0.0), 0.3))
    assert watch(step, [(45.0, 0.0)]).reason is Reason.JUMP


def test_glaring_light_decides_nothing_and_ends_the_step_when_it_stays() -> None:
    step = watch(turned(), [(28.0, 0.0)] * 5, overexposed=True)
    assert step.phase is Phase.MOVE
    assert step.hold is None
    assert watch(step, [(28.0, 0.0)] * 12, overexposed=True).reason is Reason.OVEREXPOSED
    assert watch(step, [*still((28.0, 0.0), 0.6), *still((0.0, 0.0), 0.5)]).passed


def test_glaring_light_from_the_start_is_no_front() -> None:
    step = watch(ask(Direction.FRONT, at_s=0.0), still((0.0, 0.0), 1), overexposed=True)
    assert step.phase is Phase.CALIBRATE
    assert step.last is None


def test_progress_grows_with_the_turn_and_the_hold() -> None:
    step = asked(Direction.LEFT)
    seen = [step.progress]
    for angles in a_turn((28.0, 0.0)):
        step = watch(step, [angles])
        seen.append(step.progress)
    assert seen[0] == 0.0
    assert 0.5 < max(p for p in seen if p < 0.6) < 0.6
    assert seen[-1] == 1.0
    assert sorted(seen) == seen
    assert watch(asked(Direction.RIGHT), a_turn((28.0, 0.0))).progress == 0.0


def test_progress_of_facing_straight_is_the_time_kept_still() -> None:
    step = ask(Direction.FRONT, at_s=0.0)
    assert step.progress == 0.0
    assert watch(step, still((0.0, 0.0), 0.4)).progress == pytest.approx(0.5)


def test_the_file_keeps_the_angles_over_time_against_the_own_front() -> None:
    step = watch(asked(Direction.LEFT), [(0.0, 0.0), (8.0, 1.0)])
    step = observe(step, no_face(50.2))
    assert step.series == (
        (0.0, 0.0, 0.0, SOLID, None),
        (0.1, 8.0, 1.0, SOLID, None),
        (0.2, None, None, None, None),
    )
    assert step.angles == (8.0, 1.0)
    assert step.seconds == pytest.approx(0.2)
    assert asked(Direction.LEFT).seconds == 0.0


@pytest.mark.parametrize(
    ("direction", "degrees"),
    [("left", 20.0), ("right", 20.0), ("up", 12.0), ("down", 12.0), ("front", 0.0)],
)
def test_the_file_names_the_threshold_of_each_direction(direction: str, degrees: float) -> None:
    assert LIMITS.turn_deg(Direction(direction)) == degrees


# Few examples, as a step is a long walk; no deadline, as the machine may be busy.
quick = settings(max_examples=15)
angles = st.tuples(st.floats(-60, 60), st.floats(-40, 40))
poses = st.builds(
    lambda angle, faces, planarity, overexposed: (angle, faces, planarity, overexposed),
    angles,
    st.sampled_from([1, 1, 1, 1, 0, 2]),
    st.one_of(st.none(), st.floats(0, 0.4)),
    st.sampled_from([False, False, False, True]),
)
Shown = tuple[Angles, int, float | None, bool]


def show(step: Step, shown: Sequence[Shown]) -> list[Step]:
    steps = []
    for i, ((yaw, pitch), faces, planarity, overexposed) in enumerate(shown):
        pose = a_pose(
            50 + i / FPS, yaw, pitch, faces=faces, planarity=planarity, overexposed=overexposed
        )
        step = observe(step, pose)
        steps.append(step)
    return steps


@quick
@given(st.sampled_from([Direction.FRONT, *MEASURED]), st.booleans(), st.lists(poses, max_size=30))
def test_whatever_is_shown_the_step_stays_in_order(
    direction: Direction, known: bool, shown: list[Shown]
) -> None:
    step = ask(direction, at_s=50.0, baseline=FRONT if known else None)
    for after in show(step, shown):
        assert 0.0 <= after.progress <= 1.0
        assert (after.reason is not None) == (after.phase is Phase.FAILED)
        assert (after.ended_s is not None) == after.ended
        assert after.phase is not Phase.HOLD or after.hold is not None
        assert len(after.series) <= len(shown)


@quick
@given(st.sampled_from(list(TURNS)), st.lists(poses, max_size=30))
def test_nobody_passes_without_a_solid_turn_past_the_threshold(
    direction: Direction, shown: list[Shown]
) -> None:
    ended = show(asked(direction), [*shown, ((0.0, 0.0), 1, SOLID, False)])[-1]
    if ended.passed:
        assert ended.peak_deg is not None
        assert ended.planarity is not None
        assert ended.peak_deg >= LIMITS.turn_deg(direction)
        assert ended.planarity >= LIMITS.floor(direction, LIMITS.turn_deg(direction))


@quick
@given(
    st.sampled_from(list(TURNS)),
    st.lists(st.tuples(st.floats(-19, 19), st.floats(-11, 11)), max_size=30),
)
def test_small_movements_never_pass(direction: Direction, small: list[Angles]) -> None:
    assert not watch(asked(direction), small).passed
