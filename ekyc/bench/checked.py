"""`ekyc bench checked`: what it costs that several calls' heads are measured at once, in real time.

The product's media worker, its vision worker and its relay; the callers are played by the load
process of `bench.calls` with a film of a head that turns left and right. At first nobody is asked
for anything, then each call's customer for one movement after the other; looks are made all along.
"""

import asyncio
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from ekyc.bench.calls import own_address
from ekyc.bench.partner import Partner
from ekyc.bench.process import on_core_ns
from ekyc.bench.reel import FPS, Yuv, draw
from ekyc.bench.subjects import Ekyc
from ekyc.demo.face import Face, Portrait
from ekyc.demo.frames import angles_at
from ekyc.domain.movement import Direction
from ekyc.domain.pulse import LAG_STEPS_S, Pulse
from ekyc.domain.room import Glanced, MovementEnded, MovementProgress, RoomEvent
from ekyc.media.poses import PoseSocket
from ekyc.settings import Vision
from ekyc.vision.pose_server import PoseServer

FILM_S: Final = 10
LEAD_S: Final = 0.5
WARM_S: Final = 4.0
"""Of media before anything counts: nets are loaded, the first front is measured."""

MEDIA_LAG_S: Final = 0.01
HEADS_EVERY: Final = 3
"""Of the film's pictures: a head is drawn anew so often, and shown that long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How many calls; unchecked for so long, and checked for as long."""

    calls: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Meters at one instant."""

    at_s: float
    vision_ns: int
    media_ns: int
    pulse: Pulse
    poses: int
    looks: int
    vision_pid: int | None


Between = tuple[Look, Look]


class Asking:
    """Asks each call's customer again as soon as there is a verdict; counts what came."""

    def __init__(self, subject: Ekyc) -> None:
        self._subject, self._numbers = subject, count()
        self._ended: asyncio.Queue[int] = asyncio.Queue()
        self._calls: dict[str, int] = {}
        self._begun: set[str] = set()
        self.poses = self.looks = 0
        self.verdicts: Counter[str] = Counter()
        subject.hears = self._hear

    def _hear(self, event: RoomEvent) -> None:
        match event:
            case MovementProgress():
                self.poses += event.movement in self._begun  # the first word is of no picture
                self._begun.add(event.movement)
            case MovementEnded():
                self.verdicts[event.reason or "passed"] += 1
                self._ended.put_nowait(self._calls.pop(event.movement))
            case Glanced():
                self.looks += 1
            case _:
                pass

    async def run(self, calls: int) -> None:
        """Until cancelled."""
        for call in range(calls):
            self._ended.put_nowait(call)
        while True:
            call = await self._ended.get()
            number = next(self._numbers)
            self._calls[str(number)] = call
            direction = (Direction.LEFT, Direction.RIGHT)[number % 2]
            await self._subject.ask_movement(call, str(number), direction.value)


async def measure(options: Options) -> dict[str, Any]:
    """The figures, as plain values."""
    with tempfile.TemporaryDirectory(prefix="ekyc-bench-") as name:
        folder = Path(name)
        film = folder / "film.webm"
        await asyncio.to_thread(draw, film, heads(FILM_S), seconds=FILM_S)
        subject = Ekyc(folder / "ekyc", host=own_address())
        server = PoseServer(Vision(), folder / "ekyc" / "pose.sock")
        await server.start()
        try:
            await PoseSocket(folder / "ekyc" / "pose.sock", timeout_s=30).warm_up()
            return await _under_load(options, subject, server, film)
        finally:
            await server.close()


async def _under_load(
    options: Options, subject: Ekyc, server: PoseServer, film: Path
) -> dict[str, Any]:
    load = await Partner.start(
        "ekyc.bench.load", film=str(film), host=own_address(), calls=options.calls, loss=0.0
    )
    await subject.start()
    asking = Asking(subject)
    try:
        for call in range(options.calls):
            await subject.connect(load, call)
        begins = time.monotonic() + LEAD_S
        idle, checked = begins + WARM_S, begins + 2 * WARM_S + options.seconds
        ends = checked + options.seconds
        await load.ask("talk", begins=begins, counts=idle, ends=ends + 1)
        unchecked = await _between(idle, idle + options.seconds, subject, server, asking)
        asked = asyncio.create_task(asking.run(options.calls))
        looks = await _between(checked, ends, subject, server, asking)
        asked.cancel()
        said = await load.ask("said")
    finally:
        await subject.stop()
        await load.end()
    return _figures(options, looks, asking, said) | {"unchecked": _cost(options, unchecked)}


