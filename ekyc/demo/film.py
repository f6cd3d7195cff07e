"""What a finished file rests on, made by a worker at its own pace: photographs, a filmed call.

What happens in a call in real time happens here as fast as the processor allows: drawn people are
encoded, recorded by the call's own recorder, measured as the pose worker measures, and judged by
the rules of the movements. How a measurement ends stands nowhere beforehand.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

import numpy as np

from ekyc.demo.attack import held
from ekyc.demo.codec import Camera, Eye, Microphone
from ekyc.demo.face import HEIGHT, WIDTH, Portrait, Rgb
from ekyc.demo.face import photograph as portrait_of
from ekyc.demo.frames import PATH_S, FrameBook, angles_at
from ekyc.demo.stories import Scene, film_file
from ekyc.demo.voice import RATE
from ekyc.domain.call import BOTH, Party
from ekyc.domain.document import Side
from ekyc.domain.movement import Direction, Phase
from ekyc.domain.pose import Baseline
from ekyc.domain.room import MovementEnded, MovementProgress
from ekyc.domain.seal import DataKey
from ekyc.media.movement import Asked, Movement
from ekyc.media.recorder import Recorded, Recorder
from ekyc.media.spool import SpoolFile
from ekyc.media.vp8 import Picture
from ekyc.settings import Media
from ekyc.vision import wire
from ekyc.vision.face import FaceReader

FPS: Final = 15
GREETING_S: Final = 4.0
PAUSE_S: Final = 1.5
PARTING_S: Final = 6.0
LOOK_EVERY: Final = 2
GLARE: Final = (2.5, 60)
"""Far too much light: how many times as much, and how much is added everywhere, of 255."""

VOICES: Final = {Party.CUSTOMER: 170.0, Party.AGENT: 210.0}


def make(question: wire.Head, body: bytes, settings: dict[str, Any]) -> wire.Message:
    """In the worker: a photograph when a side is named, else a call."""
    if "side" in question:
        return {}, _photograph(question["seed"], Side(question["side"]), question["take"])
    return _Film(question, Media.model_validate(settings)).made(), b""


def _photograph(seed: int, side: Side, take: int) -> bytes:
    from PIL import Image

    from ekyc.demo import cards
    from ekyc.demo.photographs import photograph
    from ekyc.demo.specimen import a_specimen

    specimen = a_specimen(seed)
    if side is Side.FRONT:
        portrait = Image.fromarray(portrait_of(Portrait.HOPPER))
        card = cards.front(specimen, portrait=portrait)
    else:
        card = cards.back(specimen)
    return photograph(card, seed=seed + take).jpeg


class _Film:
    """One call: greeting, the movements asked for one after the other, parting."""

    def __init__(self, question: wire.Head, settings: Media) -> None:
        self._settings, self._seed = settings, int(question["seed"])
        self._began = datetime.fromisoformat(question["began"])
        self._spool = Path(question["spool"])
        self._key = DataKey.from_json(question["seal"])
        self._asks = [Direction(name) for name in question["asks"]]
        self._actor = _Actor(Scene(question["scene"]), Path(question["cache"]))
        self._agent = portrait_of(Portrait.COLLINS)
        self._at = 0.0
        self._asked_at, self._free_at = 0.0, GREETING_S
        self._movement: Movement | None = None
        self._baseline: Baseline | None = None
        self._furthest = ""
        """The picture in which the present movement had come furthest."""
        self._ended: list[dict[str, Any]] = []

    def made(self) -> wire.Head:
        """The recordings are in the spool; what was measured and how long everything took."""
        with ThreadPoolExecutor(1) as disk, FaceReader() as faces:
            takes = {party: self._take(party, disk) for party in BOTH}
            eye = Eye(faces)
            for index in count():
                self._at = index / FPS
                if self._is_over():
                    break
                takes[Party.AGENT].shoot(self._agent, self._at)
                for seen in takes[Party.CUSTOMER].shoot(self._actor.picture(self._at), self._at):
                    eye.see(seen)
                if self._movement is not None and index % LOOK_EVERY == 0:
                    self._measure(self._movement, eye)
            closed = asyncio.run(_closed(takes))
        lengths = {
            party.value: {"duration_ms": each.duration_ms, "size_bytes": each.size_bytes}
            for party, each in closed.items()
        }
        picture = {"fps": FPS, "width": WIDTH, "height": HEIGHT}
        return {
            "seconds": self._at,
            "picture": picture,
            "movements": self._ended,
            "recordings": lengths,
        }

    def _take(self, party: Party, disk: ThreadPoolExecutor) -> "_Take":
        path = film_file(self._spool, self._seed, party)
        path.unlink(missing_ok=True)
        file = SpoolFile(
            path,
            key=self._key,
            disk=disk,
            fsync_s=self._settings.fsync_s,
            backlog_bytes=self._settings.backlog_mb << 20,
        )
        recorder = Recorder(
            file,
            zero=0.0,
            started_at=self._began,
            cluster_ms=self._settings.cluster_ms,
            steady=self._now,
        )
        return _Take(recorder, Microphone(seed=self._seed, pitch_hz=VOICES[party]))

    def _now(self) -> float:
        return self._at

    def _is_over(self) -> bool:
        if self._movement is not None or self._at < self._free_at:
            return False
        if not self._asks:
            return self._at >= self._free_at + PARTING_S
        asked = Asked(
            room="",
            party=Party.CUSTOMER.value,
            movement=str(len(self._ended)),
            direction=self._asks.pop(0),
        )
        self._asked_at = self._at
        self._movement = Movement(asked, baseline=self._baseline, tell=self._hear, steady=self._now)
        return False

    def _measure(self, movement: Movement, eye: Eye) -> None:
        if movement.seen(eye.look(movement.front(), self._at)):
            self._furthest = eye.picture()
        movement.tick(self._at)
        if movement.is_over:
            self._ended[-1]["picture"], self._furthest = self._furthest, ""
            self._movement, self._baseline = None, movement.baseline
            self._free_at = self._at + PAUSE_S

    def _hear(self, told: MovementProgress | MovementEnded) -> None:
        if isinstance(told, MovementEnded):
            ended = {"asked_s": self._asked_at, "ended_s": self._at, "told": asdict(told)}
            self._ended.append(ended)
        elif told.phase == Phase.MOVE:
            self._actor.turn(Direction(told.direction), self._at)


class _Take:
    """One party's camera and microphone, recorded."""

    def __init__(self, recorder: Recorder, microphone: Microphone) -> None:
        self._recorder, self._microphone, self._camera = recorder, microphone, Camera(FPS)

    def shoot(self, picture: Rgb, at_s: float) -> list[Picture]:
        """One picture and the sound up to it; what was encoded comes back."""
        encoded = list(self._camera.encoded(picture))
        for each in encoded:
            self._recorder.picture(each, at_s)
        for timestamp, packet in self._microphone.until(at_s):
            self._recorder.sound(timestamp, False, packet, timestamp / RATE)
        return encoded

    async def close(self) -> Recorded:
        """Nothing more comes."""
        return await self._recorder.close()


