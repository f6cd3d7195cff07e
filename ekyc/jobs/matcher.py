"""Keeps the queue moving: lets appointments come, ends what is overdue, parks, matches."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from ekyc.jobs.turn import attempt
from ekyc.journey import attend, call, desk, guests, queue, recall, waiting
from ekyc.journey.ports import ALWAYS, Clock
from ekyc.settings import Booking, Call, Queue
from ekyc.storage.store import Store

_AWAY_S = 30.0
"""Turns so much further apart than they should be: the server was away between them."""


class Matcher:
    """One turn looks at everybody; a failed turn is logged and costs one poll, no more."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rules: Queue,
        calls: Call,
        booking: Booking,
        *,
        takes_calls: Callable[[], bool] = lambda: True,
        is_draining: Callable[[], bool] = lambda: False,
        by_message: bool = False,
    ) -> None:
        self._by_message = by_message
        self._since = self._last = ALWAYS
        self._takes_calls, self._is_draining = takes_calls, is_draining
        self._store, self._clock, self._rules, self._booking = store, clock, rules, booking
        self._limits = call.limits(rules, calls)
        self._guests = guests.Limits(
            ring_s=rules.ring_s, link_s=calls.guest_link_min * 60, rejoin_s=calls.rejoin_s
        )

    async def run(self) -> None:
        """Until cancelled."""
        async with self._store.bus.listen("queue") as bell:
            while True:
                await self.turn()
                await bell.wait(self._rules.poll_s)

    async def turn(self) -> None:
        """End what is overdue first: it may free a desk or put somebody back into the line."""
        store, clock, rules = self._store, self._clock, self._rules
        since = self._serves_since()
        if not self._is_draining():  # the next process begins what is due, and counts nobody late
            await attempt(
                "matcher",
                "attend",
                lambda: attend.attend(
                    store, clock, self._booking, waiting.routes(rules), since=since
                ),
            )
        await attempt("matcher", "overdue", self._end_overdue)
        await attempt("matcher", "guests", lambda: guests.end_overdue(store, clock, self._guests))
        await attempt("matcher", "forgotten", lambda: desk.end_forgotten(store, clock, rules))
        await attempt("matcher", "deserted", lambda: desk.leave_deserted(store, clock, rules))
        await attempt("matcher", "park", lambda: queue.park_absent(store, clock, rules))
        lapse = partial(recall.lapse, store, clock, rules, since=since)
        if await attempt("matcher", "lapse", lapse):
            self._last = clock.now()
        if self._takes_calls():
            await attempt("matcher", "match", lambda: queue.match(store, clock, rules))
            await attempt("matcher", "recall", self._recall)

    def _serves_since(self) -> datetime:
        """Since when turns follow one another; before it nobody could come or be rung."""
        now = self._clock.now()
        if now - self._last > timedelta(seconds=self._rules.poll_s + _AWAY_S):
            self._since = now
        return self._since

    async def _recall(self) -> int:
        """After matching: who is still in line then is before those who are away."""
        by_message = self._by_message
        return await recall.recall(self._store, self._clock, self._rules, by_message=by_message)

    async def _end_overdue(self) -> int:
        batch = self._rules.batch
        return await call.end_overdue(self._store, self._clock, self._limits, batch=batch)
