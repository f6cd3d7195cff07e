"""One asked movement: what is asked, thresholds, and everything known about it so far."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ekyc.domain.pose import Baseline, Head


class Direction(StrEnum):
    """What the customer is asked to do; left and right are the customer's own."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    FRONT = "front"
    EYES = "eyes"  # both closed for a second
    SMILE = "smile"
    CLOSER = "closer"
    NUMBER = "number"  # said aloud: the agent judges what is heard


class Phase(StrEnum):
    """How far a step has come; the pages say what to do from it."""

    CALIBRATE = "calibrate"
    MOVE = "move"
    HOLD = "hold"
    LOST = "lost"  # no face for a while: the time stands still until it is back
    NEUTRAL = "neutral"
    PASSED = "passed"
    FAILED = "failed"


class Reason(StrEnum):
    """Why a step failed."""

    TIMEOUT = "timeout"
    WRONG_DIRECTION = "wrong-direction"
    FLAT = "flat"
    FACE_LOST = "face-lost"
    SEVERAL_FACES = "several-faces"
    JUMP = "jump"
    OVEREXPOSED = "overexposed"
    UNSUITABLE = "unsuitable"
    NOT_HEARD = "not-heard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Which angle a direction moves, and to which side."""

    sideways: bool
    sign: int


AXES: Mapping[Direction, Axis] = {
    Direction.LEFT: Axis(sideways=True, sign=1),
    Direction.RIGHT: Axis(sideways=True, sign=-1),
    Direction.UP: Axis(sideways=False, sign=1),
    Direction.DOWN: Axis(sideways=False, sign=-1),
}


GESTURES = (Direction.EYES, Direction.SMILE, Direction.CLOSER)
"""Measured in the face, against the own quiet one."""