async def _closed(takes: Mapping[Party, _Take]) -> dict[Party, Recorded]:
    return {party: await take.close() for party, take in takes.items()}


class _Actor:
    """Before the customer's camera; turns once for each movement that is asked for."""

    def __init__(self, scene: Scene, cache: Path) -> None:
        self._scene, self._book = scene, FrameBook(Portrait.HOPPER, cache)
        self._turning: tuple[Direction, float] | None = None

    def turn(self, direction: Direction, at_s: float) -> None:
        """The movement is asked for; who turns already goes on."""
        if self._turning is None:
            self._turning = direction, at_s

    def picture(self, at_s: float) -> Rgb:
        """(480, 640, 3) RGB, not to be written to."""
        yaw, pitch = self._angles(at_s)
        if self._scene is Scene.PRINT:
            return held(self._book.frame(0.0, 0.0), yaw, pitch)
        picture = self._book.frame(yaw, pitch)
        if self._scene is Scene.GLARE:
            times, added = GLARE
            return np.asarray(np.clip(picture * times + added, 0, 255), np.uint8)
        return picture

    def _angles(self, at_s: float) -> tuple[float, float]:
        if self._turning is None:
            return 0.0, 0.0
        direction, since_s = self._turning
        if at_s - since_s > PATH_S:
            self._turning = None
        return angles_at(direction, at_s - since_s)