async def _between(
    begins: float, ends: float, subject: Ekyc, server: PoseServer, asking: Asking
) -> Between:
    await asyncio.sleep(begins - time.monotonic())
    first = await _look(subject, server, asking)
    await asyncio.sleep(ends - time.monotonic())
    return first, await _look(subject, server, asking)


async def _look(subject: Ekyc, server: PoseServer, asking: Asking) -> Look:
    return Look(
        at_s=time.monotonic(),
        vision_ns=0 if server.pid is None else on_core_ns(server.pid),
        media_ns=on_core_ns(subject.pid),
        pulse=await subject.pulse(),
        poses=asking.poses,
        looks=asking.looks,
        vision_pid=server.pid,
    )


def _figures(
    options: Options, between: Between, asking: Asking, said: dict[str, Any]
) -> dict[str, Any]:
    first, last = between
    cost = _cost(options, between)
    poses_per_s = (last.poses - first.poses) / (last.at_s - first.at_s) / options.calls
    vision_ms = 1000 * cost["vision_cores_per_call"]
    return {
        "calls": options.calls,
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 1),
        **cost,
        "poses_per_call_s": round(poses_per_s, 2),
        "vision_ms_per_pose": round(vision_ms / max(poses_per_s, 1e-9), 2),
        "same_vision_worker": first.vision_pid == last.vision_pid,
        "verdicts": dict(asking.verdicts),
        "relay_latency_ms": said["latency_ms"],
        "load_late_ms": said["late_ms"],
    }


def _cost(options: Options, between: Between) -> dict[str, Any]:
    """What both workers did for the calls meanwhile; looks are in it."""
    first, last = between
    seconds = last.at_s - first.at_s
    call_ns = 1e9 * seconds * options.calls
    lags = np.subtract(last.pulse.lags, first.pulse.lags)
    return {
        "seconds": round(seconds, 1),
        "vision_cores_per_call": round((last.vision_ns - first.vision_ns) / call_ns, 4),
        "media_cores_per_call": round((last.media_ns - first.media_ns) / call_ns, 4),
        "looks": last.looks - first.looks,
        "loop_lag": _lag(lags.tolist()),
    }


def _lag(lags: list[int]) -> dict[str, Any]:
    """How many beats came within 10 ms, and between which steps the 99th of a hundred lies."""
    total, upto = sum(lags), 0
    within = sum(n for n, step in zip(lags, LAG_STEPS_S, strict=False) if step <= MEDIA_LAG_S)
    p99: float | None = None
    for n, step in zip(lags, LAG_STEPS_S, strict=False):
        upto += n
        if upto >= 0.99 * total and p99 is None:
            p99 = step
    return {
        "beats": total,
        "within_10_ms": round(within / total, 4) if total else None,
        "p99_at_most_s": p99,
        "steps": dict(zip([*map(str, LAG_STEPS_S), "more"], lags, strict=True)),
    }


def heads(seconds: int) -> Iterator[Yuv]:
    """A head that turns left, then right, and begins anew: pictures of a film."""
    face, half = Face(Portrait.HOPPER), seconds / 2
    for number in range(0, seconds * FPS, HEADS_EVERY):
        at_s = number / FPS
        direction = Direction.LEFT if at_s < half else Direction.RIGHT
        drawn = face.frame(*angles_at(direction, at_s % half))
        shown = np.asarray(cv2.cvtColor(drawn, cv2.COLOR_RGB2YUV_I420), np.uint8)
        yield from [shown] * HEADS_EVERY


def table(figures: dict[str, Any]) -> list[str]:
    """For a person."""
    return [f"{name}: {value}" for name, value in figures.items()]
