"""Who is before the camera and what it sees of them; times are the call's own, in seconds."""

from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np

from ekyc.bench.attacks.heads import Attitude, Head, Sitters
from ekyc.bench.attacks.plans import STEPS, Kind, Plan, Scene, Temper
from ekyc.bench.attacks.prints import bent, flipped, moved, on_a_screen
from ekyc.demo.attack import held
from ekyc.demo.face import HEIGHT, WIDTH, Rgb
from ekyc.domain.movement import GESTURES, Direction, Phase
from ekyc.domain.sequence import STANDARD, drawn

PATIENCE_S: Final = 3.0
"""A pose is held so much longer while nobody says that it is enough."""

NOTICES_S: Final = 0.6
MORE_PER_S: Final = 0.25
MOST_MORE: Final = 0.5
"""Who sees that the ring does not fill goes further: by so much of the first try, at most; who is
asked to come back a little does, as quickly."""

STEEPEST_DEG: Final = 75.0
"""A print seen from the side shows nothing any more."""

GRAINS: Final = 8
"""Of a camera's noise there are so many pictures."""

SLID_PX: Final = 60.0
"""How far a still picture is pushed to the side it should look to."""

SLIDES: Final[Mapping[Direction, tuple[float, float]]] = {
    Direction.LEFT: (1.0, 0.0),
    Direction.RIGHT: (-1.0, 0.0),
    Direction.UP: (0.0, -1.0),
    Direction.DOWN: (0.0, 1.0),
}
SWAYS: Final = (0.31, 0.73, 1.9)
"""Turns a second of the slow movements nobody can suppress."""


class Course:
    """One movement: reaction, the way there, the hold, and back; `share` is how much is made."""

    def __init__(self, direction: Direction, asked_s: float, temper: Temper) -> None:
        self.direction, self._temper = direction, temper
        self._begins_s = asked_s + temper.reaction_s
        self._leaves_s: float | None = None
        self._more, self._told_s = 0.0, asked_s
        self.is_counted = False
        """Whether the page shows that it is far enough."""
        self.is_enough = False
        """Whether the page asks for the way back."""
        self.is_too_far = False
        """Whether the page asks to come back a little: the face is lost."""

    def share(self, at_s: float) -> float:
        """0 to 1, smooth at both ends; more where that was not enough. Asked in order of time."""
        passed_s, self._told_s = at_s - self._told_s, at_s
        is_late = at_s > self._begins_s + self._temper.ramp_s + NOTICES_S
        if is_late and not self.is_counted and self._leaves_s is None:
            change = -MORE_PER_S if self.is_too_far else MORE_PER_S
            self._more = min(max(self._more + change * passed_s, -MOST_MORE), MOST_MORE)
        return self._smooth(at_s) * (1 + self._more)

    def _smooth(self, at_s: float) -> float:
        temper, since = self._temper, at_s - self._begins_s
        held_s = since - temper.ramp_s - temper.hold_s
        if self._leaves_s is None and held_s >= (0.0 if self.is_enough else PATIENCE_S):
            self._leaves_s = at_s
        if self._leaves_s is None:
            share = since / temper.ramp_s
        else:
            share = 1 - (at_s - self._leaves_s) / temper.ramp_s
        share = min(max(share, 0.0), 1.0)
        return share * share * (3 - 2 * share)

    def leave(self, at_s: float) -> None:
        """The page asks for the front: back, wherever one is."""
        if self._leaves_s is None:
            self._leaves_s = at_s

    def is_over(self, at_s: float) -> bool:
        """Whether one is back."""
        return self._leaves_s is not None and at_s > self._leaves_s + self._temper.ramp_s


class Sway:
    """Small slow movements, never the same twice."""

    def __init__(self, most_deg: float, chance: np.random.Generator) -> None:
        self._most = most_deg
        self._phases = chance.uniform(0, 2 * np.pi, (3, len(SWAYS)))

    def at(self, at_s: float) -> tuple[float, float, float]:
        """Yaw, pitch and roll, degrees."""
        waves = np.sin(2 * np.pi * at_s * np.array(SWAYS) + self._phases) @ [0.55, 0.3, 0.15]
        yaw, pitch, roll = (self._most * waves).tolist()
        return yaw, pitch, roll