MEASURED = (*AXES, *GESTURES)
"""All that is decided by measuring; a number is judged by the agent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Every threshold of the decision; `version` goes into the file with each verdict.

    Measured on rendered heads, one real video, and flat and bent photographs. A flat photograph
    turned by 60 degrees reports at most 12 degrees and a planarity under .05. Rendered heads grow
    by .0039 to .0056 a degree after a call's coding, the real one by .006: a fifth is left for
    poorer cameras. A print bent around a cylinder of half a face's width to a whole one reports up
    to 29 degrees when it is turned by 65, with .0036 to .0048 a degree: that is a head's own
    planarity, and `vision.face.stretch` tells them apart (its docstring has the figures). A head
    that nods down grows deeper (.0042 to .0086 a degree) and lower than one that looks up (.0031 to
    .0062): each has its own limits.

    Eyes are open to 100 % of their own opening; rendered closed ones keep 14 to 56 %. Neutral
    mouths of different people score .01 to .95. docs/presence.md names the source of each.
    """

    version: str = "2026-11.7"
    yaw_on_deg: float = 20.0  # never below 18: bent photographs turned by 45 report up to 16
    yaw_off_deg: float = 14.0
    pitch_on_deg: float = 12.0
    pitch_off_deg: float = 8.0
    yaw_cross_deg: float = 18.0
    pitch_cross_deg: float = 16.0
    yaw_planarity: float = 0.09
    pitch_planarity: float = 0.065
    yaw_planarity_per_deg: float = 0.0033
    up_planarity_per_deg: float = 0.0030
    down_planarity_per_deg: float = 0.0033
    yaw_stretch: float = 0.92  # the least of a head turned sideways
    up_stretch: float = 1.18  # the most of a head that looks up
    down_stretch: float = 1.02  # the most of a head that looks down
    eyes_on: float = 0.35  # both below .65 of their own opening
    eyes_off: float = 0.25
    eyes_open: float = 0.12  # narrower eyes cannot be measured at the call's size
    eyes_hold_s: float = 0.8  # "a second" is asked for: pictures come every ninth of one
    smile_on: float = 0.35
    smile_off: float = 0.25
    smile_neutral: float = 0.6
    closer_on: float = 0.25
    closer_off: float = 0.18
    closer_size: float = 0.6  # beyond it the face would leave the picture
    hold_s: float = 0.4
    hold_poses: int = 3  # a hold is time and poses: a slow camera must not pass on two glimpses
    neutral_yaw_deg: float = 9.0
    neutral_pitch_deg: float = 8.0
    neutral_s: float = 0.3
    calibrate_s: float = 0.6
    calibrate_poses: int = 4
    calibrate_window_s: float = 0.9
    calibrate_yaw_deg: float = 18.0
    calibrate_pitch_deg: float = 25.0
    calibrate_spread_deg: float = 5.0
    wrong_s: float = 0.4
    wrong_pitch_extra_deg: float = 3.0  # people nod a little while they turn
    wrong_yaw_cross_deg: float = 14.0
    wrong_pitch_cross_deg: float = 12.0
    timeout_s: float = 8.0
    lost_s: float = 0.7
    missed_s: float = 0.45  # two or three pictures that showed no face
    set_out_deg: float = 5.0  # beyond what a face at rest does
    lost_longest_s: float = 8.0
    several_s: float = 0.5
    overexposed_s: float = 1.5
    jump_deg_per_s: float = 400.0
    jump_least_s: float = 0.03

    def turn_deg(self, direction: Direction) -> float:
        """How far from the own front the face has to turn; 0 for all that is no turn."""
        if direction not in AXES:
            return 0.0
        return self.yaw_on_deg if AXES[direction].sideways else self.pitch_on_deg

    def needed(self, direction: Direction) -> float:
        """How far it has to go: degrees of a turn, else the share or score `gesture` measures."""
        return self._gesture(direction)[0] if direction in GESTURES else self.turn_deg(direction)

    def kept(self, direction: Direction) -> float:
        """How far it has to stay while it is held."""
        if direction in GESTURES:
            return self._gesture(direction)[1]
        return self.yaw_off_deg if AXES[direction].sideways else self.pitch_off_deg

    def held_s(self, direction: Direction) -> float:
        """How long it has to be held, seconds."""
        return self.eyes_hold_s if direction is Direction.EYES else self.hold_s

    def _gesture(self, direction: Direction) -> tuple[float, float]:
        return {
            Direction.EYES: (self.eyes_on, self.eyes_off),
            Direction.SMILE: (self.smile_on, self.smile_off),
            Direction.CLOSER: (self.closer_on, self.closer_off),
        }[direction]

    def floor(self, direction: Direction, turn_deg: float) -> float:
        """The least planarity of a solid head turned this way and this far."""
        least = self.yaw_planarity if AXES[direction].sideways else self.pitch_planarity
        return max(least, self.grown(direction, turn_deg))

    def is_squeezed(self, direction: Direction, stretch: float) -> bool:
        """Whether the points lie as those of bent paper that is seen from its side."""
        if AXES[direction].sideways:
            return stretch < self.yaw_stretch
        return stretch > (self.up_stretch if direction is Direction.UP else self.down_stretch)

    def grown(self, direction: Direction, turn_deg: float) -> float:
        """The same of a head on its way there."""
        if AXES[direction].sideways:
            return self.yaw_planarity_per_deg * turn_deg
        is_up = direction is Direction.UP
        return (self.up_planarity_per_deg if is_up else self.down_planarity_per_deg) * turn_deg


LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A face kept as asked: when last, how long it was seen so, how solid and how far in each pose.

    A face that turned out of sight keeps its hold; unless it was for a picture or two, the time
    nobody saw it does not count.
    """

    last_s: float
    lasted_s: float = 0.0
    planarities: tuple[float, ...] = ()
    stretches: tuple[float, ...] = ()
    turns: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One point of the series, angles as measured; None where no single face was seen.

    `extent` is how far a movement that is no turn had come.
    """

    t_s: float
    yaw_deg: float | None
    pitch_deg: float | None
    planarity: float | None
    extent: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One asked movement, as far as it has come; `challenge.ask` begins it."""

    direction: Direction
    started_s: float
    limits: Limits = LIMITS
    baseline: Baseline | None = None
    phase: Phase = Phase.CALIBRATE
    reason: Reason | None = None
    ended_s: float | None = None
    peak: float | None = None
    """The furthest it went: degrees of a turn, else the share or score."""
    planarity: float | None = None
    samples: tuple[Sample, ...] = ()

    lost_since_s: float | None = None
    paused_s: float = 0.0  # of the present part: front, movement, way back
    moving_s: float | None = None  # when the movement itself could begin
    turned_s: float | None = None  # when it was done and the way back began
    calm: tuple[Head, ...] = ()
    hold: Hold | None = None
    neutral_since_s: float | None = None
    wrong: tuple[Direction, float] | None = None
    several_since_s: float | None = None
    overexposed_since_s: float | None = None
    last: Head | None = None
    unseen: bool = False  # frames without a usable face came after `last`

    @property
    def ended(self) -> bool:
        """Whether the verdict is there."""
        return self.phase in {Phase.PASSED, Phase.FAILED}

    @property
    def passed(self) -> bool:
        """Whether the movement was made as asked."""
        return self.phase is Phase.PASSED

    @property
    def seconds(self) -> float:
        """From the request to the verdict, or to the newest pose."""
        if self.ended_s is not None:
            return self.ended_s - self.started_s
        return self.samples[-1].t_s if self.samples else 0.0

    @property
    def peak_deg(self) -> float | None:
        """The furthest turn; None for a movement that is none."""
        return None if self.direction in GESTURES else self.peak

    @property
    def front(self) -> tuple[float, float]:
        """Yaw and pitch of the own front; the camera's axis as long as it is not measured."""
        if self.baseline is None:
            return 0.0, 0.0
        return self.baseline.yaw_deg, self.baseline.pitch_deg

    @property
    def angles(self) -> tuple[float, float] | None:
        """Yaw and pitch of the newest face against the own front, degrees; None without one."""
        return None if self.last is None else self.turned(self.last)

    @property
    def series(self) -> tuple[tuple[float | None, ...], ...]:
        """(seconds since asked, yaw, pitch, planarity, extent) for the file.

        Angles are against the own front, so that a plot's threshold means what was decided; None
        where no single face was seen.
        """
        yaw, pitch = self.front
        return tuple(
            (
                round(s.t_s, 3),
                None if s.yaw_deg is None else round(s.yaw_deg - yaw, 2),
                None if s.pitch_deg is None else round(s.pitch_deg - pitch, 2),
                None if s.planarity is None else round(s.planarity, 4),
                None if s.extent is None else round(s.extent, 3),
            )
            for s in self.samples
        )

    @property
    def progress(self) -> float:
        """0 to 1: turning is the first 60 %, holding the next 30 %, coming back the rest."""
        return _PROGRESS[self.phase](self)

    def turned(self, head: Head) -> tuple[float, float]:
        """Yaw and pitch of a face against the own front, degrees."""
        yaw, pitch = self.front
        return head.yaw_deg - yaw, head.pitch_deg - pitch

    def turn(self, head: Head) -> float:
        """How far a face is turned the asked way, degrees; negative the other way."""
        axis, (yaw, pitch) = AXES[self.direction], self.turned(head)
        return axis.sign * (yaw if axis.sideways else pitch)

    @property
    def extent(self) -> float | None:
        """How far the newest face has gone in a movement that is no turn."""
        return self.samples[-1].extent if self.samples else None


def _calibrated_share(step: Step) -> float:
    """The front is the whole of "face straight", and only the start of any other movement."""
    if step.direction is not Direction.FRONT or not step.calm:
        return 0.0
    return min((step.calm[-1].at_s - step.calm[0].at_s) / step.limits.calibrate_s, 1.0)


def _turned_share(step: Step) -> float:
    assert step.last is not None  # a movement begins with a face at its front
    far = step.extent if step.direction in GESTURES else step.turn(step.last)
    return 0.6 * min(max((far or 0.0) / step.limits.needed(step.direction), 0.0), 1.0)


def _held_share(step: Step) -> float:
    assert step.hold is not None  # the phase is this very hold
    return 0.6 + 0.3 * min(step.hold.lasted_s / step.limits.held_s(step.direction), 1.0)


_PROGRESS: Mapping[Phase, Callable[[Step], float]] = {
    Phase.CALIBRATE: _calibrated_share,
    Phase.MOVE: _turned_share,
    Phase.HOLD: _held_share,
    Phase.LOST: lambda _: 0.0,
    Phase.NEUTRAL: lambda _: 0.9,
    Phase.PASSED: lambda _: 1.0,
    Phase.FAILED: lambda _: 0.0,
}
