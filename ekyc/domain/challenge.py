"""The rules of an asked head movement: which way to turn, and when it counts as done.

`ask` begins a `Step`, `observe` takes every measured pose, `tick` lets time pass when none comes.
The person's own front is measured in the first step of a call; its `baseline` is given to the next.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import hypot
from statistics import median

from ekyc.domain.movement import (
    AXES,
    LIMITS,
    Direction,
    Hold,
    Limits,
    Phase,
    Reason,
    Sample,
    Step,
)
from ekyc.domain.pose import Baseline, Head, Pose

__all__ = [
    "LIMITS",
    "Baseline",
    "Direction",
    "Limits",
    "Phase",
    "Pose",
    "Reason",
    "Step",
    "ask",
    "observe",
    "tick",
]


def ask(
    direction: Direction, *, at_s: float, baseline: Baseline | None = None, limits: Limits = LIMITS
) -> Step:
    """Begin a movement; without a `baseline` of this call the own front is measured first."""
    return Step(direction=direction, started_s=at_s, baseline=baseline, limits=limits)


def observe(step: Step, pose: Pose) -> Step:
    """Take one measured frame; an ended step stays as it is."""
    step = tick(step, pose.at_s)
    if step.ended:
        return step
    head = pose.head
    step = replace(step, samples=(*step.samples, _sample(step, pose, head)))
    if pose.faces > 1:
        return _crowded(step, pose.at_s)
    if head is None:
        return _faceless(step, pose.at_s)
    if pose.overexposed:
        return _dazzled(step, head)
    step = replace(step, several_since_s=None, overexposed_since_s=None)
    if step.phase is not Phase.CALIBRATE and _has_jumped(step, head):
        return _fail(step, Reason.JUMP, head.at_s)
    return replace(_RULES[step.phase](step, head), last=head, unseen=False)


def tick(step: Step, at_s: float) -> Step:
    """Let time pass: front, movement and way back may each take as long as the limit."""
    if step.ended:
        return step
    since = next(t for t in (step.turned_s, step.moving_s, step.started_s) if t is not None)
    if at_s - since > step.limits.timeout_s:
        return _fail(step, Reason.TIMEOUT, at_s)
    return step


def _calibrate(step: Step, head: Head) -> Step:
    """Wait until the face is at its own front; measure that front when it is not known or moved."""
    limits = step.limits
    if step.direction is not Direction.FRONT and _is_neutral(step, head):
        return _begin(step, head.at_s)
    calm = (*step.calm, head) if _is_frontal(head, limits) else ()
    calm = tuple(h for h in calm if head.at_s - h.at_s <= limits.calibrate_window_s)
    step = replace(step, calm=calm)
    if not _is_calm(calm, limits):
        return step
    baseline = Baseline(
        yaw_deg=median(h.yaw_deg for h in calm),
        pitch_deg=median(h.pitch_deg for h in calm),
        points=calm[len(calm) // 2].points,
    )
    step = replace(step, baseline=baseline)
    if step.direction is Direction.FRONT:
        return replace(step, phase=Phase.PASSED, ended_s=head.at_s, peak_deg=0.0)
    return _begin(step, head.at_s)


def _begin(step: Step, at_s: float) -> Step:
    """From here on the movement counts; its time runs from the first such moment only."""
    moving_s = at_s if step.moving_s is None else step.moving_s
    return replace(step, phase=Phase.MOVE, moving_s=moving_s, calm=())


def _move(step: Step, head: Head) -> Step:
    """Wait for the asked turn, refuse another one, and count the hold."""
    if _came_turned(step, head):
        # A turn nobody saw may be another photograph: it has to begin at the front again.
        return replace(step, phase=Phase.CALIBRATE)
    step = _against(step, head)
    if step.ended:
        return step
    peak = max(round(step.turn(head), 2), step.peak_deg or 0.0)
    step = replace(step, peak_deg=peak)
    if not _is_turned(step, head):
        return replace(step, phase=Phase.MOVE, hold=None)
    return _held(step, head)


def _held(step: Step, head: Head) -> Step:
    """Count one turned pose; long enough and solid is done, long enough and flat is refused.

    A pose without a planarity proves nothing and does not count.
    """
    hold = step.hold or Hold(since_s=head.at_s)
    if head.planarity is not None:
        hold = replace(
            hold,
            planarities=(*hold.planarities, head.planarity),
            turns=(*hold.turns, step.turn(head)),
        )
    step, limits = replace(step, phase=Phase.HOLD, hold=hold), step.limits
    if head.at_s - hold.since_s < limits.hold_s or len(hold.planarities) < limits.hold_poses:
        return step
    planarity = median(hold.planarities)
    step = replace(step, planarity=planarity, hold=None)
    if planarity < limits.floor(step.direction, median(hold.turns)):
        return _fail(step, Reason.FLAT, head.at_s)
    return replace(step, phase=Phase.NEUTRAL, turned_s=head.at_s)


def _return(step: Step, head: Head) -> Step:
    """Wait until the face is back at its front for a moment."""
    if not _is_neutral(step, head):
        return replace(step, neutral_since_s=None)
    since = head.at_s if step.neutral_since_s is None else step.neutral_since_s
    if head.at_s - since < step.limits.neutral_s:
        return replace(step, neutral_since_s=since)
    return replace(step, phase=Phase.PASSED, ended_s=head.at_s)


_RULES: Mapping[Phase, Callable[[Step, Head], Step]] = {
    Phase.CALIBRATE: _calibrate,
    Phase.MOVE: _move,
    Phase.HOLD: _move,
    Phase.NEUTRAL: _return,
}


def _crowded(step: Step, at_s: float) -> Step:
    since = at_s if step.several_since_s is None else step.several_since_s
    if at_s - since >= step.limits.several_s:
        return _fail(step, Reason.SEVERAL_FACES, at_s)
    return replace(_interrupted(step), several_since_s=since)


def _faceless(step: Step, at_s: float) -> Step:
    """A face that turns too far is lost for a moment; longer is a face gone.

    While the own front is still being measured only the time-out ends the step.
    """
    lost = step.last is not None and at_s - step.last.at_s > step.limits.lost_s
    if lost and step.phase is not Phase.CALIBRATE:
        return _fail(step, Reason.FACE_LOST, at_s)
    return _interrupted(step)


def _dazzled(step: Step, head: Head) -> Step:
    """Angles of an overexposed face are wrong by up to 18 degrees: they prove its presence only."""
    since = head.at_s if step.overexposed_since_s is None else step.overexposed_since_s
    if head.at_s - since >= step.limits.overexposed_s:
        return _fail(step, Reason.OVEREXPOSED, head.at_s)
    last = step.last and replace(step.last, at_s=head.at_s)
    return replace(_interrupted(step), overexposed_since_s=since, last=last)


def _interrupted(step: Step) -> Step:
    """Whatever had to last has to start again."""
    phase = Phase.MOVE if step.phase is Phase.HOLD else step.phase
    return replace(
        step, phase=phase, hold=None, wrong=None, neutral_since_s=None, calm=(), unseen=True
    )


def _against(step: Step, head: Head) -> Step:
    """Refuse a clear turn to another side, once it is held and not only passed through."""
    side = _other_side(step, head)
    if side is None:
        return replace(step, wrong=None)
    since = step.wrong[1] if step.wrong and step.wrong[0] is side else head.at_s
    if head.at_s - since >= step.limits.wrong_s:
        return _fail(step, Reason.WRONG_DIRECTION, head.at_s)
    return replace(step, wrong=(side, since))


def _other_side(step: Step, head: Head) -> Direction | None:
    limits, (yaw, pitch) = step.limits, step.turned(head)
    nod = limits.pitch_on_deg + limits.wrong_pitch_extra_deg
    sides = {
        Direction.LEFT: yaw >= limits.yaw_on_deg and abs(pitch) < limits.wrong_pitch_cross_deg,
        Direction.RIGHT: yaw <= -limits.yaw_on_deg and abs(pitch) < limits.wrong_pitch_cross_deg,
        Direction.UP: pitch >= nod and abs(yaw) < limits.wrong_yaw_cross_deg,
        Direction.DOWN: pitch <= -nod and abs(yaw) < limits.wrong_yaw_cross_deg,
    }
    return next((d for d, is_held in sides.items() if is_held and d is not step.direction), None)


def _has_jumped(step: Step, head: Head) -> bool:
    """Whether the face moved faster than a neck can: a cut, or another picture."""
    assert step.last is not None  # a phase after calibration was entered with a face
    way = hypot(head.yaw_deg - step.last.yaw_deg, head.pitch_deg - step.last.pitch_deg)
    elapsed = max(head.at_s - step.last.at_s, step.limits.jump_least_s)
    return way / elapsed > step.limits.jump_deg_per_s


def _came_turned(step: Step, head: Head) -> bool:
    """Whether a face seen near the front comes back turned after nobody saw it.

    One that had already turned as asked when it was lost has only turned too far.
    """
    last = step.last
    assert last is not None  # a phase after calibration was entered with a face
    if _is_neutral(step, head):
        return False
    if not step.unseen and head.at_s - last.at_s <= step.limits.lost_s:
        return False
    return step.turn(last) < step.limits.turn_deg(step.direction)


def _is_turned(step: Step, head: Head) -> bool:
    """Whether the face is turned as asked; a hold that runs may sag a little."""
    limits, (yaw, pitch) = step.limits, step.turned(head)
    if AXES[step.direction].sideways:
        off, is_straight = limits.yaw_off_deg, abs(pitch) < limits.pitch_cross_deg
    else:
        off, is_straight = limits.pitch_off_deg, abs(yaw) < limits.yaw_cross_deg
    needed = limits.turn_deg(step.direction) if step.hold is None else off
    return is_straight and step.turn(head) >= needed


def _is_neutral(step: Step, head: Head) -> bool:
    if step.baseline is None:
        return False
    yaw, pitch = step.turned(head)
    return abs(yaw) < step.limits.neutral_yaw_deg and abs(pitch) < step.limits.neutral_pitch_deg


def _is_frontal(head: Head, limits: Limits) -> bool:
    return (
        abs(head.yaw_deg) < limits.calibrate_yaw_deg
        and abs(head.pitch_deg) < limits.calibrate_pitch_deg
    )


def _is_calm(heads: tuple[Head, ...], limits: Limits) -> bool:
    if len(heads) < limits.calibrate_poses:
        return False
    if heads[-1].at_s - heads[0].at_s < limits.calibrate_s:
        return False
    yaws, pitches = [h.yaw_deg for h in heads], [h.pitch_deg for h in heads]
    return max(max(yaws) - min(yaws), max(pitches) - min(pitches)) <= limits.calibrate_spread_deg


def _sample(step: Step, pose: Pose, head: Head | None) -> Sample:
    return Sample(
        t_s=pose.at_s - step.started_s,
        yaw_deg=head.yaw_deg if head else None,
        pitch_deg=head.pitch_deg if head else None,
        planarity=head.planarity if head else None,
    )


def _fail(step: Step, reason: Reason, at_s: float) -> Step:
    return replace(step, phase=Phase.FAILED, reason=reason, ended_s=at_s)
