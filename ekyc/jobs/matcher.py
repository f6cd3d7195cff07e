"""Keeps the queue moving: lets appointments come, ends what is overdue, parks, matches."""

from collections.abc import Awaitable, Callable

import structlog

from ekyc.journey import attend, call, queue
from ekyc.journey.ports import Clock
from ekyc.settings import Booking, Call, Queue
from ekyc.storage.store import Store

log = structlog.get_logger(__name__)


class Matcher:
    """One turn looks at everybody; a failed turn is logged and costs one poll, no more."""

    def __init__(
        self, store: Store, clock: Clock, rules: Queue, calls: Call, booking: Booking
    ) -> None:
        self._store, self._clock, self._rules, self._booking = store, clock, rules, booking
        self._limits = call.limits(rules, calls)

    async def run(self) -> None:
        """Until cancelled."""
        async with self._store.bus.listen("queue") as bell:
            while True:
                await self.turn()
                await bell.wait(self._rules.poll_s)

    async def turn(self) -> None:
        """End what is overdue first: it may free a desk or put somebody back into the line."""
        store, clock, rules = self._store, self._clock, self._rules
        await _guarded("attend", lambda: attend.attend(store, clock, self._booking))
        await _guarded("overdue", lambda: call.end_overdue(store, clock, self._limits))
        await _guarded("park", lambda: queue.park_absent(store, clock, rules))
        await _guarded("match", lambda: queue.match(store, clock, rules))


async def _guarded(step: str, act: Callable[[], Awaitable[int]]) -> None:
    try:
        done = await act()
    except Exception as error:  # the database is away, or somebody was faster: the next turn knows
        log.warning("matcher.failed", step=step, problem=type(error).__name__)
        return
    if done:
        log.info("matcher.acted", step=step, count=done)
