"""Looks at the customer every few seconds of a call: one keyframe decoded, the vision worker asked.

Only keyframes, because each stands for itself: what lies between two looks is never decoded.
"""

import asyncio
from collections.abc import Callable

import av
import structlog

from ekyc.domain.room import Glanced
from ekyc.media.clock import CLOCK
from ekyc.media.poses import PoseSocket
from ekyc.media.vp8 import Picture
from ekyc.media.watcher import decoded_once

log = structlog.get_logger(__name__)

_WIDTH, _HEIGHT = 640, 480
_EARLY = 3  # looks at a newcomer that follow one another closely
_EARLY_S = 2.0
_KEY_S = 2.0  # a camera that sends no keyframe within is asked again at the next look


class Glances:
    """Looks at one party; `begin` at each connection, for it may be another person."""

    def __init__(
        self,
        poses: PoseSocket,
        *,
        room: str,
        party: str,
        every_s: float,
        ask_key: Callable[[], None],
        tell: Callable[[Glanced], None],
    ) -> None:
        self._poses, self._room, self._party = poses, room, party
        self._every_s, self._ask_key, self._tell = every_s, ask_key, tell
        self._connection = self._looks = 0
        self._newest: Picture | None = None
        self._came = asyncio.Event()

    def begin(self) -> None:
        """The party connected, perhaps anew."""
        self._connection += 1
        self._looks, self._newest = 0, None

    def push(self, picture: Picture) -> None:
        """A keyframe came; the newest is the one that is looked at."""
        self._newest = picture
        self._came.set()

    async def run(self) -> None:
        """Look until cancelled."""
        try:
            while True:
                await asyncio.sleep(min(_EARLY_S, self._every_s) if self._is_new else self._every_s)
                if self._connection:
                    await self._look()
        finally:
            self._poses.close()

    @property
    def _is_new(self) -> bool:
        return self._looks < _EARLY

    async def _look(self) -> None:
        connection, picture = self._connection, await self._keyframe()
        if picture is None:
            return
        try:
            pixels = await asyncio.to_thread(decoded_once, picture, _WIDTH, _HEIGHT)
        except av.FFmpegError as error:
            log.warning("glance.undecodable", reason=type(error).__name__)
            return
        seen = None if pixels is None else await self._poses.look(pixels)
        if seen is None or connection != self._connection:  # somebody else may have come meanwhile
            return
        self._looks += 1
        at = CLOCK.now()
        self._tell(
            Glanced(room=self._room, party=self._party, at=at, connection=connection, **seen)
        )

    async def _keyframe(self) -> Picture | None:
        """The newest one, asked for where none came since the last look."""
        if self._newest is None:
            self._came.clear()
            self._ask_key()
            try:
                async with asyncio.timeout(_KEY_S):
                    await self._came.wait()
            except TimeoutError:
                return None
        picture, self._newest = self._newest, None
        return picture
