"""One run through the product's own path, as fast as the processor allows.

Coded by libvpx, cut into packets, put in order and together again by the media plane's own parts,
decoded by its watcher, measured by the vision worker over its socket, judged by the rules of a
call. Time is the pictures' own: every part that asks for it is told what the pictures say.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

from ekyc.bench.attacks.actors import Actor, Lens, actors
from ekyc.bench.attacks.heads import Attitude, Head, Sitters
from ekyc.bench.attacks.plans import STEPS, Kind, Plan
from ekyc.bench.reel import payloads
from ekyc.demo.codec import Camera
from ekyc.demo.face import Rgb
from ekyc.domain import presence, sequence
from ekyc.domain.movement import Direction, Phase, Reason
from ekyc.domain.pose import Baseline
from ekyc.domain.presence import Seen
from ekyc.domain.room import Glanced, MovementEnded, MovementProgress
from ekyc.media.movement import Asked, Movement
from ekyc.media.ordering import Ordering
from ekyc.media.poses import PoseSocket
from ekyc.media.vp8 import Assembler, Picture
from ekyc.media.watcher import Watcher, decoded_once

GREETING_S: Final = 0.6
BEFORE_S: Final = 7.0
"""Of a call that somebody else begins: three looks are made in it."""

AFTER_S: Final = 11.0
"""A call with the wrong person goes on for so long after the movements: talk is for that."""

REQUEST_S: Final = 0.15
"""From a verdict to the next request on the page."""

SLOWEST_S: Final = 0.25
"""By when every packet of a picture has come."""

EARLY_S: Final = 2.0
EARLY: Final = 3
LATER_S: Final = 5.0
"""When looks are made, as `media.glances` does with the settings as shipped."""

PATIENCE: Final = 100
ANSWER_S: Final = 30.0
ROOM: Final = "bench"


@dataclass(slots=True, kw_only=True)
class Step:
    """One asked movement and what came of it."""

    direction: str
    passed: bool
    reason: str | None
    peak: float | None
    planarity: float | None
    seconds: float
    poses: int


@dataclass(slots=True, kw_only=True)
class Run:
    """One call."""

    kind: Kind
    number: int
    steps: list[Step] = field(default_factory=list)
    signals: list[str] = field(default_factory=list)
    passed: bool = False
    """Whether every asked movement was made."""
    looks: int = 0
    template: tuple[float, ...] = ()
    """Of the face the call began with."""
    seconds: float = 0.0


class Wire:
    """From one camera to whole pictures; a connection of its own each time somebody joins."""

    def __init__(self, plan: Plan, *, lens: Lens) -> None:
        scene = plan.scene
        self._camera = Camera(scene.fps, bit_rate=scene.kbps * 1000)
        self._lens, self._scene = lens, scene
        self._chance = plan.chance
        self._packets, self._pictures = count(), count()
        self._wants_key = True
        self._whole: deque[tuple[Picture, float]] = deque()
        assembler = Assembler(
            deliver=lambda picture, at: self._whole.append((picture, at)), ask_key=self.ask_key
        )
        self._ordering = Ordering(
            deliver=assembler.push, lost=assembler.lose, patience=PATIENCE, patience_s=1.0
        )

    def ask_key(self) -> None:
        """The next picture stands for itself."""
        self._wants_key = True

    def send(self, shown: Rgb, at_s: float) -> list[tuple[Picture, float]]:
        """Take, code, cut and put together again; whole pictures with the instant they came."""
        wanted, self._wants_key = self._wants_key, False
        came_s = at_s + self._scene.delay_s + self._chance.uniform(0, self._scene.jitter_s)
        for coded in self._camera.encoded(self._lens.taken(shown), is_key=wanted):
            parts = list(payloads(coded.data, next(self._pictures)))
            for place, part in enumerate(parts):
                last = place == len(parts) - 1
                self._ordering.push(next(self._packets), coded.timestamp, last, part, came_s)
        whole = list(self._whole)
        self._whole.clear()
        return whole


class Call:
    """One plan, run; `await run()` once."""

    def __init__(self, plan: Plan, sitters: Sitters, socket: Path) -> None:
        self._plan, self._socket = plan, socket
        self._actor, self._before = actors(plan, sitters)
        self._lens = Lens(plan.scene, plan.chance)
        self._looks = PoseSocket(socket, timeout_s=ANSWER_S)
        self._run = Run(kind=plan.kind, number=plan.number)
        self._seen = Seen()
        self._now = 0.0
        self._movement: Movement | None = None
        self._watcher: Watcher | None = None
        self._baseline: Baseline | None = None
        self._made: list[Direction] = []
        self._unsuitable: set[Direction] = set()
        self._asks_s: float | None = GREETING_S
        self._measures_s = self._looks_s = 0.0
        self._connection = self._looked = 0
        self._is_looking = False

    async def run(self) -> Run:
        """Until the sequence is over."""
        try:
            if self._before is not None:
                self._asks_s = BEFORE_S + GREETING_S
                await self._connect(self._before, until_s=BEFORE_S)
            await self._connect(self._actor, until_s=None)
            if self._plan.kind in {Kind.SWAPPED, Kind.STRANGER}:
                await self._stay(self._actor, until_s=self._now + AFTER_S)
        finally:
            self._looks.close()
        self._run.seconds = round(self._now, 2)
        self._run.template = self._seen.template or ()
        return self._run

    async def _connect(self, actor: Actor, *, until_s: float | None) -> None:
        """Somebody joins, and stays until this moment or the end."""
        self._wire = Wire(self._plan, lens=self._lens)
        self._connection += 1
        self._looked, self._looks_s = 0, self._now + EARLY_S
        await self._stay(actor, until_s=until_s)

    async def _stay(self, actor: Actor, *, until_s: float | None) -> None:
        while self._is_asked if until_s is None else self._now < until_s:
            self._now += 1 / self._plan.scene.fps
            self._ask(actor)
            pictures = self._wire.send(actor.picture(self._now), self._now)
            for picture, at_s in pictures:
                await self._arrived(picture, at_s)
            await self._measure()
            await asyncio.sleep(0)  # the worker's signs of life are heard meanwhile

    @property
    def _is_asked(self) -> bool:
        """Whether a movement runs, or will be asked for."""
        return self._asks_s is not None or self._movement is not None

    async def _arrived(self, picture: Picture, at_s: float) -> None:
        if self._watcher is not None:
            self._watcher.push(picture, at_s)
        if self._is_looking and picture.is_key:
            self._is_looking = False
            await self._look(picture)
        elif self._now >= self._looks_s:
            self._is_looking = True
            self._wire.ask_key()

    # What is asked

    def _ask(self, actor: Actor) -> None:
        """The next movement of the sequence, once it is time."""
        if self._asks_s is None or self._now < self._asks_s:
            return
        self._asks_s = None
        done = self._made
        direction = sequence.step(
            self._plan.sequence,
            self._plan.pool,
            len(done) + 1,
            without={*done[-1:], *self._unsuitable},
        )
        if direction is None:
            return
        number = len(self._run.steps)
        asked = Asked(room=ROOM, party="customer", movement=str(number), direction=direction)
        self._movement = Movement(
            asked,
            baseline=self._baseline,
            tell=lambda told: self._hear(told, actor),
            steady=lambda: self._now + SLOWEST_S,
        )
        poses = PoseSocket(self._socket, timeout_s=ANSWER_S)
        self._watcher = Watcher(
            poses, fps=1 / self._plan.scene.look_every_s, ask_key=self._wire.ask_key
        )
        self._poses = poses
        self._wire.ask_key()

    def _hear(self, told: MovementProgress | MovementEnded, actor: Actor) -> None:
        if isinstance(told, MovementProgress):
            actor.hear(Direction(told.direction), Phase(told.phase), self._now)
            return
        direction = Direction(told.direction)
        self._run.steps.append(
            Step(
                direction=told.direction,
                passed=told.passed,
                reason=told.reason,
                peak=told.peak,
                planarity=told.planarity,
                seconds=told.seconds,
                poses=len(told.series),
            )
        )
        raised = presence.of_movement(told.direction, told.series, reason=told.reason)
        self._run.signals += [each.signal.value for each in raised]
        if told.passed:
            self._made.append(direction)
        elif told.reason == Reason.UNSUITABLE:
            self._unsuitable.add(direction)

    # What is measured

    async def _measure(self) -> None:
        movement, watcher = self._movement, self._watcher
        if movement is None or watcher is None:
            return
        if self._now >= self._measures_s:
            self._measures_s = max(
                self._measures_s + self._plan.scene.look_every_s, self._now - 1e-6
            )
            await watcher.look(front=movement.front, seen=movement.seen)
        movement.tick(self._now + SLOWEST_S)
        if movement.is_over:
            self._settle(movement)

    def _settle(self, movement: Movement) -> None:
        self._baseline = movement.baseline
        self._movement = self._watcher = None
        self._poses.close()
        last = self._run.steps[-1]
        self._run.passed = len(self._made) == STEPS
        may_go_on = last.passed or last.reason == Reason.UNSUITABLE
        if may_go_on and not self._run.passed:
            self._asks_s = self._now + REQUEST_S

    async def _look(self, picture: Picture) -> None:
        """Who is before the camera, and what that makes doubtful."""
        self._looked += 1
        self._looks_s = self._now + (EARLY_S if self._looked < EARLY else LATER_S)
        pixels = decoded_once(picture, 640, 480)
        found: dict[str, Any] | None = None if pixels is None else await self._looks.look(pixels)
        if found is None:
            return
        glanced = Glanced(
            room=ROOM,
            party="customer",
            at=datetime.fromtimestamp(self._now, UTC),
            connection=self._connection,
            **found,
        )
        self._run.looks += 1
        self._seen, raised = presence.observe(self._seen, glanced)
        self._run.signals += [each.signal.value for each in raised]


def portrait(plan: Plan, sitters: Sitters) -> Rgb:
    """The photograph in the file of whoever the call is said to be with."""
    person = plan.claimed
    head = Head(sitters.skin(person), is_mirrored=person.is_mirrored)
    return head.picture(Attitude())
