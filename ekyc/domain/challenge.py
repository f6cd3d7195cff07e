"""The rules of an asked movement: what has to be done, and when it counts as done.

`ask` begins a `Step`, `observe` takes every measured pose, `tick` lets time pass when none comes.
The person's own front is measured in the first step of a call; its `baseline` is given to the next.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import hypot
from statistics import median

from ekyc.domain import gesture
from ekyc.domain.movement import (
    AXES,
    GESTURES,
    LIMITS,
    Direction,
    Hold,
    Limits,
    Phase,
    Reason,
    Sample,
    Step,
)
from ekyc.domain.pose import Baseline, Features, Head, Pose

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
    if step.phase is Phase.LOST and head is not None:
        step = _found(step, head)
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
    if step.lost_since_s is not None:
        away_s = step.paused_s + at_s - step.lost_since_s
        return _fail(step, Reason.FACE_LOST, at_s) if away_s > step.limits.lost_longest_s else step
    since = next(t for t in (step.turned_s, step.moving_s, step.started_s) if t is not None)
    if at_s - since - step.paused_s > step.limits.timeout_s:
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
        features=_own_features(step, calm),
    )
    step = replace(step, baseline=baseline)
    if step.direction is Direction.FRONT:
        return replace(step, phase=Phase.PASSED, ended_s=head.at_s, peak=0.0)
    if step.direction in GESTURES and _far(step, head) >= limits.kept(step.direction):
        return step  # it does already what is asked, and nobody saw it begin
    return _begin(step, head.at_s)


def _own_features(step: Step, calm: tuple[Head, ...]) -> Features | None:
    """The quiet face once known is kept: who smiles while the front is found anew is not quiet.

    Only the distance is taken anew, before the movement began: people sit back between two.
    """
    seen = gesture.quiet(calm)
    known = step.baseline.features if step.baseline else None
    if step.direction is Direction.FRONT or known is None or seen is None:
        return seen or known
    return known if step.moving_s is not None else replace(known, size=seen.size)


def _begin(step: Step, at_s: float) -> Step:
    """From here on the movement counts; its time runs from the first such moment only."""
    if not _is_suitable(step):
        return _fail(step, Reason.UNSUITABLE, at_s)
    step = replace(step, phase=Phase.MOVE, calm=())
    return step if step.moving_s is not None else replace(step, moving_s=at_s, paused_s=0.0)


def _is_suitable(step: Step) -> bool:
    """Turns are for every head; without any features nothing else can be judged."""
    if step.direction not in GESTURES:
        return True
    own = step.baseline.features if step.baseline else None
    return own is not None and gesture.is_suitable(step.direction, own, step.limits)


def _move(step: Step, head: Head) -> Step:
    """Wait for the asked turn, refuse another one, and count the hold."""
    if _came_turned(step, head):
        # A turn nobody saw may be another photograph: it has to begin at the front again.
        return replace(step, phase=Phase.CALIBRATE, hold=None)
    step = _against(step, head)
    if step.ended:
        return step
    peak = max(round(_far(step, head), 2), step.peak or 0.0)
    step = replace(step, peak=peak)
    if not _is_turned(step, head):
        return replace(step, phase=Phase.MOVE, hold=None)
    return _held(step, head)


def _held(step: Step, head: Head) -> Step:
    """Count one pose as asked; long enough and solid is done, long enough and flat is refused.

    A turned pose without a planarity proves nothing and does not count. A face that only closes
    its eyes, smiles or comes closer is no more solid than before: nothing is asked of it there.
    """
    hold = step.hold or Hold(last_s=head.at_s)
    since_s = head.at_s - hold.last_s
    seen_s = 0.0 if step.unseen and since_s > step.limits.missed_s else since_s
    hold = replace(hold, last_s=head.at_s, lasted_s=hold.lasted_s + seen_s)
    if head.planarity is not None or step.direction in GESTURES:
        hold = replace(
            hold,
            planarities=(*hold.planarities, head.planarity or 0.0),
            stretches=(*hold.stretches, 1.0 if head.stretch is None else head.stretch),
            turns=(*hold.turns, _far(step, head)),
        )
    step = replace(step, phase=Phase.HOLD, hold=hold)
    is_long = hold.lasted_s >= step.limits.held_s(step.direction)
    if not is_long or len(hold.turns) < step.limits.hold_poses:
        return step
    step = replace(step, hold=None)
    if step.direction in AXES:
        step = replace(step, planarity=median(hold.planarities))
        if _is_flat(step, hold):
            return _fail(step, Reason.FLAT, head.at_s)
    return replace(step, phase=Phase.NEUTRAL, turned_s=head.at_s, paused_s=0.0)


def _is_flat(step: Step, hold: Hold) -> bool:
    limits, direction = step.limits, step.direction
    is_even = median(hold.planarities) < limits.floor(direction, median(hold.turns))
    return is_even or limits.is_squeezed(direction, median(hold.stretches))


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
    Phase.LOST: _calibrate,
    Phase.NEUTRAL: _return,
}


def _crowded(step: Step, at_s: float) -> Step:
    since = at_s if step.several_since_s is None else step.several_since_s
    if at_s - since >= step.limits.several_s:
        return _fail(step, Reason.SEVERAL_FACES, at_s)
    return replace(_interrupted(step), several_since_s=since)


def _faceless(step: Step, at_s: float) -> Step:
    """A face that turns too far is lost for a moment; longer, and the step waits for it."""
    seen_s = step.started_s if step.last is None else step.last.at_s
    step = replace(_interrupted(step), hold=step.hold if step.direction in AXES else None)
    if step.phase is Phase.LOST or at_s - seen_s <= step.limits.lost_s:
        return step
    return replace(step, phase=Phase.LOST, lost_since_s=at_s)


def _found(step: Step, head: Head) -> Step:
    """A face is there again: nobody saw whose, so it begins at the front, and at the movement.

    Only a head that turned out of sight and comes back from there goes on where it was.
    """
    assert step.lost_since_s is not None  # the phase and the instant come together
    away_s = head.at_s - step.lost_since_s
    step = replace(step, lost_since_s=None, paused_s=step.paused_s + away_s)
    if _turned_too_far(step, head):
        return replace(step, phase=Phase.MOVE if step.turned_s is None else Phase.NEUTRAL)
    return replace(step, phase=Phase.CALIBRATE, hold=None, turned_s=None)


def _turned_too_far(step: Step, head: Head) -> bool:
    """Whether a solid head was turned as asked when it was lost, and is when it is found."""
    if step.last is None or step.baseline is None:
        return False
    return all(_is_solidly_turned(step, seen) for seen in (step.last, head))


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
    """Whether a face seen near the front comes back turned after nobody saw it."""
    last = step.last
    assert last is not None  # a phase after calibration was entered with a face
    if _is_neutral(step, head):
        return False
    if not step.unseen and head.at_s - last.at_s <= step.limits.lost_s:
        return False
    return not (_was_turning(step, last) or _is_under_way(step, last, head))


def _was_turning(step: Step, last: Head) -> bool:
    """Whether a face had turned as asked when it was lost: then it has only turned too far."""
    is_far = _far(step, last) >= step.limits.needed(step.direction)
    return is_far or _is_solidly_turned(step, last)


def _is_under_way(step: Step, last: Head, head: Head) -> bool:
    """Whether a picture or two were missed of a solid head that had set out, and goes on."""
    limits = step.limits
    is_short = head.at_s - last.at_s <= limits.missed_s
    return is_short and all(_is_solid(step, seen, limits.set_out_deg) for seen in (last, head))


def _is_solidly_turned(step: Step, head: Head) -> bool:
    return _is_solid(step, head, step.limits.kept(step.direction))


def _is_solid(step: Step, head: Head, least_deg: float) -> bool:
    """Whether a head has turned so far as asked and looks as deep as one does there."""
    if step.direction not in AXES:
        return False
    far = _far(step, head)
    is_deep = (head.planarity or 0.0) >= step.limits.grown(step.direction, far)
    return is_deep and far >= least_deg


def _far(step: Step, head: Head) -> float:
    """How far a face has gone as asked: degrees of a turn, else `gesture.extent`.

    A face whose features were not measured counts as quiet.
    """
    if step.direction in AXES:
        return step.turn(head)
    own = step.baseline.features if step.baseline else None
    if own is None or head.features is None:
        return 0.0
    return gesture.extent(step.direction, head.features, own)


def _is_turned(step: Step, head: Head) -> bool:
    """Whether the face does what is asked; a hold that runs may sag a little."""
    limits, (yaw, pitch) = step.limits, step.turned(head)
    axis = AXES.get(step.direction)
    is_level = abs(pitch) < limits.pitch_cross_deg or (axis is not None and not axis.sideways)
    is_straight = abs(yaw) < limits.yaw_cross_deg or (axis is not None and axis.sideways)
    needed = limits.needed if step.hold is None else limits.kept
    return is_level and is_straight and _far(step, head) >= needed(step.direction)


def _is_neutral(step: Step, head: Head) -> bool:
    """At the own front, eyes, mouth and distance as they were there."""
    if step.baseline is None:
        return False
    yaw, pitch = step.turned(head)
    limits = step.limits
    is_front = abs(yaw) < limits.neutral_yaw_deg and abs(pitch) < limits.neutral_pitch_deg
    if step.direction not in GESTURES:
        return is_front
    is_known = step.baseline.features is not None
    return is_front and is_known and _far(step, head) < limits.kept(step.direction)


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
        extent=_far(step, head) if head and step.direction in GESTURES else None,
    )


def _fail(step: Step, reason: Reason, at_s: float) -> Step:
    return replace(step, phase=Phase.FAILED, reason=reason, ended_s=at_s)