class Actor:
    """Moves when asked; what that looks like depends on the kind of the plan."""

    def __init__(self, plan: Plan, head: Head) -> None:
        self._plan, self._head, self._chance = plan, head, plan.chance
        self._sway = Sway(plan.temper.sway_deg, self._chance)
        self._front = head.picture(Attitude())
        self._phase = Phase.PASSED
        self._course: Course | None = None
        self._film: list[Direction] = []
        self._is_playing = False

    def hear(self, direction: Direction, phase: Phase, at_s: float) -> None:
        """What the page shows at this moment.

        A movement begins each time it is asked for after the front: again, where nobody saw how the
        head turned.
        """
        before, self._phase = self._phase, phase
        if self._course is not None:
            self._course.is_counted = phase in {Phase.HOLD, Phase.NEUTRAL}
            self._course.is_enough |= phase is Phase.NEUTRAL
            self._course.is_too_far = phase is Phase.LOST
            if phase is Phase.CALIBRATE:
                self._course.leave(at_s)
        if phase is not Phase.MOVE or before is not Phase.CALIBRATE:
            return
        if self._plan.kind is Kind.REPLAYED:
            self._play()
        else:
            self._begin(self._meant(direction), at_s)

    def _play(self) -> None:
        """A film runs from the first request on, whatever is asked after it."""
        if not self._is_playing:
            self._film = list(drawn(self._chance.bytes(32).hex(), STANDARD, STEPS))
        self._is_playing = True

    def _begin(self, direction: Direction, at_s: float) -> None:
        self._course = Course(direction, at_s, self._plan.temper)

    def _meant(self, asked: Direction) -> Direction:
        """Who makes another order turns elsewhere."""
        if self._plan.kind is not Kind.WRONG_ORDER:
            return asked
        others = [direction for direction in STANDARD if direction is not asked]
        return others[int(self._chance.integers(len(others)))]

    def picture(self, at_s: float) -> Rgb:
        """What stands before the camera, (480, 640, 3) RGB."""
        course = self._course
        if self._film and (course is None or course.is_over(at_s)):
            course = self._course = Course(self._film.pop(0), at_s, self._plan.temper)
            course.is_enough = course.is_counted = True
        share = course.share(at_s) if course else 0.0
        direction = course.direction if course else Direction.FRONT
        shown = self._shown(direction, share, at_s)
        return on_a_screen(shown, self._plan.screen_px) if self._plan.screen_px else shown

    def _shown(self, direction: Direction, share: float, at_s: float) -> Rgb:
        match self._plan.kind:
            case Kind.STILL:
                right, down = SLIDES.get(direction, (0.0, 0.0))
                slid = share * SLID_PX
                return moved(self._front, right * slid, down * slid, zoom=1.0, tilt_deg=0.0)
            case Kind.FLAT | Kind.BENT:
                return self._print(direction, share, at_s)
            case Kind.MIRRORED:
                return flipped(self._head.picture(self._attitude(direction, share, at_s)))
            case _:
                return self._head.picture(self._attitude(direction, share, at_s))

    def _print(self, direction: Direction, share: float, at_s: float) -> Rgb:
        sway_yaw, sway_pitch, _ = self._sway.at(at_s)
        right, down = SLIDES.get(direction, (0.0, 0.0))
        tilt = min(self._plan.tilt_deg * share, STEEPEST_DEG)
        yaw, pitch = tilt * right + sway_yaw, -tilt * 2 / 3 * down + sway_pitch
        if self._plan.kind is Kind.FLAT:
            return held(self._front, yaw, pitch)
        upright = self._plan.is_upright
        fits = direction not in {Direction.UP, Direction.DOWN} if upright is None else upright
        return bent(self._front, yaw, pitch, radius=self._plan.radius, upright=fits)

    def _attitude(self, direction: Direction, share: float, at_s: float) -> Attitude:
        temper, (yaw, pitch, roll) = self._plan.temper, self._sway.at(at_s)
        yaw, pitch = yaw + temper.front_yaw_deg, pitch + temper.front_pitch_deg
        leak = temper.leak_deg * min(share, 1.0)
        turns = {
            Direction.LEFT: (temper.sideways_deg, 0.0),
            Direction.RIGHT: (-temper.sideways_deg, 0.0),
            Direction.UP: (0.0, temper.up_deg),
            Direction.DOWN: (0.0, -temper.down_deg),
        }
        right, up = turns.get(direction, (0.0, 0.0))
        if direction in GESTURES:
            leak = 0.0
        return Attitude(
            yaw_deg=yaw + right * share + (leak if up else 0.0),
            pitch_deg=pitch + up * share + (leak if right else 0.0),
            roll_deg=roll + leak / 2,
            smile=min(share, 1.0) if direction is Direction.SMILE else 0.0,
            closed=min(share, 1.0) if direction is Direction.EYES else 0.0,
            near=share if direction is Direction.CLOSER else 0.0,
        )


class Lens:
    """A camera: where it stands, its light, its noise, the hand that holds it."""

    def __init__(self, scene: Scene, chance: np.random.Generator) -> None:
        self._scene, self._chance = scene, chance
        levels = np.arange(256) * scene.gain
        tints = (levels * scene.warm, levels, levels / scene.warm)
        self._curve = np.clip(np.stack(tints, axis=-1), 0, 255).astype(np.uint8)[None]
        grain = chance.normal(0, scene.noise, (GRAINS, HEIGHT, WIDTH, 1)).round()
        self._grains = grain.astype(np.int16).repeat(3, axis=3)

    def taken(self, picture: Rgb) -> Rgb:
        """The picture as the encoder gets it."""
        scene = self._scene
        right, down = self._chance.normal(0, scene.shake_px, 2).tolist()
        seen = moved(
            picture, scene.right_px + right, scene.down_px + down, zoom=scene.zoom, tilt_deg=0.0
        )
        lit = np.asarray(cv2.LUT(seen, self._curve))
        grain = self._grains[int(self._chance.integers(GRAINS))]
        return np.asarray(cv2.add(lit, grain, dtype=cv2.CV_8U), np.uint8)


def actors(plan: Plan, sitters: Sitters) -> tuple[Actor, Actor | None]:
    """Who is asked to move, and who was there before a rejoin, if anybody."""
    person = plan.person
    head = Head(sitters.skin(person), is_mirrored=person.is_mirrored)
    if plan.kind is not Kind.SWAPPED:
        return Actor(plan, head), None
    before = Head(sitters.skin(plan.claimed), is_mirrored=plan.claimed.is_mirrored)
    return Actor(plan, head), Actor(plan, before)
