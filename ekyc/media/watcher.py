"""Looks at a party while a movement runs: decodes on demand, from a keyframe, the newest only.

At any other time it does not exist and costs nothing.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable

import av
import structlog

from ekyc.domain.pose import Point, Pose
from ekyc.media.offer import RATES
from ekyc.media.poses import Pixels, PoseSocket
from ekyc.media.timeline import Track
from ekyc.media.vp8 import Picture

log = structlog.get_logger(__name__)

_WIDTH, _HEIGHT = 320, 240  # larger costs the measurement the same and gains it nothing
_MOST_WAITING = 90  # pictures, three seconds: then it is cheaper to start at a new keyframe


class Watcher:
    """Feeds one party's pictures to the vision worker; `ask_key` is called when one is needed."""

    def __init__(self, poses: PoseSocket, *, fps: float, ask_key: Callable[[], None]) -> None:
        self._poses, self._interval_s, self._ask_key = poses, 1 / fps, ask_key
        self._waiting: deque[tuple[Picture, float]] = deque()
        self._has_key = False
        self._came = asyncio.Event()
        # Speeds are judged: it counts when a picture was taken, not how the network bunched it.
        self._taken = Track(RATES["video"])
        self.furthest: Pixels | None = None
        """The picture in which the movement had come furthest."""
        self._is_stopped = False
        self._decoder = _decoder()

    def stop(self) -> None:
        """Look no more; what is being measured may still arrive."""
        self._is_stopped = True
        self._came.set()

    def push(self, picture: Picture, at: float) -> None:
        """A picture came; those before the first keyframe are of no use."""
        self._has_key = self._has_key or picture.is_key
        if not self._has_key:
            return
        if len(self._waiting) >= _MOST_WAITING:
            self._start_over()
            return
        self._waiting.append((picture, self._taken.ms(picture.timestamp, at * 1000) / 1000))
        self._came.set()

    async def run(
        self, *, front: Callable[[], tuple[Point, ...] | None], seen: Callable[[Pose], bool]
    ) -> None:
        """Measure until stopped; `front` gives the points of the person's own front.

        `seen` says whether the movement had never come as far as in this picture.
        """
        try:
            while not self._is_stopped:
                started = time.monotonic()
                await self._came.wait()
                await self.look(front=front, seen=seen)
                await asyncio.sleep(self._interval_s - (time.monotonic() - started))
        finally:
            self._poses.close()

    async def look(
        self, *, front: Callable[[], tuple[Point, ...] | None], seen: Callable[[Pose], bool]
    ) -> None:
        """Measure the newest picture, if one waits."""
        pixels = await self._newest()
        pose = pixels and await self._poses.measure(pixels, front())
        if pose and seen(pose):
            self.furthest = pixels

    async def _newest(self) -> Pixels | None:
        """The newest picture decoded; all before it have to be decoded too."""
        self._came.clear()
        pictures = list(self._waiting)
        self._waiting.clear()
        if not pictures:
            return None
        try:
            return await asyncio.to_thread(_decode, self._decoder, pictures)
        except av.FFmpegError as error:
            log.warning("watcher.undecodable", reason=type(error).__name__)
            self._decoder = _decoder()
            self._start_over()
            return None

    def _start_over(self) -> None:
        self._waiting.clear()
        self._has_key = False
        self._ask_key()


def _decoder() -> av.VideoCodecContext:
    context = av.CodecContext.create("vp8", "r")
    assert isinstance(context, av.VideoCodecContext)  # vp8 is a picture codec
    context.thread_count = 1
    return context


def _decode(decoder: av.VideoCodecContext, pictures: list[tuple[Picture, float]]) -> Pixels | None:
    """Decode all, convert the last; PyAV leaves the interpreter free meanwhile."""
    newest: av.VideoFrame | None = None
    for picture, _ in pictures:
        for frame in decoder.decode(av.Packet(picture.data)):
            newest = frame
    return None if newest is None else _pixels(newest, pictures[-1][1])


def decoded_once(picture: Picture, width: int, height: int) -> Pixels | None:
    """A keyframe by itself, no larger than this."""
    for frame in _decoder().decode(av.Packet(picture.data)):
        return _pixels(frame, 0.0, width, height)
    return None


def _pixels(
    frame: av.VideoFrame, at_s: float, most_wide: int = _WIDTH, most_high: int = _HEIGHT
) -> Pixels:
    scale = min(1.0, most_wide / frame.width, most_high / frame.height)
    width, height = max(2, round(frame.width * scale)), max(2, round(frame.height * scale))
    plane = frame.reformat(width=width, height=height, format="rgb24").planes[0]
    data, row = memoryview(plane), width * 3
    if plane.line_size == row:
        return Pixels(width=width, height=height, rgb=bytes(data[: row * height]), at_s=at_s)
    rows = [data[y * plane.line_size : y * plane.line_size + row] for y in range(height)]
    return Pixels(width=width, height=height, rgb=b"".join(rows), at_s=at_s)
