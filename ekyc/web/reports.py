"""The media's reports on their way into the store; what it cannot take waits until it can.

A database that restarts, or a full disk, would else lose who is connected, and the clock cut two
who talk. The reports of a room are written in their order; rooms do not wait for each other.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine

import structlog

from ekyc.crew import Crew
from ekyc.domain.room import RoomEvent

log = structlog.get_logger(__name__)

_AGAIN_S = 1.0
_KEPT_S = 3600.0  # whoever such a report is about has hung up by then
_MOST = 1000  # reports of one room; a call makes some dozens

Act = Callable[[RoomEvent], Coroutine[None, None, None]]


class Reports:
    """Writes reports down; those that wait are tried again in the crew."""

    def __init__(self, write: Act, after: Act, crew: Crew) -> None:
        """`write` may be tried twice; `after` follows a report that had to wait."""
        self._write, self._after, self._crew = write, after, crew
        self._late: dict[str, deque[tuple[RoomEvent, float]]] = {}
        self._caught_up = asyncio.Event()
        self._caught_up.set()

    async def take(self, event: RoomEvent) -> bool:
        """Write it down now; False when it waits, also for those of its room before it."""
        if event.room not in self._late:
            try:
                await self._write(event)
            except Exception as error:
                log.exception("room.report-late", room=event.room, problem=type(error).__name__)
            else:
                return True
        self._keep(event)
        return False

    async def caught_up(self) -> None:
        """Wait until nothing waits."""
        await self._caught_up.wait()

    def _keep(self, event: RoomEvent) -> None:
        waiting = self._late.setdefault(event.room, deque())
        if len(waiting) >= _MOST:
            log.error("room.report-lost", room=event.room, problem="too many")
            return
        waiting.append((event, time.monotonic()))
        if self._caught_up.is_set():
            self._caught_up.clear()
            self._crew.start(self._catch_up(), name="room.reports")

    async def _catch_up(self) -> None:
        while self._late:
            await asyncio.sleep(_AGAIN_S)
            for name in list(self._late):
                await self._try(name)
        self._caught_up.set()

    async def _try(self, name: str) -> None:
        """Write down what waits of one room, as far as it goes."""
        waiting = self._late[name]
        while waiting:
            event, since = waiting[0]
            try:
                await self._write(event)
            except Exception as error:
                if time.monotonic() - since < _KEPT_S:
                    return
                log.exception("room.report-lost", room=name, problem=type(error).__name__)
            else:
                self._crew.start(self._after(event), name="room.after-report")
            waiting.popleft()
        del self._late[name]
